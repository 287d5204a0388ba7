"""The report `overstretch`: a tie is found where there is one, at its lag, and not where there is none."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from months import border, put_borders, put_month

from tasks.load.lake import Lake
from tasks.report.reports import run_report

WAR = {"actor_country": "RUS", "recipient_country": "UKR", "place_country": "UKR"}
FIGHT = {"actor_country": "AZE", "recipient_country": "ARM", "place_country": "AZE"}
SPAT = FIGHT | {"event_type": "ACCUSE", "quad_class": 3, "intensity": -3.0}
MONTHS = 48
LAG = 2


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    put_borders(lake, border("RUS", "UKR"), border("RUS", "AZE"))
    return lake


def fill(lake: Lake, trouble: Any, months: int = MONTHS, other: dict[str, Any] = FIGHT) -> None:
    """War at random, and trouble as a function of the war of the months so far says."""
    random = np.random.default_rng(5)
    war: list[int] = []
    for number in range(months):
        war.append(int(random.integers(0, 12)))
        put_month(lake, number, 30, *[WAR] * war[-1], *[other] * trouble(war, random))


def rows(lake: Lake, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, "overstretch", {"least_volume": "10"} | params, as_of).to_pylist()


def follows(war: list[int], random: np.random.Generator) -> int:
    return war[-1 - LAG] if len(war) > LAG else 0


def test_trouble_two_months_after_the_fighting_is_found_at_that_lag(lake: Lake) -> None:
    fill(lake, follows)
    found = rows(lake)
    assert [r["lag"] for r in found] == list(range(13))
    assert [r["months"] for r in found] == [MONTHS - lag for lag in range(13)]
    tied = found[LAG]
    assert (tied["correlation"], tied["p_value"], tied["p_any_lag"]) == (
        1.0,
        round(1 / (23 + 48 + 1), 3),
        round(1 / 72, 3),
    )
    assert tied["changes"] == 1.0
    assert tied["limits"].startswith("rises with it beyond chance")
    assert tied["after_busy"] > 2 * tied["after_quiet"]
    assert all(abs(r["correlation"]) < 0.5 and r["p_any_lag"] > 0.05 for r in found if r["lag"] != LAG)


def test_trouble_that_falls_is_told_from_trouble_that_rises(lake: Lake) -> None:
    fill(lake, lambda war, random: 12 - war[-1])
    found = rows(lake)[0]
    assert (found["correlation"], found["limits"][:17]) == (-1.0, "falls as it rises")


def test_what_is_not_tied_is_no_more_than_chance(lake: Lake) -> None:
    fill(lake, lambda war, random: int(random.integers(0, 12)))
    found = rows(lake)
    assert min(r["p_any_lag"] for r in found) > 0.05
    assert not any("beyond chance;" in r["limits"] for r in found)


def test_two_slow_waves_are_no_proof(lake: Lake) -> None:
    for number in range(MONTHS):
        put_month(lake, number, 30, *[WAR] * (number // 4), *[FIGHT] * (number // 6))
    found = rows(lake)[0]
    assert found["correlation"] > 0.9
    assert found["limits"].endswith("no conclusion")


def test_a_year_allows_no_conclusion(lake: Lake) -> None:
    fill(lake, follows, months=12)
    found = rows(lake)
    assert (found[0]["months"], found[0]["limits"]) == (12, "12 months only: no conclusion")
    assert (found[12]["months"], found[12]["correlation"]) == (0, None)
    assert found[12]["limits"] == "0 months only: too few to rank"


def test_without_any_war_there_is_nothing_to_compare(lake: Lake) -> None:
    for number in range(30):
        put_month(lake, number, 30, *[FIGHT] * (number % 5))
    found = rows(lake)[0]
    assert (found["correlation"], found["p_value"]) == (None, None)
    assert found["limits"] == "nothing to compare: a series does not change"


def test_months_in_which_little_was_read_are_gaps_and_not_quiet(lake: Lake) -> None:
    fill(lake, follows)
    for number in (7, 20, 21):
        put_month(lake, number, 5)
    found = rows(lake)
    assert found[0]["months"] == MONTHS - 3
    assert found[LAG]["correlation"] == 1.0


@pytest.mark.parametrize(
    "other",
    [
        {"actor_country": "AZE", "recipient_country": "UKR", "place_country": None},
        {"actor_country": "ARM", "recipient_country": "TUR", "place_country": "ARM"},
        FIGHT | {"event_type": "CONSULT", "quad_class": 1},
        FIGHT | {"modality": "negated"},
    ],
    ids=["touches the theatre", "at no border", "no conflict", "not actual"],
)
def test_what_is_no_trouble_at_other_borders_does_not_count(lake: Lake, other: dict[str, Any]) -> None:
    fill(lake, follows, other=other)
    assert rows(lake)[LAG]["after_busy"] == 0


def test_a_border_by_sea_is_none(lake: Lake) -> None:
    put_borders(lake, border("RUS", "UKR"), border("RUS", "AZE", name="sea border, up to 12 miles of water"))
    fill(lake, follows)
    assert rows(lake)[LAG]["after_busy"] == 0


def test_trouble_may_be_material_conflict_alone(lake: Lake) -> None:
    fill(lake, follows, other=SPAT)
    assert rows(lake)[LAG]["correlation"] == 1.0
    assert rows(lake, trouble="material")[LAG]["correlation"] is None


def test_how_busy_may_be_measured_by_intensity(lake: Lake) -> None:
    fill(lake, follows)
    assert rows(lake, measure="intensity")[0]["busy"] == pytest.approx(9 * rows(lake)[0]["busy"], abs=0.1)


def test_another_power_and_theatre(lake: Lake) -> None:
    fill(lake, follows)
    put_borders(lake, border("AZE", "ARM"), border("AZE", "GEO"))
    assert rows(lake, country="AZE", theatre="ARM")[0]["busy"] > 0
    assert rows(lake, theatre="ARM")[0]["busy"] == 0


def test_what_was_published_or_known_later_changes_nothing(lake: Lake) -> None:
    fill(lake, follows)
    day = date(2024, 6, 30)
    before = rows(lake, as_of=day)
    assert before[0]["months"] == 42
    put_month(lake, MONTHS + 1, 30, *[WAR] * 15, *[FIGHT] * 15)
    put_borders(lake, border("RUS", "UKR"), border("RUS", "AZE"), border("RUS", "ARM", known_from=date(2024, 7, 1)))
    assert rows(lake, as_of=day) == before
    assert rows(lake) != before


def test_the_answer_is_the_same_each_time(lake: Lake) -> None:
    fill(lake, lambda war, random: int(random.integers(0, 12)))
    assert rows(lake) == rows(lake)

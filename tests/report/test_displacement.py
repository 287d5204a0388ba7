"""The report `displacement`: figures of data sets and of articles about people who fled, side by side."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from facts_of_states import figure, stating
from rows import put

from tasks.load.lake import Lake
from tasks.report.reports import run_report

BODY = "Some officials spoke. More than 100,000 people fled Sudia to Nordia. That was all."


def people(series: str, country: str, counterpart: str, year: int, value: float, **changes: Any) -> dict[str, Any]:
    return figure(series, country, counterpart, year, value, **({"unit": "people", "dataset": "unhcr"} | changes))


def stated(lake: Lake, number: int = 1, **changes: Any) -> None:
    """Put an article into the lake that states how many people fled Azerbaijan (Sudia) to Armenia (Nordia)."""
    figures = {"kind": "displaced", "unit": "people", "about_text": "people", "value_low": 100_000.0}
    stating(lake, BODY, "More than 100,000", {"Sudia": "AZE", "Nordia": "ARM"}, number=number, **figures, **changes)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    put(lake, "indicators", [people("refugees", "AZE", "RUS", 2022, 30_000)], "unhcr", "2022")
    figures = [
        people("refugees", "AZE", "ARM", 2023, 110_000),
        people("refugees", "AZE", "RUS", 2023, 20_000),
        people("idps", "AZE", "", 2023, 600_000),
        people("refugees", "POL", "DEU", 2023, 10),
    ]
    put(lake, "indicators", figures, "unhcr", "2023")
    return lake


def rows(lake: Lake, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, "displacement", params, as_of).to_pylist()


def test_figures_and_claims_stand_side_by_side(lake: Lake) -> None:
    stated(lake)
    now, before = rows(lake)
    assert (now["year"], now["origin"], now["refugees"], now["displaced_inside"]) == (2023, "AZE", 130_000, 600_000)
    assert (now["main_hosts"], now["change"]) == (["ARM 110,000", "RUS 20,000"], 100_000)
    assert (now["claims"], now["claimed_low"], now["claimed_high"]) == (1, 100_000, 100_000)
    assert now["evidence"] == [
        "2023-10-10 Plover Post: More than 100,000, More than 100,000 people fled Sudia to Nordia."
    ]
    assert (before["year"], before["claims"], before["change"]) == (2022, 0, None)


def test_a_claim_stands_alone_where_no_data_set_has_the_year(lake: Lake) -> None:
    stated(lake, published_date=date(2024, 2, 1))
    row = rows(lake)[0]
    assert (row["year"], row["origin"], row["refugees"], row["claims"]) == (2024, "AZE", None, 1)
    assert rows(lake, show="both") == []


def test_small_numbers_are_left_out_unless_asked_for(lake: Lake) -> None:
    assert {row["origin"] for row in rows(lake)} == {"AZE"}
    assert {row["origin"] for row in rows(lake, least="5")} == {"AZE", "POL"}


def test_of_counts_that_contain_each_other_the_last_holds(lake: Lake) -> None:
    days = [(date(2021, 9, 24), date(2021, 9, 30), 100_417), (date(2021, 9, 19), date(2021, 10, 7), 100_632)]
    counts = [people("refugees", "GEO", "ARM", 2021, n, start_date=a, end_date=b, dataset="facts") for a, b, n in days]
    put(lake, "indicators", counts, "facts", "2021")
    assert [row["refugees"] for row in rows(lake, country="GEO")] == [100_632]


def test_the_data_set_with_more_countries_is_taken(lake: Lake) -> None:
    put(lake, "indicators", [people("refugees", "AZE", "", 2023, 1_000_000, dataset="facts")], "facts", "2023")
    assert [(r["refugees"], r["dataset"]) for r in rows(lake, since="2023-01-01")] == [(130_000, "unhcr")]


def test_the_first_year_asked_for_still_shows_its_change(lake: Lake) -> None:
    assert [(r["year"], r["change"]) for r in rows(lake, since="2023-01-01")] == [(2023, 100_000)]


def test_what_came_later_changes_nothing_as_of_an_earlier_day(lake: Lake) -> None:
    stated(lake)
    before = rows(lake, as_of=date(2023, 12, 31))
    assert [(r["year"], r["refugees"], r["claims"]) for r in before] == [(2023, None, 1), (2022, 30_000, 0)]
    stated(lake, 2, published_date=date(2024, 1, 5))
    put(lake, "indicators", [people("refugees", "AZE", "IRN", 2022, 5, known_from=date(2025, 1, 1))], "unhcr", "late")
    assert rows(lake, as_of=date(2023, 12, 31)) == before

"""The report `border_watch`: what is counted where, on what, and when a month is a surprise."""

from datetime import date
from math import pi
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from months import border, month, put_borders, put_month, reference
from rows import article, content_id, event, put

from tasks.load.lake import Lake
from tasks.report.query import ask
from tasks.report.reports import run_report

FIGHT = {"actor_country": "AZE", "recipient_country": "ARM", "place_country": "AZE"}
TALKS = FIGHT | {"event_type": "CONSULT", "quad_class": 1, "intensity": 3.0}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two years of 200 articles a month and two fights each in Azerbaijan, then a month with ten."""
    lake = Lake(tmp_path / "lake")
    put_borders(lake, border("RUS", "AZE"), border("RUS", "GEO"), border("AZE", "RUS"), border("AZE", "ARM"))
    for number in range(24):
        put_month(lake, number, 200, FIGHT, FIGHT)
    put_month(lake, 24, 200, *[FIGHT] * 9, TALKS)
    return lake


def rows(lake: Lake, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, "border_watch", params, as_of).to_pylist()


def row(lake: Lake, name: str, neighbour: str = "AZE", as_of: date | None = None, **params: str) -> dict[str, Any]:
    (found,) = [r for r in rows(lake, as_of, **params) if r["month"] == name and r["neighbour"] == neighbour]
    return found


def test_a_burst_after_two_quiet_years_is_multiple_unexpected_and_negative(lake: Lake) -> None:
    found = row(lake, "2023-01")
    assert (found["incidents"], found["volume"], found["rate"], found["expected"]) == (10, 200, 50.0, 2.0)
    expected = 2 * ((10 + 3 / 8) ** 0.5 - (2 + 3 / 8) ** 0.5) / (1 + pi / 2 / 24) ** 0.5
    assert found["surprise"] == round(expected, 1)
    assert (found["conflict_share"], found["intensity"]) == (90.0, -7.8)
    assert (found["multiple"], found["unexpected"], found["negative"]) == (True, True, True)
    assert found["note"] is None


def test_a_month_like_the_others_is_no_surprise(lake: Lake) -> None:
    found = row(lake, "2022-12")
    assert (found["surprise"], found["unexpected"]) == (0.0, False)


def test_the_archive_may_grow_tenfold_without_a_surprise(lake: Lake) -> None:
    put_month(lake, 24, 2_000, *[FIGHT] * 20)
    found = row(lake, "2023-01")
    assert (found["incidents"], found["rate"], found["surprise"]) == (20, 10.0, 0.0)


def test_one_crisis_among_the_earlier_months_hides_no_second(lake: Lake) -> None:
    put_month(lake, 12, 200, *[FIGHT] * 60)
    assert row(lake, "2023-01")["surprise"] >= 3


def test_a_place_where_counts_leap_about_surprises_less(lake: Lake) -> None:
    before = row(lake, "2023-01")["surprise"]
    for number in range(24):
        put_month(lake, number, 200, *[FIGHT] * (0, 2, 9)[number % 3])
    assert 0 < row(lake, "2023-01")["surprise"] < before


def test_surprise_needs_enough_earlier_months_and_says_so(lake: Lake) -> None:
    found = row(lake, "2021-12", until="2021-12-31")
    assert (found["surprise"], found["unexpected"]) == (None, None)
    assert found["note"] == "no surprise: 11 of 12 earlier months"
    assert row(lake, "2021-12", until="2021-12-31", least_months="11")["surprise"] == 0.0
    first = row(lake, "2021-01", until="2021-01-31", least_months="0")
    assert (first["expected"], first["surprise"]) == (None, None)


def test_chance_alone_is_seldom_unexpected(tmp_path: Path) -> None:
    """Counts drawn from Poisson and negative binomial laws, over an archive that triples."""
    random = np.random.default_rng(7)
    lake = Lake(tmp_path / "lake")
    countries = [f"A{letter}{other}" for letter in "ABCD" for other in "ABCDE"]
    put_borders(lake, *[border("RUS", country) for country in countries])
    means = [0.3, 1.0, 3.0, 6.0]
    for number in range(36):
        events: list[dict[str, Any]] = []
        for index, country in enumerate(countries):
            mean = means[index % 4] * (1 + number / 18)  # as the articles do
            if index % 2:
                mean *= random.gamma(4, 1 / 4)
            events += [{"actor_country": "ARM", "recipient_country": None, "place_country": country}] * random.poisson(
                mean
            )
        put_month(lake, number, round(150 * (1 + number / 18)), *events)
    judged = rows(lake, evidence="0")
    assert len(judged) == 240
    assert sum(r["unexpected"] for r in judged) <= 240 * 0.08
    assert sum(r["surprise"] > 3 for r in judged) <= 240 * 0.03


def test_a_quiet_neighbour_has_a_row_where_enough_was_read(lake: Lake) -> None:
    quiet = row(lake, "2023-01", "GEO")
    assert (quiet["incidents"], quiet["conflict_share"], quiet["negative"], quiet["evidence"]) == (0, None, False, [])
    put_month(lake, 25, 20, FIGHT)
    assert [r["neighbour"] for r in rows(lake, since="2023-02-01")] == ["AZE"]
    found = row(lake, "2023-02", since="2023-02-01")
    assert (found["rate"], found["surprise"], found["note"]) == (None, None, "no rate: volume below 100")
    assert row(lake, "2023-02", since="2023-02-01", least_volume="20")["rate"] == 50.0


def test_copies_of_a_story_are_one_incident(lake: Lake) -> None:
    copied = FIGHT | {"place_name": "Stepanakert", "event_date": date(2023, 2, 3)}
    put_month(lake, 25, 200, *[copied] * 5)
    assert row(lake, "2023-02")["incidents"] == 1


def test_incidents_are_those_of_the_view(lake: Lake) -> None:
    rest = {"actor_country": None, "actor_name": "NATO", "actor_sector": "IGO"}
    put_month(lake, 25, 200, FIGHT, rest | FIGHT | {"actor_country": None}, rest | {"actor_name": "EU"}, rest,
              rest | {"actor_sector": "GOV"}, rest | {"actor_sector": "GOV", "actor_name": "police"})  # fmt: skip
    counted = ask(
        lake.root, "select count(distinct incident) from counted_events union all select count(*) from incidents"
    )
    assert len(set(counted.column(0).to_pylist())) == 1


def test_history_is_no_news_of_the_month(lake: Lake) -> None:
    put_month(lake, 25, 200, FIGHT | {"event_date": date(2020, 9, 27)}, FIGHT | {"date_precision": "year"},
              FIGHT | {"event_date": date(2023, 1, 20)})  # fmt: skip
    assert row(lake, "2023-02")["incidents"] == 1


@pytest.mark.parametrize(
    ("event", "any_", "place", "party"),
    [
        ({"actor_country": "AZE", "recipient_country": "ARM", "place_country": "FRA"}, 1, 0, 1),
        ({"actor_country": "USA", "recipient_country": "ARM", "place_country": "AZE"}, 1, 1, 0),
        ({"actor_country": "AZE", "recipient_country": "AZE", "place_country": "AZE"}, 1, 1, 1),
        ({"actor_country": "USA", "recipient_country": "ARM", "place_country": "RUS"}, 0, 0, 0),
    ],
    ids=["party abroad", "place of others", "once though thrice", "elsewhere"],
)
def test_tie_says_what_makes_an_event_a_neighbours(
    lake: Lake, event: dict[str, Any], any_: int, place: int, party: int
) -> None:
    put_month(lake, 25, 200, event)
    found = [row(lake, "2023-02", tie=tie)["incidents"] for tie in ("any", "place", "party")]
    assert found == [any_, place, party]


def test_neighbours_are_those_of_the_month(lake: Lake) -> None:
    put_borders(
        lake, border("RUS", "AZE", end_date=date(2022, 6, 15)), border("RUS", "GEO", start_date=date(2022, 9, 1))
    )
    found = {(r["month"], r["neighbour"]) for r in rows(lake, since="2022-05-01")}
    assert {m for m, n in found if n == "AZE"} == {"2022-05", "2022-06"}
    assert min(m for m, n in found if n == "GEO") == "2022-09"


def test_a_border_that_several_data_sets_hold_counts_once_and_one_by_sea_not_at_all(lake: Lake) -> None:
    before = rows(lake)
    cow = {"start_date": date(1992, 1, 1), "dataset": "cow-contiguity 3.2"}
    put(
        lake,
        "relations",
        [
            border("RUS", "AZE", **cow),
            border("RUS", "GEO", name="land border, by year", **cow),
            border("RUS", "ARM", name="sea border, up to 150 miles of water", **cow),
        ],
        "cow-contiguity",
        "all",
    )
    assert rows(lake) == before


def test_another_country_has_other_neighbours(lake: Lake) -> None:
    assert {r["neighbour"] for r in rows(lake, country="AZE")} == {"ARM", "RUS"}
    assert {r["neighbour"] for r in rows(lake, neighbour="GEO")} == {"GEO"}


def test_only_actual_acts_that_the_coder_is_sure_of(lake: Lake) -> None:
    put_month(lake, 25, 200, FIGHT | {"modality": "negated"}, FIGHT | {"confidence": 0.2}, FIGHT | {"confidence": None})
    assert row(lake, "2023-02")["incidents"] == 2
    assert row(lake, "2023-02", modality="all")["incidents"] == 3
    assert row(lake, "2023-02", confidence="0.5")["incidents"] == 1


def test_the_last_twelve_months_are_shown_the_newest_first(lake: Lake) -> None:
    months = list(dict.fromkeys(r["month"] for r in rows(lake)))
    assert (months[0], months[-1], len(months)) == ("2023-01", "2022-02", 12)
    assert {r["month"] for r in rows(lake, since="2022-03-31", until="2022-04-01")} == {"2022-03", "2022-04"}


def test_evidence_is_the_sentence_of_what_weighs_most_once_a_story(lake: Lake) -> None:
    grave = FIGHT | {"intensity": -10.0, "place_name": "Grave"}
    put_month(lake, 25, 200, TALKS, grave, FIGHT)
    evidence = row(lake, "2023-02")["evidence"]
    assert evidence[0] == "2023-02-02 ASSAULT Outlet 1: Nordia shelled Sudia on Monday."
    assert [text[:18] for text in evidence[1:]] == ["2023-02-03 ASSAULT", "2023-02-01 CONSULT"]
    told = article(25_002, published_date=date(2023, 2, 3), outlet="Outlet 2")
    put(
        lake,
        "events",
        [event(told, **grave | {"event_date": date(2023, 2, 2), "actor_country": "RUS"})],
        "other",
        "2023-02",
    )
    assert len(row(lake, "2023-02")["evidence"]) == 3
    assert len(row(lake, "2023-02", evidence="2")["evidence"]) == 2
    assert row(lake, "2023-02", evidence="0")["evidence"] == []


def test_an_incident_in_many_stories_weighs_more_and_copies_of_a_story_do_not(lake: Lake) -> None:
    often = FIGHT | {"place_name": "Often", "event_date": date(2023, 2, 1), "intensity": -6.0}
    once = FIGHT | {"place_name": "Once", "event_date": date(2023, 2, 1)}
    put_month(lake, 25, 200, once, often, often, often)
    assert row(lake, "2023-02", evidence="1")["evidence"][0].startswith("2023-02-01 ASSAULT Outlet")
    first = content_id("test article", 25_001)
    links = [{"article_id": content_id("test article", 25_000 + n), "story_id": first} for n in (1, 2, 3)]
    heavy = row(lake, "2023-02", evidence="1")["evidence"]
    put(lake, "stories", links, period="2023-02")
    assert row(lake, "2023-02", evidence="1")["evidence"] != heavy


def test_gdelt_is_counted_on_its_own_events_and_cited_by_address(lake: Lake) -> None:
    day = date(2023, 1, 5)
    others = [reference("gdelt", day, n, place_country="FRA") for n in range(99)]
    put(lake, "events", [reference("gdelt", day, 99, place_country="GEO"), *others], "gdelt", "2023-01-05")
    found = row(lake, "2023-01", "GEO", dataset="gdelt")
    assert (found["incidents"], found["volume"], found["rate"]) == (1, 100, 10.0)
    assert found["evidence"] == ["2023-01-05 ASSAULT gdelt: https://example.org/99"]


def test_ucdp_counts_in_the_month_of_the_event_though_published_later(lake: Lake) -> None:
    changes = {"place_country": "GEO", "published_date": date(2023, 6, 1), "source_url": None}
    fights = [reference("ucdp_ged", date(2022, 3, 5), n, **changes) for n in (1, 2)]
    put(lake, "events", fights, "ucdp", "2022")
    found = row(lake, "2022-03", "GEO", dataset="ucdp_ged")
    assert found["incidents"] == 2
    assert sorted(found["evidence"]) == sorted(
        f"2022-03-05 ASSAULT ucdp: {fight['place_name']}, {fight['event_id']}" for fight in fights
    )
    assert rows(lake, dataset="ucdp_ged", as_of=date(2023, 1, 31)) == []


def test_what_was_published_or_known_later_changes_nothing(lake: Lake) -> None:
    before = rows(lake, as_of=date(2023, 1, 31))
    late = article(99, published_date=date(2023, 2, 1))
    put(lake, "articles", [late], "late", "2023-01")
    put(lake, "events", [event(late, **FIGHT | {"event_date": date(2023, 1, 20)})], "late", "2023-01")
    put_month(lake, 25, 300, *[FIGHT] * 30)
    put_borders(
        lake, border("RUS", "AZE"), border("RUS", "GEO"), border("RUS", "ARM", known_from=date(2023, 2, 1)),
    )  # fmt: skip
    assert rows(lake, as_of=date(2023, 1, 31)) == before
    assert rows(lake) != before


def test_an_article_in_two_archives_is_read_once(lake: Lake) -> None:
    before = rows(lake)
    put_month(lake, 24, 200, *[FIGHT] * 9, TALKS, source="copy")
    assert rows(lake) == before


def test_the_answer_is_the_same_each_time(lake: Lake) -> None:
    assert rows(lake) == rows(lake)


def test_the_months_of_the_fixture_are_months() -> None:
    assert (month(0), month(24)) == (date(2021, 1, 1), date(2023, 1, 1))

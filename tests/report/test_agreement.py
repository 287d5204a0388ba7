"""The report `agreement`: what both see, what one misses, and what chance alone would match."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from months import put_month, reference
from rows import put

from tasks.load.lake import Lake
from tasks.report.reports import run_report

FIGHT = {"actor_country": "RUS", "recipient_country": "UKR", "place_country": "UKR"}
FIRST = date(2021, 1, 1)


def put_reference(lake: Lake, dataset: str, events: Iterable[dict[str, Any]]) -> None:
    put(lake, "events", events, dataset, "2021")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """January and February 2021, read day by day; we see fights on 4, 8 and 20 January, UCDP on 5 and 28 January."""
    lake = Lake(tmp_path / "lake")
    ours = [FIGHT | {"event_date": date(2021, 1, day)} for day in (4, 8, 20)]
    put_month(lake, 0, 62, *ours)
    put_month(lake, 1, 60)
    theirs = [reference("ucdp_ged", date(2021, 1, day), day, published_date=date(2022, 6, 1)) for day in (5, 28)]
    bounds = [reference("ucdp_ged", day, 90, place_country="FRA") for day in (FIRST, date(2021, 2, 28))]
    put_reference(lake, "ucdp_ged", [*theirs, *bounds])
    return lake


def rows(lake: Lake, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, "agreement", {"country": "UKR"} | params, as_of).to_pylist()


def fights(lake: Lake, as_of: date | None = None, **params: str) -> dict[str, Any]:
    (found,) = [
        r for r in rows(lake, as_of, **{"dataset": "ucdp_ged"} | params) if r["class"] in ("4", "conflict", None)
    ]
    return found


def test_each_side_is_counted_and_matched_within_a_day(lake: Lake) -> None:
    found = fights(lake)
    assert (found["days"], found["months"]) == (59, 2)
    assert (found["ours"], found["theirs"], found["both"]) == (3, 2, 1)
    assert (found["only_ours"], found["only_theirs"]) == (2, 1)
    assert (found["matched_ours"], found["matched_theirs"]) == (33.0, 50.0)


def test_the_share_that_chance_would_match_stands_beside_it(lake: Lake) -> None:
    found = fights(lake)
    assert (found["chance_ours"], found["chance_theirs"]) == (round(100 * 6 / 59), round(100 * 9 / 59))


@pytest.mark.parametrize(("window", "both"), [("0", 0), ("1", 1), ("3", 2), ("8", 3)])
def test_a_wider_window_matches_more(lake: Lake, window: str, both: int) -> None:
    assert fights(lake, window=window)["both"] == both


def test_examples_show_what_one_side_misses(lake: Lake) -> None:
    found = fights(lake)
    assert [text.split(" ", 1)[1] for text in found["missed_by_them"]] == [
        "2021-01-08 ASSAULT Nordia shelled Sudia on Monday.",
        "2021-01-20 ASSAULT Nordia shelled Sudia on Monday.",
    ]
    (missed,) = found["missed_by_us"]
    event_id = reference("ucdp_ged", date(2021, 1, 28), 28)["event_id"]
    assert missed == f"{event_id} 2021-01-28 ASSAULT https://example.org/28"
    assert fights(lake, examples="0")["missed_by_them"] == []
    assert len(fights(lake, examples="1")["missed_by_them"]) == 1


def test_an_event_of_several_days_is_matched_on_any_of_them(lake: Lake) -> None:
    long = reference("ucdp_ged", date(2021, 1, 14), 1, event_end_date=date(2021, 1, 19))
    bounds = [reference("ucdp_ged", day, 90, place_country="FRA") for day in (FIRST, date(2021, 2, 28))]
    put_reference(lake, "ucdp_ged", [long, *bounds])
    found = fights(lake)
    assert (found["both"], found["only_theirs"]) == (1, 0)


def test_a_day_that_is_not_read_holds_what_an_event_beside_it_is_matched_with(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put_month(lake, 0, 1, FIGHT | {"event_date": FIRST})  # read on that day alone
    put_reference(lake, "ucdp_ged", [reference("ucdp_ged", FIRST + timedelta(n)) for n in (-1, 1)])
    found = fights(lake)
    assert (found["days"], found["ours"], found["theirs"], found["both"]) == (1, 1, 0, 1)
    assert (found["matched_ours"], found["chance_ours"]) == (100.0, 100.0)


def test_an_incident_that_two_articles_end_on_other_days_counts_once(lake: Lake) -> None:
    of_days = FIGHT | {"event_date": date(2021, 1, 4), "place_name": "Sudia"}
    put_month(lake, 0, 62, of_days, of_days | {"event_end_date": date(2021, 1, 6)})
    assert (fights(lake)["ours"], fights(lake)["both"]) == (1, 1)


def test_a_file_of_no_known_edition_gives_examples_too(lake: Lake) -> None:
    days = (FIRST, date(2021, 1, 28), date(2021, 2, 28))
    put_reference(lake, "ucdp_ged", [reference("ucdp_ged", day, published_date=None) for day in days])
    assert len(fights(lake)["missed_by_us"]) == 3


def test_another_class_is_another_event(lake: Lake) -> None:
    spoken = [reference("ucdp_ged", date(2021, 1, 8), 1, quad_class=3)]
    put_reference(lake, "acled", [])
    put(lake, "events", spoken, "more", "2021")
    assert fights(lake)["both"] == 1
    assert fights(lake, **{"class": "side"})["both"] == 2


def test_days_that_one_side_does_not_cover_are_not_compared(lake: Lake) -> None:
    put_reference(lake, "ucdp_ged", [reference("ucdp_ged", date(2021, 1, day), day) for day in (5, 12)])
    found = fights(lake)
    assert (found["days"], found["ours"], found["note"]) == (8, 1, "8 days only: no conclusion")


def test_gdelt_covers_the_days_that_were_loaded(lake: Lake) -> None:
    put_reference(lake, "gdelt", [reference("gdelt", date(2021, 1, day), day) for day in (8, 20)])
    found = fights(lake, dataset="gdelt")
    assert (found["days"], found["ours"], found["both"]) == (2, 2, 2)


def test_a_day_of_which_gdelt_told_later_is_not_covered(lake: Lake) -> None:
    told = reference("gdelt", date(2021, 1, 4), 1, published_date=date(2021, 1, 8))
    put_reference(lake, "gdelt", [told, reference("gdelt", date(2021, 1, 8), 2)])
    found = fights(lake, dataset="gdelt")
    assert (found["days"], found["ours"], found["theirs"]) == (1, 1, 1)


def test_theirs_are_counted_as_they_count_them_and_the_strongest_are_shown(lake: Lake) -> None:
    on_one_day = [reference("ucdp_ged", date(2021, 1, 28), n, intensity=-float(n)) for n in (3, 9, 6)]
    bounds = [reference("ucdp_ged", day, 90, place_country="FRA") for day in (FIRST, date(2021, 2, 28))]
    put_reference(lake, "ucdp_ged", [*on_one_day, *bounds])
    found = fights(lake, examples="2")
    assert (found["theirs"], found["only_theirs"]) == (3, 3)
    assert [text.rsplit("/", 1)[1] for text in found["missed_by_us"]] == ["9", "6"]


def test_a_data_set_that_is_not_there_says_so_in_one_row(lake: Lake) -> None:
    (found,) = rows(lake, dataset="acled")
    assert (found["class"], found["note"]) == (None, "the data set is not in the lake")
    assert [r["dataset"] for r in rows(lake)] == ["acled", "gdelt", *["ucdp_ged"] * 4]


def test_a_match_on_nearly_every_day_is_said_to_tell_little(lake: Lake) -> None:
    days = [FIRST + timedelta(n) for n in range(59)]
    put_reference(lake, "gdelt", [reference("gdelt", day) for day in days])
    found = fights(lake, dataset="gdelt")
    assert (found["matched_ours"], found["chance_ours"]) == (100.0, 100.0)
    assert found["note"].startswith("something on nearly every day")


def test_monthly_counts_correlate_by_rank(lake: Lake) -> None:
    counts = [1, 3, 2, 6, 4, 5, 8, 7]
    theirs = []
    for number, count in enumerate(counts):
        first = date(2021, number + 1, 1)
        put_month(lake, number, 56, *[FIGHT | {"event_date": first}] * count)
        theirs += [reference("ucdp_ged", first, 10 * number + n) for n in range(count)]
    bounds = [reference("ucdp_ged", day, 90, place_country="FRA") for day in (FIRST, date(2021, 8, 31))]
    put_reference(lake, "ucdp_ged", [*theirs, *bounds])
    found = fights(lake)
    assert found["months"] == 8
    assert found["correlation"] == pytest.approx(1.0, abs=0.05)


def test_tie_says_what_makes_an_event_the_countrys(lake: Lake) -> None:
    assert fights(lake, country="RUS")["ours"] == 3
    assert fights(lake, country="RUS", tie="place")["ours"] == 0
    assert fights(lake, tie="place")["ours"] == 3


def test_events_without_a_day_and_history_are_left_out(lake: Lake) -> None:
    put_month(lake, 0, 62, FIGHT | {"date_precision": "month"}, FIGHT | {"event_date": date(2020, 3, 1)},
              FIGHT | {"modality": "negated"}, FIGHT | {"confidence": 0.1})  # fmt: skip
    assert fights(lake)["ours"] == 1
    assert fights(lake, confidence="0.5")["ours"] == 0


def test_what_was_published_later_changes_nothing(lake: Lake) -> None:
    assert fights(lake, as_of=date(2021, 12, 31))["theirs"] == 0
    before = rows(lake, as_of=date(2022, 12, 31))
    put(lake, "events", [reference("ucdp_ged", date(2021, 1, 8), 5, published_date=date(2023, 1, 1))], "late", "2021")
    assert rows(lake, as_of=date(2022, 12, 31)) == before
    assert rows(lake) != before


def test_the_answer_is_the_same_each_time(lake: Lake) -> None:
    assert rows(lake) == rows(lake)

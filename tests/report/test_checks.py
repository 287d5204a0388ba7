"""The checks: each finds the rows that it is for, and nothing in a lake that is right."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rows import article, claim, event, introduction, mention, put, quote

from tasks.contract import TABLES
from tasks.extract.reference.countries import NO_COUNTRY, country_codes
from tasks.load.lake import Lake
from tasks.report.checks import CheckResult, run_checks
from tasks.report.warehouse import SQL

TODAY = date(2024, 1, 1)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article()])
    for table, row in (("events", event()), ("quotes", quote()), ("claims", claim()), ("mentions", mention()),
                       ("introductions", introduction())):  # fmt: skip
        put(lake, table, [row])
    return lake


def check(lake: Lake, name: str) -> CheckResult:
    return run_checks(lake.root, TODAY, [name])[0]


def test_a_lake_that_is_right_passes_every_check(lake: Lake) -> None:
    results = run_checks(lake.root, TODAY)
    assert [(result.name, result.failures) for result in results] == [
        ("codes", 0), ("confidence", 0), ("duplicates", 0), ("future", 0), ("orphans", 0), ("spans", 0)
    ]  # fmt: skip


MOVED = {"text_start": 34, "text_end": 51}


@pytest.mark.parametrize(
    ("table", "row", "span"),
    [
        ("quotes", quote(**MOVED), "text"),
        ("quotes", quote(text="We will answer"), "text"),
        ("claims", claim(text_end=10_000), "text"),
        ("claims", claim(text_start=-1, text_end=4, text="Nord"), "text"),
        ("mentions", mention(text_end=mention()["text_start"]), "text"),
        ("introductions", introduction(text="Ana Post, the minister"), "text"),
        ("events", event(trigger_text="bombed"), "trigger"),
        ("events", event(trigger_end=None), "trigger"),
        ("events", event(actor_start=1), "actor"),
        ("events", event(recipient_text=None), "recipient"),
        ("events", event(evidence_end=10_000), "evidence"),
    ],
    ids=["moved", "other words", "beyond the end", "before the start", "empty", "introduction", "trigger", "half",
         "actor", "no words", "evidence"],
)  # fmt: skip
def test_offsets_that_cut_other_words_are_found(lake: Lake, table: str, row: dict[str, Any], span: str) -> None:
    put(lake, table, [row])
    result = check(lake, "spans")
    assert (result.failures, result.sample[0]["table_name"], result.sample[0]["span"]) == (1, table, span)


def test_offsets_count_code_points(lake: Lake) -> None:
    body = "👨‍👩‍👧 e\u0301 🇦🇲 said “yes” to Ana Post. Nordia shelled Sudia. We will answer 😀, About 300 people"
    told = article(3, body=body)
    put(lake, "articles", [told], period="2023-11")
    for table, row in (("quotes", quote(told)), ("claims", claim(told)), ("mentions", mention(told))):
        put(lake, table, [row], period="2023-11")
    put(lake, "events", [event(told)], period="2023-11")
    assert check(lake, "spans").failures == 0


def test_an_event_may_lack_a_recipient(lake: Lake) -> None:
    nobody = dict.fromkeys(("recipient_text", "recipient_start", "recipient_end", "recipient_country"))
    put(lake, "events", [event(**nobody)])
    assert check(lake, "spans").failures == 0


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("events", event(actor_country="RU"), "actor_country"),
        ("events", event(place_country="Armenia"), "place_country"),
        ("events", event(actor_sector="army"), "actor_sector"),
        ("quotes", quote(speaker_country="XXX"), "speaker_country"),
        ("quotes", quote(countries=["ARM", "QQQ"]), "countries"),
        ("claims", claim(countries=["arm"]), "countries"),
        ("mentions", mention(country="UK"), "country"),
        ("introductions", introduction(sector="Gov"), "sector"),
    ],
)
def test_unknown_codes_are_found(lake: Lake, table: str, row: dict[str, Any], column: str) -> None:
    put(lake, table, [row])
    result = check(lake, "codes")
    assert result.failures == 1
    assert (result.sample[0]["table_name"], result.sample[0]["column_name"]) == (table, column)


def test_every_code_that_a_reader_gives_is_known(lake: Lake) -> None:
    put(lake, "quotes", [quote(countries=sorted(country_codes()))])
    assert check(lake, "codes").failures == 0


def test_a_figure_may_be_of_a_party_that_is_no_state_and_a_tie_may_not(lake: Lake) -> None:
    figure = {"series": "refugees", "country": NO_COUNTRY, "counterpart": "ARM", "start_date": date(2020, 1, 1),
              "value": 7.0, "unit": "people", "dataset": "unhcr"}  # fmt: skip
    put(lake, "indicators", [figure], "unhcr", "2020")
    assert check(lake, "codes").failures == 0
    tie = {"kind": "border", "name": "land border", "country": NO_COUNTRY, "counterpart": "ARM",
           "start_date": date(2020, 1, 1), "dataset": "cow"}  # fmt: skip
    put(lake, "relations", [tie], "cow", "all")
    assert check(lake, "codes").failures == 1


def test_a_key_in_two_periods_of_a_source_is_found(lake: Lake) -> None:
    put(lake, "articles", [article()], period="2023-11")
    result = check(lake, "duplicates")
    assert result.failures == 1
    assert result.sample[0]["periods"] == ["2023-10", "2023-11"]


def test_a_key_in_two_sources_is_right(lake: Lake) -> None:
    put(lake, "articles", [article()], "wader")
    assert check(lake, "duplicates").failures == 0


def test_duplicates_are_looked_for_in_every_table_by_its_whole_key() -> None:
    sql = (SQL / "checks" / "duplicates.sql").read_text(encoding="utf-8")
    for table in TABLES.values():
        key = table.key[0] if len(table.key) == 1 else f"concat_ws('|', {', '.join(table.key)})"
        assert f"'{table.name}'" in sql
        assert key in sql


def test_articles_of_tomorrow_are_found(lake: Lake) -> None:
    put(lake, "articles", [article(2, published_date=date(2024, 1, 2))], period="2024-01")
    put(lake, "articles", [article(3, published_date=TODAY)], period="2024-02")
    assert check(lake, "future").failures == 1


@pytest.mark.parametrize(("day", "modality", "failures"), [(4, "actual", 0), (5, "actual", 1), (5, "intended", 0)])
def test_events_told_before_they_happened_are_found(lake: Lake, day: int, modality: str, failures: int) -> None:
    put(lake, "events", [event(event_date=date(2023, 10, day), modality=modality)])
    assert check(lake, "future").failures == failures


@pytest.mark.parametrize(("confidence", "failures"), [(0.0, 0), (1.0, 0), (1.1, 1), (-0.1, 1), (None, 0)])
def test_confidence_lies_between_0_and_1(lake: Lake, confidence: float | None, failures: int) -> None:
    put(lake, "events", [event(confidence=confidence)])
    assert check(lake, "confidence").failures == failures


def test_rows_without_their_article_are_found(lake: Lake) -> None:
    put(lake, "articles", [article(2)])
    assert check(lake, "orphans").failures == 5


def test_reference_events_need_no_article(lake: Lake) -> None:
    put(lake, "events", [event(dataset="gdelt", article_id=None)])
    assert check(lake, "orphans").failures == 0


def test_all_wrong_rows_are_counted_and_a_few_shown(lake: Lake) -> None:
    put(lake, "events", [event(confidence=2.0, event_id=f"e{n}") for n in range(50)])
    result = check(lake, "confidence")
    assert (result.failures, len(result.sample)) == (50, 5)
    assert [row["event_id"] for row in result.sample] == ["e0", "e1", "e10", "e11", "e12"]
    assert "failures" not in result.sample[0]

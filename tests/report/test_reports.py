"""The reports: their parameters, and what they answer."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rows import article, claim, event, filled, put, quote

from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.report.reports import bound, find_report, list_reports, read_report, run_report


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    late = article(2, published_date=date(2023, 11, 2), outlet="The Wader", language="pl")
    put(lake, "articles", [article(1)])
    put(lake, "articles", [late], period="2023-11")
    put(lake, "events", [event(article(1)), event(article(1), actor_name="Russian army")])
    november = event(
        late, event_date=date(2023, 11, 1), actor_country="AZE", recipient_country="ARM", modality="negated"
    )
    put(lake, "events", [november], period="2023-11")
    put(lake, "quotes", [quote(article(1))])
    put(lake, "claims", [claim(article(1))])
    return lake


def rows(lake: Lake, name: str, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, name, params, as_of).to_pylist()


def test_the_first_reports_are_there() -> None:
    assert {"claims", "coverage", "dyads", "quotes", "timeline"} <= {report.name for report in list_reports()}


@pytest.mark.parametrize("report", list_reports(), ids=lambda report: report.name)
def test_every_report_names_the_columns_that_it_gives(lake: Lake, report: Any) -> None:
    assert run_report(lake.root, report.name).column_names == list(report.columns)
    assert report.question.endswith("?")


@pytest.mark.parametrize("report", list_reports(), ids=lambda report: report.name)
def test_every_report_runs_with_each_of_its_parameters(lake: Lake, report: Any) -> None:
    samples = {"country": "rus", "date": "2023-10-01", "text": "coded", "number": "0.5", "whole number": "3"}
    for parameter in report.parameters:
        value = samples.get(parameter.kind, parameter.kind.split("|")[0])
        run_report(lake.root, report.name, {parameter.name: value})


def test_an_unknown_report_lists_the_known_ones(lake: Lake) -> None:
    with pytest.raises(UsageError, match=r"There is no report 'nothing'\. Reports: .*claims, claims_check, coverage"):
        rows(lake, "nothing")


def test_an_unknown_parameter_lists_the_known_ones(lake: Lake) -> None:
    with pytest.raises(
        UsageError,
        match=r"'dyads' has no parameter 'contry'\. Did you mean 'country'\? Parameters: country, since, until",
    ):
        rows(lake, "dyads", contry="RUS")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("dyads", {"country": "Moldova"}, "country=Moldova: is not a country code; write its code, MDA"),
        ("dyads", {"country": "russia"}, "country=russia: is not a country code; write its code, RUS"),
        ("dyads", {"country": "GER"}, "country=GER: is not a country code; write three letters of ISO 3166-1"),
        ("dyads", {"since": "last week"}, "since=last week: is not a date"),
        ("dyads", {"modality": "maybe"}, "modality=maybe: is unknown; choose one of actual, negated"),
        ("claims", {"kind": "size"}, "kind=size: is unknown; choose one of share, count"),
        ("border_watch", {"confidence": "-1"}, "confidence=-1: is not a number; write it as 0.5"),
        ("border_watch", {"confidence": "nan"}, "confidence=nan: is not a number"),
        ("border_watch", {"evidence": "2.5"}, "evidence=2.5: is not a whole number; write it as 12"),
        ("border_watch", {"evidence": "1_0"}, "evidence=1_0: is not a whole number"),
    ],
)
def test_a_wrong_value_is_said(lake: Lake, name: str, given: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        rows(lake, name, **given)


def test_parameters_have_their_defaults() -> None:
    values = bound(find_report("timeline"), {"since": "2023-10-01", "other": ""}, focus="ARM")
    assert values == {"country": "ARM", "other": None, "since": date(2023, 10, 1), "until": None,
                      "modality": "all", "dataset": "coded"}  # fmt: skip


def test_numbers_are_numbers() -> None:
    values = bound(find_report("border_watch"), {"confidence": "0.25", "evidence": "3"}, focus="RUS")
    assert (values["confidence"], values["evidence"]) == (0.25, 3)


def test_a_report_without_a_question_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select 1")
    with pytest.raises(UsageError, match="does not begin with"):
        read_report(tmp_path / "a.sql")
    (tmp_path / "a.sql").write_text("-- question: Why?\n-- parm x: text\nselect 1")
    with pytest.raises(UsageError, match="cannot be read at '-- parm x: text'"):
        read_report(tmp_path / "a.sql")


def test_a_list_is_read_with_its_query(tmp_path: Path) -> None:
    path = tmp_path / "listed.sql"
    path.write_text(
        "-- question: Who?\n-- list names: select name from relations\n-- column n: names\nselect len($names) as n\n"
    )
    assert read_report(path).lists == {"names": "select name from relations"}


def test_dyads_count_triggers_and_not_rows(lake: Lake) -> None:
    assert rows(lake, "dyads") == [
        {"month": "2023-10", "actor": "RUS", "recipient": "UKR", "event_type": "ASSAULT", "quad_class": 4,
         "triggers": 1, "incidents": 1, "intensity": -9.0}
    ]  # fmt: skip


def test_dyads_of_other_modalities_are_asked_for(lake: Lake) -> None:
    assert [row["actor"] for row in rows(lake, "dyads", modality="negated")] == ["AZE"]
    assert [row["actor"] for row in rows(lake, "dyads", modality="all")] == ["RUS", "AZE"]
    assert [row["actor"] for row in rows(lake, "dyads", modality="all", country="arm")] == ["AZE"]
    assert [row["actor"] for row in rows(lake, "dyads", modality="all", until="2023-10-31")] == ["RUS"]


def test_reports_use_only_what_was_published_as_of_a_day(lake: Lake) -> None:
    assert [r["actor"] for r in rows(lake, "dyads", as_of=date(2023, 10, 31), modality="all")] == ["RUS"]
    assert rows(lake, "quotes", as_of=date(2023, 10, 2)) == []
    assert len(rows(lake, "quotes", as_of=date(2023, 10, 3))) == 1


def test_a_timeline_has_one_line_a_trigger_with_its_sentence(lake: Lake) -> None:
    found = rows(lake, "timeline")
    assert [(r["event_date"], r["event_type"], r["actor"], r["recipient"], r["evidence"]) for r in found] == [
        (date(2023, 10, 2), "ASSAULT", "Russia; Russian army", "Ukraine", "Nordia shelled Sudia on Monday.")
    ]


def test_a_timeline_of_a_dyad_has_both_directions(lake: Lake) -> None:
    for country, other in (("AZE", "ARM"), ("ARM", "AZE")):
        found = rows(lake, "timeline", country=country, other=other)
        assert [(r["event_date"], r["modality"]) for r in found] == [(date(2023, 11, 1), "negated")]
    assert rows(lake, "timeline", country="ARM", other="RUS") == []


def test_evidence_is_cut_by_code_points(lake: Lake) -> None:
    body = "👨‍👩‍👧 e\u0301 🇦🇲. Nordia shelled Sudia. More."
    told = article(5, body=body)
    put(lake, "articles", [told], period="2023-12")
    start = body.index("Nordia")
    put(lake, "events", [event(told, evidence_start=start, evidence_end=body.index(" More"))], period="2023-12")
    found = {row["article_id"]: row["evidence"] for row in rows(lake, "timeline")}
    assert found[told["article_id"]] == "Nordia shelled Sudia."


def test_quotes_are_found_by_speaker_and_country(lake: Lake) -> None:
    found = rows(lake, "quotes", speaker="post", country="ARM")
    assert [(r["speaker"], r["role"], r["text"]) for r in found] == [("Ana Post", "minister", "We will answer 😀,")]
    assert rows(lake, "quotes", speaker="100%") == []
    assert rows(lake, "quotes", country="RUS") == []


def test_claims_are_found_by_kind_and_country(lake: Lake) -> None:
    found = rows(lake, "claims", kind="displaced", country="ARM")
    assert [(r["value_low"], r["value_high"], r["unit"], r["text"]) for r in found] == [
        (270.0, 330.0, "people", "About 300 people")
    ]
    assert rows(lake, "claims", kind="money") == []


def test_the_same_article_in_two_sources_is_reported_once(lake: Lake) -> None:
    for name in ("dyads", "timeline", "quotes", "claims"):
        before = rows(lake, name)
        put(lake, "articles", [article(1)], "copy")
        put(lake, "events", [event(article(1))], "copy")
        put(lake, "quotes", [quote(article(1))], "copy")
        put(lake, "claims", [claim(article(1))], "copy")
        assert rows(lake, name) == before


def test_coverage_counts_by_source_and_day(lake: Lake) -> None:
    lost = {"raw_uri": "a.json", "raw_sha256": "a" * 64, "stage": "extract", "reason": "no_text"}
    put(lake, "quarantine", [filled("quarantine", lost | {"record": record}) for record in ("#1", "#2")], period="all")
    assert [tuple(row.values()) for row in rows(lake, "coverage")] == [
        ("plover", date(2023, 10, 3), 1, 1, 1, 1, 1, 0),
        ("plover", date(2023, 11, 2), 1, 0, 1, 0, 0, 0),
        ("plover", None, 0, 0, 0, 0, 0, 2),
    ]

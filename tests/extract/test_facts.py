"""Our own tables of facts: what the reader refuses, and what holds for the files that ship."""

import csv
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry
import pytest

from tasks.errors import ConfigError
from tasks.extract.reference.facts import read_facts
from tasks.settings import shipped

RELATIONS = "kind,name,country,counterpart,start_date,end_date,known_from,dataset,note\n"
INDICATORS = "series,country,counterpart,start_date,end_date,value,unit,known_from,dataset,dataset_version,note\n"
TIE = "membership,NATO,FIN,,2023-04-04,,2022-07-05,facts,acceded (NATO)\n"
ONE_AT_A_TIME = ("membership", "application", "candidacy", "suspension", "withdrawal")
FIGURE = "border.length_km,FIN,RUS,2023-01-01,2023-12-31,1340,kilometres,,facts,1,rounded (Border Guard)\n"


def folder(tmp_path: Path, relations: str = RELATIONS + TIE, indicators: str = INDICATORS + FIGURE) -> Path:
    (tmp_path / "relations.csv").write_text(relations, encoding="utf-8")
    (tmp_path / "indicators.csv").write_text(indicators, encoding="utf-8")
    return tmp_path


def test_a_row_becomes_the_types_of_the_contract(tmp_path: Path) -> None:
    facts = read_facts(folder(tmp_path))
    assert facts["relations"].to_pylist() == [
        {
            "kind": "membership",
            "name": "NATO",
            "country": "FIN",
            "counterpart": "",
            "start_date": date(2023, 4, 4),
            "end_date": None,
            "known_from": date(2022, 7, 5),
            "dataset": "facts",
            "note": "acceded (NATO)",
        }
    ]
    assert facts["indicators"]["value"].to_pylist() == [1340.0]


def test_comments_empty_lines_and_windows_line_ends_are_passed_over(tmp_path: Path) -> None:
    text = f"# about this\n\n{RELATIONS}# more\n{TIE}".replace("\n", "\r\n")
    assert read_facts(folder(tmp_path, text))["relations"]["note"].to_pylist() == ["acceded (NATO)"]


@pytest.mark.parametrize(
    ("relations", "message"),
    [
        (RELATIONS.replace("note", "remark") + TIE, r"relations\.csv:1: unknown columns: remark"),
        (RELATIONS.replace(",note", "") + TIE, r"relations\.csv:1: lacks the columns note"),
        (RELATIONS.replace("note", "note,note") + TIE, r"relations\.csv:1: names a column twice"),
        (f"# c\n{RELATIONS}{TIE.strip()},more\n", r"relations\.csv:3: has 10 fields where the header has 9"),
        (RELATIONS + TIE.replace("FIN", "FI"), r"relations\.csv:2: country is 'FI'"),
        (RELATIONS + TIE.replace("membership", "friendship"), r":2: kind is 'friendship'; known: alliance"),
        (RELATIONS + TIE.replace("2023-04-04", "20230404"), r":2: start_date is '20230404', which is no date"),
        (RELATIONS + TIE.replace("2023-04-04", "2023-02-30"), r":2: start_date is '2023-02-30', which is no date"),
        (RELATIONS + TIE.replace("2023-04-04,", "2023-04-04,2023-04-03"), r":2: end_date 2023-04-03 lies before"),
        (RELATIONS + TIE.replace("2023-04-04", ""), r":2: start_date is empty"),
        (RELATIONS + TIE.replace("acceded (NATO)", ""), r":2: note is empty"),
        (RELATIONS + TIE.replace("FIN,", "FIN,SWE"), r":2: a tie of kind membership has no counterpart"),
        (RELATIONS + TIE.replace("membership", "border"), r":2: a tie of kind border has a counterpart"),
        (RELATIONS + TIE.replace("membership,NATO,FIN,", "border,x,FIN,FIN"), r":2: .* are both FIN"),
        (RELATIONS + TIE + TIE.replace("acceded", "joined"), r":3: says the same as line 2"),
        (RELATIONS + TIE.replace("acceded", '"acceded'), r":2: is not valid CSV"),
        ("# nothing\n", r"relations\.csv: is empty"),
    ],
)
def test_what_cannot_be_meant_is_named_with_file_and_line(tmp_path: Path, relations: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_facts(folder(tmp_path, relations))


@pytest.mark.parametrize("value", ["many", "nan", "inf", ""])
def test_a_figure_is_a_finite_number(tmp_path: Path, value: str) -> None:
    with pytest.raises(ConfigError, match=r"indicators\.csv:2: value is"):
        read_facts(folder(tmp_path, indicators=INDICATORS + FIGURE.replace("1340", value)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"relations\.csv: there is no such file"):
        read_facts(tmp_path)


@pytest.fixture(scope="module")
def facts() -> dict[str, list[dict[str, Any]]]:
    return {name: table.to_pylist() for name, table in read_facts(shipped("data/reference")).items()}


def test_every_shipped_country_code_is_a_country_of_today(facts: dict[str, list[dict[str, Any]]]) -> None:
    codes = {row[name] for rows in facts.values() for row in rows for name in ("country", "counterpart")} - {""}
    assert len(codes) > 40
    assert {code for code in codes if pycountry.countries.get(alpha_3=code) is None} <= {"XKX"}


def test_every_shipped_row_says_who_publishes_it(facts: dict[str, list[dict[str, Any]]]) -> None:
    assert all(row["note"].endswith(")") and "(" in row["note"] for rows in facts.values() for row in rows)


@pytest.mark.parametrize("kind", ["border", "alliance"])
def test_shipped_borders_and_alliances_stand_in_both_directions(
    facts: dict[str, list[dict[str, Any]]], kind: str
) -> None:
    ties = {
        (row["name"], row["country"], row["counterpart"], row["start_date"], row["end_date"])
        for row in facts["relations"]
        if row["kind"] == kind
    }
    assert ties
    assert {(name, other, country, *days) for name, country, other, *days in ties} == ties


def test_no_state_is_in_one_organisation_twice_at_once(facts: dict[str, list[dict[str, Any]]]) -> None:
    spans: dict[tuple[str, str, str], list[tuple[date, date]]] = {}
    for row in facts["relations"]:
        if row["kind"] in ONE_AT_A_TIME:
            span = (row["start_date"], row["end_date"] or date.max)
            spans.setdefault((row["kind"], row["name"], row["country"]), []).append(span)
    for of_state in spans.values():
        of_state.sort()
        assert all(before[1] < after[0] for before, after in pairwise(of_state))


def members(facts: dict[str, list[dict[str, Any]]], name: str, day: date) -> set[str]:
    return {
        row["country"]
        for row in facts["relations"]
        if (row["kind"], row["name"]) == ("membership", name)
        and row["start_date"] <= day
        and (row["end_date"] is None or day <= row["end_date"])
    }


@pytest.mark.parametrize(
    ("name", "day", "number"),
    [
        ("NATO", date(1991, 12, 26), 16),
        ("NATO", date(2023, 4, 3), 30),
        ("NATO", date(2024, 3, 7), 32),
        ("EU", date(2020, 1, 31), 28),
        ("EU", date(2020, 2, 1), 27),
        ("CIS", date(2000, 1, 1), 12),
        ("Collective Security Treaty", date(1995, 1, 1), 9),
        ("CSTO", date(2010, 1, 1), 7),
        ("CSTO", date(2023, 10, 5), 6),
        ("EAEU", date(2016, 1, 1), 5),
        ("SCO", date(2024, 7, 4), 10),
        ("Council of Europe", date(2022, 3, 16), 9),
    ],
)
def test_organisations_have_as_many_members_as_they_had(
    facts: dict[str, list[dict[str, Any]]], name: str, day: date, number: int
) -> None:
    assert len(members(facts, name, day)) == number


def test_russia_borders_on_fourteen_states_by_land(facts: dict[str, list[dict[str, Any]]]) -> None:
    borders = {row["counterpart"] for row in facts["relations"] if row["kind"] == "border" and row["country"] == "RUS"}
    assert len(borders) == 14
    assert {"FIN", "NOR", "PRK", "GEO"} <= borders


def of_kind(facts: dict[str, list[dict[str, Any]]], kind: str) -> list[dict[str, Any]]:
    return [row for row in facts["relations"] if row["kind"] == kind]


def test_an_application_ends_on_the_eve_of_the_membership(facts: dict[str, list[dict[str, Any]]]) -> None:
    joined = {(row["name"], row["country"]): row["start_date"] for row in of_kind(facts, "membership")}
    ended = {(row["name"], row["country"]): row["end_date"] for row in of_kind(facts, "application")}
    of_both = joined.keys() & ended.keys()
    assert len(of_both) > 20
    assert {key: ended[key] + timedelta(1) for key in of_both} == {key: joined[key] for key in of_both}


def test_a_withdrawal_ends_on_the_last_day_of_the_membership(facts: dict[str, list[dict[str, Any]]]) -> None:
    left = {(r["name"], r["country"], r["end_date"]) for r in of_kind(facts, "membership") if r["end_date"]}
    assert {(r["name"], r["country"], r["end_date"]) for r in of_kind(facts, "withdrawal")} == left


def test_an_application_or_a_candidate_is_no_member(facts: dict[str, list[dict[str, Any]]]) -> None:
    for day in (date(2000, 1, 1), date(2013, 6, 30), date(2024, 1, 1)):
        for kind in ("application", "candidacy"):
            waiting = {r["country"] for r in of_kind(facts, kind) if r["name"] == "EU" and r["start_date"] <= day
                       and (r["end_date"] is None or day <= r["end_date"])}  # fmt: skip
            assert waiting
            assert not waiting & members(facts, "EU", day)


def test_a_note_tells_nothing_that_came_later(facts: dict[str, list[dict[str, Any]]]) -> None:
    """Dates in the notes of ties lie before the day on which the tie was known, or the tie began."""
    for row in facts["relations"]:
        if row["known_from"] and row["kind"] not in ("border", "capital"):
            for text in re.findall(r"\d{4}-\d{2}-\d{2}", row["note"]):
                last = max(row["known_from"], row["start_date"], row["end_date"] or date.min)
                assert date.fromisoformat(text) <= last + timedelta(1), row


def test_every_state_with_a_capital_has_one_at_a_time(facts: dict[str, list[dict[str, Any]]]) -> None:
    capitals = of_kind(facts, "capital")
    states = {row["country"] for row in capitals}
    assert len(states) > 50
    for day in (date(1995, 1, 1), date(2008, 6, 1), date(2020, 1, 1), date(2025, 1, 1)):
        then = [r["country"] for r in capitals if r["start_date"] <= day and (r["end_date"] or date.max) >= day]
        assert len(then) == len(set(then))
    assert set(then) == states


def test_every_european_state_with_neighbours_has_its_land_borders(facts: dict[str, list[dict[str, Any]]]) -> None:
    neighbours: dict[str, set[str]] = {}
    for row in of_kind(facts, "border"):
        neighbours.setdefault(row["country"], set()).add(row["counterpart"])
    without = {row["country"] for row in of_kind(facts, "capital")} - neighbours.keys()
    assert without == {"CYP", "ISL", "MLT"}
    assert {code: len(neighbours[code]) for code in ("DEU", "FRA", "POL", "SRB", "KAZ")} == {
        "DEU": 9, "FRA": 8, "POL": 7, "SRB": 8, "KAZ": 5
    }  # fmt: skip


HEADS = ("president", "prime minister", "chancellor", "king", "queen", "taoiseach")
WITHOUT_LEADERS = {"AND", "CHE", "LIE", "MCO", "SMR", "VAT"}
"""Heads that change by the year or hardly act abroad: the codebook does not list them."""


def test_the_codebook_knows_who_led_each_state_since_2010(facts: dict[str, list[dict[str, Any]]]) -> None:
    path = shipped("config") / "codebook" / "people.csv"
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    heads = [row for row in csv.DictReader(lines) if row["role"].startswith(HEADS)]
    for country in sorted({row["country"] for row in of_kind(facts, "capital")} - WITHOUT_LEADERS):
        terms = [(r["from"] or "0000", r["until"] or "9999") for r in heads if r["country"] == country]
        months = [f"{year}-{number:02d}-15" for year in range(2010, 2025) for number in range(1, 13)]
        led = [any(since <= month <= until for since, until in terms) for month in months]
        # acting heads for some months, as in Kyrgyzstan at the end of 2020, are not listed
        assert all(any(led[n : n + 4]) for n in range(len(led) - 3)), country

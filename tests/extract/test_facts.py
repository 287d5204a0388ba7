"""Our own tables of facts: what the reader refuses, and what holds for the files that ship."""

from datetime import date
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
    spans: dict[tuple[str, str], list[tuple[date, date]]] = {}
    for row in facts["relations"]:
        if row["kind"] == "membership":
            span = (row["start_date"], row["end_date"] or date.max)
            spans.setdefault((row["name"], row["country"]), []).append(span)
    for of_state in spans.values():
        of_state.sort()
        assert all(before[1] < after[0] for before, after in pairwise(of_state))


def members(facts: dict[str, list[dict[str, Any]]], name: str, day: date) -> set[str]:
    return {
        row["country"]
        for row in facts["relations"]
        if row["name"] == name and row["start_date"] <= day and (row["end_date"] is None or day <= row["end_date"])
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

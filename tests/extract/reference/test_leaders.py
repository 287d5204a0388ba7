"""Heads of state and government among the facts: who they are is told by the people of the codebook."""

import csv
import unicodedata
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pytest

from tasks.errors import ConfigError
from tasks.extract.reference.countries import UnknownCountryError, country_of_cow
from tasks.extract.reference.leaders import read_leaders
from tasks.settings import shipped

PEOPLE: Final = "name,aliases,country,sector,role,from,until,note\n"
OFFICES: Final = "country,office,rank\n,president,head of state\nIRN,president,head of government\n"
REGION: Final = frozenset((
    "ALB", "AND", "ARM", "AUT", "AZE", "BEL", "BGR", "BIH", "BLR", "CHE", "CYP", "CZE", "DEU", "DNK",
    "ESP", "EST", "FIN", "FRA", "GBR", "GEO", "GRC", "HRV", "HUN", "IRL", "ISL", "ITA", "KAZ", "KGZ",
    "LIE", "LTU", "LUX", "LVA", "MCO", "MDA", "MKD", "MLT", "MNE", "NLD", "NOR", "POL", "PRT", "ROU",
    "RUS", "SMR", "SRB", "SVK", "SVN", "SWE", "TJK", "TKM", "TUR", "UKR", "UZB", "VAT", "XKX",
))  # fmt: skip
"""The states of Europe and of the former Soviet Union."""
GAPS: Final = {
    "SMR": "two captains regent, others every six months, are not listed",
    "VAT": "the see was vacant from 2013-03-01 to 03-12 and from 2025-04-22 to 05-07",
}
BOTH: Final = {
    ("MDA", "Maia Sandu", "Pavel Filip"): "from 2019-06-08 to 06-14 two governments claimed to be the one",
    ("KHM", "Hun Sen", "Norodom Ranariddh"): "second and first prime minister from 1993 to 1997",
}
UNLIKE_REIGN: Final = {
    ("MKD", 2020): "elected by parliament on 08-30; REIGN has the 19th",
    ("POL", 2010): "who acted for a president after the crash of Smolensk, until the elected one took the oath",
    ("CZE", 2010): "appointed on 06-28, his government on 07-13",
    ("CZE", 2014): "appointed on 01-17, his government on 01-29",
    ("SRB", 2017): "a deputy in charge for a month",
    ("MDA", 2019): "two governments at a time",
    ("ROU", 2012): "the president was suspended for seven weeks",
    ("GEO", 2018): "REIGN has the head of state before the constitution of 2018, and the head of government after it",
}  # fmt: skip


def write(folder: Path, *people: str) -> tuple[Path, Path]:
    (folder / "people.csv").write_text(PEOPLE + "".join(f"{line}\n" for line in people), encoding="utf-8")
    (folder / "offices.csv").write_text(OFFICES, encoding="utf-8")
    return folder / "people.csv", folder / "offices.csv"


def test_an_office_that_counts_becomes_a_relation_with_its_days_and_its_rank(tmp_path: Path) -> None:
    lines = ("A B,B,FIN,GOV,president,2012-03-01,2024-02-29,", "A B,B,FIN,GOV,foreign minister,2000-01-01,2001-01-01,")
    (row,) = read_leaders(*write(tmp_path, *lines)).to_pylist()
    assert (row["kind"], row["name"], row["country"], row["counterpart"]) == ("leader", "A B", "FIN", "")
    assert (row["start_date"], row["end_date"]) == (date(2012, 3, 1), date(2024, 2, 29))
    assert row["note"] == "president (head of state)"


def test_a_line_for_a_country_goes_before_one_for_all(tmp_path: Path) -> None:
    (row,) = read_leaders(*write(tmp_path, "C D,,IRN,GOV,president,2021-08-03,,")).to_pylist()
    assert (row["note"], row["end_date"]) == ("president (head of government)", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("A B,,FIN,GOV,president,1.3.2012,,", r"people.csv:2: from is '1.3.2012', which is no date"),
        ("A B,,FIN,GOV,president,2012-03-01,", r"people.csv:2: has 7 fields where the header has 8"),
        ("A B,,FIN,GOV,president,2012-03-01,,\nA B,,FIN,GOV,president,2012-03-01,,", r":3: A B begins two offices"),
    ],
)
def test_what_cannot_be_meant_is_said_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_leaders(*write(tmp_path, line))


@pytest.fixture(scope="module")
def leaders() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_leaders(
        shipped("config") / "codebook" / "people.csv", shipped("data/reference") / "offices.csv"
    ).to_pylist()
    return rows


def end(row: dict[str, Any]) -> date:
    found: date = row["end_date"] or date(2099, 12, 31)
    return found


@pytest.mark.parametrize("country", sorted(REGION - set(GAPS)))
def test_a_state_of_the_region_has_a_leader_on_every_day_since_2010(
    leaders: list[dict[str, Any]], country: str
) -> None:
    held = sorted((row["start_date"], end(row)) for row in leaders if row["country"] == country)
    covered = date(2009, 12, 31)
    for start, last in held:
        if start <= covered + timedelta(1):
            covered = max(covered, last)
    assert covered >= date(2025, 12, 31)


def test_no_state_has_two_heads_of_government_but_acting_ones_and_those_named(leaders: list[dict[str, Any]]) -> None:
    found = set()
    heads = [row for row in leaders if row["note"].endswith("(head of government)")]
    for one, other in combinations((row for row in heads if not row["note"].startswith("acting")), 2):
        both = min(end(one), end(other)) - max(one["start_date"], other["start_date"])
        # Who leaves and who comes may have one day in common.
        if one["country"] == other["country"] and one["name"] != other["name"] and both >= timedelta(1):
            found.add((one["country"], *sorted((one["name"], other["name"]))))
    assert found == set(BOTH)


def test_each_line_of_offices_is_of_an_office_that_somebody_held(leaders: list[dict[str, Any]]) -> None:
    held = {(row["country"], row["note"].partition(" (")[0]) for row in leaders}
    path = shipped("data/reference") / "offices.csv"
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    for row in csv.DictReader(lines):
        assert any(office == row["office"] and row["country"] in ("", country) for country, office in held), row


def test_leaders_of_the_region_begin_on_the_real_days_of_reign(leaders: list[dict[str, Any]], real_data: Path) -> None:
    text = (real_data / "data/reference/leaders/leaderlist_3_21.csv").read_text(encoding="latin-1")
    compared, unlike = 0, set()
    for line in csv.DictReader(text.splitlines()):
        if not line["leader"] or not line["syear"] or int(line["syear"]) < 2010:
            continue
        start = date(int(line["syear"]), int(line["smonth"]), int(line["sdate"]))
        try:
            country = country_of_cow(line["ccode"], min(start.year, 2016))
        except UnknownCountryError:
            continue
        # Its presidency of Bosnia and Herzegovina goes round every eight months; ours lists all three members.
        if country not in REGION - set(GAPS) - {"BIH"}:
            continue
        compared += 1
        near = [row for row in leaders if row["country"] == country and abs((row["start_date"] - start).days) <= 3]
        words = [word for row in near for word in folded(row["name"])]
        if not any(get_close_matches(word, words, 1, 0.7) for word in folded(line["leader"])):
            unlike.add((country, start.year))
    assert unlike == set(UNLIKE_REIGN)
    assert compared > 80


def folded(name: str) -> list[str]:
    """The words of a name without marks, in lower case."""
    plain = unicodedata.normalize("NFKD", name.translate(str.maketrans("øđłı", "odli"))).lower()
    return "".join(sign for sign in plain if sign.isalpha() or sign == " ").split() or [""]

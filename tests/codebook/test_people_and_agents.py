"""The files of people and agents of the codebook hold together."""

import csv
from collections import defaultdict
from datetime import date
from itertools import combinations
from typing import Final

import pycountry
import pytest

from tasks.settings import shipped

CODEBOOK: Final = shipped("config") / "codebook"
SECTORS: Final = {
    "GOV", "MIL", "REB", "OPP", "PTY", "JUD", "SPY", "COP", "LEG", "MED", "EDU", "BUS", "CRM", "CVL", "REF", "LAB",
    "ELI", "REL", "IGO", "NGO", "IMG", "ISM", "MNC",
}  # fmt: skip
COUNTRIES: Final = frozenset(c.alpha_3 for c in pycountry.countries) | {"XKX", "SUN", "YUG", ""}


def rows(name: str) -> list[dict[str, str]]:
    lines = (CODEBOOK / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if line and not line.startswith("#")))


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    return rows("people.csv")


def days(row: dict[str, str]) -> tuple[date, date]:
    since = date.fromisoformat(row["from"]) if row["from"] else date.min
    return since, date.fromisoformat(row["until"]) if row["until"] else date.max


def test_people_have_the_columns_that_the_readme_names(people: list[dict[str, str]]) -> None:
    assert list(people[0]) == ["name", "aliases", "country", "sector", "role", "from", "until", "note"]
    assert len(people) > 1000


def test_every_office_has_a_role_a_known_sector_and_country_and_ends_after_it_begins(
    people: list[dict[str, str]],
) -> None:
    wrong = [
        row for row in people
        if not row["role"] or row["sector"] not in SECTORS or row["country"] not in COUNTRIES
        or days(row)[0] > days(row)[1] or (not row["country"] and row["sector"] not in ("IGO", "NGO", "IMG", "MNC"))
    ]  # fmt: skip
    assert wrong == []


def test_no_name_means_two_people_on_the_same_day(people: list[dict[str, str]]) -> None:
    by_name: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in people:
        for name in {row["name"], *filter(None, row["aliases"].split("|"))}:
            by_name[name].append(row)
    clashes = {
        f"{name}: {one['name']} and {other['name']}"
        for name, some in by_name.items()
        for one, other in combinations(some, 2)
        if one["name"] != other["name"] and max(days(one)[0], days(other)[0]) <= min(days(one)[1], days(other)[1])
    }
    assert clashes == set()


def test_agents_are_single_lower_case_nouns_with_a_known_sector() -> None:
    agents = rows("agents.csv")
    nouns = [row["noun"] for row in agents]
    assert list(agents[0]) == ["noun", "sector", "note"]
    assert len(nouns) == len(set(nouns)) > 200
    assert [row for row in agents if row["sector"] not in SECTORS or row["noun"] != row["noun"].lower()] == []


@pytest.mark.parametrize(
    ("name", "day", "country", "sector"),
    [
        ("Nikol Pashinyan", "2017-06-01", "ARM", "OPP"),
        ("Nikol Pashinyan", "2023-10-05", "ARM", "GOV"),
        ("Vladimir Putin", "2023-10-05", "RUS", "GOV"),
    ],
)
def test_the_same_person_has_the_sector_of_the_day(
    people: list[dict[str, str]], name: str, day: str, country: str, sector: str
) -> None:
    holding = [r for r in people if r["name"] == name and days(r)[0] <= date.fromisoformat(day) <= days(r)[1]]
    assert {(r["country"], r["sector"]) for r in holding} == {(country, sector)}

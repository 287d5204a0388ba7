"""The codebook's files of actors and places keep to the formats of config/codebook/README.md."""

import csv
import itertools
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pycountry
import pytest

CODEBOOK = Path(__file__).parents[2] / "config" / "codebook"
FILES = ("countries", "organisations", "groups", "places")
CODES_BEYOND_ISO = {"XKX", "SUN", "YUG"}
ISO_CODES = {country.alpha_3 for country in pycountry.countries} | CODES_BEYOND_ISO
SECTORS_WITHOUT_COUNTRY = {"IGO", "NGO", "IMG", "ISM", "MNC"}
SECTORS_OF_A_COUNTRY = {
    "GOV",
    "MIL",
    "REB",
    "OPP",
    "PTY",
    "COP",
    "JUD",
    "LEG",
    "SPY",
    "MED",
    "EDU",
    "BUS",
    "CRM",
    "CVL",
}
SECTORS = SECTORS_WITHOUT_COUNTRY | SECTORS_OF_A_COUNTRY | {"REF", "LAB", "ELI", "REL"}
NAME_COLUMNS = ("name", "aliases", "adjectives", "people", "seats")

Row = dict[str, str]


def rows_of(file: str) -> list[Row]:
    with (CODEBOOK / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), strict=True))


def cell(row: Row, column: str) -> list[str]:
    return row[column].split("|") if row.get(column) else []


def names_of(row: Row) -> Iterator[str]:
    for column in NAME_COLUMNS:
        yield from cell(row, column)


def period_of(row: Row) -> tuple[date, date]:
    return (
        date.fromisoformat(row["from"]) if row.get("from") else date.min,
        date.fromisoformat(row["until"]) if row.get("until") else date.max,
    )


@pytest.mark.parametrize("file", FILES)
def test_the_header_is_the_one_of_the_readme(file: str) -> None:
    readme = (CODEBOOK / "README.md").read_text(encoding="utf-8")
    line = next(line for line in readme.splitlines() if line.startswith(f"| `{file}.csv`"))
    header = (CODEBOOK / f"{file}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert f"`{header}`" in line


@pytest.mark.parametrize("file", FILES)
def test_every_row_has_a_name_and_no_cell_too_many_or_too_few(file: str) -> None:
    wrong = [row for row in rows_of(file) if not row["name"] or None in row or None in row.values()]
    assert not wrong


@pytest.mark.parametrize("file", FILES)
def test_cells_have_no_blanks_at_their_ends_and_no_empty_alias(file: str) -> None:
    wrong = [
        (row["name"], value)
        for row in rows_of(file)
        for value in row.values()
        if value and any(part != part.strip() or not part for part in value.split("|"))
    ]
    assert not wrong


@pytest.mark.parametrize("file", FILES)
def test_no_row_says_the_same_name_twice(file: str) -> None:
    said = [(row["name"], [n for n in names_of(row) if list(names_of(row)).count(n) > 1]) for row in rows_of(file)]
    assert not [pair for pair in said if pair[1]]


@pytest.mark.parametrize("file", FILES)
def test_names_do_not_begin_with_the(file: str) -> None:
    outlets = {"MED"}  # mastheads carry their article
    assert not [
        name
        for row in rows_of(file)
        if row.get("sector") not in outlets
        for name in names_of(row)
        if re.match(r"(the|The) [a-z]", name)
    ]


@pytest.mark.parametrize("file", FILES)
def test_countries_are_iso_codes(file: str) -> None:
    codes = {code for row in rows_of(file) for column in ("country", "tied_to") for code in cell(row, column)}
    assert not codes - ISO_CODES


def test_every_un_member_and_the_main_territories_are_there() -> None:
    listed = [row["country"] for row in rows_of("countries")]
    uninhabited = {"ATA", "ATF", "BVT", "CCK", "CXR", "HMD", "IOT", "NFK", "SGS", "SJM", "UMI"}
    assert set(listed) == ISO_CODES - uninhabited
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("file", ["organisations", "groups"])
def test_sectors_are_plovers_and_only_some_of_them_do_without_a_country(file: str) -> None:
    rows = rows_of(file)
    assert not {row["sector"] for row in rows} - SECTORS
    assert not [row["name"] for row in rows if not row["country"] and row["sector"] not in SECTORS_WITHOUT_COUNTRY]


@pytest.mark.parametrize("file", FILES)
def test_one_name_means_one_actor_on_any_day(file: str) -> None:
    meanings: dict[str, set[tuple[str, str, tuple[date, date]]]] = defaultdict(set)
    for row in rows_of(file):
        for name in names_of(row):
            meanings[name].add((row["country"], row.get("sector", ""), period_of(row)))
    clashes = {
        name: (first, second)
        for name, several in meanings.items()
        for first, second in itertools.combinations(sorted(several), 2)
        if max(first[2][0], second[2][0]) <= min(first[2][1], second[2][1])
    }
    assert not clashes


def test_no_group_has_a_day_with_two_lines_or_a_line_that_ends_before_it_begins() -> None:
    periods: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in rows_of("groups"):
        periods[row["name"]].append(period_of(row))
    for name, spans in periods.items():
        spans.sort()
        assert all(first <= last for first, last in spans), name
        assert all(a[1] < b[0] for a, b in itertools.pairwise(spans)), name


def test_a_name_that_two_files_share_has_one_country() -> None:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in FILES:
        for row in rows_of(file):
            for name in names_of(row):
                found[name][file].add(row["country"])
    shared = {name: files for name, files in found.items() if len(files) > 1}
    assert not {name for name, files in shared.items() if len(set().union(*files.values())) > 1}


def test_words_for_organisations_mean_those_of_the_codebook() -> None:
    meant = tomllib.loads((CODEBOOK / "language.toml").read_text(encoding="utf-8"))["bodies"]["meant"]
    known = {row["name"] for row in rows_of("organisations")}
    assert not {name for names in meant.values() for name in names} - known


def test_places_have_a_kind_and_coordinates_on_the_globe() -> None:
    for place in rows_of("places"):
        assert place["kind"] in {"city", "admin1", "region"}, place["name"]
        assert bool(place["latitude"]) == bool(place["longitude"]), place["name"]
        if place["latitude"]:
            assert -90 <= float(place["latitude"]) <= 90, place["name"]
            assert -180 <= float(place["longitude"]) <= 180, place["name"]
        else:
            assert not place["country"], place["name"]
        assert re.fullmatch(r"\d*", place["geonames_id"]), place["name"]


def test_no_two_places_share_a_geonames_id() -> None:
    ids = [place["geonames_id"] for place in rows_of("places") if place["geonames_id"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("file", "name", "country"),
    [
        ("countries", "Azeris", "AZE"),
        ("countries", "Kremlin", "RUS"),
        ("groups", "Karabakh Armenians", "ARM"),
        ("groups", "Georgian Dream", "GEO"),
        ("organisations", "CSTO", ""),
        ("places", "Artsakh", "AZE"),
        ("places", "Goris", "ARM"),
        ("places", "Gori", "GEO"),
        ("places", "New Mexico", "USA"),
    ],
)
def test_names_that_matter_or_mislead_have_their_country(file: str, name: str, country: str) -> None:
    assert {row["country"] for row in rows_of(file) if name in names_of(row)} == {country}

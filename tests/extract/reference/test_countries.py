"""Names and numbers of states become codes, and history is respected."""

import contextlib
import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.reference.countries import (
    UnknownCountryError,
    country_codes,
    country_of_cow,
    country_of_gw,
    country_of_iso,
    country_of_name,
)


@pytest.mark.parametrize(
    ("name", "year", "code"),
    [
        ("Russia (Soviet Union)", 1991, "SUN"),
        ("Russia (Soviet Union)", 1992, "RUS"),
        ("Russia (Soviet Union)", None, "RUS"),
        ("Soviet Union", None, "SUN"),
        ("Russia", 1916, "RUS"),
        ("Serbia (Yugoslavia)", 1999, "YUG"),
        ("Serbia (Yugoslavia)", 2004, "SCG"),
        ("Serbia (Yugoslavia)", 2006, "SRB"),
        ("Serbia and Montenegro", 2005, "SCG"),
        ("Bosnia-Herzegovina", None, "BIH"),
        ("Viet Nam", None, "VNM"),
        ("Vietnam (North Vietnam)", 1968, "VDR"),
        ("South Vietnam", 1968, "VNM"),
        ("DR Congo (Zaire)", None, "COD"),
        ("Congo", None, "COG"),
        ("Republic of Congo", None, "COG"),
        ("Democratic Republic of Congo", None, "COD"),
        ("Yemen (North Yemen)", 1985, "YEM"),
        ("Yemen (South Yemen)", 1985, "YMD"),
        ("Yemen People's Republic", 1985, "YMD"),
        ("East Germany (GDR)", None, "DDR"),
        ("Czechoslovakia", 1980, "CSK"),
        ("Kosovo", None, "XKX"),
        ("Korea, South", None, "KOR"),
        ("Dem. People's Rep. of Korea", None, "PRK"),
        ("TÜRKİYE", None, "TUR"),
        ("Côte d’Ivoire", None, "CIV"),
        ("St. Vincent & Grenadines", None, "VCT"),
        ("Abkhazia", None, "GEO"),
        ("Republic of Artsakh", 2020, "AZE"),
        ("Transnistria", None, "MDA"),
        ("Somaliland", None, "SOM"),
        ("Northern Cyprus", None, "CYP"),
        ("Zanzibar", 1963, None),
        ("Zanzibar", 1964, "TZA"),
        ("NATO**", None, None),
        ("Hezbollah (Lebanon)*", None, None),
        ("unknown supplier(s)", None, None),
        ("Austria-Hungary", 1914, None),
    ],
)
def test_a_name_means_the_state_of_its_year(name: str, year: int | None, code: str | None) -> None:
    assert country_of_name(name, year) == code


@pytest.mark.parametrize("name", ["Atlantis", "", "Korea", "RU", "Congo and Chad"])
def test_a_name_that_nobody_knows_is_said_and_never_null(name: str) -> None:
    with pytest.raises(UnknownCountryError):
        country_of_name(name)


@pytest.mark.parametrize(
    ("number", "year", "cow", "gw"),
    [
        (365, 1985, "SUN", "SUN"),
        (365, 2000, "RUS", "RUS"),
        (345, 1995, "YUG", "YUG"),
        (345, 2005, "SCG", "SCG"),
        (345, 2010, "SRB", "SRB"),
        (678, 1980, "YEM", "YEM"),
        (680, 1980, "YMD", "YMD"),
        (265, 1980, "DDR", "DDR"),
        (316, 2000, "CZE", "CZE"),
        (816, 1970, "VDR", "VDR"),
        (347, 2010, "XKX", "XKX"),
        (970, 2010, "NRU", "KIR"),
        (300, 1914, None, None),
    ],
)
def test_a_number_means_the_state_of_its_year_in_its_list(
    number: int, year: int, cow: str | None, gw: str | None
) -> None:
    assert (country_of_cow(number, year), country_of_gw(number, year)) == (cow, gw)


@pytest.mark.parametrize("number", [0, -1, 999, "", "3_65", "٣٦٥", "9" * 9999])
def test_a_number_that_is_in_no_list_is_said(number: int | str) -> None:
    with pytest.raises(UnknownCountryError):
        country_of_gw(number, 2000)


@pytest.mark.parametrize(
    ("code", "year", "found"),
    [("RUS", 1980, "SUN"), ("rus", None, "RUS"), ("804", None, "UKR"), ("ZAR", None, "COD"), ("SRB", 1995, "YUG")],
)
def test_codes_of_today_that_are_carried_back_are_those_of_their_year(code: str, year: int | None, found: str) -> None:
    assert country_of_iso(code, year) == found


@pytest.mark.parametrize("code", ["XXX", "", "UKN", "999999", "R1"])
def test_a_code_that_is_none_is_said(code: str) -> None:
    with pytest.raises(UnknownCountryError):
        country_of_iso(code)


def test_kosovo_and_states_of_the_past_have_codes() -> None:
    assert {"XKX", "ARM", "SUN", "YUG"} <= country_codes()


@given(name=st.text(max_size=300), year=st.none() | st.integers(-5000, 20000))
def test_any_text_is_a_country_of_the_list_or_refused(name: str, year: int | None) -> None:
    for of in (country_of_name, country_of_gw, country_of_cow, country_of_iso):
        with contextlib.suppress(UnknownCountryError):
            assert of(name, year) in {None, *country_codes()}


def _csv(path: Path, encoding: str = "utf-8", skip: int = 0) -> Iterator[dict[str, str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(data.decode(encoding).splitlines()[skip:])


def _unknown(of: Callable[..., str | None], keys: Iterator[tuple[str, int | None]]) -> set[str]:
    unknown = set()
    for key, year in set(keys):
        try:
            of(key, year)
        except UnknownCountryError:
            unknown.add(key)
    return unknown


def test_every_real_number_of_a_state_has_a_code_or_deliberately_none(real_data: Path) -> None:
    folder = real_data / "data" / "reference"
    years = ("styear", "endyear")
    cow = ((row["ccode"], int(row[year])) for row in _csv(folder / "cow" / "states2016.csv") for year in years)
    assert _unknown(country_of_cow, cow) == set()
    sheet = openpyxl.load_workbook(folder / "gw" / "gwstates.xlsx", read_only=True)["gwstates"]
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] is not None]
    gw = ((str(row[0]), int(str(day)[-4:])) for row in rows for day in row[3:5])
    assert len(rows) > 200
    assert _unknown(country_of_gw, gw) == set()
    conflicts = _csv(folder / "ucdp" / "ucdp_acd_from_rda.csv")
    sides = ("gwno_a", "gwno_a_2nd", "gwno_b", "gwno_b_2nd")
    fights = ((row[side][:-2], int(row["year"][:4])) for row in conflicts for side in sides if row[side])
    assert _unknown(country_of_gw, fights) == set()


def test_every_real_name_of_a_state_has_a_code_or_deliberately_none(real_data: Path) -> None:
    folder = real_data / "data" / "reference"
    names: list[tuple[str, int | None]] = []
    names += [
        (row["country_cy"], int(row["year_cy"])) for row in _csv(folder / "ucdp" / "organizedviolencecy_v25_1.csv")
    ]
    # "Korea" ended in 1905; every other name means something today too
    names += [(row["statenme"], int(row["endyear"])) for row in _csv(folder / "cow" / "states2016.csv")]
    sipri = folder / "sipri"
    for row in _csv(sipri / "trade_2023_newformat.csv", skip=11):
        names += [(row["Supplier"], None), (row["Recipient"], None)]
    for row in _csv(folder / "unhcr" / "population_from_rda.csv.gz"):
        names += [(row["coo_name"], int(float(row["year"]))), (row["coa_name"], int(float(row["year"])))]
    for row in _csv(folder / "ucdp" / "ucdp-actor-221.csv", "utf-8-sig"):
        names += [(name.strip(), None) for name in row["Location"].split(",") if name.strip()]
    assert len(set(names)) > 5000
    assert _unknown(country_of_name, iter(names)) == set()

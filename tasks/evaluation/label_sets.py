"""Maps PLOVER's event types and actor codes to those of other coding schemes that gold sets are written in."""

from functools import cache
from typing import Final

import pycountry

EVENT_TYPES: Final = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
    "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip
"""PLOVER's 16 types, as of 2021."""

OLDER_TYPES: Final = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
"""PLOVER had 18 types in 2016; four of them went into others."""

PLV_TYPES: Final = {"CONCEDE": "YIELD", "RETREAT": "YIELD"}
"""The PLV set has 15 types: two of PLOVER's are one there."""

STATEMENT: Final = 0
CLASSES: Final = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1,
    "CONCEDE": 2, "COOPERATE": 2, "AID": 2, "RETREAT": 2,
    "REQUEST": 3, "ACCUSE": 3, "REJECT": 3, "THREATEN": 3, "SANCTION": 3,
    "PROTEST": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip
"""The five classes of CAMEO sentences: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict; 0 is a
statement, no event. SANCTION is verbal conflict there (CAMEO 16, reduce relations), unlike in our quad classes."""
CLASS_NAMES: Final = (
    "statement", "verbal cooperation", "material cooperation", "verbal conflict", "material conflict"
)  # fmt: skip

_NO_COUNTRY: Final = frozenset({"IGO", "NGO", "IMG", "MNC", "ISM"})
_OTHER_CODES: Final = {
    "ANG": "AGO", "CSK": "CZE", "DDR": "DEU", "FRN": "FRA", "FRY": "SRB", "ITL": "ITA", "JAP": "JPN", "KNT": "KNA",
    "KSV": "XKX", "ROM": "ROU", "SCG": "SRB", "SRP": "SRB", "SUN": "RUS", "TMP": "TLS", "USR": "RUS", "VTN": "VNM",
    "YUG": "SRB",
}  # fmt: skip
"""Codes in gold sets that mean a country and are not, or no longer, its ISO code."""


def event_type_of_today(name: str) -> str:
    """The 2021 name of a PLOVER type; what is none stays as it is."""
    return OLDER_TYPES.get(name, name)


def plv_type(name: str) -> str:
    """The type of the PLV set that a PLOVER type of any year belongs to."""
    today = event_type_of_today(name)
    return PLV_TYPES.get(today, today)


def country_of(code: str) -> str:
    """The country that an actor code begins with (alpha-3), or IGO, NGO, IMG, MNC, ISM; empty where it is neither."""
    head = code[:3].upper()
    head = _OTHER_CODES.get(head, head)
    return head if head in _countries() or head in _NO_COUNTRY else ""


def code_of(country: str | None, sector: str | None) -> str:
    """What a party counts as: its country; its sector where that stands in place of one; empty where neither is known.

    Annotators write no country for the likes of IGO, and for "protesters" of an unknown country nothing.
    """
    return country or (sector if sector in _NO_COUNTRY else "") or ""


@cache
def _countries() -> frozenset[str]:
    return frozenset({country.alpha_3 for country in pycountry.countries} | {"XKX"})

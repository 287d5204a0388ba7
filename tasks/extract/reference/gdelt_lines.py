"""The columns of a line of GDELT's events, and what is wrong with a line that is none.

The columns are described in the codebook of the GDELT Event Database (http://data.gdeltproject.org/documentation).
"""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from tasks.extract.reference.dataset import BadRowError
from tasks.extract.reference.gdelt_codes import codes

LONGEST: Final = 1 << 20
"""Bytes of a line; the longest real one seen has 900."""

_ACTOR: Final = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code",
                 "Type1Code", "Type2Code", "Type3Code")  # fmt: skip
_EVENT: Final = ("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
                 "NumMentions", "NumSources", "NumArticles", "AvgTone")  # fmt: skip
_GEO_1: Final = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_2: Final = (*_GEO_1[:4], "ADM2Code", *_GEO_1[4:])


def _columns(geo: tuple[str, ...], *, url: bool) -> tuple[str, ...]:
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR]
    names += _EVENT
    names += [f"{place}Geo_{name}" for place in ("Actor1", "Actor2", "Action") for name in geo]
    return (*names, "DATEADDED", *(["SOURCEURL"] if url else []))


LAYOUTS: Final = {
    len(columns): columns
    for columns in (_columns(_GEO_2, url=True), _columns(_GEO_1, url=True), _columns(_GEO_1, url=False))
}
"""The columns of a line by their number: 61 in version 2.0, 58 in 1.0, and 57 before April 2013, without SOURCEURL."""

USED: Final = (
    "GLOBALEVENTID", "SQLDATE", "EventCode", "QuadClass", "GoldsteinScale", "DATEADDED", "SOURCEURL",
    *(f"Actor{number}{name}" for number in (1, 2) for name in ("Code", "Name", "CountryCode", "Type1Code")),
    *(f"ActionGeo_{name}" for name in ("Type", "FullName", "CountryCode", "Lat", "Long")),
)  # fmt: skip
IGNORED: Final = frozenset(
    {
        # say again what SQLDATE, EventCode and the actors' codes say
        "MonthYear", "Year", "FractionDate", "EventBaseCode", "EventRootCode",
        *(f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR[3:7] + _ACTOR[8:]),
        # of the articles that told of it in the first 15 minutes (1.0: that day): no column of an event
        "IsRootEvent", "NumMentions", "NumSources", "NumArticles", "AvgTone",
        # where the actors are, which is where the act is, or guessed
        *(f"Actor{number}Geo_{name}" for number in (1, 2) for name in _GEO_2),
        # ids of FIPS, GAUL and of the GNS and GNIS gazetteers; `admin1` has the name, which stands in FullName
        "ActionGeo_ADM1Code", "ActionGeo_ADM2Code", "ActionGeo_FeatureID",
    }
)  # fmt: skip

PRECISIONS: Final = {"": None, "0": None, "1": "country", "2": "admin1", "3": "city", "4": "city", "5": "admin1"}
"""ActionGeo_Type: none, country, state of the US, city in the US, city elsewhere, first-level division elsewhere."""
QUADS: Final = {"1": 1, "2": 2, "3": 3, "4": 4}
_EARLIEST: Final = 1800
_ID: Final = re.compile(r"[0-9]{1,18}")
_DAY: Final = re.compile(r"[0-9]{8}")
_ADDED: Final = re.compile(r"[0-9]{8}(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]|[0-9]{8}")
_CAMEO: Final = re.compile(r"[0-9]{2,4}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.I)
_CONTROL: Final = re.compile(r"[\x00\r]")


def check_line(line: bytes) -> None:
    """Raise BadRowError where a line is no event."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRowError("bad_bytes", f"it is not UTF-8 ({error.reason} at byte {error.start})") from None
    if len(line) > LONGEST:
        raise BadRowError("too_large", f"the line is longer than {LONGEST:,} bytes")
    if _CONTROL.search(text):
        raise BadRowError("bad_bytes", "it holds a character that no text has (NUL or a lone carriage return)")
    values = text.removeprefix("\ufeff").split("\t")
    layout = LAYOUTS.get(len(values))
    if layout is None:
        raise BadRowError("wrong_number_of_cells", f"it has {len(values)} fields where GDELT events have 61, 58 or 57")
    if '"' in text:
        words = "it holds a quotation mark, which GDELT never writes: was it saved by another program?"
        raise BadRowError("mangled", words)
    row = dict(zip(layout, values, strict=True))
    for name in ("GLOBALEVENTID", "SQLDATE", "DATEADDED"):
        if _ROUNDED.fullmatch(row[name]):
            raise BadRowError("mangled", f"{name} is '{row[name]}', a number that a spreadsheet has rounded")
    if not _ID.fullmatch(row["GLOBALEVENTID"]):
        raise BadRowError("not_a_number", f"GLOBALEVENTID is '{row['GLOBALEVENTID'][:40]}', which is no number")
    _check_dates(row)
    _check_codes(row)
    _check_numbers(row)


def _check_dates(row: dict[str, str]) -> None:
    for name, read_day in (("SQLDATE", day), ("DATEADDED", day_added)):
        if read_day(row[name]) is None:
            raise BadRowError("bad_date", f"{name} is '{row[name][:40]}', which is no day")


def _check_codes(row: dict[str, str]) -> None:
    if not is_cameo(row["EventCode"]):
        raise BadRowError("unknown_code", f"EventCode is '{row['EventCode'][:40]}', which is no code of CAMEO")
    if row["QuadClass"] not in QUADS:
        raise BadRowError("bad_value", f"QuadClass is '{row['QuadClass'][:40]}' and must be 1, 2, 3 or 4")
    if row["ActionGeo_Type"] not in PRECISIONS:
        raise BadRowError("bad_value", f"ActionGeo_Type is '{row['ActionGeo_Type'][:40]}' and must be 0 to 5")


def _check_numbers(row: dict[str, str]) -> None:
    limits = (("GoldsteinScale", 10.0), ("ActionGeo_Lat", 90.0), ("ActionGeo_Long", 180.0))
    for name, limit in limits:
        text = row[name]
        if text and not _NUMBER.fullmatch(text):
            raise BadRowError("not_a_number", f"{name} is '{text[:40]}', which is no number")
        if text and not -limit <= float(text) <= limit:
            raise BadRowError("bad_value", f"{name} is {text[:40]} and must lie between {-limit:g} and {limit:g}")
    if bool(row["ActionGeo_Lat"]) != bool(row["ActionGeo_Long"]):
        raise BadRowError("bad_value", "it has a latitude or a longitude without the other")


@lru_cache(maxsize=10_000)
def day(text: str) -> date | None:
    """The day of a cell such as `20191024`; None where it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        found = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return found if found.year >= _EARLIEST else None


def day_added(text: str) -> date | None:
    """The day of a cell of DATEADDED, `20191024143000` in version 2.0; None where it is none."""
    return day(text[:8]) if _ADDED.fullmatch(text) else None


@lru_cache(maxsize=10_000)
def is_cameo(text: str) -> bool:
    """Whether a cell is a code of CAMEO."""
    if not _CAMEO.fullmatch(text):
        return False
    try:
        codes().event_type(text)
    except KeyError:
        return False
    return True

"""Reads exports of the Armed Conflict Location & Event Data project (ACLED): one event a row, of today and of before.

Exports of before 2023 lack columns, write days as "01-January-2015" and actors' kinds as numbers 1 to 8; before 2019
they had other event types and headers in capitals. What types mean is in data/reference/codes/acled.csv; the sub-event
type, or the type where there is none, is also a context (`armed_clash`). Notes have no place in the contract.

Actors: state forces are MIL, or COP ("Police Forces of") and GOV ("Government of") by their name; rebel groups REB;
political and identity militias UAF; rioters, protesters and civilians CVL; external and other forces MIL where their
name holds a country, and IMG without one where it does not. The country is that of the actor's name ("Military Forces
of Russia (2000-)", "Civilians (Ukraine)"), else that of the event.
"""

import calendar
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import IO, Any, Final

from tasks.contract import EVENTS
from tasks.extract.reference.countries import UnknownCountryError, country_of_iso, country_of_name
from tasks.extract.reference.csv_records import Columns, CsvRecords, Record, header_of
from tasks.extract.reference.dataset import BadRowError, Dataset, Part
from tasks.extract.reference.event_classes import event_class
from tasks.extract.reference.reference_rows import (
    MERGED,
    day,
    degrees,
    moment_day,
    once,
    optional_whole,
    parts_of,
    whole,
)  # fmt: skip
from tasks.settings import shipped

COLUMNS: Final = Columns(
    required=frozenset(
        {"event_id_cnty", "event_date", "event_type", "actor1", "actor2", "inter1", "inter2", "country", "location",
         "latitude", "longitude", "geo_precision", "fatalities"}
    ),
    optional=frozenset({"year", "time_precision", "sub_event_type", "iso", "iso3", "admin1", "source", "timestamp"}),
    ignored=frozenset(
        {
            # numbers of ACLED's own, what other columns say, and what the contract has no place for
            "data_id", "event_id_no_cnty", "gwno", "disorder_type", "interaction", "region", "admin2", "admin3",
            "assoc_actor_1", "assoc_actor_2", "ally_actor_1", "ally_actor_2", "civilian_targeting", "source_scale",
            "notes", "tags", "population_best", "population_1km", "population_2km", "population_5km",
        }
    ),
)  # fmt: skip

TYPES: Final = "data/reference/codes/acled.csv"

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if number} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if number
}
_NAMED_DAY: Final = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ]([0-9]{4})")
_PLACES: Final = {1: "city", 2: "region", 3: "admin1"}
"""geo_precision: the town; a part of a region, by a town near it; a region, by its capital."""
_SECTORS: Final = {
    "": "", "0": "", "none": "",
    "1": "MIL", "state forces": "MIL",
    "2": "REB", "rebel group": "REB", "rebel groups": "REB",
    "3": "UAF", "political militia": "UAF", "political militias": "UAF",
    "4": "UAF", "identity militia": "UAF", "identity militias": "UAF",
    "5": "CVL", "rioters": "CVL",
    "6": "CVL", "protesters": "CVL",
    "7": "CVL", "civilians": "CVL",
    "8": "IMG", "external/other forces": "IMG", "external forces": "IMG", "other forces": "IMG",
}  # fmt: skip
"""inter1 and inter2, as numbers and as words; empty where there is no such actor."""
_NAMED_SECTORS: Final = (("Police Forces of ", "COP"), ("Military Forces of ", "MIL"), ("Government of ", "GOV"))
_YEARS: Final = re.compile(r"\s{0,9}\([0-9]{4}\s{0,9}-\s{0,9}(?:[0-9]{4})?\s{0,9}\).*", re.S)
_IN_BRACKETS: Final = re.compile(r"\(([^()]{3,60})\)")
_MOST_DEATHS: Final = 1_000_000


def fits(head: bytes) -> bool:
    """Whether a file has the columns of an export of ACLED."""
    return {"event_id_cnty", "event_type", "actor1", "fatalities"} <= set(header_of(head))


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The events of an export. WrongFileError where the file as a whole cannot be taken."""
    events = _Events()
    return parts_of(CsvRecords(file, COLUMNS), EVENTS, events.rows, events.remarks)


@dataclass(frozen=True, slots=True)
class _Type:
    kind: str
    mode: str | None
    is_passive: bool


@dataclass(frozen=True, slots=True)
class _Actor:
    name: str | None = None
    country: str | None = None
    sector: str | None = None


class _Events:
    """Turns records into events, and remembers which ids it saw and what there is to say."""

    def __init__(self) -> None:
        self.remarks: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def rows(self, record: Record) -> tuple[dict[str, Any], ...]:
        """The row of one event. BadRowError where a value cannot be meant."""
        cells = record.cells
        event_id = cells["event_id_cnty"]
        if not event_id:
            raise BadRowError("empty_cell", "event_id_cnty is empty")
        when = _day(cells)
        year = optional_whole(cells, "year", 1900, 2200)
        if year is not None and year != when.year:
            raise BadRowError("bad_value", f"year is {year} for an event of {when}")
        start, end, date_precision = _span(when, optional_whole(cells, "time_precision", 1, 3) or 1)
        place_country = self._place_country(cells, when.year)
        kind, context = _type(cells)
        first, second = (self._actor(cells, number, place_country, when.year) for number in "12")
        if first.name is None:
            raise BadRowError("no_side", "actor1 is empty")
        actor, recipient = (second, first) if kind.is_passive else (first, second)
        where = whole(cells, "geo_precision", 1, 3)
        deaths = whole(cells, "fatalities", 0, _MOST_DEATHS)
        latitude, longitude = degrees(cells, "latitude", 90), degrees(cells, "longitude", 180)
        published = moment_day(cells, "timestamp")
        if not once(self._seen, event_id, record):
            return MERGED
        if published is None:
            self.remarks["it has no timestamp, by which it would be known when it was published"] += 1
        if not kind.kind:
            self.remarks[f"'{context}' has no event type of ours"] += 1
        return (
            {
                "event_id": event_id,
                "dataset": "acled",
                "trigger_id": event_id,
                "event_date": start,
                "event_end_date": end,
                "date_basis": "explicit",
                "date_precision": date_precision,
                "published_date": published,
                **(event_class(kind.kind, kind.mode) if kind.kind else {}),
                "contexts": [context],
                "modality": "actual",
                "actor_name": actor.name,
                "actor_country": actor.country,
                "actor_sector": actor.sector,
                "recipient_name": recipient.name,
                "recipient_country": recipient.country,
                "recipient_sector": recipient.sector,
                "place_name": cells["location"] or cells["country"],
                "place_country": place_country,
                "place_precision": _PLACES[where],
                "admin1": cells.get("admin1") or None,
                "latitude": latitude,
                "longitude": longitude,
                "deaths_best": deaths,
                "outlet": cells.get("source") or None,
            },
        )

    def _place_country(self, cells: dict[str, str], year: int) -> str | None:
        """The country of the place, by its name, or by its ISO code where nobody knows the name."""
        try:
            return country_of_name(cells["country"], year)
        except UnknownCountryError as error:
            for column in ("iso3", "iso"):
                if cells.get(column):
                    try:
                        country = country_of_iso(cells[column], year)
                    except UnknownCountryError:
                        continue
                    told = f"country '{cells['country'][:60]}' is not known by name and was taken from {column}"
                    self.remarks[told] += 1
                    return country
            raise BadRowError("unknown_country", f"country: {error}") from None

    def _actor(self, cells: dict[str, str], number: str, place_country: str | None, year: int) -> _Actor:
        name, inter = cells[f"actor{number}"], cells[f"inter{number}"]
        sector = _SECTORS.get(inter.lower())
        if sector is None:
            raise BadRowError("bad_value", f"inter{number} is '{inter[:40]}', which is no kind of actor")
        if not name:
            if sector:
                raise BadRowError("no_side", f"actor{number} is empty, and inter{number} is '{inter[:40]}'")
            return _Actor()
        if not sector:
            raise BadRowError("no_side", f"actor{number} is '{name[:60]}', and inter{number} is empty")
        named, country = self._named(name, year)
        if sector in ("MIL", "IMG") and named:
            sector = named
        if sector == "IMG" and country:
            sector = "MIL"
        if not country and sector != "IMG":
            country = place_country
        return _Actor(name, country, sector)

    def _named(self, name: str, year: int) -> tuple[str, str | None]:
        """The sector and the country that the name of an actor tells; empty and None where it does not."""
        for beginning, sector in _NAMED_SECTORS:
            if name.startswith(beginning):
                state = _YEARS.sub("", name.removeprefix(beginning))
                try:
                    return sector, country_of_name(state, year)
                except UnknownCountryError:
                    self.remarks[f"'{state[:60]}' in the name of an actor is no country that is known"] += 1
                    return sector, None
        for words in reversed(_IN_BRACKETS.findall(name)):
            try:
                return "", country_of_name(words, year)
            except UnknownCountryError:  # "(Communal Militia)", "(International)"
                continue
        return "", None


def _type(cells: dict[str, str]) -> tuple[_Type, str]:
    """The type of an event, and what ACLED calls it, as a context."""
    for column in ("sub_event_type", "event_type"):
        if name := cells.get(column):
            known = _types().get((column, name.lower()))
            if known is None:
                raise BadRowError("unknown_code", f"{column} is '{name[:60]}', which is not known")
            return known, re.sub(r"[^a-z]+", "_", name.lower()).strip("_")
    raise BadRowError("empty_cell", "event_type is empty")


@cache
def _types() -> dict[tuple[str, str], _Type]:
    with shipped(TYPES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {
        (row["kind"], row["name"].lower()): _Type(row["type"], row["mode"] or None, row["passive"] == "yes")
        for row in rows
    }


def _day(cells: dict[str, str]) -> date:
    """The day of an event: 2015-01-01, 01-January-2015 or 01 January 2015."""
    text = cells["event_date"]
    if match := _NAMED_DAY.fullmatch(text):
        try:
            return date(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
        except (KeyError, ValueError):
            raise BadRowError("bad_date", f"event_date is '{text[:40]}', which is no date") from None
    return day(cells, "event_date")


def _span(when: date, precision: int) -> tuple[date, date, str]:
    """First and last day, and precision: the day; the week around it, of which it is some day; the month."""
    if precision == 1:
        return when, when, "day"
    if precision == 2:
        return when - timedelta(days=3), when + timedelta(days=3), "day"
    last = calendar.monthrange(when.year, when.month)[1]
    return when.replace(day=1), when.replace(day=last), "month"


DATASET: Final = Dataset(
    name="acled",
    title="an export of ACLED",
    tables=("events",),
    fits=fits,
    read=read,
)

"""Reads the Georeferenced Event Dataset of UCDP, and its candidate events: deadly violence, one event a row.

The columns are those of the codebook of UCDP GED (versions 17.1 to 25.1). Each event is an ASSAULT of side A on side B.
Its type of violence is a context: state_based_violence, non_state_violence or one_sided_violence. "Government of X" is
X's government (GOV); the data set does not tell army from police. Another armed side is REB with the country whose
government it fights, in one-sided violence with the country of the event; armed groups that fight each other may be
rebels, communal militias or gangs (UAF: the data set does not tell). Civilians are CVL. Coalitions of governments are
IMG, without a country.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from tasks.contract import EVENTS
from tasks.extract.reference.countries import UnknownCountryError, country_of_gw, country_of_name
from tasks.extract.reference.csv_records import Columns, CsvRecords, Record, header_of
from tasks.extract.reference.dataset import BadRowError, Dataset, Part, WrongFileError
from tasks.extract.reference.event_classes import event_class
from tasks.extract.reference.reference_rows import (
    MERGED,
    day,
    degrees,
    once,
    optional_whole,
    parts_of,
    whole,
)  # fmt: skip
from tasks.extract.reference.ucdp_releases import Release, release_in

COLUMNS: Final = Columns(
    required=frozenset(
        {"id", "type_of_violence", "side_a", "side_b", "where_prec", "latitude", "longitude", "country", "date_prec",
         "date_start", "date_end", "low", "best", "high"}
    ),
    optional=frozenset(
        {"year", "gwnoa", "gwnob", "country_id", "where_coordinates", "where_description", "adm_1", "source_office",
         "source_article", "code_status", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"}
    ),
    ignored=frozenset(
        {
            # ids and names of conflicts, dyads and sides beyond the names of the sides
            "relid", "conflict_id", "conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_id", "dyad_dset_id",
            "dyad_new_id", "dyad_name", "side_a_id", "side_a_dset_id", "side_a_new_id", "side_b_id", "side_b_dset_id",
            "side_b_new_id",
            # what the contract has no place for
            "active_year", "number_of_sources", "source_date", "source_headline", "source_original", "adm_2",
            "geom_wkt", "priogrid_gid", "region", "event_clarity", "isocc",
        }
    ),
)  # fmt: skip

_KNOWN_BY: Final = COLUMNS.required
_VIOLENCE: Final = {1: "state_based_violence", 2: "non_state_violence", 3: "one_sided_violence"}
_STATE_BASED, _NON_STATE, _ONE_SIDED = 1, 2, 3
_PLACES: Final = {1: "point", 2: "city", 3: "region", 4: "admin1", 5: "region", 6: "country", 7: "region"}
"""where_prec: the place itself; near it; its district; its province; a line or area; the country; sea or air."""
_DATES: Final = {1: "day", 2: "day", 3: "day", 4: "month", 5: "year"}
"""date_prec: the day; a range of 2 to 6 days; a week; a month; longer, up to a year. The range is in the two dates."""
_GOVERNMENT: Final = "Government of "
_ADDRESS: Final = re.compile(r"https?://[^\s\"';,]{4,500}")
_MOST_DEATHS: Final = 1_000_000
_CLEAR: Final = "Clear"


def fits_ged(head: bytes) -> bool:
    """Whether a file has the columns of GED and no event that is still to be checked."""
    return set(header_of(head)) >= _KNOWN_BY and not _has_unchecked(head)


def fits_candidate(head: bytes) -> bool:
    """Whether a file has the columns of GED and events that are still to be checked, as only candidates have."""
    return set(header_of(head)) >= _KNOWN_BY and _has_unchecked(head)


def read_ged(file: IO[bytes], name: str) -> Iterator[Part]:
    """The events of a yearly version. WrongFileError where the name says that they are candidates."""
    release = release_in(name)
    if release and release.is_candidate:
        raise WrongFileError("wrong_dataset", "by its name it holds candidate events; load it as ucdp-candidate")
    return _read(file, release)


def read_candidate(file: IO[bytes], name: str) -> Iterator[Part]:
    """The candidate events of one or several months. WrongFileError where the name is that of a yearly version."""
    release = release_in(name)
    if release and not release.is_candidate:
        raise WrongFileError("wrong_dataset", "by its name it is a yearly version of UCDP GED; load it as ucdp-ged")
    return _read(file, release)


def _read(file: IO[bytes], release: Release | None) -> Iterator[Part]:
    records = CsvRecords(file, COLUMNS)
    events = _Events(release)
    if release is None or release.published is None:
        which = f"version {release.version}" if release else "this file, whose name holds no version,"
        events.unpublished = f"when {which} was published is not known: reports as of a day leave its rows out"
    return parts_of(records, EVENTS, events.rows, events.remarks)


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    country: str | None
    sector: str


class _Events:
    """Turns records into events, and remembers which ids it saw and what there is to say."""

    def __init__(self, release: Release | None) -> None:
        self.remarks: Counter[str] = Counter()
        self.unpublished = ""
        self._published = release.published if release else None
        self._seen: dict[str, int] = {}

    def rows(self, record: Record) -> tuple[dict[str, Any], ...]:
        """The row of one event. BadRowError where a value cannot be meant."""
        cells = record.cells
        event_id = str(whole(cells, "id", 0, 10**12))
        start, end = day(cells, "date_start"), day(cells, "date_end")
        if end < start:
            raise BadRowError("bad_date", f"date_end {end} lies before date_start {start}")
        year = optional_whole(cells, "year", 1900, 2200)
        if year is not None and not start.year <= year <= end.year:
            raise BadRowError("bad_value", f"year is {year} for an event of {start} to {end}")
        violence = whole(cells, "type_of_violence", 1, 3)
        where, when = whole(cells, "where_prec", 1, 7), whole(cells, "date_prec", 1, 5)
        place_country = self._place_country(cells, start.year)
        low, best, high = (whole(cells, name, 0, _MOST_DEATHS) for name in ("low", "best", "high"))
        latitude, longitude = degrees(cells, "latitude", 90), degrees(cells, "longitude", 180)
        if not cells["side_a"] or not cells["side_b"]:
            raise BadRowError("no_side", "it does not name both sides")
        if not once(self._seen, event_id, record):
            return MERGED
        self._doubts(cells, low, best, high)
        actor, recipient = self._sides(cells, violence, start.year, place_country)
        return (
            {
                "event_id": event_id,
                "dataset": "ucdp_ged",
                "trigger_id": event_id,
                "event_date": start,
                "event_end_date": end,
                "date_basis": "explicit",
                "date_precision": _DATES[when],
                "published_date": self._published,
                **event_class("ASSAULT"),
                "contexts": [_VIOLENCE[violence]],
                "modality": "actual",
                "actor_name": actor.name,
                "actor_country": actor.country,
                "actor_sector": actor.sector,
                "recipient_name": recipient.name,
                "recipient_country": recipient.country,
                "recipient_sector": recipient.sector,
                "place_text": cells.get("where_description") or None,
                "place_name": cells.get("where_coordinates") or cells["country"],
                "place_country": place_country,
                "place_precision": _PLACES[where],
                "admin1": cells.get("adm_1") or None,
                "latitude": latitude,
                "longitude": longitude,
                "deaths_low": low,
                "deaths_best": best,
                "deaths_high": high,
                "source_url": _address(cells.get("source_article", "")),
                "outlet": cells.get("source_office") or None,
            },
        )

    def _place_country(self, cells: dict[str, str], year: int) -> str | None:
        """The country of the place by its name and, where it is there, its number; both must mean the same."""
        name, number = cells["country"], cells.get("country_id", "")
        try:
            country = country_of_name(name, year)
        except UnknownCountryError as error:
            if not number:
                raise BadRowError("unknown_country", f"country: {error}") from None
            country = _of_number(number, year, "country_id")
            self.remarks[f"country '{name[:60]}' is not known by name and was taken from country_id"] += 1
            return country
        if number and (other := _of_number(number, year, "country_id")) != country:
            raise BadRowError("bad_value", f"country is '{name[:60]}', and country_id {number[:20]} means {other}")
        return country

    def _sides(self, cells: dict[str, str], violence: int, year: int, place_country: str | None) -> tuple[_Side, _Side]:
        governments = {
            side: self._government(cells[f"side_{side}"], cells.get(f"gwno{side}", ""), year) for side in "ab"
        }
        sides = []
        for side, other in ("ab", "ba"):
            name = cells[f"side_{side}"]
            if found := governments[side]:
                sides.append(found)
            elif violence == _ONE_SIDED and side == "b":
                sides.append(_Side(name, place_country, "CVL"))
            elif violence == _NON_STATE:
                sides.append(_Side(name, place_country, "UAF"))
            else:
                against = governments[other]
                sides.append(_Side(name, (against.country if against else None) or place_country, "REB"))
        return sides[0], sides[1]

    def _government(self, side: str, number: str, year: int) -> _Side | None:
        """The side where it is a government or several; None for any other."""
        names = [part.removeprefix(_GOVERNMENT) for part in re.split(f", (?={_GOVERNMENT})", side)]
        if not side.startswith(_GOVERNMENT):
            return None
        if len(names) > 1:
            self.remarks["a coalition of governments is one actor without a country (sector IMG)"] += 1
            return _Side(side, None, "IMG")
        for of, key in ((country_of_name, names[0]), (country_of_gw, number)):
            try:
                return _Side(side, of(key, year), "GOV")
            except UnknownCountryError:
                continue
        self.remarks[f"'{side[:80]}' is the government of no country that is known, and was left without one"] += 1
        return _Side(side, None, "GOV")

    def _doubts(self, cells: dict[str, str], low: int, best: int, high: int) -> None:
        """Count what is odd in a record that is taken all the same."""
        if self.unpublished:
            self.remarks[self.unpublished] += 1
        if not low <= best <= high:
            self.remarks["the best estimate of deaths does not lie between the low and the high one"] += 1
        parts = [optional_whole(cells, f"deaths_{of}", 0, _MOST_DEATHS) for of in ("a", "b", "civilians", "unknown")]
        if None not in parts and sum(part or 0 for part in parts) != best:
            self.remarks["the deaths by side do not add up to the best estimate"] += 1
        if cells.get("code_status", "") not in ("", _CLEAR):
            self.remarks["UCDP has still to check the event (code_status)"] += 1


def _of_number(number: str, year: int, column: str) -> str | None:
    try:
        return country_of_gw(number.removesuffix(".0"), year)
    except UnknownCountryError as error:
        raise BadRowError("unknown_country", f"{column}: {error}") from None


def _address(text: str) -> str | None:
    match = _ADDRESS.search(text)
    return match.group() if match else None


def _has_unchecked(head: bytes) -> bool:
    """Whether one of the first records has a code_status other than Clear; the last, cut-off line does not count."""
    names = header_of(head)
    if "code_status" not in names:
        return False
    lines = head.decode("utf-8", "replace").split("\n")[1:-1]
    place = names.index("code_status")
    try:
        for cells in csv.reader(lines):
            if len(cells) == len(names) and cells[place].strip().lower().startswith("check"):
                return True
    except csv.Error:
        pass
    return False


GED: Final = Dataset(
    name="ucdp-ged",
    title="the Georeferenced Event Dataset of UCDP",
    tables=("events",),
    fits=fits_ged,
    read=read_ged,
)
CANDIDATE: Final = Dataset(
    name="ucdp-candidate",
    title="the candidate events of UCDP",
    tables=("events",),
    fits=fits_candidate,
    read=read_candidate,
)
DATASETS: Final = (GED, CANDIDATE)

"""Reads the UCDP/PRIO Armed Conflict Dataset: which state fights where in which year, and how intensely.

Two layouts are read: the publisher's, one row a conflict and year with several states in one cell, and that of tables
derived from it, one row for each combination of the states on the two sides and their supporters (`_2nd`).

Two series, by state and year: `armed_conflict.intensity`, 1 for a minor conflict (25 to 999 battle deaths in the year)
and 2 for a war (1,000 or more), the highest where there are several; and `armed_conflict.count`, how many conflicts.
`counterpart` is the state against which it fights, or on whose side or soil it does as a supporter; it is empty where
a state fights an armed group of its own. The note names the conflicts and the part that the state has in each.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

import pyarrow as pa

from tasks.contract import INDICATORS
from tasks.extract.drafts import Rejected
from tasks.extract.reference.countries import UnknownCountryError, country_of_gw
from tasks.extract.reference.csv_records import Columns, CsvRecords, Record, header_of
from tasks.extract.reference.dataset import BadRowError, Dataset, Part, WrongFileError
from tasks.extract.reference.reference_rows import whole
from tasks.extract.reference.ucdp_releases import Release, release

COLUMNS: Final = Columns(
    required=frozenset(
        {"conflict_id", "year", "intensity_level", "type_of_conflict", "gwno_a", "gwno_a_2nd", "gwno_b", "gwno_b_2nd"}
    ),
    optional=frozenset({"version"}),
    ignored=frozenset(
        {"location", "side_a", "side_a_id", "side_a_2nd", "side_b", "side_b_id", "side_b_2nd", "incompatibility",
         "territory_name", "cumulative_intensity", "start_date", "start_prec", "start_date2", "start_prec2", "ep_end",
         "ep_end_date", "ep_end_prec", "gwno_loc", "region"}
    ),
)  # fmt: skip

MOST_RECORDS: Final = 1_000_000
"""More than that is no such file: the states of all years are held until the end (the set has some 2,800 records)."""

_PARTS: Final = {
    "gwno_a": "side a", "gwno_a_2nd": "supports side a", "gwno_b": "side b", "gwno_b_2nd": "supports side b",
}  # fmt: skip
_NUMBERS: Final = re.compile(r"[0-9]{1,4}(?:\.0)?(?:\s*[,;]\s*[0-9]{1,4}(?:\.0)?){0,99}")
_KINDS: Final = frozenset(
    {"1", "2", "3", "4", "1.0", "2.0", "3.0", "4.0", "extrasystemic", "interstate", "intrastate", "ii"}
)  # fmt: skip
"""type_of_conflict: a colonial war; between states; within one; within one and with others taking part (II)."""


@dataclass(frozen=True, slots=True)
class _Fight:
    """One state in one conflict and year."""

    country: str
    counterpart: str
    year: int
    conflict: int
    part: str


def fits(head: bytes) -> bool:
    """Whether a file has the columns of the armed conflict set."""
    return {"conflict_id", "gwno_a", "gwno_b_2nd", "intensity_level", "year"} <= set(header_of(head))


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The figures of a file, in one part. WrongFileError where the file as a whole cannot be taken.

    A record is merged where all that it says of its states stood in others. Without a column `version`, the version is
    that of the year after the last one in the file: each yearly version goes to the end of the year before.
    """
    records = CsvRecords(file, COLUMNS)
    conflicts = _Conflicts()
    rejected: list[Rejected] = []
    found = merged = 0
    for record in records:
        found += 1
        if found > MOST_RECORDS:
            raise WrongFileError(
                "too_large", f"it has more than {MOST_RECORDS:,} records; this data set has some 3,000"
            )
        if isinstance(record, Rejected):
            rejected.append(record)
            continue
        try:
            merged += not conflicts.add(record)
        except BadRowError as error:
            rejected.append(record.rejected(error.reason, str(error)))
    if rejected and len(rejected) == found:
        mangled = next((one for one in rejected if one.reason == "mangled"), None)
        reason, example = ("mangled", mangled) if mangled else ("wrong_layout", rejected[0])
        raise WrongFileError(reason, f"none of its {found} records can be taken: {example.record}: {example.detail}")
    return iter([conflicts.part(found, merged, rejected, records.remarks)])


class _Conflicts:
    """What is known of every state by year, while a file is read."""

    def __init__(self) -> None:
        self._remarks: Counter[str] = Counter()
        self._intensity: dict[tuple[int, int], int] = {}
        self._fights: dict[_Fight, None] = {}
        self._versions: set[str] = set()

    def add(self, record: Record) -> bool:
        """Take a record in; whether it told anything new. BadRowError where a value cannot be meant."""
        cells = record.cells
        year, conflict = whole(cells, "year", 1900, 2200), whole(cells, "conflict_id", 0, 10**9)
        intensity = whole(cells, "intensity_level", 1, 2)
        if cells["type_of_conflict"].lower() not in _KINDS:
            raise BadRowError("bad_value", f"type_of_conflict is '{cells['type_of_conflict'][:40]}', which is no type")
        states = {column: _states(cells[column], column, year) for column in _PARTS}
        if not states["gwno_a"]:
            raise BadRowError("no_side", "it names no state on side a")
        if self._intensity.setdefault((conflict, year), intensity) != intensity:
            raise BadRowError("bad_value", f"conflict {conflict} has two intensities in {year}")
        fights = dict.fromkeys(self._of_states(states, year, conflict))
        is_new = not fights.keys() <= self._fights.keys()
        self._fights |= fights
        if version := cells.get("version"):
            self._versions.add(version[:20])
        return is_new

    def _of_states(self, states: dict[str, list[str | None]], year: int, conflict: int) -> Iterator[_Fight]:
        first, second = states["gwno_a"], states["gwno_b"]
        against = {"gwno_a": second, "gwno_a_2nd": second or first, "gwno_b": first, "gwno_b_2nd": first}
        for column, own in states.items():
            for country in own:
                if country is None:
                    self._remarks["a side is a state without an ISO 3166 code, for which there is no row"] += 1
                    continue
                for other in against[column] or [None]:
                    yield _Fight(country, other or "", year, conflict, _PARTS[column])

    def part(self, found: int, merged: int, rejected: list[Rejected], remarks: tuple[str, ...]) -> Part:
        """All figures, with what there is to say of the file."""
        told = [*remarks, *(f"{words} ({count:,} records)" for words, count in self._remarks.items())]
        version = self._release(told)
        of_pair: dict[tuple[str, str, int], list[_Fight]] = defaultdict(list)
        for fight in self._fights:
            of_pair[fight.country, fight.counterpart, fight.year].append(fight)
        rows = [row for pair, fights in of_pair.items() for row in self._rows(pair, fights, version)]
        tables = {INDICATORS.name: pa.Table.from_pylist(rows, schema=INDICATORS.schema)} if rows else {}
        return Part(found, tables, tuple(rejected), merged, tuple(told))

    def _release(self, told: list[str]) -> Release | None:
        if len(self._versions) > 1:
            told.append(f"its rows name several versions: {', '.join(sorted(self._versions))}")
            return None
        if self._versions:
            (name,) = self._versions
            if not re.fullmatch(r"[0-9]{2}\.[0-9]", name, re.ASCII):
                told.append(f"version '{name}' is not known: reports as of a day leave its rows out")
                return Release(name, None)
            found = release(name)
            if found.published is None:
                told.append(f"when version {name} was published is not known: reports as of a day leave its rows out")
            return found
        years = [fight.year for fight in self._fights]
        if not years:
            return None
        found = release(f"{(max(years) + 1) % 100:02d}.1")
        when = f"as of {found.published}" if found.published else "without a day of publication"
        told.append(f"it names no version; by its last year, {max(years)}, it is {found.version} or later ({when})")
        return found

    def _rows(
        self, pair: tuple[str, str, int], fights: list[_Fight], version: Release | None
    ) -> Iterator[dict[str, Any]]:
        country, counterpart, year = pair
        parts: dict[int, list[str]] = defaultdict(list)
        for fight in fights:
            parts[fight.conflict].append(fight.part)
        note = "; ".join(f"conflict {number}: {' and '.join(sorted(parts[number]))}" for number in sorted(parts))
        values = {
            "armed_conflict.intensity": (max(self._intensity[number, year] for number in parts), "1 minor, 2 war"),
            "armed_conflict.count": (len(parts), "conflicts"),
        }
        for series, (value, unit) in values.items():
            yield {
                "series": series,
                "country": country,
                "counterpart": counterpart,
                "start_date": date(year, 1, 1),
                "end_date": date(year, 12, 31),
                "value": float(value),
                "unit": unit,
                "known_from": version.published if version else None,
                "dataset": "ucdp_prio",
                "dataset_version": version.version if version else None,
                "note": note,
            }


def _states(text: str, column: str, year: int) -> list[str | None]:
    """The countries of a cell with numbers of states, several parted by commas."""
    if not text or text.lower() in ("na", "nan"):
        return []
    if not _NUMBERS.fullmatch(text):
        raise BadRowError("not_a_number", f"{column} is '{text[:40]}', which is no number of a state")
    found: list[str | None] = []
    for number in re.split(r"[,;]", text):
        try:
            found.append(country_of_gw(number.strip().removesuffix(".0"), year))
        except UnknownCountryError as error:
            raise BadRowError("unknown_country", f"{column}: {error}") from None
    return found


DATASET: Final = Dataset(
    name="ucdp-prio",
    title="the UCDP/PRIO Armed Conflict Dataset",
    tables=("indicators",),
    fits=fits,
    read=read,
)

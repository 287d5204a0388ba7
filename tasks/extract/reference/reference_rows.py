"""Turns the records of a CSV file into parts of a table, and the texts of its cells into numbers and days."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import pyarrow as pa

from tasks.contract import Table
from tasks.extract.drafts import Rejected
from tasks.extract.reference.csv_records import CsvRecords, Record
from tasks.extract.reference.dataset import BadRowError, Part, WrongFileError

ROWS: Final = 10_000
"""Records of one part: a few MB."""
TRIAL: Final = 200
"""Records by which a file is judged before the first part: where none of them can be taken, nor can the file."""
MOST_REMARKS: Final = 50
"""Remarks that one file may bring, the most frequent first: each unknown name is one."""

_WHOLE: Final = re.compile(r"-?[0-9]{1,15}(?:\.0{1,6})?")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{0,20})?(?:[eE]-?[0-9]{1,2})?")
_EXCEL_NUMBER: Final = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]+")
_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?Z?)?")
_TURNED_DAY: Final = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}(?: .*)?")

MERGED: Final[tuple[dict[str, Any], ...]] = ()
"""What a converter gives for a record that says the same as others."""


Convert = Callable[[Record], Sequence[dict[str, Any]]]
"""Gives the rows of a record, MERGED where it adds none; raises BadRowError."""


def parts_of(records: CsvRecords, table: Table, convert: Convert, remarks: Counter[str]) -> Iterator[Part]:
    """The rows of all records in parts of ROWS records, with those that could not be taken.

    `remarks` is what `convert` counts on its way: sentences that are told at the end with the number of records that
    they hold for. Raises WrongFileError before the first part where not one of the first TRIAL records can be taken.
    """
    found = merged = 0
    rows: list[dict[str, Any]] = []
    rejected: list[Rejected] = []
    on_trial, is_first = True, True
    for record in records:
        found += 1
        if isinstance(record, Rejected):
            rejected.append(record)
        else:
            try:
                of_record = convert(record)
            except BadRowError as error:
                rejected.append(record.rejected(error.reason, str(error)))
            else:
                rows.extend(of_record)
                merged += not of_record
        if on_trial and found == TRIAL:
            _judge(found, rejected)
            on_trial = False
        if found >= ROWS:
            yield _part(table, found, rows, rejected, merged, records.remarks if is_first else ())
            found, merged, rows, rejected, is_first = 0, 0, [], [], False
    if on_trial:
        _judge(found, rejected)
    told = [f"{sentence} ({count:,} records)" for sentence, count in remarks.most_common(MOST_REMARKS)]
    if (more := len(remarks) - len(told)) > 0:
        told.append(f"and {more:,} more remarks of these kinds")
    yield _part(table, found, rows, rejected, merged, (*(records.remarks if is_first else ()), *told))


def _judge(found: int, rejected: Sequence[Rejected]) -> None:
    if not found or len(rejected) < found:
        return
    first = rejected[0]
    counts = Counter(one.reason for one in rejected)
    reason = counts.most_common(1)[0][0]
    if reason == "mangled":
        detail = next(one.detail for one in rejected if one.reason == reason)
        raise WrongFileError("mangled", f"{detail}; take the publisher's file as it was downloaded")
    raise WrongFileError(
        "wrong_layout", f"none of its first {found} records can be taken, as if its columns were shifted: "
        f"{first.record}: {first.detail}"
    )  # fmt: skip


def _part(
    table: Table,
    found: int,
    rows: list[dict[str, Any]],
    rejected: list[Rejected],
    merged: int,
    remarks: tuple[str, ...],
) -> Part:
    tables = {table.name: pa.Table.from_pylist(rows, schema=table.schema)} if rows else {}
    return Part(found, tables, tuple(rejected), merged, remarks)


def once(seen: dict[str, int], key: str, record: Record) -> bool:
    """Whether a key is new. False where the same record stood before; BadRowError where another had that key."""
    mark = hash(record.text)
    if key not in seen:
        seen[key] = mark
        return True
    if seen[key] != mark:
        raise BadRowError("repeated_key", f"another record has the id '{key[:80]}'")
    return False


def whole(cells: dict[str, str], name: str, least: int, most: int) -> int:
    """The whole number of a cell. BadRowError where it is none, or not between the two bounds."""
    text = cells[name]
    if not _WHOLE.fullmatch(text):
        raise _no_number(name, text, "whole number")
    number = int(text.partition(".")[0])
    if not least <= number <= most:
        raise BadRowError("bad_value", f"{name} is {number}, which is not between {least} and {most}")
    return number


def optional_whole(cells: dict[str, str], name: str, least: int, most: int) -> int | None:
    """As `whole`; None where the cell is empty or not there."""
    return whole(cells, name, least, most) if cells.get(name) else None


def degrees(cells: dict[str, str], name: str, most: int) -> float:
    """The degrees of a cell, from -most to most."""
    text = cells[name]
    if not _DECIMAL.fullmatch(text):
        raise _no_number(name, text, "number of degrees")
    number = float(text)
    if abs(number) > most:
        raise BadRowError("bad_value", f"{name} is {text}, which is not between -{most} and {most}")
    return number


def day(cells: dict[str, str], name: str) -> date:
    """The day of a cell, written 2015-05-11, perhaps with a time of midnight."""
    text = cells[name]
    if match := _DAY.fullmatch(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    if _TURNED_DAY.fullmatch(text) or _EXCEL_NUMBER.fullmatch(text):
        raise BadRowError("mangled", f"{name} is '{text[:40]}', where day and month cannot be told")
    raise BadRowError("bad_date", f"{name} is '{text[:40]}', which is no date like 2015-05-11")


def moment_day(cells: dict[str, str], name: str) -> date | None:
    """The day (UTC) of a number of seconds since 1970, or of a date; None where the cell is empty or not there."""
    text = cells.get(name, "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 10:
        return datetime.fromtimestamp(int(text), UTC).date()
    if _EXCEL_NUMBER.fullmatch(text):
        raise _no_number(name, text, "number of seconds")
    return day({name: text[:10]}, name)


def _no_number(name: str, text: str, kind: str) -> BadRowError:
    if _EXCEL_NUMBER.fullmatch(text):
        return BadRowError("mangled", f"{name} is '{text[:40]}', a number that a spreadsheet cut off")
    return BadRowError("not_a_number", f"{name} is '{text[:40]}', which is no {kind}")

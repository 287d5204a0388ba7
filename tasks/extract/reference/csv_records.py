"""Reads the records of a large CSV file one by one, strict about its columns, past damage."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from tasks.extract.drafts import Rejected, sample
from tasks.extract.reference.dataset import WrongFileError

LONGEST_LINE: Final = 4_000_000
"""Bytes of one line. The longest of UCDP list some hundred reports for one event, in less than 100,000."""
LINES_OF_A_RECORD: Final = 100
"""Lines that one record may span (notes hold line breaks); a stray quote would otherwise swallow the rest of a file."""

_FIRST_LINES: Final = 5
"""Lines in which the header is looked for: blank ones and Excel's `sep=,` may stand before it."""
_HALF_SIGN: Final = re.compile("[\ud800-\udfff]")
csv.field_size_limit(2**31 - 1)  # lines are limited instead; as in tasks.extract.tables


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a layout, in lower case: those it must have, those used where they are there, those left out."""

    required: frozenset[str]
    optional: frozenset[str]
    ignored: frozenset[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line that it begins in, its text, and the cells of the columns that are used, without blanks."""

    line: int
    text: str
    cells: dict[str, str]

    def rejected(self, reason: str, detail: str) -> Rejected:
        """The record as one that cannot be taken."""
        return Rejected(f"line {self.line}", reason, detail, sample(self.text))


def header_of(head: bytes) -> tuple[str, ...]:
    """The names of the columns in the first line of a file, in lower case; empty where it is no line of CSV."""
    for line in _text(head).splitlines()[:_FIRST_LINES]:
        if line.strip() and not line.lower().startswith("sep="):
            return _names(line)
    return ()


class CsvRecords:
    """The records of one file, read once and forwards. `remarks` says which columns nobody knows."""

    def __init__(self, file: IO[bytes], columns: Columns) -> None:
        """Read the header. WrongFileError where it is none, lacks a column, or was changed by a spreadsheet."""
        self._file = file
        self._line = 0
        self._waiting: deque[tuple[int, str]] = deque()
        names = self._header(columns)
        used = columns.required | columns.optional
        self._used = [(at, name) for at, name in enumerate(names) if name in used]
        self._width = len(names)
        unknown = [name[:60] for name in names if name not in used and name not in columns.ignored]
        self.remarks: tuple[str, ...] = ()
        if unknown:
            self.remarks = (f"unknown columns were left out: {', '.join(unknown[:50])}",)

    def __iter__(self) -> Iterator[Record | Rejected]:
        """Every record of the file, and for each that is no record of CSV the reason. Rows of HXL tags are none."""
        while (item := self._next()) is not None:
            line, text = item
            if not text.strip():
                continue
            cells, is_open = _cells(text) if len(text) <= LONGEST_LINE else (None, False)
            if is_open:
                text, cells = self._gather(line, text)
            yield from self._record(line, text, cells)

    def _record(self, line: int, text: str, cells: list[str] | None) -> Iterator[Record | Rejected]:
        record = Record(line, text, {})
        if len(text) > LONGEST_LINE:
            yield record.rejected("too_large", f"it is longer than {LONGEST_LINE:,} bytes")
        elif _HALF_SIGN.search(text):
            yield record.rejected("bad_bytes", "it has bytes that are not UTF-8")
        elif cells is None:
            yield record.rejected("not_csv", "it has a quotation mark that nothing closes")
        elif len(cells) != self._width:
            words = f"it has {len(cells)} cells where the header has {self._width}"
            yield record.rejected("wrong_number_of_cells", words)
        elif not _is_hxl(cells):
            yield Record(line, text, {name: cells[at].strip() for at, name in self._used})

    def _gather(self, line: int, text: str) -> tuple[str, list[str] | None]:
        """A record whose quoted cell spans lines; where no end is in sight, its first line alone and None."""
        lines = [(line, text)]
        size = len(text)
        while len(lines) < LINES_OF_A_RECORD and size <= LONGEST_LINE and (item := self._next()) is not None:
            lines.append(item)
            size += len(item[1])
            if item[1].count('"') % 2:
                whole = "\n".join(part for _, part in lines)
                cells, is_open = _cells(whole)
                if cells is not None and not is_open and len(cells) == self._width:
                    return whole, cells
                break
        self._waiting.extendleft(reversed(lines[1:]))
        return text, None

    def _next(self) -> tuple[int, str] | None:
        """The number and text of the next line; of one that is too long the first bytes, and one more than allowed."""
        if self._waiting:
            return self._waiting.popleft()
        data = self._file.readline(LONGEST_LINE + 1)
        if not data:
            return None
        self._line += 1
        if len(data) > LONGEST_LINE:
            rest = data
            while rest and not rest.endswith(b"\n"):
                rest = self._file.readline(LONGEST_LINE)
            return self._line, data.decode("latin-1")
        # Bytes that are not UTF-8 become half signs, by which their record is told and rejected.
        return self._line, data.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _header(self, columns: Columns) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        line = ""
        for _ in range(_FIRST_LINES):
            item = self._next()
            if item is None:
                break
            line = _text(item[1].encode("utf-8", "surrogateescape"))
            if line.strip() and not line.lower().startswith("sep="):
                names = _names(line)
                break
        missing = sorted(columns.required - set(names))
        if missing:
            raise _no_header(line, names, missing, columns)
        if twice := sorted({name for name in names if name and names.count(name) > 1}):
            raise WrongFileError("wrong_layout", f"its header names columns twice: {', '.join(twice)[:200]}")
        return names


def _no_header(line: str, names: tuple[str, ...], missing: list[str], columns: Columns) -> WrongFileError:
    advice = "take the publisher's file as it was downloaded"
    if line.startswith(("\xff\xfe", "\xfe\xff")) or "\x00" in line[:100]:
        return WrongFileError("mangled", f"it was re-saved as UTF-16, as spreadsheets do; {advice}")
    for delimiter, words in ((";", "semicolons"), ("\t", "tabs")):
        others = {cell.strip().strip('"').lower() for cell in line.split(delimiter)}
        if columns.required <= others or line.rstrip().endswith(delimiter * 2):
            return WrongFileError("mangled", f"it was re-saved with {words} between the cells; {advice}")
    if line.lstrip().startswith(("{", "[")):
        return WrongFileError("wrong_layout", "it is JSON, where this data set comes as CSV with a header")
    if not set(names) & columns.required:
        return WrongFileError("wrong_layout", "its first line is not the header of this data set")
    return WrongFileError("wrong_layout", f"its header lacks the columns {', '.join(missing)}")


def _text(data: bytes) -> str:
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace" if b"\x00" not in data[:100] else "ignore")


def _names(line: str) -> tuple[str, ...]:
    cells, _ = _cells(line)
    return tuple(cell.strip().lower() for cell in cells or ())


def _cells(text: str) -> tuple[list[str] | None, bool]:
    """The cells of a record, None where it is not CSV; and whether it ends within a quoted cell."""
    if '"' not in text:
        return text.split(","), False
    lines = text.split("\n")
    reader = csv.reader([*(f"{line}\n" for line in lines), ""])
    try:
        cells = next(reader, [])
    except csv.Error:
        return None, False
    return (cells if reader.line_num >= len(lines) else None), reader.line_num > len(lines)


def _is_hxl(cells: list[str]) -> bool:
    """Whether a row holds tags of the Humanitarian Exchange Language, as files of the HDX do below their header."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(cell.lstrip().startswith("#") for cell in filled)

"""Reads articles out of CSV, TSV and the like: a header row that names the columns, then one article a row."""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from tasks.extract.drafts import Draft, Reading, Rejected, Remark, given, no_articles, sample
from tasks.extract.field_names import NAMES, Fields, draft_fields, fields_of
from tasks.settings import Source

VERSION: Final = 1

_DELIMITERS: Final = (",", "\t", ";", "|")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # str.splitlines also cuts at signs that cells may hold
_SNIFFED: Final = 100_000
"""Characters that decide whether a text is a table: the header and some long articles."""
_SNIFFED_ROWS: Final = 20
_LONGEST_NAME: Final = 60
_LONGEST_CELL: Final = 2**31 - 1
_KNOWN: Final = frozenset(name for names in NAMES.values() for name in names if len(name) > 2)


def is_table(text: str, names: Collection[str] = ()) -> bool:
    """Whether a text is a table with a header row; `names` are columns that the source's settings speak of."""
    return delimiter(text, names) is not None


def read(text: str, source: Source) -> Reading:
    """The articles of a table. A row without text, or of another length than the header, is one Rejected.

    A table that has no column for a title or text is one Rejected `no_articles`.
    """
    csv.field_size_limit(_LONGEST_CELL)
    rows = _rows(text, delimiter(text, source.fields.values()) or ",")
    header_row = next(rows, None)
    if header_row is None:
        yield no_articles(text, "the table is empty")
        return
    header = _unique(header_row[3])
    fields = fields_of(header, given(source.fields))
    if not fields.hold_text:
        yield no_articles(text, f"no column of the table is a title or text (it has: {_listed(header)})")
        return
    found = False
    for place, start, end, cells in rows:
        found = True
        yield _record(text, place, start, end, cells, header, fields)
    if not found:
        yield no_articles(text, "the table has a header and no rows")
        return
    if not fields.names["date"]:
        yield Remark("the table has no date column: its articles are undated, unless the file's name has a date")
    if fields.unknown:
        yield Remark(f"unknown columns were left out: {_listed(fields.unknown)}")


def _record(
    text: str, place: str, start: int, end: int, cells: list[str], header: Sequence[str], fields: Fields
) -> Draft | Rejected:
    while len(cells) > len(header) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(header):
        detail = f"it has {len(cells)} cells where the header has {len(header)}"
        return Rejected(place, "wrong_number_of_cells", detail, sample(text, start, end), start, end)
    values = draft_fields(dict(zip(header, cells, strict=True)), fields)
    if not values["title"] and not values["body"]:
        return Rejected(place, "no_text", "it has neither a title nor a text", sample(text, start, end), start, end)
    return Draft(place, start, end, **values)


def _rows(text: str, delimiter: str) -> Iterator[tuple[str, int, int, list[str]]]:
    """The rows that hold anything: place, offsets without the line end, cells.

    A quotation mark that is never closed would swallow the rest of the table: such a line is a row of its own.
    """
    position, line = 0, 1
    while position < len(text):
        lines = Lines(text, position)
        reader = csv.reader(lines, delimiter=delimiter)
        begin, begin_line = position, line
        for cells in reader:
            end, end_line = lines.position, begin_line + lines.count
            if lines.count > 1 and end >= len(text) and text.count('"', begin, end) % 2:
                end = begin + len(_line_at(text, begin))
                end_line = begin_line + 1
                cells = next(csv.reader([text[begin:end]], delimiter=delimiter), [])
            if any(cell.strip() for cell in cells):
                yield f"line {begin_line}", begin, begin + len(text[begin:end].rstrip("\r\n")), cells
            lines.count = 0
            begin, begin_line = end, end_line
            if end < lines.position:
                break
        else:
            return
        position, line = begin, begin_line


class Lines:
    """The lines of a text from a position on, which tells how far it was read and how many lines that were."""

    def __init__(self, text: str, position: int) -> None:
        self.position = position
        self.count = 0
        self._matches = _LINE.finditer(text, position)

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        match = next(self._matches)
        self.position = match.end()
        self.count += 1
        return match[0]


def _line_at(text: str, position: int) -> str:
    match = _LINE.match(text, position)
    return match[0] if match else ""


def delimiter(text: str, names: Collection[str] = ()) -> str | None:
    """The sign between the cells, if the text is a table: the first row holds names, the others as many cells."""
    csv.field_size_limit(_LONGEST_CELL)
    head = text[:_SNIFFED]
    best: tuple[int, str] | None = None
    for sign in _DELIMITERS:
        if sign not in _line_at(head.lstrip("\r\n"), 0):
            continue
        rows = []
        for _, _, _, cells in _rows(head, sign):
            rows.append(cells)
            if len(rows) > _SNIFFED_ROWS:
                break
        if rows and (best is None or len(rows[0]) > best[0]) and _is_header(rows[0], rows[1:], names):
            best = len(rows[0]), sign
    return best[1] if best else None


def _is_header(header: Sequence[str], rows: Sequence[Sequence[str]], mapped: Collection[str]) -> bool:
    names = [name.strip().lstrip("\ufeff") for name in header]
    if len(names) < 2 or any(len(name) > _LONGEST_NAME or "\n" in name for name in names):
        return False
    stated = [name for name in names if name]
    if len(stated) * 2 < len(names) or len(set(stated)) * 2 < len(stated):
        return False
    alike = sum(len(row) == len(names) for row in rows)
    known = sum(name in mapped or re.sub(r"[^a-z0-9]+", "_", name.lower()) in _KNOWN for name in names)
    if known >= 2:
        return True
    if known and all(len(name.split()) <= 3 for name in names):
        return not rows or alike * 2 >= len(rows)
    return len(names) >= 3 and len(rows) >= 2 and alike * 10 >= len(rows) * 8


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names of columns, with a number behind those that are empty or stand there before."""
    header: list[str] = []
    for index, name in enumerate(names):
        stripped = name.strip().lstrip("\ufeff")
        header.append(f"{stripped}_{index}" if not stripped or stripped in header else stripped)
    return tuple(header)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown

"""Reads the CSV of a small data set into a pandas frame of texts, and says line by line what does not fit."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Final

import pandas as pd

from tasks.extract.drafts import Rejected, plain, sample
from tasks.extract.reference.dataset import WrongFileError

MOST_BYTES: Final = 300_000_000
"""The largest file that is held in memory: the largest of these sets in use (ATOP by dyad and year) has 12 MB."""
PREAMBLE: Final = 60
"""Lines in which the header is looked for: SIPRI puts 11 lines before it, UNHCR up to 14."""

_HALF_SIGN: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
NUMBER: Final = r"[-+]?[0-9]{1,18}(?:\.[0-9]{0,18})?(?:[eE][-+]?[0-9]{1,2})?"
_LINES_OF_A_CELL: Final = 50
"""Lines that one quoted cell may span; a stray quote would otherwise swallow the rest of the file."""
_PADDING: Final = ";;"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a layout: those it is known by, those that are used where they are there, and those left out."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def used(self) -> tuple[str, ...]:
        """Every column that is read."""
        return self.required + self.optional


@dataclass(slots=True)
class Rows:
    """The rows of a file that are still good, and what was said of the others.

    `frame` has one text column for each used column of the file, stripped of blanks, and the line as index; an absent
    optional column is not there. `found` counts the records; `preamble` holds the lines before the header.
    """

    frame: pd.DataFrame
    found: int
    lines: list[str]
    preamble: tuple[str, ...] = ()
    rejected: list[Rejected] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def reject(self, wrong: Iterable[bool], reason: str, detail: str) -> None:
        """Take the rows out for which `wrong` holds, one flag a row. `detail` may name columns in braces: "{Year}"."""
        flags = pd.Series(list(wrong), self.frame.index, dtype=bool)
        for line, *cells in self.frame[flags].itertuples(name=None):
            words = detail.format_map(dict(zip(self.frame.columns, cells, strict=True)))
            self.rejected.append(Rejected(f"line {line}", reason, plain(words[:500]), sample(self.lines[line - 1])))
        self.frame = self.frame[~flags]

    def numbers(self, column: str) -> None:
        """Turn a column of texts into numbers; an empty cell becomes NaN, a row with anything else is rejected."""
        texts = self.frame[column]
        good = texts.str.fullmatch(NUMBER) | (texts == "")
        self.reject(~good, "not_a_number", f"{column} is '{{{column}}}', which is no number")
        self.frame = self.frame.assign(**{column: pd.to_numeric(self.frame[column].replace("", None)).astype(float)})

    def wholes(self, column: str, least: int, most: int) -> None:
        """Turn a column into whole numbers between two bounds; rows without such a number are rejected."""
        texts = self.frame[column].str.removesuffix(".0")  # R writes whole numbers as 1951.0
        good = texts.str.fullmatch("[0-9]{1,9}")
        values = pd.to_numeric(texts.where(good, "-1")).astype("int64")
        good &= values.between(least, most)
        words = f"{column} is '{{{column}}}', which is no whole number from {least} to {most}"
        self.reject(~good, "bad_date" if least >= 1000 else "not_a_number", words)
        self.frame = self.frame.assign(**{column: values[good]})


def names_columns(head: bytes, columns: Collection[str], delimiters: str = ",;") -> bool:
    """Whether one of the first lines of a file names all of these columns, also when re-saved with semicolons."""
    text = head.decode("latin-1").removeprefix("ï»¿")
    lines = _LINE_END.split(text, PREAMBLE)[:PREAMBLE]
    return any(set(columns) <= set(_header(line, delimiter)) for line in lines for delimiter in delimiters)


def read_csv(
    data: bytes, columns: Columns, *, encoding: str = "utf-8", delimiter: str = ",", broken: bool = False
) -> Rows:
    """The rows of a file. With `broken`, two lines that together make one record (a bare line break) are joined.

    Raises WrongFileError where the header lacks required columns, or where the file was re-saved with semicolons.
    Lines with another number of cells than the header, with a stray quote or with bytes that are not of the encoding
    are rejected, one for each line.
    """
    lines = _lines(data, encoding)
    place, header = _find_header(lines, columns, delimiter)
    padded = delimiter == "," and lines[place].rstrip().endswith(_PADDING)
    unknown = [name for name in header if name not in columns.used and name not in columns.ignored]
    rows = Rows(pd.DataFrame(), 0, lines, tuple(lines[:place]))
    if unknown:
        rows.remarks.append(f"unknown columns were left out: {plain(', '.join(name[:60] for name in unknown[:50]))}")
    if padded:
        rows.remarks.append("its lines end in runs of semicolons, as Excel leaves them; they were taken off")
    numbers: list[int] = []
    records: list[list[str]] = []
    joined = 0
    for start, end, cells in _records(lines, place + 1, len(header), delimiter, padded=padded, broken=broken):
        rows.found += 1
        if isinstance(cells, Rejected):
            rows.rejected.append(cells)
            continue
        joined += broken and end > start + 1
        numbers.append(start + 1)
        records.append(cells)
    if joined:
        rows.remarks.append(f"{joined} records stood on two lines each and were joined")
    kept = [index for index, name in enumerate(header) if name in columns.used]
    rows.frame = pd.DataFrame(
        {header[index]: pd.Series([record[index] for record in records], dtype="str") for index in kept}
    )
    rows.frame.index = pd.Index(numbers, dtype="int64", name="line")
    return rows


def whole(file: IO[bytes]) -> bytes:
    """The bytes of a file. Raises WrongFileError `too_large` where there are more than MOST_BYTES."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise WrongFileError("too_large", f"it is larger than {MOST_BYTES:,} bytes; files of this set are smaller")
    return data


def _lines(data: bytes, encoding: str) -> list[str]:
    # Bytes that are not of the encoding become half signs, by which their lines are told and rejected.
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="surrogateescape")
    except UnicodeError as error:
        raise WrongFileError("bad_bytes", f"it is not text in the encoding {encoding} ({error})") from None
    return _LINE_END.split(text)


def _header(line: str, delimiter: str) -> list[str]:
    """The names of the columns; one without a name is called after the one before it, with a question mark."""
    names: list[str] = []
    last = ""
    for cell in _cells(line.rstrip().rstrip(";") if delimiter == "," else line, delimiter) or []:
        last, name = cell.strip() or last, cell.strip() or f"{last} ?"
        names.append(name)
    return names


def _find_header(lines: Sequence[str], columns: Columns, delimiter: str) -> tuple[int, list[str]]:
    required = set(columns.required)
    best: list[str] = []
    for place, line in enumerate(lines[:PREAMBLE]):
        header = _header(line, delimiter)
        if required <= set(header):
            if twice := [name for name in columns.used if header.count(name) > 1]:
                raise WrongFileError("wrong_layout", f"its header names columns twice: {', '.join(twice)[:200]}")
            return place, header
        if delimiter == "," and required <= set(_header(line, ";")):
            words = "it was re-saved with semicolons between the cells, and its numbers and dates may have been changed"
            raise WrongFileError("mangled", f"{words}; take the publisher's file")
        if len(required & set(header)) > len(required & set(best)):
            best = header
    missing = ", ".join(name for name in columns.required if name not in best)
    raise WrongFileError("wrong_layout", f"no line of the first {PREAMBLE} is a header with the columns: {missing}")


def _records(
    lines: Sequence[str], start: int, width: int, delimiter: str, *, padded: bool, broken: bool
) -> Iterator[tuple[int, int, list[str] | Rejected]]:
    """The records with the indexes of their first line and of the line after them; blank lines are none."""
    while start < len(lines):
        line = lines[start]
        end = start + 1
        if padded:
            line = line.rstrip().rstrip(";")
        if not line.strip():
            start = end
            continue
        cells = None
        if line.count('"') % 2:
            end, cells = _quoted(lines, start, width, delimiter)
        else:
            cells = _cells(line, delimiter)
            if broken and cells and len(cells) < width and end < len(lines):
                rest = _cells(lines[end], delimiter) or []
                if rest and len(rest) < width and len(cells) + len(rest) - 1 == width:
                    cells = [*cells[:-1], f"{cells[-1]} {rest[0]}", *rest[1:]]
                    end += 1
        problem = _problem(cells, width)
        if cells is None or problem:
            reason, detail = problem or ("not_csv", "it is not valid CSV")
            yield start, end, Rejected(f"line {start + 1}", reason, detail, sample(line))
        else:
            yield start, end, [cell.strip() for cell in cells]
        start = end


def _quoted(lines: Sequence[str], start: int, width: int, delimiter: str) -> tuple[int, list[str] | None]:
    """A record whose quoted cell spans lines: the line after it and its cells; None where no end is in sight."""
    quotes = 0
    for end in range(start + 1, min(start + _LINES_OF_A_CELL, len(lines)) + 1):
        quotes += lines[end - 1].count('"')
        if quotes % 2 == 0 and end > start + 1:
            cells = _cells("\n".join(lines[start:end]), delimiter)
            if cells is not None and len(cells) == width:
                return end, cells
            break
    return start + 1, None


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line; None where it is not CSV."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return None


def _problem(cells: list[str] | None, width: int) -> tuple[str, str] | None:
    if cells is None:
        return "not_csv", "it has a quotation mark that nothing closes"
    if _HALF_SIGN.search("".join(cells)):
        return "bad_bytes", "it has bytes that are not of the encoding of the file"
    if len(cells) != width:
        return "wrong_number_of_cells", f"it has {len(cells)} cells where the header has {width}"
    return None

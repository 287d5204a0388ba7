"""Reads a text that is too large to be held whole, piece by piece: JSON lines, a JSON array, or a table."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Final

from tasks.extract import json_articles, tables
from tasks.extract.drafts import Draft, Reader, Reading, Rejected, Remark
from tasks.extract.text import encoding_of
from tasks.settings import Source

LARGE: Final = 32 << 20
"""Bytes from which on a text is read in pieces of that size: text and records take some ten times as much memory."""

_LINE_OBJECT: Final = re.compile(r"\n\s*(?=[{\[])")
_NUMBER: Final = re.compile(r"(line |#)(\d+)")
_WINDOW: Final = 1 << 16
_ARRAY: Final = "["
_ANY_LINE_END: Final = re.compile("\r\n|\r|\n")

Cut = Callable[[str], int]
"""Where the last record of a piece begins that may go on in the next one; 0 where that cannot be told yet."""


@dataclass(frozen=True, slots=True)
class Form:
    """A format that can be cut: its reader, where to cut, what ends a line, and what is put around a piece."""

    reader: Reader
    cut: Cut
    before: str = ""
    after: str = ""
    line_end: re.Pattern[str] = re.compile("\n")

    def lines(self, text: str) -> int:
        """How many lines end in a text."""
        return sum(1 for _ in self.line_end.finditer(text))


def form_of(text: str, reader: Reader, source: Source) -> Form | None:
    """How a text can be cut, by its beginning and the reader that was chosen for it; None where it cannot."""
    if reader is json_articles.read:
        if first := json_articles.first_key(text):
            between = re.compile(rf"\}}\s*(,)\s*(?=\{{\s*{re.escape(first)}\s*:)")
            return Form(reader, lambda piece: _last_end(between, piece), _ARRAY, "]")
        return Form(reader, lambda piece: _last_end(_LINE_OBJECT, piece)) if json_articles.is_lines(text) else None
    if reader is tables.read and (delimiter := tables.delimiter(text, source.fields.values())):
        header = _header(text, delimiter)
        return Form(reader, lambda piece: _last_row(piece, delimiter), header, "", _ANY_LINE_END) if header else None
    return None


def read(first: bytes, file: IO[bytes], form: Form, source: Source, limit: int) -> Reading:
    """The records of a text whose first bytes are `first` and whose rest is in `file`.

    A record larger than `limit` bytes (as UTF-8) ends the reading with one Rejected `too_large`.
    """
    moved = _Moved(form)
    text, offset = "", 0
    for more, is_last in _texts(first, file):
        text += more
        cut = len(text) if is_last else form.cut(text)
        if not cut:
            if len(text.encode("utf-8", "replace")) > limit:
                detail = f"it is larger than the {limit:,} bytes allowed (max_member_bytes)"
                yield Rejected(f"line {moved.lines + 1}", "too_large", detail, text[:200], offset, offset + len(text))
                return
            continue
        before = form.before if offset else ""
        after = "" if is_last else form.after
        yield from moved.of(form.reader(before + text[:cut] + after, source), text[:cut], offset, before)
        offset += cut
        text = text[cut:]
    yield from moved.rest()


class _Moved:
    """Records of pieces with the offsets, lines and numbers that they have in the whole text."""

    def __init__(self, form: Form) -> None:
        self.lines = 0
        self._form = form
        self._records = 0
        self._found = False
        self._without: list[Rejected] = []
        self._remarks: dict[str, Remark] = {}

    def of(self, reading: Reading, piece: str, offset: int, before: str) -> Iterator[Draft | Rejected]:
        """The records of one piece that begins at `offset` and was read with `before` in front of it."""
        lines_before, records = self._form.lines(before), 0
        for item in reading:
            if isinstance(item, Remark):
                self._remarks.setdefault(item.text, item)
                continue
            records += 1
            at = offset - len(before)
            item = replace(
                item,
                record=self._place(item.record, self.lines - lines_before),
                start=max(item.start + at, offset),
                end=item.end + at,
            )
            if isinstance(item, Rejected) and not item.record:
                last = self.lines + self._form.lines(piece)
                self._without.append(replace(item, record=f"lines {self.lines + 1} to {last}"))
                continue
            self._found = True
            yield item
        self.lines += self._form.lines(piece)
        self._records += records

    def rest(self) -> Reading:
        """What can be said only at the end: pieces without an article, or that there is none at all."""
        if self._found:
            yield from self._without
        else:
            yield from (replace(one, record="") for one in self._without[:1])
        yield from self._remarks.values()

    def _place(self, record: str, lines: int) -> str:
        match = _NUMBER.match(record)
        if not match:
            return record
        if match[1] == "#" and self._form.before != _ARRAY:
            return f"line {lines + 1}"  # a piece with one line is to its reader a text with one record
        moved = int(match[2]) + (lines if match[1] == "line " else self._records)
        return f"{match[1]}{moved}{record[match.end() :]}"


def _texts(first: bytes, file: IO[bytes]) -> Iterator[tuple[str, bool]]:
    """The text in stretches of about LARGE bytes, and whether a stretch is the last one."""
    encoding, begin = encoding_of(first)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    data = first[begin:]
    while True:
        after = file.read(LARGE)
        yield decoder.decode(data, final=not after), not after
        if not after:
            return
        data = after


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    """Where the last match of a pattern ends, looked for from the end of a text backwards; 0 where there is none."""
    begin, window = len(text), _WINDOW
    while begin > 0:
        begin, window = max(begin - window, 0), window * 4
        ends = [match.end() for match in pattern.finditer(text, begin)]
        if ends:
            return ends[-1]
    return 0


def _header(text: str, delimiter: str) -> str:
    lines = tables.Lines(text, 0)
    next(csv.reader(lines, delimiter=delimiter), None)
    return text[: lines.position]


def _last_row(text: str, delimiter: str) -> int:
    """Where the last row begins that reaches the end of the text: it may go on."""
    lines = tables.Lines(text, 0)
    begin = 0
    for _ in islice(csv.reader(lines, delimiter=delimiter), len(text)):
        if lines.position >= len(text):
            break
        begin = lines.position
    return begin

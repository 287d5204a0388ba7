"""Reads the event files of GDELT: the 15-minute exports of version 2.0, and the daily and yearly files of 1.0.

Files are text in UTF-8, tab-separated, without header and without quoting. A block of lines is converted as a whole;
only where something in it is not right are its lines looked at one by one, and those that are wrong are rejected. The
columns are described in the codebook of the GDELT Event Database (http://data.gdeltproject.org/documentation).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import IO, Final

import pyarrow as pa

from tasks.contract import EVENTS
from tasks.extract.drafts import Rejected, sample
from tasks.extract.reference.dataset import HEAD, BadRowError, Dataset, Part, WrongFileError
from tasks.extract.reference.gdelt_events import NotCleanError, UnknownCodes, rows
from tasks.extract.reference.gdelt_lines import LAYOUTS, LONGEST, check_line

BLOCK: Final = 16 << 20
"""Bytes that are converted at a time: some 40,000 rows, so that each different value is looked up seldom."""

_HEADER: Final = re.compile(rb"\W*GLOBALEVENTID\W+SQLDATE\W", re.I)


def fits(head: bytes) -> bool:
    """Whether these bytes begin a file of GDELT events, also one that another program saved anew."""
    if _HEADER.match(head):
        return True
    lines = [line for line in head.split(b"\n") if line.strip()]
    if len(head) >= HEAD and len(lines) > 1:
        lines.pop()  # it may go on
    some = lines[:50]
    return bool(some) and sum(_looks_like_one(line) for line in some) * 2 > len(some)


def _looks_like_one(line: bytes) -> bool:
    """Whether a line has about as many fields as an event, with a day near its beginning and CAMEO codes within."""
    text = line.decode("utf-8", "replace").rstrip("\r")
    for delimiter in "\t,;":
        if not 40 <= text.count(delimiter) <= 120:
            continue
        fields = text.split("\t") if delimiter == "\t" else _quoted(text, delimiter)
        begins = any(re.fullmatch("[0-9]{8}", value) for value in fields[:4])
        has_code = any(len(value) in (3, 4) and value.isdecimal() for value in fields[20:35])
        if 50 <= len(fields) <= 70 and begins and (has_code or delimiter != "\t"):
            return True
    return False


def _quoted(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text[:LONGEST]], delimiter=delimiter), [])
    except csv.Error:
        return []


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The events of one unpacked file, some thousands at a time, and a last part with what is to be said of it."""
    unknown = UnknownCodes()
    is_known = False
    line = 1
    for lines, is_whole in _blocks(file):
        if not is_whole:
            detail = f"the line is longer than {LONGEST:,} bytes"
            yield Part(1, rejected=(Rejected(f"line {line}", "too_large", detail, _sample(lines)),))
            line += 1
            continue
        if not is_known:
            _check_layout(lines)
            is_known = True
        part, count = _part(lines, line, unknown)
        yield part
        line += count
    if remarks := unknown.remarks():
        yield Part(0, remarks=remarks)


def _blocks(file: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Whole lines, some thousands at a time; of a line that is too long the beginning, with false."""
    while chunk := file.read(BLOCK):
        too_long = b""
        if not chunk.endswith(b"\n"):
            chunk += file.readline(LONGEST)
            end = chunk.rfind(b"\n") + 1
            if len(chunk) - end > LONGEST:
                chunk, too_long = chunk[:end], chunk[end:]
        if chunk:
            yield chunk, True
        if too_long:
            yield too_long, False
            while (more := file.readline(LONGEST)) and not more.endswith(b"\n"):
                pass


def _check_layout(lines: bytes) -> None:
    """Raise WrongFileError where not one line of the first block is an event."""
    reasons: Counter[tuple[str, str]] = Counter()
    counts: Counter[int] = Counter()
    for line in io.BytesIO(lines):
        if not line.strip():
            continue
        try:
            check_line(line.rstrip(b"\r\n"))
        except BadRowError as error:
            reasons[error.reason, str(error)] += 1
        else:
            return
        counts[line.count(b"\t") + 1] += 1
    if not reasons:
        return
    if max(counts) == 1 and _looks_like_one(next(line for line in lines.split(b"\n") if line.strip())):
        raise WrongFileError("mangled", "these are GDELT events whose fields are parted by commas or semicolons, so "
                             "another program saved them anew; load the file as GDELT publishes it")  # fmt: skip
    if _HEADER.match(lines):
        raise WrongFileError("wrong_layout", "its first line names columns, and what follows is not as GDELT publishes "
                             "events (tab-separated, without header): load GDELT's own files")  # fmt: skip
    (reason, detail), _ = reasons.most_common(1)[0]
    if reason == "mangled":
        raise WrongFileError("mangled", f"{detail}; load the file as GDELT publishes it")
    (count, often), total = counts.most_common(1)[0], sum(counts.values())
    if count not in LAYOUTS and often * 2 > total:
        raise WrongFileError("wrong_layout", f"its lines have {count} fields where GDELT events have 61 (version 2.0), "
                             "58 or 57 (version 1.0): a column is missing or too many")  # fmt: skip
    raise WrongFileError("wrong_layout", f"none of its first {total:,} lines is a GDELT event ({detail}): its columns "
                         "may be shifted")  # fmt: skip


def _part(lines: bytes, first: int, unknown: UnknownCodes) -> tuple[Part, int]:
    """The rows of some lines, of which the first has the number `first`, and the number of the lines."""
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n").removesuffix(b"\r")  # a file may end between the two signs
    try:
        events = rows(lines, unknown)
        return Part(events.num_rows, {"events": events}), events.num_rows
    except NotCleanError:
        return _part_line_by_line(lines, first, unknown), lines.count(b"\n")


def _part_line_by_line(lines: bytes, first: int, unknown: UnknownCodes) -> Part:
    good: dict[int, list[tuple[int, bytes]]] = {}
    rejected: list[Rejected] = []
    for number, line in enumerate(lines.split(b"\n"), first):
        if not line:
            continue
        try:
            check_line(line)
        except BadRowError as error:
            rejected.append(Rejected(f"line {number}", error.reason, str(error), _sample(line)))
        else:
            good.setdefault(line.count(b"\t"), []).append((number, line))
    tables = [table for some in good.values() for table in _converted(some, rejected, unknown)]
    rejected.sort(key=lambda one: int(one.record.removeprefix("line ")))
    events = pa.concat_tables([EVENTS.schema.empty_table(), *tables])
    return Part(events.num_rows + len(rejected), {"events": events}, tuple(rejected))


def _converted(lines: list[tuple[int, bytes]], rejected: list[Rejected], unknown: UnknownCodes) -> Iterator[pa.Table]:
    """The rows of lines that seem right; one that cannot be converted all the same is found by halving."""
    try:
        yield rows(b"\n".join(line for _, line in lines), unknown)
    except NotCleanError as error:
        if len(lines) == 1:
            number, line = lines[0]
            detail = f"it cannot be converted ({error})"
            rejected.append(Rejected(f"line {number}", "bad_value", detail, _sample(line)))
            return
        half = len(lines) // 2
        yield from _converted(lines[:half], rejected, unknown)
        yield from _converted(lines[half:], rejected, unknown)


def _sample(line: bytes) -> str:
    return sample(line[:1000].decode("utf-8", "replace"))


DATASET: Final = Dataset(
    name="gdelt",
    title="GDELT events, 1.0 and 2.0",
    tables=("events",),
    fits=fits,
    read=read,
    version=1,
    additive=True,
)

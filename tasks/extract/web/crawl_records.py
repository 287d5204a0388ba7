"""Cuts a web crawl (WARC, or the older ARC) into its records, and finds the next sound one after damage."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Final

from warcio.statusandheaders import StatusAndHeadersParser

from tasks.extract.drafts import Rejected, sample

_CHUNK: Final = 1 << 20
_HELD: Final = 16 << 20
"""Bytes of a record in which its end is looked for when its stated length is false; longer ones are believed."""
_HEAD: Final = 1 << 16
"""Bytes within which the header of a record, or of the answer in it, must end: that of real ones takes below 4 KB."""
_LINE: Final = 4096
"""Longest line of an ARC file that can begin a record: an address, and some 100 bytes."""

_BLANK: Final = re.compile(rb"[\s\x00]*")
_HEADER_END: Final = re.compile(rb"\r?\n\r?\n")
_WARC_START: Final = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_WARC_MARK: Final = re.compile(rb"\nWARC/\d\.\d{1,2}[ \t]*\r?\n[A-Za-z][A-Za-z-]{2,40}:")
_WARC_REMAINS: Final = re.compile(rb"\n(?:WARC-[A-Z][A-Za-z-]{2,30}): ")
_ARC_LINE: Final = (
    rb"(?P<url>[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\r\n]{0,3000}?) [0-9A-Fa-f.:]{3,45} (?P<date>\d{12,14}) "
    rb"(?P<media>[^ \r\n]{1,200})(?: [^\r\n]{1,500})? (?P<length>\d{1,18})[ \t]*\r?\n"
)  # version 2 has five columns more between media and length
_ARC_START: Final = re.compile(_ARC_LINE)
_ARC_MARK: Final = re.compile(rb"\n" + _ARC_LINE)
_ARC_REMAINS: Final = re.compile(rb"\nHTTP/1\.[01] \d{3} ")

_PARSER: Final = StatusAndHeadersParser([], verify=False)


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a record says. `kind` is its WARC-Type, `media` its Content-Type, `date` as written there.

    `length` is in bytes and -1 where it states none; `cut` and `segment` say that it holds a part of what was fetched.
    """

    kind: str
    url: str
    date: str
    media: str
    length: int
    identified: str = ""
    cut: bool = False
    segment: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number in the file (from 1), its header, and its block, None where nobody wanted it.

    `start` and `end` are bytes of the file, from the header to the end of the block. `passed_over` is what `choose`
    said, and `misstated` tells that the record ends elsewhere than its header says.
    """

    number: int
    header: Header
    start: int
    end: int
    block: bytes | None
    passed_over: str = ""
    misstated: bool = False

    @property
    def place(self) -> str:
        """The record in words: its number and its address."""
        return f"record {self.number}" + (f" <{self.header.url[:500]}>" if self.header.url else "")


Choice = Callable[[Header, bytes], str]
"""Says of a header and the first bytes of the block why a record is passed over; nothing where it is wanted."""


def is_crawl(head: bytes) -> bool:
    """Whether the first bytes of a file begin a WARC or ARC record; the first line of a WARC may be damaged."""
    head = head[:_HEAD].lstrip()
    if _WARC_START.match(head):
        return True
    line, _, rest = head[:_LINE].partition(b"\n")
    if _ARC_START.match(line + b"\n"):
        return line.startswith(b"filedesc:") or rest.startswith((b"HTTP/1.", b"HTTP/0."))
    return len(line) < 100 and rest.startswith((b"WARC-Type: ", b"WARC-Record-ID: ", b"WARC-Target-URI: "))


def records(file: IO[bytes], limit: int, choose: Choice) -> Iterator[Record | Rejected]:
    """The records of a crawl in order. Blocks above `limit` bytes are Rejected `too_large` and not held.

    Reads forwards only, and holds one block or 16 MB, whichever is more. What is damaged is one Rejected, with offsets
    in bytes, and reading goes on where the next record begins.
    """
    window = _Window(file)
    form: _Format | None = None
    number = 0
    while window.skip_blanks():
        window.reach(_HEAD)
        if form is None:
            form = _ARC if _ARC_START.match(window.buffer, 0, _LINE) else _WARC
        number += 1
        begin = window.start
        header, size = form.header(window.buffer)
        if header is not None and header.length >= 0:
            yield _record(window, form, number, header, size, limit, choose)
            continue
        shown = _shown(window)
        window.drop_to_next(form, 1)
        detail = f"the {window.start - begin:,} bytes up to the next record do not begin with a sound header"
        yield Rejected(f"record {number}", "damaged_record", detail, shown, begin, window.start)


def headers(block: bytes | bytearray) -> tuple[str, dict[str, str], int]:
    """The first line of a header, its fields with names in lower case (the first of each counts), and its size.

    The size is 0 where the block does not hold a whole header.
    """
    end = _HEADER_END.search(block, 0, _HEAD)
    if end is None or not end.start():
        return "", {}, 0
    parsed = _PARSER.parse(BytesIO(block[: end.end()]))
    fields: dict[str, str] = {}
    for name, value in parsed.headers:
        fields.setdefault(name.strip().lower(), value.strip())
    return f"{parsed.protocol} {parsed.statusline}", fields, end.end()


class _Window:
    """The bytes of a stream that are in hand: `start` is the offset of the first of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.buffer = bytearray()
        self.start = 0
        self.ended = False

    def reach(self, size: int) -> bool:
        """Reads on until `size` bytes are in hand; False where the stream ends before."""
        while len(self.buffer) < size and not self.ended:
            chunk = self.file.read(min(max(size - len(self.buffer), _HEAD), _CHUNK))
            self.buffer += chunk
            self.ended = not chunk
        return len(self.buffer) >= size

    def drop(self, size: int) -> None:
        size = min(size, len(self.buffer))
        del self.buffer[:size]
        self.start += size

    def skip_blanks(self) -> bool:
        """Drops line ends, blanks and zeros; False where nothing follows them."""
        while self.reach(1):
            match = _BLANK.match(self.buffer)
            self.drop(match.end() if match else 0)
            if self.buffer:
                return True
        return False

    def drop_to_next(self, form: "_Format", after: int, most: int | None = None) -> None:
        """Drops `after` bytes and all up to the next record or the end of the stream, but at most `most` bytes."""
        dropped = 0
        while True:
            self.reach(after + _CHUNK)
            found = form.next(self.buffer, after)
            # A beginning that is only half in hand is looked for once more.
            step = found if found >= 0 else len(self.buffer) - (0 if self.ended else _LINE)
            if most is not None and dropped + step >= most:
                self.drop(most - dropped)
                return
            self.drop(step)
            if found >= 0 or self.ended:
                return
            dropped, after = dropped + step, 1


@dataclass(frozen=True, slots=True)
class _Format:
    """How records begin: `mark` finds the next one, `remains` what is left of one whose beginning is lost."""

    start: re.Pattern[bytes]
    mark: re.Pattern[bytes]
    remains: re.Pattern[bytes]
    header: Callable[[bytearray], tuple[Header | None, int]]

    def next(self, buffer: bytearray, after: int) -> int:
        """Where the next record begins, at or behind `after` (which is not 0); -1 where none does."""
        match = self.mark.search(buffer, after - 1)
        return match.start() + 1 if match else -1


def _warc_header(buffer: bytearray) -> tuple[Header | None, int]:
    if not _WARC_START.match(buffer):
        return None, 0
    _, fields, size = headers(buffer)
    if not size or _WARC_MARK.search(buffer, 0, size):
        return None, 0
    length = fields.get("content-length", "")
    return Header(
        kind=fields.get("warc-type", "").lower(),
        url=fields.get("warc-target-uri", "").strip("<> "),  # wget writes <address>, as WARC 1.0 has it by mistake
        date=fields.get("warc-date", ""),
        media=fields.get("content-type", ""),
        length=int(length) if length.isascii() and length.isdecimal() and len(length) < 20 else -1,
        identified=fields.get("warc-identified-payload-type", ""),
        cut=bool(fields.get("warc-truncated")),
        segment="warc-segment-number" in fields,
    ), size


def _arc_header(buffer: bytearray) -> tuple[Header | None, int]:
    match = _ARC_START.match(buffer, 0, _LINE)
    if not match:
        return None, 0
    url, media = (match[name].decode("utf-8", "replace") for name in ("url", "media"))
    is_answer = buffer.startswith(b"HTTP/", match.end())
    return Header(
        kind="warcinfo" if url.startswith("filedesc:") else "response",
        url=url,
        date=match["date"].decode(),
        media="application/http" if is_answer else media,
        length=int(match["length"]),
    ), match.end()


_WARC: Final = _Format(_WARC_START, _WARC_MARK, _WARC_REMAINS, _warc_header)
_ARC: Final = _Format(_ARC_START, _ARC_MARK, _ARC_REMAINS, _arc_header)


def _record(
    window: _Window, form: _Format, number: int, header: Header, size: int, limit: int, choose: Choice
) -> Record | Rejected:
    """The record that begins the window, which afterwards begins behind it. `size` is that of its header."""
    begin, end, misstated = window.start, size + header.length, False
    place, shown = Record(number, header, begin, begin, None).place, _shown(window)
    if not window.reach(min(end, _HELD)) or end > _HELD:
        passed_over = choose(header, bytes(window.buffer[size : size + _HEAD]))
        if (found := form.next(window.buffer, size)) >= 0:
            end, misstated = found, True
        elif not window.ended and (passed_over or header.length > limit):
            window.drop_to_next(form, size, end)
            if window.start - begin < end and not window.buffer:
                return _truncated(place, end - (window.start - begin), shown, begin, window.start)
            if passed_over:
                return Record(number, header, begin, window.start, None, passed_over)
            return _too_large(place, limit, shown, begin, window.start)
        elif (found := _held(window, form, end)) >= 0:
            end, misstated = found, True
    if end > len(window.buffer):
        missing = end - len(window.buffer)
        window.drop(len(window.buffer))
        return _truncated(place, missing, shown, begin, window.start)
    if not misstated and not _ends_well(window, form, end):
        true_end = _true_end(window, form, size, end)
        end, misstated = true_end, true_end != end
    passed_over = choose(header, bytes(window.buffer[size : min(end, size + _HEAD)]))
    block = None if passed_over or end - size > limit else bytes(memoryview(window.buffer)[size:end])
    window.drop(end)
    if block is None and not passed_over:
        return _too_large(place, limit, shown, begin, begin + end)
    if block is not None and misstated:
        block = block.rstrip(b"\r\n")
    return Record(number, header, begin, begin + end, block, passed_over, misstated)


def _held(window: _Window, form: _Format, end: int) -> int:
    """Takes a long block into hand; where the next record begins if that is before its end, else -1."""
    while len(window.buffer) < end and not window.ended:
        seen = len(window.buffer)
        window.reach(min(end, seen + _CHUNK))
        if (found := form.next(window.buffer, max(seen - _LINE, 1))) >= 0:
            return found
    return -1


def _ends_well(window: _Window, form: _Format, end: int) -> bool:
    """Whether nothing but blanks stands between the end of a block and the next record, or the end of the file."""
    window.reach(end + 2 * _LINE)
    match = _BLANK.match(window.buffer, end)
    after = match.end() if match else end
    return after >= len(window.buffer) or bool(form.start.match(window.buffer, after))


def _true_end(window: _Window, form: _Format, size: int, end: int) -> int:
    """Where a block ends that no record follows: where the next one begins, if its own header states a false length.

    Not so where what follows is a record that has lost its beginning.
    """
    window.reach(max(end, _HELD))
    found = form.next(window.buffer, size)
    if found < 0 and not window.ended:
        return end
    after = found if found >= 0 else len(window.buffer)
    return end if form.remains.search(window.buffer, end - 1, after) else after


def _truncated(place: str, missing: int, shown: str, start: int, end: int) -> Rejected:
    why = f"the file ends {missing:,} bytes before the end of the record"
    return Rejected(place, "truncated_record", why, shown, start, end)


def _too_large(place: str, limit: int, shown: str, start: int, end: int) -> Rejected:
    why = f"it is larger than the {limit:,} bytes allowed (max_member_bytes)"
    return Rejected(place, "too_large", why, shown, start, end)


def _shown(window: _Window) -> str:
    return sample(window.buffer[:400].decode("latin-1"))

"""Reads mailboxes (mbox) of any size: parts the stream into messages, each of which is read like a single e-mail."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from tasks.extract.drafts import Reading, Rejected, sample
from tasks.extract.mail import messages
from tasks.settings import Settings, Source

VERSION: Final = 2

_CHUNK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 16
"""Bytes of a line that are held at once: longer ones, which only damage makes, come in pieces."""
_LOOKED_AHEAD: Final = 12
"""Lines below a `From ` that tell whether it parts messages."""

_FROM: Final = re.compile(
    rb"From[ \t]+(?:\S.{0,300}?[ \t]+)??"
    rb"((?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+)?"
    rb"(?:[A-Z][a-z]{2}[ \t]+\d{1,2}|\d{1,2}[ \t-]+[A-Z][a-z]{2}[ \t-]+\d{2,4})[ \t,]+\d{1,2}:\d{2}.{0,60})"
)
"""A line as mail programs write it between messages: sender, weekday, day, time, with or without zone and year."""
_UNDATED_FROM: Final = re.compile(rb"From[ \t]*(?:-|\S*@\S*|MAILER.DAEMON|\?\?\?\S*|\S+)?[ \t]*")
_FIELD: Final = re.compile(rb"([!-9;-~]{1,76}):(?:[ \t]|$)")
_ESCAPED: Final = re.compile(rb"^>+From ", re.MULTILINE)
_KNOWN: Final = re.compile(
    rb"(?:from|to|cc|date|subject|received|return-path|delivered-to|message-id|mime-version|content-[a-z-]+|x-[a-z0-9-]+"
    rb"|status|newsgroups|path|xref|references|in-reply-to|reply-to|sender|list-[a-z]+|precedence|lines|dkim-signature"
    rb"|arc-[a-z-]+|authentication-results|organization|resent-[a-z]+|errors-to|mailing-list|importance|user-agent)$",
    re.IGNORECASE,
)


def fits_mailbox(head: bytes) -> bool:
    """Whether bytes begin like a mailbox: a line `From sender date`, and the head of a message below it."""
    lines = [line.rstrip(b"\r") for line in _line_ends(head.removeprefix(b"\xef\xbb\xbf").lstrip()).split(b"\n", 40)]
    first, *below = lines
    if not first.startswith(b"From"):
        return False
    return bool(_FROM.fullmatch(first) or _UNDATED_FROM.fullmatch(first)) and _begins_message(below)


def read_mailbox(file: IO[bytes], source: Source, settings: Settings) -> Reading:
    """The articles of a mailbox, message by message; a digest gives several. Memory holds one message.

    `>From ` at the beginning of a line is what mailboxes make of `From `, and is undone. A message that is larger than
    `max_member_bytes` with its `From ` line is one Rejected. What stands before the first such line is a message of its
    own.
    """
    left: Counter[str] = Counter()
    for number, message in enumerate(_messages(file, settings), 1):
        record = f"#{number}"
        if message.size > settings.max_member_bytes:
            detail = f"it is larger than the {settings.max_member_bytes:,} bytes allowed (max_member_bytes)"
            yield Rejected(record, "too_large", detail, sample(message.data[:400].decode("latin-1")), message.start,
                           message.start + message.size)  # fmt: skip
            continue
        yield from messages.records(
            _unescaped(message.data), source, record=record, start=message.start, end=message.start + message.size,
            date=message.date, left=left,
        )  # fmt: skip
    if remark := messages.left_out(left):
        yield remark


@dataclass(slots=True)
class _Message:
    """The bytes of a message below its `From ` line, where it begins in the file, its length there, and its date."""

    start: int
    date: str = ""
    size: int = 0
    data: bytes = b""


def _messages(file: IO[bytes], settings: Settings) -> Iterator[_Message]:
    lines = _lines(file)
    ahead: deque[bytes] = deque()
    position = 0
    current: _Message | None = None
    parts: list[bytes] = []
    apart, whole = True, True  # whether the line above is blank, and ended

    def finished(message: _Message) -> _Message:
        message.data = b"".join(parts)
        parts.clear()
        return message

    while True:
        while len(ahead) <= _LOOKED_AHEAD and (line := next(lines, None)) is not None:
            ahead.append(line)
        if not ahead:
            break
        line = ahead.popleft()
        if position == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if whole and line.startswith(b"From") and (date := _parting(line, ahead, apart)) is not None:
            if current is not None:
                yield finished(current)
            current = _Message(position, date, len(line))
        elif current is not None or line.strip():
            if current is None:
                current = _Message(position)
            current.size += len(line)
            if current.size <= settings.max_member_bytes or not parts:
                parts.append(line)
        position += len(line)
        apart, whole = not line.strip() and whole, line.endswith(b"\n")
    if current is not None:
        yield finished(current)


def _parting(line: bytes, below: deque[bytes], apart: bool) -> str | None:
    """The date of a line that parts messages, "" where it has none; None where it is a line of a text."""
    bare = line.rstrip()[:512]
    match = _FROM.fullmatch(bare)
    if match is None and not _UNDATED_FROM.fullmatch(bare):
        return None
    follows = _begins_message([line.rstrip() for line in below])
    nothing_follows = match is not None and apart and not any(later.strip() for later in list(below)[:2])
    if not follows and not nothing_follows:
        return None
    return match[1].decode("latin-1") if match else ""


def _begins_message(lines: list[bytes]) -> bool:
    """Whether lines are the head of a message: two fields, one of which mail knows, or one and then a blank line."""
    known = fields = 0
    for number, line in enumerate(lines[:_LOOKED_AHEAD]):
        if line[:1] in (b" ", b"\t") and fields:
            continue
        if number == 0 and (not line or line.startswith(b">From ")):
            continue  # a blank line below the `From ` is damage, a second one a trace of older mail
        match = _FIELD.match(line)
        if match is None:
            return known > 0 and (not line or fields > 1)
        fields += 1
        known += bool(_KNOWN.match(match[1]))
        if known >= 2:
            return True
    return known > 0


def _unescaped(data: bytes) -> bytes:
    """A message in which `>From ` is `From ` again; among quoted lines it is a quote that was never escaped."""
    if b">From " not in data:
        return data

    def undone(match: re.Match[bytes]) -> bytes:
        if match[0].startswith(b">>"):
            return match[0][1:]
        line_end = data.find(b"\n", match.end())
        quoted_below = line_end >= 0 and data[line_end + 1 : line_end + 2] == b">"
        above = data.rfind(b"\n", 0, max(match.start() - 1, 0))
        quoted_above = match.start() > 0 and data[above + 1 : above + 2] == b">"
        return match[0] if quoted_below or quoted_above else match[0][1:]

    return _ESCAPED.sub(undone, data)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file with their ends; line ends of old Macintoshes become those of today."""
    rest, old = b"", None
    while chunk := file.read(_CHUNK):
        if old is None:
            old = b"\n" not in chunk and b"\r" in chunk
        data = rest + (chunk.replace(b"\r", b"\n") if old else chunk)
        begin = 0
        while (end := data.find(b"\n", begin)) >= 0:
            yield data[begin : end + 1]
            begin = end + 1
        while len(data) - begin > _LONGEST_LINE:
            yield data[begin : begin + _LONGEST_LINE]
            begin += _LONGEST_LINE
        rest = data[begin:]
    if rest:
        yield rest


def _line_ends(data: bytes) -> bytes:
    return data if b"\n" in data else data.replace(b"\r", b"\n")

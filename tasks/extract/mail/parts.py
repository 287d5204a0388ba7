"""Takes the parts of a message apart: its text, plain or HTML, the messages within it, and what is attached."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageDefect
from email.feedparser import BytesFeedParser
from email.message import Message
from typing import Final

from tasks.extract.mail.charsets import FAULTS, field_text, in_charset
from tasks.extract.mail.heads import fits_message
from tasks.extract.mail.html_text import html_lines
from tasks.extract.mail.lines import Line, plain_lines, words
from tasks.extract.mail.signatures import is_pointer

VERSION: Final = 1

_DEEPEST: Final = 12
"""Parts within parts that are opened."""
_LONG_FIELD: Final = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_BOUNDARY: Final = re.compile(rb"boundary", re.IGNORECASE)
_LONGEST_CONTENT_FIELD: Final = 4096
"""Bytes of a `Content-Type` that is read: the standard library takes quadratic time for its parameters."""
_MOST_BOUNDARIES: Final = 50_000_000
"""Lines times boundaries up to which a message is parsed: each line may be compared with every open boundary."""
MOST_PARTS: Final = 20_000
"""Parts of a message that are read, those of messages within it counted: a digest of 10,000 messages has so many."""
_CHUNK: Final = 1 << 16
_SHORT: Final = 60
"""Words of a plain text up to which it may only point to the HTML beside it."""
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)>")
_TEXTS: Final = frozenset(("plain", "html", "enriched", "richtext", "markdown", "x-markdown"))
_UNCOUNTED: Final = (
    "image/",
    "application/pgp-",
    "application/pkcs7-sig",
    "application/x-pkcs7-sig",
    "application/ms-tnef",
)
"""Attachments that nobody misses: pictures, signatures."""


@dataclass
class Parts:
    """What is in the parts of a message: its text, the same as HTML beside it, and messages within it."""

    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    html: bool = False
    beside: str = ""
    messages: list[Message] = field(default_factory=list)
    is_digest: bool = False
    encrypted: bool = False

    def add(self, lines: list[Line], html: bool) -> None:
        if any(line.text for line in lines):
            self.lines += [Line("")] * bool(self.lines) + lines
            self.html = self.html or html


@dataclass(frozen=True, slots=True)
class Collector:
    """Gathers the parts of messages; `left` counts the attachments that are left out, by type."""

    left: Counter[str]

    def collect(self, part: Message, parts: Parts, depth: int = 0) -> None:
        """Gathers the text of a part and of those within it."""
        if depth > _DEEPEST:
            return
        kind = _content_type(part)
        if not part.is_multipart():
            self._collect_leaf(part, kind, parts, depth)
            return
        inside = [inner for inner in part.get_payload() if isinstance(inner, Message)]
        if kind in ("message/rfc822", "message/global"):
            parts.messages += inside[:1]
        elif kind.startswith("message/"):
            return  # reports of delivery
        elif kind == "multipart/alternative":
            self._collect_best(inside, parts, depth)
        elif kind == "multipart/encrypted":
            parts.encrypted = True
        elif kind == "multipart/digest":
            parts.is_digest = True
            for inner in inside:
                self.collect(inner, parts, depth + 1)
        elif kind in ("multipart/related", "multipart/signed", "multipart/report", "multipart/appledouble"):
            if inside:
                root = _root(part, inside) if kind == "multipart/related" else inside[0]
                self.collect(root, parts, depth + 1)
        else:
            for inner in inside:
                self.collect(inner, parts, depth + 1)

    def _collect_leaf(self, part: Message, kind: str, parts: Parts, depth: int) -> None:
        main, _, subtype = kind.partition("/")
        name, attached = _attachment(part)
        if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            parts.encrypted = True
            return
        if name.lower().endswith(".eml") and depth and kind != "text/html":
            data = _bytes(part)
            message = parsed(data) if fits_message(data[:65_536]) else None
            if message is not None:
                parts.messages.append(message)
                return
        is_text = (main == "text" and subtype in _TEXTS) or kind == "application/xhtml+xml"
        aside = depth > 0 and (attached or (bool(name) and any(line.text for line in parts.lines)))
        if not is_text or aside:
            if depth == 0 and not is_text and main != "text":
                parts.encrypted = parts.encrypted or "encrypted" in kind
            if not kind.startswith(_UNCOUNTED):
                self.left[kind if len(kind) < 60 else main[:20]] += 1
            return
        text = _text(part)
        if subtype in ("html", "xhtml+xml"):
            parts.add(html_lines(text), html=True)
        else:
            parts.texts.append(text)
            parts.add(_plain(part, subtype, text), html=False)
            parts.encrypted = parts.encrypted or text.lstrip().startswith("-----BEGIN PGP MESSAGE")

    def _collect_best(self, inside: Sequence[Message], parts: Parts, depth: int) -> None:
        """Gathers one of several forms of the same text: the plain one, unless it only points to the HTML."""
        forms: list[Parts] = []
        for inner in inside:
            form = Parts()
            self.collect(inner, form, depth + 1)
            forms.append(form)
        full = [form for form in forms if any(line.text for line in form.lines)]
        plain = next((form for form in full if not form.html), None)
        html = next((form for form in reversed(full) if form.html), None)
        best = plain or html
        if plain is not None and html is not None:
            if _only_points(plain.lines, html.lines):
                best = html
            else:
                plain.beside = _newsletter(inside)
        for form in forms:
            parts.messages += form.messages
            parts.encrypted = parts.encrypted or form.encrypted
        if best is not None:
            parts.add(best.lines, best.html)
            parts.texts += best.texts
            parts.beside = parts.beside or best.beside


class TooManyPartsDefect(MessageDefect):
    """What a message is marked with that has more parts than are read."""


class _Enough(Exception):
    """Ends the reading of a message."""


@dataclass(slots=True)
class _Made:
    """Makes the messages that the parts of a message are, up to MOST_PARTS; `whole` is the message itself."""

    whole: Message | None = None
    count: int = 0

    def __call__(self) -> Message:
        self.count += 1
        if self.count > MOST_PARTS:
            raise _Enough
        message = Message(policy.compat32)
        self.whole = self.whole or message
        return message


def parsed(data: bytes) -> Message | None:
    """The message that bytes are; None where its parts are nested beyond reason.

    Of a message with more parts than MOST_PARTS the first ones are there, and TooManyPartsDefect is among its defects.
    """
    boundaries = len(_BOUNDARY.findall(data))
    if boundaries * (data.count(b"\n") + data.count(b"\r")) > _MOST_BOUNDARIES:
        return None
    if boundaries or b"ontent-" in data:
        data = _LONG_FIELD.sub(lambda match: match[0] if len(match[0]) <= _LONGEST_CONTENT_FIELD else b"X-Cut: 1", data)
    made = _Made()
    parser = BytesFeedParser(made, policy=policy.compat32)
    try:
        for begin in range(0, len(data), _CHUNK):
            parser.feed(data[begin : begin + _CHUNK])
        return parser.close()
    except _Enough:
        if made.whole is not None:
            made.whole.defects.append(TooManyPartsDefect())
        return made.whole
    except FAULTS:
        return None


def root_html(message: Message) -> bytes | None:
    """The bytes of the first part that is HTML, which is the page of a page with its pictures."""
    for number, part in enumerate(message.walk()):
        if _content_type(part) in ("text/html", "application/xhtml+xml") and not part.is_multipart():
            return _bytes(part)
        if number > 1000:
            break
    return None


def _content_type(part: Message) -> str:
    try:
        return part.get_content_type()
    except FAULTS:
        return "application/octet-stream"


def _attachment(part: Message) -> tuple[str, bool]:
    """The file name of a part, and whether it says that it is an attachment."""
    try:
        return field_text(part.get_filename() or ""), part.get_content_disposition() == "attachment"
    except FAULTS:
        return "", False


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except FAULTS:
        return ""
    return value if isinstance(value, str) else ""


def _root(part: Message, inside: Sequence[Message]) -> Message:
    """The part of a related set that the others belong to."""
    start = _parameter(part, "start").strip()
    named = (inner for inner in inside if start and str(inner.get("Content-ID", "")).strip() == start)
    return next(named, inside[0])


def _bytes(part: Message) -> bytes:
    """The bytes of a part as far as its transfer encoding can be undone."""
    try:
        data = part.get_payload(decode=True)
    except FAULTS:
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _text(part: Message) -> str:
    """The text of a part, in the encoding that it declares where that reads its bytes, else in the one that does."""
    try:
        charset = part.get_content_charset("") or ""
    except FAULTS:
        charset = ""
    return in_charset(_bytes(part), charset)


def _plain(part: Message, subtype: str, text: str) -> list[Line]:
    if subtype in ("enriched", "richtext"):
        return plain_lines(_unenriched(text, subtype == "richtext"))
    flowed = _parameter(part, "format").lower() == "flowed"
    return plain_lines(text, flowed=flowed, delsp=_parameter(part, "delsp").lower() == "yes")


def _unenriched(text: str, old: bool) -> str:
    """The text of text/enriched (RFC 1896) without its commands; what it quotes gets the marks of a quote.

    One line end is a blank there, and of several all but one count. `old` is text/richtext of RFC 1341.
    """
    text = text.replace("\r\n", "\n").replace("<<", "\0")
    text = re.sub(r"<param>[^<]*</param>", "", text, flags=re.IGNORECASE)
    if old:
        text = re.sub(r"<(?:nl|np|paragraph)>", "\n\n", text, flags=re.IGNORECASE).replace("<lt>", "\0")
    text = re.sub(r"\n+", lambda ends: " " if len(ends[0]) == 1 else ends[0][1:], text)
    written, depth, position = [], 0, 0
    for match in _TAG.finditer(text):
        written.append(_marked(text[position : match.start()], depth))
        position = match.end()
        if match[2].lower() == "excerpt":
            depth = max(depth + (-1 if match[1] else 1), 0)
            written.append("\n" + ">" * min(depth, 9))
    written.append(_marked(text[position:], depth))
    return "".join(written).replace("\0", "<")


def _marked(text: str, depth: int) -> str:
    return text.replace("\n", "\n" + "> " * min(depth, 9)) if depth else text


def _only_points(plain: Sequence[Line], html: Sequence[Line]) -> bool:
    """Whether a plain text only tells of the HTML beside it: it is short, and says so or has hardly a word of it."""
    count = words(plain)
    if count > _SHORT:
        return False
    if any(is_pointer(line.text) for line in plain) or re.search(
        r"\bhtml\b", " ".join(line.text for line in plain), re.I
    ):
        return True
    return words([line for line in html if not line.quoted]) > 4 * count


def _newsletter(inside: Sequence[Message]) -> str:
    """The HTML of a message, where it has the headings or rules of a newsletter."""
    for inner in inside:
        for part in inner.walk() if inner.is_multipart() else (inner,):
            if _content_type(part) == "text/html":
                text = _text(part)
                return text if len(re.findall(r"<(?:h[1-4]|hr)[\s/>]", text, re.IGNORECASE)) > 1 else ""
    return ""

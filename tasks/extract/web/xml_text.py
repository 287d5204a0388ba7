"""Turns the bytes of an XML document into text, whatever it declares, and mends signs that would stop a parser."""

import codecs
import re
from dataclasses import dataclass
from html.entities import html5
from typing import Final

from tasks.errors import UnreadableError
from tasks.extract.encoding_names import codec_of
from tasks.extract.text import MARKS, is_sound
from tasks.extract.text import decode as text_of

_WIDE: Final = (
    (re.compile(rb"\x00\x00\x00[\t-~]"), "utf-32-be"),
    (re.compile(rb"[\t-~]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00[\t-~]\x00[\t-~]"), "utf-16-be"),
    (re.compile(rb"[\t-~]\x00[\t-~]\x00"), "utf-16-le"),
)
"""What the first four bytes of a document without a mark tell: it begins with ASCII (XML 1.0, appendix F)."""
_DECLARED: Final = re.compile(rb"""<\?xml[^<>]{0,200}?\sencoding\s*=\s*\\?["']([\w.:-]{1,40})""", re.IGNORECASE)
_DECLARED_WITHIN: Final = 4096
_FEWEST_SIGNS: Final = 8
"""Signs of several bytes that must all be sound UTF-8 before a declared East Asian encoding is disbelieved: two bytes
of such a text are sound UTF-8 by chance in about one of ten cases."""
_EAST_ASIAN: Final = ("gb", "big5", "euc", "shift", "cp932", "cp949", "cp950", "iso2022", "hz", "johab")
_BY_SHIFTS: Final = ("iso2022", "hz", "utf-7")
"""Encodings in which a sign takes other bytes depending on what went before: a place in them cannot be counted."""

_WORD: Final = re.compile(rb"[A-Za-z\x80-\xff]+")
_ASCII: Final = bytes(range(0x80))

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_UNSOUND: Final = re.compile(
    r"<(?![A-Za-z_:/!?])|\]\]>|&(?:#([0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|([A-Za-z][A-Za-z0-9]{0,31});)?"
)
_OF_XML: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class XmlText:
    """The text of a document, without a byte order mark, and the bytes that the mark took.

    `encoding` is empty where places in the text cannot be told as places in the bytes.
    """

    text: str
    encoding: str
    skipped: int


def decode(data: bytes) -> XmlText:
    """The text of an XML document: by its mark, by zero bytes, as UTF-8, as declared, or by what its words look like.

    Text that is sound UTF-8 is taken as that, whatever it declares. Single bytes that are no UTF-8 in a text that
    otherwise is are read as windows-1252. Raises UnreadableError (`empty`, `binary`) as `tasks.extract.text.decode`.
    """
    found = _decoded(data)
    if not found.text or found.text.isspace():
        raise UnreadableError("empty", "there is nothing in it")
    return found


def _decoded(data: bytes) -> XmlText:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _known(data, encoding, len(mark))
    for pattern, encoding in _WIDE:
        if pattern.match(data):
            return _known(data, encoding, 0)
    declared = _declared(data)
    utf8 = data.decode("utf-8", _AS_WINDOWS)
    sound, damaged = _utf8_signs(data, utf8)
    if not damaged and (sound >= _FEWEST_SIGNS or not declared.startswith(_EAST_ASIAN)):
        return _known(data, "utf-8", 0)
    if declared not in ("", "utf-8") and (found := _as_declared(data, declared)) is not None:
        return found
    if damaged <= sound:
        return XmlText(utf8, "", 0)
    if b"\x00" not in data and _is_western(data):
        return XmlText(data.decode("cp1252", "replace"), "", 0)
    return XmlText(text_of(data), "", 0)


def head(data: bytes) -> str:
    """The beginning of a document as far as its markup goes, which is ASCII in every encoding; never raises."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    encoding = next((name for pattern, name in _WIDE if pattern.match(data)), "latin-1")
    return data.decode(encoding, "replace")


def mended(xml: str) -> str:
    """A piece of XML in which signs are sound: entities of HTML are numbers, other entities and bare `&`, `<` are text.

    Nothing is expanded: what a document defines as entities stays a name. Control characters that XML forbids go.
    """
    first, *parts = _NOT_XML.sub("", xml).split("<![CDATA[")
    pieces = [_UNSOUND.sub(_sound, first)]
    for part in parts:
        inside, close, rest = part.partition("]]>")
        # Where it is not closed, the mark itself is the fault.
        pieces.append(f"<![CDATA[{inside}]]>{_UNSOUND.sub(_sound, rest)}" if close else _UNSOUND.sub(_sound, part))
    return "".join(pieces)


def _sound(match: re.Match[str]) -> str:
    number, name = match[1], match[2]
    if number:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        return match[0] if code < 0x110000 and not _NOT_XML.match(chr(code)) else ""
    if name:
        if name in _OF_XML:
            return match[0]
        signs = html5.get(f"{name};")
        return "".join(f"&#{ord(sign)};" for sign in signs) if signs else f"&amp;{name};"
    return {"<": "&lt;", "&": "&amp;"}.get(match[0], "")


def _known(data: bytes, encoding: str, skipped: int) -> XmlText:
    errors = _AS_WINDOWS if encoding == "utf-8" else "replace"
    text = data[skipped:].decode(encoding, errors)
    sound = len(text.encode(encoding, "replace")) == len(data) - skipped
    return XmlText(text.removeprefix("\ufeff"), encoding if sound and not text.startswith("\ufeff") else "", skipped)


def _declared(data: bytes) -> str:
    """The encoding that a document declares, under Python's name; empty where it declares none that is known."""
    match = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    return codec_of(match[1].decode("ascii", "replace")) if match else ""


def _as_declared(data: bytes, declared: str) -> XmlText | None:
    """The text as it is declared; None where much of it is not in that encoding."""
    try:
        text = data.decode(declared)
    except UnicodeError:
        text = data.decode(declared, "replace")
    else:
        countable = not declared.startswith(_BY_SHIFTS) and len(text.encode(declared, "replace")) == len(data)
        return XmlText(text, declared if countable else "", 0)
    return XmlText(text, "", 0) if is_sound(text) else None


def _utf8_signs(data: bytes, read: str) -> tuple[int, int]:
    """How many signs of several bytes are sound UTF-8, and how many bytes are none. `read` is what was made of them."""
    if read.isascii():
        return 0, 0
    outside = sum(map(len, re.findall(r"[^\x00-\x7f]+", read)))
    extra = len(read.encode("utf-8", "replace")) - len(data)
    if not extra:
        return outside, 0
    damaged = data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")
    return max(outside - damaged, 0), damaged


def _is_western(data: bytes) -> bool:
    """Whether signs outside ASCII are few in their words, as accents are; Cyrillic or Chinese words hold no others.

    A guess by the words would be wrong oftener than windows-1252, which it takes for its neighbours of the East.
    """
    words = [word for word in _WORD.findall(data) if not word.isascii()]
    return sum(len(word.translate(None, _ASCII)) for word in words) * 2 < sum(map(len, words))


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8, as windows-1252: single pieces of it stand in many a text that was put together."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_AS_WINDOWS: Final = "dotterel.as_windows"
codecs.register_error(_AS_WINDOWS, _as_windows)

"""Decodes the texts and the fields of messages, whatever encoding they declare."""

import re
from email.errors import MessageError
from email.header import decode_header
from typing import Final

from tasks.errors import UnreadableError
from tasks.extract.encoding_names import WESTERN, codec_of
from tasks.extract.text import decode

VERSION: Final = 1

FAULTS: Final = (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library raises on damaged mail (checked by mutation on Python 3.11)."""
_NON_ASCII: Final = bytes(range(0x80, 0x100))
_MOSTLY: Final = 0.7
"""Share of ASCII in a raw field from which it is in a Western language: it is too short for a guess by its words."""
_LONGEST_VALUE: Final = 4000
"""Characters of a field that are read: no title or list of groups is longer, and decoding takes quadratic time."""


def in_charset(data: bytes, charset: str) -> str:
    """The text of bytes in the encoding that is declared, else in the one that reads them; empty where none does."""
    if codec := codec_of(charset):
        if codec in WESTERN:
            try:
                return data.decode("utf-8")  # hardly any text in another encoding is sound UTF-8
            except UnicodeDecodeError:
                pass
        try:
            return data.decode(codec)
        except ValueError:
            pass
    try:
        return decode(data)
    except UnreadableError:
        return ""


def field_text(raw: str, charset: str = "") -> str:
    """The text of a field: encoded words (RFC 2047) decoded, raw bytes read, on one line."""
    raw = raw[:_LONGEST_VALUE]
    if not raw.isascii():
        data = raw.encode("utf-8", "surrogateescape")
        western = len(data.translate(None, _NON_ASCII)) > len(data) * _MOSTLY
        raw = in_charset(data, "utf-8" if _is_utf8(raw) else charset or ("cp1252" if western else ""))
    text = raw
    if "=?" in raw:
        folded = re.sub(r"\r?\n[ \t]+", " ", raw)
        try:
            pieces = decode_header(folded)
        except FAULTS:
            pieces = [(folded, None)]
        text = "".join(
            piece if isinstance(piece, str) else in_charset(piece, encoding or "") if encoding
            else piece.decode("raw_unicode_escape", "replace")
            for piece, encoding in pieces
        )  # fmt: skip
    return " ".join(text.replace("\0", "").split())


def _is_utf8(raw: str) -> bool:
    try:
        raw.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return True

"""Turns the bytes of a member into text: byte order marks, UTF-8, UTF-16, older 8-bit encodings."""

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from tasks.errors import UnreadableError

MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and their encodings; UTF-32 before UTF-16, as its mark begins with the same two bytes."""
_LOOKED_AT: Final = 65_536
"""Bytes that decide what a member is: enough for any header, little enough to be quick."""
_CONTROL: Final = bytes(range(0x09)) + bytes(range(0x0E, 0x1B)) + bytes(range(0x1C, 0x20)) + b"\x7f"
_FEWEST_BLANKS: Final = 0.02
"""Share of blanks below which a stretch of signs is no text; the wrong byte order turns blanks into other signs."""
_MOST_CONTROL: Final = 0.05
"""Largest share of control bytes in a text: newswire has a few, compressed data about one byte in ten."""
_SOUND_TO_DAMAGED: Final = 10
"""Sound signs outside ASCII that a text must have for each unsound one, to be in the encoding that it was read in."""
_NON_ASCII_TEXT: Final = re.compile(r"[^\x00-\x7f]+")
_NON_ASCII: Final = re.compile(rb"^[^\n]*[\x80-\xff][^\n]*", re.MULTILINE)  # tried at line starts only: linear


def decode(data: bytes) -> str:
    """The text of a member, without a byte order mark; line ends stay as they are.

    Raises UnreadableError with reason `empty` (no bytes, or only blanks) or `binary` (no text in any encoding).
    """
    if not data:
        raise UnreadableError("empty", "there is nothing in it")
    encoding, begin = encoding_of(data)
    text = data[begin:].decode(encoding, "replace")
    if not text or text.isspace():
        raise UnreadableError("empty", "there is nothing in it but blanks")
    return text


def encoding_of(data: bytes) -> tuple[str, int]:
    """The encoding of a text as far as its bytes tell, and the length of its byte order mark.

    Raises UnreadableError with reason `binary` where it is no text in any encoding.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    head = data[:_LOOKED_AT]
    if wide := _unmarked_utf16(head):
        return wide, 0
    if len(head.translate(None, _CONTROL)) < len(head) * (1 - _MOST_CONTROL):
        raise UnreadableError("binary", "it is not text")
    try:
        data.decode("utf-8")
        return "utf-8", 0
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    # Text in another encoding gives hardly any sound sign by chance; a cut in the middle of a sign gives one unsound.
    if is_sound(text) or (text.count("\ufffd") == 1 and text.endswith("\ufffd")):
        return "utf-8", 0
    return _other_encoding(data), 0


def is_sound(text: str) -> bool:
    """Whether a text that was decoded with replacements is in that encoding, and only damaged, if at all."""
    damaged = text.count("\ufffd")
    return damaged * _SOUND_TO_DAMAGED <= sum(map(len, _NON_ASCII_TEXT.findall(text))) - damaged


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: it has zero bytes, and reads as words with blanks between them in one byte order."""
    if b"\x00" not in head:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        shown = sum(c.isprintable() or c.isspace() for c in text)
        if shown >= len(text) * 0.98 and text.count(" ") + text.count("\n") >= len(text) * _FEWEST_BLANKS:
            return encoding
    return None


def _other_encoding(data: bytes) -> str:
    """An encoding of 8 bits or of East Asia, by what its words look like; windows-1252 where nothing fits."""
    telling = b"\n".join(_NON_ASCII.findall(data[: 16 * _LOOKED_AT]))[:_LOOKED_AT]
    guess = from_bytes(telling or data[:_LOOKED_AT]).best()
    if guess is not None:
        try:
            data.decode(guess.encoding)
            return guess.encoding
        except (UnicodeDecodeError, LookupError):
            pass
    return "cp1252"

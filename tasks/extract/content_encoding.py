"""Undoes the Content-Encoding of what a web server sent, within a limit."""

import codecs
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import brotli

from tasks.errors import UnreadableError

WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PIECE: Final = 1 << 20
_NOT_PACKED: Final = frozenset(("", "identity", "none", "utf-8", "chunked"))
"""What stands in the header of bodies that are not compressed: some of it by mistake."""
_WRONG_SUM: Final = re.compile("incorrect (?:data|length) check")
_TEXT_BYTES: Final = bytes((*range(9, 14), 27, *range(32, 127), *range(128, 256)))


def decoded(packed: bytes, encodings: str, most: int, *, whole: bool = True) -> bytes:
    """A body without its compression, at most `most` bytes; as it is where it only says that it is compressed.

    `encodings` is the value of the header: of several, the last one was applied last. Raises UnreadableError:
    `corrupt_payload` where it breaks off, `unknown_compression`, and `expands_too_much` where there is more of it,
    unless `whole=False` asks for no more than that.
    """
    for encoding in reversed(encodings.lower().split(",")):
        packed = _unpacked(packed, encoding.strip(), most, whole)
    return packed[: None if whole else most]


def is_text(beginning: bytes) -> bool:
    """Whether bytes of an unnamed kind are text: some, and none of those that text does not have."""
    head = beginning[:1024]
    return bool(head.strip()) and (head.startswith(WIDE_MARKS) or not head.translate(None, _TEXT_BYTES))


def _unpacked(packed: bytes, encoding: str, most: int, whole: bool) -> bytes:
    if not packed or encoding in _NOT_PACKED:
        return packed
    if encoding not in _PARTS:
        if is_text(packed):
            return packed
        raise UnreadableError("unknown_compression", f"it is compressed with '{encoding[:40]}', which is not known")
    parts: list[bytes] = []
    size = 0
    try:
        for part in _PARTS[encoding](packed):
            parts.append(part)
            size += len(part)
            if size > most:
                if not whole:
                    break
                raise UnreadableError("expands_too_much", f"it unpacks to more than {most:,} bytes")
    except (zlib.error, brotli.error) as error:
        if not size and is_text(packed):
            return packed
        why = f"it cannot be unpacked beyond {size:,} bytes ({str(error)[:200]})"
        raise UnreadableError("corrupt_payload", why) from None
    return b"".join(parts)


def _inflated(packed: bytes, bits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=bits)
    pending = packed
    while not unpacker.eof:
        part = unpacker.decompress(pending, _PIECE)
        yield part
        pending = unpacker.unconsumed_tail
        if not pending and len(part) < _PIECE and not unpacker.eof:
            if _lacks_only_checksum(unpacker):
                return
            raise zlib.error("it breaks off")


def _lacks_only_checksum(unpacker: "zlib._Decompress") -> bool:
    """Whether all of a text was unpacked, and only the sum behind it is missing.

    Then zeros and ones in its place are both a wrong sum. Within the text, at most one of them can be the mark that
    ends it, since each goes on with another bit.
    """
    for filler in (bytes(8), b"\xff" * 8):
        trial = unpacker.copy()
        try:
            trial.decompress(filler, 1)
        except zlib.error as error:
            if not _WRONG_SUM.search(str(error)):
                return False
        else:
            if not trial.eof:
                return False
    return True


def _ungzipped(packed: bytes) -> Iterator[bytes]:
    return _inflated(packed, 31)


def _undeflated(packed: bytes) -> Iterator[bytes]:
    """`deflate` is zlib by its standard (RFC 9110), and bare deflate as some servers send it."""
    is_zlib = len(packed) > 1 and packed[0] & 15 == 8 and (packed[0] << 8 | packed[1]) % 31 == 0
    return _inflated(packed, 15 if is_zlib else -15)


def _unbrotlied(packed: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    pending = packed
    while not unpacker.is_finished():
        part = unpacker.process(pending, output_buffer_limit=_PIECE)
        yield part
        pending = b""
        if not part and unpacker.can_accept_more_data():
            raise zlib.error("it breaks off")


_PARTS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _ungzipped, "x-gzip": _ungzipped, "deflate": _undeflated, "br": _unbrotlied,
}  # fmt: skip

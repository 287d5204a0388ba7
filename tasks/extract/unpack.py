"""Unpacks gzip, bzip2 and xz as a stream, and counts what comes out against the limits that guard against bombs."""

import bz2
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final, Protocol, cast

CHUNK: Final = 1 << 20
"""Bytes that are unpacked at a time."""
HEAD: Final = 1 << 16
"""Bytes that decide what a stream is."""
FREE_EXPANSION: Final = 16 << 20
"""Bytes up to which anything may unpack from nearly nothing: a bomb is larger, and small files compress oddly well."""

GZIP: Final = b"\x1f\x8b\x08"
_BZIP2: Final = re.compile(rb"BZh[1-9]1AY&SY")
_XZ: Final = b"\xfd7zXZ\x00"
_CRAWL: Final = b"WARC/"
_ERRORS: Final = (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError)


@dataclass(frozen=True, slots=True)
class Damage:
    """Why a stream ended before its end, or has a hole: a reason to count by, and words.

    `fatal`: nothing of the stream is to be kept, since it broke a limit or is not what it was.
    """

    reason: str
    detail: str
    fatal: bool = False


class Damages(list[Damage]):
    """What went wrong while a stream was read; complete once the stream was read to its end."""

    @property
    def fatal(self) -> bool:
        """Whether nothing of the stream is to be kept."""
        return any(damage.fatal for damage in self)


@dataclass
class Budget:
    """The bytes that one raw file may still unpack to, over all its members and however deep they are nested."""

    left: int

    @classmethod
    def of(cls, size: int, expansion: int) -> "Budget":
        """That of a raw file of `size` bytes which may grow by a factor."""
        return cls(max(size * expansion, FREE_EXPANSION))

    def take(self, count: int) -> bool:
        """Count bytes; whether they were still allowed."""
        self.left -= count
        return self.left >= 0


class _Unpacker(Protocol):
    """What the three libraries have in common, once zlib is wrapped."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """zlib's unpacker with the manners of those of bz2 and lzma."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)
        self._full = False
        self.input = b""

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        # A full part may not be all that the bytes gave, even where all of them were taken.
        return not self._zlib.unconsumed_tail and not self._full

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        self.input = self._zlib.unconsumed_tail + data
        part = self._zlib.decompress(self.input, max_length)
        self._full = len(part) == max_length
        return part


def unpacker_of(head: bytes) -> tuple[str, Callable[[], _Unpacker]] | None:
    """The name of the packing that a stream begins with, and what unpacks it; None where it is not packed."""
    if head.startswith(GZIP):
        return "gzip", _Gunzip
    if _BZIP2.match(head):
        return "bzip2", lambda: cast("_Unpacker", bz2.BZ2Decompressor())
    if head.startswith(_XZ):
        return "xz", lambda: cast("_Unpacker", lzma.LZMADecompressor())
    return None


def unpacked(
    packed: Iterable[bytes], kind: str, new: Callable[[], _Unpacker], damages: Damages, budget: Budget, expansion: int
) -> Iterator[bytes]:
    """What packed chunks unpack to, in chunks; where it breaks off, what comes before, and a word in `damages`.

    Streams that follow each other are one. Between records of a crawl, each packed by itself, a broken one is passed
    over.
    """
    source = _Packed(packed)
    unpacker, begun, whole, size = new(), False, 0, 0
    first = b""
    while True:
        if unpacker.needs_input or not begun:
            data = source.next()
            if not data:
                break
            if not begun and not data.strip(b"\x00"):
                continue  # zeros fill a block
        else:
            data = b""
        begun = True
        try:
            part = unpacker.decompress(data, CHUNK)
        except _ERRORS as error:
            damages.append(Damage(f"corrupt_{kind}", f"it breaks off after {size:,} bytes ({words_of(error)}); what "
                                  "comes before is read"))  # fmt: skip
            if isinstance(unpacker, _Gunzip) and whole and first == _CRAWL and source.skip_to_crawl(unpacker.input):
                unpacker, begun = new(), False
                continue
            return
        first = first or part[: len(_CRAWL)]
        size += len(part)
        if not budget.take(len(part)) or size > max(source.taken * expansion, FREE_EXPANSION):
            why = f"it unpacks to more than {size:,} bytes from {source.taken:,}"
            damages.append(Damage("expands_too_much", why, fatal=True))
            return
        if part:
            yield part
        if unpacker.eof:
            source.give_back(unpacker.unused_data.lstrip(b"\x00"))
            unpacker, begun, whole = new(), False, whole + 1
    if begun:
        why = f"it breaks off after {size:,} bytes; what comes before is read"
        damages.append(Damage(f"truncated_{kind}", why))


class _Packed:
    """Chunks of packed bytes, of which some can be given back."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._back = b""
        self.taken = 0

    def next(self) -> bytes:
        """The next bytes; none at the end."""
        if self._back:
            data, self._back = self._back, b""
            return data
        for data in self._chunks:
            if data:
                self.taken += len(data)
                return data
        return b""

    def give_back(self, data: bytes) -> None:
        """Bytes that come first once more."""
        self._back = data + self._back

    def skip_to_crawl(self, broken: bytes) -> bool:
        """Go on at the next record of a crawl that unpacks; whether there is one."""
        rest, begin = broken, 1
        while True:
            at = rest.find(GZIP, begin)
            if at < 0:
                more = self.next()
                if not more:
                    return False
                rest, begin = rest[-len(GZIP) :] + more, 0
                continue
            if len(rest) - at < HEAD:
                rest += self.next()
            try:
                beginning = zlib.decompressobj(wbits=31).decompress(rest[at : at + HEAD], len(_CRAWL))
            except zlib.error:
                beginning = b""
            if beginning == _CRAWL:
                self.give_back(rest[at:])
                return True
            begin = at + 1


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file that can only be read, and only forwards."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def peeked(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first HEAD bytes of a stream (fewer where it is shorter), and the whole stream."""
    source = iter(chunks)
    first: list[bytes] = []
    size = 0
    while size < HEAD and (chunk := next(source, None)) is not None:
        first.append(chunk)
        size += len(chunk)
    joined = b"".join(first)
    return joined[:HEAD], chain([joined], source)


def as_file(chunks: Iterable[bytes]) -> IO[bytes]:
    """Chunks as a buffered file that can be read once, forwards."""
    return cast("IO[bytes]", io.BufferedReader(_Stream(chunks), buffer_size=HEAD))


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a file in chunks."""
    while chunk := file.read(CHUNK):
        yield chunk


def words_of(error: BaseException) -> str:
    """What an error of a library says, as a part of a sentence."""
    text = str(error) or type(error).__name__
    return text[:1].lower() + text[1:].rstrip(".")

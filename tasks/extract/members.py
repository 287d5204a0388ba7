"""Opens a raw file as the members that it holds: itself, what is in a packed file, or each file of a zip or tar."""

import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from isal import isal_zlib

from tasks.errors import LakeError
from tasks.extract.drafts import Rejected
from tasks.extract.unpack import (
    CHUNK,
    FREE_EXPANSION,
    Budget,
    Damage,
    Damages,
    as_file,
    chunks_of,
    peeked,
    unpacked,
    unpacker_of,
    words_of,
)
from tasks.settings import Settings

VERSION: Final = 2

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_TAR: Final = (b"ustar", 257)
_UNKNOWN: Final = {b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "RAR", b"\x28\xb5\x2f\xfd": "Zstandard"}
_PIECE: Final = 1 << 16
_HELD: Final = 16 << 20
"""Bytes of a zip within an archive that are held in memory; a larger one lies on disk while it is read."""
_DEEPEST: Final = 4
"""Archives within archives that are opened: `all.zip!2023.tar.gz!day.json.gz` is three deep."""
_OFFICE: Final = ("[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml")
"""Members by which a word processor's file, a spreadsheet or an e-book shows itself inside its zip."""
_ENCRYPTED: Final = 0x1
_SIZES_FOLLOW: Final = 0x8
_ISAL_ERROR: Final = cast("type[Exception]", isal_zlib.error)  # a class, which its stubs call an exception
_UNZIP_ERRORS: Final = (
    zipfile.BadZipFile, zlib.error, _ISAL_ERROR, EOFError, RuntimeError, ValueError, struct.error, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One member, to be read once and forwards. `name` is empty where the raw file is its own only member.

    `head` holds its first bytes, which `file` gives once more. `damages` is complete when `file` was read to its end.
    """

    name: str
    head: bytes
    file: IO[bytes]
    damages: Damages = field(default_factory=Damages)

    def whole(self, limit: int, first: bytes = b"") -> bytes | None:
        """All bytes, those included that were read as `first`.

        None where nothing of it is to be kept: it breaks a limit, or is empty for being damaged.
        """
        parts = [first]
        size = len(first)
        for part in chunks_of(self.file):
            parts.append(part)
            size += len(part)
            if size > limit:
                self.damages.append(
                    Damage("too_large", f"it is larger than the {limit:,} bytes allowed (max_member_bytes)", fatal=True)
                )
                return None
        return None if self.damages.fatal or (self.damages and not size) else b"".join(parts)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is the same for all members of one raw file; `count` says how many there were so far."""

    settings: Settings
    budget: Budget
    count: Iterator[int]


def members(path: Path, settings: Settings) -> Iterator[Member | Rejected]:
    """The members of a raw file in the order in which they lie in it; what cannot be opened is a Rejected.

    What a file is follows from its first bytes, not its name: zip, tar, gzip, bzip2 and xz are opened, also inside
    each other. Each member must be read before the next one is asked for; what was wrong with it follows as Rejected.
    Of a damaged file, all that can be unpacked is read. `record` of a Rejected is the member's name. Raises LakeError
    where the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            reading = _Reading(settings, Budget.of(size, settings.max_expansion), iter(range(settings.max_members)))
            if _is_zip(file.read(4)):
                yield from _zip_members("", file, size, reading, _DEEPEST)
                return
            file.seek(0)
            yield from _opened("", chunks_of(file), Damages(), reading, _DEEPEST)
    except OSError as error:
        raise LakeError(f"{path}: cannot be read ({error.strerror}).") from None


def _opened(
    name: str, chunks: Iterable[bytes], damages: Damages, reading: _Reading, depth: int
) -> Iterator[Member | Rejected]:
    """What a stream holds: itself, what it unpacks to, or the members of an archive."""
    head, stream = peeked(chunks)
    packing = unpacker_of(head)
    archive = _is_zip(head) or head[_TAR[1] :].startswith(_TAR[0])
    if (packing or archive) and depth == 0:
        yield Rejected(name, "nested_archive", f"it is an archive within {_DEEPEST} others; unpack it first")
    elif packing:
        kind, new = packing
        inner = unpacked(stream, kind, new, damages, reading.budget, reading.settings.max_expansion)
        yield from _opened(name, inner, damages, reading, depth - 1)
        return
    elif _is_zip(head):
        yield from _zip_within(name, stream, damages, reading, depth)
    elif archive:
        yield from _tar_members(name, as_file(stream), damages, reading, depth)
    elif unknown := next((kind for mark, kind in _UNKNOWN.items() if head.startswith(mark)), ""):
        yield Rejected(name, "unknown_archive", f"it is a {unknown} file, which is not opened; unpack it first")
    else:
        yield Member(name, head, as_file(stream), damages)
    for damage in damages:
        yield Rejected(name, damage.reason, damage.detail)


def _zip_within(
    name: str, stream: Iterable[bytes], damages: Damages, reading: _Reading, depth: int
) -> Iterator[Member | Rejected]:
    """The members of a zip that lies within another archive; a zip is read from its end, so it is unpacked first."""
    with tempfile.SpooledTemporaryFile(max_size=_HELD) as held:
        size = 0
        for chunk in stream:
            size += len(chunk)
            if size > reading.settings.max_member_bytes:
                damages.append(_too_large(reading.settings))
                return
            held.write(chunk)
        if not damages.fatal:
            held.seek(0)
            yield from _zip_members(f"{name}!" if name else "", held, size, reading, depth)


def _zip_members(prefix: str, file: IO[bytes], size: int, reading: _Reading, depth: int) -> Iterator[Member | Rejected]:
    place = prefix.removesuffix("!")
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeDecodeError, EOFError) as error:
        yield Rejected(place, "corrupt_zip", f"its list of members cannot be read ({words_of(error)}); members before "
                       "the damage are read all the same")  # fmt: skip
        yield from _salvaged(prefix, file, reading, depth)
        return
    names = {info.filename for info in infos}
    if names.intersection(_OFFICE):
        yield Rejected(place, "office_document", "it is an office document or e-book, which no reader knows")
        return
    wanted = [info for info in infos if not _is_junk(info.filename)]
    if not wanted:
        yield Rejected(place, "empty", "the zip holds no files")
    for number, info in enumerate(wanted):
        if next(reading.count, None) is None:
            yield _too_many(place, len(wanted) - number, reading)
            return
        name = prefix + _name(info.filename)
        if info.flag_bits & _ENCRYPTED:
            yield Rejected(name, "encrypted", "it is encrypted")
            continue
        damages = Damages()
        yield from _opened(name, _unzipped(archive, info, damages, reading), damages, reading, depth - 1)


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, damages: Damages, reading: _Reading) -> Iterator[bytes]:
    """The bytes of a member of a zip, as far as the limits allow; with damage, they are not what they were."""
    size = crc = 0
    allowed = max(info.compress_size * reading.settings.max_expansion, FREE_EXPANSION)
    try:
        with archive.open(info) as stream:
            if info.compress_type == zipfile.ZIP_DEFLATED:
                # Takes half the time of zlib (measured 2026-11), and the checksum a sixth. zipfile has no other door
                # for them; one that knew these names no more would go on with zlib.
                stream._decompressor = isal_zlib.decompressobj(-zlib.MAX_WBITS)  # type: ignore[attr-defined]
            stream._expected_crc = None  # type: ignore[attr-defined]
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                crc = isal_zlib.crc32(chunk, crc)
                if size > allowed or not reading.budget.take(len(chunk)):
                    why = f"it unpacks to more than {size:,} bytes from {info.compress_size:,}"
                    damages.append(Damage("expands_too_much", why, fatal=True))
                    return
                yield chunk
            if crc != info.CRC:
                raise zipfile.BadZipFile(f"Bad CRC-32 for file {info.filename!r}")
    except NotImplementedError as error:
        damages.append(Damage("unknown_compression", words_of(error), fatal=True))
    except _UNZIP_ERRORS as error:
        damages.append(Damage("corrupt_member", f"it cannot be unpacked ({words_of(error)})", fatal=True))


def _tar_members(
    name: str, file: IO[bytes], around: Damages, reading: _Reading, depth: int
) -> Iterator[Member | Rejected]:
    """The files of a tar, read as a stream; links and devices in it are passed over, being no files."""
    prefix = f"{name}!" if name else ""
    found = False
    try:
        with tarfile.open(fileobj=file, mode="r|") as archive:
            for info in archive:
                if not info.isfile() or _is_junk(info.name):
                    continue
                found = True
                if next(reading.count, None) is None:
                    yield _too_many(name, None, reading)
                    return
                stream = archive.extractfile(info)
                if stream is not None:
                    damages = Damages()
                    chunks = _untarred(stream, info.size, damages, around)
                    yield from _opened(prefix + _name(info.name), chunks, damages, reading, depth - 1)
    except (tarfile.TarError, EOFError, ValueError, OSError, struct.error, OverflowError) as error:
        yield Rejected(name, "corrupt_tar", f"it breaks off ({words_of(error)}); what comes before is read")
        return
    if not found:
        yield Rejected(name, "empty", "the tar holds no files")


def _untarred(stream: IO[bytes], size: int, damages: Damages, around: Damages) -> Iterator[bytes]:
    read = 0
    try:
        for chunk in chunks_of(stream):
            read += len(chunk)
            yield chunk
    except (tarfile.TarError, EOFError, ValueError, OSError):
        pass  # said below: it is short of its size
    if read < size:
        why = f"it breaks off after {read:,} bytes; what comes before is read"
        damages.append(Damage("truncated_member", why, fatal=around.fatal))


def _salvaged(prefix: str, file: IO[bytes], reading: _Reading, depth: int) -> Iterator[Member | Rejected]:
    """The members of a zip whose list is lost, by the header that stands before each of them."""
    file.seek(0)
    content = file.read(reading.settings.max_member_bytes)
    position = 0
    while (position := content.find(_ZIP, position)) >= 0 and next(reading.count, None) is not None:
        header = content[position : position + 30]
        if len(header) < 30:
            return
        flags, method, packed_size, name_size, extra_size = (
            *struct.unpack_from("<HH", header, 6),
            *struct.unpack_from("<I", header, 18),
            *struct.unpack_from("<HH", header, 26),
        )
        begin = position + 30 + name_size + extra_size
        raw_name = content[position + 30 : position + 30 + name_size]
        name = prefix + _name(raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace"))
        if _is_junk(name) or name.endswith("/"):
            position = max(begin, position + 4)
            continue
        data, end, whole = _inflated(content, begin, method, packed_size, bool(flags & _SIZES_FOLLOW), reading)
        if data:
            yield from _opened(name, iter([data]), Damages(), reading, depth - 1)
        if not whole:
            yield Rejected(
                name, "truncated_member", f"it breaks off after {len(data):,} bytes; what comes before is read"
            )
        position = max(end, position + 4)


def _inflated(
    content: bytes, begin: int, method: int, packed_size: int, sizes_follow: bool, reading: _Reading
) -> tuple[bytes, int, bool]:
    """The bytes of a member, where it ends, and whether it was whole."""
    if method == zipfile.ZIP_STORED:
        end = begin + packed_size
        return content[begin:end], end, end <= len(content) and not sizes_follow
    if method != zipfile.ZIP_DEFLATED:
        return b"", begin, False
    unpacker = zlib.decompressobj(wbits=-15)
    limit = reading.settings.max_member_bytes
    parts: list[bytes] = []
    position, size = begin, 0
    while position < len(content) and not unpacker.eof and size < limit:
        try:
            parts.append(unpacker.decompress(content[position : position + _PIECE]))
        except zlib.error:
            break
        size += len(parts[-1])
        allowed = max((position - begin) * reading.settings.max_expansion, FREE_EXPANSION)
        if size > allowed or not reading.budget.take(len(parts[-1])):
            break
        position += _PIECE
    end = min(position, len(content)) - len(unpacker.unused_data)
    return b"".join(parts), end, unpacker.eof


def _is_zip(head: bytes) -> bool:
    return head.startswith((_ZIP, _EMPTY_ZIP))


def _is_junk(name: str) -> bool:
    """Folders, and what macOS and Windows leave in a zip beside the files."""
    path = PurePosixPath(name.replace("\\", "/"))
    return name.endswith("/") or "__MACOSX" in path.parts or path.name in (".DS_Store", "Thumbs.db")


def _name(name: str) -> str:
    """A member's name as text that any table can hold."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _too_large(settings: Settings) -> Damage:
    allowed = f"the {settings.max_member_bytes:,} bytes allowed (max_member_bytes)"
    return Damage("too_large", f"it is larger than {allowed}", fatal=True)


def _too_many(name: str, left: int | None, reading: _Reading) -> Rejected:
    beyond = f"{left} members" if left else "members"
    return Rejected(name, "too_many_members", f"{beyond} beyond the {reading.settings.max_members} allowed are unread")

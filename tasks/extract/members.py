"""Opens a raw file as the members that it holds: itself, what is in a gzip file, or each file of a zip."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from tasks.errors import LakeError, UnreadableError
from tasks.extract.drafts import Rejected
from tasks.settings import Settings

VERSION: Final = 1

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_GZIP: Final = b"\x1f\x8b\x08"
_CHUNK: Final = 1 << 20
_PIECE: Final = 1 << 16
_FREE_EXPANSION: Final = 16 << 20
"""Bytes up to which a member may unpack from nearly nothing: a bomb is larger, and small files compress oddly well."""
_OFFICE: Final = ("[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml")
"""Members by which a word processor's file, a spreadsheet or an e-book shows itself inside its zip."""
_ENCRYPTED: Final = 0x1
_SIZES_FOLLOW: Final = 0x8


@dataclass(frozen=True, slots=True)
class Member:
    """The bytes of one member. `name` is empty where the raw file is its own only member."""

    name: str
    data: bytes


def members(path: Path, settings: Settings) -> Iterator[Member | Rejected]:
    """The members of a raw file in the order in which they lie in it; what cannot be opened is a Rejected.

    What a file is follows from its first bytes, not its name. gzip is opened also inside a zip; a zip inside a zip is
    not. Of a damaged file, all that can be unpacked is read. `record` of a Rejected is the member's name.
    """
    try:
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(0)
            if head.startswith((_ZIP, _EMPTY_ZIP)):
                yield from _zip_members(file, path.stat().st_size, settings)
            elif head.startswith(_GZIP):
                yield from _gunzipped("", file, settings)
            else:
                yield from _plain(file, path, settings)
    except OSError as error:
        raise LakeError(f"{path}: cannot be read ({error.strerror}).") from None


def _plain(file: IO[bytes], path: Path, settings: Settings) -> Iterator[Member | Rejected]:
    size = path.stat().st_size
    if size > settings.max_member_bytes:
        yield _too_large("", settings)
    else:
        yield Member("", file.read())


def _zip_members(file: IO[bytes], size: int, settings: Settings) -> Iterator[Member | Rejected]:
    try:
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeDecodeError, EOFError) as error:
        yield Rejected("", "corrupt_zip", f"its list of members cannot be read ({_lower(error)}); members before the "
                       "damage are read all the same")  # fmt: skip
        yield from _salvaged(file, settings)
        return
    names = {info.filename for info in infos}
    if names.intersection(_OFFICE):
        yield Rejected("", "office_document", "it is an office document or e-book, which no reader knows")
        return
    wanted = [info for info in infos if not _is_junk(info.filename)]
    if not wanted:
        yield Rejected("", "empty", "the zip holds no files")
    budget = max(size * settings.max_expansion, _FREE_EXPANSION)
    for number, info in enumerate(wanted):
        if number >= settings.max_members:
            left = len(wanted) - number
            yield Rejected(
                "", "too_many_members", f"{left} members beyond the {settings.max_members} allowed are unread"
            )
            return
        try:
            data = _unzipped(archive, info, settings, budget)
        except UnreadableError as error:
            yield Rejected(_name(info.filename), error.reason, str(error))
            continue
        budget -= len(data)
        yield from _opened(_name(info.filename), data, settings)


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, settings: Settings, budget: int) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableError("encrypted", "it is encrypted")
    limit = min(settings.max_member_bytes, budget)
    allowed = max(info.compress_size * settings.max_expansion, _FREE_EXPANSION)
    parts, size = [], 0
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise UnreadableError("too_large", f"it unpacks to more than the {limit:,} bytes allowed")
                if size > allowed:
                    raise UnreadableError("expands_too_much", f"it unpacks to more than {allowed:,} bytes")
                parts.append(chunk)
    except NotImplementedError as error:
        raise UnreadableError("unknown_compression", _lower(error)) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error, OSError) as error:
        raise UnreadableError("corrupt_member", f"it cannot be unpacked ({_lower(error)})") from None
    return b"".join(parts)


def _opened(name: str, data: bytes, settings: Settings) -> Iterator[Member | Rejected]:
    """A member of a zip, unpacked once more where it is gzip."""
    if data.startswith(_GZIP):
        yield from _gunzipped(name, data, settings)
    elif data.startswith(_ZIP):
        yield Rejected(name, "nested_archive", "a zip inside a zip is not opened; unpack it first")
    else:
        yield Member(name, data)


def _gunzipped(name: str, packed: IO[bytes] | bytes, settings: Settings) -> Iterator[Member | Rejected]:
    """What is in a gzip file, as far as it can be unpacked; a Rejected follows where it breaks off."""
    parts: list[bytes] = []
    read = size = 0
    damage: Rejected | None = None
    unpacker = zlib.decompressobj(wbits=31)
    begun = False  # whether the current gzip stream has had any bytes
    for chunk in _chunks(packed):
        read += len(chunk)
        pending, more = chunk, True
        while more:
            begun = True
            try:
                part = unpacker.decompress(pending, _CHUNK)
            except zlib.error as error:
                why = f"it breaks off after {size:,} bytes ({_lower(error)}); what comes before is read"
                damage = Rejected(name, "corrupt_gzip", why)
                break
            parts.append(part)
            size += len(part)
            if size > settings.max_member_bytes:
                yield _too_large(name, settings)
                return
            if size > max(read * settings.max_expansion, _FREE_EXPANSION):
                yield Rejected(name, "expands_too_much", f"it unpacks to more than {size:,} bytes from {read:,}")
                return
            if unpacker.eof:
                pending = unpacker.unused_data.lstrip(b"\x00")  # streams follow each other, or zeros fill a block
                unpacker, begun, more = zlib.decompressobj(wbits=31), False, bool(pending)
            else:
                pending = unpacker.unconsumed_tail
                more = bool(pending) or len(part) == _CHUNK  # a full part may not be all that the bytes gave
        if damage is not None:
            break
    if damage is None and begun and not unpacker.eof:
        damage = Rejected(name, "truncated_gzip", f"it breaks off after {size:,} bytes; what comes before is read")
    data = b"".join(parts)
    if data.startswith((_ZIP, _GZIP)):
        yield Rejected(name, "nested_archive", "an archive inside gzip is not opened; unpack it first")
    elif data or damage is None:
        yield Member(name, data)
    if damage is not None:
        yield damage


def _chunks(packed: IO[bytes] | bytes) -> Iterator[bytes]:
    if isinstance(packed, bytes):
        yield packed
        return
    while chunk := packed.read(_CHUNK):
        yield chunk


def _salvaged(file: IO[bytes], settings: Settings) -> Iterator[Member | Rejected]:
    """The members of a zip whose list is lost, by the header that stands before each of them."""
    file.seek(0)
    content = file.read(settings.max_member_bytes)
    position, number = 0, 0
    while (position := content.find(_ZIP, position)) >= 0 and number < settings.max_members:
        number += 1
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
        name = _name(raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace"))
        if _is_junk(name) or name.endswith("/"):
            position = max(begin, position + 4)
            continue
        data, end, whole = _inflated(content, begin, method, packed_size, bool(flags & _SIZES_FOLLOW), settings)
        if data:
            yield from _opened(name, data, settings)
        if not whole:
            yield Rejected(
                name, "truncated_member", f"it breaks off after {len(data):,} bytes; what comes before is read"
            )
        position = max(end, position + 4)


def _inflated(
    content: bytes, begin: int, method: int, packed_size: int, sizes_follow: bool, settings: Settings
) -> tuple[bytes, int, bool]:
    """The bytes of a member, where it ends, and whether it was whole."""
    if method == zipfile.ZIP_STORED:
        end = begin + packed_size
        return content[begin:end], end, end <= len(content) and not sizes_follow
    if method != zipfile.ZIP_DEFLATED:
        return b"", begin, False
    unpacker = zlib.decompressobj(wbits=-15)
    parts: list[bytes] = []
    position, size = begin, 0
    while position < len(content) and not unpacker.eof and size < settings.max_member_bytes:
        try:
            parts.append(unpacker.decompress(content[position : position + _PIECE]))
        except zlib.error:
            break
        size += len(parts[-1])
        if size > max((position - begin) * settings.max_expansion, _FREE_EXPANSION):
            break
        position += _PIECE
    end = min(position, len(content)) - len(unpacker.unused_data)
    return b"".join(parts), end, unpacker.eof


def _is_junk(name: str) -> bool:
    """Folders, and what macOS and Windows leave in a zip beside the files."""
    path = PurePosixPath(name.replace("\\", "/"))
    return name.endswith("/") or "__MACOSX" in path.parts or path.name in (".DS_Store", "Thumbs.db")


def _name(name: str) -> str:
    """A member's name as text that any table can hold."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _too_large(name: str, settings: Settings) -> Rejected:
    return Rejected(
        name, "too_large", f"it is larger than the {settings.max_member_bytes:,} bytes allowed (max_member_bytes)"
    )


def _lower(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text[:1].lower() + text[1:].rstrip(".")

"""Finds the raw files of a source and names each by its place and content."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tasks.errors import UsageError
from tasks.extract.hashes import Hashes
from tasks.extract.live.kept_responses import ENDING
from tasks.settings import Source

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class RawFile:
    """One input file, kept unchanged. `raw_uri` begins with the name of the source's folder (or is the file's name).

    It does not depend on how the user typed the path, so the same archive gives the same names from anywhere.
    """

    source: str
    path: Path
    raw_uri: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the folder that is no raw file, and why it was left out."""

    raw_uri: str
    why: str


def raw_files(source: Source) -> list[RawFile]:
    """The raw files of a source in the order of their names; see `find`. UsageError where there are none."""
    return [found for found in find(source) if isinstance(found, RawFile)]


def find(source: Source, hashes: Hashes | None = None) -> Iterator[RawFile | Skipped]:
    """The raw files of a source, and what was skipped: hidden files, links and devices are never followed.

    Each file is read once, for its SHA-256, unless `hashes` knows it. Raises UsageError where the path is
    unknown or holds no file; that nothing of a live source is kept yet is said and no error.
    """
    if source.is_live:
        yield from _kept_responses(source)
        return
    root = source.path.expanduser()
    try:
        mode = root.stat().st_mode
    except OSError as error:
        raise UsageError(_cannot(source.path, error)) from None
    if stat.S_ISREG(mode):
        raw = _raw_file(source, root, _shown(root.resolve().name), hashes)
        if isinstance(raw, Skipped):
            raise UsageError(f"{source.path}: {raw.why}.")
        yield raw
        return
    if not stat.S_ISDIR(mode):
        raise UsageError(f"{source.path}: this is neither a file nor a folder.")
    found = 0
    for item in _walk(root, _shown(root.resolve().name)):
        if isinstance(item, Skipped):
            yield item
        else:
            raw = _raw_file(source, *item, hashes)
            found += isinstance(raw, RawFile)
            yield raw
    if not found:
        raise UsageError(f"{source.path}: this folder holds no files to read.")


def _kept_responses(source: Source) -> Iterator[RawFile | Skipped]:
    found = 0
    for item in _walk(source.path, source.name) if source.path.is_dir() else ():
        if isinstance(item, Skipped):
            yield item
        elif item[0].name.endswith(ENDING):  # what a killed run left half written is `clean`'s business
            found += 1
            yield _raw_file(source, *item)
    if not found:
        yield Skipped(source.name, "since nothing of it was fetched yet")


def at(source: Source, location: str, raw_uri: str) -> RawFile | Skipped | None:
    """The raw file that lies now where one was read before; None where none does any more."""
    if not location:
        return Skipped(raw_uri, "it is not known where it lies")
    path = Path(location)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Skipped(raw_uri, "not a regular file")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Skipped(raw_uri, f"cannot be read ({error.strerror})")
    return _raw_file(source, path, raw_uri)


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes of a regular file. Raises OSError.

    A pipe that took its place after the folder was listed is refused, and not waited for.
    """
    digest, size = hashlib.sha256(), 0
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no longer a regular file")
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _walk(root: Path, uri: str) -> Iterator[tuple[Path, str] | Skipped]:
    """Files and what is skipped, in the order of names; with a stack of its own, as folders lie deeper than calls."""
    inside = [_entries(root, uri)]
    above = [_identity(root)]
    while inside:
        item = next(inside[-1], None)
        if item is None:
            inside.pop()
            above.pop()
        elif isinstance(item, Skipped):
            yield item
        elif not item[2]:
            yield item[:2]
        elif (identity := _identity(item[0])) is not None and identity in above:
            yield Skipped(item[1], "a folder that contains itself")
        else:
            inside.append(_entries(*item[:2]))
            above.append(identity)


def _entries(folder: Path, uri: str) -> Iterator[tuple[Path, str, bool] | Skipped]:
    """What is in a folder: files and folders (true) with their names, and what is skipped."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        yield Skipped(uri, f"cannot be read ({error.strerror})")
        return
    for entry in entries:
        raw_uri = f"{uri}/{_shown(entry.name)}"
        try:
            if entry.name.startswith("."):
                yield Skipped(raw_uri, "hidden")
            elif entry.is_symlink():
                yield Skipped(raw_uri, "a link; name its target as a source of its own")
            elif entry.is_dir() or entry.is_file():
                yield Path(entry.path), raw_uri, entry.is_dir()
            else:
                yield Skipped(raw_uri, "not a regular file")
        except OSError as error:
            yield Skipped(raw_uri, f"cannot be read ({error.strerror})")


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from every other one, whatever mounts lead to it; None where the system does not say."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def _shown(name: str) -> str:
    """A name as text that any table can hold: bytes that are not UTF-8 become escapes such as `\\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _raw_file(source: Source, path: Path, raw_uri: str, hashes: Hashes | None = None) -> RawFile | Skipped:
    try:
        about = path.stat()
        sha256 = hashes.get(path, about.st_size, about.st_mtime_ns) if hashes else ""
        size = about.st_size
        if not sha256:
            sha256, size = sha256_of(path)
            if hashes and size == about.st_size:
                hashes.put(path, size, about.st_mtime_ns, sha256)
    except OSError as error:
        return Skipped(raw_uri, f"cannot be read ({error.strerror})")
    return RawFile(source.name, path, raw_uri, sha256, size)


def _cannot(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{path}: there is no such file or folder."
    return f"{path}: cannot be read ({error.strerror})."

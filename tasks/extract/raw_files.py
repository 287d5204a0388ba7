"""Finds the raw files of a source and names each by its place and content."""

import hashlib
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
        raw = _raw_file(source, root, root.resolve().name, hashes)
        if isinstance(raw, Skipped):
            raise UsageError(f"{source.path}: {raw.why}.")
        yield raw
        return
    if not stat.S_ISDIR(mode):
        raise UsageError(f"{source.path}: this is neither a file nor a folder.")
    found = 0
    name = root.resolve().name
    for item in _walk(root, name):
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


def _walk(folder: Path, uri: str) -> Iterator[tuple[Path, str] | Skipped]:
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        yield Skipped(uri, f"cannot be read ({error.strerror})")
        return
    for path in entries:
        raw_uri = f"{uri}/{path.name}"
        if path.name.startswith("."):
            yield Skipped(raw_uri, "hidden")
        elif path.is_symlink():
            yield Skipped(raw_uri, "a link; name its target as a source of its own")
        elif path.is_dir():
            yield from _walk(path, raw_uri)
        elif path.is_file():
            yield path, raw_uri
        else:
            yield Skipped(raw_uri, "not a regular file")


def _raw_file(source: Source, path: Path, raw_uri: str, hashes: Hashes | None = None) -> RawFile | Skipped:
    try:
        about = path.stat()
        sha256 = hashes.get(path, about.st_size, about.st_mtime_ns) if hashes else ""
        size = about.st_size
        if not sha256:
            sha256, size = _sha256(path)
            if hashes and size == about.st_size:
                hashes.put(path, size, about.st_mtime_ns, sha256)
    except OSError as error:
        return Skipped(raw_uri, f"cannot be read ({error.strerror})")
    # A name that is not valid UTF-8 must still fit into a table.
    return RawFile(source.name, path, raw_uri.encode("utf-8", "replace").decode("utf-8"), sha256, size)


def _sha256(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _cannot(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"{path}: there is no such file or folder."
    return f"{path}: cannot be read ({error.strerror})."

"""Puts a new site in the place of the old one: a reader of the folder finds all pages of the one or of the other.

A folder that holds files cannot be renamed over, so that between two renames, for some millionths of a second, the
place is empty. (Linux can exchange two folders at once, but Python cannot ask for it, and other systems and network
disks have no such call.) What is killed in that moment or before leaves folders beside the place, which the next site
puts right.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tasks.errors import UsageError
from tasks.load.clean import is_left
from tasks.load.parquet_files import writing
from tasks.storage import is_remote

MARK: Final = ".dotterel-site"
"""A file that says that a folder is a site of ours, and may be replaced."""


@contextmanager
def replaced(out: Path) -> Iterator[Path]:
    """A new folder beside `out` to write into, which takes its place at the end of the block.

    When the block fails, the old site stays. Raises UsageError for a place where anything but a site of ours stands.
    """
    check_place(out)
    place = out.absolute()
    name = f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
    new, old = place.with_name(f"{place.name}.new{name}"), place.with_name(f"{place.name}.old{name}")
    with writing(place):
        new.mkdir(parents=True)
    _put_right(place)
    try:
        yield new
        with writing(place):
            (new / MARK).write_text("A site of Dotterel: `dotterel site` replaces this folder as a whole.\n")
            if place.is_dir():
                place.rename(old)
            try:
                new.rename(place)
            except BaseException:
                if old.is_dir():
                    old.rename(place)
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _put_right(place: Path) -> None:
    """Of sites that were killed: the old one goes back where none stands, and all else that they left goes."""
    with suppress(OSError):  # what cannot be put right now is left for the next site
        left = [path for path in place.parent.glob("*.tmp") if _is_of(path, place) and is_left(path, time.time())]
        for path in left:
            if not place.exists() and (path / MARK).is_file():
                path.rename(place)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _is_of(path: Path, place: Path) -> bool:
    """Whether a folder has a name that `replaced` gives to one beside this place."""
    return any(path.name.startswith(f"{place.name}.{part}.") for part in ("new", "old"))


def check_place(out: Path) -> None:
    """Raise UsageError where a site cannot be put."""
    if is_remote(out):
        raise UsageError(f"{out}: a site is written into a folder of this machine.")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out}: is a file or a link, and a site is a folder.")
    if out.is_dir() and not (out / MARK).is_file() and any(out.iterdir()):
        raise UsageError(f"{out}: holds something else than a site of Dotterel; name another folder with --out.")

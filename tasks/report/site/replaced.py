"""Puts a new site in the place of the old one: a reader of the folder finds all pages of the one or of the other."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tasks.errors import UsageError
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
    name = f"{place.name}.{secrets.token_hex(4)}"
    new, old = place.with_name(f"{name}.tmp"), place.with_name(f"{name}.old.tmp")
    with writing(place):
        new.mkdir(parents=True)
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


def check_place(out: Path) -> None:
    """Raise UsageError where a site cannot be put."""
    if is_remote(out):
        raise UsageError(f"{out}: a site is written into a folder of this machine.")
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out}: is a file or a link, and a site is a folder.")
    if out.is_dir() and not (out / MARK).is_file() and any(out.iterdir()):
        raise UsageError(f"{out}: holds something else than a site of Dotterel; name another folder with --out.")

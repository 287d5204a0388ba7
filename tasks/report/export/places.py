"""Writes an export to a place beside the one it is meant for, and moves it there when it is whole."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.errors import DotterelError, UsageError

MARK = "datapackage.json"
"""The file by which a folder is known for a data package of ours or of somebody else's."""


def check_place(out: Path, lake: Path, *, folder: bool, force: bool) -> None:
    """Raise UsageError where an export must not be written: in the lake, over something else, over a file unasked."""
    target, inside = out.resolve(), Path(os.fspath(lake)).resolve() if isinstance(lake, Path) else None
    if inside is not None and (target == inside or inside in target.parents):
        raise UsageError(f"{out}: lies in the lake, where only runs write; name another place.")
    if not out.parent.is_dir():
        raise UsageError(f"{out}: the folder {out.parent} is not there.")
    if not folder and out.is_dir():
        raise UsageError(f"{out}: is a folder; name a file.")
    if folder and out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder.")
    if folder and out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise UsageError(f"{out}: holds other files; name a folder that is empty or not there yet.")
    if out.exists() and not (folder and not any(out.iterdir())) and not force:
        raise UsageError(f"{out}: is there already; say --force to replace it.")


@contextmanager
def written_beside(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to; at the end of the block it takes the place of `out`, after an error it goes.

    A folder that stands there is removed after the new one is in its place. Raises DotterelError where the disk fails.
    """
    beside = out.with_name(f".{out.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        yield beside
        if out.is_dir():
            old = beside.with_name(beside.name + ".old")
            out.rename(old)
            beside.rename(out)
            shutil.rmtree(old, ignore_errors=True)
        else:
            beside.replace(out)
    except OSError as error:
        raise DotterelError(f"{out}: cannot be written ({error.strerror or error}).") from error
    finally:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        else:
            beside.unlink(missing_ok=True)

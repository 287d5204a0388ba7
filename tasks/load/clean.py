"""Finds and removes what killed runs and re-read raw files left behind; what is live is never touched."""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tasks.errors import LakeError
from tasks.load.lake import Lake
from tasks.load.parquet_files import writing
from tasks.staging import Staging
from tasks.storage import is_remote

OLD: Final = 3600.0
"""Seconds without a change after which a file that nothing names is left over: a batch is made in minutes."""
SETTLED: Final = 60.0
"""Seconds without a change before the process in a file's name is believed dead: it may run on another machine."""

_PID: Final = re.compile(r"\.(\d+)-[0-9a-f]+\.tmp$")


@dataclass(frozen=True, slots=True)
class Leftover:
    """One file or folder that can go, with the reason and its size in bytes."""

    path: Path
    kind: Literal["temporary", "staged", "coded"]
    bytes: int


def find_leftovers(lake: Lake, now: float | None = None) -> list[Leftover]:
    """What can go, by path; `now` is in seconds since 1970. Raises LakeError when the lake cannot be read.

    Temporary files and folders (`*.tmp`) that are an hour old, or whose process is dead; staged and coded batches
    that no manifest names and that are an hour old (a younger one may belong to a raw file being read).
    """
    moment = time.time() if now is None else now
    staging = Staging(lake.root)
    try:
        named = {b.batch_id for s in staging.sources() for m in staging.manifests(s) for b in m.batches}
        found = [Leftover(path, "temporary", _size(path)) for path in _temporary(lake.root, moment)]
        for path in (staging.root / "articles").glob("*.parquet"):
            if path.stem not in named and _age(path, moment) > OLD:
                found.append(Leftover(path, "staged", _size(path)))
        for path in (staging.root / "coded").glob("*/*"):
            unnamed = path.is_dir() and path.suffix != ".tmp" and path.name not in named
            if unnamed and _age(path, moment) > OLD:
                found.append(Leftover(path, "coded", _size(path)))
    except OSError as error:
        raise LakeError(f"{lake.root}: cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        # Without all manifests nothing can be told apart from what is live.
        raise LakeError(f"{staging.root / 'raw'}: a manifest is damaged ({error}); nothing was removed.") from error
    return sorted(found, key=lambda leftover: leftover.path)


def remove(leftovers: Iterable[Leftover]) -> int:
    """Remove them and give the bytes freed; what is gone already counts nothing. Raises LakeError."""
    freed = 0
    for leftover in leftovers:
        if not leftover.path.exists():
            continue
        with writing(leftover.path):
            if is_remote(leftover.path):
                leftover.path.fs.rm(leftover.path.path, recursive=True)  # type: ignore[attr-defined]
            elif leftover.path.is_dir():
                shutil.rmtree(leftover.path)
            else:
                leftover.path.unlink()
        freed += leftover.bytes
    return freed


def _temporary(root: Path, now: float) -> Iterator[Path]:
    if is_remote(root):
        return  # an object is there as a whole or not at all
    for folder, folders, files in os.walk(root):
        for name in [n for n in (*folders, *files) if n.endswith(".tmp")]:
            path = Path(folder) / name
            age = _age(path, now)
            if age > OLD or (age > SETTLED and _is_dead(name)):
                yield path
        folders[:] = [name for name in folders if not name.endswith(".tmp")]


def _is_dead(name: str) -> bool:
    match = _PID.search(name)
    if match is None or os.name == "nt":  # where the call below would end the process
        return False
    try:
        os.kill(int(match[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


def _age(path: Path, now: float) -> float:
    """Seconds since the last change of a file, or of anything in a folder; nothing for what has just gone."""
    try:
        own = [] if is_remote(path) and path.is_dir() else [path]  # a folder there is a name without a time
        changes = [child.lstat().st_mtime for child in (*own, *path.rglob("*"))]
    except FileNotFoundError:
        return 0.0
    return now - max(changes)


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(child.lstat().st_size for child in path.rglob("*") if child.is_file())
    return path.lstat().st_size

"""Finds and removes what killed runs, re-read raw files and older coders left behind; what is live is never touched.

Whoever holds the lock of the lake (`one_run`) knows that nobody else writes there, and need not look at clocks.
"""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from tasks.errors import LakeError
from tasks.load.history import needed_before
from tasks.load.lake import Lake, check_lake
from tasks.load.one_run import one_run
from tasks.load.parquet_files import writing
from tasks.load.plan import NEWS_TABLES
from tasks.load.runs import read_runs
from tasks.staging import Staging
from tasks.storage import is_remote

OLD: Final = 3600.0
"""Seconds without a change after which a file that nothing names is left over: a batch is made in minutes."""
SETTLED: Final = 60.0
"""Seconds without a change before the process in a file's name is believed dead: it may run on another machine."""

KEEP_RUNS: Final = 3
"""Runs whose changes can still be shown after cleaning: a recode, and the ones tried before it."""

_PID: Final = re.compile(r"\.(\d+)-[0-9a-f]+\.tmp$")


@dataclass(frozen=True, slots=True)
class Leftover:
    """One file or folder that can go, with the reason and its size in bytes."""

    path: Path
    kind: Literal["temporary", "staged", "coded"]
    bytes: int


def find_leftovers(
    lake: Lake, now: float | None = None, *, keep_runs: int = KEEP_RUNS, alone: bool = False
) -> list[Leftover]:
    """What can go, by path; `now` is in seconds since 1970. Raises LakeError when the lake cannot be read.

    Temporary files and folders (`*.tmp`) that are an hour old, or whose process is dead; staged and coded batches
    that no manifest names and that are an hour old (a younger one may belong to a raw file being read); batches coded
    by a version of the coder that no period is of any more. What `dotterel diff` needs to show what the last
    `keep_runs` runs changed is kept, and so is what the last runs coded and did not come to write. `alone`: the caller
    holds the lock of the lake, so all of these, however old.
    """
    moment = time.time() if now is None else now
    staging = Staging(lake.root)
    check_lake(lake.partitions())
    try:
        named = {b.batch_id for s in staging.sources() for m in staging.manifests(s) for b in m.batches}
        found = [
            Leftover(path, "temporary", _size(path)) for path in _temporary(lake.root) if alone or is_left(path, moment)
        ]
        needed, versions = _needed(lake, keep_runs)
        kept = named | {batch for _, batch in needed}
        for path in (staging.root / "articles").glob("*.parquet"):
            if path.stem not in kept and (alone or _age(path, moment) > OLD):
                found.append(Leftover(path, "staged", _size(path)))
        for path in (staging.root / "coded").glob("*/*"):
            version, batch = path.parent.name, path.name
            if not path.is_dir() or path.suffix == ".tmp" or (version, batch) in needed:
                continue
            if not (version in versions and batch in named) and (alone or _age(path, moment) > OLD):
                found.append(Leftover(path, "coded", _size(path)))
    except OSError as error:
        raise LakeError(f"{lake.root}: cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        # Without all manifests nothing can be told apart from what is live.
        raise LakeError(f"{staging.root / 'raw'}: a manifest is damaged ({error}); nothing was removed.") from error
    return sorted(found, key=lambda leftover: leftover.path)


def leftovers_now(lake: Lake, keep_runs: int = KEEP_RUNS) -> list[Leftover]:
    """What can go of a lake that nobody writes. Raises LakeError where a run is at work, and like `find_leftovers`."""
    if not lake.root.is_dir():
        return []
    with one_run(lake.root, partial(_busy, lake)) as lock:
        return find_leftovers(lake, keep_runs=keep_runs, alone=lock is not None)


def remove_now(lake: Lake, leftovers: Iterable[Leftover], keep_runs: int = KEEP_RUNS) -> int:
    """Remove those of the leftovers that still are; the bytes freed. Raises LakeError like `leftovers_now`."""
    with one_run(lake.root, partial(_busy, lake)) as lock:
        still = {left.path for left in find_leftovers(lake, keep_runs=keep_runs, alone=lock is not None)}
        return remove(left for left in leftovers if left.path in still)


def _busy(lake: Lake) -> None:
    raise LakeError(f"{lake.root}: a run is at work on this lake; try again when it has ended.")


def find_interrupted(lake: Lake) -> list[Leftover]:
    """The temporary files and folders of runs that were killed, however old: only for who holds the lock of the lake.

    Only such as we name: their names end with `.<pid>-<random>.tmp`. Raises LakeError when the lake cannot be read.
    """
    try:
        return [Leftover(path, "temporary", _size(path)) for path in _temporary(lake.root) if _PID.search(path.name)]
    except OSError as error:
        raise LakeError(f"{lake.root}: cannot be read ({error.strerror}).") from error


def _needed(lake: Lake, keep_runs: int) -> tuple[set[tuple[str, str]], set[str]]:
    """What periods are made of and what they were made of before the last runs: (coder version, batch); then the coder
    versions of the last runs, whose batches may not be written yet.
    """
    needed: set[tuple[str, str]] = set()
    for partition in (p for table in NEWS_TABLES for p in lake.partitions(table)):
        if origin := lake.origin(partition.table, partition.source, partition.period):
            needed |= {(origin.coder, batch) for batch in origin.batches}
    records = read_runs(lake)
    wrote = [record for record in records if record.before][-max(1, keep_runs) :]
    versions = {record.coder_version for record in (*records[-1:], *wrote)}
    kept = 0
    for pairs in needed_before(records):
        if kept < keep_runs and not pairs <= needed:
            needed |= pairs
            kept += 1
    return needed, versions


def remove(leftovers: Iterable[Leftover]) -> int:
    """Remove them and give the bytes freed; what is gone already counts nothing. Raises LakeError."""
    freed = 0
    for leftover in leftovers:
        with writing(leftover.path), suppress(FileNotFoundError):
            if is_remote(leftover.path):
                leftover.path.fs.rm(leftover.path.path, recursive=True)  # type: ignore[attr-defined]
            elif leftover.path.is_dir():
                shutil.rmtree(leftover.path)
            else:
                leftover.path.unlink()
            freed += leftover.bytes
    return freed


def _temporary(root: Path) -> Iterator[Path]:
    if is_remote(root):
        return  # an object is there as a whole or not at all
    for folder, folders, files in os.walk(root):
        yield from (Path(folder) / name for name in (*folders, *files) if name.endswith(".tmp"))
        folders[:] = [name for name in folders if not name.endswith(".tmp")]


def is_left(path: Path, now: float) -> bool:
    """Whether a temporary file or folder, at that moment, is an hour old, or its process is dead."""
    age = _age(path, now)
    return age > OLD or (age > SETTLED and _is_dead(path.name))


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
    """Bytes of a file, or of all files in a folder; nothing for what has just gone."""
    try:
        return sum(child.lstat().st_size for child in (path, *path.rglob("*")) if not child.is_dir())
    except FileNotFoundError:
        return 0

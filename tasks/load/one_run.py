"""Lets one run at a time write to a lake: two that replace the same partition would lose each other's batches."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.load.lease import lease
from tasks.load.parquet_files import writing
from tasks.storage import is_remote

LOCK: str = "staging/.lock"
"""The file whose lock a run holds, below the lake. It is empty; the system frees the lock of a killed run."""


@contextmanager
def one_run(lake: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[int | None]:
    """Hold the lake for the block; where another run holds it, call `waiting` once and wait until it ends.

    Gives the handle of the lock, which a process that inherits it holds too; None on file systems without locks, where
    the block runs without one, and on S3-compatible storage, where the lock is a lease: that of a killed run ends after
    a minute. Raises LakeError when the lake cannot be written, and whatever `waiting` raises.
    """
    path = lake / LOCK
    if is_remote(lake):
        with lease(path, waiting):
            yield None
        return
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        yield handle if _hold(handle, waiting) else None
    finally:
        os.close(handle)


def _hold(handle: int, waiting: Callable[[], None]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        return False
    return True

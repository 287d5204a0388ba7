"""Makes the system refuse, or stall, what is written below one folder: for tests of a full disk and the like.

In a process: `with refusing(Fault(...)):`. In a command and all processes that it starts: put this folder first in
PYTHONPATH, and `Fault.environ()` into the environment. Python's own calls are counted (opening a file to write, each
write, sync, move, new folder); the n-th is refused, or all from the n-th on. What Arrow writes in C++ passes by.
"""

import builtins
import errno
import io
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "DOTTEREL_TEST_FAULT"


@dataclass
class Fault:
    """What is refused: calls below `folder` for which all of the words of `only` stand in the path.

    `code` is the name of an errno, `at` the number of the first call that is refused (from 1), `lasting` whether all
    later ones are too. `stall` is in seconds, for each sync. `count` is the number of calls so far.
    """

    folder: str
    code: str = "ENOSPC"
    at: int = 1
    lasting: bool = True
    only: str = ""
    stall: float = 0.0
    count: int = field(default=0, compare=False)

    def environ(self) -> dict[str, str]:
        """The environment in which a command has this fault."""
        return {VARIABLE: json.dumps(asdict(self))}

    def meet(self, path: Any, *, sync: bool = False) -> None:
        """Count a call that changes `path`, and refuse it where its number says so."""
        name = str(Path(os.fsdecode(path)).absolute()) if isinstance(path, str | bytes | os.PathLike) else ""
        if not name.startswith(self.folder) or self.only not in name:
            return
        self.count += 1
        if sync and self.stall:
            time.sleep(self.stall)
        if self.at and (self.count >= self.at if self.lasting else self.count == self.at):
            number = getattr(errno, self.code)
            raise OSError(number, os.strerror(number), name)


class _Written:
    """A file of which each write is counted."""

    def __init__(self, file: Any, path: Any, fault: Fault) -> None:
        self._file, self._path, self._fault = file, path, fault

    def write(self, data: Any) -> Any:
        self._fault.meet(self._path)
        return self._file.write(data)

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def refusing(fault: Fault) -> Iterator[Fault]:
    """This process has the fault for the block."""
    before = (io.open, builtins.open, os.fsync, os.replace, os.rename, os.mkdir)
    real_open, _, real_fsync, real_replace, real_rename, real_mkdir = before

    def opened(file: Any, mode: str = "r", *args: Any, **given: Any) -> Any:
        if not isinstance(file, int) and set(mode) & set("wxa+"):
            fault.meet(file)
            return _Written(real_open(file, mode, *args, **given), file, fault)
        return real_open(file, mode, *args, **given)

    def fsync(handle: Any) -> None:
        number = handle if isinstance(handle, int) else handle.fileno()
        fault.meet(Path(f"/proc/self/fd/{number}").readlink(), sync=True)
        real_fsync(handle)

    def replaced(source: Any, target: Any, **given: Any) -> None:
        fault.meet(target)
        real_replace(source, target, **given)

    def renamed(source: Any, target: Any, **given: Any) -> None:
        fault.meet(target)
        real_rename(source, target, **given)

    def made(path: Any, *args: Any, **given: Any) -> None:
        if not Path(path).is_dir():
            fault.meet(path)
        real_mkdir(path, *args, **given)

    io.open = builtins.open = opened  # type: ignore[assignment]
    os.fsync, os.replace, os.rename, os.mkdir = fsync, replaced, renamed, made  # type: ignore[assignment]
    try:
        yield fault
    finally:
        io.open, builtins.open, os.fsync, os.replace, os.rename, os.mkdir = before  # type: ignore[assignment]


if given := os.environ.get(VARIABLE):
    for_good = refusing(Fault(**json.loads(given)))  # by a name: what nothing refers to ends at once
    for_good.__enter__()

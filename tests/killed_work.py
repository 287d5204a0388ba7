"""Kills runs and loads at random moments, and says what became of the lake."""

import hashlib
import importlib
import multiprocessing
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import psutil

from tasks.load.clean import find_interrupted, remove
from tasks.load.lake import Lake

ROOT: Final = Path(__file__).resolve().parents[1]
MARK: Final = "DOTTEREL_TEST_MARK"
"""An environment variable that all processes of a run inherit, also those that leave its session and group."""
PATIENCE: Final = 900.0
"""Seconds that a run may take on a busy machine."""
GONE: Final = 30.0
"""Seconds after which no process of a killed run may be there; Prefect's server needs some to end."""

Contents = dict[str, str]
Work = tuple[str, tuple[Any, ...]]
"""A piece of loading: `module:function`, and its arguments."""


def contents(lake: Path) -> Contents:
    """The SHA-256 of every file of a lake outside `runs`, by its place."""
    return {
        str(path.relative_to(lake)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(lake.rglob("*"))
        if path.is_file() and path.relative_to(lake).parts[0] != "runs"
    }


def difference(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def processes(mark: str) -> list[psutil.Process]:
    """All processes that bear a mark, whatever their session and group."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def workers(mark: str) -> list[psutil.Process]:
    """Those of them that are worker processes."""
    return [process for process in processes(mark) if "spawn_main" in " ".join(_command(process))]


def left_over(mark: str) -> list[str]:
    """The commands of the processes that are still there GONE seconds after a kill."""
    until = time.monotonic() + GONE
    while (found := processes(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    return [" ".join(_command(process))[:200] for process in found]


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def start(commands: Sequence[Sequence[str | Path]], mark: str, **environ: str) -> "subprocess.Popen[bytes]":
    """Run `dotterel` with these words, one command after the other, in a session and group of their own."""
    lines = [[sys.executable, "-m", "flows.cli", *map(str, words), "--quiet"] for words in commands]
    program = "import subprocess, sys; sys.exit(max(subprocess.call(line) for line in " + repr(lines) + "))"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, MARK: mark, **environ},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


@dataclass
class Cut:
    """How a run was cut off: seconds after its first coded batch, what was killed, and what was left of it."""

    moment: float
    killed: str
    status: int
    in_lake: int
    temporary: int
    stray: list[str] = field(default_factory=list)


def cut_off(
    commands: Sequence[Sequence[str | Path]], lake: Path, random: Random, span: float, *, one_worker: bool = False
) -> Cut:
    """Start a run and kill it (the group of its processes, or one worker) up to `span` seconds after its first batch.

    `killed` is `nothing` where it had ended before.
    """
    mark = secrets.token_hex(8)
    moment = random.uniform(0, span)
    process = start(commands, mark)
    until = time.monotonic() + PATIENCE
    coded = lake / "staging" / "coded"
    while not any(path.suffix != ".tmp" for path in coded.glob("*/*")):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the run coded no batch (status {process.poll()})")
        time.sleep(0.005)
    time.sleep(moment)
    killed = "nothing"
    if process.poll() is None:
        victims = sorted(workers(mark), key=lambda worker: worker.pid) if one_worker else []
        if victims:
            killed = "a worker"
            random.choice(victims).kill()
        else:
            killed = "the group"
            os.killpg(process.pid, signal.SIGKILL)
    status = process.wait(PATIENCE)
    stray = left_over(mark)
    temporary = len(find_interrupted(Lake(lake)))
    return Cut(moment, killed, status, len(Lake(lake).partitions()), temporary, stray)


@dataclass
class KilledLoads:
    """What became of loads that were killed: `mixed` of them left some partitions old and others new."""

    kills: int = 0
    mixed: int = 0
    temporary: int = 0
    partitions: int = 0
    wrong: list[str] = field(default_factory=list)


def killed_loads(
    lake: Path, old: Sequence[Work], new: Sequence[Work], kills: int, random: Random, each: Callable[[], None]
) -> KilledLoads:
    """Kill a process that writes `old` and `new` in turn, again and again, and write `new` to its end after each kill.

    After a kill each partition must have the bytes of one of the two, and at the end those of `new`.
    """
    result = KilledLoads()
    _do(old)
    as_old = contents(lake)
    _do(new)
    as_new = contents(lake)
    result.partitions = sum(name.endswith(".parquet") and not name.startswith("staging/") for name in as_new)
    if not difference(as_old, as_new):
        result.wrong.append("old and new are the same, so this shows nothing")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.partition(":")[0] for work in sorted({work for work, _ in (*old, *new)})])
    for number in range(kills):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_over_and_over, args=(theirs, old, new), daemon=True)
        child.start()
        theirs.close()
        time.sleep(random.uniform(0, ours.recv()))
        child.kill()
        child.join()
        found = contents(lake)
        torn = [
            name for name in found if not name.endswith(".tmp") and found[name] not in _either(name, as_old, as_new)
        ]
        missing = [name for name in as_new if name not in found]
        result.wrong += [f"kill {number}: {name} is neither old nor new" for name in torn]
        result.wrong += [f"kill {number}: {name} is missing" for name in missing]
        result.temporary += sum(name.endswith(".tmp") for name in found)
        kept = {name: digest for name, digest in found.items() if not name.endswith(".tmp")}
        result.mixed += kept not in (as_old, as_new)
        remove(find_interrupted(Lake(lake)))
        _do(new)
        result.wrong += [f"kill {number}: {name} differs at the end" for name in difference(contents(lake), as_new)]
        result.kills += 1
        each()
    return result


def _either(name: str, *choices: Mapping[str, str]) -> set[str | None]:
    return {choice.get(name) for choice in choices}


def _do(works: Sequence[Work]) -> None:
    for work, args in works:
        module, _, name = work.partition(":")
        getattr(importlib.import_module(module), name)(*args)


def _over_and_over(ready: Any, old: Sequence[Work], new: Sequence[Work]) -> None:
    """Write one and the other for ever; after the first time, say how many seconds both take."""
    began = time.monotonic()
    _do(old)
    ready.send(2 * (time.monotonic() - began))
    while True:
        _do(new)
        _do(old)

"""Keeps worker processes and hands them work, so that batches use every core and a crash costs one batch only.

Work is named as `module:function`, which only the worker imports: the process that hands it out stays small. Each
worker has a pipe of its own, so when one dies it is known what it had in hand; it is replaced when there is more to
do. A worker whose parent is gone ends at once, whatever it has in hand; until then it holds the lock of the run.
"""

import ctypes
import gc
import importlib
import os
import queue
import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.reduction import DupFd
from typing import Any, Final, Protocol

from tasks.errors import DotterelError
from tasks.transient import system_error

NEW_OBJECTS: Final = 10_000
"""New objects after which Python looks for rings of them: at its own 700, that is a sixth of what loading a coder
takes, and 5 percent of coding (measured 2026-11)."""
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
"""Parameters of `mallopt` (malloc.h of the GNU C library)."""
_LARGE: Final = 32 << 20
"""Bytes from which a piece of memory is asked of the system by itself, and given back; glibc allows no more."""
_FREE: Final = 512 << 20
"""Bytes of free memory that a worker keeps: work comes in batches, and each would ask for the same pages anew."""
_PATIENCE: Final = 5.0
"""Seconds in which a process that has closed its pipe is given time to end by itself."""


class WorkFailed(DotterelError):
    """The work raised an error; `trace` is its traceback. Its `__cause__` is what the system refused, if anything."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace


class WorkerDied(DotterelError):
    """The worker process ended before its work was done: out of memory, killed, or crashed in a library."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """An error on its way back: as text, since not every exception survives being pickled."""

    message: str
    trace: str
    errno: int | None
    strerror: str


@dataclass(frozen=True, slots=True)
class _Inherited:
    """A handle of this process that a worker gets too when it starts, and keeps open as long as it lives."""

    handle: int

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (DupFd(self.handle),)


def _opened(given: Any) -> _Inherited:
    return _Inherited(given.detach())


class Workers:
    """Up to `processes` worker processes, each started when it is first needed. Safe to use from several threads.

    `lock` is a handle that every worker is to inherit: what it locks stays locked until the last of them is gone.
    """

    def __init__(self, processes: int, lock: int | None = None) -> None:
        self._lock_of_run = None if lock is None else _Inherited(lock)
        # Last in, first out: little work keeps to few workers, which have their models in memory already.
        self._free: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(max(1, processes)):
            self._free.put(None)
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    @property
    def started(self) -> int:
        """How many worker processes there are now."""
        return len(self._all)

    def call(self, work: str, *args: Any) -> Any:
        """Do `work` (`module:function`) with `args` in a worker and give its result; waits until a worker is free.

        Arguments and results must be picklable. Raises WorkFailed for an error of the work, WorkerDied.
        """
        worker = self._free.get()
        try:
            if worker is None or not worker.is_alive():
                self._drop(worker)
                worker = self._start()
            answer = worker.do(work, args)
        except (EOFError, OSError):
            status = self._drop(worker)
            worker = None
            raise WorkerDied(f"the worker process ended before its work was done ({status})") from None
        finally:
            self._free.put(worker)
        return result_of(answer)

    def close(self) -> None:
        """End all workers at once; work in hand is lost, and further calls raise WorkerDied."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            worker.kill()

    def _start(self) -> "_Worker":
        with self._lock:
            if self._closed:
                raise WorkerDied("the run is ending")
            worker = _Worker(self._lock_of_run)
            self._all.add(worker)
        return worker

    def _drop(self, worker: "_Worker | None") -> str:
        if worker is None:
            return "it never began"
        with self._lock:
            self._all.discard(worker)
        return worker.end()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, lock: _Inherited | None) -> None:
        context = get_context("spawn")  # a fork of a process with threads may hang
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, lock), name="dotterel-worker", daemon=True)
        # Ctrl-C reaches every process of a terminal; the run decides what becomes of its workers. The tracker that
        # spawning brings along would unblock the signal, so it comes first.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()

    def kill(self) -> None:
        # The pipe stays open: a thread may be waiting at it, and learns from its end that the worker is gone.
        self._process.kill()
        self._process.join()

    def is_alive(self) -> bool:
        return self._process.is_alive()

    def do(self, work: str, args: tuple[Any, ...]) -> Any:
        self._pipe.send((work, args))
        return self._pipe.recv()

    def end(self) -> str:
        """Say how the process ended; one that lives on without its pipe is killed."""
        self._process.join(_PATIENCE)
        self._process.kill()
        self._process.join()
        self._pipe.close()
        code = self._process.exitcode or 0
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _work(pipe: Connection, lock: _Inherited | None) -> None:
    """What a worker process does: one piece of work after the other, until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(NEW_OBJECTS)
    _keep_memory()
    while True:
        try:
            work, args = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(done_or_failure(work, args))
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001 - a result that cannot be sent; the parent reports it
            pipe.send(_failure(error))


def _keep_memory() -> None:
    """Let the GNU C library keep freed memory, a tenth of the time of loading GDELT; others do as they like."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _FREE)


def done_or_failure(work: str, args: tuple[Any, ...]) -> Any:
    """The result of a piece of work, or its failure in a form that can travel; see `result_of`."""
    try:
        return _do(work, args)
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent reports it and the worker goes on
        return _failure(error)


def result_of(answer: Any) -> Any:
    """What `done_or_failure` answered, as a result. Raises WorkFailed for a failure."""
    if isinstance(answer, _Failure):
        failed = WorkFailed(answer.message, answer.trace)
        raise failed from (OSError(answer.errno, answer.strerror) if answer.errno is not None else None)
    return answer


def _end_with_parent() -> None:
    """Nobody waits for the work in hand of a run that was killed, and written late it could undo that of the next."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(work: str, args: tuple[Any, ...]) -> Any:
    module, _, name = work.partition(":")
    return getattr(importlib.import_module(module), name)(*args)


def _failure(error: Exception) -> _Failure:
    if isinstance(error, DotterelError):
        message = str(error)
    else:
        frames = traceback.extract_tb(error.__traceback__)
        place = f" in {frames[-1].name}, {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        message = f"{type(error).__name__}: {error}{place}"
    refused = system_error(error)
    return _Failure(
        message=message,
        trace="".join(traceback.format_exception(error)),
        errno=refused.errno if refused else None,
        strerror=(refused.strerror or "") if refused else "",
    )


class Hands(Protocol):
    """Who does work: processes of this machine, or a cluster."""

    def call(self, work: str, *args: Any) -> Any:
        """Do `work` (`module:function`) with `args` and give its result."""

    def close(self) -> None:
        """Let go of them; work in hand is lost."""


_here: Hands | None = None
_anywhere: Hands | None = None


@contextmanager
def worker_processes(processes: int, lock: int | None = None, cluster: str = "") -> Iterator[Workers]:
    """Let `in_worker` use up to `processes` worker processes, which inherit the handle `lock`.

    With the address of a Dask scheduler as `cluster`, `anywhere` uses its workers. All end with the block, also when it
    is interrupted; a cluster only lets go of the work. Raises ConfigError where no cluster answers.
    """
    global _here, _anywhere  # one run a process, and its tasks run in threads of this process
    workers = Workers(processes, lock)
    with ExitStack() as open_ones:
        open_ones.callback(workers.close)
        _here = _anywhere = workers
        if cluster:
            from tasks.cluster import Cluster

            _anywhere = Cluster(cluster)
            open_ones.callback(_anywhere.close)
        yield workers


def in_worker(work: str, *args: Any) -> Any:
    """Do `work` in a worker process of this run; where none was opened, right here.

    What replaces files of the lake is done so: a worker of a cluster may live on when its run was killed, and write
    late.
    """
    return _do(work, args) if _here is None else _here.call(work, *args)


def anywhere(work: str, *args: Any) -> Any:
    """Do `work` on the cluster of this run, and without one as `in_worker` does: work whose files nothing replaces."""
    return _do(work, args) if _anywhere is None else _anywhere.call(work, *args)

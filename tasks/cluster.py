"""Hands work to the workers of a Dask cluster: the same work, by the same names, as `tasks.workers` hands to processes.

Each worker does one piece of work at a time, however many threads it was given: the parser is not made for threads.
"""

import threading
from typing import Any, Final

from tasks.errors import ConfigError
from tasks.workers import WorkerDied, WorkFailed, done_or_failure, result_of

_one_at_a_time: Final = threading.Lock()
"""Of a worker process: held while it works."""
PATIENCE = 10.0
"""Seconds in which the scheduler must answer."""
_TRIES: Final = 2
"""How often a piece of work is handed to another worker when one dies of it, before it counts as failed."""


class Cluster:
    """The workers of a running Dask scheduler. Safe to use from several threads."""

    def __init__(self, address: str) -> None:
        """Connect. Raises ConfigError where the libraries are not installed, or nothing answers at the address."""
        try:
            from distributed import Client
        except ImportError:
            raise ConfigError("A Dask cluster needs more libraries: pip install 'dotterel[dask]'.") from None
        try:
            self._client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ConfigError(f"Setting 'cluster': no Dask scheduler answers at '{address}' ({error}).") from None

    def call(self, work: str, *args: Any) -> Any:
        """Do `work` (`module:function`) with `args` on a worker and give its result. Raises WorkFailed, WorkerDied."""
        from distributed import CancelledError, KilledWorker

        future = self._client.submit(_work, work, args, pure=False, retries=_TRIES)
        try:
            answer = future.result()
        except (KilledWorker, CancelledError, OSError) as error:
            raise WorkerDied(f"the cluster lost its work ({error})") from None
        except Exception as error:
            raise WorkFailed(f"a worker of the cluster cannot do it ({type(error).__name__}: {error})") from error
        return result_of(answer)

    def close(self) -> None:
        """Leave the cluster; work in hand is cancelled."""
        self._client.close()


def _work(work: str, args: tuple[Any, ...]) -> Any:
    """What a worker does with one piece of work."""
    with _one_at_a_time:
        return done_or_failure(work, args)

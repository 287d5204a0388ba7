"""Runs a Prefect server on this machine for as long as it is needed, where none is configured.

Prefect's own temporary server has no scheduler, dies of the terminal's Ctrl-C before the run that needs it, and
outlives a killed run (tried 2026-11). This one has none of that: it is a whole server on a free port, out of reach of
the terminal, and ends when the process that started it does, however that ended.
"""

import gc
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.request import urlopen

from tasks.errors import DotterelError

START: Final = 180.0
"""Seconds that the server may take to start; the first time it makes its database (14 s on two cores)."""
STOP: Final = 5.0
"""Seconds that it may take to end before it is killed."""


class PrefectServer:
    """A server that is starting; `wait` until it answers at `url`."""

    def __init__(self, *, schedules: bool) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}/api"
        services = [] if schedules else ["--no-services"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.prefect_server", "--host", "127.0.0.1", "--port", str(port), *services],
            stdin=subprocess.PIPE,  # its end tells the server that we are gone
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Wait until the server answers. Raises DotterelError when it does not."""
        until = time.monotonic() + START
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise DotterelError(f"Prefect's server ended at once (exit status {self._process.returncode}).")
            try:
                with urlopen(f"{self.url}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise DotterelError(f"Prefect's server did not answer within {START:.0f} seconds.")

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def prefect_server(*, schedules: bool = False) -> Iterator[PrefectServer | None]:
    """A server for the block, which may still be starting; None where one is configured. `schedules`: it keeps some.

    Inside the block Prefect uses it, and so do processes started from there.
    """
    # The server needs 4 s, most of them to import itself, and learning whether one is configured needs 1 s of importing
    # here (measured 2026-11): it starts first, and ends again where it is not needed.
    if os.environ.get("PREFECT_API_URL"):  # as in a process that a worker of a work pool started
        yield None
        return
    server = PrefectServer(schedules=schedules)
    try:
        # Imported here also since the server's own process comes through this module.
        from prefect.settings import PREFECT_API_URL, temporary_settings

        if PREFECT_API_URL.value():
            server.stop()
            yield None
            return
        with temporary_settings({PREFECT_API_URL: server.url}):
            yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000)  # importing Prefect's server makes few rings, and looking for them takes .5 s of 3.2
    sys.argv = ["prefect", "server", "start", "--no-ui", *sys.argv[1:]]
    runpy.run_module("prefect", run_name="__main__")

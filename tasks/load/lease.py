"""A lock on S3-compatible storage: one object, written only where none is, renewed as long as its holder lives.

No clocks are compared. Who waits looks at the object again and again, and takes it over when it has not been renewed
for LEASE seconds by their own clock. Every write is conditional (If-None-Match, If-Match), so that of two who try one
succeeds.
"""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from tasks.errors import LakeError
from tasks.load.parquet_files import writing

LEASE: Final = 60.0
"""Seconds without a renewal after which a holder is taken for dead: six renewals that all failed."""
RENEWAL: Final = 10.0
"""Seconds between two renewals, and between two looks of one who waits, at most."""


@contextmanager
def lease(place: Any, waiting: Callable[[], None], *, lease_time: float = LEASE) -> Iterator[None]:
    """Hold the object at `place` (a UPath) for the block; where another holds it, call `waiting` once and wait.

    Raises LakeError where the storage cannot be reached, and at the end of the block where the lease was lost in it:
    another run may have written too. What it wrote is right, as each partition is written whole, and the next run
    brings together what both read.
    """
    held = _Lease(place, lease_time)
    with writing(place):
        held.take(waiting)
    renewing = threading.Thread(target=held.renew, name="dotterel-lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        held.ended.set()
        renewing.join()
        held.free()
    if held.lost:
        raise LakeError(f"{place}: another run took the lake over, since this one could not reach it; run it again.")


class _Lease:
    def __init__(self, place: Any, lease_time: float) -> None:
        self._fs, self._path = place.fs, place.path
        self._lease_time = lease_time
        self._pause = min(RENEWAL, lease_time / 6)
        self._holder = f"{socket.gethostname()} {secrets.token_hex(8)}"
        self._number = 0
        self._tag = ""
        self.ended = threading.Event()
        self.lost = False

    def take(self, waiting: Callable[[], None]) -> None:
        """Wait until the object is ours."""
        if self._put(IfNoneMatch="*"):
            return
        waiting()
        seen, since = "", time.monotonic()
        while True:
            tag = self._look()
            if not tag and self._put(IfNoneMatch="*"):
                return
            if tag != seen:
                seen, since = tag, time.monotonic()
            elif tag and time.monotonic() - since > self._lease_time and self._put(IfMatch=tag):
                return
            time.sleep(min(1.0, self._pause))

    def renew(self) -> None:
        """Renew it until the end; when another has it, it is lost."""
        last = time.monotonic()
        while not self.ended.wait(self._pause):
            try:
                if not self._put(IfMatch=self._tag):
                    self.lost = True
                    return
                last = time.monotonic()
            except Exception:  # noqa: BLE001 - whatever keeps us from the storage; the next renewal may reach it
                if time.monotonic() - last > self._lease_time:
                    self.lost = True
                    return

    def free(self) -> None:
        """Remove it, unless another has it; one that cannot be removed is free after the lease."""
        try:
            if not self.lost and self._look() == self._tag:
                self._fs.rm_file(self._path)
        except Exception:  # noqa: BLE001, S110 - the run is over; what stays is taken over after the lease
            pass

    def _put(self, **condition: str) -> bool:
        """Write the object under a condition; whether it held."""
        self._number += 1
        bucket, key, _ = self._fs.split_path(self._path)
        body = json.dumps({"holder": self._holder, "renewal": self._number}).encode()
        try:
            answer = self._fs.call_s3("put_object", Bucket=bucket, Key=key, Body=body, **condition)
        except OSError as error:
            if _is_refused_condition(error):
                return False
            raise LakeError(f"s3://{self._path}: cannot be written ({error}).") from error
        self._tag = answer["ETag"]
        return True

    def _look(self) -> str:
        """The tag of the object that is there, or nothing."""
        try:
            self._fs.invalidate_cache(self._path)
            return str(self._fs.info(self._path, refresh=True)["ETag"])
        except FileNotFoundError:
            return ""


def _is_refused_condition(error: OSError) -> bool:
    """Whether storage answered 412 (the condition does not hold) or 409 (another is writing at this moment)."""
    cause = error.__cause__ or error
    answer = getattr(cause, "response", {}) or {}
    return answer.get("ResponseMetadata", {}).get("HTTPStatusCode") in (409, 412, 404) or isinstance(
        error, FileExistsError
    )

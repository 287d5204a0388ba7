"""Shows how far a run is: a bar for a person at a terminal, lines in a log, nothing where nobody asked.

A line in a log is one event: the time in UTC and words, or an object of JSON with `at`, `event` and what belongs to it.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import IO, Any, Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

_EVERY: Final = 20.0
"""Seconds between two plain lines of one stage."""


class Progress(Protocol):
    """Somebody who watches a run."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """A stage begins; `total` is how many steps it has, None where that is not known."""

    def advance(self) -> None:
        """A step of the stage is done."""

    def say(self, text: str) -> None:
        """Something that the watcher should know."""


class Silent:
    """Nobody watches."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self) -> None:
        """Nothing."""

    def say(self, text: str) -> None:
        """Nothing."""


class Plain:
    """Plain lines: one when a stage begins, and one now and then while it lasts."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._stage, self._total, self._done, self._last = "", 0, 0, 0.0

    def begin(self, stage: str, total: int | None = None) -> None:
        """Say it."""
        self._stage, self._total, self._done, self._last = stage, total or 0, 0, time.monotonic()
        self.say(f"{stage}: {total:,}" if total else f"{stage} ...")

    def advance(self) -> None:
        """Say it when the last line is some time ago."""
        self._done += 1
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self.say(f"{self._stage}: {self._done:,} of {self._total:,} done")

    def say(self, text: str) -> None:
        """Say it."""
        self._stream.write(f"{datetime.now(UTC):%H:%M:%S} {text}\n")
        self._stream.flush()


class JsonLines(Plain):
    """The same as objects of JSON, one a line."""

    def begin(self, stage: str, total: int | None = None) -> None:
        """An event `stage`, with `total` where it is known."""
        self._stage, self._total, self._done, self._last = stage, total or 0, 0, time.monotonic()
        self.event("stage", stage=stage, total=total)

    def advance(self) -> None:
        """An event `progress` when the last line is some time ago."""
        self._done += 1
        if time.monotonic() - self._last > _EVERY:
            self._last = time.monotonic()
            self.event("progress", stage=self._stage, done=self._done, total=self._total)

    def say(self, text: str) -> None:
        """An event `note`."""
        self.event("note", text=text)

    def event(self, name: str, **given: Any) -> None:
        """Any event."""
        self._stream.write(json_line(name, **given))
        self._stream.flush()


def json_line(event: str, **given: Any) -> str:
    """One event as a line of JSON, with the time; what is None is left out."""
    told = {"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", "event": event}
    told |= {name: value for name, value in given.items() if value is not None}
    return json.dumps(told, ensure_ascii=False) + "\n"


class Bar:
    """A bar a stage, at a terminal."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._task = progress.add_task("starting", total=None)

    def begin(self, stage: str, total: int | None = None) -> None:
        """Start the bar of a stage; the one before is full."""
        self._progress.remove_task(self._task)
        self._task = self._progress.add_task(stage, total=total)

    def advance(self) -> None:
        """Move the bar."""
        self._progress.advance(self._task)

    def say(self, text: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(text, highlight=False, markup=False)


_watching: ContextVar[Progress] = ContextVar("watching", default=Silent())  # noqa: B039 - it has no state


def progress() -> Progress:
    """Who watches the run under way."""
    return _watching.get()


@contextmanager
def showing(*, quiet: bool = False, log_format: str = "text") -> Iterator[None]:
    """Show the progress of what runs inside the block on stderr, unless `quiet`; `log_format` is text or json."""
    if quiet:
        yield
    elif log_format == "json":
        with _watched_by(JsonLines(sys.stderr)):
            yield
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar, _watched_by(Bar(bar)):
            yield
    else:
        with _watched_by(Plain(sys.stderr)):
            yield


@contextmanager
def _watched_by(watcher: Progress) -> Iterator[None]:
    token = _watching.set(watcher)
    try:
        yield
    finally:
        _watching.reset(token)

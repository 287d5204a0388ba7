"""How hosts are asked: how often, how long, how much, and under which name."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Final, Self

from tasks.settings import Settings

ROBOT: Final = "dotterel"
"""The name under which robots.txt can speak of us."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Manners:
    """Limits of time are in seconds, of size in bytes as they come over the wire.

    `read_seconds` is the longest silence, `whole_seconds` all of one answer from the connection on. Between two
    requests to one host lie `seconds_between`, or more where its robots.txt asks for it, up to `longest_wait`. What
    may pass by itself is tried `tries` times in all, after pauses that double from `first_pause` on; a host that asks
    us to stay away for longer than `longest_wait` is left for the next run.
    """

    user_agent: str = ROBOT
    seconds_between: float = 1.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    whole_seconds: float = 120.0
    max_bytes: int = 50_000_000
    tries: int = 4
    first_pause: float = 1.0
    longest_wait: float = 60.0
    max_redirects: int = 10  # as browsers and RFC 9309 have it, give or take
    max_links: int = 500  # of one feed: the largest real one seen has 250 items
    at_once: int = 16  # hosts side by side
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = field(default=random.random)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The manners that the settings ask for."""
        return cls(
            user_agent=user_agent(settings.contact),
            seconds_between=settings.fetch_interval,
            whole_seconds=settings.fetch_timeout,
            max_bytes=settings.max_fetch_bytes,
        )

    def pause(self, attempt: int) -> float:
        """Seconds to wait after the failed attempt of this number (from 0): half fixed, half by chance."""
        return min(self.first_pause * 2.0**attempt, self.longest_wait) * (0.5 + 0.5 * self.jitter())


def user_agent(contact: str) -> str:
    """`dotterel/0.1.0 (reads news for research; desk@example.org)`."""
    try:
        number = version("dotterel")
    except PackageNotFoundError:
        number = "unknown"
    return f"{ROBOT}/{number} (reads news for research{f'; {contact}' if contact else ''})"

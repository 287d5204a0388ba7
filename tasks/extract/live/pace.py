"""Keeps to the pace of each host: one request at a time, with a pause before the next one."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tasks.extract.live.manners import Manners


@dataclass
class _Host:
    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    seconds_between: float = 0.0
    not_before: float = 0.0


class Pace:
    """The turns of all hosts of one run, whichever source asks them. Hosts are asked side by side."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._seats = asyncio.Semaphore(manners.at_once)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait until a host may be asked, and hold it while it answers."""
        host = self._hosts[name]
        clock = asyncio.get_running_loop().time
        async with host.free:
            if (wait := host.not_before - clock()) > 0:
                await self._manners.sleep(wait)
            try:
                async with self._seats:
                    yield
            finally:
                wait = max(host.seconds_between, self._manners.seconds_between)
                host.not_before = max(host.not_before, clock() + wait)

    def rest(self, name: str, seconds: float) -> None:
        """Ask a host for nothing in the next seconds, since it said so."""
        host = self._hosts[name]
        host.not_before = max(host.not_before, asyncio.get_running_loop().time() + seconds)

    def slow(self, name: str, seconds: float) -> None:
        """Leave at least these seconds between two requests to a host, within reason."""
        self._hosts[name].seconds_between = min(seconds, self._manners.longest_wait)

"""Asks robots.txt whether a page may be fetched (RFC 9309), once for each host and run."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import httpx
from protego import Protego

from tasks.extract.live.http_get import Asker, FetchError, origin
from tasks.extract.live.manners import ROBOT
from tasks.extract.live.pace import Pace

_MOST: Final = 512_000
"""Bytes of a robots.txt that are read: RFC 9309 (2.5) asks for at least 500 kibibytes."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a page is not to be fetched, or an empty text; `is_fault`: for want of an answer, not by the host's wish."""

    why: str = ""
    is_fault: bool = False


class Robots:
    """What the hosts of one run allow."""

    def __init__(self, asker: Asker, pace: Pace) -> None:
        self._asker = asker
        self._pace = pace
        self._rules: dict[tuple[str, bool], asyncio.Task[Protego | Verdict]] = {}

    async def verdict(self, url: str, own: Collection[str]) -> Verdict:
        """Whether a page may be fetched. Raises FetchError where `url` is no web address."""
        where = origin(url)
        key = (where, where in own)  # a host of the local network is asked for those who named it only
        if key not in self._rules:
            self._rules[key] = asyncio.create_task(self._ask(where, own))
        rules = await self._rules[key]
        if isinstance(rules, Verdict):
            return rules
        return Verdict() if rules.can_fetch(url, ROBOT) else Verdict(f"the robots.txt of {_host(where)} forbids it")

    async def _ask(self, where: str, own: Collection[str]) -> Protego | Verdict:
        try:
            answer = await self._asker.get(f"{where}/robots.txt", own)
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Verdict()
            return Verdict(f"the robots.txt of {_host(where)} is needed first: {error}", is_fault=True)
        rules = Protego.parse(answer.content(_MOST)[:_MOST].decode("utf-8", "replace"))
        if delay := rules.crawl_delay(ROBOT):
            self._pace.slow(_host(where), float(delay))
        return rules


def _host(where: str) -> str:
    return httpx.URL(where).host

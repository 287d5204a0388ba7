"""Fetches the addresses of live sources, and keeps each response that is new as a raw file."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tasks.errors import DotterelError
from tasks.extract.live.feed_links import is_page, links
from tasks.extract.live.http_get import NOT_MODIFIED, Asker, FetchError, client, origin
from tasks.extract.live.kept_responses import KeptResponses
from tasks.extract.live.manners import Manners
from tasks.extract.live.pace import Pace
from tasks.extract.live.robots import Robots
from tasks.settings import Settings, Source


@dataclass(frozen=True, slots=True, order=True)
class Fetched:
    """What came of one address: `kept`; `unchanged`; `failed`; or `left` alone because its host wishes so.

    `why` says so in words for the last two. `moved_to` is where the host says that the address has gone for good.
    """

    source: str
    address: str
    outcome: Literal["kept", "unchanged", "failed", "left"]
    why: str = ""
    moved_to: str = ""


def fetch(
    sources: Sequence[Source],
    settings: Settings,
    manners: Manners | None = None,
    each: Callable[[], None] = lambda: None,
) -> list[Fetched]:
    """Ask for all addresses of these sources, hosts side by side, and say what came of each, sorted by source.

    Feeds are made for machines and asked for as the user wrote them; robots.txt decides on pages: on those that items
    of a feed link to (`follow`, each fetched once for good), and on addresses that are no feeds (`feed = false`). A
    page that comes from what should be a feed is kept only where robots.txt allows it. `each` is called after each
    address of a source. Never raises for a host's faults: these are outcomes, and the next run tries again.
    """
    return asyncio.run(_fetch(sources, manners or Manners.of(settings), each))


async def _fetch(sources: Sequence[Source], manners: Manners, each: Callable[[], None]) -> list[Fetched]:
    pace = Pace(manners)
    fetched: list[Fetched] = []
    async with client(manners) as web:
        asker = Asker(web, manners, pace)
        robots = Robots(asker, pace)
        async with asyncio.TaskGroup() as group:
            for source in sources:
                kept = KeptResponses(source.path, manners.max_bytes)
                visit = _Visit(source, kept, manners, asker, robots, fetched, group)
                for url in dict.fromkeys(source.urls):
                    group.create_task(visit.address(url)).add_done_callback(lambda _: each())
    return sorted(fetched)


@dataclass(frozen=True, slots=True)
class _Visit:
    """The addresses of one source and what comes of them."""

    source: Source
    kept: KeptResponses
    manners: Manners
    asker: Asker
    robots: Robots
    fetched: list[Fetched]
    group: asyncio.TaskGroup
    followed: set[str] = field(default_factory=set)

    @property
    def own(self) -> frozenset[str]:
        """What the user named, and so may lie in the local network."""
        return frozenset(origin(url) for url in self.source.urls)

    async def address(self, url: str) -> None:
        """Fetch an address that the user named, and what it links to where the source says so."""
        try:
            await self._address(url)
        except DotterelError as error:
            self._say(url, "failed", str(error))

    async def _address(self, url: str) -> None:
        if not self.source.feed and (verdict := await self.robots.verdict(url, self.own)).why:
            raise FetchError(verdict.why)
        before = self.kept.newest(url)
        conditions, of = (before.conditions, before.url) if before else ({}, "")
        response = await self.asker.get(url, self.own, conditions, of)
        if before and response.status == NOT_MODIFIED:
            content, base = before.content, before.url
            self._say(url, "unchanged", moved_to=response.moved_to)
        else:
            content, base = response.content(self.manners.max_bytes), response.url
            if self.source.feed and is_page(content) and (why := (await self.robots.verdict(base, self.own)).why):
                raise FetchError(f"it is a page and no feed, and {why}")
            if before and before.content == content and len(content) < self.manners.max_bytes:
                self._say(url, "unchanged", moved_to=response.moved_to)
            else:
                self.kept.keep(url, response)
                self._say(url, "kept", moved_to=response.moved_to)
        if self.source.follow:
            self._follow(url, links(content, self.source, base))

    def _follow(self, feed: str, found: Sequence[str]) -> None:
        known = {*self.source.urls, *self.followed}  # two feeds of one source may link to the same page
        pages = [link for link in found if link not in known and not self.kept.has(link)]
        for link in pages[: self.manners.max_links]:
            self.followed.add(link)
            self.group.create_task(self.page(link))
        if (left := len(pages) - self.manners.max_links) > 0:
            self._say(feed, "left", f"{left:,} of its links are beyond the {self.manners.max_links} of one run")

    async def page(self, url: str) -> None:
        """Fetch a page that an item of a feed links to, once and for all."""
        try:
            verdict = await self.robots.verdict(url, self.own)
            if verdict.why:
                self._say(url, "failed" if verdict.is_fault else "left", verdict.why)
                return
            response = await self.asker.get(url, self.own)
            self.kept.keep(url, response)
            self._say(url, "kept")
        except DotterelError as error:
            self._say(url, "failed", str(error))

    def _say(
        self, url: str, outcome: Literal["kept", "unchanged", "failed", "left"], why: str = "", moved_to: str = ""
    ) -> None:
        self.fetched.append(Fetched(self.source.name, url, outcome, why, moved_to))

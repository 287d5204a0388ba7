"""A source, a clock and a lake for the tests that fetch from a server of their own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tasks.extract.live.fetch import Fetched, fetch
from tasks.extract.live.kept_responses import KeptResponses
from tasks.extract.live.manners import Manners
from tasks.extract.raw_files import RawFile, find
from tasks.settings import Settings, Source

NOW = datetime(2026, 11, 14, 9, 30, 5, 123456, tzinfo=UTC)
ITEM = "<item><title>{0}</title><link>{1}</link></item>"


def rss(*links: str) -> bytes:
    items = "".join(ITEM.format(f"Item {number}", link) for number, link in enumerate(links))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()


class World:
    """A lake, a clock that goes on by a minute with every answer, and sleep that only notes how long it was to be."""

    def __init__(self, lake: Path) -> None:
        self.settings = Settings(lake=lake)
        self.slept: list[float] = []
        self.answers = 0
        self.manners = Manners(
            seconds_between=0.0, read_seconds=5.0, whole_seconds=5.0, tries=3, first_pause=1.0, max_bytes=1_000_000,
            now=self._now, sleep=self._sleep, jitter=lambda: 1.0,
        )  # fmt: skip

    def source(self, *urls: str, name: str = "desk", **more: Any) -> Source:
        return Source(name, self.settings.lake / "raw" / name, urls=urls, **more)

    def fetch(self, *sources: Source, **manners: Any) -> list[Fetched]:
        return fetch(sources, self.settings, replace(self.manners, **manners))

    def one(self, source: Source, **manners: Any) -> Fetched:
        (fetched,) = self.fetch(source, **manners)
        return fetched

    def _now(self) -> datetime:
        self.answers += 1
        return NOW + timedelta(minutes=self.answers - 1)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def files(source: Source) -> list[str]:
    return [found.raw_uri for found in find(source) if isinstance(found, RawFile)]


def kept(source: Source, url: str) -> bytes:
    newest = KeptResponses(source.path, 1_000_000).newest(url)
    assert newest is not None
    return newest.content

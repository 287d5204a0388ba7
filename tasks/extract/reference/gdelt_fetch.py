"""Fetches the 15-minute exports of GDELT 2.0 over HTTP: what its lists name, what is not there yet, what is whole.

`lastupdate.txt` names the newest files, `masterfilelist.txt` (over 100 MB) all since 2015; a line is `size md5 url`.
The long list is asked for only where a range of days is wanted, or where more than a quarter of an hour was missed.
What both have said of exports is kept in `<lake>/staging/reference`, with the files that could not be had, which are
tried again.
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from tasks.errors import DotterelError
from tasks.extract.live.fetch import Fetched
from tasks.extract.live.http_get import Asker, FetchError, client, origin
from tasks.extract.live.manners import Manners
from tasks.extract.live.pace import Pace
from tasks.load.parquet_files import write_bytes
from tasks.settings import Settings, Source

DEFAULT: Final = "http://data.gdeltproject.org/gdeltv2/masterfilelist.txt"
STEP: Final = timedelta(minutes=15)
_LINE: Final = re.compile(
    r"([0-9]{1,12}) ([0-9a-f]{32}) (https?://\S+/(([0-9]{14})(?:\.translation)?\.export\.CSV\.zip))"
)
_WHOLE: Final = "# all exports that masterfilelist.txt names"
_LIST_BYTES: Final = 1 << 30
_LIST_SECONDS: Final = 1800.0


@dataclass(frozen=True, slots=True, order=True)
class Export:
    """One file that a list names. `moment` is the quarter of an hour in which its events were added."""

    moment: datetime
    name: str
    address: str
    size: int
    md5: str

    @property
    def line(self) -> str:
        """The line of the list that names it."""
        return f"{self.size} {self.md5} {self.address}"

    def path(self, folder: Path) -> Path:
        """Where it is kept."""
        return folder / f"{self.moment:%Y-%m}" / self.name


@dataclass(slots=True)
class _Known:
    """What is known of the exports: those that the lists named, whether that is all of them, and which were damaged."""

    exports: dict[str, Export]
    is_whole: bool
    again: set[str]

    @property
    def newest(self) -> datetime | None:
        return max((export.moment for export in self.exports.values()), default=None)


def exports(text: str) -> list[Export]:
    """The exports that the lines of a list name, in the order of their time; other files are passed over."""
    found = []
    for match in map(_LINE.fullmatch, map(str.strip, text.splitlines())):
        if match:
            try:
                moment = datetime.strptime(match[5], "%Y%m%d%H%M%S")
            except ValueError:
                continue
            found.append(Export(moment, match[4], match[3], int(match[1]), match[2]))
    return sorted(found)


def fetch_gdelt(
    source: Source,
    settings: Settings,
    since: date | None = None,
    until: date | None = None,
    manners: Manners | None = None,
    begin: Callable[[int], None] = lambda total: None,
    each: Callable[[], None] = lambda: None,
) -> list[Fetched]:
    """Fetch the exports from `since` to `until`, both included, that are not in the source's folder; one result each.

    Without `since`: the newest, and all since the newest one that is there. A file whose size or MD5 is not what the
    list says is not kept and is tried again by the next run. Never raises for faults of the host. `begin` is told how
    many files are asked for, `each` is called after each of them.
    """
    return asyncio.run(_Visit(source, settings, manners or Manners.of(settings), since, until, begin, each).fetch())


@dataclass
class _Visit:
    source: Source
    settings: Settings
    manners: Manners
    since: date | None
    until: date | None
    begin: Callable[[int], None]
    each: Callable[[], None]

    async def fetch(self) -> list[Fetched]:
        (master,) = self.source.urls or (DEFAULT,)
        last = master.replace("masterfilelist", "lastupdate")
        pace = Pace(self.manners)
        async with client(self.manners) as web:
            asker = Asker(web, self.manners, pace)
            of_lists = replace(self.manners, max_bytes=_LIST_BYTES, whole_seconds=_LIST_SECONDS)
            lists = Asker(web, of_lists, pace)
            known = self._known()
            address = last
            try:
                newest = await self._list(lists, last)
                if not self._is_near(known, newest):
                    address = master
                    known.exports |= {export.name: export for export in await self._list(lists, master)}
                    known.is_whole = True
                known.exports |= {export.name: export for export in newest}
            except DotterelError as error:
                return [Fetched(self.source.name, address, "failed", str(error))]
            return await self._fetch_missing(asker, known, newest, frozenset({origin(master)}))

    async def _list(self, asker: Asker, address: str) -> list[Export]:
        response = await asker.get(address, frozenset({origin(address)}))
        found = exports(response.content(_LIST_BYTES).decode("utf-8", "replace"))
        if not found:
            raise FetchError("it is no list of GDELT exports (lines of size, MD5 and address)")
        return found

    def _is_near(self, known: _Known, newest: list[Export]) -> bool:
        """Whether the long list can tell nothing that is not known already."""
        if self.since is not None and not known.is_whole:
            return False
        return known.newest is None or newest[-1].moment - known.newest <= STEP

    async def _fetch_missing(
        self, asker: Asker, known: _Known, newest: list[Export], own: frozenset[str]
    ) -> list[Fetched]:
        there = self._newest_there()
        wanted = [e for e in sorted(known.exports.values()) if self._is_wanted(e, known, newest, there)]
        missing = [export for export in wanted if not export.path(self.source.path).is_file()]
        self.begin(len(missing))
        fetched: list[Fetched] = []
        try:
            for export in missing:
                try:
                    await self._keep(asker, export, own)
                    known.again.discard(export.name)
                    fetched.append(Fetched(self.source.name, export.address, "kept"))
                except DotterelError as error:
                    known.again.add(export.name)
                    fetched.append(Fetched(self.source.name, export.address, "failed", str(error)))
                self.each()
        finally:
            self._remember(known)
        return fetched

    def _is_wanted(self, export: Export, known: _Known, newest: list[Export], there: datetime | None) -> bool:
        if export.name in known.again:
            return True
        if self.until is not None and export.moment.date() > self.until:
            return False
        if self.since is not None:
            return export.moment.date() >= self.since
        return export in newest if there is None else export.moment > there

    def _newest_there(self) -> datetime | None:
        names = (path.name[:14] for path in self.source.path.glob("*/*.export.CSV.zip"))
        last = max((name for name in names if name.isdecimal()), default="")
        return datetime.strptime(last, "%Y%m%d%H%M%S") if last else None

    async def _keep(self, asker: Asker, export: Export, own: frozenset[str]) -> None:
        response = await asker.get(export.address, own)
        body = response.body
        if len(body) != export.size:
            raise FetchError(
                f"it has {len(body):,} bytes where the list says {export.size:,}; the next run tries again"
            )
        if hashlib.md5(body, usedforsecurity=False).hexdigest() != export.md5:
            raise FetchError("its MD5 is not the one that the list says; the next run tries again")
        write_bytes(export.path(self.source.path), body)

    # --- what is remembered between runs

    @property
    def _memory(self) -> Path:
        (master,) = self.source.urls or (DEFAULT,)
        stem = master.rsplit("/", 1)[-1].removesuffix(".txt")
        return self.settings.lake / "staging" / "reference" / f"{self.source.name}-{stem}.txt"

    def _known(self) -> _Known:
        try:
            text = self._memory.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return _Known({}, is_whole=False, again=set())
        again = {line.removeprefix("# again ") for line in text.splitlines() if line.startswith("# again ")}
        return _Known({export.name: export for export in exports(text)}, text.startswith(_WHOLE), again)

    def _remember(self, known: _Known) -> None:
        lines: Iterable[str] = (
            *([_WHOLE] if known.is_whole else []),
            *(f"# again {name}" for name in sorted(known.again)),
            *(export.line for export in sorted(known.exports.values())),
        )
        write_bytes(self._memory, "".join(f"{line}\n" for line in lines).encode())

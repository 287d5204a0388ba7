"""Plans the load of news: which partitions are written from which batches, and which batches must be coded first."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tasks.contract import CODED_TABLES, CONTRACT_VERSION, UNDATED
from tasks.load.lake import Lake, Origin
from tasks.staging import Manifest, StagedBatch, Staging

NEWS_TABLES: Final = ("articles", *CODED_TABLES)
"""The tables of a news partition, in the order in which they are written: no event comes before its article."""

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


Action = Literal["new", "add", "recode", "repair", "again", "unchanged", "left"]
"""What becomes of a period.

It is written because it is `new`, got other batches (`add`), was coded by another version of the coder (`recode`),
lacks a table or has one that does not go with the others (`repair`), or has batches to be coded once more (`again`).
Otherwise it stays: `unchanged`, or `left` as another version of the coder made it.
"""


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """One news partition, in all its tables: what becomes of it, and of which batches and coder it will be.

    `batches_before` and `coder_before` say what it is made of now, both empty where it is not there. `articles` are
    those of its batches, copies in several of them counted in each; `to_code` counts the batches yet to be coded.
    """

    source: str
    period: str
    batches: tuple[str, ...]
    action: Action
    coder: str
    batches_before: tuple[str, ...] = ()
    coder_before: str = ""
    articles: int = 0
    to_code: int = 0

    @property
    def name(self) -> str:
        """`source/period`, as `dotterel backfill --only` takes it."""
        return f"{self.source}/{self.period}"

    @property
    def recoded(self) -> bool:
        """Whether another version of the coder made it before; it is coded anew as a whole then."""
        return self.coder_before not in ("", self.coder)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do. Everything in it is sorted, so that equal inputs make equal plans.

    `to_code` are the batches of `periods` that are not coded yet, or are to be coded once more. `kept` are the periods
    that stay as they are.
    """

    coder_version: str
    periods: tuple[PlannedPeriod, ...]
    to_code: tuple[str, ...]
    kept: tuple[PlannedPeriod, ...] = ()

    @property
    def recoded(self) -> tuple[PlannedPeriod, ...]:
        """The periods that a new coder version codes anew."""
        return tuple(period for period in self.periods if period.recoded)

    @property
    def unchanged(self) -> int:
        """How many periods stay as they are."""
        return len(self.kept)

    @property
    def outdated(self) -> tuple[tuple[str, str], ...]:
        """Source and period of those that stay as another coder version made them."""
        return tuple((p.source, p.period) for p in self.kept if p.action == "left")


def plan(
    manifests: Iterable[Manifest],
    lake: Lake,
    coder_version: str,
    since: date | None = None,
    until: date | None = None,
    *,
    recode: bool = False,
    again: Collection[str] = (),
    only: Collection[str] = (),
) -> Plan:
    """What is to be written for the sources of `manifests`, from `since` to `until`, both included.

    A batch is taken when any of its days lies in the range, a period when any day of its month does; what has no date
    is taken only without a range. A period keeps the batches that it has as long as a manifest of its source still
    names them: a raw file that was read anew replaces its old batches. A period is written when its batches change,
    when a table of it is missing or differs in its footer from the others, or, with `recode`, when another version
    of the coder made it. Whatever is written is written at `coder_version` as a whole; only where nothing but a table
    of an older coder's period is missing, and what that coder made is still there, the table is made of that. The
    batches of `again` are coded once more, and their periods are written whatever made them. `only` chooses among the
    periods, by their names (`source/period`).
    """
    staging = Staging(lake.root)
    by_source: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        by_source[manifest.source].append(manifest)
    planned: list[PlannedPeriod] = []
    to_code: set[str] = set()
    for source, given in sorted(by_source.items()):
        selected = _selected(given, since, until)
        named = _named([*staging.manifests(source), *given])
        there = {p.period for p in lake.partitions("articles", source)}
        for period in sorted(p for p in there | selected.keys() if in_range(p, since, until)):
            if only and f"{source}/{period}" not in only:
                continue
            origin = made_of(lake, source, period)
            kept = {batch for batch in origin.batches if batch in named} if origin else set()
            batches = tuple(sorted(kept | selected.get(period, set())))
            coder = coder_version
            if origin is None:
                action: Action = "new"
            elif origin.batches != batches:
                action = "add"
            elif not set(batches).isdisjoint(again):
                action = "again"
            elif origin.coder in ("", coder_version):
                action = "unchanged" if _complete(lake, source, period, origin) else "repair"
            elif recode:
                action = "recode"
            elif _complete(lake, source, period, origin):
                action, coder = "left", origin.coder
            elif all(staging.is_coded(origin.coder, batch) for batch in batches):
                action, coder = "repair", origin.coder
            else:
                action = "repair"
            uncoded = {b for b in batches if b in again or not staging.is_coded(coder, b)}
            if action in ("unchanged", "left"):
                uncoded = set()
            to_code |= uncoded
            planned.append(
                PlannedPeriod(
                    source,
                    period,
                    batches,
                    action,
                    coder,
                    origin.batches if origin else (),
                    origin.coder if origin else "",
                    sum(named[batch].periods.get(period, 0) for batch in batches),
                    len(uncoded),
                )
            )
    written = tuple(p for p in planned if p.action not in ("unchanged", "left"))
    stays = tuple(p for p in planned if p.action in ("unchanged", "left"))
    return Plan(coder_version, written, tuple(sorted(to_code)), stays)


def in_range(period: str, since: date | None, until: date | None) -> bool:
    """Whether any day of a month (`2023-10`) lies from `since` to `until`; a period that is no month only without."""
    if since is None and until is None:
        return True
    if period == UNDATED or not _MONTH.fullmatch(period):
        return False
    return (since is None or period >= f"{since:%Y-%m}") and (until is None or period <= f"{until:%Y-%m}")


def _selected(manifests: Sequence[Manifest], since: date | None, until: date | None) -> dict[str, set[str]]:
    """The batches of the range, a period."""
    selected: dict[str, set[str]] = defaultdict(set)
    for manifest in manifests:
        for batch in manifest.batches:
            if _overlaps(batch, since, until):
                for period, articles in batch.periods.items():
                    if articles:
                        selected[period].add(batch.batch_id)
    return selected


def _overlaps(batch: StagedBatch, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    if not batch.first_day:
        return False
    return (until is None or batch.first_day <= until.isoformat()) and (
        since is None or batch.last_day >= since.isoformat()
    )


def _named(manifests: Iterable[Manifest]) -> dict[str, StagedBatch]:
    """The batches of a source's raw files as they are read now: of one raw file the last manifest counts."""
    latest = {manifest.raw_id: manifest for manifest in manifests}
    return {batch.batch_id: batch for manifest in latest.values() for batch in manifest.batches}


def made_of(lake: Lake, source: str, period: str) -> Origin | None:
    """What made a period: the footer of its articles, or of what is there of it when they are missing or damaged."""
    for table in NEWS_TABLES:
        if origin := lake.origin(table, source, period):
            return origin
    return None


def _complete(lake: Lake, source: str, period: str, origin: Origin) -> bool:
    """Whether all tables of a period were made together, under the contract of today."""
    return origin.contract == str(CONTRACT_VERSION) and all(
        lake.origin(table, source, period) == origin for table in NEWS_TABLES
    )

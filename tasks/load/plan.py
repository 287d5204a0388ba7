"""Plans the load of news: which partitions are written from which batches, and which batches must be coded first."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tasks.contract import CODED_TABLES, CONTRACT_VERSION, UNDATED
from tasks.load.lake import Lake, Origin
from tasks.staging import Manifest, StagedBatch, Staging

NEWS_TABLES: Final = ("articles", *CODED_TABLES)
"""The tables of a news partition, in the order in which they are written: no event comes before its article."""

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """One news partition to be written, in all its tables.

    `recoded` says that it was coded by another version of the coder before and is now coded anew as a whole.
    """

    source: str
    period: str
    batches: tuple[str, ...]
    recoded: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do. Everything in it is sorted, so that equal inputs make equal plans.

    `to_code` are the batches of `periods` that are not coded at this coder version, or are to be coded once more.
    `unchanged` counts periods that stay as they are; those of them that an older coder made are in `outdated` as
    (source, period).
    """

    coder_version: str
    periods: tuple[PlannedPeriod, ...]
    to_code: tuple[str, ...]
    unchanged: int
    outdated: tuple[tuple[str, str], ...] = ()

    @property
    def recoded(self) -> tuple[PlannedPeriod, ...]:
        """The periods that a new coder version codes anew."""
        return tuple(period for period in self.periods if period.recoded)


def plan(
    manifests: Iterable[Manifest],
    lake: Lake,
    coder_version: str,
    since: date | None = None,
    until: date | None = None,
    *,
    recode: bool = False,
    again: Collection[str] = (),
) -> Plan:
    """What is to be written for the sources of `manifests`, from `since` to `until`, both included.

    A batch is taken when any of its days lies in the range, a period when any day of its month does; what has no date
    is taken only without a range. A period keeps the batches that it has as long as a manifest of its source still
    names them: a raw file that was read anew replaces its old batches. A period is written when its batches change,
    when a table of it is missing or differs in its footer from the others, or, with `recode`, when another version
    of the coder made it. Whatever is written is written at `coder_version` as a whole. The batches of `again` are coded
    once more, and their periods are written whatever made them.
    """
    staging = Staging(lake.root)
    by_source: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in manifests:
        by_source[manifest.source].append(manifest)
    periods: list[PlannedPeriod] = []
    outdated: list[tuple[str, str]] = []
    unchanged = 0
    for source, given in sorted(by_source.items()):
        selected = _selected(given, since, until)
        named = _named([*staging.manifests(source), *given])
        there = {p.period for p in lake.partitions("articles", source)}
        for period in sorted(p for p in there | selected.keys() if in_range(p, since, until)):
            origin = _origin(lake, source, period)
            kept = {batch for batch in origin.batches if batch in named} if origin else set()
            batches = kept | selected.get(period, set())
            older = origin is not None and origin.coder not in ("", coder_version)
            ids = tuple(sorted(batches))
            same = origin is not None and origin.batches == ids and _complete(lake, source, period, origin)
            if not same or (older and recode) or not batches.isdisjoint(again):
                periods.append(PlannedPeriod(source, period, ids, recoded=older))
                continue
            unchanged += 1
            if older:
                outdated.append((source, period))
    to_code = {batch for period in periods for batch in period.batches}
    left = (batch for batch in to_code if batch in again or not staging.is_coded(coder_version, batch))
    return Plan(coder_version, tuple(periods), tuple(sorted(left)), unchanged, tuple(outdated))


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


def _named(manifests: Iterable[Manifest]) -> set[str]:
    """The batches of a source's raw files as they are read now: of one raw file the last manifest counts."""
    latest = {manifest.raw_id: manifest for manifest in manifests}
    return {batch.batch_id for manifest in latest.values() for batch in manifest.batches}


def _origin(lake: Lake, source: str, period: str) -> Origin | None:
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

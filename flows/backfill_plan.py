"""What a backfill would do, as rows and as lines: shown before it begins, and all that `--dry-run` does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from flows.sources import sources_of_backfill
from tasks.contract import TEXT, WHOLE
from tasks.errors import UsageError
from tasks.extract import raw_files
from tasks.extract.raw_files import RawFile
from tasks.extract.stage import staged
from tasks.load.lake import Lake, check_lake
from tasks.load.plan import Plan, PlannedPeriod, plan
from tasks.settings import Settings, Source
from tasks.staging import Staging
from tasks.transform.coding.version import coder_version
from tasks.words import counted

NOT_READ: Final = "not read yet"
"""In place of what happens: a raw file that the backfill reads first, and whose periods are not known before."""
SCHEMA: Final = pa.schema(
    [
        *((name, TEXT) for name in ("source", "period", "action")),
        *((name, WHOLE) for name in ("articles", "batches", "to_code")),
        *((name, TEXT) for name in ("coder_before", "coder", "raw_file")),
    ]
)
"""Columns of a plan. Counts of batches and articles are null for raw files that are not read yet."""
_SHOWN: Final = 40
"""Periods that are shown in lines; `--dry-run` has all."""
_WORDS: Final = {
    "new": "code",
    "add": "code what is new",
    "recode": "recode",
    "repair": "write what is missing",
    "again": "code again",
    "unchanged": "unchanged",
    "left": "left as an older coder made it",
}


@dataclass(frozen=True, slots=True)
class DryRun:
    """What is known of a backfill before it reads anything: its plan for what is staged, and raw files to be read."""

    plan: Plan
    unread: tuple[RawFile, ...]

    def rows(self) -> pa.Table:
        """The plan in the columns of SCHEMA, then the raw files that are not read yet."""
        periods = sorted([*self.plan.periods, *self.plan.kept], key=lambda p: (p.source, p.period))
        rows = [
            {
                "source": p.source,
                "period": p.period,
                "action": p.action,
                "articles": p.articles,
                "batches": len(p.batches),
                "to_code": p.to_code,
                "coder_before": p.coder_before or None,
                "coder": p.coder,
            }
            for p in periods
        ]
        rows += [{"source": raw.source, "action": NOT_READ, "raw_file": raw.raw_uri} for raw in self.unread]
        return pa.Table.from_pylist(rows, schema=SCHEMA)


def check_asked(
    since: date | None, until: date | None, only: Sequence[str], paths: Sequence[Path], source: str | None
) -> None:
    """Raise UsageError where a backfill is asked for neither a range nor periods, or for both."""
    if only:
        if since or until or paths or source:
            raise UsageError("--only says which periods: it takes neither PATH nor --since, --until and --source.")
    elif since is None or until is None:
        raise UsageError("A backfill needs --since and --until, or --only SOURCE/PERIOD.")
    elif since > until:
        raise UsageError(f"--since {since} is after --until {until}.")


def dry_run(
    settings: Settings,
    sources: Iterable[Source],
    names: Iterable[str],
    *,
    since: date | None,
    until: date | None,
    recode: bool,
    only: Sequence[str] = (),
) -> DryRun:
    """What a backfill would do; nothing is read but the names and hashes of raw files, nothing is written.

    Raises UsageError where a source has no raw files, LakeError for a damaged lake.
    """
    check_lake(Lake(settings.lake).partitions())
    unread = [
        raw
        for source in sources
        for raw in raw_files.find(source)
        if isinstance(raw, RawFile) and staged(raw, source, settings) is None
    ]
    manifests = [manifest for name in names for manifest in Staging(settings.lake).manifests(name)]
    made = plan(manifests, Lake(settings.lake), coder_version(settings), since, until, recode=recode, only=set(only))
    return DryRun(made, tuple(unread))


def asked_sources(
    settings: Settings, paths: Sequence[Path], source: str | None, only: Sequence[str]
) -> tuple[list[Source], list[str]]:
    """The sources to read, and the names of those to bring up to date; of single periods nothing is read anew."""
    if only:
        return [], _sources_of_periods(only, Lake(settings.lake))
    return sources_of_backfill(settings, paths, source)


def _sources_of_periods(only: Iterable[str], lake: Lake) -> list[str]:
    """The sources of periods that are given as `source/period`. Raises UsageError where one is not in the lake."""
    staging = Staging(lake.root)
    known = staging.sources()
    found = set()
    for name in only:
        source, _, period = name.partition("/")
        if not period:
            raise UsageError(f"--only {name}: write it as SOURCE/PERIOD, such as sample/2023-10.")
        periods = {p for m in staging.manifests(source) for b in m.batches for p in b.periods}
        if source not in known or period not in periods | {p.period for p in lake.partitions("articles", source)}:
            raise UsageError(
                f"--only {name}: this lake has read no such period; `dotterel report coverage` shows what it has."
            )
        found.add(source)
    return sorted(found)


def plan_lines(made: Plan) -> Iterator[str]:
    """The plan in a line, and a line for each period that is written."""
    actions: dict[str, int] = {}
    for period in (*made.periods, *made.kept):
        actions[period.action] = actions.get(period.action, 0) + 1
    what = ", ".join(f"{number:,} {_WORDS[action]}" for action, number in sorted(actions.items())) or "none"
    yield f"plan: periods: {what}; batches to code: {len(made.to_code):,}"
    for period in made.periods[:_SHOWN]:
        yield f"  {_line(period)}"
    if len(made.periods) > _SHOWN:
        yield f"  ... and {len(made.periods) - _SHOWN:,} more"


def _line(period: PlannedPeriod) -> str:
    versions = f" {period.coder_before} -> {period.coder}" if period.recoded else ""
    batches = counted(len(period.batches), "batch", "batches")
    return (
        f"{period.name}: {_WORDS[period.action]}{versions}, {counted(period.articles, 'article')} in {batches}, "
        f"{period.to_code:,} to code"
    )

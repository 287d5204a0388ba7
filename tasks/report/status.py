"""Says what is in a lake and how fresh it is: its sources, its last runs, its quarantine, its size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import MOMENT
from tasks.load.lake import Lake
from tasks.report.query import ask
from tasks.staging import Staging
from tasks.storage import size_below

_SOURCES: Final = """
with
    a as (select source, count(*) as articles, count(*) filter (where language = 'en') as english,
          min(published_date) as first_day, max(published_date) as last_day from articles group by source),
    e as (select source, count(distinct coalesce(trigger_id, event_id)) as events from events group by source),
    q as (select source, count(*) as quotes from quotes group by source),
    c as (select source, count(*) as claims from claims group by source),
    x as (select source, count(*) as quarantined from quarantine group by source)
select source, coalesce(articles, 0) as articles, coalesce(english, 0) as english, first_day, last_day,
    coalesce(events, 0) as events, coalesce(quotes, 0) as quotes, coalesce(claims, 0) as claims,
    coalesce(quarantined, 0) as quarantined
from a full join e using (source) full join q using (source) full join c using (source) full join x using (source)
order by source
"""
_RUNS: Final = """
select run_id, flow, started_at, finished_at, state, message, sources, periods_failed, partitions_written
from runs order by started_at desc, run_id
"""
_REASONS: Final = "select reason, count(*) as records from quarantine group by reason order by records desc, reason"


@dataclass(frozen=True, slots=True)
class LastRun:
    """One run as the runs table has it; `finished_at` is None while it runs, or when it was killed."""

    run_id: str
    flow: str
    started_at: datetime
    finished_at: datetime | None
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Status:
    """What is in a lake. `sources` has a row for each source, with `bytes` on disk; sizes are in bytes.

    `events` of a source counts triggers; `age_days` is how old its newest article is, `last_run` when the last run that
    looked at the source and did all that it set out to do ended. `periods_failed` (`source/period`) are those that a
    run could not write and that none has written since. `failed` are the failed runs, and those that never came to an
    end, since the last one that was completed, newest first.
    """

    sources: pa.Table
    last: LastRun | None
    failed: tuple[LastRun, ...]
    periods_failed: tuple[str, ...]
    quarantine: Mapping[str, int]
    lake_bytes: int
    staging_bytes: int


def status(lake: Path, now: datetime | None = None) -> Status:
    """The state of a lake, now or at another moment. Raises UsageError where none is, LakeError for a damaged one."""
    sizes: dict[str, int] = {}
    for partition in Lake(lake).partitions():
        sizes[partition.source] = sizes.get(partition.source, 0) + partition.path.stat().st_size
    sources = ask(lake, _SOURCES)
    of_source = [sizes.get(name, 0) for name in sources.column("source").to_pylist()]
    records = ask(lake, _RUNS).to_pylist()
    runs = [_run(row) for row in records]
    today = (now or datetime.now(UTC)).date()
    newest = sources.column("last_day").to_pylist()
    ages = [(today - day).days if day else None for day in newest]
    ended = _last_good_run(records)
    failed = []
    for run in runs:
        if run.state == "completed":
            break
        failed.append(run)
    return Status(
        sources=sources.append_column("age_days", pa.array(ages, pa.int64()))
        .append_column("last_run", pa.array([ended.get(name) for name in sources.column("source").to_pylist()], MOMENT))
        .append_column("bytes", pa.array(of_source, pa.int64())),
        last=runs[0] if runs else None,
        failed=tuple(failed),
        periods_failed=tuple(_periods_failed(records)),
        quarantine={row["reason"]: row["records"] for row in ask(lake, _REASONS).to_pylist()},
        lake_bytes=sum(sizes.values()),
        staging_bytes=size_below(Staging(lake).root),
    )


def _last_good_run(records: Sequence[Mapping[str, Any]]) -> dict[str, datetime]:
    """When the last run that completed and had to do with a source ended; `records` are the newest first."""
    ended: dict[str, datetime] = {}
    for row in records:
        if row["state"] == "completed" and row["finished_at"]:
            written = {name.split("/")[1].removeprefix("source=") for name in row["partitions_written"] or ()}
            for source in {*(row["sources"] or ()), *written}:
                ended.setdefault(source, row["finished_at"])
    return ended


def _periods_failed(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Periods that failed and were not written since; `records` are the newest first."""
    failed: set[str] = set()
    for row in reversed(records):
        written = [name.split("/") for name in row["partitions_written"] or ()]
        failed -= {
            f"{source.removeprefix('source=')}/{period.removeprefix('period=')}" for _, source, period in written
        }
        failed |= set(row["periods_failed"] or ())
    return sorted(failed)


def _run(row: Mapping[str, Any]) -> LastRun:
    return LastRun(
        row["run_id"], row["flow"], row["started_at"], row["finished_at"], row["state"], row["message"] or ""
    )

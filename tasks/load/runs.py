"""Keeps the record of runs: one small file a run, there from its start, so that a killed run is seen too.

Those of past days lie in one file a month; see `tasks.load.old_runs`.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

import pyarrow as pa

from tasks.contract import RUNS
from tasks.load.lake import Lake, Origin

SOURCE: Final = "dotterel"
"""The source of the runs table: Dotterel itself."""

_MONTH: Final = re.compile(r"\d{4}-\d{2}")
"""The period of the records of past days; the others have the id of their run."""
_SECOND: Final = len("20231005T061500Z")
"""Characters of a run id that say when it began."""

State = Literal["running", "completed", "failed"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way. `parameters` are what it was asked to do, as values that JSON can hold."""

    run_id: str
    flow: str
    parameters: Mapping[str, Any]
    started_at: datetime
    code_version: str
    coder_version: str = ""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run did: records, rows, and seconds by the clock for each stage (extract, transform, load, report).

    `coding` are seconds of the worker processes in coding, one added to the other.
    """

    found: int = 0
    articles: int = 0
    merged: int = 0
    quarantined: int = 0
    events: int = 0
    coding: float = 0.0
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Before:
    """What a news period was made of before a run wrote it: all empty but its name where it was not there."""

    source: str
    period: str
    coder: str = ""
    batches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as its record has it. `sha256` has the hash of every partition written by name, where it was recorded.

    `before` are the news periods that it set out to write; those of a killed run may be as they were. `finished_at` is
    None while it runs, or when it was killed.
    """

    run_id: str
    flow: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    coder_version: str
    sources: tuple[str, ...]
    partitions_written: tuple[str, ...]
    sha256: Mapping[str, str]
    before: tuple[Before, ...]
    periods_failed: tuple[str, ...]


def code_version() -> str:
    """The version of Dotterel that is installed; `unknown` in a checkout that is not."""
    try:
        return version("dotterel")
    except PackageNotFoundError:
        return "unknown"


def start(lake: Lake, flow: str, parameters: Mapping[str, Any], *, now: datetime, coder_version: str = "") -> Run:
    """Write down that a run begins. `now` is aware of its time zone. Raises LakeError when the lake cannot be written.

    The run id is the start in UTC and a random end: `20231005T061500Z-1f2e3d`.
    """
    moment = now.astimezone(UTC)
    run = Run(
        run_id=f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        flow=flow,
        parameters=dict(parameters),
        started_at=moment,
        code_version=code_version(),
        coder_version=coder_version,
    )
    _write(lake, run, "running")
    return run


def note_plan(lake: Lake, run: Run, sources: Sequence[str], before: Sequence[Before]) -> None:
    """Write down what a run sets out to write, so that it is known of a killed run too. Raises LakeError."""
    _write(lake, run, "running", sources=sources, before=before)


def finish(
    lake: Lake,
    run: Run,
    state: State,
    *,
    now: datetime,
    counts: RunCounts | None = None,
    partitions_written: Sequence[str] = (),
    sources: Sequence[str] = (),
    before: Sequence[Before] = (),
    periods_failed: Sequence[str] = (),
    messages: Sequence[str] = (),
) -> Path:
    """Write down how a run ended and give its file. `messages` are warnings and errors, one line each.

    The files of `partitions_written` are read for their SHA-256. Raises LakeError.
    """
    return _write(
        lake,
        run,
        state,
        finished_at=now.astimezone(UTC),
        counts=counts or RunCounts(),
        partitions_written=partitions_written,
        sources=sources,
        before=before,
        periods_failed=periods_failed,
        messages=messages,
    )


def read_runs(lake: Lake, since: str = "") -> list[RunRecord]:
    """All runs in the order in which they began, or those begun in the second of the run `since` or later.

    Raises LakeError when a record is damaged.
    """
    first = since[:_SECOND]
    month = f"{since[:4]}-{since[4:6]}" if since else ""
    files = [p for p in lake.partitions("runs") if p.period >= (month if _MONTH.fullmatch(p.period) else first)]
    rows = {row["run_id"]: row for p in files for row in lake.read("runs", p.source, p.period).to_pylist()}
    records = [_record(row) for run_id, row in rows.items() if run_id[:_SECOND] >= first]
    return sorted(records, key=lambda run: (run.started_at, run.run_id))


def run_ids(lake: Lake) -> list[str]:
    """The ids of all runs, in the order of their names. Raises LakeError when a record is damaged."""
    ids: set[str] = set()
    for p in lake.partitions("runs"):
        is_month = _MONTH.fullmatch(p.period)
        ids.update(lake.read("runs", p.source, p.period, ["run_id"]).column(0).to_pylist() if is_month else [p.period])
    return sorted(ids)


def sha256_of_partition(lake: Lake, name: str) -> str:
    """The SHA-256 of a partition by its name in `partitions_written`; empty where the file is missing or unreadable."""
    table, source, period = name.split("/")
    path = lake.path(table, source.removeprefix("source="), period.removeprefix("period="))
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # a run must be able to say how it ended; whoever reads the file says what is wrong with it


def _record(row: Mapping[str, Any]) -> RunRecord:
    """The record of a row, which an older Dotterel may have written without some of its columns."""
    written = tuple(row["partitions_written"] or ())
    return RunRecord(
        run_id=row["run_id"],
        flow=row["flow"],
        state=row["state"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        coder_version=row["coder_version"] or "",
        sources=tuple(row.get("sources") or ()),
        partitions_written=written,
        sha256=dict(zip(written, row.get("sha256") or (), strict=False)),
        before=tuple(
            Before(source, period, coder, tuple(batches))
            for source, period, coder, batches in json.loads(row.get("periods_before") or "[]")
        ),
        periods_failed=tuple(row.get("periods_failed") or ()),
    )


def _write(
    lake: Lake,
    run: Run,
    state: State,
    *,
    finished_at: datetime | None = None,
    counts: RunCounts = RunCounts(),
    partitions_written: Sequence[str] = (),
    sources: Sequence[str] = (),
    before: Sequence[Before] = (),
    periods_failed: Sequence[str] = (),
    messages: Sequence[str] = (),
) -> Path:
    """Replace the file of a run and give it."""
    row = {
        "run_id": run.run_id,
        "flow": run.flow,
        "parameters": json.dumps(dict(run.parameters), ensure_ascii=False, sort_keys=True, default=str),
        "started_at": run.started_at,
        "finished_at": finished_at,
        "state": state,
        "code_version": run.code_version,
        "coder_version": run.coder_version or None,
        "partitions_written": list(partitions_written),
        "sha256": [sha256_of_partition(lake, name) for name in partitions_written],
        "sources": list(sources),
        "periods_before": json.dumps([(b.source, b.period, b.coder, b.batches) for b in before]) if before else None,
        "periods_failed": list(periods_failed),
        "found": counts.found,
        "articles": counts.articles,
        "merged": counts.merged,
        "quarantined": counts.quarantined,
        "events": counts.events,
        "seconds_coding": counts.coding or None,
        "message": "\n".join(" ".join(message.split()) for message in messages) or None,
    }
    row |= {f"seconds_{stage}": counts.seconds.get(stage) for stage in ("extract", "transform", "load", "report")}
    rows = pa.Table.from_pylist([row], schema=RUNS.schema)
    lake.write("runs", SOURCE, run.run_id, rows, Origin(coder=run.coder_version))
    return lake.path("runs", SOURCE, run.run_id)

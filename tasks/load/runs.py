"""Keeps the record of runs: one small file a run, there from its start, so that a killed run is seen too."""

import json
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
    """What a run did: records, rows, and seconds by the clock for each stage (extract, transform, load, report)."""

    found: int = 0
    articles: int = 0
    merged: int = 0
    quarantined: int = 0
    events: int = 0
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


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
    _write(lake, run, "running", None, RunCounts(), (), ())
    return run


def finish(
    lake: Lake,
    run: Run,
    state: State,
    *,
    now: datetime,
    counts: RunCounts | None = None,
    partitions_written: Sequence[str] = (),
    messages: Sequence[str] = (),
) -> Path:
    """Write down how a run ended and give its file. `messages` are warnings and errors, one line each."""
    return _write(lake, run, state, now.astimezone(UTC), counts or RunCounts(), partitions_written, messages)


def _write(
    lake: Lake,
    run: Run,
    state: State,
    finished_at: datetime | None,
    counts: RunCounts,
    partitions_written: Sequence[str],
    messages: Sequence[str],
) -> Path:
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
        "found": counts.found,
        "articles": counts.articles,
        "merged": counts.merged,
        "quarantined": counts.quarantined,
        "events": counts.events,
        "message": "\n".join(" ".join(message.split()) for message in messages) or None,
    }
    row |= {f"seconds_{stage}": counts.seconds.get(stage) for stage in ("extract", "transform", "load", "report")}
    rows = pa.Table.from_pylist([row], schema=RUNS.schema)
    lake.write("runs", SOURCE, run.run_id, rows, Origin(coder=run.coder_version))
    return lake.path("runs", SOURCE, run.run_id)

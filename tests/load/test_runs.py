"""The record of runs."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tasks.load.lake import Lake
from tasks.load.runs import Run, RunCounts, finish, start

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def begin(lake: Lake) -> Run:
    parameters = {"paths": [Path("archive")], "since": None}
    return start(lake, "ingest", parameters, now=NOON, coder_version="v1")


def row(lake: Lake, run: Run) -> dict[str, Any]:
    rows = lake.read("runs", "dotterel", run.run_id).to_pylist()
    assert len(rows) == 1
    return rows[0]


def test_a_run_is_there_from_its_start(lake: Lake) -> None:
    run = begin(lake)
    assert run.run_id.startswith("20260105T120000Z-")
    found = row(lake, run)
    assert (found["state"], found["started_at"], found["finished_at"]) == ("running", NOON, None)
    assert found["parameters"] == '{"paths": ["archive"], "since": null}'


def test_its_end_replaces_its_start(lake: Lake) -> None:
    run = begin(lake)
    counts = RunCounts(found=9, articles=7, merged=1, quarantined=1, events=3, seconds={"extract": 1.5})
    written = ["events/source=plover/period=2023-10"]
    path = finish(
        lake, run, "failed", now=NOON + timedelta(minutes=1), counts=counts, partitions_written=written,
        messages=["plover: a batch\nfailed", "another"],
    )  # fmt: skip
    assert path == lake.path("runs", "dotterel", run.run_id)
    found = row(lake, run)
    assert found["state"] == "failed"
    assert found["finished_at"] == NOON + timedelta(minutes=1)
    assert (found["found"], found["articles"], found["merged"], found["quarantined"], found["events"]) == (
        9,
        7,
        1,
        1,
        3,
    )
    assert (found["seconds_extract"], found["seconds_load"]) == (1.5, None)
    assert found["partitions_written"] == written
    assert found["message"] == "plover: a batch failed\nanother"


def test_runs_that_start_together_do_not_share_a_file(lake: Lake) -> None:
    assert begin(lake).run_id != begin(lake).run_id
    assert len(lake.partitions("runs")) == 2


def test_times_are_kept_in_utc(lake: Lake) -> None:
    yerevan = datetime(2026, 1, 5, 16, tzinfo=timezone(timedelta(hours=4)))
    run = start(lake, "ingest", {}, now=yerevan)
    assert run.run_id.startswith("20260105T120000Z")
    assert row(lake, run)["started_at"] == NOON


def test_a_clock_that_jumps_back_loses_no_run(lake: Lake) -> None:
    first = begin(lake)
    finish(lake, first, "completed", now=NOON - timedelta(days=400))
    second = start(lake, "ingest", {}, now=NOON - timedelta(days=400))
    assert row(lake, first)["finished_at"] < row(lake, first)["started_at"]
    assert len(lake.partitions("runs")) == 2
    assert {run["run_id"] for run in (row(lake, first), row(lake, second))} == {first.run_id, second.run_id}

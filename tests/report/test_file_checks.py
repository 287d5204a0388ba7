"""The checks of files: each finds what it is for, and nothing in a lake that is right."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from rows import article, code, event, manifest, put, stage

from tasks.load import runs
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.plan import NEWS_TABLES
from tasks.load.runs import Before
from tasks.report.file_checks import FILE_CHECKS, run_file_checks
from tasks.staging import Staging

OCTOBER = {"2023-10": [article(1)]}
BEFORE = [Before("plover", "2023-10")]


def begin(lake: Lake, day: int) -> runs.Run:
    return runs.start(lake, "ingest", {}, now=datetime(2026, 1, day, tzinfo=UTC), coder_version="v1")


def write(lake: Lake, version: str) -> tuple[str, ...]:
    code(lake, "one", version, OCTOBER)
    return load_period(lake, Staging(lake.root), "plover", "2023-10", ["one"], version).written


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake of one period, with the record of the run that wrote it."""
    lake = Lake(tmp_path / "lake")
    manifest(lake, stage(lake, "one", OCTOBER))
    run = begin(lake, 1)
    written = write(lake, "v1")
    runs.finish(lake, run, "completed", now=run.started_at, partitions_written=written, before=BEFORE)
    return lake


def failures(lake: Lake) -> dict[str, int]:
    """The checks that found anything, with how much."""
    return {result.name: result.failures for result in run_file_checks(lake.root, list(FILE_CHECKS)) if result.failures}


def test_a_lake_that_is_right_passes(lake: Lake) -> None:
    assert failures(lake) == {}


def test_a_file_that_was_changed_since_it_was_written_is_found(lake: Lake) -> None:
    path = lake.path("quotes", "plover", "2023-10")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert failures(lake)["checksums"] == 1
    (row,) = run_file_checks(lake.root, ["checksums"])[0].sample
    assert row["partition"] == "quotes/source=plover/period=2023-10"


def test_a_file_that_is_gone_is_found(lake: Lake) -> None:
    lake.path("quotes", "plover", "2023-10").unlink()
    assert failures(lake) == {"checksums": 1, "missing_tables": 1}


def test_a_table_of_another_run_is_found(lake: Lake) -> None:
    path = lake.path("events", "plover", "2023-10")
    old = path.read_bytes()
    run = begin(lake, 2)
    written = write(lake, "v2")
    runs.finish(lake, run, "completed", now=run.started_at, partitions_written=written)
    path.write_bytes(old)
    assert failures(lake) == {"checksums": 1, "footers": 1}
    assert run_file_checks(lake.root, ["footers"])[0].sample[0]["problem"] == "is of another coder"


def test_what_a_killed_run_replaced_is_not_held_against_what_was_recorded_before(lake: Lake) -> None:
    runs.note_plan(lake, begin(lake, 2), ["plover"], BEFORE)
    write(lake, "v2")
    assert failures(lake) == {}


def test_what_a_killed_run_did_not_set_out_to_write_is_still_held_against_its_record(lake: Lake) -> None:
    runs.note_plan(lake, begin(lake, 2), ["plover"], [Before("plover", "2023-11")])
    write(lake, "v2")
    assert failures(lake) == {"checksums": len(NEWS_TABLES)}


def test_a_file_that_nothing_knows_of_is_found(lake: Lake) -> None:
    put(lake, "events", [event()], source="stranger")
    assert failures(lake) == {"foreign_files": 1}

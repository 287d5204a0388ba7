"""Leftovers: what killed runs left is found and removed, what is live stays."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rows import article, code, manifest, stage

from tasks.errors import LakeError
from tasks.load import runs
from tasks.load.clean import find_interrupted, find_leftovers, leftovers_now, remove, remove_now
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.one_run import one_run
from tasks.load.runs import Before
from tasks.staging import Staging

LATER = time.time() + 2 * 3600
ARTICLES = {"2023-10": [article(1)]}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one live batch, loaded."""
    lake = Lake(tmp_path / "lake")
    manifest(lake, stage(lake, "live", ARTICLES))
    code(lake, "live", "v1", ARTICLES)
    load_period(lake, Staging(lake.root), "plover", "2023-10", ["live"], "v1")
    return lake


def dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=30)
    return ended.pid


def temporary(lake: Lake, pid: int) -> Path:
    path = lake.path("events", "plover", "2023-10")
    left = path.with_name(f"{path.name}.{pid}-0a1b2c3d.tmp")
    left.write_bytes(b"half a file")
    return left


def test_a_whole_lake_has_no_leftovers(lake: Lake) -> None:
    assert find_leftovers(lake, LATER) == []


def test_a_lake_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert find_leftovers(Lake(tmp_path / "none")) == []


def test_the_temporary_file_of_a_dead_process_is_left_over(lake: Lake) -> None:
    left = temporary(lake, dead_pid())
    assert find_leftovers(lake) == []  # just written: by a process of another machine, perhaps
    found = find_leftovers(lake, time.time() + 120)
    assert [(f.path, f.kind, f.bytes) for f in found] == [(left, "temporary", 11)]


def test_the_temporary_file_of_a_live_process_is_left_over_after_an_hour(lake: Lake) -> None:
    left = temporary(lake, os.getpid())
    assert find_leftovers(lake, time.time() + 120) == []
    assert [f.path for f in find_leftovers(lake, LATER)] == [left]


def test_batches_that_no_manifest_names_are_left_over_after_an_hour(lake: Lake) -> None:
    stage(lake, "lost", ARTICLES)
    code(lake, "lost", "v1", ARTICLES)
    assert find_leftovers(lake) == []
    found = find_leftovers(lake, LATER)
    staging = Staging(lake.root)
    assert {(f.path, f.kind) for f in found} == {
        (staging.articles("lost"), "staged"),
        (staging.coded("v1", "lost"), "coded"),
    }


def test_half_a_coded_batch_is_left_over_as_a_whole(lake: Lake) -> None:
    folder = Staging(lake.root).coded("v1", f"live.{dead_pid()}-00ff.tmp")
    folder.mkdir()
    (folder / "events.parquet").write_bytes(b"12345")
    (folder / "quotes.parquet.1-00.tmp").write_bytes(b"12")
    found = find_leftovers(lake, time.time() + 120)
    assert [(f.path, f.bytes) for f in found] == [(folder, 7)]


def test_removing_leaves_what_is_live(lake: Lake) -> None:
    before = {path for path in lake.root.rglob("*") if path.is_file()}
    temporary(lake, dead_pid())
    stage(lake, "lost", ARTICLES)
    code(lake, "lost", "v1", ARTICLES)
    found = find_leftovers(lake, LATER)
    assert remove(found) == sum(f.bytes for f in found) > 11
    assert {path for path in lake.root.rglob("*") if path.is_file()} == before
    assert remove(found) == 0


def test_with_a_damaged_manifest_nothing_is_called_left_over(lake: Lake) -> None:
    stage(lake, "lost", ARTICLES)
    (lake.root / "staging" / "raw" / "plover" / "bad.json").write_text("{")
    with pytest.raises(LakeError, match="a manifest is damaged"):
        find_leftovers(lake, LATER)


def test_who_holds_the_lake_needs_no_clock(lake: Lake) -> None:
    left = temporary(lake, os.getpid())
    stage(lake, "lost", ARTICLES)
    for moment in (0.0, LATER):  # before the files were written, as a clock that was set back says; and long after
        found = {f.path for f in find_leftovers(lake, moment, alone=True)}
        assert found == {left, Staging(lake.root).articles("lost")}


def test_a_clock_that_was_set_back_makes_nothing_left_over(lake: Lake) -> None:
    temporary(lake, dead_pid())
    stage(lake, "lost", ARTICLES)
    assert find_leftovers(lake, 0.0) == []


def test_only_what_bears_our_names_counts_as_interrupted(lake: Lake) -> None:
    left = temporary(lake, os.getpid())
    (lake.root / "events" / "notes.tmp").write_bytes(b"of the user")
    assert [f.path for f in find_interrupted(lake)] == [left]


def test_while_a_run_is_at_work_nothing_is_cleaned(lake: Lake) -> None:
    temporary(lake, dead_pid())
    with one_run(lake.root), pytest.raises(LakeError, match="a run is at work on this lake"):
        leftovers_now(lake)
    found = leftovers_now(lake)
    assert remove_now(lake, found) == 11
    assert leftovers_now(lake) == []


def recode(lake: Lake, version: str, before: str, day: int, *, ended: bool = True) -> None:
    """Code and write the one period at another version, as a run does; one that is killed only codes."""
    made = runs.start(lake, "backfill", {}, now=datetime(2026, 1, day, tzinfo=UTC), coder_version=version)
    runs.note_plan(lake, made, ["plover"], [Before("plover", "2023-10", before, ("live",))])
    code(lake, "live", version, ARTICLES)
    if ended:
        load_period(lake, Staging(lake.root), "plover", "2023-10", ["live"], version)


def coded_left(lake: Lake, keep_runs: int) -> list[str]:
    """The coder versions whose batch would go."""
    return [f.path.parent.name for f in find_leftovers(lake, LATER, keep_runs=keep_runs)]


def test_what_older_coders_made_is_left_over_once_diff_does_not_need_it(lake: Lake) -> None:
    for number in (2, 3, 4):
        recode(lake, f"v{number}", f"v{number - 1}", number)
    assert coded_left(lake, 3) == []
    assert coded_left(lake, 2) == ["v1"]
    assert coded_left(lake, 1) == ["v1", "v2"]
    assert coded_left(lake, 0) == ["v1", "v2", "v3"]


def test_what_a_killed_recode_has_coded_so_far_is_no_leftover(lake: Lake) -> None:
    recode(lake, "v2", "v1", 2, ended=False)
    assert coded_left(lake, 0) == []


def test_runs_that_only_added_batches_do_not_push_out_what_diff_needs(lake: Lake) -> None:
    recode(lake, "v2", "v1", 2)
    for day in range(3, 9):
        recode(lake, "v2", "v2", day)
    assert coded_left(lake, 1) == []


def test_the_staged_batch_of_a_file_that_was_read_anew_stays_as_long_as_diff_needs_it(lake: Lake) -> None:
    stage(lake, "old", ARTICLES)
    code(lake, "old", "v1", ARTICLES)
    made = runs.start(lake, "ingest", {}, now=datetime(2026, 1, 2, tzinfo=UTC), coder_version="v1")
    runs.note_plan(lake, made, ["plover"], [Before("plover", "2023-10", "v1", ("old",))])
    assert find_leftovers(lake, LATER) == []
    assert {f.kind for f in find_leftovers(lake, LATER, keep_runs=0)} == {"staged", "coded"}

"""Whole runs that are killed, meet a broken disk, or start all at once: the lake ends up with the same bytes."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from random import Random

import psutil
import pytest
from faults.sitecustomize import Fault
from flow_archive import dotterel
from killed_work import contents, cut_off, difference, left_over, start
from lake_reader import reading

from tasks.load.clean import find_interrupted
from tasks.load.lake import Lake
from tasks.load.one_run import one_run

FAULTS = Path(__file__).resolve().parents[1] / "faults"
ROOT = FAULTS.parents[1]


@pytest.mark.parametrize("one_worker", [False, True], ids=["all processes", "one worker"])
def test_a_killed_run_is_finished_by_the_next_and_leaves_no_process(
    first_run: tuple[Path, object],
    archive: Path,
    tmp_path: Path,
    one_worker: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOTTEREL_WORKERS", "2")
    lake = tmp_path / "lake"
    commands = [["run", archive, "--lake", lake]]
    with reading(lake) as seen:
        cut = cut_off(commands, lake, Random(1), 0.3, one_worker=one_worker)
        assert start(commands, secrets.token_hex(8)).wait(240) == 0
    assert (cut.stray, seen.wrong) == ([], [])
    assert cut.killed != "nothing"
    assert difference(contents(lake), contents(first_run[0])) == []


def test_a_run_that_begins_removes_what_killed_runs_left_half_written(filled: Path, archive: Path) -> None:
    left = filled / "events" / "source=archive" / "events.parquet.1-0a1b2c3d.tmp"
    half = filled / "staging" / "coded" / "v" / "batch.1-0a1b2c3d.tmp"
    others = filled / "events" / "notes.tmp"
    half.mkdir(parents=True)
    for file in (left, half / "events.parquet", others):
        file.write_bytes(b"half")
    assert len(find_interrupted(Lake(filled))) == 2
    assert dotterel("run", archive, "--lake", filled, "--quiet").returncode == 0
    assert [path.exists() for path in (left, half, others)] == [False, False, True]


def test_runs_that_start_at_once_give_what_one_run_gives(
    first_run: tuple[Path, object], archive: Path, tmp_path: Path
) -> None:
    lake, mark = tmp_path / "lake", secrets.token_hex(8)
    files = sorted(archive.iterdir())
    shares = [files, files[:3], files[1:]]
    running = [start([["run", *some, "--source", "archive", "--lake", lake]], mark) for some in shares]
    assert [process.wait(240) for process in running] == [0, 0, 0]
    assert left_over(mark) == []
    one = tmp_path / "one"
    assert start([["run", *files, "--source", "archive", "--lake", one]], mark).wait(240) == 0
    assert difference(contents(lake), contents(one)) == []


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (Fault("", "ENOSPC", 1), "the disk is full; make room"),
        (Fault("", "ENOSPC", 150, only=".parquet"), "the disk is full; make room"),
        (Fault("", "EACCES", 1, only="/events/"), "no permission to write there; allow it"),
        (Fault("", "EIO", 1, only="/quotes/"), "reports an error; see whether the disk"),
    ],
    ids=["full from the start", "full later", "a table that may not be written", "a table on bad sectors"],
)
def test_a_run_on_a_broken_disk_says_what_to_do_and_the_next_one_completes_it(
    first_run: tuple[Path, object], archive: Path, tmp_path: Path, fault: Fault, advice: str
) -> None:
    lake = tmp_path / "lake"
    fault.folder = str(lake)
    path = os.pathsep.join(filter(None, (str(FAULTS), os.environ.get("PYTHONPATH", ""))))
    ended = dotterel("run", archive, "--lake", lake, env={**os.environ, "PYTHONPATH": path, **fault.environ()})
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert f"{lake}" in ended.stderr
    assert advice in ended.stderr
    with reading(lake) as seen:
        assert dotterel("run", archive, "--lake", lake).returncode == 0
    assert seen.wrong == []
    assert difference(contents(lake), contents(first_run[0])) == []


def test_a_lake_that_is_read_only_is_said_before_anything_is_done(filled: Path, archive: Path) -> None:
    command = ["mount", "--bind", "-o", "ro", str(filled), str(filled)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs to mount a file system")
    try:
        before = contents(filled)
        ended = dotterel("run", archive, "--lake", filled)
        assert ended.returncode == 1
        assert "the file system is read-only; make it writable or name another place" in ended.stderr
        assert contents(filled) == before
        assert dotterel("status", "--lake", filled).returncode == 0
        assert dotterel("sql", "select count(*) from events", "--lake", filled).returncode == 0
    finally:
        subprocess.run(["umount", str(filled)], check=True)


def test_a_worker_ends_with_its_parent_and_holds_the_lock_until_then(tmp_path: Path) -> None:
    program = (
        "import os, sys, time, pathlib\n"
        "from tasks.load.one_run import one_run\n"
        "from tasks.workers import worker_processes, in_worker\n"
        "if __name__ == '__main__':\n"
        "    with one_run(pathlib.Path(sys.argv[1])) as lock, worker_processes(1, lock):\n"
        "        print(in_worker('os:getpid'), flush=True)\n"
        "        in_worker('time:sleep', 600)\n"
    )
    script = tmp_path / "held.py"
    script.write_text(program)
    process = subprocess.Popen(
        [sys.executable, script, tmp_path / "lake"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    assert process.stdout is not None
    worker = psutil.Process(int(process.stdout.readline()))
    lock = (tmp_path / "lake" / "staging" / ".lock").stat()
    held = [handle.stat() for handle in Path(f"/proc/{worker.pid}/fd").iterdir() if handle.exists()]
    assert (lock.st_dev, lock.st_ino) in {(file.st_dev, file.st_ino) for file in held}
    process.kill()
    process.wait()
    assert psutil.wait_procs([worker], timeout=30)[1] == []
    with one_run(tmp_path / "lake", waiting=lambda: pytest.fail("the lock is still held")) as handle:
        assert handle is not None


def test_cleaning_waits_for_no_run_and_disturbs_none(filled: Path) -> None:
    left = filled / "events" / "events.parquet.1-0a1b2c3d.tmp"
    left.write_bytes(b"half")
    with one_run(filled):
        ended = dotterel("clean", "--yes", "--lake", filled)
    assert (ended.returncode, left.exists()) == (1, True)
    assert "a run is at work on this lake; try again when it has ended" in ended.stderr
    assert dotterel("clean", "--yes", "--lake", filled).returncode == 0
    assert not left.exists()

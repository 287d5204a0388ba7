"""Faults of the disk at every single call: one clear error, nothing torn, and the same bytes afterwards."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faults.sitecustomize import Fault, refusing
from gdelt_lines import lines
from killed_work import contents, difference
from rows import article, code, manifest, stage

from tasks.errors import DotterelError, LakeError
from tasks.extract.hashes import Hashes
from tasks.extract.raw_files import raw_files
from tasks.extract.reference.read_files import read_files
from tasks.extract.reference.registry import find
from tasks.extract.reference.spool import spool_folder
from tasks.extract.stage import stage_raw_file
from tasks.load import runs
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.quarantine import settle, write_quarantine, write_rows_again
from tasks.load.reference_sets import keep_quarantine, periods_to_load
from tasks.load.reference_sets import load_period as load_reference_period
from tasks.load.stories import load_stories
from tasks.settings import Settings, Source, path_source
from tasks.staging import Staging
from tasks.transform.code_batch import code_batch

ONE = {"2023-10": [article(1), article(2)]}
TWO = {"2023-10": [article(3)]}
ROW = {
    "raw_uri": "a.json", "raw_sha256": "a" * 64, "record": "#1", "stage": "extract", "reason": "empty", "detail": "-",
    "sample": "", "raw_start": None, "raw_end": None,
}  # fmt: skip
Step = Callable[[Lake, Path], None]
"""What is done to a lake, with a folder of raw files."""


def load(lake: Lake, raws: Path) -> None:
    load_period(lake, Staging(lake.root), "plover", "2023-10", ["one", "two"], "v1")


def stage_files(lake: Lake, raws: Path) -> None:
    source = path_source(raws / "wader")
    for raw in raw_files(source):
        stage_raw_file(raw, source, Settings(lake=lake.root, batch_size=2))


def code_one(lake: Lake, raws: Path) -> None:
    code_batch("one", Settings(lake=lake.root, model="none"))


def link(lake: Lake, raws: Path) -> None:
    load_stories(lake)


def keep(lake: Lake, raws: Path) -> None:
    write_quarantine(lake, "plover", Staging(lake.root).manifests("plover"))


def settle_one(lake: Lake, raws: Path) -> None:
    settle(Staging(lake.root), "v1", "one")


def load_gdelt(lake: Lake, raws: Path) -> None:
    dataset, settings = find("gdelt"), Settings(lake=lake.root)
    with spool_folder(lake.root, "gdelt") as folder:
        numbered = list(enumerate(raw_files(Source("gdelt", raws / "gdelt"))))
        read = read_files("gdelt", numbered, folder, settings)
        keep_quarantine(lake, dataset, read.files)
        for one in periods_to_load(lake, dataset, read.files, read.spooled):
            load_reference_period(lake, one)


def remember(lake: Lake, raws: Path) -> None:
    hashes = Hashes(lake.root / "staging" / "reference" / "gdelt-hashes.txt")
    hashes.put(Path(__file__), 1, 2, "b" * 64)
    hashes.save()


def record(lake: Lake, raws: Path) -> None:
    runs.start(lake, "ingest", {}, now=datetime(2023, 10, 5, tzinfo=UTC))


STEPS: dict[str, Step] = {
    "stage": stage_files,
    "code": code_one,
    "load": load,
    "stories": link,
    "quarantine": keep,
    "settle": settle_one,
    "reference": load_gdelt,
    "hashes": remember,
    "runs": record,
}
FAULTS = {"disk full": ("ENOSPC", True), "a call fails": ("EIO", False), "no permission": ("EACCES", True)}
"""An errno, and whether all later calls fail too."""
CALLS = int(os.environ.get("DOTTEREL_TEST_CALLS", "6"))
"""How many of the calls of a step are tried, first and last among them: loading a period makes five hundred."""


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake with one batch loaded and another one to come; beside it raw files."""
    lake = Lake(tmp_path_factory.mktemp("before") / "lake")
    first, second = stage(lake, "one", ONE), stage(lake, "two", TWO)
    manifest(lake, first, second, found=4, quarantine=[ROW])
    for batch, articles in {"one": ONE, "two": TWO}.items():
        code(lake, batch, "v1", articles)
    load_period(lake, Staging(lake.root), "plover", "2023-10", ["one"], "v1")
    write_rows_again(Staging(lake.root).coded("v1", "one"), [ROW])
    wader = lake.root.parent / "wader"
    wader.mkdir()
    rows = [{"title": f"Item {n}", "text": f"It happened in village {n}.", "date": "2023-09-12"} for n in range(3)]
    (wader / "a.json").write_text(json.dumps(rows))
    gdelt = lake.root.parent / "gdelt"
    gdelt.mkdir()
    (gdelt / "20200927101500.export.CSV").write_bytes(lines(900000001, 2))
    return lake


def copy(lake: Lake, place: Path) -> Lake:
    return Lake(Path(shutil.copytree(lake.root, place)))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_whatever_call_fails_files_are_whole_and_the_next_run_gives_the_same_bytes(
    before: Lake, tmp_path: Path, step: str, fault: str
) -> None:
    (name, lasting), do, raws = FAULTS[fault], STEPS[step], before.root.parent
    done = copy(before, tmp_path / "done")
    with refusing(Fault(str(done.root), at=0)) as counted:
        do(done, raws)
    old, new = contents(before.root), contents(done.root)
    tried = {1 + (counted.count - 1) * number // max(1, CALLS - 1) for number in range(CALLS)}
    for at in sorted(tried):
        lake = copy(before, tmp_path / str(at))
        with pytest.raises(DotterelError) as refused, refusing(Fault(str(lake.root), name, at, lasting)):
            do(lake, raws)
        assert str(lake.root) in str(refused.value)
        assert re.search("; (make room|allow it|see whether the disk)", str(refused.value))
        assert list(lake.root.rglob("*.tmp")) == []
        found = contents(lake.root)
        assert [path for path in found if found[path] not in (old.get(path), new.get(path))] == []
        assert old.keys() & new.keys() <= found.keys()
        do(lake, raws)
        assert difference(contents(lake.root), new) == []
        shutil.rmtree(lake.root)


def test_a_slow_disk_changes_nothing(before: Lake, tmp_path: Path) -> None:
    done, slow = copy(before, tmp_path / "done"), copy(before, tmp_path / "slow")
    load(done, before.root.parent)
    with refusing(Fault(str(slow.root), at=0, stall=0.02)) as met:
        load(slow, before.root.parent)
    assert met.count > 0
    assert difference(contents(slow.root), contents(done.root)) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 300 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(place)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("needs to mount a file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("step", ["load", "stage", "code", "reference"])
def test_a_disk_that_is_really_full_leaves_the_lake_as_it_was(
    before: Lake, small_disk: Path, tmp_path: Path, step: str
) -> None:
    lake, done = copy(before, small_disk / "lake"), copy(before, tmp_path / "done")
    STEPS[step](done, before.root.parent)
    old, new = contents(lake.root), contents(done.root)
    with pytest.raises(LakeError, match=r"cannot be written, the disk is full; make room"):  # noqa: PT012
        fill(small_disk / "filler")
        STEPS[step](lake, before.root.parent)
    found = contents(lake.root)
    assert [path for path in found if found[path] not in (old.get(path), new.get(path))] == []
    (small_disk / "filler").unlink()
    STEPS[step](lake, before.root.parent)
    assert difference(contents(lake.root), new) == []


def fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass

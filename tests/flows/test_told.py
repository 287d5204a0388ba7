"""Who learns of a run: a log for machines, a person when it fails, and Prefect's pages."""

import json
import sys
from pathlib import Path

import pytest
from flow_archive import dotterel
from prefect.artifacts import Artifact

from flows.artifacts import leave_artifact
from flows.recorded_run import recorded_run
from flows.summary import FileCount, RunSummary
from tasks.errors import LakeError
from tasks.settings import Settings


def test_a_log_for_machines_has_one_object_a_line_and_the_whole_run_in_the_last(
    server: str, archive: Path, tmp_path: Path
) -> None:
    done = dotterel("run", archive, "--lake", tmp_path / "lake", "--log-format", "json")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 0
    assert all(line["at"].endswith("Z") for line in lines)
    assert {"stage": "code batches", "total": 2} in [{k: e[k] for k in ("stage", "total") if k in e} for e in lines]
    last = lines[-1]
    assert (last["event"], last["state"]) == ("run", "completed")
    assert (last["found"], last["articles"], last["merged"], last["quarantined"]) == (8, 5, 1, 2)
    assert last["failures"] == []


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a command of the settings writes notices to."""
    program = tmp_path / "tell.py"
    program.write_text("import sys\nopen(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')\n")
    file = tmp_path / "told"
    monkeypatch.setenv("DOTTEREL_NOTIFY_COMMAND", f"{sys.executable} {program} {file}")
    return file


def test_a_person_is_told_of_what_failed_in_a_run(told: Path, tmp_path: Path) -> None:
    with recorded_run("ingest", Settings.load(lake=tmp_path / "lake"), {}) as log:
        log.fail("period 2023-10 of desk", LakeError("the disk is full."))
    assert f"{log.run.run_id} failed" in told.read_text()
    assert "- period 2023-10 of desk: the disk is full." in told.read_text()


def test_a_person_is_told_of_a_run_that_broke_off(told: Path, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), recorded_run("ingest", Settings.load(lake=tmp_path / "lake"), {}):
        raise ZeroDivisionError("by zero")
    assert "ZeroDivisionError: by zero" in told.read_text()


def test_nobody_is_told_of_a_run_that_went_well_or_was_interrupted(told: Path, tmp_path: Path) -> None:
    settings = Settings.load(lake=tmp_path / "lake")
    with recorded_run("ingest", settings, {}) as log:
        log.warnings.append("an item without a date")
    with pytest.raises(KeyboardInterrupt), recorded_run("ingest", settings, {}):
        raise KeyboardInterrupt
    assert not told.exists()


@pytest.mark.usefixtures("first_run")
def test_a_run_leaves_its_account_in_the_pages_of_prefect() -> None:
    artifact = Artifact.get("dotterel-ingest")
    assert artifact is not None
    assert artifact.description is not None
    assert "new articles" in artifact.description


def test_names_of_files_cannot_write_into_the_pages_of_prefect(server: str) -> None:
    hostile = "a|b](javascript:alert(1)) <script>\n# c"
    file = FileCount("desk", hostile, 1, 1, 0, 0, is_new=True)
    leave_artifact(RunSummary("r", "hostile", files=(file,)), Settings())
    artifact = Artifact.get("dotterel-hostile")
    assert artifact is not None
    assert r"| a\|b\](javascript:alert(1)) \<script\> \# c | 1 | 1 | 0 | 0 |" in str(artifact.data)

"""The schedules as deployments of a Prefect server that is there already, run by a worker of a process work pool."""

import json
import os
import subprocess
import sys
from pathlib import Path

from flow_archive import MET, article

from tasks.load.lake import Lake

ROOT = Path(__file__).resolve().parents[2]


def prefect(*words: str, **more: str) -> str:
    command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_worker_of_a_process_pool_runs_what_is_deployed(server: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "desk.json").write_text(json.dumps([article(1, "2023-10-30", MET)]))
    lake = tmp_path / "lake"
    schedules = tmp_path / "prefect.yaml"
    schedules.write_text(
        "deployments:\n"
        "  - name: desk\n"
        "    entrypoint: flows/ingest.py:ingest\n"
        f"    parameters: {json.dumps({'paths': [str(archive)], 'lake': str(lake)})}\n"
        "    schedules: []\n"
    )
    prefect("work-pool", "create", "desk", "--type", "process")
    prefect("deploy", "--prefect-file", str(schedules), "--name", "desk", "--pool", "desk")
    prefect("deployment", "run", "ingest/desk")
    prefect("worker", "start", "--pool", "desk", "--run-once", PREFECT_LOGGING_LEVEL="INFO")
    (record,) = (Lake(lake).read("runs", p.source, p.period).to_pylist()[0] for p in Lake(lake).partitions("runs"))
    assert (record["flow"], record["state"], record["articles"]) == ("ingest", "completed", 1)

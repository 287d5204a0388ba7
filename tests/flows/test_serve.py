"""`dotterel serve`, with a Prefect server of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from flow_archive import MET, article

from tasks.load.lake import Lake

PATIENCE = 180.0
"""Seconds for a server to start, and two scheduled runs."""


def finished_runs(lake: Path) -> list[dict[str, Any]]:
    rows = [Lake(lake).read("runs", p.source, p.period).to_pylist()[0] for p in Lake(lake).partitions("runs")]
    return sorted((row for row in rows if row["state"] != "running"), key=lambda row: row["started_at"])


def test_a_schedule_fires_on_its_own_and_does_only_the_new_work(filled: Path, archive: Path, tmp_path: Path) -> None:
    source = tmp_path / "archive"
    source.mkdir()
    for path in archive.iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    (source / "new.json").write_text(json.dumps([article(8, "2023-10-30", MET)]))
    config = tmp_path / "config"
    config.mkdir()
    (config / "dotterel.toml").write_text("")
    (config / "sources.toml").write_text(f"[archive]\npath = {json.dumps(str(source))}\n")
    (config / "prefect.yaml").write_text(
        "deployments:\n  - name: often\n    entrypoint: flows/ingest.py:ingest\n    schedules:\n      - interval: 4\n"
    )
    before = len(finished_runs(filled))
    september = filled / "events" / "source=archive" / "period=2023-09" / "events.parquet"
    untouched = september.stat().st_mtime_ns
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "serve", "--lake", str(filled), "--config", str(config / "dotterel.toml")],
        env=environment | {"PREFECT_RUNNER_POLL_FREQUENCY": "1"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + PATIENCE
        while len(finished_runs(filled)) < before + 2 and time.monotonic() < until:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.5)
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    first, second = finished_runs(filled)[before : before + 2]
    assert (first["state"], first["found"], first["articles"]) == ("completed", 1, 1)
    assert [name for name in first["partitions_written"] if "period=2023-09" in name] == []
    assert (second["state"], second["found"], second["partitions_written"]) == ("completed", 0, [])
    assert september.stat().st_mtime_ns == untouched
    assert process.returncode == 0
    assert "often: ingest, every 4 seconds" in said
    assert "1 new of 5 raw files, 1 new article," in said
    assert "Traceback" not in said
    assert said.rstrip().endswith("ended")
    assert not _processes_of(str(tmp_path))


def _processes_of(text: str) -> list[str]:
    """The command lines and environments of the processes that name a folder: none must be left behind."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if text in words and int(folder.name) != os.getpid():
            found.append(words)
    return found

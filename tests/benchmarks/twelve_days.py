"""Prints time and memory of a run over twelve real days of feeds, and of the same run again.

    python tests/benchmarks/twelve_days.py [--lake DIR]

Bars: the first run under 8 minutes and 2.5 GB over all processes on 2 cores, the second under 20 seconds with every
file of the lake as it was.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tasks.settings import Settings


def memory(process: psutil.Process) -> int:
    """Bytes of memory of a process and its children, what they share counted once (PSS)."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def measured(command: list[str]) -> tuple[float, float, int]:
    """Seconds by the clock, peak memory in MB over all processes, exit status."""
    began = time.monotonic()
    process = psutil.Popen(command)
    peak = 0
    while process.poll() is None:
        peak = max(peak, memory(process))
        time.sleep(0.5)
    return time.monotonic() - began, peak / 1e6, process.returncode


def files(lake: Path) -> dict[str, str]:
    """SHA-256 of every file of the lake but the records of runs, of which each run adds one."""
    found = (p for p in lake.rglob("*") if p.is_file() and p.relative_to(lake).parts[0] != "runs")
    return {str(p.relative_to(lake)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def main() -> None:
    """Run twice and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lake", type=Path)
    given = parser.parse_args()
    lake = given.lake or Path(tempfile.mkdtemp()) / "lake"
    days = sorted((Settings.load().real_data / "data/news/rss_linkdb_2023").glob("2023-09-*_json.zip"))
    dotterel = str(Path(sys.executable).with_name("dotterel"))
    command = [dotterel, "run", *map(str, days), "--lake", str(lake)]
    seconds, megabytes, status = measured(command)
    print(f"first run: {len(days)} files, {seconds:.0f} s, {megabytes:.0f} MB at most, exit status {status}")
    before = files(lake)
    seconds, megabytes, status = measured(command)
    print(f"second run: {seconds:.1f} s, {megabytes:.0f} MB at most, exit status {status}")
    after = files(lake)
    changed = [name for name in before if after.get(name) != before[name]]
    print(f"files of the lake: {len(before)}, changed {len(changed)}, added {len(set(after) - set(before))}")


if __name__ == "__main__":
    main()

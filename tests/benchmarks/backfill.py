"""Prints throughput, orchestration and memory of a backfill that recodes 24 months, with one worker and with two.

    python tests/benchmarks/backfill.py [--articles N] [--lake DIR]

The months are real feed items, shifted through time: each has N of them (1,300), with days, addresses and so ids of its
own. They are coded once, and recoded twice, each time by a codebook that says the same in another version.

Bars: two workers recode at least 1.5 times as many articles a second as one; orchestration (what is not coding, loading
or checking: start of Prefect, handing out work, waiting) takes at most 10 percent of the coding time;
memory of the last third of the coding is at most 1.15 times that of the first third. What a process takes at most in
the seconds after that, when periods are written and checked, is printed beside it.
Give it an idle machine with two cores.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tasks.load.lake import Lake
from tasks.settings import Settings

MONTHS = 24
SAMPLES = 2
"""How often a second memory is looked at."""
ROOT = Path(__file__).parents[2]


def feed_items(real_data: Path) -> list[dict[str, Any]]:
    """All items of the archives of feeds in English, each once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for archive in sorted((real_data / "data/news/rss_linkdb_2023").glob("*_json.zip")):
        with zipfile.ZipFile(archive) as members:
            for name in members.namelist():
                content = json.loads(members.read(name))
                for item in content if isinstance(content, list) else ():
                    if str(item.get("language") or "").startswith("en"):
                        found.setdefault((item.get("link") or "", item.get("title") or ""), item)
    return list(found.values())


def write_months(items: list[dict[str, Any]], articles: int, folder: Path) -> None:
    """A file of items a month, from January 2022 on."""
    folder.mkdir()
    for number in range(MONTHS):
        month = f"{2022 + number // 12}-{number % 12 + 1:02d}"
        with (folder / f"{month}.jsonl").open("w", encoding="utf-8") as file:
            for place in range(articles):
                item = items[(number * articles + place) % len(items)]
                shifted = {
                    "date_published": f"{month}-{place % 28 + 1:02d}T08:00:00+00:00",
                    "link": f"{item.get('link') or 'https://example.org/'}#{month}-{place}",
                }
                file.write(json.dumps(item | shifted) + "\n")


def config(folder: Path, version: int) -> Path:
    """A configuration whose codebook is the one that ships, in another version."""
    folder.mkdir()
    shutil.copytree(Settings.load().codebook, folder / "codebook")
    with (folder / "codebook" / "countries.csv").open("a") as file:
        file.write(f"# version {version}\n")
    (folder / "dotterel.toml").write_text("batch_size = 500\n")
    (folder / "sources.toml").write_text("")
    return folder / "dotterel.toml"


class Memory(threading.Thread):
    """Samples the memory of a process and of its worker processes, in MB, until it ends."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process = process
        self.parent: list[float] = []
        self.workers: list[float] = []

    def run(self) -> None:
        """`SAMPLES` a second."""
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            try:
                workers = [c for c in self._process.children() if "spawn_main" in " ".join(c.cmdline())]
                sizes = [worker.memory_info().rss / 1e6 for worker in workers]
                self.parent.append(self._process.memory_info().rss / 1e6)
                self.workers.append(max(sizes, default=0.0))
            except psutil.Error:
                pass
            time.sleep(1 / SAMPLES)


def thirds(samples: list[float]) -> tuple[float, float, float]:
    """The most in the first third, by whose end all is loaded, in the second and the last; zeros do not count."""
    there = [sample for sample in samples if sample] or [0.0] * 3
    third = max(1, len(there) // 3)
    return max(there[:third]), max(there[third:-third] or there), max(there[-third:])


def dotterel(words: list[str], workers: int) -> tuple[float, Memory]:
    """Run the command; its seconds by the clock and its memory."""
    began = time.monotonic()
    process = psutil.Popen(
        [sys.executable, "-m", "flows.cli", *words, "--quiet"],
        env=os.environ | {"DOTTEREL_WORKERS": str(workers)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    memory = Memory(process)
    memory.start()
    if status := process.wait():
        sys.exit(f"dotterel {' '.join(words)} left with {status}")
    return time.monotonic() - began, memory


def last_run(lake: Path) -> dict[str, Any]:
    """The record of the newest run."""
    there = Lake(lake)
    rows = [row for p in there.partitions("runs") for row in there.read("runs", p.source, p.period).to_pylist()]
    return max(rows, key=lambda row: row["started_at"])


def recoded(lake: Path, settings: Path, workers: int, articles: int) -> Iterator[str]:
    """Lines about one recode; the last is its articles a second."""
    where = ("--lake", str(lake), "--config", str(settings))
    seconds, memory = dotterel(
        ["backfill", "--since", "2022-01-01", "--until", "2023-12-31", "--recode", *where],
        workers,
    )
    run = last_run(lake)
    coding = run["seconds_coding"]
    stages = ", ".join(f"{s} {run[f'seconds_{s}'] or 0:.1f}" for s in ("extract", "transform", "load", "report"))
    rest = seconds - coding / workers - (run["seconds_load"] or 0) - (run["seconds_report"] or 0)
    yield f"{workers} workers: {seconds:.1f} s, of which coding {coding:.1f} s in workers; by the clock: {stages}"
    yield f"  orchestration: {rest:.1f} s, {100 * rest / coding:.1f} percent of the coding time (at most 10)"
    after = int(SAMPLES * (1 + (run["seconds_load"] or 0) + (run["seconds_report"] or 0)))
    for name, samples in (("parent", memory.parent), ("largest worker", memory.workers)):
        first, middle, last = thirds(samples[:-after])
        sizes = f"{first:.0f} MB at most in the first third, {middle:.0f} MB in the second, {last:.0f} MB in the last"
        written = f"{max(samples[-after:]):.0f} MB when it writes"
        yield f"  {name}: {sizes}, {last / (first or 1):.2f} times (at most 1.15); {written}"
    yield f"{articles / seconds:.1f}"


def main() -> None:
    """Make the months, code and recode them, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1300)
    parser.add_argument("--lake", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lake = given.lake or work / "lake"
        write_months(feed_items(Settings.load().real_data), given.articles, work / "feeds")
        configs = [config(work / f"config{version}", version) for version in range(3)]
        words = ["run", str(work / "feeds"), "--lake", str(lake), "--config", str(configs[0])]
        seconds, _ = dotterel(words, 2)
        articles = MONTHS * given.articles
        print(f"{MONTHS} months, {articles:,} items; first run with 2 workers {seconds:.1f} s", flush=True)
        rates = []
        for workers in (1, 2):
            *lines, rate = recoded(lake, configs[workers], workers, articles)
            print("\n".join(lines), f"  {rate} articles a second", sep="\n", flush=True)
            rates.append(float(rate))
        print(f"speed-up with two workers: {rates[1] / rates[0]:.2f} (at least 1.5); load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

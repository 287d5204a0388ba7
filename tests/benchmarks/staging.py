"""Prints how fast archives are read, how much memory that takes, and how fast near-copies are marked.

    python tests/benchmarks/staging.py [--articles 100000] [--processes 2]

The feed archives of twelve real days are repeated with other words and dates until there are so many articles, once as
zips of JSON as they came, and once as one large file of JSON lines. Bars: memory of a process below 800 MB, whatever
the input's size (the same is done with a quarter of the articles beside it); near-copies of 100,000 articles marked in
under 3 minutes.
"""

import argparse
import json
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
from real_articles import NEWS

from tasks.extract.raw_files import raw_files
from tasks.load.parquet_files import read_table
from tasks.settings import Settings, Source
from tasks.staging import Manifest, Staging
from tasks.transform.stories import stories
from tasks.workers import Workers

Entries = list[dict[str, Any]]
_EVERY: float = 0.05
"""Seconds between two looks at the memory."""


def changed(entries: Entries, copy: int) -> Entries:
    """The entries as another day might have them: later, with one word more in the headline and one in the text."""
    moved = []
    for number, entry in enumerate(entries):
        stated = entry.get("date_published") or ""
        try:
            day = date.fromisoformat(stated[:10]) + timedelta(days=12 * copy)
            stated = f"{day.isoformat()}{stated[10:]}"
        except ValueError:
            pass
        title = f"{entry.get('title') or ''} {copy}" if copy else entry.get("title")
        text = f"{entry.get('description') or ''} Report {copy * 100_000 + number}."
        moved.append({**entry, "title": title, "description": text, "date_published": stated})
    return moved


def days() -> Iterator[tuple[str, dict[str, Entries]]]:
    """The real days: name, and the entries of each member."""
    for path in sorted((Settings.load().real_data / NEWS / "rss_linkdb_2023").glob("2023-09-*_json.zip")):
        with zipfile.ZipFile(path) as archive:
            found = {name: json.loads(archive.read(name)) for name in archive.namelist()}
        yield path.stem, {name: value for name, value in found.items() if isinstance(value, list)}


def write_archives(folder: Path, wanted: int) -> tuple[Path, Path]:
    """A folder of zips, and a file of JSON lines with the same articles."""
    zips, lines = folder / "zips", folder / "lines.jsonl"
    zips.mkdir()
    known, written, copy = list(days()), 0, 0
    with lines.open("w", encoding="utf-8") as file:
        while written < wanted:
            for name, members in known:
                with zipfile.ZipFile(zips / f"{copy:02d}_{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                    for member, entries in members.items():
                        again = changed(entries, copy)
                        written += len(again)
                        archive.writestr(member, json.dumps(again))
                        file.writelines(f"{json.dumps(entry)}\n" for entry in again)
                if written >= wanted:
                    break
            copy += 1
    return zips, lines


class Memory:
    """The most memory that any child process had, looked at again and again."""

    def __enter__(self) -> "Memory":
        self.most, self._done = 0, False
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done = True
        self._thread.join()

    def _watch(self) -> None:
        while not self._done:
            for child in psutil.Process().children(recursive=True):
                try:
                    self.most = max(self.most, child.memory_info().rss)
                except psutil.Error:
                    continue
            time.sleep(_EVERY)


def stage(path: Path, lake: Path, processes: int) -> list[Manifest]:
    """Stage the raw files of a path with worker processes, print the rate, and give the manifests."""
    source, settings = Source(path.stem, path), replace(Settings.load(), lake=lake)
    found = raw_files(source)
    workers = Workers(processes)
    began = time.monotonic()
    with Memory() as memory, ThreadPoolExecutor(processes) as pool:
        work = "tasks.extract.stage:stage_raw_file"
        manifests = list(pool.map(lambda raw: workers.call(work, raw, source, settings), found))
    seconds = time.monotonic() - began
    workers.close()
    articles, merged = sum(m.articles for m in manifests), sum(m.merged for m in manifests)
    quarantined = sum(len(m.quarantine) for m in manifests)
    size = sum(raw.bytes for raw in found) / 1e6
    print(f"{path.name}: {len(found)} files, {size:.1f} MB, {articles:,} articles, {merged:,} merged, {quarantined:,} "
          f"quarantined: {seconds:.1f} s, {articles / seconds:,.0f} articles/s, {size / seconds:.1f} MB/s; a process "
          f"took at most {memory.most / 1e6:.0f} MB (bar 800)")  # fmt: skip
    return manifests


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    for wanted in (given.articles // 4, given.articles):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            zips, lines = write_archives(folder, wanted)
            stage(lines, folder / "lake-of-lines", given.processes)
            manifests = stage(zips, folder / "lake", given.processes)
            staging = Staging(folder / "lake")
            tables = [read_table(staging.articles(b.batch_id)) for m in manifests for b in m.batches]
            columns = ["article_id", "period", "published_date", "title", "body"]
            rows = pa.concat_tables([table.select(columns) for table in tables])
            rows = rows.append_column("source", pa.array(["feeds"] * rows.num_rows, pa.string()))
            began = time.monotonic()
            found = stories(rows)
            seconds = time.monotonic() - began
            print(f"near-copies of {rows.num_rows:,} articles: {seconds:.1f} s (bar 180 for 100,000), "
                  f"{len(set(found.column('story_id').to_pylist())):,} stories")  # fmt: skip


if __name__ == "__main__":
    main()

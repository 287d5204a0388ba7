"""Kills whole runs and loads over real files at random moments, starts many at once, and compares every lake.

    python tests/benchmarks/kills.py [--runs 30] [--loads 500] [--starts 20] [--seed 1] [--keep DIR]

Bar: whatever was killed, the next run gives the bytes of an undisturbed one in every file outside `runs`; a reader in
a loop meets no torn file, no missing partition and no error; no process is left behind. Exit status 1 below the bar.
Each whole run is `dotterel run` and `dotterel reference load` after it, killed as a group of processes or, every third
time, by the death of one worker; every fifth has a Prefect server of its own. Files are those of DOTTEREL_REAL_DATA.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from random import Random
from typing import Final

sys.path.append(str(Path(__file__).resolve().parents[1]))

from killed_work import PATIENCE, Work, contents, cut_off, difference, killed_loads, left_over, start
from lake_reader import Seen, reading

from flows.prefect_server import prefect_server
from tasks.extract.raw_files import raw_files
from tasks.extract.reference.read_files import read_files
from tasks.extract.reference.registry import find
from tasks.extract.reference.spool import spool_folder
from tasks.load.lake import Lake
from tasks.load.reference_sets import LoadPeriod, periods_to_load
from tasks.settings import Settings, Source
from tasks.staging import Staging

NEWS: Final = (
    *("news/azernews/azernews_analysis.json", "news/azernews/azernews_culture.json"),
    *("news/azernews/azernews_world.json", "feeds/guid-dupes.xml", "feeds/incomplete-fields.atom"),
    *("mail/mbox/mbox.rlug", "mail/mbox/nexus-html-only.mbox", "warc/example-trunc.warc"),
)
"""Small files of several formats, one of them without an article: JSON, feeds, mail, a crawl."""
GDELT: Final = ("gdelt/20191024143000.export.CSV", "gdelt/spark-gdelt_events.csv")
YEARLY: Final = "reference/ucdp/ged191_MMR_BGD.zip"
"""A reference set that is replaced whole, for the loads alone."""
PERIODS: Final = 3
"""Periods of news that the load step is killed over: with seven tables each, so that a pass takes a moment only."""
EARLY: Final = 0.25
"""The part of a run, from its first batch, that every other kill falls into: most of what is coded and written of news.

The rest is mostly the start of the second command, in which nothing is written.
"""
SOURCE: Final = "mixed"
"""One source, so that the periods of its files overlap."""

Commands = list[list[str | Path]]


def commands_of(lake: Path, news: Sequence[Path], gdelt: Sequence[Path]) -> Commands:
    """One whole run."""
    lines: Commands = [["run", *news, "--source", SOURCE, "--lake", lake]]
    if gdelt:
        lines.append(["reference", "load", "gdelt", *gdelt, "--lake", lake])
    return lines


def undisturbed(lake: Path, commands: Commands) -> float:
    """Fill a lake in peace; the seconds from its first coded batch to its end."""
    process = start(commands, secrets.token_hex(8))
    coded = lake / "staging" / "coded"
    while process.poll() is None and not any(path.suffix != ".tmp" for path in coded.glob("*/*")):
        time.sleep(0.01)
    began = time.monotonic()
    if process.wait(PATIENCE):
        raise SystemExit("the undisturbed run failed")
    return time.monotonic() - began


def whole_runs(
    folder: Path, whole: Path, span: float, news: Sequence[Path], gdelt: Sequence[Path], runs: int, seed: int
) -> list[str]:
    """Kill so many whole runs and finish each; what was wrong."""
    expected, wrong, seen, killed, again = contents(whole), [], Seen(), Counter[str](), 0
    began = time.monotonic()
    for number in range(runs):
        random = Random(f"{seed} {number}")
        lake = folder / f"run{number}"
        commands = commands_of(lake, news, gdelt)
        own_server = number % 5 == 4
        environ = os.environ.pop("PREFECT_API_URL", "") if own_server else ""
        latest = span * (EARLY if number % 2 else 1)
        while True:
            with reading(lake) as reader:
                cut = cut_off(commands, lake, random, latest, one_worker=number % 3 == 2)
                if cut.killed != "nothing":
                    between, mark = contents(lake), secrets.token_hex(8)
                    status = start(commands, mark).wait(PATIENCE)
                    stray = [*cut.stray, *left_over(mark)]
            if cut.killed != "nothing":
                break
            again, latest = again + 1, cut.moment
            shutil.rmtree(lake)
        if environ:
            os.environ["PREFECT_API_URL"] = environ
        killed[cut.killed] += 1
        seen.add(reader)
        found = contents(lake)
        differ = difference(found, expected)
        here = [f"run {number}: finished with status {status}"] if status else []
        here += [f"run {number}: {name} differs" for name in differ]
        here += [f"run {number}: left a process: {line}" for line in stray]
        here += [f"run {number}: a reader saw: {line}" for line in reader.wrong]
        wrong += here
        print(
            f"run {number:2}, seed '{seed} {number}': {cut.killed} killed after {cut.moment:5.1f} s, status "
            f"{cut.status}; "
            f"{cut.in_lake} partitions and {cut.temporary} half files there, "
            f"{len(difference(between, expected))} of {len(expected)} files to come; "
            f"{'the same bytes' if not here else f'{len(here)} WRONG'}",
            flush=True,
        )
        for line in here[:5]:
            print(f"    {line}", flush=True)
        shutil.rmtree(lake)
    of_each = ", ".join(f"{count} times {what}" for what, count in sorted(killed.items()))
    print(
        f"{runs} whole runs ({of_each}; {again} had ended before and were killed once more), "
        f"{len(expected)} files each, {time.monotonic() - began:.0f} s; "
        f"reader: {seen.rounds:,} rounds, {seen.files:,} files, {seen.queries:,} queries; {len(wrong)} wrong",
        flush=True,
    )
    return wrong


def loads_of(lake: Path, data: Path) -> tuple[list[Work], list[Work]]:
    """The loads of a lake's own staged batches, of stories, quarantine and a reference set: with less, and with all."""
    staging, root = Staging(lake), Lake(lake)
    old: list[Work] = []
    new: list[Work] = []
    for partition in root.partitions("articles")[:PERIODS]:
        origin = root.origin("articles", partition.source, partition.period)
        assert origin is not None
        for works, batches in ((old, origin.batches[1:]), (new, origin.batches)):
            given = (root, staging, partition.source, partition.period, batches, origin.coder)
            works.append(("tasks.load.news:load_period", given))
    for source in staging.sources():
        manifests = list(staging.manifests(source))
        for works, some in ((old, [m for m in manifests if not m.quarantine]), (new, manifests)):
            works.append(("tasks.load.quarantine:write_quarantine", (root, source, some)))
    dataset = find("ucdp-ged")
    raws = list(enumerate(raw_files(Source("ucdp-ged", data / YEARLY))))
    kept = lake.parent / "spool"
    with spool_folder(lake, "ucdp-ged") as folder:
        read = read_files("ucdp-ged", raws, folder, Settings(lake=lake))
        shutil.copytree(folder, kept)
    for load in periods_to_load(root, dataset, read.files, read.spooled):
        spooled = tuple(type(one)(one.table, one.period, kept / one.path.name) for one in load.spooled)
        with_all = LoadPeriod(load.dataset, load.table, load.period, spooled, load.raws)
        old.append(("tasks.load.reference_sets:load_period", (root, LoadPeriod(load.dataset, load.table, load.period))))
        new.append(("tasks.load.reference_sets:load_period", (root, with_all)))
    for works in (old, new):
        works.append(("tasks.load.stories:load_stories", (root,)))
    return old, new


def only_loads(folder: Path, whole: Path, data: Path, kills: int, seed: int) -> list[str]:
    """Kill the load step so many times; what was wrong."""
    lake = folder / "loads" / "lake"
    shutil.copytree(whole, lake)
    old, new = loads_of(lake, data)
    began = time.monotonic()
    with reading(lake) as reader:
        done = killed_loads(lake, old, new, kills, Random(f"{seed} loads"), lambda: None)
    wrong = [*done.wrong, *(f"a reader saw: {line}" for line in reader.wrong)]
    print(
        f"{done.kills} kills of the load, seed '{seed} loads', over {done.partitions} partitions, "
        f"{time.monotonic() - began:.0f} s: {done.mixed} left some partitions old and others new, {done.temporary} "
        f"half files; reader: {reader.rounds:,} rounds, {reader.files:,} files, {reader.queries:,} queries; "
        f"{len(wrong)} wrong",
        flush=True,
    )
    for line in wrong[:5]:
        print(f"    {line}", flush=True)
    return wrong


def many_starts(
    folder: Path, whole: Path, news: Sequence[Path], gdelt: Sequence[Path], starts: int, seed: int
) -> list[str]:
    """Start so many runs at once, each over some of the files; what was wrong."""
    random, lake = Random(f"{seed} starts"), folder / "starts"
    began, mark = time.monotonic(), secrets.token_hex(8)
    running = []
    for number in range(starts):
        # The first few cover all files; every run shares most of its files with others.
        some = [file for at, file in enumerate(news) if at % 3 == number % 3 or random.random() < 0.5]
        others = [file for at, file in enumerate(gdelt) if at % 3 == number % 3 or random.random() < 0.3]
        running.append(start(commands_of(lake, some, others), mark))
    with reading(lake) as reader:
        statuses = [process.wait(starts * PATIENCE) for process in running]
    differ = difference(contents(lake), contents(whole))
    wrong = [f"{name} differs" for name in differ] + [f"a start ended with status {s}" for s in statuses if s]
    wrong += [f"left a process: {line}" for line in left_over(mark)] + [
        f"a reader saw: {line}" for line in reader.wrong
    ]
    print(
        f"{starts} starts at once, seed '{seed} starts', {time.monotonic() - began:.0f} s, statuses "
        f"{dict(Counter(statuses))}; reader: {reader.rounds:,} rounds; {len(wrong)} wrong",
        flush=True,
    )
    for line in wrong[:5]:
        print(f"    {line}", flush=True)
    return wrong


def main() -> int:
    """Kill, start, compare, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--loads", type=int, default=500)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where the lakes go, and stay")
    given = parser.parse_args()
    data = Settings.load().real_data / "data"
    news, gdelt = [data / name for name in NEWS], [data / name for name in GDELT]
    temporary = tempfile.TemporaryDirectory(prefix="dotterel-kills-") if given.keep is None else nullcontext(given.keep)
    with temporary as place, prefect_server() as server:
        folder = Path(place)
        if server is not None:
            server.wait()
            os.environ["PREFECT_API_URL"] = server.url
        whole = folder / "undisturbed"
        span = undisturbed(whole, commands_of(whole, news, gdelt))
        print(f"undisturbed: {len(contents(whole))} files, {span:.1f} s after the first coded batch", flush=True)
        wrong = only_loads(folder, whole, data, given.loads, given.seed) if given.loads else []
        wrong += whole_runs(folder, whole, span, news, gdelt, given.runs, given.seed) if given.runs else []
        wrong += many_starts(folder, whole, news, gdelt, given.starts, given.seed) if given.starts else []
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

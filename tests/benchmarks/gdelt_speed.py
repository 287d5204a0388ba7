"""Measures how fast GDELT gets into the lake, beside bare conversions of the same files.

    PYTHONPATH=. python tests/benchmarks/gdelt_speed.py [--rows 2000000] [--zips 48 960] [--only lake,pyarrow,...]

The real 15-minute export of 2019-10-24 is multiplied: each copy is the next quarter of an hour, with new ids and dates.
`lake` is all of `dotterel reference load gdelt` but for Prefect: from zips to checked, sorted and synced partitions.
`pyarrow` and `duckdb` turn the unzipped members into one Parquet file each (zstd, all 61 columns, typed as GDELT
declares them) and check, map and merge nothing; `pyarrow_zips` begins with the zips, as the lake does. `typed` is the
same with pandas: read_csv of each zip with the 61 names and the types that GDELT declares, to_parquet with zstd, in one
process.
`text` keeps all columns as text, and `script` lets pandas guess the types, which is fast and wrong: CAMEO's 010 is 10
then.
`gdeltforge` is the command `convert` of that package on the zips, in an environment of its own that is made at the
first run. All others get two processes, which have imported what they need before the clock runs. CPU seconds, divided
by the processes, tell more than those by the clock where others use the machine too.
"""

import argparse
import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tasks.extract.raw_files import raw_files
from tasks.extract.reference.gdelt_lines import LAYOUTS
from tasks.extract.reference.read_files import groups
from tasks.extract.reference.registry import find
from tasks.extract.reference.spool import spool_folder
from tasks.load.lake import Lake
from tasks.load.reference_sets import keep_quarantine, periods_to_load
from tasks.settings import Settings, Source
from tasks.workers import Workers

SOURCE: Final = "gdelt/20191024143000.export.CSV"
FIRST: Final = datetime(2019, 10, 24)
PROCESSES: Final = 2
COLUMNS: Final = LAYOUTS[61]
_PLACES: Final = ("Actor1", "Actor2", "Action")
WHOLE: Final = {
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "IsRootEvent", "QuadClass", "NumMentions", "NumSources",
    "NumArticles", "DATEADDED", *(f"{who}Geo_Type" for who in _PLACES),
}  # fmt: skip
NUMBERS: Final = {
    "FractionDate", "GoldsteinScale", "AvgTone",
    *(f"{who}Geo_{what}" for who in _PLACES for what in ("Lat", "Long")),
}  # fmt: skip
SCRIPTS: Final = ("with_script", "with_text", "with_typed")
HERE: Final = "tests.benchmarks.gdelt_speed"
FORGE: Final = Path(tempfile.gettempdir()) / "dotterel-gdeltforge"


def write_zips(export: Path, folder: Path, rows: int, zips: int) -> tuple[int, int]:
    """Write the zips, and give their number of rows and of bytes after unpacking."""
    lines = [line.split(b"\t") for line in export.read_bytes().splitlines()]
    copies = max(zips, round(rows / len(lines)))
    folder.mkdir(parents=True)
    counts = [copies // zips + (number < copies % zips) for number in range(zips)]
    moment, made, size, next_id = FIRST, 0, 0, int(lines[0][0])
    for count in counts:
        name = f"{moment:%Y%m%d%H%M%S}.export.CSV"
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            text = bytearray()
            for _ in range(count):
                for line in lines:
                    text += b"\t".join(_moved(line, moment, next_id)) + b"\n"
                    next_id += 1
                made += len(lines)
                moment += timedelta(minutes=15)
            archive.writestr(name, bytes(text))
            size += len(text)
    return made, size


def _moved(line: list[bytes], moment: datetime, number: int) -> list[bytes]:
    """The event of the original, as if it had been added at another moment."""
    day = f"{moment:%Y%m%d}".encode() if line[1] == b"20191024" else line[1]
    fraction = f"{moment.year + moment.timetuple().tm_yday / 366:.4f}".encode()
    return [str(number).encode(), day, day[:6], day[:4], fraction, *line[5:59], f"{moment:%Y%m%d%H%M%S}".encode(),
            line[60]]  # fmt: skip


# --- what is measured


def load(zips: Path, out: Path, workers: Workers) -> int:
    """Zips to partitions of a lake; the rows loaded."""
    settings, dataset = Settings.load(lake=out / "lake"), find("gdelt")
    lake = Lake(settings.lake)
    raws = list(enumerate(raw_files(Source("gdelt", zips))))
    with spool_folder(settings.lake, "gdelt") as folder, ThreadPoolExecutor(PROCESSES) as threads:
        read = list(threads.map(
            lambda group: workers.call(READ, "gdelt", group, folder, settings), groups(raws)
        ))  # fmt: skip
        files = [file for one in read for file in one.files]
        keep_quarantine(lake, dataset, files)
        todo = periods_to_load(lake, dataset, files, [spooled for one in read for spooled in one.spooled])
        loaded = list(threads.map(lambda period: workers.call(LOAD, lake, period), todo))
    return sum(period.rows for period in loaded)


READ: Final = "tasks.extract.reference.read_files:read_files"
LOAD: Final = "tasks.load.reference_sets:load_period"


def bare(work: str) -> Callable[[Path, Path, Workers], int]:
    """Members or zips to one Parquet file each, in two processes or that of a script; the rows written."""

    def measure(members: Path, out: Path, workers: Workers) -> int:
        out.mkdir(parents=True)
        with ThreadPoolExecutor(1 if work in SCRIPTS else PROCESSES) as threads:
            files = sorted(members.iterdir())
            return sum(
                threads.map(lambda file: workers.call(f"{HERE}:{work}", file, out / f"{file.name}.parquet"), files)
            )

    return measure


def _type(name: str) -> Any:
    return pa.int64() if name in WHOLE else pa.float64() if name in NUMBERS else pa.string()


def with_pyarrow(file: Path | IO[bytes], to: Path) -> int:
    """One member to Parquet with pyarrow, on one core."""
    pa.set_cpu_count(1)
    table = pa.csv.read_csv(
        file,
        pa.csv.ReadOptions(column_names=COLUMNS, use_threads=False),
        pa.csv.ParseOptions(delimiter="\t", quote_char=False),
        pa.csv.ConvertOptions(column_types={name: _type(name) for name in COLUMNS}, strings_can_be_null=True),
    )
    pq.write_table(table, to, compression="zstd")
    return int(table.num_rows)


def with_pyarrow_zips(file: Path, to: Path) -> int:
    """One zip to Parquet with pyarrow, on one core."""
    with zipfile.ZipFile(file) as archive, archive.open(archive.namelist()[0]) as member:
        return with_pyarrow(member, to)


def with_duckdb(file: Path, to: Path) -> int:
    """One member to Parquet with DuckDB, on one core."""
    kinds = {n: "BIGINT" if n in WHOLE else "DOUBLE" if n in NUMBERS else "VARCHAR" for n in COLUMNS}
    with duckdb.connect(config={"threads": 1}) as connection:
        query = f"""copy (select * from read_csv('{file}', delim='\\t', header=false, quote='', escape='',
            auto_detect=false, columns={kinds})) to '{to}' (format parquet, compression zstd)"""
        return int(connection.execute(query).fetchone()[0])


def with_script(file: Path, to: Path) -> int:
    """One zip to Parquet as one would write it with pandas."""
    frame = pd.read_csv(file, sep="\t", names=list(COLUMNS))
    frame.to_parquet(to, compression="zstd")
    return len(frame)


def with_text(file: Path, to: Path) -> int:
    """One zip to Parquet as one would write it with pandas so that no code loses its zeros: all columns as text."""
    frame = pd.read_csv(file, sep="\t", names=list(COLUMNS), dtype="str")
    frame.to_parquet(to, compression="zstd")
    return len(frame)


def with_typed(file: Path, to: Path) -> int:
    """One zip to Parquet as one would write it with pandas and care for the types."""
    kinds = {n: "Int64" if n in WHOLE else "float64" if n in NUMBERS else "str" for n in COLUMNS}
    frame = pd.read_csv(file, sep="\t", names=list(COLUMNS), dtype=kinds, quoting=csv.QUOTE_NONE)
    frame.to_parquet(to, compression="zstd")
    return len(frame)


def warm(_: int) -> None:
    """Import in a worker what the measured work needs, and use it once."""
    from tasks.extract.reference.gdelt_codes import codes

    codes()
    with tempfile.TemporaryDirectory() as folder:
        few = Path(folder) / "few"
        few.write_bytes(b"\t".join([b"1"] * 61) + b"\n")
        for convert in (with_pyarrow, with_duckdb, with_script):
            convert(few, few.with_suffix(".parquet"))
    time.sleep(0.5)  # so that the other worker gets its turn


def spent(_: int) -> float:
    """Seconds that the processors have worked for a worker."""
    time.sleep(0.2)
    return time.process_time()


def peak(_: int) -> int:
    """The largest memory that a worker has had, in bytes."""
    time.sleep(0.2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# --- GdeltForge

FORGE_RUN: Final = """
import json, sys, time
from importlib.resources import files
from pathlib import Path
import yaml
from gdeltforge.conversion.converter import run_converter
from gdeltforge.utils.config import load_config


def convert(zips, out):
    settings = yaml.safe_load((files("gdeltforge") / "config" / "default_settings.yaml").read_text())
    for what, where in (("downloaded", zips), ("unzipped", out / "csv"), ("parquet", out / "parquet")):
        settings["paths"][f"event_15min_{what}_data_directory"] = str(where)
    settings["converter"]["max_workers"] = 2
    out.mkdir(parents=True)
    (out / "settings.yaml").write_text(yaml.safe_dump(settings))
    began = time.perf_counter()
    made, failed = run_converter(load_config(str(out / "settings.yaml")), "gdelt_event_15min", quiet=True)
    if failed or not made:
        sys.exit(f"{len(made)} made, {failed}")
    return time.perf_counter() - began


if __name__ == "__main__":
    few, zips, out = map(Path, sys.argv[1:])
    start = convert(few, out / "few")
    print(json.dumps({"start": start, "all": convert(zips, out / "all")}))
"""


def gdeltforge(few: Path, zips: Path, out: Path) -> float:
    """Seconds of GdeltForge's conversion of the same zips, without those that it takes for hardly any."""
    python = FORGE / "bin" / "python"
    if not python.exists():
        venv.create(FORGE, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "gdeltforge"], check=True)
    out.mkdir(parents=True)
    script = out / "convert.py"
    script.write_text(FORGE_RUN, encoding="utf-8")
    done = subprocess.run([python, script, few, zips, out], capture_output=True, text=True, check=False, cwd=out)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:] + done.stdout[-2000:])
    seconds = json.loads(done.stdout.splitlines()[-1])
    return float(seconds["all"] - seconds["start"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=2_000_000)
    options.add_argument("--zips", type=int, nargs="*", default=[48, 960])
    options.add_argument("--only", default="lake,pyarrow,pyarrow_zips,duckdb,script,text,typed,gdeltforge")
    options.add_argument("--folder", type=Path)
    given = options.parse_args()
    export = Settings.load().real_data / "data" / SOURCE
    export = export if export.exists() else Settings.load().real_data / SOURCE
    for zips in given.zips:
        with tempfile.TemporaryDirectory(dir=given.folder, prefix="gdelt-speed-") as name:
            measure(export, Path(name), given.rows, zips, given.only.split(","))


def measure(export: Path, folder: Path, rows: int, zips: int, only: list[str]) -> None:
    """Write the files, measure everything, and print a line each."""
    made, size = write_zips(export, folder / "zips", rows, zips)
    (folder / "members").mkdir()
    for path in (folder / "zips").iterdir():
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / "members")
    os.sync()
    print(f"{made:,} rows in {zips} zips, {size / 1e6:,.0f} MB unpacked, {PROCESSES} processes")
    print(f"{'':12} {'seconds':>8} {'rows/s':>10} {'MB/s':>6} {'CPU seconds':>11} {'MB a process':>12}")
    for what in only:
        os.sync()  # what the one before has left for the disk
        if what == "gdeltforge":
            write_zips(export, folder / "few", PROCESSES * 2111, PROCESSES)
            _line(what, made, size, gdeltforge(folder / "few", folder / "zips", folder / what))
            continue
        done, seconds, spent, most = _measured(what, folder)
        if done != made:
            sys.exit(f"{what}: {done:,} rows instead of {made:,}")
        _line(what, made, size, seconds, spent, most)
        shutil.rmtree(folder / what)


def _measured(what: str, folder: Path) -> tuple[int, float, float, int]:
    """Rows, seconds by the clock, seconds of the processors, and the memory of the larger process."""
    work = load if what == "lake" else bare(f"with_{what}")
    of = "members" if what in ("pyarrow", "duckdb") else "zips"
    workers = Workers(PROCESSES)
    try:
        with ThreadPoolExecutor(PROCESSES) as threads:

            def in_each(function: str) -> list[Any]:
                return list(threads.map(lambda n: workers.call(f"{HERE}:{function}", n), range(PROCESSES)))

            in_each("warm")
            before = sum(in_each("spent")) + time.process_time()
            began = time.perf_counter()
            done = work(folder / of, folder / what, workers)
            seconds = time.perf_counter() - began
            spent = sum(in_each("spent")) + time.process_time() - before
            return done, seconds, spent, max(in_each("peak"))
    finally:
        workers.close()


def _line(what: str, rows: int, size: int, seconds: float, spent: float = 0, most: int = 0) -> None:
    also = f"{spent:11.1f} {most / 1e6:12,.0f}" if most else ""
    print(f"{what:12} {seconds:8.1f} {rows / seconds:10,.0f} {size / 1e6 / seconds:6.1f} {also}", flush=True)


if __name__ == "__main__":
    main()

"""Prints how long each export of a large lake takes, how much memory, and how large it is.

    python tests/benchmarks/export_speed.py [--events 1000000] [--as gdelt ...] [--lake DIR]

The lake is made from rows of a real export of GDELT (`large_lake.py`), half of it as if coded from articles, in a
temporary folder; with `--lake` it is kept there, and used again when it is there. Each export runs in a process of its
own, whose largest memory counts. Bar: 2 GB for any number of events, since DuckDB may take one of them.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from large_lake import EXPORT, make_lake

from tasks.load.lake import Lake
from tasks.report.export.formats import FORMATS, export
from tasks.report.export.selection import Selection
from tasks.settings import Settings

BAR: Final = 2_000
"""MB."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--as", dest="forms", action="append", choices=FORMATS)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        measure(Path(given.one[0]), given.one[1], Path(given.one[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        root = given.lake or Path(folder) / "lake"
        if not Lake(root).partitions():
            make_lake(root, Settings.load().real_data / EXPORT, given.events, months=12, coded_share=0.5)
        for form in given.forms or FORMATS:
            out = Path(folder) / f"export.{form}"
            subprocess.run([sys.executable, __file__, "--one", str(root), form, str(out)], check=True)


def measure(root: Path, form: str, out: Path) -> None:
    """Export once, and print what it took."""
    began = time.perf_counter()
    done = export(root, form, out, Selection())
    took = time.perf_counter() - began
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    files = [out] if out.is_file() else list(out.iterdir())
    size = sum(file.stat().st_size for file in files) / 1e6
    verdict = "" if largest < BAR else f"   OVER {BAR} MB"
    print(f"{form:<12}{done.rows:>10,} rows in {took:6.1f} s, {largest:6.0f} MB of memory, {size:6.0f} MB{verdict}")


if __name__ == "__main__":
    main()

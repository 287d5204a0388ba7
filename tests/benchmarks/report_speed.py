"""Prints how long each report takes over a lake of millions of events.

    python tests/benchmarks/report_speed.py [--events 20000000] [--months 30] [--report border_watch ...] [--lake DIR]

The lake is made from rows of a real export of GDELT (`large_lake.py`) in a temporary folder and removed afterwards;
with `--lake` it is kept there, and used again when it is there. Bar: each report in under 3 seconds on 2 cores over 20
million events, as a user calls it, from opening the lake to the rows. The best of three runs is what counts. Beside it
stands the time of the processors, which tells more on a machine that does other things, and what a bare scan of eight
columns of all events takes at the same time.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Final

from large_lake import EXPORT, make_lake

from tasks.load.lake import Lake
from tasks.load.parquet_files import count_rows
from tasks.load.reference import load_facts
from tasks.report.query import ask
from tasks.report.reports import list_reports, run_report
from tasks.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
BAR: Final = 3.0
"""Seconds."""

SCANNED: Final = ("event_date", "event_type", "quad_class", "actor_country", "recipient_country", "place_country",
                  "place_name", "intensity")  # fmt: skip
"""Columns that any of these reports must look at."""

ASKED: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "border_watch": ({}, {"dataset": "gdelt"}),
    "overstretch": ({}, {"dataset": "gdelt"}),
    "agreement": ({},),
    "ally_ledger": ({}, {"alliance": "NATO"}, {"dataset": "gdelt"}),
    "membership": ({}, {"organisation": "NATO"}),
    "arms_dependence": ({"country": "ARM"},),
    "timeline": ({"country": "ARM"},),
    "claims": ({"country": "ARM"},),
    "quotes": ({"country": "ARM"},),
}
"""The parameters that a report is asked with; without any where it does not stand here."""
SHOWN: Final = (
    *("border_watch", "overstretch", "agreement", "ally_ledger", "membership"),
    *("arms_dependence", "claims_check", "displacement"),
)
"""Those that the bar holds for, and that are asked where none is named."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--report", action="append", choices=[report.name for report in list_reports()])
    parser.add_argument("--lake", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.lake or Path(folder)
        if not Lake(root).partitions():
            began = time.perf_counter()
            make_lake(root, Settings.load().real_data / EXPORT, given.events, months=given.months)
            load_facts(Lake(root), ROOT / "data" / "reference", ROOT / "config" / "codebook" / "people.csv")
            print(f"made the lake in {time.perf_counter() - began:.0f} s")
        files = Lake(root).partitions("events")
        print(f"{sum(count_rows(file.path) for file in files):,} events in {len(files)} files")
        began, began_work = time.perf_counter(), time.process_time()
        ask(root, f"select max(hash({', '.join(SCANNED)})) from events")
        took, worked = time.perf_counter() - began, time.process_time() - began_work
        print(f"{'bare scan':<36}{took:6.2f} s, processors {worked:6.2f} s")
        for name in given.report or SHOWN:
            for params in ASKED.get(name, ({},)):
                measure(root, name, params)


def measure(root: Path, name: str, params: dict[str, str]) -> None:
    """Ask three times, and print the best times, all times and the number of rows."""
    seconds, worked = [], []
    for _ in range(3):
        began, began_work = time.perf_counter(), time.process_time()
        rows = run_report(root, name, params).num_rows
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - began_work)
    asked = " ".join([name, *(f"{key}={value}" for key, value in params.items())])
    verdict = "" if min(seconds) < BAR else f"   OVER {BAR:.0f} s"
    spent = f"{min(seconds):6.2f} s, processors {min(worked):6.2f} s"
    print(f"{asked:<36}{spent}  ({', '.join(f'{s:.2f}' for s in seconds)}), {rows:,} rows{verdict}")


if __name__ == "__main__":
    main()

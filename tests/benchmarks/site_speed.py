"""Prints how long the site of a lake of a million events takes to build, and how large its pages are.

    python tests/benchmarks/site_speed.py [--events 1000000] [--months 30] [--lake DIR] [--out DIR]

The lake is made from rows of a real export of GDELT (`large_lake.py`), most of its events coded from articles, in a
temporary folder; with `--lake` it is kept there, and used again when it is there. Bars: built in under 2 minutes on 2
cores, no page above 3 MB. Where Chromium is there, the time to the first paint of the largest page stands beside it.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from large_lake import EXPORT, make_lake

from tasks.load.lake import Lake
from tasks.load.parquet_files import count_rows
from tasks.load.reference import load_facts
from tasks.report.site.build import build_site
from tasks.settings import Settings, shipped

CODED_SHARE: Final = 0.9
BAR_SECONDS: Final = 120.0
BAR_BYTES: Final = 3_000_000
BAR_PAINT: Final = 2.0
"""Seconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=30)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root, out = given.lake or Path(folder) / "lake", given.out or Path(folder) / "site"
        if not Lake(root).partitions():
            export = Settings.load().real_data / EXPORT
            make_lake(root, export, given.events, months=given.months, coded_share=CODED_SHARE)
            load_facts(Lake(root), shipped("data/reference"), shipped("config") / "codebook" / "people.csv")
        print(f"{sum(count_rows(file.path) for file in Lake(root).partitions('events')):,} events")
        began, worked = time.perf_counter(), time.process_time()
        built = build_site(root, out, shipped("config") / "codebook")
        took = time.perf_counter() - began
        print(f"built in {took:.1f} s, processors {time.process_time() - worked:.1f} s{over(took, BAR_SECONDS)}")
        print(f"{built}{over(built.largest_bytes, BAR_BYTES)}")
        paint(out, built.largest)


def over(value: float, bar: float) -> str:
    return "" if value < bar else f"   OVER {bar:,.0f}"


def paint(site: Path, path: str) -> None:
    """Print when a page is first painted, as Chromium itself says."""
    place = shutil.which("chromium")
    if place is None:
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        for name in ("index.html", path):
            page = browser.new_page()
            page.goto(f"file://{site}/{name}")
            entry = "performance.getEntriesByName('first-contentful-paint')[0]"
            page.wait_for_function(f"() => {entry}")
            seconds = page.evaluate(f"() => {entry}.startTime") / 1000
            print(f"{name}: first paint after {seconds:.2f} s{over(seconds, BAR_PAINT)}")
        browser.close()


if __name__ == "__main__":
    main()

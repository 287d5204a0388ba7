"""Prints what is wrong in the site of the twelve real days of feeds, as a browser, axe and a keyboard find it.

    python tests/benchmarks/site_faults.py [--lake DIR] [--site DIR]

Without `--site` the days are read and coded first (about 5 minutes, with one process), or the site of `--lake` is
built. Every page is opened from the disk; of each kind one is looked at with axe in light and dark, by a keyboard
alone, and as wide as a phone; its first numbers, bars and dots are clicked, and the sentence that each arrives at is
read. Bar: no fault.
DOTTEREL_AXE is axe-core's `axe.min.js` (`npm pack axe-core`); without it that is left out. Screenshots are kept where
DOTTEREL_SCREENSHOTS names a folder.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[1] / "report" / "site"))

from looked_at import (
    Looked,
    barriers,
    keep_screenshots,
    numbers_without_evidence,
    one_of_each_kind,
    out_of_reach,
)
from real_site import make_real_site, real_days
from written_sites import CODEBOOK, pages

from tasks.report.site.build import build_site
from tasks.settings import Settings

MOST_CLICKS: Final = 12
"""Numbers of a page that are clicked."""


def clicked(looked: Looked, site: Path, path: str) -> tuple[int, list[str]]:
    """How many numbers of a page were clicked, and of which no sentence, list or SQL comes into sight."""
    page = looked.open(site, path)
    links = "td.n a[href], .figures a[href], svg.chart a, a.place"
    addresses = page.eval_on_selector_all(links, "all => all.map((a) => a.getAttribute('href'))")[:MOST_CLICKS]
    faults = []
    for number, address in enumerate(addresses):
        page = looked.open(site, path)
        with page.expect_navigation():
            page.locator(links).nth(number).dispatch_event("click")
        arrived = page.locator(":target:not(:empty), :target:empty + mark") if "#" in page.url else page.locator("main")
        if not arrived.count() or not arrived.first.is_visible():
            faults.append(f"{path}: a click on {address} arrives nowhere")
        elif (told := arrived.locator("ul.told > li")).count() and told.first.locator("p.s").count():
            words = told.first.locator("mark.trigger").all_inner_texts()
            if not words or words[0] not in told.first.locator("p.s").inner_text():
                faults.append(f"{path}: {address} shows a sentence without its trigger marked")
    return len(addresses), faults


def look(chromium: Any, site: Path, axe: str) -> list[str]:
    """All faults of a site, in words."""
    faults = numbers_without_evidence(site)
    looked, kinds = Looked(chromium, bypass_csp=bool(axe)), one_of_each_kind(site)
    for path in pages(site):
        looked.open(site, path)
    print(f"{len(pages(site)):,} pages opened, {len(faults) + len(looked.wrong)} faults", flush=True)
    clicks = 0
    for path in kinds:
        page = looked.open(site, path)
        keep_screenshots(page, f"september-{path}")
        faults += [f"{path}: {fault}" for fault in out_of_reach(looked.open(site, path))]
        faults += [f"{path}: {fault}" for fault in (barriers(page, axe) if axe else [])]
        page.set_viewport_size({"width": 360, "height": 800})
        if (width := looked.open(site, path).evaluate("() => document.documentElement.scrollWidth")) > 360:
            faults.append(f"{path}: is {width} wide on a phone")
        page.set_viewport_size({"width": 1280, "height": 720})
        count, found = clicked(looked, site, path)
        clicks, faults = clicks + count, faults + found
        print(f"{path}: {count} clicks, {len(faults) + len(looked.wrong)} faults until here", flush=True)
    print(f"{len(kinds)} kinds of page looked at, {clicks:,} numbers, bars and dots clicked")
    return faults + looked.wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path)
    parser.add_argument("--site", type=Path)
    given = parser.parse_args()
    place = shutil.which("chromium")
    if place is None:
        sys.exit("site_faults.py: needs Chromium (apt-get install chromium)")
    axe = os.environ.get("DOTTEREL_AXE")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site, began = given.site or Path(folder) / "site", time.monotonic()
        if not given.site and given.lake:
            print(build_site(given.lake, site, CODEBOOK))
        elif not given.site:
            print(make_real_site(real_days(Settings.load().real_data), Path(folder)))
        print(f"built in {time.monotonic() - began:.0f} s")
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        faults = look(browser, site.resolve(), Path(axe).read_text(encoding="utf-8") if axe else "")
        browser.close()
    print(*faults, f"{len(faults)} faults in {time.monotonic() - began:.0f} s", sep="\n")


if __name__ == "__main__":
    main()

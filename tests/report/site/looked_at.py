"""Looks at a site as people do: in a browser, by a keyboard alone, through axe, and from each number to its evidence.

What each function gives are the faults that it found, in words; an empty list is a site without one.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import html
from written_sites import pages

from tasks.report.site.rendering import PAGES

TOP = [path for path, _ in PAGES]
SCHEMES = ("light", "dark")
_NUMBERS = "//td[contains(concat(' ', @class, ' '), ' n ')] | //*[@class='figures']//b | //p[@class='lead']/a"
_EVIDENCE = "descendant-or-self::*[self::mark or self::pre or self::li or self::table]"
_FOCUS = """() => {
  window.reached = new Map();
  document.addEventListener('focusin', ({target}) => {
    const mark = target.querySelector('path, circle');
    const style = getComputedStyle(target);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    window.reached.set(target, outlined || (!!mark && parseFloat(getComputedStyle(mark).strokeWidth) >= 2));
  });
}"""
_WANTED = "'a[href], button, input, summary, [tabindex=\"0\"]'"
_COUNT = f"() => [...document.querySelectorAll({_WANTED})].filter((e) => e.checkVisibility()).length"
_UNREACHED = f"""() => {{
  const wanted = [...document.querySelectorAll({_WANTED})].filter((e) => e.checkVisibility());
  const named = (e) => e.outerHTML.slice(0, 120);
  const mouse = [...document.querySelectorAll('body *')].filter(
    (e) => getComputedStyle(e).cursor === 'pointer' && e.checkVisibility() && !e.closest({_WANTED}));
  return [
    ...wanted.filter((e) => !window.reached.has(e)).map((e) => 'not reached: ' + named(e)),
    ...wanted.filter((e) => window.reached.get(e) === false).map((e) => 'focus not seen: ' + named(e)),
    ...mouse.map((e) => 'for a mouse alone: ' + named(e)),
  ];
}}"""


class Looked:
    """A page of a browser, and what went wrong in it: errors of its console, requests that leave the disk."""

    def __init__(self, chromium: Any, **how: Any) -> None:
        self.context = chromium.new_context(**how)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.wrong.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("dialog", lambda dialog: (self.wrong.append("a dialog"), dialog.dismiss()))
        self.page.on("request", lambda r: r.url.startswith(("file:", "blob:")) or self.wrong.append(f"asked {r.url}"))

    def open(self, site: Path, path: str) -> Any:
        self.page.goto(f"file://{site}/{path}")
        return self.page


def an_article(site: Path) -> str:
    """The page of an article that an event was read from."""
    return next(p for p in pages(site) if p.startswith("articles/") and 'class="sentence"' in (site / p).read_text())


def one_of_each_kind(site: Path) -> list[str]:
    """The pages of the top, and one each of the pages of countries, of pairs and of articles with an event."""
    found = pages(site)
    country = next(path for path in found if path.startswith("countries/") and path[10:13].isupper())
    dyad = next(path for path in found if path.startswith("dyads/") and path != "dyads/index.html")
    return [*TOP, country, dyad, an_article(site)]


def numbers_without_evidence(site: Path) -> list[str]:
    """Numbers that lead nowhere, or to a place without a sentence, SQL or list. Zeros have no evidence."""
    read = {path: html.fromstring((site / path).read_bytes()) for path in pages(site) if "articles/" not in path}
    faults = []
    for path, page in read.items():
        for cell in page.xpath(_NUMBERS):
            said = cell.text_content().strip()
            link = cell if cell.tag == "a" else next(iter(cell.xpath(".//a[@href]")), None)
            if said in ("", "0"):
                continue
            if link is None:
                faults.append(f"{path}: {said} leads nowhere")
                continue
            place, _, anchor = link.get("href").partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(path), place)) if place else path  # noqa: PTH118, PTH120
            if target.startswith("articles/"):
                continue  # its text is evidence; that the place is there, the test of all links says
            found = read[target].xpath("//*[@id=$id]", id=unquote(anchor)) if anchor else [read[target]]
            if found and found[0].tag == "h2":  # what stands below a heading
                found = found[0].xpath("following-sibling::*[.//table or .//pre][1]")
            if not found or not found[0].xpath(_EVIDENCE):
                faults.append(f"{path}: {said} leads to {link.get('href')}, where nothing stands")
    return faults


def barriers(page: Any, axe: str) -> list[str]:
    """What axe-core finds serious or critical in an open page, in light colours and of the contrast also in dark."""
    page.evaluate(axe)
    faults = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        rules = "{}" if scheme == "light" else "{runOnly: ['color-contrast']}"
        found = page.evaluate(f"() => axe.run({{resultTypes: ['violations'], ...{rules}}})")
        faults += [
            f"{scheme}, {rule['id']}: {[node['html'][:160] for node in rule['nodes'][:3]]}"
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
    return faults


def out_of_reach(page: Any) -> list[str]:
    """What a keyboard does not reach in an open page, where its focus is not seen, and what is for a mouse alone."""
    page.evaluate(_FOCUS)
    for _ in range(page.evaluate(_COUNT)):
        page.keyboard.press("Tab")
    faults: list[str] = page.evaluate(_UNREACHED)
    return faults


def keep_screenshots(page: Any, name: str) -> None:
    """Screenshots of an open page as it is, dark, printed and on a phone, where DOTTEREL_SCREENSHOTS names a folder."""
    if folder := os.environ.get("DOTTEREL_SCREENSHOTS"):
        named = Path(folder) / name.removesuffix(".html").replace("/", "-")
        wide = page.viewport_size
        page.screenshot(path=f"{named}.png", full_page=True)
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=f"{named}-dark.png")
        page.emulate_media(color_scheme="light", media="print")
        page.screenshot(path=f"{named}-print.png")
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 360, "height": 1200})
        page.screenshot(path=f"{named}-phone.png")
        page.set_viewport_size(wide)

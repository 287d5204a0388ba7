"""The site of the sample, as a browser shows it from the disk."""

import csv
import os
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from looked_at import TOP, an_article, barriers, keep_screenshots, numbers_without_evidence, out_of_reach
from lxml import etree
from written_sites import anchors, pages

from tasks.report.query import run_sql

SOME = [*TOP, "countries/ARM.html", "countries/all.html", "dyads/ARM-AZE.html"]


def test_every_page_is_there(sample_site: Path) -> None:
    assert set(SOME) <= set(pages(sample_site))
    assert len([path for path in pages(sample_site) if path.startswith("articles/")]) > 90


def test_every_link_leads_to_a_page_and_a_place_in_it(sample_site: Path) -> None:
    known = {path: anchors((sample_site / path).read_text()) for path in pages(sample_site)}
    broken = []
    for path in known:
        for link in re.findall(r'<a [^>]*?href="([^"]*)"', (sample_site / path).read_text()):
            if link.startswith(("http://", "https://")):
                continue
            place, _, anchor = unescape(link).partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(path), place)) if place else path  # noqa: PTH118, PTH120
            if target not in known or (anchor and unquote(anchor) not in known[target]):
                broken.append(f"{path}: {link}")
    assert broken == []


def test_every_number_leads_to_its_evidence(sample_site: Path) -> None:
    assert numbers_without_evidence(sample_site) == []


def test_every_page_opens_from_the_disk_without_an_error_or_a_request(sample_site: Path, look: Any) -> None:
    looked = look()
    articles = [path for path in pages(sample_site) if path.startswith("articles/")]
    for path in [*(path for path in pages(sample_site) if path not in articles), *articles[::6]]:
        page = looked.open(sample_site, path)
        if path in (*SOME, articles[0]):
            keep_screenshots(page, f"sample-{path}")
    assert looked.wrong == []


def test_nothing_is_written_for_a_script_or_style_of_another(sample_site: Path) -> None:
    for path in pages(sample_site):
        text = (sample_site / path).read_text()
        assert "default-src &#39;none&#39;" in text
        assert not re.search(r"<[^>]+\s(on\w+|style)=", text)
        assert not re.search(r"<(link|img|iframe|object|embed|base|form)\b", text)


@pytest.mark.parametrize("path", ["countries/ARM.html", "dyads/ARM-AZE.html", "countries/all.html"])
def test_a_click_on_a_number_arrives_at_its_sentences_and_then_in_the_article(
    sample_site: Path, look: Any, path: str
) -> None:
    page = look().open(sample_site, path)
    number = page.locator("table.sortable tbody td.n a").first
    anchor, count = number.get_attribute("href").removeprefix("#"), int(number.inner_text())
    number.click()
    section = page.locator(f"[id='{anchor}']")
    assert section.is_visible()
    assert section.locator("ul.told > li").count() == min(count, 6)
    told = section.locator("ul.told > li").first
    trigger = told.locator("mark.trigger").first.inner_text()
    sentence = told.locator("p.s").inner_text()
    told.get_by_text("read in the article").click()
    reached = page.locator(".sentence:target")
    assert reached.inner_text().strip() == sentence.strip()
    assert trigger in reached.locator("mark.trigger").all_inner_texts()


def test_a_bar_is_a_link_to_its_sentences(sample_site: Path, look: Any) -> None:
    page = look().open(sample_site, "countries/ARM.html")
    bar = page.locator("svg.chart a[href='#m-2023-09-4']")
    assert bar.get_attribute("aria-label") == "September 2023, material conflict: 3"
    bar.click()
    assert page.url.endswith("#m-2023-09-4")
    assert page.locator("[id='m-2023-09-4'] h3").inner_text().endswith("3 incidents")


def test_the_marked_words_are_actor_trigger_and_recipient(sample_site: Path, look: Any) -> None:
    page = look().open(sample_site, "dyads/ARM-AZE.html")
    told = page.locator("ul.told > li", has_text="Azerbaijan attacked the Armenian towns").first
    marked = {kind: told.locator(f"mark.{kind}").first.inner_text() for kind in ("actor", "trigger", "recipient")}
    assert (marked["actor"], marked["trigger"]) == ("Azerbaijan", "attacked")
    assert "Armenia" in marked["recipient"]


def test_a_pair_has_the_quotations_in_which_one_names_the_other(sample_site: Path, look: Any) -> None:
    page = look().open(sample_site, "dyads/ARM-AZE.html")
    said = page.locator("h2#quotes + ul > li")
    assert "Azerbaijan had captured 12 of its soldiers" in said.locator(".s").all_inner_texts()
    assert said.get_by_role("link", name="read in the article").count() == said.count()
    assert look().open(sample_site, "dyads/KGZ-TJK.html").locator("h2#quotes").inner_text().startswith("What they say")


def test_tables_are_sorted_filtered_and_kept_as_csv(sample_site: Path, look: Any, tmp_path: Path) -> None:
    looked = look(accept_downloads=True)
    page = looked.open(sample_site, "countries/index.html")
    table = page.locator("table.sortable").first
    head = table.locator("thead th").nth(1)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    numbers = [int(text) for text in table.locator("tbody td:nth-of-type(1)").all_inner_texts()]
    assert numbers == sorted(numbers)
    assert len(numbers) > 10
    page.get_by_label("Filter").first.fill("armenia")
    shown = [row for row in table.locator("tbody tr").all() if row.is_visible()]
    assert [row.locator("th").inner_text() for row in shown] == ["Armenia"]
    assert re.match(
        r"1 of \d+ rows", table.locator("xpath=../preceding-sibling::*[1]").get_by_role("status").inner_text()
    )
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as CSV").first.click()
    saved.value.save_as(tmp_path / "saved.csv")
    rows = list(csv.reader((tmp_path / "saved.csv").open(encoding="utf-8-sig", newline="")))
    assert (rows[0][0], [row[0] for row in rows[1:]]) == ("country", ["Armenia"])
    assert looked.wrong == []


@pytest.mark.parametrize(
    ("path", "what", "title", "noted"),
    [
        ("countries/ARM.html", "Chart", "Armenia: incidents by month of publication", "verbal conflict"),
        ("map.html", "Map", "Where it happened, all months: ", "dashed: contested"),
    ],
)
def test_a_drawing_is_kept_as_svg_and_as_png_with_its_title_and_what_colours_mean(
    sample_site: Path, look: Any, tmp_path: Path, path: str, what: str, title: str, noted: str
) -> None:
    looked = look(accept_downloads=True)
    page = looked.open(sample_site, path)
    for form, beginning in (("SVG", b"<svg "), ("PNG", b"\x89PNG")):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"{what} as {form}").click()
        assert (
            saved.value.suggested_filename == f"{path.removeprefix('countries/').removesuffix('.html')}.{form.lower()}"
        )
        saved.value.save_as(tmp_path / form)
        kept = (tmp_path / form).read_bytes()
        assert kept.startswith(beginning)
        assert b"var(" not in kept
        assert len(kept) > 5_000
    drawn = etree.parse(tmp_path / "SVG")
    texts = ["".join(text.itertext()) for text in drawn.iter("{*}text")]
    assert texts[0].startswith(title)
    assert noted in texts
    fills = {part.get("fill") for part in drawn.iter("{*}path", "{*}circle")}
    assert len(fills) > 3
    assert looked.wrong == []


def test_the_slider_of_the_map_shows_one_month(sample_site: Path, look: Any) -> None:
    looked = look()
    page = looked.open(sample_site, "map.html")
    shown = page.locator("#month-shown")
    assert shown.inner_text().startswith("all months: ")
    everything = page.locator("a.place:visible").count()
    page.locator("#month").focus()
    page.keyboard.press("End")
    assert re.fullmatch(r"2024-\d\d: 1 incident in 1 place", shown.inner_text())
    assert 0 < page.locator("a.place:visible").count() < everything
    page.get_by_role("button", name="World").press("Enter")
    assert page.locator("svg.map").get_attribute("viewBox") == "0.0 0.0 1000.0 440.0"
    page.locator("#month").press("Home")
    page.locator("a.place:visible").first.press("Enter")
    assert re.search(r"#place-\d+$", page.url)
    assert page.locator("section:target mark.trigger").count() > 0
    assert looked.wrong == []


def test_the_map_says_what_is_contested_and_by_whom(sample_site: Path, look: Any) -> None:
    page = look().open(sample_site, "map.html")
    assert "The map takes no side" in page.locator("figcaption").inner_text()
    crimea = page.locator("table[data-name=contested] tr", has_text="Crimea")
    assert crimea.locator("td").all_inner_texts()[:3] == ["Krym", "Russia", "Ukraine; Russia"]
    assert page.locator("path.contested").get_attribute("d").count("M") > 10


@pytest.mark.parametrize("path", ["index.html", "map.html", "sources.html", "dyads/ARM-AZE.html", "articles"])
def test_a_keyboard_alone_reaches_all_that_a_mouse_can_use_and_its_focus_is_seen(
    sample_site: Path, look: Any, path: str
) -> None:
    assert out_of_reach(look().open(sample_site, an_article(sample_site) if path == "articles" else path)) == []


def test_keys_do_what_a_mouse_does(sample_site: Path, look: Any) -> None:
    looked = look()
    page = looked.open(sample_site, "countries/ARM.html")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")
    page.locator("svg.chart a[href='#m-2023-09-4']").focus()
    page.keyboard.press("Enter")
    assert page.locator("section:target h3").inner_text().endswith("3 incidents")
    page.keyboard.press("Tab")  # goes on from the sentences that were reached
    assert page.evaluate("() => document.activeElement.closest('section').id") == "m-2023-09-4"
    summary = page.locator("section:target summary")
    summary.focus()
    page.keyboard.press("Space")
    assert page.locator("section:target pre").is_visible()
    head = page.locator("table.sortable thead th").nth(1)
    head.locator("button").focus()
    for key, order in (("Enter", "ascending"), ("Space", "descending")):
        page.keyboard.press(key)
        assert head.get_attribute("aria-sort") == order
    assert looked.wrong == []


@pytest.mark.parametrize("path", [*TOP, "countries/ARM.html", "dyads/ARM-AZE.html", "articles"])
def test_axe_finds_nothing_serious_in_light_or_dark(sample_site: Path, look: Any, axe: str, path: str) -> None:
    looked = look(bypass_csp=True)
    assert barriers(looked.open(sample_site, an_article(sample_site) if path == "articles" else path), axe) == []


@pytest.mark.parametrize("width", [360, 1200])
def test_no_page_is_wider_than_the_screen(sample_site: Path, look: Any, width: int) -> None:
    looked = look(viewport={"width": width, "height": 800})
    for path in [*TOP, "dyads/ARM-AZE.html", next(page for page in pages(sample_site) if page.startswith("articles/"))]:
        page = looked.open(sample_site, path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path


def test_the_sql_that_is_shown_lists_the_sentences_that_are_shown(sample_site: Path, sample_lake: Path) -> None:
    text = (sample_site / "countries" / "ARM.html").read_text()
    section = text[text.index('id="m-2023-09-4"') :]
    query = unescape(re.search(r'<pre class="sql"[^>]*>(.*?)</pre>', section, re.S)[1])  # type: ignore[index]
    listed = run_sql(sample_lake, query).to_pylist()
    assert len(listed) >= 3
    shown = re.search(r'<p class="s"><bdi>(.*?)</bdi>', section, re.S)
    assert shown is not None
    assert unescape(re.sub(r"<[^>]+>", "", shown[1])) in {row["sentence"] for row in listed}


def test_every_sql_that_is_shown_can_be_asked(sample_site: Path, sample_lake: Path) -> None:
    seen = set()
    for path in ["index.html", "map.html", "sources.html", "dyads/ARM-AZE.html"]:
        for query in re.findall(r'<pre class="sql"[^>]*>(.*?)</pre>', (sample_site / path).read_text(), re.S):
            if unescape(query).startswith("select") and path not in seen:
                seen.add(path)
                assert run_sql(sample_lake, unescape(query)).num_rows > 0
    assert len(seen) == 4

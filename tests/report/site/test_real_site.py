"""The site of a real day of news; `tests/benchmarks/site_faults.py` looks at that of twelve days."""

from pathlib import Path
from typing import Any

import pytest
from looked_at import barriers, keep_screenshots, numbers_without_evidence, one_of_each_kind, out_of_reach
from real_site import make_real_site, real_days
from written_sites import pages


@pytest.fixture(scope="module")
def real_site(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest of the days, a Sunday of 1,488 articles: a weekday takes three times as long."""
    root = tmp_path_factory.mktemp("real")
    make_real_site([min(real_days(real_data), key=lambda path: path.stat().st_size)], root)
    return root / "site"


def test_every_number_of_a_real_site_leads_to_its_evidence(real_site: Path) -> None:
    assert numbers_without_evidence(real_site) == []


def test_real_pages_open_without_an_error_or_a_request_and_fit_a_phone(real_site: Path, look: Any) -> None:
    looked = look()
    kinds = one_of_each_kind(real_site)
    for path in [*kinds, *pages(real_site)[::10]]:
        page = looked.open(real_site, path)
        if path in kinds:
            keep_screenshots(page, f"real-{path}")
            wide = page.viewport_size
            page.set_viewport_size({"width": 360, "height": 800})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, path
            page.set_viewport_size(wide)
    assert looked.wrong == []


def test_a_real_number_leads_to_its_sentence_with_the_words_of_the_event_marked(real_site: Path, look: Any) -> None:
    looked = look()
    page = looked.open(real_site, "countries/UKR.html")
    page.locator("table.sortable tbody td.n a").last.click()
    told = page.locator("div:target ul.told > li").first
    sentence, trigger = told.locator("p.s").inner_text(), told.locator("mark.trigger").first.inner_text()
    assert trigger in sentence
    told.get_by_text("read in the article").click()
    reached = page.locator(".sentence:target")
    assert sentence.strip() in reached.inner_text().strip()
    assert trigger in reached.locator("mark.trigger").all_inner_texts()
    assert looked.wrong == []


def test_a_real_map_and_table_answer_slider_buttons_filter_and_heads(real_site: Path, look: Any) -> None:
    looked = look()
    page = looked.open(real_site, "map.html")
    assert page.locator("#month-shown").inner_text().startswith("all months: ")
    page.locator("#month").focus()
    page.keyboard.press("End")
    assert page.locator("#month-shown").inner_text().startswith("2023-09: ")
    assert page.locator("a.place:visible").count() > 0
    page.get_by_role("button", name="Europe").click()
    assert page.locator("a.place:visible").count() > 0
    page = looked.open(real_site, "countries/index.html")
    rows = page.locator("table.sortable tbody tr")
    page.get_by_label("Filter").fill("united")
    assert 0 < page.locator("table.sortable tbody tr:visible").count() < rows.count()
    page.get_by_label("Filter").fill("")
    page.locator("table.sortable thead button").first.click()
    names = rows.locator("th").all_inner_texts()
    assert names == sorted(names)
    assert looked.wrong == []


def test_a_real_page_keeps_nobody_out(real_site: Path, look: Any, axe: str) -> None:
    page = look(bypass_csp=True).open(real_site, "index.html")
    assert out_of_reach(page) == []
    assert barriers(page, axe) == []

"""Texts of articles are untrusted: nothing of them runs, and nothing of them breaks a page."""

import re
from pathlib import Path
from typing import Any

from looked_at import numbers_without_evidence
from written_sites import HOSTILE, pages


def test_nothing_that_an_article_holds_runs_or_asks_for_anything(hostile_site: Path, look: Any) -> None:
    looked = look()
    for path in pages(hostile_site):
        page = looked.open(hostile_site, path)
        assert page.title() != "run", path
        page.mouse.move(300, 200)
        assert page.locator("main").count() == 1, path
        assert page.locator("main script, main img, main iframe, main style, main object").count() == 0, path
    assert looked.wrong == []


def test_links_lead_to_pages_of_the_site_and_to_the_web_alone(hostile_site: Path) -> None:
    links = {
        link
        for path in pages(hostile_site)
        for link in re.findall(r'href="([^"]*)"', (hostile_site / path).read_text())
    }
    assert "https://ok.example/a" in links
    odd = [link for link in links if not re.fullmatch(r"(https?://|#|(\.\./)*[\w/]+[\w-]*\.html)[^\s<>]*", link)]
    assert odd == []


def test_every_number_of_a_hostile_archive_leads_to_its_evidence(hostile_site: Path) -> None:
    assert "gdelt, material conflict" in (hostile_site / "sources.html").read_text()
    assert numbers_without_evidence(hostile_site) == []


def test_no_character_turns_or_hides_the_text_beside_it(hostile_site: Path) -> None:
    for path in pages(hostile_site):
        assert not re.search(
            r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\x00-\x08\x1b]", (hostile_site / path).read_text()
        )


def test_what_is_hostile_can_be_read_as_it_was_written(hostile_site: Path, look: Any) -> None:
    page = look().open(hostile_site, "sources.html")
    titles = page.locator("section.behind li a").all_inner_texts()
    assert '"><img src=x onerror="document.title=\'run\'">' in HOSTILE
    assert any("{{ 7 * 7 }}" in title for title in titles)
    assert any("onload=document.title" in title for title in titles)


def test_layout_holds_on_a_phone(hostile_site: Path, look: Any) -> None:
    looked = look(viewport={"width": 360, "height": 800})
    for path in pages(hostile_site):
        page = looked.open(hostile_site, path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, path


def test_marks_stand_on_the_right_words_behind_an_emoji(hostile_site: Path, look: Any) -> None:
    looked = look()
    for path in [path for path in pages(hostile_site) if path.startswith("articles/")]:
        page = looked.open(hostile_site, path)
        assert page.locator("article mark.trigger").all_inner_texts() == ["shelled"]
        assert page.locator("article mark.claim").all_inner_texts() == ["About 300 people"]

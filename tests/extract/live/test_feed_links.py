"""The pages that the items of a feed link to."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.live.feed_links import is_page, links
from tasks.settings import path_source

SOURCE = path_source(Path("desk"))
FEED = "https://news.example/world/feed"
PAGE = "https://news.example/1"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>
<entry><title>A</title><link href="a.html"/></entry>
<entry><title>B</title><link rel="alternate" href="/b?x=1&amp;y=2#top"/></entry>
</feed>"""


def test_links_are_taken_from_the_address_of_the_feed() -> None:
    assert links(ATOM, SOURCE, FEED) == ["https://news.example/world/a.html", "https://news.example/b?x=1&y=2"]


def test_links_lead_to_the_articles_and_not_to_a_service_that_counts_clicks() -> None:
    item = (
        "<item><title>A</title><link>http://feedproxy.example/~r/a</link>"
        "<feedburner:origLink>https://news.example/a</feedburner:origLink></item><item><title>No link</title></item>"
    )
    spaces = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    feed = f'<rss version="2.0" {spaces}><channel><title>T</title>{item}</channel></rss>'
    assert links(feed.encode(), SOURCE, FEED) == ["https://news.example/a"]


def test_a_json_feed_has_links_too() -> None:
    text = {"content_text": "The first convoy reached the town."}
    items = [{"url": url, **text} for url in (PAGE, PAGE, 7, "mailto:a@b.example")] + [{"id": "x", **text}, "odd"]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "items": items}
    assert links(json.dumps(feed).encode(), SOURCE, FEED) == [PAGE]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"items": 3}', b"<html><a href='/x'>x</a>", b"{" * 100_000])
def test_what_is_no_feed_has_no_links(content: bytes) -> None:
    assert links(content, SOURCE, FEED) == []


@given(st.binary(max_size=500), st.sampled_from([b"", b"<rss><channel><item><link>", b'{"items": [{"url": "']))
def test_no_input_crashes_the_search(content: bytes, before: bytes) -> None:
    assert all(link.startswith("http") for link in links(before + content, SOURCE, FEED))


@pytest.mark.parametrize(
    "content", [b"<!DOCTYPE html><p>", b"\n <HTML lang=en>", b"<!-- hi -->\n<!doctype HTML>", b"<html>"]
)
def test_a_page_is_known_by_how_it_begins(content: bytes) -> None:
    assert is_page(content)


def test_a_feed_is_no_page() -> None:
    assert not is_page(ATOM)
    assert not is_page(b'<?xml version="1.0"?><rss><html></html></rss>')


def test_the_items_of_real_feeds_are_found(real_data: Path) -> None:
    counts = {
        name: len(links((real_data / "data" / "feeds" / name).read_bytes(), SOURCE, FEED))
        for name in ("guardian.rss", "heise.atom", "rss-1.rss", "json_feed.json", "iconv.xml")
    }
    assert counts == {"guardian.rss": 55, "heise.atom": 15, "rss-1.rss": 69, "json_feed.json": 20, "iconv.xml": 10}

"""The pages that the items of a feed link to."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.live.feed_links import is_page, links

FEED = "https://news.example/world/feed"
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/>
<entry><title>A</title><link href="a.html"/></entry><entry><link rel="alternate" href="/b?x=1&amp;y=2#top"/></entry>
</feed>"""


def test_links_are_taken_from_the_address_of_the_feed() -> None:
    assert links(ATOM, FEED) == ["https://news.example/world/a.html", "https://news.example/b?x=1&y=2"]


def test_a_json_feed_has_links_too() -> None:
    items = [{"url": "/1"}, {"url": "/1"}, {"url": 7}, {"id": "x"}, "odd", {"url": "mailto:a@b.example"}]
    assert links(json.dumps({"items": items}).encode(), FEED) == ["https://news.example/1"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"items": 3}', b"<html><a href='/x'>x</a>", b"{" * 100_000])
def test_what_is_no_feed_has_no_links(content: bytes) -> None:
    assert links(content, FEED) == []


@given(st.binary(max_size=500), st.sampled_from([b"", b"<rss><channel><item><link>", b'{"items": [{"url": "']))
def test_no_input_crashes_the_search(content: bytes, before: bytes) -> None:
    assert all(link.startswith("http") for link in links(before + content, FEED))


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
        name: len(links((real_data / "data" / "feeds" / name).read_bytes(), FEED))
        for name in ("guardian.rss", "heise.atom", "rss-1.rss", "json_feed.json", "iconv.xml")
    }
    assert counts == {"guardian.rss": 55, "heise.atom": 15, "rss-1.rss": 69, "json_feed.json": 20, "iconv.xml": 10}

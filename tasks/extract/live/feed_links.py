"""Finds the pages that the items of a feed link to: the addresses of the articles that its reader finds."""

import httpx

from tasks.extract.choose import read_bytes
from tasks.extract.drafts import Draft
from tasks.extract.unpack import HEAD
from tasks.extract.web import feeds, html_pages
from tasks.settings import Source


def is_page(content: bytes) -> bool:
    """Whether these bytes begin like an HTML page, which is no feed."""
    head = content[:HEAD]
    return html_pages.fits(head) and not feeds.fits(head)


def links(content: bytes, source: Source, url: str) -> list[str]:
    """The web addresses of the articles in a feed (RSS, Atom, JSON), each once, in their order.

    They are those that the articles get in the lake: behind the addresses of services that count clicks, where a feed
    tells them. `url` is the address of the feed, which relative links start from and which is no link of its own. A
    page has none; never raises.
    """
    found: dict[str, None] = {}
    for item in () if is_page(content) else read_bytes(content, source, url):
        if not isinstance(item, Draft) or item.url in ("", url):
            continue
        try:
            absolute = httpx.URL(url).join(item.url.strip()).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            continue
        if absolute.scheme in ("http", "https") and absolute.host:
            found.setdefault(str(absolute))
    return list(found)

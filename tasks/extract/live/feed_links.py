"""Finds the pages that the items of a feed link to."""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import feedparser
import httpx

_PAGE: Final = re.compile(rb"[\s\xef\xbb\xbf]*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.I | re.S)
_JSON: Final = re.compile(rb"[\s\xef\xbb\xbf]*\{")


def is_page(content: bytes) -> bool:
    """Whether these bytes begin like an HTML page, which is no feed."""
    return bool(_PAGE.match(content[:4096]))


def links(content: bytes, url: str) -> list[str]:
    """The web addresses that the items of an RSS, Atom or JSON feed link to, each once, in their order.

    `url` is the address of the feed, which relative links start from. What is no feed has none; never raises.
    """
    found: dict[str, None] = {}
    for link in _json_links(content) if _JSON.match(content) else _xml_links(content):
        try:
            absolute = httpx.URL(url).join(link.strip()).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            continue
        if absolute.scheme in ("http", "https") and absolute.host:
            found.setdefault(str(absolute))
    return list(found)


def _json_links(content: bytes) -> Iterator[str]:
    try:
        feed = json.loads(content)
    except (ValueError, RecursionError):
        return
    items: Any = feed.get("items") if isinstance(feed, dict) else None
    for item in items if isinstance(items, list) else ():
        link = item.get("url") if isinstance(item, dict) else None
        if isinstance(link, str) and link:
            yield link


def _xml_links(content: bytes) -> Iterator[str]:
    try:
        entries = feedparser.parse(BytesIO(content), sanitize_html=False, resolve_relative_uris=False).entries
    except Exception:  # noqa: BLE001 - feedparser raises whatever its parsers do on hostile bytes
        return
    for entry in entries:
        link = entry.get("link")
        if isinstance(link, str) and link:
            yield link

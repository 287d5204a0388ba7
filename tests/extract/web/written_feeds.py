"""Feeds that the tests of their reader write, and what it makes of them."""

from pathlib import Path

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.web import feeds
from tasks.settings import Source, path_source

SOURCE = path_source(Path("archive"))
SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)
ONE = """<item><title>Dam breached</title><link>https://wader.example/1</link>
<description>Water rose.</description><pubDate>Tue, 06 Jun 2023 05:10:00 GMT</pubDate></item>"""
TWO = """<item><title>Envoys meet</title><link>https://wader.example/2</link>
<description>They talked.</description><pubDate>Wed, 07 Jun 2023 09:00:00 GMT</pubDate></item>"""


def rss(*items: str, head: str = "<title>The Wader</title>") -> str:
    return f'<rss version="2.0" {SPACES}><channel>{head}\n{"".join(items)}\n</channel></rss>'


def atom(*entries: str, head: str = "<title>The Wader</title>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}\n{"".join(entries)}\n</feed>'


def read(data: str | bytes, source: Source = SOURCE, url: str = "", date: str = "") -> list[Draft | Rejected]:
    data = data.encode() if isinstance(data, str) else data
    return [item for item in feeds.read(data, source, url=url, date=date) if not isinstance(item, Remark)]


def one(data: str | bytes, url: str = "", date: str = "") -> Draft:
    (draft,) = read(data, url=url, date=date)
    assert isinstance(draft, Draft), draft
    return draft


def titles(data: str | bytes) -> list[str]:
    return [item.title for item in read(data) if isinstance(item, Draft)]


def reasons(data: str | bytes) -> list[str]:
    return [item.reason for item in read(data) if isinstance(item, Rejected)]

"""Chooses the reader of a member by what its text looks like."""

import re
from collections.abc import Collection
from typing import Final

from tasks.extract import archive_pages, field_names, json_articles, markdown_digests, tables
from tasks.extract.drafts import Reader, Reading, no_articles
from tasks.settings import Source

READERS: Final = (
    ("json", json_articles.VERSION),
    ("table", tables.VERSION),
    ("markdown", markdown_digests.VERSION),
    ("page", archive_pages.VERSION),
    ("names", field_names.VERSION),
)
"""The readers with their versions: a version is raised whenever a reader gives other drafts for the same text."""

_JSON: Final = re.compile(r"[\s\ufeff\x1e]*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]tfn-])")
_MARKUP: Final = re.compile(r"[\s\ufeff]*<(?:\?xml|!doctype|!--|[a-zA-Z][\w:.-]*[\s/>])", re.IGNORECASE)
_MAIL: Final = re.compile(r"From \S+@?\S* +\w{3} \w{3}|(?:(?:[A-Z][A-Za-z]*-)*[A-Z][A-Za-z]*: .*\n(?:[ \t].*\n)*){4}")


def choose(text: str, names: Collection[str] = ()) -> Reader:
    """The reader that fits a text; `archive_pages.read` where nothing else does.

    `names` are the field names of the archive that the source's settings map to ours.
    """
    if _JSON.match(text):
        return json_articles.read
    if text.startswith("WARC/"):
        return _no_reader_for_crawls
    if _MARKUP.match(text):
        return _no_reader_for_markup
    if markdown_digests.has_front_matter(text):
        return markdown_digests.read_page
    if markdown_digests.is_digest(text):
        return markdown_digests.read
    if tables.is_table(text, names):
        return tables.read
    if _MAIL.match(text) and "\nMessage-ID:" in text[:20_000]:
        return _no_reader_for_mail
    return archive_pages.read


def _no_reader_for_markup(text: str, source: Source) -> Reading:
    yield no_articles(text, "it is HTML, XML or SGML, which no reader knows")


def _no_reader_for_crawls(text: str, source: Source) -> Reading:
    yield no_articles(text, "it is a WARC file of web pages, which no reader knows")


def _no_reader_for_mail(text: str, source: Source) -> Reading:
    yield no_articles(text, "it is mail, which no reader knows")

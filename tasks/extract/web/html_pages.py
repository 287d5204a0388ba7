"""Reads pages saved from the web: one HTML page is one article, or none where it is a list of links or an error."""

import re
from typing import Final

from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft, Reading, Rejected, sample, unreadable
from tasks.extract.web import xml_text
from tasks.extract.web.html_kinds import why_none
from tasks.extract.web.html_metadata import metadata
from tasks.extract.web.html_source import source_of, tree_of
from tasks.extract.web.html_text import main_text, surveyed
from tasks.settings import Source

VERSION: Final = 1

_BEFORE: Final = r"(?:\s++|\ufeff|<!--(?>.*?-->)|<\?(?>.*?>))*+"
_DOCUMENT: Final = re.compile(
    _BEFORE + r"<(?:!doctype\s+html\b|(?:html|head|body|title|meta|link|base|script|style)[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT: Final = re.compile(
    _BEFORE + r"<(?:article|main|section|div|header|nav|table|center|h1)[\s>]", re.IGNORECASE | re.DOTALL
)
_TAG: Final = re.compile(r"</?([a-z][a-z0-9]*)[\s/>]", re.IGNORECASE)
_OF_PAGES: Final = frozenset(
    ("a", "p", "br", "h1", "h2", "h3", "ul", "li", "img", "span", "td", "script", "div", "section", "article", "header")
)
_LEAST_TAGS: Final = 20
_LEAST_KINDS: Final = 4
"""Tags, and kinds of them, that a fragment without head and body must have to be a page."""
_NO_HTML: Final = re.compile(
    r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|nitf|newsml\w*|reuters|opml)[\s>]", re.IGNORECASE
)


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member are an HTML page: by what they hold, in any encoding.

    They begin, behind comments and an XML declaration, with the doctype or an outer element of HTML; or with a block
    and then tags upon tags of a page. Feeds, other XML and SGML (`<!DOCTYPE lewis`) do not fit.
    """
    text = xml_text.head(head)
    if _DOCUMENT.match(text):
        return True
    if not _FRAGMENT.match(text) or _NO_HTML.search(text):
        return False
    kinds = [match[1].lower() for match in _TAG.finditer(text)]
    return len(kinds) >= _LEAST_TAGS and len(_OF_PAGES.intersection(kinds)) >= _LEAST_KINDS


def read(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The article of a page as one Draft; or one Rejected: `too_large`, `empty`, `binary` or `no_text` where there is
    none to read, `not_an_article` where the page is a list of links or an error. Never raises.

    `url` and `date` are what surrounds the page, used where it states none; such a date has the basis `header`.
    Offsets are those of the whole page in bytes. A page is read in bounded time: see `html_source` for its limits.
    """
    try:
        text = source_of(data)
        tree = tree_of(text)
    except UnreadableError as error:
        yield unreadable(data, error)
        return
    page = metadata(tree, text, url)
    survey = surveyed(tree)
    paragraphs = main_text(tree, page, survey)
    why = why_none(page, paragraphs, survey)
    if why:
        reason, detail = why
        shown = " – ".join([page.title, *paragraphs[:1]]) if page.title or paragraphs else text[:400]
        yield Rejected("", reason, detail, sample(shown), 0, len(data))
        return
    yield Draft(
        "#1",
        0,
        len(data),
        title=page.title,
        body="\n\n".join(paragraphs) or page.description,
        outlet=page.outlet,
        author=page.author,
        categories=page.categories,
        language=page.language,
        url=page.url,
        date=page.date or date,
        date_basis="stated" if page.date or not date else "header",
    )

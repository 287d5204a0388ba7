"""Finds what a page says of its article: title, outlet, author, date, language, address, categories."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from htmldate import find_date
from lxml import etree

from tasks.extract.field_names import split_list
from tasks.extract.web.html_authors import ADDRESS, LONGEST_NAME, letters, names, shown_authors
from tasks.extract.web.json_ld import (
    LISTS,
    Node,
    article_node,
    first_text,
    node_addresses,
    nodes_of,
    resolved,
    texts,
    types,
)
from tasks.transform.articles import host
from tasks.transform.dates import published

# Names of meta elements (name, property or itemprop, in lower case), in the order in which they are believed.
_TITLES: Final = (
    "og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title",
    "headline",
)  # fmt: skip
_SITES: Final = ("og:site_name",)
_APPS: Final = (
    "application-name", "dc.publisher", "dcterms.publisher", "publisher", "apple-mobile-web-app-title",
    "al:ios:app_name", "al:android:app_name",
)  # fmt: skip
_AUTHORS: Final = (
    "author", "authors", "byl", "article:author", "og:article:author", "parsely-author", "sailthru.author",
    "dc.creator", "dc.creator.aut", "dcterms.creator", "citation_author", "creator",
)  # fmt: skip
_DATES: Final = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "date_published", "published-date", "dcterms.created", "dcterms.issued",
    "dc.date.issued", "dc.date.created", "dc.date", "dcterms.date", "citation_publication_date", "citation_date",
    "originalpublicationdate", "article.published", "article_date_original", "article:publicationdate",
    "published_time", "pub_date", "datelastpubbed", "displaydate", "pdate", "date", "datecreated", "article.created",
)  # fmt: skip
_OF_ARTICLES: Final = 4
"""Of these, the first so many are given to articles only."""
_SECTIONS: Final = (
    "article:section", "og:article:section", "articlesection", "article.section", "parsely-section", "section",
    "cxenseparse:section",
)  # fmt: skip
_TOPICS: Final = ("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "keywords")
_LANGUAGES: Final = ("og:locale", "content-language", "language", "dc.language")
_DESCRIPTIONS: Final = ("og:description", "description", "twitter:description", "dc.description")

_HEAD: Final = 10_000
"""Characters at the beginning of a page where browsers note the address that they saved it from."""
_LONGEST_META: Final = 4_000
"""Characters of a meta element that are looked at; descriptions and lists of keywords have some hundreds."""
_LONGEST_TITLE: Final = 400
_MOST_WORDS_OF_OUTLET: Final = 5
_MOST_HEADINGS: Final = 20
_MOST_TOPICS: Final = 30
_MOST_TIMES: Final = 40
_MOST_DUG: Final = 2_000_000
"""Characters of a page that htmldate is asked to search: it takes up to a second for each million."""

_SEPARATOR: Final = re.compile(r"\s+[|\-–—―·•:»«›‹/~⋆]+\s+|\s*[|»]\s*")
_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_ZONE: Final = re.compile(r"(?:Z|[+-]\d{2}:?\d{2}|UTC|GMT)\)?$", re.IGNORECASE)
_ROOT: Final = re.compile(r"/*(?:(?:index|home|default)\.\w+)?", re.IGNORECASE)
_SAVED_FROM: Final = re.compile(r"saved from url=\(\d+\)(\S+)", re.IGNORECASE)
_SINGLE_FILE: Final = re.compile(r"Page saved with SingleFile\s+url:\s*(\S+)", re.IGNORECASE)
_UNSEEN: Final = frozenset(("script", "style", "noscript", "template"))


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What a page says of its article; texts as found on one line, empty where it says nothing.

    `is_article` and `is_list`: what the page states itself to be. `text` is the article as the page repeats it for
    search engines, `description` its summary there. `titles` are all titles that the page gives, to know them by.
    """

    title: str = ""
    outlet: str = ""
    author: str = ""
    date: str = ""
    language: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    description: str = ""
    text: str = ""
    titles: tuple[str, ...] = ()
    is_article: bool = False
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of a page that hold metadata. `meta` maps names in lower case to their contents, in order."""

    tree: Any
    meta: Mapping[str, Sequence[str]]
    nodes: Sequence[Node]
    article: Node
    addresses: Sequence[str]

    def first(self, names: Iterable[str]) -> Iterator[str]:
        """The contents of the named meta elements, in the order of the names."""
        for name in names:
            yield from self.meta.get(name, ())


def metadata(tree: Any, source: str = "", url: str = "") -> PageMetadata:
    """What the page says of its article. Never raises.

    `tree` is the parsed page (lxml), `source` its source, at whose beginning browsers note the address that they saved
    the page from, and `url` the address that is known from elsewhere. Of several statements, JSON-LD is believed first,
    then meta elements, then what the page shows; of titles, the headline that it shows where others repeat it.
    """
    meta = _meta(tree)
    nodes = nodes_of(_scripts(tree))
    addresses = _addresses(tree, meta, source[:_HEAD], url)
    page = _Page(tree, meta, nodes, article_node(nodes, addresses), addresses)
    address = _address(page)
    outlet = _outlet(page, address)
    title, titles = _title(page, outlet, address)
    return PageMetadata(
        title=title,
        outlet=outlet or host(address),
        author=_author(page, outlet),
        date=_date(page, address, dig=len(source) <= _MOST_DUG),
        language=_language(page),
        url=address,
        categories=_categories(page),
        description=next(page.first(_DESCRIPTIONS), "") or first_text(page.article.get("description")),
        text=first_text(page.article.get("articleBody")),
        titles=titles,
        is_article=_is_article(page),
        is_list=_is_list(page),
    )


def is_root(address: str) -> bool:
    """Whether an address is that of a whole site, not of a page in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.netloc) and not parts.query and _ROOT.fullmatch(parts.path) is not None


def _line(element: Any) -> str:
    """The text of an element on one line, without what is no text; nothing where it is longer than any title."""
    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            parts.append("" if inner.tag in _UNSEEN else inner.text or "")
            parts.append(" " if inner.tag in ("br", "p", "div") else "")
        elif inner is not element:
            parts.append(inner.tail or "")
    text = " ".join("".join(parts).split())
    return text if len(text) <= _LONGEST_TITLE else ""


def _meta(tree: Any) -> dict[str, list[str]]:
    """The contents of the meta elements by each of their names."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = " ".join((element.get("content") or element.get("value") or "")[:_LONGEST_META].split())
        if not content:
            continue
        said = {(element.get(key) or "").strip().lower() for key in ("property", "name", "itemprop", "http-equiv")}
        for name in said - {""}:
            found.setdefault(name, []).append(content)
    return found


def _scripts(tree: Any) -> list[str]:
    scripts = tree.iter("script")
    return [script.text for script in scripts if script.text and "ld+json" in (script.get("type") or "").lower()]


def _addresses(tree: Any, meta: Mapping[str, Sequence[str]], head: str, url: str) -> list[str]:
    """The addresses that the page may have, in the order in which they are believed; those from elsewhere last."""
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    stated = [*(link.get("href") or "" for link in links), *meta.get("og:url", ()), *meta.get("twitter:url", ())]
    saved = [match[1] for pattern in (_SAVED_FROM, _SINGLE_FILE) if (match := pattern.search(head))]
    around = [address for address in (*saved, url) if _is_address(address)]
    bases = [base for element in tree.iter("base") if _is_address(base := (element.get("href") or "").strip())]
    base = next(iter([*bases, *around]), "")
    found = [_joined(base, address.strip()) for address in stated if address.strip()]
    return list(dict.fromkeys([*filter(_is_address, found), *around, *bases]))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://")) and bool(host(text))


def _address(page: _Page) -> str:
    """The first address that is a page of its own: some sites name their front page as the address of every page."""
    named = [address for address in node_addresses(page.article) if _is_address(address)]
    found = [*page.addresses[:1], *named, *page.addresses[1:]]
    return next((address for address in found if not is_root(address)), next(iter(found), ""))


def _outlet(page: _Page, address: str) -> str:
    """The name of the publication; empty where the page gives none."""
    publisher = first_text(resolved(page.article.get("publisher"), page.nodes))
    sites = [first_text(node.get("name")) for node in page.nodes if "website" in types(node)]
    parts = _SEPARATOR.split(next(map(_line, page.tree.iter("title")), ""))
    ends = [part for part in (parts[-1], parts[0]) if len(parts) > 1 and _is_site(part, address)]
    stated = [*page.first(_SITES), publisher, *sites, *ends, *page.first(_APPS)]
    named = [name for text in stated if (name := _name(text))]
    spoken = [name for name in named if not ADDRESS.fullmatch(name) and name != _name_in_host(address)]
    return next(iter([*spoken, *named]), "")


def _name(text: str) -> str:
    """The name of an outlet without the slogan behind it."""
    text = _SEPARATOR.split(text[:_LONGEST_TITLE].strip().removeprefix("@"))[0].strip()
    return text if 1 < len(text) <= LONGEST_NAME else ""


def _is_site(part: str, address: str) -> bool:
    """Whether a part of a title names the site: its host is that name, begins it, or is made of it (`nytimes`)."""
    label, words = _name_in_host(address), letters(part).split()
    said = "".join(words)
    if len(label) < 2 or len(said) < 2 or len(words) > _MOST_WORDS_OF_OUTLET:
        return False
    return said.startswith(label) or (len(said) > 3 and said in label) or _is_made_of(label, words)


def _name_in_host(address: str) -> str:
    """The name within a host: `bbc` of `www.bbc.co.uk`."""
    return max(host(address).split(".")[:-1], key=len, default="").replace("-", "")


def _is_made_of(label: str, words: Sequence[str]) -> bool:
    """Whether a name is put together from the beginnings of words, in their order, at least two of them."""
    reached = {(0, 0)}  # letters of the name that are accounted for, words used for it
    for word in words:
        for done, used in list(reached):
            common = 0
            while common < len(word) and label.startswith(word[: common + 1], done):
                common += 1
                reached.add((done + common, used + 1))
    return any(done == len(label) and used > 1 for done, used in reached)


def _title(page: _Page, outlet: str, address: str) -> tuple[str, tuple[str, ...]]:
    """The title without the outlet's name, and all titles that the page gives."""
    stated = [first_text(page.article.get("headline")), *page.first(_TITLES)]
    shown = [text for element in islice(page.tree.iter("h1"), _MOST_HEADINGS) if (text := _line(element))]
    windows = [text for element in islice(page.tree.iter("title"), 1) if (text := _line(element))]
    raw = [text[:_LONGEST_TITLE] for text in (*stated, *shown, *windows) if text]
    cut = [_without_outlet(text[:_LONGEST_TITLE], outlet, address) for text in (*stated, *windows) if text]
    known = {letters(part) for text in cut for part in (text, *_SEPARATOR.split(text))}
    agreed = next((text for text in shown if letters(text) in known), "")
    title = agreed or next(iter(cut), "") or next(iter(shown), "")
    return title, tuple(dict.fromkeys([*raw, *cut]))


def _without_outlet(title: str, outlet: str, address: str) -> str:
    """A title without the name of the outlet, and what follows it, behind it; or without that name before it."""
    parts = list(_SEPARATOR.finditer(title))
    name = letters(outlet)
    for index, match in enumerate(parts):
        end = parts[index + 1].start() if index + 1 < len(parts) else len(title)
        part = title[match.end() : end]
        if match.start() and (_is_site(part, address) or (name and letters(part) in (name, f"the {name}"))):
            return title[: match.start()].strip()
    if parts and name and letters(title[: parts[0].start()]) == name:
        return title[parts[0].end() :].strip()
    return title.strip()


def _author(page: _Page, outlet: str) -> str:
    """The names of the authors, parted by commas."""
    stated = resolved(page.article.get("author", page.article.get("creator")), page.nodes)
    sources = [texts(stated), *(list(page.meta.get(name, ())) for name in _AUTHORS), shown_authors(page.tree)]
    for source in sources:
        if outlet and any(letters(text) == letters(outlet) for text in source):
            return outlet  # its name may hold an "and"
        if named := names(source):
            return named
    return ""


def _date(page: _Page, address: str, dig: bool) -> str:
    """When the article was published, as the page states it; of statements of one day, the first that has a zone."""
    stated = [first_text(page.article.get(key)) for key in ("datePublished", "dateCreated", "uploadDate")]
    stated += [*page.first(_DATES), *_times(page.tree)]
    days = [(text, day) for text in stated if text and (day := published(text, any_language=False)).day is not None]
    if not days:
        return _dug_up(page.tree, address) if dig else ""
    first = days[0][1].day
    same = [text for text, day in days if day.day == first]
    return next((text for text in same if _ZONE.search(text)), same[0])


def _times(tree: Any) -> Iterator[str]:
    """The moments of the time elements of an article: those marked as that of publication, then the first one."""
    times = [
        (element, (element.get("class") or "").lower())
        for element in tree.iter("time", "abbr", "span", "div", "p")
        if element.get("datetime") or (element.get("itemprop") == "datePublished" and element.get("content"))
    ][:_MOST_TIMES]
    marked = [
        element
        for element, kind in times
        if element.get("itemprop") == "datePublished" or element.get("pubdate") is not None or "publi" in kind
    ]
    others = [
        element
        for element, kind in times
        if element.get("itemprop") != "dateModified" and "modif" not in kind and "updat" not in kind
    ]
    for element in (*marked, *others[:1]):
        yield (element.get("datetime") or element.get("content") or "").strip()


def _dug_up(tree: Any, address: str) -> str:
    """The day that htmldate makes out of the address and of what the page shows; empty where it finds none."""
    try:
        return find_date(tree, url=address or None, original_date=True) or ""
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError, etree.LxmlError):
        return ""


def _language(page: _Page) -> str:
    root = page.tree.getroottree().getroot()
    spoken = [root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""]
    spoken += [first_text(page.article.get("inLanguage")), *page.first(_LANGUAGES)]
    return next((text for text in map(str.strip, spoken) if _LOCALE.fullmatch(text)), "")


def _categories(page: _Page) -> tuple[str, ...]:
    """The sections that an article stands in; where none is stated, its topics."""
    sections = [*texts(page.article.get("articleSection")), *page.first(_SECTIONS)]
    found = [part for text in sections or _topics(page) for part in (split_list(text) if "," in text else (text,))]
    return tuple(dict.fromkeys(text for text in found if not ADDRESS.fullmatch(text)))[:_MOST_TOPICS]


def _topics(page: _Page) -> list[str]:
    stated = (list(page.meta.get(name, ())) for name in _TOPICS)
    return next(filter(None, stated), []) or texts(page.article.get("keywords"))


def _is_article(page: _Page) -> bool:
    """Whether the page calls itself an article, by more than a type that some sites give to each page."""
    kinds = {kind.lower() for kind in page.meta.get("og:type", ())}
    return bool(page.article) or ("article" in kinds and any(page.first(_DATES[:_OF_ARTICLES])))


def _is_list(page: _Page) -> bool:
    return not _is_article(page) and any(types(node) & LISTS for node in page.nodes)

"""Reads the items of feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, also where a script or a page surrounds them."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit
from xml.parsers import expat

import feedparser

from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft, Reading, Rejected, Remark, no_articles, sample, unreadable
from tasks.extract.web import xml_text
from tasks.extract.web.feed_records import Feed, Record, feeds
from tasks.extract.web.xml_text import XmlText
from tasks.settings import Source
from tasks.transform.dates import published

VERSION: Final = 1

_BATCH: Final = 64
_BATCH_LENGTH: Final = 262_144
"""Items, and characters of items, that are parsed in one go: a parser takes 0.6 ms to make (measured 2026-11)."""
_LONGEST_LOOSE: Final = 262_144
_MOST_LOOSE: Final = 8_388_608
"""Characters of one broken item, and of all those of a member, that are read leniently: 0.8 MB/s of news, 0.1 MB/s of
nothing but tags (measured 2026-11)."""
_LEAST_LOOSE: Final = 1024
"""Characters that any such item counts for: reading a short one takes a millisecond too."""
_FAULTS: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, ArithmeticError, RecursionError)
"""What feedparser lets through on hostile input instead of a verdict."""

_HEADERS: Final = {"content-type": "application/xml; charset=utf-8"}  # else it would guess the encoding once more
_ATOM: Final = ("http://www.w3.org/2005/atom", "http://purl.org/atom/ns#")
_RDF: Final = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")

_BEFORE: Final = re.compile(
    r"""\s*(?:
      [\w$.\ \t]{1,100}[=(]?\s*[`"']\s*(?=<)             # a script that holds the feed as a text
    | HTTP/\d[^<]{1,8192}\n\r?\n                         # the head of the response that brought it
    | (?:(?:<br\ ?/?>\s*)?(?:<b>)?(?:PHP\ )?(?:Warning|Notice|Deprecated|Strict\ Standards)\b[^\n]{0,1000}\n\s*){1,50}
    )""",
    re.VERBOSE,
)
_MISC: Final = re.compile(
    r"[\s\ufeff\x00]+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>|<html[^<>]*>\s*(?:<body[^<>]*>)?",
    re.IGNORECASE | re.DOTALL,
)
_ROOT: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(rss|rdf|feed|entry)((?:\s[^<>]*)?)>", re.IGNORECASE)
_ENTRY: Final = re.compile(r"<entry[\s>]")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_HOLDS_TEXT: Final = re.compile(
    r"<(?:[A-Za-z_][\w.-]{0,40}:)?(?:title|description|summary|content|encoded|abstract|subtitle|body|fullitem|info)[\s>]",
    re.IGNORECASE,
)
_AUTHOR: Final = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<(?P<end>/?)\s*(?:[A-Za-z_][\w.-]{0,40}:)?"
    r"(?:author|creator|managingeditor|webmaster|publisher|owner)(?![\w.-])[^<>]*>?",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_AUTHOR: Final = 1000
"""Characters of an author. feedparser looks for an address in it in quadratic time: 100,000 take it minutes."""
_PREFIX: Final = re.compile(r"[<\s]([A-Za-z_][\w.-]{0,40}):[\w.-]{1,40}(?=[\s=/>])")
_TAG: Final = re.compile(r"<[^<>]*>")
_ADDRESS: Final = re.compile(r"(?:https?:)?//[^\s]+", re.IGNORECASE)
_PROXY: Final = re.compile(r"//(?:feedproxy|feeds?|rss)\d*\.|/~r/|//[^/]*feedsportal\.com/", re.IGNORECASE)
_SEARCH: Final = re.compile(r"\bGoogle (?:Alerts?|News)\b|^Bing: ", re.IGNORECASE)
"""Names of feeds that gather what others publish: they are no outlet."""
_UNBOUND: Final = expat.errors.XML_ERROR_UNBOUND_PREFIX
_MOST_PREFIXES: Final = 100
_FAULT_OF_KIND: Final = {
    "cut": "the text ends within it",
    "stray": "it ends, but its beginning cannot be made out",
}
_DATES: Final = ("published", "created", "prism_publicationdate", "updated")


def fits(head: bytes) -> bool:
    """Whether the beginning of a member is that of a feed; other XML, HTML and SGML are none."""
    text = xml_text.head(head)
    match = _BEFORE.match(text)
    position = match.end() if match else 0
    while match := _MISC.match(text, position):
        position = match.end()
    root = _ROOT.match(text, position)
    if root is None:
        return False
    name, attributes = root[1].lower(), root[2].lower()
    if name == "rss":
        return True
    if name == "rdf":
        return any(namespace in attributes for namespace in (f"{n}{q}" for n in _RDF for q in "\"'\\"))
    if any(namespace in attributes for namespace in _ATOM):
        return True
    return name == "feed" and "xmlns" not in attributes and bool(_ENTRY.search(text, root.end()))


def read(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The items of the feeds in a member. `url` and `date` are those of the response that brought it.

    An item that cannot be made out is a Rejected `broken_xml`, one without title and text `no_text`; the items before
    and after it are read. A feed without items is one Rejected `no_articles`. Nothing is fetched, and no entity that a
    document defines is expanded. `start` and `end` are bytes: of the item, or of the member where its encoding does
    not tell the place.
    """
    try:
        document = xml_text.decode(data)
    except UnreadableError as error:
        yield unreadable(data, error)
        return
    reading = _Reading(document, len(data), source, url, date)
    found = False
    for feed in feeds(document.text):
        found = True
        if feed.records:
            yield from reading.items(feed)
        else:
            nothing = no_articles(feed.head or feed.root, "it is a feed without items")
            yield Rejected("", nothing.reason, nothing.detail, nothing.sample, 0, len(data))
        if feed.root and feed.records and not feed.closed:
            yield Remark("its feed is not closed: the file may be cut short")
    if not found:
        yield Rejected("", "no_articles", "it holds no feed", sample(document.text), 0, len(data))
    if reading.lenient:
        yield Remark("some of its items are broken XML and were read as far as they could be made out")


@dataclass(frozen=True, slots=True)
class _Parsed:
    """What feedparser makes of a piece: its entries, what it says of the feed, and what is wrong (empty: nothing)."""

    entries: Sequence[Mapping[str, Any]]
    feed: Mapping[str, Any]
    fault: str


class _Reading:
    """One member while it is read: how many items it gave so far, and where in its bytes."""

    def __init__(self, document: XmlText, size: int, source: Source, url: str, date: str) -> None:
        self._text, self._encoding = document.text, document.encoding
        self._size, self._source, self._url, self._date = size, source, url, date
        self._counted, self._bytes = 0, document.skipped
        self._number = 0
        self._patience = _MOST_LOOSE
        self.lenient = False
        quote = _BEFORE.match(self._text)
        self._escaped = bool(quote and quote[0].rstrip()[-1:] in ("`", '"', "'"))

    def items(self, feed: Feed) -> Reading:
        """The records of one feed, in order."""
        head = _parsed(self._mended(feed.head)).feed
        opening, closing = self._mended(feed.opening), feed.closing
        for batch in _batches(feed.records):
            pieces = {
                number: self._mended(xml)
                for number, record in enumerate(batch)
                if record.kind == "item" and _HOLDS_TEXT.search(xml := record.xml(self._text))
            }
            joined = "".join(pieces.values())
            if (fault := _malformed(opening + joined + closing)) == _UNBOUND:
                opening = _bound(opening, joined)
                fault = _malformed(opening + joined + closing)
            parsed = () if fault else _parsed(opening + joined + closing).entries
            entries = dict(zip(pieces, parsed, strict=True)) if len(parsed) == len(pieces) else {}
            for number, record in enumerate(batch):
                self._number += 1
                entry, fault = entries.get(number), _FAULT_OF_KIND.get(record.kind, "")
                if entry is None and number in pieces:
                    entry, fault = self._alone(opening + pieces[number] + closing, len(pieces[number]))
                elif record.kind == "item" and number not in pieces and not _is_blank(xml := record.xml(self._text)):
                    fault = _malformed(opening + self._mended(xml) + closing)
                yield self._record(record, entry, fault, head, feed.atom)

    def _alone(self, xml: str, length: int) -> tuple[Mapping[str, Any] | None, str]:
        """The entry of one item that could not be parsed with others, or what is wrong with it."""
        if fault := _malformed(xml):
            if length > min(_LONGEST_LOOSE, self._patience):
                return None, fault
            self._patience -= max(length, _LEAST_LOOSE)
        parsed = _parsed(xml)
        if len(parsed.entries) != 1 or (fault and not _is_right(parsed.entries[0])):
            return None, fault or parsed.fault or "no single item can be made out"
        self.lenient |= bool(fault)
        return parsed.entries[0], ""

    def _record(
        self, record: Record, entry: Mapping[str, Any] | None, fault: str, head: Mapping[str, Any], atom: bool
    ) -> Draft | Rejected:
        start, end = self._place(record)
        place = f"#{self._number}"
        shown = sample(self._text, record.start, record.end)
        if fault:
            return Rejected(place, "broken_xml", fault, shown, start, end)
        title, body = (_title(entry), _body(entry)) if entry else ("", "")
        if entry is None or not (title.strip() or body.strip()):
            return Rejected(place, "no_text", "the item has neither a title nor a text", shown, start, end)
        date, basis = self._when(entry, head)
        return Draft(
            place,
            start,
            end,
            title,
            body,
            _outlet(entry, head),
            _author(entry) or (_author(head) if atom else ""),  # RFC 4287, 4.2.1: the feed's author is the entries'
            "",
            _categories(entry),
            _language(entry) or _text(head.get("language")),
            _address(entry, self._url or _text(dict(head).get("link"))) or self._url,
            date,
            basis,
        )

    def _when(self, entry: Mapping[str, Any], head: Mapping[str, Any]) -> tuple[str, str]:
        if date := _date(entry, self._source.timezone):
            return date, "stated"
        date = _date(head, self._source.timezone) or self._date
        return date, "header" if date else "stated"

    def _place(self, record: Record) -> tuple[int, int]:
        """Where a record stands in the bytes of the member; the whole member where that cannot be told."""
        if not self._encoding:
            return 0, self._size
        # By beginnings, which never go back, as ends do where an empty item stands within another.
        start = self._bytes + len(self._text[self._counted : record.start].encode(self._encoding, "replace"))
        end = start + len(self._text[record.start : record.end].encode(self._encoding, "replace"))
        self._counted, self._bytes = record.start, start
        return start, end

    def _mended(self, xml: str) -> str:
        if self._escaped:
            xml = _ESCAPED.sub(lambda match: _ESCAPES.get(match[1], match[1]), xml)
        return xml_text.mended(xml)


def _batches(records: Sequence[Record]) -> Iterator[Sequence[Record]]:
    batch: list[Record] = []
    length = 0
    for record in records:
        batch.append(record)
        length += record.end - record.start
        if len(batch) >= _BATCH or length >= _BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch


def _parsed(xml: str) -> _Parsed:
    """What feedparser makes of a piece of XML without a document type; where that is unsound, what it guesses."""
    xml = _without_endless_authors(xml)
    try:
        # Bytes in memory: a text could be taken for an address or a path, and be opened.
        result = feedparser.parse(
            io.BytesIO(xml.encode("utf-8", "replace")),
            response_headers=_HEADERS,
            resolve_relative_uris=False,
            sanitize_html=False,  # it drops text with its markup; cleaning comes later, for all readers alike
        )
    except _FAULTS as error:
        return _Parsed((), {}, f"the parser gave up on it ({type(error).__name__})")
    return _Parsed(result["entries"], result["feed"], "")


def _without_endless_authors(xml: str) -> str:
    """The same without what stands for an author and is too long to be one."""
    pieces, position, start = [], 0, -1
    for match in _AUTHOR.finditer(xml):
        if match["end"] == "" and start < 0:
            start = match.end()
        elif match["end"]:
            if 0 <= start < match.start() - _LONGEST_AUTHOR:
                pieces.append(xml[position:start])
                position = match.start()
            start = -1
    return "".join([*pieces, xml[position:]])


def _malformed(xml: str) -> str:
    """Why a piece is no XML; empty where it is."""
    parser = expat.ParserCreate("utf-8", " ")
    try:
        parser.Parse(xml.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        name = expat.ErrorString(error.code)
        return name if name == _UNBOUND else f"{name} (line {error.lineno} of the item)"
    return ""


def _bound(opening: str, xml: str) -> str:
    """The outermost tags with a namespace for each prefix that is used undeclared; its name tells what it means."""
    known = set(re.findall(r"xmlns:([\w.-]+)", opening)) | {"xml", "xmlns"}
    missing = sorted(set(_PREFIX.findall(xml)) - known)
    declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing[:_MOST_PREFIXES])
    return re.sub(r"(?=/?>)", lambda _: declared, opening, count=1)


def _is_blank(item: str) -> bool:
    """Whether an item is its tags and nothing within."""
    return not _TAG.sub("", item).strip() and len(_TAG.findall(item)) <= 2


def _is_right(entry: Mapping[str, Any]) -> bool:
    """Whether an item that was read leniently makes sense: a title without markup, and an address, date or text."""
    title = _title(entry)
    return bool(title) and len(title) < 1000 and bool(_text(dict(entry).get("link")) or _body(entry))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _title(entry: Mapping[str, Any]) -> str:
    return _text(entry.get("title"))


def _body(entry: Mapping[str, Any]) -> str:
    """The longest of the texts of an entry, by what is left without markup."""
    contents = entry.get("content")
    texts = [_text(entry.get("summary")), _text(dict(entry).get("subtitle"))]
    for content in contents if isinstance(contents, list) else ():
        if str(content.get("type", "")).partition("/")[0] in ("text", "application", "html", "xhtml", ""):
            texts.append(_text(content.get("value")))
    return max(texts, key=lambda text: len(_TAG.sub("", text)))


def _outlet(entry: Mapping[str, Any], head: Mapping[str, Any]) -> str:
    """The source that an item states, else the name of the feed unless it only gathers what others publish."""
    stated = entry.get("source")
    if isinstance(stated, Mapping) and (name := _text(stated.get("title")).strip()):
        return name
    name = _title(head)
    return "" if _SEARCH.search(name) else name


def _author(entry: Mapping[str, Any]) -> str:
    authors = entry.get("authors")
    names = [_text(author.get("name")) for author in authors if author] if isinstance(authors, list) else []
    return ", ".join(dict.fromkeys(filter(None, names))) or _text(entry.get("author"))


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    tags = entry.get("tags")
    found = [_text(tag.get("label")) or _text(tag.get("term")) for tag in tags] if isinstance(tags, list) else []
    return tuple(dict.fromkeys(filter(None, found)))


def _language(entry: Mapping[str, Any]) -> str:
    details = (entry.get("title_detail"), entry.get("summary_detail"), *(entry.get("content") or ()))
    stated = (_text(detail.get("language")) for detail in details if isinstance(detail, Mapping))
    return _text(entry.get("language")) or next(filter(None, stated), "")


def _address(entry: Mapping[str, Any], base: str) -> str:
    """The address of the article itself, not of the service that counts how often it is opened."""
    stated = dict(entry)
    own = _text(stated.get("feedburner_origlink")) or _text(stated.get("pheedo_origlink"))
    link = _text(stated.get("link")) or next(
        (_text(link.get("href")) for link in stated.get("links", ()) if link.get("rel") in ("alternate", "via")), ""
    )
    key = _text(stated.get("id")).strip()
    is_address = bool(_ADDRESS.fullmatch(key))
    found = own or (key if is_address and (not link or (_PROXY.search(link) and not _PROXY.search(key))) else link)
    try:
        found = urljoin(base, found.strip()) if base else found.strip()
        parts = urlsplit(found)
        if parts.path == "/url" and (parts.hostname or "").split(".")[-2:-1] == ["google"]:
            asked = parse_qs(parts.query)
            return next((asked[name][0] for name in ("url", "q") if name in asked), found)
    except ValueError:  # no address that can be taken apart
        return found
    return found


def _date(stated: Mapping[str, Any], zone: str) -> str:
    """The first date of an entry or feed that can be read, as it stands there."""
    values = dict(stated)  # feedparser's own mapping gives one date for another
    texts = (_text(values.get(name)).strip() for name in _DATES)
    return next((text for text in texts if published(text, zone).day is not None), "")

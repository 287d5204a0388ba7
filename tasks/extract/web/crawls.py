"""Reads web crawls (WARC and ARC): the pages, feeds and texts that a crawler kept, each by another reader."""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import IO, Final

from warcio.bufferedreaders import ChunkedDataReader

from tasks.errors import UnreadableError
from tasks.extract.content_encoding import WIDE_MARKS, decoded, is_text
from tasks.extract.drafts import Draft, Reading, Rejected, Remark, sample
from tasks.extract.encoding_names import codec_of
from tasks.extract.text import decode
from tasks.extract.unpack import FREE_EXPANSION
from tasks.extract.web.crawl_records import Header, Record, headers, is_crawl, records
from tasks.settings import Settings, Source

VERSION: Final = 1

Inner = Callable[[bytes, Source, str, str], Reading]
"""Reads one payload with the address and date of its record: a page, a feed, JSON or text."""

_STATUS: Final = re.compile(r"(?:HTTP/\d(?:\.\d)?|ICY)\s+(\d{3})\b", re.IGNORECASE)
_MEDIA: Final = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([\w:.+-]{2,40})", re.IGNORECASE)
_OWN_CHARSET: Final = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=|<meta[^>]{0,500}?\bcharset\s*=", re.IGNORECASE)
_LOOKED_AT: Final = 4096
"""Bytes in which a page names its encoding: the HTML standard has 1,024, pages have more before it."""
_LONGEST_TITLE: Final = 300

_WEB: Final = re.compile(r"(?:https?|ftps?|gopher|gemini|file):", re.IGNORECASE)
_BOOKKEEPING: Final = {
    "warcinfo": "descriptions of the crawl",
    "request": "requests",
    "metadata": "notes of the crawler",
    "revisit": "pages unchanged since an earlier visit",
    "continuation": "later parts of records",
}
_READ: Final = re.compile(
    r"text/(?!css|javascript|ecmascript|x-javascript|dns|vtt|calendar|x-component|vcard|x-cross-domain-policy).+"
    r"|application/(?:xhtml\+xml|xml|rss|rss\+xml|atom|atom\+xml|rdf\+xml|rdf|json|feed\+json|ld\+json|activity\+json"
    r"|json-seq|x-ndjson|ndjson|jsonl|jsonlines|csv|yaml|x-yaml|mbox|vnd\.[\w.-]+\+(?:xml|json))"
    r"|message/rfc822",
)
_UNNAMED: Final = frozenset({"", "application/octet-stream", "application/unknown", "unknown/unknown", "no-type",
                             "binary/octet-stream", "application/http", "*/*"})  # fmt: skip
_OTHER_MEDIA: Final = (
    ("image/", "pictures"),
    ("video/", "films and sound"),
    ("audio/", "films and sound"),
    ("font/", "fonts"),
    ("application/font", "fonts"),
    ("application/x-font", "fonts"),
    ("application/vnd.ms-fontobject", "fonts"),
    ("text/css", "styles and scripts"),
    ("text/javascript", "styles and scripts"),
    ("text/ecmascript", "styles and scripts"),
    ("text/x-javascript", "styles and scripts"),
    ("application/javascript", "styles and scripts"),
    ("application/x-javascript", "styles and scripts"),
    ("application/ecmascript", "styles and scripts"),
    ("text/dns", "look-ups of hosts"),
)
_MISSED: Final = re.compile(
    r"answers with status (?:40[1378]|42\d|5\d\d)|files of|records of unknown kinds|later parts|pages unchanged"
)
"""What might have held an article: a server that refused or failed may answer another time, a page that is unchanged
is in an earlier crawl, a PDF can be saved as text. Redirects, pages that are gone and the like cannot be mended."""
_NOT_ASCII_OR_8_BIT: Final = re.compile(r"utf-(?:16|32)|iso2022|hz")
_MOST_DAMAGED: Final = 100
"""A text is in the encoding that its server names if at most one sign in so many is unsound."""


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member begin a crawl."""
    return is_crawl(head)


def read(file: IO[bytes], source: Source, settings: Settings, inner: Inner) -> Reading:
    """The articles of a crawl, record by record; `inner` reads the payload of each record that holds text.

    Articles are looked for in answers of the server (HTTP 200), resources and conversions whose payload is HTML, XML,
    JSON or text. Offsets are the bytes of the record. Requests, pictures and the like are no records of ours. A remark
    at the end counts those of them that might have held an article, had it been crawled or saved otherwise. What is
    damaged is one Rejected; a text that is no article is what `inner` says of it.
    """
    passed: Counter[str] = Counter()
    found = misstated = cut = 0
    for record in records(file, settings.max_member_bytes, passed_over):
        found += 1
        if isinstance(record, Rejected):
            yield record
            continue
        misstated += record.misstated
        if record.block is None:
            passed[record.passed_over] += 1
            continue
        cut += record.header.cut
        for what in _read_record(record, record.block, source, settings, inner):
            yield what if isinstance(what, Remark) else replace(what, start=record.start, end=record.end)
    if found == passed.total():
        yield Rejected("", "no_articles", "it is a crawl without a record that could hold an article")
    if missed := [f"{what} ({count:,})" for what, count in passed.most_common() if _MISSED.match(what)]:
        yield Remark(f"records were passed over that might have held articles: {', '.join(missed)}")
    if misstated:
        yield Remark(f"records that are longer or shorter than they say were read up to the next one ({misstated:,})")
    if cut:
        yield Remark(f"the crawler cut records short ({cut:,})")


def passed_over(header: Header, beginning: bytes) -> str:
    """Why a record is none of an article, by its header and first bytes; nothing where its payload is to be read."""
    if header.kind in _BOOKKEEPING:
        return _BOOKKEEPING[header.kind]
    if header.kind not in ("response", "resource", "conversion"):
        return "records of unknown kinds"
    if header.url and not _WEB.match(header.url):
        return "look-ups of hosts" if header.url.startswith(("dns:", "whois:")) else "notes of the crawler"
    if header.url.partition("?")[0].endswith("/robots.txt"):
        return "rules for robots"
    if header.segment:
        return ""  # its reader says that it is not whole
    media, payload = _media(header.media), beginning
    if header.kind == "response" and (match := _STATUS.match(beginning[:100].decode("latin-1"))):
        if match[1] != "200":
            return f"answers with status {match[1]}"
        _, fields, size = headers(beginning)
        media, payload = _media(fields.get("content-type", "")), beginning[size:]
        if fields.get("content-encoding") and media in _UNNAMED:
            return ""
    if media in _UNNAMED:
        media = _media(header.identified)
    if media in _UNNAMED:
        return "" if is_text(payload) else "files of unknown kinds"
    if _READ.fullmatch(media):
        return ""
    return next((word for begin, word in _OTHER_MEDIA if media.startswith(begin)), "files of other kinds")


def _read_record(record: Record, block: bytes, source: Source, settings: Settings, inner: Inner) -> Reading:
    header, place = record.header, record.place
    if header.segment:
        yield Rejected(place, "segmented_record", "it is one part of a record that goes on in another", _shown(block))
        return
    try:
        payload, media, charset = _payload(header, block, settings)
    except UnreadableError as error:
        yield Rejected(place, error.reason, str(error), _shown(block))
        return
    if not payload.strip():
        yield Rejected(place, "empty", "there is nothing in it")
        return
    payload = _in_own_encoding(payload, charset)
    if header.kind == "conversion" and media == "text/plain":
        yield _plain_text(place, payload, header)
        return
    items = list(inner(payload, source, header.url, header.date))
    several = sum(not isinstance(item, Remark) for item in items) > 1
    for item in items:
        if isinstance(item, Remark):
            yield item
        else:
            yield replace(item, record=f"{place} {item.record}".rstrip() if several else place)
    if all(isinstance(item, Remark) for item in items):
        yield Rejected(place, "no_articles", "no article can be made out in it", _shown(payload))


def _plain_text(place: str, payload: bytes, header: Header) -> Draft | Rejected:
    """A page that the crawl has as bare text (WET files): its first line is the title of the page."""
    try:
        text = decode(payload)
    except UnreadableError as error:
        return Rejected(place, error.reason, str(error), _shown(payload))
    first, _, rest = text.strip().partition("\n")
    titled = rest.strip() and len(first) <= _LONGEST_TITLE
    title, body = (first.strip(), rest) if titled else ("", text)
    return Draft(place, 0, 0, title, body, url=header.url, date=header.date, date_basis="header")


def _payload(header: Header, block: bytes, settings: Settings) -> tuple[bytes, str, str]:
    """What a record is about, unpacked, with its media type and the encoding that its server names."""
    stated, payload = header.media, block
    if header.kind == "response" and _STATUS.match(block[:100].decode("latin-1")):
        _, fields, size = headers(block)
        if not size:
            raise UnreadableError("damaged_record", "the header of the server's answer does not end")
        stated, payload = fields.get("content-type", ""), block[size:]
        if "chunked" in fields.get("transfer-encoding", "").lower():
            payload = ChunkedDataReader(BytesIO(payload)).read()
        most = min(max(len(payload) * settings.max_expansion, FREE_EXPANSION), settings.max_member_bytes)
        payload = decoded(payload, fields.get("content-encoding", ""), most)
    charset = _CHARSET.search(stated)
    return payload, _media(stated), charset[1].lower() if charset else ""


def _in_own_encoding(payload: bytes, charset: str) -> bytes:
    """A payload that does not name its encoding, in UTF-8 with a byte order mark, by what its server says.

    A payload that names one itself keeps it, and so does one in UTF-8 whatever its server says, or one that is unsound
    in the encoding that its server names: what reads it finds out by itself.
    """
    if not charset or payload.startswith((codecs.BOM_UTF8, *WIDE_MARKS)) or _OWN_CHARSET.search(payload, 0, _LOOKED_AT):
        return payload
    name = codec_of(charset)
    if not name:
        return payload
    if not _NOT_ASCII_OR_8_BIT.match(name):
        if payload.isascii():
            return payload
        try:
            payload.decode("utf-8")
            return codecs.BOM_UTF8 + payload
        except UnicodeDecodeError:
            pass
    text = payload.decode(name, "replace")
    if text.count("\ufffd") * _MOST_DAMAGED > len(text):
        return payload
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def _media(content_type: str) -> str:
    match = _MEDIA.match(content_type)
    return match[1].lower() if match else content_type.partition(";")[0].strip().lower()[:100]


def _shown(block: bytes) -> str:
    return sample(block[:400].decode("latin-1"))

"""Reads web crawls (WARC and ARC): the pages, feeds and texts that a crawler kept, each by another reader."""

import codecs
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import IO, Final

import brotli
from warcio.bufferedreaders import ChunkedDataReader

from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft, Reading, Rejected, Remark, sample
from tasks.extract.text import decode
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
_FREE_EXPANSION: Final = 16 << 20  # as for members: small pages compress oddly well
_PIECE: Final = 1 << 20
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
_WEB_NAMES: Final[Mapping[str, str]] = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
}  # fmt: skip
"""Names of encodings that mean more on the web than they say (Encoding Standard, table of labels)."""
_TEXT_CODECS: Final = re.compile(r"utf-(?:8|16|32)|cp\d|iso8859|koi8|gb|big5|euc|shift|iso2022|mac|tis|hz|johab|ascii")
"""Codecs of Python that are encodings of text: others are compression, or slow on long input (punycode)."""
_NOT_ASCII_OR_8_BIT: Final = re.compile(r"utf-(?:16|32)|iso2022|hz")
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXT_BYTES: Final = bytes((*range(9, 14), 27, *range(32, 127), *range(128, 256)))
_MOST_DAMAGED: Final = 100
"""A text is in the encoding that its server names if at most one sign in so many is unsound."""


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member begin a crawl."""
    return is_crawl(head)


def read(file: IO[bytes], source: Source, settings: Settings, inner: Inner) -> Reading:
    """The articles of a crawl, record by record; `inner` reads the payload of each record that holds text.

    Articles are looked for in answers of the server (HTTP 200), resources and conversions whose payload is HTML, XML,
    JSON or text. Offsets are the bytes of the record. Requests, pictures and the like are no records of ours: a remark
    at the end counts them. What is damaged is one Rejected; a text that is no article is what `inner` says of it.
    """
    passed: Counter[str] = Counter()
    found = misstated = cut = 0
    for record in records(file, settings.max_member_bytes, _passed_over):
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
    if passed:
        kinds = ", ".join(f"{count:,} {what}" for what, count in passed.most_common())
        yield Remark(f"{passed.total():,} of {found:,} records hold no article and were passed over: {kinds}")
    if misstated:
        yield Remark(f"{misstated:,} records are longer or shorter than they say and were read up to the next record")
    if cut:
        yield Remark(f"{cut:,} records were cut short by the crawler")


def _passed_over(header: Header, beginning: bytes) -> str:
    """Why a record is none of an article; nothing where its payload is to be read."""
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
        return "" if _is_text(payload) else "files of unknown kinds"
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
        for encoding in reversed(fields.get("content-encoding", "").lower().split(",")):
            payload = _unpacked(payload, encoding.strip(), settings)
    charset = _CHARSET.search(stated)
    return payload, _media(stated), charset[1].lower() if charset else ""


def _unpacked(packed: bytes, encoding: str, settings: Settings) -> bytes:
    """A payload without its compression; as it is where it only says that it is compressed.

    UnreadableError where it breaks off or expands too much.
    """
    if not packed or encoding in ("", "identity", "none", "utf-8", "chunked"):
        return packed
    if encoding not in _PARTS:
        if _is_text(packed):
            return packed
        raise UnreadableError("unknown_compression", f"it is compressed with '{encoding[:40]}', which is not known")
    allowed = min(max(len(packed) * settings.max_expansion, _FREE_EXPANSION), settings.max_member_bytes)
    parts: list[bytes] = []
    size = 0
    try:
        for part in _PARTS[encoding](packed):
            parts.append(part)
            size += len(part)
            if size > allowed:
                raise UnreadableError("expands_too_much", f"it unpacks to more than {allowed:,} bytes")
    except (zlib.error, brotli.error) as error:
        if not size and _is_text(packed):
            return packed
        why = f"it cannot be unpacked beyond {size:,} bytes ({str(error)[:200]})"
        raise UnreadableError("corrupt_payload", why) from None
    return b"".join(parts)


def _inflated(packed: bytes, bits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=bits)
    pending = packed
    while not unpacker.eof:
        part = unpacker.decompress(pending, _PIECE)
        yield part
        pending = unpacker.unconsumed_tail
        if not pending and len(part) < _PIECE and not unpacker.eof:
            if _lacks_only_checksum(unpacker):
                return
            raise zlib.error("it breaks off")


def _lacks_only_checksum(unpacker: "zlib._Decompress") -> bool:
    """Whether all of a text was unpacked, and only the sum behind it is missing: zeros in its place are a wrong sum."""
    try:
        unpacker.decompress(bytes(8), 1)
    except zlib.error as error:
        return "incorrect" in str(error)  # data check or length check
    return unpacker.eof


def _ungzipped(packed: bytes) -> Iterator[bytes]:
    return _inflated(packed, 31)


def _undeflated(packed: bytes) -> Iterator[bytes]:
    """`deflate` is zlib by its standard (RFC 9110), and bare deflate as some servers send it."""
    is_zlib = len(packed) > 1 and packed[0] & 15 == 8 and (packed[0] << 8 | packed[1]) % 31 == 0
    return _inflated(packed, 15 if is_zlib else -15)


def _unbrotlied(packed: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    pending = packed
    while not unpacker.is_finished():
        part = unpacker.process(pending, output_buffer_limit=_PIECE)
        yield part
        pending = b""
        if not part and unpacker.can_accept_more_data():
            raise zlib.error("it breaks off")


_PARTS: Final[Mapping[str, Callable[[bytes], Iterator[bytes]]]] = {
    "gzip": _ungzipped, "x-gzip": _ungzipped, "deflate": _undeflated, "br": _unbrotlied,
}  # fmt: skip


def _in_own_encoding(payload: bytes, charset: str) -> bytes:
    """A payload that does not name its encoding, in UTF-8 with a byte order mark, by what its server says.

    A payload that names one itself keeps it, and so does one in UTF-8 whatever its server says, or one that is unsound
    in the encoding that its server names: what reads it finds out by itself.
    """
    if not charset or payload.startswith((codecs.BOM_UTF8, *_WIDE)) or _OWN_CHARSET.search(payload, 0, _LOOKED_AT):
        return payload
    try:
        name = codecs.lookup(_WEB_NAMES.get(charset, charset)).name
    except (LookupError, ValueError):
        return payload
    if not _TEXT_CODECS.match(name):
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


def _is_text(beginning: bytes) -> bool:
    """Whether bytes of an unnamed kind are text: some, and none of those that text does not have."""
    head = beginning[:1024]
    return bool(head.strip()) and (head.startswith(_WIDE) or not head.translate(None, _TEXT_BYTES))


def _shown(block: bytes) -> str:
    return sample(block[:400].decode("latin-1"))

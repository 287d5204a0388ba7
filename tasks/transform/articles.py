"""Makes an article out of a draft: clean text, outlet, date, language, and an id that depends on the content alone."""

import html
import re
import unicodedata
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

import ftfy
import ftfy.badness
from lxml import etree

from tasks.contract import UNDATED
from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft
from tasks.settings import Source
from tasks.staging import content_id
from tasks.transform.dates import NO_DATE, Published, date_in_name, published
from tasks.transform.language import language_of

VERSION: Final = 1

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    # Joiners are part of Persian words and of emoji; between Latin letters they mean nothing.
    "|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])"
)
_C1: Final = re.compile("[\x80-\x84\x86-\x9f]")
_BLANKS: Final = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_TAG: Final = re.compile(
    r"<!--|</?(?:p|br|div|span|a|img|b|i|u|em|strong|small|big|sub|sup|font|center|h[1-6]|ul|ol|li|dl|dt|dd|table|tbody"
    r"|thead|tr|td|th|blockquote|q|cite|pre|code|hr|figure|figcaption|picture|source|section|article|header|footer|aside"
    r"|nav|main|iframe|video|audio|embed|object|param|script|style|noscript|form|input|button|label|svg|path|html|body"
    r"|head|meta|link|title|time|abbr|mark|del|ins|s|strike|wbr)(?:\s[^<>]*|\s*/?)>",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "blockquote",
     "pre", "hr", "figure", "figcaption", "section", "article", "header", "footer", "aside", "nav", "main", "form",
     "title")
)  # fmt: skip
_UNSEEN: Final = frozenset(
    ("script", "style", "noscript", "iframe", "video", "audio", "embed", "object", "svg", "head", "button", "input")
)
_ROUNDS: Final = 3
"""Markup within entities within markup: feeds escape their descriptions once too often, rarely twice."""
_SENTENCE_END: Final = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_WRAP_WIDTH: Final = 120
"""Longest line, in characters, of a text that may have been wrapped by its archive."""
_FEED_HOST: Final = re.compile(r"^(?:www|feeds?|rss|m)\d*\.")
_ADDRESS: Final = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)


def to_article(
    draft: Draft, source: Source, *, raw_uri: str, raw_sha256: str, name: str, latest_year: int = 9999
) -> dict[str, Any]:
    """The row of `articles` that a draft gives, plus `period`.

    `raw_uri` names the raw file and member, `name` is what may hold a date when the record states none, and years
    after `latest_year` are no dates. Raises UnreadableError (`no_text`) where there is neither title nor text.
    """
    title = clean_line(draft.title)
    body = clean_text(draft.body)
    if not body or title.startswith(body.rstrip("….")):
        body = title  # no text, or only the beginning of the headline once more
    if not body:
        raise UnreadableError("no_text", "it has neither a title nor a text")
    when, basis = _when(draft, source, name, latest_year)
    outlet = clean_line(outlet_of(draft.outlet, draft.url, source.outlet))
    day = when.day
    return {
        "article_id": content_id("article", outlet, title, day.isoformat() if day else None, body),
        "outlet": outlet or None,
        "title": title or None,
        "author": clean_line(draft.author) or None,
        "poster": clean_line(draft.poster) or None,
        "categories": list(dict.fromkeys(filter(None, map(clean_line, draft.categories)))),
        "language": language_of(title, body, draft.language or source.language),
        "url": clean_address(draft.url) or None,
        "published_at": when.at,
        "published_date": day,
        "date_basis": basis,
        "date_precision": when.precision,
        "body": body,
        "word_count": len(body.split()),
        "raw_uri": raw_uri,
        "raw_sha256": raw_sha256,
        "raw_start": draft.start,
        "raw_end": draft.end,
        "period": f"{day.year:04d}-{day.month:02d}" if day else UNDATED,
    }


def clean_text(text: str) -> str:
    """Text without markup, control characters and broken encoding; paragraphs are parted by one empty line.

    Words, punctuation and typographic quotes stay as they are.
    """
    text = _sound(text)
    marked = False
    for _ in range(_ROUNDS):
        if _TAG.search(text):
            text, marked = _without_markup(text), True
        elif _ENTITY.search(text):
            text = _LINE_END.sub("\n", _ENTITY.sub(lambda match: html.unescape(match[0]), text))
        else:
            break
    text = unicodedata.normalize("NFC", _CONTROL.sub("", _SURROGATE.sub("\ufffd", text)))
    lines = [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    return "\n\n".join(_paragraphs(lines, wrapped=not marked and _is_wrapped(lines)))


def clean_line(text: str) -> str:
    """Text as `clean_text` gives it, on one line."""
    return " ".join(clean_text(text).split()) if text else ""


def clean_address(text: str) -> str:
    """An address without blanks and control characters; entities in it are decoded."""
    return html.unescape(_CONTROL.sub("", _SURROGATE.sub("\ufffd", text))).strip().replace(" ", "%20")


def outlet_of(outlet: str, url: str, standing_in: str) -> str:
    """The outlet: as the record names it, else what the source's settings say, else the host of an address."""
    if outlet and not _ADDRESS.fullmatch(outlet):
        return outlet
    return standing_in or host(outlet) or host(url)


def host(address: str) -> str:
    """The host of an address without `www.` and the like; empty where there is none."""
    try:
        name = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
    return _FEED_HOST.sub("", name) if name.count(".") > 1 else name


def _when(draft: Draft, source: Source, name: str, latest_year: int) -> tuple[Published, str]:
    """The date of a draft and its basis: stated in the record or its header, else in the name of the file."""
    stated = published(draft.date, source.timezone, latest_year) if draft.date else NO_DATE
    if stated.day is not None:
        return stated, draft.date_basis
    named = date_in_name(name, latest_year)
    return (named, "file") if named.day is not None else (NO_DATE, "none")


def _sound(text: str) -> str:
    """Line ends as one sign, and lines repaired that were decoded wrongly before they came into the archive."""
    text = _SURROGATE.sub("\ufffd", text)
    if not text.isascii() and (_C1.search(text) or ftfy.badness.is_bad(text)):
        # Line by line: one wrong line among sound ones would keep the whole from being repaired.
        text = "\n".join(
            ftfy.fix_encoding(line) if _C1.search(line) or ftfy.badness.is_bad(line) else line
            for line in text.split("\n")
        )
    return _LINE_END.sub("\n", text)


def _without_markup(text: str) -> str:
    """The text of a piece of HTML: blocks become paragraphs, `br` a line end, pictures and scripts nothing."""
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    root = etree.fromstring(_CONTROL.sub("", f"<div>{text}</div>").encode("utf-8", "replace"), parser)
    if root is None:
        return _TAG.sub(" ", text)
    parts: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            unseen += tag in _UNSEEN
            if tag in _BLOCKS:
                parts.append("\n\n")
            elif tag == "br":
                parts.append("\n")
            elif tag in ("td", "th"):
                parts.append(" ")
            if not unseen and element.text:
                parts.append(element.text if tag == "pre" else _unwrapped(element.text))
        else:
            unseen -= tag in _UNSEEN
            if tag in _BLOCKS:
                parts.append("\n\n")
            if not unseen and element.tail:
                parts.append(_unwrapped(element.tail))
    return "".join(parts)


def _unwrapped(text: str) -> str:
    """Line ends mean nothing in HTML, except that feeds part paragraphs by empty lines beside their tags."""
    return "\n\n".join(part.replace("\n", " ") for part in re.split(r"\n[ \t]*\n", text))


def _is_wrapped(lines: list[str]) -> bool:
    """Whether single line ends only wrap the text: lines are short, and few of them end where a sentence does."""
    breaks = [line for line, after in pairwise(lines) if line and after]
    if not breaks or max(map(len, lines)) > _WRAP_WIDTH:
        return False
    return sum(bool(_SENTENCE_END.search(line)) for line in breaks) < len(breaks) / 2


def _paragraphs(lines: list[str], wrapped: bool) -> list[str]:
    if not wrapped:
        return [line for line in lines if line]
    blocks, block = [], []  # type: list[str], list[str]
    for line in [*lines, ""]:
        if line:
            block.append(line)
        elif block:
            blocks.append(" ".join(block))
            block = []
    return blocks

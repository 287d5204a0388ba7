"""Reads the newswire of 1987 that is known as Reuters-21578: one `<REUTERS>` element a story, in SGML."""

import html
import re
from collections.abc import Iterator
from typing import Final

from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft, Reading, Rejected, no_articles, sample, unreadable
from tasks.extract.text import decode
from tasks.settings import Source

VERSION: Final = 2

_OUTLET: Final = "Reuters"
_LANGUAGE: Final = "en"
_LISTS: Final = ("TOPICS", "PLACES", "PEOPLE", "ORGS", "EXCHANGES", "COMPANIES")

_FITS: Final = re.compile(
    rb"(?:<!DOCTYPE\s+lewis\b|<REUTERS\s[^<>]{0,300}?\b(?:TOPICS|LEWISSPLIT|OLDID|NEWID)\s*=)", re.IGNORECASE
)
_BEFORE: Final = re.compile(r"\s*(?:<!DOCTYPE[^<>]*>\s*)?", re.IGNORECASE)
_STORY: Final = re.compile(r"<REUTERS\b([^<>]*)>", re.IGNORECASE)
_STORY_END: Final = re.compile(r"</REUTERS\s*>", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\bNEWID\s*=\s*[\"']?(\d{1,9})", re.IGNORECASE)
_TAG: Final = re.compile(rf"<(/?)(DATE|TEXT|TITLE|AUTHOR|DATELINE|BODY|D|{'|'.join(_LISTS)})\b[^<>]*>", re.IGNORECASE)
_VALUE: Final = re.compile(r"<D>([^<]*)</D>", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(?:#\d{1,6}|[a-z]{2,6});?", re.IGNORECASE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STARS: Final = re.compile(r"^[\s*]*(?=\S)")
_FILLER: Final = re.compile(r"(?:\s*Blah blah blah\.?)+\s*", re.IGNORECASE)
_INDENTED: Final = re.compile(r"\n[ \t]*\n|\n(?=[ \t]{2,}\S)")
_SIGNED: Final = re.compile(
    r"(?:\n[ \t]*(?:reuters?|reute|more)\.{0,3}[ \t]*)+$|(?<=[.)\"'])[ \t]+(?-i:REUTER)S?$", re.IGNORECASE
)
_BY: Final = re.compile(r"^by\s+", re.IGNORECASE)
_AGENCY: Final = re.compile(r",\s*reuters?\.?$", re.IGNORECASE)
_OTHER_AGENCY: Final = re.compile(r"([^,]+),\s*([^\s,]+ [^,]+)")
"""A byline with another agency of two or more words behind the author: the story is not Reuters's, for all its tags."""
_BROKEN_CLOCK: Final = re.compile(r"(\d{1,2}-[A-Z]{3}-\d{4}) \d{3,}:.*", re.IGNORECASE)
"""A date with an hour of three digits, as the collection has one: only its day can be believed."""
_NO_MARKUP: Final = "<\u2060"
"""A ticker such as `<S>` is no markup: the invisible sign, which cleaning takes out, keeps it from looking like it."""


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member begin such a file, or a stretch of one."""
    return bool(_FITS.match(head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")))


def read(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The stories of a file in order, each with the offsets of its element in the decoded text.

    A story without a closed text, and what stands between the stories, is one Rejected. `date` stands in where a story
    has none.
    """
    try:
        text = decode(data)
    except UnreadableError as error:
        yield unreadable(data, error)
        return
    found = False
    for number, (start, end, story) in enumerate(_stories(text), 1):
        found = found or story is not None
        if story is None:
            why = "it stands between the stories and belongs to none"
            yield Rejected(f"#{number}", "not_an_article", why, sample(text, start, end), start, end)
        else:
            yield _draft(text[start:end], f"#{number}", start, story, url, date)
    if not found:
        yield no_articles(text, "it holds no story")


def _stories(text: str) -> Iterator[tuple[int, int, re.Match[str] | None]]:
    """The stretches of a text: where each begins and ends, and its opening tag, None for what is no story."""
    before = _BEFORE.match(text)
    position = before.end() if before else 0
    while position < len(text):
        opening = _STORY.search(text, position)
        begin = opening.start() if opening else len(text)
        if stray := text[position:begin].strip():
            at = text.index(stray, position)
            yield at, at + len(stray), None
        if opening is None:
            return
        following = _STORY.search(text, opening.end())
        limit = following.start() if following else len(text)
        closing = _STORY_END.search(text, opening.end(), limit)
        position = closing.end() if closing else limit
        yield begin, position, opening


def _draft(story: str, record: str, start: int, opening: re.Match[str], url: str, date: str) -> Draft | Rejected:
    parts = _parts(story)
    end = start + len(story.rstrip())
    if "TEXT" not in parts:
        why = "its text is not there, or not closed: the file may be cut short"
        return Rejected(record, "broken_record", why, sample(story), start, end)
    title, body = _plain(parts.get("TITLE", "")), parts.get("BODY", "")
    if "BODY" not in parts and "TITLE" not in parts:
        body = parts["TEXT"]  # stories that nobody took apart (TYPE="UNPROC")
    elif "BODY" not in parts:  # headlines without a story (TYPE="BRIEF")
        body = _FILLER.sub("", parts["TEXT"][parts["TEXT"].upper().rfind("</TITLE>") + len("</TITLE>") :])
    dateline = " ".join(_plain(parts.get("DATELINE", "")).split())
    body = _body(f"{dateline} {_plain(body).lstrip()}" if dateline else _plain(body))
    author, outlet = _author(parts.get("AUTHOR", ""))
    stated = _BROKEN_CLOCK.sub(r"\1", " ".join(_plain(parts.get("DATE", "")).split()))
    categories = tuple(_plain(value).strip() for name in _LISTS for value in _VALUE.findall(parts.get(name, "")))
    if not body and not title.strip():
        return Rejected(record, "no_text", "it has neither a title nor a text", sample(story), start, end)
    number = _NUMBER.search(opening[1])
    return Draft(
        f"{record} (NEWID {number[1]})" if number else record,
        start,
        end,
        _STARS.sub("", " ".join(title.split())),
        body,
        outlet,
        author,
        categories=tuple(dict.fromkeys(filter(None, categories))),
        language=_LANGUAGE,
        url=url,
        date=stated or date,
        date_basis="stated" if stated or not date else "header",
    )


def _parts(story: str) -> dict[str, str]:
    """What stands between the tags of each name, the first time that they open and close."""
    opened: dict[str, int] = {}
    parts: dict[str, str] = {}
    for tag in _TAG.finditer(story):
        name = tag[2].upper()
        if not tag[1]:
            opened.setdefault(name, tag.end())
        elif name in opened and name not in parts:
            parts[name] = story[opened[name] : tag.start()]
    return parts


def _plain(text: str) -> str:
    """Text without references to signs and without the control signs of the wire; line ends are kept."""
    text = _CONTROL.sub("", _REFERENCE.sub(lambda match: html.unescape(match[0]), text.replace("\r\n", "\n")))
    return text.replace("^M", "").replace("<", _NO_MARKUP)


def _body(text: str) -> str:
    """The paragraphs, which the wire indents, parted by an empty line; without the agency's name that ends a story."""
    text = _SIGNED.sub("", f"\n{text.strip()}").strip()
    return "\n\n".join(paragraph.strip() for paragraph in _INDENTED.split(text) if paragraph.strip())


def _author(text: str) -> tuple[str, str]:
    """Author and agency of a byline such as `By Peter Torday, Reuters`."""
    name = _BY.sub("", " ".join(_plain(text).split()))
    if _AGENCY.search(name):
        return _AGENCY.sub("", name).strip(), _OUTLET
    match = _OTHER_AGENCY.fullmatch(name)
    return (match[1].strip(), match[2].strip()) if match else (name, _OUTLET)

"""Finds the many articles in one message: a digest's messages, an archive's entries, a newsletter's sections."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tasks.extract import archive_pages, markdown_digests
from tasks.extract.drafts import Draft, Rejected
from tasks.extract.mail.lines import Line, words
from tasks.settings import Source
from tasks.transform.dates import published

VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a digest: what it says of itself, and its lines."""

    title: str
    lines: list[Line]
    outlet: str = ""
    author: str = ""
    poster: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    categories: tuple[str, ...] = ()


_BETWEEN_MESSAGES: Final = re.compile(r"^-{27,33}[ \t]*$", re.MULTILINE)
"""RFC 1153 asks for 30 hyphens."""
_BEFORE_MESSAGES: Final = re.compile(r"^-{60,80}[ \t]*$", re.MULTILINE)
"""RFC 1153 asks for 70 hyphens below the table of contents."""
_FIELD: Final = re.compile(r"([A-Za-z][A-Za-z-]{1,30}):(?:[ \t].*)?")
_RULE: Final = re.compile(r"\s*([-=_*~#•])(?:\s?\1){2,}\s*")
_NUMBERED: Final = re.compile(r"\s*\(?(\d{1,2})[.)]\s+(?=\S)")
_URL: Final = re.compile(
    r"(?:(?:read|see|full|link|url|source|web|more)\b[^:]{0,40}:?\s*)?[<(\[]?(https?://[^\s<>\])]+)[>)\]]?",
    re.IGNORECASE,
)
_READ_MORE: Final = re.compile(
    r"(?:read|continue|see|full|view|learn|click)\b.{0,40}(?:more|reading|story|article|text|here|online).{0,10}|more\W*",
    re.IGNORECASE,
)
_SOURCE: Final = re.compile(r"(?:\((?:source: )?([^()]{2,40})\)|source: ([^:]{2,60}))", re.IGNORECASE)
_BYLINE: Final = re.compile(r"(?:By|BY) ([^\W\d_a-z].{2,60})")
_FURNITURE: Final = re.compile(r"[×✕✖X]|categor(?:y|ies)\s*:.*|(?:title|headline)\s*:.*", re.IGNORECASE)
_HEADER_LINES: Final = 6
_LONGEST_TITLE: Final = 200
_YEAR: Final = re.compile(r"\b(?:1[6-9]|20)\d\d\b|\d[./]\d{1,2}[./]\d\d\b")
_LONGEST_DATE_LINE: Final = 70
_FEWEST_WORDS: Final = 15
"""Words that a section must have to be an article: fewer are a heading, a table of contents, an advertisement."""


def messages_in(text: str) -> list[str]:
    """The messages of a digest as RFC 1153 writes it, each with its head; empty where the text is none.

    What stands before the first message and `End of ... Digest` are the frame of the digest, and no messages.
    """
    parts = _BETWEEN_MESSAGES.split(text)
    if len(parts) < 2:
        return []
    if first := _BEFORE_MESSAGES.split(parts[0], maxsplit=1)[1:]:
        parts[0] = first[0]
    messages: list[str] = []
    for part in parts:
        if _has_head(part):
            messages.append(part.lstrip())
        elif messages and not re.match(r"\s*(?:End of|Subject: Digest Footer|\*{3,})|\s*$", part):
            messages[-1] += "-" * 30 + part  # a rule within a message
    return messages if len(messages) > 1 else []


def entries_in(lines: Sequence[Line], source: Source) -> list[Entry | list[Line]]:
    """The articles of a news digest or newsletter, in order; empty where the lines are one text.

    Sections that are no article are lists of lines. It takes two articles to make a digest, and each has to say
    something of itself beside its title, such as a date, an outlet or an address: chapters of one article do not.
    """
    greeting = lines[: _length_of_greeting(lines)]
    lines = lines[len(greeting) :]
    found = _archive_entries(lines, source) or next(
        (articles for sections in _divisions(lines) if (articles := _articles(sections, source))), []
    )
    return [list(greeting), *found] if found and words(greeting) >= _FEWEST_WORDS else found


def _has_head(part: str) -> bool:
    names: set[str] = set()
    for line in part.lstrip().split("\n", 40)[:40]:
        if line[:1] in (" ", "\t") and names:
            continue
        match = _FIELD.fullmatch(line.rstrip()[:2000])
        if match is None:
            break
        names.add(match[1].lower())
    return "from" in names and bool(names & {"subject", "date"})


def _archive_entries(lines: Sequence[Line], source: Source) -> list[Entry | list[Line]]:
    """What the readers of text archives find in the lines, where that is nearly all of them."""
    text = "\n".join(line.text for line in lines)
    if markdown_digests.is_digest(text):
        found = list(markdown_digests.read(text, source))
    elif _may_hold_entries([line.text for line in lines if line.text]):
        found = list(archive_pages.read(text, source))
    else:
        return []
    drafts = [item for item in found if isinstance(item, Draft)]
    full = [draft for draft in drafts if draft.title and len(draft.body.split()) >= _FEWEST_WORDS]
    if not full or len(full) * 2 < len(drafts):
        return []
    if sum(draft.end - draft.start for draft in drafts) < len(text) * 0.6:
        return []
    if len(full) < 2:
        only = full[0]
        told = only.outlet or only.categories or only.poster or only.url
        if len(found) > 1 or not only.date or not told or text[: only.start].strip():
            return []
    return [
        Entry(item.title, [Line(line) for line in item.body.split("\n")], item.outlet, item.author, item.poster,
              item.date, item.url, item.language, item.categories)
        if isinstance(item, Draft) else [Line(line) for line in text[item.start : item.end].split("\n")]
        for item in found if isinstance(item, Draft | Rejected)
    ]  # fmt: skip


def _divisions(lines: Sequence[Line]) -> Iterator[list[list[Line]]]:
    """The ways in which lines may be parted into sections: at headings, rules, numbers, titles in capitals."""
    count = len(lines)
    headings = [n for n in range(count) if lines[n].heading and not (n and lines[n - 1].heading)]
    yield _cut(lines, headings)
    rules = [n for n in range(count) if _is_rule(lines[n])]
    yield _cut(lines, rules)
    numbers: list[int] = []
    for n in range(count):
        match = _NUMBERED.match(lines[n].text)
        if match and (n == 0 or not lines[n - 1].text) and int(match[1]) == len(numbers) + 1:
            numbers.append(n)
    yield _cut(lines, numbers)
    yield _cut(lines, [n for n in range(count) if (n == 0 or not lines[n - 1].text) and _is_in_capitals(lines[n].text)])


def _cut(lines: Sequence[Line], starts: Sequence[int]) -> list[list[Line]]:
    if len(starts) < 1:
        return []
    sections = [list(lines[first:last]) for first, last in pairwise(sorted({0, *starts, len(lines)}))]
    bare = [[line for line in section if not _is_rule(line)] for section in sections]
    return [section for section in bare if any(line.text for line in section)]


def _articles(sections: Sequence[Sequence[Line]], source: Source) -> list[Entry | list[Line]]:
    """The articles that sections are; empty where they are not enough to make a digest of the whole."""
    if len(sections) < 2:
        return []
    read = [_entry(section, source) for section in sections]
    told = sum(entry is not None for entry in read)
    large = sum(words(section) >= _FEWEST_WORDS for section in sections)
    if told < 2 or told * 2 < large:
        return []
    found: list[Entry | list[Line]] = []
    for section, entry in zip(sections, read, strict=True):
        last = found[-1] if found else None
        if entry is not None:
            found.append(entry)
        elif words(section) < _FEWEST_WORDS:
            continue
        elif isinstance(last, Entry):
            last.lines.extend([Line(""), *section])  # it says nothing of itself: it goes on with the article above
        else:
            found.append(list(section))
    return found


def _length_of_greeting(lines: Sequence[Line]) -> int:
    """How many lines stand above the title of the first article, where no rule parts them from it.

    Where all other articles have as many lines above their outlet and date, so has the first.
    """
    rules = [number for number, line in enumerate(lines) if _is_rule(line)]
    if not rules:
        return 0
    first, *others = [_lines_above_date(lines[a:b]) for a, b in pairwise((0, *rules, len(lines)))]
    heights = {len(above) for above in others if above}
    if len(heights) != 1 or len(first) <= (height := heights.pop()):
        return 0
    return first[-height]


def _is_rule(line: Line) -> bool:
    return len(line.text) <= 120 and _RULE.fullmatch(line.text) is not None


def _lines_above_date(section: Sequence[Line]) -> list[int]:
    """Where the lines stand above the first that has nothing but outlet and date; empty where none has."""
    full = [number for number, line in enumerate(section) if line.text and not _is_rule(line)][: 2 * _HEADER_LINES]
    for place, number in enumerate(full):
        if _outlet_and_date(section[number].text) is not None:
            return full[:place]
    return []


def _entry(section: Sequence[Line], source: Source) -> Entry | None:
    """The article that a section is: a title, a text, and at least one of outlet, author, date and address."""
    url = next((line.link for line in section[:6] if line.heading and line.link), "")
    lines, stated = _without_addresses(section)
    url = url or stated
    while lines and not lines[0].text:
        del lines[0]
    if not lines or words(lines) < _FEWEST_WORDS:
        return None
    lines[0] = Line(_NUMBERED.sub("", lines[0].text, count=1).strip(), 0, lines[0].heading, lines[0].link)
    outlet = author = date = ""
    while lines and not lines[-1].text:
        del lines[-1]
    if match := _SOURCE.fullmatch(lines[-1].text[:100].strip()):
        outlet = match[1] or match[2]
        del lines[-1]
    text = "\n".join(line.text for line in lines)
    telling = any(_is_telling(line.text) for line in [line for line in lines if line.text][:_HEADER_LINES])
    drafts = [item for item in archive_pages.read(text, source) if isinstance(item, Draft)] if telling else []
    if len(drafts) == 1 and drafts[0].title and not text[: drafts[0].start].strip() and len(drafts[0].body.split()) > 9:
        draft = drafts[0]
        below = [Line(line) for line in draft.body.split("\n")]
        return Entry(
            draft.title, below, draft.outlet or outlet, draft.author, draft.poster, draft.date, draft.url or url
        )
    title = lines[0].text
    if not lines[0].heading and (len(title) > _LONGEST_TITLE or title[-1] in ".:;,"):
        return None
    below = lines[1:]
    while below and not below[0].text:
        del below[0]
    if below and (match := _BYLINE.fullmatch(below[0].text)):
        author = match[1]
        del below[0]
    if below and (found := _outlet_and_date(below[0].text)):
        outlet, date = outlet or found[0], found[1]
        del below[0]
    if len(title.split()) < 2 or words(below) < 10 or not (url or outlet or author or date):
        return None
    return Entry(title, below, outlet, author, "", date, url)


def _without_addresses(lines: Sequence[Line]) -> tuple[list[Line], str]:
    """Lines without those at either end that are an address or `Read more`, and the first address among them."""
    full = [n for n, line in enumerate(lines) if line.text]
    ends = {*full[:5], *full[-3:]}
    kept, url = [], ""
    for number, line in enumerate(lines):
        text = line.text.strip()
        match = _URL.fullmatch(text[:1000]) if number in ends and number != full[0] else None
        if match:
            url = url or match[1]
        elif number in ends and number != full[0] and line.link and _READ_MORE.fullmatch(text[:100]):
            url = url or line.link
        else:
            kept.append(line)
    return kept, url


def _may_hold_entries(texts: Sequence[str]) -> bool:
    """Whether lines have a date or furniture at their head, or several: other texts are no archive."""
    told = [number for number, text in enumerate(texts) if _is_telling(text)]
    return bool(told) and (told[0] < _HEADER_LINES or len(told) > 1)


def _is_telling(text: str) -> bool:
    """Whether a line is a date or furniture: without one the reader of archive pages, which is slow, finds nothing."""
    return bool(_FURNITURE.fullmatch(text[:500].strip())) or _outlet_and_date(text) is not None


def _outlet_and_date(text: str) -> tuple[str, str] | None:
    """Outlet and date of a line with nothing else, such as `Plover Post | 5 October 2023`."""
    if len(text) > _LONGEST_DATE_LINE or not _YEAR.search(text):
        return None
    text = re.sub(r"^(?:date|published)\s*:\s*", "", text.strip(), flags=re.IGNORECASE)
    for match in (None, *re.finditer(r"\s*[|·•—–,]\s*|\s+-\s+", text)):
        outlet, date = ("", text) if match is None else (text[: match.start()], text[match.end() :])
        if published(date, any_language=False).precision in ("day", "time"):
            return outlet.strip(), date.strip()
    return None


def _is_in_capitals(text: str) -> bool:
    return 8 <= len(text) <= _LONGEST_TITLE and text.isupper() and len(text.split()) >= 3

"""Reads saved archive pages and plain-text digests: one or many entries of title, outlet, date and text in a file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from tasks.extract.drafts import Draft, Reading, Rejected, no_articles, sample
from tasks.extract.field_names import NAMES, split_list
from tasks.settings import Source
from tasks.transform.dates import NEVER_IN_DATES, published

VERSION: Final = 2

_CLOSE_BUTTON: Final = re.compile(r"[Xx×✕✖]")
_CATEGORIES: Final = re.compile(r"categor(?:y|ies)\s*:\s*(.*)", re.IGNORECASE)
_RULE: Final = re.compile(r"([-=*_~#])(?:\s?\1){2,}")
_POSTER: Final = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){0,3}:")
_BYLINE: Final = re.compile(r"(?:[Bb]y|BY) ([^\W\d_a-z].{2,60})")
_LABEL: Final = re.compile(r"([A-Za-z][A-Za-z_ -]{1,24})\s*:\s+(\S.*)")
_DATE_LIKE: Final = re.compile(r"\b\d{4}\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"\d+")
_PARTS: Final = re.compile(r"\s*[|·•—–]\s*|\s+-\s+|,\s+")

_NEVER: Final = re.compile(rf"[{NEVER_IN_DATES}']")
"""Signs that a line of a date never has; others, as `|` and `&`, part it from an outlet or stand in its name."""
_MOST_NUMBERS: Final = 9  # day, month, year, hours, minutes, seconds, their fraction, and a zone
_PATIENCE: Final = 50
"""Lines of a file that may look like a date in another language and be none: each takes some 20 ms to find that out."""
_LONGEST_DATE_LINE: Final = 70
_LONGEST_OUTLET: Final = 60
_LONGEST_TITLE: Final = 300
_MOST_WORDS: Final = 5
"""Words of a date: weekday, month, perhaps `at`, a time zone, a word for `year`."""
_HEADER_LINES: Final = 5
"""Lines within which an entry shows its date: title, perhaps a second line of it, author, outlet, date."""

_FIELD_OF_LABEL: Final = {
    name.replace("_", " "): field
    for field, names in NAMES.items()
    for name in names
    if field not in ("body", "summary") and len(name) > 2
} | {"by": "author", "posted by": "poster"}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line that is not blank: its text without blanks around it, its offsets, and whether a blank line precedes.

    `dated` is outlet ("" where it stands elsewhere) and date of a line that holds nothing else, None for other lines.
    """

    text: str
    start: int
    end: int
    apart: bool
    dated: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class _Header:
    """What the head of an entry says, and the number of its lines; `dated` when it has a date line."""

    lines: int
    title: str = ""
    outlet: str = ""
    author: str = ""
    date: str = ""
    standfirst: tuple[str, ...] = ()


def read(text: str, source: Source) -> Reading:
    """The entries of a page or digest, in order. A text in which no entry can be made out is one Rejected."""
    lines = _lines(text)
    drafts: list[Draft | Rejected] = []
    strays: list[Rejected] = []
    for number, entry in enumerate(_entries(lines), 1):
        draft = _draft(text, entry, f"#{number}")
        if draft is None:
            start, end = entry[0].start, entry[-1].end
            strays.append(
                Rejected(f"#{number}", "not_an_article", "no title with a date or category",
                         sample(text, start, end), start, end)
            )  # fmt: skip
        else:
            drafts.append(draft)
    if not drafts:
        yield no_articles(text, "no entry with a title and a date or category can be made out in it")
        return
    yield from sorted([*drafts, *strays], key=lambda item: item.start)


def _lines(text: str) -> list[_Line]:
    lines, position, apart, patience = [], 0, True, _PATIENCE
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip("\ufeff \t\r\n\x0b\x0c\xa0\u200b")
        if stripped:
            start = position + raw.index(stripped)
            dated = _dated(stripped, False)
            if dated is None and patience and _is_date_like(stripped):
                dated = _dated(stripped, True)
                patience -= dated is None
            lines.append(_Line(stripped, start, start + len(stripped), apart, dated))
        apart = not stripped
        position += len(raw)
    return lines


def _entries(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Cuts a file where an entry begins: at page furniture, after a rule, or at the next title with a date below it."""
    rules = {index for index, line in enumerate(lines) if _RULE.fullmatch(line.text)}
    starts = {index for index in range(len(lines)) if _is_furniture(lines[index])}
    starts -= {
        index + 1 for index in starts if index + 1 in starts and not _CLOSE_BUTTON.fullmatch(lines[index + 1].text)
    }
    starts |= {index + 1 for index in rules if _begins_entry(lines[index + 1 : index + 1 + _HEADER_LINES])}
    heads = {head for index in range(len(lines)) if (head := _head(lines, index)) is not None}
    if starts:
        # Where the archive marks its entries, a date within one is a heading of its text, unless a poster ended it.
        heads = {head for head in heads if head and _is_poster(lines[head - 1])}
    cuts = sorted({0, *starts, *heads, len(lines)})
    for first, last in pairwise(cuts):
        entry = [lines[index] for index in range(first, last) if index not in rules]
        if entry:
            yield entry


def _begins_entry(lines: Sequence[_Line]) -> bool:
    """Whether what follows a rule is a new entry, and not the next section of the same one."""
    if not lines:
        return False
    return _is_furniture(lines[0]) or _labelled(lines) is not None or bool(_header(lines).date)


def _head(lines: Sequence[_Line], index: int) -> int | None:
    """The line with which the entry begins whose date stands on line `index`; None where that line is no date."""
    found = lines[index].dated
    if found is None:
        return None
    above = index
    while above and _BYLINE.fullmatch(lines[above - 1].text):
        above -= 1
    if not above or not _is_title(lines[above - 1]):
        return index if index == 0 else None
    outlet_above = above == index and not found[0] and _is_short(lines[above - 1].text)
    if outlet_above and above > 1 and _is_title(lines[above - 2]) and lines[above - 2].apart:
        return above - 2
    return above - 1 if lines[above - 1].apart else None


def _is_title(line: _Line) -> bool:
    """Whether a line can be a title or outlet: no sentence, no furniture, rule or poster."""
    text = line.text
    if len(text) > _LONGEST_TITLE or text.endswith((".", ":", ";", ",", "”", '"')):
        return False
    return not (_is_furniture(line) or _RULE.fullmatch(text) or _is_poster(line) or line.dated)


def _is_furniture(line: _Line) -> bool:
    return bool(_CLOSE_BUTTON.fullmatch(line.text) or _CATEGORIES.fullmatch(line.text))


def _is_poster(line: _Line) -> bool:
    """Whether a line can be who saved the entry above: a name with a colon, not a list of categories that is empty."""
    return bool(_POSTER.fullmatch(line.text)) and not _is_furniture(line)


def _draft(text: str, entry: Sequence[_Line], record: str) -> Draft | None:
    start, end = entry[0].start, entry[-1].end
    lines = list(entry)
    categories: tuple[str, ...] = ()
    furniture = False
    while lines and _is_furniture(lines[0]):
        if match := _CATEGORIES.fullmatch(lines[0].text):
            categories += split_list(match[1])
        furniture = True
        del lines[0]
    poster = ""
    if len(lines) > 1 and _is_poster(lines[-1]) and lines[-1].apart:
        poster = lines.pop().text.removesuffix(":")
    if not lines:
        return None
    labelled = _labelled(lines)
    if labelled is not None:
        values, count = labelled
        body = _joined(lines[count:])
        return Draft(
            record, start, end, values.get("title", ""), body, values.get("outlet", ""), values.get("author", ""),
            values.get("poster", "") or poster, categories or split_list(values.get("categories", "")),
            values.get("language", ""), values.get("url", ""), values.get("date", ""),
        )  # fmt: skip
    header = _header(lines)
    if not header.date and not furniture:
        return None
    body = "\n\n".join([*header.standfirst, _joined(lines[header.lines :])]).strip()
    if not body and not header.date:
        return None
    return Draft(
        record, start, end, header.title, body, header.outlet, header.author, poster, categories, date=header.date
    )


def _header(lines: Sequence[_Line]) -> _Header:
    """The head of an entry without labels: title, then outlet and date in either order, on one line or two."""
    for index, line in enumerate(lines[:_HEADER_LINES]):
        found = line.dated
        if found is None:
            continue
        outlet, date = found
        if index == 0:  # the date stands above the title
            title = lines[1].text if len(lines) > 1 else ""
            return _Header(min(2, len(lines)), title, outlet, date=date)
        used, between = index + 1, list(lines[1:index])
        if not outlet and between and _is_short(between[-1].text) and not _BYLINE.fullmatch(between[-1].text):
            outlet = between.pop().text
        elif not outlet and _stands_alone(lines, used) and _is_short(lines[used].text):
            outlet, used = lines[used].text, used + 1
        author = ""
        if between and (match := _BYLINE.fullmatch(between[-1].text)):
            author = match[1]
            between.pop()
        return _Header(used, lines[0].text, outlet, author, date, tuple(line.text for line in between))
    return _Header(1, lines[0].text)


def _stands_alone(lines: Sequence[_Line], index: int) -> bool:
    """Whether a line follows the one above directly and is followed by an empty line, as an outlet below a date is."""
    return len(lines) > index + 1 and not lines[index].apart and lines[index + 1].apart


def _labelled(lines: Sequence[_Line]) -> tuple[dict[str, str], int] | None:
    """A head of labelled lines (`Title: ...`, `Date: ...`), at least two of them, and how many lines it takes."""
    values: dict[str, str] = {}
    count = 0
    for line in lines:
        match = _LABEL.fullmatch(line.text)
        if not match or (line.apart and count):
            break
        count += 1
        field = _FIELD_OF_LABEL.get(match[1].strip().lower().replace("_", " "))
        if field:
            values.setdefault(field, match[2].strip().strip("\"'"))
    if count < 2 or "title" not in values:
        return None
    return values, count


def _joined(lines: Sequence[_Line]) -> str:
    """The text of lines, with an empty line wherever the page had one."""
    return "".join(("\n\n" if line.apart and index else "\n" if index else "") + line.text
                   for index, line in enumerate(lines))  # fmt: skip


def _is_short(text: str) -> bool:
    """Whether a line can be the name of an outlet: a few words, not a sentence."""
    return len(text) <= _LONGEST_OUTLET and len(text.split()) <= 8 and not text.endswith((".", "!", "?", ":", ";"))


def _is_date_like(text: str) -> bool:
    """Whether a line is short and has the numbers and few words of a date, perhaps behind the name of an outlet."""
    if len(text) > _LONGEST_DATE_LINE or not _DATE_LIKE.search(text):
        return False
    return 2 <= len(_NUMBER.findall(text)) <= _MOST_NUMBERS and not _NEVER.search(text)


@lru_cache(maxsize=1024)
def _dated(text: str, any_language: bool) -> tuple[str, str] | None:
    """Outlet and date of a line, as `_Line.dated` has them."""
    if not _is_date_like(text):
        return None
    if (match := _LABEL.fullmatch(text)) and _FIELD_OF_LABEL.get(match[1].strip().lower()) == "date":
        text = match[2]
    parts = [
        (outlet, date)
        for match in _PARTS.finditer(text)
        if (outlet := text[: match.start()].strip()) and _is_short(outlet) and not _DATE_LIKE.search(outlet)
        if (date := text[match.end() :].strip())
    ]
    return next((found for found in [("", text), *parts] if _is_day(found[1], any_language)), None)


def _is_day(text: str, any_language: bool) -> bool:
    """Whether a text is a date with a day; a year alone on a line is more often a heading."""
    if len(_WORD.findall(text)) > _MOST_WORDS:
        return False
    return published(text, any_language=any_language).precision in ("day", "time")

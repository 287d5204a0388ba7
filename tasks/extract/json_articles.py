"""Reads articles out of JSON: an array, one object, an object of articles, or one object a line (JSONL)."""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any, Final

from tasks.extract.drafts import Draft, Reading, Rejected, Remark, given, no_articles, sample
from tasks.extract.field_names import Fields, as_names, as_text, draft_fields, fields_of, is_article
from tasks.settings import Source

VERSION: Final = 2

_DECODER: Final = json.JSONDecoder(strict=False)  # scraped texts hold raw line ends and tabs
_BLANK: Final = re.compile(r"[\s,\ufeff\x1e\x00]*")  # \x1e begins the records of JSON text sequences
_FIRST_KEY: Final = re.compile(r'\{\s*("(?:[^"\\]|\\.){1,100}")\s*:')
_NEXT_OBJECT: Final = re.compile(r"[}\]\n]\s*,?\s*(?=\{\s*\")")
_KEY: Final = re.compile(r'\s*,?\s*("(?:[^"\\]|\\.)*")\s*:\s*')
_NEXT_LINE: Final = re.compile(r"\n\s*(?=[{\[])")
_LIST_IN_OBJECT: Final = re.compile(r'"\s*:\s*(?=\[\s*\{)')
_JSON_FEED: Final = "jsonfeed.org/version"
_DEEPEST: Final = 4
"""Objects within objects that are searched for articles: `{"response": {"docs": [...]}}` is two."""

_Item = tuple[str, int, int, Any]  # place in words, start, end, value; the value is _BROKEN where it cannot be read


class _Broken:
    """Stands for a stretch of text that is no JSON, with the reason."""

    def __init__(self, why: str) -> None:
        self.why = why


def read(text: str, source: Source) -> Reading:
    """The articles of a JSON text. An element or line that is broken is one Rejected; the rest is still read.

    A text without any article gives one Rejected `no_articles`, besides what was broken.
    """
    articles, others, unknown = 0, [], {}
    for place, start, end, value in _items(text):
        if isinstance(value, _Broken):
            yield Rejected(place, "broken_json", value.why, sample(text, start, end), start, end)
            articles += 1  # a broken record is evidence of records
            continue
        found = list(_articles(text, place, start, end, value, source, _DEEPEST))
        if not found:
            others.append(Rejected(place, "not_an_article", "no text, and no title with a date",
                                   sample(text, start, end), start, end))  # fmt: skip
        for item in found:
            if isinstance(item, Rejected):
                yield item
                continue
            draft, fields = item
            unknown.update(dict.fromkeys(fields.unknown))
            yield draft
        articles += len(found)
    if articles:
        yield from others
    else:
        yield no_articles(text, "its JSON holds no record with a text, or with a title and a date")
    if text.startswith("[", _skip(text, 0)) and not text.rstrip().endswith("]"):
        yield Remark("its array is not closed: the file may be cut short")
    if unknown and articles:
        yield Remark(f"unknown fields were left out: {', '.join(sorted(unknown)[:20])}")


def first_key(text: str) -> str:
    """The first key of the first element of an array of objects, in quotation marks; empty where it is none."""
    start = _skip(text, 0)
    return _key_at(text, _skip(text, start + 1)) if text.startswith("[", start) else ""


def is_lines(text: str) -> bool:
    """Whether a text is one value a line: its first line is whole, and another one follows."""
    start = _skip(text, 0)
    line_end = text.find("\n", start)
    if line_end < 0 or not text[line_end:].strip():
        return False
    try:
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    return end <= line_end


def _items(text: str) -> Iterator[_Item]:
    """The outermost records: elements of an array, or the values that follow each other in the text."""
    position = _skip(text, 0)
    if text.startswith("[", position) and not _is_array_a_line(text, position):
        position = yield from _array(text, position)
        position = _skip(text, position)
    yield from _values(text, position)


def _is_array_a_line(text: str, start: int) -> bool:
    """JSONL whose lines are arrays: the first line is whole and another array follows it."""
    line_end = text.find("\n", start)
    if line_end < 0:
        return False
    try:
        _, end = _DECODER.raw_decode(text[start:line_end])
    except (ValueError, RecursionError):
        return False
    return text.startswith("[", _skip(text, start + end))


def _array(text: str, start: int, name: str = "") -> Generator[_Item, None, int]:
    """The elements of the array that begins at `start`, each with its offsets. Returns where the array ends."""
    position, number, first_key = _skip(text, start + 1), 0, ""
    while position < len(text) and text[position] != "]":
        number += 1
        place = f"{name}#{number}"
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            first_key = first_key or _key_at(text, position)
            end = _next_object(text, position, error, first_key)
            yield place, position, end, _Broken(_why(error, position))
        else:
            first_key = first_key or _key_at(text, position)
            yield place, position, end, value
        position = _skip(text, end)
    return position + 1


def _values(text: str, start: int) -> Iterator[_Item]:
    """Objects that follow each other, one a line or each over several lines; or the only one."""
    position, number, line, counted = start, 0, 1 + text.count("\n", 0, start), start
    while position < len(text):
        number += 1
        line, counted = line + text.count("\n", counted, position), position
        place = f"line {line}"
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            if number == 1 and (inner := _LIST_IN_OBJECT.search(text, position)):
                inside = list(_array(text, inner.end()))
                if any(isinstance(item[3], dict) for item in inside):
                    yield from inside
                    return
            match = _NEXT_LINE.search(text, position)
            end = match.end() if match else len(text)
            yield place, position, end, _Broken(_why(error, position))
        else:
            alone = number == 1 and _skip(text, end) == len(text)
            yield "#1" if alone else place, position, end, value
        position = _skip(text, end)


def _articles(
    text: str, place: str, start: int, end: int, value: Any, source: Source, depth: int
) -> Iterator[tuple[Draft, Fields] | Rejected]:
    """The article that a value is, or those that it holds; nothing where there are none."""
    if isinstance(value, dict) and value:
        fields = fields_of(tuple(value), given(source.fields))
        values = draft_fields(value, fields) if fields.hold_text else None
        article = values is not None and is_article(values, fields)
        # A feed has a title and a description too: what tells it from an article is that it holds articles.
        if not article or not ((values and values["date"]) or fields.names["body"]):
            inner = list(_of_feed(_inner_articles(text, place, start, value, source, depth), value))
            if inner:
                yield from inner
                return
        if article and values is not None:
            yield Draft(place, start, end, **values), fields
    elif isinstance(value, list) and depth and any(isinstance(inner, dict) for inner in value):
        for inner_place, inner_start, inner_end, inner in _array(text, start, place):
            yield from _articles(text, inner_place, inner_start, inner_end, inner, source, depth - 1)


def _of_feed(
    articles: Iterator[tuple[Draft, Fields] | Rejected], value: dict[str, Any]
) -> Iterator[tuple[Draft, Fields] | Rejected]:
    """The articles of a JSON Feed with what it states once for all of them: its title is their outlet.

    Names: JSON Feed 1.1, which has `authors` where 1.0 has `author`.
    """
    is_feed = _JSON_FEED in as_text(value.get("version")) or "feed_url" in value
    outlet = as_text(value.get("title")) if is_feed else ""
    language = as_text(value.get("language")) if is_feed else ""
    author = (as_names(value.get("authors")) or as_names(value.get("author"))) if is_feed else ""
    for item in articles:
        if isinstance(item, Rejected) or not is_feed:
            yield item
            continue
        draft, fields = item
        yield (
            replace(
                draft,
                outlet=draft.outlet or outlet,
                language=draft.language or language,
                author=draft.author or author,
            ),
            fields,
        )


def _inner_articles(
    text: str, place: str, start: int, value: dict[str, Any], source: Source, depth: int
) -> Iterator[tuple[Draft, Fields] | Rejected]:
    """The articles within the members of an object."""
    if depth and any(isinstance(inner, dict | list) for inner in value.values()):
        for key, inner_start, inner_end, inner in _members(text, start):
            yield from _articles(text, f"{place}/{key}", inner_start, inner_end, inner, source, depth - 1)


def _members(text: str, start: int) -> Iterator[_Item]:
    """The members of the sound object that begins at `start`: key, offsets of the value, value."""
    position = start + 1
    while match := _KEY.match(text, position):
        value, end = _DECODER.raw_decode(text, match.end())
        yield json.loads(match[1], strict=False), match.end(), end, value
        position = end


def _next_object(text: str, start: int, error: Exception, first_key: str) -> int:
    """Where the element after a broken one begins: at the next object that begins like the others."""
    position = max(start + 1, getattr(error, "pos", start) - 1)
    for match in _NEXT_OBJECT.finditer(text, position):
        if not first_key or _key_at(text, match.end()) == first_key:
            return match.end()
    return len(text)


def _key_at(text: str, position: int) -> str:
    match = _FIRST_KEY.match(text, position)
    return match[1] if match else ""


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _why(error: Exception, start: int) -> str:
    if isinstance(error, RecursionError):
        return "its brackets are nested too deep"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} (character {max(error.pos - start, 0)} of the record)"
    return str(error)

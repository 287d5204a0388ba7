"""Reads texts that begin with a front matter (YAML, TOML or JSON), as Jekyll, Hugo and Obsidian keep their pages."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import time as Time
from typing import Any, Final

import yaml

from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft, Reading, Rejected, Remark, given, no_articles, sample, unreadable
from tasks.extract.field_names import NAMES, as_text, draft_fields, fields_of
from tasks.extract.text import decode
from tasks.settings import Source

VERSION: Final = 1

_LONGEST_KEY: Final = 100
_LONGEST: Final = 32_768
"""Characters of the longest front matter: those of pages have some hundred, with a summary some thousand."""
_HEAD: Final = 65_536
_DEEPEST: Final = 16
"""Lists and fields within each other: real ones have three, and libyaml runs out of stack at some thousand."""
_FENCE: Final = re.compile(r"^(?:---|\+\+\+)[ \t]*\r?$", re.MULTILINE)
_YAML_END: Final = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_TOML_END: Final = re.compile(r"^\+\+\+[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_EMPTY_LINE: Final = re.compile(r"^[ \t]*\r?\n", re.MULTILINE)
_PAIR: Final = re.compile(r"([^\W\d][\w -]{0,40}?)[ \t]*:(?:[ \t]+(.*)|)")
_KEY_LINE: Final = re.compile(r"[\"']?[^\W\d][\w -]{0,40}[\"']?[ \t]*[:=]|#")
_TOML_PAIR: Final = re.compile(r"([A-Za-z_][\w-]{0,40})[ \t]*=[ \t]*(.*)")
_GOES_ON: Final = re.compile(r"[ \t]|-(?:[ \t]|$)|#|[\]}\"']|$")
_WIKI_LINK: Final = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_BEHIND_JSON: Final = re.compile(r"[ \t]*\r?\n\s*(?=[^\s{}\[\],\"])")
_MORE_JSON: Final = re.compile(r"^[ \t]*[{\[}\]]", re.MULTILINE)
_HEADING: Final = re.compile(r"\s*#[ \t]+(\S[^\n]*)(?:\n|\Z)")
_OPENING: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*[-+{]")
_KNOWN: Final = frozenset(name for names in NAMES.values() for name in names)
_TELLING: Final = frozenset((*NAMES["title"], *NAMES["date"])) - {"name", "t", "d", "head"}
_EVENTS: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml where PyYAML has it: 15 times as fast."""


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member are a front matter: two fields of any names, or one, a title or a date."""
    try:
        text = decode(head[:_HEAD]) if _OPENING.match(head) else ""
    except UnreadableError:
        return False
    return _matter(text, _begin(text)) is not None


def read(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The article of a page, or those of several pages in one file, with their offsets in the decoded text.

    `url` and `date` stand in where the front matter states none. Never raises: a front matter that is not valid YAML
    or TOML is read field by field, and one that is not closed ends at the first empty line, with a remark.
    """
    try:
        text = decode(data)
    except UnreadableError as error:
        yield unreadable(data, error)
        return
    pages = list(_pages(text))
    if not pages:
        yield no_articles(text, "it has no front matter, or one that is not closed")
    for number, (start, end, matter) in enumerate(pages, 1):
        yield _draft(text, f"#{number}", start, end, matter, source, url, date)
    if unclosed := sum(not matter.closed for _, _, matter in pages):
        yield Remark(f"front matters that are not closed were read up to their first empty line ({unclosed:,})")


@dataclass(frozen=True, slots=True)
class _Matter:
    """A front matter: its values, where the text behind it begins, and whether it was closed."""

    values: Mapping[str, Any]
    end: int
    closed: bool = True


def _pages(text: str) -> Iterator[tuple[int, int, _Matter]]:
    """The pages of a text: where each begins and ends, and its front matter."""
    start = _begin(text)
    matter = _matter(text, start)
    first_closed = matter is None or matter.closed
    while matter:
        following = None
        fence = _FENCE.search(text, matter.end)
        while fence and not (following := _next_matter(text, fence.start(), first_closed)):
            fence = _FENCE.search(text, fence.end())
        end = fence.start() if fence else len(text)
        yield start, end, matter
        start, matter = end, following


def _begin(text: str) -> int:
    return len(text) - len(text.lstrip("\ufeff \t\r\n"))


def _next_matter(text: str, start: int, first_closed: bool) -> _Matter | None:
    """The front matter of a further page; None where the line at `start` is a rule within the text of a page."""
    lines = text[start : start + 2 * _LONGEST_KEY].split("\n", 3)[1:3]
    if len(lines) < 2 or not _KEY_LINE.match(lines[0]) or not lines[1].strip() or _FENCE.match(lines[1]):
        return None
    matter = _matter(text, start)
    if matter is None or len(matter.values) < 2 or not _is_telling(matter.values):
        return None
    return matter if matter.closed or not first_closed else None


def _matter(text: str, start: int) -> _Matter | None:
    """The front matter that begins at an offset, if one does."""
    if text.startswith("{", start):
        return _json(text, start)
    fence = _FENCE.match(text, start)
    if not fence:
        return None
    begin = min(fence.end() + 1, len(text))
    is_toml = text.startswith("+", start)
    closing = (_TOML_END if is_toml else _YAML_END).search(text, begin, begin + _LONGEST)
    head = text[begin : closing.start() if closing else begin + _LONGEST]
    if closing or len(text) - begin <= _LONGEST:
        values = _toml(head) if is_toml else _yaml(head)
        # A document of fields alone, without text behind it: the line that ends it begins the next one.
        if values and _is_document(values, text, closing.start() if closing else len(text)):
            return _Matter(values, closing.start() if closing else len(text))
        if values and closing and (len(values) > 1 or _is_telling(values)):
            return _Matter(values, closing.end())
    blank = _EMPTY_LINE.search(head)
    if blank is None or is_toml:
        return None
    values = _yaml(head[: blank.start()])
    return _Matter(values, begin + blank.end(), closed=False) if values and _is_telling(values) else None


def _is_document(values: Mapping[str, Any], text: str, end: int) -> bool:
    """Whether fields that end at an offset have their text among them, and more fields or nothing behind it."""
    if not any(_key(name) in NAMES["body"] and as_text(value) for name, value in values.items()):
        return False
    line = text[end : end + 2 * _LONGEST_KEY].split("\n", 2)[1:2]
    pair = _PAIR.match(line[0].rstrip("\r")) if line else None
    return not line or not line[0].strip() or bool(pair and _key(pair[1]) in _KNOWN)


def _is_telling(values: Mapping[str, Any]) -> bool:
    return any(_key(name) in _TELLING for name in values)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower())


def _yaml(head: str) -> dict[str, Any] | None:
    """The fields of a YAML front matter; None where it holds anything but fields."""
    lines = head.replace("\r\n", "\n").split("\n")
    if not all(_GOES_ON.match(line) or _PAIR.fullmatch(line.rstrip()) for line in lines):
        return None
    try:
        values = _loaded("\n".join(lines))
    except (yaml.YAMLError, ValueError):
        return _field_by_field(lines)
    return values if isinstance(values, dict) else None


def _loaded(text: str) -> Any:
    """What YAML says, every value as the text that stands there: tags make no objects, `no` is no truth value.

    YAMLError where it is no YAML, uses aliases (a few of which can stand for gigabytes) or is nested too deep.
    """
    stack: list[list[Any]] = [[]]
    for event in yaml.parse(text, Loader=_EVENTS):
        if isinstance(event, yaml.AliasEvent) or len(stack) > _DEEPEST or (len(stack) == 1 and len(stack[0]) > 1):
            raise yaml.YAMLError("it has aliases, is nested too deep, or is more than one document")
        if isinstance(event, yaml.ScalarEvent):
            stack[-1].append(event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            stack.append([])
        elif isinstance(event, yaml.SequenceEndEvent):
            items = stack.pop()
            stack[-1].append(items)
        elif isinstance(event, yaml.MappingEndEvent):
            items = stack.pop()
            pairs = zip(items[::2], items[1::2], strict=True)
            stack[-1].append({key: value for key, value in pairs if isinstance(key, str)})
    return stack[0][0] if stack[0] else None


def _field_by_field(lines: list[str]) -> dict[str, Any] | None:
    """The fields of a front matter that is not valid as a whole, such as one with an unquoted colon in its title."""
    fields: list[list[str]] = []
    for line in lines:
        if _PAIR.fullmatch(line.rstrip()):
            fields.append([line])
        elif fields:
            fields[-1].append(line)
    values: dict[str, Any] = {}
    for field in fields:
        pair = _PAIR.fullmatch(field[0].rstrip())
        if pair is None:
            continue
        try:
            value = _loaded("\n".join(field))
        except (yaml.YAMLError, ValueError):
            value = None
        if isinstance(value, dict):
            values |= value
        else:
            values[pair[1]] = _unquoted("\n".join([pair[2] or "", *(line.strip() for line in field[1:])]))
    return values or None


def _toml(head: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(head.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        pairs = (_TOML_PAIR.fullmatch(line.strip()) for line in head.split("\n"))
        return {pair[1]: _unquoted(pair[2]) for pair in pairs if pair} or None


def _json(text: str, start: int) -> _Matter | None:
    """A JSON object that says title or date, with text behind it that is no JSON."""
    try:
        values, end = json.JSONDecoder(strict=False).raw_decode(text[start : start + _LONGEST])
    except (ValueError, RecursionError):
        return None
    behind = _BEHIND_JSON.match(text, start + end)
    if not behind or not isinstance(values, dict) or not _is_telling(values):
        return None
    return None if _MORE_JSON.search(text, behind.end(), start + _HEAD) else _Matter(values, behind.end())


def _draft(
    text: str, record: str, start: int, end: int, matter: _Matter, source: Source, url: str, date: str
) -> Draft | Rejected:
    values = {name: _shown(value) for name, value in matter.values.items()}
    fields = fields_of(tuple(values), given(source.fields))
    for name in fields.names["categories"]:
        if isinstance(values[name], str) and not {";", "|"} & set(values[name]):
            values[name] = values[name].split(",")
    # `published: true` says that a page is public, `date: unknown` says nothing.
    dates = (as_text(values[name]).strip() for name in fields.names["date"])
    stated = next((when for when in dates if any(sign.isdigit() for sign in when)), "")
    article = draft_fields(values, fields)
    body = text[matter.end : end]
    if not article["title"] and (heading := _HEADING.match(body)):
        article["title"], body = heading[1], body[heading.end() :]
    if body.strip("-. \t\r\n"):
        article["body"] = body
    article["url"] = article["url"] or url
    article["date"] = stated or date
    article["date_basis"] = "stated" if stated or not date else "header"
    end = start + len(text[start:end].rstrip())
    if not article["body"].strip() and not article["title"].strip():
        return Rejected(record, "no_text", "it has neither a title nor a text", sample(text, start, end), start, end)
    return Draft(record, start, end, **article)


def _shown(value: Any, depth: int = 0) -> Any:
    """A value with its dates as text, and the links of a note (`[[Name]]`) as what they show."""
    if isinstance(value, str):
        return _WIKI_LINK.sub(r"\1", value)
    if isinstance(value, Date | Time):
        return value.isoformat()
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_shown(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(name): _shown(part, depth + 1) for name, part in value.items()}
    return value


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return value.replace('\\"', '"')

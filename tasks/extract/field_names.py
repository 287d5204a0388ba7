"""The names that archives give to title, body, date and so on, and how a draft is filled from them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

VERSION: Final = 1

# Names in the order in which they are believed. They are written in lower case with `_`; `_key` brings the names of
# an archive into that form. Single letters come last: they mean what they say only where nothing else does.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title", "headline", "article_title", "news_title", "webtitle", "heading", "head", "name", "t"),
    "date": (
        "date_published", "datepublished", "published_date", "publish_date", "date_publish", "publication_date",
        "published_at", "publishedat", "published_on", "published", "pubdate", "pub_date", "publishdate",
        "webpublicationdate", "date_time", "datetime", "date", "raw_date", "timestamp", "created_at", "date_created",
        "date_extracted", "d",
    ),
    "body": (
        "body", "article_body", "articlebody", "full_text", "fulltext", "article_full_text", "article_text",
        "content", "contents", "content_text", "content_html",
        "maintext", "main_text", "text", "bodytext", "body_text", "plain_text",
        "article", "story", "doc", "document", "paragraphs",
    ),
    "summary": (
        "description", "summary", "abstract", "standfirst", "lead", "lede", "snippet", "excerpt", "trailtext",
        "subtitle", "s",
    ),
    "outlet": (
        "outlet", "outlet_name", "publication", "publication_name", "publisher", "newspaper", "site_name",
        "source_name", "sourcename", "feed_title", "site", "source", "artist", "source_domain", "domain", "website",
    ),
    "url": (
        "url", "link", "article_url", "permalink", "href", "web_url", "weburl", "canonical_url", "source_url", "uri",
        "guid", "u", "src",
    ),
    "language": ("language", "lang", "article_language"),
    "author": ("author", "authors", "byline", "creator", "dc_creator", "writer"),
    "poster": ("poster", "posted_by", "added_by", "uploader", "user"),
    "categories": (
        "categories", "category", "cat", "section", "sections", "rubric", "topics", "topic", "tags", "tag", "keywords",
    ),
}  # fmt: skip

WEAK: Final = frozenset({"name", "t", "d", "s", "u", "src", "head", "user", "artist", "subtitle", "uri", "guid"})
"""Names that mean other things elsewhere: they do not make a table or object one of articles by themselves."""

LEFT: Final = re.compile(
    r"""(?:|_.*|index|id|.*_id|did|uid|uuid|unnamed_\d+|no|row|number|lineno
    |thumbnail.*|image.*|img.*|.*_img|.*_image|favicon|media.*|video.*|photo.*|audio.*|caption.*
    |album|bookmarked|persistent|dead|vote|votes|age|rating|status.*|on_hold|export_to_cms|remove_after_days
    |subcategory|page_rating.*|manual_status_code|date_(?:modify|modified|download|downloaded|updated|dead_since)
    |modified.*|updated.*|last_.*|crawl.*|scraped.*|fetched.*|retrieved.*|filename|localpath|path|file
    |title_(?:page|rss)|mimetype|originalfilename|parsingerror|fivewoneh|newscluster|roles|templates
    |place|location|city|country|region|name_\d+|supplement_.*|word_?count|length|type|format|hash|checksum
    |comments?(?:_count)?|likes|shares|views|score|label|labels|license|licence|copyright|rights|guidislink)""",
    re.VERBOSE,
)
"""Names that are known and left unread: bookkeeping of the crawler, pictures, popularity, annotations."""

_NUMBERED: Final = re.compile(r"(.+?)_?(\d{1,3})")
_MISSING: Final = frozenset({"", "none", "null", "nan", "n/a", "na", "nat", "-", "undefined"})
_ADDRESS: Final = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
_PARTS: Final = ("rendered", "name", "title", "main", "text", "value", "#text", "content", "term", "label", "href")
_DEEPEST: Final = 6
"""Lists and objects within each other that are searched for text."""
_CUT: Final = 1000
"""A numbered text column that is full to a round thousand was cut there: the next one goes on in mid-word."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which names of a record fill which field, in the order in which they are tried.

    `numbered` holds the names of a text cut into several columns, in order; `given` the fields that the source's
    settings name; `unknown` the names that nobody knows.
    """

    names: Mapping[str, tuple[str, ...]]
    numbered: tuple[str, ...]
    given: frozenset[str]
    unknown: tuple[str, ...]

    @property
    def hold_text(self) -> bool:
        """Whether these are the names of an article: a text, or a title that is surely one."""
        names, given = self.names, self.given
        if self.numbered or names["body"] or {"title", "body"} & given:
            return True
        if any(_key(name) not in WEAK for name in names["title"]):
            return True
        if any(_key(name) not in WEAK for name in names["summary"]):
            return bool(names["title"] or names["date"] or names["url"])  # alone, it describes anything
        # Short names vouch for each other: `t`, `d` and `s` together are title, date and summary.
        return bool(names["title"] and names["date"] and (names["summary"] or names["url"]))


@lru_cache(maxsize=4096)
def fields_of(names: tuple[str, ...], given: tuple[tuple[str, str], ...] = ()) -> Fields:
    """The fields that a record with these names has. `given` are (field, name) pairs of the source's settings."""
    keys = {name: _key(name) for name in names}
    by_key: dict[str, str] = {}
    for name, key in keys.items():
        by_key.setdefault(key, name)
    chosen: dict[str, list[str]] = {field: [] for field in NAMES}
    stated = dict(given)
    for field, name in stated.items():
        found = name if name in keys else by_key.get(_key(name))
        if found is not None and field in chosen:
            chosen[field].append(found)
    taken = {name for found in chosen.values() for name in found}
    for field, aliases in NAMES.items():
        for alias in aliases:
            if alias in by_key and by_key[alias] not in taken:
                chosen[field].append(by_key[alias])
    numbered = _numbered(keys) if not chosen["body"] else ()
    used = {name for found in chosen.values() for name in found} | set(numbered)
    unknown = tuple(name for name in names if name not in used and not LEFT.fullmatch(keys[name]))
    present = frozenset(field for field in stated if chosen.get(field))
    return Fields({field: tuple(found) for field, found in chosen.items()}, numbered, present, unknown)


def draft_fields(record: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
    """What a record says, as the arguments of a Draft: texts as found, empty where the record has nothing."""
    names = fields.names
    url = _first(record, names["url"], as_address)
    body = _numbered_text(record, fields.numbered) or _longest(record, names["body"])
    return {
        "title": _first(record, names["title"], as_text),
        "body": body or _first(record, names["summary"], as_text),
        "date": _first(record, names["date"], as_text),
        "outlet": _first(record, names["outlet"], _as_name) or _first(record, names["outlet"], as_address),
        "url": url or _first(record, names["outlet"], as_address),
        "language": _first(record, names["language"], as_text),
        "author": _first(record, names["author"], as_names),
        "poster": _first(record, names["poster"], as_names),
        "categories": _categories(record, names["categories"]),
    }


def is_article(values: Mapping[str, Any], fields: Fields) -> bool:
    """Whether what a record says is an article: a text, or a title with a date (a bare title may be anything)."""
    if values["body"]:
        return True
    return bool(values["title"]) and bool(values["date"] or "title" in fields.given)


def as_text(value: Any, depth: int = _DEEPEST) -> str:
    """A value of JSON as text: lists of paragraphs are parted by an empty line, objects give their main part."""
    if isinstance(value, str):
        return "" if value.strip().lower() in _MISSING else value
    if value is None or isinstance(value, bool) or not depth:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return "\n\n".join(text for item in value if (text := as_text(item, depth - 1)))
    if isinstance(value, Mapping):
        return next((text for part in _PARTS if (text := as_text(value.get(part), depth - 1))), "")
    return ""


def as_address(value: Any) -> str:
    """A value that is an address on the web, else nothing."""
    text = as_text(value).strip()
    return text if _ADDRESS.fullmatch(text) else ""


def as_names(value: Any) -> str:
    """The names in a value, which may be one or a list of texts or objects, parted by commas."""
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := as_text(item).strip()))
    return as_text(value).strip()


def split_list(text: str) -> tuple[str, ...]:
    """Several values written in one text: parted by `;` or `|`, or by commas where there are none of those."""
    separator = next((mark for mark in (";", "|", ",") if mark in text), None)
    parts = text.split(separator) if separator else [text]
    return tuple(part.strip() for part in parts if part.strip())


def _key(name: str) -> str:
    """A name in lower case, words parted by `_`."""
    return re.sub(r"[^a-z0-9]+", "_", str(name).strip().lower().lstrip("\ufeff")).rstrip("_")


def _first(record: Mapping[str, Any], names: Iterable[str], read: Callable[[Any], str]) -> str:
    return next((text for name in names if (text := read(record.get(name)))), "")


def _longest(record: Mapping[str, Any], names: Iterable[str]) -> str:
    texts = (text for name in names if (text := as_text(record.get(name))) and not _ADDRESS.fullmatch(text.strip()))
    return max(texts, key=len, default="")


def _as_name(value: Any) -> str:
    text = as_text(value).strip()
    return "" if _ADDRESS.fullmatch(text) else text


def _categories(record: Mapping[str, Any], names: Iterable[str]) -> tuple[str, ...]:
    for name in names:
        value = record.get(name)
        if isinstance(value, list):
            found = tuple(text.strip() for text in map(as_text, value) if text.strip())
        else:
            found = split_list(as_text(value).replace(",", "\0")) if value else ()
            found = tuple(text.replace("\0", ",") for text in found)
        if found:
            return found
    return ()


def _numbered(keys: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that hold one text in parts, as `full_text_1` and `full_text_2`, in the order of their numbers."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for name, key in keys.items():
        if (match := _NUMBERED.fullmatch(key)) and match[1] in NAMES["body"]:
            groups.setdefault(match[1], []).append((int(match[2]), name))
    if not groups:
        return ()
    best = min(groups, key=NAMES["body"].index)
    return tuple(name for _, name in sorted(groups[best]))


def _numbered_text(record: Mapping[str, Any], names: Iterable[str]) -> str:
    text, cut = "", False
    for name in names:
        if part := as_text(record.get(name)):
            text += part if cut or not text else f"\n\n{part}"
            cut = len(part) >= _CUT and len(part) % _CUT == 0
    return text

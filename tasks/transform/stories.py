"""Finds near-copies: which articles tell one text, such as the copies of an agency's report in several outlets.

A story is led by its first article. Every later article joins the story whose first article it resembles most, when
that resemblance is high enough and both were published at most three days apart; else it leads a story of its own.
So a story never drifts from text to text, a daily column does not become one story of a year, and what an article
joins depends on earlier articles alone: months can be done one after the other, each with the leaders that the month
before left, and the result is the same as if all were done at once.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rensa import RMinHash

from tasks.contract import DAY, STORIES, TEXT

VERSION: Final = 1
"""Raised when the same articles would give other stories."""

DAYS_APART: Final = 3
"""Most days between an article and the first of its story: agency copy is reprinted within two or three."""
LEAST_SIMILARITY: Final = 0.7
"""Least similarity to the first article. In feeds of three days of September 2023, pairs of two outlets were copies
at 0.6 and above, nearly without exception; pairs of one outlet at 0.60 to 0.68 were mostly headlines of one pattern
("A v B: when is it and how to watch"), from 0.7 on mostly one text under two headlines (looked at by hand, 2026-11)."""
SHINGLE_WORDS: Final = 3
"""Words of a shingle: with 2, tables of exchange rates and fixtures of one pattern pass for copies."""
LEAST_WORDS: Final = 8
"""Shorter texts are copies only when all words are the same: one word of a headline may change its meaning."""
BODY_WORDS: Final = 25
"""A body of so many words speaks for itself, whatever headline an outlet set over it; a shorter one goes with it."""
WORDS_PER_ADDRESS: Final = 25
"""A paragraph with fewer words to each web address is furniture ("watch the full show: https://..."), no text."""

_COLUMNS: Final = ("source", "article_id", "period", "published_date", "title", "body")
SCHEMA: Final = pa.schema([("source", TEXT), ("period", TEXT), *((f.name, f.type) for f in STORIES.schema)])
"""Columns of what `stories` returns."""

_PERMUTATIONS: Final = 128
"""Hash functions of a sketch: an estimate of 0.7 is off by 0.04 (one standard deviation)."""
_BANDS: Final = 32
"""Two sketches are compared when one of 32 bands of 4 is equal: 99.98 % of pairs at 0.7, 23 % at 0.3."""
_SEED: Final = 20231005
_CHUNK: Final = 2000
_CACHED_WORDS: Final = 500_000
_MULTIPLIERS: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
"""Odd numbers, one a place of a shingle, so that words in another order make another shingle."""

_WORD: Final = re.compile(r"\w+")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_Sketch = npt.NDArray[np.uint32]


def stories(articles: pa.Table, leaders: pa.Table | None = None) -> pa.Table:
    """The story of every article, for rows with source, article_id, period, published_date, title and body.

    `leaders` are rows with the same columns: the first articles of stories of the days before, which were found so
    earlier; they are no rows of the result. Returns SCHEMA, one row a source and article, sorted by source, period
    and article; an article that is alone leads a story of itself, at similarity 1. An article without a date is
    alone. The order of rows does not matter.
    """
    index = _Stories()
    known = _distinct([leaders]) if leaders is not None else {}
    for text in _sketched(known.values()):
        index.lead(text)
    new = [text for article_id, text in _distinct([articles]).items() if article_id not in known]
    found: dict[str, tuple[str, float]] = {article_id: (article_id, 1.0) for article_id in known}
    for text in _sketched(new):
        found[text.article_id] = index.place(text)
    ids = articles.column("article_id").to_pylist()
    rows = pa.table(
        {
            "source": articles.column("source"),
            "period": articles.column("period"),
            "article_id": articles.column("article_id"),
            "story_id": pa.array([found[article_id][0] for article_id in ids], TEXT),
            "similarity": pa.array([found[article_id][1] for article_id in ids], pa.float64()),
        }
    ).cast(SCHEMA)
    return rows.sort_by([(name, "ascending") for name in ("source", "period", "article_id")])


def words_of(title: str | None, body: str | None) -> list[str]:
    """The words by which an article is compared: lower case, without addresses and paragraphs made up of them.

    The headline counts only where the body is shorter than BODY_WORDS.
    """
    words: list[str] = []
    for paragraph in (body or "").split("\n"):
        text, addresses = _ADDRESS.subn(" ", paragraph)
        found = _WORD.findall(text.casefold())
        if not addresses or len(found) >= addresses * WORDS_PER_ADDRESS:
            words += found
    if len(words) >= BODY_WORDS:
        return words
    headline = _WORD.findall((title or "").casefold())
    return words if words[: len(headline)] == headline else headline + words


@dataclass(slots=True)
class _Text:
    """One article: its day, its words, and its sketch where it is long enough for one."""

    article_id: str
    day: date | None
    title: str | None
    body: str | None
    words: tuple[str, ...] = ()
    sketch: _Sketch | None = None
    bands: Sequence[bytes] = ()


@dataclass(slots=True)
class _Day:
    """The leaders of one day, found by their words when short, else by the bands of their sketches."""

    day: date
    short: dict[tuple[str, ...], str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    sketches: list[_Sketch] = field(default_factory=list)
    bands: tuple[dict[bytes, list[int]], ...] = field(default_factory=lambda: tuple({} for _ in range(_BANDS)))

    def add(self, text: _Text) -> None:
        """Takes in a leader."""
        if text.sketch is None:
            self.short.setdefault(text.words, text.article_id)
            return
        for band, of_band in zip(text.bands, self.bands, strict=True):
            of_band.setdefault(band, []).append(len(self.ids))
        self.ids.append(text.article_id)
        self.sketches.append(text.sketch)

    def closest(self, text: _Text) -> tuple[str, float] | None:
        """The leader of this day that the text resembles most, the earlier of two equal ones; None below the least."""
        if text.sketch is None:
            leader = self.short.get(text.words) if text.words else None
            return None if leader is None else (leader, 1.0)
        near = sorted({i for band, of in zip(text.bands, self.bands, strict=True) for i in of.get(band, ())})
        if not near:
            return None
        equal = np.count_nonzero(np.stack([self.sketches[i] for i in near]) == text.sketch, axis=1)
        best = int(np.argmax(equal))
        similarity = int(equal[best]) / _PERMUTATIONS
        return (self.ids[near[best]], similarity) if similarity >= LEAST_SIMILARITY else None


class _Stories:
    """The leaders of the last days; texts come in the order of their days."""

    def __init__(self) -> None:
        self._days: deque[_Day] = deque()

    def lead(self, text: _Text) -> None:
        """Makes a text the first of a story."""
        if text.day is None:
            return
        if not self._days or self._days[-1].day != text.day:
            self._days.append(_Day(text.day))
        self._days[-1].add(text)

    def place(self, text: _Text) -> tuple[str, float]:
        """The first article of the text's story, and the similarity to it, from 0 to 1."""
        if text.day is None:
            return text.article_id, 1.0
        while self._days and text.day - self._days[0].day > timedelta(days=DAYS_APART):
            self._days.popleft()
        # Days come in order and `max` keeps the first of equals, so that of two leaders the earlier one is taken.
        found = [near for day in self._days if (near := day.closest(text))]
        if found:
            return max(found, key=lambda near: near[1])
        self.lead(text)
        return text.article_id, 1.0


def _distinct(tables: Iterable[pa.Table]) -> dict[str, _Text]:
    """The articles by id, in the order of day and id; one id is one text, in however many sources it stands."""
    texts: dict[str, _Text] = {}
    for table in tables:
        columns = (table.column(name).to_pylist() for name in ("article_id", "published_date", "title", "body"))
        for article_id, day, title, body in zip(*columns, strict=True):
            texts.setdefault(article_id, _Text(article_id, day, title, body))
    ordered = sorted(texts.values(), key=lambda text: (text.day or date.min, text.article_id))
    return {text.article_id: text for text in ordered}


def _sketched(texts: Iterable[_Text]) -> Iterator[_Text]:
    """The texts with words, sketch and bands; a chunk at a time, so that words are not held for all."""
    chunk: list[_Text] = []
    hashes = _WordHashes()
    for text in texts:
        chunk.append(text)
        if len(chunk) == _CHUNK:
            yield from _with_sketches(chunk, hashes)
            chunk = []
    yield from _with_sketches(chunk, hashes)


def _with_sketches(chunk: list[_Text], hashes: "_WordHashes") -> list[_Text]:
    long: list[_Text] = []
    flat: list[int] = []
    starts = [0]
    for text in chunk:
        words = words_of(text.title, text.body)
        text.title = text.body = None
        if len(words) < LEAST_WORDS:
            text.words = tuple(words)
            continue
        long.append(text)
        flat += [hashes[word] for word in words]
        starts.append(len(flat))
    if not long:
        return chunk
    every = np.array(flat, dtype=np.uint64)
    count = len(every) - SHINGLE_WORDS + 1
    shingles = np.zeros(count, dtype=np.uint64)
    for place, multiplier in enumerate(_MULTIPLIERS):
        shingles += every[place : place + count] * multiplier  # wraps at 64 bits, which is what a hash may do
    # A shingle that reaches over the end of its text belongs to nobody.
    ends = np.array(starts[1:], dtype=np.int64)
    over = (ends[:-1, None] - np.arange(1, SHINGLE_WORDS)).ravel()
    shingles = np.delete(shingles, over)
    offsets = np.array(starts, dtype=np.uint64)
    offsets -= np.arange(len(starts), dtype=np.uint64) * np.uint64(SHINGLE_WORDS - 1)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, offsets, _PERMUTATIONS, _SEED)
    sketches = np.array(matrix.to_rows(), dtype=np.uint32)
    bands = sketches.view(f"V{4 * _PERMUTATIONS // _BANDS}").tolist()
    for text, sketch, of_text in zip(long, sketches, bands, strict=True):
        text.sketch, text.bands = sketch, of_text
    return chunk


class _WordHashes(dict[str, int]):
    """64 bits of each word, the same on every machine; Python's own hash changes from run to run."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = value = int.from_bytes(digest, "little")
        return value

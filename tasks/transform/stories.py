"""Finds near-copies: which articles tell one text, such as the copies of an agency's report in several outlets.

A story is led by its first article. Every later article joins the story whose first article it resembles most, when
that resemblance is high enough and both were published at most three days apart; else it leads a story of its own.
So a story never drifts from text to text, a daily column does not become one story of a year, and what an article
joins depends on earlier articles alone: months can be done one after the other, each with the leaders that the month
before left, and the result is the same as if all were done at once.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rensa import RMinHash  # ships no types

from tasks.contract import STORIES, TEXT

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
_MULTIPLIERS: Final = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)
"""Odd numbers, one a place: the same parts in another order give another sum."""

_WORD: Final = re.compile(r"\w+")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_Sketches = npt.NDArray[np.uint32]


def stories(articles: pa.Table, leaders: pa.Table | None = None) -> pa.Table:
    """The story of every article, for rows with source, article_id, period, published_date, title and body.

    `leaders` are rows with the same columns (source and period may be missing): the first articles of the stories of
    the days before, as they were found; they are no rows of the result. Returns SCHEMA, one row a source and article,
    sorted by source, period and article; an article that is alone leads a story of itself, at similarity 1. An
    article without a date is alone. The order of rows does not matter.
    """
    texts: dict[str, _Text] = {}
    if leaders is not None:
        texts |= {text.article_id: text for text in _texts(leaders, leads=True)}
    for text in _texts(articles):
        texts.setdefault(text.article_id, text)  # one id is one text, in however many sources it stands
    found = _placed(sorted(texts.values(), key=lambda text: (text.day, text.article_id)))
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
    """One article; `day` counts days, 0 where there is no date, and `leads` says that it is known to lead a story."""

    article_id: str
    day: int
    leads: bool
    title: str | None
    body: str | None


def _texts(rows: pa.Table, *, leads: bool = False) -> Iterator[_Text]:
    columns = (rows.column(name).to_pylist() for name in ("article_id", "published_date", "title", "body"))
    for article_id, day, title, body in zip(*columns, strict=True):
        yield _Text(article_id, day.toordinal() if day else 0, leads, title, body)


def _placed(texts: Sequence[_Text]) -> dict[str, tuple[str, float]]:
    """The first article of each text's story and the similarity to it, for texts in the order of day and id."""
    short, row_of, sketches = _read(texts)
    keys = _shared_keys(sketches)
    found: dict[str, tuple[str, float]] = {}
    led_by_words: dict[str, _Text] = {}
    led_by_key: dict[int, list[int]] = {}
    text_of_row = {row: number for number, row in row_of.items()}
    for number, text in enumerate(texts):
        found[text.article_id] = (text.article_id, 1.0)
        if text.day == 0:
            continue
        row = row_of.get(number)
        if row is None:
            first = led_by_words.get(short[number])
            if not short[number] or (first and not text.leads and text.day - first.day <= DAYS_APART):
                found[text.article_id] = (first.article_id if first else text.article_id, 1.0)
            else:
                led_by_words[short[number]] = text
            continue
        if not text.leads:
            rows = {led for key in keys.get(row, ()) for led in led_by_key.get(key, ())}
            near = sorted(led for led in rows if text.day - texts[text_of_row[led]].day <= DAYS_APART)
            if near:
                equal = np.count_nonzero(sketches[near] == sketches[row], axis=1)
                best = int(np.argmax(equal))  # the earliest of the closest, as rows are in the order of texts
                similarity = int(equal[best]) / _PERMUTATIONS
                if similarity >= LEAST_SIMILARITY:
                    found[text.article_id] = (texts[text_of_row[near[best]]].article_id, similarity)
                    continue
        for key in keys.get(row, ()):
            led = led_by_key.setdefault(key, [])
            while led and text.day - texts[text_of_row[led[0]]].day > DAYS_APART:
                led.pop(0)
            led.append(row)
    return found


def _read(texts: Sequence[_Text]) -> tuple[dict[int, str], dict[int, int], _Sketches]:
    """The words of short texts, and the sketches of the others with the row of each; texts go by their number.

    The bodies are dropped on the way, and words are held for one chunk of texts at a time.
    """
    short: dict[int, str] = {}
    row_of: dict[int, int] = {}
    sketches: list[_Sketches] = [np.empty((0, _PERMUTATIONS), dtype=np.uint32)]
    hashes = _WordHashes()
    for begin in range(0, len(texts), _CHUNK):
        long: list[list[int]] = []
        for number, text in enumerate(texts[begin : begin + _CHUNK], begin):
            words = words_of(text.title, text.body)
            text.title = text.body = None
            if len(words) < LEAST_WORDS:
                short[number] = " ".join(words)
            else:
                row_of[number] = len(row_of)
                long.append([hashes[word] for word in words])
        if long:
            sketches.append(_sketched(long))
    return short, row_of, np.concatenate(sketches)


def _sketched(texts: Sequence[Sequence[int]]) -> _Sketches:
    """One row of _PERMUTATIONS numbers for each text of hashed words, which has at least SHINGLE_WORDS of them."""
    every = np.array([word for text in texts for word in text], dtype=np.uint64)
    ends = np.cumsum([len(text) for text in texts])
    count = len(every) - SHINGLE_WORDS + 1
    shingles = np.zeros(count, dtype=np.uint64)
    for place in range(SHINGLE_WORDS):
        shingles += every[place : place + count] * _MULTIPLIERS[place]  # wraps at 64 bits, as a hash may
    # A shingle that reaches over the end of its text belongs to nobody.
    shingles = np.delete(shingles, (ends[:-1, None] - np.arange(1, SHINGLE_WORDS)).ravel())
    offsets = np.concatenate([[0], ends - (SHINGLE_WORDS - 1) * np.arange(1, len(texts) + 1)]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, offsets, _PERMUTATIONS, _SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32)


def _shared_keys(sketches: _Sketches) -> dict[int, list[int]]:
    """For each row of `sketches` the keys of those of its bands that another row has too; most rows have none."""
    keys: dict[int, list[int]] = {}
    width = _PERMUTATIONS // _BANDS
    for band in range(_BANDS):
        part = sketches[:, band * width : (band + 1) * width].astype(np.uint64)
        hashed = (part * _MULTIPLIERS[:width]).sum(axis=1, dtype=np.uint64) + np.uint64(band)
        _, group, size = np.unique(hashed, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(size[group] > 1)
        for row, key in zip(shared.tolist(), hashed[shared].tolist(), strict=True):
            keys.setdefault(row, []).append(key)
    return keys


class _WordHashes(dict[str, int]):
    """64 bits of each word, the same on every machine; Python's own hash changes from run to run."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = value = int.from_bytes(digest, "little")
        return value

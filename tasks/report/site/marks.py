"""Cuts a text into pieces by the spans that lie over it, so that a page can mark each; offsets are code points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, end exclusive, what it is (`actor`, `trigger`, ...) and the anchor where it begins."""

    start: int
    end: int
    kind: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch over which the same spans lie. `kinds` are theirs, `anchors` are of those that begin with it."""

    text: str
    kinds: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """Pieces that belong to one sentence an event was read from; `anchor` is empty for text between them."""

    pieces: tuple[Piece, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article."""

    sentences: tuple[Sentence, ...] = field(default=())


def pieces(text: str, spans: Iterable[Span], start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The pieces of `text[start:end]`; together they are that text. Spans outside or of no length mark nothing."""
    stop = len(text) if end is None else min(end, len(text))
    inside = [s for s in spans if s.start < s.end and s.start < stop and s.end > start]
    cuts = sorted({start, stop, *(max(s.start, start) for s in inside), *(min(s.end, stop) for s in inside)})
    made = []
    for left, right in pairwise(cuts):
        over = [s for s in inside if s.start <= left and s.end >= right]
        kinds = tuple(dict.fromkeys(s.kind for s in over))
        anchors = tuple(dict.fromkeys(s.anchor for s in over if s.anchor and s.start == left))
        made.append(Piece(text[left:right], kinds, anchors))
    return tuple(made)


def sentence_starts(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that overlap joined into one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return joined


def paragraphs(
    text: str, spans: Sequence[Span], sentences: Sequence[tuple[int, int]], anchor: str = "s-"
) -> list[Paragraph]:
    """The paragraphs of an article (parted by an empty line), each cut into sentences and those into pieces.

    `sentences` are what `sentence_starts` gives; the anchor of one is `anchor` and where it begins.
    """
    made = []
    at = 0
    for part in text.split("\n\n"):
        start, end = at, at + len(part)
        at = end + 2
        if not part.strip():
            continue
        here = [s for s in spans if s.start < end and s.end > start]
        cut: list[Sentence] = []
        place = start
        for first, last in sentences:
            if first >= end or last <= start:
                continue
            left, right = max(first, start), min(last, end)
            if left > place:
                cut.append(Sentence(pieces(text, here, place, left)))
            # A sentence that goes on over an empty line has its anchor where it begins.
            cut.append(Sentence(pieces(text, here, left, right), f"{anchor}{first}" if first >= start else ""))
            place = right
        if place < end:
            cut.append(Sentence(pieces(text, here, place, end)))
        made.append(Paragraph(tuple(cut)))
    return made

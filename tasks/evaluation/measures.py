"""Measures of agreement between gold and coder: precision, recall, F1, accuracy, and how sure their figures are.

What is compared are sets. Each sentence gives four counts, a tally; tallies add up over sentences, and drawing
sentences anew (the bootstrap) is drawing rows of the array that holds them.
"""

from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import permutations, product
from typing import Final

import numpy as np
import numpy.typing as npt

RESAMPLES: Final = 1000
_SEED: Final = 20231005

Dyad = tuple[str, str, str]
"""Event type, actor, recipient; an actor or recipient that is not known or not there is empty."""
Span = tuple[int, int]
"""Offsets in Unicode code points, end exclusive."""
Tallies = npt.NDArray[np.int64]
"""One row a sentence: coded and right, coded, gold and found, gold."""
Labels = Sequence[Hashable]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts: `right` of the `coded` items are right, and `found` of the `gold` items are coded.

    The first and third differ where an item may be right without being asked for.
    """

    right: int
    coded: int
    found: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of what is coded that is right; 0 where nothing is coded."""
        return self.right / self.coded if self.coded else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold that is coded; 0 where there is no gold."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def dyads(
    event_type: str, actors: Sequence[str], recipients: Sequence[str], *, within_country: bool = True
) -> set[Dyad]:
    """The dyads of an event: every actor with every recipient.

    Two or more actors without a recipient did it to each other, both ways. `within_country` says whether two of one
    country count there.
    """
    if len(actors) > 1 and not recipients:
        pairs = set(permutations(actors, 2))
        return {(event_type, a, b) for a, b in pairs if within_country or a != b}
    return {(event_type, a, b) for a, b in product(actors or [""], recipients or [""])}


def tally(gold: AbstractSet[Hashable], coded: AbstractSet[Hashable]) -> tuple[int, int, int, int]:
    """One row of Tallies for two sets of items that are equal or not."""
    hits = len(gold & coded)
    return hits, len(coded), hits, len(gold)


def span_tally(
    gold: AbstractSet[Span], coded: AbstractSet[Span], same: Callable[[Span, Span], bool]
) -> tuple[int, int, int, int]:
    """One row of Tallies for two sets of spans; `same` says whether a gold and a coded span count as one."""
    right = sum(any(same(g, c) for g in gold) for c in coded)
    found = sum(any(same(g, c) for c in coded) for g in gold)
    return right, len(coded), found, len(gold)


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def total(tallies: Tallies) -> Score:
    """The score over all sentences."""
    right, coded, found, gold = (int(count) for count in tallies.sum(axis=0))
    return Score(right, coded, found, gold)


def as_tallies(rows: Sequence[tuple[int, int, int, int]]) -> Tallies:
    """Rows as an array, which has four columns even when there are none."""
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def accuracy(gold: Labels, coded: Labels) -> float:
    """Share of labels that are the same; 0 where there are none."""
    return sum(g == c for g, c in zip(gold, coded, strict=True)) / len(gold) if gold else 0.0


def label_scores(gold: Labels, coded: Labels) -> dict[Hashable, Score]:
    """The score of each label that either side uses, in the order of its name."""
    names = sorted({*gold, *coded}, key=str)
    return {
        name: Score(
            right=(hits := sum(g == c == name for g, c in zip(gold, coded, strict=True))),
            coded=sum(c == name for c in coded),
            found=hits,
            gold=sum(g == name for g in gold),
        )
        for name in names
    }


def weighted_f1(gold: Labels, coded: Labels) -> float:
    """Mean of the labels' F1, each weighted by how often it stands in the gold."""
    if not gold:
        return 0.0
    return sum(score.f1 * score.gold for score in label_scores(gold, coded).values()) / len(gold)


def standard_error(measure: Callable[[npt.NDArray[np.intp]], float], sentences: int) -> float:
    """Standard error of a measure by the bootstrap: its spread when the sentences are drawn anew, with replacement.

    `measure` takes the row numbers of the sentences drawn. 1,000 draws, the same ones each time.
    """
    if sentences == 0:
        return 0.0
    draw = np.random.default_rng(_SEED)
    return float(np.std([measure(draw.integers(0, sentences, sentences)) for _ in range(RESAMPLES)], ddof=1))


def f1_error(tallies: Tallies) -> float:
    """Standard error of F1."""
    return standard_error(lambda drawn: total(tallies[drawn]).f1, len(tallies))


def accuracy_error(gold: Labels, coded: Labels) -> float:
    """Standard error of accuracy."""
    same = np.array([g == c for g, c in zip(gold, coded, strict=True)], dtype=bool)
    return standard_error(lambda drawn: float(same[drawn].mean()), len(same))


def weighted_f1_error(gold: Labels, coded: Labels) -> float:
    """Standard error of weighted F1."""
    number = {name: i for i, name in enumerate({*gold, *coded})}
    g, c = (np.array([number[name] for name in side], dtype=np.intp) for side in (gold, coded))

    def measure(drawn: npt.NDArray[np.intp]) -> float:
        gold_counts, coded_counts = (np.bincount(side[drawn], minlength=len(number)) for side in (g, c))
        hits = np.bincount(g[drawn][g[drawn] == c[drawn]], minlength=len(number))
        f1 = 2 * hits / np.maximum(gold_counts + coded_counts, 1)
        return float((f1 * gold_counts).sum() / len(drawn))

    return standard_error(measure, len(g))

"""Parts texts into folds such that near-copies of one text never stand in two folds.

A model that is trained on one fold and measured on another must not have seen the sentence it is measured on, nor the
same sentence with another country in it, nor the sentence cut short or with its words set apart as tokens. So texts
are first put into groups, and a group goes into one fold as a whole.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

SHINGLE_WORDS: Final = 3
"""Words of a shingle: three in a row are seldom shared by chance."""
LEAST_SHARED: Final = 3
"""Shared shingles below which two texts are no near-copies, unless all their words are the same: a headline of five
words has three shingles, and half of them may be "is expected to"."""
LEAST_SIMILARITY: Final = 0.4
"""Least share of the shorter text's shingles that the longer one must have. In 4,573 sentences of six gold sets, pairs
from 0.5 on were cut or reworded copies; pairs of 0.4 to 0.5 mostly one frame with other names in it ("... launched a
mediation effort between ..."), which gives the answer away as well; pairs below 0.4 mostly shared a set phrase alone
(looked at by hand, 2026-11)."""

_APOSTROPHE: Final = re.compile("[\u2019\u2018\u02bc']")
"""One of them is a letter to Unicode, and would make one word of what other copies write as two."""
_WORD: Final = re.compile(r"[^\W_]+")

_Shingle = tuple[str, ...]


def folds(texts: Sequence[str], k: int = 5) -> list[int]:
    """The fold (0 to k-1) of each text, in order; equal texts and near-copies have one fold.

    It depends on the texts alone, not on their order. Give the texts of all sets at once: near-copies are only known
    among the texts given. Folds are of about one size where there are many groups. Raises ValueError for k < 1.
    """
    if k < 1:
        raise ValueError(f"there cannot be {k} folds")
    found = groups(texts)
    key: dict[int, int] = {}
    for text, group in zip(texts, found, strict=True):
        number = _number(" ".join(words_of(text)))
        key[group] = min(number, key.get(group, number))
    return [key[group] % k for group in found]


def groups(texts: Sequence[str]) -> list[int]:
    """The group of each text, in order: a number for each set of near-copies, from 0 on as they first appear.

    Near-copies are chained: where A is close to B and B to C, all three are one group. The work grows with the pairs of
    texts that share a shingle; it is meant for some thousand sentences (5,000 take a second), not for an archive.
    """
    numbers: dict[_Shingle, int] = {}
    leads: list[int] = []
    distinct: list[frozenset[_Shingle]] = []
    of_text = []
    for text in texts:
        words = tuple(words_of(text))
        number = numbers.setdefault(words, len(numbers))
        if number == len(distinct):
            distinct.append(_shingles(words))
            leads.append(number)
        of_text.append(number)
    holders: defaultdict[_Shingle, list[int]] = defaultdict(list)
    for number, shingles in enumerate(distinct):
        shared = Counter(other for shingle in shingles for other in holders[shingle])
        for other, count in shared.items():
            least = max(LEAST_SHARED, LEAST_SIMILARITY * min(len(shingles), len(distinct[other])))
            if count >= least:
                leads[_lead(leads, number)] = _lead(leads, other)
        for shingle in shingles:
            holders[shingle].append(number)
    names: dict[int, int] = {}
    return [names.setdefault(_lead(leads, number), len(names)) for number in of_text]


def words_of(text: str) -> list[str]:
    """The words of a text without case and marks, by which texts are held to be equal."""
    return _WORD.findall(_APOSTROPHE.sub(" ", text.casefold()))


def _shingles(words: _Shingle) -> frozenset[_Shingle]:
    return frozenset(words[i : i + SHINGLE_WORDS] for i in range(len(words) - SHINGLE_WORDS + 1))


def _lead(leads: list[int], number: int) -> int:
    """Who stands for the group of a text; the way there is shortened for the next time."""
    while leads[number] != number:
        leads[number] = leads[leads[number]]
        number = leads[number]
    return number


def _number(words: str) -> int:
    """A number of the words, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest())

"""Knows the people whom an article has introduced wherever it names them again, by full name or surname."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook, Entry
from tasks.transform.coding.introductions import Introduction
from tasks.transform.coding.names import Name

INTRODUCED: Final = "introduced"
"""Form of the entry of a person whom the codebook lacks and the article has told."""
_LONGEST_WORD: Final = 40
"""Characters to look back for the word before a surname."""
_GENITIVES: Final = ("'s", "’s")
_WORD_BEFORE: Final = re.compile(r"([^\W\d_][\w'’-]*)(\.?)[ ]$")


@dataclass(frozen=True, slots=True)
class _Known:
    """A word or name that stands for a person from `since` (code points) on; no entry where it could be two."""

    since: int
    entry: Entry | None


class Introduced:
    """Finds the names of introduced people in a body."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["introductions"]
        self._before = frozenset((*words["titles"], *words["breaks"], *codebook.agents))

    def names(self, body: str, introductions: Sequence[Introduction], names: Sequence[Name]) -> list[Name]:
        """The names of the codebook in a body, and those of people whom it introduces, all in text order.

        A full name counts from its introduction on; so does a surname that no other person of the article has, where
        no other name stands before it. Names of the codebook stay what they are.
        """
        if not introductions:
            return list(names)
        known = _known(introductions)
        taken = {(name.start, name.end) for name in names}
        pattern = re.compile(
            r"(?<![\w@#-])(?:"
            + "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
            + r")(?![\w-])"
        )
        found = [
            Name(m.start(), m.end(), m.group(), one.entry)
            for m in pattern.finditer(body, min(one.since for one in known.values()))
            if (one := known[m.group()]).entry is not None
            and m.start() >= one.since
            and not any(start < m.end() and m.start() < end for start, end in taken)
            and (" " in m.group() or self._is_alone(body, m.start(), m.end()))
        ]
        return sorted((*names, *found), key=lambda name: (name.start, name.end))

    def _is_alone(self, body: str, start: int, end: int) -> bool:
        """Whether a surname stands for itself, without the first name of somebody else or more of another name."""
        if re.match(r" [A-Z][a-z]", body[end : end + 3]):
            return False
        before = _WORD_BEFORE.search(body, max(0, start - _LONGEST_WORD), start)
        if before is None or not before[1][0].isupper():
            return True
        word = before[1].lower()
        ends_sentence = bool(before[2]) and len(word) > 1
        return ends_sentence or word in self._before or word.endswith(_GENITIVES)


def _known(introductions: Iterable[Introduction]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for one in introductions:
        entry = Entry("person", one.name, one.country, one.sector, one.role, form=INTRODUCED)
        known.setdefault(one.name, _Known(one.name_start, entry))
    for surname, some in _by_surname(introductions):
        if surname not in known:
            same = len({one.name for one in some}) == 1
            known[surname] = _Known(some[0].end, known[some[0].name].entry if same else None)
    return known


def _by_surname(introductions: Iterable[Introduction]) -> Iterator[tuple[str, list[Introduction]]]:
    found: dict[str, list[Introduction]] = {}
    for one in introductions:
        if one.surname:
            found.setdefault(one.surname, []).append(one)
    yield from found.items()

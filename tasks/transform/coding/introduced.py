"""Knows the people whom an article has introduced wherever it names them again, by full name or surname."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook, Entry
from tasks.transform.coding.introductions import Introduction
from tasks.transform.coding.names import Name
from tasks.transform.coding.person_names import PersonNames

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

    def __init__(self, codebook: Codebook, people: PersonNames) -> None:
        words: Mapping[str, Any] = codebook.language["introductions"]
        self._people = people
        self._before = frozenset((*words["titles"], *words["breaks"], *codebook.agents))

    def names(
        self, body: str, introductions: Sequence[Introduction], names: Sequence[Name]
    ) -> tuple[list[Name], frozenset[str]]:
        """The names of the codebook in a body, and those of people whom it introduces, all in text order.

        A full name counts from its introduction on; so does a surname that no other person of the article has, where
        no other name stands before it. A person of the codebook is introduced by the full name. Names of the codebook
        stay what they are. Beside them: the surnames that several people of the article have.
        """
        known = self._known(introductions, names)
        if not known:
            return list(names), frozenset()
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
        shared = frozenset(word for word, one in known.items() if one.entry is None)
        return sorted((*names, *found), key=lambda name: (name.start, name.end)), shared

    def _known(self, introductions: Sequence[Introduction], names: Sequence[Name]) -> dict[str, _Known]:
        """What may stand for a person of the article, full names and surnames."""
        known: dict[str, _Known] = {}
        surnames: dict[str, list[_Known]] = {}
        for one in introductions:
            entry = Entry("person", one.name, one.country, one.sector, one.role, form=INTRODUCED)
            known.setdefault(one.name, _Known(one.name_start, entry))
            if one.surname:
                surnames.setdefault(one.surname, []).append(_Known(one.end, entry))
        for name in names:
            if name.entry.kind == "person" and (
                surname := self._people.surname(name.text.split(" "), name.entry.country)
            ):
                surnames.setdefault(surname, []).append(_Known(name.end, replace(name.entry, form=INTRODUCED)))
        for surname, some in surnames.items():
            one_person = len({one.entry.name for one in some if one.entry}) == 1
            known.setdefault(surname, some[0] if one_person else replace(some[0], entry=None))
        return known

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

"""Reads a person's full name at a place of a sentence, by its capitals and by the words that names do not hold."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook

_TOKEN: Final = re.compile(r"['’]s\b|[^\W_]+(?:(?:-|['’](?!s\b))[^\W_]+)*|[^\w\s]")
_MOST_WORDS: Final = 4
"""A run of more capitalised words is a title or a list rather than a name."""
_LEAST_SURNAME: Final = 3
"""Characters of a surname that may stand alone for a person; shorter ones are too often something else."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word or mark of a sentence: offsets into the body, its text, and its text in small letters."""

    start: int
    end: int
    text: str
    lower: str


def words_of(text: str, offset: int) -> list[Word]:
    """The words and marks of a sentence that begins at `offset` of the body; a genitive `'s` is a word of its own."""
    return [Word(offset + m.start(), offset + m.end(), m.group(), m.group().lower()) for m in _TOKEN.finditer(text)]


def written(words: Sequence[Word], first: int, last: int) -> str:
    """The words from `first` up to `last` (exclusive) as they stand, with single blanks."""
    text = ""
    for at in range(first, last):
        text += (" " if at > first and words[at].start > words[at - 1].end else "") + words[at].text
    return text


@dataclass(frozen=True, slots=True)
class PersonName:
    """A full name: its words from `first` up to `last` (exclusive), offsets into the body, and its parts."""

    first: int
    last: int
    start: int
    end: int
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name as it is kept: its parts with single blanks."""
        return " ".join(self.parts)


class PersonNames:
    """Reads names of two to four capitalised words, with initials and small particles ("bin", "van der")."""

    def __init__(self, codebook: Codebook, roles: Iterable[str]) -> None:
        """`roles`: words in small letters that name a role, and so no person."""
        words: Mapping[str, Any] = codebook.language["introductions"]
        dates: Mapping[str, Any] = codebook.language["dates"]
        self._stops = frozenset((*roles, *words["breaks"], *words["fields"], *dates["months"], *dates["weekdays"]))
        self._titles = frozenset(words["titles"])
        self._particles = frozenset(words["particles"])
        self._not_in_names = frozenset(words["not_in_names"])
        endings = tuple(words["name_endings"])
        self._acts = frozenset(
            form
            for form, meanings in codebook.forms.items()
            if form.endswith(endings) and any(pos == "verb" and lemma != form for pos, lemma in meanings)
        )
        self._family_name_first = frozenset(words["family_name_first"])

    def at(self, words: Sequence[Word], index: int) -> PersonName | None:
        """The name that begins at words[index], with titles before it passed over."""
        while index < len(words) and (words[index].lower in self._titles or words[index].text == "."):
            index += 1
        last = index
        while last < len(words) and self._goes_on(words, index, last):
            last += 1
        return self._checked(words, index, last)

    def before(self, words: Sequence[Word], index: int) -> PersonName | None:
        """The name that ends just before words[index]."""
        first = index
        while first and self._is_part(words, first - 1, index) and (first == index or _beside(words, first - 1)):
            first -= 1
        while first < index and (words[first].lower in self._particles | self._titles or words[first].text == "."):
            first += 1
        return self._checked(words, first, index)

    def surname(self, parts: Sequence[str], country: str) -> str:
        """The part of a full name by which an article calls a person of a country again; empty where none is sure."""
        word = parts[0] if country in self._family_name_first else parts[-1]
        return word if len(parts) > 1 and len(word) >= _LEAST_SURNAME and not word.islower() else ""

    def _goes_on(self, words: Sequence[Word], first: int, at: int) -> bool:
        return self._is_part(words, at, len(words)) and (at == first or _beside(words, at - 1))

    def _is_part(self, words: Sequence[Word], at: int, end: int) -> bool:
        """Whether a word can stand in a name that ends before words[end]."""
        word = words[at]
        if word.text == ".":
            return at > 0 and _is_initial(words[at - 1])
        particle, hyphen, rest = word.text.partition("-")
        if hyphen and particle.lower() in self._particles and rest[:1].isupper():
            return True
        if word.lower in self._particles:
            return word.text[0].isupper() or (at + 1 < end and words[at + 1].text[:1].isupper())
        return _is_capitalised(word) and word.lower not in self._stops

    def _checked(self, words: Sequence[Word], first: int, last: int) -> PersonName | None:
        parts = tuple(self._parts(words, first, last))
        full = [part for part in parts if not part.endswith(".") and any(p[:1].isupper() for p in part.split("-"))]
        if not 2 <= len(full) <= _MOST_WORDS and not (len(full) == 1 and len(parts) == 2 and parts[0] != full[0]):
            return None
        if len(full) == 1 and parts[-1].endswith("."):
            return None
        if any(part.lower() in self._not_in_names or part.lower() in self._acts for part in parts):
            return None
        return PersonName(first, last, words[first].start, words[last - 1].end, parts)

    @staticmethod
    def _parts(words: Sequence[Word], first: int, last: int) -> Iterator[str]:
        for at in range(first, last):
            dotted = at + 1 < last and words[at + 1].text == "."
            if words[at].text != ".":
                yield words[at].text + ("." if dotted else "")


def _is_initial(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isupper()


def _is_capitalised(word: Word) -> bool:
    """Whether a word begins with a capital and goes on in small letters; a single capital is an initial."""
    text = word.text
    return text[0].isupper() and (len(text) == 1 or any(c.islower() for c in text))


def _beside(words: Sequence[Word], at: int) -> bool:
    """Whether words[at] and the next are one blank apart; the full stop of an initial stands close."""
    gap = words[at + 1].start - words[at].end
    return gap == 0 if words[at + 1].text == "." else gap <= 1

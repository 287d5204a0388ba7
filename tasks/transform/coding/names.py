"""Finds the names of the codebook in a text, and says what each stands for on a given day."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from unicodedata import combining, normalize

from ahocorasick_rs import AhoCorasick, MatchKind

from tasks.transform.coding.codebook import NO_NAME, Codebook, Entry

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BEFORE: Final = re.compile(r"([A-Z][^\W\d_]+) $")
_AFTER: Final = re.compile(r" ([A-Z][^\W\d_]+)")
"""The word with a capital right before and behind a place."""
_TITLE: Final = re.compile(r"\b([A-Z][a-z]+)\. $")
"""A shortened title right before a place."""
_AMERICA: Final = "USA"
_OF_CONGO: Final = "Dem. Rep. "
"""What looks like a title and is none."""
_SURNAMES: Final = frozenset({"person", "group", "place"})
"""Kinds of names that are surnames of other people as well."""
_ONCE_NAMED: Final = frozenset({"name", "seat"})
"""Forms of names of countries that are surnames as well: "Karen England", "David Washington"."""
_TOLD_BY_ONE_WORD: Final = frozenset({"organisation", "group"})
"""Kinds of names of which one word is enough in a text without capitals."""
_LEAST_FOR_CAPITALS: Final = 5
"""Names of at least this many characters are also found in capitals ("RUSSIA"); shorter ones would be acronyms."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands: offsets into the text, the words, and what it means."""

    start: int
    end: int
    text: str
    entry: Entry


class _Surfaces:
    """Ways to write names, looked for all at once; `forms` are how they stand in the text, if not as they are."""

    def __init__(self, surfaces: list[str], forms: list[str] | None = None) -> None:
        self.surfaces = surfaces
        self._automaton = AhoCorasick(forms or surfaces, matchkind=MatchKind.LeftmostLongest)

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Each surface with the offsets at which it stands, in text order."""
        for index, start, end in self._automaton.find_matches_as_indexes(text):
            yield self.surfaces[index], start, end


class NameFinder:
    """Finds names by whole words, the longest at each place; built once from a codebook, then only read."""

    def __init__(self, codebook: Codebook) -> None:
        self._entries: dict[str, tuple[Entry, ...]] = dict(codebook.names)
        for surface in list(self._entries):
            for variant in _variants(surface):
                self._entries.setdefault(variant, self._entries[surface])
        self._written = _Surfaces(sorted(self._entries))
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        self._not_prefixes = frozenset(clauses["not_prefixes"])
        self._only_by_capitals = frozenset(clauses["only_by_capitals"])
        self._kept_suffixes = frozenset(clauses["kept_suffixes"])
        self._american = frozenset(codebook.language["places"]["american_titles"])
        self._given = frozenset(codebook.language["places"]["given_names"])
        countries = (surface.lower() for surface, some in codebook.names.items() if some[0].kind == "country")
        not_in_names = codebook.language["introductions"]["not_in_names"]
        self._words = frozenset((*codebook.forms, *codebook.agents, *not_in_names, *countries))
        self._lowered = self._without_capitals()
        self._first_names = frozenset(n for some in codebook.language["quotes"]["first_names"].values() for n in some)

    def find(self, text: str, day: date | None) -> list[Name]:
        """The names in a text, in order, as they are meant on `day` (None: on any day). A text without any capital has
        its names in small letters.
        """
        found: list[Name] = []
        at = 0
        for surface, start, end in (self._lowered if text.islower() else self._written).find(text):
            if start < at or not self._is_whole(text, start, end):
                continue
            entry = meant(self._entries[surface], day)
            if entry is None or self._is_of_another(text, start, end, self._entries[surface]):
                continue
            at = end
            if entry.kind != NO_NAME:
                found.append(Name(start, end, text[start:end], entry))
        return found

    def _without_capitals(self) -> _Surfaces:
        """The names that can be told without capitals: those of several words, and single words that name a state, an
        organisation or a group and are no words of another meaning ("us", "apple").
        """
        by_lower: dict[str, str] = {}
        for surface in self._written.surfaces:
            kind, lower = self._entries[surface][0].kind, surface.lower()
            is_clear = kind == "country" or (kind in _TOLD_BY_ONE_WORD and lower not in self._words)
            if " " in surface or (is_clear and lower not in self._only_by_capitals):
                by_lower.setdefault(lower, surface)
        return _Surfaces(list(by_lower.values()), list(by_lower))

    def _is_of_another(self, text: str, start: int, end: int, entries: Sequence[Entry]) -> bool:
        """Whether a single word is part of the name of somebody whom the codebook lacks: "Diane Abbott", "Sharon Lee",
        "Karen England", "Gov. Abbott", "Rep. French Hill".

        An American title or a first name stands right before it, or it is one itself with a surname behind it ("Jordan
        Peterson", no headline's "Jordan Considers").
        """
        word = text[start:end]
        title = _TITLE.search(text, max(0, start - 8), start)
        if title is not None and title[1] in self._american and " " not in word:
            return all(entry.country != _AMERICA for entry in entries) and not text.endswith(_OF_CONGO, 0, start)
        if word in self._given and (after := _AFTER.match(text, end)) is not None:
            return after[1].lower() not in self._words
        kind, form = entries[0].kind, entries[0].form
        if kind == "person" and " " not in word and text[start - 1 : start] == "-":
            first = _word_before(text, start - 1)
            if first[:1].isupper() and first not in self._entries:
                return True
        if " " in word or not (kind in _SURNAMES or (kind == "country" and form in _ONCE_NAMED and word[1:].islower())):
            return False
        before = _BEFORE.search(text, max(0, start - 30), start)
        whole = {part for entry in entries for part in entry.name.split()}
        if before is not None and before[1] in self._first_names and before[1] not in whole:
            return True
        if entries[0].kind != "person" or word not in self._first_names:
            return False
        after = _AFTER.match(text, end)
        return after is not None and after[1] not in whole

    def _is_whole(self, text: str, start: int, end: int) -> bool:
        """Whether a match is a word of its own: "Russian" is in "Russian troops", not in "pro-Russian"."""
        before, after = text[start - 1 : start], text[end : end + 1]
        if before.isalnum() or after.isalnum() or before == "_" or (before in "@#/" and before):
            return False
        if before == "-":
            prefix = _word_before(text, start - 1)
            if prefix.lower() in self._not_prefixes:
                return False
        if after == "-":
            suffix = _word_after(text, end + 1)
            return not suffix[:1].islower() or suffix in self._kept_suffixes
        return not (after == "." and text[end + 1 : end + 2].isalnum() and text[end - 1].isalnum())


def _variants(surface: str) -> Iterator[str]:
    """Other ways to write a name: without accents, with the curly apostrophe, in capitals."""
    plain = "".join(c for c in normalize("NFKD", surface) if not combining(c))
    for form in {surface, plain}:
        yield form
        yield form.replace("'", "’")
        if len(form) >= _LEAST_FOR_CAPITALS:
            yield form.upper()


def meant(entries: Sequence[Entry], day: date | None) -> Entry | None:
    """Which of the entries of one name is meant on a day.

    Of those that hold on the day the one that began last wins; if none does, the last one before it, with the role
    given up; before all of them, the first.
    """
    if len(entries) == 1 and entries[0].since is None and entries[0].until is None:
        return entries[0]
    if day is None:
        return entries[-1] if entries else None
    holding = [e for e in entries if (e.since is None or e.since <= day) and (e.until is None or day <= e.until)]
    if holding:
        return max(holding, key=lambda e: e.since or date.min)
    past = [e for e in entries if e.until is not None and e.until < day]
    if past:
        return _out_of_office(max(past, key=lambda e: e.until or date.min))
    return _out_of_office(min(entries, key=lambda e: e.since or date.min))


def _out_of_office(entry: Entry) -> Entry:
    if entry.kind != "person":
        return entry
    sector = entry.sector if entry.sector in ("OPP", "REB", "IMG", "CVL") else "ELI"
    return Entry(entry.kind, entry.name, entry.country, sector, "", entry.form, entry.tied_to, learned=entry.learned)


def _word_before(text: str, end: int) -> str:
    start = end
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    return text[start:end]


def _word_after(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


def title_words(title: str, names: Sequence[Name]) -> frozenset[str]:
    """The words of a title in lower case, without the names in it.

    Capitals mark names that the codebook lacks, so those words are left out, unless the whole title is written in them.
    """
    at, parts = 0, []
    for name in names:
        parts.append(title[at : name.start])
        at = name.end
    words = _WORD.findall(" ".join((*parts, title[at:])))
    low = [word for word in words if word[:1].islower()]
    return frozenset(low if 2 * len(low) > len(words) else (word.lower() for word in words))


def within(names: Sequence[Name], start: int, end: int) -> Sequence[Name]:
    """The names that lie in [start, end) of a text; `names` is in order."""
    first = bisect_left(names, start, key=lambda name: name.start)
    last = first
    while last < len(names) and names[last].end <= end:
        last += 1
    return names[first:last]

"""Reads the rules that map events and words to ACLED-like labels, and finds the words of a rule in a sentence."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from tasks.contract import EVENT_TYPES
from tasks.errors import ConfigError
from tasks.transform.coding.codebook_files import parts, read_rows, read_toml
from tasks.transform.coding.inflection import inflections

NEAR: Final = 8
"""`a > b` in a rule: b begins at most so many words after a ends. About the length of a clause of news text."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_COLUMNS: Final = ("label", "points", "scope", "events", "actors", "recipients", "words", "without", "note")

_FIXED: Final = "fixed"
"""The class of phrases whose words mean nothing by themselves ("riot police", "non-violent")."""

Place = tuple[int, int]
"""First word and the word after the last one, counted from 0 in the sentence."""
Hits = Mapping[str, Sequence[Place]]
"""Where the phrases and `@classes` of the rules stand in a sentence."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What must stand in a sentence together: groups joined by `&`, each a chain joined by `>`."""

    groups: tuple[tuple[str, ...], ...]

    def fits(self, hits: Hits) -> bool:
        """Whether every group stands in the sentence."""
        return all(_chain_stands(group, hits) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of `acled_types.csv`: what speaks for a label, and how strongly (points, negative: against it)."""

    label: str
    points: int
    whole_text: bool
    events: frozenset[tuple[str, str]]
    actors: frozenset[str]
    recipients: frozenset[str]
    words: tuple[Pattern, ...]
    without: tuple[Pattern, ...]
    where: str

    def fits(self, hits: Hits, events: Iterable[Mapping[str, Any]]) -> bool:
        """Whether words and events of a sentence (or of the whole text) meet every condition of the line."""
        if self.words and not any(pattern.fits(hits) for pattern in self.words):
            return False
        if any(pattern.fits(hits) for pattern in self.without):
            return False
        return not self.events or any(self._meets(event) for event in events)

    def _meets(self, event: Mapping[str, Any]) -> bool:
        kind = event["event_type"]
        if event["modality"] == "negated" or not {(kind, ""), (kind, event["event_mode"] or "")} & self.events:
            return False
        return all(
            not wanted or any(party["sector"] in wanted for party in event[role])
            for wanted, role in ((self.actors, "actors"), (self.recipients, "recipients"))
        )


class Rules:
    """All `lines` of `acled_types.csv`, in their order, with the words of `acled_words.toml`.

    `unused` are the classes of words that no line names.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` is that of the codebook; ConfigError names what is wrong with its files."""
        irregular = read_toml(folder / "language.toml")["inflection"]["irregular"]
        self._classes = _classes(folder / "acled_words.toml")
        self._forms: dict[tuple[str, ...], set[str]] = {}
        self.lines = tuple(self._read(folder / "acled_types.csv"))
        named = {f"@{_FIXED}", *(part for rule in self.lines for part in _parts(rule))}
        self.unused = sorted(name for name in self._classes if f"@{name}" not in named)
        for name in named:
            phrases = self._classes.get(name[1:], ()) if name.startswith("@") else (name,)
            for phrase in phrases:
                for form in _surfaces(phrase, irregular):
                    self._forms.setdefault(form, set()).add(name)
        self._longest = max(map(len, self._forms), default=0)

    def hits(self, text: str) -> dict[str, list[Place]]:
        """Where phrases and classes of the rules stand in a text; hyphens part words, capitals do not matter."""
        words = [match.group().lower().replace("’", "'") for match in _WORD.finditer(text)]
        bare = [word.removesuffix("'s").removesuffix("'") for word in words]
        found: dict[str, list[Place]] = {}
        for first in range(len(bare)):
            for last in range(first + 1, min(first + self._longest, len(bare)) + 1):
                for name in self._forms.get(tuple(bare[first:last]), ()):
                    found.setdefault(name, []).append((first, last))
        fixed = found.pop(f"@{_FIXED}", [])
        return {name: [place for place in places if not _in_any(place, fixed)] for name, places in found.items()}

    def _read(self, path: Path) -> Iterable[Rule]:
        for row, where in read_rows(path):
            if tuple(row) != _COLUMNS:
                raise ConfigError(f"{path}: the header must be {','.join(_COLUMNS)}.")
            try:
                points = int(row["points"])
            except ValueError:
                raise ConfigError(f"{where}: points must be a whole number, not '{row['points']}'.") from None
            if row["scope"] not in ("", "text"):
                raise ConfigError(f"{where}: scope is empty (a sentence) or 'text', not '{row['scope']}'.")
            yield Rule(
                label=row["label"],
                points=points,
                whole_text=row["scope"] == "text",
                events=frozenset(_event(cell, where) for cell in parts(row["events"])),
                actors=frozenset(parts(row["actors"])),
                recipients=frozenset(parts(row["recipients"])),
                words=self._patterns(row["words"], where),
                without=self._patterns(row["without"], where),
                where=where,
            )

    def _patterns(self, text: str, where: str) -> tuple[Pattern, ...]:
        patterns = tuple(
            Pattern(tuple(tuple(p.strip() for p in group.split(">")) for group in alternative.split("&")))
            for alternative in parts(text)
        )
        for name in (part for pattern in patterns for group in pattern.groups for part in group):
            if not name or (name.startswith("@") and name[1:] not in self._classes):
                raise ConfigError(f"{where}: there is no class of words called '{name}' in acled_words.toml.")
        return patterns


def _classes(path: Path) -> dict[str, tuple[str, ...]]:
    """The classes of words, with `@other` in a list replaced by the words of that class (named before it)."""
    classes: dict[str, tuple[str, ...]] = {}
    for name, words in read_toml(path).items():
        spelt: list[str] = []
        for word in words:
            if word.startswith("@") and word[1:] not in classes:
                raise ConfigError(f"{path}: the class '{name}' names {word}, which does not stand before it.")
            spelt.extend(classes[word[1:]] if word.startswith("@") else (word,))
        classes[name] = tuple(spelt)
    return classes


def _event(text: str, where: str) -> tuple[str, str]:
    kind, _, mode = text.partition(":")
    if kind not in EVENT_TYPES:
        raise ConfigError(f"{where}: {kind} is no PLOVER type.")
    return kind, mode


def _parts(rule: Rule) -> Iterable[str]:
    return (part for pattern in (*rule.words, *rule.without) for group in pattern.groups for part in group)


def _surfaces(phrase: str, irregular: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, ...]]:
    """A phrase in all forms of its first and last word; `=word` stands for that form alone."""
    words = phrase.lower().split()
    shapes = [_shapes(word, irregular, at in (0, len(words) - 1)) for at, word in enumerate(words)]
    return product(*shapes)


def _shapes(word: str, irregular: Mapping[str, Sequence[str]], inflected: bool) -> tuple[str, ...]:
    if word.startswith("="):
        return (word[1:],)
    if not inflected:
        return (word,)
    return tuple(sorted({word, *inflections(word, "verb"), *inflections(word, "noun"), *irregular.get(word, ())}))


def _in_any(place: Place, phrases: Iterable[Place]) -> bool:
    """Whether a place is a part of one of the phrases, and not the whole of it."""
    return any(first <= place[0] and place[1] <= last and place != (first, last) for first, last in phrases)


def _chain_stands(chain: Sequence[str], hits: Hits) -> bool:
    """Whether the parts of a chain follow each other, each near the one before it."""
    ends = {last for _, last in hits.get(chain[0], ())}
    for name in chain[1:]:
        ends = {last for first, last in hits.get(name, ()) if any(0 <= first - end <= NEAR for end in ends)}
    return bool(ends)

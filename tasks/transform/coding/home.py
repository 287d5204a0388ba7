"""Says in which country an article is at home whose names of the codebook do not: by the large towns that it names."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.gazetteer import Town, town_among

_LOOKED_AT: Final = 1_500
"""Characters of title and body that are read: where an article happens it says at its beginning."""
_MOST_WORDS: Final = 5
"""Words that the name of a town may have."""
_WORD: Final = r"[A-Z]\w+(?:['’-][A-Z]\w*)*"
_RUN: Final = rf"(?:St\. )?{_WORD}(?: {_WORD})*"
"""Capitalised words in a row: a town, or a longer name that only begins with one ("London Breed")."""
_DATELINE: Final = re.compile(
    r"\W{0,3}([A-Z][A-Za-z'’. -]{2,30}?)(?:, [^—–\n]{2,25}?)?(?: ?\([^)\n]{2,30}\))? ?(?:—|–|--| - )"
)
_BEHIND: Final = re.compile(r"(?:['’]s?)?(?: (\w+))?(?: (\w+))?")
_TIED: Final = re.compile(r"-([a-z]+)\b")


class HomeFinder:
    """Finds where an article is at home; built once from a codebook, then only read."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["places"]
        self._names = codebook.names
        self._not_homes = frozenset((*words["not_alone"], *words["ambiguous"], *words["not_homes"]))
        self._suffixes = frozenset(words["home_suffixes"])
        self._bodies = frozenset(words["home_bodies"])
        self._before = frozenset(words["home_before"])
        self._openers = frozenset((*codebook.language["numbers"]["words"], "the", "a", "an"))
        self._agents = codebook.forms_of(codebook.agents, "noun")
        before, between = ("|".join(words[key]) for key in ("home_before", "home_between"))
        self._runs = re.compile(rf"(\b(?i:{before}) (?:(?:{between}) ){{0,2}})?(?<![\w@#.-])({_RUN})")

    def country(self, title: str, body: str) -> str:
        """The country of at least two thirds of the large towns that a title and the beginning of its body name as
        places, each as often as it is named; "" where none stands out.

        Towns of the title that nothing marks as places ("Philadelphia passes a bill") count where no others are named.
        """
        in_title, in_body = (list(self._towns(text[:_LOOKED_AT])) for text in (title, body))
        marked = [town.country for town, is_marked in (*in_title, *in_body) if is_marked]
        if (line := _DATELINE.match(body)) is not None and (town := self._known(line[1].title())) is not None:
            marked.append(town.country)
        return _standing_out(marked or [town.country for town, _ in in_title])

    def _towns(self, text: str) -> Iterator[tuple[Town, bool]]:
        """Large towns that are no part of a longer name, each with whether it stands where a place stands."""
        for match in self._runs.finditer(text):
            start, end = match.span(2)
            words = match[2].split(" ")
            first = words[0].lower()
            behind = bool(match[1]) or first in self._before
            if len(words) > 1 and (first in self._openers or first in self._before):
                start += len(words.pop(0)) + 1
            found = self._first_town(words)
            if found is None and len(words) > 1 and _opens(text, start) and self._acts(text, end):
                start += len(words.pop(0)) + 1  # "Retired Memphis officers"
                found = self._first_town(words)
            if found is None:
                continue
            town, length = found
            at = start + len(" ".join(words[:length]))
            tied = _TIED.match(text, at)
            if tied is not None:
                if tied[1] in self._suffixes:
                    yield town, True
            elif length == len(words):
                yield town, behind or text[at : at + 1] in ("'", "’") or self._acts(text, at)
            elif self._acts(text, at):
                yield town, True

    def _first_town(self, words: list[str]) -> tuple[Town, int] | None:
        """The town with which a row of words begins, of most words, and of how many."""
        lengths = range(min(len(words), _MOST_WORDS), 0, -1)
        return next(((town, n) for n in lengths if (town := self._known(" ".join(words[:n]))) is not None), None)

    def _acts(self, text: str, end: int) -> bool:
        """Whether those who act stand behind a town, or a body of it: "Memphis jail deputies", "Chicago's mayor"."""
        behind = _BEHIND.match(text, end)
        first, second = behind.groups("") if behind is not None else ("", "")
        return first in self._bodies or first.lower() in self._agents or (first.islower() and second in self._agents)

    def _known(self, name: str) -> Town | None:
        """The large town of a name that is no other word, no other town's, and none of the codebook."""
        return None if name in self._not_homes or name in self._names else town_among(name, ())


def _standing_out(countries: list[str]) -> str:
    """The country that is at least two thirds of some."""
    if not countries:
        return ""
    (country, most), *_ = Counter(countries).most_common(1)
    return country if 3 * most >= 2 * len(countries) else ""


def _opens(text: str, start: int) -> bool:
    """Whether a sentence begins at a place, so that its first word has a capital whatever it is."""
    return text[:start].rstrip(" \n\"'“‘")[-1:] in ("", ".", "?", "!", ":")

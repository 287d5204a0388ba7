"""Remembers the people whom one article names: where, by which surname, man or woman."""

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name
from tasks.transform.coding.parties import Party
from tasks.transform.coding.quote_marks import Marked

PARAGRAPHS_BACK: Final = 3
"""Paragraphs before its own in which the person behind a pronoun may be named last."""
BREAK: Final = re.compile(r"[.?!…][\"”’»)]*\s+[\"“«„‘(]?[^\W\d_a-z]|\n")
"""Where a sentence ends and another begins, as far as marks and capitals tell."""
_OFTEN: Final = 2
"""Somebody who speaks this often under one capitalised word is taken for a person."""
_AFTER_NAME: Final = re.compile(r"[a-z.] ")
"""What stands before a surname that has a first name or an initial before it."""
_SURNAME: Final = r"(?:(?:al|el|de|da|di|van|von|der|bin|ibn|le|la)[ -]){0,2}[^\W\d_a-z][\w’'-]*\w"


@dataclass(frozen=True, slots=True, order=True)
class _Mention:
    start: int
    party: Party = field(compare=False)


@dataclass(slots=True)
class Memory:
    """The people of one article, in the order of the text, with what is known of each."""

    body: str
    mentions: list[_Mention] = field(default_factory=list)
    by_surname: dict[str, Party] = field(default_factory=dict)
    genders: dict[str, str] = field(default_factory=dict)
    _rarer: str = "woman"
    """In news of conflict most people named are men, so that "she" wants somebody known to be a woman first."""

    def add(self, start: int, party: Party, gender: str = "") -> None:
        """Keep a person who is named, or meant by a pronoun, at `start`."""
        insort(self.mentions, _Mention(start, party))
        if gender:
            self.genders.setdefault(party.name, gender)
        parts = party.name.split()
        if len(parts) > 1:
            known = self.by_surname.get(parts[-1])
            if known is None or (party.role and not known.role) or (party.country and not known.country):
                self.by_surname[parts[-1]] = party

    def meant(self, position: int, gender: str) -> Party | None:
        """Whom "he" or "she" at a position means: the first person named in the last sentence that names one.

        The first is the subject as a rule. Only people of whom nothing speaks against the gender, no further back than
        three paragraphs.
        """
        return self._last(position, gender, sure=gender == self._rarer) or self._last(position, gender, sure=False)

    def _last(self, position: int, gender: str, *, sure: bool) -> Party | None:
        """The person meant; `sure`: only people of whom the gender is known."""
        chosen: _Mention | None = None
        for mention in reversed(self._before(position)):
            if self.genders.get(mention.party.name, "" if sure else gender) != gender:
                continue
            between = self.body[mention.start : chosen.start if chosen else position]
            if chosen is not None and BREAK.search(between):
                break
            if chosen is None and sum(1 for p in between.split("\n") if p.strip()) > PARAGRAPHS_BACK + 1:
                break
            chosen = mention
        return chosen.party if chosen else None

    def with_role(self, position: int, word: str) -> Party | None:
        """The last person named before a position whose role holds a word: "the minister"."""
        people = (m.party for m in reversed(self._before(position)))
        return next((p for p in people if word in p.role.lower().split()), None)

    def _before(self, position: int) -> list[_Mention]:
        return self.mentions[: bisect_left(self.mentions, position, key=lambda m: m.start)]


def _occurrences(body: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where some words stand whole, in order; of those that overlap the first, and the longer of two at one place.

    They begin and end with letters or digits. To look for each is faster than to make a pattern of them for one body.
    """
    found: list[tuple[int, int]] = []
    for word in words:
        at = body.find(word)
        while at >= 0:
            end = at + len(word)
            if not _is_of_word(body[at - 1 : at]) and not _is_of_word(body[end : end + 1]):
                found.append((at, end))
            at = body.find(word, at + 1)
    found.sort(key=lambda span: (span[0], -span[1]))
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"


class PeopleFinder:
    """Finds the people of an article by the codebook's names, and others by first names and forms of address."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["quotes"]
        self._first_names: Mapping[str, str] = {
            name: gender for gender in ("man", "woman") for name in words["first_names"][gender]
        }
        self._address: Mapping[str, str] = {
            word: gender for gender in ("man", "woman") for word in words["address"][gender]
        }
        firsts = "|".join(sorted(self._first_names, key=len, reverse=True))
        address = "|".join(sorted(self._address, key=len, reverse=True))
        saying = set(codebook.language["clauses"]["saying"])
        said = "|".join(sorted(codebook.forms_of(saying, "verb")))
        self._speaking = re.compile(rf"\b({_SURNAME})\s+(?:{said})\b|[\"”’,]\s(?:{said})\s({_SURNAME})\b")
        small = codebook.language["case"]["small"]
        pronouns = (w for words_of in codebook.language["pronouns"].values() for w in words_of)
        weekdays = codebook.language["dates"]["weekdays"]
        self._common = frozenset((*codebook.forms, *small, *weekdays, *pronouns, *words["not_people"]))
        initials = "".join(sorted({re.escape(name[0]) for name in (*self._first_names, *self._address)}))
        addressed = rf"(?P<address>{address})\.? (?:[^\W\d_a-z]\w+ )?"
        named = rf"(?P<first>{firsts}) (?:[A-Z]\. )?"
        # The first letter spares trying all the names at every word.
        self._named = re.compile(rf"\b(?=[{initials}])(?:{addressed}|{named}){_SURNAME}\b")

    def memory(self, body: str, names: Sequence[Name], spans: Sequence[Marked]) -> Memory:
        """What a body tells before anything is parsed; people whom quotations name do not count for pronouns."""
        memory = Memory(body)
        for start, party, gender in sorted(self._people(body, names), key=lambda found: found[0]):
            if any(span.start <= start < span.end for span in spans):
                continue
            memory.add(start, party, gender)
        return memory

    def _people(self, body: str, names: Sequence[Name]) -> Iterator[tuple[int, Party, str]]:
        taken: set[int] = set()
        places: set[int] = set()
        for name in names:
            entry = name.entry
            (places if entry.kind == "place" else taken).update(range(name.start, name.end))
            if entry.kind == "person":
                party = Party(
                    name.start,
                    name.end,
                    name.text,
                    entry.name,
                    entry.country,
                    entry.sector,
                    entry.role,
                    "name",
                    "person",
                )
                yield name.start, party, self.gender(entry.name)
        full: dict[str, str] = {}
        for match in (*self._named.finditer(body), *self._speakers(body)):
            start, end = match.span()
            if not taken.isdisjoint(range(start, end)) or places.issuperset(range(start, end)):
                continue
            taken.update(range(start, end))
            words, gender = match.group(), self.gender(match.group())
            if self.is_address(words.split(" ", 1)[0]):
                words = words.split(" ", 1)[1]
            if " " in words:
                full.setdefault(words.rsplit(" ", 1)[-1], words)
            yield start, Party(start, end, words, words, "", "", "", "unknown", "person"), gender
        if full:
            for start, end in _occurrences(body, full):
                if taken.isdisjoint(range(start, end)):
                    word = body[start:end]
                    yield start, Party(start, end, word, full[word], "", "", "", "unknown", "person"), ""

    def _speakers(self, body: str) -> Iterator[re.Match[str]]:
        """The full names of those who speak under their surname: two capitalised words, the second beside "said"."""
        found = Counter(one or other for one, other in self._speaking.findall(body))
        surnames = [word for word in found if word.lower() not in self._common and not word.isupper()]
        if any(_AFTER_NAME.search(body, start - 2, start) for start, _ in _occurrences(body, surnames)):
            either = "|".join(re.escape(word) for word in sorted(surnames, key=len, reverse=True))
            for match in re.finditer(rf"\b([^\W\d_a-z][\w’'-]*[a-z]) (?:[A-Z]\. )?(?:{either})\b", body):
                if match[1].lower() not in self._common:
                    yield match
        often = [word for word in surnames if found[word] >= _OFTEN]
        if often:
            yield from re.finditer("|".join(rf"\b{re.escape(word)}\b" for word in often), body)

    def gender(self, name: str) -> str:
        """`man`, `woman`, or nothing where the first name or form of address does not tell."""
        first = name.split(" ", 1)[0].rstrip(".")
        return self._address.get(first) or self._first_names.get(first, "")

    def is_address(self, word: str) -> bool:
        """Whether a word is a form of address: "Mr", "Mrs."."""
        return word.rstrip(".") in self._address

"""Finds where an article introduces a person whom the codebook does not know: country or body, role and full name."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.gazetteer import town
from tasks.transform.coding.names import Name, within
from tasks.transform.coding.person_names import PersonName, PersonNames, Word, words_of
from tasks.transform.coding.roles import Role, Roles
from tasks.transform.coding.sentences import Sentence

_LANDS: Final = ("country", "place")
_AGAINST_THE_STATE: Final = ("REB", "OPP")
"""Sectors that a word of the role gives to any noun ("rebel commander")."""
_CLOSING: Final = frozenset(",.;:!?)–—-")
"""Marks of which one must stand behind an apposition."""
_LONG_WORD: Final = 4
_LEAST_SMALL: Final = 0.3
"""Of a sentence's longer words at least this share is in small letters; in others every word has its capital."""

_NEARBY: Final = 4
_MOST_CAPITALS: Final = 2
"""So many words with a capital among the next ones, which are no names, and it is a title within a sentence."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """A person whom an article introduces: offsets of the whole introduction and of the name in it, and who it is.

    `country` is empty for those who serve an international body; `sector` stands in its place then.
    """

    start: int
    end: int
    name_start: int
    name_end: int
    name: str
    surname: str
    country: str
    sector: str
    role: str


class IntroductionFinder:
    """Finds introductions by their words alone, without a parse; made to be sure rather than complete.

    Four shapes are read: "Armenia's Defence Minister Suren P.", "Ukraine's envoy, Olena H.,", "Olena H., the Ukrainian
    envoy," and, with the country behind, "the envoy of Ukraine, Olena H.," or "envoy Olena H. of Ukraine".
    """

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["introductions"]
        self._roles = Roles(codebook)
        self.people = PersonNames(codebook, self._roles.stopping)
        self._about = frozenset(words["about"])
        self._articles = frozenset(words["articles"])
        self._after = frozenset(words["after"])
        self._serving = frozenset(words["serving"])
        places: Mapping[str, Any] = codebook.language["places"]
        motion = (word for some in places["motion"].values() for word in some)
        self._prepositions = frozenset((*places["locative"], *motion, *words["within"]))
        self._countries = frozenset(
            name for name, entries in codebook.names.items() if any(e.kind == "country" for e in entries)
        )
        sport = codebook.language["quiet"]["sport"]
        self._sport = frozenset(word for word in sport if " " not in word)

    def find(self, body: str, sentences: Sequence[Sentence], names: Sequence[Name]) -> list[Introduction]:
        """The introductions of a body, in order; `names` are those of the codebook, in order."""
        found: list[Introduction] = []
        countries = {(name.entry.country, name.entry.name) for name in names if name.entry.country}
        for sentence in sentences:
            here = within(names, sentence.start, sentence.end)
            if not here or not any(_can_own(name) for name in here):
                continue
            lower = [word.lower() for word in sentence.words]
            if self._roles.heads.isdisjoint(lower) or not self._sport.isdisjoint(lower):
                continue
            found.extend(self._in_sentence(body, sentence, here, countries))
        return found

    def _in_sentence(
        self, body: str, sentence: Sentence, names: Sequence[Name], countries: set[tuple[str, str]]
    ) -> Iterator[Introduction]:
        words = words_of(body[sentence.start : sentence.end], sentence.start)
        taken = 0
        for owner in names:
            if not _can_own(owner) or owner.start < taken or not self._is_of_here(owner, countries):
                continue
            first = bisect_left(words, owner.start, key=lambda word: word.start)
            after = bisect_left(words, owner.end, key=lambda word: word.start)
            if first == len(words) or words[first].start != owner.start or words[after - 1].end != owner.end:
                continue
            for start, person, role in self._around(words, first, after, owner, names):
                if not self._is_unknown(person, names):
                    continue
                if self._is_about(owner, role):
                    continue
                country, sector = _code(owner, role)
                end = max(person.end, owner.end, role.end)
                if not sector or not _is_prose(words, start, end, names):
                    continue
                yield Introduction(
                    start, end, person.start, person.end, person.name,
                    self.people.surname(person.parts, country), country, sector, role.text,
                )  # fmt: skip
                taken = end
                break

    def _around(
        self, words: Sequence[Word], first: int, after: int, owner: Name, names: Sequence[Name]
    ) -> Iterator[tuple[int, PersonName, Role]]:
        """Where an introduction with this owner begins, the person and the role: the likeliest reading first."""
        owned = after < len(words) and words[after].lower in ("'s", "’s", "'", "’")
        begin = after + owned
        before = words[first - 1].lower if first else ""
        free = owned or owner.entry.form == "adjective"
        bare_in_phrase = not free and owner.entry.kind in _LANDS and before in self._prepositions
        if not bare_in_phrase and not before.endswith("-"):
            yield from self._role_first(words, first, begin, free, names)
            yield from self._name_first(words, first, begin, free, names)
        if before:
            yield from self._owner_last(words, first, after, owner)

    def _role_first(
        self, words: Sequence[Word], first: int, begin: int, free: bool, names: Sequence[Name]
    ) -> Iterator[tuple[int, PersonName, Role]]:
        """`OWNER ROLE Name` and `OWNER ROLE, Name,`."""
        for role, after in self._roles.after(words, begin, free, _ends(names)):
            started = self._roles.with_state_before(words, first, role)
            if started is None:
                return
            start, stated = started
            if (person := self.people.at(words, after)) is not None:
                yield start, person, stated
                return
            if after < len(words) and words[after].text == ",":
                person = self.people.at(words, after + 1)
                if person is not None and self._is_closed(words, person.last):
                    yield start, person, stated
                    return

    def _name_first(
        self, words: Sequence[Word], first: int, begin: int, free: bool, names: Sequence[Name]
    ) -> Iterator[tuple[int, PersonName, Role]]:
        """`Name, the OWNER ROLE,`."""
        person = self._before_comma(words, first)
        if person is None:
            return
        for role, after in self._roles.after(words, begin, free, _ends(names)):
            if self._is_closed(words, after):
                started = self._roles.with_state_before(words, first, role)
                if started is not None:
                    yield person.start, person, started[1]
                return

    def _owner_last(
        self, words: Sequence[Word], first: int, after: int, owner: Name
    ) -> Iterator[tuple[int, PersonName, Role]]:
        """`ROLE of OWNER Name`, `ROLE Name of OWNER` and `Name, the ROLE of OWNER,`."""
        at = first - 1
        if at >= 0 and words[at].lower in self._articles:
            at -= 1
        if at < 1 or words[at].lower not in self._serving:
            return
        role = self._roles.before(words, at)
        if role is None:
            if (person := self.people.before(words, at)) is not None and words[at].lower == "of":
                role = self._roles.before(words, person.first)
                if role is not None:
                    yield role.start, person, role
            return
        if (
            owner.entry.kind in _LANDS
            and owner.entry.form == "name"
            and (person := self.people.at(words, after)) is not None
        ):
            yield role.start, person, role
            return
        served, end = self._roles.body(words, after, role)
        if self._is_closed(words, end):
            if (person := self._before_comma(words, role.first)) is not None:
                yield person.start, person, served
            elif end < len(words) and words[end].text == ",":
                named = self.people.at(words, end + 1)
                if named is not None and self._is_closed(words, named.last):
                    yield role.start, named, served

    def _before_comma(self, words: Sequence[Word], at: int) -> PersonName | None:
        """The name before a comma that stands before words[at]; an article and the words of a past role are passed."""
        index = at - 1
        while index >= 0 and (words[index].lower in self._articles or words[index].lower in self._roles.states):
            index -= 1
        if index >= 0 and words[index].text == ",":
            return self.people.before(words, index)
        return None

    def _is_closed(self, words: Sequence[Word], at: int) -> bool:
        return at >= len(words) or words[at].text in _CLOSING or words[at].lower in self._after

    def _is_of_here(self, owner: Name, countries: set[tuple[str, str]]) -> bool:
        """Whether a body is the one that the codebook means: many countries have a "Supreme Court".

        It is if its name holds that of a country, or another name of its country stands in the article. `countries`:
        (country, name) of all its names.
        """
        entry = owner.entry
        if entry.kind in _LANDS or not entry.country:
            return True
        if any(word.text in self._countries for word in words_of(owner.text, 0)):
            return True
        return any(country == entry.country and name != entry.name for country, name in countries)

    def _is_about(self, owner: Name, role: Role) -> bool:
        """Whether a country is what the role is about: "the Syria envoy" is not Syria's, "the US envoy" is."""
        entry = owner.entry
        bare = entry.kind == "country" and entry.form == "name" and not owner.text.replace(".", "").isupper()
        follows = owner.end + 1 == role.start
        return bare and follows and role.text.lower().split()[-1] in self._about

    @staticmethod
    def _is_unknown(person: PersonName, names: Sequence[Name]) -> bool:
        """Whether no name of the codebook reaches into a person's name, but that of a person learned before."""
        inside = [name for name in names if name.start < person.end and person.start < name.end]
        if any(not name.entry.learned for name in inside):
            return False
        return town(person.name, frozenset()) is None


def _can_own(name: Name) -> bool:
    """Whether a role may be its: countries, bodies and groups, and places that are no two countries'."""
    entry = name.entry
    if entry.form == "people" or entry.kind == "person":
        return False
    return bool(entry.country or entry.sector) and not (entry.kind == "place" and entry.tied_to)


def _code(owner: Name, role: Role) -> tuple[str, str]:
    """Country and sector of somebody with a role there; no sector where neither owner nor role tells it."""
    entry = owner.entry
    of_owner = entry.sector if entry.kind in ("organisation", "group") else ""
    if not entry.country:
        return "", entry.sector
    if (entry.form == "seat" or entry.kind == "place") and role.sector not in ("GOV", "LEG", ""):
        return entry.country, ""
    if of_owner in ("REB", "IMG"):
        return entry.country, of_owner
    if role.of_a_body or role.body_sector in _AGAINST_THE_STATE:
        return entry.country, role.body_sector or of_owner or role.sector
    if role.sector == "GOV" and of_owner not in ("", "CVL", "PTY"):
        return entry.country, of_owner
    return entry.country, role.sector


def _ends(names: Sequence[Name]) -> dict[int, Name]:
    return {name.start: name for name in names}


def _is_prose(words: Sequence[Word], start: int, end: int, names: Sequence[Name]) -> bool:
    """Whether a sentence is written in small letters around an introduction, rather than like a title."""
    spans = [(start, end), *((name.start, name.end) for name in names)]
    others = [word for word in words if not any(first <= word.start < last for first, last in spans)]
    behind = [word.text for word in words if word.start >= end][:_NEARBY]
    shown = {word.text for word in others if word.text[0].isupper()}
    if sum(text in shown for text in behind) >= _MOST_CAPITALS:
        return False
    long = [word.text for word in others if len(word.text) >= _LONG_WORD]
    return sum(text[0].islower() for text in long) >= _LEAST_SMALL * len(long)

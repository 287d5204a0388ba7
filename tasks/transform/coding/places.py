"""Finds where an event happened: the place that hangs on its act or parties, rather than any of the sentence."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.act_scope import ANY, BEFORE, ActScope, is_verbal, outer_word
from tasks.transform.coding.clauses import MODIFIERS, NOUN_TAGS, Parsed, conjuncts
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.gazetteer import WELL_KNOWN, town_among
from tasks.transform.coding.names import Name
from tasks.transform.coding.tokens import Token

_PASSIVE: Final = "nsubjpass"
_HOME: Final = re.compile(r",? \(?(?=[A-Z])")
"""What lies between a town and the state or country that tells it from its namesakes: "Gori, Georgia"."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as an event has it; offsets into the body. `tied_to` is the second country of a contested place."""

    start: int
    end: int
    text: str
    name: str
    country: str
    precision: str
    admin1: str = ""
    latitude: float | None = None
    longitude: float | None = None
    geonames_id: int | None = None
    tied_to: str = ""


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a place is looked for in: the sentence, the event, and the countries that count, the surest first.

    `sure` are those of the sentence and the one that the article names most often.
    """

    parsed: Parsed
    event: Coded
    countries: Sequence[str]
    sure: Sequence[str]


class PlaceFinder:
    """Resolves places of events."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["places"]
        self._scope = ActScope(codebook)
        self._locative: tuple[str, ...] = tuple(words["locative"])
        self._motion: Mapping[str, list[str]] = words["motion"]
        self._to = self._motion["CONSULT"]
        self._with_objects = frozenset(words["place_objects"])
        self._travel = frozenset(words["travel"])
        self._by_word = frozenset(words["by_word"])
        self._kinds = frozenset(words["kinds"])
        self._region_kinds: tuple[str, ...] = tuple(words["region_kinds"])
        self._at_governments = frozenset(words["at_governments"])
        self._not_alone = frozenset((*words["not_alone"], *words["ambiguous"]))
        self._removal = frozenset(words["removal"])
        self._origins = frozenset(words["origins"])
        self._relative = frozenset(words["relative"])
        self._days = frozenset((*codebook.language["dates"]["months"], *codebook.language["dates"]["weekdays"]))
        self._places = codebook.places

    def place(self, parsed: Parsed, event: Coded, article: Sequence[str] = ()) -> Place | None:
        """The place of an event, or None when its sentence names none for it.

        `article` are the countries that the article names, those named most often first: they tell which of several
        towns of one name is meant. Of what hangs on one word, a town or region is preferred to a country.
        """
        here = [n.entry.country for n in parsed.names if n.entry.country]
        mine = [p.country for p in (*event.actors, *event.recipients) if p.country]
        scene = _Scene(parsed, event, list(dict.fromkeys((*here, *mine, *article))), [*here, *article[:1]])
        for candidates in self._tiers(scene):
            found = [place for token in candidates if (place := self._resolve(scene, token)) is not None]
            if found:
                return next((p for p in found if p.precision != "country"), found[0])
        return None

    def _tiers(self, scene: _Scene) -> Iterator[list[Token]]:
        """Words that can name the place, the surest first: what hangs on the act, on its objects, on who did it."""
        parsed, event = scene.parsed, scene.event
        spoken = event.event_type in self._by_word
        sharing = list(self._scope.sharing(parsed, event.trigger, outer_word(parsed, event), spoken=spoken))
        acts = [(s.token, s.what) for s in sharing if s.what in (ANY, BEFORE)]
        yield list(self._antecedents(parsed, event.trigger))
        for act, what in acts:
            yield [t for t in self._behind(parsed, act, self._locative) if what == ANY or t.i < act.i]
            if not is_verbal(parsed, act):
                yield [c for c in act.lefts if c.dep_ in MODIFIERS and c.dep_ != "poss" and self._is_site(scene, c)]
        for act, what in acts:
            if what == ANY:
                yield list(self._ends(scene, act))
        for act, _ in acts[:1]:
            yield [t for noun in self._objects(scene, act) for t in self._behind(parsed, noun, self._locative)]
        for act, _ in acts:
            subjects = (c for c in act.children if c.dep_ in ("nsubj", "agent"))
            heads = [p for c in subjects for p in ([c] if c.dep_ == "nsubj" else c.children)]
            yield [t for noun in heads for t in self._behind(parsed, noun, ("in", "at", "near", "outside"))]

    def _antecedents(self, parsed: Parsed, verb: Token) -> Iterator[Token]:
        """The place before a relative clause: "Hanoi, Vietnam, where Biden met"."""
        if verb.dep_ == "relcl" and any(parsed.lower[c.i] in self._relative for c in verb.lefts):
            yield from (verb.head.head, verb.head) if verb.head.dep_ == "appos" else (verb.head,)

    def _ends(self, scene: _Scene, act: Token) -> Iterator[Token]:
        """Places that the act is done to: its object, or where its kind of motion begins or ends."""
        parsed, event = scene.parsed, scene.event
        travels = self._is_any(parsed, act, self._travel)
        own = act.i == event.trigger.i
        to_places = own and event.event_type in self._with_objects
        if not (travels or (own and event.event_type not in self._by_word)):
            return
        prepositions = self._motion.get(event.event_type, ()) if own and not travels else self._to
        if own and self._is_any(parsed, act, self._removal):
            taken = [c for c in act.children if c.dep_ in ("dobj", _PASSIVE)]
            taken.extend(self._behind(parsed, act, ("of",)))
            for anchor in (act, *taken):
                yield from self._behind(parsed, anchor, ("from", "out"))
        for token in self._behind(parsed, act, prepositions):
            if to_places or travels or not _is_party(parsed, token, event):
                yield token
        for child in act.children if to_places or travels else ():
            if child.dep_ in ("dobj", _PASSIVE):
                forced = event.event_type == "COERCE"  # "forced Ukraine into concessions" happened anywhere
                yield from (t for t in conjuncts(child) if not (forced and _is_party(parsed, t, event)))
                if to_places:
                    yield from self._behind(parsed, child, [p for p in prepositions if p not in self._origins])

    @staticmethod
    def _is_any(parsed: Parsed, token: Token, lemmas: frozenset[str]) -> bool:
        """Whether a verb or noun is one of some lemmas."""
        return bool({*parsed.lemmas(token, "verb"), *parsed.lemmas(token, "noun")} & lemmas)

    def _objects(self, scene: _Scene, act: Token) -> Iterator[Token]:
        """The objects of an act whose place is the act's: those of a deed, and people ("met Aliyev in Brussels")."""
        parsed = scene.parsed
        by_word = scene.event.event_type in self._by_word
        for child in act.children:
            nouns = [child] if child.dep_ in ("dobj", _PASSIVE) else []
            if child.dep_ in ("prep", "agent"):
                nouns = [p for p in child.children if p.dep_ == "pobj"]
            for noun in (t for n in nouns for t in conjuncts(n)):
                name = parsed.name_of.get(noun.i)
                is_person = name.entry.kind == "person" if name is not None else noun.tag_ == "NNP"
                if self._scope.is_event(parsed, noun) and child.dep_ != _PASSIVE:
                    continue  # "aid for the war in Ukraine" is given elsewhere
                if is_person or child.dep_ == _PASSIVE or (not by_word and (is_verbal(parsed, act) or name is None)):
                    yield noun

    @staticmethod
    def _behind(parsed: Parsed, anchor: Token, prepositions: Sequence[str]) -> Iterator[Token]:
        """The nouns behind some prepositions that hang on a word, those of the first preposition first."""
        by_word: dict[str, list[Token]] = {}
        for child in anchor.children:
            if child.dep_ in ("prep", "agent", "advmod", "dative"):
                carriers = [child, *(c for c in child.children if c.dep_ == "prep")]
                pobjs = [t for c in carriers for p in c.children if p.dep_ == "pobj" for t in conjuncts(p)]
                by_word.setdefault(parsed.lower[child.i], []).extend(pobjs)
        for word in prepositions:
            yield from by_word.get(word, ())

    def _is_site(self, scene: _Scene, modifier: Token) -> bool:
        """Whether a name before an event noun is where it was, and not who did it: "the Minsk talks"."""
        if scene.event.trigger.i != modifier.head.i or _is_party(scene.parsed, modifier, scene.event):
            return False
        name = scene.parsed.name_of.get(modifier.i)
        return name is not None and (name.text in self._places or name.entry.form == "seat")

    def _resolve(self, scene: _Scene, token: Token) -> Place | None:
        """The place that a noun names, by the codebook's places, the gazetteer, or as a country."""
        parsed = scene.parsed
        name = parsed.name_of.get(token.i)
        if name is not None:
            is_seat = name.entry.form == "seat" and token.dep_ == "pobj"
            return None if is_seat and parsed.lower[token.head.i] in self._at_governments else self._named(scene, name)
        is_proper = token.tag_ in ("NNP", "NNPS")
        first = token
        while (
            first.i
            and parsed.tokens[first.i - 1].tag_ in ("NNP", "NNPS")
            and parsed.tokens[first.i - 1].dep_ == "compound"
        ):
            first = parsed.tokens[first.i - 1]
        place = None
        if is_proper:
            # Behind "to" stand people as often as towns: "gave it to Kent".
            least = WELL_KNOWN if token.dep_ == "pobj" and parsed.lower[token.head.i] in self._to else 0
            place = self._town(scene, parsed.start(first), parsed.end(token), [], alone=True, least=least)
        if place is None and any(lemma in self._kinds for lemma in parsed.lemmas(token, "noun")):
            return self._of_kind(scene, token)
        return place

    def _of_kind(self, scene: _Scene, token: Token) -> Place | None:
        """The place that "the city of Goris", "the Lachin corridor" or "the border town, Kornidzor," names."""
        parsed = scene.parsed
        inner = [*self._behind(parsed, token, ("of", "in", "near")), *(c for c in token.children if c.dep_ == "appos")]
        inner.extend(c for c in token.lefts if c.dep_ in MODIFIERS)
        for word in inner:
            if word.tag_ not in NOUN_TAGS and word.i not in parsed.name_of:
                continue
            name = parsed.name_of.get(word.i)
            if name is None and word.tag_ in ("NNP", "NNPS"):
                place = self._town(scene, parsed.start(word), parsed.end(word), [], alone=False)
            else:
                place = self._resolve(scene, word)
            if place is not None:
                return self._region_of(parsed, token, place) or place
        return None

    def _region_of(self, parsed: Parsed, kind: Token, place: Place) -> Place | None:
        """The region that is called after a town: "Kursk Oblast" is not Kursk."""
        if place.precision != "city" or place.start > parsed.start(kind):
            return None
        if not any(lemma in self._region_kinds for lemma in parsed.lemmas(kind, "noun")):
            return None
        if parsed.start(kind) > place.end + 1:
            return None
        end = parsed.end(kind)
        text = parsed.cut(place.start, end)
        for called in (self._places.get(f"{place.name} {word}") for word in self._region_kinds):
            if called is not None and called.place_kind != "city":
                return Place(
                    place.start, end, text, called.name, called.country, called.place_kind, called.admin1,
                    called.latitude, called.longitude, called.geonames_id, called.tied_to,
                )  # fmt: skip
        return Place(place.start, end, text, text, place.country, "admin1", place.admin1 or text)

    def _named(self, scene: _Scene, name: Name) -> Place | None:
        home = self._home(scene.parsed, name.end)
        entry = self._places.get(name.text)
        if entry is not None and (home is None or home.entry.country in ("", entry.country)):
            return Place(
                name.start, name.end, name.text, entry.name, entry.country, entry.place_kind, entry.admin1,
                entry.latitude, entry.longitude, entry.geonames_id, entry.tied_to,
            )  # fmt: skip
        entry = name.entry
        if entry.kind == "place" and entry.place_kind == "admin1":  # a state of the United States
            return Place(name.start, name.end, name.text, entry.name, entry.country, "admin1", entry.admin1)
        if entry.form == "seat" or home is not None:
            seat_of = [entry.country] if entry.country else []
            return self._town(scene, name.start, name.end, seat_of, alone=False)
        if entry.kind == "organisation" and not entry.country:  # "in Brussels", which else is the Union
            return self._town(scene, name.start, name.end, [], alone=True)
        if entry.kind != "country" or entry.form in ("adjective", "people"):
            return None
        return Place(name.start, name.end, name.text, entry.name, entry.country, "country")

    def _town(
        self, scene: _Scene, start: int, end: int, sure: Sequence[str], *, alone: bool, least: int = 0
    ) -> Place | None:
        """A town of the gazetteer, of at least `least` inhabitants; `sure`: the countries in one of which it must lie.

        `alone`: no word beside it says that it is a place, so that names that are mostly other words need its country.
        """
        parsed = scene.parsed
        text = parsed.cut(start, end)
        home = self._home(parsed, end)
        state = home.entry.admin1 if home is not None and home.entry.country == "USA" else ""
        countries = scene.countries
        if home is not None and home.entry.country:
            sure = [home.entry.country]
        elif alone and text.lower() in self._days:
            return None
        elif alone and text in self._not_alone:
            sure = scene.sure
            if not sure:
                return None
        found = town_among(text, sure or countries, state)
        if found is None or (sure and found.country not in sure) or (home is None and found.population < least):
            return None
        return Place(
            start, end, text, found.name, found.country, "city", found.state,
            found.latitude, found.longitude, found.geonames_id,
        )  # fmt: skip

    @staticmethod
    def _home(parsed: Parsed, end: int) -> Name | None:
        """The state or country right behind a town: "Gori, Georgia", "Paris, Texas"."""
        gap = _HOME.match(parsed.text, end - parsed.sentence.start)
        if gap is None or gap.end() == gap.start() + 1:
            return None
        start = gap.end() + parsed.sentence.start
        name = next((n for n in parsed.names if n.start == start), None)
        if name is None or name.entry.form != "name" or name.entry.kind not in ("country", "place"):
            return None
        return name


def _is_party(parsed: Parsed, token: Token, event: Coded) -> bool:
    """Whether a noun is one to whom it was done, and a country: "called on Russia"."""
    name = parsed.name_of.get(token.i)
    return name is not None and any(
        p.start <= name.start and name.end <= p.end and p.kind == "country" for p in (*event.actors, *event.recipients)
    )

"""Finds where an event happened: the place that hangs on its trigger or parties, rather than any of the sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Token

from tasks.transform.coding.actors import Party
from tasks.transform.coding.clauses import MODIFIERS, Parsed, conjuncts
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.events import Coded
from tasks.transform.coding.gazetteer import town
from tasks.transform.coding.names import Name


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


class PlaceFinder:
    """Resolves places of events."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["places"]
        self._prepositions: tuple[str, ...] = tuple(words["prepositions"])
        self._kinds = frozenset(words["kinds"])
        self._not_alone = frozenset(words["not_alone"])
        self._places = codebook.places

    def place(self, parsed: Parsed, event: Coded) -> Place | None:
        """The place of an event, or None when its sentence names none for it.

        A town or region is preferred to a country, what hangs on the trigger to what hangs on the verb above it.
        """
        parties = (*event.actors, *event.recipients)
        countries = frozenset(p.country for p in parties if p.country)
        for anchor in self._anchors(parsed, event):
            places = (p for token in self._objects(parsed, anchor) if (p := self._resolve(parsed, token, countries)))
            found = [p for p in places if not _is_party(p, parties)]
            if found:
                return next((p for p in found if p.precision != "country"), found[0])
        return None

    def _anchors(self, parsed: Parsed, event: Coded) -> Iterator[Token]:
        """The words on which a place may hang: trigger, its objects and passive subject, the verb above, the root."""
        token = event.trigger
        yield token
        for child in token.children:
            if child.dep_ in ("dobj", "nsubjpass", "attr", "prep", "agent"):
                if child.dep_ in ("prep", "agent"):
                    yield from (t for p in child.children if p.dep_ == "pobj" for t in (p, *_of(parsed, p)))
                else:
                    yield child
                    yield from _of(parsed, child)
        for above in token.ancestors:
            if above.dep_ in ("ccomp",) or (parsed.is_verb(above) and above.dep_ == "ROOT" and token.dep_ == "ccomp"):
                break
            yield above

    def _objects(self, parsed: Parsed, anchor: Token) -> Iterator[Token]:
        by_word: dict[str, list[Token]] = {}
        for child in anchor.children:
            if child.dep_ in ("prep", "agent"):
                pobjs = [t for p in child.children if p.dep_ == "pobj" for t in conjuncts(p)]
                by_word.setdefault(parsed.lower[child.i], []).extend(pobjs)
        for word in self._prepositions:
            yield from by_word.get(word, ())

    def _resolve(self, parsed: Parsed, token: Token, countries: frozenset[str]) -> Place | None:
        """The place that a noun names, by the codebook's places, the gazetteer, or as a country."""
        name = parsed.name_of.get(token.i)
        is_kind = any(lemma in self._kinds for lemma in parsed.lemmas(token, "noun"))
        if name is None and is_kind:
            for inner in (*_of(parsed, token), *(c for c in token.lefts if c.dep_ in MODIFIERS)):
                if (place := self._resolve(parsed, inner, countries)) is not None:
                    return place
            for child in token.children:
                if child.dep_ == "appos" and (place := self._resolve(parsed, child, countries)) is not None:
                    return place
            return None
        if name is not None:
            return self._named(parsed, name, countries)
        if token.tag_ not in ("NNP", "NNPS"):
            return None
        first = token
        while first.i and parsed.doc[first.i - 1].tag_ == "NNP" and parsed.doc[first.i - 1].head.i == token.i:
            first = parsed.doc[first.i - 1]
        text = parsed.cut(parsed.start(first), parsed.end(token))
        return self._town(parsed, text, parsed.start(first), parsed.end(token), countries, alone=True)

    def _named(self, parsed: Parsed, name: Name, countries: frozenset[str]) -> Place | None:
        entry = self._places.get(name.text)
        if entry is not None:
            return Place(
                name.start, name.end, name.text, entry.name, entry.country, entry.place_kind, entry.admin1,
                entry.latitude, entry.longitude, entry.geonames_id, entry.tied_to,
            )  # fmt: skip
        if name.entry.kind != "country" or name.entry.form in ("adjective", "people"):
            return None
        country = name.entry.country
        if name.entry.form == "seat":
            return self._town(parsed, name.text, name.start, name.end, frozenset({country}), alone=False)
        return Place(name.start, name.end, name.text, name.entry.name, country, "country")

    def _town(
        self, parsed: Parsed, text: str, start: int, end: int, countries: frozenset[str], *, alone: bool
    ) -> Place | None:
        if alone and text in self._not_alone:
            return None
        named = frozenset(n.entry.country for n in parsed.names if n.entry.country)
        found = town(text, countries | named)
        if found is None:
            return None
        return Place(
            start, end, text, found.name, found.country, "city",
            latitude=found.latitude, longitude=found.longitude, geonames_id=found.geonames_id,
        )  # fmt: skip


def _is_party(place: Place, parties: Sequence[Party]) -> bool:
    """Whether a country is not where it happened but to whom: "called on Russia"."""
    return place.precision == "country" and any(
        p.start <= place.start and place.end <= p.end and p.kind == "country" for p in parties
    )


def _of(parsed: Parsed, token: Token) -> list[Token]:
    """The nouns in the prepositional phrases of a noun that can hold its place ("the city of Goris")."""
    return [
        t
        for child in token.children
        if child.dep_ == "prep" and parsed.lower[child.i] in ("of", "in", "from", "near")
        for p in child.children
        if p.dep_ == "pobj"
        for t in conjuncts(p)
    ]

"""Says who stands on each side of a trigger: who does the act, and to whom it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tasks.transform.coding.actors import OTHERS, ActorFinder, names_in
from tasks.transform.coding.bystanders import (
    is_at_edge,
    is_circumstance,
    is_no_addressee,
    is_sayer,
    is_venue,
    served,
)
from tasks.transform.coding.clauses import (
    MODIFIERS,
    Parsed,
    conjuncts,
    direct_objects,
    is_called,
    is_passive,
    prepositional,
)
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import OFTEN_UNKNOWN
from tasks.transform.coding.deeds import Deeds
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.parties import Article, Party, among, contested, named
from tasks.transform.coding.slots import Slots
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import Trigger, part_of_speech

_NOUN_ACTORS: Final = ("by", "poss", "between", "modifier", "light")
"""Where the actor of an event noun stands: "the attack by X", "X's attack", "the X attack", "X launched an attack"."""
_NOUN_RECIPIENTS: Final = ("of", "against", "on", "with", "to", "for", "in", "from", "over")
_INSIDE: Final = frozenset({"dobj", "prep", "xcomp", "ccomp", "dative", "attr", "acomp", "oprd"})
_PROSECUTING: Final = frozenset({"JUD", "COP", "SPY"})
"""Sectors of those whose name stands before an inquiry that they lead."""
_OF_MANY_STATES: Final = frozenset({"GOV", "LEG", "MIL", "SPY", "NGO"})
"""Sectors of those who act for a state, or for many people of several."""
_TARGETS: Final = frozenset({"MNC", "BUS"})
"""Sectors of bodies whose name stands before an inquiry into them or a break into their computers."""
CONTENT_PREPOSITIONS: Final = frozenset({"for", "of", "to", "against", "from", "on"})
"""Prepositions behind a verb or noun that tell of what or whom it speaks, rather than where."""


@dataclass(slots=True)
class Scene:
    """What is being coded: the sentence, and the words that an event found before has used or silenced."""

    parsed: Parsed
    article: Article
    speaker: Party | None
    used: set[int] = field(default_factory=set)
    silent: set[int] = field(default_factory=set)


class Sides:
    """Finds the parties of triggers in the slots that their senses name, and beyond."""

    def __init__(self, codebook: Codebook, grammar: Grammar, actors: ActorFinder) -> None:
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        self._codebook = codebook
        self._grammar = grammar
        self._actors = actors
        self._slots = Slots(grammar, frozenset(clauses["light"]))
        self._deeds = Deeds(codebook)
        self._suffered = frozenset(clauses["suffered"])
        self._targeted = frozenset(clauses["targeted"])
        self._hitting = frozenset(clauses["hitting"])
        self._undergoing = frozenset(clauses["undergoing"])

    def of(self, scene: Scene, trigger: Trigger) -> tuple[list[Party], list[Party]] | None:
        """The actors and the recipients of a trigger; None where the parties that its sense needs are not known."""
        parsed, token, sense = scene.parsed, trigger.token, trigger.sense
        actors = self._actors_of(scene, trigger)
        recipients = [r for r in self._recipients_of(scene, trigger) if not among(r, actors)]
        if sense.pos == "noun" and self._is_suffered(parsed, token, actors, recipients):
            actors, recipients = [], actors
        actors, recipients = named(contested(actors, recipients)), named(contested(recipients, actors))
        actors = self._of_no_named_state(parsed, actors, recipients)
        return (actors, recipients) if self._needs_hold(parsed, trigger, actors, recipients) else None

    def known(self, scene: Scene, heads: Sequence[Token]) -> list[Party]:
        """The parties of some heads of whom a country or sector is known."""
        heads = [head for head in heads if not is_sayer(scene.parsed, head)]
        parties = self._actors.parties(scene.parsed, heads, scene.article, speaker=scene.speaker)
        return [party for party in parties if party.is_known]

    def _actors_of(self, scene: Scene, trigger: Trigger) -> list[Party]:
        parsed, token, sense = scene.parsed, trigger.token, trigger.sense
        if sense.actor or sense.pos == "noun":
            heads = self._slots.find(parsed, trigger, sense.actor or _NOUN_ACTORS)
        elif is_passive(parsed, token) and part_of_speech(parsed, token) == "verb":
            heads = [t for c in token.children if c.dep_ == "agent" for p in c.children for t in conjuncts(p)]
            heads = heads or list(prepositional(parsed, token, "by"))
        elif sense.pos == "adj":
            heads = self._grammar.subjects(parsed, token.head)
        else:
            heads = self._grammar.subjects(parsed, token)
        heads = [head for head in heads if not is_sayer(parsed, head)]
        return self._actors.parties(parsed, heads, scene.article, speaker=scene.speaker)

    def _recipients_of(self, scene: Scene, trigger: Trigger) -> list[Party]:
        sense = trigger.sense
        slots = sense.recipient or (_NOUN_RECIPIENTS if sense.pos == "noun" else ("object",))
        for slot in slots:
            if slot == "none":
                return []
            heads = self._slots.find(scene.parsed, trigger, (slot,))
            heads = [head for head in heads if not self._is_another_act(scene.parsed, head)]
            if sense.pos == "verb":
                heads = self._deeds.answering(scene.parsed, sense.event_type, heads)
            if known := self.known(scene, heads):
                return known
        if sense.pos == "noun" and (heads := self._suffering(scene.parsed, trigger)):
            return self.known(scene, heads)
        return self._below(scene, trigger) if sense.pos == "verb" and sense.recipient != ("none",) else []

    def _is_another_act(self, parsed: Parsed, head: Token) -> bool:
        """Whether a noun joined to a recipient is an act of its own: "the invasion of A and B's attacks on C"."""
        return (
            head.dep_ == "conj"
            and any(child.dep_ == "poss" for child in head.lefts)
            and any(("noun", lemma) in self._codebook.senses for lemma in parsed.lemmas(head, "noun"))
        )

    def _suffering(self, parsed: Parsed, trigger: Trigger) -> list[Token]:
        """To whom the verb over a hostile act's noun does it: "X faces an inquiry", "the attack hit X"."""
        noun, verb = trigger.token, trigger.token.head
        if not self._codebook.rule(trigger.sense.event_type, trigger.sense.mode).is_conflict:
            return []
        lemmas = set(parsed.lemmas(verb, "verb")) if parsed.is_verb(verb) and not is_passive(parsed, verb) else set()
        if noun.dep_ == "dobj" and lemmas & self._undergoing:
            return self._grammar.subjects(parsed, verb)
        hits = trigger.sense.event_type == "ASSAULT" or trigger.sense.mode in OFTEN_UNKNOWN
        return direct_objects(verb) if hits and noun.dep_ == "nsubj" and lemmas & self._hitting else []

    def _below(self, scene: Scene, trigger: Trigger) -> list[Party]:
        """The only name deeper below a verb, where no slot holds a party: "praised the handling by Turkey"."""
        parsed, token = scene.parsed, trigger.token
        found: dict[str, Party] = {}
        for child in token.rights:
            if child.dep_ not in _INSIDE:
                continue
            for inner in child.subtree:
                name = parsed.name_of.get(inner.i)
                if name is None or name.entry.kind == "place" or not self._is_near(parsed, token, inner):
                    continue
                if self._deeds.is_suffering(parsed, trigger.sense.event_type, inner):
                    continue
                if trigger.sense.event_type == "REQUEST" and is_no_addressee(parsed, token, inner):
                    continue
                party = self._actors.party(parsed, inner, scene.article, speaker=scene.speaker)
                if party is not None and party.is_known:
                    found.setdefault(party.code, replace(party, how="near"))
        return list(found.values()) if len(found) == 1 else []

    @staticmethod
    def _is_near(parsed: Parsed, verb: Token, inner: Token) -> bool:
        """Whether only nouns, prepositions and an infinitive lie between a verb and a name, and it is no mere place."""
        name = parsed.name_of[inner.i]
        if (
            is_venue(parsed, inner)
            or is_at_edge(parsed, inner)
            or is_called(inner)
            or is_circumstance(parsed, verb, inner)
            or inner.i in served(parsed)
            or (
                inner.dep_ == "pobj"
                and name.entry.form == "seat"
                and parsed.lower[inner.head.i] not in CONTENT_PREPOSITIONS
            )
        ):
            return False
        for above in inner.ancestors:
            if above.i == verb.i:
                return inner.dep_ != "npadvmod"
            if parsed.is_verb(above) and above.dep_ != "xcomp":
                return False
        return False

    def _is_suffered(self, parsed: Parsed, token: Token, actors: Sequence[Party], recipients: Sequence[Party]) -> bool:
        """Whether who stands before a noun is the one to whom it was done: "the journalist's detention", "the Smith
        investigation", "the Google trial"; not "Iran's detention of", "the Mueller investigation" of a prosecutor.
        """
        if recipients or len(actors) != 1 or actors[0].kind == "country":
            return False
        (party,), lemmas = actors, set(parsed.lemmas(token, "noun"))
        before = [c for c in token.lefts if c.dep_ in MODIFIERS and party.start <= parsed.start(c) < party.end]
        if any(child.dep_ == "poss" for child in before or token.lefts):
            return party.kind != "organisation" and bool(lemmas & self._suffered)
        is_target = party.sector in _TARGETS or (party.kind == "person" and party.sector not in _PROSECUTING)
        return bool(before) and is_target and bool(lemmas & self._targeted)

    @staticmethod
    def _of_no_named_state(parsed: Parsed, actors: Sequence[Party], recipients: Sequence[Party]) -> list[Party]:
        """The actors; officials and groups whom only the article makes those of a country are of none that they name
        themselves: "MPs call Russia a threat", in an article about Russia.
        """
        states = {
            name.entry.country
            for p in recipients
            if p.how == "name" and p.kind == "country"
            for name in names_in(parsed, p.start, p.end)
            if name.entry.form == "name"
        }
        return [
            replace(p, country="", kind=OTHERS)
            if p.how == "alone" and p.country in states and p.sector in _OF_MANY_STATES
            else p
            for p in actors
        ]

    @staticmethod
    def _needs_hold(parsed: Parsed, trigger: Trigger, actors: Sequence[Party], recipients: Sequence[Party]) -> bool:
        """Whether the parties that the sense needs are known; a passive that leaves its actor out needs none."""
        needs = trigger.sense.needs
        if "labour" in needs and not any(p.sector == "LAB" for p in actors):
            return False
        if trigger.sense.reciprocal and len({p.code for p in actors if p.is_known}) > 1:
            return True
        suffered = any(p.is_known and p.how != "near" for p in recipients)
        if "recipient" in needs and not suffered:
            return False
        if "actor" not in needs or any(p.is_known for p in actors):
            return True
        agentless = trigger.sense.pos == "verb" and not actors and is_passive(parsed, trigger.token)
        return agentless and "recipient" in needs

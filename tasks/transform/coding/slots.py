"""Finds the nouns in the slots around a trigger, as the codebook's columns `actor` and `recipient` name them."""

from collections.abc import Iterable, Iterator

from tasks.transform.coding.bystanders import is_acted_on, is_no_addressee
from tasks.transform.coding.clauses import (
    MODIFIERS,
    Parsed,
    attached,
    conjuncts,
    direct_objects,
    is_called,
    is_passive,
    prepositional,
    says_what,
)
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import Trigger, measured, part_of_speech


class Slots:
    """Reads slots; `light` are the verbs that only carry an event noun ("launched an attack")."""

    def __init__(self, grammar: Grammar, light: frozenset[str]) -> None:
        self._grammar = grammar
        self._light = light

    def find(self, parsed: Parsed, trigger: Trigger, slots: Iterable[str]) -> list[Token]:
        """The nouns in the first of some slots that holds any (see `recipient` in the codebook's README); nobody is
        asked for what others are to do to him, or for him.
        """
        is_asked = trigger.sense.event_type == "REQUEST"
        for slot in slots:
            heads = list(self._one(parsed, trigger, slot))
            beside = is_acted_on if slot == "for" else is_no_addressee  # "set conditions for Sweden"
            if heads := [t for t in heads if not (is_asked and beside(parsed, trigger.token, t))]:
                return heads
        return []

    def _one(self, parsed: Parsed, trigger: Trigger, slot: str) -> Iterator[Token]:
        token = trigger.token
        if slot == "object":
            yield from (t for t in direct_objects(token) if not is_called(t))
            if part_of_speech(parsed, token) == "verb" and is_passive(parsed, token):
                yield from self._grammar.subjects(parsed, token)
        elif slot == "indirect":
            yield from (t for c in token.children if c.dep_ == "dative" for t in conjuncts(c) if c.tag_ != "IN")
            yield from prepositional(parsed, token, "to")
        elif slot == "subject":
            yield from self._grammar.subjects(parsed, token)
        elif slot == "clause":
            yield from self._clause_subjects(parsed, token)
        elif slot == "poss":
            for carrier in (token, trigger.object):
                if carrier is not None:
                    yield from (t for c in carrier.lefts if c.dep_ == "poss" for t in conjuncts(c))
        elif slot in ("modifier", "adjective"):
            for carrier in (token, trigger.object):
                for named in _named_before(parsed, carrier) if carrier is not None else ():
                    if slot == "modifier" or parsed.name_of[named.i].entry.form == "adjective":
                        yield named
        elif slot == "light":
            yield from self._carrier_subjects(parsed, token, reciprocal=trigger.sense.reciprocal)
        else:
            yield from prepositional(parsed, token, slot)
            if slot == "by" and trigger.sense.pos == "noun":
                # "the capture of Aleppo by rebels": the parser tends to hang "by" on the noun inside.
                for inner in prepositional(parsed, token, "of"):
                    yield from prepositional(parsed, inner, slot)
            if trigger.object is not None:
                yield from prepositional(parsed, trigger.object, slot)
            elif trigger.sense.pos == "verb":
                for obj in direct_objects(token):
                    yield from prepositional(parsed, obj, slot)
            elif token.dep_ in ("dobj", "nsubj", "nsubjpass") and set(parsed.lemmas(token.head, "verb")) & self._light:
                yield from prepositional(parsed, token.head, slot)

    @staticmethod
    def _clause_subjects(parsed: Parsed, verb: Token) -> Iterator[Token]:
        """Who is to act: "urged Russia to withdraw", "demanded that Russia withdraw", "called on Russia to ..."; not
        where, when or why somebody called ("called in Paris for peace after Rome withdrew").
        """
        language = parsed.codebook.language
        beside = {*language["places"]["locative"], *language["bystanders"]["circumstances"]}
        yield from (t for t in direct_objects(verb) if not is_called(t))
        for child in verb.children:
            if child.dep_ in ("ccomp", "xcomp") or (child.dep_ == "advcl" and says_what(parsed, child)):
                for inner in child.children:
                    if inner.dep_ in ("nsubj", "nsubjpass"):
                        yield from conjuncts(inner)
            elif child.dep_ == "prep" and parsed.lower[child.i] not in beside:
                for pobj in child.children:
                    if pobj.dep_ == "pobj":
                        yield from conjuncts(pobj)

    def _carrier_subjects(self, parsed: Parsed, token: Token, *, reciprocal: bool) -> list[Token]:
        """The subject of a verb that only carries an event noun: X in "X launched an attack".

        What is done together, any verb carries: "Armenia reports clashes with Azerbaijan".
        """
        carried_noun = _measure_of(parsed, token)
        verb = carried_noun.head
        together = reciprocal and "with" in attached(parsed, token)
        carried = parsed.is_verb(verb) and (together or bool(set(parsed.lemmas(verb, "verb")) & self._light))
        if carried and carried_noun.dep_ == "dobj" and not is_passive(parsed, verb):
            return self._grammar.subjects(parsed, verb)
        if carried and carried_noun.dep_ == "nsubjpass":
            return list(prepositional(parsed, verb, "by"))
        return []


def _measure_of(parsed: Parsed, noun: Token) -> Token:
    """The noun that measures an event noun ("days" over the games in "ten days of war games"), else the noun itself."""
    if noun.dep_ == "pobj" and parsed.lower[noun.head.i] == "of":
        above = noun.head.head
        if any(t.i == noun.i for t in measured(parsed, above)):
            return above
    return noun


def _named_before(parsed: Parsed, noun: Token) -> Iterator[Token]:
    """The names among the modifiers of a noun, nested ones too: both in "the Armenia-Azerbaijan talks"."""
    for child in noun.lefts:
        if child.dep_ in MODIFIERS and child.dep_ != "poss":
            yield from _named_before(parsed, child)
            for token in conjuncts(child):
                name = parsed.name_of.get(token.i)
                if name is not None and parsed.start(token) == name.start:
                    yield token

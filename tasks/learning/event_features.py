"""Names what speaks for and against a word of a sentence making an event of a type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tasks.learning.words import Words
from tasks.transform.coding.clauses import Parsed, direct_objects, is_passive
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.parties import Party
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import Trigger, part_of_speech

_AUXILIARIES: Final = ("aux", "auxpass")
_TELLING: Final = frozenset(
    {
        "dobj",
        "prep",
        "prt",
        "neg",
        "aux",
        "mark",
        "xcomp",
        "ccomp",
        "attr",
        "acomp",
        "advmod",
        "amod",
        "compound",
        "poss",
    }
)
"""Labels of the words below a trigger whose form tells something about it."""
_DEEPEST: Final = 5
_LONG: Final = 60
"""Tokens from which a sentence counts as fully long."""
_QUOTES: Final = ('"', "“")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word and the type of event that it may make: an event that the rules coded, or a sense that fits."""

    token: Token
    event_type: str
    event: Coded | None
    trigger: Trigger | None


def candidates(words: Words, events: Sequence[Coded]) -> list[Candidate]:
    """The events that the rules coded, then the fitting senses of types that they did not code in this sentence.

    What is refused or denied ("denied the accusations") is told with the refusal.
    """
    found = [Candidate(event.trigger, event.event_type, event, None) for event in events]
    coded = {event.event_type for event in events}
    refused = {event.trigger.i for event in events if event.event_type == "REJECT"}
    for token in words.with_senses:
        if token.dep_ not in _AUXILIARIES and not (token.dep_ == "dobj" and token.head.i in refused):
            for trigger in words.fitting(token):
                if trigger.sense.event_type not in coded:
                    found.append(Candidate(token, trigger.sense.event_type, None, trigger))
    return found


def event_features(words: Words, candidate: Candidate, events: Sequence[Coded], grammar: Grammar) -> dict[str, float]:
    """The features of a candidate among the events of its sentence, by name."""
    shared = dict.fromkeys(shared_features(words, candidate.event_type), 1.0)
    return shared | own_features(words, candidate, events, grammar)


def shared_features(words: Words, event_type: str) -> Iterator[str]:
    """What all candidates of a type in a sentence share: the words around them, and those of the title."""
    for word in words.bag:
        yield from word_features(word, event_type)
    yield from map(title_feature, words.parsed.title)


def word_features(word: str, event_type: str) -> tuple[str, str]:
    """What a word of the sentence says of an event, whatever its type, and of one of this type."""
    return f"word {word}", f"word {word} {event_type}"


def title_feature(word: str) -> str:
    """What a word of the title says."""
    return f"title {word}"


def own_features(words: Words, candidate: Candidate, events: Sequence[Coded], grammar: Grammar) -> dict[str, float]:
    """The features of a candidate that others of its type do not share."""
    features = dict.fromkeys(_of_word(words, candidate), 1.0)
    kind, token = candidate.event_type, candidate.token
    features["vote"] = words.votes(token).get(kind, 0.0)
    features["length"] = min(len(words.parsed.tokens), _LONG) / _LONG
    features["votes of the other words"] = words.votes_elsewhere(token, kind)
    if candidate.event is not None:
        features |= dict.fromkeys(_of_event(words, candidate.event, events), 1.0)
        features["rule confidence"] = candidate.event.confidence
        features["outer words"] = len(candidate.event.why) - 1.0
        fitting = [trigger.sense.event_type for trigger in words.fitting(token)]
        features["fitting senses of other types"] = float(sum(other != kind for other in fitting))
    elif candidate.trigger is not None:
        features |= dict.fromkeys(_of_sense(words, candidate, events, grammar), 1.0)
        features["conditions"] = candidate.trigger.sense.conditions / 5
    return features


def _of_word(words: Words, candidate: Candidate) -> Iterator[str]:
    """What the trigger and its place in the sentence say, for a coded event and a mere sense alike."""
    parsed, token, kind = words.parsed, candidate.token, candidate.event_type
    form, pos, above = words.form(token), part_of_speech(words.parsed, token), words.above(token)
    yield from (
        f"type {kind}",
        f"lemma {form}",
        f"type+lemma {kind} {form}",
        f"pos {pos}",
        f"pos+label {pos} {token.dep_}",
    )
    yield f"type+pos {kind} {pos}"
    yield from (f"depth {depth}" for depth in range(1, min(len(above), _DEEPEST) + 1))
    labels = [token.dep_, *(word.dep_ for word in above[:-1])]
    yield "labels " + "<".join(labels[:3])
    yield from (f"under {label}" for label in labels)
    yield from (f"above {label}" for label in labels[1:])
    yield from (f"word above {words.form(word)}" for word in above[:3])
    for word in (token, *above):
        if word.dep_ == "prep":
            yield f"via {parsed.lower[word.i]}"
        yield from (f"mark {parsed.lower[c.i]}" for c in word.children if c.dep_ == "mark")
    for child in token.children:
        yield f"child {child.dep_}"
        if child.dep_ in _TELLING:
            yield f"child {child.dep_} {words.form(child)}"


def _of_event(words: Words, event: Coded, events: Sequence[Coded]) -> Iterator[str]:
    """What the rules found out about an event that they coded."""
    parsed, token, kind = words.parsed, event.trigger, event.event_type
    yield from ("coded", f"coded {kind}", f"modality {event.modality}", f"type+modality {kind} {event.modality}")
    yield from (f"outer {why}" for why in event.why[1:])
    yield f"third of the sentence {3 * token.i // max(len(parsed.tokens), 1)}"
    for role, parties in (("actor", event.actors), ("recipient", event.recipients)):
        yield from _of_parties(role, parties, kind, part_of_speech(parsed, token))
    if event.reciprocal:
        yield "reciprocal"
    if _countries(event.actors) & _countries(event.recipients):
        yield from ("at home", f"at home {kind}")
    if any(mark in parsed.text for mark in _QUOTES):
        yield "with quotation marks"
    yield from _among(words, event, events)


def _of_parties(role: str, parties: Sequence[Party], kind: str, pos: str) -> Iterator[str]:
    number = min(len(parties), 2)
    yield from (f"{role}s {number}", f"{role}s {number} {pos}")
    if not parties:
        yield f"no {role} {kind}"
    for party in parties[:2]:
        yield from (f"{role} how {party.how}", f"{role} how {party.how} {kind}", f"{role} kind {party.kind}")
        yield from (f"{role} sector {party.sector}", f"{role} sector {party.sector} {kind}")


def _among(words: Words, event: Coded, events: Sequence[Coded]) -> Iterator[str]:
    """How an event stands to the others of its sentence: what is told in passing hangs below what is told."""
    token, above = event.trigger, {word.i for word in words.above(event.trigger)}
    yield from (f"more events than {n}" for n in (1, 2) if len(events) > n)
    depths = [len(words.above(other.trigger)) for other in events]
    over = len(words.above(token)) - min(depths)
    yield from (f"deeper by {n}" for n in range(1, min(over, _DEEPEST) + 1))
    first = min(other.trigger_start for other in events)
    if event.trigger_start != first:
        yield "not first"
    elif len(events) > 1:
        yield "first of several"
    codes = {party.code for party in (*event.actors, *event.recipients)}
    for other in events:
        if other is event:
            continue
        yield f"beside {other.event_type}"
        if other.trigger.i in above:
            yield from ("below another", f"below {other.event_type}", f"{event.event_type} below {other.event_type}")
        if any(word.i == token.i for word in words.above(other.trigger)):
            yield f"above {other.event_type}"
        if other.event_type == event.event_type:
            yield "beside its own type"
        if codes & {party.code for party in (*other.actors, *other.recipients)}:
            yield "shares a party"


def _of_sense(words: Words, candidate: Candidate, events: Sequence[Coded], grammar: Grammar) -> Iterator[str]:
    """What is known of a sense that fits, though the rules made no event of it."""
    parsed, token, kind = words.parsed, candidate.token, candidate.event_type
    yield f"only fits {part_of_speech(parsed, token)}"
    if words.best_type(token) == kind:
        yield "best of the senses that fit"
    modality = grammar.modality(parsed, token)
    yield from (
        f"sense modality {modality}",
        f"sense modality {modality} {kind}",
        f"coded events {min(len(events), 2)}",
    )
    above = {word.i for word in words.above(token)}
    for event in events:
        yield f"with {event.event_type} may be {kind}"
        if event.trigger.i in above:
            yield from ("below a coded event", f"below a coded {event.event_type}")
        if event.trigger.i == token.i:
            yield from ("the trigger of another", f"the trigger of {event.event_type} may be {kind}")
        if any(word.i == token.i for word in words.above(event.trigger)):
            yield "above a coded event"
    if part_of_speech(parsed, token) == "verb":
        yield from _slots(words, token, kind, grammar)
    else:
        yield f"names below {any(word.i in parsed.name_of for word in token.subtree)}"
    names = {name.start: name.entry.kind for name in parsed.name_of.values()}
    yield f"names {min(len(names), 3)}"
    yield from (f"a name of a {named}" for named in sorted(set(names.values())))


def _slots(words: Words, verb: Token, kind: str, grammar: Grammar) -> Iterator[str]:
    """Who stands around a verb that made no event: its subjects, its objects, and those of its prepositions."""
    parsed = words.parsed
    phrases = [
        t for c in verb.children if c.dep_ in ("prep", "dative", "agent") for t in c.children if t.dep_ == "pobj"
    ]
    for slot, heads in (
        ("subject", grammar.subjects(parsed, verb)),
        ("object", direct_objects(verb)),
        ("phrase", phrases),
    ):
        yield f"{slot} {bool(heads)}"
        yield f"{slot} named {any(_has_name(parsed, head) for head in heads)}"
        yield from (f"{slot} {words.form(head)}" for head in heads)
        if any(kind in words.votes(head) for head in heads):
            yield f"{slot} votes the same"
    if is_passive(parsed, verb):
        yield "passive"


def _has_name(parsed: Parsed, head: Token) -> bool:
    return any(word.i in parsed.name_of for word in head.subtree)


def _countries(parties: Sequence[Party]) -> set[str]:
    return {party.country for party in parties if party.country}

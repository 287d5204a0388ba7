"""Turns gold sentences into cases for training: events right or wrong, relations of given parties, and so on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tasks.evaluation.gold import (
    AnnotatedTwice,
    BetweenParties,
    GoldEvent,
    GoldSentence,
    WithClass,
    WithEvents,
    WithSpans,
)
from tasks.evaluation.label_sets import CLASSES, country_of, plv_type
from tasks.evaluation.measures import dyads
from tasks.learning.annotated import Annotated
from tasks.learning.confidence import confidence_features
from tasks.learning.event_features import candidates, event_features
from tasks.learning.fit import Case
from tasks.learning.given import Read, Reader, article, relation_of
from tasks.learning.linear_model import RIGHT, WRONG
from tasks.learning.party_examples import PartyCases, Recorder
from tasks.learning.relation_features import Span, relation_features, way
from tasks.learning.sentence_features import sentence_features
from tasks.learning.span_examples import SpanCases, span_cases
from tasks.learning.words import Words
from tasks.learning.worth import worth_features
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.parties import Party

_OF_A_CLASS: Final = 0.3
"""What a sentence counts of which only the class is known: another event of its class would seem right as well."""
_OF_A_PAIR: Final = 0.5
"""What a coded event counts between two parties that are given: the rest of the sentence is not told."""
_NOT_TOLD: Final = 0.3
"""What an event counts as wrong that a set does not have which tells one event a sentence: it may be a second one."""
_BY_ONE: Final = 0.5
"""What a candidate counts in a sentence that one annotator has read."""
_ON_THE_WAY: Final = 0.3
"""What a sense counts that only stands on the way between the two."""


@dataclass(frozen=True, slots=True)
class Example:
    """A gold sentence as the rules read it, and what it teaches each model."""

    gold: GoldSentence
    read: Read
    worth: Case | None = None
    events: list[Case] = field(default_factory=list)
    relation: Case | None = None
    sentence: Case | None = None
    parties: PartyCases = field(default_factory=PartyCases)
    spans: SpanCases = field(default_factory=SpanCases)


def examples(gold: Sequence[GoldSentence], coder: Coder, codebook: Codebook, grammar: Grammar) -> Iterator[Example]:
    """The example of each gold sentence, in order; sets of other forms teach nothing."""
    reader = Reader(coder)
    for one in gold:
        read = reader.read(one)
        if isinstance(one, Annotated | AnnotatedTwice | WithEvents):
            yield Example(one, read, _worth(one, read), list(_judged(one, read, grammar)))
        elif isinstance(one, BetweenParties):
            yield _between(one, read, grammar)
        elif isinstance(one, WithClass):
            cases = [
                Case(event_features(words, candidate, events, grammar), label, _OF_A_CLASS)
                for words, events in read
                for candidate in candidates(words, events)
                if candidate.event is not None
                for label in (RIGHT if CLASSES[candidate.event_type] == one.label else WRONG,)
            ]
            yield Example(one, read, events=cases, sentence=Case(sentence_features(read, codebook), str(one.label)))
        elif isinstance(one, WithSpans):
            yield Example(one, read, spans=span_cases(read, one.actor_spans, one.recipient_spans))
        else:
            yield Example(one, read)


def confidence_cases(some: Sequence[Example], coder: Coder, recorder: Recorder) -> Iterator[Case]:
    """Every event that the models code in sentences whose events are all known: whether type, actor and recipient
    are right. `coder` shows its events to `recorder`; its models must not have seen the sentences.
    """
    for example in some:
        gold = example.gold
        if not isinstance(gold, Annotated | AnnotatedTwice | WithEvents):
            continue
        told = _told(gold)
        right = {dyad for event in told for dyad in dyads(event.event_type, *_codes(event.actors, event.recipients))}
        recorder.watch(coder, article(gold))
        for event in recorder.events:
            if isinstance(gold, Annotated) and not gold.span[0] <= event.trigger_start < gold.span[1]:
                continue
            sides = [[party.code for party in side] for side in (event.actors, event.recipients)]
            label = RIGHT if dyads(event.event_type, *_codes(*sides)) & right else WRONG
            yield Case(confidence_features(event, event.confidence), label)


def _worth(gold: GoldSentence, read: Read) -> Case | None:
    """Whether a sentence of an article tells of an event; others were picked because they do."""
    if not isinstance(gold, Annotated):
        return None
    words = [word for one, _ in read for word in one.parsed.lower]
    return Case(worth_features(words, sum(len(one.parsed.names) for one, _ in read)), RIGHT if gold.events else WRONG)


def _codes(*sides: Sequence[str]) -> list[list[str]]:
    return [[country_of(code) for code in side] for side in sides]


def _told(gold: Annotated | AnnotatedTwice | WithEvents) -> tuple[GoldEvent, ...]:
    """The events of a sentence; with two annotations, those that either has."""
    return (*gold.first, *gold.second) if isinstance(gold, AnnotatedTwice) else gold.events


def _judged(gold: Annotated | AnnotatedTwice | WithEvents, read: Read, grammar: Grammar) -> Iterator[Case]:
    """Every candidate of a sentence whose events are all known; with two annotations, what either has is right.

    What an annotator found told in passing counts neither for nor against.
    """
    types = {event.event_type for event in _told(gold)}
    main = {event.event_type for event in _told(gold) if event.main}
    for words, events in read:
        for candidate in candidates(words, events):
            label = RIGHT if candidate.event_type in types else WRONG
            weight = 1.0
            if isinstance(gold, Annotated):
                weight = 0.0 if candidate.event_type in types - main else _BY_ONE
            elif isinstance(gold, WithEvents) and label == WRONG:
                weight = _NOT_TOLD
            if weight:
                yield Case(event_features(words, candidate, events, grammar), label, weight)


def _between(gold: BetweenParties, read: Read, grammar: Grammar) -> Example:
    found = relation_of(read, gold)
    if found is None:
        return Example(gold, read)
    words, events, actor, recipient = found
    cases: list[Case] = []
    inside = _on_the_way(words, actor, recipient)
    for candidate in candidates(words, events):
        label = RIGHT if plv_type(candidate.event_type) == gold.event_type else WRONG
        if candidate.event is not None:
            weight = _OF_A_PAIR if _is_between(candidate.event, actor, recipient) else 0.0
        else:
            weight = _ON_THE_WAY if candidate.token.i in inside else 0.0
        if weight:
            cases.append(Case(event_features(words, candidate, events, grammar), label, weight))
    return Example(
        gold, read, events=cases, relation=Case(relation_features(words, events, actor, recipient), gold.event_type)
    )


def _is_between(event: Coded, actor: Span, recipient: Span) -> bool:
    """Whether the rules coded it of the given actor and to the given recipient."""
    others = event.actors if event.reciprocal else event.recipients
    return _any_at(event.actors, actor) and _any_at(others, recipient)


def _any_at(parties: Sequence[Party], span: Span) -> bool:
    return any(party.start < span[1] and party.end > span[0] for party in parties)


def _on_the_way(words: Words, actor: Span, recipient: Span) -> set[int]:
    """The tokens from one party to the other in the parse."""
    one, other = words.head(*actor), words.head(*recipient)
    if one is None or other is None:
        return set()
    first, turn, second = way(words, one, other)
    return set() if turn is None else {token.i for token in (*first, turn, *second)}

"""Makes training cases from texts whose actors and recipients are marked: who they are, and where their words end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.learning.fit import Case
from tasks.learning.given import Read
from tasks.learning.linear_model import RIGHT, WRONG
from tasks.learning.relation_features import Span
from tasks.learning.span_ends import end_cases
from tasks.learning.span_features import Scene, noun_features, recipient_features, scenes_of
from tasks.transform.coding.tokens import Token


@dataclass(frozen=True, slots=True)
class SpanCases:
    """What one text teaches the three models."""

    actors: list[Case] = field(default_factory=list)
    recipients: list[Case] = field(default_factory=list)
    ends: list[Case] = field(default_factory=list)


def span_cases(
    read: Read, actor_spans: Sequence[Span], recipient_spans: Sequence[Span], weight: float = 1.0
) -> SpanCases:
    """The cases of a text whose actors and recipients are all marked."""
    cases = SpanCases()
    scenes = scenes_of(read)
    actors = {(told.number, noun.i) for told in scenes for noun in heads(told, actor_spans)}
    for told in scenes:
        recipients = {noun.i for noun in heads(told, recipient_spans)}
        actor = next((noun for noun in told.nouns if (told.number, noun.i) in actors), None)
        for noun in told.nouns:
            label = RIGHT if (told.number, noun.i) in actors else WRONG
            cases.actors.append(Case(noun_features(told, noun), label, weight))
            label = RIGHT if noun.i in recipients else WRONG
            cases.recipients.append(Case(recipient_features(told, noun, actor), label, weight))
        for start, end in sorted({*actor_spans, *recipient_spans}):
            for noun in heads(told, [(start, end)]):
                for features, belongs in end_cases(told.words, noun, end):
                    cases.ends.append(Case(features, RIGHT if belongs else WRONG, weight))
    return cases


def heads(told: Scene, spans: Sequence[Span]) -> list[Token]:
    """For each span the candidate within it that is highest in the parse, where there is one."""
    words, found = told.words, []
    for start, end in spans:
        inside = [t for t in told.nouns if words.parsed.start(t) < end and words.parsed.end(t) > start]
        if inside:
            found.append(min(inside, key=lambda t: (len(words.above(t)), t.i)))
    return found

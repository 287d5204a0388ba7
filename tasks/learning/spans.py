"""Finds where actor and recipient of a text stand, by trained models, whether the rules code an event there or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tasks.learning.given import Read
from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.learning.relation_features import Span
from tasks.learning.span_ends import span_of
from tasks.learning.span_features import Scene, noun_features, recipient_features, scenes_of
from tasks.transform.coding.tokens import Token

SPANS: Final = ("spans_actor", "spans_recipient", "spans_end")
"""The models that finding needs."""


@dataclass(frozen=True, slots=True)
class Least:
    """Probabilities from which a noun is taken. `actor`, `recipient`: the likeliest one; the others: further ones."""

    actor: float = 0.0
    further_actor: float = 0.5
    recipient: float = 0.15
    further_recipient: float = 0.45


LEAST: Final = Least()
"""Set where F1 of overlapping spans, cross-fitted, hardly changes between neighbouring values (2026-11). Nearly every
sentence of news tells of an actor, so the likeliest noun is always taken for it."""


@dataclass(frozen=True, slots=True)
class _Rated:
    told: Scene
    noun: Token
    right: float


def find_spans(models: Mapping[str, LinearModel], read: Read, least: Least = LEAST) -> tuple[list[Span], list[Span]]:
    """The spans of actors and of recipients of a text, in code points of its body; of a reciprocal event both are both.

    `models` holds those of SPANS.
    """
    scenes = scenes_of(read)
    actor_model, recipient_model, ends = (models[name] for name in SPANS)
    actors = [
        _Rated(told, noun, actor_model.probabilities(noun_features(told, noun))[RIGHT])
        for told in scenes
        for noun in told.nouns
    ]
    best = max(actors, key=lambda one: one.right, default=None)
    recipients = []
    for told in scenes:
        actor = best.noun if best is not None and best.told is told else None
        recipients += [
            _Rated(told, noun, recipient_model.probabilities(recipient_features(told, noun, actor))[RIGHT])
            for noun in told.nouns
        ]
    return (
        _taken(actors, least.actor, least.further_actor, ends),
        _taken(recipients, least.recipient, least.further_recipient, ends),
    )


def _taken(rated: Sequence[_Rated], best: float, further: float, ends: LinearModel) -> list[Span]:
    """The spans of the likely nouns, likeliest first; one within another's words is left out."""
    taken: list[Span] = []
    for place, one in enumerate(sorted(rated, key=lambda one: -one.right)):
        if one.right < (further if place else best):
            break
        span = span_of(one.told.words, one.noun, ends)
        if not any(span[0] < end and start < span[1] for start, end in taken):
            taken.append(span)
    return sorted(taken)

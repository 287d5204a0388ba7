"""An event as it is coded, and how sure one can be of it by how its parties were found."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from tasks.transform.coding.codebook import Sense
from tasks.transform.coding.parties import Party
from tasks.transform.coding.tokens import Token

OFTEN_UNKNOWN: Final = frozenset({"cyber"})
"""Modes of acts whose doer nobody knows where the text does not name him."""
_BETWEEN_STATES: Final = frozenset({"SUPPORT", "COOPERATE", "AID"})
"""Types that inside one country are mostly everyday life ("the government funds a school")."""
_SURENESS: Final = {
    "name": 1.0,
    "agent": 0.97,
    "known": 0.9,
    "pronoun": 0.8,
    "loose": 0.8,
    "alone": 0.75,
    "unknown": 0.6,
    "near": 0.6,
    "place": 0.8,
    "implied": 0.7,
}
"""How far to trust a party by how it was found; first estimates, to be calibrated on the development sets."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One event of a sentence. All offsets are into the body; `why` names the rules that made it.

    In a reciprocal event all parties are in `actors` and `recipients` is empty. `sure`: how likely the actors and the
    recipients are right, by the models of parties. `is_alone`: the sentence is all of the text, so that somebody has
    picked it; of those, more tell an event. `signs`: what its sentence, title, article and place tell of how right it
    is.
    """

    event_type: str
    mode: str
    cameo: str
    modality: str
    actors: tuple[Party, ...]
    recipients: tuple[Party, ...]
    reciprocal: bool
    trigger: Token
    trigger_start: int
    trigger_end: int
    contexts: tuple[str, ...]
    confidence: float
    why: tuple[str, ...]
    sure: tuple[float, float] = (0.5, 0.5)
    is_alone: bool = False
    signs: tuple[str, ...] = ()


def first_confidence(sense: Sense, actors: Sequence[Party], recipients: Sequence[Party]) -> float:
    """A first estimate that type, actor and recipient are right, from how surely each was found."""
    score = prod(factor for _, factor in confidence_parts(sense, actors, recipients))
    return round(max(0.05, min(score, 0.98)), 3)


def confidence_parts(sense: Sense, actors: Sequence[Party], recipients: Sequence[Party]) -> list[tuple[str, float]]:
    """What the confidence of an event is the product of, each part with what it stands for."""
    base = 0.85 if sense.pos == "verb" else 0.75
    parts = [(f"a {sense.pos}, {min(sense.conditions, 3)} of 3 conditions", base + min(sense.conditions, 3) * 0.03)]
    if not actors:
        parts.append(("no actor", 0.8))
    at_home = {p.country for p in actors} == {p.country for p in recipients}
    if at_home and actors and sense.event_type in _BETWEEN_STATES:
        parts.append(("inside one country", 0.7))
    parts += [(f"a party found as {party.how}", _SURENESS[party.how]) for party in (*actors, *recipients)[:2]]
    return parts


def without_repeats(events: Sequence[Coded]) -> list[Coded]:
    """The events without those that tell one act again: same type, and no party that the better one lacks."""
    kept: list[Coded] = []
    for event in sorted(events, key=lambda e: (-len(e.actors) - len(e.recipients), -e.confidence, e.trigger_start)):
        codes = {p.code for p in (*event.actors, *event.recipients)}
        if not any(
            event.event_type == other.event_type
            and event.modality == other.modality
            and codes <= {p.code for p in (*other.actors, *other.recipients)}
            for other in kept
        ):
            kept.append(event)
    return kept

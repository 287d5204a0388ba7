"""Names what speaks for an event's type, actor and recipient being right together: its confidence."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.transform.coding.coded import Coded

_LEAST: Final = 0.35
"""An event of less confidence is not coded, but for those of `event_choice.is_told_anyhow`. In five folds (2026-12) one
in four of those dropped had both sides right, and of September's events .71 are right in all instead of .63; the types
of news fall from .78 to .73 (F1), so that a higher value costs more than it is worth."""
_LEAST_MET: Final = 0.4
"""The same of meetings and visits, which tell nothing where the other side is wrong."""
_LEAST_ALONE: Final = 0.25
_LEAST_MET_ALONE: Final = 0.35
"""The same of sentences that stand alone: somebody has picked them, so that more of them tell an event."""
_SUREST: Final = 0.99


def confidence_features(event: Coded, right: float) -> dict[str, float]:
    """The features of an event; `right` is the probability that its type is right, as the model of events has it."""
    found = {"log odds of the type": _log_odds(right)}
    if not event.reciprocal:
        for role, sure in zip(("actor", "recipient"), event.sure, strict=True):
            found[f"log odds of the {role}"] = _log_odds(sure)
    return found | dict.fromkeys((*_of_act(event), *_of_parties(event)), 1.0)


def is_too_doubtful(event: Coded) -> bool:
    """Whether an event with its confidence is more likely to mislead than to tell."""
    least, least_met = (_LEAST_ALONE, _LEAST_MET_ALONE) if event.is_alone else (_LEAST, _LEAST_MET)
    return event.confidence < (least_met if event.event_type == "CONSULT" else least)


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(bounded / (1 - bounded))


def with_confidence(model: LinearModel, event: Coded) -> Coded:
    """The event with the probability that type, actor and recipient are right; before, it has that of the type."""
    sure = model.probabilities(confidence_features(event, event.confidence))[RIGHT]
    return replace(event, confidence=round(sure, 3))


def _of_act(event: Coded) -> Iterator[str]:
    """What the act itself tells: some kinds of acts and some words for them are read wrongly more often than others."""
    kind = event.event_type
    yield from (f"type {kind}", f"mode {kind} {event.mode}", f"modality {event.modality}")
    yield from (f"modality {kind} {event.modality}", f"sense {kind} {event.why[0].rsplit(' ', 1)[-1]}")
    yield f"contexts {' '.join(sorted(event.contexts)[:2])}"
    if event.reciprocal:
        yield "reciprocal"
    if event.is_alone:
        yield "a sentence alone"


def _of_parties(event: Coded) -> Iterator[str]:
    kind, hows = event.event_type, []
    for role, parties in (("actor", event.actors), ("recipient", event.recipients)):
        first = next(iter(parties), None)
        hows.append(first.how if first else "nobody")
        sector = first.sector if first else "nobody"
        yield from (f"{role}s {min(len(parties), 2)}", f"{role} {hows[-1]}")
        yield from (f"{role} sector {sector}", f"{role} sector {kind} {sector}")
        if parties and not all(party.is_known for party in parties):
            yield f"unknown {role}"
    countries = {party.country for party in event.actors if party.country}
    is_at_home = bool(countries & {party.country for party in event.recipients})
    if is_at_home:
        yield "at home"
    sides = f"sides {' '.join(hows)} {is_at_home}"
    yield from (sides, f"{kind} {sides}")

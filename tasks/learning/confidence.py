"""Names what speaks for an event's type, actor and recipient being right together: its confidence."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.learning.party_features import About
from tasks.transform.coding.coded import Coded

_LEAST: Final = 0.35
"""An event between two countries of less confidence is not coded, but for those of `event_choice.is_told_anyhow`."""
_LEAST_AT_HOME: Final = 0.525
"""The same of what happens within one country or of which one side is not known."""
_MORE_MET: Final = 0.1
"""By how much surer one must be of meetings and visits, which tell nothing where the other side is wrong.

In five folds (2026-12), with the three .77 of the events of September are right in type, actor and recipient instead of
.63; the types of news fall from .78 to .73 (F1). What is between countries is what the data are for; to make as many
events right with one least value for all costs the types of news three times as much."""
_MANY: Final = 3
"""Countries of a title, and other events of a sentence, from which on their number tells no more."""
_SUREST: Final = 0.99


def confidence_features(event: Coded, right: float) -> dict[str, float]:
    """The features of an event; `right` is the probability that its type is right, as the model of events has it."""
    where = "between" if _is_between_two(event) else "at home"
    found = {"log odds of the type": _log_odds(right), f"log odds of the type {where}": _log_odds(right)}
    names = [*_steps("the type", right), *_of_act(event), *_of_parties(event), *event.signs, where]
    if not event.reciprocal:
        for role, sure in zip(("actor", "recipient"), event.sure, strict=True):
            found[f"log odds of the {role}"] = _log_odds(sure)
            names += _steps(f"the {role}", sure)
    return found | dict.fromkeys(names, 1.0)


def signs_of(event: Coded, about: About, others: Sequence[Coded], worth: float | None) -> tuple[str, ...]:
    """What tells how right an event is beside the event itself: which sides the article's main country, its title or
    the event's place tell of as well; the `others` that were chosen in its sentence, with the probabilities of their
    types; and how likely its words tell of any event (`worth`; None: not asked).
    """
    found = [f"{min(len(about.title), _MANY)} in the title"]
    for role, parties in (("actor", event.actors), ("recipient", event.recipients)):
        countries = {party.country for party in parties} - {""}
        ties = {
            "article": about.country in countries,
            "title": not {party.code for party in parties}.isdisjoint(about.title),
            "place": about.place in countries,
        }
        found += [f"{role} of the {tie}" for tie, holds in ties.items() if holds]
    found.append(f"others {min(len(others), _MANY)}")
    if others:
        found += sorted({f"{event.event_type} beside {other.event_type}" for other in others})
        best = max(other.confidence for other in others)
        found += _steps("the best other", best)
        if event.confidence >= best:
            found.append("the best")
    return (*found, *(["worth not known"] if worth is None else _steps("worth", worth)))


def is_too_doubtful(event: Coded) -> bool:
    """Whether an event with its confidence is more likely to mislead than to tell; of sentences that stand alone, which
    somebody has picked, only a meeting may be.
    """
    least = 0.0 if event.is_alone else _LEAST if _is_between_two(event) else _LEAST_AT_HOME
    return event.confidence < least + (_MORE_MET if event.event_type == "CONSULT" else 0.0)


def _is_between_two(event: Coded) -> bool:
    """Whether its sides are of different countries or, without one, of different sectors."""
    sides = [{party.country or party.sector for party in side} - {""} for side in (event.actors, event.recipients)]
    return len(sides[0]) > 1 if event.reciprocal else all(sides) and sides[0].isdisjoint(sides[1])


def _steps(what: str, probability: float) -> list[str]:
    """Which log odds, by halves from -4 to 4, a probability reaches: with them a model need not follow a line."""
    reached = _log_odds(probability)
    return [f"{what} from {step / 2}" for step in range(-8, 9) if reached >= step / 2]


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1 - _SUREST), _SUREST)
    return math.log(bounded / (1 - bounded))


def with_confidence(model: LinearModel, event: Coded) -> Coded:
    """The event with the probability that type, actor and recipient are right; before, it has that of the type."""
    features = confidence_features(event, event.confidence)
    together = model.layer.score(features) if model.layer is not None else 0.0
    sure = model.probabilities(features, beside=together)[RIGHT]
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
    sides = f"sides {' '.join(hows)} {is_at_home}"
    yield from (sides, f"{kind} {sides}")

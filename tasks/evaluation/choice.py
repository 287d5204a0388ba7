"""Chooses the one event that a sentence is judged by, where a gold set asks for one type or class alone."""

from collections.abc import Sequence
from typing import Any

from tasks.evaluation.coded_texts import Event
from tasks.evaluation.label_sets import CLASSES, STATEMENT
from tasks.evaluation.measures import Span, overlap


def type_between(
    text: str, events: Sequence[Event], actor_spans: Sequence[Span], recipient_spans: Sequence[Span]
) -> str | None:
    """The event type (of PLOVER's 16) of what the given actor does to the given recipient; None where nothing is coded.

    `events` are the coded events of `text`, and the spans are offsets into it, several where a party is marked in
    several places and none where it is not marked. Without a model, it is the type of `event_between`.
    """
    event = event_between(events, actor_spans, recipient_spans)
    return None if event is None else event["event_type"]


def event_between(
    events: Sequence[Event], actor_spans: Sequence[Span], recipient_spans: Sequence[Span]
) -> Event | None:
    """The coded event that is most likely the one between two given parties; None where nothing is coded.

    First an event whose actor overlaps the given actor and whose recipient overlaps the given recipient; else one where
    either does; else any. Among equals it is the one of highest confidence, then the first of the text.
    """

    def fit(event: Event) -> tuple[int, float]:
        actors, recipients = party_spans(event)
        return _meets(actors, actor_spans) + _meets(recipients, recipient_spans), event["confidence"]

    return max(events, key=fit, default=None)


def best_event(events: Sequence[Event]) -> Event | None:
    """The event of highest confidence, the first of the text among equals; None where nothing is coded."""
    return max(events, key=lambda event: float(event["confidence"]), default=None)


def class_of(events: Sequence[Event]) -> int:
    """The class (0 to 4) of a sentence: that of its best event, a statement where nothing is coded."""
    event = best_event(events)
    return STATEMENT if event is None else CLASSES[event["event_type"]]


def party_spans(event: Event) -> tuple[list[Span], list[Span]]:
    """Where the actors and the recipients of a coded event stand; those of a reciprocal one are both.

    A party that the text only implies stands nowhere.
    """
    actors = _spans(event["actors"])
    return actors, actors if event["reciprocal"] else _spans(event["recipients"])


def _spans(parties: Sequence[dict[str, Any]]) -> list[Span]:
    return [(party["start"], party["end"]) for party in parties if party["start"] is not None]


def _meets(some: Sequence[Span], others: Sequence[Span]) -> bool:
    return any(overlap(one, other) for one in some for other in others)

"""Coded events as `dotterel code --explain` prints them, with the fields that the evaluation looks at."""

from collections.abc import Sequence
from typing import Any

from tasks.evaluation.coded_texts import CodedTexts

Party = tuple[str, str]
"""The words of a party, and its country or sector."""


def event(
    text: str,
    event_type: str,
    actors: Sequence[Party] = (),
    recipients: Sequence[Party] = (),
    confidence: float = 0.8,
    reciprocal: bool = False,
) -> dict[str, Any]:
    return {
        "event_type": event_type,
        "confidence": confidence,
        "reciprocal": reciprocal,
        "rule": f"{event_type.lower()}.csv:1",
        "actors": [_party(text, *party) for party in actors],
        "recipients": [_party(text, *party) for party in recipients],
    }


def coded(events: dict[str, Sequence[dict[str, Any]]]) -> CodedTexts:
    """The coder's answer for texts without date and title."""
    return CodedTexts({(text, "", ""): some for text, some in events.items()})


def _party(text: str, words: str, code: str) -> dict[str, Any]:
    """A party; one without words is implied and stands nowhere."""
    sector = code in ("GOV", "IGO")
    return {
        "text": words or None,
        "country": None if sector else code or None,
        "sector": code if sector else None,
        "start": text.index(words) if words else None,
        "end": text.index(words) + len(words) if words else None,
    }

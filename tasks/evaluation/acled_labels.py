"""Gives a text one label of an ACLED-like scheme, from the coder's events and a small vocabulary."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tasks.evaluation.acled_rules import Rules

OTHER: Final = "OTHER"
"""The label of a text that no rule speaks for."""
_LATER: Final = 0.5
"""What a rule counts for that fits a later sentence only: news tells its main event first."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])|\n+")


class AcledLabels:
    """Labels texts by the rules of `acled_types.csv`: the label with the most points wins.

    A rule counts once, with its points where it fits the first sentence and half of them where it fits a later one.
    The types are ACLED's sub-event types (ACLED codebook, 2021), with diplomacy, claims of responsibility, organised
    crime and disasters beside them, as the CASE 2021 task has them.
    """

    def __init__(self, codebook: Path) -> None:
        """Read the rules in the folder of the codebook; ConfigError says what is wrong with them."""
        self._rules = Rules(codebook)
        self.rules = self._rules.lines
        self.unused_classes = self._rules.unused

    def label(self, text: str, events: Sequence[Mapping[str, Any]]) -> str:
        """The label of a text with its events, as `dotterel code` gives them; OTHER where nothing fits."""
        scores = self.scores(text, events)
        return max(scores, key=lambda label: scores[label], default=OTHER)

    def scores(self, text: str, events: Sequence[Mapping[str, Any]]) -> dict[str, float]:
        """The points above 0 of each label, in the order of the file."""
        found: dict[str, float] = {}
        for label, points, _ in self.reasons(text, events):
            found[label] = found.get(label, 0.0) + points
        return {label: points for label, points in found.items() if points > 0}

    def reasons(self, text: str, events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, float, str]]:
        """The rules that fit: label, points as counted, and the line of the file that says so."""
        parts = [(self._rules.hits(text[start:end]), _within(events, start, end)) for start, end in _sentences(text)]
        whole = (self._rules.hits(text), list(events))
        for rule in self._rules.lines:
            if rule.whole_text:
                at = 0 if rule.fits(*whole) else None
            else:
                at = next((n for n, part in enumerate(parts) if rule.fits(*part)), None)
            if at is not None:
                yield rule.label, rule.points * (_LATER if at else 1.0), rule.where


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """First and last character (exclusive) of each sentence, roughly: a full stop before a capital ends one."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
            start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _within(events: Sequence[Mapping[str, Any]], start: int, end: int) -> list[Mapping[str, Any]]:
    return [event for event in events if start <= event["trigger_start"] < end]

"""What the evaluation of one gold set gives: rows of scores, rows of errors, and coded events that were judged."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from tasks.evaluation.measures import Score, Tallies, f1_error, total

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Judged:
    """A coded event held against the gold: is its type right, and are all its actors and recipients as well."""

    confidence: float
    type_right: bool
    all_right: bool


@dataclass(slots=True)
class Result:
    """The evaluation of one set. All shares are between 0 and 1.

    `scores`: set, measure, value (F1, accuracy or a share, as the measure says), standard_error (where asked for),
    precision, recall, right, coded, gold (counts). `by_label`: the same with `label`, an event type, class or role.
    `errors`: set, id, level (what is wrong first), gold, coded, rule, text.
    """

    name: str
    bootstrap: bool = False
    scores: list[Row] = field(default_factory=list)
    by_label: list[Row] = field(default_factory=list)
    errors: list[Row] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    def add_f1(self, measure: str, tallies: Tallies) -> None:
        """Add a score of F1 over sentences."""
        score = total(tallies)
        self.scores.append(self._of(measure, score, f1_error(tallies) if self.bootstrap else None))

    def add_share(
        self, measure: str, value: float, error: float | None, *, right: int | None, coded: int, gold: int
    ) -> None:
        """Add a score that is no F1 of sets: of `gold` sentences `coded` have anything coded, `right` what is right."""
        row = {"set": self.name, "measure": measure, "value": value, "standard_error": error}
        self.scores.append(row | {"precision": None, "recall": None, "right": right, "coded": coded, "gold": gold})

    def add_label(self, measure: str, label: Hashable, score: Score) -> None:
        """Add the score of one label."""
        self.by_label.append(self._of(measure, score, None) | {"label": str(label)})

    def add_error(self, sentence: tuple[str, str], level: str, gold: str, coded: str, rule: str = "") -> None:
        """Add a sentence (id, text) on which gold and coder differ."""
        given_id, text = sentence
        row = {"set": self.name, "id": given_id, "level": level, "gold": gold, "coded": coded, "rule": rule}
        self.errors.append(row | {"text": text})

    def _of(self, measure: str, score: Score, error: float | None) -> Row:
        return {
            "set": self.name,
            "measure": measure,
            "value": score.f1,
            "standard_error": error,
            "precision": score.precision,
            "recall": score.recall,
            "right": score.right,
            "coded": score.coded,
            "gold": score.gold,
        }

"""Holds the coder's confidence against how often it is right."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from tasks.evaluation.result import Judged

BINS: Final = 10
"""Bins of equal width: 0.0-0.1 to 0.9-1.0, each with its lower bound in it, the last with both."""
_VERDICTS: Final = ("type_right", "all_right")


def calibration(name: str, judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """The table of a set: one row a bin that has events, then one over all events.

    Columns: set, confidence (the bin, or `all`), events, mean_confidence, type_right, all_right (shares of the events);
    and in the last row for both verdicts the expected calibration error (mean distance of confidence and share of the
    bins, weighted by events) and the Brier score (mean squared distance of confidence and verdict).
    """
    if not judged:
        return []
    confidence = np.array([one.confidence for one in judged])
    verdicts = {verdict: np.array([getattr(one, verdict) for one in judged], dtype=float) for verdict in _VERDICTS}
    # Rounding first: 0.3 / 0.1 is a little less than 3.
    bins = np.minimum(np.floor(np.round(confidence * BINS, 9)).astype(int), BINS - 1)
    rows = []
    for number in sorted(set(bins.tolist())):
        held = bins == number
        label = f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}"
        rows.append(_row(name, label, confidence[held], {v: right[held] for v, right in verdicts.items()}))
    whole = _row(name, "all", confidence, verdicts)
    for verdict, right in verdicts.items():
        gaps = (row["events"] * abs(row[verdict] - row["mean_confidence"]) for row in rows)
        whole[f"{verdict}_calibration_error"] = sum(gaps) / len(judged)
        whole[f"{verdict}_brier"] = float(np.mean((confidence - right) ** 2))
    return [*rows, whole]


def _row(name: str, label: str, confidence: Any, verdicts: dict[str, Any]) -> dict[str, Any]:
    row = {"set": name, "confidence": label, "events": len(confidence), "mean_confidence": float(confidence.mean())}
    return row | {verdict: float(right.mean()) for verdict, right in verdicts.items()}

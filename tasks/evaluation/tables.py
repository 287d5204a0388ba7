"""Puts results of several gold sets into the tables that `dotterel evaluate` prints."""

from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow as pa

from tasks.evaluation.calibration import calibration
from tasks.evaluation.result import Result, Row

_TYPES: Final = {
    **dict.fromkeys(("set", "measure", "label", "confidence"), pa.string()),
    **dict.fromkeys(("right", "coded", "gold", "events"), pa.int64()),
}
"""Types of columns; all others are shares and errors."""


def score_table(results: Iterable[Result], *, by_label: bool = False) -> pa.Table:
    """A row for each set and measure; see Result. `by_label` adds a row for each event type, class or role.

    Columns: set, measure, label (with `by_label`; empty for the whole set), value, standard_error (where it was asked
    for), precision, recall, right, coded, gold.
    """
    results = list(results)
    rows = [row for result in results for row in (*result.scores, *(result.by_label if by_label else ()))]
    names = ["set", "measure", "label", "value", "standard_error", "precision", "recall", "right", "coded", "gold"]
    if not by_label:
        names.remove("label")
    if not any(result.bootstrap for result in results):
        names.remove("standard_error")
    return _table(rows, names)


def calibration_table(results: Iterable[Result]) -> pa.Table:
    """The tables of `calibration` of all sets that have events to judge, one after the other."""
    names = ["set", "confidence", "events", "mean_confidence", "type_right", "all_right"]
    names += [f"{verdict}_{what}" for verdict in ("type_right", "all_right") for what in ("calibration_error", "brier")]
    return _table([row for result in results for row in calibration(result.name, result.judged)], names)


def error_table(results: Iterable[Result]) -> pa.Table:
    """The sentences on which gold and coder differ: set, id, level, gold, coded, text, rule."""
    names = ["set", "id", "level", "gold", "coded", "text", "rule"]
    rows = [row for result in results for row in result.errors]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in names]))


def _table(rows: Sequence[Row], names: Sequence[str]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, _TYPES.get(name, pa.float64())) for name in names]))

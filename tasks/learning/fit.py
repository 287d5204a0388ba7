"""Fits a linear model to cases whose class is known. Needs scikit-learn (`pip install 'dotterel[train]'`)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tasks.learning.linear_model import Features, LinearModel, rounded

LEAST_CASES: Final = 3
"""Cases that must have a feature for it to be learnt from."""
_ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One example: its features, its class, and how much it counts."""

    features: Features
    label: str
    weight: float = 1.0


def fit(cases: Sequence[Case], strictness: float, about: Mapping[str, Any] | None = None) -> LinearModel:
    """Logistic regression with L2 penalty; the smaller `strictness` (scikit-learn's C), the smaller the weights.

    Deterministic: the same cases in the same order give the same model. Raises ValueError for fewer than two classes.
    """
    counts = Counter(name for case in cases for name, value in case.features.items() if value)
    names = sorted(name for name, count in counts.items() if count >= LEAST_CASES)
    place = {name: at for at, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, case in enumerate(cases):
        for name, value in case.features.items():
            if value and name in place:
                rows.append(row)
                columns.append(place[name])
                values.append(value)
    table = csr_matrix((values, (rows, columns)), shape=(len(cases), len(names)), dtype=np.float64)
    regression = LogisticRegression(C=strictness, max_iter=_ROUNDS, solver="lbfgs")
    regression.fit(table, [case.label for case in cases], sample_weight=[case.weight for case in cases])
    weights = np.vectorize(rounded, otypes=[float])(regression.coef_)
    kept = [at for at in range(len(names)) if weights[:, at].any()]
    return LinearModel(
        classes=tuple(str(name) for name in regression.classes_),
        intercepts=tuple(rounded(value) for value in regression.intercept_),
        weights={names[at]: tuple(float(value) for value in weights[:, at]) for at in kept},
        about=dict(about or {}) | {"cases": len(cases), "strictness": strictness},
    )

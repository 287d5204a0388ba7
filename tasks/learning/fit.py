"""Fits linear models to cases whose class is known, and to choices of which it is known who is right.

Needs scikit-learn (`pip install 'dotterel[train]'`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tasks.learning.linear_model import RIGHT, WRONG, Features, LinearModel, rounded

LEAST_CASES: Final = 3
"""Cases that must have a feature for it to be learnt from."""
_ROUNDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Case:
    """One example: its features, its class, and how much it counts."""

    features: Features
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice:
    """One example of a choice: the features of its options, the places of those that are right, the features of
    choosing none of them (empty where it is not told whether that is right), and how much it counts.
    """

    options: Sequence[Features]
    right: frozenset[int]
    none: Features
    weight: float = 1.0


def fit_choice(choices: Sequence[Choice], strictness: float) -> LinearModel:
    """Conditional logit (McFadden 1974) with L2 penalty: of the options of a choice and none of them, one that is right
    is chosen with the highest probability. The model has one weight a feature and no intercept; who has the highest
    score is chosen. Deterministic. Choices that cannot teach are left out; raises ValueError when none is left.
    """
    taught = [c for c in choices if c.options and (c.right or c.none)]
    if not taught:
        raise ValueError("no choice tells what is right")
    rows = [(at, option, place in c.right) for at, c in enumerate(taught) for place, option in enumerate(c.options)]
    rows += [(at, c.none, not c.right) for at, c in enumerate(taught) if c.none]
    names, table = feature_table([option for _, option, _ in rows])
    of = np.array([at for at, _, _ in rows])
    is_right = np.array([right for _, _, right in rows], dtype=np.float64)
    weight = np.array([c.weight for c in taught])
    transposed = csr_matrix(table.T)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = table @ weights
        highest = np.full(len(taught), -np.inf)
        np.maximum.at(highest, of, scores)
        parts = np.exp(scores - highest[of])
        total, right = (np.bincount(of, some, len(taught)) for some in (parts, parts * is_right))
        slope = weight[of] * (parts * is_right / right[of] - parts / total[of])
        lost = (weight * (np.log(total) - np.log(right))).sum()
        return lost + weights @ weights / (2 * strictness), weights / strictness - transposed @ slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x
    kept = {name: (rounded(value),) for name, value in zip(names, found, strict=True) if rounded(value)}
    return LinearModel((WRONG, RIGHT), (0.0,), kept, {"cases": len(taught), "strictness": strictness})


def feature_table(rows: Sequence[Features]) -> tuple[list[str], csr_matrix]:
    """The features that enough rows have, and their values: one row for each given one, one column a feature."""
    counts = Counter(name for row in rows for name, value in row.items() if value)
    names = sorted(name for name, count in counts.items() if count >= LEAST_CASES)
    place = {name: at for at, name in enumerate(names)}
    found = [(at, place[n], value) for at, row in enumerate(rows) for n, value in row.items() if value and n in place]
    ats, columns, values = zip(*found, strict=True) if found else ((), (), ())
    return names, csr_matrix((values, (ats, columns)), shape=(len(rows), len(names)), dtype=np.float64)


def fit(cases: Sequence[Case], strictness: float, about: Mapping[str, Any] | None = None) -> LinearModel:
    """Logistic regression with L2 penalty; the smaller `strictness` (scikit-learn's C), the smaller the weights.

    Deterministic: the same cases in the same order give the same model. Raises ValueError for fewer than two classes.
    """
    names, table = feature_table([case.features for case in cases])
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

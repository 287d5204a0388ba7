"""A hidden layer of neurons: what the features of a case say together, beyond what a linear model adds up.

Its weights are whole numbers with one scale a neuron, so that sums of features that are there (value 1) are exact and
hang on no order.
"""

import base64
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Neurons = npt.NDArray[np.float64]
"""What features bring each neuron, in whole weights: one number a neuron."""

LARGEST: Final = 127
"""The largest whole weight."""


@dataclass(frozen=True, slots=True, eq=False)
class HiddenLayer:
    """Neurons between features and score.

    `weights` (features by neurons, int8) times `scales` are the weights of the features, whose rows are `rows`; a
    neuron passes on what is above 0 (ReLU), with its weight in `out`.
    """

    rows: Mapping[str, int]
    weights: npt.NDArray[np.int8]
    scales: Neurons
    biases: Neurons
    out: Neurons

    def rows_of(self, names: Iterable[str]) -> list[int]:
        """The rows of those features that it knows."""
        rows = self.rows
        return [rows[name] for name in names if name in rows]

    def brought(self, rows: Sequence[int]) -> Neurons:
        """What features that are there bring each neuron, by their rows."""
        brought: Neurons = self.weights[rows].sum(axis=0, dtype=np.int64).astype(np.float64)
        return brought

    def score(self, features: Mapping[str, float], beside: Neurons | None = None) -> float:
        """What the layer adds to the score of a case. `beside`: what further features bring, which cases share."""
        total = self.brought(self.rows_of(name for name, value in features.items() if value == 1.0))
        if beside is not None:
            total += beside
        for name in sorted(name for name, value in features.items() if value != 1.0 and name in self.rows):
            total += self.weights[self.rows[name]] * features[name]
        inner = np.maximum(total * self.scales + self.biases, 0.0)
        return math.fsum((inner * self.out).tolist())

    def as_json(self) -> dict[str, Any]:
        """The layer as an object for JSON; the weights are bytes in base64, row after row."""
        names = sorted(self.rows, key=lambda name: self.rows[name])
        packed = base64.b64encode(self.weights.astype(np.int8).tobytes()).decode("ascii")
        sides = {"scales": self.scales.tolist(), "biases": self.biases.tolist(), "out": self.out.tolist()}
        return {"names": names, "weights": packed, **sides}

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "HiddenLayer":
        """The layer of such an object. Raises ValueError, KeyError or TypeError where it is none."""
        names = content["names"]
        sides = [np.array(content[key], dtype=np.float64) for key in ("scales", "biases", "out")]
        weights = np.frombuffer(base64.b64decode(content["weights"]), dtype=np.int8).reshape(len(names), len(sides[0]))
        if len({len(side) for side in sides}) > 1:
            raise ValueError("the sides of its layer differ")
        return cls({name: row for row, name in enumerate(names)}, weights, *sides)

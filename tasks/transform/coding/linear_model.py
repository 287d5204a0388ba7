"""A logistic model over named features: plain numbers in a small file, the same on every machine."""

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DIGITS: Final = 4
"""Decimals kept of a weight: more would only make the file larger."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights by feature, and a bias; features that the model does not know count nothing."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability, between 0 and 1, that what has these features is what the model looks for."""
        score = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

    def as_data(self) -> dict[str, Any]:
        """The model as JSON can hold it: weights rounded, those that round to nothing left out."""
        rounded = {name: round(weight, _DIGITS) for name, weight in sorted(self.weights.items())}
        return {"bias": round(self.bias, _DIGITS), "weights": {n: w for n, w in rounded.items() if w}}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "LinearModel":
        """The model that `as_data` has written down."""
        return cls(float(data["bias"]), {str(name): float(weight) for name, weight in data["weights"].items()})


def write_models(path: Path, content: Mapping[str, Any]) -> None:
    """Write models and what else belongs to them; the same content gives the same bytes."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def read_models(path: Path) -> dict[str, Any]:
    """What `write_models` has written. OSError where there is no such file."""
    content: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()).decode("utf-8"))
    return content

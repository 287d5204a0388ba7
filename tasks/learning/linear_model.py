"""A linear model over named features: probabilities, and a file that a person can read."""

import gzip
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tasks.errors import ConfigError
from tasks.learning.hidden_layer import HiddenLayer

RIGHT: Final = "right"
WRONG: Final = "wrong"
"""The classes of a model that judges."""
Features = Mapping[str, float]
"""What is known of a case: the names of its features with their values. What is not named is 0."""

CODING: Final = ("worth", "events", "actors", "recipients", "recipient_choice", "confidence")
"""The models that coding needs; further ones lie beside them."""
_DECIMALS: Final = 4
"""Weights are written with so many decimals, and used as they are written."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A model of two or more classes. Each feature has one weight a class; of two classes only the second has weights.

    `about` is what the file says of itself: what it was trained on, and with which settings. `layer` adds to the score
    what features say together; whoever has one adds it (see `EventChooser`), the methods here leave it out.
    """

    classes: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: Mapping[str, tuple[float, ...]]
    about: Mapping[str, Any] = field(default_factory=dict)
    layer: HiddenLayer | None = None

    def scores(self, features: Features) -> list[float]:
        """The sum of the weights of a case, one a class that has weights. Unknown features are 0."""
        if len(self.intercepts) == 1:  # most models; a third of the time of the loop below, and the order is nothing
            weights = self.weights
            return [self.intercepts[0] + math.fsum([weights[n][0] * x for n, x in features.items() if n in weights])]
        totals = list(self.intercepts)
        for name, value in features.items():
            found = self.weights.get(name)
            if found is not None:
                for place, weight in enumerate(found):
                    totals[place] += weight * value
        return totals

    def sum_of(self, names: Iterable[str]) -> float:
        """The sum of the weights of features that are there, in a model of two classes."""
        weights = self.weights
        return math.fsum(weights[name][0] for name in names if name in weights)

    def probabilities(self, features: Features, beside: float = 0.0) -> dict[str, float]:
        """The probability of each class, by the logistic function (two classes) or softmax; they add up to 1.

        `beside`: the sum of further features that several cases share (two classes only).
        """
        scores = self.scores(features)
        if len(self.classes) == 2:
            second = 1 / (1 + math.exp(-max(-500.0, min(scores[0] + beside, 500.0))))
            return {self.classes[0]: 1 - second, self.classes[1]: second}
        highest = max(scores)
        parts = [math.exp(score - highest) for score in scores]
        return {name: part / sum(parts) for name, part in zip(self.classes, parts, strict=True)}

    def best(self, features: Features) -> str:
        """The most probable class; the first of those that tie."""
        probabilities = self.probabilities(features)
        return max(self.classes, key=lambda name: probabilities[name])

    def save(self, path: Path) -> None:
        """Write it as gzipped JSON; the same model gives the same bytes on every machine."""
        content = {
            "about": dict(self.about),
            "classes": list(self.classes),
            "intercepts": list(self.intercepts),
            "weights": {name: list(weights) for name, weights in sorted(self.weights.items())},
        }
        if self.layer is not None:
            content["layer"] = self.layer.as_json()
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0))


def rounded(value: float) -> float:
    """A weight as it is written: without it, a model just trained and the same model read again would differ."""
    return round(float(value), _DECIMALS) + 0.0


def read(path: Path) -> bytes:
    """The bytes of a model's file. Raises ConfigError that says what to do when they cannot be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f'{path}: there is no model to be read ({error.strerror}); set model = "none".') from None


def load_coding(folder: Path) -> dict[str, LinearModel]:
    """The models of a folder that coding needs, by name; ConfigError where one is missing or is none."""
    return {name: load(folder / f"{name}.json.gz") for name in CODING}


def load(path: Path) -> LinearModel:
    """The model in a file. Raises ConfigError that says what to do when it is missing or is no model."""
    packed = read(path)
    try:
        content = json.loads(gzip.decompress(packed))
        model = LinearModel(
            classes=tuple(content["classes"]),
            intercepts=tuple(content["intercepts"]),
            weights={name: tuple(weights) for name, weights in content["weights"].items()},
            about=content["about"],
            layer=HiddenLayer.of_json(content["layer"]) if "layer" in content else None,
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: is not a model of Dotterel ({error}); train it again.") from None
    columns = 1 if len(model.classes) == 2 else len(model.classes)
    if len(model.intercepts) != columns or any(len(weights) != columns for weights in model.weights.values()):
        raise ConfigError(f"{path}: is not a model of Dotterel (weights do not fit its classes); train it again.")
    return model

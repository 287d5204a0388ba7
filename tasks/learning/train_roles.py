"""Trains the model of actors and recipients: `python -m tasks.learning.train_roles GOLD.jsonl ... [--out FILE]`."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from tasks.learning.party_choice import Limits, Roles
from tasks.learning.role_examples import Example, examples
from tasks.settings import Settings, shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.linear_model import LinearModel, write_models

STRENGTH: Final = 0.3
"""Inverse strength of the regularisation; 0.1 to 1 gave the same within a point of dyad F1 (five folds, 2026-11)."""
LIMITS: Final = Limits(
    keep_actor=0.35,
    fill_actor=0.35,
    keep_recipient=0.15,
    fill_recipient=0.35,
    context=1.0,
    keep_together=0.5,
    open_actor=0.6,
)
"""Chosen by the mean dyad F1 of news and PLOVER sentences in five folds (2026-11); the maximum is flat."""


def fit(some: Sequence[Example]) -> tuple[LinearModel, LinearModel]:
    """The models of actors and of recipients."""
    table = DictVectorizer()
    columns = table.fit_transform([e.features for e in some])
    weights = [e.weight for e in some]
    names: list[str] = table.get_feature_names_out().tolist()
    models = []
    for wanted in ([e.is_actor for e in some], [e.is_recipient for e in some]):
        fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(columns, wanted, sample_weight=weights)
        coefficients = dict(zip(names, fitted.coef_[0].tolist(), strict=True))
        models.append(LinearModel(float(fitted.intercept_[0]), coefficients))
    return models[0], models[1]


def roles_of(some: Sequence[Example]) -> Roles:
    """The chooser of parties that some examples give."""
    return Roles(*fit(some), LIMITS)


def read_gold(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The rows of gold files."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line]


def main() -> None:
    """Train on gold files and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=shipped("data") / "models" / "roles.json.gz")
    given = parser.parse_args()
    some = list(examples(read_gold(given.gold), load(Settings.load().codebook.resolve())))
    actor, recipient = fit(some)
    limits = {name: getattr(LIMITS, name) for name in Limits.__slots__}
    write_models(given.out, {"actor": actor.as_data(), "recipient": recipient.as_data(), "limits": limits})


if __name__ == "__main__":
    main()

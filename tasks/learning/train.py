"""Trains the models on gold files: `python -m tasks.learning.train GOLD.jsonl ... [--out data/models]`.

Only whoever changes the codebook, the rules or the features needs it, and only with scikit-learn (the extra `train`);
what codes reads the models that it wrote.
"""

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tasks.evaluation.folds import folds
from tasks.evaluation.gold import GoldSentence, read_gold
from tasks.learning.annotated import read_annotated
from tasks.learning.examples import Example, confidence_cases, examples
from tasks.learning.fit import LEAST_CASES, Case, Choice, fit, fit_choice
from tasks.learning.fit_layer import FREEDOM, fit_layer
from tasks.learning.linear_model import CODING, LinearModel
from tasks.learning.party_examples import Recorder, party_cases
from tasks.learning.seen import save_seen
from tasks.settings import Settings
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.grammar import Grammar

FOLDS: Final = 5
STRICTNESS: Final = {
    "worth": 0.1,
    "events": 0.1,
    "actors": 0.1,
    "recipients": 0.1,
    "recipient_choice": 0.03,
    "relations": 1.0,
    "classes": 1.0,
    "spans_actor": 0.5,
    "spans_recipient": 0.1,
    "spans_end": 0.3,
    "confidence": 0.1,
}
"""How freely each model may learn, by five-fold cross-fitting on the development sets (2026-11): events 0.02 to 0.2,
relations and classes 0.02 to 1, spans 0.03 to 1, confidence 0.01 to 1 were tried, the choice of a recipient 0.03 to 1,
of which the strictest is taken."""


def read_examples(gold: Sequence[GoldSentence], codebook: Path) -> list[Example]:
    """The examples of gold sentences, read by the rules of a codebook."""
    rules = load(codebook)
    found = examples(gold, Coder(rules, "training"), rules, Grammar(rules))
    return [replace(one, parties=parties) for one, parties in zip(found, party_cases(gold, rules), strict=True)]


def read_sentences(
    files: Sequence[Path], annotations: Sequence[Path] = (), lake: Path | None = None
) -> list[GoldSentence]:
    """The sentences of gold files, and of annotations whose articles are in a lake."""
    found = [sentence for file in files for sentence in read_gold(file).sentences]
    return found + [one for path in annotations for one in read_annotated(path, lake or Path())]


@dataclass(frozen=True, slots=True)
class Fold:
    """A part of the examples, with the coding models that have not seen it, and how sure one can be of what they code
    there.
    """

    own: list[Example]
    others: list[Example]
    coding: dict[str, LinearModel]
    sure: list[Case]


def parted(some: Sequence[Example], rules: Codebook, k: int = FOLDS) -> list[Fold]:
    """The examples in `k` folds; no near-copy of a sentence stands in two of them."""
    found = []
    parts = folds([example.gold.text for example in some], k)
    for part in range(k):
        others = [example for example, at in zip(some, parts, strict=True) if at != part]
        own = [example for example, at in zip(some, parts, strict=True) if at == part]
        coding = _fitted({name: cases for name, cases in _cases(others).items() if name in CODING})
        recorder = Recorder()
        sure = confidence_cases(own, Coder(rules, "training", coding, watch=recorder), recorder)
        found.append(Fold(own, others, coding, list(sure)))
    return found


def train(some: Sequence[Example], rules: Codebook) -> dict[str, LinearModel]:
    """The models that the examples teach, by name; one for which they have too few cases is left out.

    The model of confidence learns from events that were coded by models which had not seen their sentences.
    """
    sure = [case for fold in parted(some, rules) for case in fold.sure]
    return _fitted(_cases(some) | {"confidence": sure})


def cross_fit(
    some: Sequence[Example], rules: Codebook, k: int = FOLDS
) -> list[tuple[dict[str, LinearModel], list[Example]]]:
    """For each of `k` folds the models trained on the others, and the examples of the fold itself: each fold is judged
    by models that have not seen it.
    """
    every = parted(some, rules, k)
    found = []
    for fold in every:
        sure = [case for other in every if other is not fold for case in other.sure]
        other = {name: cases for name, cases in _cases(fold.others).items() if name not in CODING}
        found.append((fold.coding | _fitted(other | {"confidence": sure}), fold.own))
    return found


def _cases(some: Sequence[Example]) -> dict[str, list[Case] | list[Choice]]:
    """The cases of some examples, by the model that learns from them."""
    return {
        "worth": [example.worth for example in some if example.worth is not None],
        "events": [case for example in some for case in example.events],
        "actors": [case for example in some for case in example.parties.actors],
        "recipients": [case for example in some for case in example.parties.recipients],
        "recipient_choice": [choice for example in some for choice in example.parties.choices],
        "relations": [example.relation for example in some if example.relation is not None],
        "classes": [example.sentence for example in some if example.sentence is not None],
        "spans_actor": [case for example in some for case in example.spans.actors],
        "spans_recipient": [case for example in some for case in example.spans.recipients],
        "spans_end": [case for example in some for case in example.spans.ends],
    }


def _fitted(taught: Mapping[str, Sequence[Case] | Sequence[Choice]]) -> dict[str, LinearModel]:
    found = {}
    for name, some in taught.items():
        choices = [one for one in some if isinstance(one, Choice)]
        cases = [one for one in some if isinstance(one, Case)]
        if sum(bool(choice.right) for choice in choices) >= LEAST_CASES:
            found[name] = fit_choice(choices, STRICTNESS[name])
        elif _teach_something(cases):
            model = fit(cases, STRICTNESS[name])
            if name in FREEDOM:
                model = replace(model, layer=fit_layer(model, cases, FREEDOM[name]))
            found[name] = model
    return found


def _teach_something(cases: Sequence[Case]) -> bool:
    """Whether two classes have as many cases as a feature must have to be learnt."""
    return sum(count >= LEAST_CASES for count in Counter(case.label for case in cases).values()) > 1


def gold_of(some: Sequence[Example]) -> list[GoldSentence]:
    """The gold sentences of some examples."""
    return [example.gold for example in some]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on the files named on the command line and write the models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path, help="gold files, as README.md describes them")
    parser.add_argument("--out", type=Path, default=Path("data/models"), help="folder of the models")
    parser.add_argument("--annotated", nargs="*", type=Path, default=[], help="annotations, as in data/annotations")
    parser.add_argument("--lake", type=Path, help="the lake with the articles that were annotated")
    given = parser.parse_args(arguments)
    if bool(given.annotated) != bool(given.lake):
        parser.error("--annotated and --lake go together")
    codebook = Settings.load().codebook.resolve()
    some = read_examples(read_sentences(given.gold, given.annotated, given.lake), codebook)
    for name, model in train(some, load(codebook)).items():
        model.save(given.out / f"{name}.json.gz")
    save_seen(given.out, [example.gold.text for example in some])


if __name__ == "__main__":
    main()

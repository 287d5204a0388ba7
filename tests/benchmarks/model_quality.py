"""Prints how the coder does with models that have not seen a sentence: `python tests/benchmarks/model_quality.py`.

Trains on four folds of the development sets and codes the fifth, five times; near-copies stand in one fold. The sets
and their scorers are read in place from the folder of real files (setting DOTTEREL_REAL_DATA).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.evaluation.gold import AnnotatedTwice, GoldSentence, WithEvents
from tasks.learning.choose import RIGHT
from tasks.learning.examples import Example, confidence_cases
from tasks.learning.given import article
from tasks.learning.linear_model import LinearModel
from tasks.learning.party_examples import Recorder
from tasks.learning.train import cross_fit, gold_of, read_examples
from tasks.settings import Settings
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coder import Coder

SETS = ("news_dev", "plover_gsr_dev", "plv_train", "cameo_class_train", "cameo_ner_train")


def predictions(coder: Coder, gold: Sequence[GoldSentence]) -> Iterator[dict[str, Any]]:
    """The coder's events in the scorers' form."""
    for one, coded in zip(gold, coder.code([article(one) for one in gold]), strict=True):
        events: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
        for row in coded.events:
            events[row["trigger_id"], row["event_type"]].append(row)
        for (_, event_type), rows in events.items():
            sides = {side: codes(rows, side) for side in ("actor", "recipient")}
            if rows[0]["reciprocal"]:
                sides["recipient"] = []
            yield {
                "id": one.id, "event_type": event_type, "source": sides["actor"], "target": sides["recipient"],
                "confidence": rows[0]["confidence"], "rule": rows[0]["rule"],
            }  # fmt: skip


def codes(rows: Sequence[Mapping[str, Any]], side: str) -> list[str]:
    """The countries, else sectors, of one side of an event."""
    found = {(r[f"{side}_start"] or 0, r[f"{side}_country"] or r[f"{side}_sector"] or "") for r in rows
             if r[f"{side}_text"] or r[f"{side}_country"]}  # fmt: skip
    return list(dict.fromkeys(code for _, code in sorted(found)))


def accuracy(fitted: Sequence[tuple[dict[str, LinearModel], list[Example]]], model: str, part: str) -> str:
    """How many relations or classes a model gets right, by five-fold cross-fitting."""
    cases = [(models[model], getattr(e, part)) for models, own in fitted for e in own if getattr(e, part) is not None]
    right = sum(trained.best(case.features) == case.label for trained, case in cases)
    return f"{right / len(cases):.3f} ({right} of {len(cases)})"


def calibration(fitted: Sequence[tuple[dict[str, LinearModel], list[Example]]], rules: Codebook) -> Iterator[str]:
    """Of the events given about one confidence, how many are right in type, actor and recipient."""
    given: list[tuple[float, bool]] = []
    for models, own in fitted:
        recorder = Recorder()
        unsure = {name: model for name, model in models.items() if name != "confidence"}
        for case in confidence_cases(own, Coder(rules, "cross-fitted", unsure, watch=recorder), recorder):
            given.append((models["confidence"].probabilities(case.features)[RIGHT], case.label == RIGHT))
    for low in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        high = 1.01 if low == 0.8 else (0.2 if not low else low + 0.1)
        some = [(confidence, right) for confidence, right in given if low <= confidence < high]
        if some:
            mean, share = (sum(column) / len(some) for column in zip(*some, strict=True))
            yield f"confidence {low:.1f} to {min(high, 1):.1f}: {len(some)} events, mean {mean:.2f}, right {share:.2f}"


def main() -> None:
    """Train, code, run the scorers, print what they print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="write the predictions into this folder")
    given = parser.parse_args()
    settings = Settings.load()
    folder, rules = settings.real_data / "gold", load(settings.codebook)
    fitted = cross_fit(read_examples([folder / f"{name}.jsonl" for name in SETS], settings.codebook), rules)
    print(f"plv_train, types of given parties, accuracy {accuracy(fitted, 'relations', 'relation')}")
    print(f"cameo_class_train, five classes, accuracy {accuracy(fitted, 'classes', 'sentence')}")
    print(*calibration(fitted, rules), sep="\n")
    for name, form, call in (("news_dev", AnnotatedTwice, "score_news.py"), ("plover_gsr_dev", WithEvents, "score.py")):
        coded: list[dict[str, Any]] = []
        for models, own in fitted:
            coder = Coder(rules, "cross-fitted", models)
            coded.extend(predictions(coder, [g for g in gold_of(own) if isinstance(g, form)]))
        with tempfile.TemporaryDirectory() as scratch:
            file = (given.keep or Path(scratch)) / f"{name}.predictions.jsonl"
            file.write_text("".join(json.dumps(row) + "\n" for row in coded), encoding="utf-8")
            arguments = [str(file)] if name == "news_dev" else [str(folder / f"{name}.jsonl"), str(file)]
            arguments += [] if name == "news_dev" else ["--types", "plover2021"]
            print(f"== {name}", flush=True)
            subprocess.run([sys.executable, str(folder / call), *arguments], check=True)


if __name__ == "__main__":
    main()

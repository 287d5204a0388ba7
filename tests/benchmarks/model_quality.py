"""Prints how the coder does with models that have not seen a sentence: `python tests/benchmarks/model_quality.py`.

Trains on four folds of the development sets and of the annotated sentences of news, and codes the fifth, five times;
near-copies stand in one fold. Every figure comes with its bootstrap standard error. The sets lie in the folder of real
files (setting DOTTEREL_REAL_DATA), the articles of the annotations in a lake (`--lake`, see CONTRIBUTING.md); without
one, the development sets alone are used. `--coded FILE` keeps what was coded in the annotated sentences, for
`judged_sample.py`. It takes about half an hour.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.evaluation.answers import Answers, answer
from tasks.evaluation.coded_texts import CodedTexts
from tasks.evaluation.evaluate import evaluate_set
from tasks.evaluation.gold import GoldSentence, GoldSet, WithEvents, read_gold
from tasks.evaluation.tables import calibration_table, score_table
from tasks.learning.annotated import Annotated
from tasks.learning.given import article
from tasks.learning.linear_model import CODING, LinearModel
from tasks.learning.train import cross_fit, gold_of, read_examples, read_sentences
from tasks.report.output import write_rows
from tasks.settings import Settings
from tasks.transform.code_text import by_trigger
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder

ANNOTATIONS = Path(__file__).resolve().parents[2] / "data" / "annotations" / "news.jsonl"
SETS = ("news_dev", "plover_gsr_dev", "plv_train", "cameo_class_train", "cameo_ner_train")


def coded_by(models: dict[str, LinearModel], gold: Sequence[GoldSentence], codebook: Path) -> dict[Any, Any]:
    """The events of each text, date and title, by the models that coding needs."""
    coder = Coder(load(codebook), "cross-fitted", {name: models[name] for name in CODING})
    given = [article(one) for one in gold]
    once = {id(one): one for one in given}
    coded = {key: by_trigger(c.events) for key, c in zip(once, coder.code(once.values()), strict=True)}
    return {
        (g.text, g.date, g.title): [e for e in coded[id(one)] if _is_inside(e, g)]
        for g, one in zip(gold, given, strict=True)
    }


def _is_inside(event: Mapping[str, Any], gold: GoldSentence) -> bool:
    """Whether an event is of the sentence, and not of another of its article."""
    return not isinstance(gold, Annotated) or gold.span[0] <= event["trigger_start"] < gold.span[1]


def write_coded(path: Path, gold: Sequence[GoldSentence], events: Mapping[Any, Any]) -> None:
    """Write the events of annotated sentences, by models that have not seen them: one line a sentence."""
    with path.open("w", encoding="utf-8") as file:
        for one in gold:
            if isinstance(one, Annotated):
                found = {"article_id": one.article["article_id"], "sentence_start": one.span[0]}
                found["events"] = events[one.text, one.date, one.title]
                file.write(json.dumps(found, default=str, ensure_ascii=False) + "\n")


def _as_gold(some: Sequence[GoldSentence]) -> GoldSet:
    """Annotated sentences as a gold set."""
    rows = (WithEvents(g.id, g.text, g.date, g.title, g.events) for g in some if isinstance(g, Annotated))
    return GoldSet("annotated news", tuple(rows))


def main() -> None:
    """Train, code, answer, print scores and calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by-type", action="store_true", help="also a row for each type, class or role")
    parser.add_argument("--lake", type=Path, help="the lake with the articles that were annotated")
    parser.add_argument("--coded", type=Path, help="a file for the events of the annotated sentences")
    given = parser.parse_args()
    if given.coded and not given.lake:
        parser.error("--coded needs the lake of the annotations")
    settings = Settings.load()
    codebook = settings.codebook.resolve()
    files = [settings.real_data / "gold" / f"{name}.jsonl" for name in SETS]
    sentences = read_sentences(files, [ANNOTATIONS] if given.lake else [], given.lake)
    events: dict[Any, Any] = {}
    answers: dict[GoldSentence, Any] = {}
    rules = Coder(load(codebook), "cross-fitted")
    for models, own in cross_fit(read_examples(sentences, codebook), load(codebook)):
        gold = gold_of(own)
        events |= coded_by(models, gold, codebook)
        answers |= {one: answer(one, models, rules, codebook) for one in gold if not isinstance(one, Annotated)}
    if given.coded:
        write_coded(given.coded, sentences, events)
    coded, answered = CodedTexts(events), Answers(answers)
    sets = [read_gold(file) for file in files] + ([_as_gold(sentences)] if given.lake else [])
    results = [evaluate_set(one, coded, codebook, None, answered, bootstrap=True) for one in sets]
    for table in (score_table(results, by_label=given.by_type), calibration_table(results)):
        write_rows(table, "table", sys.stdout.buffer)


if __name__ == "__main__":
    main()

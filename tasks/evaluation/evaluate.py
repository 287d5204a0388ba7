"""Evaluates coded events against gold sets, each set apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.evaluation.acled_labels import AcledLabels
from tasks.evaluation.answers import Answers, ask_models
from tasks.evaluation.coded_texts import CodedTexts, code_texts
from tasks.evaluation.gold import (
    AnnotatedTwice,
    BetweenParties,
    GoldSet,
    WithClass,
    WithEvents,
    WithLabel,
    WithSpans,
    read_gold,
)
from tasks.evaluation.result import Result
from tasks.evaluation.score_events import score_annotated_twice, score_events
from tasks.evaluation.score_labels import Labeller, score_between_parties, score_classes, score_other_labels
from tasks.evaluation.score_spans import score_spans
from tasks.settings import Settings
from tasks.transform.coding.codebook import load


def evaluate(paths: Sequence[Path], settings: Settings, *, bootstrap: bool = False) -> list[Result]:
    """The evaluation of each gold file, in order, by the codebook of `settings`; `bootstrap` gives standard errors.

    Each distinct text of all files is coded once. Raises UsageError for a file that is no gold file.
    """
    sets = [read_gold(path) for path in paths]
    labeller = None
    if any(isinstance(gold.sentences[0], WithLabel) for gold in sets):
        labeller = labeller_of(settings.codebook)
    every = [sentence for gold in sets for sentence in gold.sentences]
    coded, answers = code_texts(every, settings), ask_models(every, settings)
    return [evaluate_set(gold, coded, settings.codebook, labeller, answers, bootstrap=bootstrap) for gold in sets]


def labeller_of(codebook: Path) -> Labeller:
    """What labels texts by the ACLED-like scheme of CASE 2021, by the rules in the codebook."""
    return AcledLabels(codebook)


def evaluate_set(
    gold: GoldSet,
    coded: CodedTexts,
    codebook: Path,
    labeller: Labeller | None = None,
    answers: Answers | None = None,
    *,
    bootstrap: bool = False,
) -> Result:
    """The evaluation of one set, whose texts are all in `coded`. The form of its first sentence is that of all.

    A set with labels of another scheme is given them by `labeller`. With `answers`, those of the models are scored as
    well, and a row says how many of the sentences the models were trained on.
    """
    result = Result(gold.name, bootstrap=bootstrap)
    sentences: Any = gold.sentences
    match gold.sentences[0]:
        case AnnotatedTwice():
            score_annotated_twice(sentences, coded, result)
        case WithEvents():
            score_events(sentences, coded, result)
        case BetweenParties():
            score_between_parties(sentences, coded, result, answers)
        case WithClass():
            score_classes(sentences, coded, result, answers)
        case WithSpans():
            articles: list[str] = load(codebook).language["evaluation"]["articles"]
            score_spans(sentences, coded, articles, result, answers)
        case WithLabel():
            score_other_labels(sentences, coded, labeller or labeller_of(codebook), result)
    if answers is not None:
        seen, number = answers.trained_on(sentences), len(sentences)
        result.add_share("trained on", seen / number, None, right=None, coded=seen, gold=number)
    return result

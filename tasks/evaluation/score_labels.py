"""Scores the one label that a sentence gets: its type between given parties, its class, its label of another scheme."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from tasks.evaluation.answers import Answers
from tasks.evaluation.choice import class_of, event_between, type_between
from tasks.evaluation.coded_texts import CodedTexts, Event
from tasks.evaluation.gold import BetweenParties, GoldSentence, WithClass, WithLabel
from tasks.evaluation.label_sets import CLASS_NAMES, plv_type
from tasks.evaluation.measures import accuracy, accuracy_error, label_scores, weighted_f1, weighted_f1_error
from tasks.evaluation.result import Result

NOTHING: Final = "nothing coded"
BY_MODEL: Final = ", by the model"
"""What the measures of the models' own answers end with."""


class Labeller(Protocol):
    """Gives a text a label of another scheme than PLOVER."""

    def label(self, text: str, events: Sequence[Mapping[str, Any]]) -> str:
        """The label of a text with its coded events."""
        ...


def score_between_parties(
    sentences: Sequence[BetweenParties], coded: CodedTexts, result: Result, answers: Answers | None = None
) -> None:
    """Add the accuracy of the type between the parties given, as coded and as the model answers; nothing is wrong."""
    labels, rules = [], []
    for sentence in sentences:
        events = coded.events(sentence)
        found = type_between(sentence.text, events, sentence.actor_spans, sentence.recipient_spans)
        event = event_between(events, sentence.actor_spans, sentence.recipient_spans)
        labels.append(NOTHING if found is None else plv_type(found))
        rules.append(_rule(event))
    gold = [plv_type(sentence.event_type) for sentence in sentences]
    score_labels(sentences, gold, labels, rules, result)
    if answers is not None:
        _add_shares(gold, [answers[sentence] or NOTHING for sentence in sentences], result, BY_MODEL)


def score_classes(
    sentences: Sequence[WithClass], coded: CodedTexts, result: Result, answers: Answers | None = None
) -> None:
    """Add the accuracy of the five classes, as coded and as the model answers."""
    every = [coded.events(sentence) for sentence in sentences]
    labels = [_class_name(class_of(events)) for events in every]
    rules = [" | ".join(map(_rule, events)) for events in every]
    gold = [_class_name(sentence.label) for sentence in sentences]
    score_labels(sentences, gold, labels, rules, result)
    if answers is not None:
        _add_shares(gold, [_class_name(answers[sentence]) for sentence in sentences], result, BY_MODEL)


def score_other_labels(sentences: Sequence[WithLabel], coded: CodedTexts, labeller: Labeller, result: Result) -> None:
    """Add accuracy and weighted F1 of the labels of another scheme."""
    every = [coded.events(sentence) for sentence in sentences]
    labels = [labeller.label(sentence.text, events) for sentence, events in zip(sentences, every, strict=True)]
    rules = [" | ".join(map(_rule, events)) for events in every]
    score_labels(sentences, [sentence.label for sentence in sentences], labels, rules, result)


def score_labels(
    sentences: Iterable[GoldSentence],
    gold: Sequence[str],
    coded: Sequence[str],
    rules: Sequence[str],
    result: Result,
) -> None:
    """Add accuracy, weighted F1, and the score of each label, for the gold and the coded label of each sentence."""
    _add_shares(gold, coded, result)
    for label, score in label_scores(gold, coded).items():
        result.add_label("label", label, score)
    for sentence, want, have, rule in zip(sentences, gold, coded, rules, strict=True):
        if want != have:
            result.add_error((sentence.id, sentence.text), "label", want, have, rule)


def _add_shares(gold: Sequence[str], coded: Sequence[str], result: Result, suffix: str = "") -> None:
    right = sum(g == c for g, c in zip(gold, coded, strict=True))
    labelled = sum(c != NOTHING for c in coded)
    for measure, value, error in (
        ("accuracy", accuracy, accuracy_error),
        ("weighted F1", weighted_f1, weighted_f1_error),
    ):
        spread = error(gold, coded) if result.bootstrap else None
        result.add_share(measure + suffix, value(gold, coded), spread, right=right, coded=labelled, gold=len(gold))


def _class_name(label: int) -> str:
    return f"{label} {CLASS_NAMES[label]}"


def _rule(event: Event | None) -> str:
    return "" if event is None else event.get("rule") or ""

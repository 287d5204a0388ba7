"""What gold sets ask of the trained models, and what those that ship answer."""

from dataclasses import replace

import pytest

from tasks.evaluation import coded_texts
from tasks.evaluation.answers import ask_models
from tasks.evaluation.gold import BetweenParties, GoldSentence, WithClass, WithEvents, WithSpans
from tasks.settings import Settings

TEXT = "Soldiers from Norway shelled the harbour of Bergen on Monday."
PARTIES = BetweenParties("1", TEXT, "", "", "", ((14, 20),), ((44, 50),))
CLASS = WithClass("2", TEXT, "", "", 0)
SPANS = WithSpans("3", TEXT, "", "", (), ())
ASKED: list[GoldSentence] = [PARTIES, CLASS, SPANS, WithEvents("4", TEXT, "", "", ())]


def test_the_models_that_ship_answer_each_form_of_gold() -> None:
    answers = ask_models(ASKED, Settings())
    assert answers is not None
    assert (answers[PARTIES], answers[CLASS]) == ("ASSAULT", 4)
    actors, _ = answers[SPANS]
    assert [TEXT[start:end] for start, end in actors] == ["Soldiers from Norway"]


def test_sets_of_events_ask_the_models_nothing() -> None:
    answers = ask_models(ASKED, Settings())
    assert answers is not None
    with pytest.raises(KeyError):
        answers[ASKED[3]]


def test_the_rules_alone_answer_nothing() -> None:
    assert ask_models(ASKED, Settings(model="none")) is None


def test_workers_answer_as_one_process_does(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = ask_models(ASKED, Settings())
    monkeypatch.setattr(coded_texts, "_FEW", 0)
    monkeypatch.setattr(coded_texts, "_CHUNK", 1)
    assert ask_models(ASKED, replace(Settings(), workers=2)) == alone


def test_what_the_models_were_trained_on_is_told_by_the_words() -> None:
    answers = ask_models([], Settings())
    assert answers is not None
    assert answers.trained_on(ASKED) == 0
    assert len(answers.seen) > 1000

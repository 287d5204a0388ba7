"""Coding the texts of gold sets: each once, over workers or not."""

from dataclasses import replace

import pytest

from tasks.evaluation import coded_texts
from tasks.evaluation.coded_texts import code_texts
from tasks.evaluation.gold import GoldSentence
from tasks.settings import Settings

SENTENCES = [
    GoldSentence("1", "Norway praised Chad.", "", ""),
    GoldSentence("2", "It rained.", "", ""),
    GoldSentence("3", "Norway praised Chad.", "", ""),
    GoldSentence("4", "Norway praised Chad.", "2020-05-01", ""),
]


def test_a_text_is_coded_once_for_each_date_it_has() -> None:
    coded = code_texts(SENTENCES, Settings.load())
    assert len(coded) == 3
    assert [event["event_type"] for event in coded.events(SENTENCES[2])] == ["SUPPORT"]
    assert coded.events(SENTENCES[1]) == []
    assert coded.events(SENTENCES[3])[0]["event_date"] == "2020-05-01"


def test_workers_give_each_text_the_events_that_one_process_gives_it(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = code_texts(SENTENCES, Settings.load())
    monkeypatch.setattr(coded_texts, "_FEW", 0)
    monkeypatch.setattr(coded_texts, "_CHUNK", 1)
    shared = code_texts(SENTENCES, replace(Settings.load(), workers=2))
    told = [
        [[(e["event_type"], e["event_date"], e["actors"]) for e in coded.events(s)] for s in SENTENCES]
        for coded in (alone, shared)
    ]
    assert told[0] == told[1]
    assert [len(events) for events in told[1]] == [1, 0, 1, 1]


def test_a_text_that_was_not_coded_is_an_error_not_a_quiet_text() -> None:
    coded = code_texts(SENTENCES[:1], Settings.load())
    with pytest.raises(KeyError):
        coded.events(SENTENCES[1])

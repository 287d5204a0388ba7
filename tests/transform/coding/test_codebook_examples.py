"""Every trigger sense of the codebook, and every word over an act, is shown by its example."""

from collections.abc import Iterator

import pytest

from tasks.settings import shipped
from tasks.transform.coding.codebook import Codebook, Outer, Sense, load
from tasks.transform.coding.coder import Coder

CODEBOOK = load(shipped("config") / "codebook")


def senses() -> Iterator[Sense]:
    for key in sorted(CODEBOOK.senses):
        yield from CODEBOOK.senses[key]


def outer_words() -> Iterator[Outer]:
    for key in sorted(CODEBOOK.outer):
        yield CODEBOOK.outer[key]


def where(sense: Sense) -> str:
    return sense.where.rsplit("/", 1)[-1]


@pytest.mark.parametrize("sense", list(senses()), ids=lambda s: f"{where(s)} {s.trigger}")
def test_the_example_of_a_sense_codes_its_type(coder: Coder, sense: Sense) -> None:
    (coded,) = coder.code([{"article_id": "a", "body": sense.example}])
    assert coded.error == ""
    assert sense.event_type in {event["event_type"] for event in coded.events}, sense.example


@pytest.mark.parametrize("outer", list(outer_words()), ids=lambda o: f"{o.pos} {o.lemma}")
def test_the_example_of_an_outer_word_shows_its_effect(coder: Coder, codebook: Codebook, outer: Outer) -> None:
    (coded,) = coder.code([{"article_id": "a", "body": outer.example}])
    assert coded.error == ""
    if outer.effect == "silent":
        assert not [e for e in coded.events if e["modality"] == "actual"], outer.example
    elif outer.effect == "becomes":
        made = {(e["event_type"], e["modality"]) for e in coded.events}
        assert made & {(outer.event_type, "actual"), (outer.type_if_conflict, "actual")}, outer.example
    else:
        wanted = "actual" if outer.effect == "same" else outer.effect
        assert wanted in {e["modality"] for e in coded.events}, outer.example

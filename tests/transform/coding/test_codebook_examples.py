"""Every trigger sense of the codebook, and every word over an act, is shown by its example."""

from typing import Any

import pytest

from tasks.settings import shipped
from tasks.transform.coding.codebook import Outer, Sense, load
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.triggers import fitting

CODEBOOK = load(shipped("config") / "codebook")
SENSES = [sense for key in sorted(CODEBOOK.senses) for sense in CODEBOOK.senses[key]]
CODED = [sense for sense in SENSES if not sense.doubtful]
DOUBTFUL = [sense for sense in SENSES if sense.doubtful]
OUTER_WORDS = [CODEBOOK.outer[key] for key in sorted(CODEBOOK.outer)]


@pytest.fixture(scope="module")
def coded(coder: Coder) -> dict[str, list[dict[str, Any]]]:
    """The events of every example, coded in one go."""
    examples = sorted({row.example for row in (*CODED, *OUTER_WORDS)})
    results = coder.code({"article_id": text, "body": text} for text in examples)
    return {result.article_id: result.events for result in results if not result.error}


@pytest.mark.parametrize("sense", CODED, ids=lambda s: f"{s.where.rsplit('/', 1)[-1]} {s.trigger}")
def test_the_example_of_a_sense_codes_its_type(coded: dict[str, list[dict[str, Any]]], sense: Sense) -> None:
    assert sense.event_type in {event["event_type"] for event in coded[sense.example]}, sense.example


@pytest.mark.parametrize("sense", DOUBTFUL, ids=lambda s: f"{s.where.rsplit('/', 1)[-1]} {s.trigger}")
def test_the_example_of_a_sense_for_the_model_offers_it_and_the_rules_do_not_code_it(
    coder: Coder, sense: Sense
) -> None:
    read = coder.read({"article_id": "1", "body": sense.example})
    offered = [t.sense for parsed, _ in read for token in parsed.tokens for t in fitting(parsed, CODEBOOK, token)]
    assert sense in offered, sense.example
    rule = f"{sense.where.rsplit('/', 1)[-1]} {sense.trigger}"
    assert rule not in {event.why[0] for _, events in read for event in events}


@pytest.mark.parametrize("outer", OUTER_WORDS, ids=lambda o: f"{o.pos} {o.lemma}")
def test_the_example_of_an_outer_word_shows_its_effect(coded: dict[str, list[dict[str, Any]]], outer: Outer) -> None:
    events = coded[outer.example]
    if outer.effect == "silent":
        assert not [e for e in events if e["modality"] == "actual"], outer.example
    elif outer.effect == "becomes":
        made = {(e["event_type"], e["modality"]) for e in events}
        assert made & {(outer.event_type, "actual"), (outer.type_if_conflict, "actual")}, outer.example
    elif outer.effect == "ended":
        ended = {(e["event_type"], e["modality"]) for e in events}
        assert (outer.event_type, "actual") in ended or "negated" in {modality for _, modality in ended}, outer.example
    else:
        wanted = {"same": "actual", "decided": "intended", "begun": "intended"}.get(outer.effect, outer.effect)
        assert wanted in {e["modality"] for e in events}, outer.example

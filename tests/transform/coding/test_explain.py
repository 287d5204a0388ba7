"""An event can be explained: its rule, the words over it, the way to its parties, the parts of its confidence."""

import json
from math import prod
from typing import Any

import pytest

from tasks.settings import Settings
from tasks.transform.code_text import as_lines, code_records


def explained(text: str, **more: str) -> list[dict[str, Any]]:
    return list(code_records([json.dumps({"id": 7, "text": text, **more})], Settings.load(), explain=True))


def steps(text: str, step: str) -> list[str]:
    return [s["text"] for event in explained(text) for s in event["explanation"] if s["step"] == step]


def test_the_trigger_names_file_line_and_conditions() -> None:
    (event,) = explained("Armenia signed a deal with Azerbaijan.")
    first = event["explanation"][0]
    assert first["step"] == "trigger"
    assert first["text"].startswith(f"“signed” is AGREE by {event['rule'].split()[0]} (verb “sign”)")
    assert "“deal” as its object" in first["text"]


def test_an_outer_word_says_what_it_does() -> None:
    (outer,) = steps("Hungary refused to send weapons to Ukraine.", "outer")
    assert outer == "“refused” over it makes the act REJECT (outer.csv, verb “refuse”)"


WAYS = {
    "a subject": ("Russia attacked Ukraine.", "actor", "Russia —subject of→ attacked"),
    "an object": ("Russia attacked Ukraine.", "recipient", "Ukraine —object of→ attacked"),
    "a phrase": ("Armenia signed a deal with Azerbaijan.", "actor", "Azerbaijan —behind “with” of→ signed"),
    "a subject above": ("Hungary refused to send weapons to Ukraine.", "actor", "—subject of→ refused —act→ send"),
    "a passive": ("Ukraine was attacked by Russia.", "actor", "Russia —behind “by” of→ attacked"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "step", "way"), WAYS.values(), ids=WAYS)
def test_the_way_to_a_party_is_told_in_words(text: str, step: str, way: str) -> None:
    assert any(told.endswith(way) for told in steps(text, step))


REASONS = {
    "a name": ("Russia attacked Ukraine.", "“Russia” is a name of the codebook"),
    "a noun with whose it is": ("Russian troops attacked Ukraine.", "“Russian troops” is a noun of the codebook"),
    "a pronoun": ("Emmanuel Macron arrived. He urged Israel to withdraw.", "“He” stands for Emmanuel Macron"),
    "left out": ("Russian protesters were arrested.", "the text leaves it out"),
}


@pytest.mark.parametrize(("text", "reason"), REASONS.values(), ids=REASONS)
def test_why_an_actor_was_taken_is_told(text: str, reason: str) -> None:
    assert any(reason in told for told in steps(text, "actor"))


def test_by_the_rules_alone_the_confidence_is_the_product_of_its_parts() -> None:
    line = json.dumps({"id": 7, "text": "Russian troops attacked protesters in Minsk."})
    (event,) = code_records([line], Settings.load(model="none"), explain=True)
    told = event["explanation"][-1]["text"].split(" = ")[1]
    factors = [float(part.split(" ")[0]) for part in told.split(" × ")]
    assert len(factors) == 3
    assert prod(factors) == pytest.approx(event["confidence"], abs=0.02)


def test_by_the_models_the_confidence_is_told_with_that_of_the_type() -> None:
    (event,) = explained("Russian troops attacked protesters in Minsk.")
    told = event["explanation"][-1]["text"]
    assert told.startswith(f"{event['confidence']:.2f} for all together")
    assert told.endswith("for the type alone")


def test_without_explain_no_row_is_explained() -> None:
    line = json.dumps({"id": 1, "text": "Russia attacked Ukraine."})
    (event,) = code_records([line], Settings.load())
    assert "explanation" not in event
    assert "rule" not in event


def test_text_for_people_has_the_event_and_its_steps_below() -> None:
    (event,) = explained("Russia attacked Ukraine.", date="2023-10-05")
    first, *below = as_lines(event)
    assert first == "7: ASSAULT/clash (actual) Russia (RUS) → Ukraine (UKR), “attacked”, 2023-10-05"
    assert [line.strip().split(":")[0] for line in below] == ["trigger", "actor", "recipient", "confidence"]

"""Confidence weighs how likely the type is right with how likely each side is."""

from dataclasses import replace

import numpy as np
import pytest

from tasks.learning.confidence import confidence_features, is_too_doubtful, signs_of, with_confidence
from tasks.learning.hidden_layer import HiddenLayer
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
from tasks.learning.party_examples import Recorder
from tasks.learning.party_features import About
from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder


@pytest.fixture(scope="module")
def event() -> Coded:
    """An attack by Norway on Denmark, of whose type one can be sure to nine tenths."""
    ((_, events),) = Coder(load(shipped("config") / "codebook"), "test").read(
        {"article_id": "1", "body": "Norway attacked Denmark."}
    )
    return replace(events[0], confidence=0.9, sure=(0.5, 0.2))


def test_each_of_type_actor_and_recipient_counts_by_its_odds(event: Coded) -> None:
    found = confidence_features(event, event.confidence)
    assert found["log odds of the type"] == pytest.approx(2.197, abs=0.001)
    assert found["log odds of the actor"] == 0
    assert found["log odds of the recipient"] == pytest.approx(-1.386, abs=0.001)


def test_of_a_reciprocal_event_the_models_of_sides_say_nothing(event: Coded) -> None:
    assert "log odds of the actor" not in confidence_features(replace(event, reciprocal=True), 0.9)


def test_a_certain_type_does_not_make_the_odds_infinite(event: Coded) -> None:
    assert confidence_features(event, 1.0)["log odds of the type"] == pytest.approx(4.595, abs=0.001)


def test_the_confidence_is_what_the_model_makes_of_it(event: Coded) -> None:
    halved = LinearModel(
        (RIGHT, WRONG), (0.0,), {"log odds of the type": (-1.0,), "log odds of the recipient": (-1.0,)}
    )
    assert with_confidence(halved, event).confidence == pytest.approx(0.692, abs=0.001)


@pytest.mark.parametrize(
    ("event_type", "confidence", "left_out", "left_out_alone"),
    [
        ("ASSAULT", 0.05, True, False),
        ("ASSAULT", 0.34, True, False),
        ("ASSAULT", 0.36, False, False),
        ("CONSULT", 0.05, True, True),
        ("CONSULT", 0.44, True, False),
        ("CONSULT", 0.46, False, False),
    ],
)
def test_what_is_most_likely_wrong_is_left_out_a_meeting_sooner_and_what_stands_alone_only_then(
    event: Coded, event_type: str, confidence: float, left_out: bool, left_out_alone: bool
) -> None:
    doubtful = replace(event, event_type=event_type, confidence=confidence)
    assert is_too_doubtful(doubtful) is left_out
    assert is_too_doubtful(replace(doubtful, is_alone=True)) is left_out_alone


def test_what_happens_at_home_or_has_one_side_must_be_surer_than_what_is_between_two(event: Coded) -> None:
    doubtful = replace(event, confidence=0.4)
    at_home = replace(doubtful, recipients=doubtful.actors)
    assert not is_too_doubtful(doubtful)
    assert is_too_doubtful(at_home)
    assert is_too_doubtful(replace(doubtful, recipients=()))
    assert not is_too_doubtful(replace(at_home, confidence=0.53))


def test_those_who_did_it_to_each_other_are_two_sides(event: Coded) -> None:
    to_each_other = replace(event, confidence=0.4, reciprocal=True, recipients=())
    assert is_too_doubtful(to_each_other)
    assert not is_too_doubtful(replace(to_each_other, actors=(*event.actors, *event.recipients)))


def test_the_confidence_knows_which_sides_title_article_and_place_tell_of(event: Coded) -> None:
    about = About(title=("DNK", "SWE"), country="NOR", place="DNK")
    signs = signs_of(event, about, (), None)
    ties = {"2 in the title", "actor of the article", "recipient of the title", "recipient of the place"}
    assert set(signs) == {*ties, "others 0", "worth not known"}
    assert set(signs) <= confidence_features(replace(event, signs=signs), 0.9).keys()
    assert "0 in the title" in signs_of(replace(event, recipients=()), About(), (), None)


def test_the_confidence_knows_what_else_the_sentence_tells_and_how_likely_it_tells_anything(event: Coded) -> None:
    praise, talks = (replace(event, event_type=kind, confidence=0.7) for kind in ("SUPPORT", "CONSULT"))
    signs = set(signs_of(event, About(), [praise, talks], 0.5))
    assert {"others 2", "ASSAULT beside CONSULT", "ASSAULT beside SUPPORT", "the best", "worth from 0.0"} <= signs
    assert {sign for sign in signs if sign.startswith("the best other from")} >= {"the best other from 0.5"}
    assert not {"worth from 0.5", "the best other from 1.0"} & signs
    assert "the best" not in signs_of(event, About(), [replace(praise, confidence=0.95)], 0.5)


def test_probabilities_are_told_by_steps_as_well(event: Coded) -> None:
    found = confidence_features(event, event.confidence)
    assert {"the type from 2.0", "the actor from 0.0", "the recipient from -1.5"} <= found.keys()
    assert not {"the type from 2.5", "the actor from 0.5", "the recipient from -1.0"} & found.keys()


def test_a_hidden_layer_adds_to_the_confidence(event: Coded) -> None:
    layer = HiddenLayer(
        {"between": 0}, np.array([[127]], np.int8), np.array([2 / 127]), np.array([0.0]), np.array([1.5])
    )
    alone = LinearModel((RIGHT, WRONG), (0.0,), {})
    assert with_confidence(alone, event).confidence == 0.5
    assert with_confidence(replace(alone, layer=layer), event).confidence == pytest.approx(0.047, abs=0.001)


@pytest.mark.parametrize(
    ("body", "weight", "told"),
    [
        ("Norway condemned Denmark.", 9.0, True),
        ("Norway condemned Denmark.", -9.0, False),
        ("Norwegian troops attacked Denmark.", -9.0, True),
        ("Norway failed to defend Denmark.", -9.0, True),
    ],
)
def test_the_coder_leaves_out_what_is_too_doubtful_but_not_what_the_data_are_for(
    body: str, weight: float, told: bool
) -> None:
    sure = LinearModel((WRONG, RIGHT), (weight,), {})
    ever = LinearModel((WRONG, RIGHT), (9.0,), {})
    models = {"events": ever, "actors": ever, "recipients": ever, "recipient_choice": ever, "confidence": sure}
    article = {"article_id": "1", "title": "News of the day", "body": body}
    (coded,) = Coder(load(shipped("config") / "codebook"), "test", models).code([article])
    assert bool(coded.events) is told


def test_the_confidence_knows_the_act_and_how_its_sides_are_known(event: Coded) -> None:
    told = confidence_features(replace(event, modality="negated"), 0.9)
    assert {"sense ASSAULT attack", "modality ASSAULT negated", "ASSAULT sides name name False"} <= told.keys()
    assert "modality ASSAULT negated" not in confidence_features(event, 0.9)


@pytest.mark.parametrize(
    ("title", "body", "alone"),
    [("", "Norway attacked Denmark.\n", True), ("War", "Norway attacked Denmark.", False),
     ("", "Norway attacked Denmark. It rained.", False)],
)  # fmt: skip
def test_a_sentence_is_alone_where_the_text_has_no_other_and_no_title(title: str, body: str, alone: bool) -> None:
    recorder = Recorder()
    coder = Coder(load(shipped("config") / "codebook"), "test", watch=recorder)
    list(coder.code([{"article_id": "1", "body": body, "title": title}]))
    (event,) = recorder.events
    assert ("a sentence alone" in confidence_features(event, 0.9)) is alone

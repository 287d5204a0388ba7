"""Confidence weighs how likely the type is right with how likely each side is."""

from dataclasses import replace

import pytest

from tasks.learning.confidence import confidence_features, with_confidence
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
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

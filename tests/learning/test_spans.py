"""Models find the words of actor and recipient, whether the rules code an event or not."""

from collections.abc import Mapping

import pytest

from tasks.evaluation.gold import GoldSentence
from tasks.learning.given import read_text
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
from tasks.learning.span_examples import span_cases
from tasks.learning.span_features import recipient_features, scenes_of
from tasks.learning.spans import SPANS, Least, find_spans
from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder

GIFT = "The mayor of Narvik thanked the firemen who had come from Sweden."
SUBJECT = {"label nsubj": 3.0, "label dobj": -3.0, "label pobj": -3.0}
OBJECT = {"label dobj": 3.0, "label nsubj": -3.0, "label pobj": -3.0}
SHORT = {"part relcl": -5.0}


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(load(shipped("config") / "codebook"), "test")


def model(weights: Mapping[str, float]) -> LinearModel:
    """A model that weighs a few features."""
    return LinearModel((RIGHT, WRONG), (0.0,), {name: (-weight,) for name, weight in weights.items()})


def found(
    coder: Coder, text: str, *weights: Mapping[str, float], least: Least | None = None
) -> tuple[list[str], list[str]]:
    """The words of actors and recipients, by models of what the weights say."""
    models = {name: model(some) for name, some in zip(SPANS, weights, strict=True)}
    sides = find_spans(models, read_text(coder, GoldSentence("1", text, "", "")), least or Least())
    actors, recipients = ([text[start:end] for start, end in side] for side in sides)
    return actors, recipients


def test_the_phrases_of_the_likely_nouns_are_actor_and_recipient(coder: Coder) -> None:
    assert found(coder, GIFT, SUBJECT, OBJECT, SHORT) == (["The mayor of Narvik"], ["the firemen"])


def test_a_part_that_does_not_belong_ends_the_phrase(coder: Coder) -> None:
    assert found(coder, GIFT, SUBJECT, OBJECT, SHORT | {"part prep:of": -5.0})[0] == ["The mayor"]


def test_the_likeliest_noun_is_the_actor_however_unlikely_it_is(coder: Coder) -> None:
    doubtful = {"label nsubj": -2.0, "label dobj": -3.0, "label pobj": -3.0}
    assert found(coder, GIFT, doubtful, OBJECT, SHORT)[0] == ["The mayor of Narvik"]


def test_nobody_is_the_recipient_where_nobody_is_likely(coder: Coder) -> None:
    nobody = {"label nsubj": -5.0, "label dobj": -5.0, "label pobj": -5.0}
    assert found(coder, GIFT, SUBJECT, nobody, SHORT)[1] == []


def test_further_nouns_must_be_surer_than_the_likeliest(coder: Coder) -> None:
    text = "Norway thanked Sweden and Finland."
    both = {"label dobj": 1.0, "label conj": 0.0, "label nsubj": -9.0}
    apart = {"part cc:and": -5.0}
    least = Least(recipient=0.4, further_recipient=0.6)
    assert found(coder, text, SUBJECT, both, apart, least=least)[1] == ["Sweden"]
    assert found(coder, text, SUBJECT, both, apart, least=Least(further_recipient=0.45))[1] == ["Sweden", "Finland"]


def test_a_noun_within_a_phrase_that_is_taken_is_no_party_of_its_own(coder: Coder) -> None:
    text = "Norway thanked Sweden and Finland."
    assert found(coder, text, SUBJECT, {"label nsubj": -9.0}, {})[1] == ["Sweden and Finland"]


def test_a_text_without_nouns_has_nobody(coder: Coder) -> None:
    assert found(coder, "Never again!", SUBJECT, OBJECT, SHORT) == ([], [])


def test_a_recipient_is_judged_by_its_way_from_the_actor(coder: Coder) -> None:
    (told,) = scenes_of(read_text(coder, GoldSentence("1", GIFT, "", "")))
    mayor, firemen = (next(t for t in told.nouns if t.text == word) for word in ("mayor", "firemen"))
    assert "way nsubj|dobj" in recipient_features(told, firemen, mayor)
    assert "the actor" in recipient_features(told, mayor, mayor)
    assert "no actor" in recipient_features(told, firemen, None)


def test_names_of_countries_are_no_features(coder: Coder) -> None:
    (told,) = scenes_of(read_text(coder, GoldSentence("1", "Norway, Sweden and Finland met Norway.", "", "")))
    names = {"norway", "sweden", "finland"}
    for noun in told.nouns:
        assert not [name for name in recipient_features(told, noun, told.nouns[0]) if names & set(name.lower().split())]


def test_marked_spans_teach_who_it_is_and_where_it_ends(coder: Coder) -> None:
    read = read_text(coder, GoldSentence("1", GIFT, "", ""))
    spans = {words: (GIFT.index(words), GIFT.index(words) + len(words)) for words in ("The mayor", "the firemen")}
    cases = span_cases(read, [spans["The mayor"]], [spans["the firemen"]])
    assert ["label nsubj" in case.features for case in cases.actors if case.label == RIGHT] == [True]
    assert ["label dobj" in case.features for case in cases.recipients if case.label == RIGHT] == [True]
    assert {case.label for case in cases.ends if "part prep:of" in case.features} == {WRONG}
    assert {case.label for case in cases.ends if "part relcl" in case.features} == {WRONG}


def test_the_parties_of_a_reciprocal_event_are_taught_as_both(coder: Coder) -> None:
    text = "Norway and Sweden met in Oslo."
    span = (0, len("Norway and Sweden"))
    cases = span_cases(read_text(coder, GoldSentence("1", text, "", "")), [span], [span])
    assert [RIGHT in {c.label for c in side} for side in (cases.actors, cases.recipients)] == [True, True]
    assert {case.label for case in cases.ends if "part conj" in case.features} == {RIGHT}

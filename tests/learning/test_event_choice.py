"""The model chooses among the events of a sentence: what is doubtful goes, what the rules missed may come."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from tasks.learning.event_choice import Around, EventChooser, Thresholds
from tasks.learning.event_features import candidates, event_features, shared_features
from tasks.learning.hidden_layer import HiddenLayer
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
from tasks.learning.words import Words
from tasks.settings import Settings, shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.events import EventCoder
from tasks.transform.coding.parties import Article
from tasks.transform.coding.version import coder_version

TWO_EVENTS = "Norway attacked Denmark on the eve of a visit by Sweden to Finland."
MISSED = "Clashes went on for a third night near the border with Norway."


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load(shipped("config") / "codebook")


@pytest.fixture(scope="module")
def rules(codebook: Codebook) -> Coder:
    return Coder(codebook, "test")


def model(weights: Mapping[str, float], intercept: float = 0.0) -> LinearModel:
    """A model that weighs a few features."""
    return LinearModel((RIGHT, WRONG), (-intercept,), {name: (-weight,) for name, weight in weights.items()})


def chosen(
    text: str,
    codebook: Codebook,
    rules: Coder,
    weights: Mapping[str, float],
    intercept: float = 0.0,
    between: float = 1.0,
    armed: float = 1.0,
) -> list[Coded]:
    """The events that are left of those of the rules, at thresholds of one half, three quarters and nine tenths."""
    least = Thresholds(best=0.5, further=0.75, between=between, undone=0.05, armed=armed, missed=0.9, beside=0.9)
    chooser = EventChooser(model(weights, intercept), codebook, EventCoder(codebook), least)
    ((parsed, events),) = rules.read({"article_id": "1", "body": text})
    return chooser.choose(parsed, events, Article())


SELDOM = Thresholds(best=0.5, further=0.75, between=1.0, undone=1.0, armed=1.0, missed=1.0, beside=1.0)


def types(events: list[Coded]) -> list[str]:
    return [event.event_type for event in events]


def test_the_rules_find_both_events_of_the_sentence_that_the_tests_choose_from(rules: Coder) -> None:
    ((_, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    assert types(events) == ["ASSAULT", "CONSULT"]


def test_events_that_are_likely_right_stay(codebook: Codebook, rules: Coder) -> None:
    assert types(chosen(TWO_EVENTS, codebook, rules, {"coded": 5.0})) == ["ASSAULT", "CONSULT"]


def test_what_a_layer_adds_counts_for_events_of_the_type_it_knows(codebook: Codebook, rules: Coder) -> None:
    doubtful = model({"coded": -0.5})
    sides = (np.array([value]) for value in (0.02, 0.0, -1.0))
    of_talks = HiddenLayer({"type CONSULT": 0}, np.array([[100]], dtype=np.int8), *sides)
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    for layer, left in ((None, []), (of_talks, ["CONSULT"])):
        chooser = EventChooser(replace(doubtful, layer=layer), codebook, EventCoder(codebook), SELDOM)
        assert types(chooser.choose(parsed, events, Article())) == left


def test_the_layer_is_not_asked_of_what_is_hopeless_or_stands_alone(codebook: Codebook, rules: Coder) -> None:
    sides = (np.array([value]) for value in (1.0, 0.0, -1.0))
    of_all = HiddenLayer({"coded": 0}, np.array([[50]], dtype=np.int8), *sides)
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    for weight, is_alone, left in ((-2.0, False, 2), (-2.0, True, 0), (-4.0, False, 0)):
        chooser = EventChooser(replace(model({"coded": weight}), layer=of_all), codebook, EventCoder(codebook), SELDOM)
        assert len(chooser.choose(parsed, events, Article(), is_alone=is_alone)) == left


def test_events_that_are_likely_wrong_go(codebook: Codebook, rules: Coder) -> None:
    assert chosen(TWO_EVENTS, codebook, rules, {"coded": -5.0}) == []


def test_a_further_event_must_be_surer_than_the_likeliest_one(codebook: Codebook, rules: Coder) -> None:
    both_at_two_thirds = chosen(TWO_EVENTS, codebook, rules, {"coded": 0.7, "coded ASSAULT": 0.1})
    assert types(both_at_two_thirds) == ["ASSAULT"]


def test_what_the_text_tells_of_two_countries_may_be_less_sure(codebook: Codebook, rules: Coder) -> None:
    doubtful = {"coded": -0.8}
    assert chosen(TWO_EVENTS, codebook, rules, doubtful) == []
    assert types(chosen(TWO_EVENTS, codebook, rules, doubtful, between=0.25)) == ["ASSAULT", "CONSULT"]


def test_what_an_organisation_of_states_does_to_a_country_is_between_two_parties(
    codebook: Codebook, rules: Coder
) -> None:
    text = "The CSTO condemned Armenia."
    assert types(chosen(text, codebook, rules, {"coded": -0.8}, between=0.25)) == ["ACCUSE"]


def test_what_one_party_failed_to_do_for_another_may_be_the_least_sure(codebook: Codebook, rules: Coder) -> None:
    doubtful = {"coded": -2.0}
    assert types(chosen("The CSTO failed to defend Armenia.", codebook, rules, doubtful)) == ["AID"]
    assert chosen("The CSTO failed to defend Armenia.", codebook, rules, {"coded": -4.0}) == []
    assert chosen("The CSTO defended Armenia.", codebook, rules, doubtful) == []


def test_attacks_by_armed_people_may_be_less_sure_than_those_by_others(codebook: Codebook, rules: Coder) -> None:
    doubtful = {"coded": -0.8}
    rebels, workers = "Rebels captured the town of Goma.", "Norwegian workers stormed the town hall."
    assert types(chosen(rebels, codebook, rules, doubtful, armed=0.25)) == ["ASSAULT"]
    assert chosen(rebels, codebook, rules, doubtful) == []
    assert chosen(workers, codebook, rules, doubtful, armed=0.25) == []


def test_the_confidence_is_the_probability_of_being_right(codebook: Codebook, rules: Coder) -> None:
    event = chosen(TWO_EVENTS, codebook, rules, {"coded ASSAULT": 1.0})[0]
    assert event.confidence == pytest.approx(0.731, abs=0.001)
    assert event.why[-1] == "model 0.73"


def test_a_sense_that_the_rules_left_alone_is_added_when_it_is_surely_right(codebook: Codebook, rules: Coder) -> None:
    assert chosen(MISSED, codebook, rules, {}) == []
    (event,) = chosen(MISSED, codebook, rules, {"type ASSAULT": 5.0})
    assert event.event_type == "ASSAULT"
    assert MISSED[event.trigger_start : event.trigger_end] == "Clashes"
    assert (event.actors, event.recipients) == ((), ())


def test_nothing_is_added_where_nobody_is_told_of(codebook: Codebook, rules: Coder) -> None:
    assert chosen("Clashes went on for a third night.", codebook, rules, {"type ASSAULT": 5.0}) == []


def test_something_may_be_added_where_only_officials_are_told_of_but_not_where_private_people_are(
    codebook: Codebook, rules: Coder
) -> None:
    surely = {"type ACCUSE": 5.0}
    assert types(chosen("The ministers seethed for days.", codebook, rules, surely)) == ["ACCUSE"]
    assert chosen("The nurses seethed for days.", codebook, rules, surely) == []


def test_candidates_are_the_coded_events_and_the_fitting_senses_of_other_types(rules: Coder) -> None:
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    found = candidates(Words(parsed), events)
    assert [c.event_type for c in found if c.event is not None] == ["ASSAULT", "CONSULT"]
    assert not {c.event_type for c in found if c.event is None} & {"ASSAULT", "CONSULT"}


def test_what_hangs_below_another_event_says_so(codebook: Codebook, rules: Coder) -> None:
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    words, grammar = Words(parsed), EventCoder(codebook).grammar
    attack, visit = (event_features(words, c, events, grammar) for c in candidates(words, events)[:2])
    assert "CONSULT below ASSAULT" in visit
    assert "below another" not in attack


def test_names_of_countries_are_no_features(codebook: Codebook, rules: Coder) -> None:
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS})
    words, grammar = Words(parsed), EventCoder(codebook).grammar
    for candidate in candidates(words, events):
        named = event_features(words, candidate, events, grammar)
        assert not [name for name in named if "norway" in name.lower() or "NOR" in name.split()]


def test_the_words_around_an_event_can_speak_against_it(codebook: Codebook, rules: Coder) -> None:
    text = "Norway attacked Denmark in the second half of the match."
    assert types(chosen(text, codebook, rules, {}, intercept=1.0)) == ["ASSAULT"]
    assert chosen(text, codebook, rules, {"word half": -2.0}, intercept=1.0) == []


def test_words_of_the_title_speak_too_but_not_its_names(codebook: Codebook, rules: Coder) -> None:
    ((parsed, events),) = rules.read({"article_id": "1", "body": TWO_EVENTS, "title": "Norway loses the final match"})
    assert parsed.title == {"loses", "the", "final", "match"}
    least = Thresholds(best=0.5, further=0.5, between=0.5, undone=0.5, armed=0.5, missed=0.9, beside=0.9)
    sport = model({"title match": -2.0}, intercept=1.0)
    assert EventChooser(sport, codebook, EventCoder(codebook), least).choose(parsed, events, Article()) == []


def test_words_weigh_the_same_together_as_one_by_one(rules: Coder) -> None:
    ((parsed, _),) = rules.read({"article_id": "1", "body": TWO_EVENTS, "title": "a last visit"})
    words = Words(parsed)
    weights = {
        "word eve": 0.5,
        "word eve ASSAULT": 0.25,
        "word visit CONSULT": 4.0,
        "title visit": 1.0,
        "title far": 8.0,
    }
    some = model(weights)
    around = Around(some)
    assert around.sum(around.told(words), "ASSAULT") == some.sum_of(shared_features(words, "ASSAULT")) == -1.75


def test_without_the_model_the_rules_code_alone() -> None:
    assert Settings(model="none").models is None


def test_the_model_that_ships_is_read_and_judges(codebook: Codebook) -> None:
    settings = Settings()
    coder = coder_of(settings.codebook.resolve(), "test", settings.models)
    (coded,) = coder.code([{"article_id": "1", "body": "Norway accused Denmark of breaking the truce."}])
    assert coded.events[0]["event_type"] == "ACCUSE"
    assert "model 0." in coded.events[0]["rule"]


def test_the_version_of_the_coder_depends_on_the_model() -> None:
    assert coder_version(Settings()) != coder_version(Settings(model="none"))


@pytest.mark.parametrize(
    ("text", "actor", "recipient", "modality"),
    [
        ("The Tusk investigation went on.", "", "POL", "actual"),
        ("The Huawei investigation went on.", "", "CHN", "actual"),
        ("Tusk avoided censure over the leak.", "", "POL", "negated"),
        ("Tusk faces an inquiry over the leak.", "", "POL", "actual"),
        ("Norway prepared an inquiry into Tusk.", "NOR", "POL", "intended"),
        ("Norway's inquiry into Tusk went on.", "NOR", "POL", "actual"),
    ],
)
def test_an_inquiry_that_only_the_model_offers_has_its_target_and_its_time(
    codebook: Codebook, rules: Coder, text: str, actor: str, recipient: str, modality: str
) -> None:
    events = [e for e in chosen(text, codebook, rules, {}, intercept=5.0) if e.event_type == "ACCUSE"]
    told = [("".join(p.code for p in e.actors), "".join(p.code for p in e.recipients), e.modality) for e in events]
    assert told == [(actor, recipient, modality)]

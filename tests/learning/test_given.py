"""The models of relations and classes see who is given, and what the sentence says."""

from typing import Any

import pytest

from tasks.evaluation.gold import AnnotatedTwice, BetweenParties, GoldEvent, GoldSentence, WithClass
from tasks.learning.examples import examples
from tasks.learning.given import class_of, read_text, relation_type
from tasks.learning.linear_model import LinearModel
from tasks.learning.relation_features import relation_features
from tasks.learning.train import cross_fit, train
from tasks.settings import shipped
from tasks.transform.coding.codebook import Codebook, load
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.grammar import Grammar

TEXT = "Norway condemned Denmark and praised Sweden."


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load(shipped("config") / "codebook")


@pytest.fixture(scope="module")
def coder(codebook: Codebook) -> Coder:
    return Coder(codebook, "test")


def between(text: str, actor: str, recipient: str, kind: str = "ACCUSE") -> BetweenParties:
    spans = [((at := text.index(name)), at + len(name)) for name in (actor, recipient)]
    return BetweenParties(text, text, "", "", kind, (spans[0],), (spans[1],))


@pytest.mark.parametrize(("recipient", "verb"), [("Denmark", "condemn"), ("Sweden", "praise")])
def test_the_verb_over_the_given_recipient_is_a_feature(coder: Coder, recipient: str, verb: str) -> None:
    gold = between(TEXT, "Norway", recipient)
    ((words, events),) = read_text(coder, gold)
    found = relation_features(words, events, gold.actor_spans[0], gold.recipient_spans[0])
    assert {name for name in found if name.startswith("recipient verb")} >= {f"recipient verb {verb}"}


def test_the_type_between_given_parties_is_the_best_of_the_model(coder: Coder) -> None:
    model = LinearModel(
        ("ACCUSE", "SUPPORT"), (0.0,), {"recipient verb praise": (3.0,), "recipient verb condemn": (-3.0,)}
    )
    for recipient, kind in (("Denmark", "ACCUSE"), ("Sweden", "SUPPORT")):
        gold = between(TEXT, "Norway", recipient)
        assert relation_type(model, read_text(coder, gold), gold) == kind


def test_parties_that_are_not_marked_have_no_type(coder: Coder) -> None:
    gold = BetweenParties("1", TEXT, "", "", "ACCUSE", (), ())
    assert relation_type(LinearModel(("A", "B"), (0.0,), {}), read_text(coder, gold), gold) == ""


def test_the_class_of_a_text_is_the_best_of_the_model(coder: Coder, codebook: Codebook) -> None:
    model = LinearModel(("0", "4"), (-1.0,), {"coded ASSAULT": (5.0,)})
    attack, calm = (GoldSentence("1", text, "", "") for text in ("Norway bombed Denmark.", "It rained in Norway."))
    assert class_of(model, read_text(coder, attack), codebook) == 4
    assert class_of(model, read_text(coder, calm), codebook) == 0


def lessons() -> list[GoldSentence]:
    """Gold sentences of three forms."""
    assault = GoldEvent("ASSAULT", ("NOR",), ("DNK",))
    told: list[GoldSentence] = [
        AnnotatedTwice(f"a{place}", f"Norway attacked Denmark near {place}.", "", "", (assault,), (assault,))
        for place in ("Narvik", "Bergen", "Tromso", "Bodo")
    ]
    quiet: list[Any] = [
        AnnotatedTwice(f"q{n}", f"Norway attacked the {n} problem with Denmark in talks.", "", "", (), ())
        for n in ("housing", "climate", "traffic", "pension")
    ]
    classes = [WithClass(f"c{n}", f"Norway {verb} Denmark {n} times.", "", "", label)
               for n in (2, 3, 4) for verb, label in (("bombed", 4), ("praised", 1))]  # fmt: skip
    pairs = [between(TEXT, "Norway", name, kind) for name, kind in (("Denmark", "ACCUSE"), ("Sweden", "SUPPORT"))]
    return [*told, *quiet, *classes, *pairs * 3]


def test_an_event_of_a_type_that_either_annotation_has_is_right_and_another_wrong(
    coder: Coder, codebook: Codebook
) -> None:
    some = list(examples(lessons(), coder, codebook, Grammar(codebook)))
    assert {case.label for case in some[0].events if "coded ASSAULT" in case.features} == {"right"}
    assert {case.label for case in some[4].events} == {"wrong"}


def test_training_gives_a_model_for_each_thing_that_the_gold_tells(coder: Coder, codebook: Codebook) -> None:
    some = list(examples(lessons(), coder, codebook, Grammar(codebook)))
    assert set(train(some, codebook)) == {"events", "relations", "classes"}
    assert set(train(some[:8], codebook)) == {"events"}


def test_cross_fitting_judges_every_sentence_once_and_no_copy_by_what_it_taught(
    coder: Coder, codebook: Codebook
) -> None:
    some = list(examples(lessons(), coder, codebook, Grammar(codebook)))
    own = [[example.gold.id for example in own] for _, own in cross_fit(some, codebook, 3)]
    assert sorted(name for part in own for name in part) == sorted(example.gold.id for example in some)
    assert len([part for part in own if TEXT in part]) == 1

"""Sentences that surely tell of no event by their words are not parsed."""

import pytest

from tasks.evaluation.gold import GoldEvent
from tasks.learning.annotated import Annotated
from tasks.learning.examples import examples
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel
from tasks.learning.worth import worth_features
from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.grammar import Grammar

RULES = load(shipped("config") / "codebook")
OF_WEATHER = LinearModel((WRONG, RIGHT), (0.0,), {"word storm": (-9.0,), "word troops": (9.0,), "names 0": (-1.0,)})


@pytest.mark.parametrize(
    ("title", "body", "parsed"),
    [
        ("", "A storm attacked Denmark.", 1),
        ("Weather", "A storm attacked Denmark.", 0),
        ("Weather", "Troops attacked Denmark in a storm.", 1),
        ("", "A storm attacked Denmark. Troops attacked Denmark.", 1),
        ("Weather", "A storm has attacked Denmark, the minister said.", 1),
        ("Weather", "A storm attacked Denmark's “impregnable” coast.", 1),
    ],
)
def test_a_sentence_of_an_article_is_left_out_by_its_words_unless_it_may_quote(
    title: str, body: str, parsed: int
) -> None:
    (coded,) = Coder(RULES, "test", {"worth": OF_WEATHER}).code([{"article_id": "1", "title": title, "body": body}])
    assert coded.parsed == parsed


def test_words_and_numbers_of_names_are_its_features() -> None:
    assert worth_features(["shells", "hit", "12", "hit"], 5).keys() == {"word shells", "word hit", "word #", "names 3"}


@pytest.mark.parametrize(("events", "label"), [((), WRONG), (("ASSAULT",), RIGHT)])
def test_annotated_sentences_teach_which_ones_tell_of_events(events: tuple[str, ...], label: str) -> None:
    body = "It rained. Norway attacked Denmark."
    told = tuple(GoldEvent(kind, ("NOR",), ("DNK",)) for kind in events)
    one = Annotated(
        "1-11", body[11:], "", "", {"article_id": "1", "body": body}, (11, 35), told, ((18, 26),) * len(told)
    )
    (example,) = examples([one], Coder(RULES, "training"), RULES, Grammar(RULES))
    assert example.worth is not None
    assert example.worth.label == label
    assert "word attacked" in example.worth.features
    assert "word rained" not in example.worth.features

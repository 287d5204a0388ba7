"""Only sentences that can hold an event or a quotation are parsed."""

import pytest

from tasks.transform.coding.coder import Coder

PARSED = {
    "a trigger with a name": "Russia attacked the town.",
    "a trigger with the word that its sense asks for": "Russia made an offer to Armenia.",
    "a word that makes an act of the next": "Russia refused to answer.",
    "private people and an act against the state": "Two men were arrested.",
    "a word of saying": "The town fell, according to Russia.",
    "a quotation with a word of saying": "“We are tired of all this,” she said.",
}
BOTH_PARSED = {
    "a pronoun that may mean a name": "Russia is large. It attacked the town.",
    "a pronoun that may mean a person": "Biden is great. He attacked the town.",
}
LEFT_OUT = {
    "somebody of whom nothing more is told": "Russia is large.",
    "a pronoun before any name": "He attacked the town.",
    "a pronoun of people where only a country is named": "Russia is large. He attacked the town.",
    "the first person outside quotation marks": "Russia is large. We attacked the town.",
    "everyday life of private people": "The women fed two men.",
    "no trigger": "The winters are long all over Russia.",
    "no actor": "It rained and the roof gave way.",
    "a trigger without the words that its senses ask for": "The high mountains in all of Russia had snow.",
}


def parsed(coder: Coder, text: str) -> int:
    (result,) = coder.code([{"article_id": "a", "body": text}])
    return result.parsed


@pytest.mark.parametrize("text", PARSED.values(), ids=PARSED)
def test_what_can_hold_an_event_is_parsed(coder: Coder, text: str) -> None:
    assert parsed(coder, text) == 1


@pytest.mark.parametrize("text", BOTH_PARSED.values(), ids=BOTH_PARSED)
def test_who_may_be_meant_by_a_later_pronoun_is_parsed_too(coder: Coder, text: str) -> None:
    assert parsed(coder, text) == 2


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_cannot_hold_one_is_not_parsed(coder: Coder, text: str) -> None:
    assert parsed(coder, text) == 0

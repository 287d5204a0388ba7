"""Only sentences that can hold an event or a quotation are parsed."""

import pytest

from tasks.transform.coding.coder import Coder

PARSED = {
    "a trigger with a name": "Russia attacked the town.",
    "a trigger with the word that its sense asks for": "Russia made an offer to Armenia.",
    "a word that makes an act of the next": "Russia refused to answer.",
    "somebody whom a pronoun may mean next": "Russia is large.",
    "a word of saying": "The town fell, according to Russia.",
    "a quotation with a word of saying": "“We are tired of all this,” she said.",
}
LEFT_OUT = {
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


@pytest.mark.parametrize("text", LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_cannot_hold_one_is_not_parsed(coder: Coder, text: str) -> None:
    assert parsed(coder, text) == 0

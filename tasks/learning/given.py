"""Answers by trained models what a text says: the type between two given parties, and the class of the whole."""

from collections.abc import Sequence
from typing import Any

from tasks.evaluation.gold import BetweenParties, GoldSentence
from tasks.learning.annotated import Annotated
from tasks.learning.linear_model import LinearModel
from tasks.learning.relation_features import Span, relation_features
from tasks.learning.sentence_features import sentence_features
from tasks.learning.words import Words
from tasks.transform import dates
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder

Read = Sequence[tuple[Words, list[Coded]]]
"""The sentences of a text, each with the events that the rules code in it."""


def read_text(coder: Coder, gold: GoldSentence) -> Read:
    """A gold sentence as the rules read it; of an article, the sentences that were annotated alone."""
    read = coder.read(article(gold), gold.span if isinstance(gold, Annotated) else None)
    return [(Words(parsed), events) for parsed, events in read]


def article(gold: GoldSentence) -> dict[str, Any]:
    """A gold sentence as an article, or the article that it stands in."""
    if isinstance(gold, Annotated):
        return dict(gold.article)
    day = dates.published(gold.date).day if gold.date else None
    return {"article_id": gold.id, "body": gold.text, "title": gold.title or None, "published_date": day}


def relation_type(model: LinearModel, read: Read, gold: BetweenParties) -> str:
    """The type (of PLV's 15) of what the given actor does to the given recipient; "" where they are not marked."""
    found = relation_of(read, gold)
    return "" if found is None else model.best(relation_features(*found))


def class_of(model: LinearModel, read: Read, codebook: Codebook) -> int:
    """The class of a text, 0 to 4: see label_sets.CLASSES."""
    return int(model.best(sentence_features(read, codebook)))


def relation_of(read: Read, gold: BetweenParties) -> tuple[Words, list[Coded], Span, Span] | None:
    """The sentence of a text that holds both given parties, else the most of them, and where they stand."""
    if not gold.actor_spans or not gold.recipient_spans or not read:
        return None
    actor, recipient = gold.actor_spans[0], gold.recipient_spans[0]

    def held(one: tuple[Words, list[Coded]]) -> int:
        sentence = one[0].parsed.sentence
        return sum(sentence.start < end and start < sentence.end for start, end in (actor, recipient))

    words, events = max(read, key=held)
    return words, events, actor, recipient

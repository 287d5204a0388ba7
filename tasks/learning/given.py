"""Answers by trained models what a text says: the type between two given parties, and the class of the whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.evaluation.gold import BetweenParties, GoldSentence
from tasks.learning.annotated import Annotated
from tasks.learning.linear_model import LinearModel
from tasks.learning.relation_features import Span, relation_features
from tasks.learning.sentence_features import sentence_features
from tasks.learning.words import Words
from tasks.transform import dates
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder

Read = Sequence[tuple[Words, list[Coded]]]
"""The sentences of a text, each with the events that the rules code in it."""


class Reader:
    """Reads gold sentences by the rules. An article whose sentences follow one another is read once."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self._article: Any = None
        self._read: list[tuple[Parsed, list[Coded]]] = []

    def read(self, gold: GoldSentence) -> Read:
        """A gold sentence as the rules read it; of an article, the annotated sentence alone."""
        if not isinstance(gold, Annotated):
            return read_text(self._coder, gold)
        if gold.article is not self._article:
            self._article, self._read = gold.article, self._coder.read(gold.article)
        start, end = gold.span
        return [(Words(parsed), events) for parsed, events in self._read if start <= parsed.sentence.start < end]


def read_text(coder: Coder, gold: GoldSentence) -> Read:
    """A gold sentence that is no part of an article, as the rules read it."""
    return [(Words(parsed), events) for parsed, events in coder.read(article(gold))]


def article(gold: GoldSentence) -> Mapping[str, Any]:
    """A gold sentence as an article, or the article that it stands in: the same object for all of its sentences."""
    if isinstance(gold, Annotated):
        return gold.article
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

"""What training looks at while the coder works: the questions put to the models, and the events that came out."""

from collections.abc import Sequence
from typing import Protocol

from tasks.learning.party_features import About, Noun
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.coded import Coded


class Watch(Protocol):
    """Is told of each event of an article, in the order in which they are coded."""

    def asked(self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> None:
        """The rules' event, before its parties are chosen among the nouns of its sentence."""

    def coded(self, event: Coded) -> None:
        """The event as it is written, but for its confidence: that is still what the model of events gave it."""

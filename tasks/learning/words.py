"""What the codebook knows of each word of a parsed sentence, worked out once a sentence for all features."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Sense
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import Trigger, fitting, part_of_speech, senses_of, with_senses

_STEM: Final = 5
"""Letters by which words of one family are taken together ("negotiate", "negotiations")."""
_PROPER: Final = ("NNP", "NNPS")
_NONE: Final[Mapping[str, float]] = {}


class Words:
    """The words of one sentence. Names stand for their kind, so that no model learns what a country does."""

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self._forms: dict[int, str] = {}
        self._bag: frozenset[str] | None = None
        self._senses: dict[int, list[Sense]] = {}
        self._voting: list[tuple[int, Mapping[str, float]]] | None = None
        self._votes: dict[int, Mapping[str, float]] = {}
        self._fitting: dict[int, list[Trigger]] = {}
        self._above: dict[int, list[Token]] = {}

    def form(self, token: Token) -> str:
        """The codebook's lemma, or the word in lower case; `<kind>` for a name, `#` for a number."""
        found = self._forms.get(token.i)
        if found is None:
            found = self._forms[token.i] = self._form(token)
        return found

    def _form(self, token: Token) -> str:
        name = self.parsed.name_of.get(token.i)
        if name is not None:
            return f"<{name.entry.kind}>"
        word = self.parsed.lower[token.i]
        if word[:1].isdigit():
            return "#"
        if word not in self.parsed.codebook.forms:
            return word
        pos = part_of_speech(self.parsed, token)
        return next(iter(self.parsed.codebook.lemmas(word, pos)), word) if pos else word

    @property
    def bag(self) -> frozenset[str]:
        """The forms of all words, without their order; names that the codebook lacks are `<proper>`."""
        if self._bag is None:
            tags = self.parsed.tags
            named = self.parsed.name_of
            self._bag = frozenset(
                "<proper>" if tags[t.i] in _PROPER and t.i not in named else self.form(t) for t in self.parsed.tokens
            )
        return self._bag

    def stem(self, token: Token) -> str:
        """The beginning of its form."""
        form = self.form(token)
        return form if form.startswith(("<", "#")) else form[:_STEM]

    def senses(self, token: Token) -> list[Sense]:
        """All senses of the codebook that the word may have, whether their conditions hold or not."""
        found = self._senses.get(token.i)
        if found is None:
            found = senses_of(self.parsed, self.parsed.codebook, token)
            self._senses[token.i] = found
        return found

    @cached_property
    def with_senses(self) -> list[Token]:
        """The words that have senses, in text order."""
        return with_senses(self.parsed, self.parsed.codebook)

    def votes(self, token: Token) -> Mapping[str, float]:
        """For each event type the share of the word's senses that are of it; empty for words without senses."""
        found = self._votes.get(token.i)
        if found is None:
            senses = self.senses(token)
            counts = Counter(sense.event_type for sense in senses) if senses else _NONE
            found = self._votes[token.i] = {name: count / len(senses) for name, count in counts.items()}
        return found

    def votes_elsewhere(self, token: Token, event_type: str) -> float:
        """The sum of the votes of all other words of the sentence for a type."""
        if self._voting is None:
            self._voting = [(other.i, self.votes(other)) for other in self.with_senses]
        return sum(votes.get(event_type, 0.0) for place, votes in self._voting if place != token.i)

    def fitting(self, token: Token) -> list[Trigger]:
        """The senses whose conditions hold around the word (those on its parties apart), the best of each type."""
        found = self._fitting.get(token.i)
        if found is None:
            found = self._fitting[token.i] = self._best(token) if self.senses(token) else []
        return found

    def _best(self, token: Token) -> list[Trigger]:
        best: dict[str, Trigger] = {}
        for trigger in fitting(self.parsed, self.parsed.codebook, token):
            sense = trigger.sense
            kept = best.get(sense.event_type)
            if kept is None or sense.conditions > kept.sense.conditions:
                best[sense.event_type] = trigger
        return sorted(best.values(), key=lambda t: (-t.sense.conditions, t.sense.event_type))

    def best_type(self, token: Token) -> str:
        """The type of the fitting sense with the most conditions; "" where none fits."""
        fitting = self.fitting(token)
        return fitting[0].sense.event_type if fitting else ""

    def above(self, token: Token) -> list[Token]:
        """The words above a word, nearest first, up to the root."""
        found = self._above.get(token.i)
        if found is None:
            found = self._above[token.i] = list(token.ancestors)
        return found

    def head(self, start: int, end: int) -> Token | None:
        """The word that rules the others between two offsets into the body; None where no word stands there."""
        parsed = self.parsed
        inside = [t for t in parsed.tokens if parsed.start(t) < end and parsed.end(t) > start]
        ids = {token.i for token in inside}
        top = (token for token in inside if token.head.i not in ids or token.head.i == token.i)
        return next(top, None)

"""Chooses the sentences that are worth a parse, by a small trained model: it reads words and names alone.

The rules let every sentence through that has a trigger and somebody to act; in half of these the parse finds nothing.
The model learned which, from what the coder finds in articles of real news (`tasks.learning.train_sentences`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from tasks.learning.linear_model import LinearModel
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name
from tasks.transform.coding.sentences import MARKS, Candidates, Sentence

NOTHING: Final = "nothing"
EVENT: Final = "event"
QUOTATION: Final = "quotation"
"""The classes of the model: what a sentence holds; one with both counts for its event."""
SAYS: Final = "says"
"""The feature of sentences with a word of saying: without one, the parse of a sentence tells nothing of a quotation."""


@dataclass(frozen=True, slots=True)
class Least:
    """Least probabilities of holding something: either suffices for a sentence to be parsed."""

    event: float
    quotation: float


LEAST: Final = Least(event=0.06, quotation=0.2)
"""So 98 to 99 percent of events and quotations were kept in feeds of three days that the model had not seen, and 76 of
100 sentences that the rules choose were parsed (2026-11)."""
_NAMED: Final = ("country", "organisation", "person", "group", "place")
_NEAR: Final = (2, 5, 10)
"""Words between a trigger and who may act, where the next class of distance begins."""
_ITSELF, _BEHIND, _AHEAD, _AFTER_WORD, _BEFORE_WORD = "itself", "behind", "ahead of", "after word", "before word"
_OF_ACTS: Final = frozenset({_ITSELF, _BEHIND, _AHEAD, _AFTER_WORD, _BEFORE_WORD})
"""What a trigger can be to something: behind somebody, ahead of somebody, right after or before a word."""
_SURE: Final = 500.0
_MOST_KNOWN: Final = 200_000
Part = tuple[str, ...]
_LENGTHS: Final = 8
_LONGEST: Final = 6


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a sentence's article: its number there, the article's main country (empty: none), the countries
    of the title.
    """

    number: int
    country: str
    title: frozenset[str]


class SentenceReader:
    """Names what speaks for and against a sentence before it is parsed. No country is named in it."""

    def __init__(self, codebook: Codebook, candidates: Candidates) -> None:
        self._forms = codebook.forms
        self._candidates = candidates
        self._types = {
            form: sorted({sense.event_type for one in meanings for sense in codebook.senses.get(one, ())})
            for form, meanings in codebook.forms.items()
        }
        self._who = {f"<{kind}>": kind for kind in _NAMED} | dict.fromkeys(candidates.agents, "agent")
        for kind in ("person", "thing", "speaker"):
            self._who |= dict.fromkeys(codebook.language["pronouns"][kind], f"{kind} meant")

    def features(self, sentence: Sentence, names: Sequence[Name], around: Around) -> dict[str, float]:
        """The features of a sentence with how often each is there; `names` are those in it."""
        parts = self.parts(sentence, names, around)
        return {name: float(count) for name, count in Counter(n for part in parts for n in self.named(part)).items()}

    def parts(self, sentence: Sentence, names: Sequence[Name], around: Around) -> Iterator[Part]:
        """What stands in a sentence, in parts of which each has features of its own, whatever the others are."""
        lower = [word.lower() for word in sentence.words]
        symbols = self._symbols(sentence, lower, names)
        says = self._candidates.says(lower)
        who = [(at, self._who[symbol]) for at, symbol in enumerate(symbols) if symbol in self._who]
        acts = [at for at in self._candidates.acts(lower) if symbols[at][0] != "<"]
        for symbol in dict.fromkeys(symbols):
            yield ("word", symbol)
        for kind in dict.fromkeys(kind for _, kind in who):
            yield (f"says {says} with", kind)
        yield ("acts", str(min(len(acts), 4)))
        yield ("somebody", str(min(len(who), 4)))
        if says:
            yield (SAYS,)
        if not MARKS.isdisjoint(symbols):
            yield (f"marks {says}",)
        for name in _of_whole(sentence, names, around):
            yield (name,)
        for at in acts:
            yield from _of_act(symbols, at, who)

    def named(self, part: Part) -> Iterator[str]:
        """The names of the features of a part; those of a trigger are told of its types as well."""
        if part[0] not in _OF_ACTS:
            yield " ".join(part)
            return
        what, form, *rest = part
        yield " ".join(("act", form, what, *rest[:1]))
        yield from (" ".join(("type", kind, what, *rest)) for kind in self._types.get(form, ()))
        if what in (_BEHIND, _AHEAD):
            yield " ".join(("any", what, *rest))

    def _symbols(self, sentence: Sentence, lower: Sequence[str], names: Sequence[Name]) -> list[str]:
        """The words as they count: names by their kind, numbers as one, names that nobody knows as another."""
        symbols = [
            low if low in self._forms or word == low else "<capital>"
            for word, low in zip(sentence.words, lower, strict=True)
        ]
        for at, symbol in enumerate(symbols):
            if symbol[:1].isdigit():
                symbols[at] = "#"
        if names:
            starts = sentence.word_starts()
            for name in names:
                symbol = f"<{name.entry.kind}>"
                for at in range(bisect_left(starts, name.start), bisect_left(starts, name.end)):
                    symbols[at] = symbol
        return symbols


def _of_act(symbols: Sequence[str], at: int, who: Sequence[tuple[int, str]]) -> Iterator[Part]:
    """What stands around a trigger: who before and behind it, and the words beside it."""
    form = symbols[at]
    place = bisect_left(who, (at, ""))
    yield (_ITSELF, form)
    yield (_BEHIND, form, *_somebody(at - who[place - 1][0], who[place - 1][1])) if place else (_BEHIND, form, "nobody")
    yield (
        (_AHEAD, form, *_somebody(who[place][0] - at, who[place][1])) if place < len(who) else (_AHEAD, form, "nobody")
    )
    for symbol in symbols[max(0, at - 2) : at]:
        yield (_AFTER_WORD, form, symbol)
    for symbol in symbols[at + 1 : at + 2]:
        yield (_BEFORE_WORD, form, symbol)
    if sum([symbol in MARKS for symbol in symbols[:at]]) % 2:
        yield ("act in marks",)


def _somebody(words: int, kind: str) -> tuple[str, str]:
    """Somebody's kind, and the class of distance."""
    return kind, str(bisect_left(_NEAR, words))


def _of_whole(sentence: Sentence, names: Sequence[Name], around: Around) -> Iterator[str]:
    """What the names of a sentence and its place in the article tell."""
    countries = {name.entry.country for name in names} - {""}
    yield from (f"countries {min(len(countries), 3)}", f"names {min(len(names), 4)}")
    yield from (f"name {name.entry.kind}" for name in names)
    yield f"number {min(around.number, 3)}"
    yield f"length {min(len(sentence.words) // _LENGTHS, _LONGEST)}"
    if around.country:
        yield "abroad" if countries - {around.country} else f"at home {bool(countries)}"
    if countries & around.title:
        yield "as the title"


class SentenceChooser:
    """Chooses by the model `sentences` that training gives."""

    def __init__(self, model: LinearModel, reader: SentenceReader, least: Least = LEAST) -> None:
        self._reader = reader
        self._least = least
        places = [model.classes.index(name) for name in (EVENT, QUOTATION)]
        nothing = model.classes.index(NOTHING)
        self._first = [model.intercepts[place] - model.intercepts[nothing] for place in places]
        self._weights = {
            name: [weights[place] - weights[nothing] for place in places] for name, weights in model.weights.items()
        }
        self._known: dict[Part, tuple[float, float]] = {}

    def is_worth_parsing(self, sentence: Sentence, names: Sequence[Name], around: Around) -> bool:
        """Whether a sentence may hold an event or a quotation; `names` are those in it."""
        event, quotation = self._first
        for part in self._reader.parts(sentence, names, around):
            for_event, for_quotation = self._known.get(part) or self._weigh(part)
            event += for_event
            quotation += for_quotation
        event, quotation = exp(min(event, _SURE)), exp(min(quotation, _SURE))
        every = 1 + event + quotation
        return event / every >= self._least.event or quotation / every >= self._least.quotation

    def _weigh(self, part: Part) -> tuple[float, float]:
        """What a part speaks for an event and for a quotation, against nothing; kept, since most come again."""
        found = [weights for name in self._reader.named(part) if (weights := self._weights.get(name)) is not None]
        weighed = (sum(event for event, _ in found), sum(quotation for _, quotation in found))
        if len(self._known) < _MOST_KNOWN:
            self._known[part] = weighed
        return weighed

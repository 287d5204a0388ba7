"""Chooses the sentences that are worth a parse, by a small trained model: it reads words and names alone.

The rules let every sentence through that has a trigger and somebody to act; in half of these the parse finds nothing.
The model learned which, from what the coder finds in articles of real news (`tasks.learning.train_sentences`).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
"""So 98 to 99 percent of events and quotations were kept in feeds of three days that the model had not seen, and 78 of
100 sentences that the rules choose were parsed (2026-11)."""
_NAMED: Final = frozenset({"country", "organisation", "person", "group"})
_NEAR: Final = (2, 5, 10)
"""Words between a trigger and who may act, where the next class of distance begins."""
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
        self._who = {f"<{kind}>": kind for kind in (*_NAMED, "place")} | dict.fromkeys(candidates.agents, "agent")
        for kind in ("person", "thing", "speaker"):
            self._who |= dict.fromkeys(codebook.language["pronouns"][kind], f"{kind} meant")

    def features(self, sentence: Sentence, names: Sequence[Name], around: Around) -> dict[str, float]:
        """The features of a sentence; `names` are those in it."""
        lower = [word.lower() for word in sentence.words]
        symbols = self._symbols(sentence, lower, names)
        who = [(at, self._who[symbol]) for at, symbol in enumerate(symbols) if symbol in self._who]
        found = dict.fromkeys([f"word {symbol}" for symbol in symbols], 1.0)
        acts = [at for at in self._candidates.acts(lower) if not symbols[at].startswith("<")]
        for at in acts:
            found |= dict.fromkeys(self._of_act(symbols, at, who, marks=symbols[:at]), 1.0)
        found |= dict.fromkeys(_of_whole(sentence, names, around), 1.0)
        says = self._candidates.says(lower)
        found |= dict.fromkeys([f"says {says} with {kind}" for _, kind in who] or [f"says {says} alone"], 1.0)
        found[f"acts {min(len(acts), 4)}"] = 1.0
        found[f"somebody {min(len(who), 4)}"] = 1.0
        if says:
            found[SAYS] = 1.0
        if not MARKS.isdisjoint(symbols):
            found[f"marks {says}"] = 1.0
        return found

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

    def _of_act(
        self, symbols: Sequence[str], at: int, who: Sequence[tuple[int, str]], marks: Sequence[str]
    ) -> Iterator[str]:
        """What stands around a trigger: who before and behind it, and the words beside it."""
        form = symbols[at]
        place = bisect_left(who, (at, ""))
        before = _distance(at - who[place - 1][0], who[place - 1][1]) if place else ("nobody", "nobody")
        after = _distance(who[place][0] - at, who[place][1]) if place < len(who) else ("nobody", "nobody")
        beside = [f"before {symbol}" for symbol in symbols[max(0, at - 2) : at]]
        beside += [f"behind {symbol}" for symbol in symbols[at + 1 : at + 2]]
        named = any(kind in _NAMED for _, kind in who)
        yield from (f"act {form}", f"act {form} after {before[0]}", f"act {form} before {after[0]}")
        yield from (f"after {before[1]}", f"before {after[1]}", f"between {before[0]} {after[0]}")
        yield from (f"act {form} {words}" for words in beside)
        for kind in self._types.get(form, ()):
            yield from (f"type {kind}", f"type {kind} after {before[1]}", f"type {kind} before {after[1]}")
            yield from (f"type {kind} {words}" for words in beside)
            if named:
                yield f"type {kind} named"
        if sum(symbol in MARKS for symbol in marks) % 2:
            yield "act in marks"


def _distance(words: int, kind: str) -> tuple[str, str]:
    """Somebody's kind, and the kind with the class of distance."""
    return kind, f"{kind} {bisect_left(_NEAR, words)}"


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
        self._model = model
        self._least = least

    def is_worth_parsing(self, sentence: Sentence, names: Sequence[Name], around: Around) -> bool:
        """Whether a sentence may hold an event or a quotation; `names` are those in it."""
        right = self._model.probabilities(self._reader.features(sentence, names, around))
        return right[EVENT] >= self._least.event or right[QUOTATION] >= self._least.quotation

"""Makes training examples of actors and recipients from gold sentences: each noun of a coded sentence, with its sides.

An event of the rule-only coder is an example where the gold marks an event of its type in that sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.learning.party_choice import About, Noun, across, features, of_context
from tasks.transform import dates
from tasks.transform.coding.actors import Party
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.events import Coded

Row = Mapping[str, Any]
_TYPES_OF_2021: Final = {"DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "DEMAND": "REQUEST", "FIGHT": "ASSAULT"}
_YIELD: Final = frozenset({"CONCEDE", "RETREAT"})
"""What the PLV set takes together."""


@dataclass(frozen=True, slots=True)
class Example:
    """A noun beside an event: its features, and whether it is actor and recipient by the gold."""

    text: str
    features: dict[str, float]
    is_actor: bool
    is_recipient: bool
    weight: float


@dataclass(slots=True)
class Recorder:
    """Stands in for the model while examples are gathered: keeps what it is asked, changes nothing."""

    seen: list[tuple[Parsed, Coded, Sequence[Noun], About]]

    def assign(self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> Coded:
        """The event as it is."""
        self.seen.append((parsed, event, nouns, about))
        return event


Marks = Callable[[str, Party], tuple[bool, bool]]
"""Whether a party is actor and recipient in the sentence, for an event type."""


def examples(rows: Iterable[Row], codebook: Codebook) -> Iterator[Example]:
    """The examples that gold rows give (forms as in `tasks.evaluation.gold`); rows of one id are one sentence."""
    recorder = Recorder([])
    coder = Coder(codebook, "training", recorder)
    sentences: dict[str, list[Row]] = {}
    for row in rows:
        sentences.setdefault(str(row["id"]), []).append(row)
    for some in sentences.values():
        recorder.seen.clear()
        list(coder.code([_article(some[0])]))
        for parsed, event, nouns, about in recorder.seen:
            if event.reciprocal:
                continue
            marked = _marked(some, event.event_type)
            if marked is None:
                continue
            weight, marks = marked
            for noun in (*across(event, nouns), *of_context(event, nouns, about)):
                if noun.token is None and weight < 1:
                    continue  # spans tell nothing of whom the context adds
                is_actor, is_recipient = marks(some[0]["text"], noun.party)
                given = features(parsed, event, noun, nouns, about)
                yield Example(some[0]["text"], given, is_actor, is_recipient, weight)


def _article(row: Row) -> dict[str, Any]:
    day = row.get("date")
    return {
        "article_id": str(row["id"]),
        "body": row["text"],
        "title": row.get("title") or None,
        "published_date": dates.published(day).day if day else None,
    }


def _marked(rows: Sequence[Row], event_type: str) -> tuple[float, Marks] | None:
    """How much a sentence's examples weigh and what marks them; None where the gold has no event of the type."""
    first = rows[0]
    if "a" in first:
        events = [e for reader in "ab" for e in first[reader] if e["type"] == event_type]
        sides = ([c for e in events for c in e["actors"]], [c for e in events for c in e["recipients"]])
        return (3.0, _by_code(*sides)) if events else None
    meta = first.get("meta", {})
    if "tags" in meta:
        if first["event_type"] in (None, 0) or meta["reciprocal"]:
            return None
        return 0.5, _by_words(first["source"], first["target"])
    if "marked" in meta:
        events = [r for r in rows if r["event_type"] == ("YIELD" if event_type in _YIELD else event_type)]
        return (0.9, _by_words(events[0]["source"], events[0]["target"])) if events else None
    events = [r for r in rows if r["event_type"] and _TYPES_OF_2021.get(r["event_type"], r["event_type"]) == event_type]
    sides = ([p["code"] for e in events for p in e["source"]], [p["code"] for e in events for p in e["target"]])
    return (2.0, _by_code(*sides)) if events else None


def _by_code(sources: Iterable[str], targets: Iterable[str]) -> Marks:
    actors, recipients = ({(c or "")[:3] for c in side} - {""} for side in (sources, targets))
    return lambda _, party: (party.code[:3] in actors, party.code[:3] in recipients)


def _by_words(sources: Iterable[Row], targets: Iterable[Row]) -> Marks:
    sides = [[p["text"] for p in side] for side in (sources, targets)]

    def marks(text: str, party: Party) -> tuple[bool, bool]:
        actor, recipient = (any(_overlaps(text, words, party) for words in side) for side in sides)
        return actor, recipient

    return marks


def _overlaps(text: str, words: str, party: Party) -> bool:
    at = text.find(words) if words else -1
    while at >= 0:
        if at < party.end and party.start < at + len(words):
            return True
        at = text.find(words, at + 1)
    return False

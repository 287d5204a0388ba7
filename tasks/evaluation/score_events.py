"""Scores coded events where the gold has all events of a sentence: types, actors, dyads, and quiet sentences."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tasks.evaluation.coded_texts import CodedTexts, Event
from tasks.evaluation.gold import AnnotatedTwice, GoldEvent, WithEvents
from tasks.evaluation.label_sets import code_of, country_of
from tasks.evaluation.measures import Dyad, accuracy_error, as_tallies, dyads, tally, total
from tasks.evaluation.result import Judged, Result

LEVELS: Final = {"type": 1, "actor": 2, "dyad": 3}
"""What is compared, and how much of a dyad that is."""
_EITHER_WAY: Final = frozenset({"AGREE", "CONSULT", "COOPERATE"})
"""Types that an annotator may have written as done to each other, or as done by one to the other."""

_Cut = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The dyads of one sentence: `coded`; those of the gold that count as `right`; those that are `asked` for, by each
    annotator: what counts there is what all ask for.

    `either_way`: dyads of the types of _EITHER_WAY match in both directions.
    """

    sentence: tuple[str, str]
    events: Sequence[Event]
    coded: frozenset[Dyad]
    right: frozenset[Dyad]
    asked: tuple[frozenset[Dyad], ...]
    either_way: bool
    dyads_of: Callable[[Event], set[Dyad]]

    def tally(self, level: str, event_type: str | None = None) -> tuple[int, int, int, int]:
        """One row of Tallies, of all types or one."""
        coded, right, *asked = (
            {dyad for dyad in some if event_type in (None, dyad[0])} for some in (self.coded, self.right, *self.asked)
        )
        turned = self.either_way and level == "dyad"
        precise = tally(_cut(_turned(right) if turned else right, level), _cut(coded, level))
        by_all = set.intersection(*(_cut(some, level) for some in asked))  # two may agree on the type alone
        found = tally(by_all, _cut(_turned(coded) if turned else coded, level))
        return precise[0], precise[1], found[2], found[3]

    def judged(self) -> Iterator[Judged]:
        """Each coded event with whether it is right; one that stands for no dyad is none."""
        right = _turned(self.right) if self.either_way else set(self.right)
        types = _cut(right, "type")
        for event in self.events:
            if mine := self.dyads_of(event):
                yield Judged(event["confidence"], (event["event_type"],) in types, mine <= right)


def score_events(sentences: Iterable[WithEvents], coded: CodedTexts, result: Result) -> None:
    """Add the scores of sentences with one set of gold events; actors count by their country."""
    _score([_once(sentence, coded.events(sentence)) for sentence in sentences], result)


def score_annotated_twice(sentences: Iterable[AnnotatedTwice], coded: CodedTexts, result: Result) -> None:
    """Add the scores of sentences that two annotators read.

    A coded event is right when either annotator has it; asked for are the main events that both have.
    """
    _score([_twice(sentence, coded.events(sentence)) for sentence in sentences], result)


def _once(sentence: WithEvents, events: Sequence[Event]) -> _Compared:
    def dyads_of(event: Event) -> set[Dyad]:
        return dyads(event["event_type"], *(list(map(country_of, codes)) for codes in _codes(event)))

    gold = frozenset(
        dyad
        for event in sentence.events
        for dyad in dyads(
            event.event_type, list(map(country_of, event.actors)), list(map(country_of, event.recipients))
        )
    )
    mine = frozenset(dyad for event in events for dyad in dyads_of(event))
    return _Compared((sentence.id, sentence.text), events, mine, gold, (gold,), either_way=False, dyads_of=dyads_of)


def _twice(sentence: AnnotatedTwice, events: Sequence[Event]) -> _Compared:
    def dyads_of(event: Event) -> set[Dyad]:
        actors, recipients = (list(map(_first_three, codes)) for codes in _codes(event))
        return dyads(event["event_type"], actors, recipients, within_country=False)

    def gold(some: Iterable[GoldEvent]) -> set[Dyad]:
        return {
            dyad
            for event in some
            for dyad in dyads(
                event.event_type,
                list(map(_first_three, event.actors)),
                list(map(_first_three, event.recipients)),
                within_country=False,
            )
        }

    either = gold(sentence.first) | gold(sentence.second)
    return _Compared(
        sentence=(sentence.id, sentence.text),
        events=events,
        coded=frozenset(dyad for event in events for dyad in dyads_of(event)),
        right=frozenset(either),
        asked=tuple(
            frozenset(gold(event for event in some if event.main)) for some in (sentence.first, sentence.second)
        ),
        either_way=True,
        dyads_of=dyads_of,
    )


def _score(compared: Sequence[_Compared], result: Result) -> None:
    for level in LEVELS:
        result.add_f1(level, as_tallies([one.tally(level) for one in compared]))
    quiet = [bool(one.events) for one in compared if not one.right]
    if quiet:
        error = accuracy_error([True] * len(quiet), quiet) if result.bootstrap else None
        coded = sum(quiet)
        result.add_share("quiet sentences coded", coded / len(quiet), error, right=None, coded=coded, gold=len(quiet))
    for kind in sorted({dyad[0] for one in compared for dyad in one.coded | one.right}):
        result.add_label("type", kind, total(as_tallies([one.tally("type", kind) for one in compared])))
    for one in compared:
        result.judged.extend(one.judged())
        wrong = next((level for level in LEVELS if _differs(one.tally(level))), None)
        if wrong is not None:
            rules = " | ".join(event.get("rule") or "" for event in one.events)
            result.add_error(one.sentence, wrong, _shown(one.right), _shown(one.coded), rules)


def _codes(event: Event) -> tuple[list[str], list[str]]:
    """The country of each actor and recipient, or the sector that stands in place of one."""
    actors, recipients = (
        [code_of(party["country"], party["sector"]) for party in event[role]] for role in ("actors", "recipients")
    )
    return actors, recipients


def _first_three(code: str) -> str:
    """What annotators write of a party: a country, or a sector in place of one."""
    return code[:3].replace("-", "")


def _cut(some: Iterable[Dyad], level: str) -> set[_Cut]:
    return {dyad[: LEVELS[level]] for dyad in some}


def _turned(some: Iterable[Dyad]) -> set[Dyad]:
    """The dyads, and those of either way turned round."""
    kept = set(some)
    return kept | {(kind, b, a) for kind, a, b in kept if kind in _EITHER_WAY}


def _differs(counts: tuple[int, int, int, int]) -> bool:
    right, coded, found, gold = counts
    return right < coded or found < gold


def _shown(some: Iterable[Dyad]) -> str:
    return ", ".join(f"{kind} {a or '-'} > {b or '-'}" for kind, a, b in sorted(some))

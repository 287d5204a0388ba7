"""Makes training cases of actors and recipients from gold sentences: each noun beside an event, and its sides.

An event of the rules is an example where the gold marks an event of its type in that sentence.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasks.evaluation.gold import AnnotatedTwice, BetweenParties, GoldEvent, GoldSentence, WithEvents, WithSpans
from tasks.evaluation.label_sets import country_of, plv_type
from tasks.evaluation.measures import Span
from tasks.learning.annotated import Annotated
from tasks.learning.fit import Case, Choice
from tasks.learning.given import article
from tasks.learning.linear_model import RIGHT, WRONG
from tasks.learning.party_choice import asked, of_context
from tasks.learning.party_features import ACTORS, RECIPIENTS, About, Noun, features, features_of_nobody
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.parties import Party

_TWICE: Final = 3.0
"""What a sentence counts that was annotated twice: all its events and their countries are known."""
_ONCE: Final = 2.0
_OF_A_PAIR: Final = 0.9
"""What one counts of which the words of a single pair are known; it says nothing of whom the context adds."""
_OF_SPANS: Final = 0.5
"""The same where not even the event's type is known."""

Marks = Callable[[Party], tuple[bool, bool]]
"""Whether a party is actor and recipient, by the gold."""


@dataclass(frozen=True, slots=True)
class PartyCases:
    """The cases of one sentence: for the model of actors, for that of recipients, and for that which chooses one."""

    actors: list[Case] = field(default_factory=list)
    recipients: list[Case] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)


@dataclass(slots=True)
class Recorder:
    """Keeps what the coder shows it."""

    seen: list[tuple[Parsed, Coded, Sequence[Noun], About]] = field(default_factory=list)
    events: list[Coded] = field(default_factory=list)
    _article: Any = None

    def watch(self, coder: Coder, given: Mapping[str, Any]) -> None:
        """Let a coder that shows what it does code an article, and keep that alone; what was coded last is kept."""
        if given is not self._article:
            self.seen.clear()
            self.events.clear()
            list(coder.code([given]))
            self._article = given

    def asked(self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> None:
        """Keep a question."""
        self.seen.append((parsed, event, nouns, about))

    def coded(self, event: Coded) -> None:
        """Keep an event."""
        self.events.append(event)


def party_cases(gold: Iterable[GoldSentence], codebook: Codebook) -> Iterator[PartyCases]:
    """The cases of each gold sentence, in order; none where the gold tells nothing of parties."""
    recorder = Recorder()
    coder = Coder(codebook, "training", watch=recorder)
    for one in gold:
        cases = PartyCases()
        if isinstance(one, Annotated | AnnotatedTwice | WithEvents | BetweenParties | WithSpans):
            recorder.watch(coder, article(one))
            for parsed, event, nouns, about in recorder.seen:
                marked = None if event.reciprocal else _marked(one, event)
                if marked is not None:
                    _add(cases, parsed, event, nouns, about, *marked)
        yield cases


def _add(
    cases: PartyCases, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About, weight: float, marks: Marks
) -> None:
    nouns, about = asked(parsed, event, nouns, about)
    for side, place, into in ((ACTORS, 0, cases.actors), (RECIPIENTS, 1, cases.recipients)):
        context = of_context(event, nouns, about, side) if weight > 1 else []
        options = [features(parsed, event, noun, nouns, about, side) for noun in (*nouns, *context)]
        right = frozenset(at for at, noun in enumerate((*nouns, *context)) if marks(noun.party)[place])
        into.extend(Case(one, RIGHT if at in right else WRONG, weight) for at, one in enumerate(options))
        if side == RECIPIENTS:
            nobody = features_of_nobody(event, nouns) if weight > 1 else {}
            cases.choices.append(Choice(options, right, nobody, weight))


def _marked(gold: GoldSentence, event: Coded) -> tuple[float, Marks] | None:
    """How much a sentence's cases weigh and what marks them; None where the gold has no such event."""
    event_type = event.event_type
    if isinstance(gold, Annotated):
        same = gold.of_type(event_type, event.trigger_start, event.trigger_end)
        return (_ONCE, _by_code(same)) if same else None
    if isinstance(gold, AnnotatedTwice):
        events = [e for e in (*gold.first, *gold.second) if e.event_type == event_type]
        return (_TWICE, _by_code(events)) if events else None
    if isinstance(gold, WithEvents):
        events = [e for e in gold.events if e.event_type == event_type]
        return (_ONCE, _by_code(events)) if events else None
    if isinstance(gold, BetweenParties):
        right = gold.event_type == plv_type(event_type)
        return (_OF_A_PAIR, _by_words(gold.actor_spans, gold.recipient_spans)) if right else None
    if isinstance(gold, WithSpans) and set(gold.actor_spans) != set(gold.recipient_spans):
        return _OF_SPANS, _by_words(gold.actor_spans, gold.recipient_spans)
    return None


def _by_code(events: Sequence[GoldEvent]) -> Marks:
    """By country; of several who did it to each other, each is on both sides."""
    actors = {country_of(code) for event in events for code in event.actors} - {""}
    suffering = (e.recipients or (e.actors if len(e.actors) > 1 else ()) for e in events)
    recipients = {country_of(code) for codes in suffering for code in codes} - {""}
    return lambda party: (country_of(party.code) in actors, country_of(party.code) in recipients)


def _by_words(actors: Sequence[Span], recipients: Sequence[Span]) -> Marks:
    def overlaps(party: Party, spans: Sequence[Span]) -> bool:
        return any(start < party.end and party.start < end for start, end in spans)

    return lambda party: (overlaps(party, actors), overlaps(party, recipients))

"""Scores where actors and recipients stand, against gold spans."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from tasks.evaluation.answers import Answers
from tasks.evaluation.choice import best_event, party_spans
from tasks.evaluation.coded_texts import CodedTexts, Event
from tasks.evaluation.gold import WithSpans
from tasks.evaluation.measures import Span, as_tallies, overlap, span_tally, total
from tasks.evaluation.result import Result
from tasks.evaluation.score_labels import BY_MODEL

ROLES: Final = ("actor", "recipient")

_Same = Callable[[Span, Span], bool]
_Sides = tuple[Sequence[Span], Sequence[Span]]


def score_spans(
    sentences: Sequence[WithSpans],
    coded: CodedTexts,
    articles: Collection[str],
    result: Result,
    answers: Answers | None = None,
) -> None:
    """Add F1 of the spans of actors and recipients: overlapping; exactly the same characters; the same without a
    leading article and trailing punctuation. A span is right for its role alone.

    Of all coded events, of the best event alone, since these sets mark one event a sentence, and those that the models
    find without an event.
    """
    found = {
        what: [_sides(chosen(coded.events(sentence))) for sentence in sentences]
        for what, chosen in (("", _all_events), (", best event", _best_event))
    }
    if answers is not None:
        found[BY_MODEL] = [answers[sentence] for sentence in sentences]
    for what, sides in found.items():
        for measure, trim in (("overlap", None), ("exact", None), ("exact but for articles", articles)):
            tallies = {
                role: as_tallies(
                    [
                        _tally(sentence, number, mine, overlap if measure == "overlap" else _equal, trim)
                        for sentence, mine in zip(sentences, sides, strict=True)
                    ]
                )
                for number, role in enumerate(ROLES)
            }
            result.add_f1(measure + what, tallies["actor"] + tallies["recipient"])
            for role in ROLES:
                result.add_label(measure + what, role, total(tallies[role]))
    for sentence in sentences:
        events = coded.events(sentence)
        gold, mine = (sentence.actor_spans, sentence.recipient_spans), _sides(events)
        for level, same in (("overlap", overlap), ("exact", _equal)):
            if any(
                counts[0] < counts[1] or counts[2] < counts[3]
                for counts in (_tally(sentence, number, mine, same, None) for number in range(len(ROLES)))
            ):
                rules = " | ".join(event.get("rule") or "" for event in events)
                want, have = (_shown(sentence.text, side) for side in (gold, mine))
                result.add_error((sentence.id, sentence.text), level, want, have, rules)
                break


def _tally(
    sentence: WithSpans, role: int, mine: _Sides, same: _Same, articles: Collection[str] | None
) -> tuple[int, int, int, int]:
    gold, coded = set((sentence.actor_spans, sentence.recipient_spans)[role]), set(mine[role])
    if articles is not None:
        gold, coded = ({trimmed(sentence.text, span, articles) for span in some} for some in (gold, coded))
    return span_tally(gold, coded, same)


def trimmed(text: str, span: Span, articles: Collection[str]) -> Span:
    """The span without a leading article, and without punctuation and blanks at its end; never empty."""
    start, end = span
    first, blank, _ = text[start:end].partition(" ")
    if blank and first.casefold() in articles:
        start += len(first) + len(blank)
    while end - start > 1 and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _equal(one: Span, other: Span) -> bool:
    return one == other


def _all_events(events: Sequence[Event]) -> Sequence[Event]:
    return events


def _best_event(events: Sequence[Event]) -> Sequence[Event]:
    best = best_event(events)
    return [] if best is None else [best]


def _sides(events: Sequence[Event]) -> _Sides:
    both = [party_spans(event) for event in events]
    return [span for actors, _ in both for span in actors], [span for _, recipients in both for span in recipients]


def _shown(text: str, sides: _Sides) -> str:
    return " > ".join(" + ".join(text[start:end] for start, end in sorted(set(side))) or "-" for side in sides)

"""What tells whether a noun, or a country of which only the context tells, is on a side of an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasks.transform.coding.clauses import Parsed, is_passive
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.names import Name
from tasks.transform.coding.parties import Party, standing_code
from tasks.transform.coding.tokens import Token

_FAR: Final = 6

ACTORS: Final = "actors"
RECIPIENTS: Final = "recipients"
"""The sides of an event, as `Coded` names them."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom an article is about where an event stands: its main country (empty: none), the one that it names most often
    besides, what its title names, and the country of the event's place.

    A title tells of the article's first paragraph, which it sums up; of what comes later it tells less than it
    misleads. There `title` is empty and `is_lead` false.
    """

    title: tuple[str, ...] = ()
    country: str = ""
    second: str = ""
    is_lead: bool = True
    place: str = ""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that names a party; `token` is None for a country of which only the context tells."""

    token: Token | None
    party: Party


def about_article(title: Sequence[Name], country: str, second: str, *, is_lead: bool) -> About:
    """Whom an article is about, from the names in its title, its main country and the next one, for a sentence of its
    lead or not.
    """
    entries = [name.entry for name in title] if is_lead else []
    codes = {code for entry in entries for code in (standing_code(entry.country, entry.sector), entry.tied_to)}
    return About(tuple(sorted(codes - {""})), country, second, is_lead)


def side_of(event: Coded, side: str) -> tuple[Party, ...]:
    """The parties of an event on one side."""
    return event.actors if side == ACTORS else event.recipients


def features(
    parsed: Parsed, event: Coded, noun: Noun, nouns: Sequence[Noun], about: About, side: str
) -> dict[str, float]:
    """What tells whether a noun is on a side of an event, as names of features that are there (value 1)."""
    party, kind = noun.party, event.event_type
    sides = f"{'A' if event.actors else '-'}{'R' if event.recipients else '-'}{'=' if event.reciprocal else ''}"
    ruled = _ruled(party, event)
    codes = {n.party.code for n in nouns}
    found = {
        f"rule {ruled}", f"rule {ruled} {sides}", f"rule {ruled} {kind}", f"how {party.how}",
        f"kind {party.kind} {party.how}", f"kind {party.kind} {kind}", f"sector {party.sector} {kind}",
        f"codes {min(len(codes), 4)}", f"codes {min(len(codes), 4)} {ruled}",
        "main" if party.country == about.country else "not main",
        "title" if party.code in about.title else "not title", f"modality {event.modality}",
    }  # fmt: skip
    if event.mode:
        found.add(f"mode {kind} {event.mode} {ruled}")
    if noun.token is None:
        found |= _context_features(parsed, event, party, nouns, about, side)
    else:
        found |= _sentence_features(parsed, event, noun.token, nouns)
        is_actor = any(a.code == party.code for a in event.actors)
        other = any(r.code != party.code for r in event.recipients)
        found.add(f"other {other} {is_actor} {kind}")
    return dict.fromkeys(found, 1.0)


def features_of_nobody(event: Coded, nouns: Sequence[Noun]) -> dict[str, float]:
    """What tells that nobody of the sentence or its context is a recipient, as `features` has it of somebody."""
    kind = event.event_type
    codes = min(len({n.party.code for n in nouns}), 4)
    return dict.fromkeys(
        (f"nobody {kind}", f"nobody {kind} {event.mode}", f"nobody of {codes}", f"nobody {event.modality}"), 1.0
    )


def _ruled(party: Party, event: Coded) -> str:
    """Where the rules have put a party: A, R by its code, a, r by its very words."""
    marks = ""
    for parties, by_code, by_words in ((event.actors, "A", "a"), (event.recipients, "R", "r")):
        marks += by_code if any(party.code == p.code for p in parties) else ""
        marks += by_words if any((party.start, party.end) == (p.start, p.end) for p in parties) else ""
    return marks


def _context_features(
    parsed: Parsed, event: Coded, party: Party, nouns: Sequence[Noun], about: About, side: str
) -> set[str]:
    """How a country is tied to the event though no noun of it stands on the side, and what is missing there."""
    kind, there = event.event_type, side_of(event, side)
    others = side_of(event, RECIPIENTS if side == ACTORS else ACTORS)
    slot = f"bare {there[0].sector} {there[0].how}" if there else "empty"
    ties = {
        "other side": any(party.code == standing_code(p.country, p.sector) for p in others),
        "place": party.country == about.place,
        "title": party.code in about.title,
        "article": party.country == about.country,
        "second": party.country == about.second,
        "sentence": party.how == "context here",
    }
    tie = "+".join(name for name, holds in ties.items() if holds)
    sector = next((p.sector for p in others), "nobody")
    taken = {party.code, *(standing_code(p.country, p.sector) for p in others)}
    others_named = min(2, len({n.party.country for n in nouns} - taken - {""}))
    of_others = bool(set(about.title) - taken)
    found = {
        "ctx", f"ctx {slot}", f"ctx {slot} {kind}", f"ctx by {tie}", f"ctx by {tie} {bool(there)}",
        f"ctx by {tie} {kind}", f"ctx by {tie} {_frame(parsed, event.trigger)}", f"ctx lead {about.is_lead}",
        f"ctx lead {about.is_lead} {tie}", f"ctx across {sector}",
        f"ctx others {others_named}", f"ctx by {tie} others {others_named}", f"ctx {kind} others {others_named}",
        f"ctx {kind} title of others {of_others}", f"ctx by {tie} title of others {of_others}",
    }  # fmt: skip
    for name, holds in ties.items():
        if holds:
            found |= {
                f"ctx {name}", f"ctx {name} {slot}", f"ctx {name} {kind}", f"ctx {name} {kind} {event.mode}",
                f"ctx {name} trigger {parsed.lower[event.trigger.i]}", f"ctx {name} across {sector}",
                f"ctx {name} {kind} across {sector}", f"ctx {name} {kind} others {others_named}",
                f"ctx {name} {kind} title of others {of_others}",
            }  # fmt: skip
            found |= {f"ctx {name} {kind} in {context}" for context in event.contexts}
    return found


def _frame(parsed: Parsed, trigger: Token) -> str:
    """Whether a trigger is a noun or a verb, and its voice."""
    voice = "passive" if parsed.is_verb(trigger) and is_passive(parsed, trigger) else "active"
    return f"{'noun' if parsed.is_noun(trigger) else 'verb'} {voice}"


def _sentence_features(parsed: Parsed, event: Coded, token: Token, nouns: Sequence[Noun]) -> set[str]:
    trigger, kind = event.trigger, event.event_type
    up, down = _path(trigger, token)
    frame = _frame(parsed, trigger)
    side = "before" if token.i < trigger.i else "after"
    steps = [f"{t.dep_}:{parsed.lower[t.i]}" if t.dep_ in ("prep", "agent") else t.dep_ for t in down]
    first_step = steps[0] if steps else ""
    places = [n.token.i for n in nouns if n.token is not None]
    distance = abs(token.i - trigger.i)
    nearer = sum((i < trigger.i) == (token.i < trigger.i) and abs(i - trigger.i) < distance for i in places)
    found = {
        f"path {'/'.join(up)}>{'/'.join(steps)} {frame}",
        f"bare path {'/'.join(up)}>{'/'.join(t.dep_ for t in down)} {frame}",
        f"down {first_step} {frame}", f"down {first_step} {frame} {kind}",
        f"length {len(up)} {min(len(down), 5)}", f"dep {token.dep_}", f"dep {token.dep_} {kind}",
        f"{side} {frame}", f"{side} {kind}", f"{side} {_bucket(distance)}", f"{side} {min(nearer, 3)} {frame}",
        f"first {token.i == min(places, default=-1)}",
        f"root subject {token.dep_ in ('nsubj', 'nsubjpass') and token.head.dep_ == 'ROOT'}",
        f"trigger {parsed.lower[trigger.i]} {side}", f"trigger {parsed.lower[trigger.i]} {first_step} {frame}",
        f"word {parsed.lower[token.i]} {kind}", f"head {parsed.lower[token.head.i]} {token.dep_}",
        f"head {parsed.lower[token.head.i]} {token.dep_} {kind}", f"bare path {'/'.join(up)}>{first_step} {kind}",
    }  # fmt: skip
    if token.dep_ == "pobj":
        word = parsed.lower[token.head.i]
        found |= {f"prep {word}", f"prep {word} {kind}", f"prep {word} {token.head.head.i == trigger.i}"}
    return found


def _path(trigger: Token, token: Token) -> tuple[list[str], list[Token]]:
    """The way through the parse: labels up from the trigger to where the two meet, then tokens down to the other."""
    above = [trigger, *trigger.ancestors]
    places = {t.i: steps for steps, t in enumerate(above)}
    down: list[Token] = []
    at = token
    while at.i not in places and at.head.i != at.i:
        down.append(at)
        at = at.head
    ups = [t.dep_ for t in above[: places.get(at.i, len(above))]]
    return ups[:_FAR], down[::-1][:_FAR]


def _bucket(distance: int) -> str:
    return next((str(limit) for limit in (1, 3, 6, 10, 20) if distance <= limit), "far")

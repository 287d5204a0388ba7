"""Chooses who stands on a side of an event that the rules left empty, by a small trained model.

The rules find the trigger and, in the slots of its sense, the parties; those stay. Where a side holds nobody, the model
looks at every other noun that names somebody, and at whom the context tells of. It was trained on sentences with actors
and recipients marked by people (see `tasks.learning.train`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.transform.coding.actors import OTHERS, ActorFinder
from tasks.transform.coding.bystanders import is_at_edge, is_said_to_be, is_venue, served
from tasks.transform.coding.clauses import MODIFIERS, Parsed, is_called, is_passive
from tasks.transform.coding.coded import OFTEN_UNKNOWN, Coded
from tasks.transform.coding.names import Name
from tasks.transform.coding.parties import STAND_ALONE, Article, Party, standing_code
from tasks.transform.coding.tokens import Token

_MOST_NOUNS: Final = 40
"""Nouns of a sentence that are looked at; lists of names have more."""
_FAR: Final = 6
_CLEARLY: Final = 0.2
"""By how much more likely somebody must be on one side than on the other to be named there, where all that tells it is
the model. Training marks countries alone, and within one country the accused is as right as the accuser."""
_BY_WORD: Final = frozenset({"ACCUSE", "REJECT", "SUPPORT", "REQUEST", "THREATEN", "AGREE", "CONSULT", "CONCEDE"})
"""Types of acts that are done by word, at a venue that is no party."""
_STATE: Final = "country"
"""The kind of a party that is a state."""
_OF_ONE_SERVED: Final = 0.1
"""Least probability of who seized somebody of whom the text says whom he served: somebody did, and most who are named
are ruled out. He is of the same country if nothing else is known. By judgement: few annotated sentences have it."""
_OF_THE_ACCUSED: Final = frozenset({"arrest", "litigate", "investigate", "expel"})
"""Modes of acts done to those who are said to serve somebody."""

ACTORS: Final = "actors"
RECIPIENTS: Final = "recipients"
"""The sides of an event, as `Coded` names them."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom an article is about where an event stands: its main country (empty: none), what its title names, and the
    country of the event's place.

    A title tells of the article's first paragraph, which it sums up; of what comes later it tells less than it
    misleads. There `title` is empty and `is_lead` false.
    """

    title: tuple[str, ...] = ()
    country: str = ""
    is_lead: bool = True
    place: str = ""


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that names a party; `token` is None for a country of which only the context tells."""

    token: Token | None
    party: Party


@dataclass(frozen=True, slots=True)
class Limits:
    """Least probabilities of who fills an empty side, and of the country of parties that the text leaves without one.
    `open_actor`: of the actor of an act of which the rules know nobody.
    """

    actor: float = 0.3
    recipient: float = 0.3
    country: float = 0.3
    open_actor: float = 0.5


LIMITS: Final = Limits()
"""Chosen by the share of events with both sides right, of news, PLOVER and annotated sentences in five folds (2026-11);
the maximum is flat. `open_actor` was lowered from 0.7 by judgement, not measured apart. To drop parties of the rules at
low probabilities was tried as well, and gained nothing."""


class PartyChooser:
    """Chooses by two models that training gives: one of actors, one of recipients."""

    def __init__(self, actors: LinearModel, recipients: LinearModel, limits: Limits = LIMITS) -> None:
        self._models = {ACTORS: actors, RECIPIENTS: recipients}
        self._limits = limits

    def fill(self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> Coded:
        """The event with its empty sides filled where somebody fits, its parties of no country given one, and how sure
        each side is.

        Whom only the context names (the country of the other side, of the place, of the title) becomes a party without
        words. An act of which the rules know nobody needs a likely actor; without one it has no parties still.
        """
        if event.reciprocal:
            return event
        nouns, about = asked(parsed, event, nouns, about)
        is_open = not event.actors and not event.recipients
        of_one_served = is_of_one_served(parsed, event)
        is_doubtful = is_open or event.mode in OFTEN_UNKNOWN
        least = _OF_ONE_SERVED if of_one_served else self._limits.open_actor if is_doubtful else 0.0
        actors, likely = self._side(parsed, event, nouns, about, ACTORS, least)
        event = replace(event, actors=actors, sure=(likely, event.sure[1]))
        if event.actors or not is_open:
            recipients, likely = self._side(parsed, event, nouns, about, RECIPIENTS)
            if of_one_served and not recipients and event.actors[0].country:
                recipients = (_of_context(event.actors[0].country, "context"),)
            event = replace(event, recipients=recipients, sure=(event.sure[0], likely))
        return event

    def unnamed(self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> Coded:
        """The event; within one country, without the words of an actor who fits the other side nearly as well.

        "The minister's trial" names somebody, but not who tries. `event` is one that was filled.
        """
        sides = (*event.actors, *event.recipients)
        if len({p.country for p in sides}) != 1 or not all(p.country for p in sides):
            return event
        if not all(p.how.startswith("context") for p in event.recipients):
            return event
        bare = replace(event, actors=(), recipients=())
        chosen = {p.start for p in event.actors if p.how == "chosen"}
        for noun in nouns:
            if noun.token is not None and noun.party.start in chosen:
                actor, recipient = (
                    self._models[side].probabilities(features(parsed, bare, noun, nouns, about, side))[RIGHT]
                    for side in (ACTORS, RECIPIENTS)
                )
                if actor - recipient < _CLEARLY:
                    return replace(event, actors=(_of_context(event.actors[0].country, "in doubt"),))
        return event

    def _side(
        self, parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About, side: str, least: float = 0.0
    ) -> tuple[tuple[Party, ...], float]:
        """The parties of a side: those of the rules, with a country if they have none, or whom the model finds; and how
        likely they are right. Of an empty side that stays empty: how unlikely the likeliest was.
        """
        there = side_of(event, side)

        def likely(noun: Noun) -> float:
            return self._models[side].probabilities(features(parsed, event, noun, nouns, about, side))[RIGHT]

        if there and all(p.kind == OTHERS for p in there):
            return there, 0.5
        if any(standing_code(p.country, p.sector) for p in there):
            codes = {p.code for p in there}
            return there, min((likely(n) for n in nouns if n.party.code in codes), default=0.5)
        taken = {p.code for p in side_of(event, RECIPIENTS if side == ACTORS else ACTORS)}
        free = [] if there else [noun for noun in nouns if noun.party.code not in taken]
        rated = [(likely(noun), noun) for noun in (*free, *of_context(event, nouns, about, side))]
        best, noun = max(rated, key=lambda one: one[0], default=(0.0, None))
        if there:
            least = self._limits.country
        elif not least:
            least = self._limits.actor if side == ACTORS else self._limits.recipient
        if noun is None or best < least:
            return there, 1 - best
        if there:
            return tuple(replace(p, country=noun.party.country) for p in there), best
        return (noun.party if noun.token is None else replace(noun.party, how="chosen"),), best


def side_of(event: Coded, side: str) -> tuple[Party, ...]:
    """The parties of an event on one side."""
    return event.actors if side == ACTORS else event.recipients


def nouns_of(parsed: Parsed, finder: ActorFinder, article: Article, speaker: Party | None) -> list[Noun]:
    """The nouns, names and pronouns of a sentence that name a known party, in text order."""
    found: list[Noun] = []
    seen: set[tuple[int, int]] = set()
    for token in parsed.tokens:
        if not (parsed.is_noun(token) or token.tag_ in ("PRP", "PRP$", "CD") or token.i in parsed.name_of):
            continue
        if _inside_name(parsed, token) or _only_describes(parsed, token) or is_called(token):
            continue
        party = finder.party(parsed, token, article, speaker=speaker)
        if party is not None and party.is_known and (party.start, party.end) not in seen:
            seen.add((party.start, party.end))
            found.append(Noun(token, party))
            if len(found) == _MOST_NOUNS:
                break
    return found


def asked(parsed: Parsed, event: Coded, nouns: Sequence[Noun], about: About) -> tuple[list[Noun], About]:
    """The nouns and the article as an event has them: without those that are only where something was said or done, or
    what the act is said to be, and, of an arrest or trial, whom somebody is said to have served.
    """
    nouns = across(event, nouns)
    nouns = [n for n in nouns if n.token is None or not is_said_to_be(parsed, event.trigger, n.token)]
    nouns = [n for n in nouns if n.token is None or not is_at_edge(parsed, n.token)]
    if event.event_type in _BY_WORD:
        nouns = [n for n in nouns if n.token is None or not is_venue(parsed, n.token)]
    if not is_of_one_served(parsed, event):
        return nouns, about
    tokens = served(parsed)
    away = {parsed.name_of[i].entry.country for i in tokens}
    away -= {name.entry.country for i, name in parsed.name_of.items() if i not in tokens}
    away.discard("")
    told = replace(
        about,
        title=tuple(c for c in about.title if c not in away),
        country="" if about.country in away else about.country,
    )
    return [n for n in nouns if n.party.country not in away], told


def is_of_one_served(parsed: Parsed, event: Coded) -> bool:
    """Whether it is an arrest or trial in a sentence that says whom somebody served: it happened, whoever did it."""
    return event.mode in _OF_THE_ACCUSED and bool(served(parsed))


def across(event: Coded, nouns: Sequence[Noun]) -> list[Noun]:
    """The nouns as the event has them: its parties with what its place adds, and a contested place as the other side's
    where its first country acts there.
    """
    acting = {p.country for p in event.actors if not p.tied_to}
    told = {(p.start, p.end): p for p in (*event.recipients, *event.actors)}
    found = []
    for noun in nouns:
        party = told.get((noun.party.start, noun.party.end), noun.party)
        if party.tied_to and party.country in acting:
            party = replace(party, country=party.tied_to)
        found.append(Noun(noun.token, party))
    return found


def _inside_name(parsed: Parsed, token: Token) -> bool:
    """Whether a token is a later word of a name whose last word speaks for it."""
    name = parsed.name_of.get(token.i)
    if name is None or token.dep_ not in MODIFIERS or parsed.start(token) == name.start:
        return False
    return parsed.name_of.get(token.head.i) is name


def _only_describes(parsed: Parsed, token: Token) -> bool:
    """Whether a common noun says what kind of thing another is: "state dinner", "police custody"; not "police raid"."""
    if token.i in parsed.name_of or token.dep_ != "compound" or not parsed.is_noun(token.head):
        return False
    senses = parsed.codebook.senses
    return not any(("noun", lemma) in senses for lemma in parsed.lemmas(token.head, "noun"))


def of_context(event: Coded, nouns: Sequence[Noun], about: About, side: str) -> list[Noun]:
    """Whom the context adds to a side that has no country: those of the other side, the place and the article, and in
    the lead those of the title; where somebody without a country stands there, those that the sentence names as well.
    Nobody where the doer is mostly unknown, and nobody attacks his own state ("war with China", "the attack on Kyiv"),
    or his own people abroad ("a British soldier was killed in Iraq"). Only states: what a firm or an organisation is
    accused of, asked or paid for is seldom its own doing.
    """
    there = side_of(event, side)
    if any(standing_code(p.country, p.sector) for p in there):
        return []
    if side == ACTORS and event.mode in OFTEN_UNKNOWN and not there:
        return []
    here = [code for noun in nouns if (code := standing_code(noun.party.country, noun.party.sector))]
    across_from = side_of(event, RECIPIENTS if side == ACTORS else ACTORS)
    others = (standing_code(p.country, p.sector) for p in across_from if not p.abroad)
    codes = dict.fromkeys([*others, about.place, *about.title, about.country, *(here if there else ())])
    if side == ACTORS and event.event_type == "ASSAULT":
        for party in across_from:
            abroad = about.place not in ("", party.country) and party.how != "alone"
            if abroad or (party.kind == _STATE and party.how == "name"):
                codes.pop(party.country, None)
    found = []
    for code in codes:
        if code and code not in STAND_ALONE:
            found.append(Noun(None, _of_context(code, "context here" if code in here else "context")))
    return found


def _of_context(country: str, how: str) -> Party:
    """People of a country of whom the sentence has no words."""
    return Party(-1, -1, "", "", country, "", "", how)


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
        f"trigger {parsed.lower[trigger.i]} {side}",
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


def about_article(title: Sequence[Name], country: str, *, is_lead: bool) -> About:
    """Whom an article is about, from the names in its title and its main country, for a sentence of its lead or not."""
    entries = [name.entry for name in title] if is_lead else []
    codes = {code for entry in entries for code in (standing_code(entry.country, entry.sector), entry.tied_to)}
    return About(tuple(sorted(codes - {""})), country, is_lead)

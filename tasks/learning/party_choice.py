"""Chooses who stands on a side of an event that the rules left empty, by a small trained model.

The rules find the trigger and, in the slots of its sense, the parties; those stay. Where a side holds nobody, the model
looks at every other noun that names somebody, and at whom the context tells of. It was trained on sentences with actors
and recipients marked by people (see `tasks.learning.train`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.learning.party_features import ACTORS, RECIPIENTS, About, Noun, features, features_of_nobody, side_of
from tasks.transform.coding.actors import OTHERS, ActorFinder
from tasks.transform.coding.bystanders import (
    is_at_edge,
    is_beside,
    is_judge,
    is_no_addressee,
    is_said_to_be,
    is_scene,
    is_source,
    is_venue,
    served,
)
from tasks.transform.coding.clauses import MODIFIERS, Parsed, conjuncts, is_called, prepositional
from tasks.transform.coding.coded import OFTEN_UNKNOWN, Coded
from tasks.transform.coding.parties import STAND_ALONE, Article, Party, standing_code
from tasks.transform.coding.tokens import Token

_MOST_NOUNS: Final = 40
"""Nouns of a sentence that are looked at; lists of names have more."""
_CLEARLY: Final = 0.2
"""By how much more likely somebody must be on one side than on the other to be named there, where all that tells it is
the model. Training marks countries alone, and within one country the accused is as right as the accuser."""
_BY_WORD: Final = frozenset({"ACCUSE", "REJECT", "SUPPORT", "REQUEST", "THREATEN", "AGREE", "CONSULT", "CONCEDE"})
"""Types of acts that are done by word, at a venue that is no party."""
_STATE: Final = "country"
"""The kind of a party that is a state."""
_PLACE: Final = "place"
"""The kind of a party that is named by a town, region or square."""
_OF_A_STATE: Final = frozenset({"GOV", "LEG", "JUD", "MIL", "COP", "SPY"})
"""Sectors of those whom people protest against, and who keep order there, rather than protest."""
_SOURCES: Final = frozenset({"IGO", "NGO", "MED"})
"""Sectors of bodies that report what is done to others."""
_OF_ONE_SERVED: Final = 0.1
"""Least probability of who seized somebody of whom the text says whom he served: somebody did, and most who are named
are ruled out. He is of the same country if nothing else is known. By judgement: few annotated sentences have it."""
_OF_THE_ACCUSED: Final = frozenset({"arrest", "litigate", "investigate", "expel"})
"""Modes of acts done to those who are said to serve somebody."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Least probabilities of who fills the empty side of actors, and of the country of parties that the text leaves
    without one. `open_actor`: of the actor of an act of which the rules know nobody. `nobody`: what is added to the
    score of there being no recipient.
    """

    actor: float = 0.3
    nobody: float = -0.75
    country: float = 0.3
    open_actor: float = 0.5


LIMITS: Final = Limits()
"""Chosen by the share of events with both sides right, of news, PLOVER and annotated sentences in five folds (2026-11);
the maximum is flat. Recipients are chosen among all options at once, which is right in 3 more of 100 empty sides than
to rate each alone; of actors it gained nothing. `open_actor` was lowered from 0.7 by judgement, not measured apart. To
drop parties of the rules at low probabilities was tried as well, and gained nothing."""


class PartyChooser:
    """Chooses by three models that training gives: how likely somebody is an actor, how likely a recipient, and who of
    several is the recipient, if anybody is.
    """

    def __init__(
        self, actors: LinearModel, recipients: LinearModel, choice: LinearModel, limits: Limits = LIMITS
    ) -> None:
        self._models = {ACTORS: actors, RECIPIENTS: recipients}
        self._choice = choice
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
        """The event; within one country, without the words of an actor who fits the other side nearly as well, or only
        stands beside the act.

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
                if actor - recipient < _CLEARLY or is_beside(parsed, event.trigger, noun.token):
                    return replace(event, actors=(_of_context(event.actors[0].country, "in doubt"),))
        return event

    @staticmethod
    def _may_be(parsed: Parsed, event: Coded, noun: Noun, nouns: Sequence[Noun], side: str) -> bool:
        """Whether a noun can be on a side: not who says it (a body, which suffers nothing of it), nor one of whom only
        those on the other side are said to do or have something ("criticised Rome's answer to Oslo"), nor those of no
        country who only stand beside ("talks went on after world leaders left"), nor who keeps order at a protest, nor
        for or to whom others are asked to do something.
        """
        token, party = noun.token, noun.party
        assert token is not None
        if event.event_type == "PROTEST" and side == ACTORS and party.sector in _OF_A_STATE:
            return False
        if not standing_code(party.country, party.sector) and is_beside(parsed, event.trigger, token):
            return False
        if side == RECIPIENTS:
            if event.event_type == "REQUEST" and is_no_addressee(parsed, event.trigger, token):
                return False
            if noun.party.sector in _SOURCES and is_source(parsed, event.trigger, token):
                return False
            between = list(prepositional(parsed, event.trigger, "between"))
            return len(between) < 2 or token in between  # both are told, though of one nothing may be known
        if is_scene(parsed, event.trigger, token):
            return False
        spans = {(p.start, p.end) for p in event.recipients if p.text}
        heads = {n.token.i for n in nouns if n.token is not None and (n.party.start, n.party.end) in spans}
        for above in token.ancestors:
            if above.dep_ in ("agent", "relcl", "acl") or parsed.lower[above.i] in ("by", "between"):
                return True
            if above.i in heads:
                return token.dep_ == "poss" or above.i == event.trigger.i
        return True

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
        free = [noun for noun in free if noun.token is None or self._may_be(parsed, event, noun, nouns, side)]
        offered = [*free, *of_context(event, nouns, about, side)]
        if side == RECIPIENTS and not there:
            best, noun = self._recipient(parsed, event, offered, nouns, about)
        else:
            best, noun = max(((likely(one), one) for one in offered), key=lambda one: one[0], default=(0.0, None))
            if best < (self._limits.country if there else least or self._limits.actor):
                best, noun = 1 - best, None
        if noun is None:
            return there, best
        if there:
            return tuple(replace(p, country=noun.party.country) for p in there), best
        if noun.token is None:
            return (noun.party,), best
        if event.event_type == "PROTEST" and side == ACTORS and noun.party.kind == _PLACE:
            return (_of_context(noun.party.country, "context here"),), best  # people of there, and not the square
        return tuple(replace(one.party, how="chosen") for one in _joined(noun.token, free)), best

    def _recipient(
        self, parsed: Parsed, event: Coded, offered: Sequence[Noun], nouns: Sequence[Noun], about: About
    ) -> tuple[float, Noun | None]:
        """How likely the likeliest of those offered is the recipient, by his code, or nobody is, and who it is."""
        scores = [self._choice.scores(features(parsed, event, n, nouns, about, RECIPIENTS))[0] for n in offered]
        scores.append(self._choice.scores(features_of_nobody(event, nouns))[0] + self._limits.nobody)
        best = scores.index(max(scores))
        parts = [math.exp(score - scores[best]) for score in scores]
        if best == len(offered):
            return parts[best] / math.fsum(parts), None
        same = [part for part, one in zip(parts, offered, strict=False) if one.party.code == offered[best].party.code]
        return math.fsum(same) / math.fsum(parts), offered[best]


def _joined(token: Token, nouns: Sequence[Noun]) -> list[Noun]:
    """The nouns that are named together with one of them: all three of "by Egypt, Greece and Cyprus"."""
    while token.dep_ == "conj":
        token = token.head
    together = {one.i for one in conjuncts(token)}
    return [noun for noun in nouns if noun.token is not None and noun.token.i in together]


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
    what the act is said to be, and, of an arrest or trial, whom somebody is said to have served or who only judges it.
    """
    nouns = across(event, nouns)
    nouns = [n for n in nouns if n.token is None or not is_said_to_be(parsed, event.trigger, n.token)]
    nouns = [n for n in nouns if n.token is None or not is_at_edge(parsed, n.token)]
    if event.event_type in _BY_WORD:
        nouns = [n for n in nouns if n.token is None or not is_venue(parsed, n.token)]
    is_served = is_of_one_served(parsed, event)
    tokens = served(parsed) if is_served else judges_of(parsed, event)
    if not tokens:
        return nouns, about
    away = {parsed.name_of[i].entry.country for i in tokens}
    away -= {name.entry.country for i, name in parsed.name_of.items() if i not in tokens}
    away.discard("")
    told = replace(
        about,
        title=tuple(c for c in about.title if c not in away),
        country="" if about.country in away else about.country,
        second="" if about.second in away else about.second,
    )
    return [n for n in nouns if n.party.country not in away], told


def judges_of(parsed: Parsed, event: Coded) -> frozenset[int]:
    """The tokens of names of those who only judge an arrest or trial: "Rome called the trial a farce"."""
    if event.mode not in _OF_THE_ACCUSED or event.actors or not parsed.is_noun(event.trigger):
        return frozenset()
    ours = {p.country for p in event.recipients}
    return frozenset(
        i
        for i, name in parsed.name_of.items()
        if name.entry.country not in ours and is_judge(parsed, event.trigger, parsed.tokens[i])
    )


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
    Nobody where the doer is mostly unknown, and nobody attacks his own state ("war with China", "the attack on Kyiv",
    "Russia beefs up assaults"), or his own people abroad ("a British soldier was killed in Iraq"), nor does a state
    that is accused by its name accuse itself, nor is one attacked because the article names it often. Only states: what
    a firm or an organisation is accused of, asked or paid for is seldom its own doing.
    """
    there = side_of(event, side)
    if any(standing_code(p.country, p.sector) for p in there):
        return []
    if side == ACTORS and event.mode in OFTEN_UNKNOWN and not there:
        return []
    here = [code for noun in nouns if (code := standing_code(noun.party.country, noun.party.sector))]
    across_from = side_of(event, RECIPIENTS if side == ACTORS else ACTORS)
    others = (standing_code(p.country, p.sector) for p in across_from if not p.abroad)
    second = "" if side == RECIPIENTS and event.event_type == "ASSAULT" else about.second
    codes = dict.fromkeys([*others, about.place, *about.title, about.country, second, *(here if there else ())])
    if side == ACTORS and event.event_type in ("ASSAULT", "ACCUSE"):
        for party in across_from:
            abroad = about.place not in ("", party.country) and party.how != "alone" and event.event_type == "ASSAULT"
            if abroad or (party.kind == _STATE and party.how == "name"):
                codes.pop(party.country, None)
    if side == RECIPIENTS and event.event_type == "ASSAULT":
        for party in across_from:
            if party.kind == _STATE and party.how == "name":
                codes.pop(party.country, None)
    found = []
    for code in codes:
        if code and code not in STAND_ALONE:
            found.append(Noun(None, _of_context(code, "context here" if code in here else "context")))
    return found


def _of_context(country: str, how: str) -> Party:
    """People of a country of whom the sentence has no words."""
    return Party(-1, -1, "", "", country, "", "", how)

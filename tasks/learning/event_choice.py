"""Chooses among the events of a sentence by a trained model: drops doubtful ones, adds one that the rules missed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tasks.learning.event_features import Candidate, candidates, own_features, title_feature, word_features
from tasks.learning.hidden_layer import HiddenLayer, Neurons
from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.learning.words import Words
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.events import EventCoder
from tasks.transform.coding.parties import Article, Party, standing_code
from tasks.transform.coding.private_life import PRIVATE
from tasks.transform.coding.triggers import Trigger

_NAMED: Final = frozenset({"name", "agent", "known"})
"""How parties are known that the text names (see `Party`)."""
_ARMED: Final = frozenset({"MIL", "REB", "IMG"})
"""Sectors of armed people."""
_BY_ARMS: Final = frozenset({"ASSAULT", "RETREAT"})
"""Types of what they do in war."""
_HOPELESS: Final = 0.05
"""Probability up to which the hidden layer is not asked: it would hardly make an event of it, and it costs time. In
4,800 articles the events are the same."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least probabilities of being right. `best`: the likeliest event of a sentence; `further`: its other events;
    `between`: any event between two parties that the text names; `undone`: one that an outer word denies; `armed`: any
    attack or retreat of armed people; `missed`: an event that the rules missed in a sentence where they coded none;
    `beside`: one where they coded others.
    """

    best: float
    further: float
    between: float
    undone: float
    armed: float
    missed: float
    beside: float


THRESHOLDS: Final = Thresholds(best=0.5, further=0.7, between=0.15, undone=0.02, armed=0.15, missed=0.65, beside=0.75)
"""Set on the development sets and annotated news, cross-fitted, where the F1 of types and dyads hardly change between
neighbouring values (2026-11). The further events of a sentence must be surer: most of what is told in passing
("on the eve of a visit", "after the invasion") is told again and better where it is the news. What is between two named
parties, and what armed people do, is what the data are for, and annotators of general news have seen little of it: it
is dropped only where it is most doubtful; and what one "failed to do" for the other is one event in a hundred there, so
that the models hardly know it: the least value of `undone` is by judgement."""


class Around:
    """What the words of a sentence and of its title say together of an event of a type; each word is weighed once."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._known = frozenset(name.split(" ")[1] for name in model.weights if name.startswith("word "))
        self._titles = {
            name.removeprefix("title "): weights[0]
            for name, weights in model.weights.items()
            if name.startswith("title ")
        }
        self._weights: dict[str, dict[str, float]] = {}
        self._rows: dict[str, dict[str, list[int]]] = {}

    def told(self, words: Words) -> tuple[frozenset[str], float]:
        """The words of a sentence that have weights, and the sum of the weights of those of its title."""
        return words.bag & self._known, math.fsum([self._titles.get(word, 0.0) for word in words.parsed.title])

    def sum(self, told: tuple[frozenset[str], float], event_type: str) -> float:
        """The sum of the weights of the features that `shared_features` names; the same in whatever order they come."""
        weights = self._weights.setdefault(event_type, {})
        found, title = told
        for word in found:
            if word not in weights:
                weights[word] = self._model.sum_of(word_features(word, event_type))
        return math.fsum([weights[word] for word in found]) + title

    def brought(self, layer: HiddenLayer, words: Words, event_type: str) -> Neurons:
        """What the same features bring each neuron of the model's layer."""
        rows = self._rows.setdefault(event_type, {})
        found = layer.rows_of(map(title_feature, words.parsed.title))
        for word in words.bag:
            if word not in rows:
                rows[word] = layer.rows_of(word_features(word, event_type))
            found += rows[word]
        return layer.brought(found)


class EventChooser:
    """Chooses events by the model `events` that training gives, with its hidden layer where it has one."""

    def __init__(
        self,
        model: LinearModel,
        codebook: Codebook,
        coder: EventCoder,
        thresholds: Thresholds = THRESHOLDS,
    ) -> None:
        self._model = model
        self._around = Around(model)
        self._codebook = codebook
        self._coder = coder
        self._least = thresholds

    def choose(
        self,
        parsed: Parsed,
        events: Sequence[Coded],
        article: Article,
        speaker: Party | None = None,
        *,
        is_alone: bool = False,
    ) -> list[Coded]:
        """The events to keep, in text order. Their confidence is the probability that the type is right. One that the
        rules missed may have no parties yet.

        `events` are those that the rules coded in the sentence; `article` and `speaker` are what they knew. Of a
        sentence that stands alone the hidden layer is not asked: it knows how articles tell of events.
        """
        if not events and not parsed.name_of and not self._tells_of_officials(parsed):
            return []  # nothing to judge, and nobody who could be the actor of what was missed
        words = Words(parsed)
        judged = self._judged(words, events, None if is_alone else self._model.layer)
        coded = [(right, c.event) for right, c in judged if c.event is not None]
        kept: list[Coded] = []
        for place, (right, event) in enumerate(coded):
            least = self._least.further if place else self._least.best
            if _is_between(event):
                least = min(least, self._least.undone if _is_undone(event) else self._least.between)
            elif _is_armed(event):
                least = min(least, self._least.armed)
            if right >= least:
                kept.append(self._with(event, right))
        missed = next(((right, c) for right, c in judged if c.event is None), None)
        if missed is not None and missed[0] >= (self._least.beside if coded else self._least.missed):
            found = self._missed(parsed, missed[1], article, speaker)
            if found is not None:
                kept.append(self._with(found, missed[0]))
        return sorted(kept, key=lambda event: (event.trigger_start, event.event_type))

    def _tells_of_officials(self, parsed: Parsed) -> bool:
        """Whether a common noun of a sentence names people who do not act for themselves: "ministers", "rebels"."""
        agents = self._codebook.agents
        return any(
            agents.get(lemma, "") not in ("", *PRIVATE)
            for token in parsed.tokens
            if parsed.is_noun(token)
            for lemma in parsed.lemmas(token, "noun")
        )

    def _judged(
        self, words: Words, events: Sequence[Coded], layer: HiddenLayer | None
    ) -> list[tuple[float, Candidate]]:
        """All candidates with their probability of being right, likeliest first."""
        told = self._around.told(words)
        shared: dict[str, float] = {}
        brought: dict[str, Neurons] = {}
        judged = []
        for one in candidates(words, events):
            kind = one.event_type
            own = own_features(words, one, events, self._coder.grammar)
            if kind not in shared:
                shared[kind] = self._around.sum(told, kind)
            right = self._model.probabilities(own, beside=shared[kind])[RIGHT]
            if layer is not None and right > _HOPELESS:
                if kind not in brought:
                    brought[kind] = self._around.brought(layer, words, kind)
                together = layer.score(own, brought[kind])
                right = self._model.probabilities(own, beside=shared[kind] + together)[RIGHT]
            judged.append((right, one))
        return sorted(judged, key=lambda one: (-one[0], one[1].token.i, one[1].event_type))

    @staticmethod
    def _with(event: Coded, right: float) -> Coded:
        return replace(event, confidence=right, why=(*event.why, f"model {right:.2f}"))

    def _missed(self, parsed: Parsed, candidate: Candidate, article: Article, speaker: Party | None) -> Coded | None:
        """The event of a sense that fits, with its parties by the sense's slots, or without where these hold nobody."""
        trigger = candidate.trigger
        if trigger is None:
            return None
        event = self._coder.suggest(parsed, trigger, article, speaker)
        if event is None:
            return self._of_nobody(parsed, trigger)
        return event if event.event_type == candidate.event_type else None

    def _of_nobody(self, parsed: Parsed, trigger: Trigger) -> Coded:
        """The event of a trigger of whose parties the rules know none: it counts if they are found otherwise."""
        sense, token = trigger.sense, trigger.token
        rule = self._codebook.rule(sense.event_type, sense.mode)
        return Coded(
            event_type=sense.event_type,
            mode=sense.mode,
            cameo=sense.cameo or rule.cameo,
            modality=self._coder.grammar.modality(parsed, token),
            actors=(),
            recipients=(),
            reciprocal=False,
            trigger=token,
            trigger_start=parsed.start(token),
            trigger_end=parsed.end(token),
            contexts=sense.contexts,
            confidence=0.0,
            why=(f"{sense.where.rsplit('/', 1)[-1]} {sense.trigger}", "no party by the rules"),
        )


def _is_between(event: Coded) -> bool:
    """Whether the text names both parties, and they are two countries, or organisations that stand for none."""
    sides = [
        {standing_code(p.country, p.sector) for p in side if p.how in _NAMED} - {""}
        for side in (event.actors, event.recipients)
    ]
    return len(sides[0]) > 1 if event.reciprocal else bool(sides[0] and sides[1] and sides[0] != sides[1])


def _is_undone(event: Coded) -> bool:
    """Whether an outer word denies the act: "failed to defend"."""
    return event.modality == "negated" and any(why.startswith("outer ") for why in event.why)


def is_told_anyhow(event: Coded) -> bool:
    """Whether an event is coded however doubtful it is: what armed people do, and what one state or organisation failed
    to do to or for another, are what the data are for, and rare.
    """
    return _is_armed(event) or (_is_undone(event) and _is_between(event))


def _is_armed(event: Coded) -> bool:
    """Whether armed people attack or withdraw."""
    return event.event_type in _BY_ARMS and any(party.sector in _ARMED for party in event.actors)

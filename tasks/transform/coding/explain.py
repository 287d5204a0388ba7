"""Says why an event was coded: its rule and conditions, the words over it, the way to each party, its confidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tasks.transform.coding.clauses import Parsed, attached
from tasks.transform.coding.codebook import Codebook, Sense
from tasks.transform.coding.coded import Coded, confidence_parts
from tasks.transform.coding.outer_words import OuterWords
from tasks.transform.coding.parties import Party
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import fits

_UP: Final = {
    "nsubj": "subject of", "nsubjpass": "passive subject of", "dobj": "object of", "dative": "indirect object of",
    "conj": "joined to", "appos": "beside", "poss": "owner of", "amod": "before", "compound": "before",
    "nmod": "before", "xcomp": "act under", "ccomp": "said under", "pcomp": "act after", "advcl": "clause of",
    "acl": "clause of", "relcl": "clause about", "attr": "what is said of", "acomp": "what is said of",
    "agent": "by-phrase of", "npadvmod": "beside",
}  # fmt: skip
"""The parser's labels in plain words, from the lower word to the upper one."""
_DOWN: Final = {
    "nsubj": "subject", "nsubjpass": "passive subject", "dobj": "object", "dative": "indirect object",
    "conj": "joined with", "appos": "beside", "poss": "owned by", "amod": "after", "compound": "after",
    "nmod": "after", "xcomp": "act", "ccomp": "clause", "pcomp": "act", "advcl": "clause", "acl": "clause",
    "relcl": "clause", "attr": "is", "acomp": "is", "agent": "by", "npadvmod": "beside",
}  # fmt: skip
"""The same from the upper word to the lower one."""
_EFFECTS: Final = {
    "becomes": "makes the act {type}",
    "negated": "denies the act",
    "ended": "ends the act",
    "intended": "puts the act in the future",
    "conditional": "puts the act under a condition",
    "decided": "says that the act is decided on",
    "begun": "says that the act is ordered or tried",
    "same": "leaves the act as it is",
}
_NO_WORDS: Final = ("place", "implied", "context", "context here", "in doubt")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an explanation: which (`trigger`, `outer`, `actor`, `recipient`, `confidence`), and in words."""

    step: str
    text: str


class Explainer:
    """Explains events by the codebook that coded them."""

    def __init__(self, codebook: Codebook) -> None:
        self._outer = OuterWords(codebook)
        self._senses = {_rule(sense): sense for some in codebook.senses.values() for sense in some}

    def steps(self, parsed: Parsed, read: Coded, written: Coded) -> list[Step]:
        """The steps to an event of a sentence: `read` as the sentence gives it, `written` with what its place adds."""
        sense = self._senses.get(read.why[0])
        found = [Step("trigger", self._trigger(parsed, read, sense)), *self._over(parsed, read, sense)]
        for role, parties in (("actor", written.actors), ("recipient", written.recipients)):
            found += [Step(role, self._party(parsed, read.trigger, party)) for party in parties]
        found.append(Step("confidence", _confidence(written, sense)))
        return found

    def _trigger(self, parsed: Parsed, event: Coded, sense: Sense | None) -> str:
        word = parsed.cut(parsed.start(event.trigger), parsed.end(event.trigger))
        if sense is None:
            return f"“{word}” is {event.event_type} by {event.why[0]}"
        met = []
        trigger = fits(parsed, event.trigger, sense)
        if trigger is not None and trigger.object is not None:
            held = parsed.cut(parsed.start(trigger.object), parsed.end(trigger.object))
            met.append(f"with “{held}” as its object" if sense.pos == "verb" else f"with “{held}” beside it")
        if hanging := sense.with_ & attached(parsed, event.trigger):
            met.append(f"with {' and '.join(f'“{word}”' for word in sorted(hanging))} on it")
        if needs := sense.needs - {"model", "labour"}:
            met.append(f"{' and '.join(sorted(needs))} known")
        mode = f"/{sense.mode}" if sense.mode else ""
        conditions = f"; conditions met: {', '.join(met)}" if met else ""
        return f"“{word}” is {sense.event_type}{mode} by {_place(sense)} ({sense.pos} “{sense.trigger}”){conditions}"

    def _over(self, parsed: Parsed, event: Coded, sense: Sense | None) -> Iterator[Step]:
        if not any(why.startswith("outer ") for why in event.why[1:]):
            return
        for token, outer in self._outer.over(parsed, event.trigger, sense.event_type if sense else event.event_type):
            effect = _EFFECTS.get(outer.effect, outer.effect).format(type=event.event_type)
            word = parsed.cut(parsed.start(token), parsed.end(token))
            yield Step("outer", f"“{word}” over it {effect} (outer.csv, {outer.pos} “{outer.lemma}”)")

    def _party(self, parsed: Parsed, trigger: Token, party: Party) -> str:
        if not party.text or party.how in _NO_WORDS:
            return _taken(party)
        head = _head(parsed, party)
        way = path(parsed, head, trigger) if head is not None else ""
        return f"{_taken(party)}{f'; {way}' if way else ''}"


def path(parsed: Parsed, first: Token, last: Token) -> str:
    """The way through the parse from one word to another: "Nordia —subject of→ signed —object→ deal"."""
    above = {token.i: at for at, token in enumerate((last, *last.ancestors))}
    up = [first]
    while up[-1].i not in above:
        if up[-1].head.i == up[-1].i:
            return ""
        up.append(up[-1].head)
    down = [last, *last.ancestors][: above[up[-1].i]][::-1]
    way = [_word(parsed, first)]
    prepositions: list[str] = []
    for lower in up[:-1]:
        if _is_preposition(lower.head) and lower.dep_ in ("pobj", "pcomp"):
            prepositions.append(_word(parsed, lower.head))
        elif _is_preposition(lower):
            preposition = prepositions.pop() if prepositions else _word(parsed, lower)
            way.append(f"—behind “{preposition}” of→ {_word(parsed, lower.head)}")
        else:
            way.append(f"—{_UP.get(lower.dep_, 'under')}→ {_word(parsed, lower.head)}")
    for lower in down:
        if _is_preposition(lower) and lower.i != last.i:
            continue
        through = _word(parsed, lower.head) if lower.dep_ in ("pobj", "pcomp") else _DOWN.get(lower.dep_, "with")
        way.append(f"—{through}→ {_word(parsed, lower)}")
    return " ".join(way)


def _is_preposition(token: Token) -> bool:
    """Whether a word only links what stands behind it; "to" may be labelled as the indirect object itself."""
    return token.dep_ in ("prep", "agent") or (token.dep_ == "dative" and token.tag_ in ("IN", "TO"))


def _word(parsed: Parsed, token: Token) -> str:
    return parsed.cut(parsed.start(token), parsed.end(token))


def _head(parsed: Parsed, party: Party) -> Token | None:
    """The word of a party on which its other words hang; None where it does not stand in the sentence."""
    inside = [t for t in parsed.tokens if party.start <= parsed.start(t) and parsed.end(t) <= party.end]
    places = {t.i for t in inside}
    return next((t for t in inside if t.head.i not in places or t.head.i == t.i), None)


def _taken(party: Party) -> str:
    """Who a party is and on what that rests."""
    code = "-".join(part for part in (party.country, party.sector) if part) or "nobody known"
    text, name = f"“{party.text}”", party.name
    reasons = {
        "name": f"{text} is a name of the codebook, {name}",
        "agent": f"{text} is a noun of the codebook with a name beside it that says whose",
        "known": f"{text} was named before in the article, {name}",
        "pronoun": f"{text} stands for {name}, named before",
        "loose": f"{text} is a noun with a name before or behind it, {name}",
        "alone": f"{text} is a noun of the codebook without a name beside it; "
        + ("the country is the article's or the place's" if party.country else "no country is known"),
        "near": f"{text} is the only name deeper in the clause, {name}",
        "unknown": f"{text} is a proper name that the codebook lacks",
        "place": f"those at the place, {text}",
        "implied": "the text leaves it out: the authorities or people there",
        "chosen": f"{text} fits best of the nouns of the sentence, by the trained model",
        "context": "the sentence leaves it out: by the trained model, a country of the title",
        "context here": "the sentence leaves it out: by the trained model, a country that it names",
        "in doubt": "by the trained model, whom the sentence names fits the other side as well: only the country",
    }
    return f"{code}: {reasons.get(party.how, text)}"


def _confidence(event: Coded, sense: Sense | None) -> str:
    """The confidence and the parts that it is the product of."""
    judged = next((why.removeprefix("model ") for why in event.why if why.startswith("model ")), "")
    if judged:
        return f"{event.confidence:.2f} for all together by the trained models, {judged} for the type alone"
    if sense is None:
        return f"{event.confidence:.2f}, fixed for this rule"
    parts = confidence_parts(sense, event.actors, event.recipients)
    return f"{event.confidence:.2f} = {' × '.join(f'{factor:.2f} ({what})' for what, factor in parts)}"


def _rule(sense: Sense) -> str:
    """How an event names the sense that made it."""
    return f"{_place(sense)} {sense.trigger}"


def _place(sense: Sense) -> str:
    return sense.where.rsplit("/", 1)[-1]

"""Says which words of a sentence tell of the same act as a trigger, so that what hangs on them is of that act.

A date or place hangs on the verb that carries an event noun ("launched an attack on Monday"), on the verb before a
participle ("struck the port on Monday, killing two"), on the summit at which something was said. It does not reach into
another clause: not from a verb of saying to what is said, not from a noun into its relative clause, nor out of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.clauses import MODIFIERS, SUBJECTS, Parsed, prepositional
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.inflection import inflections
from tasks.transform.coding.tokens import Token

ANY: Final = "any"
BEFORE: Final = "before"
PAST: Final = "past"
_DEEPEST: Final = 6
_PRESENT: Final = frozenset({"VBP", "VBZ", "VBG", "VB"})
_NEXT_TO: Final = 3
"""Tokens between two verbs that share their object and time: "arrested and deported", "were tried and jailed"."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """A word that tells of the act, and what of it does: anything, what stands before it, or days that are over."""

    token: Token
    what: str


class ActScope:
    """Finds the words of an act, by the lists of `language.toml`."""

    def __init__(self, codebook: Codebook) -> None:
        dates: Mapping[str, Any] = codebook.language["dates"]
        self._codebook = codebook
        self._carriers = frozenset((*codebook.language["clauses"]["light"], *dates["carriers"]))
        self._carrier_forms = frozenset(f for lemma in dates["carriers"] for f in inflections(lemma, "verb"))
        self._event_nouns = frozenset(f for lemma in dates["event_nouns"] for f in inflections(lemma, "noun"))
        self._same_time = frozenset(dates["same_time"])
        self._occasions = frozenset(dates["occasions"])
        self._marks = frozenset(dates["same_time_marks"])
        self._verb_prepositions = frozenset(dates["same_time_verbs"])
        self._phases = frozenset(f for lemma in dates["phases"] for f in inflections(lemma, "noun"))
        self._quantities = frozenset(codebook.language["clauses"]["quantities"])
        self._irregular: Mapping[str, list[str]] = codebook.language["inflection"]["irregular"]

    def sharing(
        self, parsed: Parsed, token: Token, outer: Token | None = None, *, spoken: bool = False
    ) -> Iterator[Sharing]:
        """The words of the act of a trigger, the nearest first.

        `outer` is the word that rules it, if that is the act; `spoken`: to say it is to do it, so that of an act in
        the present ("We condemn this," she said on Sunday) the verb of saying tells too.
        """
        act = outer or token
        spoken = spoken and act.tag_ in _PRESENT
        yield Sharing(act, ANY)
        yield from self._below(parsed, act)
        yield from self._above(parsed, act, spoken)
        if outer is not None:
            yield Sharing(token, PAST)
        yield from (Sharing(c, PAST) for c in act.rights if c.dep_ in ("xcomp", "advcl") and c.tag_ == "VB")

    def is_event(self, parsed: Parsed, noun: Token) -> bool:
        """Whether a noun names something that happens: a trigger of the codebook, or an election, a storm, a speech."""
        if parsed.lower[noun.i] in self._event_nouns:
            return True
        return any(("noun", lemma) in self._codebook.senses for lemma in parsed.lemmas(noun, "noun"))

    def _below(self, parsed: Parsed, act: Token) -> Iterator[Sharing]:
        if not is_verbal(parsed, act):
            yield from (Sharing(child, ANY) for child in act.rights if self._tells_of(parsed, child))
            return
        yield from (Sharing(child, ANY) for child in act.children if self._goes_with(parsed, act, child))
        yield from (Sharing(noun, ANY) for noun in self._occasions_of(parsed, act))

    def _tells_of(self, parsed: Parsed, clause: Token) -> bool:
        """Whether a clause behind an event noun tells of the event: "talks held on", "attacks that took place on"."""
        if not self._carries(parsed, clause):
            return False
        return (clause.dep_ == "acl" and clause.tag_ == "VBN") or (
            clause.dep_ == "relcl" and self._is_its_subject(clause)
        )

    def _goes_with(self, parsed: Parsed, verb: Token, child: Token) -> bool:
        """Whether a word below a verb is of its act: "speaking on Sunday, X accused", "held talks"."""
        if child.dep_ in ("advcl", "prep"):
            return child.i < verb.i and child.tag_ == "VBG" and _mark(child) is None
        if child.dep_ == "conj":
            return parsed.is_verb(child) and child.i - verb.i <= _NEXT_TO
        return child.dep_ == "dobj" and self._carries(parsed, verb)

    def _occasions_of(self, parsed: Parsed, verb: Token) -> Iterator[Token]:
        """The events in, at or during which something is done: "said at a summit", "at the height of the war"."""
        for child in verb.children:
            if child.dep_ != "prep" or parsed.lower[child.i] not in self._occasions:
                continue
            for noun in (p for p in child.children if p.dep_ == "pobj"):
                if self.is_event(parsed, noun):
                    yield noun
                elif parsed.lower[noun.i] in self._phases:
                    yield from prepositional(parsed, noun, "of")

    def _above(self, parsed: Parsed, act: Token, spoken: bool) -> Iterator[Sharing]:
        current, what = act, ANY
        for _ in range(_DEEPEST):
            step = self._step(parsed, current)
            if step is None:
                return
            current = step.token
            what = step.what if what == ANY and not (spoken and step.what == BEFORE) else what
            yield Sharing(current, what)
            if what == ANY and is_verbal(parsed, current):
                yield from (Sharing(noun, what) for noun in self._occasions_of(parsed, current))

    def _step(self, parsed: Parsed, token: Token) -> Sharing | None:
        """The word above that tells of the same act, if it does."""
        head = token.head
        if head.i == token.i:
            return None
        if is_verbal(parsed, token):
            return self._above_verb(parsed, token, head)
        above = self._above_noun(parsed, token, head)
        return None if above is None else Sharing(above, ANY)

    def _above_noun(self, parsed: Parsed, noun: Token, head: Token) -> Token | None:
        label = noun.dep_
        if label in SUBJECTS or label in ("attr", "acomp", "oprd"):
            return head
        if label in ("dobj", "dative"):
            return head if self._carries(parsed, head) else None
        if label in MODIFIERS or label == "conj":
            return head if parsed.is_noun(head) else None
        if label != "pobj":
            return None
        preposition, above = parsed.lower[head.i], head.head
        if preposition == "of" and parsed.is_noun(above):
            counts = any(lemma in self._quantities for lemma in parsed.lemmas(above, "noun"))
            return above if counts or parsed.lower[above.i] in self._phases else None
        if preposition in self._same_time and (is_verbal(parsed, above) or self.is_event(parsed, above)):
            return above
        return None

    def _above_verb(self, parsed: Parsed, verb: Token, head: Token) -> Sharing | None:
        label = verb.dep_
        if label in ("xcomp", "acomp", "attr", "oprd", "auxpass"):
            return Sharing(head, ANY)
        if label == "ccomp" and verb.i < head.i:
            return Sharing(head, BEFORE)
        if label == "advcl" and is_verbal(parsed, head):
            mark = _mark(verb)
            if mark is None or parsed.lower[mark.i] in self._marks or (mark.tag_ == "TO"):
                return Sharing(head, ANY)
        if label == "pcomp" and parsed.lower[head.i] in self._verb_prepositions and is_verbal(parsed, head.head):
            return Sharing(head.head, ANY)
        if label == "conj" and is_verbal(parsed, head):
            near = verb.i - head.i <= _NEXT_TO and not any(c.dep_ == "dobj" for c in head.children)
            own_subject = any(c.dep_ in SUBJECTS for c in verb.children)
            return None if own_subject else Sharing(head, ANY if near else BEFORE)
        return None

    def _carries(self, parsed: Parsed, verb: Token) -> bool:
        """Whether a verb only says that an event took place: "launch", "hold", "sign", "occur"."""
        if not is_verbal(parsed, verb):
            return False
        if parsed.lower[verb.i] in self._carrier_forms or any(x in self._carriers for x in parsed.lemmas(verb, "verb")):
            return True
        return any(parsed.lower[verb.i] in self._irregular.get(lemma, ()) for lemma in self._carriers)

    @staticmethod
    def _is_its_subject(clause: Token) -> bool:
        """Whether a relative clause has the noun before it as its subject: "the attacks that took place"."""
        return any(c.dep_ in SUBJECTS and c.tag_ in ("WDT", "WP", "IN", "DT") for c in clause.children)


def is_verbal(parsed: Parsed, token: Token) -> bool:
    """Whether a word is a verb or an auxiliary that stands for one ("is opposed to")."""
    return parsed.is_verb(token) or token.tag_ == "MD"


def outer_word(parsed: Parsed, event: Coded) -> Token | None:
    """The word that rules an act and made it another one ("refused to send"), unless it only denies it."""
    if event.modality == "negated":
        return None
    for above in event.trigger.ancestors:
        if parsed.start(above) == event.trigger_start or parsed.end(above) == event.trigger_end:
            return above
    return None


def _mark(verb: Token) -> Token | None:
    """What opens a subordinate clause ("as", "after", "to"), if anything does."""
    found = (c for c in verb.lefts if c.dep_ == "mark" or (c.dep_ == "advmod" and c.tag_ == "WRB") or c.tag_ == "TO")
    return next(found, None)

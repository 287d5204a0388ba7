"""Says of an event that a noun names whether it took place, was denied, lies ahead or is doubted."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tasks.transform.coding.clauses import SUBJECTS, Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.tokens import Token

_INSIDE_NOUN: Final = frozenset({"compound", "nmod"})


class EventNouns:
    """Reads the modality of event nouns, with the small words of the codebook's `language.toml`."""

    def __init__(self, codebook: Codebook, of_verb: Callable[[Parsed, Token], str]) -> None:
        """`of_verb` tells the modality of the verb that carries a noun."""
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        modality: Mapping[str, Any] = codebook.language["modality"]
        dates: Mapping[str, Any] = codebook.language["dates"]
        self._of_verb = of_verb
        self._negations = frozenset(modality["negations"])
        self._any = frozenset(modality["any"])
        self._indefinite = frozenset(modality["indefinite"])
        self._carriers = frozenset((*clauses["light"], *dates["carriers"], "be"))
        self._ahead = frozenset(modality["ahead"])
        self._ahead_of = {"for": self._ahead, "of": frozenset(modality["ahead_of"])}
        self._intended_modifiers = frozenset(modality["intended_modifiers"])
        self._conditional_modifiers = frozenset(modality["conditional_modifiers"])
        not_yet = {"intended": modality["wanted"], "conditional": modality["feared"], "negated": modality["averted"]}
        self._not_yet = {lemma: what for what, lemmas in not_yet.items() for lemma in lemmas}
        self._definite = frozenset(modality["definite"])
        self._told_before = frozenset(modality["told_before"])
        self._counted = frozenset((*clauses["measures"], *modality["counted"]))
        self._scheduled = frozenset(modality["scheduled"])
        self._beginning = frozenset(modality["beginning"])
        self._expected = frozenset(modality["expected"])
        self._coming = frozenset((*dates["weekdays"], *dates["months"], *dates["next"], *modality["coming"]))
        self._shares = frozenset(modality["shares"])
        self._answering = frozenset(modality["answering"])
        self._going_on = frozenset(modality["going_on"])
        self._to_begin = frozenset(modality["to_begin"])
        self._truces = frozenset(modality["truces"])
        self._broken = frozenset(modality["broken"])

    def modality(self, parsed: Parsed, noun: Token) -> str:
        """What the text says of the event that a noun names: actual, negated, intended or conditional."""
        for child in noun.children:
            word = parsed.lower[child.i]
            if child.dep_ in ("det", "neg") and word in self._negations:
                return "negated"
            if child.dep_ in ("amod", "compound"):
                if word in self._intended_modifiers:
                    return "intended"
                if word in self._conditional_modifiers:
                    return "conditional"
        if (not_yet := self._only_wanted(parsed, noun)) is not None:
            return not_yet
        if self._is_broken(parsed, noun):
            return "negated"
        if self._is_scheduled(parsed, noun):
            return "intended"
        trigger = noun
        while (above := self._above_noun(parsed, noun)) is not None:
            noun = above
        if any(child.dep_ == "det" and parsed.lower[child.i] in self._any for child in noun.lefts):
            return "conditional"
        above = noun.head
        if noun.dep_ == "pobj" and parsed.lower[above.i] in self._negations:
            return "negated"
        if noun.dep_ == "pobj" and parsed.lower[above.i] in self._ahead_of:
            ahead = self._ahead_of[parsed.lower[above.i]]
            if parsed.lower[above.head.i] in ahead:
                return "intended"
        if noun.dep_ in ("dobj", "nsubjpass", "pobj", "nsubj", "attr"):
            verb = above.head if noun.dep_ == "pobj" else above
            if parsed.is_verb(verb):
                return self._carried(parsed, noun, verb, trigger)
        return "actual"

    def _above_noun(self, parsed: Parsed, noun: Token) -> Token | None:
        """The noun over an event noun that is of the same act: "the strike ballot", "articles of impeachment"."""
        above = noun.head
        if noun.dep_ in _INSIDE_NOUN and parsed.is_noun(above):
            return above
        if noun.dep_ == "pobj" and parsed.lower[above.i] == "of" and parsed.is_noun(above.head):
            return above.head if self._counted & {*parsed.lemmas(above.head, "noun")} else None
        return None

    def _only_wanted(self, parsed: Parsed, noun: Token) -> str | None:
        """What a word right over an event noun makes of it: "prepares an inquiry", "fear of an attack", "averts war".

        What somebody calls something is there, what he calls for is not.
        """
        above = noun.head
        if noun.dep_ == "pobj" and parsed.lower[above.i] in ("of", "for"):
            above = above.head
        elif noun.dep_ not in ("dobj", "nsubjpass", "compound"):
            return None
        pos = "verb" if parsed.is_verb(above) else "noun"
        lemmas = [x for x in parsed.lemmas(above, pos) if x in self._not_yet]
        if lemmas == ["call"] and noun.dep_ != "pobj":
            return None
        found = next((self._not_yet[x] for x in lemmas), None)
        if found == "negated" and pos == "verb":
            return {"actual": found, "negated": "actual"}.get(own := self._of_verb(parsed, above), own)
        return found

    def _is_scheduled(self, parsed: Parsed, noun: Token) -> bool:
        """Whether a day is only set for an event, or it is only expected: "talks set for May", "the date of the trial",
        "talks starting Friday", "a meeting expected next week". Not where the verb over it says that it took place.
        """
        above = noun.head
        if noun.dep_ in ("nsubjpass", "dobj") and not self._scheduled.isdisjoint(parsed.lemmas(above, "verb")):
            return self._of_verb(parsed, above) == "actual"
        if noun.dep_ in SUBJECTS:
            if any(self._lies_ahead(parsed, word) for word in (above, *above.rights) if word.dep_ != "conj"):
                return True
            if not self._carriers.isdisjoint(parsed.lemmas(above, "verb")):
                return False
        if noun.dep_ == "pobj" and parsed.lower[above.i] in ("of", "for", "to"):
            above = above.head
        if noun.dep_ in ("pobj", *_INSIDE_NOUN) and parsed.lower[above.i] in self._scheduled:
            return True
        behind = (c for c in noun.rights if c.dep_ == "acl" and c.tag_ == "VBN")
        return self._begins_then(parsed, noun.i + 1) or any(
            self._lies_ahead(parsed, c) or not self._expected.isdisjoint(parsed.lemmas(c, "verb")) for c in behind
        )

    def _lies_ahead(self, parsed: Parsed, word: Token) -> bool:
        """Whether a word says of its noun that it is to come: "scheduled", "set for Monday", "due on Friday"."""
        if word.tag_ not in ("VBN", "JJ", "VBD"):
            return False
        if not self._scheduled.isdisjoint(parsed.lemmas(word, "verb")):
            return word.tag_ != "VBD"
        return parsed.lower[word.i] in self._ahead and any(
            parsed.lower[c.i] == "for" or self._coming & {parsed.lower[c.i], *(parsed.lower[g.i] for g in c.children)}
            for c in word.rights
        )

    def _begins_then(self, parsed: Parsed, at: int) -> bool:
        """Whether words such as "beginning on Tuesday" stand at a place of a sentence."""
        words = [word for word in parsed.lower[at : at + 4] if word not in ("on", "in", "early", "late")]
        return len(words) > 1 and words[0] in self._beginning and words[1].rstrip(".") in self._coming

    def _is_broken(self, parsed: Parsed, noun: Token) -> bool:
        """Whether it is a truce of which the verb says that it holds no more: "the ceasefire crumbles"."""
        verb = noun.head
        return (
            noun.dep_ in SUBJECTS
            and not self._truces.isdisjoint(parsed.lemmas(noun, "noun"))
            and not self._broken.isdisjoint(parsed.lemmas(verb, "verb"))
            and self._of_verb(parsed, verb) == "actual"
        )

    def _carried(self, parsed: Parsed, noun: Token, verb: Token, trigger: Token) -> str:
        """The modality of an event noun under a verb: that of a verb which says that it takes place ("held no talks").

        Of another verb what is denied or doubted is something else: "the drills were not touched by the attack", "the
        strike could hit sales". And what it lies ahead to speak of or to act on is there already: "will meet over the
        attack", "may be behind the attack", "a deal to support Moscow's war".
        """
        own = self._of_verb(parsed, verb)
        if own == "actual" and noun.dep_ == "dobj" and is_ruled(parsed, verb) and not self._is_known(parsed, noun):
            return "intended"  # "is expected to include talks"
        lemmas = set(parsed.lemmas(verb, "verb")) | {parsed.lower[verb.i]}
        goes_on = self._is_known(parsed, noun) and not lemmas & (self._carriers - self._going_on | self._to_begin)
        if own == "intended" and noun.dep_ == "nsubj" and goes_on and self._is_conflict(parsed, trigger):
            return "actual"  # "Moscow's war will top the agenda", "the strike will end"
        is_told_before = noun.dep_ == "pobj" and parsed.lower[noun.head.i] in self._told_before
        if own in ("intended", "conditional") and is_told_before:
            return "actual"
        if own in ("intended", "conditional") and not lemmas & self._carriers:
            if lemmas & self._answering and self._is_conflict(parsed, trigger):
                return "actual"  # "will testify to answer the allegations"
            if noun.dep_ in ("dobj", "pobj") and self._is_known(parsed, noun) and self._is_conflict(parsed, trigger):
                return "actual"  # "may support Moscow's war"
        if own == "negated" and noun.dep_ == "pobj" and self._stands_beside(parsed, noun, verb, trigger):
            return "actual"
        if own in ("actual", "intended") or lemmas & self._carriers or denied_party(parsed, verb):
            return own
        if own == "conditional":
            vague = any(parsed.lower[child.i] in self._indefinite for child in noun.lefts)
            return own if noun.dep_ != "nsubj" or vague else "actual"
        return "actual"

    def _stands_beside(self, parsed: Parsed, noun: Token, verb: Token, trigger: Token) -> bool:
        """Whether an attack or war is only the matter of something else that is denied: "took no side in the war", not
        "took no part in the attack".
        """
        shares = any(c.dep_ == "dobj" and parsed.lower[c.i] in self._shares for c in verb.children)
        shares = shares or not self._to_begin.isdisjoint(parsed.lemmas(verb, "verb"))  # "did not go through with it"
        return not shares and self._is_known(parsed, noun) and self._is_conflict(parsed, trigger)

    def _is_known(self, parsed: Parsed, noun: Token) -> bool:
        """Whether an event noun is one that has been spoken of: "Moscow's war", "the attack"."""
        return any(c.dep_ == "poss" or (c.dep_ == "det" and parsed.lower[c.i] in self._definite) for c in noun.lefts)

    @staticmethod
    def _is_conflict(parsed: Parsed, noun: Token) -> bool:
        """Whether all that a noun can stand for is done against somebody: "war", "attack", "inquiry"."""
        codebook = parsed.codebook
        types = {s.event_type for x in parsed.lemmas(noun, "noun") for s in codebook.senses.get(("noun", x), ())}
        return bool(types) and all(codebook.rule(kind, "").is_conflict for kind in types)


def denied_party(parsed: Parsed, verb: Token) -> bool:
    """Whether subject or object is "no ..." ("No troops were sent")."""
    parties = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass", "dobj")]
    return any(parsed.lower[d.i] == "no" for party in parties for d in party.lefts if d.dep_ == "det")


def is_ruled(parsed: Parsed, verb: Token, effects: Sequence[str] = ("intended",)) -> bool:
    """Whether a word over an infinitive says that it lies ahead: "hopes to include"."""
    if verb.dep_ != "xcomp" or verb.tag_ != "VB":
        return False
    outer = parsed.codebook.outer
    found = (outer.get(("verb", lemma)) for lemma in parsed.lemmas(verb.head, "verb"))
    return any(one is not None and one.effect in effects for one in found)

"""Finds who does what in a clause, and what the text says of the act: whether it was done, denied, meant or doubted."""

from collections.abc import Mapping
from typing import Any, Final

from tasks.transform.coding.clauses import ADJ_TAGS, Parsed, is_passive
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.event_nouns import EventNouns, denied_party, is_ruled
from tasks.transform.coding.subjects import Subjects
from tasks.transform.coding.tokens import Token

_PRESENT: Final = frozenset({"VBP", "VBZ"})
_FINITE: Final = frozenset({"VBD", "VBP", "VBZ"})
_SAME_ACT: Final = frozenset({"xcomp", "dobj", "prep", "pobj", "pcomp", "acl", "nsubjpass"})
"""Labels of words that tell of one act with the word above them: "announce strikes", "is set to walk"."""


class Grammar:
    """Finds who does what in a clause, with the small words of the codebook's `language.toml`."""

    def __init__(self, codebook: Codebook) -> None:
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        modality: Mapping[str, Any] = codebook.language["modality"]
        self._subjects = Subjects(codebook)
        self._nouns = EventNouns(codebook, self.modality)
        self._negations = frozenset(modality["negations"])
        self._future = frozenset(modality["future"])
        self._conditional = frozenset(modality["conditional"])
        self._willing = frozenset(modality["willing"])
        self._yet = frozenset(modality["yet"])
        self._firsts = frozenset(modality["firsts"])
        self._have = frozenset(("have", *codebook.language["inflection"]["irregular"]["have"]))
        self._past = frozenset(modality["past"])
        self._reporting = frozenset(clauses["reporting"])
        self._conditions = frozenset(modality["conditions"])
        self._ahead = frozenset(modality["ahead"])
        self._beside = frozenset(modality["beside"])
        self._until = frozenset(modality["until"])
        self._obligation = frozenset(modality["obligation"])
        self._provisos = frozenset(modality["provisos"])
        self._concessive = frozenset(modality["concessive"])
        self._short = self._negations | {"short"}
        self._focus = frozenset(modality["focus"])
        self._deferring = frozenset(modality["deferring"])
        self._gathering = frozenset(modality["gathering"])

    def subjects(self, parsed: Parsed, verb: Token) -> list[Token]:
        """The heads of those who do what a verb says (see `Subjects`)."""
        return self._subjects.of(parsed, verb)

    def modality(self, parsed: Parsed, token: Token) -> str:
        """What the text says of the act of a trigger: actual, negated, intended or conditional (outer words apart)."""
        if parsed.is_noun(token):
            return self._nouns.modality(parsed, token)
        verb = token
        if token.tag_ in ADJ_TAGS and token.dep_ in ("acomp", "oprd") and parsed.is_verb(token.head):
            return self._of_the_copula(parsed, token)
        children = list(verb.children)
        shared = {"aux", "neg", "mark"}
        while verb.dep_ == "conj" and parsed.is_verb(verb.head) and not self._has_own_frame(verb):
            if verb.tag_ in _FINITE and verb.head.tag_ == "VB":
                break  # "must act and urged": an auxiliary does not reach over to a verb in another form
            if verb.tag_ in _PRESENT or (verb.tag_ == "VBD" and verb.head.tag_ in _PRESENT):
                shared -= {"aux", "neg"}  # "is not sure and asked": nor does a "not"
            verb = verb.head
            children.extend(c for c in verb.children if c.dep_ in shared)
        words = {parsed.lower[c.i] for c in children if c.dep_ in ("aux", "neg", "mark", "advmod", "preconj")}
        negated = any(self._denies(parsed, c) for c in children if c.dep_ != "conj")
        negated = negated or denied_party(parsed, token) or self._is_yet_to(parsed, verb)
        negated = negated or any(c.dep_ in ("oprd", "acomp") and self.is_negated(parsed, c) for c in token.rights)
        if verb.dep_ == "pcomp":  # "without condemning", "stopped short of condemning"
            above = {parsed.lower[verb.head.i], parsed.lower[verb.head.head.i]}
            negated = negated or not self._short.isdisjoint(above)
        if negated:
            return "negated"
        if words & self._conditions or self._under_condition(parsed, verb):
            return "conditional"
        if words & self._conditional and not self._is_past_perfect(token, words):
            return "intended" if self._is_announced(parsed, verb, words) else "conditional"
        if words & self._future or self._until_then(parsed, verb):
            return "intended"
        if "to" in words and verb.tag_ == "VB" and verb.dep_ in ("ROOT", "advcl", "relcl", "acl"):
            return "actual" if self._is_done(parsed, verb) else "intended"
        if "to" in words and verb.dep_ == "xcomp" and parsed.lower[verb.head.i] in self._ahead:
            return "intended"
        return self._of_the_verb_above(parsed, verb) or "actual"

    def _denies(self, parsed: Parsed, word: Token) -> bool:
        """Whether a word below a verb is a "not" of its act: not that of "not only condemned", "did not just happen",
        nor the "without" of "condemned it without naming it", "jailed without trial". "Met without Rome" is one.
        """
        if word.dep_ != "neg" and parsed.lower[word.i] not in self._negations:
            return False
        if word.dep_ == "prep" and not any(c.dep_ == "pobj" and c.i in parsed.name_of for c in word.children):
            return False
        behind = parsed.lower[word.i + 1] if word.i + 1 < len(parsed.lower) else ""
        return behind not in self._focus

    def _of_the_verb_above(self, parsed: Parsed, verb: Token) -> str:
        """What a participle right behind a verb shares with it: "asked whether they would go on threatening Rome"."""
        above = verb.head.head if verb.dep_ == "pcomp" else verb.head
        before = parsed.tokens[verb.i - 1] if verb.i else verb
        if verb.tag_ != "VBG" or verb.dep_ not in ("advcl", "xcomp", "pcomp") or not parsed.is_verb(above):
            return ""
        if (
            verb.i < above.i
            or before.text == ","
            or before.dep_ == "dobj"
            or any(c.dep_ in ("mark", "aux") for c in verb.children)
        ):
            return ""
        if is_passive(parsed, above) or (verb.dep_ == "pcomp" and parsed.lower[verb.head.i] != "on"):
            return ""  # "could be heard begging": the act is there
        own = self.modality(parsed, above)
        return own if own in ("intended", "conditional") else ""

    def _of_the_copula(self, parsed: Parsed, adjective: Token) -> str:
        """The modality of "guilty" in "was not guilty", "will decide if he is guilty"; who "would be willing" is so."""
        copula = adjective.head
        own = self.modality(parsed, copula)
        polite = any(parsed.lower[c.i] in self._willing for c in copula.lefts) and own == "conditional"
        return "actual" if polite and ("adj", parsed.lower[adjective.i]) in parsed.codebook.outer else own

    def _until_then(self, parsed: Parsed, verb: Token) -> bool:
        """Whether a verb in the present says until or from when something will be: "will stop once Rome withdraws",
        "agreed to stop once it does".
        """
        opens = (c for c in verb.lefts if c.dep_ in ("mark", "advmod") and parsed.lower[c.i] in self._until)
        if verb.dep_ != "advcl" or verb.tag_ not in ("VBP", "VBZ") or next(opens, None) is None:
            return False
        helpers = [c for c in verb.head.lefts if c.dep_ == "aux"]
        if any(c.tag_ == "TO" for c in helpers):
            return verb.head.dep_ == "xcomp" and is_ruled(parsed, verb.head, ("becomes", "intended"))
        return self.lies_ahead(parsed, verb.head)

    def is_over(self, parsed: Parsed, token: Token) -> bool:
        """Whether it was done, whatever day the sentence speaks of: "put the ban off until 2035", "delays the vote
        until May", "will testify on Friday amid the strike".
        """
        if parsed.is_noun(token):
            return token.dep_ == "pobj" and parsed.lower[token.head.i] in self._beside
        if token.tag_ in ("VBP", "VBZ") and not self._deferring.isdisjoint(parsed.lemmas(token, "verb")):
            return True
        helpers = {parsed.lower[c.i] for c in token.children if c.dep_ in ("aux", "auxpass")}
        if token.tag_ == "VBN":
            return bool(helpers & (self._have | self._past))
        return token.tag_ == "VBD" and not helpers

    def lies_ahead(self, parsed: Parsed, verb: Token) -> bool:
        """Whether a verb tells what will be or would be: "will not hesitate"."""
        return any(c.dep_ == "aux" and parsed.lower[c.i] in self._future | self._willing for c in verb.children)

    def is_conditional(self, parsed: Parsed, token: Token) -> bool:
        """Whether an act that lies ahead depends on something: "will walk out if", "plans to ban them unless"."""
        word = token
        while not any(c.dep_ == "advcl" and self._is_proviso(parsed, c) for c in word.children):
            if word.dep_ not in _SAME_ACT or word.head.i == word.i:
                return False
            word = word.head
        return True

    def _is_proviso(self, parsed: Parsed, clause: Token) -> bool:
        """Whether a clause is what must come to be first: "if it is signed", not "even if it rains"."""
        words = [parsed.lower[c.i] for c in clause.lefts if c.dep_ in ("mark", "advmod")]
        return any(word in self._provisos for word in words) and not any(word in self._concessive for word in words)

    def is_demanded(self, parsed: Parsed, verb: Token) -> bool:
        """Whether a clause tells what its subject is to do: "must withdraw", "should resign".

        What somebody should have done or should be is an opinion of him ("should be proud", not "must be ready to
        mediate"), what must be done to him no duty of his.
        """
        helpers = {parsed.lower[c.i] for c in verb.children if c.dep_ == "aux"}
        if self._obligation.isdisjoint(helpers) or "have" in helpers or is_passive(parsed, verb):
            return False
        said_of = [c for c in verb.children if c.dep_ in ("acomp", "attr")]
        return "should" not in helpers or not said_of or any(c.dep_ == "xcomp" for s in said_of for c in s.children)

    def is_negated(self, parsed: Parsed, word: Token) -> bool:
        """Whether a word has a "not" of its own."""
        return any(child.dep_ == "neg" for child in word.children)

    def _is_yet_to(self, parsed: Parsed, verb: Token) -> bool:
        """Whether a verb is what "has yet to" be done, or the one over it."""
        words = (*verb.children, *verb.head.children) if verb.dep_ == "xcomp" else verb.children
        return any(parsed.lower[w.i] in self._yet and parsed.tags[w.i + 1 : w.i + 2] == ["TO"] for w in words)

    def _is_announced(self, parsed: Parsed, verb: Token, words: set[str]) -> bool:
        """Whether "would" only tells in the past what was to come: "he said he would send", not "would have sent"."""
        saying = verb.head
        return (
            verb.dep_ == "ccomp"
            and bool(words & self._willing)
            and "have" not in words
            and saying.tag_ in ("VBD", "VBN")
            and not set(parsed.lemmas(saying, "verb")).isdisjoint(self._reporting)
            and not any(c.dep_ == "advcl" and self._under_condition(parsed, c) for c in verb.children)
        )

    def _is_past_perfect(self, verb: Token, words: set[str]) -> bool:
        """Whether its only auxiliary is the "'d" that stands for "had"."""
        return verb.tag_ == "VBN" and words & self._conditional == {"'d"}

    def _is_done(self, parsed: Parsed, verb: Token) -> bool:
        """Whether an infinitive tells what was done: "flew to Riga to meet", "sit in the road to protest", "the first
        senator to call"; not "heads to Riga to meet", nor "signed a deal to release".
        """
        above = verb.head
        first = next((c.i for c in verb.lefts if c.tag_ == "TO"), 0)
        before = parsed.lemmas(parsed.tokens[first - 1], "noun") if first else ()
        if any(("noun", lemma) in parsed.codebook.outer for lemma in before):
            return False
        if verb.dep_ == "advcl":
            perfect = above.tag_ == "VBN" and any(parsed.lower[c.i] in self._have for c in above.lefts)
            there = above.tag_ in ("VBP", "VBZ", "VBG") and not self._gathering.isdisjoint(parsed.lemmas(above, "verb"))
            return (above.tag_ == "VBD" or perfect or there) and self.modality(parsed, above) == "actual"
        told = {parsed.lower[t.i] for t in (above, *above.lefts)}
        return verb.dep_ != "ROOT" and not told.isdisjoint(self._firsts)

    def _has_own_frame(self, verb: Token) -> bool:
        return any(child.dep_ in ("aux", "auxpass", "nsubj", "nsubjpass", "neg") for child in verb.children)

    def _under_condition(self, parsed: Parsed, verb: Token) -> bool:
        return verb.dep_ in ("advcl", "ccomp", "pcomp") and any(
            c.dep_ == "mark" and parsed.lower[c.i] in self._conditions for c in verb.children
        )

"""Finds the words over an act that say what became of it: "agreed to V", "failed to V", "a plan to V"."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tasks.transform.coding.clauses import Parsed, direct_objects, is_passive
from tasks.transform.coding.codebook import Codebook, Outer
from tasks.transform.coding.tokens import Token
from tasks.transform.coding.triggers import part_of_speech

_DEEPEST: Final = 5
"""Words over one act that are looked at; nobody writes more ("agreed to try to begin to stop ...")."""
_RULING: Final = frozenset({"of", "on", "from", "to", "in", "into", "at", "toward", "towards", "against", "about"})
"""Prepositions between such a word and its act ("refrained from attacking"); "after attacking" is of another act."""
_PLANNING: Final = frozenset({"for", "over"})
"""Those behind a plan or debate ("a roadmap for joining"); "a threat over sending" threatens something else."""
_COOPERATIVE: Final = (1, 2)
_REFUSED: Final = ("verb", "will not")
"""The line of `outer.csv` for what somebody says he will not do."""
_NO_LONGER: Final = ("verb", "no longer")
"""The same for what he does not do any more."""


class OuterWords:
    """Reads the words over an act by the codebook's `outer.csv`."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._first_words = frozenset((pos, words.split(" ", 1)[0]) for pos, words in codebook.outer)
        modality = codebook.language["modality"]
        self._control = frozenset(codebook.language["clauses"]["object_control"])
        self._willing = frozenset(modality["willing"])
        self._conditions = frozenset(modality["conditions"])
        self._negations = frozenset(modality["negations"])

    def of(self, parsed: Parsed, token: Token, pos: str) -> Outer | None:
        """What a word does to an act under it, when it is one of the codebook's outer words."""
        return next(self._found(parsed, token, pos), None) if pos else None

    def _found(self, parsed: Parsed, token: Token, pos: str) -> Iterator[Outer]:
        """The lines of `outer.csv` for a word, with its particle first ("rule out")."""
        lemmas = parsed.lemmas(token, pos) or [parsed.lower[token.i]]
        if not any((pos, lemma.split(" ", 1)[0]) in self._first_words for lemma in lemmas):
            return
        particles = [
            f" {parsed.lower[c.i]}"
            for c in token.children
            if c.dep_ == "prt" or any(g.dep_ == "pcomp" for g in c.children)
        ]
        for lemma in lemmas:
            for particle in (*particles, ""):
                if (outer := self._codebook.outer.get((pos, lemma + particle))) is not None:
                    yield outer

    def rules_an_act(self, parsed: Parsed, token: Token, acts: set[int]) -> bool:
        """Whether a word turns the act under it into one of its own ("agreed to send"), and such an act is there."""
        outer = self.of(parsed, token, part_of_speech(parsed, token))
        if outer is None or outer.effect != "becomes":
            return False
        return any(
            child.i in acts and self._ruler(parsed, child) is not None
            for child in token.children
            if child.dep_ in ("xcomp", "ccomp", "acl", "advcl")
        )

    def over(self, parsed: Parsed, token: Token, event_type: str) -> Iterator[tuple[Token, Outer]]:
        """The words above an act that rule it, nearest first: "agreed to stop shelling" gives stop, then agree.

        `event_type` is the act's own: who "will not" help or give way refuses, who "will not" attack does not.
        """
        if (refused := self._refused(parsed, token, event_type) or self._no_longer(parsed, token)) is not None:
            yield refused
        current = token
        for _ in range(_DEEPEST):
            above = self._ruler(parsed, current)
            if above is None:
                return
            token_above, outer = above
            yield token_above, outer
            current = token_above

    def _refused(self, parsed: Parsed, token: Token, event_type: str) -> tuple[Token, Outer] | None:
        """The "will" of "will not" before a friendly act, outside an if-clause; "would not have" is of the past."""
        outer = self._codebook.outer.get(_REFUSED)
        if outer is None or self._codebook.rule(event_type, "").quad_class not in _COOPERATIVE:
            return None
        helpers = {parsed.lower[c.i]: c for c in token.children if c.dep_ in ("aux", "auxpass", "mark")}
        negated = any(c.dep_ == "neg" or self._is_no_longer(parsed, c) for c in token.children)
        if not negated or "have" in helpers or self._conditions & set(helpers):
            return None
        return next(((helper, outer) for word, helper in helpers.items() if word in self._willing), None)

    def _no_longer(self, parsed: Parsed, token: Token) -> tuple[Token, Outer] | None:
        """The "no" of an act that is "no longer" done; of one that could not be, nothing is known."""
        outer = self._codebook.outer.get(_NO_LONGER)
        if outer is None or any(c.dep_ == "aux" and c.tag_ == "MD" for c in token.children):
            return None
        longer = next((child for child in token.children if self._is_no_longer(parsed, child)), None)
        return None if longer is None else (next(iter(longer.children)), outer)

    def promised_not(self, outer: Outer, *, conflict: bool) -> Outer:
        """What a promise not to do something is: of an attack a promise still, of anything else a refusal."""
        if conflict:
            return replace(outer, type_if_conflict=outer.event_type)
        refusal = self._codebook.outer.get(_REFUSED)
        return outer if refusal is None else replace(refusal, type_if_conflict=refusal.event_type)

    def _is_no_longer(self, parsed: Parsed, adverb: Token) -> bool:
        """Whether an adverb is negated itself: "no longer"."""
        return adverb.dep_ == "advmod" and any(parsed.lower[c.i] in self._negations for c in adverb.children)

    def _ruler(self, parsed: Parsed, token: Token) -> tuple[Token, Outer] | None:
        """The word directly above an act that rules it, if any; verbs joined by "and" share theirs."""
        inner = token
        while inner.dep_ == "conj" and part_of_speech(parsed, inner.head) == "verb":
            inner = inner.head
        head = inner.head.head if inner.dep_ == "pcomp" else inner.head
        infinitive = inner.tag_ == "VB" and any(c.dep_ == "aux" and c.tag_ == "TO" for c in inner.children)
        preposition = parsed.lower[inner.head.i] if inner.dep_ == "pcomp" else ""
        ruled = (
            preposition in _RULING | _PLANNING
            or inner.dep_ == "xcomp"
            or (inner.dep_ in ("acl", "relcl", "ccomp") and infinitive)
        )
        ruled = ruled or (inner.dep_ == "ccomp" and self._same_subject(inner))
        if inner.dep_ == "advcl" and parsed.is_verb(head) and not direct_objects(head) and not is_passive(parsed, head):
            # The parser takes "sworn to fight" and "ruled out sending" for adverbial; "travelled to meet" is.
            outer = self.of(parsed, head, "verb")
            with_particle = inner.tag_ == "VBG" and outer is not None and " " in outer.lemma
            ruled = with_particle or (infinitive and outer is not None and outer.effect == "becomes")
        if infinitive and inner.dep_ in ("xcomp", "advcl") and (noun := self._noun_before(parsed, inner)) is not None:
            return noun
        if not ruled or head.i == inner.i:
            return None
        pos = part_of_speech(parsed, head)
        if head.tag_ in ("VBN", "VBG") and head.dep_ == "acomp":
            pos = "adj"
        for kind in (pos, "adj") if pos == "verb" else (pos,):
            for outer in self._found(parsed, head, kind) if kind else ():
                if preposition in _PLANNING and outer.effect != "intended":
                    continue
                if inner.dep_ != "ccomp" or infinitive or outer.effect == "becomes":
                    return head, outer
        return None

    def _noun_before(self, parsed: Parsed, inner: Token) -> tuple[Token, Outer] | None:
        """The noun right before an infinitive that the parser hung on the verb: "introduced a bill to ban".

        Of those that the parser took for a purpose only one's own word counts: "repeated its threat to strike", not
        "negotiate a deal to end the strike".
        """
        first = next((c.i for c in inner.lefts if c.tag_ == "TO"), 0)
        noun = parsed.tokens[first - 1] if first else inner
        below_head = noun.i != inner.head.i and any(above.i == inner.head.i for above in noun.ancestors)
        if not below_head or not parsed.is_noun(noun) or set(parsed.lemmas(inner.head, "verb")) & self._control:
            return None
        outer = self.of(parsed, noun, "noun")
        if outer is None or (inner.dep_ == "advcl" and outer.type_if_conflict != "THREATEN"):
            return None
        return noun, outer

    @staticmethod
    def _same_subject(inner: Token) -> bool:
        """Whether the clause's subject is a pronoun that can mean the subject above ("Russia vowed it would ...")."""
        subjects = [c for c in inner.children if c.dep_ in ("nsubj", "nsubjpass")]
        return not subjects or all(s.tag_ == "PRP" for s in subjects)

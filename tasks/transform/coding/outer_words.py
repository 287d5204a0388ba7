"""Finds the words over an act that say what became of it: "agreed to V", "failed to V", "a plan to V"."""

from collections.abc import Iterator
from typing import Final

from spacy.tokens import Token

from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook, Outer
from tasks.transform.coding.triggers import part_of_speech

_DEEPEST: Final = 5
"""Words over one act that are looked at; nobody writes more ("agreed to try to begin to stop ...")."""


class OuterWords:
    """Reads the words over an act by the codebook's `outer.csv`."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook

    def of(self, parsed: Parsed, token: Token, pos: str) -> Outer | None:
        """What a word does to an act under it, when it is one of the codebook's outer words."""
        lemmas = parsed.lemmas(token, pos) if pos else []
        return next((o for lemma in lemmas if (o := self._codebook.outer.get((pos, lemma)))), None)

    def rules_an_act(self, parsed: Parsed, token: Token, acts: set[int]) -> bool:
        """Whether a word turns the act under it into one of its own ("agreed to send"), and such an act is there."""
        outer = self.of(parsed, token, part_of_speech(parsed, token))
        if outer is None or outer.effect != "becomes":
            return False
        return any(
            child.i in acts and self._ruler(parsed, child) is not None
            for child in token.children
            if child.dep_ in ("xcomp", "ccomp", "acl")
        )

    def over(self, parsed: Parsed, token: Token) -> Iterator[tuple[Token, Outer]]:
        """The words above an act that rule it, nearest first: "agreed to stop shelling" gives stop, then agree."""
        current = token
        for _ in range(_DEEPEST):
            above = self._ruler(parsed, current)
            if above is None:
                return
            token_above, outer = above
            yield token_above, outer
            current = token_above

    def _ruler(self, parsed: Parsed, token: Token) -> tuple[Token, Outer] | None:
        """The word directly above an act that rules it, if any; verbs joined by "and" share theirs."""
        inner = token
        while inner.dep_ == "conj" and part_of_speech(parsed, inner.head) == "verb":
            inner = inner.head
        head = inner.head.head if inner.dep_ == "pcomp" else inner.head
        infinitive = inner.tag_ == "VB" and any(c.dep_ == "aux" and c.tag_ == "TO" for c in inner.children)
        ruled = inner.dep_ in ("pcomp", "xcomp") or (inner.dep_ in ("acl", "relcl", "ccomp") and infinitive)
        ruled = ruled or (inner.dep_ == "ccomp" and self._same_subject(inner))
        if not ruled or head.i == inner.i:
            return None
        pos = part_of_speech(parsed, head)
        if head.tag_ in ("VBN", "VBG") and head.dep_ == "acomp":
            pos = "adj"
        for kind in (pos, "adj") if pos == "verb" else (pos,):
            lemmas = parsed.lemmas(head, kind) if kind else []
            for lemma in lemmas or [parsed.lower[head.i]]:
                outer = self._codebook.outer.get((kind, lemma))
                if outer is not None and (inner.dep_ != "ccomp" or infinitive or outer.effect == "becomes"):
                    return head, outer
        return None

    @staticmethod
    def _same_subject(inner: Token) -> bool:
        """Whether the clause's subject is a pronoun that can mean the subject above ("Russia vowed it would ...")."""
        subjects = [c for c in inner.children if c.dep_ in ("nsubj", "nsubjpass")]
        return not subjects or all(s.tag_ == "PRP" for s in subjects)

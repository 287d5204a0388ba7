"""Tells who answers for a deed that somebody condemns, praises or demands: who did it, not to whom it was done."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasks.transform.coding.clauses import MODIFIERS, Parsed, conjuncts, prepositional
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.tokens import Token

_SAID_OF_DEEDS: Final = frozenset({"ACCUSE", "PROTEST", "REJECT", "SUPPORT"})
"""Types of acts by word that a deed can be the object of."""
_ASKED_OF_DOERS: Final = _SAID_OF_DEEDS | {"REQUEST"}
_MATERIAL_CONFLICT: Final = 4
_SUFFERING: Final = ("of", "against", "on", "upon", "towards", "toward")
"""Prepositions between a hostile deed and those who suffer it: "the killing of civilians", "crimes against Serbs"."""


class Deeds:
    """Knows the deeds of the codebook: the nouns of its material conflicts, and `deeds` of `language.toml`."""

    def __init__(self, codebook: Codebook) -> None:
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        self._agents = frozenset(codebook.agents)
        self._suffered = frozenset(clauses["suffered"])
        self._hostile = frozenset(clauses["deeds"]).union(
            lemma
            for (pos, lemma), senses in codebook.senses.items()
            for sense in senses
            if pos == "noun" and lemma not in self._agents and not sense.objects and not sense.reciprocal
            if codebook.rule(sense.event_type, sense.mode).quad_class == _MATERIAL_CONFLICT
        )

    def answering(self, parsed: Parsed, event_type: str, heads: Sequence[Token]) -> list[Token]:
        """The heads to whom an act of a type is done, with doers in place of their deeds: Serbia for "the jailing of a
        Kenyan by Serbia". A hostile deed of which only the sufferers are told is left out.
        """
        if event_type not in _ASKED_OF_DOERS:
            return list(heads)
        return [token for head in heads for token in self._doers(parsed, event_type, head)]

    def is_suffering(self, parsed: Parsed, event_type: str, token: Token) -> bool:
        """Whether a name below a hostile deed is one of those who suffer it, where the act is said of the deed."""
        if event_type not in _SAID_OF_DEEDS:
            return False
        at = token
        while at.head.i != at.i and not parsed.is_verb(at.head):
            at = at.head
            if at.dep_ == "prep" and parsed.lower[at.i] in _SUFFERING and self._is_hostile(parsed, at.head):
                return True
        return False

    def _doers(self, parsed: Parsed, event_type: str, deed: Token) -> list[Token]:
        if self._is_somebody(parsed, deed) or not parsed.is_noun(deed):
            return [deed]
        by = list(prepositional(parsed, deed, "by"))
        by += [t for inner in prepositional(parsed, deed, "of") for t in prepositional(parsed, inner, "by")]
        if deed.dep_ == "dobj" and not by and self._is_hostile(parsed, deed):
            # "condemned crimes by rebels": the parser may hang "by" on the verb.
            by = [t for t in prepositional(parsed, deed.head, "by") if self._is_somebody(parsed, t)]
        if by:
            return by
        if event_type not in _SAID_OF_DEEDS or not self._is_hostile(parsed, deed):
            return [deed]
        before = [t for child in deed.lefts if child.dep_ in MODIFIERS for t in child.subtree]
        doing = [t for t in before if self._does(parsed, deed, t)]
        owners = [t for child in deed.lefts if child.dep_ == "poss" for t in conjuncts(child) if t in doing]
        return owners or ([deed] if doing else [])

    def _does(self, parsed: Parsed, deed: Token, before: Token) -> bool:
        """Whether a word before a deed names who did it: a state, and anybody known whom that deed is not done to."""
        name = parsed.name_of.get(before.i)
        if name is not None and name.entry.kind == "country":
            return True
        return self._is_somebody(parsed, before) and self._suffered.isdisjoint(parsed.lemmas(deed, "noun"))

    def _is_somebody(self, parsed: Parsed, token: Token) -> bool:
        return token.i in parsed.name_of or not self._agents.isdisjoint(parsed.lemmas(token, "noun"))

    def _is_hostile(self, parsed: Parsed, noun: Token) -> bool:
        return parsed.is_noun(noun) and not self._hostile.isdisjoint(
            (parsed.lower[noun.i], *parsed.lemmas(noun, "noun"))
        )

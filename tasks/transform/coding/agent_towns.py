"""Finds the town whose an agent is: "Las Vegas prosecutors", "the mayor of Chicago", "a man from Memphis"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tasks.transform.coding.clauses import MODIFIERS, Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.gazetteer import Town, town_among
from tasks.transform.coding.tokens import Token

_PROPER: Final = ("NNP", "NNPS")
_OF: Final = ("of", "from")
_GUESTS: Final = frozenset({"GOV", "LEG", "JUD", "MIL"})
"""Sectors of those who may only be guests in a town: "officials in Geneva"."""


class AgentTowns:
    """Finds the towns of agents; built once from a codebook, then only read."""

    def __init__(self, codebook: Codebook) -> None:
        places: Mapping[str, Any] = codebook.language["places"]
        self._not_homes = frozenset((*places["not_alone"], *places["ambiguous"], *places["not_homes"]))

    def town(self, parsed: Parsed, agent: Token, sector: str, countries: Sequence[str]) -> Town | None:
        """The town before or behind an agent of a sector: in one of the countries that its article speaks of, or well
        known; no name of the codebook.
        """
        for last in self._last_words(parsed, agent, _OF if sector in _GUESTS else (*_OF, "in")):
            if not self._is_name(parsed, last):
                continue
            first = last
            while first.i and self._is_name(parsed, parsed.tokens[first.i - 1]):
                first = parsed.tokens[first.i - 1]
            name = parsed.cut(parsed.start(first), parsed.end(last))
            if name not in self._not_homes and (found := town_among(name, countries)) is not None:
                return found
        return None

    @staticmethod
    def _last_words(parsed: Parsed, agent: Token, prepositions: Sequence[str]) -> Iterator[Token]:
        """Words that may end the name of a town: the nearest proper name before an agent, and the nouns behind it."""
        at = agent.i - 1
        while at >= 0 and parsed.tokens[at].dep_ in (*MODIFIERS, "case") and parsed.tokens[at].tag_ not in _PROPER:
            at -= 1
        if at >= 0 and parsed.tokens[at].dep_ in MODIFIERS:
            yield parsed.tokens[at]
        for child in agent.rights:
            if child.dep_ == "prep" and parsed.lower[child.i] in prepositions:
                yield from (noun for noun in child.children if noun.dep_ == "pobj")

    @staticmethod
    def _is_name(parsed: Parsed, token: Token) -> bool:
        """Whether a word is a proper name that the codebook lacks, or a part of one."""
        return token.tag_ in _PROPER and token.i not in parsed.name_of

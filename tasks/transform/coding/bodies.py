"""Knows an organisation that an article has named where it only says what it is: "the alliance", "the bloc"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.introduced import INTRODUCED
from tasks.transform.coding.names import Name

_GOES_ON: Final = r"(?:of|between|with|for|against|that|which|among|to)\b"
"""What follows where the words themselves say which one is meant: "the alliance between Peru and Chile"."""


class Bodies:
    """The words of `language.toml`, table `bodies`, and the organisations that each can mean."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["bodies"]
        self._meant: Mapping[str, frozenset[str]] = {noun: frozenset(some) for noun, some in words["meant"].items()}
        between = "|".join(map(re.escape, words["between"]))
        self._pattern = re.compile(
            rf"\b[Tt]he (?:(?:{between}|[\w.]+-(?:led|member|nation|country|state|strong)) ){{0,2}}"
            rf"({'|'.join(self._meant)})(?![\w-])(?! {_GOES_ON})"
        )

    def names(self, body: str, known: Sequence[Name], title: Sequence[Name]) -> list[Name]:
        """The names of a body, and the words that mean an organisation, all in text order.

        It is the one of those in question that body or else title has named last before.
        """
        if not any(name.entry.kind == "organisation" for name in chain(known, title)):
            return list(known)
        found: list[Name] = []
        for match in self._pattern.finditer(body):
            start, end = match.span(1)
            if any(name.start < end and start < name.end for name in known):
                continue
            before = chain((n for n in reversed(known) if n.end <= match.start()), reversed(title))
            meant = next((n.entry for n in before if n.entry.name in self._meant[match[1]]), None)
            if meant is not None:
                found.append(Name(start, end, match[1], replace(meant, form=INTRODUCED)))
        return sorted((*known, *found), key=lambda name: (name.start, name.end))

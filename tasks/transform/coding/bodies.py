"""Knows an organisation that an article has named where it only says what it is: "the alliance", "the bloc"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.introduced import INTRODUCED
from tasks.transform.coding.names import Name

_GOES_ON: Final = r"(?:of|between|among|with|against|that|which)\b"
"""What follows where the words themselves say which one is meant: "the alliance between Peru and Chile"."""


class Bodies:
    """The words of `language.toml`, table `bodies`, and the organisations that each can mean."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["bodies"]
        self._nouns: dict[str, list[str]] = {}
        """The words that can mean an organisation, by its name."""
        for noun, organisations in words["meant"].items():
            for name in organisations:
                self._nouns.setdefault(name, []).append(noun)
        between, nouns = "|".join(map(re.escape, words["between"])), "|".join(words["meant"])
        self._pattern = re.compile(
            rf"\b[Tt]he (?:(?:{between}|[\w.]+-(?:led|member|nation|country|state|strong)) ){{0,2}}"
            rf"({nouns})(?![\w-])(?! {_GOES_ON})"
        )

    def names(self, body: str, known: Sequence[Name], title: Sequence[Name]) -> list[Name]:
        """The names of a body, and the words that mean an organisation, all in text order.

        It is the one of those in question that body or else title has named last before.
        """
        last = {noun: name.entry for name in title for noun in self._nouns.get(name.entry.name, ())}
        found: list[Name] = []
        ahead = iter(known)
        name = next(ahead, None)
        for match in self._pattern.finditer(body):
            start, end = match.span(1)
            while name is not None and name.end <= start:
                last |= dict.fromkeys(self._nouns.get(name.entry.name, ()), name.entry)
                name = next(ahead, None)
            if match[1] in last and (name is None or name.start >= end):
                found.append(Name(start, end, match[1], replace(last[match[1]], form=INTRODUCED)))
        return sorted((*known, *found), key=lambda name: (name.start, name.end))

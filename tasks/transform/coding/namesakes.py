"""Tells a country from a place of the same name in another one, by whom else the article names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook, Entry
from tasks.transform.coding.names import Name


class Namesakes:
    """The names of `language.toml`, table `places.namesakes`, that may mean a place in another country."""

    def __init__(self, codebook: Codebook) -> None:
        self._others: Final[Mapping[str, Mapping[str, Any]]] = codebook.language["places"]["namesakes"]
        self._words = {
            text: re.compile(rf"\b(?:{'|'.join(map(re.escape, other['words']))})\b")
            for text, other in self._others.items()
        }

    def told_apart(self, names: list[Name], beside: Sequence[Name], *texts: str) -> list[Name]:
        """The names of a text, each as it is meant beside the others of its article, of which `texts` are the words.

        The place is meant where the article names its country, or what only such a place has ("counties"), and none of
        those among which the first meaning is at home, itself by another word included.
        """
        doubtful = {name.text for name in names if name.text in self._others}
        if not doubtful:
            return names
        named = {n.entry.country for n in (*names, *beside) if n.text not in doubtful}
        meant = {
            text: Entry("place", text, other["country"], "", admin1=text, place_kind="admin1")
            for text in doubtful
            for other in (self._others[text],)
            if named.isdisjoint(other["at_home_among"])
            and (other["country"] in named or any(self._words[text].search(body) for body in texts))
        }
        return [replace(name, entry=meant[name.text]) if name.text in meant else name for name in names]

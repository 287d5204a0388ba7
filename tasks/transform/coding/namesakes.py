"""Tells a country from a place of the same name in another one, by whom else the article names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook, Entry
from tasks.transform.coding.names import Name


class Namesakes:
    """The names of `language.toml`, table `places.namesakes`, that may mean a place in another country."""

    def __init__(self, codebook: Codebook) -> None:
        self._others: Final[Mapping[str, Mapping[str, Any]]] = codebook.language["places"]["namesakes"]

    def told_apart(self, names: list[Name], beside: Sequence[Name]) -> list[Name]:
        """The names of a text, each as it is meant beside the others of its article.

        The place is meant where the article names its country and none of those among which the first meaning is at
        home, itself by another word included.
        """
        doubtful = {name.text for name in names if name.text in self._others}
        if not doubtful:
            return names
        named = {n.entry.country for n in (*names, *beside) if n.text not in doubtful}
        meant = {
            text: Entry("place", text, other["country"], "", admin1=text, place_kind="admin1")
            for text in doubtful
            for other in (self._others[text],)
            if other["country"] in named and named.isdisjoint(other["at_home_among"])
        }
        return [replace(name, entry=meant[name.text]) if name.text in meant else name for name in names]

"""Puts an event into PLOVER contexts by the words of its sentence."""

from collections.abc import Iterable

from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.inflection import inflections


class ContextFinder:
    """Finds contexts by the single words and phrases of `contexts.csv`."""

    def __init__(self, codebook: Codebook) -> None:
        self._words: dict[str, set[str]] = {}
        self._phrases: dict[str, set[str]] = {}
        for context, words in codebook.contexts.items():
            for word in words:
                target = self._phrases if " " in word or "-" in word else self._words
                for form in inflections(word, "noun"):
                    target.setdefault(form, set()).add(context)

    def contexts(self, parsed: Parsed, given: Iterable[str]) -> list[str]:
        """The contexts of a sentence and those that the trigger's sense gives, by name."""
        found = set(given)
        for word in parsed.lower:
            if word in self._words:
                found |= self._words[word]
        text = " ".join(parsed.lower)
        for phrase, contexts in self._phrases.items():
            if phrase in text:
                found |= contexts
        return sorted(found)

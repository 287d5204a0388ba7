"""Puts Headlines Written Like This into lower case for the parser, which was trained on running text.

Only single letters change, so that all offsets stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name
from tasks.transform.coding.sentences import Sentence

_SHARE: Final = 0.6
"""Share of the longer words that begin with a capital, above which a sentence is a headline in Capitals."""
_LONGER: Final = 4


class HeadlineCase:
    """Gives the words that the parser is to see."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["case"]
        self._common = frozenset(codebook.forms) | frozenset(words["small"])

    def words(self, sentence: Sentence, names: Sequence[Name]) -> tuple[str, ...]:
        """The sentence's words, the common ones of a headline in Capitals in lower case; names stay as they are."""
        if not self._is_headline(sentence):
            return sentence.words
        shown: list[str] = []
        position = sentence.start
        for word, space in zip(sentence.words, sentence.spaces, strict=True):
            in_name = any(n.start <= position < n.end for n in names)
            lower = word.lower()
            common = lower in self._common and len(lower) == len(word)
            shown.append(lower if common and not in_name else word)
            position += len(word) + space
        return tuple(shown)

    @staticmethod
    def _is_headline(sentence: Sentence) -> bool:
        longer = [word for word in sentence.words if len(word) >= _LONGER and word[0].isalpha()]
        if len(longer) < 3:
            return False
        return sum(word[0].isupper() for word in longer) >= _SHARE * len(longer)

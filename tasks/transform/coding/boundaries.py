"""Says where sentences end among the tokens of a paragraph."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from spacy.pipeline import Sentencizer

_ENDS: Final = frozenset(Sentencizer.default_punct_chars)
"""Full stops, question and exclamation marks of all scripts."""
_PLAIN_ENDS: Final = frozenset(".?!")
_ELLIPSES: Final = frozenset({"...", "…"})
_CLOSING: Final = frozenset(")]}”’»")
"""Marks that only close. What opens, or can do both, is told by the blanks around it."""
_GOES_ON: Final = frozenset(",;:")
"""Marks after a full stop by which it turns out to belong to an abbreviation ("Mesquite, Tex., a town")."""
_STRAIGHT: Final = '"'


class Boundaries:
    """Finds the ends of sentences by full stops, the marks around them, and the word that follows."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        """`words` is the table `sentences` of the codebook's `language.toml`."""
        self._numbered = frozenset(words["numbered"])
        self._starters = frozenset(word.capitalize() for word in words["starters"])

    def split(self, words: Sequence[str], spaces: Sequence[bool]) -> Iterator[tuple[int, int]]:
        """First and last token (exclusive) of each sentence; every token is in one of them."""
        first = at = 0
        while at < len(words):
            word = words[at]
            is_end = word in _ENDS
            if not is_end and not (word[-1] in ".…" and self._starts(words, at + 1)):
                at += 1
                continue
            after = self._after_closing(words, spaces, first, at)
            if after < len(words) and not (is_end and self._goes_on(words, at, after)):
                yield first, after
                first = after
            at = after
        if first < len(words):
            yield first, len(words)

    def _starts(self, words: Sequence[str], at: int) -> bool:
        """Whether a word stands there that begins a sentence, since it has a capital and is no name ("The")."""
        following = _word_at(words, at)
        return following in self._starters

    def _after_closing(self, words: Sequence[str], spaces: Sequence[bool], first: int, end: int) -> int:
        """The token after a full stop and what closes with it, notes too: marks that open belong to what follows."""
        at = end + 1
        while at < len(words):
            word = words[at]
            attached = not spaces[at - 1]
            free = at + 1 == len(words) or spaces[at]
            if word in _ENDS or word in _CLOSING or word in _ELLIPSES:
                at += 1
            elif word == _STRAIGHT and attached != free:
                # Blanks on both sides or on neither: it closes when one is open in this sentence.
                if words[first:at].count(_STRAIGHT) % 2 == 0:
                    return at
                at += 1
            elif attached and (past := _past_marks(words, spaces, at)) > at:
                at = past
            elif attached and free and word.isdigit() and words[end - 1] not in self._numbered:
                at += 1
            else:
                return at
        return at

    def _goes_on(self, words: Sequence[str], end: int, after: int) -> bool:
        """Whether a full stop was none: the next word is in lower case, or a number that the word before it wants."""
        following = _word_at(words, after)
        if words[end] not in _PLAIN_ENDS or not following:
            return False
        if following in _GOES_ON:
            return True
        if following[0].islower():
            return following.islower()  # "iPhone" may begin a sentence
        return following[0].isdigit() and end > 0 and words[end - 1] in self._numbered


def _past_marks(words: Sequence[str], spaces: Sequence[bool], at: int) -> int:
    """The end of a run of marks without a blank among them, when a blank or the end follows ("**"); else its start."""
    past = at
    while past < len(words) and words[past] not in _GOES_ON and not any(c.isalnum() for c in words[past]):
        past += 1
        if past == len(words) or spaces[past - 1]:
            return past
    return at


def _word_at(words: Sequence[str], at: int) -> str:
    """The first token from a place on that is no blank; "" where there is none."""
    while at < len(words) and words[at].isspace():
        at += 1
    return words[at] if at < len(words) else ""

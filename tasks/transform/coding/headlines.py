"""Shows headlines to the parser as running text, which is what it was trained on.

Headlines In Capitals go into lower case. Where the parse of a headline has no verb, the present after a name ("Biden
hosts Zelensky", which it takes for a plural) is shown in the past. What the parser sees has as many words as the
sentence; text and offsets are always the sentence's own.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final

from tasks.transform.coding.clauses import NOUN_TAGS, SUBJECTS, VERB_TAGS, Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name
from tasks.transform.coding.sentences import Sentence

_SHARE: Final = 0.6
"""Share of the longer words that begin with a capital, above which a sentence is a headline in Capitals."""
_LONGER: Final = 4
_FEWEST: Final = 2
_PLAIN_MARKS: Final = {"«": "“", "»": "”", "„": "“"} | {
    word.replace("'", "’"): word for word in ("n't", "'re", "'ve", "'ll", "'d", "'m")
}
"""Quotation marks of other languages and contractions ("didn’t") as the parser knows them: with the curly apostrophe it
takes these for names."""


class Headlines:
    """Gives the words that the parser is to see."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["case"]
        dates: Mapping[str, Any] = codebook.language["dates"]
        self._common = (frozenset(codebook.forms) | frozenset(words["small"])) - {*dates["months"], *dates["weekdays"]}
        self._irregular: Mapping[str, list[str]] = codebook.language["inflection"]["irregular"]
        self._codebook = codebook

    def words(self, sentence: Sentence, names: Sequence[Name]) -> tuple[str, ...]:
        """The sentence's words with plain quotation marks and apostrophes, those common in headlines in lower case."""
        words = tuple(_PLAIN_MARKS.get(word, word) for word in sentence.words)
        named = _named(sentence, names)
        if not self._is_in_capitals([w for w, is_name in zip(words, named, strict=True) if not is_name]):
            return words
        return tuple(
            word.lower() if word.lower() in self._common and not is_name else word
            for word, is_name in zip(words, named, strict=True)
        )

    def in_the_past(self, parsed: Parsed) -> tuple[str, ...] | None:
        """The words with a verb put into the past, when the parse found no clause and one can be made; else None."""
        if any(t.tag_ in VERB_TAGS and any(c.dep_ in SUBJECTS for c in t.children) for t in parsed.tokens):
            return None
        for token in parsed.tokens[1:-1]:
            before = token.i - 1
            while before and parsed.tokens[before].tag_ == "RB":
                before -= 1
            follows_name = before in parsed.name_of or bool(parsed.lemmas(parsed.tokens[before], "noun"))
            is_present = token.tag_ in NOUN_TAGS | VERB_TAGS and parsed.lower[token.i].endswith("s")
            if not follows_name or not is_present or token.i in parsed.name_of:
                continue
            lemma = next((x for x in self._codebook.lemmas(parsed.lower[token.i], "verb")), "")
            if lemma and parsed.tokens[token.i + 1].tag_ not in VERB_TAGS | {"IN", "POS", ",", "MD"}:
                shown = [t.text for t in parsed.tokens]
                shown[token.i] = self._past(lemma)
                return tuple(shown)
        return None

    def _past(self, lemma: str) -> str:
        irregular = self._irregular.get(lemma)
        if irregular:
            return irregular[0]
        if lemma.endswith("e"):
            return lemma + "d"
        return lemma[:-1] + "ied" if lemma.endswith("y") and lemma[-2:-1] not in "aeiou" else lemma + "ed"

    @staticmethod
    def _is_in_capitals(words: Sequence[str]) -> bool:
        """Whether most of the longer words begin with a capital; names are not among them."""
        longer = [word for word in words if len(word) >= _LONGER and word[0].isalpha()]
        return len(longer) >= _FEWEST and sum(word[0].isupper() for word in longer) >= _SHARE * len(longer)


def _named(sentence: Sentence, names: Sequence[Name]) -> list[bool]:
    """Of each word, whether it is in a name."""
    named = [False] * len(sentence.words)
    if names:
        starts = sentence.word_starts()
        for name in names:
            for at in range(bisect_left(starts, name.start), bisect_left(starts, name.end)):
                named[at] = True
    return named

"""Splits a body into paragraphs and sentences, and picks the sentences that are worth a parse."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.names import Name, within

_PARAGRAPH: Final = re.compile(r"[^\n]+")
_MOST_TOKENS: Final = 160
"""Longer stretches without a full stop are tables or lists; they are cut here, and bound the time of a parse."""
_MARKS: Final = frozenset('"“”„«»')
"""Marks of quotations: who speaks is worth a parse, known or not."""
_OPENING: Final = "\"“„«‘'(["


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its place in the body (code points) and its tokens, with the offset of each within it."""

    start: int
    end: int
    paragraph: int
    words: tuple[str, ...]
    spaces: tuple[bool, ...]


class Splitter:
    """Splits texts by spaCy's tokenizer and rule-based sentencizer, which know abbreviations ("Mr.", "U.S.")."""

    def __init__(self, hyphenated: frozenset[str] = frozenset()) -> None:
        """`hyphenated`: words in lower case that stay one token though they hold a hyphen ("cease-fire")."""
        self._hyphenated = hyphenated
        self._nlp: Language = spacy.blank("en")
        self._nlp.add_pipe("sentencizer")

    def split(self, body: str) -> Iterator[Sentence]:
        """The sentences of a body, in order; no sentence reaches over a line break."""
        for paragraph, match in enumerate(_PARAGRAPH.finditer(body)):
            text = match.group()
            if not text.strip():
                continue
            for chunk_start, chunk in _chunks(text):
                doc = self._nlp(chunk)
                for first, last in _ends(doc):
                    yield from self._sentences(doc, first, last, match.start() + chunk_start, paragraph)

    def _sentences(self, doc: Doc, first: int, last: int, offset: int, paragraph: int) -> Iterator[Sentence]:
        """The tokens from first to last as one sentence, or several where it is too long."""
        while first < last and doc[first].is_space:
            first += 1
        while last > first and doc[last - 1].is_space:
            last -= 1
        for begin in range(first, last, _MOST_TOKENS):
            tokens = doc[begin : min(begin + _MOST_TOKENS, last)]
            words, spaces = self._joined([(token.text, bool(token.whitespace_)) for token in tokens])
            yield Sentence(offset + tokens.start_char, offset + tokens.end_char, paragraph, words, spaces)

    def _joined(self, tokens: list[tuple[str, bool]]) -> tuple[tuple[str, ...], tuple[bool, ...]]:
        """Words and spaces, with hyphenated words of the codebook put back together."""
        at = 1
        while at < len(tokens) - 1:
            (left, gap), (hyphen, after), (right, space) = tokens[at - 1 : at + 2]
            if hyphen == "-" and not gap and not after and f"{left}-{right}".lower() in self._hyphenated:
                tokens[at - 1 : at + 2] = [(f"{left}-{right}", space)]
            else:
                at += 1
        return tuple(word for word, _ in tokens), tuple(space for _, space in tokens)


def _chunks(text: str, size: int = 100_000) -> Iterator[tuple[int, str]]:
    """A paragraph in pieces that spaCy takes without complaint (it refuses texts of over a million characters)."""
    for start in range(0, len(text), size):
        yield start, text[start : start + size]


def _ends(doc: Doc) -> Iterator[tuple[int, int]]:
    """First and last token (exclusive) of each sentence, with initials put back together ("Vladimir V. Putin")."""
    first = 0
    for span in doc.sents:
        last = span.end
        if last < len(doc) and _goes_on(doc, last):
            continue
        yield first, last
        first = last
    if first < len(doc):
        yield first, len(doc)


def _goes_on(doc: Doc, after: int) -> bool:
    """Whether the sentence goes on after a full stop: the next word is in lower case and no opening mark."""
    following = doc[after].text
    return following[:1].islower() and doc[after - 1].text in (".", "?", "!") and following not in _OPENING


class Candidates:
    """Says which sentences can hold an event or a quotation: a trigger or verb of saying, and somebody to do it."""

    def __init__(self, codebook: Codebook) -> None:
        pronouns = codebook.language["pronouns"]
        saying = set(codebook.language["clauses"]["saying"])
        triggers = set(codebook.senses)
        self._acts = frozenset(form for form, meanings in codebook.forms.items() if meanings & triggers)
        self._says = frozenset(
            form for form, meanings in codebook.forms.items() if any(p == "verb" and m in saying for p, m in meanings)
        )
        self._agents = frozenset(
            form
            for form, meanings in codebook.forms.items()
            if any(pos == "noun" and lemma in codebook.agents for pos, lemma in meanings)
        )
        sport = codebook.language["quiet"]["sport"]
        self._quiet = frozenset(word for word in sport if " " not in word)
        self._quiet_phrases = tuple(f" {phrase} " for phrase in sport if " " in phrase)
        self._pronouns = frozenset((*pronouns["person"], *pronouns["thing"], *pronouns["speaker"]))

    def worth_parsing(self, sentence: Sentence, names: Sequence[Name], known: bool) -> bool:
        """Whether to parse it. `known`: the article has named an actor before, so that a pronoun may stand for it."""
        lower = [word.lower() for word in sentence.words]
        if not any(word in self._acts or word in self._says for word in lower) or self._is_sport(lower):
            return False
        if not _MARKS.isdisjoint(sentence.words) and any(word in self._says for word in lower):
            return True
        if within(names, sentence.start, sentence.end) or any(word in self._agents for word in lower):
            return True
        return known and any(word in self._pronouns for word in lower)

    def _is_sport(self, lower: Sequence[str]) -> bool:
        """Whether a word or phrase of sport stands in a sentence, given in lower case."""
        if not self._quiet.isdisjoint(lower):
            return True
        text = f" {' '.join(lower)} "
        return any(phrase in text for phrase in self._quiet_phrases)

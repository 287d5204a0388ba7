"""Finds quotations, direct and reported, and who speaks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from spacy.tokens import Token

from tasks.transform.coding.actors import ActorFinder, Article, Party
from tasks.transform.coding.clauses import SUBJECTS, Grammar, Parsed, conjuncts
from tasks.transform.coding.codebook import Codebook

_MARKS: Final = re.compile(
    r"“([^”“\n]+)(?:”|$)|\"([^\"\n]+)(?:\"|$)|«([^»«\n]+)(?:»|$)|„([^“”\n]+)(?:[“”]|$)", re.MULTILINE
)
_LEAST_WORDS: Final = 3
"""Shorter stretches in quotation marks are terms or titles, not quotations."""
_LEAST_WORDS_UNSPOKEN: Final = 8
"""A stretch without a known speaker counts as a quotation from this many words on."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: offsets of the words into the body, without the marks; `speaker` is None where nobody is named."""

    start: int
    end: int
    speaker: Party | None
    verb: str
    is_direct: bool


@dataclass(frozen=True, slots=True)
class _Saying:
    """A verb of saying with its subject: where the verb stands, who speaks."""

    position: int
    lemma: str
    speaker: Party | None
    token: Token
    parsed: Parsed


class QuoteFinder:
    """Finds the quotations of an article."""

    def __init__(self, codebook: Codebook, actors: ActorFinder, grammar: Grammar) -> None:
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        self._saying = frozenset(clauses["saying"])
        self._reporting = frozenset(clauses["reporting"])
        self._according = frozenset(clauses["according"])
        self._actors = actors
        self._grammar = grammar

    def find(self, body: str, sentences: Sequence[Parsed], article: Article) -> list[Quote]:
        """The quotations of a body, in order; `sentences` are those that were parsed."""
        spans = [_inner(match) for match in _MARKS.finditer(body)]
        sayings = [s for parsed in sentences for s in self._sayings(parsed, spans, article)]
        found = list(self._direct(body, spans, sayings))
        for saying in sayings:
            quote = self._reported(saying, spans)
            if quote is not None:
                found.append(quote)
        return sorted(found, key=lambda q: (q.start, q.end))

    def _sayings(self, parsed: Parsed, spans: Sequence[tuple[int, int]], article: Article) -> Iterator[_Saying]:
        """The verbs of saying outside quotation marks, with who speaks."""
        for token in parsed.doc:
            position = parsed.start(token)
            if _inside(position, spans):
                continue
            if parsed.lower[token.i] in self._according:
                heads = [t for c in token.subtree if c.dep_ == "pobj" for t in (c,)][:1]
                lemma = "according"
            elif parsed.is_verb(token):
                lemma = next((x for x in parsed.lemmas(token, "verb") if x in self._saying), "")
                if not lemma:
                    continue
                heads = [h for h in self._subjects(parsed, token) if not _inside(parsed.start(h), spans)]
            else:
                continue
            parties = self._actors.parties(parsed, heads, article)
            speaker = parties[0] if parties else None
            if speaker is not None and speaker.kind == "person":
                article.remember(speaker)
            yield _Saying(position, lemma, speaker, token, parsed)

    def _subjects(self, parsed: Parsed, verb: Token) -> list[Token]:
        own = [t for c in verb.children if c.dep_ in SUBJECTS for t in conjuncts(c)]
        return own or self._grammar.subjects(parsed, verb)

    def _direct(self, body: str, spans: Sequence[tuple[int, int]], sayings: Sequence[_Saying]) -> Iterator[Quote]:
        """The stretches in quotation marks, each with the speaker nearest to it in its paragraph.

        A paragraph that is one quotation goes on with the speaker of the quotation before it.
        """
        before: Quote | None = None
        for start, end in spans:
            words = len(body[start:end].split())
            first, last = _paragraph(body, start)
            nearby = [s for s in sayings if first <= s.position < last]
            saying = min(nearby, key=lambda s: _distance(s.position, start, end), default=None)
            speaker, verb = (saying.speaker, saying.lemma) if saying else (None, "")
            alone = _is_alone(body, start, end, first, last)
            if saying is None and alone and before is not None:
                speaker, verb = before.speaker, before.verb
            if words < _LEAST_WORDS or (speaker is None and words < _LEAST_WORDS_UNSPOKEN):
                continue
            quote = Quote(start, end, speaker, verb, True)
            before = quote
            yield quote

    def _reported(self, saying: _Saying, spans: Sequence[tuple[int, int]]) -> Quote | None:
        """What a clause reports of somebody's words ("X said that ..."), without the conjunction."""
        if saying.speaker is None or saying.lemma not in self._reporting or not saying.speaker.is_known:
            return None
        parsed = saying.parsed
        for child in saying.token.children:
            if child.dep_ != "ccomp":
                continue
            tokens = [t for t in child.subtree if not t.is_space]
            while tokens and (tokens[0].dep_ == "mark" or tokens[0].is_punct):
                tokens = tokens[1:]
            while tokens and tokens[-1].is_punct:
                tokens = tokens[:-1]
            if len(tokens) < _LEAST_WORDS:
                continue
            start, end = parsed.start(tokens[0]), parsed.end(tokens[-1])
            if start <= saying.position < end or any(s < end and start < e for s, e in spans):
                continue
            if saying.speaker.start < end and start < saying.speaker.end:
                continue
            return Quote(start, end, saying.speaker, saying.lemma, False)
        return None


def _inner(match: re.Match[str]) -> tuple[int, int]:
    """The span between the marks, without the blanks and the comma before the closing mark."""
    group = next(index for index in range(1, 5) if match.group(index) is not None)
    start, end = match.span(group)
    text = match.group(group)
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip(" ,"))
    return start, max(start, end)


def _inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _paragraph(body: str, position: int) -> tuple[int, int]:
    first = body.rfind("\n", 0, position) + 1
    last = body.find("\n", position)
    return first, len(body) if last < 0 else last


def _is_alone(body: str, start: int, end: int, first: int, last: int) -> bool:
    """Whether nothing but marks and blanks stands beside a quotation in its paragraph."""
    return not any(c.isalnum() for c in body[first:start] + body[end:last])


def _distance(position: int, start: int, end: int) -> int:
    return start - position if position < start else position - end

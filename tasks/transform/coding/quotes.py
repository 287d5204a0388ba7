"""Finds quotations, direct and reported, and who speaks."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, Final

from tasks.transform.coding.actors import ActorFinder
from tasks.transform.coding.clauses import Parsed
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.grammar import Grammar
from tasks.transform.coding.names import Name
from tasks.transform.coding.parties import Article, Party
from tasks.transform.coding.people_memory import BREAK, Memory, PeopleFinder
from tasks.transform.coding.quote_marks import Marked, marked
from tasks.transform.coding.speakers import SpeakerFinder
from tasks.transform.coding.tokens import Token

_LEAST_WORDS: Final = 3
"""Shorter stretches in marks are terms or titles, unless somebody calls something so or they are all that is said."""
_LEAST_WORDS_UNSPOKEN: Final = 8
"""A stretch without a known speaker counts as a quotation from this many words on."""
_LEAST_WORDS_BESIDE: Final = 4
"""A report around a quotation in marks is one of its own when it says at least this much more."""
_CLOSE: Final = 40
"""Characters between a verb of naming and what it names: 'called the attack on the town "barbaric"'."""
_BESIDE: Final = 2
"""Characters between a verb of saying and the mark right behind it, at most."""
_END_OF_SPEECH: Final = ",.?!…—"
_TITLE: Final = 2
"""A title has at least two words, the longer ones with capitals."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: offsets of the words into the body, without the marks; `speaker` is None where nobody is named.

    A speaker without a name is a pronoun of whom nothing is known.
    """

    start: int
    end: int
    speaker: Party | None
    verb: str
    is_direct: bool


@dataclass(frozen=True, slots=True)
class _Saying:
    """A verb of saying with its subject: where the verb stands, who speaks."""

    start: int
    end: int
    lemma: str
    speaker: Party | None
    token: Token
    parsed: Parsed


class QuoteFinder:
    """Finds the quotations of an article."""

    def __init__(self, codebook: Codebook, actors: ActorFinder, grammar: Grammar) -> None:
        clauses: Mapping[str, Any] = codebook.language["clauses"]
        words: Mapping[str, Any] = codebook.language["quotes"]
        self._saying = frozenset(clauses["saying"])
        self._reporting = frozenset(clauses["reporting"])
        self._according = frozenset(clauses["according"])
        self._tells = self._according | codebook.forms_of(self._saying, "verb")
        self._naming = frozenset(words["naming"])
        self._thinking = frozenset(words["thinking"])
        self._of_people = frozenset(words["of_people"])
        self._adding = frozenset(words["adding"])
        self._not_speech: tuple[str, ...] = tuple(words["not_speech"])
        self._not_sources = frozenset(words["not_sources"])
        self._negations = frozenset(codebook.language["modality"]["negations"])
        self._conditions = frozenset(codebook.language["modality"]["conditions"])
        self._first_person = frozenset(codebook.language["pronouns"]["speaker"])
        self._people = PeopleFinder(codebook)
        self._speakers = SpeakerFinder(codebook, actors, grammar, self._people)

    def find(self, body: str, sentences: Sequence[Parsed], article: Article, names: Sequence[Name] = ()) -> list[Quote]:
        """The quotations of a body, in order; `sentences` are those that were parsed, `names` those of the body."""
        spans = marked(body)
        if not spans and all(self._tells.isdisjoint(parsed.lower) for parsed in sentences):
            return []  # nearly half of short articles: spares looking for their people
        memory = self._people.memory(body, names, spans)
        sayings: list[_Saying] = []
        for parsed in sentences:
            self._speakers.remember(parsed, article, memory)
            sayings.extend(self._sayings(parsed, spans, article, memory))
        direct = sorted(self._direct(body, spans, sayings, memory), key=lambda q: q.start)
        reported = [quote for saying in sayings for quote in self._reported(saying, spans, direct)]
        return sorted([*direct, *reported], key=lambda q: (q.start, q.end))

    def _sayings(self, parsed: Parsed, spans: Sequence[Marked], article: Article, memory: Memory) -> Iterator[_Saying]:
        """The verbs of saying outside quotation marks, with who speaks."""
        spoke: Party | None = None
        found: Party | None
        for token in parsed.tokens:
            if parsed.lower[token.i] not in self._tells:
                continue
            start = parsed.start(token)
            if parsed.lower[token.i] in self._according:
                heads = [p for c in token.subtree if c.dep_ == "prep" for p in c.children if p.dep_ == "pobj"][:1]
                lemma = "according"
                if any(parsed.lower[h.i] in self._not_sources for h in heads):
                    continue
            elif parsed.is_verb(token):
                lemma = next((x for x in parsed.lemmas(token, "verb") if x in self._saying), "")
                if not lemma:
                    continue
                heads = self._speakers.subjects(parsed, token)
            else:
                continue
            if _inside(start, spans):
                continue
            heads = [h for h in heads if not _inside(parsed.start(h), spans)]
            if not heads and _is_right_behind(start, spans):
                heads = self._speakers.behind(token)
            if any(parsed.lower[h.i] in self._first_person for h in heads):
                continue  # the outlet or an interviewed person about themselves
            if lemma in self._of_people and heads and not self._speakers.is_somebody(parsed, heads[0]):
                if spoke is None or lemma not in self._adding:
                    continue
                found = spoke  # the parser hangs "and added" on what was said
            else:
                found = self._speakers.speaker(parsed, heads, article, memory)
            speaker = found or (None if heads else spoke)
            spoke = speaker or spoke
            if speaker is not None and speaker.kind in ("person", "organisation", "group", "country"):
                article.remember(speaker)
            yield _Saying(start, parsed.end(token), lemma, speaker, token, parsed)

    def _direct(
        self, body: str, spans: Sequence[Marked], sayings: Sequence[_Saying], memory: Memory
    ) -> Iterator[Quote]:
        """The stretches in quotation marks that somebody says, or that are long enough to be said by somebody."""
        before: tuple[int, Quote] | None = None
        alone: list[Quote] = []
        for span in spans:
            first, last = _paragraph(body, span)
            begins = span.outer_start == first or _begins_sentence(body, span, first)
            saying, follows = self._own_saying(body, span, sayings)
            speaker, verb = (saying.speaker, saying.lemma) if saying else (None, "")
            if saying is None and body[span.outer_end - 2] in _END_OF_SPEECH:
                speaker = self._speakers.pronoun_behind(body, span.outer_end, memory)
            if saying is None and begins and speaker is None:
                speaker, verb = self._told_before(body, span, first, sayings)
                if before is not None and (speaker is None or speaker.start < before[1].start):
                    at, quote = before
                    if first <= at or _is_next(body, at, first):
                        speaker, verb = quote.speaker, quote.verb
            if self._is_term(body, span, saying, follows) or not self._is_long_enough(body, span, saying, speaker):
                continue
            quote = Quote(span.start, span.end, speaker, verb, True)
            carries = before is not None and _is_next(body, before[0], first)
            before = (span.outer_end, quote)
            if speaker is None and span.outer_start == first and not body[span.outer_end : last].strip():
                alone.append(quote)
                continue
            if carries and follows and span.outer_start == first:
                alone = [replace(one, speaker=speaker, verb=verb) for one in alone]
            yield from alone
            alone = []
            yield quote
        yield from alone

    def _own_saying(self, body: str, span: Marked, sayings: Sequence[_Saying]) -> tuple[_Saying | None, bool]:
        """The verb of saying in the sentence of a quotation, and whether it stands behind the quotation."""
        at = bisect_left(sayings, span.outer_end, key=lambda s: s.start)
        behind = sayings[at] if at < len(sayings) else None
        at = bisect_left(sayings, span.outer_start, key=lambda s: s.start)
        while at and sayings[at - 1].token.dep_ == "relcl" and "," in body[sayings[at - 1].end : span.outer_start]:
            at -= 1  # "X said the plan, which nobody had read, was ..."
        ahead = sayings[at - 1] if at else None
        if behind is not None and BREAK.search(body, span.outer_end, behind.start):
            behind = None
        if ahead is not None and BREAK.search(body, ahead.end, span.start + 1):
            ahead = None
        if behind is not None and body[span.outer_end - 2] == "." and BREAK.match(body, span.outer_end - 2):
            behind = behind if ahead is None and span.outer_start == _paragraph(body, span)[0] else None
        if behind is not None and ahead is not None:
            ends_speech = body[span.outer_end - 2] in _END_OF_SPEECH or body[span.outer_end : span.outer_end + 1] == ","
            by_itself = behind.speaker is not None and behind.speaker.start >= span.outer_end
            return (behind, True) if ends_speech and by_itself else (ahead, False)
        return (behind, True) if behind is not None else (ahead, False)

    @staticmethod
    def _told_before(body: str, span: Marked, first: int, sayings: Sequence[_Saying]) -> tuple[Party | None, str]:
        """Who has just been reported to speak, where a quotation begins a sentence of its own."""
        at = bisect_left(sayings, span.outer_start, key=lambda s: s.start)
        while at and sayings[at - 1].token.dep_ == "relcl":
            at -= 1  # "said a resident, who asked not to be named. ..."
        told = sayings[at - 1] if at else None
        if told is None or told.speaker is None:
            return None, ""
        if told.end < first and (not _is_next(body, told.end, first) or BREAK.search(body[told.end : first].strip())):
            return None, ""
        return told.speaker, told.lemma

    def _is_term(self, body: str, span: Marked, saying: _Saying | None, follows: bool) -> bool:
        """Whether words in marks are a name, a title or a doubtful word rather than something said."""
        before = body[max(0, span.outer_start - _CLOSE) : span.outer_start].rstrip().lower()
        words = before.replace(",", " ,").split()
        calls = saying is not None and not follows and saying.lemma in self._naming
        if saying is not None and not calls and 0 <= span.outer_start - saying.end <= _BESIDE:
            return saying.lemma in self._naming
        last = words[-1] if words else ""
        if not calls and any(before.endswith(word) and last == word.split()[-1] for word in self._not_speech):
            return True
        text = body[span.start : span.end]
        speaker = saying.speaker if saying is not None and follows else None
        by_itself = speaker is not None and speaker.start > span.start
        if by_itself or body[span.outer_end - 2] in _END_OF_SPEECH.replace(",", ""):
            return False
        longer = [word for word in text.split() if len(word) >= _LEAST_WORDS]
        return len(longer) >= _TITLE and all(word[0].isupper() for word in longer) and not calls

    def _is_long_enough(self, body: str, span: Marked, saying: _Saying | None, speaker: Party | None) -> bool:
        words = len(body[span.start : span.end].split())
        if speaker is None:
            return words >= _LEAST_WORDS_UNSPOKEN
        if words >= _LEAST_WORDS:
            return True
        if saying is None:
            return False
        gap = span.outer_start - saying.end if saying.start < span.start else saying.start - span.outer_end
        is_whole = body[span.outer_end - 2] in _END_OF_SPEECH or gap <= _BESIDE
        return gap <= _CLOSE and (is_whole or (saying.lemma in self._naming and saying.start < span.start))

    def _reported(self, saying: _Saying, spans: Sequence[Marked], direct: Sequence[Quote]) -> Iterator[Quote]:
        """What a clause reports of somebody's words ("X said that ..."), without the conjunction."""
        speaker = saying.speaker
        if speaker is None or (saying.lemma in self._thinking and not speaker.is_known):
            return
        if saying.lemma == "according":
            stretch = _beside_according(saying)
        elif saying.lemma in self._reporting and not self._is_denied(saying):
            stretch = self._complement(saying)
        else:
            return
        if stretch is None:
            return
        start, end = stretch
        parsed = saying.parsed
        if start <= saying.start < end or (speaker.start < end and start < speaker.end):
            return
        if len(parsed.cut(start, end).split()) < _LEAST_WORDS:
            return
        at = bisect_left(direct, end, key=lambda q: q.start)
        inner = list(takewhile(lambda q: start < q.end, reversed(direct[:at])))
        if _inside(start, spans) or _inside(end - 1, spans):
            start, end = _without(start, end, spans)
        said = sum(len(parsed.cut(max(q.start, start), min(q.end, end)).split()) for q in inner)
        if len(parsed.cut(start, end).split()) - said < (_LEAST_WORDS_BESIDE if inner else _LEAST_WORDS):
            return
        yield Quote(start, end, speaker, saying.lemma, False)

    def _is_denied(self, saying: _Saying) -> bool:
        """Whether it is not said, or only asked: "did not say when", "refused to confirm"."""
        parsed, verb = saying.parsed, saying.token
        aux = [c for c in verb.children if c.dep_ in ("neg", "aux", "mark")]
        if any(parsed.lower[c.i] in self._negations for c in aux):
            return True
        if verb.dep_ == "pcomp" and parsed.lower[verb.head.i] == "of" and not saying.parsed.is_verb(verb.head.head):
            return True
        return verb.tag_ == "VB" and any(c.tag_ == "TO" for c in aux)

    def _complement(self, saying: _Saying) -> tuple[int, int] | None:
        """Where the clause stands that a verb of saying governs."""
        parsed = saying.parsed
        for child in saying.token.children:
            if child.dep_ != "ccomp":
                continue
            if any(c.dep_ == "mark" and parsed.lower[c.i] in self._conditions for c in child.children):
                continue
            tokens = [t for t in child.subtree if not t.text.isspace()]
            while tokens and (tokens[0].dep_ == "mark" or tokens[0].is_punct):
                tokens = tokens[1:]
            while tokens and tokens[-1].is_punct:
                tokens = tokens[:-1]
            if tokens:
                return parsed.start(tokens[0]), parsed.end(tokens[-1])
        return None


def _beside_according(saying: _Saying) -> tuple[int, int] | None:
    """What somebody is the source of: the sentence without an "according to X" at its beginning or end."""
    parsed = saying.parsed
    doc = parsed.tokens
    phrase = [t.i for t in saying.token.subtree]
    first, last = min(phrase), max(phrase)
    ends_at = len(doc) - 1
    while ends_at > last and _is_no_word(doc[ends_at]):
        ends_at -= 1
    if ends_at <= last:
        begin, end = 0, first - 1
    elif first <= 1 and last + 1 < len(doc):
        comma = next((t.i for t in doc[last + 1 :] if t.text == ","), -1)
        begin, end = (comma + 1 if comma >= 0 else last + 1), ends_at
    else:
        return None
    while begin < end and _is_no_word(doc[begin]):
        begin += 1
    while end > begin and _is_no_word(doc[end]):
        end -= 1
    return (parsed.start(doc[begin]), parsed.end(doc[end])) if begin < end else None


def _is_no_word(token: Token) -> bool:
    return token.is_punct or token.text.isspace()


def _without(start: int, end: int, spans: Sequence[Marked]) -> tuple[int, int]:
    """A stretch cut so that it does not begin or end within quotation marks."""
    for span in spans:
        if span.outer_start < start < span.outer_end:
            start = span.outer_start if start == span.start else span.outer_end
        if span.outer_start < end < span.outer_end:
            end = span.outer_end if end >= span.end - 1 else span.outer_start
    return start, max(start, end)


def _inside(position: int, spans: Sequence[Marked]) -> bool:
    at = bisect_right(spans, position, key=lambda span: span.start) - 1
    return at >= 0 and position < spans[at].end


def _is_right_behind(position: int, spans: Sequence[Marked]) -> bool:
    at = bisect_right(spans, position, key=lambda span: span.start) - 1
    return at >= 0 and 0 <= position - spans[at].outer_end < _BESIDE


def _paragraph(body: str, span: Marked) -> tuple[int, int]:
    """Where the paragraph of a quotation begins (its first letter or mark) and ends."""
    first = body.rfind("\n", 0, span.outer_start) + 1
    while body[first].isspace():
        first += 1
    last = body.find("\n", span.outer_end)
    return first, len(body) if last < 0 else last


def _is_next(body: str, at: int, first: int) -> bool:
    """Whether the paragraph that begins at `first` comes right after the one in which `at` stands."""
    return len([p for p in body[at:first].split("\n")[1:] if p.strip()]) == 0


def _begins_sentence(body: str, span: Marked, first: int) -> bool:
    """Whether a quotation opens right after the end of a sentence, or of another quotation."""
    before = body[first : span.outer_start].rstrip()
    return not before or before[-1] in '.?!…:”"»’'

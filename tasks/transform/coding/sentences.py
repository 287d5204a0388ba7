"""Splits a body into paragraphs and sentences, and picks the sentences that are worth a parse."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from operator import add
from typing import Any, Final, cast

import spacy
from spacy.util import compile_infix_regex

from tasks.transform.coding.boundaries import Boundaries
from tasks.transform.coding.codebook import NAMED, Codebook
from tasks.transform.coding.names import Name, within
from tasks.transform.coding.private_life import EVERYDAY, PRIVATE

_PARAGRAPH: Final = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_MOST_TOKENS: Final = 160
"""Longer stretches without a full stop are tables or lists; they are cut here, and bound the time of a parse."""
_LONGEST_WORD: Final = 250
"""Characters without a blank after which a text is cut, since the tokenizer's time grows with their square."""
_UNBROKEN: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_PIECE: Final = re.compile(r"(?s).{1,100000}(?=\s|\Z)|.{1,100000}")
"""What the tokenizer gets at once, since it refuses texts of over a million characters."""
_PLAIN: Final = re.compile(r"([A-Za-z]+[a-z])([,.:;?!]|['’]s)?")
"""A word with at most one mark or genitive behind it, which takes no tokenizer to be told apart."""
_MOST_KNOWN: Final = 100_000
"""Stretches without a blank whose words are kept: most of those that occur twice in a million words."""
_FOOTNOTE: Final = r"(?<=[a-z)”\]])\.(?=\d{1,3}$)"
"""The full stop before the number of a note ("... left the town.4"), which the tokenizer takes for one word."""
_REGION: Final = r"(?:, [A-Z][\w.’' ]{1,24}){0,2}"
_DAY: Final = r",? \(?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?\)?"
_AGENCY: Final = r" ?\([^()\n]{2,40}\)"
_DASH: Final = r" ?(?:—|–|--| - ) ?"
_DATELINE: Final = re.compile(
    rf"(?:[A-Z][A-Z.'’]+(?: [A-Z][A-Z.'’]+){{0,3}}{_REGION}(?:{_DAY})?(?:{_AGENCY})?{_DASH}"
    rf"|[A-Z][\w.'’]+(?: [A-Z][\w.'’]+){{0,3}}{_REGION}{_DAY}(?:{_AGENCY}(?:{_DASH}| )|{_DASH}))"
    r"(?=[\"“‘']?[A-Z])"
)
"""What agencies put before the first sentence: "SOCHI, Russia, Nov 16 (Reuters) - ", "Ramallah, Dec 14 (Wafa) "."""
_MARKS: Final = frozenset('"“”„«»')
"""Marks of quotations: who speaks is worth a parse, known or not."""

_FIRST_WORDS: Final = 3
"""Words that may stand before a name that is the subject: "The French president Emmanuel Macron"."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its place in the body (code points) and its tokens, with the offset of each within it."""

    start: int
    end: int
    paragraph: int
    words: tuple[str, ...]
    spaces: tuple[bool, ...]

    def word_starts(self) -> list[int]:
        """Where each word begins in the body."""
        lengths = map(add, map(len, self.words), self.spaces)
        return list(accumulate(lengths, initial=self.start))[:-1]


class Splitter:
    """Splits texts by spaCy's tokenizer, which knows abbreviations ("Mr.", "U.S."), and our own rules of sentences."""

    def __init__(self, words: Mapping[str, Any], hyphenated: frozenset[str] = frozenset()) -> None:
        """`words`: the table `sentences` of `language.toml`. `hyphenated`: words in lower case that stay one token
        though they hold a hyphen ("cease-fire").
        """
        self._hyphenated = hyphenated
        self._boundaries = Boundaries(words)
        english = spacy.blank("en")
        self._tokenizer = cast(Any, english.tokenizer)
        cast(Any, english.vocab).lex_attr_getters = {}  # shapes of words are the parser's business
        infixes = [*(english.Defaults.infixes or ()), _FOOTNOTE]
        self._tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
        for abbreviation in words["abbreviations"]:
            self._tokenizer.add_special_case(abbreviation, [{"ORTH": abbreviation}])
        self._over_blanks = any(" " in case.strip() for case in self._tokenizer.rules)
        self._known: dict[str, tuple[str, ...]] = {}

    def split(self, body: str) -> Iterator[Sentence]:
        """The sentences of a body, in order; none reaches over a line break, and a dateline stands alone."""
        for paragraph, match in enumerate(_PARAGRAPH.finditer(body)):
            if match.group().isspace():
                continue
            begin = 0
            if (dateline := _DATELINE.match(match.group())) is not None:
                begin = dateline.end()
                yield from self._sentences(match.group()[:begin], match.start(), paragraph)
            for start, piece in _pieces(match.group()[begin:]):
                yield from self._sentences(piece, match.start() + begin + start, paragraph)

    def _sentences(self, text: str, offset: int, paragraph: int) -> Iterator[Sentence]:
        """The sentences of a piece of text that begins at `offset`; one that is too long in several."""
        words, spaces = self._tokens(text)
        starts = list(accumulate(map(add, map(len, words), spaces), initial=offset))
        for first, last in self._boundaries.split(words, spaces):
            while first < last and words[first].isspace():
                first += 1
            while last > first and words[last - 1].isspace():
                last -= 1
            for begin in range(first, last, _MOST_TOKENS):
                end = min(begin + _MOST_TOKENS, last)
                own = (tuple(words[begin:end]), tuple(spaces[begin:end]))
                if "-" in own[0]:
                    own = self._joined(list(zip(*own, strict=True)))
                yield Sentence(starts[begin], starts[end - 1] + len(words[end - 1]), paragraph, *own)

    def _tokens(self, text: str) -> tuple[list[str], list[bool]]:
        """The words of a text, and whether a blank follows each.

        The tokenizer looks from blank to blank, so what stands between two is looked up where it was seen before.
        """
        pieces = text.split(" ")
        if self._over_blanks or pieces != text.split():
            doc = self._tokenizer(text)
            return [token.text for token in doc], [bool(token.whitespace_) for token in doc]
        words: list[str] = []
        spaces: list[bool] = []
        for piece in pieces:
            found = self._known.get(piece)
            if found is None:
                found = self._parts(piece)
                if len(self._known) < _MOST_KNOWN:
                    self._known[piece] = found
            words += found
            spaces += (False,) * (len(found) - 1)
            spaces.append(True)
        spaces[-1] = False
        return words, spaces

    def _parts(self, piece: str) -> tuple[str, ...]:
        """The words of a piece of text without blanks; letters alone are one word unless a rule parts them."""
        plain = _PLAIN.fullmatch(piece)
        if plain is not None and piece not in self._tokenizer.rules and plain[1] not in self._tokenizer.rules:
            return (piece,) if plain[1] == piece else (plain[1], plain[2])
        return tuple(token.text for token in self._tokenizer(piece))

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


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """A paragraph in pieces that the tokenizer takes without complaint and in time, each with its start."""
    unbroken = _UNBROKEN.finditer(text)
    cuts = [cut for long in unbroken for cut in range(long.start() + _LONGEST_WORD, long.end(), _LONGEST_WORD)]
    for start, end in pairwise((0, *cuts, len(text))):
        yield from ((start + piece.start(), piece.group()) for piece in _PIECE.finditer(text[start:end]))


def _acts(codebook: Codebook) -> dict[str, tuple[tuple[frozenset[str], ...], ...]]:
    """For each form of a trigger, what its senses ask for: of each set of words one must be in the sentence.

    Nothing is given for a form with a sense that asks for no words, or that makes an act of what stands under it
    ("refused to ...").
    """
    found: dict[str, tuple[tuple[frozenset[str], ...], ...]] = {}
    for form, meanings in codebook.forms.items():
        senses = [sense for meaning in meanings for sense in codebook.senses.get(meaning, ())]
        if not senses:
            continue
        wanted = [
            tuple(words for words in (sense.objects, frozenset(w.split()[0] for w in sense.with_)) if words)
            for sense in senses
        ]
        outers = (codebook.outer.get(meaning) for meaning in meanings)
        free = any(outer is not None and outer.effect == "becomes" for outer in outers)
        free = free or any(not sets or any(not NAMED.isdisjoint(words) for words in sets) for sets in wanted)
        found[form] = () if free else tuple(wanted)
    return found


def _of_state(codebook: Codebook) -> frozenset[str]:
    """The forms of triggers that can make an event between private people, or of what stands under them."""
    found = set()
    for form, meanings in codebook.forms.items():
        outers = (codebook.outer.get(meaning) for meaning in meanings)
        types = {sense.event_type for meaning in meanings for sense in codebook.senses.get(meaning, ())}
        if types - EVERYDAY or any(outer is not None and outer.effect == "becomes" for outer in outers):
            found.add(form)
    return frozenset(found)


@dataclass(slots=True)
class Told:
    """Whom an article has named so far, for pronouns: anybody, and in a title or parsed sentence a person or others."""

    anybody: bool = False
    person: bool = False
    others: bool = False


class Candidates:
    """Says which sentences can hold an event or a quotation: a trigger or verb of saying, and somebody to do it."""

    def __init__(self, codebook: Codebook) -> None:
        pronouns = codebook.language["pronouns"]
        saying = set(codebook.language["clauses"]["saying"])
        self._codebook = codebook
        self._acts = _acts(codebook)
        self._of_state = _of_state(codebook)
        self._says = codebook.forms_of(saying, "verb").union(codebook.language["clauses"]["according"])
        sectors = {
            form: {codebook.agents[lemma] for pos, lemma in meanings if pos == "noun" and lemma in codebook.agents}
            for form, meanings in codebook.forms.items()
        }
        self._agents = frozenset(form for form, some in sectors.items() if some)
        self._public = frozenset(form for form, some in sectors.items() if some - PRIVATE)
        sport = codebook.language["quiet"]["sport"]
        self._quiet = frozenset(word for word in sport if " " not in word)
        phrases = [phrase for phrase in sport if " " in phrase or "-" in phrase]
        self._quiet_phrases = tuple(f" {phrase} " for phrase in phrases)
        self._quiet_beginnings = frozenset(re.split("[ -]", phrase)[0] for phrase in phrases)
        self._person = frozenset(pronouns["person"])
        self._thing = frozenset(pronouns["thing"])
        self._speaker = frozenset(pronouns["speaker"])
        self._pronouns = self._person | self._thing | self._speaker

    def told_by(self, title: Sequence[Name]) -> Told:
        """Whom a title names."""
        kinds = {name.entry.kind for name in title} - {"place"}
        return Told(bool(title), "person" in kinds, bool(kinds - {"person"}))

    def tell(self, told: Told, sentence: Sentence, names: Sequence[Name], *, parsed: bool) -> None:
        """Note whom a sentence names; those that are not `parsed` tell only that somebody is named."""
        here = within(names, sentence.start, sentence.end)
        if not here:
            return
        told.anybody = True
        if parsed:
            told.others = True
            officer = any(word.lower() in self._agents for word in sentence.words)
            told.person = told.person or officer or any(name.entry.kind == "person" for name in here)

    def worth_parsing(self, sentence: Sentence, names: Sequence[Name], told: Told, *, spoken: bool) -> bool:
        """Whether to parse it. `told`: whom a pronoun may mean; `spoken`: it begins between quotation marks."""
        lower = [word.lower() for word in sentence.words]
        says = any(word in self._says for word in lower)
        told_of = self._begins_with_name(sentence, names)
        if not (says or self._has_act(lower, every=told_of)) or self._is_sport(lower):
            return False
        if not _MARKS.isdisjoint(sentence.words) and says:
            return True
        if within(names, sentence.start, sentence.end):
            return True
        if says:
            somebody = self._agents | self._pronouns if told.anybody else self._agents
            return not somebody.isdisjoint(lower)
        return self._may_be_meant(lower, told, spoken=spoken) or self._does_agent(lower)

    def may_quote(self, sentence: Sentence) -> bool:
        """Whether somebody may be quoted in it: a verb of saying or quotation marks stand there."""
        if not _MARKS.isdisjoint(sentence.words):
            return True
        return any(word.lower() in self._says for word in sentence.words)

    def needed(self, chosen: Sequence[Sentence]) -> list[Sentence]:
        """Those of the chosen sentences that can hold something, or say whom a later one's pronoun or office means."""
        kept: list[Sentence] = []
        asked = False
        for sentence in reversed(chosen):
            lower = [word.lower() for word in sentence.words]
            if asked or not self._says.isdisjoint(lower) or self._has_act(lower, every=False):
                kept.append(sentence)
                asked = asked or not self._pronouns.isdisjoint(lower) or not self._agents.isdisjoint(lower)
        return kept[::-1]

    def _may_be_meant(self, lower: Sequence[str], told: Told, *, spoken: bool) -> bool:
        """Whether a pronoun stands there that can mean somebody."""
        return (
            (told.person and not self._person.isdisjoint(lower))
            or (told.others and not self._thing.isdisjoint(lower))
            or (spoken and told.anybody and not self._speaker.isdisjoint(lower))
        )

    def _does_agent(self, lower: Sequence[str]) -> bool:
        """Whether a common noun names an actor, and the act is more than everyday life of private people."""
        if self._agents.isdisjoint(lower):
            return False
        if not self._of_state.isdisjoint(lower) or not self._public.isdisjoint(lower):
            return True
        return any(f"{one} {other}" in self._public for one, other in pairwise(lower))

    @staticmethod
    def _begins_with_name(sentence: Sentence, names: Sequence[Name]) -> bool:
        """Whether somebody's name is among the first words: "he" or "it" may mean them in the sentences that follow."""
        first = next(iter(within(names, sentence.start, sentence.end)), None)
        if first is None or first.entry.kind == "place":
            return False
        return first.start - sentence.start <= sum(map(len, sentence.words[:_FIRST_WORDS])) + _FIRST_WORDS

    def _has_act(self, lower: Sequence[str], *, every: bool) -> bool:
        """Whether a trigger stands there with the words that one of its senses asks for; with `every` any trigger."""
        found = [self._acts[word] for word in lower if word in self._acts]
        if not all(found) or (every and found):
            return True
        if not found:
            return False
        words = self._codebook.said_by(lower)
        return any(all(not part.isdisjoint(words) for part in wanted) for senses in found for wanted in senses)

    def _is_sport(self, lower: Sequence[str]) -> bool:
        """Whether a word or phrase of sport stands in a sentence, given in lower case."""
        if not self._quiet.isdisjoint(lower):
            return True
        if self._quiet_beginnings.isdisjoint(lower) and not any("-" in word for word in lower):
            return False
        text = f" {' '.join(lower)} ".replace(" - ", "-")  # the tokenizer parts "quarter-final"
        return any(phrase in text for phrase in self._quiet_phrases)

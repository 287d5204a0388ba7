"""Reads off a dependency parse what hangs on a word: objects, prepositions, what is joined to it by "and".

The labels are those of spaCy's English models (ClearNLP style): nsubj, nsubjpass, dobj, dative, prep, pobj, agent, ...
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from spacy.tokens import Doc

from tasks.transform.coding.codebook import Codebook, Sense
from tasks.transform.coding.names import Name
from tasks.transform.coding.sentences import Sentence
from tasks.transform.coding.tokens import Token, tokens_of

if TYPE_CHECKING:
    from tasks.transform.coding.triggers import Trigger

SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
CLAUSAL: Final = frozenset({"ccomp", "xcomp", "pcomp", "advcl", "acl", "relcl"})
NOUN_TAGS: Final = frozenset({"NN", "NNS", "NNP", "NNPS"})
VERB_TAGS: Final = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})
ADJ_TAGS: Final = frozenset({"JJ", "JJR", "JJS"})
_HAS_OBJECT: Final = frozenset({"dobj", "dative", "aux", "ccomp", "xcomp", "oprd"})
_ASKING: Final = frozenset({"if", "whether"})
_QUESTION_TAGS: Final = frozenset({"WDT", "WP", "WP$", "WRB"})
MODIFIERS: Final = frozenset({"poss", "amod", "compound", "nmod", "nn"})


@dataclass(slots=True)
class Parsed:
    """One parsed sentence with its names.

    The parser may have seen other words than the article has (see `headlines`), so all text and offsets come from the
    sentence, never from the Doc. What rules and models ask of a word again and again is kept by its number: `tokens`,
    `tags`, and the dictionaries that `clauses` and `triggers` fill. `title` are the words of the article's title.
    """

    sentence: Sentence
    doc: Doc
    names: Sequence[Name]
    codebook: Codebook
    title: frozenset[str] = frozenset()
    name_of: dict[int, Name] = field(default_factory=dict)
    lower: list[str] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    text: str = ""
    _starts: list[int] = field(default_factory=list)
    _lemmas: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    hanging: dict[int, set[str]] = field(default_factory=dict)
    passive: dict[int, bool] = field(default_factory=dict)
    parts: dict[int, str] = field(default_factory=dict)
    telling: dict[int, set[str]] = field(default_factory=dict)
    objects: dict[tuple[int, bool, frozenset[str]], list[Token]] = field(default_factory=dict)
    fitting: dict[int, list["Trigger"]] = field(default_factory=dict)
    senses: dict[int, list[Sense]] = field(default_factory=dict)
    _words: dict[int, frozenset[str]] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        words, spaces = self.sentence.words, self.sentence.spaces
        self.text = "".join([f"{word} " if space else word for word, space in zip(words, spaces, strict=True)])
        self.tokens = tokens_of(self.doc)
        self.tags = [token.tag_ for token in self.tokens]
        self.lower = [token.text.lower() for token in self.tokens]
        self._starts = self.sentence.word_starts()
        at = 0
        for name in self.names:
            while at < len(words) and self._starts[at] < name.start:
                at += 1
            while at < len(words) and self._starts[at] < name.end:
                self.name_of[at] = name
                at += 1

    def start(self, token: Token) -> int:
        """Where a token begins in the body."""
        return self._starts[token.i]

    def end(self, token: Token) -> int:
        """Where a token ends in the body, exclusive."""
        return self._starts[token.i] + len(self.sentence.words[token.i])

    def cut(self, start: int, end: int) -> str:
        """The article's own words between two offsets into the body."""
        return self.text[start - self.sentence.start : end - self.sentence.start]

    def lemmas(self, token: Token, pos: str) -> list[str]:
        """The codebook's lemmas that a token can be a form of; with its compound first ("prime minister")."""
        key = (token.i, pos)
        found = self._lemmas.get(key)
        if found is None:
            found = self._lemmas[key] = self._looked_up(token, pos)
        return found

    def _looked_up(self, token: Token, pos: str) -> list[str]:
        word = self.lower[token.i]
        found = list(self.codebook.lemmas(word, pos))
        if pos == "noun" and token.i:
            pair = f"{self.lower[token.i - 1]} {word}"
            found = [*self.codebook.lemmas(pair, pos), *found]
        return found

    def words(self, token: Token) -> frozenset[str]:
        """The word in lower case, and the lemmas that it can be a form of as noun, verb and adjective."""
        found = self._words.get(token.i)
        if found is None:
            lemmas = (lemma for pos in ("noun", "verb", "adj") for lemma in self.lemmas(token, pos))
            found = self._words[token.i] = frozenset((self.lower[token.i], *lemmas))
        return found

    def may_say(self, words: frozenset[str]) -> bool:
        """Whether one of some words or lemmas stands anywhere in the sentence: cheaper than to look in its place."""
        if not self._said:
            self._said = self.codebook.said_by(self.lower)
        return not words.isdisjoint(self._said)

    def is_verb(self, token: Token) -> bool:
        """Whether the tagger took it for a verb."""
        return self.tags[token.i] in VERB_TAGS

    def is_noun(self, token: Token) -> bool:
        """Whether the tagger took it for a noun."""
        return self.tags[token.i] in NOUN_TAGS


def conjuncts(token: Token) -> list[Token]:
    """The token and what is joined to it by "and" or commas, itself first."""
    found = [token]
    for child in token.rights:
        if child.dep_ == "conj":
            found.extend(conjuncts(child))
    return found


def is_passive(parsed: Parsed, verb: Token) -> bool:
    """Whether a verb stands in the passive: "was arrested", "the man arrested in Baku", "arrested and deported".

    Headlines leave the auxiliary out ("Baku accused of breaking truce"): a verb that needs an object and has none.
    """
    found = parsed.passive.get(verb.i)
    if found is None:
        found = parsed.passive[verb.i] = _is_passive(parsed, verb)
    return found


def _is_passive(parsed: Parsed, verb: Token) -> bool:
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    labels = {child.dep_ for child in verb.children}
    if verb.tag_ in ("VBD", "VBN") and "aux" not in labels and any(_does(parsed, child) for child in verb.rights):
        return True  # "TikTok fined €345m by the regulator"
    if verb.tag_ in ("VBD", "VBN") and "nsubj" in labels and not labels & _HAS_OBJECT:
        transitive: list[str] = parsed.codebook.language["clauses"]["transitive"]
        return any(lemma in transitive for lemma in parsed.lemmas(verb, "verb"))
    if verb.tag_ != "VBN" or any(child.dep_ == "aux" for child in verb.children):
        return False  # "had rejected": a perfect, whatever it hangs on
    if verb.dep_ in ("acl", "amod", "advcl"):
        return True
    own = any(child.dep_ in ("nsubj", "aux", "auxpass") for child in verb.children)
    return verb.dep_ == "conj" and not own and is_passive(parsed, verb.head)


def _does(parsed: Parsed, preposition: Token) -> bool:
    """Whether a "by" names somebody who acts: "by a court", not "by telephone"."""
    if preposition.dep_ != "agent":
        return False
    agents = parsed.codebook.agents
    nouns = [noun for noun in preposition.children if noun.dep_ == "pobj"]
    named = any(t.i in parsed.name_of for noun in nouns for t in (noun, *noun.lefts))
    return named or any(lemma in agents for noun in nouns for lemma in parsed.lemmas(noun, "noun"))


def direct_objects(verb: Token) -> list[Token]:
    """The heads of the direct object with conjuncts; of a passive verb, its subject."""
    found: list[Token] = []
    for child in verb.children:
        if child.dep_ in ("dobj", "oprd"):
            found.extend(conjuncts(child))
        elif child.dep_ == "ccomp" and child.tag_ == "VBG" and child.i > verb.i:
            # "accept refugees fleeing war": the parser tends to take the participle for a clause.
            bare = not any(c.dep_ in ("mark", "aux") for c in child.children)
            found.extend(t for c in child.children if bare and c.dep_ == "nsubj" for t in conjuncts(c))
    return found


def is_called(noun: Token) -> bool:
    """Whether a noun is only what the object of its verb is called or made: "agents" in "branded them agents"."""
    beside = ("dobj", "nsubjpass") if noun.dep_ == "oprd" else ()
    return any(child.dep_ in beside and child.i < noun.i for child in noun.head.children)


def prepositional(parsed: Parsed, token: Token, word: str) -> Iterator[Token]:
    """The objects of a preposition that hangs on a token; `word` may be two words ("out of")."""
    first, _, second = word.partition(" ")
    for child in token.children:
        if child.dep_ not in ("prep", "agent", "dative", "prt", "advmod") or parsed.lower[child.i] != first:
            continue
        carrier = child
        if second:
            inner = [c for c in child.children if c.dep_ == "prep" and parsed.lower[c.i] == second]
            if not inner:
                continue
            carrier = inner[0]
        for grandchild in carrier.children:
            if grandchild.dep_ == "pobj":
                yield from conjuncts(grandchild)


def attached(parsed: Parsed, token: Token) -> set[str]:
    """The particles, prepositions and denials that hang on a token, alone and in pairs ("out", "out of", "not").

    Those on the direct object count too, since the parser often hangs them there ("placed a leader under arrest"), but
    for "of", which belongs to it; and so do the "to" of an infinitive ("told Israel to leave") and what opens a
    question ("asked whether he would stand").
    """
    found = parsed.hanging.get(token.i)
    if found is None:
        found = parsed.hanging[token.i] = _attached(parsed, token)
    return found


def _attached(parsed: Parsed, token: Token) -> set[str]:
    words: set[str] = set()
    for child in token.children:
        if child.dep_ in ("prt", "prep", "advmod", "agent", "dative", "neg"):
            word = parsed.lower[child.i]
            words.add(word)
            words.update(f"{word} {parsed.lower[c.i]}" for c in child.children if c.dep_ == "prep")
        elif child.dep_ == "dobj" and parsed.is_verb(token):
            words.update(parsed.lower[c.i] for c in child.rights if c.dep_ == "prep" and parsed.lower[c.i] != "of")
        elif child.dep_ in ("xcomp", "ccomp"):
            words.update(parsed.lower[c.i] for c in child.lefts if c.dep_ == "aux" and c.tag_ == "TO")
        if child.dep_ in ("advcl", "xcomp", "ccomp"):
            # "called for Baku to withdraw"
            words.update("for" for c in child.lefts if c.dep_ == "mark" and parsed.lower[c.i] == "for")
            if child.i > token.i:
                words.update(parsed.lower[c.i] for c in child.lefts if _opens_question(parsed, c, child))
    return words


def _opens_question(parsed: Parsed, word: Token, clause: Token) -> bool:
    """Whether a word opens a clause as a question: "whether", and where it is an object, "if", "when" or "who"."""
    if clause.dep_ != "ccomp":
        return parsed.lower[word.i] == "whether"
    return parsed.lower[word.i] in _ASKING or parsed.tags[word.i] in _QUESTION_TAGS


def says_what(parsed: Parsed, clause: Token) -> bool:
    """Whether an adverbial clause says what is wanted, and not when or why: "called for Rome to leave"."""
    marks = [parsed.lower[c.i] for c in clause.lefts if c.dep_ == "mark" or c.tag_ == "WRB"]
    return all(mark in ("for", "that") for mark in marks) if marks else clause.tag_ == "VB"

"""Names what speaks for a noun of a sentence being actor or recipient of what is told, whatever it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tasks.learning.relation_features import way
from tasks.learning.words import Words
from tasks.transform.coding.clauses import MODIFIERS, NOUN_TAGS, is_passive
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.parties import Party
from tasks.transform.coding.tokens import Token

_TAGS: Final = NOUN_TAGS | {"PRP", "CD", "DT"}
"""Tags of words that can name a party."""
_INSIDE: Final = MODIFIERS | {"nummod", "det", "npadvmod", "quantmod", "appos", "case", "punct"}
"""Labels of words that stand within another's noun phrase."""
_DEEPEST: Final = 8
_MOST: Final = 5
_OBJECTS: Final = ("dobj", "dative")


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence with the events that the rules coded in it, and the nouns that can be a party of what it tells."""

    words: Words
    events: Sequence[Coded]
    nouns: Sequence[Token]
    number: int = 0
    """Which sentence of the text, from 0."""


def scenes_of(read: Sequence[tuple[Words, Sequence[Coded]]]) -> list[Scene]:
    """The sentences of a text with their candidates: the head of each noun phrase, in text order."""
    return [
        Scene(words, events, [t for t in words.parsed.tokens if t.tag_ in _TAGS and t.dep_ not in _INSIDE], number)
        for number, (words, events) in enumerate(read)
    ]


def noun_features(told: Scene, noun: Token) -> dict[str, float]:
    """The features of a candidate, alike for actor and recipient, by name."""
    found = {*_of_place(told, noun), *_of_verb(told, noun), *_of_phrase(told, noun), *_of_events(told, noun)}
    features = dict.fromkeys(found, 1.0)
    for above in told.words.above(noun)[:3]:
        for kind, share in told.words.votes(above).items():
            name = f"votes {kind} {noun.dep_}"
            features[name] = features.get(name, 0.0) + share
    return features


def recipient_features(told: Scene, noun: Token, actor: Token | None) -> dict[str, float]:
    """The features of a candidate for the recipient of what `actor` does (None: nobody in this sentence)."""
    return noun_features(told, noun) | dict.fromkeys(_beside(told, noun, actor), 1.0)


def _steps(words: Words, noun: Token) -> list[str]:
    """The labels from a noun up to the root, with the word of a preposition."""
    chain = [noun, *words.above(noun)][:-1]
    return [t.dep_ + (f":{words.parsed.lower[t.i]}" if t.dep_ in ("prep", "agent") else "") for t in chain[:_DEEPEST]]


def _verb(words: Words, noun: Token) -> Token:
    """The verb that governs a noun, else the root."""
    above = words.above(noun)
    return next((t for t in above if words.parsed.is_verb(t)), above[-1] if above else noun)


def _of_place(told: Scene, noun: Token) -> Iterator[str]:
    words, nouns = told.words, told.nouns
    steps, at = _steps(words, noun), [t.i for t in nouns].index(noun.i)
    above = words.above(noun)
    root = above[-1] if above else noun
    side = "before" if noun.i < root.i else "after"
    yield from (f"path {'/'.join(steps)}", f"bare path {'/'.join(s.partition(':')[0] for s in steps)}")
    yield from (f"three steps {'/'.join(steps[:3])}", f"two steps {'/'.join(steps[:2])}", f"depth {len(steps)}")
    yield from (f"label {noun.dep_}", f"tag {noun.tag_} {noun.dep_}", f"form {words.form(noun)}")
    yield from (
        f"root {words.form(root)} {side}",
        f"root tag {root.tag_} {side}",
        f"root {words.stem(root)} {steps[:1]}",
    )
    yield from (f"noun {min(at, _MOST)}", f"noun from the end {min(len(nouns) - at, _MOST)}")
    same = sum(t.i < noun.i and t.dep_ == noun.dep_ for t in nouns)
    yield from (f"same label before {noun.dep_} {min(same, 3)}", f"sentence {min(told.number, 2)}")


def _of_verb(told: Scene, noun: Token) -> Iterator[str]:
    words, steps = told.words, _steps(told.words, noun)
    verb = _verb(words, noun)
    form, over = words.form(verb), words.form(verb.head)
    first, second = (*steps, "", "")[:2]
    yield from (f"verb {form} {noun.dep_}", f"verb {form} {first} {second}", f"verb stem {words.stem(verb)} {first}")
    yield from (f"verb label {verb.dep_} {noun.dep_}", f"verb label {verb.dep_} {over} {noun.dep_}")
    yield from (f"passive {is_passive(words.parsed, verb)} {noun.dep_}", f"verb {form} {second}")
    has_object = any(child.dep_ in _OBJECTS for child in verb.children)
    yield f"object {has_object} {first} {second}"
    for name, word in (("verb", verb), ("head", noun.head)):
        if best := words.best_type(word):
            yield from (f"{name} fits {best} {first}", f"{name} fits {best} {first} {second}")
    yield from (f"under {words.form(noun.head)} {noun.dep_}", f"under {words.stem(noun.head)}")
    if noun.dep_ == "pobj":
        prep = words.parsed.lower[noun.head.i]
        higher = noun.head.head
        yield from (f"prep {prep} {form}", f"prep {prep} {words.form(higher)}", f"prep {prep} {words.stem(higher)}")
        yield f"prep {prep} {higher.tag_} {noun.head.dep_} {higher.dep_}"
        if best := words.best_type(higher):
            yield f"prep {prep} of {best}"


def _of_phrase(told: Scene, noun: Token) -> Iterator[str]:
    """What the noun phrase is made of: names, adjectives of nations, its first word, and the words around it."""
    words, doc = told.words, told.words.parsed.tokens
    first = noun.left_edge.i
    phrase = doc[first : noun.i + 1]
    names = sum(t.tag_ in ("NNP", "NNPS") for t in phrase)
    kinds = sorted({words.parsed.name_of[t.i].entry.kind for t in phrase if t.i in words.parsed.name_of})
    yield from (
        f"names {min(names, 3)} {noun.dep_}",
        f"kinds {' '.join(kinds)} {noun.dep_}",
        f"kinds {' '.join(kinds)}",
    )
    below = {words.parsed.name_of[t.i].entry.kind for t in noun.subtree if t.i > noun.i and t.i in words.parsed.name_of}
    yield from (f"below {kind} {noun.dep_}" for kind in below)
    capital = noun.text[:1].isupper()
    yield from (f"first {phrase[0].tag_}", f"length {min(len(phrase), 6)}", f"capital {capital} {noun.dep_}")
    before = words.form(doc[first - 1]) if first else "^"
    after = words.form(doc[noun.i + 1]) if noun.i + 1 < len(doc) else "$"
    yield from (f"before {before}", f"after {after}")
    yield from (f"modifier {words.form(t)}" for t in noun.children if t.dep_ in MODIFIERS)
    yield from (f"form stem {words.stem(noun)}", f"form {words.form(noun)} {noun.dep_}")
    if best := words.best_type(noun):
        yield from (f"itself {best}", "itself an act")


def _of_events(told: Scene, noun: Token) -> Iterator[str]:
    """Which sides of the coded events stand in the phrase."""
    first, last = told.words.parsed.start(noun.left_edge), told.words.parsed.end(noun)

    def inside(parties: Sequence[Party]) -> bool:
        return any(p.start < last and first < p.end for p in parties)

    for event in told.events:
        sides = ("A" if inside(event.actors) else "") + ("R" if inside(event.recipients) else "")
        yield from (f"coded {sides}", f"coded {sides} {event.event_type}", f"coded {sides} {noun.dep_}")
        yield f"coded {sides} {min(len(told.words.above(event.trigger)), 3)}"
        if event.reciprocal:
            yield f"coded {sides} together"
        if event.trigger.i == noun.i:
            yield "trigger"


def _beside(told: Scene, noun: Token, actor: Token | None) -> Iterator[str]:
    """How a candidate stands to the actor: the way through the parse, and where it turns."""
    if actor is None:
        yield "no actor"
        return
    words = told.words
    if actor.i == noun.i:
        verb = _verb(words, noun)
        joined = any(t.dep_ in ("conj", "cc") for t in noun.children)
        yield from (
            "the actor",
            f"the actor {joined}",
            f"the actor {words.form(verb)}",
            f"the actor {words.best_type(verb)}",
        )
        return
    first, turn, second = way(words, actor, noun)
    if turn is None:
        yield "another tree"
        return
    up = "<".join(t.dep_ for t in first)
    down = ">".join(
        t.dep_ + (f":{words.parsed.lower[t.i]}" if t.dep_ in ("prep", "agent") else "") for t in reversed(second)
    )
    bare = ">".join(t.dep_ for t in reversed(second))
    form, best = words.form(turn), words.best_type(turn)
    yield from (f"way {up}|{down}", f"way {up}|{bare}", f"way down {down}", f"way {up} {form} {down}")
    yield from (f"turn {form} {down}", f"turn {words.stem(turn)} {bare}", f"turn type {best} {down}", f"turn {form}")
    between = sum(actor.i < t.i < noun.i for t in told.nouns)
    yield from (
        f"between {min(between, 4)}" if noun.i > actor.i else "before the actor",
        f"between {min(between, 3)} {bare}",
    )
    if actor.i in {t.i for t in words.above(noun)}:
        yield "below the actor"
    for token in second[1:]:
        yield from (f"way over {words.form(token)}", f"way over {words.form(token)} {second[0].dep_}")
        if kind := words.best_type(token):
            yield f"way over {kind} {second[0].dep_}"
    verbs = sum(words.parsed.is_verb(t) for t in second)
    yield f"verbs on the way {min(verbs, 3)}"
    here = {t.i for t in second}
    rivals = [
        t for t in told.nouns if t.i not in here and any(a.i == turn.i for a in words.above(t)) and t.i != actor.i
    ]
    nearer = sum(actor.i < t.i < noun.i and len(way(words, actor, t)[2]) <= len(second) for t in rivals)
    yield from (f"nearer {min(nearer, 3)}", f"nearer {min(nearer, 3)} {bare}", f"only {not rivals}")

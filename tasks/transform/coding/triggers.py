"""Finds the words of a sentence that make events, and the sense in which each is meant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from spacy.tokens import Token

from tasks.transform.coding.clauses import (
    ADJ_TAGS,
    MODIFIERS,
    SUBJECTS,
    Parsed,
    attached,
    conjuncts,
    direct_objects,
    is_passive,
    prepositional,
)
from tasks.transform.coding.codebook import Codebook, Sense

_SUBJECT_LABELS: Final = ("nsubj", "nsubjpass")


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word in one sense. `object` is the noun that the sense asked for ("sanctions" in "imposed sanctions")."""

    token: Token
    sense: Sense
    object: Token | None


def find_triggers(parsed: Parsed, codebook: Codebook) -> Iterator[list[Trigger]]:
    """For each word that can be a trigger, the senses that fit, best first; words nearest the root come first."""
    possible = ((t, list(_senses(parsed, codebook, t))) for t in parsed.doc if t.i not in parsed.name_of)
    for token, senses in sorted(((t, some) for t, some in possible if some), key=lambda found: _depth(found[0])):
        if fitting := [trigger for sense in senses if (trigger := fits(parsed, token, sense))]:
            yield fitting


def _depth(token: Token) -> tuple[int, int]:
    return sum(1 for _ in token.ancestors), token.i


def _senses(parsed: Parsed, codebook: Codebook, token: Token) -> Iterator[Sense]:
    """The senses of a token by its part of speech; a verb in the present that was tagged as a noun counts as both."""
    pos = part_of_speech(parsed, token)
    if not pos:
        return
    for lemma in parsed.lemmas(token, pos):
        yield from codebook.senses.get((pos, lemma), ())


def part_of_speech(parsed: Parsed, token: Token) -> str:
    """`verb`, `noun` or `adj` as the codebook has them; "" for any other word."""
    if parsed.is_verb(token):
        return "noun" if token.tag_ == "VBG" and token.dep_ in ("nsubj", "dobj", "compound", "pobj") else "verb"
    if parsed.is_noun(token):
        if any(child.dep_ in SUBJECTS for child in token.children) and token.dep_ in ("ROOT", "ccomp"):
            return "verb"
        return "noun"
    return "adj" if token.tag_ in ADJ_TAGS else ""


def fits(parsed: Parsed, token: Token, sense: Sense) -> Trigger | None:
    """The trigger, when the conditions on its surroundings hold; those on its parties (`needs`) are checked later."""
    hanging = _hanging(parsed, token)
    if sense.with_ and not sense.with_ & hanging:
        return None
    objects = _objects(parsed, token, sense)
    wanted: Token | None = None
    if sense.objects:
        wanted = next((o for o in objects if _is_one_of(parsed, o, sense.objects)), None)
        if wanted is None:
            return None
    if sense.without and _ruled_out(parsed, sense, token, objects, hanging):
        return None
    return Trigger(token, sense, wanted)


def _hanging(parsed: Parsed, token: Token) -> set[str]:
    """What hangs on a word as it says what the word means.

    That is not a phrase of time or one before a verb ("On Monday Paris called Rome on Friday" is no "call on"); an
    infinitive of purpose counts ("called Rome to discuss trade").
    """
    words = attached(parsed, token)
    if not parsed.is_verb(token):
        return words
    idle = {c.i for c in token.children if c.dep_ == "prep" and (c.i < token.i or _is_of_time(parsed, c))}
    idle_words = {parsed.lower[i] for i in idle if any(g.dep_ == "pobj" for g in parsed.doc[i].children)}
    others = {parsed.lower[c.i] for c in token.children if c.i not in idle}
    others |= {parsed.lower[g.i] for c in token.rights if c.dep_ == "dobj" for g in c.rights if g.dep_ == "prep"}
    words = {word for word in words if word.partition(" ")[0] not in idle_words - others}
    if any(c.dep_ == "advcl" and c.tag_ == "VB" and c.i > token.i for c in token.children):
        words.add("to")
    return words


def _is_of_time(parsed: Parsed, preposition: Token) -> bool:
    """Whether a preposition only says when: "on Wednesday", "in March"."""
    dates: Mapping[str, Any] = parsed.codebook.language["dates"]
    objects = [c for c in preposition.children if c.dep_ == "pobj"]
    return (
        parsed.lower[preposition.i] in dates["when"]
        and bool(objects)
        and all(
            parsed.lower[o.i].rstrip(".") in dates["weekdays"] or parsed.lower[o.i].rstrip(".") in dates["months"]
            for o in objects
        )
    )


def measured(parsed: Parsed, noun: Token) -> list[Token]:
    """What a noun or figure only measures: games in "ten days of war games", supplies in "$2 million in supplies"."""
    measures: list[str] = parsed.codebook.language["clauses"]["measures"]
    words = {parsed.lower[noun.i], *parsed.lemmas(noun, "noun")}
    if noun.tag_ != "CD" and words.isdisjoint(measures):
        return []
    return [t for word in ("of", "in") for t in prepositional(parsed, noun, word)]


def _objects(parsed: Parsed, token: Token, sense: Sense) -> list[Token]:
    """The nouns on which the condition `object` of a sense is tried."""
    if sense.pos == "noun":
        found = [t for child in token.lefts if child.dep_ in MODIFIERS for t in conjuncts(child)]
        for word in ("of", *sorted(sense.with_)):
            found.extend(prepositional(parsed, token, word))
        return found
    found = direct_objects(token)
    if is_passive(parsed, token):
        found.extend(t for child in token.children if child.dep_ in SUBJECTS for t in conjuncts(child))
        if token.dep_ == "acl":
            found.append(token.head)
    found.extend(t for child in token.children if child.dep_ in ("attr", "acomp") for t in conjuncts(child))
    for word in sorted(sense.with_):
        found.extend(prepositional(parsed, token, word))
    return [t for noun in found for t in (noun, *measured(parsed, noun))]


def _is_one_of(parsed: Parsed, token: Token, words: frozenset[str]) -> bool:
    if "@actor" in words and (
        token.i in parsed.name_of or any(c.i in parsed.name_of for c in token.lefts if c.dep_ in MODIFIERS)
    ):
        return True
    if parsed.lower[token.i] in words:
        return True
    return any(lemma in words for pos in ("noun", "verb", "adj") for lemma in parsed.lemmas(token, pos))


def _ruled_out(parsed: Parsed, sense: Sense, token: Token, objects: list[Token], hanging: set[str]) -> bool:
    """Whether a word of `without` stands as object, subject, modifier, particle or in a phrase that the sense names."""
    without = sense.without
    prepositions = {"of", *sense.with_, *sense.recipient}
    if without & hanging:
        return True
    nearby = list(objects)
    for child in token.children:
        if child.dep_ in (*_SUBJECT_LABELS, *MODIFIERS, "dobj", "attr", "acomp", "advmod", "oprd"):
            nearby.append(child)
        if child.dep_ == "prep" and parsed.lower[child.i] in prepositions:
            nearby.extend(c for c in child.children if c.dep_ == "pobj")
    nearby.extend(c for o in list(nearby) for c in o.lefts if c.dep_ in ("compound", "amod"))
    if token.dep_ in ("compound", "amod"):
        nearby.append(token.head)
    return any(parsed.lower[t.i] in without or _is_one_of(parsed, t, without - {"@actor"}) for t in nearby)

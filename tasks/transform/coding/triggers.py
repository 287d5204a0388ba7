"""Finds the words of a sentence that make events, and the sense in which each is meant."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

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
from tasks.transform.coding.codebook import NAMED, Codebook, Sense
from tasks.transform.coding.tokens import Token

_SUBJECT_LABELS: Final = ("nsubj", "nsubjpass")
_FINITE: Final = frozenset({"VBD", "VBP", "VBZ"})
_SURELY_FINITE: Final = frozenset({"VBD", "VBZ"})
"""Those that no "insists that they leave" has: a subjunctive looks like the present of a plural."""
_TOLD: Final = frozenset({"aux", "neg", "attr", "acomp", "dobj", "advmod", "oprd", "prep"})
"""Labels of the words below the verb of a clause that tell what is said there."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word in one sense. `object` is the noun that the sense asked for ("sanctions" in "imposed sanctions")."""

    token: Token
    sense: Sense
    object: Token | None


def find_triggers(parsed: Parsed, codebook: Codebook) -> Iterator[list[Trigger]]:
    """For each word that can be a trigger, the senses that fit, best first; words nearest the root come first.

    Senses that need the model are left out.
    """
    for token in sorted(with_senses(parsed, codebook), key=_depth):
        if found := [trigger for trigger in fitting(parsed, codebook, token) if not trigger.sense.doubtful]:
            yield found


def with_senses(parsed: Parsed, codebook: Codebook) -> list[Token]:
    """The words of a sentence that have senses, in text order."""
    words = codebook.words_with_senses
    return [t for t in parsed.tokens if parsed.lower[t.i] in words and senses_of(parsed, codebook, t)]


def fitting(parsed: Parsed, codebook: Codebook, token: Token) -> list[Trigger]:
    """The senses of a word that fit, in the order of the codebook; worked out once a sentence."""
    found = parsed.fitting.get(token.i)
    if found is None:
        tried = [fits(parsed, token, sense) for sense in senses_of(parsed, codebook, token)]
        found = parsed.fitting[token.i] = [trigger for trigger in tried if trigger is not None]
    return found


def _depth(token: Token) -> tuple[int, int]:
    return sum(1 for _ in token.ancestors), token.i


def senses_of(parsed: Parsed, codebook: Codebook, token: Token) -> list[Sense]:
    """The senses of a word by its part of speech, whether they fit or not; a name has none."""
    found = parsed.senses.get(token.i)
    if found is None:
        found = parsed.senses[token.i] = _read_senses(parsed, codebook, token)
    return found


def _read_senses(parsed: Parsed, codebook: Codebook, token: Token) -> list[Sense]:
    if parsed.lower[token.i] not in codebook.words_with_senses or token.i in parsed.name_of:
        return []
    pos = part_of_speech(parsed, token)
    if not pos:
        return []
    return [sense for lemma in parsed.lemmas(token, pos) for sense in codebook.senses.get((pos, lemma), ())]


def part_of_speech(parsed: Parsed, token: Token) -> str:
    """`verb`, `noun` or `adj` as the codebook has them; "" for any other word.

    A verb in the present that was tagged as a noun is a verb where it has a subject.
    """
    found = parsed.parts.get(token.i)
    if found is None:
        found = parsed.parts[token.i] = _part_of_speech(parsed, token)
    return found


def _part_of_speech(parsed: Parsed, token: Token) -> str:
    if parsed.is_verb(token):
        return "noun" if token.tag_ == "VBG" and token.dep_ in ("nsubj", "dobj", "compound", "pobj") else "verb"
    if parsed.is_noun(token):
        if token.dep_ in ("ROOT", "ccomp") and any(child.dep_ in SUBJECTS for child in token.children):
            return "verb"
        return "noun"
    return "adj" if parsed.tags[token.i] in ADJ_TAGS else ""


def fits(parsed: Parsed, token: Token, sense: Sense) -> Trigger | None:
    """The trigger, when the conditions on its surroundings hold; those on its parties (`needs`) are checked later."""
    if sense.objects and NAMED.isdisjoint(sense.objects) and not parsed.may_say(sense.objects):
        return None
    hanging = _hanging(parsed, token)
    if sense.with_ and sense.with_.isdisjoint(hanging):
        return None
    if not sense.objects and not sense.without:
        return Trigger(token, sense, None)
    objects = _objects(parsed, token, sense)
    told = tuple(_told(token)) if sense.pos == "verb" and "clause" in sense.recipient else ()
    wanted: Token | None = None
    if sense.objects:
        wanted = next((o for o in (*objects, *told) if _is_one_of(parsed, o, sense.objects)), None)
        if wanted is None:
            return None
    stated = [word for word in told if _is_stated(word)]
    if sense.without and _ruled_out(parsed, sense, token, [*objects, *stated], hanging):
        return None
    if "@stated" in sense.without and any(_is_indicative(word) for word in stated):
        return None
    return Trigger(token, sense, wanted)


def _hanging(parsed: Parsed, token: Token) -> set[str]:
    """What hangs on a word as it says what the word means.

    That is not a phrase of time or one before a verb ("On Monday Paris called Rome on Friday" is no "call on"); an
    infinitive of purpose counts ("called Rome to discuss trade").
    """
    found = parsed.telling.get(token.i)
    if found is None:
        found = parsed.telling[token.i] = _read_hanging(parsed, token)
    return found


def _read_hanging(parsed: Parsed, token: Token) -> set[str]:
    words = attached(parsed, token)
    if not parsed.is_verb(token):
        return words
    children = list(token.children)
    idle = {c.i for c in children if c.dep_ == "prep" and (c.i < token.i or _is_of_time(parsed, c))}
    idle_words = {parsed.lower[i] for i in idle if any(g.dep_ == "pobj" for g in parsed.tokens[i].children)}
    if idle_words:
        others = {parsed.lower[c.i] for c in children if c.i not in idle}
        others |= {parsed.lower[g.i] for c in token.rights if c.dep_ == "dobj" for g in c.rights if g.dep_ == "prep"}
        words = {word for word in words if word.partition(" ")[0] not in idle_words - others}
    if any(c.dep_ == "advcl" and c.tag_ == "VB" and c.i > token.i for c in children):
        return words | {"to"}
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
    key = (token.i, sense.pos == "noun", sense.with_)
    found = parsed.objects.get(key)
    if found is None:
        found = parsed.objects[key] = _read_objects(parsed, token, sense)
    return found


def _read_objects(parsed: Parsed, token: Token, sense: Sense) -> list[Token]:
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


def _told(verb: Token) -> Iterator[Token]:
    """The words of a clause under a verb that tell what is said there: its verb, auxiliaries and predicate.

    "Says Rome broke the law", "said they must go", "calls the plan illegal", "said Oslo was behind it", and "France is
    lying, says Niger".
    """
    for clause in verb.children:
        if clause.dep_ in ("ccomp", "xcomp") or (clause.dep_ == "advcl" and clause.i < verb.i):
            for act in conjuncts(clause):
                yield act
                yield from (c for c in act.children if c.dep_ in _TOLD)


def _is_stated(word: Token) -> bool:
    """Whether a word of a clause is its verb and states something: "won" in "says he won", not in "asks him to win"."""
    return word.dep_ not in _TOLD and (word.tag_ != "VB" or any(child.tag_ == "MD" for child in word.lefts))


def _is_indicative(verb: Token) -> bool:
    """Whether a verb says how something is: "insists he did it", not "insists that he leave", "insists he must"."""
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    if any(c.tag_ == "MD" for c in helpers):
        return False
    return verb.tag_ in _SURELY_FINITE or any(c.tag_ in _FINITE for c in helpers)


def _is_one_of(parsed: Parsed, token: Token, words: frozenset[str]) -> bool:
    if "@actor" in words and (
        token.i in parsed.name_of or any(c.i in parsed.name_of for c in token.lefts if c.dep_ in MODIFIERS)
    ):
        return True
    if "@named_person" in words and token.i in parsed.name_of and parsed.name_of[token.i].entry.kind == "person":
        return True
    return not words.isdisjoint(parsed.words(token))


def _ruled_out(parsed: Parsed, sense: Sense, token: Token, objects: list[Token], hanging: set[str]) -> bool:
    """Whether a word of `without` stands as object, subject, modifier, particle or in a phrase that the sense names."""
    without = sense.without
    prepositions = {"of", *sense.with_, *sense.recipient}
    if without & hanging or ("@object" in without and _has_own_object(parsed, sense, token)):
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
    return any(not without.isdisjoint(parsed.words(t)) for t in nearby)


def _has_own_object(parsed: Parsed, sense: Sense, token: Token) -> bool:
    """Whether a verb has a direct object before the word that the sense names: "called the police on them"."""
    words = [child.i for child in token.rights if parsed.lower[child.i] in sense.with_]
    return any(token.i < found.i < min(words, default=found.i + 1) for found in direct_objects(token))

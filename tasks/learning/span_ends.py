"""Finds where the words of a party end: a trained model says of each part behind its noun whether it belongs to it."""

from collections.abc import Callable, Iterator
from typing import Final

from tasks.learning.linear_model import RIGHT, LinearModel
from tasks.learning.relation_features import Span
from tasks.learning.words import Words
from tasks.transform.coding.tokens import Token

_DROPPED: Final = frozenset({"cc", "punct", "prep", "mark", "relcl", "intj"})
"""Labels of words before a noun that do not begin its phrase."""
_DEEPEST: Final = 12
_LONG: Final = 8

Belongs = Callable[[dict[str, float], Token], bool]
"""Whether a part belongs to the phrase, by its features and its own head."""


def span_of(words: Words, noun: Token, model: LinearModel) -> Span:
    """Where the phrase of a noun stands in the body."""
    last = walk(words, noun, lambda features, _: model.probabilities(features)[RIGHT] >= 0.5)
    return words.parsed.start(words.parsed.tokens[_first(noun)]), words.parsed.end(words.parsed.tokens[last])


def end_cases(words: Words, noun: Token, end: int) -> Iterator[tuple[dict[str, float], bool]]:
    """What is asked on the way to the end of a phrase that is known, with the answer; `end` is an offset."""
    asked: list[tuple[dict[str, float], bool]] = []

    def belongs(features: dict[str, float], part: Token) -> bool:
        inside = words.parsed.start(part.left_edge) < end
        asked.append((features, inside))
        return inside

    walk(words, noun, belongs)
    yield from asked


def walk(words: Words, noun: Token, belongs: Belongs) -> int:
    """The number of the last token of a phrase, asking of each part behind the noun; the first no ends it."""
    last, _ = _walk(words, noun, noun, belongs, 0)
    return _with_bracket(words, noun, last)


def _walk(words: Words, noun: Token, at: Token, belongs: Belongs, depth: int) -> tuple[int, bool]:
    """The last token below `at`, and whether all that is below it belongs."""
    last = at.i
    if depth > _DEEPEST:
        return last, False
    for part in at.rights:
        if part.dep_ == "punct":
            continue
        if not belongs(_features(words, noun, at, part, last, depth), part):
            return last, False
        last, whole = _walk(words, noun, part, belongs, depth + 1)
        if not whole:
            return last, False
    return last, True


def _with_bracket(words: Words, noun: Token, last: int) -> int:
    """The last token, or the closing bracket behind it where the phrase opened one."""
    doc = words.parsed.tokens
    inside = "".join(token.text for token in doc[noun.i : last + 1])
    closed = last + 1 < len(doc) and doc[last + 1].text == ")" and inside.count("(") > inside.count(")")
    return last + closed


def _first(noun: Token) -> int:
    first = noun.left_edge.i
    for child in noun.lefts:
        if child.dep_ in _DROPPED and child.left_edge.i == first:
            first = child.right_edge.i + 1
    return min(first, noun.i)


def _features(words: Words, noun: Token, at: Token, part: Token, last: int, depth: int) -> dict[str, float]:
    parsed = words.parsed
    lower = parsed.lower[part.i]
    between = list(parsed.tokens[last + 1 : part.left_edge.i])
    comma = "comma" if between else "next"
    kind = part.dep_ + (f":{lower}" if part.dep_ in ("prep", "cc", "case", "agent") else "")
    size = part.right_edge.i - part.left_edge.i + 1
    marks = " ".join(t.text for t in between)
    name = "name" if noun.tag_ in ("NNP", "NNPS") else noun.tag_
    length = min(last - noun.left_edge.i + 1, _LONG)
    found = {
        f"part {kind}", f"part {kind} {comma}", f"part {kind} {name}", f"part {kind} of {at.dep_}",
        f"part {kind} {noun.dep_}", f"part {kind} depth {min(depth, 3)}", f"marks {marks} {part.dep_}",
        f"part {kind} {words.form(at)}", f"part {part.dep_} {words.form(part)}",
        f"part {part.dep_} {part.tag_} {comma}",
        f"tags {at.tag_} {part.dep_} {part.tag_}", f"size {min(size, _LONG)} {part.dep_}",
        f"length {length} {part.dep_}",
        f"part {kind} {part.dep_} {noun.dep_} {name} {comma}", f"form {words.form(noun)} {part.dep_}",
        f"root subject {noun.dep_ in ('nsubj', 'nsubjpass')} {kind} {depth}", f"part {kind} {words.form(noun.head)}",
    }  # fmt: skip
    if part.dep_ == "cc":
        other = next((t for t in at.rights if t.dep_ == "conj"), None)
        if other is not None:
            alike = f"{at.tag_} {other.tag_} {words.form(at)[:1] == '<'} {words.form(other)[:1] == '<'}"
            first = parsed.tokens[other.left_edge.i].tag_
            found |= {f"joins {alike}", f"joins {alike} {noun.dep_}", f"joins to {first}", f"joins {words.form(other)}",
                      f"joins {noun.dep_} {depth} {min(other.i - at.i, _LONG)}"}  # fmt: skip
    below = next((t for t in part.children if t.dep_ == "pobj"), None)
    if below is not None:
        found |= {
            f"part {kind} > {words.form(below)}",
            f"part {kind} > {below.tag_}",
            f"{words.form(at)} {kind} {words.form(below)[:1] == '<'}",
        }
    return dict.fromkeys(found, 1.0)

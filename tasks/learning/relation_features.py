"""Names what a sentence says of the relation between two parties whose places are given."""

from collections.abc import Iterator, Sequence
from typing import Final

from tasks.learning.words import Words
from tasks.transform.coding.clauses import is_passive
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.parties import Party
from tasks.transform.coding.tokens import Token

Span = tuple[int, int]
"""Where something stands in the body: start and end (exclusive) in code points."""
_TELLING: Final = ("neg", "prt", "acomp", "attr", "dobj", "prep", "xcomp", "aux", "agent", "mark", "advmod")
_CONTENT: Final = ("dobj", "xcomp", "ccomp", "attr", "acomp")
_LONGEST_PATH: Final = 8


def relation_features(words: Words, events: Sequence[Coded], actor: Span, recipient: Span) -> dict[str, float]:
    """The features of what `actor` does to `recipient`; `events` are those that the rules coded in the sentence."""
    features: dict[str, float] = {}
    for name in (*_regions(words, actor, recipient), *_events(events, actor, recipient)):
        features[name] = 1.0
    for name, value in _votes_by_region(words, actor, recipient):
        features[name] = features.get(name, 0.0) + value
    one, other = words.head(*actor), words.head(*recipient)
    if one is None or other is None:
        return features | {"a party without words": 1.0}
    for name, value in _between_heads(words, one, other):
        features[name] = max(value, features.get(name, 0.0)) if value == 1.0 else features.get(name, 0.0) + value
    return features


def way(words: Words, one: Token, other: Token) -> tuple[list[Token], Token | None, list[Token]]:
    """From a word up to where the way to the other turns, and from the other up to there, if anywhere."""
    up, down = [one, *words.above(one)], [other, *words.above(other)]
    below = {token.i for token in down}
    turn = next((token for token in up if token.i in below), None)
    if turn is None:
        return up, None, down
    return up[: [t.i for t in up].index(turn.i)], turn, down[: [t.i for t in down].index(turn.i)]


def _region(words: Words, token: Token, actor: Span, recipient: Span) -> str:
    """Where a word stands: within the actor (A) or recipient (R), between them (B), before (L) or after (F) both."""
    start, end = words.parsed.start(token), words.parsed.end(token)
    if start < actor[1] and end > actor[0]:
        return "A"
    if start < recipient[1] and end > recipient[0]:
        return "R"
    if min(actor[1], recipient[1]) <= start < max(actor[0], recipient[0]):
        return "B"
    return "F" if start >= max(actor[1], recipient[1]) else "L"


def _regions(words: Words, actor: Span, recipient: Span) -> Iterator[str]:
    """The words of the sentence by region, and pairs of words between the parties."""
    order = "actor first" if actor[0] < recipient[0] else "recipient first"
    yield from ("any", order)
    before = ""
    for token in words.parsed.tokens:
        if token.is_punct:
            before = ""
            continue
        form, region = words.form(token), _region(words, token, actor, recipient)
        yield from (f"{region} {form}", f"{region} stem {words.stem(token)}", f"word {form}")
        if region == "B":
            yield f"{order} {form}"
            if before:
                yield f"B {before} {form}"
        before = form


def _votes_by_region(words: Words, actor: Span, recipient: Span) -> Iterator[tuple[str, float]]:
    for token in words.parsed.tokens:
        region = _region(words, token, actor, recipient)
        for kind, share in words.votes(token).items():
            yield f"votes {region} {kind}", share
            yield f"votes {kind}", share
        if best := words.best_type(token):
            yield f"fits {region} {best}", 1.0


def _events(events: Sequence[Coded], actor: Span, recipient: Span) -> Iterator[str]:
    """What the rules coded, and how much of it is between the two parties."""
    best, best_type, best_rank = -1.0, "none", "0"
    left, right = min(actor[1], recipient[1]), max(actor[0], recipient[0])
    for event in events:
        does = _any_at(event.actors, actor)
        suffers = _any_at(event.recipients, recipient) or (event.reciprocal and _any_at(event.actors, recipient))
        between = left <= event.trigger_start < right
        kind = event.event_type
        yield from (f"coded {kind}", f"coded {event.modality} {kind}")
        if does:
            yield f"coded by actor {kind}"
        if suffers:
            yield f"coded to recipient {kind}"
        if does and suffers:
            yield from (f"coded of both {kind}", f"coded of both {event.modality}")
        if between:
            yield f"coded between {kind}"
        rank = 2.0 * does + suffers + 0.5 * between
        if rank > best:
            best, best_type, best_rank = rank, kind, str(int(rank))
    yield from (f"nearest event {best_type}", f"nearest event {best_type} {best_rank}")


def _any_at(parties: Sequence[Party], span: Span) -> bool:
    return any(party.start < span[1] and party.end > span[0] for party in parties)


def _between_heads(words: Words, actor: Token, recipient: Token) -> Iterator[tuple[str, float]]:
    """The way through the parse from one party to the other, by the word where it turns."""
    first, turn, second = way(words, actor, recipient)
    if turn is not None:
        labels = "<".join(t.dep_ for t in first) + "|" + ">".join(t.dep_ for t in reversed(second))
        form = words.form(turn)
        yield from ((f"turn {form}", 1.0), (f"turn stem {words.stem(turn)}", 1.0), (f"turn tag {turn.tag_}", 1.0))
        yield from ((f"path {labels}", 1.0), (f"path {form} {labels}", 1.0))
        yield "path length", min(len(first) + len(second), _LONGEST_PATH) / _LONGEST_PATH
        yield from _shares(words, turn, "turn")
        yield from ((f"turn with {name}", 1.0) for name in _below(words, turn))
        for child in turn.children:
            if child.dep_ in _CONTENT:
                yield from ((f"content votes {kind}", share) for kind, share in words.votes(child).items())
        for side, inner in (("actor", first[1:]), ("recipient", second[1:])):
            for token in inner:
                yield from ((f"{side} way {words.form(token)}", 1.0), (f"{side} way stem {words.stem(token)}", 1.0))
                yield f"way {words.form(token)}", 1.0
                yield from _shares(words, token, f"{side} way")
    for side, head in (("actor", actor), ("recipient", recipient)):
        yield from _head(words, side, [head, *words.above(head)])
    yield from ((f"root {words.form(token)}", 1.0) for token in words.parsed.tokens if token.head.i == token.i)


def _below(words: Words, turn: Token) -> Iterator[str]:
    if is_passive(words.parsed, turn):
        yield "passive"
    for child in turn.children:
        if child.dep_ in _TELLING:
            yield f"{child.dep_} {words.form(child)}"
            yield f"{words.form(turn)} {words.form(child)}"


def _shares(words: Words, token: Token, place: str) -> Iterator[tuple[str, float]]:
    yield from ((f"{place} votes {kind}", share) for kind, share in words.votes(token).items())
    if best := words.best_type(token):
        yield f"{place} fits {best}", 1.0


def _head(words: Words, side: str, chain: Sequence[Token]) -> Iterator[tuple[str, float]]:
    """The head of a party, what it hangs on, and the verb that governs it."""
    head = chain[0]
    yield f"{side} head {words.form(head)}", 1.0
    yield from ((f"{side} head votes {kind}", share) for kind, share in words.votes(head).items())
    if len(chain) > 1:
        yield from ((f"{side} label {head.dep_}", 1.0), (f"{side} under {words.form(chain[1])} {head.dep_}", 1.0))
    verb = next((token for token in chain[1:] if words.parsed.is_verb(token)), None)
    if verb is not None:
        form = words.form(verb)
        yield from ((f"{side} verb {form}", 1.0), (f"{side} verb stem {words.stem(verb)}", 1.0))
        yield f"{side} verb {form} {head.dep_}", 1.0
        yield from _shares(words, verb, f"{side} verb")

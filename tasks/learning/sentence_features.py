"""Names what a text says as a whole, for telling its class: statement, cooperation or conflict, in words or deeds."""

from collections.abc import Iterator, Sequence

from tasks.learning.words import Words
from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coded import Coded


def sentence_features(sentences: Sequence[tuple[Words, Sequence[Coded]]], codebook: Codebook) -> dict[str, float]:
    """The features of a text from its sentences, each with the events that the rules coded in it."""
    features: dict[str, float] = {}
    for words, events in sentences:
        for name in (*_of_words(words), *_of_events(words, events, codebook)):
            features[name] = 1.0
        for name, value in _of_votes(words, codebook):
            features[name] = features.get(name, 0.0) + value
    every = [(len(words.above(e.trigger)), e.trigger_start, e) for words, events in sentences for e in events]
    features[f"events {min(len(every), 3)}"] = 1.0
    if every:
        _, _, first = min(every, key=lambda one: one[:2])
        features[f"top event {first.event_type}"] = 1.0
        features[f"top event quad {_quad(first.event_type, codebook)}"] = 1.0
    return features


def _quad(event_type: str, codebook: Codebook) -> int:
    return codebook.types[event_type].quad_class


def _of_words(words: Words) -> Iterator[str]:
    """Words, pairs of words, and who hangs on whom; the words near the root apart."""
    before = ""
    for token in words.parsed.tokens:
        if token.is_punct:
            before = ""
            continue
        form, stem, depth = words.form(token), words.stem(token), len(words.above(token))
        yield from (f"word {form}", f"stem {stem}", f"raw {words.parsed.lower[token.i]}")
        if before:
            yield f"pair {before} {form}"
        before = form
        if words.parsed.is_verb(token):
            yield f"verb {form}"
        if depth <= 2:
            yield f"depth {min(depth, 1)} {form}"
        if depth == 0:
            yield from (f"root {form}", f"root stem {stem}")
        if token.dep_ != "det":
            above = words.form(token.head)
            yield from (f"edge {above} {token.dep_} {form}", f"edge {above} {form}")


def _of_events(words: Words, events: Sequence[Coded], codebook: Codebook) -> Iterator[str]:
    for event in events:
        kind, quad, depth = event.event_type, _quad(event.event_type, codebook), len(words.above(event.trigger))
        yield from (f"coded {kind}", f"coded quad {quad}", f"coded {kind} {event.modality}")
        yield f"coded {kind} at {min(depth, 2)}"
        if depth <= 1:
            yield f"coded on top quad {quad}"


def _of_votes(words: Words, codebook: Codebook) -> Iterator[tuple[str, float]]:
    """What the codebook's senses say, the more the nearer to the root."""
    for token in words.parsed.tokens:
        weight = 1 / (1 + len(words.above(token)))
        for kind, share in words.votes(token).items():
            yield f"votes {kind}", share
            yield f"votes quad {_quad(kind, codebook)}", share
            yield f"votes on top {kind}", share * weight
        if best := words.best_type(token):
            yield f"fits {best}", 1.0
            yield f"fits quad {_quad(best, codebook)}", 1.0
            yield f"fits on top {best}", weight

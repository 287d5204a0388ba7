"""Parses sentences with spaCy: tagger and dependency parser only, since they are what takes the time."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import use_ops
from threadpoolctl import threadpool_limits

from tasks.transform.coding.models import model_name
from tasks.transform.coding.sentences import Sentence

_NOT_NEEDED: Final = ("ner", "lemmatizer", "attribute_ruler", "senter")
_BATCH: Final = 128


@cache
def _pipeline() -> Language:
    """The model, which multiplies matrices with numpy's OpenBLAS rather than thinc's BLIS.

    OpenBLAS takes a third of the time, and all of parsing .56 of it, for the same trees (measured 2026-12).
    It keeps to one thread, now and later in this process: each core has a process of its own.
    """
    threadpool_limits(1, user_api="blas")
    with use_ops("numpy", use_blis=False):
        return spacy.load(model_name().split()[0], exclude=list(_NOT_NEEDED))


def parse(sentences: Iterable[tuple[Sentence, tuple[str, ...]]]) -> Iterator[Doc]:
    """One parsed Doc a sentence, in order, read as a stream.

    Each sentence comes with the words that the parser is to see in place of its own (same number): headlines in
    Capitals are parsed in lower case, since the model was trained on running text.
    """
    nlp = _pipeline()
    docs = (Doc(nlp.vocab, words=list(words), spaces=list(sentence.spaces)) for sentence, words in sentences)
    yield from nlp.pipe(docs, batch_size=_BATCH)


def forget_words() -> AbstractContextManager[object]:
    """A block after which the parser forgets the words that were new to it; no Doc of the block may be used after it.

    Otherwise a process grows with every name that it reads: by 20 MB in 30,000 articles (measured 2026-11).
    """
    return _pipeline().memory_zone()

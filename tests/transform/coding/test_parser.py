"""The parser gives the trees of the installed model, whatever it is asked together with, on one thread."""

from collections.abc import Iterable

import pytest
import spacy
from spacy.tokens import Doc
from threadpoolctl import threadpool_info

from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.models import model_name
from tasks.transform.coding.parser import parse
from tasks.transform.coding.sentences import Sentence, Splitter

SAMPLE = shipped("data") / "sample"
Shown = tuple[Sentence, tuple[str, ...]]


@pytest.fixture(scope="module")
def shown() -> list[Shown]:
    """Sentences of the sample archive as the parser is shown them."""
    articles = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(SAMPLE.glob("*.txt"))]
    splitter = Splitter(load(shipped("config") / "codebook").language["sentences"])
    return [(one, one.words) for body in articles for one in splitter.split(body)]


def trees(docs: Iterable[Doc]) -> list[list[tuple[str, str, int]]]:
    return [[(word.tag_, word.dep_, word.head.i) for word in doc] for doc in docs]


def test_a_sentence_has_the_same_tree_alone_as_in_company(shown: list[Shown]) -> None:
    assert len(shown) > 200
    assert trees(parse(shown)) == [tree for one in shown for tree in trees(parse([one]))]


def test_the_trees_are_those_of_the_model_as_spacy_runs_it(shown: list[Shown]) -> None:
    nlp = spacy.load(model_name().split()[0], exclude=["ner", "lemmatizer", "attribute_ruler", "senter"])
    docs = [Doc(nlp.vocab, words=list(words), spaces=list(sentence.spaces)) for sentence, words in shown]
    assert trees(parse(shown)) == trees(nlp.pipe(docs))


def test_a_process_that_parses_keeps_to_one_thread(shown: list[Shown]) -> None:
    list(parse(shown[:1]))
    threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    assert threads
    assert set(threads) == {1}

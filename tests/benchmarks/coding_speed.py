"""Prints how fast the coder is beside the parser that it uses, and how much memory one process takes.

    python tests/benchmarks/coding_speed.py [--days 4] [--articles 1000] [--profile]

One process codes a sample of the English articles of the twelve days of feeds. Bars: without the parse at least 1,500
sentences a second; end to end at least three times the rate of parsing every sentence with the same model; memory below
1.5 GB. What it takes to parse every sentence depends on how that is done, so three ways are printed: as our own parser
does it (tagger and parser alone, in batches), as spaCy's documentation does it (`nlp.pipe` of the whole model), and one
sentence after the other. The bar is taken to mean the second: three times the first would ask for more than coding may
take without any parse. Seconds are those of computing, so that other work on the machine counts little.
"""

import argparse
import cProfile
import pstats
import resource
import time
from collections.abc import Callable, Iterable, Iterator
from random import Random

import psutil
import spacy
from real_articles import NEWS, english_articles
from spacy.tokens import Doc

from tasks.settings import Settings, shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding import coder as coder_module
from tasks.transform.coding.codebook import load
from tasks.transform.coding.models import model_name
from tasks.transform.coding.parser import parse
from tasks.transform.coding.sentences import Sentence, Splitter

Shown = tuple[Sentence, tuple[str, ...]]
WHOLE = 2000
"""Sentences that are parsed with the whole model."""


class TimedParser:
    """The parser, with the seconds and sentences that went into it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.sentences = 0

    def __call__(self, sentences: Iterable[Shown]) -> Iterator[Doc]:
        given = list(sentences)
        self.sentences += len(given)
        docs = parse(given)
        while True:
            began = time.process_time()
            doc = next(docs, None)
            self.seconds += time.process_time() - began
            if doc is None:
                return
            yield doc


def seconds_of(work: Callable[[], object]) -> float:
    """The seconds of computing that some work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=4, help="how many of the twelve days")
    parser.add_argument("--articles", type=int, default=1000, help="how many articles a day, at random by a seed")
    parser.add_argument("--profile", action="store_true", help="print where the time without the parse goes")
    given = parser.parse_args()
    folder = Settings.load().codebook.resolve() if Settings.load().codebook else shipped("config") / "codebook"
    paths = sorted((Settings.load().real_data / NEWS / "rss_linkdb_2023").glob("2023-09-*_json.zip"))
    articles = []
    for path in paths[:: max(1, len(paths) // given.days)][: given.days]:
        found = list(english_articles(path))
        articles += Random(1).sample(found, min(given.articles, len(found)))
    coder = coder_of(folder, "speed", Settings.load().models)
    list(coder.code(articles[:50]))  # models and towns are loaded when first needed
    timed = TimedParser()
    coder_module.parse = timed
    profile = cProfile.Profile()
    if given.profile:
        profile.enable()
    began = time.process_time()
    coded = list(coder.code(articles))
    total = time.process_time() - began
    profile.disable()
    own = psutil.Process().memory_full_info()
    sentences = sum(one.sentences for one in coded)
    print(f"{len(articles)} articles, {sentences} sentences, {timed.sentences} of them parsed, "
          f"{sum(len(one.events) for one in coded)} event rows; one process")  # fmt: skip
    splitter = Splitter(load(folder).language["sentences"])
    split = [(article, one) for article in articles for one in splitter.split(article["body"])]
    every = [(one, one.words) for _, one in split]
    spread = Random(1).sample(split, min(WHOLE, len(split)))
    whole = spacy.load(model_name().split()[0])
    began = time.process_time()
    for _ in parse(every):
        pass
    alone = time.process_time() - began
    without = sentences / (total - timed.seconds)
    rate = sentences / total
    print(f"coding without the parse: {without:,.0f} sentences/s (bar 1,500)")
    print(f"end to end: {rate:,.0f} sentences/s; times the rate of parsing every sentence (bar 3):")
    texts = [article["body"][one.start : one.end] for article, one in spread]
    for name, parsing in (
        ("tagger and parser alone, in batches", len(every) / alone),
        ("the whole model, in batches", len(texts) / seconds_of(lambda: list(whole.pipe(texts)))),
        ("the whole model, one by one", len(texts) / seconds_of(lambda: [whole(text) for text in texts])),
    ):
        print(f"  {rate / parsing:.2f} of {name} ({parsing:,.0f} sentences/s)")
    print(f"seconds: {total:.1f} in all, of these {timed.seconds:.1f} in the parser; every sentence {alone:.1f}")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"memory after coding: {own.pss / 1e9:.2f} GB PSS, at most {most:.2f} GB RSS (bar 1.5)")
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    main()

"""Trains the model that chooses sentences before the parse: `python -m tasks.learning.train_sentences ARCHIVE ...`.

It learns from what the coder itself finds, so that archives of news suffice; the other models of coding come first.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.learning.fit import Case, fit
from tasks.learning.linear_model import CODING, SENTENCES, Features, LinearModel, load
from tasks.learning.sentence_choice import EVENT, NOTHING, QUOTATION, SAYS
from tasks.load.parquet_files import read_table
from tasks.settings import Settings, Source
from tasks.staging import Staging
from tasks.transform.code_batch import CODED_LANGUAGE
from tasks.transform.coding.codebook import load as load_codebook
from tasks.transform.coding.coder import CodedArticle, Coder
from tasks.transform.coding.sentences import Sentence

_STRICTNESS: Final = 0.02
"""How freely it may learn; 0.01 to 0.2 were tried on days that it had not seen (2026-11)."""
_LEAST_SENTENCES: Final = 10
"""Sentences that must have a feature: rarer ones make the model three times as large and no better."""


def cases(articles: Iterable[Mapping[str, Any]], coder: Coder) -> Iterator[Case]:
    """Each sentence that the rules would parse, with what the coder finds in it; `coder` must parse them all."""
    kept = list(articles)
    for article, coded in zip(kept, coder.code(kept), strict=True):
        for sentence, features in coder.considered(article):
            yield Case(features, holds(sentence, features, coded))


def holds(sentence: Sentence, features: Features, coded: CodedArticle) -> str:
    """The class of a sentence: an event was coded in it, or else it has a word of saying and a part of a quotation."""
    if any(event["evidence_start"] == sentence.start for event in coded.events):
        return EVENT
    quoted = any(q["text_start"] < sentence.end and sentence.start < q["text_end"] for q in coded.quotes)
    return QUOTATION if quoted and SAYS in features else NOTHING


def train(some: Sequence[Case]) -> LinearModel:
    """The model that the cases teach. Raises ValueError where they do not have all three classes."""
    if missing := {EVENT, NOTHING, QUOTATION} - {case.label for case in some}:
        raise ValueError(f"no sentence with {', '.join(sorted(missing))} to learn from")
    counts = Counter(name for case in some for name in case.features)
    common = {name for name, count in counts.items() if count >= _LEAST_SENTENCES}
    return fit([replace(c, features={n: v for n, v in c.features.items() if n in common}) for c in some], _STRICTNESS)


def read_articles(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The articles in the language that is coded, from files or folders of any format that can be read."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.load(), lake=Path(folder))
        for path in paths:
            source = Source(path.stem, path)
            for raw in raw_files(source):
                for batch in stage_raw_file(raw, source, settings).batches:
                    rows = read_table(Staging(settings.lake).articles(batch.batch_id)).to_pylist()
                    yield from (row for row in rows if row["language"] == CODED_LANGUAGE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on the archives named on the command line and write the model beside the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+", type=Path, help="files or folders of news")
    parser.add_argument("--models", type=Path, default=Path("data/models"), help="folder of the models")
    given = parser.parse_args(arguments)
    others = {name: load(given.models / f"{name}.json.gz") for name in CODING}
    coder = Coder(load_codebook(Settings.load().codebook.resolve()), "training", others)
    train(list(cases(read_articles(given.archives), coder))).save(given.models / f"{SENTENCES}.json.gz")


if __name__ == "__main__":
    main()

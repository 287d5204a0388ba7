"""Asks the trained models what gold sets ask: the type between given parties, a text's class, and spans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tasks.evaluation.coded_texts import over_workers
from tasks.evaluation.gold import BetweenParties, GoldSentence, WithClass, WithSpans
from tasks.learning.seen import fingerprint, load_seen
from tasks.settings import Settings

if TYPE_CHECKING:
    from tasks.learning.linear_model import LinearModel
    from tasks.transform.coding.coder import Coder

Answer = Any
"""Between given parties: a type of PLV's 15, empty where they are not marked. Of a text with a class: 0 to 4. Of
one with spans: those of its actors, and those of its recipients."""
_ASKED: Final = (BetweenParties, WithClass, WithSpans)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the models answer for gold sentences; `seen` are the fingerprints of the texts that they were trained on."""

    by_sentence: Mapping[GoldSentence, Answer] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()

    def __getitem__(self, sentence: GoldSentence) -> Answer:
        """The answer for a sentence. Raises KeyError for one that the models were not asked about."""
        return self.by_sentence[sentence]

    def trained_on(self, sentences: Sequence[GoldSentence]) -> int:
        """How many of the sentences, or their equal texts, the models were trained on."""
        return sum(fingerprint(sentence.text) in self.seen for sentence in sentences)


def ask_models(sentences: Iterable[GoldSentence], settings: Settings) -> Answers | None:
    """The answers for the sentences of sets that ask for one; None where the setting `model` wants the rules alone.

    Raises ConfigError where the models cannot be read.
    """
    if settings.models is None:
        return None
    asked: list[GoldSentence] = list(dict.fromkeys(sentence for sentence in sentences if isinstance(sentence, _ASKED)))
    answers = dict(zip(asked, over_workers(answer_chunk, asked, settings), strict=True))
    return Answers(answers, load_seen(settings.models))


def answer_chunk(sentences: Sequence[GoldSentence], settings: Settings) -> list[Answer]:
    """The answer for each sentence, in order; what a worker does."""
    from tasks.learning.linear_model import load
    from tasks.learning.spans import SPANS
    from tasks.transform.code_batch import coder_of  # spaCy is loaded in the workers alone

    folder = settings.models
    if folder is None:
        raise ValueError("the rules alone answer nothing")
    coder = coder_of(settings.codebook.resolve(), "answers")
    models = {name: load(folder / f"{name}.json.gz") for name in ("relations", "classes", *SPANS)}
    return [answer(sentence, models, coder, settings.codebook) for sentence in sentences]


def answer(sentence: GoldSentence, models: Mapping[str, "LinearModel"], coder: "Coder", codebook: Path) -> Answer:
    """The answer for one sentence, by models that are named as their files are; None where its set asks for none."""
    from tasks.learning.given import class_of, read_text, relation_type
    from tasks.learning.spans import find_spans
    from tasks.transform.coding.codebook import load

    match sentence:
        case BetweenParties():
            return relation_type(models["relations"], read_text(coder, sentence), sentence)
        case WithClass():
            return class_of(models["classes"], read_text(coder, sentence), load(codebook.resolve()))
        case WithSpans():
            return find_spans(models, read_text(coder, sentence))
        case _:
            return None

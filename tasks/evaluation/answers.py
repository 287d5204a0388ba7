"""Asks the trained models what gold sets ask: the type between given parties, a text's class, and spans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tasks.evaluation.coded_texts import over_workers
from tasks.evaluation.gold import BetweenParties, GoldSentence, WithClass, WithSpans
from tasks.learning.seen import fingerprint, load_seen
from tasks.settings import Settings

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
    from tasks.learning.given import class_of, read_text, relation_type  # spaCy is loaded in the workers alone
    from tasks.learning.linear_model import load
    from tasks.learning.spans import SPANS, find_spans
    from tasks.transform.code_batch import coder_of
    from tasks.transform.coding.codebook import load as load_codebook

    folder = settings.models
    if folder is None:
        return [None for _ in sentences]
    codebook = settings.codebook.resolve()
    coder = coder_of(codebook, "answers")
    models = {name: load(folder / f"{name}.json.gz") for name in ("relations", "classes", *SPANS)}
    found: list[Answer] = []
    for sentence in sentences:
        read = read_text(coder, sentence)
        match sentence:
            case BetweenParties():
                found.append(relation_type(models["relations"], read, sentence))
            case WithClass():
                found.append(class_of(models["classes"], read, load_codebook(codebook)))
            case _:
                found.append(find_spans(models, read))
    return found

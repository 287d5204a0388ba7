"""Folds: near-copies of a sentence are never in two of them."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from tasks.evaluation.folds import folds, groups

WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrstvz"]


def text(seed: int, length: int = 20) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


FERRY = "The harbour workers of Port Lorn have agreed to load the ferries again after a week of talks."


@pytest.mark.parametrize(
    "copy",
    [
        FERRY.upper(),
        "The harbour workers of Port Lorn have agreed to load the ferries again after a week of talks .",
        "The harbour workers of Port Lorn have agreed to load the ferries again.",
        "On Monday, the harbour workers of Port Lorn have agreed to load the ferries again, the mayor said. It rained.",
        "The railway clerks of Great Wend have agreed to load the ferries again after a week of talks.",
    ],
    ids=["capitals", "tokens set apart", "cut short", "inside a longer text", "other names in one frame"],
)
def test_a_near_copy_is_in_the_group_of_its_sentence(copy: str) -> None:
    assert groups([FERRY, text(1), copy]) == [0, 1, 0]


def test_an_apostrophe_set_apart_or_written_as_a_letter_parts_words_all_the_same() -> None:
    plain = "The mayor's council's lawyer's guild's verdict's appeal was heard"
    assert groups([plain, plain.replace("'", "\u02bc"), plain.replace("'", " \u2019")]) == [0, 0, 0]


def test_sentences_that_share_a_set_phrase_are_in_two_groups() -> None:
    other = "Four ministers have agreed to meet in spring, and nobody knows what they will speak about then."
    assert groups([FERRY, other]) == [0, 1]


def test_short_texts_are_one_group_only_when_all_words_are_the_same() -> None:
    assert groups(["It is expected to rain", "It is expected to snow", "it is expected to rain!"]) == [0, 1, 0]


def test_near_copies_are_chained() -> None:
    first, second, third = text(1), text(2), text(3)
    assert groups([f"{first} {second}", f"{second} {third}", third]) == [0, 0, 0]


def test_the_fold_of_a_text_does_not_depend_on_the_order() -> None:
    texts = [text(seed) for seed in range(50)] + [f"{text(seed)} and more" for seed in range(50)]
    shuffled = random.Random(7).sample(texts, len(texts))
    there = dict(zip(shuffled, folds(shuffled), strict=True))
    assert folds(texts) == [there[one] for one in texts]


def test_near_copies_have_one_fold() -> None:
    texts = [text(seed) for seed in range(50)]
    found = folds([*texts, *(f"{one} and more" for one in texts)])
    assert found[50:] == found[:50]


def test_folds_are_of_about_one_size() -> None:
    sizes = Counter(folds([text(seed) for seed in range(1000)], 5))
    assert sorted(sizes) == [0, 1, 2, 3, 4]
    assert min(sizes.values()) > 150


def test_no_folds_are_an_error() -> None:
    with pytest.raises(ValueError, match="0 folds"):
        folds(["one"], 0)


def test_the_gold_sets_have_no_group_that_swallows_the_others(real_data: Path) -> None:
    texts = [
        json.loads(line)["text"]
        for file in sorted((real_data / "gold").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    sizes = Counter(folds(texts))
    assert max(Counter(groups(texts)).values()) < len(texts) / 50
    assert max(sizes.values()) < 1.3 * min(sizes.values())

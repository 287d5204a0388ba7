"""The words of a title tell its subject; names in it tell nothing that a model should learn."""

from datetime import date

import pytest

from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.names import NameFinder, title_words


@pytest.fixture(scope="module")
def names() -> NameFinder:
    return NameFinder(load(shipped("config") / "codebook"))


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Norway wins the final match", {"wins", "the", "final", "match"}),
        ("Lundqvist's goal settles a dull match", {"goal", "settles", "a", "dull", "match"}),
        ("Norway Wins The Final Match", {"wins", "the", "final", "match"}),
        ("", set()),
    ],
    ids=["name of the codebook", "any capitals", "title in capitals", "empty"],
)
def test_names_are_left_out_of_the_words_of_a_title(names: NameFinder, title: str, words: set[str]) -> None:
    assert title_words(title, names.find(title, date(2023, 10, 5))) == words

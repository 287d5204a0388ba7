"""Introductions: who is told by country, role and full name, and that the article knows the person from there on."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.transform.coding.codebook import Codebook, Entry
from tasks.transform.coding.coder import CodedArticle, Coder
from tasks.transform.coding.introductions import Introduction, IntroductionFinder
from tasks.transform.coding.names import NameFinder
from tasks.transform.coding.sentences import Splitter

CASES = Path(__file__).parents[2] / "cases" / "introductions.txt"
WORDS = [
    "Armenia's",
    "Ukrainian",
    "minister",
    "spokesman",
    "Olena",
    "Hrytsak",
    "the",
    "of",
    ",",
    "army",
    "K.",
    "😀",
    "\n",
]


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


Finders = tuple[NameFinder, IntroductionFinder, Splitter]


def finders_of(codebook: Codebook) -> Finders:
    return NameFinder(codebook), IntroductionFinder(codebook), Splitter(codebook.language["sentences"])


@pytest.fixture(scope="module")
def finders(codebook: Codebook) -> Finders:
    """What finds introductions; made once, since it takes a second to look all names of a codebook through."""
    return finders_of(codebook)


def introduced(finders: Finders, text: str) -> list[Introduction]:
    names, introductions, splitter = finders
    return introductions.find(text, list(splitter.split(text)), names.find(text, date(2023, 10, 5)))


def told(found: list[Introduction]) -> str:
    """Introductions in the notation of the cases."""
    people = (f"{one.name}, {' '.join(filter(None, (one.country, one.sector)))}, {one.role}" for one in found)
    return "; ".join(people) or "nobody"


def coded(coder: Coder, body: str) -> CodedArticle:
    (result,) = coder.code([{"article_id": "a", "body": body, "published_date": date(2023, 10, 5)}])
    assert result.error == ""
    return result


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_sentence_introduces_just_these_people(finders: Finders, text: str, wanted: str) -> None:
    assert told(introduced(finders, text)) == wanted


def test_the_offsets_hold_the_whole_introduction(finders: Finders) -> None:
    text = "“😀,” said Ukraine's former envoy Olena Hrytsak on Sunday."
    (one,) = introduced(finders, text)
    assert text[one.start : one.end] == "Ukraine's former envoy Olena Hrytsak"
    assert text[one.name_start : one.name_end] == "Olena Hrytsak"


@settings(max_examples=200, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=30))
def test_no_order_of_words_crashes_it_or_leaves_the_text(finders: Finders, words: list[str]) -> None:
    text = " ".join(words)
    for one in introduced(finders, text):
        assert 0 <= one.start <= one.name_start < one.name_end <= one.end <= len(text)


def test_a_person_learned_before_is_still_introduced(codebook: Codebook) -> None:
    entry = Entry("person", "Olena Hrytsak", "UKR", "LEG", "lawmaker")
    text = "Ukrainian lawmaker Olena Hrytsak said the vote was near."

    def knowing(entry: Entry) -> Finders:
        return finders_of(replace(codebook, names=MappingProxyType({**codebook.names, entry.name: (entry,)})))

    assert told(introduced(knowing(entry), text)) == "nobody"
    assert told(introduced(knowing(replace(entry, learned=True)), text)) == "Olena Hrytsak, UKR LEG, lawmaker"


# --- the same article


def accusers(article: CodedArticle) -> list[tuple[str, str, str]]:
    events = [e for e in article.events if e["event_type"] == "ACCUSE"]
    return [(e["actor_name"], e["actor_country"], e["actor_sector"]) for e in events]


@pytest.mark.parametrize(
    "again",
    ["Hrytsak", "Olena Hrytsak", "Ms. Hrytsak", "But Hrytsak"],
    ids=["surname", "full name", "with a title", "after a small word in capitals"],
)
def test_who_was_introduced_is_known_later(coder: Coder, again: str) -> None:
    body = f"Ukrainian lawmaker Olena Hrytsak was late.\n\n{again} accused Russia of shelling Odesa."
    assert accusers(coded(coder, body)) == [("Olena Hrytsak", "UKR", "LEG")]


def test_a_quotation_has_the_speaker_who_was_introduced(coder: Coder) -> None:
    body = "Ukrainian lawmaker Olena Hrytsak was late.\n\n“We will never sign such a paper,” Hrytsak said."
    (quote,) = coded(coder, body).quotes
    assert (quote["speaker_name"], quote["speaker_country"], quote["speaker_role"]) == (
        "Olena Hrytsak", "UKR", "lawmaker",
    )  # fmt: skip


def test_nobody_is_known_before_the_introduction(coder: Coder) -> None:
    body = "Hrytsak accused Russia of shelling Odesa.\n\nUkrainian lawmaker Olena Hrytsak was late."
    assert [country for _, country, _ in accusers(coded(coder, body))] == [None]


@pytest.mark.parametrize(
    "other",
    [
        "Ukrainian lawmaker Olena Hrytsak met Moldovan envoy Pavlo Hrytsak.\n\nHrytsak",
        "Ukrainian lawmaker Olena Hrytsak was late.\n\nPavlo Hrytsak",
    ],
    ids=["two of the name", "another first name"],
)
def test_a_surname_that_may_be_somebody_else_stays_unknown(coder: Coder, other: str) -> None:
    assert [country for _, country, _ in accusers(coded(coder, f"{other} accused Russia of lying."))] == [None]


def test_a_family_name_that_stands_first_is_the_one_that_comes_again(coder: Coder) -> None:
    body = "Chinese envoy Guo Ruolan was late.\n\nGuo accused Japan of lying."
    assert accusers(coded(coder, body)) == [("Guo Ruolan", "CHN", "GOV")]


def test_the_rows_keep_the_evidence_and_mentions_stay_those_of_the_codebook(coder: Coder) -> None:
    body = "Ukrainian lawmaker Olena Hrytsak was late.\n\nHrytsak accused Russia of shelling Odesa."
    article = coded(coder, body)
    (row,) = article.introductions
    assert body[row["text_start"] : row["text_end"]] == row["text"] == "Ukrainian lawmaker Olena Hrytsak"
    assert "Olena Hrytsak" not in {mention["name"] for mention in article.mentions}

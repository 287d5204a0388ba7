"""Where sentences begin and end: cases of real news, written anew."""

from itertools import pairwise

import pytest

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.sentences import Splitter

ONE = {
    "ranks in a row": "Lt. Gen. Ana Post met Brig. Gen. Ilko Dan in Sudia.",
    "a rank alone": "The order was signed by Col. Ilko Dan on Monday.",
    "a number after No.": "Under Decree No. 5 the troops withdrew.",
    "a country in short": "The U.S. President spoke with his U.K. counterpart.",
    "initials": "George W. Bush met J. R. Post and Vladimir V. Putin.",
    "a decimal number": "Prices rose by 3.5 percent to $1.25.",
    "dots and no capital": "They waited ... and then they left.",
    "an address of the web": "See https://news.example/a.b?c=1. for more.",
    "a state in short": "A court in Mesquite, Tex., sentenced two men.",
    "a question with who asked it": "“Will they attack?” he asked.",
    "a shout with who shouted it": "“Go home!” shouted the crowd.",
    "an hour": "The truce began at 4 a.m. EST and held.",
    "stars around it": "**Russian forces advanced near Sudia.**",
    "a closing bracket": "(The ministry denied it.)",
}
TWO = {
    "a quotation begins the second": ["He denied it.", "“We did not attack,” he said."],
    "a straight quotation begins the second": ["She wrote it.", '"The more they ask, the less I say."'],
    "a straight quotation ends the first": ['"We did not attack."', "The minister left."],
    "a bracket begins the second": ["The regime fell.", "(Photo by Ana Post)"],
    "a square bracket begins the second": ["Rivals were silenced.", "[The campaign] went on."],
    "single marks": ["It was hard.", "‘I never cried,’ she said."],
    "marks after marks": ["“He must go.”", "“But when?”"],
    "a short form ends the first": ["He flew to the U.S.", "The president stayed."],
    "an hour ends the first": ["It closed at 4 a.m.", "The governor spoke."],
    "dots end the first": ["They never came ...", "We waited for days."],
    "a bullet begins the second": ["Ana Post was born in 1950.", "• Ilko Dan was born in 1960."],
    "stars end the first": ["Forces advanced near Sudia.**", "Nordia denied it."],
    "the number of a note ends the first": ["Forces left the town.4", "They went north."],
    "a product with a small letter": ["The sale began.", "iPhones sold out."],
}


@pytest.fixture(scope="module")
def splitter(codebook: Codebook) -> Splitter:
    return Splitter(codebook.language["sentences"])


def cut(splitter: Splitter, text: str) -> list[str]:
    return [text[s.start : s.end] for s in splitter.split(text)]


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_one_sentence_stays_one(splitter: Splitter, text: str) -> None:
    assert cut(splitter, text) == [text]


@pytest.mark.parametrize("sentences", TWO.values(), ids=TWO)
def test_two_sentences_are_cut_between_the_marks(splitter: Splitter, sentences: list[str]) -> None:
    assert cut(splitter, " ".join(sentences)) == sentences


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0c"], ids=repr)
def test_no_sentence_reaches_over_a_line_end(splitter: Splitter, end: str) -> None:
    assert cut(splitter, f"A heading{end}The troops left") == ["A heading", "The troops left"]


def test_words_and_blanks_of_a_sentence_are_its_text(splitter: Splitter) -> None:
    text = "  Lt. Dan  left.  “It’s over” , he\u00a0said – in the U.S. But\tno-one came."
    for sentence in splitter.split(text):
        parts = zip(sentence.words, sentence.spaces, strict=True)
        assert "".join(word + " " * space for word, space in parts).rstrip() == text[sentence.start : sentence.end]


def test_a_stretch_without_blanks_is_cut_and_nothing_of_it_is_lost(splitter: Splitter) -> None:
    text = "He said " + "…" * 3000 + " no."
    sentences = list(splitter.split(text))
    assert sentences[-1].end == len(text)
    assert all(text[a.end : b.start].isspace() or a.end == b.start for a, b in pairwise(sentences))


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("ANKARA, Oct 4 (Wire) - Serbia said no.", "Serbia said no."),
        ("ANKARA, Turkey — “No,” said Serbia.", "“No,” said Serbia."),
        ("Ankara, Oct 4 (Wire) Serbia said no.", "Serbia said no."),
        ("NATO said no - Serbia said yes.", ""),
        ("UNESCO — which said no — is in Paris.", ""),
        ("On Monday, Oct 4, Serbia said no.", ""),
    ],
)
def test_a_dateline_stands_alone(splitter: Splitter, text: str, second: str) -> None:
    assert [text[s.start : s.end] for s in splitter.split(text)][1:] == ([second] if second else [])

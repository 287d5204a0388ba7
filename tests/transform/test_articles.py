"""From drafts to rows: clean text, identity, outlet, date and its basis."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.contract import ARTICLES
from tasks.errors import UnreadableError
from tasks.extract.drafts import Draft
from tasks.settings import Source
from tasks.transform.articles import clean_line, clean_text, outlet_of, to_article

SOURCE = Source("archive", Path("archive"))


def row(source: Source = SOURCE, name: str = "archive/a.json", **parts: Any) -> dict[str, Any]:
    draft = Draft("#1", 0, 10, **parts)
    return to_article(draft, source, raw_uri=name, raw_sha256="0" * 64, name=name, latest_year=2030)


@pytest.mark.parametrize(
    ("found", "clean"),
    [
        pytest.param("<p>One.</p>\n<p>Two.</p>", "One.\n\nTwo.", id="paragraphs of HTML"),
        pytest.param("<img src='a.jpg'/>Rain &amp; hail", "Rain & hail", id="picture before the text"),
        pytest.param("One<br/>two <b>bold</b>ly", "One\n\ntwo boldly", id="line break and inline tags"),
        pytest.param("&lt;p&gt;Tom &amp;amp; Ada&lt;/p&gt;", "Tom & Ada", id="escaped twice"),
        pytest.param("It&#8217;s &quot;on&quot;", 'It’s "on"', id="entities"),
        pytest.param("AT&T and a&b", "AT&T and a&b", id="ampersands that are no entities"),
        pytest.param("if a < b and c > d", "if a < b and c > d", id="signs that are no tags"),
        pytest.param("<Unnamed source> said so", "<Unnamed source> said so", id="brackets that are no tags"),
        pytest.param("a\xa0b\u2009c \t d", "a b c d", id="all kinds of blanks"),
        pytest.param("ze\u200bro \u202ewidth\u202c\x07", "zero width", id="signs nobody sees"),
        pytest.param("می\u200cخواهم 👨\u200d👩", "می\u200cخواهم 👨\u200d👩", id="joiners that mean something"),
        pytest.param("cafe\u0301", "café", id="composed letters"),
        pytest.param("La VÃ©ritÃ©", "La Vérité", id="UTF-8 read as Windows"),
        pytest.param("She said \x93no\x94", "She said “no”", id="Windows read as Latin-1"),
        pytest.param("“Curly” ‘quotes’ — kept…", "“Curly” ‘quotes’ — kept…", id="typography"),
        pytest.param("half \ud83d sign", "half \ufffd sign", id="half of a surrogate pair"),
        pytest.param("a\r\n\r\n\r\nb\u2028\u2028c", "a\n\nb\n\nc", id="line ends"),
        pytest.param("<script>x()</script><style>p{}</style>Text", "Text", id="scripts"),
    ],
)
def test_text_is_cleaned_without_a_change_of_meaning(found: str, clean: str) -> None:
    assert clean_text(found) == clean


def test_wrapped_lines_are_joined() -> None:
    assert clean_text("The first line is\nwrapped here and\ngoes on.\n\nNext.") == (
        "The first line is wrapped here and goes on.\n\nNext."
    )


def test_a_line_a_paragraph_stays_a_line_a_paragraph() -> None:
    assert (
        clean_text("First one.\nSecond one.\n“Third?”\nFourth.") == "First one.\n\nSecond one.\n\n“Third?”\n\nFourth."
    )


@given(st.text())
def test_cleaning_leaves_text_that_can_be_stored_and_is_composed(text: str) -> None:
    clean = clean_text(text)
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert clean == unicodedata.normalize("NFC", clean).strip()
    assert "\n\n\n" not in clean
    assert "  " not in clean
    assert "\x00" not in clean


@given(st.text(alphabet=st.sampled_from("<>/pbr &;amplt#0x\n 'é"), max_size=60))
def test_no_markup_crashes_the_cleaning(text: str) -> None:
    assert "\n" not in clean_line(text)


def test_a_row_has_the_columns_of_the_contract_and_its_period() -> None:
    assert set(row(title="Dam breached", body="Water rose.")) == {c.name for c in ARTICLES.columns} | {"period"}


def test_the_id_depends_on_the_content_alone() -> None:
    parts = {"title": "Dam breached", "body": "Water rose.", "outlet": "The Wader", "date": "2023-06-06"}
    here = row(**parts)
    there = row(
        Source("other", Path("x"), timezone="Asia/Yerevan"), name="other/b.csv", url="https://x.example", **parts
    )
    assert here["article_id"] == there["article_id"]


@pytest.mark.parametrize("changed", ["title", "body", "outlet", "date"])
def test_each_part_of_the_content_is_part_of_the_id(changed: str) -> None:
    parts = {"title": "Dam breached", "body": "Water rose.", "outlet": "The Wader", "date": "2023-06-06"}
    other = parts | {changed: "2023-06-07" if changed == "date" else "Something else"}
    assert row(**parts)["article_id"] != row(**other)["article_id"]


@pytest.mark.parametrize("body", ["", "<img src='x'>", "Dam breached…", "Dam brea"])
def test_without_another_text_the_title_is_the_body(body: str) -> None:
    assert row(title="Dam breached", body=body)["body"] == "Dam breached"


def test_neither_title_nor_text_is_refused() -> None:
    with pytest.raises(UnreadableError) as refused:
        row(title="<br>", body="\u200b")
    assert refused.value.reason == "no_text"


def test_a_stated_date_wins_over_the_name_of_the_file() -> None:
    found = row(body="x", date="2023-10-05T22:30:00-05:00", name="a/2020-01-01.json")
    assert found["published_at"] == datetime(2023, 10, 6, 3, 30, tzinfo=UTC)
    assert (found["published_date"], found["date_basis"], found["date_precision"]) == (
        date(2023, 10, 6),
        "stated",
        "time",
    )
    assert found["period"] == "2023-10"


def test_the_name_of_the_file_stands_in_for_a_missing_date() -> None:
    found = row(body="x", date="unknown", name="a/2023-09-19_json.zip!feed.json")
    assert (found["published_date"], found["date_basis"]) == (date(2023, 9, 19), "file")


def test_without_any_date_it_is_undated() -> None:
    found = row(body="x", name="a/feed.json")
    assert (found["published_date"], found["date_basis"], found["date_precision"], found["period"]) == (
        None,
        "none",
        None,
        "undated",
    )


@pytest.mark.parametrize(
    ("outlet", "url", "standing_in", "expected"),
    [
        ("The Wader", "https://www.example.org/a", "Other", "The Wader"),
        ("https://feeds.example.org/rss", "https://www.example.com/a", "", "example.org"),
        ("https://feeds.example.org/rss", "", "The Wader", "The Wader"),
        ("", "https://www.example.org/a", "", "example.org"),
        ("", "", "", ""),
        ("", "http://[broken", "", ""),
    ],
)
def test_an_address_is_an_outlet_only_where_there_is_no_name(
    outlet: str, url: str, standing_in: str, expected: str
) -> None:
    assert outlet_of(outlet, url, standing_in) == expected

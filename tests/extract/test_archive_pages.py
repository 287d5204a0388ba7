"""Saved archive pages and plain-text digests: one entry or many, and what is no entry."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import archive_pages
from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.settings import path_source
from tasks.transform.dates import published

SOURCE = path_source(Path("archive"))
PAGE = """X
    Categories: 2023, Karabakh

Convoy reaches the town

Plover Post
Sep 30 2023


Lorries brought flour and fuel

The first convoy arrived on Saturday.

“We had nothing left,” a baker said.

Mara Finch:"""
SECOND = PAGE.replace("Convoy reaches the town", "Convoy turns back").replace("Sep 30", "Oct 1")
UNMARKED, SECOND_UNMARKED = (page.split("\n\n", 1)[1] for page in (PAGE, SECOND))
PLAIN, SECOND_PLAIN = (page.removesuffix("\n\nMara Finch:") for page in (UNMARKED, SECOND_UNMARKED))


def read(text: str) -> list[Draft | Rejected]:
    return [item for item in archive_pages.read(text, SOURCE) if not isinstance(item, Remark)]


def drafts(text: str) -> list[Draft]:
    return [item for item in read(text) if isinstance(item, Draft)]


def test_the_parts_of_a_page_are_told_apart() -> None:
    (draft,) = read(PAGE)
    assert isinstance(draft, Draft)
    assert (draft.title, draft.outlet, draft.date) == ("Convoy reaches the town", "Plover Post", "Sep 30 2023")
    assert (draft.poster, draft.categories) == ("Mara Finch", ("2023", "Karabakh"))


def test_the_body_runs_from_the_standfirst_to_the_last_paragraph_without_furniture() -> None:
    (draft,) = drafts(PAGE)
    assert draft.body.startswith("Lorries brought flour and fuel\n\nThe first convoy")
    assert draft.body.endswith("a baker said.")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{PAGE}\n\n{SECOND}\n", id="furniture before each"),
        pytest.param(f"{PAGE}\n\n---\n\n{SECOND}", id="a rule between them"),
        pytest.param(f"{UNMARKED}\n\n{SECOND_UNMARKED}", id="a poster after each, no furniture"),
        pytest.param(f"{PLAIN}\n\n=====\n\n{SECOND_PLAIN}", id="a rule and nothing else"),
        pytest.param(f"{PLAIN}\n\n{SECOND_PLAIN}", id="nothing but title, outlet and date"),
        pytest.param(f"{PAGE}\n\n{SECOND}".replace("X\n", ""), id="no close button"),
        pytest.param(f"{PAGE}\n\n{SECOND}".replace("\n", "\r\n"), id="line ends of Windows"),
    ],
)
def test_two_entries_in_one_file_are_two_articles(text: str) -> None:
    found = drafts(text)
    assert [draft.title for draft in found] == ["Convoy reaches the town", "Convoy turns back"]
    assert [draft.date for draft in found] == ["Sep 30 2023", "Oct 1 2023"]
    assert all(draft.body.startswith("Lorries") and draft.body.endswith("said.") for draft in found)
    assert len(read(text)) == 2


def test_a_list_of_categories_that_is_empty_is_no_poster() -> None:
    (draft,) = read(PAGE.replace("Categories: 2023, Karabakh", "Categories:"))
    assert isinstance(draft, Draft)
    assert (draft.title, draft.poster, draft.categories) == ("Convoy reaches the town", "Mara Finch", ())


def test_a_row_of_stars_within_an_article_does_not_end_it() -> None:
    (draft,) = read(PAGE.replace("\n\n“We had", "\n\n* * *\n\n“We had"))
    assert isinstance(draft, Draft)
    assert draft.body.endswith("a baker said.")


def test_a_date_as_a_heading_within_an_article_does_not_end_it() -> None:
    (draft,) = read(PAGE.replace("\n\n“We had", "\n\n29 September 2023\n\n“We had"))
    assert isinstance(draft, Draft)
    assert "29 September 2023" in draft.body


def test_a_name_with_a_colon_within_a_conversation_is_no_poster() -> None:
    (draft,) = drafts(PAGE.replace("“We had", "Ada Knot:\n\nWe had"))
    assert draft.poster == "Mara Finch"
    assert "Ada Knot:" in draft.body


@pytest.mark.parametrize(
    ("head", "outlet", "date"),
    [
        ("Title here\n\nPlover Post, 5 October 2023", "Plover Post", "5 October 2023"),
        ("Title here\n\nPlover Post | October 5, 2023", "Plover Post", "October 5, 2023"),
        ("Title here\nPlover Post\n2023-10-05", "Plover Post", "2023-10-05"),
        ("Title here\n\n5 October 2023\nPlover Post", "Plover Post", "5 October 2023"),
        ("Title here\n\n05.10.2023", "", "05.10.2023"),
        ("Title: Title here\nOutlet: Plover Post\nDate: 5 October 2023", "Plover Post", "5 October 2023"),
    ],
)
def test_heads_of_other_shapes(head: str, outlet: str, date: str) -> None:
    (draft,) = drafts(f"{head}\n\nThe text of it, which goes on.\n\nA second paragraph.")
    assert (draft.title, draft.outlet, draft.date) == ("Title here", outlet, date)
    assert draft.body.startswith("The text of it")


def test_a_byline_is_the_author() -> None:
    (draft,) = drafts("Title here\n\nBy Ada Knot\n\nPlover Post, 5 October 2023\n\nThe text.")
    assert draft.author == "Ada Knot"


def test_notes_without_any_entry_are_exactly_one_row() -> None:
    (item,) = read("This folder holds what we saved.\n\nSee also the other folder.\n\n---\n\nLast changed in 2023.\n")
    assert isinstance(item, Rejected)
    assert item.reason == "no_articles"


def test_offsets_span_the_entry() -> None:
    text = f"{PAGE}\n\n{SECOND}"
    first, second = drafts(text)
    assert text[first.start : first.end] == PAGE
    assert text[second.start : second.end] == SECOND


lines = st.sampled_from(
    ["", "X", "Categories: 2023", "---", "Title of it", "Plover Post", "Oct 5 2023", "A sentence.", "Ada Knot:", " "]
)


@given(st.lists(lines, max_size=25))
def test_no_page_crashes_the_reader_and_entries_follow_each_other(found: list[str]) -> None:
    text = "\n".join(found)
    end = 0
    for item in read(text):
        assert end <= item.start <= item.end <= len(text)
        end = item.end


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    assert all(0 <= item.start <= item.end <= len(text) for item in read(text))


def test_the_founding_article(real_data: Path) -> None:
    text = (real_data / "archive" / "asia-times-2023-10-05.txt").read_text(encoding="utf-8")
    (draft,) = read(text)
    assert isinstance(draft, Draft)
    assert draft.title == "Russia leaves Armenia ally to burn in Azerbaijan"
    assert (draft.outlet, draft.date, draft.categories, draft.poster) == (
        "Asia Times",
        "Oct 5 2023",
        ("2023",),
        "Kajoyan Gevork",
    )
    assert draft.body.startswith("Azerbaijan’s violent ouster of ethnic Armenians")
    assert draft.body.endswith("is also joining.")
    assert "Categories" not in draft.body


WORD = st.text("abcdefghijklmnopqrstuvwxyzéàıшя", min_size=2, max_size=9)
TITLE = st.lists(WORD, min_size=2, max_size=8).map(lambda words: " ".join(words).capitalize())
OUTLET = st.lists(WORD, min_size=1, max_size=3).map(lambda words: " ".join(words).title())
PARAGRAPH = st.tuples(st.lists(WORD, min_size=4, max_size=12), st.sampled_from([".", "?", "!", ".”"])).map(
    lambda parts: ("“" if parts[1] == ".”" else "") + " ".join(parts[0]).capitalize() + parts[1]
)
DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            TITLE, OUTLET, DAY, st.lists(PARAGRAPH, min_size=1, max_size=4), st.lists(WORD, max_size=3, unique=True)
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["saved page", "rules", "nothing between"]),
    st.sampled_from(["{day:%b} {day.day} {day.year}", "{day.day} {day:%B} {day.year}", "{day:%Y-%m-%d}"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_entries_written_out_and_read_back_lose_nothing(
    entries: list[tuple[str, str, date, list[str], list[str]]], form: str, date_form: str, line_end: str
) -> None:
    saved = form == "saved page"
    pages = []
    for title, outlet, day, paragraphs, categories in entries:
        head = f"X\n    Categories: {', '.join(categories)}\n\n" if saved else ""
        foot = "\n\nMara Finch:\n" if saved else ""
        text = "\n\n".join(paragraphs)
        pages.append(f"{head}{title}\n\n{outlet}\n{date_form.format(day=day)}\n\n\n{text}\n{foot}")
    found = read(("\n---\n\n" if form == "rules" else "\n").join(pages).replace("\n", line_end))
    told = [item for item in found if isinstance(item, Draft)]
    assert [(item.title, item.outlet, published(item.date).day) for item in told] == [entry[:3] for entry in entries]
    assert [item.body for item in told] == ["\n\n".join(entry[3]) for entry in entries]
    assert [(item.poster, list(item.categories)) for item in told] == [
        ("Mara Finch", entry[4]) if saved else ("", []) for entry in entries
    ]
    assert len(told) == len(found)

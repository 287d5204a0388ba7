"""JSON in every form that archives use, sound and broken."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import json_articles
from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.settings import Source, path_source

SOURCE = path_source(Path("archive"))
ONE = {"title": "Dam breached", "date": "2023-06-06", "text": "Water rose.", "source": "The Wader"}
TWO = {"title": "Envoys meet", "date": "2023-06-07", "text": "They talked.", "source": "The Wader"}


def read(text: str, source: Source = SOURCE) -> list[Draft | Rejected]:
    return [item for item in json_articles.read(text, source) if not isinstance(item, Remark)]


def titles(text: str) -> list[str]:
    return [item.title for item in read(text) if isinstance(item, Draft)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(json.dumps([ONE, TWO]), id="array"),
        pytest.param(json.dumps([ONE, TWO], indent=4), id="array over many lines"),
        pytest.param(f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n", id="one object a line"),
        pytest.param(f"{json.dumps(ONE, indent=1)}\n{json.dumps(TWO, indent=1)}", id="objects over many lines"),
        pytest.param(f"{json.dumps([ONE])}\n{json.dumps([TWO])}", id="one array a line"),
        pytest.param(json.dumps({"a": ONE, "b": TWO}), id="object of articles"),
        pytest.param(json.dumps({"count": 2, "articles": [ONE, TWO]}), id="object with one array"),
        pytest.param(json.dumps({"response": {"status": "ok", "docs": [ONE, TWO]}}), id="array two levels down"),
        pytest.param(json.dumps({"title": "Feed", "description": "All of it", "items": [ONE, TWO]}), id="feed"),
        pytest.param("\ufeff \n" + json.dumps([ONE, TWO]), id="blanks before the array"),
    ],
)
def test_every_form_gives_the_same_two_articles(text: str) -> None:
    assert titles(text) == ["Dam breached", "Envoys meet"]
    assert len(read(text)) == 2


def test_a_single_object_is_one_article_that_spans_it() -> None:
    text = json.dumps(ONE, indent=2)
    (draft,) = read(text)
    assert isinstance(draft, Draft)
    assert (draft.record, draft.start, draft.end) == ("#1", 0, len(text))


@pytest.mark.parametrize("text", [json.dumps([ONE, TWO]), json.dumps({"x": [1], "items": [ONE, TWO]}, indent=3)])
def test_offsets_cut_the_record_out_of_the_text(text: str) -> None:
    cut = [json.loads(text[item.start : item.end]) for item in read(text)]
    assert cut == [ONE, TWO]


def test_a_broken_element_is_one_rejected_and_the_next_ones_are_read() -> None:
    text = '[{"title": "a", "text": "x"}, {"title": "b", "text": "say "no""}, {"title": "c", "text": "y"}]'
    first, broken, last = read(text)
    assert isinstance(broken, Rejected)
    assert (broken.record, broken.reason) == ("#2", "broken_json")
    assert text[broken.start : broken.end].startswith('{"title": "b"')
    assert [first.title, last.title] == ["a", "c"]  # type: ignore[union-attr]


def test_a_broken_element_does_not_make_articles_of_the_objects_within_it() -> None:
    text = '[{"title": "a", "tags": [{"name": "x"}], "text": oops, "more": [{"name": "y", "text": "z"}]}, '
    text += '{"title": "b", "text": "y"}]'
    assert titles(text) == ["b"]
    assert len(read(text)) == 2


def test_a_truncated_line_costs_only_itself() -> None:
    lines = [json.dumps(ONE), json.dumps(ONE)[:40], json.dumps(TWO)]
    items = read("\n".join(lines))
    assert [type(item).__name__ for item in items] == ["Draft", "Rejected", "Draft"]
    assert items[1].record == "line 2"


def test_an_object_that_is_cut_short_still_gives_the_elements_before_the_cut() -> None:
    text = json.dumps({"status": "ok", "articles": [ONE, TWO]})[:-20]
    assert titles(text) == ["Dam breached"]
    assert [item.reason for item in read(text) if isinstance(item, Rejected)] == ["broken_json"]


def test_what_follows_the_array_is_not_lost() -> None:
    assert titles(f"[{json.dumps(ONE)}]\n\n{json.dumps(TWO)}") == ["Dam breached", "Envoys meet"]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"keywords": [["armenia", 3], ["nato", 2]]}, id="keyword counts"),
        pytest.param([{"url": "https://x.example", "title": "A feed", "category": "Tech"}] * 3, id="list of feeds"),
        pytest.param([1, 2, 3], id="numbers"),
        pytest.param([], id="empty array"),
        pytest.param({}, id="empty object"),
    ],
)
def test_json_without_articles_is_exactly_one_row(value: object) -> None:
    (item,) = read(json.dumps(value))
    assert isinstance(item, Rejected)
    assert item.reason == "no_articles"


def test_an_element_that_is_no_article_among_articles_is_a_row_of_its_own() -> None:
    items = read(json.dumps([ONE, 17, TWO]))
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["not_an_article"]
    assert len(items) == 3


def test_single_letters_are_understood_where_they_vouch_for_each_other() -> None:
    (draft,) = read('[{"t": "Head", "d": "2023-01-02", "u": "https://x.example/x", "s": "Lead", "cat": "A & B"}]')
    assert isinstance(draft, Draft)
    assert (draft.title, draft.date, draft.body, draft.url) == ("Head", "2023-01-02", "Lead", "https://x.example/x")
    assert draft.categories == ("A & B",)


@pytest.mark.parametrize("author", [{"author": {"name": "Ann Heron"}}, {"authors": [{"name": "Ann Heron"}]}])
def test_a_json_feed_names_outlet_language_and_author_once_for_all_items(author: dict[str, object]) -> None:
    text = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "The Wader",
            "home_page_url": "https://wader.example",
            "language": "fr",
            **author,
            "items": [
                {"id": "1", "url": "https://wader.example/1", "title": "Dam breached", "content_html": "<p>Water.</p>",
                 "content_text": "Water.", "date_published": "2023-06-06T05:10:00Z", "date_modified": "2024-01-01",
                 "tags": ["World"]},
                {"id": "2", "content_text": "They talked.", "author": {"name": "Bo Crane"}, "language": "en"},
            ],
        }
    )  # fmt: skip
    first, second = read(text)
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.title, first.body, first.date) == ("Dam breached", "<p>Water.</p>", "2023-06-06T05:10:00Z")
    assert (first.outlet, first.language, first.author) == ("The Wader", "fr", "Ann Heron")
    assert (first.url, first.categories) == ("https://wader.example/1", ("World",))
    assert (second.outlet, second.language, second.author) == ("The Wader", "en", "Bo Crane")


def test_the_title_of_an_object_that_is_no_feed_is_no_outlet() -> None:
    (draft,) = read(json.dumps({"title": "Results", "items": [{"title": "Dam breached", "text": "Water rose."}]}))
    assert isinstance(draft, Draft)
    assert draft.outlet == ""


def test_a_real_json_feed_is_read_whole(real_data: Path) -> None:
    drafts = read((real_data / "data/feeds/json_feed.json").read_text(encoding="utf-8"))
    assert len(drafts) == 20
    assert all(isinstance(d, Draft) and d.url and d.date and d.body and d.title for d in drafts)
    assert {(d.outlet, d.author, d.language) for d in drafts if isinstance(d, Draft)} == {
        ("inessential.com", "Brent Simmons", "en-US")
    }


def test_nesting_too_deep_is_rejected_not_raised() -> None:
    (item,) = read("[" * 100_000)
    assert isinstance(item, Rejected)
    assert item.reason == "broken_json"


@given(st.text(alphabet=st.sampled_from('[]{}",:\\ \n09aétitlexbody\ud7ff'), max_size=120))
def test_no_text_crashes_the_reader(text: str) -> None:
    for item in read(text):
        assert 0 <= item.start <= item.end <= len(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["title", "text", "date", "a", "source", "tags"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values, st.integers(0, 400))
def test_no_json_cut_anywhere_crashes_the_reader(value: object, cut: int) -> None:
    text = json.dumps(value)[:cut]
    for item in read(text):
        assert 0 <= item.start <= item.end <= len(text)


@given(st.lists(st.fixed_dictionaries({"title": st.text(min_size=1), "text": st.text(min_size=1)}), max_size=6))
def test_every_element_is_accounted_for(records: list[dict[str, str]]) -> None:
    assert len(read(json.dumps(records))) == max(len(records), 1) or not titles(json.dumps(records))


SAID = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).map(lambda text: f"“{text}”")
# What stands between quotation marks is never one of the words for nothing, such as `null`.
ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "title": SAID,
            "body": st.lists(SAID, min_size=1, max_size=4).map("\n\n".join),
            "outlet": SAID,
            "author": SAID,
            "date": st.dates().map(str),
            "url": st.integers(0, 10**9).map(lambda number: f"https://wader.example/{number}"),
            "categories": st.lists(SAID, max_size=3, unique=True),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=80, deadline=None)
@given(
    ARTICLES,
    st.sampled_from(["array", "lines", "objects", "in an object", "feed"]),
    st.sampled_from([None, 1, 4]),
    st.booleans(),
)
def test_articles_written_out_and_read_back_lose_nothing(
    articles: list[dict[str, Any]], form: str, indent: int | None, ascii_only: bool
) -> None:
    records = [article if form != "feed" else _as_feed_item(article) for article in articles]
    whole = {
        "array": records,
        "in an object": {"n": 1, "docs": records},
        "feed": {"version": VERSION, "items": records},
    }
    text = (
        json.dumps(whole[form], indent=indent, ensure_ascii=ascii_only)
        if form in whole
        else "\n".join(json.dumps(one, indent=indent if form == "objects" else None, ensure_ascii=ascii_only)
                       for one in records)
    )  # fmt: skip
    found = read(text)
    assert [_told(draft) for draft in found if isinstance(draft, Draft)] == articles
    assert [json.loads(text[draft.start : draft.end]) for draft in found] == records


VERSION = "https://jsonfeed.org/version/1.1"


def _as_feed_item(article: dict[str, Any]) -> dict[str, object]:
    """The item of a JSON Feed; what an outlet is, such a feed says once for all."""
    return {
        "title": article["title"],
        "content_text": article["body"],
        "source": article["outlet"],
        "authors": [{"name": article["author"]}],
        "date_published": article["date"],
        "url": article["url"],
        "tags": article["categories"],
    }


def _told(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title,
        "body": draft.body,
        "outlet": draft.outlet,
        "author": draft.author,
        "date": draft.date,
        "url": draft.url,
        "categories": list(draft.categories),
    }

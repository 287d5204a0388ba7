"""Near-copies: which articles are one story."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tasks.transform.stories import DAYS_APART, LEAST_SIMILARITY, stories, words_of

WORDS = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrstvz"]


def text(seed: int, length: int = 60) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


def article(article_id: str, body: str, day: int | None = 10, title: str = "News of today", source: str = "a") -> Any:
    published = date(2023, 9, day) if day else None
    period = "2023-09" if day else "undated"
    return {"source": source, "article_id": article_id, "period": period, "published_date": published,
            "title": title, "body": body}  # fmt: skip


def table(*articles: Any) -> pa.Table:
    fields = [(n, pa.date32() if n == "published_date" else pa.string()) for n in article("", "")]
    return pa.Table.from_pylist(list(articles), schema=pa.schema(fields))


def story_of(*articles: Any) -> dict[str, str]:
    found = stories(table(*articles))
    return dict(zip(found["article_id"].to_pylist(), found["story_id"].to_pylist(), strict=True))


def edited(body: str, words: int) -> str:
    """The body with `words` words changed at its end."""
    kept = body.split()[:-words]
    return " ".join([*kept, *(f"changed{i}" for i in range(words))])


def test_copies_of_two_sources_under_two_headlines_are_one_story() -> None:
    first = article("b1", text(1), title="Ministers meet in Tbilisi")
    copy = article("a2", edited(text(1), 3), day=11, title="A long day for diplomats", source="z")
    assert story_of(copy, first) == {"b1": "b1", "a2": "b1"}


def test_similarity_is_to_the_first_article_and_one_for_that() -> None:
    found = stories(table(article("a", text(1)), article("b", edited(text(1), 4), day=11)))
    first, copy = found["similarity"].to_pylist()
    assert first == 1.0
    exact = (58 - 4) / (58 + 4)  # 58 shingles each, of which the last 4 differ
    assert copy == pytest.approx(exact, abs=0.1)


def test_different_texts_with_a_shared_tail_are_not_one_story() -> None:
    tail = text(9, 30)
    assert story_of(article("a", f"{text(1, 40)} {tail}"), article("b", f"{text(2, 40)} {tail}")) == {
        "a": "a",
        "b": "b",
    }


def test_paragraphs_of_addresses_do_not_make_a_copy() -> None:
    furniture = "\n\n".join(f"Watch more of {text(i, 8)}: https://example.org/{i}" for i in range(6))
    one, two = article("a", f"{text(1, 30)}\n\n{furniture}"), article("b", f"{text(2, 30)}\n\n{furniture}")
    assert story_of(one, two) == {"a": "a", "b": "b"}


def test_a_long_paragraph_keeps_its_words_when_an_address_stands_in_it() -> None:
    body = f"{text(1)} https://example.org/x {text(2)}"
    assert words_of("Headline", body) == [*text(1).split(), *text(2).split()]


def test_short_bodies_are_compared_with_their_headlines() -> None:
    body = "All the talks of the day in one place, by our editors in four cities."
    assert story_of(article("a", body, title=text(1, 12)), article("b", body, title=text(2, 12))) == {
        "a": "a",
        "b": "b",
    }


@pytest.mark.parametrize(
    ("other", "joins"),
    [("ARMENIA: no talks today", True), ("Armenia – no talks today!", True), ("Armenia: new talks today", False)],
    ids=["case", "punctuation", "one word"],
)
def test_short_texts_are_copies_only_when_all_words_are_the_same(other: str, joins: bool) -> None:
    found = story_of(
        article("a", "Armenia: no talks today", title="Armenia: no talks today"), article("b", other, title=other)
    )
    assert found["b"] == ("a" if joins else "b")


@pytest.mark.parametrize("body", [text(1), "No talks today"], ids=["long", "short"])
@pytest.mark.parametrize(("days", "joins"), [(0, True), (DAYS_APART, True), (DAYS_APART + 1, False)])
def test_copies_join_only_when_at_most_three_days_apart(body: str, days: int, joins: bool) -> None:
    assert story_of(article("a", body), article("b", body, day=10 + days))["b"] == ("a" if joins else "b")


def test_a_daily_column_does_not_become_one_story() -> None:
    column = [article(f"{day:02d}", text(1), day=day) for day in range(1, 13)]
    assert story_of(*column) == {f"{d:02d}": f"{first:02d}" for first in (1, 5, 9) for d in range(first, first + 4)}


def test_an_article_joins_the_closest_of_two_stories() -> None:
    body = text(1, 80)
    middle = article("c", edited(body, 9), day=12)
    far, near = article("a", body, day=10), article("b", edited(edited(body, 9), 8) + " " + text(5, 30), day=11)
    alone = story_of(far, near)
    assert alone == {"a": "a", "b": "b"}
    assert story_of(far, near, middle)["c"] == "a"


def test_the_same_article_in_two_sources_has_a_row_in_each() -> None:
    found = stories(table(article("a", text(1), source="z"), article("a", text(1), source="b")))
    assert found["source"].to_pylist() == ["b", "z"]
    assert set(found["story_id"].to_pylist()) == {"a"}
    assert found["similarity"].to_pylist() == [1.0, 1.0]


def test_articles_without_a_date_or_without_words_are_alone() -> None:
    undated = [article("a", text(1), day=None), article("b", text(1), day=None)]
    empty = [article("c", "😀", title="!"), article("d", "😀", title="?")]
    assert story_of(*undated, *empty) == {name: name for name in "abcd"}


def test_no_articles_give_no_rows() -> None:
    assert stories(table()).num_rows == 0


def many(number: int = 120) -> list[Any]:
    """Articles of three weeks, a third of them edited copies of others, at all distances."""
    rng = random.Random(7)
    made = []
    for i in range(number):
        body = text(rng.randrange(number // 3), rng.choice([5, 30, 200]) if i % 2 else 60)
        made.append(article(f"{rng.randrange(10**9):09d}", edited(body, 1 + rng.randrange(12)), 1 + rng.randrange(24)))
    return made


def test_the_order_of_rows_does_not_matter() -> None:
    articles = many()
    expected = stories(table(*articles))
    assert len(set(expected["story_id"].to_pylist())) < len(articles)
    for seed in range(3):
        random.Random(seed).shuffle(articles)
        assert stories(table(*articles)).equals(expected)


def test_two_halves_give_the_stories_of_the_whole_when_the_second_knows_the_leaders_of_the_first() -> None:
    articles = many()
    whole = story_of(*articles)
    for cut in (8, 12, 16):
        early = [a for a in articles if a["published_date"].day < cut]
        late = [a for a in articles if a["published_date"].day >= cut]
        first = story_of(*early)
        leaders = [a for a in early if first[a["article_id"]] == a["article_id"]]
        second = stories(table(*late), table(*leaders))
        halves = first | dict(zip(second["article_id"].to_pylist(), second["story_id"].to_pylist(), strict=True))
        assert halves == whole


def test_every_similarity_lies_between_the_least_and_one() -> None:
    for value in stories(table(*many()))["similarity"].to_pylist():
        assert LEAST_SIMILARITY <= value <= 1.0


def test_real_feeds_hold_few_copies_and_find_those_of_an_agency(real_data: Path) -> None:
    import json
    import zipfile

    with zipfile.ZipFile(real_data / "data" / "news" / "rss_linkdb_2023" / "2023-09-18_json.zip") as archive:
        entries = [
            entry
            for name in archive.namelist()
            for entry in json.loads(archive.read(name))
            if isinstance(entry, dict) and entry.get("title")
        ]
    assert len(entries) > 2000
    made = [article(f"{i:06d}", e.get("description") or e["title"], 18, e["title"]) for i, e in enumerate(entries)]
    found = stories(table(*made))
    copies = sum(a != b for a, b in zip(found["article_id"].to_pylist(), found["story_id"].to_pylist(), strict=True))
    assert 0.005 * len(made) < copies < 0.1 * len(made)

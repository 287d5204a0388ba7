"""The load of stories: across sources and months, and only what changed."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rows import article, table_of

from tasks.errors import LakeError
from tasks.load.lake import Lake, Origin
from tasks.load.stories import load_stories

BODY = " ".join(f"word{i} of the report" for i in range(20))
OTHER = " ".join(f"other{i} news from there" for i in range(20))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def news(number: int, day: date | None, body: str = BODY) -> dict[str, Any]:
    return article(number, article_id=f"{number:03d}", published_date=day, body=body)


def put(lake: Lake, source: str, period: str, rows: Iterable[dict[str, Any]], batch: str = "b1") -> None:
    lake.write("articles", source, period, table_of("articles", rows), Origin(coder="v1", batches=(batch,)))


def story_of(lake: Lake, source: str, period: str) -> dict[str, str]:
    rows = lake.read("stories", source, period).to_pylist()
    return {row["article_id"]: row["story_id"] for row in rows}


def files(lake: Lake) -> dict[str, tuple[bytes, int]]:
    return {p.name: (p.path.read_bytes(), p.path.stat().st_mtime_ns) for p in lake.partitions("stories")}


def test_every_article_of_every_source_has_a_row(lake: Lake) -> None:
    put(lake, "plover", "2023-10", [news(2, date(2023, 10, 4)), news(3, date(2023, 10, 4), OTHER)])
    put(lake, "godwit", "2023-10", [news(1, date(2023, 10, 3))])
    put(lake, "godwit", "undated", [news(4, None)])
    assert sorted(load_stories(lake)) == [
        "stories/source=godwit/period=2023-10",
        "stories/source=godwit/period=undated",
        "stories/source=plover/period=2023-10",
    ]
    assert story_of(lake, "plover", "2023-10") == {"002": "001", "003": "003"}
    assert story_of(lake, "godwit", "2023-10") == {"001": "001"}
    assert story_of(lake, "godwit", "undated") == {"004": "004"}


def test_a_story_goes_on_in_the_next_month(lake: Lake) -> None:
    put(lake, "plover", "2023-09", [news(1, date(2023, 9, 29))])
    put(lake, "godwit", "2023-10", [news(2, date(2023, 10, 2)), news(3, date(2023, 10, 3))])
    load_stories(lake)
    assert story_of(lake, "godwit", "2023-10") == {"002": "001", "003": "003"}


def test_a_story_goes_on_over_the_turn_of_the_year(lake: Lake) -> None:
    put(lake, "plover", "2023-12", [news(1, date(2023, 12, 31))])
    put(lake, "plover", "2024-01", [news(2, date(2024, 1, 1))])
    load_stories(lake)
    assert story_of(lake, "plover", "2024-01") == {"002": "001"}


def test_an_article_that_leads_no_story_takes_none_into_the_next_month(lake: Lake) -> None:
    put(lake, "plover", "2023-09", [news(1, date(2023, 9, 28)), news(2, date(2023, 9, 30))])
    put(lake, "plover", "2023-10", [news(3, date(2023, 10, 2))])
    load_stories(lake)
    assert story_of(lake, "plover", "2023-10") == {"003": "003"}


def test_an_unchanged_lake_rewrites_nothing_and_computes_nothing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    put(lake, "plover", "2023-09", [news(1, date(2023, 9, 30))])
    put(lake, "plover", "2023-10", [news(2, date(2023, 10, 1))])
    assert len(load_stories(lake)) == 2
    before = files(lake)

    def fail(*_: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("tasks.load.stories.stories", fail)
    assert load_stories(lake) == []
    assert files(lake) == before


def test_new_articles_change_their_month_and_no_other(lake: Lake) -> None:
    put(lake, "plover", "2023-09", [news(1, date(2023, 9, 30))])
    put(lake, "plover", "2023-11", [news(2, date(2023, 11, 1))])
    load_stories(lake)
    before = files(lake)
    put(lake, "godwit", "2023-11", [news(3, date(2023, 11, 1))])
    assert load_stories(lake) == ["stories/source=godwit/period=2023-11", "stories/source=plover/period=2023-11"]
    assert story_of(lake, "godwit", "2023-11") == {"003": "002"}
    september = "stories/source=plover/period=2023-09"
    assert files(lake)[september] == before[september]


def test_a_month_that_comes_late_takes_the_stories_of_the_next(lake: Lake) -> None:
    put(lake, "plover", "2023-10", [news(2, date(2023, 10, 1))])
    load_stories(lake)
    assert story_of(lake, "plover", "2023-10") == {"002": "002"}
    put(lake, "plover", "2023-09", [news(1, date(2023, 9, 30))])
    assert len(load_stories(lake)) == 2
    assert story_of(lake, "plover", "2023-10") == {"002": "001"}


def test_the_order_in_which_sources_came_gives_the_same_bytes(tmp_path: Path) -> None:
    sources = {
        "plover": {"2023-09": [news(1, date(2023, 9, 30))], "2023-10": [news(2, date(2023, 10, 2), OTHER)]},
        "godwit": {"2023-10": [news(3, date(2023, 10, 1)), news(4, date(2023, 10, 2), OTHER)]},
    }
    made = []
    for order in (("plover", "godwit"), ("godwit", "plover")):
        lake = Lake(tmp_path / order[0])
        for source in order:
            for period, rows in sources[source].items():
                put(lake, source, period, rows)
            load_stories(lake)
        made.append({name: content for name, (content, _) in files(lake).items()})
    assert made[0] == made[1]


def test_a_period_whose_articles_are_gone_from_it_keeps_an_empty_file(lake: Lake) -> None:
    put(lake, "plover", "2023-10", [news(1, date(2023, 10, 1))])
    load_stories(lake)
    put(lake, "plover", "2023-10", [], batch="b2")
    load_stories(lake)
    assert story_of(lake, "plover", "2023-10") == {}


def test_damaged_articles_are_named(lake: Lake) -> None:
    put(lake, "plover", "2023-10", [news(1, date(2023, 10, 1))])
    lake.path("articles", "plover", "2023-10").write_bytes(b"PAR1 not at all")
    with pytest.raises(LakeError, match=r"articles\.parquet: is damaged"):
        load_stories(lake)


def test_an_empty_lake_has_no_stories(lake: Lake) -> None:
    assert load_stories(lake) == []

"""Texts read in pieces: the same records at the same places as of the whole text."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import pieces
from tasks.extract.choose import choose, records
from tasks.extract.drafts import Draft, Reading, Rejected
from tasks.extract.members import Member, members
from tasks.settings import Settings, Source

SOURCE = Source("wader", Path("wader"))
WORDS = st.text("abcÄé漢😀 ,\"'\\{}[]:\n\r\t", max_size=60)
ARTICLE = st.builds(
    lambda title, text: {"title": f"T {title}", "text": f"B {text}", "date": "2023-09-19"}, WORDS, WORDS
)


def as_lines(articles: list[dict[str, str]]) -> str:
    return "".join(f"{json.dumps(article, ensure_ascii=False)}\n" for article in articles)


def as_table(articles: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["title", "text", "date"])
    writer.writeheader()
    writer.writerows(articles)
    return out.getvalue()


FORMATS: dict[str, Callable[[list[dict[str, str]]], str]] = {
    "lines": as_lines,
    "array": lambda articles: json.dumps(articles, ensure_ascii=False),
    "indented array": lambda articles: json.dumps(articles, indent=1),
    "table": as_table,
}


def read(text: str, size: int, limits: Settings | None = None) -> list[object]:
    """All records, read in pieces of so many bytes."""
    limits = limits or Settings()
    data = text.encode()
    before, pieces.LARGE = pieces.LARGE, size  # type: ignore[misc]
    try:
        return list(records(Member("", data, io.BytesIO(data)), SOURCE, limits))  # type: ignore[arg-type]
    finally:
        pieces.LARGE = before  # type: ignore[misc]


def whole(text: str) -> Reading:
    return choose(text)(text, SOURCE)


@settings(max_examples=60, deadline=None)
@given(st.lists(ARTICLE, min_size=3, max_size=30), st.sampled_from(sorted(FORMATS)), st.integers(120, 1500))
def test_pieces_give_the_records_of_the_whole(articles: list[dict[str, str]], name: str, size: int) -> None:
    text = FORMATS[name](articles)
    found = read(text, size)
    assert found == list(whole(text))
    assert [text[d.start : d.end] for d in found if isinstance(d, Draft)] == [
        text[d.start : d.end] for d in whole(text) if isinstance(d, Draft)
    ]


def test_a_broken_line_costs_only_itself_and_keeps_its_number() -> None:
    lines = as_lines([{"title": f"Item {n}", "text": f"Text of {n}.", "date": "2023-09-19"} for n in range(40)]).split(
        "\n"
    )
    lines[29] = '{"title": "cut off'
    found = read("\n".join(lines), 300)
    assert [(r.record, r.reason) for r in found if isinstance(r, Rejected)] == [("line 30", "broken_json")]
    assert sum(isinstance(r, Draft) for r in found) == 39


def test_an_array_that_is_cut_off_gives_what_comes_before() -> None:
    text = json.dumps([{"title": f"Item {n}", "text": f"Text of {n}.", "date": "2023-09-19"} for n in range(40)])
    found = read(text[:-30], 300)
    assert sum(isinstance(r, Draft) for r in found) == 39
    assert [r.record for r in found if isinstance(r, Rejected)] == ["#40"]


def test_lines_without_any_article_are_one_row() -> None:
    found = read("".join(f'{{"key": {n}}}\n' for n in range(200)), 300)
    assert [(r.record, r.reason) for r in found if isinstance(r, Rejected)] == [("", "no_articles")]


def test_a_record_above_the_limit_is_said_and_not_held() -> None:
    rows = [
        {"title": "Short", "text": "One.", "date": "2023-09-19"},
        {"title": "Long", "text": "x" * 9000, "date": "2023"},
    ]
    found = read(as_lines(rows * 2), 100, Settings(max_member_bytes=2000))
    assert [r.reason for r in found if isinstance(r, Rejected)] == ["too_large"]


def test_the_limit_is_in_bytes() -> None:
    rows = [{"title": "漢", "text": "漢" * size, "date": "2023"} for size in (5, 900)]
    found = read(as_lines(rows * 2), 100, Settings(max_member_bytes=2000))
    assert [r.reason for r in found if isinstance(r, Rejected)] == ["too_large"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_the_encoding_holds_for_all_pieces(tmp_path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "LARGE", 5000)
    texts = [f"Министр обороны прибыл в столицу республики, сообщает агентство номер {n}." for n in range(200)]
    file = tmp_path / "raw"
    file.write_bytes(
        as_lines([{"title": "Сообщение", "text": text, "date": "2023-09-19"} for text in texts]).encode(encoding)
    )
    (member,) = members(file, Settings())
    assert isinstance(member, Member)
    assert [d.body for d in records(member, SOURCE, Settings()) if isinstance(d, Draft)] == texts

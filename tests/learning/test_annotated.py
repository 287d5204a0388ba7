"""Annotated sentences are found in a lake by ids and offsets, and teach what their events are."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import UsageError
from tasks.evaluation.label_sets import EVENT_TYPES, country_of
from tasks.learning.annotated import Annotated, read_annotated
from tasks.learning.given import Reader
from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder

BODY = "Snow fell in Oslo.\n\nNorway condemned Chad. Norway condemned Peru, and praised Chile."
FIRST, SECOND = BODY.index("Norway"), BODY.rindex("Norway")
SHIPPED = Path(__file__).resolve().parents[2] / "data" / "annotations" / "news.jsonl"


def event(event_type: str, trigger: str, start: int, actors: list[str], recipients: list[str]) -> dict[str, Any]:
    at = BODY.index(trigger, start)
    return {
        "type": event_type, "actors": actors, "recipients": recipients, "modality": "actual",
        "trigger_start": at, "trigger_end": at + len(trigger), "main": True,
    }  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake with one article."""
    row = {"article_id": "one", "title": "Words", "published_date": date(2023, 9, 12), "body": BODY, "url": None}
    folder = tmp_path / "lake" / "articles" / "source=news" / "period=2023-09"
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([row]), folder / "articles.parquet")
    return tmp_path / "lake"


def annotated(tmp_path: Path, lake: Path, article_id: str = "one") -> list[Annotated]:
    """The second sentence of the second paragraph, with its three events."""
    events = [
        event("ACCUSE", "condemned", SECOND, ["NOR"], ["PER"]),
        event("ACCUSE", "Peru", SECOND, ["NOR"], ["BOL"]),
        event("SUPPORT", "praised", SECOND, ["NOR"], ["CHL"]),
    ]
    line = {"source": "news", "article_id": article_id, "sentence_start": SECOND, "sentence_end": len(BODY)}
    file = tmp_path / "annotations.jsonl"
    file.write_text(json.dumps(line | {"events": events}) + "\n", "utf-8")
    return read_annotated(file, lake)


def test_a_sentence_is_cut_out_of_its_article(tmp_path: Path, lake: Path) -> None:
    (one,) = annotated(tmp_path, lake)
    assert (one.text, one.title, one.date) == (BODY[SECOND:], "Words", "2023-09-12")
    assert [BODY[start:end] for start, end in one.triggers] == ["condemned", "Peru", "praised"]


def test_only_the_annotated_sentence_of_the_article_is_read(tmp_path: Path, lake: Path) -> None:
    (one,) = annotated(tmp_path, lake)
    read = Reader(Coder(load(shipped("config") / "codebook"), "test")).read(one)
    assert [words.parsed.sentence.start for words, _ in read] == [SECOND]


def test_of_several_events_of_a_type_the_one_with_the_same_trigger_is_meant(tmp_path: Path, lake: Path) -> None:
    (one,) = annotated(tmp_path, lake)
    start, end = one.triggers[0]
    assert [e.recipients for e in one.of_type("ACCUSE", start, end)] == [("PER",)]
    elsewhere = BODY.index("praised", SECOND)
    assert len(one.of_type("ACCUSE", elsewhere, elsewhere + 7)) == 2
    assert one.of_type("ACCUSE", FIRST, FIRST + 6) == []


def test_a_lake_without_the_articles_is_named(tmp_path: Path, lake: Path) -> None:
    with pytest.raises(UsageError, match="run the archives"):
        annotated(tmp_path, lake, "another")


def test_the_annotations_that_ship_are_whole() -> None:
    lines = [json.loads(line) for line in SHIPPED.read_text("utf-8").splitlines()]
    places = [(line["source"], line["article_id"], line["sentence_start"]) for line in lines]
    assert len(lines) > 8000
    assert places == sorted(set(places))
    for line in lines:
        for one in line["events"]:
            inside = line["sentence_start"] <= one["trigger_start"] < one["trigger_end"] <= line["sentence_end"]
            codes = [code for code in (*one["actors"], *one["recipients"]) if code and not country_of(code)]
            assert inside, line
            assert one["type"] in EVENT_TYPES, line
            assert one["modality"] in ("actual", "negated", "intended", "conditional"), line
            assert codes == [], line

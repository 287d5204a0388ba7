"""What is drawn to be judged: of annotated sentences, what models code there that had not seen them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks import judged_sample

BODY = "Norway attacked Denmark. Sweden praised Finland."


def trigger(start: int, end: int, word: str, event_type: str) -> dict[str, Any]:
    """An event of a sentence of BODY, as a coder has it."""
    at = BODY.index(word)
    return {
        "article_id": "1", "trigger_id": f"t{at}", "event_type": event_type, "modality": "actual", "trigger_start": at,
        "trigger_end": at + len(word), "evidence_start": start, "evidence_end": end, "confidence": 0.5,
    }  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of one article, in both sentences of which an accusation is coded."""
    article = {"source": "s", "article_id": "1", "title": "", "published_date": date(2023, 9, 10), "body": BODY,
               "language": "en"}  # fmt: skip
    party = {"actor_text": "A", "actor_country": "NOR", "actor_sector": None,
             "recipient_text": "B", "recipient_country": "DNK", "recipient_sector": None}  # fmt: skip
    events = [{"source": "s", **trigger(start, end, word, "ACCUSE"), **party} for start, end, word in (
        (0, 24, "attacked"), (25, 48, "praised"))]  # fmt: skip
    for table, rows in (("articles", [article]), ("events", events)):
        folder = tmp_path / "lake" / table / "dataset=coded" / "period=2023-09"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), folder / "part.parquet")
    return tmp_path / "lake"


def drawn(lake: Path, cross_fitted: Path | None) -> dict[str, Any]:
    """The events that are drawn from a lake, by trigger."""
    out = lake.parent / "out"
    judged_sample.draw(lake, out, 1, cross_fitted)
    return {line["trigger"]: line for line in map(json.loads, (out / "events.jsonl").read_text("utf-8").splitlines())}


def test_annotated_sentences_are_drawn_as_models_code_them_that_had_not_seen_them(lake: Path) -> None:
    norway = {"text": "Norway", "country": "NOR", "sector": None}
    denmark = {"text": None, "country": "DNK", "sector": None}
    both = trigger(0, 24, "attacked", "ASSAULT") | {"actors": [norway, denmark], "recipients": [], "reciprocal": True}
    line = {"article_id": "1", "sentence_start": 0, "events": [both]}
    path = lake.parent / "coded.jsonl"
    path.write_text(json.dumps(line) + "\n", "utf-8")
    found = drawn(lake, path)
    assert {word: one["event_type"] for word, one in found.items()} == {"attacked": "ASSAULT", "praised": "ACCUSE"}
    assert found["attacked"]["actors"] == found["attacked"]["recipients"] == [["Norway", "NOR"], ["", "DNK"]]
    assert found["attacked"]["sentence"] == "Norway attacked Denmark."


def test_sentences_that_taught_the_models_are_left_out_otherwise(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(lake, None).keys() == {"attacked", "praised"}
    seen = frozenset({judged_sample.fingerprint("Norway attacked Denmark.")})
    monkeypatch.setattr(judged_sample, "load_seen", lambda folder: seen)
    assert drawn(lake, None).keys() == {"praised"}


def test_sentences_that_were_judged_before_are_left_out(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judged_sample, "judged_before", lambda: {("1", 25)})
    assert drawn(lake, None).keys() == {"attacked"}

"""What is tried again of a quarantine, and how it is counted afterwards."""

from pathlib import Path
from typing import Any

import pytest
from rows import article, code, manifest, stage

from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.quarantine import transform_row, write_coded_rows
from tasks.load.retry import outcome, quarantined
from tasks.staging import Manifest, Staging, raw_id

A, B = "a" * 64, "b" * 64


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def row(record: str, reason: str = "broken_json", name: str = "a.json", sha: str = A) -> dict[str, Any]:
    return {"raw_uri": name, "raw_sha256": sha, "record": record, "stage": "extract", "reason": reason,
            "detail": "", "sample": ""}  # fmt: skip


def kept(lake: Lake, *rows: dict[str, Any], **more: Any) -> Manifest:
    name, sha = more.get("name", "a.json"), more.get("raw_sha256", A)
    return manifest(lake, found=len(rows), quarantine=rows, raw_id=raw_id(name, sha), **more)


def uncoded(lake: Lake, source: str = "plover", version: str = "v1") -> None:
    """A batch of one article that the coder failed on, loaded."""
    articles = {"2023-10": [article(1)]}
    staging = Staging(lake.root)
    manifest(lake, stage(lake, "b1", articles), source=source, name="c.json", raw_id=raw_id("c.json", B))
    code(lake, "b1", version, {"2023-10": []})
    write_coded_rows(staging.coded(version, "b1"), [transform_row(article(1), "coder_error", "the coder failed")])
    load_period(lake, staging, source, "2023-10", ["b1"], version)


def test_files_and_batches_with_something_in_quarantine_are_tried_again(lake: Lake) -> None:
    kept(lake, row("#1"))
    manifest(lake, name="whole.json", raw_id="whole")
    uncoded(lake)
    found = quarantined(lake, ["plover"])
    assert [m.raw_uri for m in found.manifests] == ["a.json"]
    assert (found.batches, found.sources, len(found.meant)) == ({"b1"}, ("plover",), 2)


def test_a_reason_chooses_among_them(lake: Lake) -> None:
    kept(lake, row("#1"), row("#2", "no_text"))
    kept(lake, row("#1", "no_text", "b.json"), name="b.json")
    uncoded(lake)
    assert [m.raw_uri for m in quarantined(lake, ["plover"], "broken_json").manifests] == ["a.json"]
    assert quarantined(lake, ["plover"], "no_text").batches == set()
    assert quarantined(lake, ["plover"], "coder_error").manifests == ()
    assert quarantined(lake, ["plover"], "too_large").meant == ()


def test_an_unknown_reason_names_those_that_are_there(lake: Lake) -> None:
    kept(lake, row("#1"), row("#2", "of_another_version"))
    with pytest.raises(UsageError, match=r"no reason 'odd'. In quarantine: broken_json, of_another_version\."):
        quarantined(lake, ["plover"], "odd")
    assert len(quarantined(lake, ["plover"], "of_another_version").meant) == 1


def test_a_source_that_holds_the_same_batch_is_brought_up_to_date_with_it(lake: Lake) -> None:
    uncoded(lake)
    uncoded(lake, source="godwit")
    assert quarantined(lake, ["plover"]).sources == ("godwit", "plover")


def test_every_record_that_was_tried_is_recovered_still_there_or_gone(lake: Lake) -> None:
    kept(lake, row("#1"), row("#2"), row("#3", "too_large"))
    lost = kept(lake, row("b.json", "empty", "b.json"), name="b.json")
    before = quarantined(lake, ["plover"])
    kept(lake, row("#2"), row("#3", "no_text"), row("#4"))
    kept(lake, row("b.json", "empty", "b.json"), name="b.json", gone=True)
    done = outcome(before, quarantined(lake, ["plover"]), [lost])
    assert done.tried == 4 == done.recovered + sum(done.still.values()) + sum(done.gone.values())
    assert (done.recovered, done.still, done.gone) == (1, {"broken_json": 1, "no_text": 1}, {"b.json": 1})
    assert done.new == {"broken_json": 1}


def test_a_record_is_known_by_its_place_also_in_a_file_with_other_bytes(lake: Lake) -> None:
    kept(lake, row("#1"), row("#2"))
    before = quarantined(lake, ["plover"])
    kept(lake, row("#1"), row("#2"), gone=True)
    kept(lake, row("#2", sha=B), raw_sha256=B)
    done = outcome(before, quarantined(lake, ["plover"]), [])
    assert (done.recovered, done.still, done.gone, done.new) == (1, {"broken_json": 1}, {}, {})


def test_what_was_not_meant_is_not_counted(lake: Lake) -> None:
    kept(lake, row("#1"), row("#2", "no_text"))
    before = quarantined(lake, ["plover"], "no_text")
    kept(lake)
    done = outcome(before, quarantined(lake, ["plover"]), [])
    assert (done.tried, done.recovered, done.new) == (1, 1, {})

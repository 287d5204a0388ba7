"""The quarantine of a source: from manifests and coded batches, the same file when nothing changed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from rows import article, code, manifest, stage

from tasks.errors import LakeError
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.quarantine import coded_rows, transform_row, write_coded_rows, write_quarantine
from tasks.staging import Staging


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def rejected(name: str, record: str = "#1", sha: str = "a" * 64, reason: str = "no_text") -> dict[str, Any]:
    return {"raw_uri": name, "raw_sha256": sha, "record": record, "stage": "extract", "reason": reason,
            "detail": "has no text", "sample": "{}"}  # fmt: skip


def kept(lake: Lake) -> list[dict[str, Any]]:
    return lake.read("quarantine", "plover", "all").to_pylist()


def test_the_rows_of_all_manifests_are_kept(lake: Lake) -> None:
    manifests = [manifest(lake, name=f"{n}.json", quarantine=(rejected(f"{n}.json", sha=n * 64),)) for n in "ab"]
    assert write_quarantine(lake, "plover", manifests) == lake.path("quarantine", "plover", "all")
    assert [row["raw_uri"] for row in kept(lake)] == ["a.json", "b.json"]


def test_unchanged_manifests_leave_the_file_alone(lake: Lake) -> None:
    manifests = [manifest(lake, name=f"{n}.json", quarantine=(rejected(f"{n}.json", sha=n * 64),)) for n in "ab"]
    path = write_quarantine(lake, "plover", manifests)
    assert path is not None
    os.utime(path, (1, 1))
    assert write_quarantine(lake, "plover", manifests[::-1]) is None
    assert path.stat().st_mtime == 1


def test_nothing_to_keep_writes_nothing(lake: Lake) -> None:
    assert write_quarantine(lake, "plover", [manifest(lake)]) is None
    assert lake.partitions("quarantine") == []


def test_what_was_put_right_leaves_the_quarantine(lake: Lake) -> None:
    write_quarantine(lake, "plover", [manifest(lake, quarantine=(rejected("a.json"),))])
    assert write_quarantine(lake, "plover", [manifest(lake)]) is not None
    assert kept(lake) == []


def test_two_empty_files_are_two_rows(lake: Lake) -> None:
    rows = [rejected(name, record="file", reason="empty") for name in ("a.json", "b.json")]
    write_quarantine(lake, "plover", [manifest(lake, quarantine=tuple(rows))])
    assert [row["record"] for row in kept(lake)] == ["file of a.json", "file of b.json"]


def test_articles_that_crashed_the_coder_are_kept_with_their_batch(lake: Lake) -> None:
    staging = Staging(lake.root)
    articles = {"2023-10": [article(1, body="one\x00two")]}
    made = manifest(lake, stage(lake, "b1", articles), quarantine=(rejected("a.json"),))
    code(lake, "b1", "v1", {"2023-10": []})
    row = transform_row(articles["2023-10"][0], "coder_error", "the coder failed")
    write_coded_rows(staging.coded("v1", "b1"), [row])
    assert coded_rows(staging, "v1", "b1") == [row]
    assert row["sample"] == "one\\x00two"

    load_period(lake, staging, "plover", "2023-10", ["b1"], "v1")
    write_quarantine(lake, "plover", [made])
    assert [(r["stage"], r["reason"]) for r in kept(lake)] == [("extract", "no_text"), ("transform", "coder_error")]


def test_only_batches_that_are_in_the_lake_count(lake: Lake) -> None:
    staging = Staging(lake.root)
    made = manifest(lake, stage(lake, "b1", {"2023-10": [article(1)]}))
    code(lake, "b1", "v2", {"2023-10": []})
    write_coded_rows(staging.coded("v2", "b1"), [transform_row(article(1), "coder_error", "the coder failed")])
    assert write_quarantine(lake, "plover", [made]) is None


def test_a_batch_without_quarantined_articles_has_no_file(lake: Lake, tmp_path: Path) -> None:
    write_coded_rows(tmp_path, [])
    assert list(tmp_path.iterdir()) == []
    assert coded_rows(Staging(lake.root), "v1", "b1") == []


def test_a_damaged_file_of_rows_is_said(lake: Lake) -> None:
    folder = Staging(lake.root).coded("v1", "b1")
    folder.mkdir(parents=True)
    (folder / "quarantine.json").write_text(json.dumps([1])[:-1])
    with pytest.raises(LakeError, match=r"quarantine.json: cannot be read"):
        coded_rows(Staging(lake.root), "v1", "b1")

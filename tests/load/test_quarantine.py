"""The quarantine of a source: from manifests and coded batches, the same file when nothing changed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from rows import article, code, manifest, stage

from tasks.errors import LakeError
from tasks.extract.raw_files import RawFile
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.quarantine import (
    coded_rows,
    mark_gone,
    settle,
    transform_row,
    write_coded_rows,
    write_quarantine,
    write_rows_again,
)
from tasks.staging import Staging, raw_id


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


# --- coded again


def coded_with_a_row(lake: Lake) -> Staging:
    staging = Staging(lake.root)
    code(lake, "b1", "v1", {"2023-10": []})
    write_coded_rows(staging.coded("v1", "b1"), [transform_row(article(1), "coder_error", "the coder failed")])
    return staging


def test_rows_of_a_batch_that_was_coded_again_count_from_when_they_are_settled(lake: Lake) -> None:
    staging = coded_with_a_row(lake)
    old = coded_rows(staging, "v1", "b1")
    new = [transform_row(article(1), "coder_error", "the coder failed in another way")]
    write_rows_again(staging.coded("v1", "b1"), new)
    assert coded_rows(staging, "v1", "b1") == old
    settle(staging, "v1", "b1")
    assert coded_rows(staging, "v1", "b1") == new
    settle(staging, "v1", "b1")
    assert coded_rows(staging, "v1", "b1") == new


def test_a_batch_without_rows_any_more_has_no_file_of_them(lake: Lake) -> None:
    staging = coded_with_a_row(lake)
    write_rows_again(staging.coded("v1", "b1"), [])
    settle(staging, "v1", "b1")
    assert not list(staging.coded("v1", "b1").glob("quarantine*"))


# --- raw files that are gone


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.json").write_text("{")
    return tmp_path / "archive"


def raw(path: Path, sha: str = "a" * 64) -> RawFile:
    return RawFile("plover", path, path.name, sha, 1)


def in_quarantine(lake: Lake) -> list[str]:
    write_quarantine(lake, "plover", Staging(lake.root).manifests("plover"))
    return [row["raw_sha256"][0] for row in kept(lake)]


def broken(lake: Lake, place: Path, sha: str = "a" * 64) -> None:
    manifest(lake, name=place.name, raw_id=raw_id(place.name, sha), raw_sha256=sha, location=str(place),
             found=1, quarantine=(rejected(place.name, sha=sha),))  # fmt: skip


def test_rows_of_a_file_that_has_other_bytes_now_leave_the_quarantine(lake: Lake, archive: Path) -> None:
    broken(lake, archive / "a.json")
    assert in_quarantine(lake) == ["a"]
    mark_gone(Staging(lake.root), "plover", [raw(archive / "a.json", "b" * 64)])
    assert in_quarantine(lake) == []


def test_they_come_back_with_the_bytes(lake: Lake, archive: Path) -> None:
    broken(lake, archive / "a.json")
    broken(lake, archive / "a.json", "b" * 64)
    for now, other in ("ab", "ba", "ab"):
        mark_gone(Staging(lake.root), "plover", [raw(archive / "a.json", now * 64)])
        assert in_quarantine(lake) == [now], other


def test_a_file_of_the_same_name_elsewhere_replaces_nothing(lake: Lake, archive: Path, tmp_path: Path) -> None:
    broken(lake, archive / "a.json")
    (tmp_path / "other").mkdir()
    mark_gone(Staging(lake.root), "plover", [raw(tmp_path / "other" / "a.json", "b" * 64)])
    assert in_quarantine(lake) == ["a"]


def test_a_file_that_was_not_looked_for_is_not_gone(lake: Lake, archive: Path) -> None:
    broken(lake, archive / "a.json")
    (archive / "a.json").unlink()
    mark_gone(Staging(lake.root), "plover", [])
    assert in_quarantine(lake) == ["a"]


def test_a_missing_file_is_gone_until_it_is_found_again_anywhere(lake: Lake, archive: Path, tmp_path: Path) -> None:
    broken(lake, archive / "a.json")
    staging = Staging(lake.root)
    (made,) = staging.manifests("plover")
    assert in_quarantine(lake) == ["a"]
    moved = archive.rename(tmp_path / "moved")
    mark_gone(staging, "plover", [], {made.raw_id})
    assert in_quarantine(lake) == []
    mark_gone(staging, "plover", [raw(moved / "a.json")])
    assert in_quarantine(lake) == ["a"]
    assert next(staging.manifests("plover")).location == str(moved / "a.json")


def test_marking_what_is_marked_writes_nothing(lake: Lake, archive: Path) -> None:
    broken(lake, archive / "a.json")
    staging = Staging(lake.root)
    found = [raw(archive / "a.json", "b" * 64)]
    mark_gone(staging, "plover", found)
    path = staging.manifest("plover", raw_id("a.json", "a" * 64))
    os.utime(path, (1, 1))
    mark_gone(staging, "plover", found)
    assert path.stat().st_mtime == 1

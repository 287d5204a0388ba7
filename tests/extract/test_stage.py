"""Staging a raw file: batches, manifest, the sum that must hold, and reading nothing twice."""

import gzip
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import ARTICLES
from tasks.errors import ConfigError, LakeError
from tasks.extract import stage
from tasks.extract.drafts import Rejected
from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.load import parquet_files
from tasks.settings import Settings, Source, path_source
from tasks.staging import Manifest, Staging


def entries(count: int, start: int = 0) -> list[dict[str, str]]:
    return [
        {"title": f"Item {n}", "text": f"Something happened in village {n}.", "date": f"2023-09-{n % 28 + 1:02d}"}
        for n in range(start, start + count)
    ]


def staged(path: Path, lake: Path, **changes: int) -> list[Manifest]:
    source, limits = path_source(path), replace(Settings(lake=lake), **changes)
    return [stage_raw_file(raw, source, limits) for raw in raw_files(source)]


def rows(manifest: Manifest, lake: Path) -> list[dict[str, object]]:
    files = [Staging(lake).articles(batch.batch_id) for batch in manifest.batches]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def balance(manifest: Manifest) -> bool:
    return manifest.found == manifest.articles + manifest.merged + len(manifest.quarantine)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "wader.json"
    path.write_text(json.dumps(entries(25)))
    return path


def test_a_file_becomes_batches_of_the_size_set(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake", batch_size=10)
    assert [batch.articles for batch in manifest.batches] == [10, 10, 5]
    assert (manifest.found, manifest.articles, manifest.merged, manifest.quarantine) == (25, 25, 0, ())
    assert [row["title"] for row in rows(manifest, tmp_path / "lake")] == [f"Item {n}" for n in range(25)]


def test_a_batch_has_the_columns_of_the_contract_and_the_period(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake")
    table = pq.read_table(Staging(tmp_path / "lake").articles(manifest.batches[0].batch_id))
    assert table.schema.names == [*ARTICLES.schema.names, "period"]
    assert table.schema.types == [*ARTICLES.schema.types, table.schema.field("period").type]


def test_the_manifest_says_periods_and_days(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake")
    (batch,) = manifest.batches
    assert (dict(batch.periods), batch.first_day, batch.last_day) == ({"2023-09": 25}, "2023-09-01", "2023-09-25")


def test_the_manifest_can_be_read_back(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake")
    assert list(Staging(tmp_path / "lake").manifests("wader")) == [manifest]


def test_what_is_staged_is_not_read_again(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = staged(file, tmp_path / "lake")
    monkeypatch.setattr(stage, "_records", lambda *_: pytest.fail("it was read again"))
    assert staged(file, tmp_path / "lake") == first


def test_a_lost_batch_is_made_again_byte_for_byte(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake")
    batch = Staging(tmp_path / "lake").articles(manifest.batches[0].batch_id)
    before = batch.read_bytes()
    batch.unlink()
    assert staged(file, tmp_path / "lake") == [manifest]
    assert batch.read_bytes() == before


def test_a_damaged_manifest_is_made_again(file: Path, tmp_path: Path) -> None:
    (manifest,) = staged(file, tmp_path / "lake")
    Staging(tmp_path / "lake").manifest("wader", manifest.raw_id).write_text("{")
    assert staged(file, tmp_path / "lake") == [manifest]


def test_other_settings_of_the_source_make_other_batches(file: Path, tmp_path: Path) -> None:
    lake = Settings(lake=tmp_path / "lake")
    plain, named = Source("wader", file), Source("wader", file, outlet="The Wader")
    (raw,) = raw_files(plain)
    first, second = stage_raw_file(raw, plain, lake), stage_raw_file(raw, named, lake)
    assert first.batches[0].batch_id != second.batches[0].batch_id
    assert {row["outlet"] for row in rows(second, lake.lake)} == {"The Wader"}


def test_copies_within_a_file_are_merged_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "copies.json"
    file.write_text(json.dumps(entries(5) + entries(3)))
    (manifest,) = staged(file, tmp_path / "lake", batch_size=2)
    assert (manifest.found, manifest.articles, manifest.merged) == (8, 5, 3)


def test_every_record_of_a_mixed_zip_is_accounted_for(tmp_path: Path) -> None:
    file = tmp_path / "mixed.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("good.json", json.dumps(entries(3)))
        archive.writestr("keywords.json", json.dumps({"keywords": [["a", 1]]}))
        archive.writestr("broken.jsonl", json.dumps(entries(1, 7)[0]) + '\n{"title": "cut')
        archive.writestr("empty.txt", "")
        archive.writestr("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(500))
        archive.writestr("news.csv.gz", gzip.compress(b"date,title,text\n2023-01-01,A,b\n2023-01-02,,\n"))
    (manifest,) = staged(file, tmp_path / "lake")
    assert {(row["record"], row["reason"]) for row in manifest.quarantine} == {
        ("keywords.json", "no_articles"),
        ("broken.jsonl line 2", "broken_json"),
        ("empty.txt", "empty"),
        ("picture.png", "binary"),
        ("news.csv.gz line 3", "no_text"),
    }
    assert (manifest.articles, manifest.found, balance(manifest)) == (5, 10, True)
    assert {row["raw_uri"] for row in rows(manifest, tmp_path / "lake")} == {
        "mixed.zip!good.json",
        "mixed.zip!broken.jsonl",
        "mixed.zip!news.csv.gz",
    }


def test_places_in_quarantine_are_unique_even_for_members_of_one_name(tmp_path: Path) -> None:
    file = tmp_path / "twice.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "")
        for _ in range(2):
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr("a.txt", "")
    (manifest,) = staged(file, tmp_path / "lake")
    assert [row["record"] for row in manifest.quarantine] == ["a.txt", "a.txt (2)", "a.txt (3)"]


def test_an_unreadable_file_is_one_row_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "empty.json"
    file.write_bytes(b"")
    (manifest,) = staged(file, tmp_path / "lake")
    assert (manifest.found, manifest.batches) == (1, ())
    assert [(row["record"], row["reason"]) for row in manifest.quarantine] == [("empty.json", "empty")]


def test_signs_that_cannot_be_stored_do_not_stop_it(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text(r'{"\ud800": {"title": "Half \ud83d", "text": "\u0000 body"}, "\udc00x": {"title": "\ud800"}}')
    (manifest,) = staged(file, tmp_path / "lake")
    assert manifest.articles == 1
    assert list(Staging(tmp_path / "lake").manifests("odd")) == [manifest]


def test_a_run_that_is_killed_leaves_no_manifest(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "write_bytes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        staged(file, tmp_path / "lake")
    assert list(Staging(tmp_path / "lake").manifests("wader")) == []
    monkeypatch.undo()
    assert staged(file, tmp_path / "lake")[0].articles == 25


def test_a_full_disk_is_one_sentence(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(parquet_files.os, "fsync", full)
    with pytest.raises(LakeError, match="the disk is full"):
        staged(file, tmp_path / "lake")


def test_an_unknown_time_zone_stops_before_anything_is_read(file: Path, tmp_path: Path) -> None:
    source = Source("wader", file, timezone="Mars/Olympus")
    with pytest.raises(ConfigError, match="Mars/Olympus"):
        stage_raw_file(raw_files(source)[0], source, Settings(lake=tmp_path / "lake"))


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet=st.sampled_from('[]{}",:\n title;ex2013-'), max_size=200)))
def test_whatever_is_in_a_file_its_sum_is_right(tmp_path_factory: pytest.TempPathFactory, content: bytes | str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "raw").write_bytes(content if isinstance(content, bytes) else content.encode())
    (manifest,) = staged(folder / "raw", folder / "lake")
    assert balance(manifest)
    assert manifest.found >= 1
    assert len({row["record"] for row in manifest.quarantine}) == len(manifest.quarantine)


# --- reading again


def read_again(path: Path, lake: Path) -> Manifest:
    source = path_source(path)
    (raw,) = raw_files(source)
    return stage_raw_file(raw, source, Settings(lake=lake), again=True)


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def half_read(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake whose reader could not read the second half of the file."""
    real = stage._records

    def worse(*given: object) -> Iterator[stage._Found]:
        for number, found in enumerate(real(*given)):  # type: ignore[arg-type]
            yield found if number < 12 else replace(found, what=Rejected(f"#{number + 1}", "no_text", "not yet"))

    with monkeypatch.context() as patch:
        patch.setattr(stage, "_records", worse)
        staged(file, tmp_path / "lake")
    return tmp_path / "lake"


def test_reading_again_what_gives_the_same_touches_no_file(file: Path, tmp_path: Path) -> None:
    file.write_text(json.dumps(entries(5)) + "\n{")
    (first,) = staged(file, tmp_path / "lake")
    before = contents(tmp_path / "lake")
    assert read_again(file, tmp_path / "lake") == first
    assert contents(tmp_path / "lake") == before


def test_a_better_reader_of_the_same_version_recovers_records_into_batches_of_another_name(
    file: Path, half_read: Path
) -> None:
    (before,) = Staging(half_read).manifests("wader")
    assert (before.articles, len(before.quarantine)) == (12, 13)
    again = read_again(file, half_read)
    assert (again.articles, again.quarantine, again.reading) == (25, (), before.reading)
    assert again.batches[0].batch_id != before.batches[0].batch_id
    assert len(rows(before, half_read)) == 12  # the old batch is as it was, until nothing names it
    assert read_again(file, half_read) == again
    assert staged(file, half_read) == [again]


def test_the_old_manifest_stays_until_the_new_one_is_written(
    file: Path, half_read: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (before,) = Staging(half_read).manifests("wader")
    monkeypatch.setattr(stage, "write_bytes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        read_again(file, half_read)
    assert list(Staging(half_read).manifests("wader")) == [before]
    assert len(rows(before, half_read)) == 12
    monkeypatch.undo()
    assert read_again(file, half_read).articles == 25


# --- files that change


def staged_while(change: Callable[[], object], path: Path, lake: Path) -> Manifest:
    """The manifest of a file that is changed after it was found and before it is read to its end."""
    source = path_source(path)
    (raw,) = raw_files(source)
    change()
    return stage_raw_file(raw, source, Settings(lake=lake))


@pytest.mark.parametrize("how", ["grown", "same size and time", "removed at its end"])
def test_a_file_that_changes_while_it_is_read_gives_no_article_and_is_read_in_the_next_run(
    how: str, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, old = file.stat().st_mtime_ns, file.read_text()

    def change() -> None:
        if how == "grown":
            file.write_text(json.dumps(entries(30)))
        elif how == "same size and time":
            file.write_text(old.replace("village 7", "village 8"))
            os.utime(file, ns=(time, time))
        else:
            monkeypatch.setattr(stage, "sha256_of", lambda path: path.with_name("gone").stat())

    manifest = staged_while(change, file, tmp_path / "lake")
    assert [(row["record"], row["reason"]) for row in manifest.quarantine] == [("wader.json", "changed_while_read")]
    assert (manifest.articles, manifest.batches, balance(manifest)) == (0, (), True)
    assert list((tmp_path / "lake" / "staging" / "articles").glob("*")) == []
    monkeypatch.undo()
    assert staged(file, tmp_path / "lake")[0].articles >= 25


def test_what_was_read_of_a_file_before_it_changed_is_kept(file: Path, tmp_path: Path) -> None:
    (before,) = staged(file, tmp_path / "lake")
    old = file.read_text()
    source = Source("wader", file, outlet="The Wader")  # another reading of the same bytes
    (raw,) = raw_files(source)
    for _ in range(2):
        file.write_text("[]")
        changed = stage_raw_file(raw, source, Settings(lake=tmp_path / "lake"))
        assert changed.batches == before.batches
        assert [row["reason"] for row in changed.quarantine] == ["changed_while_read"]
        assert balance(changed)
    file.write_text(old)
    again = stage_raw_file(raw, source, Settings(lake=tmp_path / "lake"))
    assert (again.articles, again.quarantine) == (25, ())


def test_a_member_that_climbs_out_of_its_zip_is_only_a_name(tmp_path: Path) -> None:
    file = tmp_path / "in" / "climbing.zip"
    file.parent.mkdir()
    names = ["../../x.json", "/etc/y.json", "..\\..\\z.json", "C:\\w.json", "../../empty.txt"]
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, "" if name.endswith(".txt") else json.dumps(entries(1, number)))
    (manifest,) = staged(file, tmp_path / "lake")
    assert {row["raw_uri"] for row in rows(manifest, tmp_path / "lake")} == {f"climbing.zip!{n}" for n in names[:4]}
    assert [(row["raw_uri"], row["record"]) for row in manifest.quarantine] == [
        ("climbing.zip!../../empty.txt", "../../empty.txt")
    ]
    assert {path.name for path in tmp_path.iterdir()} == {"in", "lake"}
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["climbing.zip"]


def test_a_file_whose_name_is_not_utf_8_is_staged_and_found_again(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.json"))
    file.write_text(json.dumps(entries(2)) + "\n{é")
    (manifest,) = staged(file, tmp_path / "lake")
    (kept,) = Staging(tmp_path / "lake").manifests(manifest.source)
    assert kept == manifest
    assert Path(kept.location) == file
    assert kept.raw_uri == "caf\\xe9.json"


def test_quarantine_says_where_in_the_member_a_record_stands(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    good, bad = json.dumps(entries(1)[0]), '{"title": "cut'
    file.write_text(f"{good}\n{bad}")
    (manifest,) = staged(file, tmp_path / "lake")
    (row,) = manifest.quarantine
    assert file.read_text()[row["raw_start"] : row["raw_end"]] == bad


def test_the_founding_article_becomes_one_row(real_data: Path, tmp_path: Path) -> None:
    notes, page = staged(real_data / "archive", tmp_path / "lake")
    assert [row["reason"] for row in notes.quarantine] == ["no_articles"]
    (row,) = rows(page, tmp_path / "lake")
    assert (row["title"], row["outlet"], row["published_date"], row["date_basis"]) == (
        "Russia leaves Armenia ally to burn in Azerbaijan",
        "Asia Times",
        date(2023, 10, 5),
        "stated",
    )
    assert (row["categories"], row["poster"], row["language"]) == (["2023"], "Kajoyan Gevork", "en")
    assert str(row["body"]).startswith("Azerbaijan’s violent ouster")
    assert row["raw_uri"] == "archive/asia-times-2023-10-05.txt"

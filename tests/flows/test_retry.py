"""The flow behind `dotterel run --retry-quarantined`, on a small archive, with the real coder."""

import json
import shutil
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from flow_archive import ACCUSED, article

from flows import recorded_run
from flows import retry as flow
from flows.ingest import ingest
from flows.summary import RunSummary
from tasks import workers
from tasks.contract import CODED_TABLES
from tasks.load.lake import Lake
from tasks.load.parquet_files import read_table, write_table
from tasks.load.quarantine import transform_row, write_coded_rows
from tasks.load.retry import Retried
from tasks.staging import Staging
from tasks.transform import code_again


@pytest.fixture(autouse=True)
def _no_worker_processes(first_run: tuple[Path, RunSummary], monkeypatch: pytest.MonkeyPatch) -> None:
    """Work is done right here, so that the coder is loaded once for all these tests."""
    monkeypatch.setattr(recorded_run, "worker_processes", lambda *_: nullcontext())
    monkeypatch.setattr(workers, "_here", None)
    monkeypatch.setattr(workers, "_anywhere", None)


def again(lake: Path, **given: Any) -> RunSummary:
    summary = flow.retry(lake=lake, return_state=True, **given).result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


def run(*paths: Path, lake: Path, **given: Any) -> RunSummary:
    summary = ingest(list(paths), lake=lake, return_state=True, **given).result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return summary


def contents(lake: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(lake)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(lake.rglob("*"))
        if path.is_file() and "runs/" not in str(path)
    }


def tables(lake: Path) -> dict[str, bytes]:
    return {name: data for name, (data, _) in contents(lake).items() if not name.startswith("staging/")}


def in_quarantine(lake: Path) -> list[tuple[str, str]]:
    rows = Lake(lake).read("quarantine", "archive", "all").to_pylist()
    return [(row["raw_uri"], row["reason"]) for row in rows]


@pytest.fixture
def own(archive: Path, tmp_path: Path) -> Path:
    """The archive at a place of its own, to be changed."""
    return Path(shutil.copytree(archive, tmp_path / "own" / "archive"))


@pytest.fixture
def lake(filled: Path, own: Path) -> Path:
    """The filled lake, which knows the archive by that place."""
    for path in (filled / "staging" / "raw" / "archive").glob("*.json"):
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "location": str(own / Path(manifest["location"]).name)}))
    return filled


def test_a_retry_that_changes_nothing_writes_nothing(lake: Path) -> None:
    before = contents(lake)
    for _ in range(2):
        summary = again(lake)
        assert summary.retried == Retried(2, 0, still={"binary": 1, "empty": 1})
        assert summary.partitions_written == ()
        assert contents(lake) == before


def test_a_file_that_was_repaired_leaves_the_quarantine_and_its_articles_are_coded(lake: Path, own: Path) -> None:
    (own / "empty.txt").write_text(json.dumps([article(9, "2023-09-30", ACCUSED)]))
    summary = again(lake)
    assert summary.retried == Retried(2, 1, still={"binary": 1})
    assert summary.periods_written == ("archive 2023-09",)
    assert len(Lake(lake).read("articles", "archive", "2023-09")) == 3
    assert in_quarantine(lake) == [("archive/picture.png", "binary")]
    assert run(own, lake=lake).partitions_written == ()


def test_an_ordinary_run_after_a_repair_drops_the_old_rows_too(lake: Path, own: Path) -> None:
    (own / "empty.txt").write_text(json.dumps([article(9, "2023-09-30", ACCUSED)]))
    run(own, lake=lake)
    assert in_quarantine(lake) == [("archive/picture.png", "binary")]


def test_a_file_that_is_missing_is_said_and_leaves_the_quarantine_but_not_the_lake(lake: Path, own: Path) -> None:
    before = tables(lake)
    (own / "picture.png").rename(own.parent / "picture.png")
    summary = again(lake, reason="binary")
    assert summary.retried == Retried(1, 0, gone={"archive/picture.png": 1})
    assert f"archive/picture.png: is gone from {own / 'picture.png'}." in summary.warnings
    assert in_quarantine(lake) == [("archive/empty.txt", "empty")]
    (own.parent / "picture.png").rename(own / "picture.png")
    run(own, lake=lake)  # it is back, and so is its row
    assert tables(lake) == before


def test_a_reason_and_a_source_choose_what_is_read(lake: Path) -> None:
    assert [file.raw_uri for file in again(lake, reason="binary", source="archive").files] == ["archive/picture.png"]


def test_larger_limits_let_in_what_was_too_much(own: Path, server: str, tmp_path: Path, filled: Path) -> None:
    shutil.rmtree(filled / "staging" / "raw")
    small, large = tmp_path / "small.toml", tmp_path / "large.toml"
    small.write_text("max_members = 1")
    large.write_text("max_members = 2")
    with zipfile.ZipFile(own / "news.zip", "w") as archive:
        for number in (1, 2):
            archive.writestr(f"{number}.json", json.dumps([article(number, "2023-10-05", ACCUSED)]))
    run(own / "news.zip", lake=filled, config=small, source="archive")
    assert again(filled, config=small).retried == Retried(1, 0, still={"too_many_members": 1})
    assert again(filled, config=large).retried == Retried(1, 1)
    assert len(Lake(filled).read("articles", "archive", "2023-10")) == 2


# --- what the coder failed on


@pytest.fixture
def failed(lake: Path) -> str:
    """The coder failed on one article of September, as the lake has it; the article's id."""
    staging, there = Staging(lake), Lake(lake)
    origin = there.origin("articles", "archive", "2023-09")
    assert origin is not None
    (batch,) = origin.batches
    row = next(r for r in read_table(staging.articles(batch)).to_pylist() if r["body"].startswith("Armenia accused"))
    folder = staging.coded(origin.coder, batch)
    for table in CODED_TABLES:
        write_table(_without(read_table(folder / f"{table}.parquet"), row["article_id"]), folder / f"{table}.parquet")
        left = _without(there.read(table, "archive", "2023-09"), row["article_id"])
        there.write(table, "archive", "2023-09", left, origin)
    write_coded_rows(folder, [transform_row(row, "coder_error", "the coder failed on this article (MemoryError)")])
    return str(row["article_id"])


def _without(rows: pa.Table, article_id: str) -> pa.Table:
    return rows.filter(pc.not_equal(rows.column("article_id"), article_id))


def test_an_article_that_the_coder_failed_on_is_coded_again_at_the_same_version(
    lake: Path, failed: str, first_run: tuple[Path, RunSummary]
) -> None:
    assert failed not in Lake(lake).read("events", "archive", "2023-09").column("article_id").to_pylist()
    summary = again(lake, reason="coder_error")
    assert summary.retried == Retried(1, 1)
    assert summary.batches_coded == 1
    assert summary.periods_written == ("archive 2023-09",)
    assert tables(lake) == tables(first_run[0])  # as if the coder had never failed
    assert not list(lake.rglob("quarantine*.json"))
    assert not list(lake.rglob("*.tmp"))


@pytest.mark.parametrize("at", ["load_all", "settle_all", "keep_all_quarantine"])
def test_a_retry_that_is_killed_loses_nothing_and_the_next_one_ends_it(
    at: str, lake: Path, failed: str, first_run: tuple[Path, RunSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*given: Any, **more: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, at, killed)
        with pytest.raises(KeyboardInterrupt):
            flow.retry(lake=lake, reason="coder_error")
    coded = failed in Lake(lake).read("events", "archive", "2023-09").column("article_id").to_pylist()
    assert coded or list(lake.rglob("quarantine.json"))
    again(lake)
    assert tables(lake) == tables(first_run[0])


def test_a_batch_whose_tables_are_half_replaced_stays_in_quarantine_until_it_is_whole(
    lake: Path, failed: str, first_run: tuple[Path, RunSummary], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = code_again._replace, iter(range(10))

    def full_disk(made: Path, place: Path) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        real(made, place)

    with monkeypatch.context() as patch:
        patch.setattr(code_again, "_replace", full_disk)
        summary = again(lake, reason="coder_error")
    assert [failure.why.split(", ")[1] for failure in summary.failures[:1]] == [
        "the disk is full; make room and run again."
    ]
    assert summary.retried == Retried(1, 0, still={"coder_error": 1})
    assert again(lake, reason="coder_error").retried == Retried(1, 1)
    assert tables(lake) == tables(first_run[0])


def test_an_older_coder_s_failure_is_coded_by_the_coder_of_now_with_its_whole_period(
    lake: Path, failed: str, first_run: tuple[Path, RunSummary]
) -> None:
    there = Lake(lake)
    origin = there.origin("articles", "archive", "2023-09")
    assert origin is not None
    (lake / "staging" / "coded" / origin.coder).rename(lake / "staging" / "coded" / "older")
    for table in ("articles", *CODED_TABLES):
        for period in ("2023-09", "2023-10"):
            made = there.origin(table, "archive", period)
            assert made is not None
            older = type(made)("older", made.batches)
            there.write(table, "archive", period, there.read(table, "archive", period), older)
    summary = again(lake, reason="coder_error")
    assert summary.retried == Retried(1, 1)
    assert summary.recoded == ("archive 2023-09",)
    assert summary.outdated == ("archive 2023-10",)
    assert there.read("events", "archive", "2023-09") == Lake(first_run[0]).read("events", "archive", "2023-09")

"""The flow behind `dotterel run`, on a small archive, with the real coder and worker processes."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from flow_archive import ACCUSED, article

from flows.ingest import ingest
from flows.summary import RunSummary
from tasks import workers
from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.load.plan import NEWS_TABLES

FirstRun = tuple[Path, RunSummary]


def run(*paths: Path, lake: Path, **given: Any) -> tuple[str, RunSummary]:
    state = ingest(list(paths), lake=lake, return_state=True, **given)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return state.name, summary


def contents(lake: Path, *, without_runs: bool = True) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(lake)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(lake.rglob("*"))
        if path.is_file() and not (without_runs and "runs/" in str(path))
    }


def records(lake: Path) -> list[dict[str, Any]]:
    rows = [Lake(lake).read("runs", p.source, p.period).to_pylist()[0] for p in Lake(lake).partitions("runs")]
    return sorted(rows, key=lambda row: row["started_at"])


def test_found_is_articles_plus_copies_plus_quarantine_for_every_raw_file(first_run: FirstRun) -> None:
    _, summary = first_run
    lines = {file.sum_line() for file in summary.files}
    assert lines == {
        "september.jsonl: found 3 = 2 articles + 1 merged copy + 0 quarantined",
        "october.json: found 3 = 3 articles + 0 merged copies + 0 quarantined",
        "empty.txt: found 1 = 0 articles + 0 merged copies + 1 quarantined",
        "picture.png: found 1 = 0 articles + 0 merged copies + 1 quarantined",
    }


def test_raw_files_in_quarantine_do_not_stop_the_others(first_run: FirstRun) -> None:
    lake, summary = first_run
    assert not summary.failures
    assert {p.period for p in Lake(lake).partitions("articles")} == {"2023-09", "2023-10"}
    assert len(Lake(lake).read("quarantine", "archive", "all")) == 2


def test_a_news_period_has_all_its_tables(first_run: FirstRun) -> None:
    lake, _ = first_run
    tables = {p.table for p in Lake(lake).partitions(source="archive") if p.period == "2023-09"}
    assert tables == {"articles", "stories", "events", "quotes", "claims", "mentions", "introductions"}


def test_the_events_that_were_coded_are_counted_by_type(first_run: FirstRun) -> None:
    _, summary = first_run
    assert summary.events["ACCUSE"] >= 3


def test_the_run_is_recorded_with_what_it_did(first_run: FirstRun) -> None:
    lake, summary = first_run
    record = records(lake)[0]
    assert (record["flow"], record["state"]) == ("ingest", "completed")
    assert (record["found"], record["articles"], record["merged"], record["quarantined"]) == (8, 5, 1, 2)
    assert tuple(record["partitions_written"]) == summary.partitions_written
    assert record["seconds_transform"] > 0
    assert record["finished_at"] >= record["started_at"]


def test_a_second_run_changes_no_file_and_starts_no_worker(
    filled: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_worker(self: workers.Workers) -> None:
        pytest.fail("a worker process was started")

    monkeypatch.setattr(workers.Workers, "_start", no_worker)
    before = contents(filled)
    state, summary = run(archive, lake=filled)
    assert state == "Completed"
    assert contents(filled) == before
    assert not summary.anything_new
    assert summary.found == 8


def test_the_facts_that_reports_ask_for_are_there_also_after_a_run_of_ones_own_archive(first_run: FirstRun) -> None:
    lake, _ = first_run
    kinds = set(Lake(lake).read("relations", "facts", "all", ["kind"]).column(0).to_pylist())
    assert {"border", "alliance", "membership", "leader"} <= kinds


def test_a_new_raw_file_replaces_only_the_periods_that_it_falls_into(
    filled: Path, archive: Path, tmp_path: Path
) -> None:
    grown = Path(shutil.copytree(archive, tmp_path / "archive"))
    (grown / "more.json").write_text(json.dumps([article(9, "2023-09-30", ACCUSED)]))
    _, summary = run(grown, lake=filled)
    assert summary.periods_written == ("archive 2023-09",)
    assert summary.batches_coded == 1
    assert len(Lake(filled).read("articles", "archive", "2023-09")) == 3


def test_a_batch_that_cannot_be_coded_fails_its_period_and_no_other(
    filled: Path, archive: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One staged batch is damaged, and nothing is coded yet.
    shutil.rmtree(filled / "staging" / "coded")
    for table in NEWS_TABLES:
        shutil.rmtree(filled / table)
    damaged = next(path for path in (filled / "staging" / "articles").iterdir() if set(_periods(path)) == {"2023-09"})
    damaged.write_bytes(b"not Parquet")
    state, summary = run(archive, lake=filled)
    assert state == "Failed"
    assert summary.periods_written == ("archive 2023-10",)
    assert [failure.what for failure in summary.failures] == [
        f"batch {damaged.stem} of archive/september.jsonl",
        "period 2023-09 of archive",
    ]
    assert "damaged" in summary.failures[0].why
    assert records(filled)[-1]["state"] == "failed"


def test_a_range_chooses_batches_and_periods(server: str, archive: Path, filled: Path) -> None:
    shutil.rmtree(filled / "articles")
    _, summary = run(archive, lake=filled, since=date(2023, 10, 1), until=date(2023, 10, 31))
    assert summary.periods_written == ("archive 2023-10",)


def test_a_source_that_is_not_there_fails_alone(server: str, archive: Path, filled: Path, tmp_path: Path) -> None:
    state, summary = run(archive, tmp_path / "gone", lake=filled)
    assert state == "Failed"
    assert [failure.what for failure in summary.failures] == ["source gone"]
    assert summary.found == 8


def test_a_range_that_ends_before_it_begins_is_wrong_usage(server: str, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--since 2023-10-02 is after --until 2023-10-01"):
        ingest([archive], lake=tmp_path / "lake", since=date(2023, 10, 2), until=date(2023, 10, 1))
    assert not (tmp_path / "lake").exists()


def test_few_articles_are_reported_where_the_source_says_so(
    server: str, archive: Path, filled: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "dotterel.toml").write_text("")
    (config / "sources.toml").write_text(f"[archive]\npath = {json.dumps(str(archive))}\nleast_rows = 3\n")
    shutil.rmtree(filled / "staging" / "raw")
    _, summary = run(lake=filled, config=config / "dotterel.toml")
    assert "archive/september.jsonl: 2 articles, fewer than the 3 that sources.toml expects." in summary.warnings


def _periods(path: Path) -> list[str]:
    periods: list[str] = pq.read_table(path, columns=["period"]).column("period").to_pylist()
    return periods

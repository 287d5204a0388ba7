"""What status says of freshness, and of periods that failed."""

from datetime import UTC, date, datetime
from pathlib import Path

from rows import article, put

from tasks.load import runs
from tasks.load.lake import Lake
from tasks.report.status import status

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def run(
    lake: Lake, day: int, state: runs.State = "completed", *, failed: tuple[str, ...] = (), wrote: str = ""
) -> None:
    moment = datetime(2026, 1, day, tzinfo=UTC)
    made = runs.start(lake, "ingest", {}, now=moment, coder_version="v1")
    written = [f"events/source=plover/period={wrote}"] if wrote else []
    runs.finish(lake, made, state, now=moment, sources=["plover"], periods_failed=failed, partitions_written=written)


def test_a_source_is_as_old_as_its_newest_article(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article(1, published_date=date(2026, 1, 1)), article(2, published_date=date(2026, 1, 29))])
    put(lake, "articles", [article(3, published_date=None)], source="undated")
    rows = {row["source"]: row for row in status(lake.root, NOW).sources.to_pylist()}
    assert {name: row["age_days"] for name, row in rows.items()} == {"plover": 2, "undated": None}


def test_the_last_run_of_a_source_is_the_last_that_did_all_of_its_work(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article(1)])
    put(lake, "articles", [article(1)], source="wader")
    for day, state in ((2, "completed"), (3, "completed"), (4, "failed")):
        run(lake, day, state)  # type: ignore[arg-type]
    rows = {row["source"]: row["last_run"] for row in status(lake.root, NOW).sources.to_pylist()}
    assert rows == {"plover": datetime(2026, 1, 3, tzinfo=UTC), "wader": None}


def test_a_period_has_failed_until_a_run_writes_it(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article(1)])
    run(lake, 2, "failed", failed=("plover/2023-09", "plover/2023-10"))
    assert status(lake.root, NOW).periods_failed == ("plover/2023-09", "plover/2023-10")
    run(lake, 3, wrote="2023-10")
    assert status(lake.root, NOW).periods_failed == ("plover/2023-09",)


def test_records_of_an_older_dotterel_that_lack_columns_are_read(tmp_path: Path) -> None:
    from tasks.load.parquet_files import read_metadata, read_table, write_table

    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article(1)])
    run(lake, 2, failed=("plover/2023-09",))
    run(lake, 3)
    (old, _) = lake.partitions("runs")
    lacking = read_table(old.path).drop_columns(["sources", "periods_failed", "sha256", "periods_before"])
    write_table(lacking, old.path, read_metadata(old.path))
    assert status(lake.root, NOW).periods_failed == ()
    assert [record.sources for record in runs.read_runs(lake)] == [(), ("plover",)]

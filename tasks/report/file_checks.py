"""Holds the files of a lake against the record of runs and against each other: `dotterel check`, beside the SQL."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tasks.load.lake import Lake
from tasks.load.plan import NEWS_TABLES
from tasks.load.runs import RunRecord, read_runs, sha256_of_partition
from tasks.report.checks import SAMPLE_ROWS, CheckResult
from tasks.staging import Staging

Wrong = Mapping[str, Any]


def run_file_checks(lake: Path, names: Sequence[str]) -> list[CheckResult]:
    """The results of these checks; nothing is wrong where `failures` is 0. Raises LakeError for a damaged record."""
    there = Lake(lake)
    records = read_runs(there) if names else []
    results = []
    for name in names:
        question, check = FILE_CHECKS[name]
        wrong = list(check(there, records))
        results.append(CheckResult(name, question, len(wrong), tuple(wrong[:SAMPLE_ROWS])))
    return results


def _checksums(lake: Lake, records: Sequence[RunRecord]) -> Iterator[Wrong]:
    """Files that are not what the last run to write them recorded.

    A run that was killed replaces files and does not come to record them, so that what it may have replaced is not held
    against what was recorded before.
    """
    recorded: dict[str, tuple[str, RunRecord]] = {}
    for record in records:
        if record.finished_at is None:
            begun = {(b.source, b.period) for b in record.before}
            recorded = {name: kept for name, kept in recorded.items() if not _may_be_replaced(name, begun)}
        recorded |= {name: (sha256, record) for name, sha256 in record.sha256.items() if sha256}
    for name, (sha256, record) in sorted(recorded.items()):
        now = sha256_of_partition(lake, name)
        if now != sha256:
            yield {
                "partition": name,
                "run_id": record.run_id,
                "recorded": sha256,
                "now": now or "it is gone, or cannot be read",
            }


def _may_be_replaced(name: str, begun: Collection[tuple[str, str]]) -> bool:
    """Whether a run that set out to write these periods of news may have replaced a partition."""
    table, source, period = name.split("/")
    news = (source.removeprefix("source="), period.removeprefix("period="))
    return table not in NEWS_TABLES or news in begun or not begun


def _foreign_files(lake: Lake, records: Sequence[RunRecord]) -> Iterator[Wrong]:
    """Partitions of which neither a run, nor a raw file, nor their own footer says where they are from."""
    written = {name for record in records for name in record.partitions_written}
    known = {*Staging(lake.root).sources(), *(b.source for record in records for b in record.before)}
    for partition in lake.partitions():
        if partition.table == "runs" or partition.name in written or partition.source in known:
            continue
        origin = lake.origin(partition.table, partition.source, partition.period)
        if origin is None or not origin.coder.startswith(f"{partition.source} "):  # `gdelt 1`: a data set's reader
            yield {"partition": partition.name}


def _missing_tables(lake: Lake, records: Sequence[RunRecord]) -> Iterator[Wrong]:
    """Periods of news that lack one of their tables."""
    for (source, period), tables in _periods(lake).items():
        for table in sorted(set(NEWS_TABLES) - tables):
            yield {"source": source, "period": period, "lacks": table}


def _footers(lake: Lake, records: Sequence[RunRecord]) -> Iterator[Wrong]:
    """Periods of news whose tables were not made together, or have one that is damaged."""
    for (source, period), tables in _periods(lake).items():
        origins = {table: lake.origin(table, source, period) for table in NEWS_TABLES if table in tables}
        for table, origin in origins.items():
            if origin is None:
                yield {"source": source, "period": period, "table": table, "problem": "its footer cannot be read"}
            elif origin != (first := next(o for o in origins.values() if o)):
                what = "coder" if origin.coder != first.coder else "batches"
                what = what if origin.contract == first.contract else "contract"
                yield {"source": source, "period": period, "table": table, "problem": f"is of another {what}"}


def _periods(lake: Lake) -> dict[tuple[str, str], set[str]]:
    """The tables that each period of news has; news is what raw files were staged of."""
    news = set(Staging(lake.root).sources())
    found: dict[tuple[str, str], set[str]] = {}
    for table in NEWS_TABLES:
        for partition in lake.partitions(table):
            if partition.source in news:
                found.setdefault((partition.source, partition.period), set()).add(table)
    return found


FILE_CHECKS: Final[Mapping[str, tuple[str, Callable[[Lake, Sequence[RunRecord]], Iterator[Wrong]]]]] = {
    "checksums": ("Which files are not what the run that wrote them recorded?", _checksums),
    "footers": ("Which periods of news have tables that were not made together?", _footers),
    "foreign_files": ("Which files does nothing in the lake know of?", _foreign_files),
    "missing_tables": ("Which periods of news lack one of their tables?", _missing_tables),
}
"""Checks of files by name, each with its question."""

"""Loads one period of news: the rows of its batches become one partition of articles and of each coded table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import TABLES
from tasks.errors import LakeError
from tasks.load.lake import Lake, Origin
from tasks.load.parquet_files import count_rows, read_table
from tasks.load.plan import NEWS_TABLES
from tasks.staging import Staging


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one period holds after its load: rows a table, and `table/source=S/period=P` of each file replaced."""

    source: str
    period: str
    rows: dict[str, int] = field(default_factory=dict)
    written: tuple[str, ...] = ()


def load_period(
    lake: Lake,
    staging: Staging,
    source: str,
    period: str,
    batch_ids: Sequence[str],
    coder_version: str,
) -> LoadResult:
    """Write the partitions of one source and period from exactly these batches, coded at `coder_version`.

    All tables are written, also those without rows, so that a reader finds each of them. A file that would not change
    is left alone. Raises LakeError when a batch is missing or damaged, or the lake cannot be written.
    """
    origin = Origin(coder=coder_version, batches=tuple(sorted(set(batch_ids))))
    rows: dict[str, int] = {}
    written: list[str] = []
    for table in NEWS_TABLES:
        if table == "articles":
            paths = [staging.articles(batch) for batch in origin.batches]
        else:
            paths = [staging.coded(coder_version, batch) / f"{table}.parquet" for batch in origin.batches]
        path = lake.write(table, source, period, rows_of_period(table, period, paths), origin)
        rows[table] = count_rows(lake.path(table, source, period))
        if path is not None:
            written.append(f"{table}/source={source}/period={period}")
    return LoadResult(source, period, rows, tuple(written))


def rows_of_period(table: str, period: str, paths: Iterable[Path]) -> pa.Table:
    """The rows of one period in the files of several batches, without their column `period`.

    Raises LakeError when a file is missing, damaged or has no such column.
    """
    tables = [TABLES[table].schema.empty_table()]
    for path in paths:
        batch = read_table(path)
        if "period" not in batch.column_names:
            raise LakeError(f"{path}: has no column 'period'; remove the file and run again.")
        tables.append(batch.filter(pc.equal(batch.column("period"), period)).drop_columns(["period"]))
    # Permissive, so that files of an older contract reach the check of the lake, which says what is wrong with them.
    return pa.concat_tables(tables, promote_options="default")

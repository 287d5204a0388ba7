"""Opens the lake as a locked, read-only DuckDB: one view a table, and the views of `sql/lists` and `sql/views`.

Nothing can be reached from it but the files of the lake that are there when it is opened. It is opened for one
question and closed again, which takes a few hundredths of a second, so that each question sees the newest files.
"""

import csv
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from tasks.contract import RELATIONS, TABLES, Table
from tasks.errors import UsageError
from tasks.load.lake import Lake, Partition, check_lake
from tasks.storage import is_remote

SQL: Final = Path(__file__).resolve().parent / "sql"
"""The folder of SQL files: views, reports, checks; and of `lists`, small tables that reports go by."""

MEMORY_LIMIT: Final = "1GB"
"""What DuckDB may take before it writes to the temporary folder; a run's workers need the rest of a small machine."""

_OWN_DATE: Final = {"articles": "published_date", "events": "published_date", "indicators": "known_from",
                    "relations": "known_from"}  # fmt: skip
"""The column that says from when a row was public, which `as_of` cuts by."""


def open_warehouse(lake: Path, as_of: date | None = None, *, union: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection with the views `articles`, `events`, ... and `incidents`; close it after use.

    Views have the columns `source` and `period` as text, then those of the contract; a table without files is an empty
    view. With `as_of`, they hold only what was public on that day; rows without a date of publication are left out
    then, and rows coded from an article count as its article does. Columns are looked for in every file only
    with `union`: slower over thousands of files, and needed only where some were written before a column was added to
    the contract (see `tasks.report.query.ask`, which tries without).

    Raises UsageError when there is no lake in that folder, LakeError when it is of a contract that cannot be read here.
    """
    partitions = Lake(lake).partitions()
    if not partitions:
        raise UsageError(f"{lake}: there is no lake here yet; fill it with `dotterel run --lake {lake}` first.")
    check_lake(partitions)
    connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
    try:
        if is_remote(lake):
            connection.register_filesystem(lake.fs)  # type: ignore[attr-defined]
        _prepare(connection, partitions)
        schema = "main" if as_of is None else "stored"
        connection.execute(f"create schema if not exists {schema}")
        for table in TABLES.values():
            _create_table_view(connection, schema, table, [p for p in partitions if p.table == table.name], union)
        if as_of is not None:
            for table in TABLES.values():
                _create_dated_view(connection, table, as_of)
        for file in sorted((SQL / "lists").glob("*.csv")):
            create_list_view(connection, file)
        for file in sorted((SQL / "views").glob("*.sql")):
            connection.execute(f"create view {file.stem} as {file.read_text(encoding='utf-8')}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def warehouse(lake: Path, as_of: date | None = None, *, union: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """`open_warehouse`, closed at the end."""
    connection = open_warehouse(lake, as_of, union=union)
    try:
        yield connection
    finally:
        connection.close()


def view_names() -> list[str]:
    """What a query can read: the tables of the contract, the lists of `sql/lists` and the views of `sql/views`."""
    files = [*(SQL / "lists").glob("*.csv"), *(SQL / "views").glob("*.sql")]
    return [*TABLES, *sorted(file.stem for file in files)]


def _prepare(connection: duckdb.DuckDBPyConnection, partitions: Sequence[Partition]) -> None:
    """All settings; after the lock none of them can be changed."""
    spill = Path(tempfile.gettempdir()) / f"dotterel-{os.getpid()}-{secrets.token_hex(4)}"
    for name, value in {
        "temp_directory": quoted(str(spill)),
        "TimeZone": "'UTC'",
        "parquet_metadata_cache": "true",  # a report may scan a thousand daily files three times
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "allowed_paths": _listed(partitions),
    }.items():
        connection.execute(f"set {name} = {value}")


def _create_table_view(
    connection: duckdb.DuckDBPyConnection, schema: str, table: Table, partitions: Sequence[Partition], union: bool
) -> None:
    """The view `<schema>.<table>` over the files of a table, in the columns of the contract.

    Without `union`, DuckDB takes the columns from the first file, and fails later where another lacks one of them.
    """
    types = {"source": "varchar", "period": "varchar"} | {c.name: sql_type(c.type) for c in table.columns}
    if not partitions:
        nothing = ", ".join(f"null::{sql_type} as {name}" for name, sql_type in types.items())
        connection.execute(f"create view {schema}.{table.name} as select {nothing} where false")
        return
    files = f"read_parquet({_listed(partitions)}, hive_partitioning = true, hive_types_autocast = false"
    united = f"{files}, union_by_name = true)"
    try:
        columns, origin = list(types), united if union else f"{files})"
        connection.execute(f"create view {schema}.{table.name} as select {', '.join(columns)} from {origin}")
    except duckdb.BinderException:  # a file that was looked into lacks a column
        present = {row[0] for row in connection.execute(f"describe select * from {united}").fetchall()}
        columns = [name if name in present else f"null::{types[name]} as {name}" for name in types]
        connection.execute(f"create view {schema}.{table.name} as select {', '.join(columns)} from {united}")


def create_list_view(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A view of the lines of a small CSV file, as text, null where empty; `line` counts them from 1."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(line for line in file if line.strip() and not line.startswith("#"))
    values = ", ".join(
        f"({', '.join([str(number), *(quoted(cell) if cell else 'null' for cell in row)])})"
        for number, row in enumerate(rows, 1)
    )
    columns = ", ".join(f'"{name}"::varchar as "{name}"' for name in header)
    names = ", ".join(f'"{name}"' for name in ("line", *header))
    connection.execute(f"create view {path.stem} as select line, {columns} from (values {values}) listed({names})")


def _create_dated_view(connection: duckdb.DuckDBPyConnection, table: Table, as_of: date) -> None:
    """The view `<table>` over `stored.<table>` that holds what was public on a day: of a tie, no end after it."""
    day = f"date '{as_of.isoformat()}'"
    where = ""
    columns = "*"
    if table is RELATIONS:
        columns = f"* replace (case when end_date <= {day} then end_date end as end_date)"
    if own := _OWN_DATE.get(table.name):
        where = f"where {own} <= {day}"
    elif any(column.name == "article_id" for column in table.columns):
        where = (
            "where exists (from stored.articles a where a.source = t.source and a.article_id = t.article_id "
            f"and a.published_date <= {day})"
        )
    connection.execute(f"create view {table.name} as select {columns} from stored.{table.name} t {where}")


def sql_type(arrow: pa.DataType) -> str:
    """The DuckDB type that a Parquet column of an Arrow type is read as."""
    if pa.types.is_list(arrow):
        return f"{sql_type(arrow.value_type)}[]"
    names = {
        pa.string(): "varchar",
        pa.int64(): "bigint",
        pa.float64(): "double",
        pa.bool_(): "boolean",
        pa.date32(): "date",
        pa.timestamp("us", tz="UTC"): "timestamptz",
    }
    return names[arrow]


def _listed(partitions: Sequence[Partition]) -> str:
    return "[" + ", ".join(quoted(str(partition.path)) for partition in partitions) + "]"


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"

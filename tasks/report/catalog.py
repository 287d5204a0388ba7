"""Writes a small DuckDB file of views over the lake, which any client of DuckDB opens at once, also while a run writes.

The views name the lake's files by patterns: partitions that are written later are seen without a new catalogue. The
file is in the oldest storage format that DuckDB still writes, so that older clients open it too.
"""

import re
from pathlib import Path
from typing import Final

import duckdb

from tasks.contract import TABLES, Table
from tasks.errors import DotterelError, UsageError
from tasks.load.lake import Lake, check_lake
from tasks.report.export.places import check_place, written_beside
from tasks.report.meanings import column_meaning, meanings
from tasks.report.warehouse import SQL, create_list_view, quoted, sql_type
from tasks.storage import is_remote

_STORAGE: Final = "v1.0.0"


def write_catalog(lake: Path, out: Path, *, force: bool = False) -> int:
    """Write the catalogue and give the number of its views. Raises UsageError where there is no lake, or one on S3.

    A table that has no file yet is a view without rows; once it has files, the catalogue is to be written again.
    """
    if is_remote(lake):
        raise UsageError(f"{lake}: a catalogue is of a lake on this machine; ask one on S3 with `dotterel sql`.")
    partitions = Lake(lake).partitions()
    if not partitions:
        raise UsageError(f"{lake}: there is no lake here yet; fill it with `dotterel run --lake {lake}` first.")
    check_lake(partitions)
    check_place(out, lake, folder=False, force=force)
    filled = {partition.table for partition in partitions}
    with written_beside(out) as path, duckdb.connect(":memory:") as connection:
        try:
            connection.execute(f"attach {quoted(str(path))} as catalogue (storage_version '{_STORAGE}')")
            connection.execute("use catalogue")
            connection.execute("begin")  # one at the end, and not one a comment, waits for the disk
            for table in TABLES.values():
                _table_view(connection, lake.resolve(), table, is_filled=table.name in filled)
            for file in sorted((SQL / "lists").glob("*.csv")):
                create_list_view(connection, file)
                _comment(connection, file.stem)
            for file in sorted((SQL / "views").glob("*.sql")):
                connection.execute(f"create view {file.stem} as {file.read_text(encoding='utf-8')}")
                _comment(connection, file.stem)
            views = len(connection.execute("select 1 from duckdb_views() where not internal").fetchall())
            connection.execute("commit")
            connection.execute("use memory")
            connection.execute("detach catalogue")  # writes all of it into the one file
        except duckdb.Error as error:
            raise DotterelError(f"{out}: the catalogue cannot be written ({str(error).splitlines()[0]}).") from error
    return views


def _table_view(connection: duckdb.DuckDBPyConnection, lake: Path, table: Table, *, is_filled: bool) -> None:
    """The view of a table, with the meaning of each column."""
    types = {"source": "varchar", "period": "varchar"} | {c.name: sql_type(c.type) for c in table.columns}
    note = ""
    if is_filled:
        # Characters that mean something in a pattern stand for themselves in brackets.
        there = re.sub(r"[*?[]", r"[\g<0>]", str(lake))
        pattern = f"{there}/{table.name}/source=*/period=*/{table.name}.parquet"
        files = (
            f"read_parquet({quoted(pattern)}, hive_partitioning = true, hive_types_autocast = false, "
            "union_by_name = true)"
        )
        present = {row[0] for row in connection.execute(f"describe select * from {files}").fetchall()}
        columns = [name if name in present else f"null::{types[name]} as {name}" for name in types]
        connection.execute(f"create view {table.name} as select {', '.join(columns)} from {files}")
    else:
        nothing = ", ".join(f"null::{kind} as {name}" for name, kind in types.items())
        connection.execute(f"create view {table.name} as select {nothing} where false")
        note = " It had no file when this catalogue was written; write it again once it has."
    _comment(connection, table.name, note)


def _comment(connection: duckdb.DuckDBPyConnection, view: str, note: str = "") -> None:
    """Put what a view and its columns mean beside them, as DuckDB's own comments."""
    connection.execute(f"comment on view {view} is {quoted(meanings()[view].rows + note)}")
    for row in connection.execute(f"describe {view}").fetchall():
        if meaning := column_meaning(view, row[0]):
            connection.execute(f'comment on column {view}."{row[0]}" is {quoted(meaning)}')

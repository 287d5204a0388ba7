"""Asks the lake what the pages show: one opened lake for the whole site, so that all pages tell of one state of it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from tasks.report.query import translated
from tasks.report.warehouse import open_warehouse

SQL: Final = Path(__file__).parent / "sql"
"""The questions that no report answers, one file each: the rows behind a bar, what an article holds."""

_ATTEMPTS: Final = 4
_PAUSE: Final = 0.5
"""Seconds before the whole is asked again, when a run replaced a file in the middle of a question."""


class Questions:
    """The lake as it was when this was opened, with the tables that most questions are asked of."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, dataset: str) -> None:
        self._connection = connection
        self.dataset = dataset
        for name, values in (("told", {"dataset": dataset}), ("subjects", {})):
            self.keep(name, **values)

    def keep(self, name: str, **values: Any) -> None:
        """Answer a question once, and keep the answer as a table of that name."""
        self._connection.execute(f"create temp table {name} as {_sql(name)}", values or None)

    def rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of `sql/<name>.sql`, whose parameters are `values`."""
        answer = self._connection.execute(_sql(name), values or None)
        columns = [column[0] for column in answer.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]

    def row(self, name: str, **values: Any) -> Mapping[str, Any]:
        """The one row of an answer that always has one."""
        return self.rows(name, **values)[0]


@contextmanager
def questions(lake: Path, dataset: str, as_of: date | None) -> Iterator[Questions]:
    """The lake, opened for questions. Raises UsageError and LakeError like `tasks.report.query.ask`.

    Where a run replaces files while the first tables are made, that is tried again.
    """
    connection, asked = _opened(lake, dataset, as_of)
    try:
        yield asked
    except duckdb.Error as error:
        raise translated(error) from error
    finally:
        connection.close()


def _opened(lake: Path, dataset: str, as_of: date | None) -> tuple[duckdb.DuckDBPyConnection, Questions]:
    union = False
    for attempt in range(1, _ATTEMPTS + 1):
        connection = open_warehouse(lake, as_of, union=union)
        try:
            return connection, Questions(connection, dataset)
        except duckdb.Error as error:
            connection.close()
            if "schema mismatch" in str(error) and not union:
                union = True  # a file from before a column was added to the contract
            elif attempt == _ATTEMPTS or not isinstance(error, duckdb.IOException | duckdb.InvalidInputException):
                raise translated(error) from error
            else:
                time.sleep(_PAUSE * attempt)
    raise AssertionError("the last attempt returns or raises")


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")

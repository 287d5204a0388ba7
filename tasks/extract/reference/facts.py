"""Reads our own small tables of facts: ties between states and figures of public record, as CSV."""

import csv
import math
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import INDICATORS, RELATIONS, Column, Table
from tasks.errors import ConfigError
from tasks.extract.reference.countries import country_codes

TABLES: Final = (RELATIONS, INDICATORS)
"""The tables that a folder of facts has, each in `<table>.csv`."""

_COUNTRIES: Final = ("country", "counterpart")
_TWO_SIDED: Final = ("alliance", "border")


def read_facts(folder: Path) -> dict[str, pa.Table]:
    """The tables `relations` and `indicators` of a folder, with the columns of the contract.

    The header of each file names every column of its table, in any order, and no other; lines that begin with `#` are
    comments. Empty fields are null, or the empty text where the contract wants one. Raises ConfigError, with file and
    line, for a column or value that cannot be meant.
    """
    return {table.name: _table(folder / f"{table.name}.csv", table) for table in TABLES}


def _table(path: Path, table: Table) -> pa.Table:
    seen: dict[tuple[Any, ...], int] = {}
    rows: list[dict[str, Any]] = []
    for line, record in records(path, [column.name for column in table.columns]):
        try:
            row = {column.name: _value(column, record[column.name]) for column in table.columns}
            _check(table, row)
            key = tuple(row[name] for name in table.key)
            if key in seen:
                raise ValueError(f"says the same as line {seen[key]}")
        except ValueError as error:
            raise ConfigError(f"{path}:{line}: {error}.") from None
        seen[key] = line
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=table.schema)


def records(path: Path, names: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The records of a CSV file with these columns, and the lines that they begin in. Raises ConfigError."""
    lines = [(number, line) for number, line in _lines(path) if line.strip() and not line.startswith("#")]
    reader = csv.reader((line for _, line in lines), strict=True)
    header: list[str] = []
    before = 0
    try:
        for fields in reader:
            number, before = lines[before][0], reader.line_num
            if not header:
                header = fields
                _check_header(path, number, header, names)
            elif len(fields) != len(header):
                raise ConfigError(f"{path}:{number}: has {len(fields)} fields where the header has {len(header)}.")
            else:
                yield number, dict(zip(header, (field.strip() for field in fields), strict=True))
    except csv.Error as error:
        raise ConfigError(f"{path}:{lines[before][0]}: is not valid CSV ({error}).") from None
    if not header:
        raise ConfigError(f"{path}: is empty; its first line names the columns.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    return enumerate(text.split("\n"), 1)


def _check_header(path: Path, line: int, header: list[str], names: Sequence[str]) -> None:
    if unknown := [name for name in header if name not in names]:
        raise ConfigError(f"{path}:{line}: unknown columns: {', '.join(unknown)}. Known: {', '.join(names)}.")
    if missing := [name for name in names if name not in header]:
        raise ConfigError(f"{path}:{line}: lacks the columns {', '.join(missing)}.")
    if len(header) != len(names):
        raise ConfigError(f"{path}:{line}: names a column twice.")


def _value(column: Column, text: str) -> Any:
    """The field in the type of its column. Raises ValueError with what is wrong."""
    if not text:
        if column.required and column.name != "counterpart":
            raise ValueError(f"{column.name} is empty")
        return "" if column.required else None
    if column.values and text not in column.values:
        raise ValueError(f"{column.name} is '{text}'; known: {', '.join(column.values)}")
    if column.name in _COUNTRIES and text not in country_codes():
        raise ValueError(f"{column.name} is '{text}', which is no ISO 3166 alpha-3 code")
    if pa.types.is_date(column.type):
        return day(column.name, text)
    if pa.types.is_floating(column.type):
        return _number(column, text)
    return text


def day(name: str, text: str) -> date:
    """The day that the field called `name` holds. Raises ValueError with what is wrong."""
    problem = f"{name} is '{text}', which is no date like 2023-04-04"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ValueError(problem) from None
    if found.isoformat() != text:
        raise ValueError(problem)  # `20230404` and weeks are ISO dates too
    return found


def _number(column: Column, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{column.name} is '{text}', which is no number")
    return number


def _check(table: Table, row: dict[str, Any]) -> None:
    """Raises ValueError where the fields of a row do not go together."""
    if row["end_date"] is not None and row["end_date"] < row["start_date"]:
        raise ValueError(f"end_date {row['end_date']} lies before start_date {row['start_date']}")
    if table is RELATIONS and row["kind"] == "leader":
        raise ValueError("leaders stand in people.csv of the codebook, with their office and its days")
    if row["note"] is None:
        raise ValueError("note is empty; it says where the fact comes from")
    if row["counterpart"] == row["country"]:
        raise ValueError(f"country and counterpart are both {row['country']}")
    if table is RELATIONS and (row["kind"] in _TWO_SIDED) != bool(row["counterpart"]):
        raise ValueError(f"a tie of kind {row['kind']} has {'a' if row['kind'] in _TWO_SIDED else 'no'} counterpart")
    if table is INDICATORS and row["value"] is None:
        raise ValueError("value is empty")

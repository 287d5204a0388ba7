"""Says what each table, list and view of the lake holds, and what its columns mean: the data dictionary, by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from tasks.contract import CLAIMS, EVENTS, TABLES, Table
from tasks.report.warehouse import SQL

_OF_FOLDERS: Final = {
    "source": "where the row was read from: a source of sources.toml, or the name of a folder or file",
    "period": "month, day or year of the partition, as text; `undated` or `all` where none fits",
}
_COLUMNS_BEGIN: Final = "Columns:"
_COLUMN: Final = re.compile(r" {0,3}(\w+(?:, \w+)*)(?: {2,}| (?=\w+ ))(\S.*)")
_ALSO: Final = re.compile(r"as in (\w+)(?: and \w+)?")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a view holds, in a sentence or two, and what its columns mean; a unit stands in brackets."""

    rows: str
    columns: dict[str, str]


@cache
def meanings() -> dict[str, Meaning]:
    """What everything that a query can read means, by its name: tables, then lists and views."""
    found = {table.name: _of_table(table) for table in TABLES.values()}
    for file in sorted((SQL / "lists").glob("*.csv")):
        found[file.stem] = described(file.read_text(encoding="utf-8"), "# ")
    for file in sorted((SQL / "views").glob("*.sql")):
        told = described(file.read_text(encoding="utf-8"), "-- ")
        found[file.stem] = Meaning(told.rows.removeprefix(f"{file.stem}: "), told.columns)
    return {name: Meaning(told.rows, _resolved(told.columns, found)) for name, told in found.items()}


def column_meaning(view: str, column: str) -> str:
    """What a column of a view means; a view shares columns with tables. Empty: nothing is said."""
    told = meanings()[view].columns
    for columns in (told, *(meanings()[table.name].columns for table in (EVENTS, CLAIMS, TABLES["articles"]))):
        if column in columns:
            return columns[column]
    return ""


def described(text: str, mark: str) -> Meaning:
    """What the head of a file says, whose lines begin with `mark`: what a row is, then what each column means.

    A line `name, name   meaning` begins a column, and one that is set further in goes on with it. `Columns:` may stand
    before the first.
    """
    rows: list[str] = []
    columns: dict[str, str] = {}
    names: list[str] = []
    begun = _COLUMNS_BEGIN not in text
    for line in _head(text, mark):
        if line.strip() == _COLUMNS_BEGIN:
            begun = True
        elif begun and (match := _COLUMN.fullmatch(line)) and (names or "  " in line.strip()):
            names = match[1].split(", ")
            columns |= dict.fromkeys(names, match[2].strip())
        elif names:
            columns |= {name: f"{columns[name]} {line.strip()}" for name in names}
        else:
            rows.append(line.strip())
    return Meaning(" ".join(rows), columns)


def _head(text: str, mark: str) -> Iterable[str]:
    for line in text.splitlines():
        if not line.startswith(mark):
            return
        yield line.removeprefix(mark)


def _of_table(table: Table) -> Meaning:
    columns = {c.name: c.meaning + (f" ({c.unit})" if c.unit else "") for c in table.columns}
    return Meaning(f"One row is {table.row}.", _OF_FOLDERS | columns)


def _resolved(columns: dict[str, str], known: dict[str, Meaning]) -> dict[str, str]:
    """Columns of which it says `as in events`, with what it says there."""
    return {
        name: known[match[1]].columns.get(name, text)
        if (match := _ALSO.fullmatch(text)) and match[1] in known
        else text
        for name, text in columns.items()
    }

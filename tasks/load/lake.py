"""The lake: where each partition lies, what is there, and the one place that checks rows against the contract.

    <lake>/<table>/source=<source>/period=<period>/<table>.parquet

A partition is replaced whole, and only when its rows or its footer would change. The footer says what made it.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import CONTRACT_VERSION, READABLE_SINCE, TABLES, Column, Table
from tasks.errors import LakeError, UsageError
from tasks.load.parquet_files import read_metadata, read_schema, read_table, write_table, writing
from tasks.storage import is_remote

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
_PERIOD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class ContractError(LakeError):
    """Rows that break the contract of their table: a mistake in the code that made them. Nothing was written."""


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One file of the lake: its table, source and period."""

    table: str
    source: str
    period: str
    path: Path

    @property
    def name(self) -> str:
        """`table/source=S/period=P`, as the runs table names it."""
        return f"{self.table}/source={self.source}/period={self.period}"


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a partition, as its footer says: coder version, the ids of its batches, contract version.

    The same for all tables of one news partition; `coder` and `batches` are empty where no coder and no batches were
    at work.
    """

    coder: str = ""
    batches: tuple[str, ...] = ()
    contract: str = str(CONTRACT_VERSION)

    def to_metadata(self, table: str) -> dict[str, str]:
        """The footer entries of a file of `table`."""
        return {
            "dotterel.batches": json.dumps(sorted(set(self.batches))),
            "dotterel.coder": self.coder,
            "dotterel.contract": self.contract,
            "dotterel.table": table,
        }

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str]) -> Self:
        """What a footer says; empty where it says nothing."""
        batches = json.loads(metadata.get("dotterel.batches", "[]"))
        return cls(metadata.get("dotterel.coder", ""), tuple(batches), metadata.get("dotterel.contract", ""))


@dataclass(frozen=True, slots=True)
class Lake:
    """The tables under one folder, or under `s3://bucket/folder`. It need not be there before something is written."""

    root: Path

    def path(self, table: str, source: str, period: str) -> Path:
        """The file of a partition. Raises UsageError for a table, source or period that cannot be one."""
        if table not in TABLES:
            raise UsageError(f"There is no table '{table}'. Tables: {', '.join(TABLES)}.")
        if not _SOURCE.fullmatch(source):
            raise UsageError(f"'{source}' cannot name a source: use lower-case letters, digits and . _ -")
        if not _PERIOD.fullmatch(period):
            raise UsageError(f"'{period}' cannot name a period: use letters, digits and . _ -")
        return self.root / table / f"source={source}" / f"period={period}" / f"{table}.parquet"

    def partitions(self, table: str | None = None, source: str | None = None) -> list[Partition]:
        """What is there, sorted by table, source and period; other files and folders are passed over."""
        found: list[Partition] = []
        for name in (table,) if table else sorted(TABLES):
            if is_remote(self.root):
                found += _remote_partitions(self.root, name, source)
                continue
            for source_name, source_folder in _children(self.root / name, "source=", _SOURCE):
                if source is not None and source_name != source:
                    continue
                for period, folder in _children(source_folder, "period=", _PERIOD):
                    path = folder / f"{name}.parquet"
                    if path.is_file():
                        found.append(Partition(name, source_name, period, path))
        return sorted(found)

    def origin(self, table: str, source: str, period: str) -> Origin | None:
        """What made a partition; None when it is missing, or damaged and so to be written again."""
        path = self.path(table, source, period)
        if not path.is_file():
            return None
        try:
            return Origin.from_metadata(read_metadata(path))
        except (LakeError, ValueError):
            return None

    def read(self, table: str, source: str, period: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of one partition, without source and period; null in columns that an older contract did not have.

        Raises LakeError when it is missing or damaged.
        """
        rows = read_table(self.path(table, source, period), columns)
        for name in columns or TABLES[table].schema.names:
            if name not in rows.column_names:
                rows = rows.append_column(name, pa.nulls(rows.num_rows, TABLES[table].column(name).type))
        return rows

    def write(self, table: str, source: str, period: str, rows: pa.Table, origin: Origin) -> Path | None:
        """Replace a partition by `rows`, sorted and with one row for each key; None when nothing would change.

        Of several rows with one key the one with the smallest other columns stays, whatever order they came in.
        Raises ContractError when rows break the contract, LakeError when the place cannot be written or holds what a
        newer Dotterel wrote.
        """
        path = self.path(table, source, period)
        declared = TABLES[table]
        # One name all the way: a month of articles is large, and what came in can go when it is sorted.
        rows = checked(declared, rows)
        rows = one_row_a_key(rows, declared.key)
        metadata = origin.to_metadata(table)
        if path.is_file():
            if there := self.origin(table, source, period):
                check_contract(there, path)
            if _same(path, rows, metadata):
                return None
        write_table(rows, path, metadata, unique=declared.key if len(declared.key) == 1 else ())
        return path

    def remove(self, partition: Partition) -> None:
        """Take a partition away whose rows are in another one. Raises LakeError when the place cannot be written."""
        with writing(partition.path):
            partition.path.unlink(missing_ok=True)
            if not is_remote(self.root):
                partition.path.parent.rmdir()


def check_lake(partitions: Iterable[Partition]) -> None:
    """Raise LakeError when a lake is of a contract that cannot be read here.

    Only the newest period of each table and source is looked into: a lake may have thousands of files, and whoever
    wrote under another contract has written those, or at least the record of the run.
    """
    newest = {(partition.table, partition.source): partition.path for partition in sorted(partitions)}
    for path in newest.values():
        try:
            origin = Origin.from_metadata(read_metadata(path))
        except (LakeError, ValueError):
            continue  # damaged, or replaced just now: whoever reads it says so
        check_contract(origin, path)


def check_contract(origin: Origin, path: Path) -> None:
    """Raise LakeError when a file is of a contract that cannot be read here; one that names none is let pass."""
    if not origin.contract.isdecimal():
        return
    contract = int(origin.contract)
    if contract > CONTRACT_VERSION:
        raise LakeError(
            f"{path}: was written by a newer Dotterel (contract {contract}; this one knows up to {CONTRACT_VERSION}): "
            "update Dotterel, and nothing is lost."
        )
    if contract < READABLE_SINCE:
        raise LakeError(
            f"{path}: was written by an older Dotterel (contract {contract}), whose columns meant something else "
            f"(this one reads from {READABLE_SINCE} on): read your archives into a new lake with `dotterel run --lake`."
        )


def checked(table: Table, rows: pa.Table) -> pa.Table:
    """The rows with their columns in the order of the contract; ContractError when they break it."""
    schema = table.schema
    names = set(rows.column_names)
    if missing := [name for name in schema.names if name not in names]:
        raise ContractError(f"{table.name}: rows lack the columns {', '.join(missing)}.")
    if unknown := sorted(names - set(schema.names)) or [n for n in names if rows.column_names.count(n) > 1]:
        raise ContractError(f"{table.name}: rows have columns that the contract does not: {', '.join(unknown)}.")
    for column in table.columns:
        if problem := _problem(column, rows.column(column.name)):
            raise ContractError(f"{table.name}.{column.name}: {problem}.")
    # Same types, but nullability and the names inside lists become those of the contract.
    return rows.select(schema.names).cast(schema)


def one_row_a_key(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """The rows sorted by `key`, one for each: the one that is smallest when written as JSON."""
    if is_ascending(rows, key):
        return rows
    ordered = rows.take(pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in key]))
    before, after = ordered.slice(0, ordered.num_rows - 1), ordered.slice(1)
    same = pc.equal(before.column(key[0]), after.column(key[0]))
    for name in key[1:]:
        same = pc.and_(same, pc.equal(before.column(name), after.column(name)))
    repeated = pc.indices_nonzero(same).to_pylist()  # row i + 1 has the key of row i
    if not repeated:
        return ordered
    dropped: set[int] = set()
    best, text, last = -1, "", -1
    for index in repeated:
        if index != last:
            best, text = index, _as_text(ordered, index)
        last = index + 1
        other = _as_text(ordered, last)
        if other < text:
            dropped.add(best)
            best, text = last, other
        else:
            dropped.add(last)
    return ordered.take(pa.array([i for i in range(ordered.num_rows) if i not in dropped], pa.int64()))


def is_ascending(rows: pa.Table, key: Sequence[str]) -> bool:
    """Whether each row has a larger key than the one before it; the usual case of large tables, and cheap to see."""
    if rows.num_rows < 2:
        return True
    before, after = rows.slice(0, rows.num_rows - 1), rows.slice(1)
    rises = pa.scalar(False)
    for name in reversed(key):
        left, right = before.column(name), after.column(name)
        rises = pc.or_(pc.less(left, right), pc.and_(pc.equal(left, right), rises))
    return bool(pc.all(rises, skip_nulls=False).as_py())


def _as_text(rows: pa.Table, index: int) -> str:
    return json.dumps(rows.slice(index, 1).to_pylist()[0], sort_keys=True, default=str, ensure_ascii=False)


def _problem(column: Column, values: pa.ChunkedArray) -> str:
    """What is wrong with a column, or an empty text."""
    if values.type != column.type:
        return f"has type {values.type} where the contract says {column.type}"
    if column.required and values.null_count:
        return f"is required and null in {values.null_count} rows"
    if values.null_count == len(values):
        return ""  # nothing in it can be wrong
    if pa.types.is_list(values.type) and pc.list_flatten(values).null_count:
        return "has a null inside a list"
    if pa.types.is_floating(values.type) and (wrong := _count(pc.invert(pc.is_finite(values)))):
        return f"is not a finite number in {wrong} rows"
    if column.values:
        odd = pc.invert(pc.is_in(values, value_set=pa.array(column.values, values.type), skip_nulls=False))
        odd = pc.and_(odd, pc.is_valid(values))
        if wrong := _count(odd):
            example: Any = values.filter(odd)[0].as_py()
            return f"is '{example}' or another unknown value in {wrong} rows; known: {', '.join(column.values)}"
    return ""


def _count(flags: pa.ChunkedArray) -> int:
    return int(pc.sum(flags).as_py() or 0)


def _same(path: Path, rows: pa.Table, metadata: Mapping[str, str]) -> bool:
    """Whether the file holds these rows and this footer; a damaged file does not."""
    try:
        if read_metadata(path) != dict(metadata) or not read_schema(path).equals(rows.schema):
            return False
        # One column after the other, so that the file is not held in memory as a whole beside the rows.
        return all(read_table(path, [name]).column(0).equals(rows.column(name)) for name in rows.column_names)
    except LakeError:
        return False


def _children(folder: Path, prefix: str, name: re.Pattern[str]) -> Iterator[tuple[str, Path]]:
    """The sub-folders `<prefix><name>` of a folder that may not be there."""
    try:
        with os.scandir(folder) as entries:
            found = [entry.name for entry in entries if entry.name.startswith(prefix) and entry.is_dir()]
    except FileNotFoundError:
        return
    except OSError as error:
        raise LakeError(f"{folder}: cannot be read ({error.strerror}).") from error
    for child in found:
        if name.fullmatch(child.removeprefix(prefix)):
            yield child.removeprefix(prefix), folder / child


def _remote_partitions(root: Path, table: str, source: str | None) -> Iterator[Partition]:
    """The partitions of a table on remote storage, where one request lists all of them and folders are only names."""
    for path in (root / table).glob(f"source={source or '*'}/period=*/{table}.parquet"):
        source_name = path.parent.parent.name.removeprefix("source=")
        period = path.parent.name.removeprefix("period=")
        if _SOURCE.fullmatch(source_name) and _PERIOD.fullmatch(period):
            yield Partition(table, source_name, period, path)


def check_writable(lake: Path) -> None:
    """Raise LakeError when the lake cannot be written: cheaper to learn before an hour of coding than after it."""
    with writing(lake):
        if not is_remote(lake):
            lake.mkdir(parents=True, exist_ok=True)
        probe = lake / f".writable.{os.getpid()}-0.tmp"
        probe.write_bytes(b"")
        probe.unlink(missing_ok=True)  # a run that has just begun may have taken it for a leftover

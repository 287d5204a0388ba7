"""Keeps the rows of reference files in temporary Arrow files, one a table and period, on their way into the lake.

Each file holds the columns that have a value, and `raw`: the number of the raw file that a row comes from. They lie in
a folder of `<lake>/staging/reference` for the time of one load (see `tasks.storage.scratch`), and are not synced.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import ALL, TABLES, UNDATED
from tasks.errors import LakeError
from tasks.extract.reference.dataset import Dataset
from tasks.load.parquet_files import writing
from tasks.storage import scratch

RAW: Final = "raw"
"""The column of a temporary file that says which raw file a row comes from, by its number in the load."""
_HELD: Final = 128 << 20
"""Bytes of rows that are held before they are written; a worker needs about four times as much in all."""
_DAY_OF: Final = {"events": "event_date", "indicators": "start_date"}


@dataclass(frozen=True, slots=True, order=True)
class Spooled:
    """One temporary file: rows of a table and period."""

    table: str
    period: str
    path: Path


@contextmanager
def spool_folder(lake: Path, dataset: str) -> Iterator[Path]:
    """A folder for the temporary files of one load, which goes with the block. Raises LakeError."""
    place = lake / "staging" / "reference"
    with ExitStack() as stack:
        with writing(place):
            folder = stack.enter_context(scratch(place, dataset))
        yield folder


def periods(dataset: Dataset, table: str, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows cut by period: the day of publication of additive sets, else the year, and `all` for relations."""
    if rows.num_rows == 0:
        return
    if table not in _DAY_OF:
        yield ALL, rows
        return
    if dataset.additive:
        of_row, as_text = rows.column("published_date"), "%Y-%m-%d"
    else:
        of_row, as_text = pc.year(rows.column(_DAY_OF[table])), ""
    found = of_row.unique()
    if len(found) > 1:
        order = pc.sort_indices(of_row)  # a stable sort, nulls last: rows stay in their order
        rows, of_row = rows.take(order), of_row.take(order)
    begin = 0
    for count in pc.value_counts(of_row):
        period, many = count["values"].as_py(), count["counts"].as_py()
        name = UNDATED if period is None else period.strftime(as_text) if as_text else f"{period:04d}"
        yield name, rows.slice(begin, many)
        begin += many


def read_spooled(spooled: Spooled) -> pa.Table:
    """The rows of a temporary file with all columns of its table, and RAW. Raises LakeError where it is gone."""
    try:
        with pa.memory_map(str(spooled.path)) as file:
            rows = pa.ipc.open_file(file).read_all()
    except (OSError, pa.ArrowInvalid) as error:
        raise LakeError(f"{spooled.path}: cannot be read ({error}).") from None
    schema = TABLES[spooled.table].schema.append(pa.field(RAW, pa.int32()))
    there = set(rows.column_names)
    columns = [rows.column(f.name) if f.name in there else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.table(columns, schema=schema)


@dataclass
class Spool:
    """Rows on their way into temporary files. Those of the member in hand can still be dropped."""

    folder: Path
    written: list[Spooled] = field(default_factory=list)
    _kept: dict[tuple[str, str], list[pa.Table]] = field(default_factory=dict)
    _size: int = 0
    _pending: list[tuple[tuple[str, str], pa.Table]] = field(default_factory=list)
    _pending_size: int = 0
    _pending_files: list[Spooled] = field(default_factory=list)

    def add(self, table: str, period: str, rows: pa.Table, raw: int) -> None:
        """Rows of the member in hand."""
        numbers = pa.repeat(pa.scalar(raw, pa.int32()), rows.num_rows)
        there = [name for name in rows.column_names if rows.column(name).null_count < rows.num_rows]
        self._pending.append(((table, period), rows.select(there).append_column(RAW, numbers)))
        self._pending_size += self._pending[-1][1].nbytes
        if self._pending_size > _HELD:
            pending: dict[tuple[str, str], list[pa.Table]] = {}
            for key, some in self._pending:
                pending.setdefault(key, []).append(some)
            self._pending_files += self._write(pending)
            self._pending, self._pending_size = [], 0

    def keep(self) -> None:
        """The member in hand was read to its end."""
        for key, rows in self._pending:
            self._kept.setdefault(key, []).append(rows)
        self.written += self._pending_files
        self._size += self._pending_size
        self._pending, self._pending_size, self._pending_files = [], 0, []
        if self._size > _HELD:
            self.flush()

    def drop(self) -> None:
        """The member in hand is to leave nothing."""
        for spooled in self._pending_files:
            spooled.path.unlink(missing_ok=True)
        self._pending, self._pending_size, self._pending_files = [], 0, []

    def flush(self) -> None:
        """Write what is held."""
        self.written += self._write(self._kept)
        self._kept, self._size = {}, 0

    def _write(self, held: dict[tuple[str, str], list[pa.Table]]) -> list[Spooled]:
        files = []
        for (table, period), tables in held.items():
            rows = pa.concat_tables(tables, promote_options="default")
            path = self.folder / f"{table}-{period}-{_first_raw(tables):09d}-{secrets.token_hex(4)}.arrow"
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
                    writer.write_table(rows)
            files.append(Spooled(table, period, path))
        return files


def _first_raw(tables: Sequence[pa.Table]) -> int:
    """The number of the first raw file in a temporary one, by which those of a period are put in order.

    Rows of files that follow each other in time then mostly are in the order of their keys, and need no sorting.
    """
    return int(tables[0].column(RAW)[0].as_py())

"""Loads reference data sets: the rows of their raw files become partitions of the lake, one a table and period.

The footer of a partition names what made it: the data set with the version of its reader as coder, and as batches the
raw files that gave rows to it. The name of a raw file there ends with the number of partitions that have rows of it
(`1f2e3d....2`), so the footers alone tell whether a file is in the lake as a whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import ALL, QUARANTINE, TABLES
from tasks.errors import LakeError
from tasks.extract.reference.dataset import Dataset
from tasks.extract.reference.read_files import ReadFile
from tasks.extract.reference.spool import RAW, Spooled, read_spooled
from tasks.load.lake import Lake, Origin, is_ascending
from tasks.load.parquet_files import count_rows
from tasks.load.quarantine import quarantine_table
from tasks.staging import ID_LENGTH

_EDITIONS: Final = {"indicators": "dataset_version", "events": "published_date"}
"""The column that tells the editions of a data set apart: the larger value is the newer one."""


@dataclass(frozen=True, slots=True)
class LoadPeriod:
    """One partition to be written: from these temporary files, of raw files with these numbers and names."""

    dataset: Dataset
    table: str
    period: str
    spooled: tuple[Spooled, ...] = ()
    raws: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadedPeriod:
    """What one partition holds after its load. `written` is its name where the file was replaced, else empty.

    `merged` counts the rows of each raw file, by number, that have the key of another row.
    """

    table: str
    period: str
    rows: int
    written: str = ""
    merged: Mapping[int, int] = field(default_factory=dict)


def reader_version(dataset: Dataset) -> str:
    """What stands as coder in the footer of a data set's partitions: `gdelt 1`."""
    return f"{dataset.name} {dataset.version}"


def raw_name(sha256: str) -> str:
    """The name of a raw file in a footer: the same content is the same file, whatever it is called."""
    return sha256[:ID_LENGTH]


def files_in_lake(lake: Lake, dataset: Dataset) -> set[str]:
    """The names of the raw files whose rows are all in the lake, as the reader of today gives them."""
    seen: Counter[str] = Counter()
    for table in dataset.tables:
        for partition in lake.partitions(table, dataset.name):
            origin = lake.origin(table, dataset.name, partition.period)
            if origin and _is_current(origin, dataset):
                seen.update(origin.batches)
    whole = set()
    for batch, partitions in seen.items():
        name, _, number = batch.partition(".")
        if number == str(partitions):
            whole.add(name)
    return whole


def periods_to_load(
    lake: Lake, dataset: Dataset, files: Iterable[ReadFile], spooled: Iterable[Spooled]
) -> list[LoadPeriod]:
    """The partitions that the rows of some raw files belong to.

    Of a set that is not additive also those that are there and get no rows any more, and each of its tables at least
    once, so that a reader finds it.
    """
    raws: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for file in files:
        for table, period in file.rows:
            raws[table, period][file.number] = f"{raw_name(file.raw.sha256)}.{len(file.rows)}"
    temporary: dict[tuple[str, str], list[Spooled]] = defaultdict(list)
    for one in spooled:
        temporary[one.table, one.period].append(one)
    if not dataset.additive:
        for table in dataset.tables:
            for partition in lake.partitions(table, dataset.name):
                raws.setdefault((table, partition.period), {})
    return [
        LoadPeriod(dataset, table, period, tuple(sorted(temporary[table, period])), given)
        for (table, period), given in sorted(raws.items())
    ]


def load_period(lake: Lake, load: LoadPeriod) -> LoadedPeriod:
    """Write one partition: of an additive set with the rows that it has, of any other from the new rows alone.

    Of rows with one key those of the newest edition of the data set stay; no known edition is the oldest. Raises
    LakeError where that cannot be done; the partition is left as it was then.
    """
    dataset = load.dataset
    tables = [_of(list(load.raws), read_spooled(spooled)) for spooled in load.spooled]
    batches = set(load.raws.values())
    there = lake.origin(load.table, dataset.name, load.period) if dataset.additive else None
    if there and _is_current(there, dataset):
        # What was interrupted between two partitions of a file may find its rows here already.
        new = [number for number, name in load.raws.items() if name not in there.batches]
        tables = [_of(new, table) for table in tables]
        before = lake.read(load.table, dataset.name, load.period)
        tables.insert(0, before.append_column(RAW, pa.repeat(pa.scalar(-1, pa.int32()), before.num_rows)))
        batches |= set(there.batches)
    elif there and (lost := {_name(batch) for batch in there.batches} - {_name(batch) for batch in batches}):
        raise LakeError(
            f"another version of the reader made it, also from {len(lost):,} raw files that are not among these; load "
            "all of its files together."
        )
    rows = pa.concat_tables([TABLES[load.table].schema.append(pa.field(RAW, pa.int32())).empty_table(), *tables])
    merged = _merged(load.table, rows)
    if merged and not dataset.additive:
        rows = _of_newest_edition(load.table, rows)
    origin = Origin(reader_version(dataset), tuple(sorted(batches)))
    del tables
    path = lake.write(load.table, dataset.name, load.period, rows.drop_columns([RAW]), origin)
    name = f"{load.table}/source={dataset.name}/period={load.period}" if path else ""
    return LoadedPeriod(
        load.table, load.period, count_rows(lake.path(load.table, dataset.name, load.period)), name, merged
    )


def keep_quarantine(lake: Lake, dataset: Dataset, files: Sequence[ReadFile]) -> bool:
    """Write what was rejected; whether anything changed. Raises LakeError.

    Of an additive set the rows of other raw files stay. Comes before the partitions: once those name a file, it is
    not read again.
    """
    read = {file.raw.sha256 for file in files}
    rows: list[dict[str, Any]] = []
    if lake.path("quarantine", dataset.name, ALL).is_file():
        if dataset.additive:
            before = lake.read("quarantine", dataset.name, ALL)
            rows += [row for row in before.to_pylist() if row["raw_sha256"] not in read]
    elif not any(file.quarantine for file in files):
        return False
    rows += [row for file in files for row in file.quarantine]
    table = quarantine_table(rows) if rows else QUARANTINE.schema.empty_table()
    return lake.write("quarantine", dataset.name, ALL, table, Origin()) is not None


def _of(raws: Sequence[int], rows: pa.Table) -> pa.Table:
    """The rows that come from these raw files."""
    if set(rows.column(RAW).unique().to_pylist()) <= set(raws):
        return rows
    return rows.filter(pc.is_in(rows.column(RAW), pa.array(raws, pa.int32())))


def _is_current(origin: Origin, dataset: Dataset) -> bool:
    return origin.coder == reader_version(dataset) and origin.contract == Origin().contract


def _name(batch: str) -> str:
    return batch.partition(".")[0]


def _merged(table: str, rows: pa.Table) -> dict[int, int]:
    """How many rows of each raw file have the key of a row before them; those that were in the lake come first."""
    key = list(TABLES[table].key)
    if is_ascending(rows, key):
        return {}
    numbered = rows.select([*key, RAW]).append_column("row", pa.array(np.arange(rows.num_rows)))
    first = numbered.group_by(key, use_threads=False).aggregate([("row", "min")]).column("row_min")
    if len(first) == rows.num_rows:
        return {}
    of_all, of_first = _counts(rows.column(RAW)), _counts(rows.column(RAW).take(first))
    return {raw: number - of_first[raw] for raw, number in of_all.items() if raw >= 0 and number > of_first[raw]}


def _of_newest_edition(table: str, rows: pa.Table) -> pa.Table:
    """The rows without those that have the key of a row of a newer edition."""
    if table not in _EDITIONS:
        return rows
    key, edition = list(TABLES[table].key), _EDITIONS[table]
    numbered = rows.select([*key, edition]).append_column("row", pa.array(np.arange(rows.num_rows)))
    newest = numbered.group_by(key).aggregate([(edition, "max")])
    both = numbered.join(newest, keys=key)
    stay = pc.or_kleene(pc.is_null(both.column(f"{edition}_max")), pc.equal(both[edition], both[f"{edition}_max"]))
    return rows.take(both.filter(stay).column("row").sort())


def _counts(values: pa.ChunkedArray) -> Counter[int]:
    return Counter({count["values"]: count["counts"] for count in pc.value_counts(values).to_pylist()})

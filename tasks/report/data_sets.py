"""Says which reference data sets there are, and what of them is in a lake and how fresh it is."""

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from tasks.extract.reference.dataset import Dataset
from tasks.load.lake import Lake
from tasks.load.parquet_files import count_rows
from tasks.report.query import ask

SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("title", pa.string()),
        ("rows", pa.int64()),
        ("first_period", pa.string()),
        ("last_period", pa.string()),
        ("loaded_at", pa.timestamp("us", tz="UTC")),
        ("cadence", pa.string()),
        ("version", pa.string()),
        ("publisher", pa.string()),
        ("licence", pa.string()),
        ("citation", pa.string()),
        ("address", pa.string()),
    ]
)
_LOADED: Final = """
select regexp_extract(name, '/source=([^/]+)/', 1) as source, max(finished_at) as loaded_at
from (select unnest(partitions_written) as name, finished_at from runs)
where name not like 'quarantine/%' group by source
"""


def data_sets(lake: Lake, sets: Iterable[Dataset]) -> pa.Table:
    """One row for each data set by name: whose it is, how many rows the lake has of it, of which periods, since when.

    `loaded_at` is the end of the last run that changed it, `version` the newest that its reader was tried on. Raises
    LakeError where the lake is damaged.
    """
    loaded = {}
    if lake.partitions("runs"):
        loaded = {row["source"]: row["loaded_at"] for row in ask(lake.root, _LOADED).to_pylist()}
    rows = []
    for dataset in sorted(sets, key=lambda dataset: dataset.name):
        counts: dict[str, int] = {}
        for table in dataset.tables:
            for partition in lake.partitions(table, dataset.name):
                if count := count_rows(partition.path):
                    counts[partition.period] = counts.get(partition.period, 0) + count
        rows.append(
            {
                "name": dataset.name,
                "title": dataset.title,
                "publisher": dataset.origin.publisher,
                "cadence": dataset.origin.cadence,
                "licence": dataset.origin.licence,
                "rows": sum(counts.values()),
                "first_period": min(counts, default=None),
                "last_period": max(counts, default=None),
                "loaded_at": loaded.get(dataset.name),
                "version": dataset.origin.version or None,
                "citation": dataset.origin.citation or None,
                "address": dataset.origin.address or None,
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)

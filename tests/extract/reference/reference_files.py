"""Writes small files of reference data sets, and reads them with a data set's reader."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.contract import TABLES
from tasks.extract.drafts import Rejected
from tasks.extract.reference.dataset import HEAD, Dataset
from tasks.load.lake import checked


@dataclass
class Loaded:
    """All parts of a file together."""

    found: int = 0
    merged: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return [(one.record, one.reason) for one in self.rejected]


def load(dataset: Dataset, data: bytes, name: str = "file.csv") -> Loaded:
    """What a data set's reader makes of a file; every table is held against the contract."""
    loaded = Loaded()
    for part in dataset.read(io.BytesIO(data), name):
        loaded.found += part.found
        loaded.merged += part.merged
        loaded.rejected += part.rejected
        loaded.remarks += part.remarks
        for table, rows in part.tables.items():
            assert table in dataset.tables
            loaded.rows += checked(TABLES[table], rows).to_pylist()
    return loaded


def as_csv(rows: Iterable[Mapping[str, object]], delimiter: str = ",") -> bytes:
    """A CSV file with the columns of the first row."""
    rows = list(rows)
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0], delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def fitting(datasets: Iterable[Dataset], data: bytes) -> list[str]:
    """The names of the data sets that know a file as theirs."""
    return [dataset.name for dataset in datasets if dataset.fits(data[:HEAD])]

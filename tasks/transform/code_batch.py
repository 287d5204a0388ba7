"""Codes one staged batch into one coded batch: the unit of parallel work, done once for each coder version."""

import gc
import time
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import CODED_TABLES, TABLES, TEXT
from tasks.errors import DotterelError
from tasks.learning.linear_model import load_coding
from tasks.load.parquet_files import read_table, write_table
from tasks.load.quarantine import transform_row, write_coded_rows
from tasks.settings import Settings
from tasks.staging import Staging
from tasks.transform.coded_batch import CodedBatch
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.parser import forget_words
from tasks.transform.coding.version import coder_version
from tasks.workers import NEW_OBJECTS

CODED_LANGUAGE: Final = "en"


@cache
def coder_of(codebook: Path, version: str, models: Path | None = None, *, explain: bool = False) -> Coder:
    """The coder of a codebook and a folder of models (None: the rules alone), loaded once a process; one that explains
    its events when asked.
    """
    coder = Coder(load(codebook), version, load_coding(models) if models is not None else None, explain=explain)
    gc.collect()
    gc.freeze()  # codebook and models live as long as the process: going through them again and again costs 8 percent
    gc.set_threshold(NEW_OBJECTS)  # also in a worker of a cluster
    return coder


def code_batch(batch_id: str, settings: Settings, planned_version: str = "") -> CodedBatch:
    """Code the staged batch `batch_id` of `settings.lake` at the current coder version.

    Writes one Parquet file for each coded table, with the column `period` of the staged articles, and a file of
    quarantine rows for articles that could not be coded. When all of them are there already, nothing is done. Raises
    DotterelError when the version is not the `planned_version` that a run counts on.
    """
    began = time.monotonic()
    staging = Staging(settings.lake)
    version = coder_version(settings)
    if planned_version and version != planned_version:
        raise DotterelError("the codebook or the coder was changed while the run was going on; run it again.")
    folder = staging.coded(version, batch_id)
    if staging.is_coded(version, batch_id):
        return CodedBatch(batch_id)
    articles = read_table(staging.articles(batch_id)).to_pylist()
    english = [row for row in articles if row["language"] == CODED_LANGUAGE]
    by_id = {row["article_id"]: row for row in english}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in CODED_TABLES}
    failed: list[dict[str, Any]] = []
    sentences = parsed = 0
    coder = coder_of(settings.codebook.resolve(), version, settings.models)
    with forget_words():
        for coded in coder.code(english):
            article = by_id[coded.article_id]
            sentences += coded.sentences
            parsed += coded.parsed
            if coded.error:
                why = f"the coder failed on this article ({coded.error})"
                failed.append(transform_row(article, "coder_error", why))
            for name in CODED_TABLES:
                for row in getattr(coded, name):
                    rows[name].append(row | {"period": article["period"]})
    _write(folder, rows, failed)
    return CodedBatch(
        batch_id=batch_id,
        articles=len(articles),
        coded_articles=len(english),
        sentences=sentences,
        parsed=parsed,
        quarantined=len(failed),
        seconds=time.monotonic() - began,
        **{name: len(rows[name]) for name in CODED_TABLES},
    )


def coded_schema(table: str) -> pa.Schema:
    """The schema of one file of a coded batch: the table's columns, then `period`."""
    return TABLES[table].schema.append(pa.field("period", TEXT, nullable=False))


def _write(folder: Path, rows: dict[str, list[dict[str, Any]]], failed: list[dict[str, Any]]) -> None:
    """Write the files, in the order that `Staging.is_coded` counts on; a process beside us writes the same ones."""
    write_coded_rows(folder, failed)
    for name in CODED_TABLES:
        write_table(pa.Table.from_pylist(rows[name], schema=coded_schema(name)), folder / f"{name}.parquet")

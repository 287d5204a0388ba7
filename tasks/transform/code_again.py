"""Codes a batch once more that has articles in quarantine, and puts what came out in the place of what was there."""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

from tasks.contract import CODED_TABLES
from tasks.load.parquet_files import writing
from tasks.load.quarantine import coded_rows, write_rows_again
from tasks.settings import Settings
from tasks.staging import Staging
from tasks.transform.code_batch import code_batch
from tasks.transform.coded_batch import CodedBatch
from tasks.transform.coding.version import coder_version


def code_again(batch_id: str, settings: Settings, planned_version: str = "") -> CodedBatch:
    """Code a batch as `code_batch` does, also where it is coded already and has quarantined articles.

    It is coded whole, beside its place; then each table that differs is replaced. The quarantine rows of before stay
    until `settle` is called: the caller writes the periods of the batch first. Killed at any moment, it leaves the
    rows in quarantine, and the next call does all of it again. Raises DotterelError like `code_batch`.
    """
    staging = Staging(settings.lake)
    version = coder_version(settings)
    folder = staging.coded(version, batch_id)
    if not folder.is_dir() or not coded_rows(staging, version, batch_id):
        return code_batch(batch_id, settings, planned_version)
    beside = folder.with_name(f"{batch_id}.{os.getpid()}-{time.time_ns():x}.tmp")
    try:
        with writing(beside):
            copy = Staging(beside).articles(batch_id)
            copy.parent.mkdir(parents=True)
            shutil.copyfile(staging.articles(batch_id), copy)
        coded = code_batch(batch_id, replace(settings, lake=beside), planned_version)
        made = Staging(beside).coded(version, batch_id)
        with writing(folder):
            # Quotes come before the claims that name them: whatever a killed run leaves, nothing points nowhere.
            for table in CODED_TABLES:
                _replace(made / f"{table}.parquet", folder / f"{table}.parquet")
        write_rows_again(folder, coded_rows(Staging(beside), version, batch_id))
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return coded


def _replace(made: Path, place: Path) -> None:
    """Move a file to its place, unless the same bytes are there."""
    if not place.is_file() or place.read_bytes() != made.read_bytes():
        made.replace(place)

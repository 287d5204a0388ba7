"""Codes a batch once more that has articles in quarantine, and puts what came out in the place of what was there."""

from dataclasses import replace
from pathlib import Path

from tasks.contract import CODED_TABLES
from tasks.load.parquet_files import write_bytes, writing
from tasks.load.quarantine import coded_rows, write_rows_again
from tasks.settings import Settings
from tasks.staging import Staging
from tasks.storage import scratch
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
    if not staging.is_coded(version, batch_id) or not coded_rows(staging, version, batch_id):
        return code_batch(batch_id, settings, planned_version)
    with writing(folder), scratch(folder.parent, batch_id) as beside:
        write_bytes(Staging(beside).articles(batch_id), staging.articles(batch_id).read_bytes())
        coded = code_batch(batch_id, replace(settings, lake=beside), planned_version)
        made = Staging(beside).coded(version, batch_id)
        # Quotes come before the claims that name them: whatever a killed run leaves, nothing points nowhere.
        for table in CODED_TABLES:
            _replace(made / f"{table}.parquet", folder / f"{table}.parquet")
        write_rows_again(folder, coded_rows(Staging(beside), version, batch_id))
    return coded


def _replace(made: Path, place: Path) -> None:
    """Write what was made to its place, unless the same bytes are there."""
    content = made.read_bytes()
    if not place.is_file() or place.read_bytes() != content:
        write_bytes(place, content)

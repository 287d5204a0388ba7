"""Reads articles of the real files, as a run would stage them, for tests and benchmarks of the coder."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.load.parquet_files import read_table
from tasks.settings import Settings, Source
from tasks.staging import Staging
from tasks.transform.code_batch import CODED_LANGUAGE

NEWS = "data/news"
"""Where the news archives lie in the folder of real files."""


def english_articles(*paths: Path) -> Iterator[dict[str, Any]]:
    """The articles in English of some raw files: rows of that table, in the order of the files."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.load(), lake=Path(folder))
        for path in paths:
            source = Source(path.stem, path)
            for raw in raw_files(source):
                for batch in stage_raw_file(raw, source, settings).batches:
                    rows = read_table(Staging(settings.lake).articles(batch.batch_id)).to_pylist()
                    yield from (row for row in rows if row["language"] == CODED_LANGUAGE)

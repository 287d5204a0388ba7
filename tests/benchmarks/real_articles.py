"""Reads articles of the real files, as a run would stage them, for tests and benchmarks of the coder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.learning.train_sentences import read_articles

NEWS = "data/news"
"""Where the news archives lie in the folder of real files."""


def english_articles(*paths: Path) -> Iterator[dict[str, Any]]:
    """The articles in English of some raw files: rows of that table, in the order of the files."""
    return read_articles(paths)

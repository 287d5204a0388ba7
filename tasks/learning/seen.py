"""Keeps which texts the models were trained on, as fingerprints: a figure on those is fitted, not measured."""

import gzip
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tasks.errors import ConfigError
from tasks.evaluation.folds import words_of
from tasks.learning.linear_model import read

FILE: Final = "seen.json.gz"
_DIGITS: Final = 8
"""Of 5,000 texts, one in a million others has the fingerprint of one by chance."""


def fingerprint(text: str) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of its words, without case and marks."""
    return hashlib.sha256(" ".join(words_of(text)).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def save_seen(folder: Path, texts: Iterable[str]) -> None:
    """Write the fingerprints of texts into a folder of models; the same texts give the same bytes."""
    content = json.dumps(sorted({fingerprint(text) for text in texts}), separators=(",", ":"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_bytes(gzip.compress(content.encode("ascii"), compresslevel=9, mtime=0))


def load_seen(folder: Path) -> frozenset[str]:
    """The fingerprints of all texts that the models of a folder were trained on. Raises ConfigError without them."""
    path = folder / FILE
    packed = read(path)
    try:
        return frozenset(json.loads(gzip.decompress(packed)))
    except (OSError, EOFError, ValueError, TypeError) as error:
        raise ConfigError(f"{path}: is no list of what models were trained on ({error}); train them again.") from None

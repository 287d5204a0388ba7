"""Where staged and coded batches lie, and what is written down about each raw file.

    <lake>/staging/raw/<source>/<raw_id>.json          one manifest a raw file
    <lake>/staging/articles/<batch_id>.parquet         a staged batch: rows of `articles` plus a column `period`
    <lake>/staging/coded/<coder_version>/<batch_id>/<table>.parquet
                                                       a coded batch: rows of each coded table plus `period`

Batches are immutable and named by what made them, so a file that is there is right: it is written beside its place,
synced and moved there. A manifest is written after its batches, so that a killed run leaves batches without a
manifest, which the next run makes again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from tasks.contract import CODED_TABLES, READABLE_SINCE

ID_LENGTH: Final = 20
"""Hexadecimal characters of every id that we make: 80 bits, one collision in 10^12 rows is unlikely."""


def content_id(*parts: object) -> str:
    """An id that depends on the parts alone: SHA-256 of their JSON, cut to ID_LENGTH hexadecimal characters."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class StagedBatch:
    """One batch of a raw file: its articles a period, and the first and last day that they were published on.

    Days are ISO text (`2023-10-05`), empty where no article of the batch has a date.
    """

    batch_id: str
    articles: int
    periods: Mapping[str, int]
    first_day: str = ""
    last_day: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What extract did with one raw file. `found == articles + merged + len(quarantine)` always holds.

    `raw_uri` names the file from its source's folder on, `location` where it lay when it was read, `reading` says
    which reader versions and source settings made the batches. `quarantine` holds rows of that table. `gone` says that
    other bytes, or nothing, lay in its place when a run last looked: its articles stay, and what could not be read of
    it is no longer in the table `quarantine`.
    """

    raw_id: str
    source: str
    raw_uri: str
    raw_sha256: str
    reading: str
    found: int
    articles: int
    merged: int
    quarantine: tuple[Mapping[str, Any], ...] = ()
    batches: tuple[StagedBatch, ...] = ()
    warnings: tuple[str, ...] = ()
    location: str = field(default="", compare=False)
    gone: bool = field(default=False, compare=False)

    def to_json(self) -> str:
        """The manifest as the text of its file; `location` may hold bytes that are not UTF-8, as escapes."""
        escape = not self.location.isascii()
        return json.dumps(asdict(self), ensure_ascii=escape, indent=1, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> "Manifest":
        """The manifest that `to_json` wrote."""
        value = json.loads(text)
        value["batches"] = tuple(StagedBatch(**batch) for batch in value["batches"])
        value["quarantine"] = tuple(value["quarantine"])
        value["warnings"] = tuple(value["warnings"])
        return Manifest(**value)


def raw_id(raw_uri: str, raw_sha256: str) -> str:
    """The name of a raw file's manifest: the same content under the same name is the same raw file."""
    return content_id("raw", raw_uri, raw_sha256)


def reading_id(reader_version: str, reading: Mapping[str, Any]) -> str:
    """Names what would make the same batches again: reader version, source settings, contract version."""
    return content_id("reading", reader_version, dict(reading), READABLE_SINCE)


@dataclass(frozen=True, slots=True)
class Staging:
    """The paths of the staging area of one lake."""

    lake: Path

    @property
    def root(self) -> Path:
        """The folder of everything staged."""
        return self.lake / "staging"

    def manifest(self, source: str, raw: str) -> Path:
        """The manifest file of one raw file."""
        return self.root / "raw" / source / f"{raw}.json"

    def articles(self, batch_id: str) -> Path:
        """The file of a staged batch."""
        return self.root / "articles" / f"{batch_id}.parquet"

    def coded(self, coder_version: str, batch_id: str) -> Path:
        """The folder of a coded batch."""
        return self.root / "coded" / coder_version / batch_id

    def is_coded(self, coder_version: str, batch_id: str) -> bool:
        """Whether a coded batch is there as a whole: its files are written one by one, this one last."""
        return (self.coded(coder_version, batch_id) / f"{CODED_TABLES[-1]}.parquet").is_file()

    def manifests(self, source: str) -> Iterator[Manifest]:
        """The manifests of a source, by name."""
        for path in sorted((self.root / "raw" / source).glob("*.json")):
            yield Manifest.from_json(path.read_text(encoding="utf-8"))

    def sources(self) -> list[str]:
        """The sources that have anything staged, by name."""
        return sorted(path.name for path in (self.root / "raw").glob("*") if path.is_dir())

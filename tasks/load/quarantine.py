"""Keeps what could not be read or coded: one quarantine partition a source, written anew from what the runs left.

Rows of the extract stage stand in the manifests. Rows of the transform stage (an article that crashed the coder) stand
beside the coded batch they are missing from, as a JSON list of rows in
`<lake>/staging/coded/<coder_version>/<batch_id>/quarantine.json`; a batch without such rows has no such file.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import ALL, QUARANTINE
from tasks.errors import LakeError
from tasks.load.lake import Lake, Origin
from tasks.load.parquet_files import write_bytes
from tasks.staging import Manifest, Staging

SAMPLE_LENGTH: Final = 200
"""Characters of a quarantined record that are kept as its sample."""

_FILE: Final = "quarantine.json"


def transform_row(article: Mapping[str, Any], reason: str, detail: str) -> dict[str, Any]:
    """The quarantine row of an article that could not be coded. `reason` is a short code in snake_case."""
    body = str(article.get("body") or "")
    sample = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in body[:SAMPLE_LENGTH])
    return {
        "raw_uri": article["raw_uri"],
        "raw_sha256": article["raw_sha256"],
        "record": f"article {article['article_id']}",
        "stage": "transform",
        "reason": reason,
        "detail": detail,
        "sample": sample[:SAMPLE_LENGTH],
    }


def write_coded_rows(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the quarantine rows of one coded batch in its folder (which may still bear its temporary name)."""
    if rows:
        text = json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, sort_keys=True)
        write_bytes(folder / _FILE, text.encode())


def coded_rows(staging: Staging, coder_version: str, batch_id: str) -> list[dict[str, Any]]:
    """The quarantine rows of one coded batch. Raises LakeError when their file is damaged."""
    path = staging.coded(coder_version, batch_id) / _FILE
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise LakeError(f"{path}: cannot be read ({error}).") from error
    return rows


def write_quarantine(lake: Lake, source: str, manifests: Iterable[Manifest]) -> Path | None:
    """Write the quarantine partition of a source; None when it stays as it is, or there is nothing to write.

    `manifests` are all of the source, not only those of one run. Rows of the transform stage are those of the batches
    that are in the lake, at the coder version that made them. Raises LakeError.
    """
    rows = [dict(row) for manifest in manifests for row in manifest.quarantine]
    rows += _transform_rows(lake, source)
    if not rows and not lake.path("quarantine", source, ALL).is_file():
        return None
    return lake.write("quarantine", source, ALL, quarantine_table(rows), Origin())


def quarantine_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows as a table in which every record of every file has a key of its own.

    Two files with the same content (two empty ones) would share their keys: their records also say the file.
    """
    files: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        files[row["raw_sha256"], row["record"]].add(row["raw_uri"])
    told_apart = [
        {**row, "record": f"{row['record']} of {row['raw_uri']}"}
        if len(files[row["raw_sha256"], row["record"]]) > 1
        else dict(row)
        for row in rows
    ]
    return pa.Table.from_pylist(told_apart, schema=QUARANTINE.schema)


def _transform_rows(lake: Lake, source: str) -> list[dict[str, Any]]:
    staging = Staging(lake.root)
    coded = set()
    for partition in lake.partitions("articles", source):
        if origin := lake.origin("articles", source, partition.period):
            coded |= {(origin.coder, batch) for batch in origin.batches if origin.coder}
    return [row for version, batch in sorted(coded) for row in coded_rows(staging, version, batch)]

"""Keeps what could not be read or coded: one quarantine partition a source, written anew from what the runs left.

Rows of the extract stage stand in the manifests. Rows of the transform stage (an article that crashed the coder) stand
beside the coded batch they are missing from, as a JSON list of rows in
`<lake>/staging/coded/<coder_version>/<batch_id>/quarantine.json`; a batch without such rows has no such file. Where a
batch was coded again, its rows of now stand in `quarantine_again.json` until its periods are written: a run that is
killed before leaves the old rows, so that no article is neither coded nor in quarantine.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import ALL, QUARANTINE
from tasks.errors import LakeError
from tasks.extract.raw_files import RawFile
from tasks.load.lake import Lake, Origin
from tasks.load.parquet_files import write_bytes, writing
from tasks.staging import Manifest, Staging

SAMPLE_LENGTH: Final = 200
"""Characters of a quarantined record that are kept as its sample."""

_FILE: Final = "quarantine.json"
_AGAIN: Final = "quarantine_again.json"


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
        "raw_start": article.get("raw_start"),
        "raw_end": article.get("raw_end"),
    }


def write_coded_rows(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the quarantine rows of one coded batch in its folder."""
    if rows:
        _write_rows(folder / _FILE, rows)


def write_rows_again(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the quarantine rows of a batch that was coded again, beside those of before; see `settle`."""
    _write_rows(folder / _AGAIN, rows)


def settle(staging: Staging, coder_version: str, batch_id: str) -> None:
    """Let the rows of a batch that was coded again take the place of the old ones: its periods are written.

    Raises LakeError.
    """
    folder = staging.coded(coder_version, batch_id)
    again = folder / _AGAIN
    if not again.is_file():
        return
    rows = _read_rows(again)
    if rows:
        if rows != coded_rows(staging, coder_version, batch_id):
            _write_rows(folder / _FILE, rows)
    else:
        with writing(folder / _FILE):
            (folder / _FILE).unlink(missing_ok=True)
    with writing(again):
        again.unlink()


def coded_rows(staging: Staging, coder_version: str, batch_id: str) -> list[dict[str, Any]]:
    """The quarantine rows of one coded batch. Raises LakeError when their file is damaged."""
    return _read_rows(staging.coded(coder_version, batch_id) / _FILE)


def mark_gone(staging: Staging, source: str, found: Iterable[RawFile], missing: Collection[str] = ()) -> None:
    """Mark in the manifests of a source which raw files are gone, by what a run found in their places.

    Gone are the old bytes of a file that has others now, and the files of `missing` (ids of manifests). Whatever is
    found again, as it was, is no longer gone, and where it was moved its manifest says so. Nothing else of a manifest
    is changed, and its articles stay in the lake. Raises LakeError.
    """
    places: dict[str, list[RawFile]] = defaultdict(list)
    for raw in found:
        places[raw.raw_uri].append(raw)
    for manifest in staging.manifests(source):
        here = places.get(manifest.raw_uri, [])
        same = [raw for raw in here if raw.sha256 == manifest.raw_sha256]
        if same:
            moved = bool(manifest.quarantine) and not Path(manifest.location).exists()
            now = replace(manifest, gone=False, location=str(same[0].path.absolute()) if moved else manifest.location)
        else:
            now = replace(manifest, gone=manifest.gone or manifest.raw_id in missing or _is_replaced(manifest, here))
        if (now.gone, now.location) != (manifest.gone, manifest.location):
            write_bytes(staging.manifest(source, manifest.raw_id), now.to_json().encode())


def _is_replaced(manifest: Manifest, here: Sequence[RawFile]) -> bool:
    """Whether one of the raw files of this name (other bytes, all of them) lies where that of the manifest lay.

    Two folders of one name can be read into one source; files of theirs with equal names do not replace each other.
    """
    old = Path(manifest.location)
    return bool(here) and (
        not manifest.location or not old.exists() or any(raw.path.resolve() == old.resolve() for raw in here)
    )


def quarantined_rows(lake: Lake, source: str, manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """All that is in quarantine of a source; see `write_quarantine`. Raises LakeError."""
    rows = [dict(row) for manifest in manifests if not manifest.gone for row in manifest.quarantine]
    staging = Staging(lake.root)
    return rows + [row for version, batch in coded_batches(lake, source) for row in coded_rows(staging, version, batch)]


def coded_batches(lake: Lake, source: str) -> list[tuple[str, str]]:
    """The batches of a source that are in the lake, each with the version of the coder that made its rows there."""
    coded = set()
    for partition in lake.partitions("articles", source):
        if origin := lake.origin("articles", source, partition.period):
            coded |= {(origin.coder, batch) for batch in origin.batches if origin.coder}
    return sorted(coded)


def write_quarantine(lake: Lake, source: str, manifests: Iterable[Manifest]) -> Path | None:
    """Write the quarantine partition of a source; None when it stays as it is, or there is nothing to write.

    `manifests` are all of the source, not only those of one run; rows of raw files that are gone are left out. Rows of
    the transform stage are those of the batches that are in the lake, at the coder version that made them. Raises
    LakeError.
    """
    rows = quarantined_rows(lake, source, manifests)
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


def _write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    text = json.dumps([dict(row) for row in rows], ensure_ascii=False, indent=1, sort_keys=True)
    write_bytes(path, text.encode())


def _read_rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise LakeError(f"{path}: cannot be read ({error}).") from error
    return rows

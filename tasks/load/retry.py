"""What is in quarantine and can be tried again, and what became of it when that was done."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from tasks.errors import UsageError
from tasks.extract.reasons import REASONS
from tasks.load.lake import Lake
from tasks.load.quarantine import coded_batches, coded_rows, quarantined_rows
from tasks.staging import Manifest, Staging

_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What is in quarantine of some sources: all rows (each with its `source`), and which of them are meant.

    `manifests` are of the raw files to be read again, `batches` those to be coded again. `sources` are all whose
    periods hold such a batch: the same file can have been read into two sources.
    """

    rows: tuple[Mapping[str, Any], ...]
    meant: tuple[Mapping[str, Any], ...]
    manifests: tuple[Manifest, ...]
    batches: frozenset[str]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retried:
    """What became of quarantined records that were tried again: `tried == recovered + still + gone`.

    `still` and `new` count by the reason of now, `gone` by raw file. `new` are records that were not in quarantine
    before: what a reader cannot read in a file that could not be opened at all.
    """

    tried: int
    recovered: int
    still: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    gone: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    new: Mapping[str, int] = field(default_factory=lambda: _NOTHING)


def quarantined(lake: Lake, sources: Iterable[str], reason: str | None = None) -> Quarantined:
    """What is in quarantine of these sources, with one reason or with any.

    Raises UsageError for a reason that neither is in quarantine nor could be, LakeError when the lake is damaged.
    """
    staging = Staging(lake.root)
    rows: list[Mapping[str, Any]] = []
    manifests: list[Manifest] = []
    batches: set[str] = set()
    names = sorted(set(sources))
    for source in names:
        given = list(staging.manifests(source))
        rows += [{**row, "source": source} for row in quarantined_rows(lake, source, given)]
        manifests += [m for m in given if not m.gone and any(_is_meant(row, reason) for row in m.quarantine)]
        batches |= {
            batch
            for version, batch in coded_batches(lake, source)
            if any(_is_meant(row, reason) for row in coded_rows(staging, version, batch))
        }
    check_reason(reason, {row["reason"] for row in rows})
    others = {
        source
        for source in staging.sources()
        if batches and source not in names and any(batch in batches for _, batch in coded_batches(lake, source))
    }
    meant = tuple(row for row in rows if _is_meant(row, reason))
    touched = {row["source"] for row in meant} | others
    return Quarantined(tuple(rows), meant, tuple(manifests), frozenset(batches), tuple(sorted(touched)))


def check_reason(reason: str | None, there: Collection[str]) -> None:
    """Raise UsageError for a reason that is neither declared nor among those that are there."""
    if reason is not None and reason not in REASONS and reason not in there:
        known = ", ".join(sorted(there)) or "none, nothing is in quarantine"
        raise UsageError(f"There is no reason '{reason}'. In quarantine: {known}.")


def outcome(before: Quarantined, after: Quarantined, missing: Iterable[Manifest]) -> Retried:
    """What became of what was meant. `missing` are the manifests whose raw files are not there any more."""
    left = Counter(map(_key, after.rows))
    reasons = {_key(row): row["reason"] for row in after.rows}
    lost = {(m.source, m.raw_sha256, row["raw_uri"]): m.raw_uri for m in missing for row in m.quarantine}
    still: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    recovered = 0
    for row in before.meant:
        place = (row["source"], row["raw_sha256"], row["raw_uri"])
        if row["stage"] == "extract" and place in lost:
            gone[lost[place]] += 1
        elif left[_key(row)]:
            left[_key(row)] -= 1
            still[reasons[_key(row)]] += 1
        else:
            recovered += 1
    found: Counter[str] = Counter()
    for key, count in (Counter(map(_key, after.rows)) - Counter(map(_key, before.rows))).items():
        found[reasons[key]] += count
    return Retried(len(before.meant), recovered, _sorted(still), _sorted(gone), _sorted(found))


def _is_meant(row: Mapping[str, Any], reason: str | None) -> bool:
    return reason is None or row["reason"] == reason


def _key(row: Mapping[str, Any]) -> Key:
    """A record by its place; its SHA-256 is that of the raw file, which may have been repaired."""
    return row["source"], row["stage"], row["raw_uri"], row["record"]


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))

"""Says what is in quarantine: all rows, or the groups of those that have source, stage and reason in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.extract.reasons import REASONS, UNKNOWN, Reason
from tasks.load.retry import check_reason
from tasks.report.query import ask
from tasks.staging import Staging

EXAMPLES: Final = 3
"""Records that are shown of each group."""

_MEANT: Final = "($source is null or source = $source) and ($reason is null or reason = $reason)"
_ROWS: Final = f"""
select source, raw_uri, record, stage, reason, detail, sample, raw_start, raw_end
from quarantine where {_MEANT} order by all
"""
_EXAMPLES: Final = f"""
select *, count(*) over same as records, count(distinct raw_sha256) over same as files
from quarantine where {_MEANT}
window same as (partition by source, stage, reason)
qualify row_number() over (same order by raw_uri, raw_start nulls first, record) <= {EXAMPLES}
order by source, stage, records desc, reason, raw_uri, raw_start nulls first, record
"""


@dataclass(frozen=True, slots=True)
class Example:
    """One record in quarantine: where it stands, in words, why it is there, and how it begins."""

    place: str
    detail: str
    sample: str


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one source that failed in one stage for one reason, the first few of them as examples.

    `is_reference`: nothing of the source is staged, so that its files are loaded again and not tried again.
    """

    source: str
    stage: str
    reason: str
    records: int
    files: int
    examples: tuple[Example, ...]
    is_reference: bool = False

    @property
    def about(self) -> Reason:
        """What the reason means, and what to do."""
        return REASONS.get(self.reason, UNKNOWN)


def quarantine_rows(lake: Path, source: str | None = None, reason: str | None = None) -> pa.Table:
    """The records in quarantine, of one source or all, for one reason or any.

    Raises UsageError when there is no lake, or no such reason; LakeError when it is damaged.
    """
    _check(lake, reason)
    return ask(lake, _ROWS, {"source": source, "reason": reason})


def quarantine_groups(lake: Path, source: str | None = None, reason: str | None = None) -> list[Group]:
    """The same by source, stage and reason, the largest groups of a stage first. Raises like `quarantine_rows`."""
    _check(lake, reason)
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in ask(lake, _EXAMPLES, {"source": source, "reason": reason}).to_pylist():
        groups.setdefault((row["source"], row["stage"], row["reason"]), []).append(row)
    staged = set(Staging(lake).sources())
    return [
        Group(*key, rows[0]["records"], rows[0]["files"], tuple(map(_example, rows)), key[0] not in staged)
        for key, rows in groups.items()
    ]


def place(row: Mapping[str, Any]) -> str:
    """Where a record stands: raw file and member, the record in it, and from where to where it goes, where known."""
    uri, record = row["raw_uri"], row["record"].removesuffix(f" of {row['raw_uri']}")
    file, _, member = uri.partition("!")
    within = record.removeprefix(member or file.rsplit("/", 1)[-1]).strip()
    if not within:
        return str(uri)
    start, end = row["raw_start"], row["raw_end"]
    return f"{uri}, {within}" if start is None or end is None else f"{uri}, {within} ({start:,} to {end:,})"


def _example(row: Mapping[str, Any]) -> Example:
    return Example(place(row), row["detail"] or "", row["sample"] or "")


def _check(lake: Path, reason: str | None) -> None:
    if reason is not None and reason not in REASONS:
        check_reason(reason, set(ask(lake, "select distinct reason from quarantine").column("reason").to_pylist()))

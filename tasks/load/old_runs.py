"""Tidies the record of runs, for who holds the lock of a lake: closes that of a killed run, joins those of past days.

A run every 15 minutes writes 35,000 files a year, each of which a query of `runs` opens. So the records of days that
are over lie in one file a month (`period=2023-10`).
"""

import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa

from tasks.contract import RUNS
from tasks.load.lake import Lake, Origin, Partition
from tasks.load.runs import SOURCE

_ID: Final = re.compile(r"(\d{4})(\d{2})\d{2}T\d{6}Z-[0-9a-f]+")
_DAY: Final = len("20231005")
KILLED: Final = "it never came to its end: it was killed, or the machine went down"


def close_killed(lake: Lake) -> list[tuple[str, str]]:
    """Mark as failed the runs that are still recorded as running; their ids and flows. Raises LakeError."""
    killed = []
    for partition in _single(lake):
        row = lake.read("runs", SOURCE, partition.period).to_pylist()[0]
        if row["state"] == "running":
            message = "\n".join(filter(None, (KILLED, row["message"])))
            _write(lake, partition.period, [row | {"state": "failed", "message": message}])
            killed.append((partition.period, row["flow"]))
    return killed


def join_past_days(lake: Lake, now: datetime) -> None:
    """Move the records of runs that began before today into the files of their months. Raises LakeError.

    Killed in between, it leaves records both there and on their own until it is called again.
    """
    today = f"{now.astimezone(UTC):%Y%m%d}"
    past: dict[str, list[Partition]] = defaultdict(list)
    for partition in _single(lake):
        match = _ID.fullmatch(partition.period)
        if match and partition.period[:_DAY] < today:
            past[f"{match[1]}-{match[2]}"].append(partition)
    for month, partitions in past.items():
        periods = [partition.period for partition in partitions]
        if lake.path("runs", SOURCE, month).is_file():
            periods.append(month)
        rows = [row for period in periods for row in lake.read("runs", SOURCE, period).to_pylist()]
        _write(lake, month, rows)
        for partition in partitions:
            lake.remove(partition)


def _single(lake: Lake) -> list[Partition]:
    """The records that are files of their own."""
    return [partition for partition in lake.partitions("runs", SOURCE) if _ID.fullmatch(partition.period)]


def _write(lake: Lake, period: str, rows: list[dict[str, Any]]) -> None:
    """Replace a file of records; columns that an older Dotterel did not write are null."""
    empty: dict[str, Any] = {
        name: [] if pa.types.is_list(RUNS.schema.field(name).type) else None for name in RUNS.schema.names
    }
    table = pa.Table.from_pylist([empty | row for row in rows], schema=RUNS.schema)
    lake.write("runs", SOURCE, period, table, Origin())

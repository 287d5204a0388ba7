"""The formats that the lake can be exported to, by name, and the one way in which each is written."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from tasks.errors import UsageError
from tasks.report.export import data_package, rows, tab_separated
from tasks.report.export.places import check_place, written_beside
from tasks.report.export.selection import SELECTED, Selection
from tasks.report.query import take

_Writer = Callable[[duckdb.DuckDBPyConnection, Selection, Path], int]


@dataclass(frozen=True, slots=True)
class Exported:
    """How many rows were written, and how many events the format cannot hold, by reason."""

    rows: int
    left_out: dict[str, int]


def _layout(layout: tab_separated.Layout) -> _Writer:
    return lambda connection, selection, path: tab_separated.write_lines(connection, layout, selection, path)


_FOLDER: Final = "datapackage"
_WRITERS: Final[dict[str, _Writer]] = {
    "polecat": _layout(tab_separated.POLECAT),
    "icews": _layout(tab_separated.ICEWS),
    "gdelt": _layout(tab_separated.GDELT),
    "csv": rows.write_csv,
    "parquet": rows.write_parquet,
    "jsonl": rows.write_jsonl,
    "geojson": rows.write_geojson,
    _FOLDER: data_package.write_package,
}
FORMATS: Final = tuple(_WRITERS)

_CODE: Final = {"polecat": "event_type", "icews": "cameo_code", "gdelt": "cameo_code"}
"""The column without which a row says nothing in that data set."""


def export(
    lake: Path, form: str, out: Path, selection: Selection, *, force: bool = False, texts: bool = False
) -> Exported:
    """Write the selected events (of a data package: all tables) to a file or folder, whole or not at all.

    Raises UsageError for an unknown format or a place that must not be written, LakeError for a damaged lake,
    DotterelError where the disk fails.
    """
    if form not in _WRITERS:
        raise UsageError(f"There is no format '{form}'. Formats: {', '.join(FORMATS)}.")
    if texts and form != _FOLDER:
        raise UsageError(f"--texts goes with --as {_FOLDER}.")
    check_place(out, lake, folder=form == _FOLDER, force=force)
    write = partial(data_package.write_package, texts=True) if texts else _WRITERS[form]

    def from_connection(connection: duckdb.DuckDBPyConnection) -> Exported:
        with written_beside(out) as path:
            written = write(connection, selection, path)
        return Exported(written, _left_out(connection, form, selection))

    return take(lake, from_connection, selection.as_of)


def _left_out(connection: duckdb.DuckDBPyConnection, form: str, selection: Selection) -> dict[str, int]:
    """How many of the selected events a format has no way to say, by the first reason why; each counts once."""
    if form == "geojson":
        reasons = {"without coordinates of a place": "latitude is null or longitude is null"}
    elif form in _CODE:
        reasons = {
            "not done, but negated, intended or conditional": "coalesce(modality, 'actual') <> 'actual'",
            "of a day that is not known": "event_date is null or coalesce(date_precision, 'day') <> 'day'",
            f"without {_CODE[form]}": f"{_CODE[form]} is null",
        }
    else:
        return {}
    case = " ".join(f"when {condition} then '{reason}'" for reason, condition in reasons.items())
    counts = f"select case {case} end as reason, count(*) from selected group by reason"
    found = dict(connection.sql(f"with {SELECTED} {counts}", params=selection.parameters).fetchall())
    return {reason: found[reason] for reason in reasons if reason in found}

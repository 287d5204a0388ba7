"""Writes rows out as table, CSV, JSON, JSON Lines or Parquet."""

import base64
import csv
import io
import json
import math
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import IO, Any, Final, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import UsageError

Format = Literal["table", "csv", "json", "jsonl", "parquet"]
FORMATS: Final[tuple[str, ...]] = get_args(Format)

_CAPS: Final = range(100, 11, -1)
"""Characters of a text cell in a table, the first that fits is taken; longer texts end in an ellipsis."""
_GAP: Final = "  "
MAX_TABLE_ROWS: Final = 200
"""Rows that a table shows; it says how many there are, and the other formats give all."""
_BATCH: Final = 5_000


def write_rows(rows: pa.Table, form: str, stream: IO[bytes], *, width: int | None = None) -> None:
    """Write the rows to a binary stream. `width` is that of a table, in characters; by default the terminal's.

    Dates and times are ISO 8601 (times in UTC, with a Z), lists and structs JSON, missing values empty (CSV) or null.
    Raises UsageError for an unknown format, or for a type that Parquet cannot hold; OSError when the stream fails.
    """
    if form == "table":
        stream.write(as_text(rows, width or shutil.get_terminal_size((160, 50)).columns).encode())
    elif form == "csv":
        _write_csv(rows, stream)
    elif form == "jsonl":
        for row in _rows(rows):
            stream.write(_json(row) + b"\n")
    elif form == "json":
        stream.write(b"[")
        for number, row in enumerate(_rows(rows)):
            stream.write((b",\n" if number else b"\n") + _json(row))
        stream.write(b"\n]\n" if rows.num_rows else b"]\n")
    elif form == "parquet":
        try:
            pq.write_table(rows, stream, compression="zstd")
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
            raise UsageError(
                f"These rows cannot be written as Parquet ({error}); cast the column, or use CSV."
            ) from error
    else:
        raise UsageError(f"There is no format '{form}'. Formats: {', '.join(FORMATS)}.")


def as_text(rows: pa.Table, width: int) -> str:
    """The rows as a table for a person, at most `width` characters wide, with the number of rows below.

    Long cells are cut with an ellipsis. Columns that do not fit even then are left out, and the last line says so.
    """
    from rich.cells import cell_len

    shown = rows.slice(0, MAX_TABLE_ROWS)
    columns = [printable(name) for name in rows.column_names]
    cells = [[_cell(value) for value in row.values()] for row in _rows(shown)]
    natural = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    for cap in _CAPS:
        widths = [
            min(wide, cap) if _is_text(field.type) else wide for wide, field in zip(natural, rows.schema, strict=True)
        ]
        fitting = sum(1 for total in accumulate(w + len(_GAP) for w in widths) if total - len(_GAP) <= width)
        if fitting == len(widths):
            if widths:  # what is left over goes to the longest text
                longest = natural.index(max(natural))
                spare = width - sum(widths) - len(_GAP) * (len(widths) - 1)
                widths[longest] = min(natural[longest], widths[longest] + max(spare, 0))
            break
    fitting = max(fitting, 1)
    right = [_is_number(field.type) for field in rows.schema]
    lines = [
        _GAP.join(_sized(text, w, r) for text, w, r in zip(line[:fitting], widths, right, strict=False)).rstrip()
        for line in [columns, ["─" * w for w in widths], *cells]
    ]
    notes = [f"{rows.num_rows:,} row{'' if rows.num_rows == 1 else 's'}"]
    if rows.num_rows > MAX_TABLE_ROWS:
        notes.append(f"the first {MAX_TABLE_ROWS} shown")
    if fitting < len(columns):
        notes.append(f"{len(columns) - fitting} more columns left out")
    if len(notes) > 1:
        notes.append("all with --format csv")
    return "\n".join([*lines, ", ".join(notes)]) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dates and times in ISO 8601, whole decimals as whole numbers, NaN as null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return str(value)


def _rows(rows: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows as plain values; columns of one name get a number, since a JSON object has each name once."""
    names: list[str] = []
    for name in rows.column_names:
        again, unique = 1, name
        while unique in names:
            again += 1
            unique = f"{name}_{again}"
        names.append(unique)
    for batch in rows.rename_columns(names).to_batches(max_chunksize=_BATCH):
        for row in batch.to_pylist():
            yield {name: plain(value) for name, value in row.items()}


def _write_csv(rows: pa.Table, stream: IO[bytes]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows.column_names)
    for row in _rows(rows):
        writer.writerow(["" if value is None else _flat(value) for value in row.values()])
        if text.tell() > 1_000_000:
            stream.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    stream.write(text.getvalue().encode())


def _flat(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _json(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if value and not 1e-3 <= abs(value) < 1e15:
            return f"{value:.6g}"
        return f"{value:,.4f}".rstrip("0").rstrip(".")
    return printable(str(_flat(value)))


def _sized(text: str, width: int, right: bool) -> str:
    """A text in exactly `width` characters of the terminal, where some take two."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def _is_number(arrow: pa.DataType) -> bool:
    return bool(pa.types.is_integer(arrow) or pa.types.is_floating(arrow) or pa.types.is_decimal(arrow))


def _is_text(arrow: pa.DataType) -> bool:
    return bool(pa.types.is_string(arrow) or pa.types.is_nested(arrow))


def printable(text: str) -> str:
    """On one line, and without characters by which a text could steer the terminal."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "�" for c in text).split())

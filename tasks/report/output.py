"""Writes rows out as table, CSV, JSON, JSON Lines or Parquet."""

import base64
import csv
import io
import json
import math
import shutil
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import IO, Any, Final, Literal, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.errors import UsageError
from tasks.words import counted

Format = Literal["table", "csv", "json", "jsonl", "parquet"]
FORMATS: Final[tuple[str, ...]] = get_args(Format)

_CAPS: Final = range(100, 11, -1)
"""Characters of a text cell in a table, the first that fits is taken; longer texts end in an ellipsis."""
_GAP: Final = "  "
_LONG_LIST: Final = 40
"""Characters from which on a list stands beneath its row in a table, and no longer in a cell of it."""
_LEAST_WRAP: Final = 20
"""Characters of a wrapped line, also on a terminal that is narrower."""
MAX_TABLE_ROWS: Final = 200
"""Rows that a table shows; it says how many there are, and the other formats give all."""
_BATCH: Final = 5_000


def write_rows(
    rows: pa.Table, form: str, stream: IO[bytes], *, width: int | None = None, beneath: Collection[str] = ()
) -> None:
    """Write the rows to a binary stream. `width` is that of a table, in characters; by default the terminal's.

    `beneath` names columns of text that a table shows in full beneath each row; long lists stand there anyway.

    Dates and times are ISO 8601 (times in UTC, with a Z), lists and structs JSON, missing values empty (CSV) or null.
    Raises UsageError for an unknown format, or for a type that Parquet cannot hold; OSError when the stream fails.
    """
    if form == "table":
        width = width or shutil.get_terminal_size((160, 50)).columns
        stream.write(as_text(rows, width, beneath).encode())
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


def as_text(rows: pa.Table, width: int, beneath: Collection[str] = ()) -> str:
    """The rows as a table for a person, at most `width` characters wide, with the number of rows below.

    Long cells are cut with an ellipsis. Columns that do not fit even then are left out, and the last line says so.
    Long lists, and the columns named `beneath`, stand wrapped beneath their row, a line for each entry;
    once at the end where all rows say the same.
    """
    from rich.cells import cell_len

    number_of_rows = rows.num_rows
    shown = rows.slice(0, MAX_TABLE_ROWS)
    low = [name for name in rows.column_names if name in beneath or _is_long_list(shown, name)]
    if len(low) == len(rows.column_names) or len(set(rows.column_names)) < len(rows.column_names):
        low = []  # nothing would be left to stand beneath, or two columns of one name could not be told apart
    of_rows = shown.select(low).to_pylist() if low else []
    same = [name for name in low if len(of_rows) > 1 and all(row[name] == of_rows[0][name] for row in of_rows)]
    once = list(_block({name: of_rows[0][name] for name in same}, width)) if same else []
    blocks = [list(_block({name: row[name] for name in low if name not in same}, width)) for row in of_rows]
    rows = rows.drop_columns(low)
    shown = shown.drop_columns(low)
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
    if blocks:
        lines = [*lines[:2], *(part for line, block in zip(lines[2:], blocks, strict=True) for part in (line, *block))]
    lines += once
    notes = [counted(number_of_rows, "row")]
    if number_of_rows > MAX_TABLE_ROWS:
        notes.append(f"the first {MAX_TABLE_ROWS} shown")
    if fitting < len(columns):
        notes.append(f"{counted(len(columns) - fitting, 'more column')} left out")
    if len(notes) > 1:
        notes.append("all with --format csv")
    return "\n".join([*lines, ", ".join(notes)]) + "\n"


def _block(row: Mapping[str, Any], width: int) -> Iterator[str]:
    """The lines beneath a row: each column that holds anything, by name; on one line where that fits, else wrapped."""
    from rich.cells import cell_len

    for name, value in row.items():
        entries = [printable(str(entry)) for entry in (value if isinstance(value, list) else [value]) if entry]
        if len(entries) == 1 and cell_len(line := f"    {printable(name)}: {entries[0]}") <= width:
            yield line
            continue
        if entries:
            yield f"    {printable(name)}:"
        for entry in entries:
            # a wide character takes two places, and textwrap counts it once
            room = max(width * len(entry) // max(cell_len(entry), 1), _LEAST_WRAP)
            yield from textwrap.wrap(entry, room, initial_indent="    - ", subsequent_indent="      ")


def _is_long_list(rows: pa.Table, name: str) -> bool:
    if rows.column_names.count(name) > 1 or not pa.types.is_list(kind := rows.schema.field(name).type):
        return False
    if not pa.types.is_string(kind.value_type):
        return False
    return any(len(_joined(value)) > _LONG_LIST for value in rows.column(name).to_pylist() if value)


def _joined(values: Sequence[Any]) -> str:
    return "; ".join(str(value) for value in values)


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
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(entry, str | int) for entry in value):
        return printable(_joined(value))
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

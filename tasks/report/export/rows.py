"""Writes events in their own columns, with the sentence of each: CSV, Parquet, JSON lines; and points as GeoJSON."""

from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tasks.contract import EVENTS
from tasks.report.export.selection import SELECTED, Selection

_BATCH: Final = 20_000
_COLUMNS: Final = ("source", "period", *EVENTS.schema.names)
_LISTS: Final = tuple(column.name for column in EVENTS.columns if pa.types.is_list(column.type))
_SENTENCE: Final = "substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start)"
_TOLD: Final = f"""\
with {SELECTED}
select {", ".join(f"e.{name}" for name in _COLUMNS)}, {_SENTENCE} as sentence
from selected e
left join articles a on a.source = e.source and a.article_id = e.article_id
order by e.event_date, e.dataset, e.event_id"""
"""Columns: those of `events`, and `sentence`, cut from the article; null for events of other data sets."""

_FEATURE: Final = f"""\
to_json({{
    'type': 'Feature',
    'id': event_id,
    'geometry': {{'type': 'Point', 'coordinates': [longitude, latitude]}},
    'properties': {{{", ".join(f"'{name}': {name}" for name in (*_COLUMNS, "sentence") if name != "event_id")}}}
}})"""


def write_csv(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path) -> int:
    """Write a line an event and give their number. Lists are JSON, days ISO 8601, missing values empty."""
    lists = ", ".join(f"to_json({name})::varchar as {name}" for name in _LISTS)
    rows = connection.sql(f"select * replace ({lists}) from ({_TOLD})", params=selection.parameters)
    written = 0
    reader = rows.to_arrow_reader(_BATCH)
    with pa.csv.CSVWriter(path, reader.schema, write_options=pa.csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in reader:
            written += batch.num_rows
            writer.write_batch(batch)
    return written


def write_parquet(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path) -> int:
    """Write one Parquet file and give the number of its rows."""
    reader = connection.sql(_TOLD, params=selection.parameters).to_arrow_reader(_BATCH)
    written = 0
    with pq.ParquetWriter(path, reader.schema, compression="zstd", version="2.6") as writer:
        for batch in reader:
            written += batch.num_rows
            writer.write_batch(batch)
    return written


def write_jsonl(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path) -> int:
    """Write an object an event, one a line, and give their number."""
    names = ", ".join(f"'{name}': {name}" for name in (*_COLUMNS, "sentence"))
    rows = connection.sql(f"select to_json({{{names}}})::varchar from ({_TOLD})", params=selection.parameters)
    return _write_texts(rows, path, "", "\n", "\n")


def write_geojson(connection: duckdb.DuckDBPyConnection, selection: Selection, path: Path) -> int:
    """Write a FeatureCollection (RFC 7946) with a point an event, at its place, and give their number.

    Events whose place has no coordinates are left out. A place of a whole country is where the gazetteer puts that
    country: `place_precision` says so.
    """
    rows = connection.sql(
        f"select {_FEATURE}::varchar from ({_TOLD}) where latitude is not null and longitude is not null",
        params=selection.parameters,
    )
    return _write_texts(rows, path, '{"type": "FeatureCollection", "features": [\n', ",\n", "\n]}\n")


def _write_texts(rows: duckdb.DuckDBPyRelation, path: Path, before: str, between: str, after: str) -> int:
    """Write the only column of a query; `between` two rows, and `after` the last one, where there is any."""
    written = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(before)
        for batch in rows.to_arrow_reader(_BATCH):
            for text in batch.column(0).to_pylist():
                file.write(between + text if written else text)
                written += 1
        file.write(after if written or before else "")
    return written

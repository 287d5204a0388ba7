"""Writes the lake as a Frictionless data package: a file a table, and `datapackage.json` with the data dictionary.

The descriptor follows the Data Package standard (https://specs.frictionlessdata.io), version 1, which every tool reads.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.csv

from tasks.contract import ARTICLES, CONTRACT_VERSION, EVENTS, INDICATORS, RELATIONS, TABLES, Column, Table
from tasks.report.export.places import MARK
from tasks.report.export.selection import SELECTED, Selection

_BATCH: Final = 10_000
_OF_RUNS: Final = ("quarantine", "runs")
"""Tables that tell of this machine and its files, and not of the world; they stay at home."""
_RAW: Final = ("raw_uri", "raw_sha256", "raw_start", "raw_end")
_BODY: Final = "body"
_TYPES: Final = {
    pa.string(): "string",
    pa.int64(): "integer",
    pa.float64(): "number",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us", tz="UTC"): "datetime",
}
_SOURCE: Final = (
    Column("source", pa.string(), "where the row was read from", required=True),
    Column("period", pa.string(), "unit of time of the partition, as text", required=True),
)


def write_package(
    connection: duckdb.DuckDBPyConnection, selection: Selection, folder: Path, *, texts: bool = False
) -> int:
    """Write the tables of the lake and their descriptor into a new folder; give the number of rows of all tables.

    With a selection: the selected events, articles of these days (that hold a selected event, where a country or a data
    set is asked for), what was coded from those articles, and figures and ties of the country, data set and time.
    Articles come without their bodies, whose rights lie with their publishers, unless `texts` are asked for.
    """
    folder.mkdir()
    resources = []
    counts: dict[str, int] = {}
    for table in TABLES.values():
        if table.name in _OF_RUNS:
            continue
        left_out = _RAW if texts or table is not ARTICLES else (*_RAW, _BODY)
        columns = [column for column in table.columns if column.name not in left_out]
        path = folder / f"{table.name}.csv"
        counts[table.name] = _write_table(connection, _query(table, columns, selection), selection, path)
        resources.append(_resource(table, columns, path, counts[table.name]))
    descriptor = _descriptor(connection, selection, resources, counts, texts=texts)
    (folder / MARK).write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return sum(counts.values())


def _query(table: Table, columns: list[Column], selection: Selection) -> str:
    """The rows of a table that belong to the selection, in the order of the key, each column as CSV holds it."""
    shown = ", ".join(_as_csv(column) for column in (*_SOURCE, *columns))
    order = ", ".join(("source", *table.key))
    if table is EVENTS:
        return f"with {SELECTED} select {shown} from selected t order by {order}"
    if table in (INDICATORS, RELATIONS):
        where = """\
($since::date is null or coalesce(end_date, date '9999-12-31') >= $since::date)
and ($until::date is null or start_date <= $until::date)
and ($dataset::varchar is null or dataset = $dataset::varchar)
and ($country::varchar is null or country = $country::varchar or counterpart = $country::varchar)"""
        return f"select {shown} from {table.name} t where {where} order by {order}"
    chosen = f"""\
with {SELECTED},
chosen as (
    select source, article_id
    from articles
    where ($since::date is null or published_date >= $since::date)
        and ($until::date is null or published_date <= $until::date)
        and (
            ($country::varchar is null and $dataset::varchar is null)
            or (source, article_id) in (select (source, article_id) from selected)
        )
)"""
    return f"{chosen} select {shown} from {table.name} t semi join chosen using (source, article_id) order by {order}"


def _as_csv(column: Column) -> str:
    """A column as the standard wants it written: lists as JSON, times in UTC with a Z."""
    if pa.types.is_list(column.type):
        return f"to_json({column.name})::varchar as {column.name}"
    if pa.types.is_timestamp(column.type):
        return f"strftime({column.name}, '%Y-%m-%dT%H:%M:%SZ') as {column.name}"
    return f"{column.name}"


def _write_table(connection: duckdb.DuckDBPyConnection, query: str, selection: Selection, path: Path) -> int:
    used = {name: value for name, value in selection.parameters.items() if f"${name}" in query}
    reader = connection.sql(query, params=used).to_arrow_reader(_BATCH)
    written = 0
    with pa.csv.CSVWriter(path, reader.schema, write_options=pa.csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in reader:
            written += batch.num_rows
            writer.write_batch(batch)
    return written


def _resource(table: Table, columns: list[Column], path: Path, rows: int) -> dict[str, Any]:
    """The entry of a table: its file, and its columns with type, meaning, unit and what may stand in them."""
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in (*_SOURCE, *columns)],
        "primaryKey": ["source", *table.key],
        "missingValues": [""],
    }
    return {
        "name": table.name,
        "path": path.name,
        "title": table.name,
        "description": f"One row is {table.row}.",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "rows": rows,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": _type(column.type), "description": column.meaning}
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {"required": True} if column.required and column.name != "counterpart" else {}
    if column.values:
        constraints["enum"] = list(column.values)
    if constraints:
        field["constraints"] = constraints
    return field


def _type(arrow: pa.DataType) -> str:
    return "array" if pa.types.is_list(arrow) else _TYPES[arrow]


def _descriptor(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    resources: list[dict[str, Any]],
    counts: Mapping[str, int],
    *,
    texts: bool,
) -> dict[str, Any]:
    """The package: what it is, of when, under which licence, how to cite it."""
    software = version("dotterel")
    row = connection.sql(
        f"with {SELECTED} select string_agg(distinct coder_version, ', ' order by coder_version) from selected",
        params=selection.parameters,
    ).fetchall()
    coder = row[0][0] if row else None
    asked = {name: str(value) for name, value in selection.parameters.items() if value is not None}
    if selection.as_of:
        asked["as_of"] = selection.as_of.isoformat()
    year = datetime.now(UTC).year
    return {
        "profile": "tabular-data-package",
        "name": "dotterel-events",
        "title": "Event data by Dotterel",
        "description": (
            "Who did what to whom, where and when, as news articles tell it: what articles say, which need not be what "
            "happened; see the column `confidence`, and read the sentence before you cite a row."
        ),
        "version": f"{CONTRACT_VERSION}.0.0",
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": [
            {
                "name": "other-at",
                "title": "What Dotterel coded may be used freely if Dotterel is named. Titles, quotations and "
                "texts of articles belong to their publishers; events, figures and ties of other data sets (column "
                "`dataset`) are under the licence of those who publish them.",
            }
        ],
        "citation": (
            f"Dotterel {software} ({year}). Event data coded from news, coder version {coder or 'none'}, "
            f"{counts['events']:,} events of {counts['articles']:,} articles."
        ),
        "software": {"name": "Dotterel", "version": software, "coder": coder, "contract": CONTRACT_VERSION},
        "selection": asked,
        "with_texts": texts,
        "resources": resources,
    }

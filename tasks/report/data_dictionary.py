"""Writes the data dictionary, `data/README.md`, from contract and reasons: `python -m tasks.report.data_dictionary`."""

import sys
from pathlib import Path
from typing import Final

import pyarrow as pa

from tasks.contract import CONTRACT_VERSION, QUARANTINE, TABLES, Column, Table
from tasks.extract.reasons import REASONS
from tasks.load.parquet_files import write_bytes
from tasks.report.reports import list_reports

PLACE: Final = Path(__file__).resolve().parents[2] / "data" / "README.md"

_HEAD: Final = f"""\
# The data

<!-- Generated from tasks/contract.py and tasks/extract/reasons.py by `python -m tasks.report.data_dictionary`:
change it there. -->

Everything that Dotterel finds is plain Parquet, which any SQL user can open:

    <lake>/<table>/source=<source>/period=<period>/<table>.parquet

One file is one partition: the rows of one table, one source and one period, always replaced whole. `source` (where it
was read from) and `period` stand in the names of the folders, and `dotterel sql` shows them as the first columns of
every table. A period is text: a month such as `2023-10`, `undated`, or `all`. Read the files with DuckDB like this:

    select *
    from read_parquet('<lake>/events/*/*/events.parquet', hive_partitioning = true, hive_types_autocast = false)

A **key** names a row within a source: two sources may hold the same row, and tables are joined on source and key. The
footer of each file says what made it: `dotterel.table`, `dotterel.contract` (this is contract {CONTRACT_VERSION}),
`dotterel.coder` (the version of the coder) and `dotterel.batches` (the batches of articles in it).

**Units and codes.** Countries are ISO 3166-1 alpha-3 (`XKX` for Kosovo). Sectors are PLOVER's; an actor without a
country has one of IGO, NGO, IMG, ISM, MNC. Languages are ISO 639-1, times UTC. Offsets count Unicode code points from
0, and the end is exclusive, so `substring(body, text_start + 1, text_end - text_start)` cuts out in DuckDB what a row
shows. Shares are in percent, durations in the unit stated (decades as years), money in the currency stated.
"""


def data_dictionary() -> str:
    """The data dictionary as Markdown: one section a table, then the view `incidents`."""
    parts = [_HEAD, "| table | one row is | key |", "|---|---|---|"]
    for table in TABLES.values():
        parts.append(f"| [{table.name}](#{table.name}) | {_cell(table.row)} | {_names(table.key)} |")
    parts.append(
        "\n`incidents` is a view: the same event as told by several stories, with the number of outlets, stories, "
        "articles and triggers that tell it, the day of the first report and one example."
    )
    for table in TABLES.values():
        parts.append(_section(table))
        if table is QUARANTINE:
            parts.append(_reasons())
    return "\n".join(parts) + "\n"


def _reasons() -> str:
    """The reasons of quarantine as a Markdown table."""
    lines = ["\n| reason | meaning | what to do |", "|---|---|---|"]
    lines += [f"| `{code}` | {_cell(about.meaning)} | {_cell(about.remedy)} |" for code, about in REASONS.items()]
    return "\n".join(lines)


def reports_table() -> str:
    """The reports as a Markdown table: name, question, parameters. For the README."""
    lines = ["| report | question | parameters |", "|---|---|---|"]
    for report in list_reports():
        lines.append(f"| `{report.name}` | {report.question} | {_names(tuple(p.name for p in report.parameters))} |")
    return "\n".join(lines) + "\n"


def _section(table: Table) -> str:
    lines = [
        f"\n## {table.name}\n",
        f"One row is {table.row}.\n",
        f"Key: {_names(table.key)}. Period: {table.period_of}.\n",
        "| column | type | unit or values | meaning |",
        "|---|---|---|---|",
    ]
    lines += [_row(column) for column in table.columns]
    return "\n".join(lines)


def _row(column: Column) -> str:
    unit = ", ".join(f"`{value}`" for value in column.values) if column.values else column.unit
    kind = _type_name(column.type) + (", required" if column.required else "")
    return f"| {column.name} | {kind} | {_cell(unit)} | {_cell(column.meaning)} |"


def _type_name(arrow: pa.DataType) -> str:
    if pa.types.is_list(arrow):
        return f"list of {_type_name(arrow.value_type)}"
    names = {
        pa.string(): "text",
        pa.int64(): "whole number",
        pa.float64(): "number",
        pa.bool_(): "true or false",
        pa.date32(): "date",
        pa.timestamp("us", tz="UTC"): "time",
    }
    return names[arrow]


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write_bytes(PLACE, data_dictionary().encode())
    sys.stderr.write(f"wrote {PLACE}\n")

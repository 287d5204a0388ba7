"""The shell of `dotterel sql` without a query: one statement after the other, until the end of input."""

import contextlib
import importlib
import sys
from datetime import date
from pathlib import Path

import click

from tasks.errors import DotterelError
from tasks.report.output import write_rows
from tasks.report.query import run_sql
from tasks.report.warehouse import view_names

HELP = "End a query with `;`. `.tables` lists the tables, `.quit` or Ctrl-D ends."


def shell(lake: Path, form: str, as_of: date | None = None) -> None:
    """Read statements from a person, and write their rows or what is wrong with them."""
    with contextlib.suppress(ImportError):  # gives input() a history and editing, where the system has it
        importlib.import_module("readline")
    run_sql(lake, "select 1")  # says at once where there is no lake
    click.echo(HELP, err=True)
    out = sys.stdout.buffer
    lines: list[str] = []
    while True:
        try:
            line = input("    ...> " if lines else "dotterel> ")
        except EOFError:
            click.echo(err=True)
            return
        except KeyboardInterrupt:
            click.echo(err=True)
            lines = []
            continue
        word = line.strip().lower()
        if not lines and word in (".quit", ".exit", "quit", "exit"):
            return
        if not lines and word in (".tables", ".help"):
            click.echo(", ".join(view_names()) if word == ".tables" else HELP)
            continue
        lines.append(line)
        if not line.rstrip().endswith(";"):
            lines = lines if "\n".join(lines).strip() else []
            continue
        query, lines = "\n".join(lines), []
        try:
            write_rows(run_sql(lake, query, as_of), form, out)
            out.flush()
        except DotterelError as error:
            click.echo(f"dotterel: {error}", err=True)

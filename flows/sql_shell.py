"""The shell of `dotterel sql` without a query: one statement after the other, until the end of input.

The only module that knows prompt_toolkit.
"""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

import click
import pyarrow as pa
from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import Output

from tasks.errors import DotterelError, UsageError, did_you_mean
from tasks.report.meanings import column_meaning, meanings
from tasks.report.output import write_rows
from tasks.report.query import run_sql
from tasks.report.reports import list_reports
from tasks.report.warehouse import view_names
from tasks.settings import state_folder

HELP: Final = """\
End a query with `;`; it may have several lines. Tab completes tables, columns and words of SQL.
  .tables            what can be asked
  .describe TABLE    its columns, with their meaning
  .reports           the questions that `dotterel report NAME` answers
  .help              this
  .quit              leave (or Ctrl-D)
Ctrl-C stops a query, or clears what was typed; the arrows bring back what was asked before."""
_GREETING: Final = "End a query with `;`. `.tables` lists what can be asked, `.help` says more, Ctrl-D ends."
_LEAVING: Final = frozenset({".quit", ".exit", "quit", "exit"})
_COMMANDS: Final = (".describe", ".exit", ".help", ".quit", ".reports", ".tables")
_WORD: Final = re.compile(r"[\w.]*$")
_AFTER_TABLE: Final = re.compile(r"\b(?:from|join|describe|summarize)\s+[\w.]*$", re.IGNORECASE)
_KEYWORDS: Final = (
    *("all", "and", "as", "asc", "avg", "between", "by", "case", "coalesce", "count", "cross", "date", "date_trunc"),
    *("desc", "describe", "distinct", "else", "end", "except", "exists", "explain", "false", "filter", "from", "full"),
    *(
        "group",
        "having",
        "ilike",
        "in",
        "inner",
        "intersect",
        "interval",
        "is",
        "join",
        "left",
        "like",
        "limit",
        "list",
    ),
    *("max", "median", "min", "not", "null", "offset", "on", "or", "order", "over", "partition", "pivot", "qualify"),
    *("right", "select", "string_agg", "substring", "sum", "summarize", "then", "true", "union", "unnest", "using"),
    *("values", "when", "where", "window", "with", "year"),
)
"""Words of SQL that a person types often; DuckDB has 500, most of them for what is refused here."""


def shell(
    lake: Path,
    form: str,
    as_of: date | None = None,
    *,
    source: Input | None = None,
    screen: Output | None = None,
    ask: Callable[[Path, str, date | None], pa.Table] = run_sql,
) -> None:
    """Read statements from a person, and write their rows or what is wrong with them, until Ctrl-D or `.quit`.

    Raises UsageError at once where there is no lake. `source` and `screen` are the terminal.
    """
    run_sql(lake, "select 1")
    session: PromptSession[str] = PromptSession(
        history=_history(),
        completer=SqlCompleter(),
        complete_while_typing=False,
        auto_suggest=AutoSuggestFromHistory(),
        multiline=Condition(lambda: not is_whole(get_app().current_buffer.text)),
        prompt_continuation="    ...> ",
        input=source,
        output=screen,
    )
    click.echo(_GREETING, err=True)
    while True:
        try:
            text = session.prompt("dotterel> ").strip()
        except EOFError:
            return
        except KeyboardInterrupt:
            continue
        if text.rstrip(";").strip().lower() in _LEAVING:
            return
        try:
            _answer(lake, text, form, as_of, ask)
        except DotterelError as error:
            click.echo(f"dotterel: {error}", err=True)
        except KeyboardInterrupt:
            click.echo("dotterel: the query was stopped", err=True)


def is_whole(text: str) -> bool:
    """Whether Enter ends the input: a command, nothing at all, or a statement that ends with a semicolon."""
    text = text.strip()
    return not text or text.startswith(".") or text.lower() in _LEAVING or text.endswith(";")


class SqlCompleter(Completer):
    """Completes commands, tables, columns and words of SQL; the columns of the tables that are named come first."""

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What the word before the cursor can become, with a hint of what it is."""
        before = document.text_before_cursor
        command, space, _ = before.lstrip().partition(" ")
        if command.startswith(".") and not space:
            yield from (Completion(name, -len(command)) for name in _COMMANDS if name.startswith(command.lower()))
            return
        found = _WORD.search(before)
        word = found[0].rpartition(".")[2].lower() if found else ""
        known = dict.fromkeys(view_names(), "table")
        if not command.startswith(".") and not _AFTER_TABLE.search(before):
            known = {**_columns(document.text), **known, **dict.fromkeys(_KEYWORDS, "")}
        for name, hint in known.items():
            if name.startswith(word):
                yield Completion(name, -len(word), display_meta=hint)


def _columns(text: str) -> dict[str, str]:
    """The columns of the tables that a text names, or of all; each with the table that it is of."""
    words = set(re.findall(r"\w+", text.lower()))
    tables = [name for name in view_names() if name in words] or view_names()
    return {column: table for table in reversed(tables) for column in meanings()[table].columns}


def _answer(
    lake: Path, text: str, form: str, as_of: date | None, ask: Callable[[Path, str, date | None], pa.Table]
) -> None:
    """Do what a command says, or write the rows of a query. Raises UsageError and LakeError."""
    if not text.strip(";").strip():
        return
    command, _, rest = text.rstrip(";").partition(" ")
    if command == ".help":
        click.echo(HELP)
    elif command == ".tables":
        _show(pa.table({"table": view_names(), "holds": [meanings()[name].rows for name in view_names()]}))
    elif command == ".reports":
        _show(pa.table({"report": [r.name for r in list_reports()], "question": [r.question for r in list_reports()]}))
    elif command == ".describe":
        _show(_described(lake, rest.strip().lower()))
    elif command.startswith("."):
        raise UsageError(
            f"There is no command '{command}'.{did_you_mean(command, _COMMANDS)} Commands: {', '.join(_COMMANDS)}."
        )
    else:
        _show(ask(lake, text, as_of), form)


def _described(lake: Path, table: str) -> pa.Table:
    if table not in view_names():
        raise UsageError(
            f"There is no table '{table}'.{did_you_mean(table, view_names())} Tables: {', '.join(view_names())}."
        )
    columns = run_sql(lake, f"describe {table}").select(["column_name", "column_type"]).to_pylist()
    return pa.table(
        {
            "column": [row["column_name"] for row in columns],
            "type": [row["column_type"].lower() for row in columns],
            "meaning": [column_meaning(table, row["column_name"]) for row in columns],
        }
    )


def _show(rows: pa.Table, form: str = "table") -> None:
    write_rows(rows, form, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _history() -> History:
    """What was asked before, in a file that only the user can read; for this time alone where there can be none."""
    try:
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "sql_history"
        file.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))

"""Answers one query over the lake, or says in one sentence why it is refused."""

import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from tasks.errors import DotterelError, LakeError, UsageError, did_you_mean
from tasks.load.lake import Lake
from tasks.report.warehouse import MEMORY_LIMIT, view_names, warehouse

_ANSWERED: Final = "SELECT, WITH, FROM, VALUES, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
_WRITING: Final = frozenset(
    (
        *("insert", "update", "delete", "truncate", "merge", "copy", "export", "import", "create", "drop", "alter"),
        *("comment", "vacuum", "analyze", "checkpoint", "force"),
    )
)
_ATTACHING: Final = frozenset({"attach", "detach", "use"})
_LOADING: Final = frozenset({"install", "load"})
_SETTING: Final = frozenset({"set", "reset", "pragma"})
_WRITES: Final = re.compile(r'"name":\s*"[A-Z_]*(COPY_TO|INSERT|UPDATE|DELETE|MERGE_INTO|CREATE|DROP|ALTER)[A-Z_]*"')
"""Operators of a plan that change something: a SELECT can hold COPY, INSERT, UPDATE or DELETE in its WITH clause."""

_ATTEMPTS: Final = 8
"""How often a query is asked while a run replaces files under it."""
_PAUSE: Final = 0.05
"""Seconds before the second try; each further pause is longer by as much."""
_JUST_BEFORE: Final = 2.0
"""Seconds before a query in which a replaced file may still have upset it: the coarsest clock of a file system."""
_THE_QUERY_S_OWN: Final = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.ConversionException,
    duckdb.OutOfMemoryException,
)
"""Errors that no file of the lake can cause."""

_Taken = TypeVar("_Taken")

_NO_WRITING: Final = "the lake is read-only here; send the rows to a file with --format csv (or json, parquet) > FILE"
_IT_WRITES: Final = f"The query is refused: it writes, and {_NO_WRITING}."
_NO_FILES: Final = "only the lake can be read here"


def run_sql(lake: Path, query: str, as_of: date | None = None) -> pa.Table:
    """The rows that a user's query gives. Raises UsageError when it is refused or wrong, LakeError for damaged files.

    The whole result is held in memory.
    """
    if refusal := explain_refusal(query):
        raise UsageError(refusal)
    return ask(lake, query, as_of=as_of, guarded=True)


def ask(
    lake: Path,
    query: str,
    parameters: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    *,
    guarded: bool = False,
) -> pa.Table:
    """The rows of a query whose parameters (`$name`) are bound. With `guarded`, a query whose plan writes is refused.

    Raises UsageError and LakeError like `run_sql`.
    """

    def rows(connection: duckdb.DuckDBPyConnection) -> pa.Table:
        if guarded and _WRITES.search(_plan(connection, query)):
            raise UsageError(_IT_WRITES)
        return connection.sql(query, params=dict(parameters) if parameters else None).to_arrow_table()

    return take(lake, rows, as_of, query if guarded else "")


def take(
    lake: Path,
    from_connection: Callable[[duckdb.DuckDBPyConnection], _Taken],
    as_of: date | None = None,
    guarded: str = "",
) -> _Taken:
    """What a function takes from the lake; it is called again, from the beginning, where a run replaced files under it.

    `guarded` is the query of a user that it asks, whose errors are told as the user's. Raises UsageError and LakeError
    like `run_sql`.
    """
    union = False
    for attempt in range(1, _ATTEMPTS + 1):
        began = time.time()
        try:
            with warehouse(lake, as_of, union=union) as connection:
                return _interruptible(connection, from_connection)
        except duckdb.Error as error:
            if "schema mismatch" in str(error) and not union:
                union = True  # a file from before a column was added to the contract: look into every file
            elif attempt < _ATTEMPTS and not isinstance(error, _THE_QUERY_S_OWN) and _replaced_since(lake, began):
                time.sleep(_PAUSE * attempt)
            elif guarded and _writes_inside(guarded):  # DuckDB would say that a view cannot be changed
                raise UsageError(_IT_WRITES) from error
            else:
                raise translated(error) from error
    raise LakeError(f"{lake}: is being written all the time; ask again when the run has ended.")


def _interruptible(
    connection: duckdb.DuckDBPyConnection, from_connection: Callable[[duckdb.DuckDBPyConnection], _Taken]
) -> _Taken:
    """What a function takes from a connection; a Ctrl-C or SIGTERM ends it within moments.

    It runs in a thread of its own. In the main thread a signal is noticed only between two pieces of a query, which
    can be hours apart (a join of everything with everything), and not at all once an event loop has run there.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(from_connection, connection)
        try:
            return future.result()
        except KeyboardInterrupt:
            while not future.done():
                connection.interrupt()
                wait([future], timeout=_PAUSE)
            raise


def explain_refusal(query: str) -> str | None:
    """Why a query cannot be answered, in one sentence; None when it may be tried. Syntax errors pass."""
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        return str(translated(error))
    if not statements:
        return "There is no query: write one, such as `select count(*) from events`."
    if len(statements) > 1:
        return f"The query is refused: these are {len(statements)} statements; ask them one at a time."
    try:
        kind = statements[0].type
    except ValueError:  # a statement that the Python client has no name for
        return _refused_statement(_first_word(query))
    if kind in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        inner = _explained(query)
        return explain_refusal(inner) if inner is not None and inner.strip() else None
    if kind == duckdb.StatementType.MULTI:
        return "The query is refused: PIVOT needs its values named here, as in `pivot events on event_type in ('AID')`."
    return _refused_statement(_first_word(query))


def translated(error: duckdb.Error) -> DotterelError:
    """DuckDB's error in a user's words: UsageError for the query, LakeError for what is wrong with a file."""
    lines = [line.strip() for line in str(error).splitlines()]
    first = re.sub(r"^[A-Z][A-Za-z ]*Error: ", "", lines[0] if lines else type(error).__name__)
    if file := re.search(r'Cannot access file "([^"]*)"', first):
        return UsageError(f"The query is refused: it reads '{file[1]}', and {_NO_FILES}: {', '.join(view_names())}.")
    if file := re.match(r"Table with name (\S*[/.*]\S*) does not exist", first):
        return UsageError(f"The query is refused: it reads '{file[1]}', and {_NO_FILES}: {', '.join(view_names())}.")
    if "Cannot access directory" in first:
        return UsageError(f"The query is refused: it reads a folder, and {_NO_FILES}: {', '.join(view_names())}.")
    if "extension" in first and isinstance(error, duckdb.PermissionException | duckdb.CatalogException):
        return UsageError("The query is refused: it needs an extension of DuckDB, and none can be loaded here.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return UsageError(f"The query needs more than {MEMORY_LIMIT} of memory: ask for less, or for fewer columns.")
    if isinstance(error, duckdb.IOException) or re.search(r"magic bytes|corrupt|TProtocolException|Snappy|ZSTD", first):
        return LakeError(f"A file of the lake cannot be read: {first.rstrip('.')}.")
    hint = next((line for line in lines[1:] if line.startswith(("Did you mean", "Candidate bindings"))), "")
    return UsageError(f"The query is wrong: {_in_words(f'{first} {hint}'.strip())}")


def _in_words(message: str) -> str:
    """What DuckDB says of a query, without the words of its own workshop, and with what to do."""
    if missing := re.match(
        r'Referenced column ("[^"]*") not found in FROM clause!(?: Candidate bindings: (.*))?', message
    ):
        near = f" Names near it: {missing[2].rstrip('.')}." if missing[2] else ""
        return f"there is no column {missing[1]} in these tables.{near} `describe TABLE` lists its columns."
    if missing := re.match(r"Table with name (\S+) does not exist", message):
        near = did_you_mean(missing[1], view_names())
        return f"there is no table '{missing[1]}'.{near} Tables: {', '.join(view_names())}."
    if place := re.match(r'syntax error at or near "([^"]*)"', message):
        return f'it cannot be understood from "{place[1]}" on; look at the words before that, too.'
    if message.startswith("syntax error at end of input"):
        return "it breaks off; something is missing at its end."
    return message


def _replaced_since(lake: Path, began: float) -> bool:
    """Whether a run replaced a file since then, or just before.

    DuckDB opens a file once for its footer and again for its rows. Where the file is replaced in between it fails
    (`Out of buffer`, in 1 of 10 queries when files are replaced every few milliseconds); it was never seen to mix them.
    """
    for partition in Lake(lake).partitions():
        try:
            found = partition.path.stat()
            # A file is written before it is moved to its place, long before where the disk is slow; moving it sets
            # the second of these times.
            if max(found.st_mtime, found.st_ctime) > began - _JUST_BEFORE:
                return True
        except FileNotFoundError:
            return True
    return False


def _refused_statement(word: str) -> str:
    """The sentence for a statement that begins with this word."""
    name = word.upper() or "this"
    if word in _WRITING:
        return f"The query is refused: {name} writes, and {_NO_WRITING}."
    if word in _ATTACHING:
        return f"The query is refused: {name} reaches for other databases, and {_NO_FILES}."
    if word in _LOADING:
        return f"The query is refused: {name} is for extensions of DuckDB, and none can be loaded here."
    if word in _SETTING:
        return f"The query is refused: {name} changes settings, and they are fixed here."
    return f"The query is refused: {name} is not answered here; a query begins with {_ANSWERED}."


def _plan(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """The physical plan of a query, or of the query that it explains, as JSON. Nothing is executed."""
    inner = _explained(query)
    rows = connection.execute(f"explain (format json) {query if inner is None else inner}").fetchall()
    return "\n".join(str(row[1]) for row in rows)


def _explained(query: str) -> str | None:
    """What stands behind EXPLAIN, ANALYZE and their options; None for another query. EXPLAIN ANALYZE runs it."""
    words = _tokens(query)
    if not words or words[0][1] != "explain":
        return None
    at = 1
    if at < len(words) and words[at][1] == "analyze":
        at += 1
    if at + 1 < len(words) and words[at][1] == "(" and words[at + 1][1] in ("analyze", "format"):
        while at < len(words) and words[at][1] != ")":
            at += 1
        at += 1
    return query.encode()[words[at][0] :].decode() if at < len(words) else ""


def _writes_inside(query: str) -> bool:
    """Whether a bracket begins with a word of writing, as in `with x as (insert into ...)`."""
    words = [word for _, word in _tokens(query)]
    return any(before == "(" and word in _WRITING for before, word in pairwise(words))


def _first_word(query: str) -> str:
    return next((word for _, word in _tokens(query)), "")


def _tokens(query: str) -> list[tuple[int, str]]:
    """The tokens of a query in lower case with their places in bytes, without comments."""
    raw = query.encode()
    found = duckdb.tokenize(query)
    ends = [place for place, _ in found[1:]] + [len(raw)]
    comment = duckdb.token_type.comment
    return [
        (place, raw[place:end].decode(errors="replace").strip().lower())
        for (place, kind), end in zip(found, ends, strict=True)
        if kind != comment
    ]

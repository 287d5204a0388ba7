"""Writes events as the tab-separated files of POLECAT, ICEWS and GDELT 2.0, for scripts that were written for those.

Each has a query beside this file, `<name>.sql`, whose columns are those of the data set, in its order. It is asked of
the tables of `tasks.report.export.selection` and `tasks.report.export.codes`.
"""

import codecs
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from tasks.report.export.codes import code_tables
from tasks.report.export.selection import DONE, SELECTED, Selection

_BATCH: Final = 20_000
"""Rows at a time: some 10 MB of text."""

EVENT_NUMBER: Final = """\
create or replace temp macro event_number(dataset, id) as
    (1::ubigint << 52) + md5_number_lower(dataset || ':' || id) % (1::ubigint << 52)"""
"""A number of 53 bits for an event, the same at all times, which a double holds exactly. It is above every number that
GDELT gives (10 digits). Of a million events, two share one by chance in one of 9,000 lakes."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines of a data set are written: below a line of column names or not, what stands for nothing, encoding."""

    name: str
    has_header: bool
    missing: str
    encoding: str = "utf-8"

    @property
    def query(self) -> str:
        """The query, with `$` parameters of a selection."""
        own = (Path(__file__).parent / f"{self.name}.sql").read_text(encoding="utf-8")
        return f"with {SELECTED},\n{DONE},\n{code_tables()},\nlines as (\n{own})\nselect * from lines"


POLECAT: Final = Layout("polecat", has_header=True, missing="None")
ICEWS: Final = Layout("icews", has_header=True, missing="", encoding="iso-8859-1")
GDELT: Final = Layout("gdelt", has_header=False, missing="")
"""Version 2.0 with its 61 columns, and not 1.0 with 58: it is what GDELT publishes today, every 15 minutes, and what
its readers expect; 1.0 lacks one column that we leave empty. Its files have no line of column names."""


def write_lines(connection: duckdb.DuckDBPyConnection, layout: Layout, selection: Selection, path: Path) -> int:
    """Write the events of a selection to a file, and give their number. A tab or line break in a cell becomes a space.

    Rows are streamed; what memory does not hold while they are sorted, DuckDB puts into its temporary folder.
    """
    connection.execute(EVENT_NUMBER)
    rows = connection.sql(layout.query, params=selection.parameters)
    names = rows.columns
    cells = ", ".join(
        f"coalesce(regexp_replace(\"{name}\"::varchar, '[\\t\\r\\n\\x00]+', ' ', 'g'), '{layout.missing}')"
        for name in names
    )
    lines = connection.sql(
        f"select concat_ws(chr(9), {cells}) as line from ({layout.query})", params=selection.parameters
    )
    written = 0
    with path.open("w", encoding=layout.encoding, errors=_LATIN, newline="\n") as file:
        if layout.has_header:
            file.write("\t".join(names) + "\n")
        for batch in lines.to_arrow_reader(_BATCH):
            written += batch.num_rows
            file.writelines(f"{line}\n" for line in batch.column(0).to_pylist())
    return written


_LATIN: Final = "dotterel-nearest"
_NEAREST: Final = str.maketrans("‘’‚“”„–—―…−ŁłĐđı", "'''\"\"\"---.-LlDdi")
"""Marks and letters that ISO-8859-1 lacks and that no accent is taken from, with what people type in their place."""


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """What stands for a letter that an encoding lacks: the letter without its accent, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(_NEAREST))
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return "".join(letter if letter.isascii() else "?" for letter in plain), error.end


codecs.register_error(_LATIN, _nearest)

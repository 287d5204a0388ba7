"""Reads ATOP's table of alliances by pair of states and year: who owes whom what.

Layouts: the directed table by dyad and year, with COW numbers as `stateA` and `stateB` (official) or `ccode1` and
`ccode2` (R package peacesciencer). Kind is `alliance`; the name says the obligation: defense, offense, neutrality,
nonaggression, consultation. A row is what the country owes the counterpart: the two directions may differ. Pairs that
are allied with none of these are `no listed obligation`. Years are all that is known: spells go from 1 January to 31
December.
"""

from collections.abc import Iterator
from typing import IO, Final

from tasks.extract.reference.csv_tables import Columns, Rows, names_columns, read_csv, whole
from tasks.extract.reference.dataset import HEAD, Dataset, Part
from tasks.extract.reference.dyad_spells import FIRST_YEAR, LAST_YEAR, numbered, with_countries, yearly_spells
from tasks.extract.reference.indicator_rows import Spell, relations

NAME: Final = "atop"

_CONVERTED: Final = {"atop_defense": "defense", "atop_offense": "offense", "atop_neutral": "neutrality",
                     "atop_nonagg": "nonaggression", "atop_consul": "consultation"}  # fmt: skip
_OFFICIAL: Final = {"defense": "defense", "offense": "offense", "neutral": "neutrality", "nonagg": "nonaggression",
                    "consul": "consultation"}  # fmt: skip
_LAYOUTS: Final = (
    (("ccode1", "ccode2"), _CONVERTED, Columns(("ccode1", "ccode2", "year", *_CONVERTED))),
    (("stateA", "stateB"), _OFFICIAL,
     Columns(("stateA", "stateB", "year", "atopally", *_OFFICIAL),
             ignored=frozenset({"ddyad", "dyad", "shareob", "bilatno", "multino", "number", "asymm", "version",
                                *(f"atopid{number}" for number in range(1, 31))}))),
)  # fmt: skip
OTHER: Final = "no listed obligation"


def fits(head: bytes) -> bool:
    """Whether a file begins like ATOP's table by dyad and year."""
    return any(names_columns(head, columns.required) for _, _, columns in _LAYOUTS)


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The spells of a file as one part; `found` counts its lines, of which many make one spell."""
    data = whole(file)
    layouts = [layout for layout in _LAYOUTS if names_columns(data[:HEAD], layout[2].required)]
    (one, other), obligations, columns = (layouts or _LAYOUTS)[0]
    rows = read_csv(data, columns)
    if "atopally" in rows.frame:
        _leave_out_unallied(rows)
    merged, spells = dyad_years(rows, one, other, "year", obligations)
    yield Part(rows.found, {"relations": relations(spells, "alliance", NAME)}, tuple(rows.rejected), merged,
               tuple(rows.remarks))  # fmt: skip


def dyad_years(rows: Rows, one: str, other: str, year: str, obligations: dict[str, str]) -> tuple[int, list[Spell]]:
    """The spells of each obligation of a directed table by dyad and year, and how many lines stand for others.

    `obligations` names the columns of ones and noughts, and the obligation of each.
    """
    numbered(rows, one, other)
    rows.wholes(year, FIRST_YEAR, LAST_YEAR)
    for column in obligations:
        rows.wholes(column, 0, 1)
    frame, merged = with_countries(rows, one, other, year)
    last = int(rows.frame[year].max()) if len(rows.frame) else 0
    owed = [(frame[frame[column] == 1], name) for column, name in obligations.items()]
    owed.append((frame[(frame[list(obligations)] == 0).all(axis=1)], OTHER))
    return merged, [spell for part, name in owed for spell in yearly_spells(part, year, name, last)]


def _leave_out_unallied(rows: Rows) -> None:
    """Take out the pairs that were not allied in a year: the official table lists them too."""
    unallied = rows.frame["atopally"].str.removesuffix(".0") == "0"
    if count := int(unallied.sum()):
        rows.remarks.append(f"{count} lines are of pairs without an alliance in that year")
    rows.frame = rows.frame[~unallied]


DATASET: Final = Dataset(
    name=NAME,
    title="ATOP: alliance treaty obligations and provisions",
    tables=("relations",),
    fits=fits,
    read=read,
)

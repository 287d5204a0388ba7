"""Reads the Correlates of War project's direct contiguity of states, version 3.2, as borders in both directions.

Layouts: spells by month (contdir.csv) and directed pairs by year (contdird.csv). Kind is `border`; the name says the
type: `land border` (rivers included), and where only water parts the two, how wide it is at most. The spells of
contdird.csv are those of contdir.csv in whole years: their names end in `, by year`, so that a lake that holds both
does not count a border twice. A border between two states that is of one type for some years and of another later is
one spell each.

Colonies are not in these tables. Of the zip of the project, contdirs.csv (numbers of neighbours by state and year), the
.dta files (the same tables for Stata) and the codebook are not read.
"""

from collections.abc import Iterator
from datetime import date
from typing import IO, Final

import pandas as pd

from tasks.extract.reference.csv_tables import Columns, Rows, names_columns, read_csv, whole
from tasks.extract.reference.dataset import HEAD, Dataset, Part
from tasks.extract.reference.dyad_spells import (
    FIRST_YEAR,
    LAST_YEAR,
    both_ways,
    by_country,
    lasting,
    numbered,
    with_countries,
    yearly_spells,
)
from tasks.extract.reference.indicator_rows import Spell, last_day, relations, united

NAME: Final = "cow-contiguity"
BORDERS: Final = {
    1: "land border",
    2: "sea border, up to 12 miles of water",
    3: "sea border, up to 24 miles of water",
    4: "sea border, up to 150 miles of water",
    5: "sea border, up to 400 miles of water",
}
"""The types of contiguity by their number in `conttype`, each of them without the ones before."""

_BY_MONTH: Final = Columns(
    ("statelno", "statehno", "conttype", "begin", "end"),
    ("notes",),
    frozenset({"dyad", "statelab", "statehab", "version"}),
)
_BY_YEAR: Final = Columns(
    ("state1no", "state2no", "year", "conttype"), ignored=frozenset({"dyad", "state1ab", "state2ab", "version"})
)


def fits(head: bytes) -> bool:
    """Whether a file begins like contdir.csv or contdird.csv."""
    return any(names_columns(head, columns.required) for columns in (_BY_MONTH, _BY_YEAR))


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The borders of a file as one part; `found` counts its lines, of which those by year make spells together."""
    data = whole(file)
    merged = 0
    if names_columns(data[:HEAD], _BY_YEAR.required):
        rows = read_csv(data, _BY_YEAR)
        merged, spells = _by_year(rows)
    else:
        rows = read_csv(data, _BY_MONTH)
        spells = list(united(list(both_ways(_by_month(rows)))))
    yield Part(rows.found, {"relations": relations(spells, "border", NAME)}, tuple(rows.rejected), merged,
               tuple(rows.remarks))  # fmt: skip


def _by_year(rows: Rows) -> tuple[int, list[Spell]]:
    numbered(rows, "state1no", "state2no")
    rows.wholes("year", FIRST_YEAR, LAST_YEAR)
    rows.wholes("conttype", 1, 5)
    frame, merged = with_countries(rows, "state1no", "state2no", "year")
    last = int(rows.frame["year"].max()) if len(rows.frame) else 0
    spells = [
        spell
        for kind, name in BORDERS.items()
        for spell in yearly_spells(frame[frame["conttype"] == kind], "year", f"{name}, by year", last)
    ]
    return merged, spells


def _by_month(rows: Rows) -> list[Spell]:
    numbered(rows, "statelno", "statehno")
    rows.wholes("conttype", 1, 5)
    for column in ("begin", "end"):
        rows.wholes(column, FIRST_YEAR * 100 + 1, LAST_YEAR * 100 + 12)
        months = rows.frame[column] % 100
        rows.reject(~months.between(1, 12), "bad_date", f"{column} is {{{column}}}, which is no year and month")
    rows.reject(rows.frame["end"] < rows.frame["begin"], "bad_date", "it ends in {end} and begins in {begin}")
    last = int(rows.frame["end"].max()) if len(rows.frame) else 0
    notes = rows.frame["notes"] if "notes" in rows.frame else pd.Series("", rows.frame.index)
    spells: list[Spell] = []
    placeless = []
    cells = zip(*(rows.frame[name] for name in _BY_MONTH.required), notes, strict=True)
    for one, other, kind, begin, end, note in cells:
        start = date(begin // 100, begin % 100, 1)
        until = None if end == last else last_day(end // 100, end % 100)
        said = "; ".join(text for text in (note, "" if until else lasting(f"{last // 100}-{last % 100:02d}")) if text)
        stretches = by_country(one, other, start, until, last // 100)
        placeless.append(not stretches)
        spells += [Spell(BORDERS[kind], *stretch, said) for stretch in stretches]
    rows.reject(placeless, "no_country", "{statelno} or {statehno} has no ISO code of its own in these years")
    return spells


DATASET: Final = Dataset(
    name=NAME,
    title="Correlates of War: direct contiguity of states",
    tables=("relations",),
    fits=fits,
    read=read,
)

"""Reads the Correlates of War project's formal alliances, in four layouts, as spells of one obligation each way.

Layouts: by directed dyad and year with columns `cow_*` (R package peacesciencer), and of version 4.1 by dyad, by
directed dyad (both also by year, where the lines of a dyad say the same), and by member. Kind is `alliance`; the name
says the obligation: defense, neutrality, nonaggression, entente. Several alliances of a pair with one obligation at
the same time are one spell, with their numbers in the note.

In the table by member two states are allied while both are members, with the obligation of the type of the alliance:
type I is defense, type III entente; type II is neutrality or nonaggression without saying which, IIa and IIb say it.
"""

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import IO, Any, Final

import pandas as pd

from tasks.extract.reference.atop import OTHER, dyad_years
from tasks.extract.reference.csv_tables import Columns, Rows, names_columns, read_csv, whole
from tasks.extract.reference.dataset import HEAD, Dataset, Part
from tasks.extract.reference.dyad_spells import FIRST_YEAR, LAST_YEAR, both_ways, by_country, lasting, numbered
from tasks.extract.reference.indicator_rows import Spell, relations, united

NAME: Final = "cow-alliances"

_CONVERTED: Final = {"cow_defense": "defense", "cow_neutral": "neutrality", "cow_nonagg": "nonaggression",
                     "cow_entente": "entente"}  # fmt: skip
_OBLIGATIONS: Final = ("defense", "neutrality", "nonaggression", "entente")
_BY_YEAR: Final = Columns(("ccode1", "ccode2", "year", *_CONVERTED))
_DYAD_START: Final = ("dyad_st_year", "dyad_st_month", "dyad_st_day")
_DYAD_END: Final = ("dyad_end_year", "dyad_end_month", "dyad_end_day")
_MEMBER_START: Final = ("mem_st_year", "mem_st_month", "mem_st_day")
_MEMBER_END: Final = ("mem_end_year", "mem_end_month", "mem_end_day")
_BY_DYAD: Final = Columns(
    ("version4id", "ccode1", "ccode2", *_DYAD_START, *_DYAD_END, *_OBLIGATIONS),
    ("right_censor",),
    frozenset({"state_name1", "state_name2", "left_censor", "asymmetry", "year", "version"}),
)
_BY_MEMBER: Final = Columns(
    ("version4id", "ccode", "ss_type", *_MEMBER_START, *_MEMBER_END),
    ("right_censor",),
    frozenset({"state_name", "left_censor", "version", "all_st_day", "all_st_month", "all_st_year", "all_end_day",
               "all_end_month", "all_end_year"}),
)  # fmt: skip
_LAYOUTS: Final = (_BY_YEAR, _BY_DYAD, _BY_MEMBER)
_EMPTY: Final = ("", "NA", "-9")
_MOST_PAIRS: Final = 200_000
"""Pairs of members of one alliance, in a file: the largest has some 60 members, 1,770 pairs; there are 414 of them."""


def fits(head: bytes) -> bool:
    """Whether a file begins like a table of alliances, in one of the layouts."""
    return any(names_columns(head, layout.required) for layout in _LAYOUTS)


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The spells of a file as one part; `found` counts its lines, of which several may make one spell."""
    data = whole(file)
    layouts = [layout for layout in _LAYOUTS if names_columns(data[:HEAD], layout.required)]
    layout = (layouts or [_BY_YEAR])[0]
    rows = read_csv(data, layout, encoding=_encoding(data))
    merged = 0
    if layout is _BY_YEAR:
        merged, spells = dyad_years(rows, "ccode1", "ccode2", "year", _CONVERTED)
    else:
        spells = list(united(list(_dyads(rows) if layout is _BY_DYAD else _members(rows))))
    yield Part(rows.found, {"relations": relations(spells, "alliance", NAME)}, tuple(rows.rejected), merged,
               tuple(rows.remarks))  # fmt: skip


def _dyads(rows: Rows) -> Iterator[Spell]:
    numbered(rows, "ccode1", "ccode2")
    for column in _OBLIGATIONS:
        rows.frame = rows.frame.assign(**{column: rows.frame[column].replace("", "0")})
        rows.wholes(column, 0, 1)
    last = _dated(rows, _DYAD_START, _DYAD_END)
    pairs = set(zip(rows.frame["version4id"], rows.frame["ccode1"], rows.frame["ccode2"], strict=True))
    directed = any((alliance, other, one) in pairs for alliance, one, other in pairs)
    once = rows.frame.drop_duplicates()  # by year, the lines of a dyad say the same
    spells: list[Spell] = []
    placeless = set()
    for row in once.to_dict("records"):
        pair = row["ccode1"], row["ccode2"]
        stretches = by_country(*pair, row["start"], row["end"], last)
        if not stretches:
            placeless.add(pair)
        names = [name for name in _OBLIGATIONS if row[name]] or [OTHER]
        spells += [_spell(name, *stretch, row["version4id"], last) for name in names for stretch in stretches]
    flags = [pair in placeless for pair in zip(rows.frame["ccode1"], rows.frame["ccode2"], strict=True)]
    rows.reject(flags, "no_country", "{ccode1} or {ccode2} has no ISO code of its own in these years")
    yield from spells if directed else both_ways(spells)


def _members(rows: Rows) -> Iterator[Spell]:
    numbered(rows, "ccode")
    obligations = rows.frame["ss_type"].map(_obligation)
    rows.reject(obligations == "", "unknown_code", "ss_type is '{ss_type}', which is no type of alliance that is known")
    last = _dated(rows, _MEMBER_START, _MEMBER_END)
    sizes = rows.frame.groupby("version4id").size()
    pairs = (sizes * (sizes - 1) // 2).cumsum()
    crowded = rows.frame["version4id"].isin(pairs.index[pairs > _MOST_PAIRS])
    rows.reject(crowded, "too_many", f"the file has more than {_MOST_PAIRS:,} pairs of members, up to its alliance")
    for alliance, members in rows.frame.groupby("version4id"):
        for one, other in combinations(members.to_dict("records"), 2):
            start = max(one["start"], other["start"])
            end = min((end for end in (one["end"], other["end"]) if end is not None), default=None)
            if one["ccode"] == other["ccode"] or (end is not None and end < start):
                continue
            stretches = by_country(one["ccode"], other["ccode"], start, end, last)
            name = _obligation(one["ss_type"])
            yield from both_ways(_spell(name, *stretch, str(alliance), last) for stretch in stretches)


def _spell(name: str, country: str, counterpart: str, start: date, end: date | None, alliance: str, last: int) -> Spell:
    note = f"COW alliance {alliance}"
    return Spell(name, country, counterpart, start, end, note if end else f"{note}; {lasting(last)}")


def _obligation(kind: str) -> str:
    """The obligation of a type of alliance, as `ss_type` words Singer and Small's typology; empty for other words."""
    words = kind.casefold().replace("-", "").replace(" ", "")
    if "defense" in words:
        return "defense"
    if "entente" in words:
        return "entente"
    if "neutrality" in words and "nonaggression" in words:
        return "neutrality or nonaggression"
    return next((name for name in ("neutrality", "nonaggression") if name in words), "")


def _dated(rows: Rows, start: tuple[str, ...], end: tuple[str, ...]) -> int:
    """Add the columns start and end, None while it lasts; the last year of the data.

    Rows are rejected whose start is no date, or whose end is none and not empty. A tie that lasted when the data end
    has `right_censor` 1, whatever day stands as its end.
    """
    records = rows.frame.to_dict("records")
    starts = [_day(record, start) for record in records]
    ends = [_day(record, end) for record in records]
    open_ended = [
        record.get("right_censor", "").removesuffix(".0") == "1" or all(record[name] in _EMPTY for name in end)
        for record in records
    ]
    last = max((day.year for day in (*starts, *ends) if day), default=0)
    wrong = [
        first is None or (not lasts and (until is None or until < first))
        for first, until, lasts in zip(starts, ends, open_ended, strict=True)
    ]
    until_when = [None if lasts else until for until, lasts in zip(ends, open_ended, strict=True)]
    index = rows.frame.index
    rows.frame = rows.frame.assign(
        start=pd.Series(starts, index, dtype=object), end=pd.Series(until_when, index, dtype=object)
    )
    words = "-".join(f"{{{name}}}" for name in start), "-".join(f"{{{name}}}" for name in end)
    rows.reject(wrong, "bad_date", f"{words[0]} to {words[1]} is no stretch of days")
    return last


def _day(record: Mapping[Hashable, Any], columns: tuple[str, ...]) -> date | None:
    texts = [str(record[name]).removesuffix(".0") for name in columns]
    if not all(text.isascii() and text.isdigit() and len(text) <= 4 for text in texts):
        return None
    year, month, day = (int(text) for text in texts)
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


DATASET: Final = Dataset(
    name=NAME,
    title="Correlates of War: formal alliances",
    tables=("relations",),
    fits=fits,
    read=read,
)

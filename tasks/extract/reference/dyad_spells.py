"""Turns pairs of states, given by their COW numbers with years or with days, into spells between countries."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Final

import pandas as pd

from tasks.extract.drafts import Rejected, sample
from tasks.extract.reference.countries import NO_COUNTRY, country_of_cow
from tasks.extract.reference.csv_tables import Rows
from tasks.extract.reference.indicator_rows import Spell, looked_up

FIRST_YEAR: Final = 1500
LAST_YEAR: Final = 2100
LARGEST_NUMBER: Final = 999
"""COW numbers have up to three digits."""


def numbered(rows: Rows, *columns: str) -> None:
    """Turn columns of COW numbers into whole numbers; rows without such a number are rejected."""
    for column in columns:
        rows.wholes(column, 1, LARGEST_NUMBER)


def with_countries(rows: Rows, one: str, other: str, year: str) -> tuple[pd.DataFrame, int]:
    """The rows of a table of pairs and years with `country` and `counterpart`, and how many stand for others.

    The rows of a pair with a state without a code (Bavaria, Austria-Hungary) are one Rejected that says how many they
    are; all but the first of them are counted as merged.
    """
    frame = rows.frame.assign(
        country=looked_up(rows.frame[one], rows.frame[year], country_of_cow),
        counterpart=looked_up(rows.frame[other], rows.frame[year], country_of_cow),
    )
    merged = 0
    codes = frame[["country", "counterpart"]]
    same = (frame["country"] == frame["counterpart"]) & (frame["country"] != NO_COUNTRY)
    for reason, why, wrong in (
        ("unknown_country", "one of the two is no COW number of a state in these years", codes.isna().any(axis=1)),
        ("no_country", "one of the two ended before ISO codes and has none", (codes == NO_COUNTRY).any(axis=1)),
        ("no_country", "both are the same country by ISO 3166", same),
    ):
        taken = frame[wrong.reindex(frame.index)]
        for pair, group in taken.groupby([one, other], sort=False):
            line, count = int(group.index[0]), len(group)
            years = f"{group[year].min()} to {group[year].max()}"
            words = f"{why}: pair {pair[0]} and {pair[1]}, {years}, {count} lines"
            rows.rejected.append(Rejected(f"line {line}", reason, words, sample(rows.lines[line - 1])))
            merged += count - 1
        frame = frame[~frame.index.isin(taken.index)]
    return frame, merged


def yearly_spells(frame: pd.DataFrame, year: str, name: str, last: int) -> Iterator[Spell]:
    """The spells of unbroken years of each pair, from 1 January to 31 December.

    One that reaches `last`, the last year of the data, is open: that it lasted then is all that the data can tell.
    """
    key = ["country", "counterpart"]
    pairs = frame[[*key, year]].drop_duplicates().sort_values([*key, year])
    broken = (pairs[year].diff() != 1) | (pairs[key] != pairs[key].shift()).any(axis=1)
    runs = pairs.groupby(broken.cumsum(), sort=False)
    ends = runs.agg(
        country=("country", "first"), counterpart=("counterpart", "first"), first=(year, "min"), until=(year, "max")
    )
    for country, counterpart, first, until in ends.itertuples(index=False):
        yield yearly(name, country, counterpart, int(first), int(until), last)


def yearly(name: str, country: str, counterpart: str, first: int, until: int, last: int) -> Spell:
    """A spell of whole years; open, with a note, where it reaches the last year of the data."""
    note = "known by year only"
    if until >= last:
        return Spell(name, country, counterpart, date(first, 1, 1), None, f"{note}; {lasting(last)}")
    return Spell(name, country, counterpart, date(first, 1, 1), date(until, 12, 31), note)


def lasting(when: object) -> str:
    """The note on a tie without an end."""
    return f"lasted when the data end ({when})"


def by_country(
    one: int, other: int, start: date, end: date | None, last: int
) -> list[tuple[str, str, date, date | None]]:
    """The stretches of a spell between two COW numbers in which their countries are the same, cut at turns of years.

    `last` is the year up to which an open spell is looked at. Stretches in which one of the two has no code are left
    out.
    """
    until = end.year if end else max(last, start.year)
    years = range(start.year, until + 1)
    pairs = zip(
        years,
        looked_up([one] * len(years), years, country_of_cow),
        looked_up([other] * len(years), years, country_of_cow),
        strict=True,
    )
    stretches: list[tuple[str, str, date, date | None]] = []
    for (country, counterpart), group in groupby(pairs, key=lambda pair: pair[1:]):
        covered = [year for year, *_ in group]
        if country is None or counterpart is None or NO_COUNTRY in (country, counterpart) or country == counterpart:
            continue
        first = max(start, date(covered[0], 1, 1))
        ends = date(covered[-1], 12, 31)
        stretches.append((country, counterpart, first, end if covered[-1] == until else ends))
    return stretches


def both_ways(spells: Iterable[Spell]) -> Iterator[Spell]:
    """Each spell and its mirror image."""
    for spell in spells:
        yield spell
        yield Spell(spell.name, spell.counterpart, spell.country, spell.start, spell.end, spell.note)

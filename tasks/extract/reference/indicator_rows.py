"""Turns frames of figures and of ties into tables of the contract, and says what stands where there is no country."""

import calendar
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import pandas as pd
import pyarrow as pa

from tasks.contract import INDICATORS, RELATIONS, Table
from tasks.extract.reference.countries import NO_COUNTRY, UnknownCountryError

_Key = TypeVar("_Key", str, int)


def looked_up(keys: Iterable[_Key], years: Iterable[int], of: Callable[[_Key, int], str | None]) -> list[str | None]:
    """The country that `of` gives for each name or number in its year, asked once for each pair.

    What is known to have no code is NO_COUNTRY, and what nobody knows is None.
    """
    known: dict[tuple[_Key, int], str | None] = {}
    found = []
    for key, year in zip(keys, years, strict=True):
        pair = (key, int(year))
        if pair not in known:
            try:
                known[pair] = of(*pair) or NO_COUNTRY
            except UnknownCountryError:
                known[pair] = None
        found.append(known[pair])
    return found


def indicators(frame: pd.DataFrame, dataset: str, version: str | None) -> pa.Table:
    """The rows of `indicators` for a frame with series, country, counterpart, year, value, unit, known_from and note.

    Each figure covers its year. A NaN in value and an empty note become null.
    """
    years = frame["year"].astype(int)
    return _table(
        INDICATORS,
        {
            **{name: frame[name].tolist() for name in ("series", "country", "counterpart", "unit", "known_from")},
            "start_date": [date(year, 1, 1) for year in years],
            "end_date": [date(year, 12, 31) for year in years],
            "value": [None if value != value else float(value) for value in frame["value"]],
            "dataset": [dataset] * len(frame),
            "dataset_version": [version] * len(frame),
            "note": [note or None for note in frame["note"]],
        },
    )


@dataclass(frozen=True, slots=True)
class Spell:
    """A tie of one state with another: from the first to the last day; `end` is None while it lasts."""

    name: str
    country: str
    counterpart: str
    start: date
    end: date | None
    note: str = ""


def relations(spells: Sequence[Spell], kind: str, dataset: str) -> pa.Table:
    """The rows of `relations`, one a spell. When such a tie became known is not stated: that is null."""
    return _table(
        RELATIONS,
        {
            "kind": [kind] * len(spells),
            "name": [spell.name for spell in spells],
            "country": [spell.country for spell in spells],
            "counterpart": [spell.counterpart for spell in spells],
            "start_date": [spell.start for spell in spells],
            "end_date": [spell.end for spell in spells],
            "known_from": [None] * len(spells),
            "dataset": [dataset] * len(spells),
            "note": [spell.note or None for spell in spells],
        },
    )


def united(spells: Sequence[Spell]) -> Iterator[Spell]:
    """The spells with those of the same tie joined that overlap or follow each other day upon day, sorted.

    Notes that differ are put one after the other.
    """
    last: Spell | None = None
    for spell in sorted(spells, key=lambda s: (s.name, s.country, s.counterpart, s.start, s.end or date.max, s.note)):
        same = last is not None and (last.name, last.country, last.counterpart) == (
            spell.name, spell.country, spell.counterpart,
        )  # fmt: skip
        if last is None or not same or (last.end is not None and (spell.start - last.end).days > 1):
            if last is not None:
                yield last
            last = spell
            continue
        end = None if last.end is None or spell.end is None else max(last.end, spell.end)
        notes = dict.fromkeys(note for text in (last.note, spell.note) for note in text.split("; ") if note)
        last = Spell(last.name, last.country, last.counterpart, last.start, end, "; ".join(notes))
    if last is not None:
        yield last


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _table(table: Table, columns: dict[str, list[object]]) -> pa.Table:
    return pa.table({column.name: pa.array(columns[column.name], column.type) for column in table.columns}).cast(
        table.schema
    )

"""Loads our own tables of facts into the lake."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from tasks.contract import ALL, INDICATORS
from tasks.extract.reference.facts import read_facts
from tasks.extract.reference.leaders import read_leaders
from tasks.load.lake import Lake, Origin

SOURCE: Final = "facts"
"""The source that the facts are partitions of."""


def load_facts(lake: Lake, folder: Path, people: Path) -> list[str]:
    """Write `relations` (period `all`) and `indicators` (a period a year of start_date) from the files of `folder`.

    The leaders among the relations come from the file of `people` of the codebook, the one place where they stand. A
    year that the files no longer have is left without rows. Returns the names of the partitions that changed.
    Raises ConfigError for what is wrong in the files, before anything is written, and LakeError when the lake cannot
    be written.
    """
    facts = read_facts(folder)
    relations = pa.concat_tables([facts["relations"], read_leaders(people, folder / "offices.csv")])
    years = _by_year(facts["indicators"])
    for partition in lake.partitions("indicators", SOURCE):
        years.setdefault(partition.period, INDICATORS.schema.empty_table())
    tables = [("indicators", year, rows) for year, rows in sorted(years.items())]
    tables.append(("relations", ALL, relations))  # the last: it tells that all are there
    return [
        f"{table}/source={SOURCE}/period={period}"
        for table, period, rows in tables
        if lake.write(table, SOURCE, period, rows, Origin()) is not None
    ]


def _by_year(rows: pa.Table) -> dict[str, pa.Table]:
    of_year: dict[str, list[int]] = defaultdict(list)
    days: list[date] = rows.column("start_date").to_pylist()
    for index, day in enumerate(days):
        of_year[f"{day.year:04d}"].append(index)
    return {year: rows.take(pa.array(indexes)) for year, indexes in of_year.items()}

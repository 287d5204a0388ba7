"""Reads heads of state and government out of the people of the codebook, as relations of a person to a country."""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.contract import RELATIONS
from tasks.errors import ConfigError
from tasks.extract.reference.facts import day, records

KIND: Final = "leader"
_PEOPLE: Final = ("name", "aliases", "country", "sector", "role", "from", "until", "note")
_OFFICES: Final = ("country", "office", "rank")


def read_leaders(people: Path, offices: Path) -> pa.Table:
    """The relations of kind `leader`, one for each office that the file of `people` says who held, and when.

    The file of `offices` says which of their offices count, and of what rank; a line for a country goes before one
    for all. Somebody without a day on which the office began is left out. Raises ConfigError, with file and line.
    """
    ranks = {(record["country"], record["office"]): record["rank"] for _, record in records(offices, _OFFICES)}
    seen: dict[tuple[str, ...], int] = {}
    rows: list[dict[str, Any]] = []
    for line, record in records(people, _PEOPLE):
        name, country, office = record["name"], record["country"], record["role"]
        rank = ranks.get((country, office)) or ranks.get(("", office))
        if not (country and rank and record["from"]):
            continue
        try:
            start, end = day("from", record["from"]), day("until", record["until"]) if record["until"] else None
            if (key := (name, country, record["from"])) in seen:
                raise ValueError(f"{name} begins two offices on the day on which one in line {seen[key]} begins")
        except ValueError as error:
            raise ConfigError(f"{people}:{line}: {error}.") from None
        seen[key] = line
        rows.append(
            {
                "kind": KIND,
                "name": name,
                "country": country,
                "counterpart": "",
                "start_date": start,
                "end_date": end,
                "known_from": start,
                "dataset": "facts",
                "note": f"{office} ({rank})",
            }
        )
    return pa.Table.from_pylist(rows, schema=RELATIONS.schema)

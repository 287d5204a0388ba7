"""Says which people the archive has introduced often enough to be known, and writes them as a file of the codebook."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tasks.errors import ConfigError
from tasks.load.parquet_files import write_bytes
from tasks.report.query import ask
from tasks.report.warehouse import SQL
from tasks.transform.coding.codebook import LEARNED_PEOPLE, Codebook
from tasks.words import counted

COLUMNS: Final = ("name", "aliases", "country", "sector", "role", "from", "until", "note")
"""Those of `people.csv`."""
LEAST_STORIES: Final = 3
"""In how many stories a person must be introduced, unless the call says otherwise: one may err, and two copy."""

Person = dict[str, str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What the archive teaches: rows for the codebook, and names to which it gives several countries.

    `contradictory` maps such a name to its countries, or sectors in place of one; it is not learned.
    """

    people: tuple[Person, ...]
    contradictory: Mapping[str, tuple[str, ...]]


def learn_people(lake: Path, codebook: Codebook, least: int = LEAST_STORIES) -> Learned:
    """Whom at least `least` stories of the lake introduce, all with the same country.

    Near-copies of a story count once. People whom the codebook names anyway are left out. Raises UsageError when there
    is no lake, LakeError when it is damaged.
    """
    query = (SQL / "learned_people.sql").read_text(encoding="utf-8")
    people: list[Person] = []
    contradictory: dict[str, tuple[str, ...]] = {}
    for row in ask(lake, query, {"least": least}).to_pylist():
        if any(not entry.learned for entry in codebook.names.get(row["name"], ())):
            continue
        if len(row["codes"]) > 1:
            contradictory[row["name"]] = tuple(row["codes"])
        else:
            people.append(_person(row))
    return Learned(tuple(people), contradictory)


def settled(before: Sequence[Person], after: Sequence[Person]) -> list[Person]:
    """The people of `after`, each as it stands in `before` where nothing but the note differs.

    So the coder has a new version when it knows something new, not whenever an article more tells the same.
    """
    old = {person["name"]: person for person in before}
    return [old[person["name"]] if _told(old.get(person["name"], {})) == _told(person) else person for person in after]


def changes(before: Sequence[Person], after: Sequence[Person]) -> Iterator[tuple[str, Person]]:
    """What differs between two lists of learned people: `new`, `changed` or `gone`, and the person, by name."""
    old = {person["name"]: person for person in before}
    new = {person["name"]: person for person in after}
    for name in sorted(old | new):
        if name not in old:
            yield "new", new[name]
        elif name not in new:
            yield "gone", old[name]
        elif old[name] != new[name]:
            yield "changed", new[name]


def read_people(file: Path) -> list[Person]:
    """The people of a file that was learned before; none where it is missing. Raises ConfigError for another file."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not a file of learned people (no UTF-8 text).") from None
    reader = csv.DictReader(line for line in io.StringIO(text, newline="") if not line.startswith("#"))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ConfigError(f"{file}: is not a file of learned people; its header must be {','.join(COLUMNS)}.")
    return [{name: row[name] or "" for name in COLUMNS} for row in reader]


def write_people(file: Path, people: Iterable[Person]) -> None:
    """Replace the file by these people. Raises LakeError where it cannot be written."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(people)
    write_bytes(file, out.getvalue().encode("utf-8"))


def target_file(codebook: Path, given: Path | None, installed: bool) -> Path:
    """The file to write: the `given` one, else that of the codebook.

    Raises ConfigError where the codebook is part of the `installed` package: an update would take the file away.
    """
    if given is not None:
        return given
    if installed:
        raise ConfigError(
            f"{codebook}: this codebook is part of the installed package and is not written to. Copy its folder beside "
            "a dotterel.toml of your own and name that with --config (or DOTTEREL_CONFIG); or say --out FILE."
        )
    return codebook / LEARNED_PEOPLE


def _told(person: Mapping[str, str]) -> Mapping[str, str]:
    return {column: text for column, text in person.items() if column != "note"}


def _person(row: Mapping[str, Any]) -> Person:
    note = f"{counted(row['articles'], 'article')} of {counted(row['outlets'], 'outlet')}, first {row['article_id']}"
    return {
        "name": row["name"],
        "aliases": "",
        "country": row["country"],
        "sector": row["sector"],
        "role": row["role"],
        "from": row["first_date"].isoformat() if row["first_date"] else "",
        "until": "",
        "note": note,
    }

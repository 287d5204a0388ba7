"""What a reader of a reference data set says of itself, and what it gives for a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import IO, Final

import pyarrow as pa

from tasks.errors import UnreadableError
from tasks.extract.drafts import Rejected
from tasks.settings import Source

HEAD: Final = 65_536
"""Bytes of a file by which a data set is known."""


class WrongFileError(UnreadableError):
    """A file that is not of this data set; the message says what it is, or what is wrong, and what to do.

    `reason` is `wrong_dataset` (another data set, which is named), `wrong_layout` (a layout that is not known, or a
    shifted column) or `mangled` (re-saved by a program that changed its values).
    """


class BadRowError(ValueError):
    """A record that cannot be taken, with the code of the reason; the message is the detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file: tables of the contract without source and period, in any order, and what was wrong.

    `found` counts the records of the file that this part stands for: those that became rows, those that say the same
    as others (`merged`), and those rejected. One record may give several rows, or together with others one.
    """

    found: int
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()
    merged: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a reference data set comes from, as `sources.toml` says it.

    `version` is the newest one that its reader was tried on, and `cadence` how often a new one appears.
    """

    publisher: str = ""
    licence: str = ""
    citation: str = ""
    address: str = ""
    version: str = ""
    cadence: str = ""


def origin_of(sources: Sequence[Source]) -> Origin:
    """What sources of one data set say of its origin; of each word, the first that says anything."""
    names = [f.name for f in fields(Origin)]
    return Origin(*(next(filter(None, (getattr(source, name) for source in sources)), "") for name in names))


@dataclass(frozen=True, slots=True)
class Dataset:
    """One reference data set. `name` is that of the command and of its source in the lake: `ucdp-ged`.

    `fits` knows a file by its first HEAD bytes, after unpacking, and says so for its own files only. `read` gives the
    rows of one unpacked file, read once and forwards; `name` is the file's name, which may hold a version or a day. It
    raises WrongFileError before the first part where the file as a whole cannot be taken; whatever is wrong with single
    rows is Rejected with `record` "line N" (of the unpacked file, the first line is 1). `version` is raised whenever
    the same file would give other rows. A set that is `additive` grows by files (GDELT); any other is what the files
    of one load hold, and replaces what was there. `origin` and `least_rows` (a file with fewer is reported) are what
    `sources.toml` says.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    fits: Callable[[bytes], bool]
    read: Callable[[IO[bytes], str], Iterator[Part]]
    version: int = 1
    additive: bool = False
    origin: Origin = Origin()
    least_rows: int = 1

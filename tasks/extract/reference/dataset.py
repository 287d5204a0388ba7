"""What a reader of a reference data set says of itself, and what it gives for a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final

import pyarrow as pa

from tasks.errors import UnreadableError
from tasks.extract.drafts import Rejected

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
    """Where a reference data set comes from. `cadence` is how often a new version appears."""

    publisher: str
    licence: str
    citation: str
    address: str
    cadence: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One reference data set. `name` is that of the command and of its source in the lake: `ucdp-ged`.

    `fits` knows a file by its first HEAD bytes, after unpacking, and says so for its own files only. `read` gives the
    rows of one unpacked file, read once and forwards; `name` is the file's name, which may hold a version or a day. It
    raises WrongFileError before the first part where the file as a whole cannot be taken; whatever is wrong with single
    rows is Rejected with `record` "line N" (of the unpacked file, the first line is 1). `version` is raised whenever
    the same file would give other rows. A set that is `additive` grows by files (GDELT); any other is what the files
    of one load hold, and replaces what was there. `least_rows`: fewer rows in a file are reported.
    """

    name: str
    title: str
    tables: tuple[str, ...]
    origin: Origin
    fits: Callable[[bytes], bool]
    read: Callable[[IO[bytes], str], Iterator[Part]]
    version: int = 1
    additive: bool = False
    least_rows: int = 1

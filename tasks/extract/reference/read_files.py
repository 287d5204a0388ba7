"""Reads raw files of a reference data set: their rows into temporary files by period, and an account of each."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from tasks.errors import LakeError
from tasks.extract.drafts import Rejected, plain
from tasks.extract.members import Member, members
from tasks.extract.raw_files import RawFile
from tasks.extract.reference.dataset import HEAD, Dataset, WrongFileError
from tasks.extract.reference.registry import find, recognise, refusal
from tasks.extract.reference.spool import Spool, Spooled, periods
from tasks.settings import Settings

_GROUP_BYTES: Final = 8 << 20
_GROUP_FILES: Final = 48
"""Files of a group: half a day of GDELT."""
_OFFICE: Final = "office_document"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a member of one, that was not taken, and why, in words that follow its name and `: `."""

    raw_uri: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What came of one raw file. `found` = records loaded + `merged` + `quarantine`, for what was not `refused`.

    `rows` counts the rows that it gave to each (table, period); `quarantine` holds rows of that table. `failed` says
    why the file could not be read at all, now; rows that it left in temporary files do not count then.
    """

    number: int
    raw: RawFile
    found: int = 0
    merged: int = 0
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    quarantine: tuple[dict[str, Any], ...] = ()
    refused: tuple[Refused, ...] = ()
    remarks: tuple[str, ...] = ()
    failed: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether nothing of the file was taken, for being of no use here."""
        return bool(self.refused) and not self.found


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """What came of some raw files, and where their rows are."""

    files: tuple[ReadFile, ...]
    spooled: tuple[Spooled, ...]


def data_sets_of(raw: RawFile, settings: Settings) -> tuple[list[str], list[Refused]]:
    """The data sets that the members of a raw file belong to, and what is said of those that belong to none.

    Raises LakeError where the file cannot be read.
    """
    names: dict[str, None] = {}
    refused = []
    for member in opened(raw.path, settings):
        if isinstance(member, Rejected):
            refused.append(Refused(_uri(raw, member.record), member.detail))
        elif dataset := recognise(member.head):
            names.setdefault(dataset.name)
        else:
            refused.append(Refused(_uri(raw, member.name), refusal(member.head)))
    return list(names), refused


def groups(raws: Sequence[tuple[int, RawFile]]) -> Iterator[list[tuple[int, RawFile]]]:
    """The raw files, in their order, in groups that are worth a call of a worker and temporary files of their own."""
    group: list[tuple[int, RawFile]] = []
    size = 0
    for number, raw in raws:
        if group and (size + raw.bytes > _GROUP_BYTES or len(group) >= _GROUP_FILES):
            yield group
            group, size = [], 0
        group.append((number, raw))
        size += raw.bytes
    if group:
        yield group


def read_files(
    name: str, raws: Sequence[tuple[int, RawFile]], folder: Path, settings: Settings, others_too: bool = False
) -> ReadFiles:
    """Read raw files, with their numbers, of the data set called `name`; its rows go into new files below `folder`.

    That may be one of the user's own of these settings.

    A member of another data set is refused, or passed over where those are loaded too. Raises LakeError where a
    temporary file cannot be written.
    """
    # Arrow's default pool gives memory back between two blocks of a file, which is 5 % of all time (measured 2026-11).
    pa.set_memory_pool(pa.system_memory_pool())
    dataset = find(name, settings)
    spool = Spool(folder)
    files = tuple(_File(number, raw, dataset, spool, settings, others_too).read() for number, raw in raws)
    spool.flush()
    return ReadFiles(files, tuple(sorted(spool.written)))


def opened(path: Path, settings: Settings) -> Iterator[Member | Rejected]:
    """The members of a raw file. A workbook, which is a zip for others, is a member of its own.

    Raises LakeError where the file cannot be read.
    """
    for member in members(path, settings):
        if isinstance(member, Rejected) and member.reason == _OFFICE and not member.record:
            with path.open("rb") as file:
                head = file.read(HEAD)
                file.seek(0)
                yield Member("", head, file)
        else:
            yield member


@dataclass
class _File:
    """One raw file while it is read."""

    number: int
    raw: RawFile
    dataset: Dataset
    spool: Spool
    settings: Settings
    others_too: bool
    found: int = 0
    merged: int = 0
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    quarantine: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    remarks: dict[str, None] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)

    def read(self) -> ReadFile:
        try:
            return self._read()
        except LakeError as error:
            self.spool.drop()
            return ReadFile(self.number, self.raw, failed=str(error).rstrip("."))

    def _read(self) -> ReadFile:
        for member in opened(self.raw.path, self.settings):
            if isinstance(member, Rejected):
                self.found += 1
                self._reject(member.record, Rejected("", member.reason, member.detail, member.sample))
            else:
                self._read_member(member)
        if 0 < self.found - len(self.quarantine) < self.dataset.least_rows:
            least = f"fewer than the {self.dataset.least_rows:,} that {self.dataset.title} has at least"
            self.remarks[f"{self.found:,} records, {least}"] = None
        return ReadFile(
            number=self.number,
            raw=self.raw,
            found=self.found,
            merged=self.merged,
            rows=dict(self.rows),
            quarantine=tuple(self.quarantine),
            refused=tuple(self.refused),
            remarks=tuple(self.remarks),
        )

    def _read_member(self, member: Member) -> None:
        if not self.dataset.fits(member.head):
            if not (self.others_too and recognise(member.head)):
                self._refuse(member, refusal(member.head, self.dataset))
            return
        before = (self.found, self.merged, self.rows.copy(), len(self.quarantine), self.places.copy())
        try:
            for part in self.dataset.read(member.file, (member.name or self.raw.raw_uri).rsplit("/", 1)[-1]):
                self.found += part.found
                self.merged += part.merged
                for table, rows in part.tables.items():
                    for period, some in periods(self.dataset, table, rows):
                        self.rows[table, period] += some.num_rows
                        self.spool.add(table, period, some, self.number)
                for rejected in part.rejected:
                    self._reject(member.name, rejected)
                self.remarks.update(dict.fromkeys(map(plain, part.remarks)))
            if self.found == before[0] and not self.dataset.additive:  # it would take the place of all that is there
                raise WrongFileError("wrong_layout", "it holds no records")
        except WrongFileError as error:
            self._undo(before)
            self._refuse(member, str(error))
            return
        if member.damages.fatal:  # a checksum is wrong: its rows may say anything
            self._undo(before)
        else:
            self.spool.keep()

    def _undo(self, before: tuple[int, int, Counter[tuple[str, str]], int, Counter[str]]) -> None:
        self.spool.drop()
        self.found, self.merged, self.rows, kept, self.places = before
        del self.quarantine[kept:]

    def _refuse(self, member: Member, why: str) -> None:
        self.refused.append(Refused(_uri(self.raw, member.name), why.rstrip(".")))

    def _reject(self, member: str, rejected: Rejected) -> None:
        place = " ".join(part for part in (member, plain(rejected.record)) if part)
        place = place or self.raw.raw_uri.rsplit("/", 1)[-1]
        self.places[place] += 1
        again = self.places[place]
        self.quarantine.append(
            {
                "raw_uri": _uri(self.raw, member),
                "raw_sha256": self.raw.sha256,
                "record": place if again == 1 else f"{place} ({again})",
                "stage": "extract",
                "reason": rejected.reason,
                "detail": rejected.detail,
                "sample": rejected.sample,
            }
        )


def _uri(raw: RawFile, member: str) -> str:
    return f"{raw.raw_uri}!{member}" if member else raw.raw_uri

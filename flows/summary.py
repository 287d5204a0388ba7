"""What a run has to say when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from tasks.load.retry import Retried
from tasks.report.difference import ChangeCount
from tasks.words import counted

ARTICLES: Final = "articles"
RECORDS: Final = "loaded"
"""What is counted of raw files: articles of news, records of reference data that were loaded."""


@dataclass(frozen=True, slots=True)
class FileCount:
    """The account of one raw file: `found == articles + merged + quarantined`. `is_new`: this run read it.

    Of reference data `articles` are the records that were loaded, and `unit` says so.
    """

    source: str
    raw_uri: str
    found: int
    articles: int
    merged: int
    quarantined: int
    is_new: bool
    unit: str = ARTICLES

    def sum_line(self) -> str:
        """`a.zip: found 3,301 = 3,290 articles + 11 merged copies + 0 quarantined`; the name is without its folder."""
        counts = (self.found, self.articles, self.merged, self.quarantined)
        return f"{self.raw_uri.rsplit('/', 1)[-1]}: {sum_text(*counts, self.unit)}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that was to be done and was not: a raw file, a batch, a period; `trace` is for `--debug`."""

    what: str
    why: str
    trace: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run did; `seconds` are by stage, `events` triggers by type, `rows` by table of the periods written.

    `periods_failed` are periods that were to be written and stayed as they were (`source/period`); `difference` is what
    recoding changed. `unit` is what it was to count of raw files; a run of all sources also counts records of reference
    data. `files_known`: raw files of reference data that were in the lake before, and are not among `files`.
    """

    run_id: str
    flow: str
    files: tuple[FileCount, ...] = ()
    events: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    batches_coded: int = 0
    quarantined_in_coding: int = 0
    partitions_written: tuple[str, ...] = ()
    periods_written: tuple[str, ...] = ()
    periods_unchanged: int = 0
    recoded: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    periods_failed: tuple[str, ...] = ()
    difference: tuple[ChangeCount, ...] = ()
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    retried: Retried | None = None
    unit: str = ARTICLES
    files_known: int = 0

    @property
    def found(self) -> int:
        """Records found in all raw files of the run, those read before included."""
        return sum(file.found for file in self.files)

    @property
    def articles(self) -> int:
        """Articles of these."""
        return sum(file.articles for file in self.files)

    @property
    def merged(self) -> int:
        """Copies merged into those articles."""
        return sum(file.merged for file in self.files)

    @property
    def quarantined(self) -> int:
        """Records of these in quarantine."""
        return sum(file.quarantined for file in self.files)

    @property
    def anything_new(self) -> bool:
        """Whether the run read, coded or wrote anything."""
        return bool(self.partitions_written or self.batches_coded or any(file.is_new for file in self.files))

    def files_by_unit(self) -> dict[str, tuple[FileCount, ...]]:
        """The raw files by what is counted of them, articles first; without any, none of this run's own unit."""
        units = [unit for unit in (ARTICLES, RECORDS) if any(file.unit == unit for file in self.files)] or [self.unit]
        return {unit: tuple(file for file in self.files if file.unit == unit) for unit in units}

    def sum_lines(self) -> list[str]:
        """The sum over all raw files, one line for articles and one for records of reference data."""
        return [
            f"{counted(len(files), 'raw file')}: "
            + sum_text(
                sum(file.found for file in files),
                sum(file.articles for file in files),
                sum(file.merged for file in files),
                sum(file.quarantined for file in files),
                unit,
            )
            for unit, files in self.files_by_unit().items()
        ]

    def to_json(self) -> dict[str, Any]:
        """The run as a log for machines tells it: counts of what it read, lists of what it wrote and of what failed."""
        return {
            "run_id": self.run_id,
            "flow": self.flow,
            "state": "failed" if self.failures else "completed",
            "found": self.found,
            **{unit: sum(file.articles for file in files) for unit, files in self.files_by_unit().items()},
            "merged": self.merged,
            "quarantined": self.quarantined + self.quarantined_in_coding,
            "batches_coded": self.batches_coded,
            "partitions_written": list(self.partitions_written),
            "failures": [str(failure) for failure in self.failures],
            "warnings": list(self.warnings),
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }

    def headline(self) -> str:
        """The run in one line, as the log of scheduled runs shows it."""
        news = [file for file in self.files if file.unit == ARTICLES]
        records = [file for file in self.files if file.unit == RECORDS]
        parts = []
        if self.unit == ARTICLES:
            new = [file for file in news if file.is_new]
            parts.append(
                f"{len(new):,} new of {counted(len(news), 'raw file')}, "
                f"{counted(sum(file.articles for file in new), 'new article')}"
            )
            parts.append(f"{counted(self.batches_coded, 'batch', 'batches')} coded")
        if self.unit == RECORDS or records or self.files_known:
            parts.append(f"{counted(len(records), 'raw file')} of reference data read, {self.files_known:,} known")
            parts.append(f"{counted(sum(file.articles for file in records), 'record')} loaded")
        parts.append(f"{counted(len(self.partitions_written), 'partition')} written")
        if self.failures:
            parts.append(f"{len(self.failures):,} failed")
        return ", ".join(parts)


def sum_text(found: int, articles: int, merged: int, quarantined: int, unit: str = ARTICLES) -> str:
    """`found 3,301 = 3,290 articles + 11 merged copies + 0 quarantined`."""
    parts = counted(articles, unit.removesuffix("s"), unit), counted(merged, "merged copy", "merged copies")
    return f"found {found:,} = {' + '.join(parts)} + {quarantined:,} quarantined"

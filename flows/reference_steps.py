"""The steps that load reference data, in whatever flow: fetch, tell files apart by data set, read, write periods."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from prefect.futures import as_completed

from flows.progress import progress
from flows.recorded_run import RunLog, collect
from flows.sources import AUTO
from flows.summary import RECORDS, Failure, FileCount
from tasks.errors import UsageError
from tasks.extract.prefect_tasks import data_sets_of, fetch_gdelt, find_raw_files, read_reference_files
from tasks.extract.raw_files import RawFile
from tasks.extract.reference.dataset import Dataset
from tasks.extract.reference.read_files import ReadFile, ReadFiles, groups
from tasks.extract.reference.registry import find, of_source
from tasks.extract.reference.spool import spool_folder
from tasks.load.lake import Lake
from tasks.load.news import LoadResult
from tasks.load.prefect_tasks import load_reference_period
from tasks.load.reference_sets import (
    LoadedPeriod,
    files_in_lake,
    keep_quarantine,
    periods_to_load,
    raw_name,
)
from tasks.settings import Source

_PORTION: Final = 256 << 20
"""Bytes of raw files that are loaded at a time where a set grows by files: temporary files are ten times as large."""


_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6})?\.")
"""The day, and perhaps the time, that the name of a file of GDELT begins with."""


def load_references(
    sources: Sequence[Source],
    log: RunLog,
    *,
    since: date | None = None,
    until: date | None = None,
    offline: bool = False,
    anew: bool = False,
) -> None:
    """Fetch what is new of these sources, unless `offline`, and bring their data sets in the lake up to date.

    `since` and `until` are days, both included, of what is fetched and loaded of sets that grow by files. A set whose
    files are those in the lake is left as it is, unless `anew`.
    """
    if not offline:
        fetch_reference(sources, log, since, until)
    for dataset, raws, others_too in by_data_set(find_reference(sources, log, since, until), log):
        load_data_set(dataset, raws, log, others_too=others_too, anew=anew)


def fetch_reference(sources: Sequence[Source], log: RunLog, since: date | None, until: date | None) -> None:
    """Fetch what is new of the sources that have an address; a file that could not be had is written down as failed."""
    for source in sources:
        if not source.is_live:
            continue
        with log.timed("extract"):
            progress().begin(f"ask {source.name} for new files")
            state = fetch_gdelt(
                source,
                log.settings,
                since,
                until,
                lambda total: progress().begin("fetch files", total),
                progress().advance,
                return_state=True,
            )
            fetched = state.result(raise_on_failure=False)
        if isinstance(fetched, BaseException):
            log.fail(f"source {source.name}", fetched)
            continue
        log.failures += [Failure(item.address, item.why) for item in fetched if item.outcome == "failed"]


def find_reference(
    sources: Sequence[Source], log: RunLog, since: date | None = None, until: date | None = None
) -> list[tuple[Dataset | None, RawFile]]:
    """The raw files of all sources, in order, with the data set that each is to be of, None where it is to tell.

    What is skipped is a warning; a source of a data set that cannot be meant is written down as failed.
    """
    found: list[tuple[Dataset | None, RawFile]] = []
    with log.timed("extract"):
        progress().begin("find raw files")
        tasks = {}
        data_sets: dict[str, Dataset | None] = {}
        for source in sources:
            try:
                data_sets[source.name] = None if source.dataset == AUTO else of_source(source)
            except UsageError as error:
                log.fail(f"source {source.name}", error)
                continue
            if source.is_live and not source.path.is_dir():
                log.warnings.append(f"source {source.name}: nothing of it was fetched yet.")
                continue
            # Only an archive that stays in its place is worth remembering.
            hashes = None if source.dataset == AUTO else _memory(source, log)
            tasks[find_raw_files.submit(replace(source, urls=()), hashes)] = source
        for source, items in collect(tasks, lambda source: f"source {source.name}", log):
            dataset = data_sets[source.name]
            for item in items:
                if not isinstance(item, RawFile):
                    log.warnings.append(f"{item.raw_uri}: skipped, {item.why}.")
                elif dataset is None or not dataset.additive or _is_within(item, since, until):
                    found.append((dataset, item))
    return sorted(found, key=lambda pair: (pair[0].name if pair[0] else "", pair[1].raw_uri))


def by_data_set(
    found: Sequence[tuple[Dataset | None, RawFile]], log: RunLog
) -> list[tuple[Dataset, list[RawFile], bool]]:
    """The raw files of each data set, each content once, and whether the files may hold other sets that are loaded too.

    A file that no data set knows is written down as failed.
    """
    chosen: dict[tuple[str, bool], dict[str, RawFile]] = {}
    data_sets: dict[str, Dataset] = {}
    to_tell = []
    for dataset, raw in found:
        if dataset is None:
            to_tell.append(raw)
        else:
            data_sets[dataset.name] = dataset
            chosen.setdefault((dataset.name, False), {}).setdefault(raw.sha256, raw)
    with log.timed("extract"):
        if to_tell:
            progress().begin("tell files apart", len(to_tell))
        tasks = {data_sets_of.submit(raw, log.settings): raw for raw in to_tell}
        told = dict(collect(tasks, lambda raw: f"raw file {raw.raw_uri}", log))
    for raw, (names, refused) in sorted(told.items(), key=lambda pair: pair[0].raw_uri):
        for name in names:
            data_sets[name] = find(name)
            chosen.setdefault((name, True), {}).setdefault(raw.sha256, raw)
        for one in refused:
            if names:
                log.warnings.append(f"{one.raw_uri}: left out, {one.why}.")
            else:
                log.failures.append(Failure(one.raw_uri, one.why))
    return [(data_sets[name], list(raws.values()), told) for (name, told), raws in sorted(chosen.items())]


def load_data_set(
    dataset: Dataset, raws: Sequence[RawFile], log: RunLog, *, others_too: bool, anew: bool = False
) -> None:
    """Bring a data set in the lake up to date with its raw files; what fails leaves the rest as it was, and is said."""
    there = set() if anew and not dataset.additive else files_in_lake(Lake(log.settings.lake), dataset)
    if not dataset.additive and there != {raw_name(raw.sha256) for raw in raws}:
        there = set()  # it is what all of its files hold
    numbered = list(enumerate(raw for raw in raws if raw_name(raw.sha256) not in there))
    log.files_known += len(raws) - len(numbered)
    for portion in _portions(numbered) if dataset.additive else [numbered]:
        if portion:
            _load_portion(dataset, portion, log, others_too=others_too)


def _load_portion(dataset: Dataset, raws: list[tuple[int, RawFile]], log: RunLog, *, others_too: bool) -> None:
    lake = Lake(log.settings.lake)
    with spool_folder(log.settings.lake, dataset.name) as folder:
        read = _read(dataset, raws, folder, log, others_too=others_too)
        files = sorted((file for one in read for file in one.files), key=lambda file: file.number)
        _say_refused(files, log, others_too=others_too)
        taken = [file for file in files if not file.is_refused and not file.failed]
        if not taken:
            return
        if not dataset.additive and len(files) - sum(bool(file.failed) for file in files) < len(raws):
            why = "left as it was, since not all of its files could be read"
            log.failures.append(Failure(f"data set {dataset.name}", why))
            return
        with log.timed("load"):
            if keep_quarantine(lake, dataset, taken):
                log.other_partitions.append(f"quarantine/source={dataset.name}/period=all")
            spooled = [spooled for one in read for spooled in one.spooled]
            todo = periods_to_load(lake, dataset, taken, spooled)
            progress().begin("write periods", len(todo))
            tasks = {load_reference_period.submit(log.settings.lake, load): load for load in todo}
            name = f"of {dataset.name}"
            done = [one for _, one in collect(tasks, lambda load: f"{load.table} {load.period} {name}", log)]
    _count(dataset, taken, done, log)


def _read(
    dataset: Dataset, raws: list[tuple[int, RawFile]], folder: Path, log: RunLog, *, others_too: bool
) -> list[ReadFiles]:
    """What came of the raw files; of a group that a worker process dies over, each file is tried alone."""
    with log.timed("extract"):
        progress().begin("read raw files", len(raws))
        read: list[ReadFiles] = []
        parts = list(groups(raws))
        for _ in range(2):
            tasks = {read_reference_files.submit(dataset.name, p, folder, log.settings, others_too): p for p in parts}
            parts = []
            for future in as_completed(list(tasks)):
                part = tasks[future]
                result: ReadFiles | BaseException = future.result(raise_on_failure=False)
                if isinstance(result, ReadFiles):
                    read.append(result)
                elif len(part) > 1:
                    parts += [[one] for one in part]
                else:
                    log.fail(f"raw file {part[0][1].raw_uri}", result)
                for _ in part:
                    progress().advance()
        return read


def _say_refused(files: Sequence[ReadFile], log: RunLog, *, others_too: bool) -> None:
    """Write down what was not taken: a failure where a file gave nothing, a warning where it is a part of one."""
    for file in files:
        if file.failed:
            log.failures.append(Failure(f"raw file {file.raw.raw_uri}", file.failed))
        for one in file.refused:
            if file.is_refused:
                log.failures.append(Failure(one.raw_uri, one.why))
            elif not others_too:  # else it was said when files were told apart
                log.warnings.append(f"{one.raw_uri}: left out, {one.why}.")
        log.warnings += [f"{file.raw.raw_uri}: {remark}." for remark in file.remarks]


def _count(dataset: Dataset, files: Sequence[ReadFile], done: Sequence[LoadedPeriod], log: RunLog) -> None:
    """Add to the account of the run what was read and what the periods hold now."""
    merged: Counter[int] = Counter()
    for period in done:
        merged.update(period.merged)
        if period.written:
            log.loaded.append(LoadResult(dataset.name, period.period, {period.table: period.rows}, (period.written,)))
    log.unchanged += sum(1 for period in done if not period.written)
    if not dataset.additive and merged:
        # A record of these may be several rows, so rows do not belong into the account of records.
        words = "rows are of what others are of too; one of each was kept, of the newest edition where they differ"
        log.warnings.append(f"{dataset.name}: {merged.total():,} {words}.")
        merged.clear()
    for file in files:
        copies = file.merged + merged[file.number]
        log.files.append(
            FileCount(
                source=dataset.name,
                raw_uri=file.raw.raw_uri,
                found=file.found,
                articles=file.found - copies - len(file.quarantine),
                merged=copies,
                quarantined=len(file.quarantine),
                is_new=True,
                unit=RECORDS,
            )
        )


def _portions(raws: Sequence[tuple[int, RawFile]]) -> Iterator[list[tuple[int, RawFile]]]:
    portion: list[tuple[int, RawFile]] = []
    size = 0
    for number, raw in raws:
        if portion and size + raw.bytes > _PORTION:
            yield portion
            portion, size = [], 0
        portion.append((number, raw))
        size += raw.bytes
    yield portion


def _is_within(raw: RawFile, since: date | None, until: date | None) -> bool:
    """Whether a raw file may hold what was added on these days: unless its name says otherwise."""
    if not (match := _DAY.match(raw.raw_uri.rsplit("/", 1)[-1])):
        return True
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return True
    return (since is None or since <= day) and (until is None or day <= until)


def _memory(source: Source, log: RunLog) -> Path:
    return log.settings.lake / "staging" / "reference" / f"{source.name}-hashes.txt"

"""The tasks of extract: fetch, find raw files, and stage one, or read some of reference data, in a worker process."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.extract import raw_files, stage
from tasks.extract.hashes import Hashes
from tasks.extract.live import fetch
from tasks.extract.live.fetch import Fetched
from tasks.extract.raw_files import RawFile, Skipped
from tasks.extract.reference import gdelt_fetch
from tasks.extract.reference.read_files import ReadFiles, Refused
from tasks.settings import Settings, Source
from tasks.staging import Manifest
from tasks.transient import try_again
from tasks.workers import anywhere, in_worker


@task(name="fetch live sources", cache_policy=NO_CACHE)
def fetch_live_sources(sources: Sequence[Source], settings: Settings, each: Callable[[], None]) -> list[Fetched]:
    """What came of each address of these sources; what may pass by itself is tried again inside."""
    return fetch.fetch(sources, settings, each=each)


@task(name="find raw files", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=2, retry_condition_fn=try_again)
def find_raw_files(source: Source, hashes: Path | None = None) -> list[RawFile | Skipped]:
    """The raw files of a source and what was skipped; `hashes` is a file that remembers those of large archives.

    Raises UsageError where there are none.
    """
    known = Hashes(hashes) if hashes else None
    found = list(raw_files.find(source, known))
    if known:
        known.save()
    return found


@task(
    name="find raw files again", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=2, retry_condition_fn=try_again
)
def find_again(source: Source, manifests: Sequence[Manifest]) -> list[tuple[Manifest, RawFile | Skipped | None]]:
    """What lies now in the places of raw files that were read before, for each of them: see `raw_files.at`."""
    return [(manifest, raw_files.at(source, manifest.location, manifest.raw_uri)) for manifest in manifests]


@task(
    name="stage raw file",
    task_run_name="stage {raw.raw_uri}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def stage_raw_file(raw: RawFile, source: Source, settings: Settings, again: bool = False) -> Manifest:
    """The manifest of a raw file; unless `again` says so, it is not read when it was staged in this way before."""
    done = None if again else stage.staged(raw, source, settings)
    if done is not None:
        return done
    manifest: Manifest = anywhere("tasks.extract.stage:stage_raw_file", raw, source, settings, again)
    return manifest


@task(name="fetch GDELT", cache_policy=NO_CACHE)
def fetch_gdelt(
    source: Source,
    settings: Settings,
    since: date | None,
    until: date | None,
    begin: Callable[[int], None],
    each: Callable[[], None],
) -> list[Fetched]:
    """What came of each file that GDELT's lists name and that is not there yet."""
    return gdelt_fetch.fetch_gdelt(source, settings, since, until, begin=begin, each=each)


@task(name="recognise raw files", cache_policy=NO_CACHE)
def data_sets_of(raw: RawFile, settings: Settings) -> tuple[list[str], list[Refused]]:
    """The data sets that a raw file belongs to, and why parts of it belong to none."""
    found: tuple[list[str], list[Refused]] = in_worker("tasks.extract.reference.read_files:data_sets_of", raw, settings)
    return found


@task(
    name="read reference files",
    task_run_name="read {name}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def read_reference_files(
    name: str, raws: Sequence[tuple[int, RawFile]], folder: Path, settings: Settings, others_too: bool
) -> ReadFiles:
    """The account of some raw files of a data set, whose rows are in temporary files then. Raises LakeError."""
    read: ReadFiles = in_worker(
        "tasks.extract.reference.read_files:read_files", name, list(raws), folder, settings, others_too
    )
    return read

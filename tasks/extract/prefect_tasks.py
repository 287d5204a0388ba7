"""The tasks of extract: fetch live sources, find raw files, and stage one in a worker process."""

from collections.abc import Callable, Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.extract import raw_files, stage
from tasks.extract.live import fetch
from tasks.extract.live.fetch import Fetched
from tasks.extract.raw_files import RawFile, Skipped
from tasks.settings import Settings, Source
from tasks.staging import Manifest
from tasks.transient import try_again
from tasks.workers import in_worker


@task(name="fetch live sources", cache_policy=NO_CACHE)
def fetch_live_sources(sources: Sequence[Source], settings: Settings, each: Callable[[], None]) -> list[Fetched]:
    """What came of each address of these sources; what may pass by itself is tried again inside."""
    return fetch.fetch(sources, settings, each=each)


@task(name="find raw files", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=2, retry_condition_fn=try_again)
def find_raw_files(source: Source) -> list[RawFile | Skipped]:
    """The raw files of a source and what was skipped. Raises UsageError where there are none."""
    return list(raw_files.find(source))


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
    manifest: Manifest = in_worker("tasks.extract.stage:stage_raw_file", raw, source, settings, again)
    return manifest

"""The tasks of load: plan what to write, write one period, keep what was quarantined, link stories, load facts
and reference data."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.load import plan as planning
from tasks.load.lake import Lake
from tasks.load.news import LoadResult
from tasks.load.plan import Plan, PlannedPeriod
from tasks.load.quarantine import write_quarantine
from tasks.load.reference_sets import LoadedPeriod, LoadPeriod
from tasks.load.stories import are_current
from tasks.staging import Staging
from tasks.transient import try_again
from tasks.workers import in_worker


@task(name="plan", cache_policy=NO_CACHE)
def plan(
    lake: Path,
    sources: Sequence[str],
    coder_version: str,
    since: date | None,
    until: date | None,
    recode: bool,
    again: Sequence[str] = (),
    only: Sequence[str] = (),
) -> Plan:
    """Which batches to code (those of `again` once more) and which periods to write, for all staged of the sources."""
    manifests = [manifest for source in sources for manifest in Staging(lake).manifests(source)]
    there = Lake(lake)
    return planning.plan(manifests, there, coder_version, since, until, recode=recode, again=set(again), only=set(only))


@task(
    name="load period",
    task_run_name="load {planned.source} {planned.period}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def load_period(lake: Path, planned: PlannedPeriod) -> LoadResult:
    """Write the partitions of one source and period. Raises LakeError when they cannot be written."""
    loaded: LoadResult = in_worker(
        "tasks.load.news:load_period",
        Lake(lake),
        Staging(lake),
        planned.source,
        planned.period,
        planned.batches,
        planned.coder,
    )
    return loaded


@task(name="keep quarantine", task_run_name="quarantine of {source}", cache_policy=NO_CACHE)
def keep_quarantine(lake: Path, source: str) -> Path | None:
    """Write the quarantine of a source anew; None when it stays as it is. Raises LakeError."""
    return write_quarantine(Lake(lake), source, Staging(lake).manifests(source))


@task(name="link stories", cache_policy=NO_CACHE)
def link_stories(lake: Path) -> list[str]:
    """Bring `stories` up to date with the articles of the lake; the partitions written. Raises LakeError."""
    if are_current(Lake(lake)):
        return []
    written: list[str] = in_worker("tasks.load.stories:load_stories", Lake(lake))
    return written


@task(name="load facts", cache_policy=NO_CACHE)
def load_facts(lake: Path, folder: Path, people: Path) -> list[str]:
    """Bring our own facts in the lake up to date with their files; the partitions written."""
    written: list[str] = in_worker("tasks.load.reference:load_facts", Lake(lake), folder, people)
    return written


@task(
    name="load reference period",
    task_run_name="load {load.dataset.name} {load.table} {load.period}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def load_reference_period(lake: Path, load: LoadPeriod) -> LoadedPeriod:
    """Write one partition of a reference data set. Raises LakeError when it cannot be written."""
    loaded: LoadedPeriod = in_worker("tasks.load.reference_sets:load_period", Lake(lake), load)
    return loaded

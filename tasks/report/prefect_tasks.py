"""The tasks of report: count the events of what was written, compare them with before, look for rows that are wrong.

They work in a worker process and give plain values: Prefect and DuckDB in one process make DuckDB complain about
leaks when it ends (duckdb 2.0.0).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.report.difference import ChangeCount
from tasks.settings import Settings
from tasks.workers import in_worker


@task(name="count events", cache_policy=NO_CACHE)
def count_events(lake: Path, periods: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Triggers by event type in these (source, period)."""
    counts: dict[str, int] = in_worker("tasks.report.run_counts:events_by_type", lake, list(periods))
    return counts


@task(name="compare runs", cache_policy=NO_CACHE)
def compare_runs(lake: Path, run: str, periods: Sequence[str]) -> list[ChangeCount]:
    """What a run changed in these periods (`source/period`), by type and by rule. Raises WorkFailed."""
    changes: list[ChangeCount] = in_worker("tasks.report.difference:changed_by_run", lake, run, list(periods))
    return changes


@task(name="check", cache_policy=NO_CACHE)
def check(lake: Path, today: date) -> dict[str, int]:
    """The checks that found wrong rows, with how many. Raises WorkFailed when the lake cannot be read."""
    wrong: dict[str, int] = in_worker("tasks.report.run_counts:wrong_rows", lake, today)
    return wrong


@task(name="build site", cache_policy=NO_CACHE)
def build_site(settings: Settings, as_of: date | None = None) -> str:
    """Write the site into the folder of the settings, and say in a line what it is. Raises WorkFailed."""
    built = in_worker(
        "tasks.report.site.build:build_site",
        *(settings.lake, settings.site_folder, settings.codebook, settings.focus, as_of),
    )
    return str(built)

"""The flow behind `dotterel run`: from raw files to partitions of the lake."""

from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.artifacts import leave_artifact
from flows.recorded_run import recorded_run
from flows.reference_steps import load_references
from flows.sources import chosen_sources, reference_sources_of_run
from flows.steps import (
    check_and_count,
    code_all,
    compare_all,
    fetch_all,
    find_all,
    keep_all_quarantine,
    link_all_stories,
    load_all,
    load_our_facts,
    plan_all,
    stage_all,
)
from flows.summary import RECORDS, RunSummary
from tasks.errors import UsageError
from tasks.settings import Settings

# Threads only wait for worker processes (tasks/workers.py): a task costs 5 ms so, and 200 ms in Prefect's own
# process pool, which also stalls at its end now and then (measured 2026-11).
RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=64)


@flow(name="ingest", task_runner=RUNNER)
def ingest(
    paths: list[Path] | None = None,
    lake: str | Path | None = None,
    config: Path | None = None,
    source: str | None = None,
    since: date | None = None,
    until: date | None = None,
    recode: bool = False,
    live: bool = False,
    offline: bool = False,
) -> "RunSummary | State[RunSummary]":
    """Read raw files, code what is new, write the periods that it falls into, and say what was done.

    Without `paths`, all sources that `sources.toml` enables, those of reference data after the news, and the facts that
    ship with Dotterel; a lake that has none yet, for which reports ask, gets them from any run. Live sources are
    fetched first, unless `offline`; `live` chooses feeds and pages alone. `since` and `until` choose batches and
    periods by the days of their articles, and the days of GDELT, both included. The flow ends as failed, with its
    summary, when anything could not be done; the rest is done all the same. What is staged, coded and written already
    is not done again.
    """
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}.")
    settings = Settings.load(config, lake=lake)
    asked = {"paths": paths, "source": source, "since": since, "until": until, "recode": recode}
    asked |= {"live": live, "offline": offline}
    sources = chosen_sources(settings, paths or (), source, live=live)
    references = reference_sources_of_run(settings, paths or (), source, live=live)
    with recorded_run("ingest", settings, {k: v for k, v in asked.items() if v}) as log:
        log.unit = RECORDS if references and not sources else log.unit
        if not offline:
            fetch_all(sources, log)
        raw_files = find_all(sources, log)
        stage_all(raw_files, log)
        todo = plan_all((s.name for s in sources), log, since=since, until=until, recode=recode)
        missing = code_all(todo.to_code, log)
        load_all(todo, missing, log)
        link_all_stories(log)
        keep_all_quarantine((s.name for s in sources), log)
        load_our_facts(log, only_first=bool(paths or source or live))
        compare_all(log)
        check_and_count(log)
        load_references(references, log, since=since, until=until, offline=offline)
    return ended(log.summary(), settings)


def ended(summary: RunSummary, settings: Settings) -> "RunSummary | State[RunSummary]":
    """The end of a flow: a failed state where anything failed, since Prefect looks at the last value only.

    What the run did is left in Prefect's pages as an artifact.
    """
    get_run_logger().info(summary.headline())
    leave_artifact(summary, settings)
    if summary.failures:
        return Failed(message="; ".join(map(str, summary.failures[:5])), data=summary)
    return summary

"""The flow behind `dotterel run --retry-quarantined`: try again what is in quarantine."""

from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ingest import RUNNER, ended
from flows.recorded_run import recorded_run
from flows.sources import sources_of_retry
from flows.steps import (
    check_and_count,
    code_all,
    find_all_again,
    keep_all_quarantine,
    link_all_stories,
    load_all,
    plan_all,
    settle_all,
    stage_all,
)
from flows.summary import RunSummary
from tasks.load.lake import Lake
from tasks.load.retry import outcome, quarantined
from tasks.settings import Settings


@flow(name="retry", task_runner=RUNNER)
def retry(
    lake: str | Path | None = None,
    config: Path | None = None,
    source: str | None = None,
    reason: str | None = None,
) -> "RunSummary | State[RunSummary]":
    """Read and code again what is in quarantine, of one source or of all, for one reason or for any.

    A raw file that holds a quarantined record is read again as a whole, from where it lay; a batch that holds a
    quarantined article is coded again as a whole, at the version of the coder of now. What comes out as before is not
    written again.
    """
    settings = Settings.load(config, lake=lake)
    there = Lake(settings.lake)
    names = sources_of_retry(settings, source)
    asked = {"source": source, "reason": reason}
    with recorded_run("retry", settings, {k: v for k, v in asked.items() if v}) as log:
        before = quarantined(there, names, reason)
        raw_files = find_all_again(before.manifests, log)
        stage_all(raw_files, log, again=True)
        todo = plan_all(before.sources, log, again=before.batches)
        missing = code_all(todo.to_code, log, again=before.batches)
        load_all(todo, missing, log)
        settle_all(before.batches - missing, log)
        link_all_stories(log)
        keep_all_quarantine(before.sources, log)
        log.retried = outcome(before, quarantined(there, names), log.missing)
        check_and_count(log)
    return ended(log.summary(), settings)

"""The flow behind `dotterel reference load`: from files of reference data sets to partitions of the lake."""

from datetime import date
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.ingest import RUNNER, ended
from flows.recorded_run import recorded_run
from flows.reference_steps import load_references
from flows.sources import reference_sources
from flows.summary import RECORDS, RunSummary
from tasks.errors import UsageError
from tasks.settings import Settings


@flow(name="reference", task_runner=RUNNER)
def reference(
    dataset: str | None = None,
    paths: list[Path] | None = None,
    lake: str | Path | None = None,
    config: Path | None = None,
    since: date | None = None,
    until: date | None = None,
    offline: bool = False,
) -> "RunSummary | State[RunSummary]":
    """Load files of a data set, or of any (`auto`, or none named), and say what was done.

    Without `paths`, what `sources.toml` enables, fetched first unless `offline`; `since` and `until` choose the days
    of GDELT. A data set that grows by files keeps what it has; any other is replaced by what these files hold.
    The flow ends as failed, with its summary, when a file was refused or anything could not be done; the rest is done
    all the same.
    """
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}.")
    settings = Settings.load(config, lake=lake)
    asked = {"dataset": dataset, "paths": paths, "since": since, "until": until, "offline": offline}
    sources = reference_sources(settings, dataset, paths or ())
    with recorded_run("reference", settings, {k: v for k, v in asked.items() if v}) as log:
        log.unit = RECORDS
        load_references(sources, log, since=since, until=until, offline=offline, anew=True)
    return ended(log.summary(), settings)

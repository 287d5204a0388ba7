"""The flow behind `dotterel backfill`: bring the periods of a range up to date, recoded where asked."""

from datetime import date
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.backfill_plan import asked_sources, check_asked
from flows.ingest import RUNNER, ended
from flows.recorded_run import recorded_run
from flows.reference_steps import load_references
from flows.sources import reference_sources_of_run
from flows.steps import (
    check_and_count,
    code_all,
    compare_all,
    find_all,
    keep_all_quarantine,
    link_all_stories,
    load_all,
    plan_all,
    show_plan,
    stage_all,
)
from flows.summary import RECORDS, RunSummary
from tasks.settings import Settings


@flow(name="backfill", task_runner=RUNNER)
def backfill(
    since: date | None = None,
    until: date | None = None,
    paths: list[Path] | None = None,
    lake: str | Path | None = None,
    config: Path | None = None,
    source: str | None = None,
    recode: bool = False,
    only: list[str] | None = None,
) -> "RunSummary | State[RunSummary]":
    """Code and write the batches and periods of a range: of the sources of `sources.toml`, and of all in the lake.

    Of reference data that `sources.toml` enables the days of GDELT are fetched and loaded, and other sets as a whole.
    `recode` codes periods anew that another version of the coder made, and counts what that changed. A backfill that
    was stopped goes on where it stopped, since no batch is coded twice. `only` are periods (`source/period`) in place
    of a range: of those, what was read before is coded and written.
    """
    check_asked(since, until, only or (), paths or (), source)
    settings = Settings.load(config, lake=lake)
    asked = {"paths": paths, "source": source, "since": since, "until": until, "recode": recode, "only": only}
    sources, names = asked_sources(settings, paths or (), source, only or ())
    references = [] if only else reference_sources_of_run(settings, paths or (), source)
    with recorded_run("backfill", settings, {k: v for k, v in asked.items() if v}) as log:
        log.unit = RECORDS if references and not names else log.unit
        raw_files = find_all(sources, log)
        stage_all(raw_files, log)
        todo = plan_all(names, log, since=since, until=until, recode=recode, only=only or ())
        show_plan(todo)
        missing = code_all(todo.to_code, log)
        load_all(todo, missing, log)
        link_all_stories(log)
        keep_all_quarantine(names, log)
        compare_all(log)
        check_and_count(log)
        load_references(references, log, since=since, until=until)
    return ended(log.summary(), settings)

"""The commands that fill a lake: run, backfill, serve. They start Prefect, and only they do."""

import importlib
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.options import DAY, Common, check_range, common_options
from flows.read_commands import tell, write
from flows.sources import check_there, chosen_sources, reference_sources_of_run, sources_of_retry
from flows.summary import RunSummary
from tasks.errors import DotterelError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
STRICT = click.option("--strict", is_flag=True, help="Exit with status 1 when anything is in quarantine.")
VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Show every raw file and every warning.")


@click.command(short_help="Read archives, code what is new, and write the lake.")
@PATHS
@click.option("--since", type=DAY, metavar="DAY", help="Only what was published on this day or later.")
@click.option("--until", type=DAY, metavar="DAY", help="Only what was published on this day or before.")
@click.option("--source", metavar="NAME", help="One source of sources.toml; with PATHs, the name to keep them under.")
@click.option("--recode", is_flag=True, help="Also code anew what another version of the coder made.")
@click.option("--live", is_flag=True, help="Only the feeds and pages of sources.toml, which are fetched.")
@click.option("--offline", is_flag=True, help="Fetch nothing: read what is kept of live sources.")
@click.option("--retry-quarantined", is_flag=True, help="Instead: try again what is in quarantine, after a fix.")
@click.option("--reason", metavar="REASON", help="With --retry-quarantined: only what is there for this reason.")
@STRICT
@VERBOSE
@common_options(rows=True, runs=True)
def run(
    common: Common,
    paths: tuple[Path, ...],
    since: date | None,
    until: date | None,
    source: str | None,
    recode: bool,
    live: bool,
    offline: bool,
    retry_quarantined: bool,
    reason: str | None,
    strict: bool,
    verbose: bool,
) -> int:
    """Read archives, code what is new, and write the lake.

    A PATH is a file or folder of articles: saved pages, digests, JSON, CSV, feeds, HTML, crawls, mail, also packed.
    Without one, all sources of sources.toml are read; it ships with a small sample archive. Live sources, which have
    an address in place of a path, are fetched first; every response is kept, so that a run can be repeated. Reference
    data that is enabled there is loaded after the news, where its files are not those in the lake.

    What was read or coded before is not read or coded again, so a run that was stopped goes on where it stopped.

    With --retry-quarantined, the raw files and articles in quarantine are tried again, and nothing else: after you have
    repaired a file, changed a setting, or updated Dotterel. `dotterel status --quarantine` says what is there.
    """
    if retry_quarantined:
        if paths or since or until or recode or live:
            raise UsageError("--retry-quarantined goes with --source and --reason, and takes neither PATH nor range.")
        return _retry(common, source, reason, strict=strict, verbose=verbose)
    if reason:
        raise UsageError("--reason goes with --retry-quarantined.")
    check_range(since, until)
    settings = common.settings()
    sources = chosen_sources(settings, paths, source, live=live)
    check_there([*sources, *reference_sources_of_run(settings, paths, source, live=live)], all_of_them=bool(paths))

    def flow() -> Callable[..., Any]:
        from flows.ingest import ingest

        return ingest

    given = {"paths": list(paths), "since": since, "until": until, "source": source, "recode": recode}
    given |= {"live": live, "offline": offline}
    summary = watched(flow, common, given)
    return end(summary, common, strict=strict, verbose=verbose, newcomer=summary.anything_new or not paths)


@click.command(short_help="Bring the periods of a range up to date.")
@PATHS
@click.option("--since", type=DAY, metavar="DAY", help="First day of publication.")
@click.option("--until", type=DAY, metavar="DAY", help="Last day of publication.")
@click.option("--source", metavar="NAME", help="One source of sources.toml or of the lake.")
@click.option("--recode", is_flag=True, help="Code anew what another version of the coder made; says what it changed.")
@click.option("--only", multiple=True, metavar="SOURCE/PERIOD", help="In place of a range: this period; repeatable.")
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@STRICT
@VERBOSE
@common_options(rows=True, runs=True)
def backfill(
    common: Common,
    paths: tuple[Path, ...],
    since: date | None,
    until: date | None,
    source: str | None,
    recode: bool,
    only: tuple[str, ...],
    dry_run: bool,
    strict: bool,
    verbose: bool,
) -> int:
    """Code and write the batches and periods of a range of days, of every source there is; fetch and load its GDELT.

    The plan is shown before anything is coded: what becomes of each period (new, add, recode, repair, unchanged, or
    left as an older coder made it) and how many batches are to be coded for it. With --dry-run that is all; raw files
    that are not read yet are in it by name.

    A backfill that was stopped goes on where it stopped. Periods that failed are named at the end, with the command
    that repeats them alone. With --recode the events that were gained, lost and changed are counted by type and by
    rule; `dotterel diff` shows that again.
    """
    from flows import backfill_plan

    backfill_plan.check_asked(since, until, only, paths, source)
    settings = common.settings()
    sources, names = backfill_plan.asked_sources(settings, paths, source, only)
    references = [] if only else reference_sources_of_run(settings, paths, source)
    if paths or not names:
        check_there([*sources, *references], all_of_them=bool(paths))
    if dry_run:
        found = backfill_plan.dry_run(settings, sources, names, since=since, until=until, recode=recode, only=only)
        write(found.rows(), common)
        if found.unread:
            tell(common, f"{len(found.unread):,} raw files are not read yet; their periods are not in this plan")
        if references:
            tell(common, f"reference data is loaded too: {', '.join(reference.name for reference in references)}")
        return 0

    def flow() -> Callable[..., Any]:
        from flows.backfill import backfill as flow_of_range

        return flow_of_range

    given = {"paths": list(paths), "since": since, "until": until, "source": source, "recode": recode}
    summary = watched(flow, common, given | {"only": list(only)})
    return end(summary, common, strict=strict, verbose=verbose, newcomer=False)


@click.command(short_help="Run the schedules of config/prefect.yaml.")
@click.option("--schedules", type=click.Path(path_type=Path), metavar="FILE", help="The file prefect.yaml to use.")
@common_options(rows=False, runs=True)
def serve(common: Common, schedules: Path | None) -> int:
    """Run the schedules of config/prefect.yaml until Ctrl-C.

    Where PREFECT_API_URL names a Prefect server, it keeps the schedules; otherwise one is started here, for as long.
    """
    settings = common.settings()
    _prepare(common)
    from flows.serve import serve as serve_schedules

    serve_schedules(settings, common, schedules, lambda text: None if common.quiet else click.echo(text, err=True))
    return 0


def _retry(common: Common, source: str | None, reason: str | None, *, strict: bool, verbose: bool) -> int:
    """Try again what is in quarantine; where that is nothing, say so and start nothing."""
    from tasks.load.lake import Lake
    from tasks.load.retry import quarantined

    settings = common.settings()
    if not quarantined(Lake(settings.lake), sources_of_retry(settings, source), reason).meant:
        if not common.quiet:
            click.echo("nothing to try again: nothing of that kind is in quarantine", err=True)
        return 0

    def flow() -> Callable[..., Any]:
        from flows.retry import retry

        return retry

    summary = watched(flow, common, {"source": source, "reason": reason})
    return end(summary, common, strict=strict, verbose=verbose, newcomer=False)


def watched(flow: Callable[[], Callable[..., Any]], common: Common, given: dict[str, Any]) -> RunSummary:
    """Run a flow with its progress shown, and give its summary, also where parts of it failed."""
    from flows.progress import progress, showing
    from tasks.load.lake import check_writable

    settings = common.settings()
    check_writable(settings.lake)
    _prepare(common)
    from flows.prefect_server import prefect_server

    with showing(quiet=common.quiet, log_format=settings.log_format):
        progress().begin("start Prefect")
        with prefect_server() as server:
            function = flow()  # imported while the server starts, as is what Prefect imports at the first call
            importlib.import_module("prefect.flow_engine")
            if server is not None:
                server.wait()
            lake = None if common.lake is None else str(common.lake)  # Prefect takes text, and a path of this machine
            try:
                state = function(**given, lake=lake, config=common.config, return_state=True)
            except RuntimeError as error:
                if server is None and "Failed to reach API" in str(error):  # Prefect has no type of error for it
                    raise DotterelError(f"The Prefect server that is configured (PREFECT_API_URL): {error}") from error
                raise
    result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    if not isinstance(result, RunSummary):
        raise TypeError(f"the flow ended as {state.name} and without a summary: {state.message}")
    return result


def _prepare(common: Common) -> None:
    """What must be so before Prefect is imported."""
    if common.debug:
        from flows.prefect_quietly import talkative_prefect

        talkative_prefect()


def end(summary: RunSummary, common: Common, *, strict: bool, verbose: bool, newcomer: bool) -> int:
    """Show what the run did; the exit status."""
    from rich.console import Console

    from flows.progress import json_line
    from flows.show import failure_lines, next_commands, repeat_command, show_summary

    settings = common.settings()
    console = Console(stderr=True)
    if settings.log_format == "json":
        sys.stderr.write(json_line("run", **summary.to_json()))
    elif not common.quiet:
        show_summary(summary, settings, console, verbose=verbose, debug=common.debug)
        if newcomer and summary.articles and not summary.failures:
            _say(console, ["", "try next:", *(f"  {line}" for line in next_commands(settings))])
    else:
        _say(console, list(failure_lines(summary.failures)))
    if summary.periods_failed and summary.flow in ("backfill", "ingest"):
        _say(console, ["to repeat the periods that failed, and no others:", f"  {repeat_command(summary, settings)}"])
    if common.format:
        _write_files(summary, common.format)
    quarantined = summary.quarantined + summary.quarantined_in_coding
    if strict and quarantined and not common.quiet:
        _say(console, [f"dotterel: {quarantined:,} records are in quarantine, and --strict makes that a failure."])
    return 1 if summary.failures or (strict and quarantined) else 0


def _say(console: "Console", lines: Sequence[str]) -> None:
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _write_files(summary: RunSummary, how: str) -> None:
    """The account of the raw files as rows on stdout."""
    import pyarrow as pa

    from tasks.report.output import write_rows

    names = ("source", "raw_uri", "found", "articles", "merged", "quarantined", "is_new")
    text = ("source", "raw_uri")
    schema = pa.schema([(n, pa.string() if n in text else pa.bool_() if n == "is_new" else pa.int64()) for n in names])
    rows = [{name: getattr(file, name) for name in names} for file in summary.files]
    write_rows(pa.Table.from_pylist(rows, schema=schema), how, sys.stdout.buffer)

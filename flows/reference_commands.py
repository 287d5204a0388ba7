"""The command `dotterel reference`: what reference data there is, and loading it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from flows.options import DAY, Common, check_range, common_options
from flows.run_commands import PATHS, STRICT, VERBOSE, end, watched
from flows.sources import AUTO, check_there, reference_sources


@click.group(short_help="Load reference data sets; without a word after it, list them.", invoke_without_command=True)
@common_options(rows=True)
def reference(common: Common) -> None:
    """Load reference data sets; without a word after it, list them, with what is in the lake."""
    context = click.get_current_context()
    context.obj = common
    if context.invoked_subcommand is not None:
        return
    from flows.read_commands import write
    from tasks.extract.reference.registry import every
    from tasks.load.lake import Lake
    from tasks.report.data_sets import data_sets

    settings = common.settings()
    write(data_sets(Lake(settings.lake), every(settings)), common)


@reference.command(short_help="Load files of a reference data set.")
@click.argument("dataset", metavar="[NAME]", required=False)
@PATHS
@click.option("--since", type=DAY, metavar="DAY", help="Of GDELT: only what was added on this day or later.")
@click.option("--until", type=DAY, metavar="DAY", help="Of GDELT: only what was added on this day or before.")
@click.option("--offline", is_flag=True, help="Fetch nothing: load what was fetched before.")
@STRICT
@VERBOSE
@common_options(rows=True, runs=True)
def load(
    common: Common,
    dataset: str | None,
    paths: tuple[Path, ...],
    since: date | None,
    until: date | None,
    offline: bool,
    strict: bool,
    verbose: bool,
) -> int:
    """Load files of a reference data set into the lake.

    NAME is one of those that `dotterel reference` lists, tables of your own in sources.toml among them, or `auto`: each
    file then tells by its content what it is. A PATH is a file or folder, also in .zip and .gz. Without one, the
    sources of sources.toml that name this data set, or without NAME any, are loaded; GDELT is fetched.

    A file that is not what it should be is refused with the reason, and the others are loaded. GDELT grows by files; of
    any other data set the files of one call replace what was there, and are read anew, also where `dotterel run` would
    leave them alone for being in the lake already.
    """
    check_range(since, until)
    settings = common.settings()
    if dataset not in (None, AUTO):
        from tasks.extract.reference.registry import find

        find(dataset, settings)
    sources = reference_sources(settings, dataset, paths)
    check_there(sources, all_of_them=bool(paths))

    def flow() -> Callable[..., Any]:
        from flows.reference import reference as flow_of_reference

        return flow_of_reference

    given = {"dataset": dataset, "paths": list(paths), "since": since, "until": until, "offline": offline}
    return end(watched(flow, common, given), common, strict=strict, verbose=verbose, newcomer=False)

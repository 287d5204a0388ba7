"""Shows a person what a run did, and what to try next."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from flows.summary import ARTICLES, Failure, FileCount, RunSummary
from tasks.load.retry import Retried
from tasks.report.difference import ChangeCount
from tasks.settings import Settings
from tasks.words import counted

MANY: Final = 20
"""From more raw files than this on, only their sum is shown, and those with something in quarantine."""
_FEW: Final = 10
"""Warnings and reasons of failures that are shown; the runs table has all."""


def show_summary(summary: RunSummary, settings: Settings, console: Console, *, verbose: bool, debug: bool) -> None:
    """Write what a run did: the account of its raw files, what it wrote, and what went wrong."""
    for unit, of_unit in summary.files_by_unit().items():
        files = [file for file in of_unit if verbose or len(of_unit) <= MANY or file.quarantined]
        if console.is_terminal and files:
            console.print(_file_table(files, unit))
        else:
            _lines(console, (file.sum_line() for file in files))
    _lines(console, summary.sum_lines())
    if summary.retried:
        _lines(console, _retried_lines(summary.retried))
    _lines(console, _written_lines(summary))
    if summary.quarantined or summary.quarantined_in_coding:
        _lines(console, [f"what is in quarantine, and why: {command('status --quarantine', settings)}"])
    _lines(console, _few([f"warning: {warning}" for warning in summary.warnings], "warnings", verbose))
    _lines(console, _few(list(failure_lines(summary.failures)), "reasons", verbose))
    if debug:
        _lines(console, (failure.trace for failure in summary.failures if failure.trace))


def next_commands(settings: Settings) -> Iterator[str]:
    """Three commands for somebody who has just filled a lake."""
    query = "select event_type, count(distinct trigger_id) as triggers from events group by all order by 2 desc"
    yield command("report dyads", settings)
    yield command(f"sql {shlex.quote(query)}", settings)
    yield command("status", settings)


def command(words: str, settings: Settings) -> str:
    """A command line on this lake."""
    return f"dotterel {words}{lake_option(settings.lake)}"


def repeat_command(summary: RunSummary, settings: Settings) -> str:
    """The command that does again what failed of the periods of a run, and nothing else."""
    recode = " --recode" if set(summary.periods_failed) & {name.replace(" ", "/") for name in summary.recoded} else ""
    config = "" if settings.config == Settings.load().config else f" --config {shlex.quote(str(settings.config))}"
    only = " ".join(f"--only {name}" for name in summary.periods_failed)
    return command(f"backfill {only}{recode}", settings) + config


def lake_option(lake: Path) -> str:
    """` --lake DIR`, where that is not the lake that is used anyway."""
    return "" if lake == Settings.load().lake else f" --lake {shlex.quote(str(lake))}"


def failure_lines(failures: Iterable[Failure]) -> Iterator[str]:
    """One line for each reason, with the first few things that it kept from being done."""
    by_reason: dict[str, list[str]] = {}
    for failure in failures:
        by_reason.setdefault(failure.why, []).append(failure.what)
    for why, names in by_reason.items():
        others = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        yield f"failed: {', '.join(names[:3])}{others}: {why.rstrip('.')}."


def _written_lines(summary: RunSummary) -> Iterator[str]:
    if summary.files_known:
        yield f"in the lake already: {counted(summary.files_known, 'raw file')}"
    if not summary.anything_new and summary.failures:
        return
    if summary.unit != ARTICLES:
        left = f"left {summary.periods_unchanged:,} as they were"
        yield f"wrote {counted(len(summary.partitions_written), 'partition')}, {left}"
    elif not summary.anything_new:
        unchanged = counted(summary.periods_unchanged, "period")
        yield f"nothing new: {unchanged} left as {'it was' if summary.periods_unchanged == 1 else 'they were'}"
    else:
        yield (
            f"coded {counted(summary.batches_coded, 'batch', 'batches')}, "
            f"wrote {counted(len(summary.periods_written), 'period')} "
            f"({counted(len(summary.partitions_written), 'file')}), left {summary.periods_unchanged:,} as they were"
        )
    if summary.rows:
        rows = (counted(number, table.removesuffix("s"), table) for table, number in summary.rows.items())
        yield f"in the periods written: {', '.join(rows)}"
    if summary.events:
        yield f"events by type: {with_counts(summary.events)}"
    if summary.recoded:
        yield f"recoded by a new version of the coder: {_some(summary.recoded)}"
    if summary.difference:
        yield from difference_lines(summary.difference)
        yield f"the single events: dotterel diff {summary.run_id} --rows"
    if summary.outdated:
        yield (
            f"made by another version of the coder, and left so: {_some(summary.outdated)}; "
            "`dotterel backfill ... --recode` codes them anew"
        )
    if summary.seconds:
        yield "seconds: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in summary.seconds.items())


def difference_lines(counts: Iterable[ChangeCount]) -> Iterator[str]:
    """What recoding changed, by type and by rule; of each the first few that anything changed in."""
    for by in ("type", "rule"):
        of = [count for count in counts if count.by == by]
        moved = [count for count in of if count.gained or count.lost or count.changed]
        if by == "type":
            names = ("gained", "lost", "changed", "unchanged")
            sums = ", ".join(f"{name} {sum(getattr(count, name) for count in of):,}" for name in names)
            yield f"events after recoding: {sums}"
        for count in moved[:_FEW]:
            yield f"  {by} {count.value}: gained {count.gained:,}, lost {count.lost:,}, changed {count.changed:,}"
        if len(moved) > _FEW:
            yield f"  ... and {len(moved) - _FEW:,} more by {by}"


def _retried_lines(retried: Retried) -> Iterator[str]:
    """What became of the records in quarantine that were tried again."""
    parts = [f"{retried.recovered:,} recovered", f"{sum(retried.still.values()):,} still there"]
    if retried.still:
        parts[-1] += f" ({with_counts(retried.still)})"
    parts.append(f"{sum(retried.gone.values()):,} gone")
    yield f"tried again {counted(retried.tried, 'quarantined record')}: {', '.join(parts)}"
    if retried.gone:
        yield f"gone with their raw files, which are missing: {_some(tuple(retried.gone))}"
    if retried.new:
        yield f"new in quarantine: {with_counts(retried.new)}"


def with_counts(counts: Mapping[str, int]) -> str:
    """`binary 1, empty 2`."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _file_table(files: Iterable[FileCount], unit: str) -> Table:
    table = Table("raw file", box=None, pad_edge=False)
    for name in ("found", f"= {unit}", "+ merged copies", "+ quarantined"):
        table.add_column(name, justify="right")
    for file in files:
        counts = (file.found, file.articles, file.merged, file.quarantined)
        table.add_row(file.raw_uri.rsplit("/", 1)[-1], *(f"{count:,}" for count in counts))
    return table


def _few(lines: list[str], what: str, verbose: bool) -> list[str]:
    if verbose or len(lines) <= _FEW:
        return lines
    return [*lines[:_FEW], f"... and {len(lines) - _FEW:,} more {what} (--verbose shows them)"]


def _some(names: tuple[str, ...]) -> str:
    others = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + others


def _lines(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

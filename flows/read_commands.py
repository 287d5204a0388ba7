"""The commands that ask and tidy: sql, report, status, check, clean, code, learn. None of them starts Prefect.

What a command needs is imported when it runs: `dotterel sql` must answer within a second.
"""

import sys
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from flows.options import DAY, Common, common_options, without_models
from tasks.errors import DotterelError, UsageError, did_you_mean
from tasks.words import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from tasks.report.reports import Report


_SENTENCES: Final = frozenset({"evidence", "sentence", "reason", "note", "limits"})
"""Columns of reports that hold whole sentences."""


@click.command(short_help="Ask the lake anything, in DuckDB's SQL; read-only.")
@click.argument("query", required=False)
@click.option("--as-of", type=DAY, metavar="DAY", help="Only what was published up to this day.")
@common_options(rows=True)
def sql(common: Common, query: str | None, as_of: date | None) -> None:
    """Ask the lake anything, in DuckDB's SQL. QUERY is one statement, or `-` to read it from stdin.

    Without a query: a shell at a terminal, which completes tables and columns and keeps a history; else the query is
    read from stdin. The tables are in data/README.md, and `incidents` is a view of the same event across stories.
    Nothing can be written.
    """
    from tasks.report.query import run_sql

    lake = lake_of(common)
    if query is None and sys.stdin.isatty():
        from flows.sql_shell import shell

        shell(lake, common.format or "table", as_of)
        return
    if query is None or query == "-":
        query = sys.stdin.read()
    write(run_sql(lake, query, as_of), common)


@click.command(short_help="Answer a question that is asked often; without a name, list them.")
@click.argument("name", required=False)
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the report; repeatable.")
@click.option("--as-of", type=DAY, metavar="DAY", help="Only what was published up to this day.")
@click.option("--describe", is_flag=True, help="Instead: what the parameters and columns of the report mean.")
@common_options(rows=True)
def report(common: Common, name: str | None, params: tuple[str, ...], as_of: date | None, describe: bool) -> None:
    """Answer a question that is asked often. Without a NAME: the reports, with their questions and parameters."""
    from tasks.report.reports import bound, find_report, list_reports, run_report

    if name is None:
        rows = _as_table(_report_rows(list_reports()), ("report", "question", "parameters"))
        write(rows, common, ("parameters",))
        tell(common, "What parameters and columns mean: `dotterel report NAME --describe`.")
        return
    found = find_report(name)
    if describe:
        tell(common, found.question)
        write(
            _as_table(list(_described(found)), ("what", "name", "values", "default", "meaning")), common, ("meaning",)
        )
        return
    given, focus = dict(parameters(params)), common.settings().focus
    rows = run_report(lake_of(common), name, given, as_of, focus)
    write(rows, common, _SENTENCES)
    if not rows.num_rows:
        asked = [f"{key}={value}" for key, value in bound(found, given, focus).items() if value is not None]
        tell(
            common,
            f"The lake has nothing for {name}{' with ' if asked else ''}{', '.join(asked)}. "
            "`dotterel status` says what it holds, `dotterel reference` which data sets can be loaded.",
        )


@click.command(short_help="What is in the lake, and how fresh it is.")
@click.option("--quarantine", is_flag=True, help="Instead: what could not be read or coded, why, and what to do.")
@click.option("--source", metavar="NAME", help="With --quarantine: of this source only.")
@click.option("--reason", metavar="REASON", help="With --quarantine: for this reason only.")
@common_options(rows=True)
def status(common: Common, quarantine: bool, source: str | None, reason: str | None) -> None:
    """What is in the lake and how fresh it is: sources, how old their newest article is and when the last run that did
    all of its work on them ended; failed periods and runs, quarantine by reason, size.

    With --quarantine, what could not be read or coded: by source, stage and reason, with the first records, what to do
    about them, and the command that tries them again. With --format too, all records as rows.
    """
    from tasks.report import status as lake_status

    if (source or reason) and not quarantine:
        raise UsageError("--source and --reason go with --quarantine.")
    lake = lake_of(common)
    if quarantine:
        _show_quarantine(common, lake, source, reason)
        return
    found = lake_status.status(lake)
    write(found.sources, common)
    if common.format in (None, "table") and not common.quiet:
        for line in _status_lines(found, lake):
            click.echo(line)


def _show_quarantine(common: Common, lake: Path, source: str | None, reason: str | None) -> None:
    from tasks.report.quarantine import quarantine_groups, quarantine_rows

    if common.format:
        write(quarantine_rows(lake, source, reason), common)
        return
    from flows.show import lake_option
    from flows.show_quarantine import quarantine_lines

    asked = (f" of {source}" if source else "") + (f" for {reason}" if reason else "")
    for line in quarantine_lines(quarantine_groups(lake, source, reason), lake_option(lake), asked):
        click.echo(line)


@click.command(short_help="Look for rows and files that are wrong.")
@click.argument("names", nargs=-1, metavar="[CHECK]...")
@common_options(rows=True)
def check(common: Common, names: tuple[str, ...]) -> int:
    """Look for what is wrong in the lake, by all checks or those named. Exit status 1 when anything is.

    Checks of rows are questions in SQL. Checks of files: `checksums` (a file is not what the run that wrote it
    recorded), `foreign_files` (nothing in the lake knows of a file), `missing_tables` (a period lacks one of its
    tables), `footers` (the tables of a period were not made together). What is wrong there, a run puts right.
    """
    from tasks.report.checks import check_names, run_checks
    from tasks.report.file_checks import FILE_CHECKS, run_file_checks
    from tasks.report.output import plain

    of_rows = check_names()
    known = sorted((*of_rows, *FILE_CHECKS))
    if wrong := sorted(set(names) - set(known)):
        raise UsageError(f"There is no check '{wrong[0]}'.{did_you_mean(wrong[0], known)} Checks: {', '.join(known)}.")
    lake = lake_of(common)
    results = []
    if asked := [name for name in of_rows if not names or name in names]:
        results += run_checks(lake, datetime.now(UTC).date(), asked)
    results += run_file_checks(lake, [name for name in FILE_CHECKS if not names or name in names])
    rows = [{"check": r.name, "wrong_rows": r.failures, "question": r.question} for r in results]
    write(_as_table(rows, ("check", "wrong_rows", "question")), common)
    for result in results:
        for row in result.sample:
            shown = ", ".join(f"{name}={plain(value)}" for name, value in row.items() if value is not None)
            click.echo(f"{result.name}: {shown}", err=True)
    return 1 if any(result.failures for result in results) else 0


@click.command(short_help="Show and remove what killed runs left behind.")
@click.option("--yes", is_flag=True, help="Remove without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option(
    "--keep-runs", type=click.IntRange(min=0), metavar="N",
    help="Keep what `dotterel diff` needs of the last N runs.  [default: 3]",
)  # fmt: skip
@common_options(rows=True)
def clean(common: Common, yes: bool, dry_run: bool, keep_runs: int | None) -> None:
    """Show and remove leftovers: temporary files of killed runs, batches that no raw file names any more, and batches
    coded by a version of the coder that no period is of any more.

    A run removes the temporary files of killed ones itself when it begins. While a run is at work nothing is removed.
    What the last runs changed can still be shown afterwards by `dotterel diff`, of as many runs as --keep-runs says;
    of what came before, their batches go too.
    """
    from tasks.load.clean import KEEP_RUNS, leftovers_now, remove_now
    from tasks.load.lake import Lake

    lake = Lake(lake_of(common))
    if not lake.root.exists():
        raise UsageError(f"{lake.root}: there is no such folder, and so nothing to clean.")
    kept = KEEP_RUNS if keep_runs is None else keep_runs
    leftovers = leftovers_now(lake, kept)
    below = len(str(lake.root)) + 1  # paths are told from the lake on: a table cuts what is too long
    rows = [{"kind": left.kind, "path": str(left.path)[below:], "bytes": left.bytes} for left in leftovers]
    if rows or common.format:
        write(_as_table(rows, ("kind", "path", "bytes")), common)
    if not leftovers:
        tell(common, "nothing to clean")
        return
    size = _size(sum(left.bytes for left in leftovers))
    if dry_run:
        tell(common, f"{len(leftovers):,} leftovers, {size}; nothing was removed")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"There are {len(leftovers):,} leftovers ({size}): say --yes to remove them.")
        click.confirm(f"Remove {len(leftovers):,} leftovers ({size})?", abort=True, err=True)
    tell(common, f"{_size(remove_now(lake, leftovers, kept))} freed")


@click.command(short_help="Code texts from JSON lines, without a lake.")
@click.argument("file", default="-", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--rows", default="events", show_default=True, metavar="KINDS",
    help="Comma-separated: events, quotes, claims, mentions, introductions.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Say step by step why each event was coded.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "text"]), default="jsonl", show_default=True,
    help="JSON lines, or lines for people.",
)  # fmt: skip
@without_models
@common_options(rows=False)
def code(common: Common, file: Path, rows: str, explain: bool, form: str, no_model: bool) -> None:
    """Code texts from JSON lines, without a lake: {"id", "text", "date"} in, one object a row out.

    FILE is a file, or `-` for stdin. An event is one object a trigger, with `actors` and `recipients` as lists.
    With --explain it has `rule` and `explanation`: the codebook's lines, the way to each party, the confidence.
    """
    import json

    from tasks.transform.code_text import as_lines, code_records

    kinds = [kind.strip() for kind in rows.split(",") if kind.strip()]
    out = sys.stdout.buffer
    for row in code_records(_text_lines(file), common.settings(no_model=no_model), kinds, explain=explain):
        shown = as_lines(row) if form == "text" else [json.dumps(row, ensure_ascii=False)]
        out.writelines(line.encode("utf-8", "replace") + b"\n" for line in shown)
        out.flush()


@click.command(short_help="Learn the people whom the archive introduces.")
@click.option("--least", type=click.IntRange(min=1), metavar="N", help="Stories that must introduce one.  [default: 3]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write there instead.")
@common_options(rows=True)
def learn(common: Common, least: int | None, out: Path | None) -> None:
    """Learn the people whom the archive introduces ("Armenia's envoy ..."): they become a part of the codebook.

    Writes learned_people.csv into the codebook's folder, and prints whom it adds, changes and drops against the last
    one, and whom it leaves out because the archive gives them several countries. From then on the coder is another
    version: what is coded stays as it is until you ask for `dotterel backfill ... --recode`.
    """
    from tasks.report import learned_people
    from tasks.settings import is_installed
    from tasks.transform.coding.codebook import load

    settings = common.settings()
    lake = lake_of(common)
    file = learned_people.target_file(settings.codebook, out, is_installed(settings.codebook))
    before = learned_people.read_people(file)
    learned = learned_people.learn_people(
        lake, load(settings.codebook.resolve()), least or learned_people.LEAST_STORIES
    )
    people = learned_people.settled(before, learned.people)
    changed = list(learned_people.changes(before, people))
    rows: list[dict[str, Any]] = [{"change": change, **person} for change, person in changed]
    rows += [
        {"change": "contradictory", "name": name, "country": "|".join(codes)}
        for name, codes in learned.contradictory.items()
    ]
    if changed:
        learned_people.write_people(file, people)
    write(_as_table(rows, ("change", "name", "country", "sector", "role", "from", "note")), common)
    written = "now has" if changed else "stays as it was, with"
    tell(common, f"{file} {written} {counted(len(people), 'person', 'people')}")
    if changed and file.resolve().parent == settings.codebook.resolve():
        tell(common, "the coder has a new version; `dotterel backfill ... --recode` codes anew what is there")


def lake_of(common: Common) -> Path:
    """The lake of this call. Raises UsageError where a file stands in its place."""
    lake = common.settings().lake
    if lake.exists() and not lake.is_dir():
        raise UsageError(f"{lake}: this is a file, and a lake is a folder.")
    return lake


def write(rows: "pa.Table", common: Common, beneath: Collection[str] = ()) -> None:
    """Print rows in the format that was asked for; UsageError for Parquet at a terminal.

    A table has the columns `beneath` under each row, in full.
    """
    from tasks.report.output import write_rows

    form = common.format or "table"
    if form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal: send it to a file with `> FILE`.")
    out = sys.stdout.buffer
    write_rows(rows, form, out, beneath=beneath)
    out.flush()


def _as_table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> "pa.Table":
    import pyarrow as pa

    whole = {"wrong_rows", "bytes"}
    schema = pa.schema([(name, pa.int64() if name in whole else pa.string()) for name in names])
    return pa.Table.from_pylist(rows, schema=schema)


def _report_rows(reports: "list[Report]") -> list[dict[str, Any]]:
    return [
        {
            "report": report.name,
            "question": report.question,
            "parameters": ", ".join(
                parameter.name if parameter.default is None else f"{parameter.name}={parameter.default}"
                for parameter in report.parameters
            ),
        }
        for report in reports
    ]


def _described(report: "Report") -> Iterator[dict[str, Any]]:
    """A row for each parameter of a report, and for each of its columns."""
    for one in report.parameters:
        values = one.kind.replace("|", ", ")
        yield {"what": "parameter", "name": one.name, "values": values, "default": one.default, "meaning": one.meaning}
    for name, meaning in report.columns.items():
        yield {"what": "column", "name": name, "meaning": meaning}


def parameters(params: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The names and values of `--param`. Raises UsageError."""
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            raise UsageError(f"--param {param}: write it as NAME=VALUE.")
        yield name.strip(), value


def _status_lines(found: Any, lake: Path) -> Iterator[str]:
    """What the table of sources does not say."""
    if found.last is not None:
        ended = f"{found.last.finished_at:%Y-%m-%d %H:%M}" if found.last.finished_at else "not ended"
        yield (
            f"last run: {found.last.flow}, {found.last.state}, begun {found.last.started_at:%Y-%m-%d %H:%M} UTC, "
            f"ended {ended}"
        )
    for run in found.failed[:5]:
        first = (run.message.splitlines() or ["no reason is known; it may still run, or was killed"])[0]
        yield f"{'failed' if run.state == 'failed' else 'unfinished'}: {run.flow} {run.run_id}: {first}"
    if found.periods_failed:
        from flows.show import lake_option

        only = " ".join(f"--only {name}" for name in found.periods_failed)
        yield f"failed periods, still as they were: dotterel backfill {only}{lake_option(lake)}"
    if found.quarantine:
        reasons = ", ".join(f"{reason} {records:,}" for reason, records in found.quarantine.items())
        yield f"quarantine: {reasons}"
    else:
        yield "quarantine: nothing"
    yield f"size of {lake}: {_size(found.lake_bytes)} in tables, {_size(found.staging_bytes)} staged"


def _text_lines(file: Path) -> Iterator[str]:
    if str(file) == "-":
        yield from (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            yield from stream
    except FileNotFoundError:
        raise UsageError(f"{file}: there is no such file.") from None
    except OSError as error:
        raise DotterelError(f"{file}: cannot be read ({error.strerror}).") from None


def tell(common: Common, text: str) -> None:
    """A line for the user on stderr, unless they want quiet."""
    if not common.quiet:
        click.echo(text, err=True)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    raise AssertionError("unreachable")

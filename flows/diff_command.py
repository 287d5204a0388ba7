"""The command that says what is different between the events of two runs: diff. It does not start Prefect."""

from dataclasses import asdict

import click

from flows.options import Common, common_options
from flows.read_commands import lake_of, tell, write
from tasks.errors import LakeError
from tasks.words import counted


@click.command(short_help="What a recode changed: events gained, lost, changed.")
@click.argument("run_a", metavar="RUN_A")
@click.argument("run_b", required=False, metavar="[RUN_B]")
@click.option("--rows", is_flag=True, help="Instead: the single events, with their sentences.")
@common_options(rows=True)
def diff(common: Common, run_a: str, run_b: str | None, rows: bool) -> None:
    """What differs between the events of news as RUN_A and as RUN_B left them; with one run: what that run changed.

    Runs are given by their ids, or by beginnings of them; `dotterel status` and the table `runs` have them. Only what
    was written in between is compared. An event is one row: an actor, a recipient and what was done. It is the
    same where the article, the words of the trigger, and all that is said of it are the same; changed where only what
    is said of it differs. Events of articles that only one of the two states has are counted apart.
    """
    import pyarrow as pa

    from tasks.load.lake import Lake
    from tasks.report.difference import compare_runs

    first, last = (run_a, run_b) if run_b else (None, run_a)
    found = compare_runs(Lake(lake_of(common)), first, last, rows=rows)
    if found.gone:
        why = "`dotterel clean` removed what an older coder made of them"
        if not found.periods:
            raise LakeError(f"The difference cannot be shown any more: {why}.")
        names = ", ".join(found.gone[:5]) + (f" and {len(found.gone) - 5:,} more" if len(found.gone) > 5 else "")
        tell(common, f"warning: {names}: left out, since {why}")
    if rows:
        write(found.events, common)
    else:
        columns = ("by", "value", "gained", "lost", "changed", "unchanged", "new_article", "gone_article")
        schema = pa.schema([(name, pa.string() if name in ("by", "value") else pa.int64()) for name in columns])
        write(pa.Table.from_pylist([asdict(count) for count in found.counts], schema=schema), common)
    tell(common, f"{counted(len(found.periods), 'period')} compared")

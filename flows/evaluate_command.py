"""The command that measures the coder: evaluate. It starts neither Prefect nor, in its own process, spaCy."""

import time
from pathlib import Path

import click

from flows.options import Common, common_options, without_models
from flows.read_commands import tell, write
from tasks.errors import UsageError
from tasks.words import counted


@click.command(short_help="Precision, recall and F1 of the coder on gold files.")
@click.argument("files", nargs=-1, required=True, metavar="GOLD...", type=click.Path(path_type=Path))
@click.option("--by-type", is_flag=True, help="Also a row for each event type, class or role.")
@click.option("--bootstrap", is_flag=True, help="Also each figure's standard error (1,000 resamples).")
@click.option("--calibration", is_flag=True, help="Instead: is the confidence as high as the share of right events?")
@click.option("--errors", is_flag=True, help="Instead: the sentences on which gold and coder differ.")
@without_models
@common_options(rows=True)
def evaluate(
    common: Common,
    files: tuple[Path, ...],
    by_type: bool,
    bootstrap: bool,
    calibration: bool,
    errors: bool,
    no_model: bool,
) -> None:
    """Precision, recall and F1 of the coder on gold files, each set apart.

    GOLD is a file of JSON lines: {"id", "text", "event_type", "source": [codes], "target": [codes]}, with "date" and
    "title" where they are known. A sentence with several events has several lines of one id; `event_type` null means
    that nothing must be coded. Other forms (README.md lists them) are told by their fields.

    Where the models answer by themselves (type between given parties, class, spans), rows "by the model" follow those
    of the coded events; "trained on" says how many of the sentences the models have learned from: figures of those are
    no measure of what they can do.
    """
    if calibration and errors:
        raise UsageError("--calibration and --errors print one table each: say one of them.")
    if (calibration or errors) and (by_type or bootstrap):
        raise UsageError("--by-type and --bootstrap go with the table of scores, not with --calibration or --errors.")
    from tasks.evaluation import evaluate as evaluation
    from tasks.evaluation import tables

    began = time.monotonic()
    results = evaluation.evaluate(files, common.settings(no_model=no_model), bootstrap=bootstrap)
    if calibration:
        rows = tables.calibration_table(results)
        if not rows.num_rows:
            raise UsageError("There is nothing to hold confidence against: no set has the events of its sentences.")
    elif errors:
        rows = tables.error_table(results)
    else:
        rows = tables.score_table(results, by_label=by_type)
    write(rows, common)
    tell(common, f"evaluated {counted(len(files), 'set')} in {time.monotonic() - began:.0f} s")

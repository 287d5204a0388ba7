"""Prints how well the rules do on the development sets: `python tests/benchmarks/coder_quality.py [SET ...]`.

The trained models are left out, since they have seen these sentences: see model_quality.py.

The sets lie in the folder of real files (setting DOTTEREL_REAL_DATA); without names it takes all of them. One set is
looked into with `dotterel evaluate FILE --by-type` and `--errors`.
"""

import argparse
import sys

from tasks.evaluation.evaluate import evaluate
from tasks.evaluation.tables import calibration_table, score_table
from tasks.report.output import write_rows
from tasks.settings import Settings


def main() -> None:
    """Code the sets, print scores and calibration."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help="the name of a set, as news_dev")
    given = parser.parse_args()
    settings = Settings.load(model="none")
    folder = settings.real_data / "gold"
    paths = [folder / f"{name}.jsonl" for name in given.sets] or sorted(folder.glob("*.jsonl"))
    results = evaluate(paths, settings, bootstrap=True)
    for table in (score_table(results), calibration_table(results)):
        write_rows(table, "table", sys.stdout.buffer)


if __name__ == "__main__":  # worker processes import this file
    main()

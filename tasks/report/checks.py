"""Runs the checks: one file of `sql/checks` each, which returns the rows that are wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from tasks.contract import EVENT_TYPES, MODALITIES
from tasks.extract.reference.countries import NO_COUNTRY, country_codes
from tasks.report.query import ask
from tasks.report.reports import read_report
from tasks.report.warehouse import SQL

SAMPLE_ROWS: Final = 5
"""Wrong rows of a check that are shown; all of them are counted."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found: how many rows are wrong, and the first few of them."""

    name: str
    question: str
    failures: int
    sample: tuple[Mapping[str, Any], ...] = ()


def check_names() -> list[str]:
    """The names of all checks of rows."""
    return sorted(path.stem for path in (SQL / "checks").glob("*.sql"))


def run_checks(lake: Path, today: date, names: Sequence[str] = ()) -> list[CheckResult]:
    """The result of every check, or of those named, by name; nothing is wrong where `failures` is 0.

    Raises UsageError when there is no lake, LakeError when it is damaged.
    """
    values: dict[str, Any] = {
        "today": today,
        "event_types": list(EVENT_TYPES),
        "modalities": list(MODALITIES),
        "countries": sorted(country_codes()),
        "no_country": NO_COUNTRY,
    }
    results = []
    for path in sorted((SQL / "checks").glob("*.sql")):
        if names and path.stem not in names:
            continue
        check = read_report(path)
        parameters = {name: value for name, value in values.items() if f"${name}" in check.sql}
        query = (
            f"select count(*) over () as failures, wrong.* from ({check.sql}) wrong order by all limit {SAMPLE_ROWS}"
        )
        rows = ask(lake, query, parameters).to_pylist()
        failures = rows[0]["failures"] if rows else 0
        sample = tuple({name: value for name, value in row.items() if name != "failures"} for row in rows)
        results.append(CheckResult(check.name, check.question, failures, sample))
    return results

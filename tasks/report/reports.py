"""Finds and runs the reports: one file of `sql/reports` each, whose head says its question, parameters and columns.

    -- question: Who did what to whom, month by month?
    -- param NAME: KIND, optional: meaning                 (null where it is not given)
    -- param NAME: KIND, default VALUE: meaning
    -- list NAME: QUERY                                     (on one line)
    -- column NAME: meaning (unit)

KIND is `country` (ISO 3166-1 alpha-3), `date`, `text`, `number` or `whole number` (neither below 0), or a list of
choices such as `actual|negated`. The default `focus` stands for the country that the settings name. A line that is `--`
alone ends the head; comments on how the report reckons may follow.

A list is asked first, and its only column, of texts, is a parameter `$NAME` of the report. The planner knows the
values of a parameter, not those of a subquery: it can drop other rows before anything is reckoned of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from tasks.errors import UsageError, did_you_mean
from tasks.report.query import take
from tasks.report.warehouse import SQL

_QUESTION: Final = re.compile(r"-- question: (.+)")
_PARAMETER: Final = re.compile(r"-- param (\w+): ([^,]+), (?:default (\S+)|optional): (.+)")
_LIST: Final = re.compile(r"-- list (\w+): (.+)")
_COLUMN: Final = re.compile(r"-- column ([\w, ]+): (.+)")
_NUMBERS: Final = ("number", "whole number")
_FOCUS: Final = "focus"

Value = str | date | int | float | list[str] | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a report. `default` is None where it may be left out."""

    name: str
    kind: str
    default: str | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its question, its parameters, its columns with what they mean, its lists with their queries."""

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    sql: str
    lists: Mapping[str, str]


def list_reports() -> list[Report]:
    """All reports, by name."""
    return [read_report(path) for path in sorted((SQL / "reports").glob("*.sql"))]


def find_report(name: str) -> Report:
    """The report of that name. Raises UsageError, with the names there are, when there is none."""
    reports = {report.name: report for report in list_reports()}
    if name not in reports:
        raise UsageError(f"There is no report '{name}'.{did_you_mean(name, reports)} Reports: {', '.join(reports)}.")
    return reports[name]


def run_report(
    lake: Path,
    name: str,
    params: Mapping[str, str] | None = None,
    as_of: date | None = None,
    focus: str = "RUS",
) -> pa.Table:
    """The rows of a report, with the parameters as a user writes them.

    With `as_of`, only what was published up to that day counts. Raises UsageError for an unknown report, an unknown or
    wrong parameter and a lake that is not there, LakeError for a damaged one.
    """
    report = find_report(name)
    values = bound(report, params or {}, focus)

    def rows(connection: duckdb.DuckDBPyConnection) -> pa.Table:
        lists: dict[str, Value] = {}
        for list_name, query in report.lists.items():
            needed = {key: value for key, value in values.items() if f"${key}" in query}
            lists[list_name] = [row[0] for row in connection.execute(query, needed).fetchall()]
        return connection.sql(report.sql, params={**values, **lists} or None).to_arrow_table()

    return take(lake, rows, as_of)


def bound(report: Report, params: Mapping[str, str], focus: str) -> dict[str, Value]:
    """The value of each parameter of a report, from what was given and the defaults. Raises UsageError."""
    known = {parameter.name: parameter for parameter in report.parameters}
    if wrong := sorted(set(params) - set(known)):
        raise UsageError(
            f"The report '{report.name}' has no parameter '{wrong[0]}'.{did_you_mean(wrong[0], known)} "
            f"Parameters: {', '.join(known) or 'none'}."
        )
    values: dict[str, Value] = {}
    for parameter in report.parameters:
        text = params.get(parameter.name, focus if parameter.default == _FOCUS else parameter.default)
        values[parameter.name] = None if text is None or text == "" else _typed(parameter, text.strip())
    return values


def read_report(path: Path) -> Report:
    """The report of one SQL file. Raises UsageError when its head does not say what it must."""
    sql = path.read_text(encoding="utf-8")
    question = ""
    parameters: list[Parameter] = []
    columns: dict[str, str] = {}
    lists: dict[str, str] = {}
    for line in sql.splitlines():
        if not line.startswith("-- "):
            break
        if match := _QUESTION.fullmatch(line):
            question = match[1]
        elif match := _PARAMETER.fullmatch(line):
            parameters.append(Parameter(match[1], match[2], match[3], match[4]))
        elif match := _LIST.fullmatch(line):
            lists[match[1]] = match[2]
        elif match := _COLUMN.fullmatch(line):
            columns |= dict.fromkeys(match[1].split(", "), match[2])
        else:
            raise UsageError(f"{path}: cannot be read at '{line}'.")
    if not question:
        raise UsageError(f"{path}: does not begin with `-- question: ...`.")
    return Report(path.stem, question, tuple(parameters), columns, sql, lists)


def _typed(parameter: Parameter, text: str) -> Value:
    """What a user wrote, in the type of the parameter."""
    if parameter.kind == "text":
        return text
    if parameter.kind == "date":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"{parameter.name}={text}: is not a date; write it as 2023-10-05.") from None
    if parameter.kind == "country":
        return country_code(parameter.name, text)
    if parameter.kind in _NUMBERS:
        return _number(parameter, text)
    choices = parameter.kind.split("|")
    if text.lower() not in choices:
        raise UsageError(f"{parameter.name}={text}: is unknown; choose one of {', '.join(choices)}.")
    return text.lower()


def country_code(name: str, text: str) -> str:
    """The code of a country that a parameter of that name is given. Raises UsageError."""
    from tasks.extract.reference.countries import NO_COUNTRY, UnknownCountryError, country_codes, country_of_name

    code = text.strip().upper()
    if code in country_codes() or code == NO_COUNTRY:
        return code
    try:
        meant = country_of_name(text.strip())
    except UnknownCountryError:
        meant = None
    advice = f"its code, {meant}" if meant else "three letters of ISO 3166-1, such as ARM"
    raise UsageError(f"{name}={text}: is not a country code; write {advice}.")


def _number(parameter: Parameter, text: str) -> int | float:
    """A number that is not below 0; a whole one where the kind says so. No spaces, no underscores, no `1e3`."""
    whole = parameter.kind == "whole number"
    if not re.fullmatch(r"[0-9]{1,9}" if whole else r"[0-9]{1,9}(\.[0-9]+)?", text, re.ASCII):
        raise UsageError(
            f"{parameter.name}={text}: is not a {parameter.kind}; write it as {'12' if whole else '0.5'}, not below 0."
        )
    return int(text) if whole else float(text)

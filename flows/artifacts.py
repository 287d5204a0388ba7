"""Leaves what a run did in Prefect's pages: an artifact with a table of its raw files and with what went wrong."""

import re
from collections.abc import Iterator
from typing import Final

from prefect.artifacts import create_markdown_artifact

from flows.summary import RunSummary
from tasks.settings import Settings

_MANY: Final = 50
"""Raw files and problems that are shown; the lake has all."""


def leave_artifact(summary: RunSummary, settings: Settings) -> None:
    """Write the artifact `dotterel-<flow>`; Prefect keeps the versions of all runs under that name."""
    key = f"dotterel-{re.sub('[^a-z0-9-]+', '-', summary.flow.lower())}"
    create_markdown_artifact("\n".join(_lines(summary, settings)), key=key, description=summary.headline())


def _lines(summary: RunSummary, settings: Settings) -> Iterator[str]:
    yield f"# {summary.flow} {summary.run_id}"
    yield f"\n{_cell(summary.headline())}\n"
    yield f"Lake: `{settings.lake}`. Look with `dotterel status --lake {settings.lake}`.\n"
    if new := [file for file in summary.files if file.is_new]:
        yield f"| raw file | found | {summary.unit} | merged copies | quarantined |"
        yield "|---|---:|---:|---:|---:|"
        for file in new[:_MANY]:
            counts = f"{file.found:,} | {file.articles:,} | {file.merged:,} | {file.quarantined:,}"
            yield f"| {_cell(file.raw_uri)} | {counts} |"
        if len(new) > _MANY:
            yield f"| and {len(new) - _MANY:,} more | | | | |"
    if summary.rows:
        yield "\n| table | rows in the periods written |\n|---|---:|"
        yield from (f"| {table} | {rows:,} |" for table, rows in summary.rows.items())
    for title, problems in (("Failed", tuple(map(str, summary.failures))), ("Warnings", summary.warnings)):
        if problems:
            yield f"\n## {title}\n"
            yield from (f"- {_cell(problem)}" for problem in problems[:_MANY])
            if len(problems) > _MANY:
                yield f"- and {len(problems) - _MANY:,} more"


def _cell(text: str) -> str:
    """A text that Markdown shows as it is: names of files come from outside."""
    return re.sub(r"([\\`*_{}\[\]<>|#!~])", r"\\\1", " ".join(text.split()))

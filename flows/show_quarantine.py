"""Shows a person what is in quarantine: by source, stage and reason, with examples, and what to do about it."""

import shlex
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tasks.report.output import printable
from tasks.report.quarantine import Group
from tasks.words import counted

MANY: Final = 20
"""Groups that are shown; an archive of one publisher has two or three."""
_SAMPLE: Final = 110
"""Characters of a sample that are shown; the rows have up to 200."""


def quarantine_lines(groups: Sequence[Group], lake: str, asked: str = "") -> Iterator[str]:
    """What is in quarantine, in lines. `lake` is the option that names the lake, `asked` says what was asked for."""
    if not groups:
        yield f"quarantine: nothing{asked}"
        return
    records = sum(group.records for group in groups)
    sources = len({group.source for group in groups})
    yield f"quarantine{asked}: {counted(records, 'record')} of {counted(sources, 'source')}"
    for group in islice(groups, MANY):
        yield ""
        yield from _group_lines(group, lake)
    if len(groups) > MANY:
        yield ""
        query = "select source, stage, reason, count(*) as records from quarantine group by all order by all"
        yield f"and {len(groups) - MANY:,} more: dotterel sql {shlex.quote(query)}{lake}"


def _group_lines(group: Group, lake: str) -> Iterator[str]:
    where = f"source = '{group.source}' and reason = '{group.reason}'"
    yield f"{group.source}, {group.stage}, {printable(group.reason)}: {counted(group.records, 'record')}" + (
        f" in {group.files:,} raw files" if group.files > 1 else ""
    )
    yield f"  why: {group.about.meaning}"
    yield f"  what to do: {group.about.remedy}"
    if group.is_reference:
        yield "  then load its files again: dotterel reference load"
    else:
        options = f"--source {group.source} --reason {shlex.quote(group.reason)}{lake}"
        yield f"  then try again: dotterel run --retry-quarantined {options}"
    for example in group.examples:
        yield f"  {printable(example.place)}: {printable(example.detail)}"
        if example.sample.strip():
            sample = printable(example.sample)
            yield f"      {sample[:_SAMPLE]}{'…' if len(sample) > _SAMPLE else ''}"
    if group.records > len(group.examples):
        more = group.records - len(group.examples)
        yield f"  and {more:,} more: dotterel sql {shlex.quote(f'from quarantine where {where}')}{lake}"

"""Finds the events that the lines of evidence in reports stand for, so that they too lead to their articles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tasks.report.site.questions import Questions


def cited_events(asked: Questions, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> dict[str, str]:
    """The event_id of each line of evidence in these columns of the rows of a report.

    A line begins with day, type and outlet (see the reports `border_watch` and `ally_ledger`). Lines that no event
    gives are left out.
    """
    lines = sorted({line for row in rows for column in columns for line in row[column] or ()})
    days, types = set(), set()
    for line in lines:
        day, _, rest = line.partition(" ")
        try:
            days.add(date.fromisoformat(day))
        except ValueError:
            continue
        types.add(rest.partition(" ")[0])
    if not days:
        return {}
    found = asked.rows("cited", lines=lines, days=sorted(days), types=sorted(types), dataset=asked.dataset)
    return {row["line"]: row["event_id"] for row in found}

"""What the page of today shows: what is new in the newest days, the most surprising borders, pledges and failures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tasks.report.site.library import Library, Told
from tasks.report.site.listing import listed
from tasks.report.site.questions import Questions
from tasks.report.site.subjects import Behind

DAYS: Final = 30
"""Days that count as new, up to the newest day of the lake; the figures beside them are of as many days before."""
EACH: Final = 4
"""Sentences of each type, and of each kind of pledge twice as many."""
BORDERS: Final = 8
"""Neighbours that are shown."""
ENTRIES: Final = {
    "pledge": ("pledges", "AGREE, or help that is intended"),
    "refusal": ("refusals", "help that was refused, or it is not said what"),
    "failure": ("failures", "help that the text says was not given"),
}


@dataclass(frozen=True, slots=True)
class NewType:
    """Incidents of one type in the newest days and in as many days before."""

    event_type: str
    quad_class: int
    incidents: int
    incidents_before: int
    behind: Behind


@dataclass(frozen=True, slots=True)
class Border:
    """A neighbour in the newest month in which anything is told of it, as `border_watch` has it."""

    row: Mapping[str, Any]
    told: Sequence[Told]


@dataclass
class TodayRows:
    """The rows of the page, before the articles are read."""

    first: date
    last: date
    types: list[dict[str, Any]]
    type_events: list[dict[str, Any]]
    pledges: list[dict[str, Any]]
    borders: list[dict[str, Any]]

    @property
    def events(self) -> list[str]:
        """The events to read."""
        return [row["event_id"] for row in (*self.type_events, *self.pledges)]


def ask_today(asked: Questions, last: date, border_watch: Sequence[Mapping[str, Any]]) -> TodayRows:
    """Ask for the days up to `last`. `border_watch` are the rows of that report."""
    first = last - timedelta(days=DAYS - 1)
    days = {"first": first, "last": last}
    return TodayRows(
        first=first,
        last=last,
        types=asked.rows("new_types", before=first - timedelta(days=DAYS), **days),
        type_events=asked.rows("new_events", each=EACH, **days),
        pledges=asked.rows("pledges", each=2 * EACH, **days),
        borders=surprising(border_watch),
    )


def surprising(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each neighbour its newest month with an incident: first what surprises most, then what is most told."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["month"]):
        if row["incidents"]:
            newest[row["neighbour"]] = row
    last_month = max((row["month"] for row in newest.values()), default="")
    ordered = sorted(
        newest.values(),
        key=lambda row: (
            row["month"] != last_month,
            row["surprise"] is None,
            -(row["surprise"] or 0.0),
            -row["incidents"],
            row["neighbour"],
        ),
    )
    return [dict(row) for row in ordered[:BORDERS]]


def new_types(rows: TodayRows, library: Library, dataset: str) -> list[NewType]:
    """What is new, by type: conflict first, as in the report."""
    events: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows.type_events:
        events[row["event_type"]].append(row["event_id"])
    return [
        NewType(
            row["event_type"],
            row["quad_class"] or 0,
            row["incidents"],
            row["incidents_before"],
            Behind(
                anchor=f"new-{row['event_type']}",
                title=row["event_type"],
                count=row["incidents"],
                told=library.all_told(events[row["event_type"]]),
                sql=listed(
                    dataset,
                    "e.modality = 'actual'",
                    f"e.event_type = '{row['event_type']}'",
                    f"e.day between date '{rows.first}' and date '{rows.last}'",
                ),
            ),
        )
        for row in rows.types
    ]


def pledges(rows: TodayRows, library: Library) -> dict[str, list[Told]]:
    """New pledges, refusals and failures, by kind."""
    return {
        entry: library.all_told(row["event_id"] for row in rows.pledges if row["entry"] == entry) for entry in ENTRIES
    }


def borders(rows: TodayRows, library: Library, cited: Mapping[str, str]) -> list[Border]:
    """The neighbours, with the sentences that the report cites."""
    return [
        Border(row, library.all_told(cited[line] for line in row["evidence"] if line in cited)) for row in rows.borders
    ]

"""What the page of today shows: what is new in the newest days, the most surprising borders, pledges and failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tasks.report.site.library import Library, Told
from tasks.report.site.listing import listed
from tasks.report.site.questions import Questions
from tasks.report.site.subjects import ALL, Behind

DAYS: Final = 30
"""Days that count as new, up to the newest day of the lake; the figures beside them are of as many days before."""
EACH: Final = 4
"""Sentences of each type, and of each kind of pledge twice as many."""
EACH_BEFORE: Final = 2
"""Sentences of each type in the days before."""
TOP: Final = 6
"""Incidents that the page begins with: those told most in the newest days."""
ALIKE: Final = 2.0
"""Articles read in the newest days, in those of the days before, or the other way round, from which on a change in the
number of incidents is said to be one of reading: of rates, it is the reading that moved most."""
BORDERS: Final = 8
"""Neighbours that are shown."""
ENTRIES: Final = {
    "pledge": ("pledges", "AGREE, or help that is intended"),
    "refusal": ("refusals", "help that was refused or ended, or it is not said what"),
    "failure": ("failures", "help that the text says was not given"),
}


@dataclass(frozen=True, slots=True)
class NewType:
    """Incidents of one type in the newest days and in as many days before, each with what is behind it."""

    event_type: str
    quad_class: int
    incidents: int
    incidents_before: int
    now: Behind
    before: Behind


@dataclass(frozen=True, slots=True)
class Border:
    """A neighbour in the newest month in which anything is told of it, as `border_watch` has it."""

    row: Mapping[str, Any]
    told: Sequence[Told]

    @property
    def since(self) -> str:
        """First day of the first of the 24 months before, which surprise is reckoned from."""
        year, month = map(int, self.row["month"].split("-"))
        return f"{year - 2:04d}-{month:02d}-01"


@dataclass
class TodayRows:
    """The rows of the page, before the articles are read."""

    before: date
    first: date
    last: date
    articles: int
    articles_before: int
    top: list[dict[str, Any]]
    types: list[dict[str, Any]]
    type_events: list[dict[str, Any]]
    type_events_before: list[dict[str, Any]]
    pledges: list[dict[str, Any]]
    borders: list[dict[str, Any]]

    @property
    def events(self) -> list[str]:
        """The events to read."""
        rows = (*self.top, *self.type_events, *self.pledges, *self.type_events_before)
        return [row["event_id"] for row in rows]

    @property
    def is_alike(self) -> bool:
        """Whether about as many articles were read of the days before, so that a change says something of the world."""
        few, many = sorted((self.articles, self.articles_before))
        return few > 0 and many < ALIKE * few


def ask_today(asked: Questions, last: date, border_watch: Sequence[Mapping[str, Any]]) -> TodayRows:
    """Ask for the days up to `last`, after `ask_subjects`. `border_watch` are the rows of that report."""
    first = last - timedelta(days=DAYS - 1)
    before = first - timedelta(days=DAYS)
    days = {"first": first, "last": last}
    read = asked.row("read_articles", before=before, **days)
    top = asked.rows("top_events", since_day=first, each=2 * TOP)
    return TodayRows(
        before=before,
        first=first,
        last=last,
        articles=read["articles"],
        articles_before=read["articles_before"],
        top=[row for row in top if row["subject"] == ALL],
        types=asked.rows("new_types", before=before, **days),
        type_events=asked.rows("new_events", each=EACH, **days),
        type_events_before=asked.rows("new_events", each=EACH_BEFORE, first=before, last=first - timedelta(days=1)),
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

    def behind(row: Mapping[str, Any], since: date, until: date, count: int, *, is_before: bool) -> Behind:
        event_type = row["event_type"]
        told = rows.type_events_before if is_before else rows.type_events
        return Behind(
            anchor=f"{'before' if is_before else 'new'}-{event_type}",
            title=f"{event_type}, {'the ' if is_before else 'newest '}{DAYS} days{' before' if is_before else ''}",
            count=count,
            told=library.all_told(one["event_id"] for one in told if one["event_type"] == event_type),
            sql=listed(
                dataset,
                "e.modality = 'actual'",
                f"e.event_type = '{event_type}'",
                f"e.day between date '{since}' and date '{until}'",
            ),
        )

    return [
        NewType(
            row["event_type"],
            row["quad_class"] or 0,
            row["incidents"],
            row["incidents_before"],
            behind(row, rows.first, rows.last, row["incidents"], is_before=False),
            behind(row, rows.before, rows.first - timedelta(days=1), row["incidents_before"], is_before=True),
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

"""What the pages of countries and pairs show: bars by month and quad class, and the sentences behind each bar."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from markupsafe import Markup

from tasks.report.site.charts import QUADS, Bar, bars, month_name
from tasks.report.site.library import Library, Told
from tasks.report.site.listing import listed, of_incident, of_month, of_subject
from tasks.report.site.questions import Questions

ALL: Final = "all"
LEAST_INCIDENTS: Final = 3
"""A country or pair with fewer has no page of its own; what is told of it stands on the page of all."""
MOST_SUBJECTS: Final = 50
"""Countries with a page, and as many pairs: those with most incidents. More would be found by the SQL that is shown."""
MOST_MONTHS: Final = 60
"""Months of a page: five years."""
EVIDENCE: Final = 10_000
"""Sentences on all of these pages together, about; each bar has one to six."""
MOST_EACH: Final = 6
TOP_EVENTS: Final = 8
TOP_DAYS: Final = 365
"""Days before the newest one in which the most told events are looked for."""
QUOTES: Final = 8


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind one number: its anchor, what it counts, some of the sentences, and the SQL for all."""

    anchor: str
    title: str
    count: int
    told: Sequence[Told]
    sql: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a page: incidents by quad class, 0 where there are none, and what is behind each that has any."""

    month: str
    counts: Mapping[int, int]
    behind: Sequence[Behind]

    @property
    def total(self) -> int:
        """Incidents of all classes; the same act told as of two classes counts twice."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Top:
    """One of the most told incidents: in how many stories, an event that tells it, and the SQL for all of them."""

    stories: int
    told: Told
    sql: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A country, a pair or all: what its page shows, the newest month first."""

    code: str
    is_pair: bool
    incidents: int
    last_day: date
    chart: Markup
    months: Sequence[Month]
    top: Sequence[Top]
    quotes: Sequence[Mapping[str, Any]]
    sql: str

    @property
    def path(self) -> str:
        """Its page, from the folder of the site."""
        return page_of(self.code)

    @property
    def conflict_share(self) -> float | None:
        """Share of conflict in its incidents, percent."""
        conflict = sum(month.counts[3] + month.counts[4] for month in self.months)
        total = sum(month.total for month in self.months)
        return 100 * conflict / total if total else None


@dataclass
class SubjectRows:
    """The rows that the pages are made of, before the articles are read."""

    since: str
    chosen: list[dict[str, Any]]
    bars: list[dict[str, Any]]
    evidence: dict[tuple[str, str, int], list[str]]
    top: list[dict[str, Any]]
    quotes: list[dict[str, Any]]

    @property
    def events(self) -> list[str]:
        """The events to read, the first of each bar before the second of any."""
        ranked: list[str] = [row["event_id"] for row in self.top]
        for rank in range(MOST_EACH):
            ranked += [events[rank] for events in self.evidence.values() if len(events) > rank]
        return ranked


def page_of(code: str) -> str:
    """The page of a country, pair or all, from the folder of the site."""
    return f"{'dyads' if '-' in code else 'countries'}/{code}.html"


def ask_subjects(asked: Questions, last_day: date) -> SubjectRows:
    """Choose the countries and pairs, and ask for what their pages show, up to the newest day."""
    index = last_day.year * 12 + last_day.month - MOST_MONTHS
    since = f"{index // 12:04d}-{index % 12 + 1:02d}"
    asked.keep("chosen", least=LEAST_INCIDENTS, most=MOST_SUBJECTS)
    found = asked.rows("bars", since=since)
    each = max(1, min(MOST_EACH, EVIDENCE // max(len(found), 1)))
    evidence: defaultdict[tuple[str, str, int], list[str]] = defaultdict(list)
    for row in asked.rows("bar_evidence", since=since, each=each):
        evidence[row["subject"], row["month"], row["quad_class"]].append(row["event_id"])
    return SubjectRows(
        since=since,
        chosen=asked.rows("chosen_ones"),
        bars=found,
        evidence=evidence,
        top=asked.rows("top_events", since_day=last_day - timedelta(days=TOP_DAYS), each=2 * TOP_EVENTS),
        quotes=asked.rows("subject_quotes", each=QUOTES),
    )


def make_subjects(rows: SubjectRows, library: Library, dataset: str) -> list[Subject]:
    """The countries, pairs and `all`, those with most incidents first."""
    counted: defaultdict[str, defaultdict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows.bars:
        counted[row["subject"]][row["month"]][row["quad_class"]] = row["incidents"]
    top: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.top:
        top[row["subject"]].append(row)
    quotes = _quotes(rows, library)
    made = []
    for chosen in rows.chosen:
        code = chosen["subject"]
        months = [
            _month(code, month, counts, rows, library, dataset)
            for month, counts in sorted(counted[code].items(), reverse=True)
        ]
        if not months and code != ALL:
            continue  # all that is told of it is older than the months that are shown
        chart = bars(
            Bar(month.month, quad, count, f"#m-{month.month}-{quad}")
            for month in months
            for quad, count in month.counts.items()
            if count
        )
        made.append(
            Subject(
                code=code,
                is_pair=chosen["is_pair"],
                incidents=chosen["incidents"],
                last_day=chosen["last_day"],
                chart=chart,
                months=months,
                top=most_told(top[code], library, dataset, TOP_EVENTS),
                quotes=quotes[code],
                sql=listed(
                    dataset,
                    "e.modality = 'actual'",
                    "e.day is not null and e.quad_class is not null",
                    of_subject(code),
                ),
            )
        )
    return made


def most_told(rows: Iterable[Mapping[str, Any]], library: Library, dataset: str, most: int) -> list[Top]:
    """The first of these rows of `top_events`; two events of one sentence, such as a meeting as both sides had it, are
    shown once.
    """
    found: dict[tuple[str, str], Top] = {}
    for row in rows:
        if told := library.told(row["event_id"]):
            one = Top(row["stories"], told, listed(dataset, "e.modality = 'actual'", of_incident(told.event_id)))
            found.setdefault((told.event_type, told.reader or told.event_id), one)
    return list(found.values())[:most]


def _month(
    code: str, month: str, counts: Mapping[int, int], rows: SubjectRows, library: Library, dataset: str
) -> Month:
    behind = [
        Behind(
            anchor=f"m-{month}-{quad}",
            title=f"{month_name(month)}, {name}",
            count=counts[quad],
            told=library.all_told(rows.evidence.get((code, month, quad), ())),
            sql=listed(dataset, "e.modality = 'actual'", f"e.quad_class = {quad}", of_month(month), of_subject(code)),
        )
        for quad, name in QUADS.items()
        if counts.get(quad)
    ]
    return Month(month, {quad: counts.get(quad, 0) for quad in QUADS}, behind)


def _quotes(rows: SubjectRows, library: Library) -> defaultdict[str, list[Mapping[str, Any]]]:
    """The quotations of each country or pair with the page of the article that they stand in."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows.quotes:
        quote = library.quote_by_id.get(row["quote_id"])
        if quote is not None:
            article = library.articles[row["article_id"]]
            found[row["subject"]].append(
                {
                    **quote,
                    "outlet": article["outlet"],
                    "published_date": article["published_date"],
                    "reader": library.reader(row["article_id"], quote["text_start"], "q"),
                }
            )
    return found

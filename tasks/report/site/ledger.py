"""What the pages of reports show: the ledger of allies, claims against data, sources; each row with its evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.report.site.library import Library, Told
from tasks.report.site.listing import listed, of_subject, quoted

ENTRIES: Final = ("pledge", "delivery", "refusal", "failure")
COLUMNS: Final = tuple(f"{entry}_evidence" for entry in ENTRIES)
"""Columns of `ally_ledger` that hold lines of evidence."""
PLURALS: Final = {"pledge": "pledges", "delivery": "deliveries", "refusal": "refusals", "failure": "failures"}
MOST_CLAIMS: Final = 300
"""Claims on the page that data tell of, the newest; `dotterel report claims_check` has all."""
MOST_OTHERS: Final = 200
"""Claims on the page that no data set tells of, the newest."""
MOST_PAIRS: Final = 60
"""Pairs of one alliance on the page, those with most failures and refusals first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two allies of one alliance: the row of the report, and the sentences of each kind of entry."""

    anchor: str
    row: Mapping[str, Any]
    told: Mapping[str, Sequence[Told]]


@dataclass(frozen=True, slots=True)
class Alliance:
    """One alliance: its pairs of which anything is told, and how many of them are not shown."""

    name: str
    pairs: Sequence[Pair]
    left_out: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure that an article states, with the row of `claims_check` and the place in the reader.

    `sql` lists the figures of the series that it is set against, below `anchor`; both are empty where none is.
    """

    row: Mapping[str, Any]
    reader: str
    anchor: str
    sql: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """One row of the report `agreement`: sentences that the other data set has nothing of, and SQL for all of ours."""

    anchor: str
    row: Mapping[str, Any]
    ours_alone: Sequence[Told]
    sql: str


def agreements(rows: Iterable[Mapping[str, Any]], library: Library, focus: str) -> list[Agreement]:
    """Agreement with other data sets about a country, from the rows of its report."""
    return [
        Agreement(
            f"agreement-{row['dataset']}-{row['class']}",
            row,
            library.all_told(events_alone([row])),
            listed("coded", "e.modality = 'actual'", f"e.quad_class = {int(row['class'])}", of_subject(focus)),
        )
        for row in rows
    ]


def events_alone(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The events (event_id) that the report `agreement` gives as examples of ours alone: each line begins with one."""
    return [line.partition(" ")[0] for row in rows for line in row["missed_by_them"]]


def alliances(
    reports: Mapping[str, Sequence[Mapping[str, Any]]], library: Library, cited: Mapping[str, str]
) -> list[Alliance]:
    """The ledger of each alliance, from the rows of its report."""
    made = []
    for name, rows in reports.items():
        pairs = [
            Pair(
                f"{name}-{row['helper']}-{row['ally']}".replace(" ", "-"),
                row,
                {
                    entry: library.all_told(cited[line] for line in row[f"{entry}_evidence"] if line in cited)
                    for entry in ENTRIES
                },
            )
            for row in rows[:MOST_PAIRS]
        ]
        made.append(Alliance(name, pairs, max(len(rows) - MOST_PAIRS, 0)))
    return made


def shown_claims(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The claims of the page: those that a data set tells of, then the others, of both the newest."""
    newest = sorted(rows, key=lambda row: str(row["published_date"] or ""), reverse=True)
    tested = [row for row in newest if row["observed"] is not None]
    return [*tested[:MOST_CLAIMS], *[row for row in newest if row["observed"] is None][:MOST_OTHERS]]


def claims(rows: Sequence[Mapping[str, Any]], library: Library) -> list[Claim]:
    """The claims with the places where they stand: the figure of the article with the same words, in their order."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for article_id, found in library.claims.items():
        for claim in found:
            places[article_id, claim["text"]].append(claim["text_start"])
    made = []
    for number, row in enumerate(rows, 1):
        starts = _of_sentence(places[row["article_id"], row["text"]], row, library)
        is_tested = row["observed"] is not None
        reader = library.reader(row["article_id"], starts[0] if starts else None, "c")
        made.append(Claim(row, reader, f"data-{number}" if is_tested else "", _figures(row) if is_tested else ""))
    return made


def _figures(row: Mapping[str, Any]) -> str:
    """The query for the figures of a series about the countries that a claim is about.

    Two series are no indicators: `deaths` are of events, `membership` of relations (see `sql/lists/claim_series.csv`).
    """
    countries = ", ".join(quoted(code) for code in (row["country"], row["counterpart"]) if code)
    if row["series"] == "deaths":
        return (
            "select dataset, event_date, place_name, place_country, deaths_low, deaths_best, deaths_high, source_url\n"
            f"from events\nwhere deaths_best is not null and place_country in ({countries})\norder by event_date desc"
        )
    if row["series"] == "membership":
        return f"select *\nfrom relations\nwhere kind = 'membership' and country in ({countries})\norder by start_date"
    return (
        "select dataset, country, counterpart, start_date, end_date, value, unit, known_from, note\nfrom indicators\n"
        f"where series = {quoted(row['series'])}\n  and (country in ({countries}) or counterpart in ({countries}))\n"
        "order by start_date desc"
    )


def _of_sentence(starts: Sequence[int], row: Mapping[str, Any], library: Library) -> list[int]:
    """Of several figures with the same words, those in the sentence of the row come first."""
    article = library.articles.get(row["article_id"])
    at = article["body"].find(row["sentence"] or "") if article and row["sentence"] else -1
    if at < 0:
        return list(starts)
    return sorted(starts, key=lambda start: not at <= start < at + len(row["sentence"]))

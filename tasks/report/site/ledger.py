"""What the pages of reports show: the ledger of allies, claims against data, sources; each row with its evidence."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasks.report.site.library import Library, Told

ENTRIES: Final = ("pledge", "delivery", "refusal", "failure")
COLUMNS: Final = tuple(f"{entry}_evidence" for entry in ENTRIES)
"""Columns of `ally_ledger` that hold lines of evidence."""
PLURALS: Final = {"pledge": "pledges", "delivery": "deliveries", "refusal": "refusals", "failure": "failures"}
MOST_CLAIMS: Final = 400
"""Claims on the page, those that data tell of first; `dotterel report claims_check` has all."""
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
    """One figure that an article states, with the row of `claims_check` and the place in the reader."""

    row: Mapping[str, Any]
    reader: str


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
    """The claims of the page: those that a data set tells of, then the newest of the others."""
    newest = sorted(rows, key=lambda row: str(row["published_date"] or ""), reverse=True)
    return sorted(newest, key=lambda row: row["observed"] is None)[:MOST_CLAIMS]


def claims(rows: Sequence[Mapping[str, Any]], library: Library) -> list[Claim]:
    """The claims with the places where they stand: the figure of the article with the same words, in their order."""
    places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for article_id, found in library.claims.items():
        for claim in found:
            places[article_id, claim["text"]].append(claim["text_start"])
    made = []
    for row in rows:
        starts = _of_sentence(places[row["article_id"], row["text"]], row, library)
        made.append(Claim(row, library.reader(row["article_id"], starts[0] if starts else None, "c")))
    return made


def _of_sentence(starts: Sequence[int], row: Mapping[str, Any], library: Library) -> list[int]:
    """Of several figures with the same words, those in the sentence of the row come first."""
    article = library.articles.get(row["article_id"])
    at = article["body"].find(row["sentence"] or "") if article and row["sentence"] else -1
    if at < 0:
        return list(starts)
    return sorted(starts, key=lambda start: not at <= start < at + len(row["sentence"]))

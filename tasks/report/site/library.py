"""Holds the articles that the site cites, with all that was read from them, and gives the sentence behind an event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from tasks.report.site.marks import Piece, Span, pieces, sentence_starts
from tasks.report.site.questions import Questions

MOST_ARTICLES: Final = 8_000
"""Articles that get a page of their own: about 60 MB of pages. Others are cited by their address."""

PARTIES: Final = ("actor", "trigger", "recipient")


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a page shows it: the sentence with its words marked, who tells it, and where to read on.

    `reader` is the place in the evidence reader, from the folder of the site; `url` is the address of the article, and
    both are empty where there is none. `sentence` is empty for data sets that give no text.
    """

    event_id: str
    event_type: str
    modality: str
    quad_class: int
    event_date: date | None
    date_precision: str
    published_date: date | None
    actor: str
    recipient: str
    actor_country: str
    recipient_country: str
    place: str
    outlet: str
    confidence: float | None
    rule: str
    sentence: tuple[Piece, ...]
    reader: str
    url: str


class Library:
    """What was read of the lake for the articles and events that the pages cite."""

    def __init__(self, asked: Questions, events: Iterable[str], articles: Iterable[str] = ()) -> None:
        """Read these events (event_id), their articles, and those `articles` (article_id) too.

        Of more than MOST_ARTICLES, those come first that were named first.
        """
        wanted = list(dict.fromkeys(events))
        found = asked.rows("article_events", ids=[], events=wanted, dataset=asked.dataset)
        of_event = {row["event_id"]: row["article_id"] for row in found}
        named = [*articles, *(of_event.get(event) for event in wanted)]
        ids = list(dict.fromkeys(article for article in named if article))[:MOST_ARTICLES]
        self.articles: dict[str, Mapping[str, Any]] = {r["article_id"]: r for r in asked.rows("articles", ids=ids)}
        kept = list(self.articles)
        self._events = {row["event_id"]: row for row in found}
        self.events = self._by_article(asked.rows("article_events", ids=kept, events=[], dataset=asked.dataset))
        self.quotes = self._by_article(asked.rows("article_quotes", ids=kept))
        self.claims = self._by_article(asked.rows("article_claims", ids=kept))
        self.quote_by_id = {quote["quote_id"]: quote for quotes in self.quotes.values() for quote in quotes}
        self._sentences = {
            article: sentence_starts(
                (row["evidence_start"], row["evidence_end"]) for row in rows if row["evidence_start"] is not None
            )
            for article, rows in self.events.items()
        }

    @staticmethod
    def _by_article(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
        found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in rows:
            found[row["article_id"]].append(row)
        return found

    def sentences(self, article_id: str) -> list[tuple[int, int]]:
        """The sentences of an article that events were read from."""
        return self._sentences.get(article_id, [])

    def told(self, event_id: str) -> Told | None:
        """The event of that id; None where the lake has none (it was asked of another state of it)."""
        row = self._events.get(event_id)
        return None if row is None else self.told_by(row)

    def all_told(self, event_ids: Iterable[str]) -> list[Told]:
        """Those of these events that are there."""
        return [told for event_id in event_ids if (told := self.told(event_id))]

    def told_by(self, row: Mapping[str, Any]) -> Told:
        """An event from its row."""
        article = self.articles.get(row["article_id"] or "")
        has_sentence = article is not None and row["evidence_start"] is not None
        cut: tuple[Piece, ...] = ()
        if article is not None and has_sentence:
            cut = pieces(article["body"], party_spans(row), row["evidence_start"], row["evidence_end"])
        return Told(
            event_id=row["event_id"],
            event_type=row["event_type"] or "",
            modality=row["modality"] or "",
            quad_class=row["quad_class"] or 0,
            event_date=row["event_date"],
            date_precision=row["date_precision"] or "day",
            published_date=row["published_date"],
            actor=row["actor_name"] or row["actor_country"] or "",
            recipient=row["recipient_name"] or row["recipient_country"] or "",
            actor_country=row["actor_country"] or "",
            recipient_country=row["recipient_country"] or "",
            place=row["place"] or "",
            outlet=(article["outlet"] if article else row["outlet"]) or row["source"],
            confidence=row["confidence"],
            rule=row["rule"] or "",
            sentence=cut,
            reader=self.reader(row["article_id"], row["evidence_start"]) if article else "",
            url=web_address((article["url"] if article else None) or row["source_url"]),
        )

    def reader(self, article_id: str, place: int | None = None, kind: str = "s") -> str:
        """The page of an article at the sentence (`s`), quotation (`q`) or figure (`c`) that begins there, or ''."""
        if article_id not in self.articles:
            return ""
        if place is not None and kind == "s":
            place = next((start for start, end in self.sentences(article_id) if start <= place < end), None)
        return f"articles/{article_id}.html" + ("" if place is None else f"#{kind}-{place}")


def party_spans(row: Mapping[str, Any]) -> list[Span]:
    """Where actor, trigger and recipient of an event stand."""
    return [
        Span(row[f"{party}_start"], row[f"{party}_end"], party)
        for party in PARTIES
        if row[f"{party}_start"] is not None and row[f"{party}_end"] is not None
    ]


def web_address(text: str | None) -> str:
    """An address that may stand in a link: one of http or https with a host; '' for anything else."""
    if not text:
        return ""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    is_web = parts.scheme.lower() in ("http", "https") and bool(parts.netloc) and text.strip().isprintable()
    return text.strip() if is_web and not any(mark in text for mark in " <>\"'`\\") else ""

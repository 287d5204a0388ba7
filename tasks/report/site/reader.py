"""The evidence reader: one article, with the events, quotations and figures read from it marked in its text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.report.site.library import Library, Told, party_spans, web_address
from tasks.report.site.marks import Paragraph, Span, paragraphs


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """What the page of an article shows."""

    article: Mapping[str, Any]
    url: str
    paragraphs: Sequence[Paragraph]
    events: Sequence[Told]
    quotes: Sequence[Mapping[str, Any]]
    claims: Sequence[Mapping[str, Any]]


def read_article(article_id: str, library: Library) -> ReadArticle:
    """The article of that id, which must be in the library."""
    article = library.articles[article_id]
    rows = library.events.get(article_id, [])
    quotes = library.quotes.get(article_id, [])
    claims = library.claims.get(article_id, [])
    spans = [span for row in rows for span in party_spans(row)]
    spans += [Span(q["text_start"], q["text_end"], "quote", f"q-{q['text_start']}") for q in quotes]
    spans += [Span(c["text_start"], c["text_end"], "claim", f"c-{c['text_start']}") for c in claims]
    return ReadArticle(
        article=article,
        url=web_address(article["url"]),
        paragraphs=paragraphs(article["body"], spans, library.sentences(article_id)),
        events=[library.told_by(row) for row in rows],
        quotes=quotes,
        claims=claims,
    )

"""Writes what was read in an article as rows of the coded tables."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from tasks.staging import content_id
from tasks.transform.coding.claims import Claim
from tasks.transform.coding.coded import Coded
from tasks.transform.coding.introductions import Introduction
from tasks.transform.coding.names import Name, within
from tasks.transform.coding.parties import Party
from tasks.transform.coding.quotes import Quote
from tasks.transform.coding.sentences import Sentence

Row = dict[str, Any]


def mention_row(article_id: str, name: Name) -> Row:
    """A row of mentions, from a name where it stands."""
    entry = name.entry
    return {
        "mention_id": content_id("mention", article_id, name.start, name.end),
        "article_id": article_id,
        "text_start": name.start,
        "text_end": name.end,
        "text": name.text,
        "kind": entry.kind,
        "name": entry.name,
        "country": entry.country or None,
        "sector": entry.sector or None,
        "role": entry.role or None,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        "geonames_id": entry.geonames_id,
    }


def quote_row(article_id: str, body: str, quote: Quote, names: Sequence[Name]) -> Row:
    """A row of quotes; `names` are those of the body."""
    speaker = quote.speaker
    return {
        "quote_id": content_id("quote", article_id, quote.start, quote.end),
        "article_id": article_id,
        "text_start": quote.start,
        "text_end": quote.end,
        "text": body[quote.start : quote.end],
        "speaker_text": speaker.text if speaker else None,
        "speaker_name": (speaker.name or None) if speaker else None,
        "speaker_role": (speaker.role or None) if speaker else None,
        "speaker_country": (speaker.country or None) if speaker else None,
        "speaker_sector": (speaker.sector or None) if speaker else None,
        "is_direct": quote.is_direct,
        "verb": quote.verb or None,
        "countries": _countries(within(names, quote.start, quote.end)),
    }


def claim_row(
    article_id: str,
    body: str,
    sentence: Sentence,
    claim: Claim,
    names: Sequence[Name],
    quotes: Sequence[Quote],
) -> Row:
    """A row of claims: a figure of a sentence, with the quotation that holds it."""
    start, end = sentence.start + claim.start, sentence.start + claim.end
    holding = [q for q in quotes if q.start <= start and end <= q.end]
    quote = min(holding, key=lambda q: q.end - q.start, default=None)
    return {
        "claim_id": content_id("claim", article_id, start, end),
        "article_id": article_id,
        "text_start": start,
        "text_end": end,
        "text": body[start:end],
        "kind": claim.kind,
        "value_low": claim.low,
        "value_high": claim.high,
        "unit": claim.unit,
        "is_approximate": claim.is_approximate,
        "about_text": claim.about or None,
        "countries": _countries(within(names, sentence.start, sentence.end)),
        "quote_id": content_id("quote", article_id, quote.start, quote.end) if quote else None,
        "speaker_name": (quote.speaker.name or None) if quote and quote.speaker else None,
    }


def introduction_row(article_id: str, body: str, one: Introduction) -> Row:
    """A row of introductions."""
    return {
        "introduction_id": content_id("introduction", article_id, one.start, one.end),
        "article_id": article_id,
        "text_start": one.start,
        "text_end": one.end,
        "text": body[one.start : one.end],
        "name": one.name,
        "country": one.country or None,
        "sector": one.sector or None,
        "role": one.role,
    }


def pairs(event: Coded) -> Iterator[tuple[Party | None, Party | None]]:
    """The pairs of actor and recipient of which each is a row of events: both ways in a reciprocal event."""
    if event.reciprocal:
        yield from ((a, b) for a, b in product(event.actors, repeat=2) if a is not b and a.code != b.code)
    else:
        yield from product(event.actors or (None,), event.recipients or (None,))


def party_columns(role: str, party: Party | None) -> Row:
    """The columns of one party of an event."""
    if party is None:
        return {f"{role}_{part}": None for part in ("text", "name", "country", "sector", "start", "end")}
    return {
        f"{role}_text": party.text or None,
        f"{role}_name": party.name or None,
        f"{role}_country": party.country or None,
        f"{role}_sector": party.sector or None,
        f"{role}_start": party.start if party.text else None,
        f"{role}_end": party.end if party.text else None,
    }


def _countries(names: Iterable[Name]) -> list[str]:
    return sorted({name.entry.country for name in names if name.entry.country})


def by_key(rows: Iterable[Row], key: str) -> list[Row]:
    """The rows without doubles of their key, the first of each kept."""
    return list({row[key]: row for row in reversed(list(rows))}.values())[::-1]

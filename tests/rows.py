"""Builds small valid rows for tests of the lake and the reports; every span is cut from the body that it stands in."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tasks.contract import CODED_TABLES, TABLES
from tasks.load.lake import Lake, Origin
from tasks.load.parquet_files import write_bytes, write_table
from tasks.staging import Manifest, StagedBatch, Staging, content_id, raw_id

BODY = "Nordia shelled Sudia on Monday. “We will answer 😀,” said Ana Post, a minister. About 300 people fled."


def filled(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with all columns of its table, null where nothing is said."""
    return {column.name: row.get(column.name) for column in TABLES[table].columns}


def table_of(table: str, rows: Iterable[Mapping[str, Any]], period: str | None = None) -> pa.Table:
    """Rows as an Arrow table of the contract; with `period`, as staged and coded batches hold them."""
    made = pa.Table.from_pylist([filled(table, row) for row in rows], schema=TABLES[table].schema)
    return made if period is None else made.append_column("period", pa.array([period] * made.num_rows, pa.string()))


def span(body: str, words: str, prefix: str = "text") -> dict[str, Any]:
    """Text and offsets of the first place where `words` stand in `body`."""
    start = body.index(words)
    return {f"{prefix}_text" if prefix != "text" else "text": words} | {
        f"{prefix}_start": start,
        f"{prefix}_end": start + len(words),
    }


def article(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One article; `number` makes it another one."""
    row = {
        "article_id": content_id("test article", number),
        "outlet": "Plover Post",
        "title": f"Headline {number}",
        "categories": ["world"],
        "language": "en",
        "published_date": date(2023, 10, 3),
        "date_basis": "stated",
        "date_precision": "day",
        "body": BODY,
        "word_count": len(BODY.split()),
        "raw_uri": "archive/a.json",
        "raw_sha256": "a" * 64,
    }
    return row | changes


def event(of: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """One event of an article: Russia (named Nordia in the text) shells Ukraine (Sudia)."""
    source = of or article()
    body = source["body"]
    row = {
        "event_id": content_id("test event", source["article_id"], sorted(map(str, changes.items()))),
        "dataset": "coded",
        "article_id": source["article_id"],
        "trigger_id": content_id("test trigger", source["article_id"]),
        "event_date": date(2023, 10, 2),
        "date_basis": "relative",
        "date_precision": "day",
        "published_date": source["published_date"],
        "event_type": "ASSAULT",
        "quad_class": 4,
        "intensity": -9.0,
        "modality": "actual",
        "contexts": ["military"],
        "actor_name": "Russia",
        "actor_country": "RUS",
        "actor_sector": "GOV",
        "recipient_name": "Ukraine",
        "recipient_country": "UKR",
        "recipient_sector": "GOV",
        "confidence": 0.8,
        "coder_version": "v1",
        "outlet": source["outlet"],
        "evidence_start": 0,
        "evidence_end": body.index(".") + 1,
    }
    row |= span(body, "Nordia", "actor") | span(body, "Sudia", "recipient") | span(body, "shelled", "trigger")
    return row | changes


def quote(of: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The quotation of an article, with an emoji in it."""
    source = of or article()
    row = {
        "quote_id": content_id("test quote", source["article_id"]),
        "article_id": source["article_id"],
        "speaker_text": "Ana Post",
        "speaker_name": "Ana Post",
        "speaker_role": "minister",
        "speaker_country": "ARM",
        "is_direct": True,
        "verb": "say",
        "countries": [],
    }
    return row | span(source["body"], "We will answer 😀,") | changes


def claim(of: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The figure of an article; it stands after the emoji."""
    source = of or article()
    row = {
        "claim_id": content_id("test claim", source["article_id"]),
        "article_id": source["article_id"],
        "kind": "displaced",
        "value_low": 270.0,
        "value_high": 330.0,
        "unit": "people",
        "is_approximate": True,
        "about_text": "people",
        "countries": ["ARM"],
    }
    return row | span(source["body"], "About 300 people") | changes


def mention(of: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """One name in an article."""
    source = of or article()
    row = {
        "mention_id": content_id("test mention", source["article_id"]),
        "article_id": source["article_id"],
        "kind": "person",
        "name": "Ana Post",
        "country": "ARM",
        "sector": "GOV",
    }
    return row | span(source["body"], "Ana Post") | changes


def introduction(of: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """One introduction of a person in an article."""
    source = of or article()
    row = {
        "introduction_id": content_id("test introduction", source["article_id"], sorted(map(str, changes.items()))),
        "article_id": source["article_id"],
        "name": "Ana Post",
        "country": "ARM",
        "sector": "GOV",
        "role": "minister",
    }
    return row | span(source["body"], "Ana Post, a minister") | changes


def put(
    lake: Lake, table: str, rows: Iterable[Mapping[str, Any]], source: str = "plover", period: str = "2023-10"
) -> Path:
    """Write rows as one partition of the lake."""
    lake.write(table, source, period, table_of(table, rows), Origin(coder="v1", batches=("b",)))
    return lake.path(table, source, period)


def one_event(root: Path) -> Path:
    """Make a lake of one article with one event."""
    lake = Lake(root)
    put(lake, "articles", [article(1)])
    put(lake, "events", [event(article(1))])
    return root


def stage(lake: Lake, batch_id: str, articles: Mapping[str, list[dict[str, Any]]]) -> StagedBatch:
    """Write a staged batch, its articles a period, and give its entry of a manifest."""
    staging = Staging(lake.root)
    tables = [table_of("articles", rows, period) for period, rows in articles.items()]
    write_table(pa.concat_tables(tables), staging.articles(batch_id))
    days = sorted(str(r["published_date"]) for rows in articles.values() for r in rows if r["published_date"])
    return StagedBatch(
        batch_id=batch_id,
        articles=sum(map(len, articles.values())),
        periods={period: len(rows) for period, rows in articles.items()},
        first_day=days[0] if days else "",
        last_day=days[-1] if days else "",
    )


def code(lake: Lake, batch_id: str, version: str, articles: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write a coded batch: one row of each coded table for each article."""
    folder = Staging(lake.root).coded(version, batch_id)
    make = {"events": event, "quotes": quote, "claims": claim, "mentions": mention, "introductions": introduction}
    for table in CODED_TABLES:
        extra = {"coder_version": version} if table == "events" else {}
        parts = [table_of(table, [make[table](a, **extra) for a in rows], period) for period, rows in articles.items()]
        write_table(pa.concat_tables(parts), folder / f"{table}.parquet")


def manifest(
    lake: Lake, *batches: StagedBatch, source: str = "plover", name: str = "a.json", **changes: Any
) -> Manifest:
    """Write the manifest of a raw file made of these batches."""
    articles = sum(batch.articles for batch in batches)
    values: dict[str, Any] = {
        "raw_id": raw_id(name, "a" * 64),
        "source": source,
        "raw_uri": name,
        "raw_sha256": "a" * 64,
        "reading": "r1",
        "found": articles,
        "articles": articles,
        "merged": 0,
        "batches": batches,
    }
    made = Manifest(**(values | changes))
    write_bytes(Staging(lake.root).manifest(source, made.raw_id), made.to_json().encode())
    return made

"""The same articles, in whatever formats and archives they lie, are the same articles."""

import bz2
import csv
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.warcwriter import WARCWriter

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.settings import Settings, path_source
from tasks.staging import Staging

Article = tuple[str, date, list[str]]
"""Title, day and paragraphs; all are of one outlet."""
OUTLET = "The Wader"
FEED = "https://wader.example/feed"


def as_records(articles: list[Article]) -> list[dict[str, str]]:
    return [
        {"title": title, "date": str(day), "text": "\n\n".join(text), "source": OUTLET} for title, day, text in articles
    ]


def json_array(articles: list[Article]) -> bytes:
    return json.dumps(as_records(articles), indent=1).encode("utf-16")


def json_lines(articles: list[Article]) -> bytes:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in as_records(articles)).encode()


def table(articles: list[Article]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["date", "title", "source", "text"], delimiter="\t")
    writer.writeheader()
    writer.writerows(as_records(articles))
    return out.getvalue().encode("utf-8-sig")


def digest(articles: list[Article]) -> bytes:
    entries = "\n\n".join(
        f"## {title}\n - [{FEED}]({FEED})\n - date published: {day}\n\n" + "\n\n".join(text)
        for title, day, text in articles
    )
    return f"# Source:{OUTLET}, URL:{FEED}, language:en\n\n{entries}\n".encode()


def archive_page(articles: list[Article]) -> bytes:
    pages = (
        f"X\n    Categories: News\n\n{title}\n\n{OUTLET}\n{day:%b} {day.day} {day.year}\n\n\n" + "\n\n".join(text)
        for title, day, text in articles
    )
    return "\n\n\n".join(pages).encode()


def front_matter(articles: list[Article]) -> bytes:
    pages = (
        f"---\n{yaml.safe_dump({'title': title, 'date': str(day), 'outlet': OUTLET})}---\n\n" + "\n\n".join(text)
        for title, day, text in articles
    )
    return "\n\n".join(pages).encode()


def rss(articles: list[Article]) -> bytes:
    items = (
        f"<item><title>{escape(title)}</title><pubDate>{day:%a, %d %b %Y} 00:00:00 +0000</pubDate>"
        f"<description><![CDATA[{as_html(text)}]]></description></item>"
        for title, day, text in articles
    )
    return f'<rss version="2.0"><channel><title>{OUTLET}</title>{"".join(items)}</channel></rss>'.encode()


def mailbox(articles: list[Article]) -> bytes:
    return b"".join(
        b"From news@wader.example Tue Jun  6 05:00:00 2023\n" + message((article,)) + b"\n" for article in articles
    )


def message(articles: tuple[Article]) -> bytes:
    ((title, day, text),) = articles
    made = EmailMessage()
    made["From"], made["Subject"] = f"{OUTLET} <news@wader.example>", title
    made["Date"], made["List-Id"] = f"{day:%a, %d %b %Y} 06:00:00 +0000", f"{OUTLET} <news.wader.example>"
    made.set_content("\n\n".join(text), cte="quoted-printable")
    return made.as_bytes()


def crawl(articles: list[Article]) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for number, article in enumerate(articles):
        writer.write_record(
            writer.create_warc_record(
                f"https://wader.example/{number}",
                "resource",
                payload=io.BytesIO(web_page(article)),
                warc_content_type="text/html",
            )
        )
    return out.getvalue()


def web_page(article: Article) -> bytes:
    title, day, text = article
    about = {
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": str(day),
        "publisher": {"@type": "Organization", "name": OUTLET},
    }
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<script type="application/ld+json">{json.dumps(about)}</script></head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{as_html(text)}</article></body></html>"
    ).encode()


def as_html(paragraphs: list[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


FORMATS: dict[str, Callable[[list[Article]], bytes]] = {
    "json": json_array,
    "jsonl": json_lines,
    "tsv": table,
    "md": digest,
    "txt": archive_page,
    "page.md": front_matter,
    "rss": rss,
    "mbox": mailbox,
    "warc": crawl,
}

Files = dict[str, bytes]


def zipped(files: Files) -> Files:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return {f"{len(out.getvalue())}.zip": out.getvalue()}


def tarred(files: Files) -> Files:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return {f"{len(files)}.tar": out.getvalue()}


_DEEPEST = 4
"""Archives within each other that are opened, the outermost included."""

PACKINGS: dict[str, Callable[[Files], Files]] = {
    "folder": lambda files: {f"sub/{name}": data for name, data in files.items()},
    "zip": zipped,
    "tar": tarred,
    "gz": lambda files: {f"{name}.gz": gzip.compress(data) for name, data in files.items()},
    "bz2": lambda files: {f"{name}.bz2": bz2.compress(data) for name, data in files.items()},
    "xz": lambda files: {f"{name}.xz": lzma.compress(data) for name, data in files.items()},
    "tar.gz": lambda files: PACKINGS["gz"](tarred(files)),
    "zip in a zip": lambda files: zipped(zipped(files)),
}


def staged(folder: Path) -> tuple[list[object], int, int]:
    """The ids of all articles of a folder, how many records were found there, and how many are in quarantine."""
    source, limits = path_source(folder / "archive"), Settings(lake=folder / "lake")
    manifests = [stage_raw_file(raw, source, limits) for raw in raw_files(source)]
    files = [Staging(limits.lake).articles(batch.batch_id) for one in manifests for batch in one.batches]
    ids = [value for file in files for value in pq.read_table(file).column("article_id").to_pylist()]
    return sorted(ids), sum(one.found for one in manifests), sum(len(one.quarantine) for one in manifests)


def write(folder: Path, files: Files) -> None:
    for name, data in files.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def depth(packings: list[str]) -> int:
    """Archives within each other that packings make."""
    return sum({"folder": 0, "tar.gz": 2, "zip in a zip": 2}.get(name, 1) for name in packings)


WORDS = st.lists(
    st.sampled_from(
        ["water", "rose", "below", "dam", "after", "envoys", "talked", "until", "évening", "Straße", "мост"]
    ),
    min_size=9,
    max_size=15,
).map(" ".join)
PARTS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.dates(date(1995, 1, 1), date(2025, 12, 31)), st.lists(WORDS, min_size=3, max_size=5)),
            min_size=1,
            max_size=3,
        ),
        st.sampled_from(sorted(FORMATS)),
        st.lists(st.sampled_from(sorted(PACKINGS)), max_size=2).filter(lambda names: depth(names) <= _DEEPEST - 2),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PARTS, st.sampled_from(["folder", "zip", "tar.gz"]))
def test_articles_in_any_mixture_of_formats_and_archives_have_the_same_ids(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[tuple[list[tuple[date, list[str]]], str, list[str]]],
    around: str,
) -> None:
    plain, mixed = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("mixed")
    articles: list[Article] = []
    files: Files = {}
    for number, (told, form, packings) in enumerate(parts):
        own = [
            (
                f"Report {number} {place} of the day",
                day,
                [f"Paragraph {number} {place} {at}: {words}." for at, words in enumerate(text)],
            )
            for place, (day, text) in enumerate(told)
        ]
        part: Files = {f"part.{form}": FORMATS[form](own)}
        for packing in packings:
            part = PACKINGS[packing](part)
        files |= {f"{number}/{name}": data for name, data in part.items()}
        articles += own
    write(plain, {"all.json": json.dumps(as_records(articles)).encode()})
    write(mixed, PACKINGS[around](files))
    expected = staged(plain)
    assert (len(expected[0]), expected[1], expected[2]) == (len(articles), len(articles), 0)
    assert staged(mixed) == expected

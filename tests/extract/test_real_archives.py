"""Real archives: as many records are found in each file as the list of files says, and what is read makes sense."""

import csv
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tasks.extract.members import Member, members
from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.extract.web import crawls
from tasks.extract.web.crawl_records import Record, records
from tasks.settings import Settings, path_source
from tasks.staging import Manifest, Staging

FOLDERS = ("news", "mail", "feeds", "html", "warc")
MORE: dict[str, tuple[int, str]] = {
    "news/rss_linkdb_2023/2023-09-20_json.zip": (1, "keywords.json holds no articles"),
    "news/rss_linkdb_2023/2023-09-21_json.zip": (1, "keywords.json holds no articles"),
    "news/rss_linkdb_2023/2023-07-11_json.zip": (-257, "sources.json lists 258 feeds, and is one row"),
    "news/rss_linkdb_2023/2023-07-12_json.zip": (-257, "sources.json lists 258 feeds, and is one row"),
    "news/rss_linkdb_2023/2023-09-19_md.zip": (3153, "the list counts files; each holds the entries of a feed"),
    "news/rss_linkdb_2023/2023-09-20_md.zip": (3294, "the list counts files; each holds the entries of a feed"),
    "news/rss_linkdb_2022/2022-03.zip": (2973, "the list counts the JSON files; the same days lie beside as Markdown"),
    "warc/example-bad-non-chunked.warc.gz": (5, "the list stops where gzip is not cut at the records"),
    "warc/example-wrong-chunks.warc.gz": (1, "the list stops where gzip is not cut at the records"),
}
"""Files with more (or fewer) records than the list of files says, and why."""
IN_QUARANTINE: dict[str, tuple[str, int]] = {
    "news/rss_linkdb_2023/2023-09-20_json.zip": ("no_articles", 1),
    "news/rss_linkdb_2023/2023-09-21_json.zip": ("no_articles", 1),
    "news/rss_linkdb_2023/2023-07-11_json.zip": ("no_articles", 1),
    "news/rss_linkdb_2023/2023-07-12_json.zip": ("no_articles", 1),
    "mail/20news_mideast/talk.politics.mideast_a.zip": ("no_text", 1),  # quoted from end to end
    "feeds/missing-fields.atom": ("no_text", 1),
    "feeds/incomplete-fields.atom": ("no_text", 1),
    "feeds/illegally-nested.xml": ("no_text", 10),  # empty items within items
    "feeds/feedparser_encoding.zip": ("no_articles", 68),  # feeds without an item; six more have an item without text
}
"""Files of which something is in quarantine: the most frequent reason, and how often."""


def passed_over(path: Path) -> int:
    """Records of a crawl in which no article is looked for."""
    number = 0
    for member in members(path, Settings()):  # one, whose file is open as long as it is in hand
        assert isinstance(member, Member)
        for record in records(member.file, Settings().max_member_bytes, crawls.passed_over):
            number += isinstance(record, Record) and bool(record.passed_over)
    return number


def listed() -> list[tuple[str, int]]:
    """The archives that the list of real files names, with the number of rows it gives."""
    path = Settings.load().real_data / "data" / "MANIFEST.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["path"], int(row["rows"])) for row in csv.DictReader(file) if row["path"].split("/")[0] in FOLDERS]


def staged(path: Path, lake: Path) -> Manifest:
    source = path_source(path)
    (raw,) = raw_files(source)
    return stage_raw_file(raw, source, replace(Settings.load(), lake=lake))


def rows(manifest: Manifest, lake: Path) -> list[dict[str, object]]:
    files = [Staging(lake).articles(batch.batch_id) for batch in manifest.batches]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


@pytest.mark.parametrize(("name", "stated"), listed(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_real_record_is_found(real_data: Path, tmp_path: Path, name: str, stated: int) -> None:
    manifest = staged(real_data / "data" / name, tmp_path)
    more, _ = MORE.get(name, (0, ""))
    passed = passed_over(real_data / "data" / name) if name.startswith("warc/") else 0
    assert manifest.found + passed == stated + more
    reasons = [str(row["reason"]) for row in manifest.quarantine]
    if name in IN_QUARANTINE:
        reason, count = IN_QUARANTINE[name]
        assert reasons.count(reason) == count
    elif not name.startswith(("html/", "warc/")):
        assert reasons == []


def test_the_list_of_real_files_is_there(real_data: Path) -> None:
    assert len(listed()) > 60


def test_the_same_day_as_json_and_as_markdown_gives_the_same_articles(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "data" / "news" / "rss_linkdb_2023"
    as_json, as_markdown = (
        {row["article_id"] for row in rows(staged(folder / f"2023-09-19_{form}.zip", tmp_path), tmp_path)}
        for form in ("json", "md")
    )
    assert len(as_json & as_markdown) >= 0.95 * len(as_json)


def test_feed_entries_have_outlet_date_and_plain_text(real_data: Path, tmp_path: Path) -> None:
    found = rows(staged(real_data / "data/news/rss_linkdb_2023/2023-09-16_json.zip", tmp_path), tmp_path)
    assert all(row["outlet"] and row["date_basis"] == "stated" for row in found)
    assert not [row["url"] for row in found if "<img" in str(row["body"]) or "&amp;" in str(row["body"])]
    assert {"BBC", "The Guardian"} <= {row["outlet"] for row in found}


def test_a_list_of_paragraphs_is_one_text_and_its_zone_is_kept(real_data: Path, tmp_path: Path) -> None:
    first = rows(staged(real_data / "data/news/azernews/azernews_world.json", tmp_path), tmp_path)[0]
    assert (str(first["published_at"]), first["author"]) == ("2025-07-21 05:45:00+00:00", "Akbar Novruz")
    assert str(first["body"]).count("\n\n") >= 3
    assert "may not be sufficient" in str(first["body"])

"""Real archives: as many records are found as their manifest says, and what is read makes sense."""

import csv
from pathlib import Path

import pyarrow.parquet as pq

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.settings import Settings, path_source
from tasks.staging import Manifest, Staging


def staged(path: Path, lake: Path) -> Manifest:
    source = path_source(path)
    (raw,) = raw_files(source)
    return stage_raw_file(raw, source, Settings(lake=lake))


def rows(manifest: Manifest, lake: Path) -> list[dict[str, object]]:
    files = [Staging(lake).articles(batch.batch_id) for batch in manifest.batches]
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def rows_stated(real_data: Path, name: str) -> int:
    with (real_data / "data" / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return next(int(row["rows"]) for row in csv.DictReader(file) if row["path"] == name)


def test_a_list_of_feeds_among_the_entries_is_one_row(real_data: Path, tmp_path: Path) -> None:
    name = "news/rss_linkdb_2023/2023-07-11_json.zip"
    manifest = staged(real_data / "data" / name, tmp_path)
    assert [(row["record"], row["reason"]) for row in manifest.quarantine] == [("sources.json", "no_articles")]
    assert manifest.found == rows_stated(real_data, name) - 258 + 1  # it lists 258 feeds


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

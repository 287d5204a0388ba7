"""Real archives: as many records are found as their manifest says, and what is read makes sense."""

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

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


@pytest.mark.parametrize(
    ("name", "beside_articles"),
    [
        ("news/rss_linkdb_2023/2023-09-16_json.zip", 0),
        ("news/rss_linkdb_2023/2023-09-21_json.zip", 1),  # keywords.json
        ("news/rss_linkdb_2023/armenia_azerbaijan_2023_open.jsonl", 0),
        ("news/wikinews/wikinews_2020.csv", 0),
        ("news/azernews/azernews_conflict.json", 0),
        ("news/giveme5w1h_gold/gold_standard_even.zip", 0),
        ("news/giveme5w1h_cluster/news_cluster_a.zip", 0),
        ("news/guardian_sdf/Guardian_SDF_sample.csv.zip", 0),
        ("news/kremlin_ru/kremlin_articles_ru_enhanced.csv.gz", 0),
        ("news/russian_state_media/1tv_chunk_2023.csv.gz", 0),
        ("news/russian_state_media/rt_2023.json", 0),
        ("news/russian_state_media/mfa_2023.json", 0),
        ("news/ukraine_feb2026/filtered_corpus.zip", 0),
        ("news/muc4/train.json", 0),
    ],
)
def test_every_row_is_found_and_read(real_data: Path, tmp_path: Path, name: str, beside_articles: int) -> None:
    manifest = staged(real_data / "data" / name, tmp_path)
    assert manifest.found == rows_stated(real_data, name) + beside_articles
    assert len(manifest.quarantine) == beside_articles
    assert manifest.found == manifest.articles + manifest.merged + beside_articles


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

"""The sample archive shows a new user every table, type and modality, and what quarantine is for."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sample_lake import load_sample, stage_sample

from tasks.contract import EVENT_TYPES, MODALITIES
from tasks.report.checks import run_checks
from tasks.report.output import as_text
from tasks.report.query import run_sql
from tasks.report.reports import run_report
from tasks.settings import Settings
from tasks.staging import Manifest


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(lake=tmp_path_factory.mktemp("sample") / "lake")


@pytest.fixture(scope="module")
def manifests(settings: Settings) -> list[Manifest]:
    return stage_sample(settings)


@pytest.fixture(scope="module")
def lake(settings: Settings, manifests: list[Manifest]) -> Path:
    """The lake that the sample gives, made without Prefect."""
    load_sample(settings, manifests)
    return settings.lake


def column(lake: Path, query: str) -> list[Any]:
    """The first column of a query's answer."""
    values: list[Any] = run_sql(lake, query).column(0).to_pylist()
    return values


def test_every_raw_file_is_accounted_for(manifests: list[Manifest]) -> None:
    assert all(m.found == m.articles + m.merged + len(m.quarantine) for m in manifests)
    assert sum(m.articles for m in manifests) >= 40


def test_each_broken_record_is_in_quarantine_with_its_reason(manifests: list[Manifest]) -> None:
    reasons = Counter(row["reason"] for m in manifests for row in m.quarantine)
    assert reasons == {"broken_json": 2, "empty": 1, "no_articles": 1, "no_text": 1, "not_an_article": 1,
                       "truncated_gzip": 1}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "articles"),
    [
        ("before-the-war.tar.xz", 5),
        ("dunlin-dispatch.rss", 4),
        ("oystercatcher.atom", 3),
        ("phalarope-eu-mission.html", 1),
        ("redshank-wire-2021-11.sgm", 2),
        ("sandpiper-letter.mbox", 5),
        ("stilt-news.eml", 1),
        ("turnstone-crawl.warc.gz", 1),
    ],
)
def test_mail_feeds_pages_crawls_and_newswire_are_read(manifests: list[Manifest], name: str, articles: int) -> None:
    (manifest,) = [m for m in manifests if m.raw_uri.endswith(f"/{name}")]
    assert (manifest.found, manifest.articles) == (articles, articles)


@pytest.mark.parametrize("file", ["README.md", "config/sources.toml"])
def test_what_is_told_of_the_sample_is_what_is_in_it(manifests: list[Manifest], file: str) -> None:
    told = " ".join((Path(__file__).parents[1] / file).read_text(encoding="utf-8").replace("\n#", "\n").split())
    found, articles, merged = (sum(getattr(m, name) for m in manifests) for name in ("found", "articles", "merged"))
    quarantined = sum(len(m.quarantine) for m in manifests)
    assert re.search(
        rf"\b{found} (?:records found )?= {articles} articles \+ {merged} merged copy \+ {quarantined} quarantined",
        told,
    )


README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
TOUR = README[README.index("## A tour") : README.index("**Ask anything else**")]


def told_counts(begin: str) -> dict[str, int]:
    """Numbers by name in a sentence of the tour, whichever stands first (`110 articles`, `ACCUSE 64`)."""
    sentence = re.split(r"\n {4}(?! )|\n\n", TOUR.split(begin)[1])[0].replace(",\n", ", ")
    pairs = [re.match(r"\s*(?:([\d,]+)\s+(\w+)|(\w+)\s+([\d,]+))$", one) for one in sentence.split(", ")]
    assert all(pairs)
    return {m[2] or m[3]: int((m[1] or m[4]).replace(",", "")) for m in pairs if m}


def test_the_tour_counts_the_rows_that_the_sample_gives(lake: Path) -> None:
    for table, rows in told_counts("in the periods written:").items():
        of_news = " where dataset = 'coded'" if table == "events" else ""
        assert column(lake, f"select count(*) from {table}{of_news}") == [rows], table
    counted = run_sql(
        lake, "select event_type, count(distinct trigger_id) from events where dataset = 'coded' group by 1"
    )
    assert told_counts("events by type:") == dict(zip(*counted.to_pydict().values(), strict=True))


@pytest.mark.parametrize("command", re.findall(r"^ {4}dotterel report (\w+ --param .*)$", TOUR, flags=re.MULTILINE))
def test_the_tour_shows_what_the_report_answers(lake: Path, command: str) -> None:
    shown = TOUR.split(f"dotterel report {command}\n\n")[1].split("\n\n")[0].splitlines()
    shown = [line.removeprefix("    ") for line in shown]
    name, *words = command.split()
    rows = run_report(lake, name, dict(word.split("=") for word in words if word != "--param"))
    assert as_text(rows, max(map(len, shown))).splitlines()[:-1] == shown


def test_quotes_of_replies_and_furniture_of_pages_are_no_part_of_an_article(lake: Path) -> None:
    bodies = "\n".join(column(lake, "select body from articles"))
    assert bodies.count("with 3,000 tonnes of wheat") == 1  # in the mail, not in the reply to it
    for furniture in ("cookies", "Unsubscribe", "Read next", "Share this", "All rights reserved", "Hanna Rietveld"):
        assert furniture not in bodies


@pytest.mark.parametrize(
    "table",
    [
        "articles",
        "stories",
        "mentions",
        "events",
        "quotes",
        "claims",
        "introductions",
        "indicators",
        "relations",
        "quarantine",
    ],
)
def test_the_table_has_rows(lake: Path, table: str) -> None:
    assert column(lake, f"select count(*) from {table}")[0] > 0


def test_all_types_and_modalities_occur(lake: Path) -> None:
    assert set(column(lake, "select distinct event_type from events")) == set(EVENT_TYPES)
    assert set(column(lake, "select distinct modality from events")) == set(MODALITIES)


def test_near_copies_share_a_story_and_an_incident_counts_their_outlets(lake: Path) -> None:
    assert column(lake, "select count(*) - count(distinct story_id) from stories")[0] >= 2
    assert max(column(lake, "select outlets from incidents")) >= 2


def test_other_languages_are_kept_and_not_coded(lake: Path) -> None:
    foreign = "select count(*) from articles where language <> 'en'"
    coded = "select count(*) from events join articles using (source, article_id) where language <> 'en'"
    assert (column(lake, foreign)[0] >= 4, column(lake, coded)[0]) == (True, 0)


def test_no_check_finds_a_wrong_row(lake: Path) -> None:
    assert [(r.name, r.failures) for r in run_checks(lake, date(2026, 1, 1)) if r.failures] == []

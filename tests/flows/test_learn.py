"""`dotterel learn`: what it prints, where it writes, and that it does so only when there is something new."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rows import article, introduction, put

from flows.cli import dotterel as command
from tasks.load.lake import Lake
from tasks.settings import shipped
from tasks.transform.coding.codebook import LEARNED_PEOPLE


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake that introduces one person three times, and one with two countries."""
    lake = Lake(tmp_path / "lake")
    articles = [article(n) for n in range(1, 5)]
    countries = ("ARM", "GEO", "GEO", "GEO")
    two = [introduction(a, name="Eva Goose", country=c) for a, c in zip(articles, countries, strict=True)]
    put(lake, "articles", articles)
    put(lake, "introductions", [*map(introduction, articles[:3]), *two])
    return lake


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A config file with a codebook of its own beside it."""
    shutil.copytree(shipped("config") / "codebook", tmp_path / "config" / "codebook")
    (tmp_path / "config" / "dotterel.toml").touch()
    return tmp_path / "config" / "dotterel.toml"


def learn(lake: Lake, *words: str | Path) -> Result:
    return CliRunner().invoke(command, ["learn", "--lake", str(lake.root), *map(str, words)])


def rows(result: Result) -> list[tuple[str, str, str]]:
    return [(row["change"], row["name"], row["country"]) for row in csv.DictReader(result.stdout.splitlines())]


def test_it_prints_what_is_new_and_what_contradicts_itself(lake: Lake, config: Path) -> None:
    result = learn(lake, "--config", config, "--format", "csv")
    assert result.exit_code == 0
    assert rows(result) == [("new", "Ana Post", "ARM"), ("contradictory", "Eva Goose", "ARM|GEO")]
    assert "the coder has a new version" in result.stderr
    assert "Ana Post,,ARM,GOV,minister,2023-10-03,,3 articles of" in (
        config.parent / "codebook" / LEARNED_PEOPLE
    ).read_text(encoding="utf-8").replace('"', "")


def test_asked_again_it_leaves_the_file_as_it_was(lake: Lake, config: Path) -> None:
    learn(lake, "--config", config)
    file = config.parent / "codebook" / LEARNED_PEOPLE
    before = file.stat().st_mtime_ns
    again = learn(lake, "--config", config, "--format", "csv")
    assert [change for change, *_ in rows(again)] == ["contradictory"]
    assert "stays as it was, with 1 person" in again.stderr
    assert file.stat().st_mtime_ns == before


def test_with_out_the_codebook_stays_as_it_is(lake: Lake, config: Path, tmp_path: Path) -> None:
    result = learn(lake, "--config", config, "--out", tmp_path / "mine.csv")
    assert (tmp_path / "mine.csv").is_file()
    assert not (config.parent / "codebook" / LEARNED_PEOPLE).exists()
    assert "new version" not in result.stderr


def test_least_asks_for_more_stories(lake: Lake, tmp_path: Path) -> None:
    result = learn(lake, "--least", "4", "--out", tmp_path / "mine.csv", "--format", "csv")
    assert rows(result) == []
    assert not (tmp_path / "mine.csv").exists()

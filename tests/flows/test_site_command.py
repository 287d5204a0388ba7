"""`dotterel site`, and the flow of its schedule."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rows import one_event

from flows.cli import dotterel
from tasks.settings import Settings


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return one_event(tmp_path / "lake")


def site(*words: str | Path) -> Result:
    return CliRunner().invoke(dotterel, ["site", *map(str, words)])


def test_the_site_stands_beside_the_lake_and_the_command_says_where(lake: Path, tmp_path: Path) -> None:
    result = site("--lake", lake)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "site" / "index.html")
    assert "pages, 1 of them articles" in result.stderr
    assert (tmp_path / "site" / "index.html").is_file()


def test_the_focus_is_whose_borders_are_watched(lake: Path, tmp_path: Path) -> None:
    assert site("--lake", lake, "--out", tmp_path / "other", "--param", "focus=arm").exit_code == 0
    assert "Most surprising borders of Armenia" in (tmp_path / "other" / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--param", "fokus=ARM"], "The site has no parameter 'fokus'. Parameters: dataset, focus."),
        (["--param", "focus=Armenia"], "focus=Armenia: is not a country code"),
        (["--param", "dataset=mine"], "dataset=mine: is unknown; choose one of coded, gdelt"),
        (["--as-of", "2020-01-01"], "holds no dated event of the data set 'coded'"),
    ],
)
def test_what_cannot_be_meant_is_said(lake: Path, words: list[str], message: str) -> None:
    result = site("--lake", lake, *words)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_a_folder_without_a_lake_has_no_site(tmp_path: Path) -> None:
    result = site("--lake", tmp_path / "none")
    assert (result.exit_code, "there is no lake here yet" in result.stderr) == (2, True)


def test_the_setting_says_where_the_site_stands(tmp_path: Path) -> None:
    assert Settings(lake=tmp_path / "lake").site_folder == tmp_path / "site"
    assert Settings.load(lake=tmp_path / "lake", site=str(tmp_path / "pages")).site_folder == tmp_path / "pages"


def test_the_scheduled_flow_writes_the_site(server: str, lake: Path, tmp_path: Path) -> None:
    from flows.report import site as flow

    assert "1 of them articles" in flow(lake=lake, out=str(tmp_path / "scheduled"))
    assert (tmp_path / "scheduled" / "index.html").is_file()

"""Live sources in whole runs: fetched once, read offline, and a failed address that stops nothing else."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flow_archive import ACCUSED, article
from live_site import Site, config_of, ok, status

from flows.cli import dotterel as command
from flows.ingest import ingest
from flows.schedules import Deployment, read_schedules
from flows.serve import lacks_sources
from flows.sources import chosen_sources
from flows.summary import RunSummary
from tasks.errors import ConfigError, UsageError
from tasks.settings import Settings, shipped

JSON = json.dumps([article(1, "2023-09-12", ACCUSED)]).encode()


def run(lake: Path, config: Path, *, live: bool = False, offline: bool = False) -> tuple[str, RunSummary]:
    state = ingest(lake=lake, config=config, live=live, offline=offline, return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return state.name, summary


def test_a_live_source_is_fetched_then_found_unchanged_then_read_offline(
    server: str, site: Site, tmp_path: Path
) -> None:
    config = config_of(tmp_path, f'[desk]\nurl = "{site.says("/feed", ok(JSON, ETag="1"), status(304))}"\n')
    _, first = run(tmp_path / "lake", config)
    _, second = run(tmp_path / "lake", config)
    _, third = run(tmp_path / "lake", config, offline=True)
    names = [[(file.raw_uri, file.is_new) for file in summary.files] for summary in (first, second, third)]
    ((name, is_new),) = names[0]
    assert name.startswith("desk/")
    assert is_new
    assert names[1:] == [[(name, False)]] * 2
    assert [summary.anything_new for summary in (second, third)] == [False, False]
    assert [summary.failures for summary in (first, second, third)] == [()] * 3
    assert [(file.found, file.articles) for file in first.files] == [(1, 1)]
    assert site.asked("/feed") == 2


def test_an_address_that_fails_fails_the_run_and_stops_nothing_else(server: str, site: Site, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    sources = f'[desk]\nurl = ["{site.says("/gone", status(404))}", "{site.says("/feed", ok(b""))}"]\n'
    config = config_of(tmp_path, f"{sources}[archive]\npath = {json.dumps(str(tmp_path / 'empty.txt'))}\n")
    state, summary = run(tmp_path / "lake", config)
    assert state == "Failed"
    why = f"{site.url}/gone of source desk: it answered 404 Not Found"
    assert [str(failure) for failure in summary.failures] == [why]
    assert {file.source for file in summary.files} == {"desk", "archive"}


def test_what_a_user_should_know_of_an_address_is_a_warning(server: str, site: Site, tmp_path: Path) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nDisallow: /a"))
    items = "".join(f"<item><title>A</title><link>{site.url}/a{number}</link></item>" for number in (1, 2))
    site.says("/new", ok(f"<rss version='2.0'><channel>{items}</channel></rss>".encode()))
    url = site.says("/feed", status(301, Location="/new"))
    _, summary = run(tmp_path / "lake", config_of(tmp_path, f'[desk]\nurl = "{url}"\nfollow = true\n'), live=True)
    assert f"{url} of source desk has moved for good; write {site.url}/new." in summary.warnings
    assert "source desk: 2 addresses left alone, the robots.txt of 127.0.0.1 forbids it." in summary.warnings
    assert not summary.failures


def test_offline_without_anything_kept_is_a_warning(server: str, site: Site, tmp_path: Path) -> None:
    config = config_of(tmp_path, f'[desk]\nurl = "{site.url}/feed"\n')
    state, summary = run(tmp_path / "lake", config, offline=True)
    assert (state, summary.failures, site.requests) == ("Completed", (), [])
    assert "desk: skipped, since nothing of it was fetched yet." in summary.warnings


# --- which sources


def test_live_sources_can_be_chosen_alone(tmp_path: Path) -> None:
    config = config_of(
        tmp_path,
        '[a]\npath = "a"\n[b]\nurl = "http://b.example/"\n[c]\nurl = "c"\n'.replace(
            '"c"', '"https://c.example/x"\nenabled = false'
        ),
    )
    settings = Settings(config=config, lake=tmp_path / "lake")
    assert [source.name for source in chosen_sources(settings)] == ["a", "b"]
    assert [source.name for source in chosen_sources(settings, live=True)] == ["b"]
    (named,) = chosen_sources(settings, name="c")
    assert (named.urls, named.path) == (("https://c.example/x",), tmp_path / "lake" / "raw" / "c")
    with pytest.raises(UsageError, match="a path on the command line is read, not fetched"):
        chosen_sources(settings, [tmp_path], live=True)


def test_a_path_under_the_name_of_a_live_source_is_read_and_not_fetched(tmp_path: Path) -> None:
    config = config_of(tmp_path, '[desk]\nurl = "http://b.example/"\noutlet = "Desk"\n')
    (source,) = chosen_sources(Settings(config=config), [tmp_path], "desk")
    assert (source.is_live, source.path, source.outlet) == (False, tmp_path, "Desk")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("enabled = true", "needs either a path or a url"),
        ('path = "a"\nurl = "http://a.example/"', "needs either a path or a url"),
        ("url = []", "must be an address or a list of addresses"),
        ("url = 7", "must be an address or a list of addresses"),
        ('url = "ftp://a.example/"', "'ftp://a.example/' of source 'desk' is no address"),
        ('url = ["http://a.example/", "a.example"]', "'a.example' of source 'desk' is no address"),
        ('url = "https://user:word@a.example/"', "is no address"),
        ('path = "a"\nfollow = true', "follow go with a url"),
        ('url = "http://a.example/"\nurls = []', "unknown settings: urls"),
    ],
)  # fmt: skip
def test_a_live_source_that_cannot_be_meant_is_said(tmp_path: Path, entry: str, message: str) -> None:
    with pytest.raises(ConfigError, match=r"sources\.toml") as caught:
        Settings(config=config_of(tmp_path, f"[desk]\n{entry}\n")).sources()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("fetch_interval", "-1"), ("fetch_interval", "soon"), ("fetch_timeout", "0"), ("contact", "a\nb")],
)
def test_a_setting_that_cannot_be_meant_is_said(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"'{name}'"):
        Settings.load(environ={f"DOTTEREL_{name.upper()}": value})


def test_the_live_sources_that_ship_are_switched_off_and_can_be_read() -> None:
    live = [source for source in Settings(config=shipped("config") / "dotterel.toml").sources() if source.is_live]
    assert len(live) >= 12
    assert not any(source.enabled for source in live)
    assert all(source.publisher and source.licence and source.cadence and source.note for source in live)


# --- schedules and the command


@pytest.fixture
def hourly() -> Deployment:
    return next(d for d in read_schedules(shipped("config") / "prefect.yaml", {}) if d.name == "feeds-hourly")


def test_the_hourly_schedule_rests_until_a_live_source_is_enabled(tmp_path: Path, hourly: Deployment) -> None:
    off = '[desk]\nurl = "http://b.example/"\nenabled = false\n'
    assert lacks_sources(hourly, Settings(config=config_of(tmp_path, off)))
    assert not lacks_sources(hourly, Settings(config=config_of(tmp_path, off.replace("false", "true"))))


def test_a_path_with_live_is_wrong_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["run", str(tmp_path), "--live", "--lake", str(tmp_path / "lake")])
    assert result.exit_code == 2
    assert "a path on the command line is read, not fetched" in result.stderr

"""The flow and the command that load reference data."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from gdelt_lines import lines
from live_site import Site, config_of, ok, status

from flows.cli import dotterel as command
from flows.reference import reference
from flows.schedules import Deployment, read_schedules
from flows.serve import lacks_sources
from flows.sources import chosen_sources, reference_sources, reference_sources_of_run
from flows.summary import RunSummary
from tasks.errors import ConfigError, UsageError
from tasks.extract.reference.registry import every
from tasks.load.lake import Lake
from tasks.report.data_sets import data_sets
from tasks.settings import Settings, shipped


def zipped(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(path.stem), content)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of events, one with a bad line, and one of mentions."""
    zipped(tmp_path / "in" / "a.export.CSV.zip", lines(1, 4) + b"bad\n")
    zipped(tmp_path / "in" / "b.export.CSV.zip", lines(3, 4, DATEADDED="20200927103000"))
    mention = "1\t20200927101500\t20200927101500\t1\tw.example\thttps://a.example\t1\t-1\t2\t3\t1\t50\t9\t-4.5\t\t\n"
    zipped(tmp_path / "in" / "c.mentions.CSV.zip", mention.encode())
    return tmp_path / "in"


def run(dataset: str | None, *paths: Path, lake: Path, config: Path | None = None) -> tuple[str, RunSummary]:
    state = reference(dataset, list(paths) or None, lake=lake, config=config, return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    return state.name, summary


@pytest.mark.parametrize("name", ["gdelt", "auto"])
def test_files_are_loaded_and_what_is_none_of_them_is_refused(
    server: str, folder: Path, tmp_path: Path, name: str
) -> None:
    state, summary = run(name, folder, lake=tmp_path / "lake")
    assert state == "Failed"
    assert [str(failure) for failure in summary.failures] == [
        "in/c.mentions.CSV.zip!c.mentions.CSV: it is the mentions table of GDELT, which is not loaded"
    ]
    assert [file.sum_line() for file in summary.files] == [
        "a.export.CSV.zip: found 5 = 4 loaded + 0 merged copies + 1 quarantined",
        "b.export.CSV.zip: found 4 = 2 loaded + 2 merged copies + 0 quarantined",
    ]
    assert summary.rows == {"events": 6}
    assert Lake(tmp_path / "lake").read("quarantine", "gdelt", "all").num_rows == 1
    _, again = run(name, folder, lake=tmp_path / "lake")
    assert (again.files, again.partitions_written, again.files_known) == ((), (), 2)


def test_what_was_loaded_is_listed_with_its_periods(server: str, folder: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    nothing = {row["name"]: row for row in data_sets(Lake(lake), every()).to_pylist()}["gdelt"]
    assert (nothing["rows"], nothing["last_period"], nothing["loaded_at"]) == (0, None, None)
    run("gdelt", folder / "a.export.CSV.zip", lake=lake)
    shown = CliRunner().invoke(command, ["reference", "--format", "json", "--lake", str(lake)])
    (row,) = [row for row in json.loads(shown.output) if row["name"] == "gdelt"]
    assert (row["version"], row["citation"].startswith("Leetaru")) == ("2.0", True)
    assert (row["publisher"], row["cadence"]) == ("The GDELT Project", "every 15 minutes")
    assert (row["rows"], row["first_period"], row["last_period"]) == (4, "2020-09-27", "2020-09-27")
    assert row["loaded_at"]


def test_a_source_with_an_address_is_fetched_and_loaded_and_then_only_what_is_new(
    server: str, site: Site, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    zips = [zipped(tmp_path / f"2020092710{n}500.export.CSV.zip", lines(n * 10, 3)) for n in (1, 3)]
    listed = []
    for path in zips:
        body = path.read_bytes()
        md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
        listed.append(f"{len(body)} {md5} {site.says(f'/{path.name}', ok(body))}\n".encode())
        path.unlink()
    site.says("/lastupdate.txt", ok(listed[0]), ok(listed[1]))
    url = site.says("/masterfilelist.txt", ok(b"".join(listed)))
    config = config_of(tmp_path, f'[gdelt]\ndataset = "gdelt"\nurl = "{url}"\n')
    _, first = run(None, lake=lake, config=config)
    _, second = run("gdelt", lake=lake, config=config)
    assert [[file.raw_uri for file in summary.files] for summary in (first, second)] == [
        ["gdelt/2020-09/20200927101500.export.CSV.zip"],
        ["gdelt/2020-09/20200927103500.export.CSV.zip"],
    ]
    assert (second.files_known, second.failures) == (1, ())
    assert Lake(lake).read("events", "gdelt", "2020-09-27").num_rows == 6
    for path in ("/lastupdate.txt", "/masterfilelist.txt"):
        site.says(path, status(404))
    state, third = run(None, lake=lake, config=config)
    assert state == "Failed"
    assert [str(failure) for failure in third.failures] == [f"{site.url}/lastupdate.txt: it answered 404 Not Found"]
    shutil.rmtree(lake / "events")
    _, offline = run("gdelt", lake / "raw" / "gdelt", lake=lake)
    assert offline.rows == {"events": 6}


def test_sources_of_reference_data_are_chosen_apart_from_those_of_news(tmp_path: Path) -> None:
    text = (
        '[desk]\npath = "a"\n[big]\ndataset = "gdelt"\npath = "b"\n'
        f'[off]\ndataset = "x"\npath = "{tmp_path / "c"}"\nenabled = false\n'
    )
    settings = Settings.load(config_of(tmp_path, text))
    assert [source.name for source in chosen_sources(settings)] == ["desk"]
    assert chosen_sources(settings, (), "big") == []
    with pytest.raises(UsageError, match="load files of it with `dotterel reference load gdelt PATH`"):
        chosen_sources(settings, (tmp_path,), "big")
    assert [source.name for source in reference_sources_of_run(settings)] == ["big"]
    assert [source.name for source in reference_sources_of_run(settings, (), "off")] == ["off"]
    assert reference_sources_of_run(settings, (), "desk") == reference_sources_of_run(settings, live=True) == []
    assert [source.name for source in reference_sources(settings)] == ["big"]
    for name in ("x", "y"):  # what is switched off and not there is nothing to load
        with pytest.raises(UsageError, match="There is nothing to load"):
            reference_sources(settings, name)
    (tmp_path / "c").touch()
    assert [source.name for source in reference_sources(settings, "x")] == ["off"]


def test_a_data_set_does_not_go_with_the_settings_of_feeds(tmp_path: Path) -> None:
    config = config_of(tmp_path, '[a]\ndataset = "gdelt"\nurl = "http://a.example/x"\nfollow = true\n')
    with pytest.raises(ConfigError, match="follow and feed go with feeds"):
        Settings.load(config).sources()


def test_the_command_says_what_was_done_and_leaves_with_the_status(server: str, folder: Path, tmp_path: Path) -> None:
    lake = str(tmp_path / "lake")
    done = CliRunner().invoke(command, ["reference", "load", "gdelt", str(folder / "a.export.CSV.zip"), "--lake", lake])
    assert done.exit_code == 0
    assert "a.export.CSV.zip: found 5 = 4 loaded + 0 merged copies + 1 quarantined" in done.stderr
    refused = CliRunner().invoke(command, ["reference", "load", "gdelt", str(folder), "--lake", lake])
    assert refused.exit_code == 1
    assert "it is the mentions table of GDELT, which is not loaded." in refused.stderr
    assert "in the lake already: 1 raw file" in refused.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gdlet", "x.zip"], "There is no reference data set 'gdlet'. Did you mean 'gdelt'?"),
        (["gdelt", "missing.zip"], "missing.zip: there is no such file or folder"),
        (["gdelt", "--since", "2024-02-01", "--until", "2024-01-01"], "is after --until"),
    ],
)
def test_wrong_usage_is_said_before_anything_starts(tmp_path: Path, words: list[str], message: str) -> None:
    done = CliRunner().invoke(command, ["reference", "load", *words, "--lake", str(tmp_path / "lake")])
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "lake").exists()


def test_schedules_of_reference_data_are_left_out_while_none_is_enabled(tmp_path: Path) -> None:
    file = shipped("config") / "prefect.yaml"
    deployments = {one.name: one for one in read_schedules(file, {})}
    ours: list[Deployment] = [deployments["gdelt-every-15-minutes"], deployments["reference-monthly"]]
    none = Settings.load(config_of(tmp_path, '[a]\ndataset = "gdelt"\npath = "a"\nenabled = false\n'))
    assert [lacks_sources(one, none) for one in ours] == [True, True]
    other = Settings.load(config_of(tmp_path, '[a]\ndataset = "ucdp-ged"\npath = "a"\n'))
    assert [lacks_sources(one, other) for one in ours] == [True, False]

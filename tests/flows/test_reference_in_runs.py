"""Reference data in `dotterel run` and `dotterel backfill`, a table of the user's own among it."""

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flow_archive import MET, article
from gdelt_lines import lines
from live_site import Site, config_of, ok

from flows.backfill import backfill
from flows.cli import dotterel as command
from flows.ingest import ingest
from flows.summary import RunSummary
from tasks.load.lake import Lake

OWN = """
[strikes]
dataset = "own"
path = "{path}"
table = "events"
delimiter = ";"
date_format = "%d.%m.%Y"
enabled = {enabled}

[strikes.columns]
event_date = "Day"
event_type = "Kind"
place_country = "Land"
deaths_best = "Killed"

[strikes.constants]
modality = "actual"

[strikes.countries]
place_country = "name"

[strikes.values.event_type]
bombing = "ASSAULT"
"""
STRIKES = (
    "Day;Kind;Land;Killed\n24.2.2022;bombing;Ukraine;12\n25.2.2022;bombing;Ukraine;many\n1.3.2023;PROTEST;Georgia;0\n"
)


def written(folder: Path, text: str = STRIKES, enabled: bool = True) -> str:
    """The table of the user, and the source that describes it."""
    path = folder / "strikes.csv"
    path.write_text(text)
    return OWN.format(path=path, enabled=str(enabled).lower())


def dotterel(*words: str, config: Path, lake: Path) -> Result:
    return CliRunner().invoke(command, [*words, "--config", str(config), "--lake", str(lake)])


@pytest.mark.parametrize("words", [("run",), ("run", "--source", "strikes"), ("reference", "load", "strikes")])
def test_a_table_of_ones_own_is_loaded_by_every_way_there_is(
    server: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    config, lake = config_of(tmp_path, written(tmp_path)), tmp_path / "lake"
    done = dotterel(*words, config=config, lake=lake)
    assert done.exit_code == 0, done.stderr
    assert "strikes.csv: found 3 = 2 loaded + 0 merged copies + 1 quarantined" in done.stderr
    (row,) = Lake(lake).read("events", "strikes", "2022").to_pylist()
    assert (row["dataset"], row["event_type"], row["place_country"], row["deaths_best"]) == (
        "own",
        "ASSAULT",
        "UKR",
        12,
    )
    (bad,) = Lake(lake).read("quarantine", "strikes", "all").to_pylist()
    assert (bad["record"], bad["detail"]) == ("line 3", "column 'Killed' is 'many' (deaths_best): which is no number")
    listed = dotterel("reference", "--format", "json", config=config, lake=lake)
    (strikes,) = [row for row in json.loads(listed.output) if row["name"] == "strikes"]
    assert (strikes["rows"], strikes["first_period"], strikes["last_period"]) == (2, "2022", "2023")


def test_another_file_is_read_by_the_mapping_of_the_source_that_is_named(server: str, tmp_path: Path) -> None:
    config, lake = config_of(tmp_path, written(tmp_path, enabled=False)), tmp_path / "lake"
    (tmp_path / "other.csv").write_text("Day;Kind;Land;Killed\n7.10.2023;bombing;Israel;3\n")
    done = dotterel("reference", "load", "strikes", str(tmp_path / "other.csv"), config=config, lake=lake)
    assert done.exit_code == 0, done.stderr
    assert Lake(lake).read("events", "strikes", "2023").column("place_country").to_pylist() == ["ISR"]


def test_a_file_without_a_column_is_refused_by_its_name(server: str, tmp_path: Path) -> None:
    config, lake = config_of(tmp_path, written(tmp_path, STRIKES.replace("Killed", "Dead"))), tmp_path / "lake"
    done = dotterel("run", config=config, lake=lake)
    assert done.exit_code == 1
    assert (
        "strikes.csv: no line of the first 60 is a header with the columns: Killed; say in [strikes.columns]"
        in done.stderr
    )


def test_a_mapping_that_cannot_be_meant_is_refused_before_anything_starts(tmp_path: Path) -> None:
    text = written(tmp_path).replace('deaths_best = "Killed"', 'deaths = "Killed"')
    done = dotterel("run", config=config_of(tmp_path, text), lake=tmp_path / "lake")
    assert done.exit_code == 2
    assert "source 'strikes': [columns] names deaths, which events does not have: " in done.stderr
    assert not (tmp_path / "lake").exists()


def test_a_run_loads_news_and_then_reference_data_and_sums_up_both(server: str, tmp_path: Path) -> None:
    (tmp_path / "news.json").write_text(json.dumps([article(1, "2023-10-05", MET)]))
    config = config_of(tmp_path, f'[news]\npath = "{tmp_path}/news.json"\n' + written(tmp_path))
    lake = tmp_path / "lake"
    first = dotterel("run", config=config, lake=lake)
    assert first.exit_code == 0, first.stderr
    sums = ["1 raw file: found 1 = 1 article + 0 merged", "1 raw file: found 3 = 2 loaded + 0 merged"]
    assert all(line in first.stderr for line in sums)
    assert {p.source for p in Lake(lake).partitions("events")} == {"news", "strikes"}
    again = dotterel("run", config=config, lake=lake)
    assert "in the lake already: 1 raw file" in again.stderr
    assert "nothing new" in again.stderr
    written(tmp_path, STRIKES.replace(";12", ";13"))
    dotterel("run", config=config, lake=lake)
    assert Lake(lake).read("events", "strikes", "2022").column("deaths_best").to_pylist() == [13]
    config_of(tmp_path, written(tmp_path, STRIKES.replace(";12", ";13")).replace('"ASSAULT"', '"COERCE"'))
    dotterel("run", config=config, lake=lake)
    assert Lake(lake).read("events", "strikes", "2022").column("event_type").to_pylist() == ["COERCE"]


def test_live_sources_and_paths_leave_reference_data_alone(server: str, tmp_path: Path) -> None:
    config, lake = config_of(tmp_path, written(tmp_path)), tmp_path / "lake"
    (tmp_path / "news.json").write_text(json.dumps([article(1, "2023-10-05", MET)]))
    dotterel("run", str(tmp_path / "news.json"), config=config, lake=lake)
    assert dotterel("run", "--live", config=config, lake=lake).exit_code == 2
    assert {p.source for p in Lake(lake).partitions("events")} == {"news"}


def test_a_source_that_cannot_be_read_costs_neither_news_nor_the_other_sets(server: str, tmp_path: Path) -> None:
    text = (
        written(tmp_path) + f'[gone]\ndataset = "unhcr"\npath = "{tmp_path}/gone"\n[odd]\ndataset = "odd"\npath = "x"\n'
    )
    state = ingest(lake=tmp_path / "lake", config=config_of(tmp_path, text), return_state=True)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary)
    assert sorted(failure.what for failure in summary.failures) == ["source gone", "source odd"]
    assert summary.rows == {"events": 2}


@pytest.fixture
def gdelt(site: Site, tmp_path: Path) -> Path:
    """The config of a run that knows GDELT, which is not enabled, with a file on each of three days."""
    listed = []
    for day in ("20200926", "20200927", "20200928"):
        name = f"{day}101500.export.CSV"
        with zipfile.ZipFile(tmp_path / "one.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), lines(int(day), 2, DATEADDED=f"{day}101500"))
        body = (tmp_path / "one.zip").read_bytes()
        md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
        listed.append(f"{len(body)} {md5} {site.says(f'/{name}.zip', ok(body))}\n".encode())
    site.says("/lastupdate.txt", ok(listed[-1]))
    url = site.says("/masterfilelist.txt", ok(b"".join(listed)))
    return config_of(tmp_path, f'[gdelt]\ndataset = "gdelt"\nurl = "{url}"\nenabled = false\n')


def days(lake: Path) -> list[str]:
    return [partition.period for partition in Lake(lake).partitions("events", "gdelt")]


def test_a_run_of_gdelt_alone_fetches_the_newest_file(server: str, gdelt: Path, tmp_path: Path) -> None:
    done = dotterel("run", "--source", "gdelt", config=gdelt, lake=tmp_path / "lake")
    assert done.exit_code == 0, done.stderr
    assert "1 raw file: found 2 = 2 loaded" in done.stderr
    assert days(tmp_path / "lake") == ["2020-09-28"]


def test_a_backfill_of_gdelt_fetches_and_loads_the_days_of_its_range(server: str, gdelt: Path, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    words = ("backfill", "--source", "gdelt", "--since", "2020-09-26", "--until", "2020-09-27")
    assert dotterel(*words, config=gdelt, lake=lake).exit_code == 0
    assert days(lake) == ["2020-09-26", "2020-09-27"]
    assert "in the lake already: 2 raw files" in dotterel(*words, config=gdelt, lake=lake).stderr
    not_enabled = backfill(date(2020, 9, 28), date(2020, 9, 28), lake=lake, config=gdelt)
    assert isinstance(not_enabled, RunSummary)
    assert days(lake) == ["2020-09-26", "2020-09-27"]


def test_a_backfill_loads_of_files_that_are_there_those_of_its_range(server: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for day in ("20200926", "20200927"):
        path = tmp_path / "in" / f"{day}101500.export.CSV"
        path.write_bytes(lines(int(day), 2, DATEADDED=f"{day}101500"))
    config = config_of(tmp_path, f'[gdelt]\ndataset = "gdelt"\npath = "{tmp_path}/in"\n')
    done = dotterel("backfill", "--since", "2020-09-27", "--until", "2020-10-01", config=config, lake=tmp_path / "lake")
    assert done.exit_code == 0, done.stderr
    assert days(tmp_path / "lake") == ["2020-09-27"]

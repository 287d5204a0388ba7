"""Reading `config/prefect.yaml`."""

from pathlib import Path

import pytest

from flows.schedules import read_schedules
from tasks.errors import ConfigError
from tasks.settings import shipped

GOOD = """
deployments:
  - name: daily
    entrypoint: flows/ingest.py:ingest
    parameters: {source: feeds}
    schedules:
      - cron: "0 6 * * *"
        timezone: Asia/Yerevan
      - interval: 3600
"""


def read(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "prefect.yaml"
    file.write_text(text)
    return [
        f"{d.name} {d.flow.name} {d.parameters} {d.when}" for d in read_schedules(file, {"lake": "/a", "config": None})
    ]


def test_the_file_that_ships_has_feeds_by_the_hour_gdelt_by_the_quarter_and_the_site_by_the_day() -> None:
    deployments = read_schedules(shipped("config") / "prefect.yaml", {})
    assert {d.name: (d.flow.name, d.parameters, d.when) for d in deployments} == {
        "all-sources-daily": ("ingest", {}, "cron 0 6 * * * (UTC)"),
        "feeds-hourly": ("ingest", {"live": True}, "cron 17 * * * * (UTC)"),
        "gdelt-every-15-minutes": ("reference", {"dataset": "gdelt"}, "cron 6,21,36,51 * * * * (UTC)"),
        "reference-monthly": ("reference", {}, "cron 41 4 3 * * (UTC)"),
        "site-daily": ("site", {}, "cron 30 6 * * * (UTC)"),
    }


def test_a_deployment_has_a_flow_its_parameters_and_its_schedules(tmp_path: Path) -> None:
    given = "{'lake': '/a', 'source': 'feeds'}"
    assert read(tmp_path, GOOD) == [f"daily ingest {given} cron 0 6 * * * (Asia/Yerevan), every 3,600 seconds"]


def test_what_the_file_says_goes_before_the_command_line(tmp_path: Path) -> None:
    assert "'lake': '/b'" in read(tmp_path, GOOD.replace("source: feeds", "lake: /b"))[0]


def test_a_flow_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefect.yaml").write_text(GOOD)
    (deployment,) = read_schedules(tmp_path / "prefect.yaml", {})
    assert deployment.to_prefect().entrypoint == "flows.ingest.ingest"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("deployments:", "other:", "has no list of `deployments`"),
        ("    schedules:", "   schedules:", "is not valid YAML"),
        ("name: daily", "name: ''", "each deployment needs a name"),
        ("flows/ingest.py:ingest", "flows/nothere.py:ingest", "there is no flow 'flows/nothere.py:ingest'"),
        ("source: feeds", "sauce: feeds", "unknown parameters: sauce. Known: paths, lake,"),
        ("source: feeds", "since: someday", "its parameters are not right"),
        ("0 6 * * *", "0 6 * *", "its schedule is not right"),
        ("Asia/Yerevan", "Asia/Nowhere", "its schedule is not right"),
        ("interval: 3600", "interval: soon", "its schedule is not right"),
        ("interval: 3600", "every: 3600", "either cron or interval"),
        ("    parameters", "    parametres", "unknown keys: parametres"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(ConfigError, match=r"prefect\.yaml") as caught:
        read(tmp_path, GOOD.replace(before, after))
    assert message in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothere\.yaml: there is no such file"):
        read_schedules(tmp_path / "nothere.yaml", {})


def test_two_deployments_need_two_names(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="two deployments are called 'daily'"):
        read(tmp_path, GOOD + GOOD.split("deployments:\n")[1])

"""The README knows every command, table, report and setting, and its set-up is what CI runs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rows import article, event, put

from flows.cli import dotterel as cli
from tasks.contract import TABLES
from tasks.load.lake import Lake
from tasks.report.catalog import write_catalog
from tasks.report.export.formats import FORMATS
from tasks.report.reports import list_reports
from tasks.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_the_readme_lists_the_command(command: str) -> None:
    assert f"| `dotterel {command}" in README


@pytest.mark.parametrize("table", [*TABLES, "incidents"])
def test_the_readme_lists_the_table(table: str) -> None:
    assert f"| `{table}`" in README


@pytest.mark.parametrize("report", [report.name for report in list_reports()])
def test_the_readme_lists_the_report(report: str) -> None:
    assert f"| `{report}` |" in README


@pytest.mark.parametrize("setting", [f.name for f in fields(Settings) if f.name != "config"])
def test_the_readme_lists_the_setting(setting: str) -> None:
    assert f"`{setting}`" in README


def test_the_two_commands_of_the_readme_are_indented_lines_as_ci_expects_them() -> None:
    section = README.split("## Two commands")[1].split("\n## ")[0]
    commands = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    assert len(commands) == 2
    assert commands[0].endswith(".venv/bin/dotterel run")
    assert commands[1] == ".venv/bin/pytest -n auto --dist loadfile"


def snippets(language: str) -> list[str]:
    """The examples of the README in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


SNIPPETS = snippets("python")


@pytest.fixture
def beside_a_lake(tmp_path: Path) -> Path:
    """A folder with a lake and its catalogue where the README has them."""
    lake = Lake(tmp_path / "data" / "lake")
    for period in ("2023-10", "2023"):
        put(lake, "events", [event(article(len(period)))], period=period)
    write_catalog(lake.root, tmp_path / "data" / "lake.duckdb")
    return tmp_path


def printed(command: list[str], folder: Path) -> str:
    """What a command prints that is run in a folder, with `dotterel` on its path."""
    paths = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "R_LD_LIBRARY_PATH": "",  # R hands on its own, in which Debian's libpython lies: not that of every Python
    }
    result = subprocess.run(command, cwd=folder, env=os.environ | paths, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[snippet.split()[1] for snippet in SNIPPETS])
def test_the_snippets_of_the_readme_read_a_lake(snippet: str, beside_a_lake: Path) -> None:
    assert re.search(r"ASSAULT\W+2", printed([sys.executable, "-c", snippet], beside_a_lake))


@pytest.mark.skipif(shutil.which("Rscript") is None and "CI" not in os.environ, reason="needs R (r-base-core)")
def test_the_snippet_in_r_reads_a_lake(beside_a_lake: Path) -> None:
    [snippet] = snippets("r")
    assert re.search(r"ASSAULT\s+2", printed(["Rscript", "-e", snippet], beside_a_lake))


def test_there_are_snippets_for_duckdb_pandas_and_polars() -> None:
    assert [snippet.split()[1] for snippet in SNIPPETS] == ["duckdb", "pandas", "polars"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_readme_lists_the_format_of_exports(form: str) -> None:
    section = README.split("## In the tools you use")[1].split("\n## ")[0]
    assert f"`{form}`" in section


def test_the_lock_file_satisfies_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {
        canonicalize_name(line.split("==")[0]): line.split("==")[1].split(" ")[0]
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    wanted = [Requirement(r) for r in (*project["dependencies"], *project["optional-dependencies"]["dev"])]
    wrong = [str(r) for r in wanted if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"))]
    assert wrong == []


def test_the_schedules_that_ship_name_flows_that_exist() -> None:
    schedules = yaml.safe_load((ROOT / "config" / "prefect.yaml").read_text(encoding="utf-8"))
    for deployment in schedules["deployments"]:
        file, _, flow = deployment["entrypoint"].partition(":")
        assert f"def {flow}(" in (ROOT / file).read_text(encoding="utf-8")

"""The lake as a Frictionless data package: whole, described, and valid for a program that is not ours."""

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from exported_lake import fill

from tasks.contract import TABLES
from tasks.load.lake import Lake
from tasks.report.export.formats import export
from tasks.report.export.selection import Selection
from tasks.report.query import ask

PUBLISHED = [name for name in TABLES if name not in ("quarantine", "runs")]
PARSERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
    "datetime": lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ"),
    "array": json.loads,
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fill(tmp_path_factory.mktemp("exported") / "lake")


@pytest.fixture
def package(lake: Lake, tmp_path: Path) -> Path:
    out = tmp_path / "package"
    export(lake.root, "datapackage", out, Selection())
    return out


def described(package: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    return found


def rows(package: Path, table: str) -> list[dict[str, str]]:
    with (package / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_a_resource_with_all_of_its_rows(package: Path, lake: Lake) -> None:
    resources = {resource["name"]: resource for resource in described(package)["resources"]}
    assert list(resources) == PUBLISHED
    for name, resource in resources.items():
        key = ", ".join(f"coalesce({column}::varchar, '')" for column in TABLES[name].key)
        distinct = "distinct event_id" if name == "events" else f"distinct concat_ws('|', source, {key})"
        (told,) = ask(lake.root, f"select count({distinct}) as n from {name}").to_pylist()
        assert len(rows(package, name)) == resource["rows"] == told["n"]


def test_the_descriptor_carries_the_data_dictionary(package: Path) -> None:
    for resource in described(package)["resources"]:
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        for column in TABLES[resource["name"]].columns:
            if column.name in fields:
                assert fields[column.name]["description"] == column.meaning
                assert fields[column.name].get("unit", "") == column.unit
                assert fields[column.name].get("constraints", {}).get("enum", []) == list(column.values)
        with (package / resource["path"]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == list(fields)


def test_every_cell_is_of_the_type_that_the_descriptor_says(package: Path) -> None:
    for resource in described(package)["resources"]:
        for row in rows(package, resource["name"]):
            for field in resource["schema"]["fields"]:
                if cell := row[field["name"]]:
                    PARSERS[field["type"]](cell)
                else:
                    assert not field.get("constraints", {}).get("required")


def test_it_says_version_licence_and_how_to_cite(package: Path) -> None:
    descriptor = described(package)
    assert descriptor["licenses"][0]["title"]
    assert descriptor["version"].count(".") == 2
    assert "8 events of 4 articles" in descriptor["citation"]
    assert "coder version v1" in descriptor["citation"]


def test_texts_and_places_on_this_machine_stay_at_home_unless_texts_are_asked_for(lake: Lake, tmp_path: Path) -> None:
    export(lake.root, "datapackage", tmp_path / "without", Selection())
    export(lake.root, "datapackage", tmp_path / "with", Selection(), texts=True)
    assert not {"body", "raw_uri"} & rows(tmp_path / "without", "articles")[0].keys()
    assert "Nordia shelled Sudia" in rows(tmp_path / "with", "articles")[0]["body"]
    assert "raw_uri" not in rows(tmp_path / "with", "articles")[0]


def test_a_selection_takes_what_was_coded_from_its_articles_and_no_more(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "package"
    export(lake.root, "datapackage", out, Selection(country="POL"))
    assert [row["recipient_country"] for row in rows(out, "events")] == ["POL"]
    (told,) = rows(out, "articles")
    assert told["article_id"] == rows(out, "events")[0]["article_id"]
    assert rows(out, "quotes") == rows(out, "indicators") == []
    assert described(out)["selection"] == {"country": "POL"}


def test_a_package_that_is_there_is_replaced_only_with_force(lake: Lake, package: Path) -> None:
    with pytest.raises(Exception, match="say --force"):
        export(lake.root, "datapackage", package, Selection())
    export(lake.root, "datapackage", package, Selection(country="POL"), force=True)
    assert len(rows(package, "events")) == 1
    assert [path.name for path in package.parent.iterdir()] == ["package"]


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    command = os.environ.get("DOTTEREL_TEST_FRICTIONLESS") or shutil.which("frictionless")
    if not command:
        pytest.skip("needs the command `frictionless`, in an environment of its own (see CONTRIBUTING.md)")
    said = subprocess.run(
        [*command.split(), "validate", "datapackage.json", "--json"],
        cwd=package, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    report = json.loads(said.stdout)
    assert report["valid"], said.stdout[:3000]
    assert report["stats"]["tasks"] == len(PUBLISHED)

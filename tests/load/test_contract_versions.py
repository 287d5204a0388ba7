"""A lake of another contract: read where it only lacks columns, refused in plain words otherwise."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rows import article, code, event, manifest, put, stage, table_of

from flows.cli import dotterel as command
from tasks.errors import LakeError
from tasks.load import lake as lakes
from tasks.load.clean import find_leftovers
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.parquet_files import read_metadata, write_table
from tasks.load.plan import plan
from tasks.report.query import run_sql
from tasks.staging import Staging

OCTOBER = {"2023-10": [article(1)]}


def rewrite(path: Path, contract: str, *lacks: str) -> None:
    """Let a file say that it was written under another contract, and lack these columns."""
    rows = lakes.read_table(path).drop_columns(list(lacks))
    write_table(rows, path, read_metadata(path) | {"dotterel.contract": contract})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake of one coded period."""
    lake = Lake(tmp_path / "lake")
    manifest(lake, stage(lake, "one", OCTOBER))
    code(lake, "one", "v1", OCTOBER)
    load_period(lake, Staging(lake.root), "plover", "2023-10", ["one"], "v1")
    return lake


def of_contract(lake: Lake, contract: str, *lacks: str) -> None:
    for partition in lake.partitions():
        rewrite(partition.path, contract, *(lacks if partition.table == "events" else ()))


@pytest.mark.parametrize(
    "words",
    [
        ["sql", "select 1"],
        ["report", "dyads"],
        ["status"],
        ["check"],
        ["clean", "--dry-run"],
        ["diff", "x"],
        ["backfill", "--only", "plover/2023-10", "--dry-run"],
    ],
    ids=lambda words: str(words[0]),
)
@pytest.mark.parametrize(
    ("contract", "said"), [("99", "newer Dotterel (contract 99"), ("0", "older Dotterel (contract 0)")]
)
def test_every_command_refuses_what_it_cannot_read(lake: Lake, words: list[str], contract: str, said: str) -> None:
    of_contract(lake, contract)
    result = CliRunner().invoke(command, [*words, "--lake", str(lake.root)])
    assert result.exit_code == 1
    assert said in result.stderr
    assert ("update Dotterel" in result.stderr) == (contract == "99")


def test_a_file_of_a_newer_dotterel_is_not_replaced(lake: Lake) -> None:
    path = lake.path("events", "plover", "2023-10")
    rewrite(path, "99")
    before = path.read_bytes()
    with pytest.raises(LakeError, match="newer Dotterel"):
        put(lake, "events", [event()])
    assert path.read_bytes() == before


def test_a_lake_that_lacks_columns_is_read_with_null_in_them(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lakes, "READABLE_SINCE", 0)
    of_contract(lake, "0", "rule", "confidence")
    put(lake, "events", [event(article(2))], period="2023-11")
    rows = run_sql(lake.root, "select period, confidence, rule from events order by period").to_pylist()
    assert [(row["period"], row["confidence"]) for row in rows] == [("2023-10", None), ("2023-11", 0.8)]
    assert lake.read("events", "plover", "2023-10", ["confidence", "event_type"]).to_pylist() == [
        {"confidence": None, "event_type": "ASSAULT"}
    ]
    assert find_leftovers(lake) == []


def test_the_periods_of_such_a_lake_are_written_again_and_nothing_is_coded(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lakes, "READABLE_SINCE", 0)
    whole: dict[str, Any] = {p.name: p.path.read_bytes() for p in lake.partitions()}
    of_contract(lake, "0", "rule")
    coded = Staging(lake.root).coded("v1", "one") / "events.parquet"
    write_table(table_of("events", [event(article(1))], "2023-10").drop_columns(["rule"]), coded)
    made = plan(Staging(lake.root).manifests("plover"), lake, "v2")
    assert [(p.action, p.coder) for p in made.periods] == [("repair", "v1")]
    assert made.to_code == ()
    (period,) = made.periods
    load_period(lake, Staging(lake.root), "plover", "2023-10", period.batches, period.coder)
    assert {p.name: p.path.read_bytes() for p in lake.partitions()}.keys() == whole.keys()
    assert lake.path("articles", "plover", "2023-10").read_bytes() == whole["articles/source=plover/period=2023-10"]
    assert plan(Staging(lake.root).manifests("plover"), lake, "v2").periods == ()

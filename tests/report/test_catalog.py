"""The catalogue: a .duckdb file of views that any client opens, and that sees what is written later."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from rows import article, event, put

from tasks.contract import TABLES
from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.report.catalog import write_catalog
from tasks.report.meanings import meanings
from tasks.report.query import ask
from tasks.report.warehouse import view_names

IN_A_PROCESS_OF_ITS_OWN = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(*connection.sql(sys.argv[2]).fetchall()[0])
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "la'ke [1]*")
    put(lake, "articles", [article()])
    put(lake, "events", [event()])
    return lake


@pytest.fixture
def catalog(lake: Lake, tmp_path: Path) -> Path:
    out = tmp_path / "lake.duckdb"
    write_catalog(lake.root, out)
    return out


def asked(catalog: Path, query: str) -> list[tuple[Any, ...]]:
    """What another process sees that knows the catalogue alone."""
    with duckdb.connect(str(catalog), read_only=True) as connection:
        return connection.sql(query).fetchall()


def test_it_has_all_that_a_query_can_read(catalog: Path) -> None:
    assert sorted(name for (name,) in asked(catalog, "show tables")) == sorted(view_names())


@pytest.mark.parametrize("view", view_names())
def test_a_view_has_the_columns_and_types_that_dotterel_sql_shows(lake: Lake, catalog: Path, view: str) -> None:
    ours = ask(lake.root, f"describe {view}").select(["column_name", "column_type"]).to_pylist()
    assert [tuple(row.values()) for row in ours] == [row[:2] for row in asked(catalog, f"describe {view}")]


def test_rows_are_those_of_the_lake_and_periods_are_text(lake: Lake, catalog: Path) -> None:
    put(lake, "articles", [article(3)], "20231001", "2023")
    query = "select source, period, article_id from articles order by all"
    assert asked(catalog, query) == [tuple(row.values()) for row in ask(lake.root, query).to_pylist()]
    assert asked(catalog, "select outlets, actor from incidents") == [(1, "RUS")]


def test_partitions_that_are_written_later_are_seen(lake: Lake, catalog: Path) -> None:
    put(lake, "events", [event(article(2))], "another", "2023-11")
    assert asked(catalog, "select count(*) from events") == [(2,)]


def test_files_that_lack_a_column_are_read_with_null_in_it(lake: Lake, catalog: Path) -> None:
    import pyarrow.parquet as pq

    put(lake, "events", [event(article(2))], "old", "2023-01")
    path = lake.path("events", "old", "2023-01")
    pq.write_table(pq.ParquetFile(path).read().drop_columns(["rule"]), path)
    assert asked(catalog, "select count(*), count(rule) from events") == [(2, 0)]


def test_views_and_columns_have_their_meaning_as_comments(catalog: Path) -> None:
    views = dict(asked(catalog, "select view_name, comment from duckdb_views() where not internal"))
    assert views["articles"].startswith("One row is one news item of a source;")
    assert "It had no file when this catalogue was written" in views["quotes"]
    assert all(views[name] for name in view_names())
    columns = {
        (view, column): comment
        for view, column, comment in asked(catalog, "select table_name, column_name, comment from duckdb_columns()")
    }
    assert columns["events", "actor_country"] == "country of the actor; null where it has none (ISO 3166-1 alpha-3)"
    assert columns["incidents", "first_published"] == "day of the first report, UTC"
    for table in TABLES.values():
        assert all(columns[table.name, column.name] for column in table.columns)


def test_columns_of_views_that_are_as_in_a_table_have_its_meaning() -> None:
    assert meanings()["incidents"].columns["modality"] == meanings()["events"].columns["modality"]


def test_another_process_opens_it_while_this_one_has_it_open(catalog: Path) -> None:
    with duckdb.connect(str(catalog), read_only=True):
        command = [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, str(catalog), "select count(*) from events"]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "1\n"


def test_it_is_not_replaced_unasked_and_whole_when_it_is(lake: Lake, catalog: Path) -> None:
    before = catalog.read_bytes()
    with pytest.raises(UsageError, match="say --force"):
        write_catalog(lake.root, catalog)
    assert catalog.read_bytes() == before
    put(lake, "quotes", [])
    write_catalog(lake.root, catalog, force=True)
    assert [path.name for path in catalog.parent.iterdir() if path.is_file()] == ["lake.duckdb"]


def test_a_place_without_a_lake_and_one_in_the_lake_are_refused(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no lake here yet"):
        write_catalog(tmp_path / "none", tmp_path / "x.duckdb")
    with pytest.raises(UsageError, match="lies in the lake"):
        write_catalog(lake.root, lake.root / "x.duckdb")

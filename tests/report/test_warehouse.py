"""The warehouse: one view a table, periods as text, and only what was public on a day."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from rows import article, claim, event, mention, put, quote

from tasks.contract import TABLES
from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.load.parquet_files import read_table, write_table
from tasks.report.query import ask
from tasks.report.warehouse import open_warehouse, view_names, warehouse


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two articles of two sources; the second was published a week later."""
    lake = Lake(tmp_path / "la'ke [1]*")
    late = article(2, published_date=date(2023, 10, 10), outlet="The Wader")
    for source, told in (("plover", article(1)), ("wader", late)):
        put(lake, "articles", [told], source)
        put(lake, "events", [event(told)], source)
        put(lake, "quotes", [quote(told)], source)
        put(lake, "claims", [claim(told)], source)
        put(lake, "mentions", [mention(told)], source)
    return lake


def one(lake: Lake, query: str, as_of: date | None = None) -> Any:
    return ask(lake.root, query, as_of=as_of).to_pylist()[0].popitem()[1]


def test_every_table_is_a_view_with_the_columns_of_the_contract(lake: Lake) -> None:
    with warehouse(lake.root) as connection:
        for name, table in TABLES.items():
            described = connection.execute(f"describe {name}").fetchall()
            assert [row[0] for row in described] == ["source", "period", *table.schema.names]


def test_a_table_without_files_has_the_types_that_it_has_with_files(lake: Lake) -> None:
    with warehouse(lake.root) as connection:
        empty = {name: connection.execute(f"describe {name}").fetchall() for name in TABLES}
    for name in TABLES:
        put(lake, name, [], "other")
    with warehouse(lake.root) as connection:
        assert {name: connection.execute(f"describe {name}").fetchall() for name in TABLES} == empty


def test_show_tables_lists_what_can_be_asked(lake: Lake) -> None:
    assert ask(lake.root, "show tables").column("name").to_pylist() == sorted(view_names())
    assert "incidents" in view_names()


def test_periods_and_sources_are_text(lake: Lake) -> None:
    put(lake, "indicators", [], "plover", "2023")
    put(lake, "articles", [article(3)], "20231001", "undated")
    rows = ask(lake.root, "select source, period from articles order by all").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("20231001", "undated"),
        ("plover", "2023-10"),
        ("wader", "2023-10"),
    ]


def test_a_lake_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no lake here yet; fill it with `dotterel run --lake"):
        open_warehouse(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="there is no lake here yet"):
        open_warehouse(tmp_path / "empty")


def test_a_relative_lake_can_be_read(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lake.root.parent)
    assert one(Lake(Path(lake.root.name)), "select count(*) from articles") == 2


@pytest.mark.parametrize("dropped_from", ["plover", "wader"])
def test_files_from_before_a_column_was_added_are_read(lake: Lake, dropped_from: str) -> None:
    path = lake.path("events", dropped_from, "2023-10")
    write_table(read_table(path).drop_columns(["contexts"]), path)
    rows = ask(lake.root, "select source, contexts from events order by source").to_pylist()
    assert [row["source"] for row in rows if row["contexts"] is None] == [dropped_from]
    assert len(rows) == 2


def test_a_column_that_no_file_has_is_null(lake: Lake) -> None:
    for source in ("plover", "wader"):
        path = lake.path("events", source, "2023-10")
        write_table(read_table(path).drop_columns(["contexts"]), path)
    assert one(lake, "select count(*) - count(contexts) from events") == 2
    assert ask(lake.root, "select contexts from events").schema.types == [pa.list_(pa.string())]


def test_a_column_that_the_contract_does_not_know_is_not_shown(lake: Lake) -> None:
    path = lake.path("events", "wader", "2023-10")
    write_table(read_table(path).append_column("newer", pa.array([1])), path)
    assert "newer" not in ask(lake.root, "select * from events").column_names


@pytest.mark.parametrize("table", ["articles", "events", "quotes", "claims", "mentions", "incidents"])
def test_as_of_a_day_only_what_was_public_counts(lake: Lake, table: str) -> None:
    counts = [
        one(lake, f"select count(*) from {table}", day)
        for day in (date(2023, 10, 2), date(2023, 10, 3), date(2023, 10, 10), None)
    ]
    assert counts == ([0, 1, 1, 1] if table == "incidents" else [0, 1, 2, 2])


def test_as_of_a_day_undated_articles_are_left_out(lake: Lake) -> None:
    put(lake, "articles", [article(7, published_date=None, date_basis="none")], period="undated")
    assert one(lake, "select count(*) from articles", date(2099, 1, 1)) == 2


def test_as_of_a_day_indicators_count_when_they_were_known(lake: Lake) -> None:
    known = {"series": "refugees", "country": "ARM", "counterpart": "AZE", "start_date": date(2023, 1, 1),
             "unit": "people", "dataset": "unhcr", "known_from": date(2024, 6, 1)}  # fmt: skip
    put(lake, "indicators", [known], "unhcr", "2023")
    assert one(lake, "select count(*) from indicators", date(2023, 12, 31)) == 0
    assert one(lake, "select count(*) from indicators", date(2024, 6, 1)) == 1


def test_an_incident_gathers_what_several_outlets_tell(lake: Lake) -> None:
    rows = ask(lake.root, "from incidents").to_pylist()
    assert len(rows) == 1
    row = rows[0]
    assert (row["actor"], row["recipient"], row["event_type"]) == ("RUS", "UKR", "ASSAULT")
    assert (row["outlets"], row["stories"], row["articles"], row["triggers"]) == (2, 2, 2, 2)
    assert row["first_published"] == date(2023, 10, 3)
    assert row["trigger_id"] == event(article(1))["trigger_id"]


def test_near_copies_are_one_story_of_an_incident(lake: Lake) -> None:
    first = article(1)["article_id"]
    put(lake, "stories", [{"article_id": first, "story_id": first}], "plover")
    put(lake, "stories", [{"article_id": article(2)["article_id"], "story_id": first}], "wader")
    row = ask(lake.root, "select stories, articles from incidents").to_pylist()[0]
    assert row == {"stories": 1, "articles": 2}


def test_the_same_article_in_two_sources_is_told_once(lake: Lake) -> None:
    put(lake, "articles", [article(1)], "copy")
    put(lake, "events", [event(article(1))], "copy")
    row = ask(lake.root, "select outlets, articles, triggers from incidents").to_pylist()[0]
    assert row == {"outlets": 2, "articles": 2, "triggers": 2}


@pytest.mark.parametrize("changed", [{"place_name": "Kherson"}, {"modality": "intended"}, {"event_date": None}])
def test_what_differs_in_day_place_or_modality_is_another_incident(lake: Lake, changed: dict[str, Any]) -> None:
    put(lake, "events", [event(article(1)), event(article(1), **changed)])
    assert one(lake, "select count(*) from incidents") == 2


def test_an_organisation_without_country_is_named_in_incidents(lake: Lake) -> None:
    nobody = {"actor_country": None, "actor_sector": "IGO", "actor_name": "NATO"}
    unknown = {"recipient_country": None, "recipient_sector": "CVL", "recipient_name": "a passer-by"}
    put(lake, "events", [event(article(1), **nobody, **unknown)], "plover", "2023-11")
    rows = ask(lake.root, "select actor, recipient from incidents where actor_country is null").to_pylist()
    assert rows == [{"actor": "NATO", "recipient": None}]


def test_settings_cannot_be_changed_once_it_is_open(lake: Lake) -> None:
    with warehouse(lake.root) as connection:
        for statement in ("set threads = 1", "set enable_external_access = true", "reset allowed_paths"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_nothing_is_left_in_the_folder_for_temporary_files(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    assert one(lake, "select count(*) from (select a from range(300000) t(a) order by hash(a))") == 300_000
    assert list(place.iterdir()) == []


def test_a_reader_sees_the_old_file_or_the_new_one(lake: Lake) -> None:
    one_row, many = [article(1)], [article(n) for n in range(60)]
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from pathlib import Path; from rows import article, put; from tasks.load.lake import Lake\n"
        "lake = Lake(Path(sys.argv[1])); print('ready', flush=True)\n"
        "for _ in range(50):\n"
        "    put(lake, 'articles', [article(n) for n in range(60)]); put(lake, 'articles', [article(1)])\n"
    )
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, "-c", program, str(lake.root)], cwd=root, env=environ, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        seen = set()
        while writer.poll() is None:
            seen.add(one(lake, "select count(distinct article_id) from articles where source = 'plover'"))
    assert writer.returncode == 0
    assert seen
    assert seen <= {len(one_row), len(many)}


def test_the_lists_that_reports_go_by_are_views_too(lake: Lake) -> None:
    rows = ask(
        lake.root, "select line, name, codebook_name from organisations where name in ('NATO', 'EU')"
    ).to_pylist()
    assert rows == [
        {"line": 1, "name": "NATO", "codebook_name": "NATO"},
        {"line": 2, "name": "EU", "codebook_name": "European Union"},
    ]
    assert one(lake, "select count(*) from claim_series where series is null and note is null") == 0


def test_the_end_of_a_tie_is_not_known_before_it_came(lake: Lake) -> None:
    tie = {"kind": "membership", "name": "EU", "country": "GBR", "counterpart": "", "start_date": date(1973, 1, 1),
           "end_date": date(2020, 1, 31), "known_from": date(1973, 1, 1), "dataset": "facts"}  # fmt: skip
    put(lake, "relations", [tie], "facts", "all")
    ends = {day: one(lake, "select end_date from relations", as_of=day) for day in (date(2016, 1, 1), date(2020, 2, 1))}
    assert list(ends.values()) == [None, date(2020, 1, 31)]
    with warehouse(lake.root, date(2016, 1, 1)) as connection:
        described = connection.execute("describe relations").fetchall()
    assert [row[0] for row in described] == ["source", "period", *TABLES["relations"].schema.names]

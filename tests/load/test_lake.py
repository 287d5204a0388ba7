"""The lake: paths, the contract, one row a key, and files that stay when nothing changed."""

import math
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from rows import article, event, put, table_of

from tasks.contract import TABLES
from tasks.errors import LakeError, UsageError
from tasks.load.lake import ContractError, Lake, Origin, check_writable

ORIGIN = Origin(coder="v1", batches=("b2", "b1"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def write(lake: Lake, rows: list[dict[str, Any]], origin: Origin = ORIGIN) -> Path | None:
    return lake.write("articles", "plover", "2023-10", table_of("articles", rows), origin)


def test_a_partition_lies_where_the_design_says(lake: Lake) -> None:
    expected = lake.root / "events" / "source=plover" / "period=2023-10" / "events.parquet"
    assert lake.path("events", "plover", "2023-10") == expected


@pytest.mark.parametrize(
    ("table", "source", "period"),
    [
        ("nothing", "plover", "2023-10"),
        ("events", "../up", "2023-10"),
        ("events", "..", "2023-10"),
        ("events", "Plover", "2023-10"),
        ("events", "", "2023-10"),
        ("events", "plover", "../../etc"),
        ("events", "plover", "a/b"),
        ("events", "plover", "2023-10\n"),
        ("events", "plover", "x" * 300),
    ],
)
def test_names_that_could_leave_the_lake_are_refused(lake: Lake, table: str, source: str, period: str) -> None:
    with pytest.raises(UsageError):
        lake.path(table, source, period)


def test_rows_come_back_sorted_by_key_without_source_and_period(lake: Lake) -> None:
    write(lake, [article(n) for n in (3, 1, 2)])
    ids = lake.read("articles", "plover", "2023-10").column("article_id").to_pylist()
    assert ids == sorted(article(n)["article_id"] for n in (1, 2, 3))
    assert lake.read("articles", "plover", "2023-10").schema.equals(TABLES["articles"].schema)


def test_the_footer_says_what_made_the_file(lake: Lake) -> None:
    write(lake, [article()])
    assert lake.origin("articles", "plover", "2023-10") == Origin("v1", ("b1", "b2"), "1")
    assert lake.origin("articles", "plover", "2023-11") is None


def test_the_same_rows_in_another_order_give_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    rows = [article(n) for n in range(20)] + [article(3, raw_uri="archive/copy.json")]
    other = Lake(tmp_path / "other")
    one, two = write(lake, rows), write(other, rows[::-1])
    assert one is not None
    assert two is not None
    assert one.read_bytes() == two.read_bytes()


def test_of_two_rows_with_one_key_the_smallest_stays(lake: Lake) -> None:
    copies = [
        article(1, raw_uri=uri, categories=c) for uri, c in [("b", ["x"]), ("a", ["x"]), ("a", None), ("c", ["y"])]
    ]
    for order in (copies, copies[::-1], copies[2:] + copies[:2]):
        write(lake, [article(0), *order, article(2)])
        rows = lake.read("articles", "plover", "2023-10").to_pylist()
        assert len(rows) == 3
        assert next((r["raw_uri"], r["categories"]) for r in rows if r["title"] == "Headline 1") == ("a", ["x"])


def test_unchanged_rows_leave_the_file_alone(lake: Lake) -> None:
    path = write(lake, [article(1), article(2)])
    assert path is not None
    os.utime(path, (1, 1))
    assert write(lake, [article(2), article(1)]) is None
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize(
    ("rows", "origin"),
    [
        ([article(1, title="another")], ORIGIN),
        ([article(1), article(2)], ORIGIN),
        ([article(1)], Origin("v2", ORIGIN.batches)),
        ([article(1)], Origin("v1", ("b1",))),
    ],
    ids=["a cell", "a row", "the coder", "the batches"],
)
def test_what_differs_is_written(lake: Lake, rows: list[dict[str, Any]], origin: Origin) -> None:
    write(lake, [article(1)])
    assert write(lake, rows, origin) is not None
    assert lake.read("articles", "plover", "2023-10").num_rows == len(rows)
    assert rows[0]["title"] in lake.read("articles", "plover", "2023-10").column("title").to_pylist()
    assert lake.origin("articles", "plover", "2023-10") == Origin(origin.coder, tuple(sorted(origin.batches)))


def test_a_damaged_file_is_written_again(lake: Lake) -> None:
    path = write(lake, [article(1)])
    assert path is not None
    whole = path.read_bytes()
    path.write_bytes(whole[:100])
    assert lake.origin("articles", "plover", "2023-10") is None
    assert write(lake, [article(1)]) == path
    assert path.read_bytes() == whole


def test_a_partition_may_hold_no_rows(lake: Lake) -> None:
    assert write(lake, []) is not None
    assert lake.read("articles", "plover", "2023-10").num_rows == 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (table_of("articles", [article()]).drop_columns(["body"]), "lack the columns body"),
        (table_of("articles", [article()], "2023-10"), "columns that the contract does not: period"),
        (table_of("articles", [article(date_basis="guessed")]), "date_basis: is 'guessed' or another unknown value"),
        (table_of("articles", [article(raw_uri=None)]), "raw_uri: is required and null in 1 rows"),
        (table_of("articles", [article(categories=["a", None])]), "categories: has a null inside a list"),
    ],
    ids=["missing column", "unknown column", "closed values", "required", "null in list"],
)
def test_rows_that_break_the_contract_are_not_written(lake: Lake, table: pa.Table, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        lake.write("articles", "plover", "2023-10", table, ORIGIN)
    assert lake.partitions() == []


def test_another_type_breaks_the_contract(lake: Lake) -> None:
    rows = table_of("articles", [article()])
    at = rows.column_names.index("word_count")
    with pytest.raises(ContractError, match="word_count: has type string where the contract says int64"):
        lake.write("articles", "plover", "2023-10", rows.set_column(at, "word_count", pa.array(["7"])), ORIGIN)


def test_a_number_that_is_not_finite_breaks_the_contract(lake: Lake) -> None:
    for number in (math.nan, math.inf):
        with pytest.raises(ContractError, match="intensity: is not a finite number"):
            lake.write("events", "plover", "2023-10", table_of("events", [event(intensity=number)]), ORIGIN)


def test_every_table_of_the_contract_can_be_written_empty(lake: Lake) -> None:
    for name in TABLES:
        assert put(lake, name, []).is_file()
    assert [p.table for p in lake.partitions()] == sorted(TABLES)


def test_partitions_are_listed_by_their_exact_layout(lake: Lake) -> None:
    for source, period in [("b", "2023-10"), ("a", "undated"), ("a", "2023-10")]:
        put(lake, "articles", [article()], source, period)
    put(lake, "events", [event()], "a")
    folder = lake.root / "articles" / "source=a" / "period=2023-11"
    folder.mkdir()
    (folder / "articles.parquet.12-ab.tmp").write_bytes(b"half")
    (folder / ".articles.parquet").write_bytes(b"other")
    (lake.root / "articles" / "source=a" / "notes.parquet").write_bytes(b"other")
    (lake.root / "staging" / "articles").mkdir(parents=True)
    assert [p.name for p in lake.partitions("articles")] == [
        "articles/source=a/period=2023-10",
        "articles/source=a/period=undated",
        "articles/source=b/period=2023-10",
    ]
    assert [p.name for p in lake.partitions(source="a")] == [
        "articles/source=a/period=2023-10",
        "articles/source=a/period=undated",
        "events/source=a/period=2023-10",
    ]


def test_a_lake_that_is_not_there_has_no_partitions(tmp_path: Path) -> None:
    assert Lake(tmp_path / "none").partitions() == []


def test_a_lake_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("")
    with pytest.raises(LakeError, match="cannot be read"):
        Lake(tmp_path / "lake").partitions()
    with pytest.raises(LakeError, match="a file stands where a folder should be"):
        check_writable(tmp_path / "lake")


def test_checking_that_a_lake_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "lake")
    assert list((tmp_path / "lake").iterdir()) == []

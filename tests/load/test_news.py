"""The load of one period of news."""

from datetime import date
from pathlib import Path

import pytest
from rows import article, code, stage

from tasks.errors import LakeError
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.parquet_files import read_table, write_table
from tasks.load.plan import NEWS_TABLES
from tasks.staging import Staging

ONE = {"2023-10": [article(1), article(2)], "2023-09": [article(3, published_date=date(2023, 9, 30))]}
TWO = {"2023-10": [article(2), article(4)]}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for batch, articles in {"one": ONE, "two": TWO}.items():
        stage(lake, batch, articles)
        code(lake, batch, "v1", articles)
    return lake


def load(lake: Lake, *batches: str, period: str = "2023-10") -> tuple[str, ...]:
    return load_period(lake, Staging(lake.root), "plover", period, batches, "v1").written


def test_a_period_holds_the_rows_of_its_batches_once(lake: Lake) -> None:
    result = load_period(lake, Staging(lake.root), "plover", "2023-10", ["one", "two"], "v1")
    assert len(result.written) == len(NEWS_TABLES)
    assert result.rows == dict.fromkeys(NEWS_TABLES, 3)
    for table in NEWS_TABLES:
        assert lake.read(table, "plover", "2023-10").num_rows == 3


def test_batches_in_another_order_give_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    load(lake, "one", "two")
    bytes_of = {p.name: p.path.read_bytes() for p in lake.partitions()}
    assert load(lake, "two", "one") == ()
    load(lake, "one")
    load(lake, "two", "one")
    assert {p.name: p.path.read_bytes() for p in lake.partitions()} == bytes_of


def test_a_period_without_coded_rows_still_has_all_its_tables(lake: Lake) -> None:
    stage(lake, "none", {"2023-08": [article(7, language="pl", published_date=date(2023, 8, 1))]})
    code(lake, "none", "v1", {"2023-08": []})
    assert len(load(lake, "none", period="2023-08")) == len(NEWS_TABLES)
    assert lake.read("events", "plover", "2023-08").num_rows == 0


def test_a_coded_batch_that_is_missing_stops_the_load(lake: Lake) -> None:
    stage(lake, "uncoded", TWO)
    with pytest.raises(LakeError, match=r"events.parquet: there is no such file"):
        load(lake, "uncoded")


def test_a_batch_without_periods_is_said(lake: Lake) -> None:
    path = Staging(lake.root).articles("two")
    write_table(read_table(path).drop_columns(["period"]), path)
    with pytest.raises(LakeError, match="has no column 'period'"):
        load(lake, "two")

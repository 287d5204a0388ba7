"""Rows out: as table, CSV, JSON, JSON Lines and Parquet."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.errors import UsageError
from tasks.report.output import FORMATS, as_text, write_rows

ROWS = pa.table(
    {
        "day": pa.array([date(2023, 10, 5), None], pa.date32()),
        "at": pa.array([datetime(2023, 10, 5, 6, 30, tzinfo=UTC), None], pa.timestamp("us", tz="UTC")),
        "text": ["a “quoted”, text\nof two lines", None],
        "countries": pa.array([["ARM", "AZE"], []], pa.list_(pa.string())),
        "n": [3, None],
        "share": [99.999, float("nan")],
        "is_direct": [True, False],
        "total": pa.array([Decimal(12), None], pa.decimal128(38, 0)),
    }
)


def written(rows: pa.Table, form: str) -> bytes:
    stream = io.BytesIO()
    write_rows(rows, form, stream)
    return stream.getvalue()


def test_csv_has_iso_dates_and_lists_as_json() -> None:
    rows = list(csv.DictReader(io.StringIO(written(ROWS, "csv").decode())))
    assert rows[0] == {
        "day": "2023-10-05",
        "at": "2023-10-05T06:30:00Z",
        "text": "a “quoted”, text\nof two lines",
        "countries": '["ARM", "AZE"]',
        "n": "3",
        "share": "99.999",
        "is_direct": "true",
        "total": "12",
    }
    assert rows[1] == dict.fromkeys(rows[0], "") | {"countries": "[]", "is_direct": "false"}


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_has_plain_values(form: str) -> None:
    text = written(ROWS, form).decode()
    rows = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
    assert rows[0]["day"] == "2023-10-05"
    assert rows[0]["countries"] == ["ARM", "AZE"]
    assert rows[0]["total"] == 12
    assert rows[1]["share"] is None
    assert "“quoted”" in text


def test_parquet_keeps_the_types() -> None:
    assert pq.read_table(io.BytesIO(written(ROWS, "parquet"))).schema.equals(ROWS.schema)


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_are_written_too(form: str) -> None:
    text = written(ROWS.slice(0, 0), form)
    expected = {"csv": b"day,at,text,countries,n,share,is_direct,total\n", "json": b"[]\n", "jsonl": b""}
    assert text == expected.get(form, text)
    if form == "table":
        assert text.endswith(b"0 rows\n")


def test_many_rows_are_all_written() -> None:
    rows = pa.table({"n": list(range(12_345)), "text": ["x" * 100] * 12_345})
    assert len(written(rows, "csv").splitlines()) == 12_346
    assert len(json.loads(written(rows, "json"))) == 12_345


def test_columns_of_one_name_are_told_apart_in_json() -> None:
    rows = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert json.loads(written(rows, "jsonl")) == {"a": 1, "a_2": 2}
    assert written(rows, "csv") == b"a,a\n1,2\n"


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"There is no format 'xlsx'\. Formats: table, csv, json, jsonl, parquet"):
        written(ROWS, "xlsx")


def test_a_type_that_parquet_cannot_hold_is_said() -> None:
    interval = pa.table({"i": pa.array([(1, 2, 3)], pa.month_day_nano_interval())})
    with pytest.raises(UsageError, match="cannot be written as Parquet"):
        written(interval, "parquet")


def lines(rows: dict[str, list[Any]] | pa.Table, width: int = 80) -> list[str]:
    return as_text(rows if isinstance(rows, pa.Table) else pa.table(rows), width).splitlines()


def test_a_table_says_how_many_rows_there_are() -> None:
    assert lines({"a": [1]})[-1] == "1 row"
    assert lines({"a": [1, 2]})[-1] == "2 rows"


def test_a_table_shows_the_first_rows_of_many() -> None:
    shown = lines({"a": list(range(1_234))})
    assert shown[-1] == "1,234 rows, the first 200 shown, all with --format csv"
    assert len(shown) == 203


def test_a_table_has_numbers_to_the_right_and_text_to_the_left() -> None:
    assert lines({"name": ["a", "bcd"], "n": [1, 234]})[:4] == ["name    n", "────  ───", "a       1", "bcd   234"]


def test_long_cells_are_cut_with_an_ellipsis() -> None:
    shown = lines({"a": ["x" * 500], "b": ["end"]}, width=60)
    assert max(map(len, shown)) <= 60
    assert shown[2].endswith("x…  end")


def test_the_longest_text_gets_the_room_that_is_left() -> None:
    shown = lines({"id": ["i" * 20], "evidence": ["x" * 500]}, width=100)
    assert shown[2] == "i" * 20 + "  " + "x" * 77 + "…"


def test_columns_that_do_not_fit_are_said() -> None:
    shown = lines({f"column_{n}": ["word " * 20] for n in range(30)}, width=100)
    assert max(map(len, shown)) <= 100
    assert shown[-1] == "1 row, 23 more columns left out, all with --format csv"


def test_a_wide_character_takes_two_places() -> None:
    assert lines({"a": ["中文", "ab"], "b": ["x", "y"]})[2:4] == ["中文  x", "ab    y"]


def test_a_text_cannot_steer_the_terminal() -> None:
    shown = lines({"a": ["one\x1b[31mtwo\nthree\u202efour"]})
    assert shown[2] == "one�[31mtwo three�four"


def test_numbers_are_readable() -> None:
    shown = lines({"a": [99.999, -9.0, 123456789.5, 0.0, 1e-9]})
    assert [line.strip() for line in shown[2:7]] == ["99.999", "-9", "123,456,789.5", "0", "1e-09"]


SENTENCE = "2023-10-05 ASSAULT Outlet: Nordia shelled the border village of Sudia on Monday."
CITED = pa.table({"month": ["2023-10", "2023-09"], "evidence": [[SENTENCE, "second"], []], "n": [12, 3]})


def test_a_long_list_stands_beneath_its_row() -> None:
    assert lines(CITED, width=60) == [
        "month     n",
        "───────  ──",
        "2023-10  12",
        "    evidence:",
        "    - 2023-10-05 ASSAULT Outlet: Nordia shelled the border",
        "      village of Sudia on Monday.",
        "    - second",
        "2023-09   3",
        "2 rows",
    ]


def test_a_long_list_is_json_in_csv_and_a_list_in_json() -> None:
    assert next(csv.DictReader(io.StringIO(written(CITED, "csv").decode())))["evidence"] == json.dumps(
        [SENTENCE, "second"]
    )
    assert json.loads(written(CITED, "json"))[0]["evidence"] == [SENTENCE, "second"]


def test_a_short_list_is_joined_in_its_cell() -> None:
    assert lines({"countries": [["ARM", "AZE"], []]})[2:4] == ["ARM; AZE", ""]


def test_a_text_is_put_beneath_where_the_caller_says_so() -> None:
    rows = pa.table({"a": [1, 2], "sentence": ["one two", None], "limits": ["the same", "the same"]})
    assert as_text(rows, 80, beneath={"sentence", "limits"}).splitlines()[2:] == [
        "1",
        "    sentence: one two",
        "2",
        "    limits: the same",
        "2 rows",
    ]


def test_wide_characters_beneath_a_row_stay_within_the_width() -> None:
    from rich.cells import cell_len

    shown = lines({"a": [1], "evidence": [["中文" * 40]]}, width=60)
    assert max(map(cell_len, shown)) <= 60


def test_truth_is_yes_or_no() -> None:
    assert lines({"is_direct": [True, False, None]})[2:5] == ["yes", "no", ""]

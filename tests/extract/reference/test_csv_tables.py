"""The reader of small CSV files: headers, padding, broken lines, and one rejected row a line that does not fit."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.reference.csv_tables import Columns, names_columns, read_csv, whole
from tasks.extract.reference.dataset import WrongFileError

LAYOUT = Columns(("a", "b"), ("c",), frozenset({"left"}))


def test_columns_are_used_left_out_by_name_or_reported() -> None:
    rows = read_csv(b"a,left,b,odd\n1,2,3,4\n", LAYOUT)
    assert rows.frame.to_dict("list") == {"a": ["1"], "b": ["3"]}
    assert rows.remarks == ["unknown columns were left out: odd"]


def test_lines_before_the_header_are_kept_apart_and_counted() -> None:
    rows = read_csv(b"Some title\r\n\r\na,b\r\n1,2\r\n", LAYOUT)
    assert rows.preamble == ("Some title", "")
    assert list(rows.frame.index) == [4]
    assert rows.found == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1,2,3", "wrong_number_of_cells"),
        (b"1", "wrong_number_of_cells"),
        (b'1,"2', "not_csv"),
        (b"1,caf\xe9", "bad_bytes"),
    ],
    ids=["long", "short", "stray quote", "bad bytes"],
)
def test_a_bad_line_costs_one_rejected_row_and_no_other_line(line: bytes, reason: str) -> None:
    rows = read_csv(b"a,b\n1,2\n" + line + b"\n3,4\n5,6\n", LAYOUT)
    assert [(r.record, r.reason) for r in rows.rejected] == [("line 3", reason)]
    assert list(rows.frame["a"]) == ["1", "3", "5"]
    assert rows.found == 4


def test_a_quoted_cell_may_span_lines() -> None:
    rows = read_csv(b'a,b\n1,"two\nlines"\n3,4\n', LAYOUT)
    assert list(rows.frame["b"]) == ["two\nlines", "4"]
    assert list(rows.frame.index) == [2, 4]


def test_two_halves_of_a_broken_record_are_joined_where_a_set_has_such() -> None:
    rows = read_csv(b"a,b,c\n1,first\nsecond,3\n4,5,6\n", LAYOUT, broken=True)
    assert rows.frame.to_dict("list") == {"a": ["1", "4"], "b": ["first second", "5"], "c": ["3", "6"]}
    assert rows.remarks == ["1 records stood on two lines each and were joined"]


def test_padding_with_semicolons_is_taken_off() -> None:
    rows = read_csv(b"a,b;;;;\n1,2;;;;\n", LAYOUT)
    assert rows.frame.to_dict("list") == {"a": ["1"], "b": ["2"]}
    assert "semicolons" in rows.remarks[0]


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"a;b\n1;2\n", "mangled", "re-saved with semicolons"),
        (b"a,x\n1,2\n", "wrong_layout", "columns: b"),
        (b"a,b,b\n1,2,3\n", "wrong_layout", "columns twice: b"),
        (b"", "wrong_layout", "columns: a, b"),
    ],
    ids=["semicolons", "a column lacks", "a column twice", "empty"],
)
def test_a_file_that_cannot_be_taken_is_named(data: bytes, reason: str, words: str) -> None:
    with pytest.raises(WrongFileError, match=words) as caught:
        read_csv(data, LAYOUT)
    assert caught.value.reason == reason


def test_numbers_are_numbers_and_nothing_else() -> None:
    rows = read_csv(b"a,b\n1.5,x\n1e+05,x\nnan,x\n0x10,x\n,x\n1_000,x\ninf,x\n", LAYOUT)
    rows.numbers("a")
    assert rows.frame["a"].fillna(-1).tolist() == [1.5, 100000.0, -1.0]
    assert [r.record for r in rows.rejected] == ["line 4", "line 5", "line 7", "line 8"]


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.extract.reference.csv_tables.MOST_BYTES", 10)
    with pytest.raises(WrongFileError, match="larger than"):
        whole(BytesIO(b"a,b\n1,2\n3,4\n"))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_crash_the_reader_and_counts_add_up(data: bytes, broken: bool) -> None:
    names_columns(data, LAYOUT.required)
    rows = read_csv(b"a,b,c\n" + data, LAYOUT, broken=broken)
    rows.numbers("a")
    rows.wholes("b", 0, 9)
    assert rows.found == len(rows.frame) + len(rows.rejected)


def test_a_header_of_blanks_and_lines_of_quotes_take_bounded_work() -> None:
    assert not names_columns(b"," * 65_536, {"a"})
    rows = read_csv(b"a,b\n" + b'"x\n' * 20_001 + b'y"z,\n' * 1000, LAYOUT)
    assert rows.found == len(rows.frame) + len(rows.rejected)

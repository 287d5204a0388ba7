"""Records of CSV are found one by one, whatever stands between them."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.drafts import Rejected
from tasks.extract.reference.csv_records import LONGEST_LINE, Columns, CsvRecords, Record, header_of
from tasks.extract.reference.dataset import WrongFileError

COLUMNS = Columns(frozenset({"id", "note"}), frozenset({"extra"}), frozenset({"left"}))


def read(data: bytes) -> tuple[list[Record], list[Rejected], Sequence[str]]:
    records = CsvRecords(io.BytesIO(data), COLUMNS)
    found = list(records)
    good = [one for one in found if isinstance(one, Record)]
    return good, [one for one in found if isinstance(one, Rejected)], records.remarks


def test_cells_may_hold_commas_quotes_and_line_breaks() -> None:
    good, bad, _ = read(b'id,note\r\n1,"a, ""b""\r\n\r\nc"\r\n2,d\r\n')
    assert [one.cells for one in good] == [{"id": "1", "note": 'a, "b"\n\nc'}, {"id": "2", "note": "d"}]
    assert [one.line for one in good] == [2, 5]
    assert not bad


def test_a_byte_order_mark_capitals_and_a_line_of_excel_stand_before_no_column() -> None:
    good, _, _ = read(b"\xef\xbb\xbfsep=,\nID,Note\n1,x\n")
    assert good[0].cells == {"id": "1", "note": "x"}


def test_unknown_columns_are_told_and_ignored_ones_are_not() -> None:
    _, _, remarks = read(b"id,note,left,colour\n1,x,y,z\n")
    assert remarks == ("unknown columns were left out: colour",)


def test_rows_of_tags_are_no_records() -> None:
    good, bad, _ = read(b"id,note\n#event+id,#description\n1,x\n")
    assert [one.cells["id"] for one in good] == ["1"]
    assert not bad


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'2,"open', "not_csv"),
        (b'2,"open"x,"', "not_csv"),
        (b"2", "wrong_number_of_cells"),
        (b"2,x,y", "wrong_number_of_cells"),
        (b"2,\xff\xfe", "bad_bytes"),
        (b"2," + b"x" * (LONGEST_LINE + 7), "too_large"),
    ],
    ids=["stray quote", "two stray quotes", "short", "long", "bytes", "endless"],
)
def test_a_damaged_line_costs_that_line_alone(line: bytes, reason: str) -> None:
    good, bad, _ = read(b"id,note\n1,a\n" + line + b'\n3,b\n4,"c"\n5,d\n')
    assert [one.cells["id"] for one in good] == ["1", "3", "4", "5"]
    assert [(one.record, one.reason) for one in bad] == [("line 3", reason)]


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"id;note\n1;2\n", "mangled", "semicolons"),
        (b"id\tnote\n1\t2\n", "mangled", "tabs"),
        ("id,note\n1,2\n".encode("utf-16"), "mangled", "UTF-16"),
        (b'"id,note";;;\n"1,2";;;\n', "mangled", "semicolons"),
        (b'{"id": 1}\n', "wrong_layout", "JSON"),
        (b"id,title\n", "wrong_layout", "note"),
        (b"id,note,id\n", "wrong_layout", "twice"),
        (b"", "wrong_layout", "first line"),
    ],
    ids=["semicolons", "tabs", "utf-16", "padding", "json", "lacks a column", "a column twice", "empty"],
)
def test_a_file_that_is_none_is_refused_with_what_it_is(data: bytes, reason: str, words: str) -> None:
    with pytest.raises(WrongFileError, match=words) as refused:
        read(data)
    assert refused.value.reason == reason


@given(st.lists(st.tuples(st.integers(0, 99), st.text(st.characters(codec="utf-8", exclude_characters="\r\0")))))
def test_what_is_written_is_read(rows: list[tuple[int, str]]) -> None:
    lines = ['{},"{}"'.format(number, text.replace('"', '""')) for number, text in rows]
    good, bad, _ = read("\n".join(["id,note", *lines]).encode())
    assert not bad
    assert [(int(one.cells["id"]), one.cells["note"]) for one in good] == [(n, text.strip()) for n, text in rows]


@given(st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"x", b"\xff", b"\0", b'""', b"#"])))
def test_no_bytes_crash_the_reader(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    header_of(data)
    good, bad, _ = read(b"id,note\n" + data)
    assert len(good) + len(bad) <= data.count(b"\n") + 1


@pytest.mark.parametrize("piece", [b'"', b'"\n', b'a,"\n', b'"\nx\nx\nx\n', b",", b'""\n', b'"",'])
def test_hostile_bytes_take_no_time_that_grows_faster_than_they_do(piece: bytes) -> None:
    count = 60_000 // len(piece)
    good, bad, _ = read(b"id,note\n" + piece * count)
    assert good or bad

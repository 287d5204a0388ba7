"""CSV and TSV of articles: quoting, offsets, rows and tables that are not what they should be."""

import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import tables
from tasks.extract.choose import choose
from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.settings import Source, path_source

SOURCE = path_source(Path("archive"))
TABLE = 'date,title,text\n2023-06-06,Dam breached,"Water rose,\n\nthen fell."\n2023-06-07,Envoys meet,They talked.\n'


def read(text: str, source: Source = SOURCE) -> list[Draft | Rejected]:
    return [item for item in tables.read(text, source) if not isinstance(item, Remark)]


def remarks(text: str) -> list[str]:
    return [item.text for item in tables.read(text, SOURCE) if isinstance(item, Remark)]


def reasons(text: str) -> list[str]:
    return [item.reason for item in read(text) if isinstance(item, Rejected)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = TABLE.replace(",", delimiter).replace(f"rose{delimiter}", "rose,")
    assert tables.is_table(text)
    assert [item.title for item in read(text) if isinstance(item, Draft)] == ["Dam breached", "Envoys meet"]


def test_cells_may_hold_delimiters_and_line_ends() -> None:
    first = read(TABLE)[0]
    assert isinstance(first, Draft)
    assert first.body == "Water rose,\n\nthen fell."


def test_offsets_and_line_numbers_count_lines_within_cells() -> None:
    first, second = read(TABLE)
    assert TABLE[first.start : first.end] == TABLE.split("\n", 1)[1].rpartition("\n2023")[0]
    assert TABLE[second.start : second.end] == "2023-06-07,Envoys meet,They talked."
    assert [first.record, second.record] == ["line 2", "line 5"]


def test_a_table_without_dates_is_read_and_says_so_once() -> None:
    text = "title,text\nDam breached,Water rose.\nEnvoys meet,They talked.\n"
    assert len(read(text)) == 2
    assert len([remark for remark in remarks(text) if "no date column" in remark]) == 1


def test_unknown_columns_are_named() -> None:
    assert any("frobnication" in remark for remark in remarks("title,text,frobnication\na,b,c\n"))


def test_a_table_without_any_text_is_exactly_one_row() -> None:
    assert reasons("country,iso3,population\nArmenia,ARM,3\nGeorgia,GEO,4\n") == ["no_articles"]


def test_a_row_without_text_is_one_row_of_quarantine() -> None:
    assert reasons(TABLE + "2023-06-08,,\n") == ["no_text"]


def test_a_row_of_another_length_is_one_row_of_quarantine() -> None:
    assert reasons(TABLE + "2023-06-08,Cut\n" + "2023-06-09,a,b,c\n") == ["wrong_number_of_cells"] * 2


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    text = 'date,title,text\n2023-01-01,"Open,mark\n2023-01-02,Second,b\n2023-01-03,Third,c\n'
    items = read(text)
    assert [item.title for item in items if isinstance(item, Draft)] == ["Second", "Third"]
    assert len(items) == 3


def test_a_text_cut_into_numbered_columns_is_one_text() -> None:
    text = "title,date,full_text_1,full_text_2,full_text_3\nA,2023-01-01,First part.,Second part.,\n"
    (draft,) = read(text)
    assert isinstance(draft, Draft)
    assert draft.body == "First part.\n\nSecond part."


def test_the_settings_of_a_source_name_its_columns() -> None:
    source = Source("a", Path("a"), fields={"title": "kop", "body": "tekst", "date": "dag"})
    (draft,) = read("kop,tekst,dag\nDijk breekt,Het water steeg.,2023-06-06\n", source)
    assert isinstance(draft, Draft)
    assert (draft.title, draft.body, draft.date) == ("Dijk breekt", "Het water steeg.", "2023-06-06")


def test_a_zero_byte_within_a_cell_does_no_harm() -> None:
    assert len(read(TABLE.replace("talked", "tal\x00ked"))) == 2


@pytest.mark.parametrize("text", ["Yerevan, Armenia\n\nA plain page.\n", "One line, with a comma", "", "\n\n"])
def test_prose_is_no_table(text: str) -> None:
    assert not tables.is_table(text)


@given(st.text(alphabet=st.sampled_from('abtitle,;\t|"\n\r\x00é '), max_size=150))
def test_no_text_crashes_the_reader(text: str) -> None:
    tables.is_table(text)
    end = 0
    for item in read(text):
        if item.record:
            assert end <= item.start <= item.end <= len(text)
            end = item.end


cells = st.text(alphabet=st.sampled_from('ab,"\n; é'), min_size=1, max_size=12).filter(str.strip)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_every_row_that_csv_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([("title", "text"), *rows])
    items = read(out.getvalue())
    assert len(items) == len(rows)
    assert all(isinstance(item, Draft) for item in items)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_known_by_the_names_that_the_settings_map(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (("kop", "tekst"), ("A headline", "Some text about it.")))
    fields = {"title": "kop", "body": "tekst"}
    assert choose(text, fields.values()) is tables.read
    found = tables.read(text, Source("a", Path("a"), fields=fields))
    (draft,) = [one for one in found if isinstance(one, Draft)]
    assert (draft.title, draft.body) == ("A headline", "Some text about it.")


SAID = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=30).map("“{}”".format)
# What stands between quotation marks is never a word for nothing, such as `null`, and keeps its blanks. A lone
# carriage return is left out, since Python's csv writes no quotation marks around it.
ROWS = st.lists(
    st.tuples(
        SAID,
        st.lists(SAID, min_size=1, max_size=4).map("\n\n".join),
        SAID,
        SAID,
        st.dates().map(str),
        st.integers(0, 10**9).map(lambda number: f"https://wader.example/{number}?a,b;c"),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=80, deadline=None)
@given(
    ROWS,
    st.sampled_from([",", "\t", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_articles_written_out_and_read_back_lose_nothing(
    rows: list[tuple[str, ...]], delimiter: str, line_end: str, quoting: Literal[0, 1]
) -> None:
    out = io.StringIO()
    header = ("title", "text", "source", "author", "date", "url")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows([header, *rows])
    text = out.getvalue()
    assert choose(text) is tables.read
    found = read(text)
    assert [
        (item.title, item.body, item.outlet, item.author, item.date, item.url)
        for item in found
        if isinstance(item, Draft)
    ] == rows
    assert len(found) == len(rows)

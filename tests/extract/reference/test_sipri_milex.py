"""The reader of SIPRI's workbook of military expenditure."""

import warnings
from collections import Counter
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.styles.colors import Color

from tasks.contract import INDICATORS
from tasks.extract.reference import sipri_milex
from tasks.extract.reference.dataset import HEAD, Part, WrongFileError
from tasks.load.lake import checked

TITLES = ("Constant (2021) US$", "Current US$", "Share of GDP", "Per capita", "Share of Govt. spending")


def workbook(rows: dict[str, list[list[Any]]], colours: dict[str, Color] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in ("Front page", *TITLES, "Footnotes"):
        sheet = book.create_sheet(title)
        if title in TITLES:
            sheet.append([f"Military expenditure, {title}"])
            sheet.append(["Country", "Notes", 2021, 2022])
            sheet.append([None])
            sheet.append(["Europe"])
            for row in rows.get(title, []):
                sheet.append(row)
            for cell, colour in (colours or {}).items():
                sheet[cell].font = Font(color=colour)
    book.properties.created = datetime(2023, 4, 26)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes) -> tuple[Part, list[dict[str, Any]]]:
    assert sipri_milex.fits(data[:HEAD])
    (part,) = sipri_milex.read(BytesIO(data), "milex.xlsx")
    return part, checked(INDICATORS, part.tables["indicators"]).to_pylist()


def test_each_sheet_gives_its_series_in_plain_units() -> None:
    data = workbook(
        {
            "Constant (2021) US$": [["Norway", "", None, 7.5]],
            "Current US$": [["Norway", "", None, 8.0]],
            "Share of GDP": [["Norway", "", None, 0.016]],
            "Per capita": [["Norway", "", None, 1500]],
            "Share of Govt. spending": [["Norway", "", None, 0.04]],
        }
    )
    _, rows = read(data)
    assert {(r["series"].partition(".")[2], r["value"], r["unit"]) for r in rows} == {
        ("constant_usd", 7.5e6, "USD of 2021"),
        ("usd", 8e6, "USD"),
        ("gdp_share", 1.6, "percent"),
        ("per_capita_usd", 1500.0, "USD"),
        ("government_share", 4.0, "percent"),
    }
    assert {(r["country"], r["counterpart"], r["start_date"], r["end_date"]) for r in rows} == {
        ("NOR", "", date(2022, 1, 1), date(2022, 12, 31))
    }


def test_what_is_not_available_is_no_row_and_no_nought() -> None:
    part, rows = read(workbook({"Current US$": [["Norway", "", "...", "xxx"], ["Sweden", "", ". .", 0]]}))
    assert [(r["country"], r["value"]) for r in rows] == [("SWE", 0.0)]
    assert part.found == 1


def test_colours_and_marks_become_notes() -> None:
    blue, red = Color(indexed=12), Color(rgb="FFFF0000")
    _, rows = read(workbook({"Current US$": [["Norway", "‡§16", 1, 2]]}, {"C5": blue, "D5": red}))
    marks = "current spending only; adopted budget, not actual spending; footnote 16 of the workbook"
    assert [r["note"] for r in rows] == [f"{marks}; SIPRI estimate", f"{marks}; highly uncertain"]


def test_figures_are_known_from_april_and_those_in_constant_prices_from_the_workbook_on() -> None:
    _, rows = read(workbook({title: [["Norway", "", 1, 2]] for title in TITLES[:2]}))
    assert {(r["series"].partition(".")[2], r["start_date"].year, r["known_from"]) for r in rows} == {
        ("usd", 2021, date(2022, 4, 30)),
        ("usd", 2022, date(2023, 4, 26)),
        ("constant_usd", 2021, date(2023, 4, 26)),
        ("constant_usd", 2022, date(2023, 4, 26)),
    }


def test_states_that_are_no_more_keep_their_own_code() -> None:
    _, rows = read(workbook({"Current US$": [["USSR", "", 1, None], ["Russia", "", None, 2]]}))
    assert {r["country"] for r in rows} == {"SUN", "RUS"}


def test_a_cell_that_is_no_number_is_rejected_with_its_place() -> None:
    part, rows = read(
        workbook({"Current US$": [["Norway", "", "12 or so", 2], ["Ruritania", "", None, 3], [None, "", 4]]})
    )
    assert sorted((r.record, r.reason) for r in part.rejected) == [
        ("Current US$, cell C5", "not_a_number"),
        ("Current US$, cell C7", "empty_cell"),
        ("Current US$, cell D6", "unknown_country"),
    ]
    assert len(rows) == 1
    assert part.found == 4


def test_another_workbook_is_not_taken_for_it() -> None:
    book = openpyxl.Workbook()
    file = BytesIO()
    book.save(file)
    assert not sipri_milex.fits(file.getvalue()[:HEAD])
    with pytest.raises(WrongFileError, match="none of the sheets"):
        list(sipri_milex.read(BytesIO(file.getvalue()), "other.xlsx"))


WORKBOOK = workbook({title: [["Norway", "†", 1, 2]] for title in TITLES})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=40), st.booleans())
def test_a_damaged_workbook_is_read_or_refused(place: int, junk: bytes, cut: bool) -> None:
    data = WORKBOOK[:place] + junk + (b"" if cut else WORKBOOK[place + len(junk) :])
    sipri_milex.fits(data)
    with suppress(WrongFileError):
        list(sipri_milex.read(BytesIO(data), "milex.xlsx"))


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(data: bytes) -> None:
    assert not sipri_milex.fits(b"PK\x03\x04" + data)
    with pytest.raises(WrongFileError):
        list(sipri_milex.read(BytesIO(data), "milex.xlsx"))


def test_real_workbook_gives_every_figure_of_the_five_sheets(real_data: Path) -> None:
    path = real_data / "data/reference/sipri/SIPRI-Milex-data-1949-2022.xlsx"
    part, rows = read(path.read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    counted: Counter[str] = Counter()
    blue: Counter[str] = Counter()
    given: dict[tuple[str, str, int], float] = {}
    for title in TITLES:
        cells = list(book[title].iter_rows())
        header = next(row for row in cells if row[0].value == "Country")
        years = {cell.column: int(cell.value) for cell in header if isinstance(cell.value, float | int)}
        for row in cells[header[0].row :]:
            for cell in row:
                if cell.column in years and isinstance(cell.value, float | int):
                    counted[title] += 1
                    given[title, row[0].value, years[cell.column]] = cell.value
                    blue[title] += cell.font.color is not None and cell.font.color.indexed == 12
    assert part.rejected == ()
    assert part.found == len(rows) == sum(counted.values()) == 33_658
    assert sum("SIPRI estimate" in (row["note"] or "") for row in rows) == sum(blue.values())
    assert len({tuple(row[name] for name in INDICATORS.key) for row in rows}) == len(rows)
    ours = {(r["series"].partition(".")[2], r["country"], r["start_date"].year): r["value"] for r in rows}
    assert ours["usd", "ARM", 2022] == pytest.approx(given["Current US$", "Armenia", 2022] * 1e6)
    assert ours["constant_usd", "RUS", 2014] == pytest.approx(given["Constant (2021) US$", "Russia", 2014] * 1e6)
    assert ours["gdp_share", "UKR", 2022] == pytest.approx(given["Share of GDP", "Ukraine", 2022] * 100)
    assert ours["usd", "SUN", 1989] == pytest.approx(given["Current US$", "USSR", 1989] * 1e6)

"""The reader of COW's direct contiguity."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import RELATIONS
from tasks.extract.reference import cow_contiguity
from tasks.extract.reference.dataset import HEAD, Part
from tasks.load.lake import checked

MONTHS = "dyad,statelno,statelab,statehno,statehab,conttype,begin,end,notes,version"
YEARS = "dyad,state1no,state1ab,state2no,state2ab,year,conttype,version"


def read(header: str, *lines: str) -> tuple[Part, list[dict[str, Any]]]:
    data = "\n".join([header, *lines]).encode()
    assert cow_contiguity.fits(data[:HEAD])
    (part,) = cow_contiguity.read(BytesIO(data), "contdir.csv")
    return part, checked(RELATIONS, part.tables["relations"]).to_pylist()


def ties(rows: list[dict[str, Any]]) -> set[tuple[str, str, str, str, str | None]]:
    return {
        (r["name"], r["country"], r["counterpart"], str(r["start_date"]), str(r["end_date"]) if r["end_date"] else None)
        for r in rows
    }


def test_months_become_days_in_both_directions_and_the_end_of_the_data_is_no_end() -> None:
    part, rows = read(
        MONTHS,
        '2020,2,"USA",20,"CAN",1,192001,201612,"With the state, Canada",3.2',
        '2040,2,"USA",40,"CUB",4,190205,190609,"Across a strait",3.2',
    )
    sea = "sea border, up to 150 miles of water"
    assert ties(rows) == {
        ("land border", "USA", "CAN", "1920-01-01", None),
        ("land border", "CAN", "USA", "1920-01-01", None),
        (sea, "USA", "CUB", "1902-05-01", "1906-09-30"),
        (sea, "CUB", "USA", "1902-05-01", "1906-09-30"),
    }
    assert {row["note"] for row in rows} == {
        "With the state, Canada; lasted when the data end (2016-12)",
        "Across a strait",
    }
    assert (part.found, part.rejected) == (2, ())


def test_a_border_is_cut_where_a_state_becomes_another() -> None:
    _, rows = read(MONTHS, '1,365,"RUS",385,"NOR",1,190510,201612,"",3.2')
    assert {t[1:] for t in ties(rows) if t[2] == "NOR"} == {
        ("RUS", "NOR", "1905-10-01", "1922-12-31"),
        ("SUN", "NOR", "1923-01-01", "1991-12-31"),
        ("RUS", "NOR", "1992-01-01", None),
    }


def test_years_become_spells_with_a_name_of_their_own() -> None:
    part, rows = read(
        YEARS, *(f'1,2,"USA",20,"CAN",{year},1,3.2' for year in (1920, 1921, 1930)), '1,20,"CAN",2,"USA",1920,5,3.2'
    )
    assert ties(rows) == {
        ("land border, by year", "USA", "CAN", "1920-01-01", "1921-12-31"),
        ("land border, by year", "USA", "CAN", "1930-01-01", None),
        ("sea border, up to 400 miles of water, by year", "CAN", "USA", "1920-01-01", "1920-12-31"),
    }
    assert part.found == 4


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,2,USA,20,CAN,6,192001,201612,,3.2", "not_a_number"),
        ("1,2,USA,20,CAN,1,192013,201612,,3.2", "bad_date"),
        ("1,2,USA,20,CAN,1,192001,191912,,3.2", "bad_date"),
        ("1,2,USA,20,CAN,1,Jan-20,201612,,3.2", "bad_date"),
        ("1,245,BAV,300,AUH,1,181601,187101,,3.2", "no_country"),
    ],
    ids=["type", "month", "end", "turned date", "no code"],
)
def test_a_bad_line_is_rejected_and_the_others_are_kept(line: str, reason: str) -> None:
    part, rows = read(MONTHS, line, '2070,2,"USA",70,"MEX",1,183101,201612,"",3.2')
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", reason)]
    assert len(rows) == 2


CELLS = st.sampled_from(["2", "20", "300", "365", "192001", "201612", "1991", "1", "5", "", "x", "\x00"])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([MONTHS, YEARS]), st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=4))
def test_no_cells_crash_the_reader(header: str, lines: list[list[str]]) -> None:
    part, _ = read(header, *(",".join(cells[: header.count(",") + 1]) for cells in lines))
    assert part.found >= len(part.rejected) + part.merged


def on(day: date, part: Part, name: str) -> pd.DataFrame:
    spells = checked(RELATIONS, part.tables["relations"]).to_pandas()
    assert not spells.duplicated(list(RELATIONS.key)).any()
    spells = spells[(spells["name"] == name) & (spells["start_date"] <= day)]
    return spells[spells["end_date"].isna() | (spells["end_date"] >= day)]


def test_real_zip_holds_two_tables_of_borders_and_they_agree_on_a_day(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "data/reference/cow/DirectContiguity320.zip") as members:
        files = {Path(name).name: members.read(name) for name in members.namelist() if not name.endswith("/")}
    assert len(files) == 7
    assert {name for name, data in files.items() if cow_contiguity.fits(data[:HEAD])} == {"contdir.csv", "contdird.csv"}
    for name in ("contdir.csv", "contdird.csv"):
        assert files[name] == (real_data / "data/reference/cow" / name).read_bytes()
    (spells,) = cow_contiguity.read(BytesIO(files["contdir.csv"]), "contdir.csv")
    (years,) = cow_contiguity.read(BytesIO(files["contdird.csv"]), "contdird.csv")
    assert (spells.found, years.found) == (847, 82_498)
    assert {r.reason for r in (*spells.rejected, *years.rejected)} == {"no_country"}
    day = date(2000, 7, 1)
    from_spells = pd.read_csv(BytesIO(files["contdir.csv"]))
    from_years = pd.read_csv(BytesIO(files["contdird.csv"]))
    for kind, border in cow_contiguity.BORDERS.items():
        lasting = (from_spells["conttype"] == kind) & (from_spells["begin"] <= 200007) & (from_spells["end"] >= 200007)
        assert len(on(day, spells, border)) == 2 * lasting.sum()
        assert (
            len(on(day, years, f"{border}, by year"))
            == ((from_years["conttype"] == kind) & (from_years["year"] == 2000)).sum()
        )


def test_real_land_neighbours_of_russia_today_are_its_fourteen(real_data: Path) -> None:
    with (real_data / "data/reference/cow/contdir.csv").open("rb") as file:
        (part,) = cow_contiguity.read(file, "contdir.csv")
    borders = on(date(2023, 9, 1), part, "land border")
    assert set(borders[borders["country"] == "RUS"]["counterpart"]) == {
        "NOR", "FIN", "EST", "LVA", "LTU", "POL", "BLR", "UKR", "GEO", "AZE", "KAZ", "CHN", "MNG", "PRK",
    }  # fmt: skip

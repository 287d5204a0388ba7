"""The reader of UNHCR's tables."""

import gzip
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import INDICATORS
from tasks.extract.reference import unhcr
from tasks.extract.reference.dataset import HEAD, Part
from tasks.load.lake import checked

CODES = "Year,ISO3CoO,ISO3CoA,REF,IDP,ASY,OOC,STA,VDA"
TABLE = ("year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,idps,returned_idps,"
         "stateless,ooc,oip,hst")  # fmt: skip
FINDER = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,IDPs of concern to UNHCR,Stateless persons"
)
APPLICATIONS = (
    "Year,ISO3CoO,ISO3CoA,ProcedureType,ApplicationType,ApplicationDataType,"
    "ApplicationAveragePersonsPerCase,Applications"
)  # fmt: skip


def read(*lines: str, header: str = CODES) -> tuple[Part, list[dict[str, Any]]]:
    data = "\r\n".join([header, *lines]).encode()
    assert unhcr.fits(data[:HEAD])
    (part,) = unhcr.read(BytesIO(data), "unhcr.csv")
    return part, checked(INDICATORS, part.tables["indicators"]).to_pylist()


def figures(rows: list[dict[str, Any]]) -> set[tuple[str, str, str, int, float | None]]:
    return {(r["series"], r["country"], r["counterpart"], r["start_date"].year, r["value"]) for r in rows}


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (CODES, '2019,"AFG","PAK",1e+05,0,7,0,0,0'),
        (TABLE, "2019.0,Afghanistan,AFG,AFG,Pakistan,PAK,PAK,100000.0,7.0,0.0,0.0,0.0,0.0,0.0,,0.0"),
        (f"Extracted from a database\n\n{FINDER}", "2019,Afghanistan,AFG,Pakistan,PAK,100000,7,0,0"),
    ],
    ids=["codes", "table", "finder"],
)
def test_three_layouts_say_the_same(header: str, line: str) -> None:
    part, rows = read(line, header=header)
    assert figures(rows) == {
        ("refugees", "AFG", "PAK", 2019, 100_000.0),
        ("asylum_seekers", "AFG", "PAK", 2019, 7.0),
    }
    assert {(row["unit"], row["known_from"]) for row in rows} == {("people", date(2020, 6, 20))}
    assert (part.found, part.rejected, part.remarks) == (1, (), ())


def test_people_displaced_inside_their_country_have_no_counterpart() -> None:
    _, rows = read("2023,AZE,AZE,0,650000,0,0,0,0")
    assert figures(rows) == {("idps", "AZE", "", 2023, 650_000.0)}


def test_origins_that_are_no_states_are_summed_under_xxx_and_named() -> None:
    _, rows = read("2019,UKN,IRN,5,0,0,0,0,0", "2019,STA,IRN,6,0,0,0,0,0", "2019,TIB,IRN,7,0,0,0,0,0")
    assert figures(rows) == {("refugees", "XXX", "IRN", 2019, 18.0)}
    assert rows[0]["note"] == "origin: STA, TIB, UKN"


def test_a_figure_that_is_not_told_is_a_note_and_no_nought() -> None:
    _, rows = read("2019,AFG,PAK,*,0,0,0,0,0", "2019,UKN,IRN,*,0,0,0,0,0", "2019,STA,IRN,9,0,0,0,0,0")
    assert figures(rows) == {("refugees", "AFG", "PAK", 2019, None), ("refugees", "XXX", "IRN", 2019, 9.0)}
    assert {row["note"] for row in rows} == {
        "1 to 4 people, not told exactly",
        "origin: STA, UKN; 1 figures of 1 to 4 not told",
    }


def test_codes_of_today_become_those_of_the_time() -> None:
    _, rows = read("1985,RUS,USA,9,0,0,0,0,0", "1995,RUS,USA,8,0,0,0,0,0")
    assert {(r["country"], r["value"]) for r in rows} == {("SUN", 9.0), ("RUS", 8.0)}


def test_records_without_people_are_told() -> None:
    part, rows = read("2019,AFG,PAK,0,0,0,0,0,0", "2019,AFG,IRN,1,0,0,0,0,0")
    assert len(rows) == 1
    assert part.found == 2
    assert "1 records without any people gave no figures" in part.remarks


def test_a_row_of_hxl_tags_is_no_record() -> None:
    part, rows = read("#date+year,#country+origin,#country+asylum,#a,#b,#c,#d,#e,#f", "2019,AFG,IRN,1,0,0,0,0,0")
    assert (part.found, len(rows), part.rejected) == (1, 1, ())


def test_a_repeated_record_is_merged_and_one_that_differs_is_rejected() -> None:
    line = "2019,AFG,IRN,1,0,0,0,0,0"
    part, rows = read(line, line, "2019,AFG,IRN,2,0,0,0,0,0")
    assert (part.found, part.merged, [r.reason for r in part.rejected]) == (3, 1, ["repeated_key"])
    assert figures(rows) == {("refugees", "AFG", "IRN", 2019, 1.0)}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2019,QQQ,PAK,1,0,0,0,0,0", "unknown_country"),
        ("19,AFG,PAK,1,0,0,0,0,0", "bad_date"),
        ("2019,AFG,PAK,many,0,0,0,0,0", "not_a_number"),
        ("2019,AFG,PAK,-4,0,0,0,0,0", "not_a_number"),
        ("2019,AFG,PAK,1", "wrong_number_of_cells"),
    ],
    ids=["country", "year", "words", "below nought", "short"],
)
def test_a_bad_record_is_rejected_and_the_others_are_kept(line: str, reason: str) -> None:
    part, rows = read(line, "2019,AFG,IRN,1,0,0,0,0,0")
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", reason)]
    assert len(rows) == 1


def test_applications_are_summed_over_types_and_cases_are_kept_apart() -> None:
    part, rows = read(
        "2014,AFG,PAK,U,N,P,0,10", "2014,AFG,PAK,U,A,P,0,5", "2014,AFG,PAK,U,N,C,2.9,3", header=APPLICATIONS
    )
    assert figures(rows) == {
        ("asylum_applications", "AFG", "PAK", 2014, 15.0),
        ("asylum_applications.cases", "AFG", "PAK", 2014, 3.0),
    }
    assert part.found == 3


def test_the_day_of_extraction_is_the_version() -> None:
    _, rows = read("2022,Afghanistan,AFG,Pakistan,PAK,5,0,0,0", header=f'"Date extracted: 2023-06-16"\n{FINDER}')
    assert [(r["dataset_version"], r["known_from"]) for r in rows] == [("2023-06-16", date(2023, 6, 16))]


CELLS = st.sampled_from(["2019", "AFG", "UNK", "*", "-", "", "1e99", "9" * 30, "P", "\x00", "#x", "é"])


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([CODES, APPLICATIONS, TABLE, FINDER]), st.lists(st.lists(CELLS, min_size=8, max_size=9), max_size=5)
)
def test_no_cells_crash_the_reader(header: str, lines: list[list[str]]) -> None:
    part, rows = read(*(",".join(cells) for cells in lines), header=header)
    assert part.found >= len(part.rejected) + part.merged
    assert len({tuple(row[name] for name in INDICATORS.key) for row in rows}) == len(rows)


@lru_cache(maxsize=1)
def real_table(path: Path) -> tuple[Part, pd.DataFrame, pd.DataFrame]:
    """What the reader gives, its figures, and the records of the file as pandas reads them."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    (part,) = unhcr.read(BytesIO(data), path.name)
    rows = checked(INDICATORS, part.tables["indicators"]).to_pandas()
    return part, rows.assign(year=pd.to_datetime(rows["start_date"]).dt.year), pd.read_csv(BytesIO(data), na_values=[])


@pytest.mark.parametrize(
    ("name", "records", "series"),
    [
        ("HDX_EndYearPopulationTotals.csv", 745, {"REF": "refugees", "IDP": "idps", "ASY": "asylum_seekers"}),
        ("HDX_AsylumApplications.csv", 300, {"Applications": "asylum_applications"}),
        (
            "population_from_rda.csv.gz",
            138_893,
            {name: name for name in ("refugees", "idps", "stateless", "asylum_seekers", "returned_idps")},
        ),
    ],
)
def test_real_totals_by_year_are_those_of_the_file(
    real_data: Path, name: str, records: int, series: dict[str, str]
) -> None:
    part, rows, table = real_table(real_data / "data/reference/unhcr" / name)
    assert (part.found, part.rejected, len(table)) == (records, (), records)
    for column, ours in series.items():
        from_file = table.groupby(table.columns[0])[column].sum()
        from_rows = rows[rows["series"] == ours].groupby("year")["value"].sum()
        assert from_rows.to_dict() == from_file[from_file > 0].to_dict()
    assert not rows.duplicated(list(INDICATORS.key)).any()


def test_real_refugees_of_a_pair_are_those_of_the_file(real_data: Path) -> None:
    _, rows, table = real_table(real_data / "data/reference/unhcr/population_from_rda.csv.gz")
    given = table[(table["year"] == 2022) & (table["coo_iso"] == "UKR") & (table["coa_iso"] == "POL")]["refugees"]
    pair = (rows["series"] == "refugees") & (rows["country"] == "UKR") & (rows["counterpart"] == "POL")
    assert rows[pair & (rows["year"] == 2022)]["value"].tolist() == given.tolist()
    assert given.iloc[0] > 900_000

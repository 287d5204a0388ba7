"""UCDP's yearly figures become indicators: deaths by country, and which state fights where."""

import contextlib
import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_files import as_csv, fitting, load

from tasks.extract.reference import ucdp_conflicts, ucdp_country_year
from tasks.extract.reference.dataset import Dataset, WrongFileError
from tasks.extract.reference.ucdp_ged import DATASETS as EVENTS_OF_UCDP

YEARS, CONFLICTS = ucdp_country_year.DATASET, ucdp_conflicts.DATASET
ALL = (*EVENTS_OF_UCDP, YEARS, CONFLICTS)

DEATHS = {"sb_total": 5, "sb_intrastate": 3, "sb_interstate": 2, "ns_total": 1, "os_total": 4}
COUNTRY_YEAR: dict[str, object] = {
    "country_id_cy": 432, "country_cy": "Mali", "year_cy": 2020, "region_cy": "Africa", "sb_exist_cy": 1,
    **{f"{kind}_deaths_{which}_cy": n for kind, n in DEATHS.items() for which in ("best", "high", "low")},
    **{f"cumulative_total_deaths_in_orgvio_{which}_cy": 10 for which in ("best", "high", "low")},
    "version": "25.1",
}  # fmt: skip
OFFICIAL: dict[str, object] = {
    "conflict_id": 9001, "location": "Mali", "side_a": "Government of Mali", "side_a_id": 1, "side_a_2nd": "",
    "side_b": "AQ", "side_b_id": 2, "side_b_2nd": "", "incompatibility": 2, "territory_name": "", "year": 2020,
    "intensity_level": 1, "cumulative_intensity": 1, "type_of_conflict": 3, "start_date": "2009-01-01", "start_prec": 1,
    "start_date2": "2012-01-01", "start_prec2": 1, "ep_end": 0, "ep_end_date": "", "ep_end_prec": "", "gwno_a": 432,
    "gwno_a_2nd": "", "gwno_b": "", "gwno_b_2nd": "", "gwno_loc": 432, "region": 4, "version": "25.1",
}  # fmt: skip


def intensities(*conflicts: Mapping[str, object]) -> dict[tuple[str, str], float]:
    loaded = load(CONFLICTS, as_csv([OFFICIAL | dict(conflict) for conflict in conflicts]))
    assert not loaded.rejected
    found = [row for row in loaded.rows if row["series"] == "armed_conflict.intensity"]
    return {(row["country"], row["counterpart"]): row["value"] for row in found}


def test_each_type_and_estimate_is_a_series_of_its_own() -> None:
    loaded = load(YEARS, as_csv([COUNTRY_YEAR]))
    values = {row["series"]: row["value"] for row in loaded.rows}
    assert values["organised_violence.deaths"] == 10
    assert values["organised_violence.state_based.deaths_low"] == 5
    assert values["organised_violence.one_sided.deaths_high"] == 4
    assert len(values) == 18
    row = loaded.rows[0]
    assert (row["country"], row["start_date"], row["end_date"]) == ("MLI", date(2020, 1, 1), date(2020, 12, 31))
    assert (row["known_from"], row["dataset_version"], row["unit"]) == (date(2025, 6, 30), "25.1", "people")
    assert not loaded.remarks


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"os_total_deaths_best_cy": 5}, "bad_value"),
        ({"year_cy": "Africa"}, "not_a_number"),
        ({"country_cy": "Niger"}, "bad_value"),
        ({"country_id_cy": 999}, "unknown_country"),
        ({"sb_total_deaths_best_cy": "1.5E+3"}, "mangled"),
    ],
    ids=str,
)
def test_a_figure_that_cannot_be_meant_costs_its_row(changes: Mapping[str, object], reason: str) -> None:
    loaded = load(YEARS, as_csv([COUNTRY_YEAR, COUNTRY_YEAR | dict(changes)]))
    assert loaded.reasons == [("line 3", reason)]
    assert len(loaded.rows) == 18


def test_figures_of_an_unknown_version_are_told() -> None:
    loaded = load(YEARS, as_csv([COUNTRY_YEAR | {"version": "99.9"}]))
    assert loaded.rows[0]["known_from"] is None
    assert "99.9" in loaded.remarks[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {("MLI", "")}),
        ({"gwno_a_2nd": "220, 436"}, {("MLI", ""), ("FRA", "MLI"), ("NER", "MLI")}),
        ({"gwno_b_2nd": "436"}, {("MLI", ""), ("NER", "MLI")}),
        ({"gwno_b": "436", "gwno_a_2nd": "220"}, {("MLI", "NER"), ("NER", "MLI"), ("FRA", "NER")}),
        ({"gwno_a": "365", "year": 1980}, {("SUN", "")}),
    ],
    ids=["alone", "with friends", "against a supporter", "interstate", "history"],
)
def test_who_fights_whom_is_told_for_every_state(changes: Mapping[str, object], expected: set[tuple[str, str]]) -> None:
    assert set(intensities(changes)) == expected


def test_the_highest_intensity_and_the_number_of_conflicts_are_kept() -> None:
    loaded = load(CONFLICTS, as_csv([OFFICIAL, OFFICIAL | {"conflict_id": 9002, "intensity_level": 2}]))
    found = {row["series"]: (row["value"], row["note"]) for row in loaded.rows}
    note = "conflict 9001: side a; conflict 9002: side a"
    assert found == {"armed_conflict.intensity": (2.0, note), "armed_conflict.count": (2.0, note)}


def test_the_layout_with_a_row_for_each_combination_says_the_same() -> None:
    names = ("conflict_id", "year", "gwno_a", "gwno_a_2nd", "gwno_b", "gwno_b_2nd", "intensity_level")
    one = {name: OFFICIAL[name] for name in names} | {"type_of_conflict": "II", "gwno_a": "432.0", "year": "2020.0"}
    rows = [one | {"gwno_a_2nd": a, "gwno_b_2nd": b} for a in ("220.0", "436.0") for b in ("620.0", "625.0")]
    loaded = load(CONFLICTS, as_csv(rows))
    assert (loaded.found, loaded.merged) == (4, 1)
    official = intensities({"gwno_a_2nd": "220, 436", "gwno_b_2nd": "620, 625"})
    found = [row for row in loaded.rows if row["series"] == "armed_conflict.intensity"]
    assert {(row["country"], row["counterpart"]): row["value"] for row in found} == official
    assert {row["known_from"] for row in found} == {date(2021, 6, 30)}
    assert "21.1 or later" in loaded.remarks[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"gwno_a": "Mali"}, "not_a_number"),
        ({"gwno_a": 999}, "unknown_country"),
        ({"gwno_a": ""}, "no_side"),
        ({"intensity_level": 3}, "bad_value"),
        ({"intensity_level": 2}, "bad_value"),
        ({"type_of_conflict": "war"}, "bad_value"),
    ],
    ids=str,
)
def test_a_conflict_that_cannot_be_meant_costs_its_row(changes: Mapping[str, object], reason: str) -> None:
    loaded = load(CONFLICTS, as_csv([OFFICIAL, OFFICIAL | dict(changes)]))
    assert loaded.reasons == [("line 3", reason)]
    assert len(loaded.rows) == 2


def test_a_shifted_file_is_refused_as_a_whole() -> None:
    shifted = dict(zip(OFFICIAL, [*list(OFFICIAL.values())[1:], ""], strict=True))
    with pytest.raises(WrongFileError, match="none of its 1 records"):
        load(CONFLICTS, as_csv([shifted]))


@pytest.mark.parametrize(("dataset", "row"), [(YEARS, COUNTRY_YEAR), (CONFLICTS, OFFICIAL)], ids=lambda x: "")
def test_each_file_is_known_as_its_own_and_no_other(dataset: Dataset, row: dict[str, object]) -> None:
    assert fitting(ALL, as_csv([row])) == [dataset.name]


@given(st.binary(max_size=200), st.sampled_from([YEARS, CONFLICTS]))
def test_no_bytes_crash_a_reader(data: bytes, dataset: Dataset) -> None:
    header = as_csv([COUNTRY_YEAR if dataset is YEARS else OFFICIAL]).splitlines(keepends=True)[0]
    for head in (b"", header):
        with contextlib.suppress(WrongFileError):
            load(dataset, head + data)


@given(st.dictionaries(st.sampled_from(sorted(OFFICIAL)), st.text(max_size=12), max_size=4))
def test_no_cells_crash_the_reader_of_conflicts(changes: dict[str, Any]) -> None:
    loaded = load(CONFLICTS, as_csv([OFFICIAL | {"conflict_id": 1}, OFFICIAL | changes]))
    assert loaded.found == 2


def test_the_deaths_of_the_real_country_years_are_those_of_the_file(real_data: Path) -> None:
    path = real_data / "data" / "reference" / "ucdp" / "organizedviolencecy_v25_1.csv"
    loaded = load(YEARS, path.read_bytes())
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    totals = Counter({"all": sum(int(line["cumulative_total_deaths_in_orgvio_best_cy"]) for line in lines)})
    ukraine = {int(line["year_cy"]): int(line["sb_total_deaths_high_cy"]) for line in lines
               if line["country_cy"] == "Ukraine"}  # fmt: skip
    assert (loaded.found, loaded.rejected, loaded.merged, loaded.remarks) == (6936, [], 0, [])
    assert len(loaded.rows) == 18 * 6936
    assert sum(row["value"] for row in loaded.rows if row["series"] == "organised_violence.deaths") == totals["all"]
    high = {row["start_date"].year: row["value"] for row in loaded.rows
            if row["series"] == "organised_violence.state_based.deaths_high" and row["country"] == "UKR"}  # fmt: skip
    assert high == ukraine
    keys = Counter((row["series"], row["country"], row["start_date"]) for row in loaded.rows)
    assert max(keys.values()) == 1
    assert {row["start_date"].year for row in loaded.rows if row["country"] == "SUN"} == {1989, 1990, 1991}


def test_the_real_conflicts_are_those_of_the_file(real_data: Path) -> None:
    path = real_data / "data" / "reference" / "ucdp" / "ucdp_acd_from_rda.csv"
    loaded = load(CONFLICTS, path.read_bytes())
    with path.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    sides = ("gwno_a", "gwno_a_2nd", "gwno_b", "gwno_b_2nd")
    russia = {(line["conflict_id"], line["year"]) for line in lines if "365.0" in {line[side] for side in sides}}
    notes = {(part.split(":")[0], row["start_date"].year) for row in loaded.rows
             if row["country"] in ("SUN", "RUS") for part in row["note"].split("; ")}  # fmt: skip
    assert (loaded.found, loaded.rejected) == (5652, [])
    assert notes == {(f"conflict {float(number):.0f}", int(float(year))) for number, year in russia}
    keys = Counter((row["series"], row["country"], row["counterpart"], row["start_date"]) for row in loaded.rows)
    assert max(keys.values()) == 1
    war = {row["counterpart"] for row in loaded.rows
           if (row["country"], row["start_date"].year, row["value"]) == ("RUS", 2022, 2.0)
           and row["series"] == "armed_conflict.intensity"}  # fmt: skip
    assert "UKR" in war

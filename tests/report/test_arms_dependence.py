"""The report `arms_dependence`: from whom a country gets its arms."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from facts_of_states import figure
from rows import put

from tasks.load.lake import Lake
from tasks.report.reports import run_report

TIV = "arms_transfers.tiv"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    for year, figures in {
        2018: [figure(TIV, "ARM", "RUS", 2018, 30.0)],
        2019: [figure(TIV, "ARM", "RUS", 2019, 60.0), figure(TIV, "ARM", "IND", 2019, 20.0)],
        2020: [figure(TIV, "POL", "USA", 2020, 5.0)],
        2021: [figure(TIV, "ARM", "IND", 2021, 10.0)],
    }.items():
        put(lake, "indicators", figures, "sipri-arms", str(year))
    return lake


def rows(lake: Lake, as_of: date | None = None, **params: str) -> dict[tuple[int, str], dict[str, Any]]:
    table = run_report(lake.root, "arms_dependence", {"country": "ARM"} | params, as_of)
    return {(row["year"], row["supplier"]): row for row in table.to_pylist()}


def test_shares_of_a_year_and_their_concentration(lake: Lake) -> None:
    of = rows(lake)
    assert (of[2019, "RUS"]["share"], of[2019, "IND"]["share"]) == (75.0, 25.0)
    assert of[2019, "RUS"]["concentration"] == of[2019, "IND"]["concentration"] == 0.625
    assert of[2018, "RUS"]["concentration"] == 1.0


def test_the_longer_view_adds_up_the_years(lake: Lake) -> None:
    row = rows(lake, window="3")[2021, "RUS"]
    assert (row["window_years"], row["window_value"], row["window_share"]) == ("2019–2021", 60.0, 66.67)
    assert row["window_concentration"] == 0.556
    assert rows(lake)[2021, "RUS"]["window_years"] == "2018–2021"  # the data set begins then


def test_change_is_against_the_year_before_and_the_window_before(lake: Lake) -> None:
    of = rows(lake, window="2")
    assert [of[year, "RUS"]["change"] for year in (2018, 2019, 2020)] == [None, 30.0, -60.0]
    assert (of[2020, "RUS"]["window_change"], of[2021, "IND"]["window_change"]) == (None, -10.0)


def test_a_year_without_deliveries_is_a_nought_and_not_a_gap(lake: Lake) -> None:
    row = rows(lake)[2020, "RUS"]
    assert (row["value"], row["share"], row["change"]) == (0.0, None, -60.0)


def test_one_supplier_and_some_years_can_be_asked_for(lake: Lake) -> None:
    assert set(rows(lake, supplier="IND")) == {(2019, "IND"), (2020, "IND"), (2021, "IND")}
    assert rows(lake, supplier="IND")[2019, "IND"]["share"] == 25.0
    assert {year for year, _ in rows(lake, since="2020-06-01", until="2020-06-01")} == {2020}


def test_another_series_is_asked_for_by_name(lake: Lake) -> None:
    assert rows(lake, series="arms_transfers.tiv_estimated") == {}


def test_a_figure_that_was_published_later_changes_nothing(lake: Lake) -> None:
    before = rows(lake, as_of=date(2021, 1, 1))
    put(lake, "indicators", [figure(TIV, "ARM", "FRA", 2018, 99.0, known_from=date(2024, 3, 15))], "sipri-arms", "late")
    assert rows(lake, as_of=date(2021, 1, 1)) == before
    assert max(year for year, _ in before) == 2019
    assert (2018, "FRA") in rows(lake)

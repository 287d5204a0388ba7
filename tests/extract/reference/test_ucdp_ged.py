"""UCDP's events become events of the contract, in every layout, and what is wrong is said."""

import contextlib
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_files import as_csv, fitting, load

from tasks.extract.reference.dataset import WrongFileError
from tasks.extract.reference.ucdp_ged import CANDIDATE, DATASETS, GED
from tasks.extract.reference.ucdp_releases import release_in

NOW: dict[str, object] = {
    "id": 500001, "relid": "TST-2020-1-1-1", "year": 2020, "active_year": 1, "code_status": "Clear",
    "type_of_violence": 1, "conflict_dset_id": 1, "conflict_new_id": 1, "conflict_name": "Freedonia: Government",
    "dyad_dset_id": 2, "dyad_new_id": 2, "dyad_name": "Government of Mali - AQ", "side_a_dset_id": 3,
    "side_a_new_id": 3, "side_a": "Government of Mali",
    "side_b_dset_id": 4, "side_b_new_id": 4, "side_b": "AQ", "number_of_sources": 1,
    "source_article": '"Wren Wire,2020-05-02,Clash; https://wren.example/a1"', "source_office": "Wren Wire",
    "source_date": "2020-05-02", "source_headline": "Clash", "source_original": "army, police", "where_prec": 1,
    "where_coordinates": "Gao town", "where_description": "north of Gao", "adm_1": "Gao region", "adm_2": "Gao cercle",
    "latitude": 16.27, "longitude": -0.04, "geom_wkt": "POINT (-0.04 16.27)", "priogrid_gid": 1, "country": "Mali",
    "country_id": 432, "region": "Africa", "event_clarity": 1, "date_prec": 1, "date_start": "2020-05-01 00:00:00.000",
    "date_end": "2020-05-01 00:00:00.000", "deaths_a": 1, "deaths_b": 2, "deaths_civilians": 3, "deaths_unknown": 0,
    "best": 6, "high": 9, "low": 4, "gwnoa": 432, "gwnob": "",
}  # fmt: skip


def event(**changes: object) -> dict[str, object]:
    return NOW | changes


def row(changes: Mapping[str, object], name: str = "GEDEvent_v25_1.csv") -> dict[str, Any]:
    loaded = load(GED, as_csv([event(**changes)]), name)
    assert not loaded.rejected
    return loaded.rows[0]


def test_the_layout_of_today_has_49_columns_and_all_are_known() -> None:
    assert len(NOW) == 49
    loaded = load(GED, as_csv([NOW]), "GEDEvent_v25_1.csv")
    assert (loaded.found, loaded.merged, loaded.rejected, loaded.remarks) == (1, 0, [], [])


def test_an_event_keeps_what_the_data_set_says() -> None:
    found = {name: value for name, value in row({}).items() if value is not None}
    assert found == {
        "event_id": "500001", "dataset": "ucdp_ged", "trigger_id": "500001", "event_date": date(2020, 5, 1),
        "event_end_date": date(2020, 5, 1), "date_basis": "explicit", "date_precision": "day",
        "published_date": date(2025, 6, 30), "event_type": "ASSAULT", "contexts": ["state_based_violence"],
        "cameo_code": "18", "quad_class": 4, "intensity": -9.5, "modality": "actual",
        "actor_name": "Government of Mali", "actor_country": "MLI", "actor_sector": "GOV", "recipient_name": "AQ",
        "recipient_country": "MLI", "recipient_sector": "REB", "place_text": "north of Gao", "place_name": "Gao town",
        "place_country": "MLI", "place_precision": "point", "admin1": "Gao region", "latitude": 16.27,
        "longitude": -0.04, "deaths_low": 4, "deaths_best": 6, "deaths_high": 9,
        "source_url": "https://wren.example/a1", "outlet": "Wren Wire",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "actor", "recipient"),
    [
        ({"country": "Niger", "country_id": 436}, ("MLI", "GOV"), ("MLI", "REB")),
        ({"type_of_violence": 2, "side_a": "Dozos", "gwnoa": ""}, ("MLI", "UAF"), ("MLI", "UAF")),
        ({"type_of_violence": 3, "side_a": "AQ", "side_b": "Civilians", "gwnoa": ""}, ("MLI", "REB"), ("MLI", "CVL")),
        ({"type_of_violence": 3, "side_b": "Civilians"}, ("MLI", "GOV"), ("MLI", "CVL")),
        ({"side_b": "Government of Niger", "gwnob": 436}, ("MLI", "GOV"), ("NER", "GOV")),
        ({"side_b": "Government of Niger, Government of Chad"}, ("MLI", "GOV"), (None, "IMG")),
        ({"side_a": "Government of Malistan"}, ("MLI", "GOV"), ("MLI", "REB")),
    ],
    ids=["abroad", "non-state", "one-sided by rebels", "one-sided by a state", "interstate", "coalition", "by number"],
)
def test_sides_have_the_country_they_fight_for(
    changes: Mapping[str, object], actor: tuple[str, str], recipient: tuple[str, str]
) -> None:
    found = row(changes)
    assert (found["actor_country"], found["actor_sector"]) == actor
    assert (found["recipient_country"], found["recipient_sector"]) == recipient


def test_the_soviet_union_is_not_russia() -> None:
    changes = {"side_a": "Government of Russia (Soviet Union)", "gwnoa": 365, "country": "Russia (Soviet Union)",
               "country_id": 365, "year": 1990, "date_start": "1990-01-20", "date_end": "1990-01-20"}  # fmt: skip
    found = row(changes)
    assert (found["actor_country"], found["recipient_country"], found["place_country"]) == ("SUN", "SUN", "SUN")


def test_a_government_that_nobody_knows_is_kept_and_told() -> None:
    loaded = load(GED, as_csv([event(side_a="Government of Freedonia", gwnoa="")]), "ged251.csv")
    assert loaded.rows[0]["actor_country"] is None
    assert "Government of Freedonia" in loaded.remarks[0]


@pytest.mark.parametrize(
    ("prec", "precision"), [(1, "day"), (3, "day"), (4, "month"), (5, "year")], ids=["day", "week", "month", "year"]
)
def test_vague_dates_keep_their_range(prec: int, precision: str) -> None:
    found = row({"date_prec": prec, "date_end": "2020-05-07"})
    assert (found["date_precision"], found["event_end_date"]) == (precision, date(2020, 5, 7))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "2.02E+05"}, "mangled"),
        ({"date_start": "05/01/2020"}, "mangled"),
        ({"date_start": "2020-13-01"}, "bad_date"),
        ({"date_end": "2020-04-30"}, "bad_date"),
        ({"year": 2019}, "bad_value"),
        ({"best": "six"}, "not_a_number"),
        ({"best": -1}, "bad_value"),
        ({"latitude": 162.7}, "bad_value"),
        ({"where_prec": 8}, "bad_value"),
        ({"type_of_violence": 4}, "bad_value"),
        ({"country": "Freedonia", "country_id": ""}, "unknown_country"),
        ({"country": "Freedonia", "country_id": 999}, "unknown_country"),
        ({"country": "Niger"}, "bad_value"),
        ({"side_b": ""}, "no_side"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_meant_costs_its_row(changes: Mapping[str, object], reason: str) -> None:
    loaded = load(GED, as_csv([event(id=1), event(**changes), event(id=2)]), "ged251.csv")
    assert loaded.reasons == [("line 3", reason)]
    assert [found["event_id"] for found in loaded.rows] == ["1", "2"]
    assert loaded.rejected[0].sample


def test_a_row_that_stands_twice_is_merged_and_two_rows_with_one_id_are_not() -> None:
    loaded = load(GED, as_csv([event(), event(), event(best=7)]), "ged251.csv")
    assert (loaded.found, len(loaded.rows), loaded.merged) == (3, 1, 1)
    assert loaded.reasons == [("line 4", "repeated_key")]


def test_odd_deaths_are_told_and_kept() -> None:
    loaded = load(GED, as_csv([event(low=8)]), "ged251.csv")
    assert loaded.rows[0]["deaths_low"] == 8
    assert "does not lie between" in loaded.remarks[0]


@pytest.mark.parametrize(
    ("rows", "reason", "words"),
    [
        ([event(date_start="5/1/2020")] * 3, "mangled", "day and month"),
        ([dict(zip(NOW, [*list(NOW.values())[1:], ""], strict=True))], "wrong_layout", "shifted"),
        ([{"id": 1, "side_a": "x", "best_est": 3}], "wrong_layout", "lacks the columns best"),
    ],
    ids=["spreadsheet", "shifted", "older"],
)
def test_a_wrong_file_is_refused_as_a_whole(rows: list[dict[str, object]], reason: str, words: str) -> None:
    with pytest.raises(WrongFileError, match=words) as refused:
        load(GED, as_csv(rows), "ged251.csv")
    assert refused.value.reason == reason


def test_a_file_that_was_saved_with_semicolons_is_refused() -> None:
    with pytest.raises(WrongFileError, match="semicolons"):
        load(GED, as_csv([NOW], ";"), "ged251.csv")


def test_candidates_are_read_with_and_without_the_row_of_tags() -> None:
    unchecked = event(code_status="Check dyad", id=7)
    tags = {name: f"#{name}" if name in ("id", "country") else "" for name in NOW}
    for rows in ([unchecked], [tags, unchecked]):
        data = as_csv(rows)
        assert fitting(DATASETS, data + b"\n") == ["ucdp-candidate"]
        loaded = load(CANDIDATE, data, "GEDEvent_v25_0_6.csv")
        assert (loaded.found, loaded.rows[0]["event_id"]) == (1, "7")
        assert loaded.rows[0]["published_date"] == date(2025, 7, 31)
        assert "still to check" in loaded.remarks[0]


def test_a_yearly_version_and_candidates_are_told_apart() -> None:
    assert fitting(DATASETS, as_csv([NOW])) == ["ucdp-ged"]
    with pytest.raises(WrongFileError, match="ucdp-candidate"):
        load(GED, as_csv([NOW]), "GEDEvent_v25_0_6.csv")
    with pytest.raises(WrongFileError, match="ucdp-ged"):
        load(CANDIDATE, as_csv([NOW]), "GEDEvent_v25_1.csv")


@pytest.mark.parametrize(
    ("name", "version", "published"),
    [
        ("ged191.csv", "19.1", date(2019, 6, 30)),
        ("GEDEvent_v23_1.csv", "23.1", date(2023, 6, 30)),
        ("GEDEvent_v25_0_12.csv", "25.0.12", date(2026, 1, 31)),
        ("GEDEvent_v24_01_24_09.csv", "24.01.24.09", date(2024, 10, 31)),
        ("GEDEvent_v99_1.csv", "99.1", None),
    ],
)
def test_a_name_tells_the_version_and_the_version_its_day(name: str, version: str, published: date | None) -> None:
    release = release_in(name)
    assert release is not None
    assert (release.version, release.published) == (version, published)


def test_events_of_an_unknown_version_have_no_day_of_publication_and_that_is_told() -> None:
    loaded = load(GED, as_csv([NOW]), "events.csv")
    assert loaded.rows[0]["published_date"] is None
    assert "not known" in loaded.remarks[0]


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_crash_the_reader(data: bytes, below_a_header: bool) -> None:
    head = as_csv([NOW]).splitlines(keepends=True)[0] if below_a_header else b""
    fitting(DATASETS, head + data)
    with contextlib.suppress(WrongFileError):
        load(GED, head + data)


@given(st.dictionaries(st.sampled_from(sorted(NOW)), st.text(max_size=20), max_size=5))
def test_no_cells_crash_the_reader(changes: dict[str, object]) -> None:
    loaded = load(GED, as_csv([event(id=1), event(**changes, id=2) if "id" not in changes else event(**changes)]))
    assert loaded.found == len(loaded.rows) + len(loaded.rejected) + loaded.merged


def test_the_deaths_of_the_real_subset_are_those_of_the_file(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "data" / "reference" / "ucdp" / "ged191_MMR_BGD.zip") as archive:
        data = archive.read("ged191.csv")
    loaded = load(GED, data, "ged191.csv")
    expected: Counter[tuple[str, int]] = Counter()
    for line in csv.DictReader(io.StringIO(data.decode())):
        code = {"Myanmar (Burma)": "MMR", "Bangladesh": "BGD"}[line["country"]]
        expected[code, int(line["date_start"][:4])] += int(line["best"])
    deaths: Counter[tuple[str, int]] = Counter()
    for found in loaded.rows:
        deaths[found["place_country"], found["event_date"].year] += found["deaths_best"]
    assert (loaded.found, len(loaded.rows), loaded.rejected) == (3194, 3194, [])
    assert deaths == expected
    assert {found["published_date"] for found in loaded.rows} == {date(2019, 6, 30)}


def test_real_records_of_another_layout_are_refused_by_what_they_are(real_data: Path) -> None:
    data = (real_data / "data" / "reference" / "ucdp" / "ucdp_aec_validation.jsonl").read_bytes()
    assert fitting(DATASETS, data) == []
    with pytest.raises(WrongFileError, match="JSON"):
        load(GED, data)


def test_a_file_full_of_unknown_names_does_not_flood_the_remarks() -> None:
    rows = [event(id=number, side_a=f"Government of Freedonia {number}", gwnoa="") for number in range(80)]
    loaded = load(GED, as_csv(rows), "ged251.csv")
    assert len(loaded.remarks) == 51
    assert "30 more" in loaded.remarks[-1]

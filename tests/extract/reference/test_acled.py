"""Exports of ACLED, of today and of before, become events of the contract."""

import contextlib
import csv
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_files import as_csv, fitting, load

from tasks.contract import EVENT_TYPES
from tasks.extract.reference.acled import DATASET, TYPES
from tasks.extract.reference.dataset import WrongFileError
from tasks.extract.reference.event_classes import event_class
from tasks.settings import shipped

NOW: dict[str, object] = {
    "event_id_cnty": "UKR1", "event_date": "2022-03-05", "year": 2022, "time_precision": 1,
    "disorder_type": "Political violence", "event_type": "Explosions/Remote violence",
    "sub_event_type": "Shelling/artillery/missile attack", "actor1": "Military Forces of Russia (2000-)",
    "assoc_actor_1": "", "inter1": "External/Other forces", "actor2": "Civilians (Ukraine)", "assoc_actor_2": "",
    "inter2": "Civilians", "interaction": "External/Other forces-Civilians", "civilian_targeting": "Civilian targeting",
    "iso": 804, "region": "Europe", "country": "Ukraine", "admin1": "Kharkiv", "admin2": "", "admin3": "",
    "location": "Kharkiv", "latitude": 49.98, "longitude": 36.25, "geo_precision": 1, "source": "Wren Wire; Lapwing",
    "source_scale": "National", "notes": 'On 5 March, shells hit, "hard",\nthree houses.', "fatalities": 3, "tags": "",
    "timestamp": 1646697600,
}  # fmt: skip
OLD: dict[str, object] = {
    "ISO": 804, "EVENT_ID_CNTY": "UKR9", "EVENT_ID_NO_CNTY": 9, "EVENT_DATE": "01-January-2015", "YEAR": 2015,
    "TIME_PRECISION": 3, "EVENT_TYPE": "Battle-Government regains territory",
    "ACTOR1": "Military Forces of Ukraine (2014-)", "ALLY_ACTOR_1": "",
    "INTER1": 1, "ACTOR2": "Heron Battalion", "ALLY_ACTOR_2": "", "INTER2": 2, "INTERACTION": 12,
    "COUNTRY": "Ukraine", "ADMIN1": "Donetsk", "ADMIN2": "", "ADMIN3": "", "LOCATION": "Pisky", "LATITUDE": "48.06",
    "LONGITUDE": "37.66", "GEO_PRECISION": 2, "SOURCE": "Wren Wire", "NOTES": "x", "FATALITIES": 0,
}  # fmt: skip


def row(changes: Mapping[str, object]) -> dict[str, Any]:
    loaded = load(DATASET, as_csv([NOW | dict(changes)]))
    assert not loaded.rejected
    return loaded.rows[0]


def test_an_event_keeps_what_the_export_says() -> None:
    loaded = load(DATASET, b"\xef\xbb\xbf" + as_csv([NOW]))
    found = {name: value for name, value in loaded.rows[0].items() if value is not None}
    assert found == {
        "event_id": "UKR1", "dataset": "acled", "trigger_id": "UKR1", "event_date": date(2022, 3, 5),
        "event_end_date": date(2022, 3, 5), "date_basis": "explicit", "date_precision": "day",
        "published_date": date(2022, 3, 8), "event_type": "ASSAULT", "event_mode": "heavy-weapons",
        "contexts": ["shelling_artillery_missile_attack"], "cameo_code": "194", "quad_class": 4, "intensity": -10.0,
        "modality": "actual", "actor_name": "Military Forces of Russia (2000-)", "actor_country": "RUS",
        "actor_sector": "MIL", "recipient_name": "Civilians (Ukraine)", "recipient_country": "UKR",
        "recipient_sector": "CVL", "place_name": "Kharkiv", "place_country": "UKR", "place_precision": "city",
        "admin1": "Kharkiv", "latitude": 49.98, "longitude": 36.25, "deaths_best": 3, "outlet": "Wren Wire; Lapwing",
    }  # fmt: skip
    assert (loaded.found, loaded.rejected, loaded.remarks) == (1, [], [])


def test_an_older_export_is_read_too() -> None:
    loaded = load(DATASET, as_csv([OLD]))
    found = loaded.rows[0]
    assert not loaded.rejected
    assert (found["event_date"], found["event_end_date"]) == (date(2015, 1, 1), date(2015, 1, 31))
    assert (found["date_precision"], found["event_type"], found["event_mode"]) == ("month", "ASSAULT", "capture")
    assert (found["actor_country"], found["actor_sector"]) == ("UKR", "MIL")
    assert (found["recipient_country"], found["recipient_sector"]) == ("UKR", "REB")
    assert (found["published_date"], found["place_precision"]) == (None, "region")
    assert ["timestamp" in remark for remark in loaded.remarks] == [True]
    assert fitting([DATASET], as_csv([OLD])) == ["acled"]


@pytest.mark.parametrize("text", ["2015-01-01", "01-January-2015", "1 January 2015", "01-Jan-2015"])
def test_days_are_read_as_every_export_wrote_them(text: str) -> None:
    assert row({"event_date": text, "year": 2015})["event_date"] == date(2015, 1, 1)


def test_a_vague_day_is_a_range() -> None:
    found = row({"time_precision": 2})
    assert (found["event_date"], found["event_end_date"]) == (date(2022, 3, 2), date(2022, 3, 8))


@pytest.mark.parametrize(
    ("actor", "inter", "country", "sector"),
    [
        ("Military Forces of Ukraine (2019-)", "State forces", "UKR", "MIL"),
        ("Military Forces of Ukraine (2019-) Special Forces", "1", "UKR", "MIL"),
        ("Police Forces of Ukraine (2019-)", "1", "UKR", "COP"),
        ("Government of Ukraine (2019-)", "1", "UKR", "GOV"),
        ("Police Forces of the United States (2021-2025)", "8", "USA", "COP"),
        ("Heron Battalion", "Rebel group", "UKR", "REB"),
        ("Unidentified Armed Group (Moldova)", "3", "MDA", "UAF"),
        ("Heron Communal Militia (Ukraine)", "Identity militia", "UKR", "UAF"),
        ("Rioters (Ukraine)", "5", "UKR", "CVL"),
        ("Protesters (International)", "6", "UKR", "CVL"),
        ("UN Peace Force", "8", None, "IMG"),
        ("Heron Company", "Other forces", None, "IMG"),
    ],
)
def test_actors_have_country_and_sector_by_kind_and_name(
    actor: str, inter: str, country: str | None, sector: str
) -> None:
    found = row({"actor1": actor, "inter1": inter})
    assert (found["actor_country"], found["actor_sector"], found["actor_name"]) == (country, sector, actor)


def test_an_event_of_one_actor_has_no_recipient() -> None:
    for inter in ("", "0"):
        found = row({"actor2": "", "inter2": inter})
        assert (found["recipient_name"], found["recipient_country"], found["recipient_sector"]) == (None, None, None)


@pytest.mark.parametrize(
    ("event_type", "sub_event_type", "expected"),
    [
        ("Battles", "Armed clash", ("ASSAULT", "clash", 4)),
        ("Protests", "Peaceful protest", ("PROTEST", "demonstrate", 4)),
        ("Riots", "Mob violence", ("PROTEST", "riot", 4)),
        ("Strategic developments", "Agreement", ("AGREE", None, 1)),
        ("Strategic developments", "Arrests", ("COERCE", "arrest", 4)),
        ("Strategic developments", "Other", (None, None, None)),
        ("Violence against civilians", "", ("ASSAULT", None, 4)),
        ("Riots/Protests", "", ("PROTEST", None, 4)),
    ],
)
def test_types_are_those_of_the_table(event_type: str, sub_event_type: str, expected: tuple[object, ...]) -> None:
    found = row({"event_type": event_type, "sub_event_type": sub_event_type})
    assert (found["event_type"], found["event_mode"], found["quad_class"]) == expected


def test_who_leaves_a_place_without_a_fight_is_the_actor() -> None:
    found = row({"event_type": "Strategic developments", "sub_event_type": "Non-violent transfer of territory"})
    assert (found["event_type"], found["event_mode"]) == ("RETREAT", "withdraw")
    assert (found["actor_country"], found["recipient_country"]) == ("UKR", "RUS")


def test_every_type_of_the_table_is_in_the_codebook() -> None:
    with shipped(TYPES).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    kinds = {(one["type"], one["mode"]) for one in rows if one["type"]}
    assert {kind for kind, _ in kinds} <= set(EVENT_TYPES)
    assert all(event_class(kind, mode or None)["quad_class"] for kind, mode in kinds)
    assert sum(one["kind"] == "sub_event_type" for one in rows) == 25


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"event_date": "3/5/2022"}, "mangled"),
        ({"event_date": "31-February-2022"}, "bad_date"),
        ({"timestamp": "1.65E+09"}, "mangled"),
        ({"year": 2021}, "bad_value"),
        ({"event_id_cnty": ""}, "empty_cell"),
        ({"inter1": "9"}, "bad_value"),
        ({"inter1": ""}, "no_side"),
        ({"actor1": "", "inter1": ""}, "no_side"),
        ({"sub_event_type": "Picnic"}, "unknown_code"),
        ({"country": "Freedonia", "iso": ""}, "unknown_country"),
        ({"fatalities": ""}, "not_a_number"),
        ({"latitude": "N49"}, "not_a_number"),
        ({"geo_precision": 4}, "bad_value"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_meant_costs_its_row(changes: Mapping[str, object], reason: str) -> None:
    rows = [NOW | {"event_id_cnty": "A1"}, NOW | dict(changes), NOW | {"event_id_cnty": "A2"}]
    loaded = load(DATASET, as_csv(rows))
    assert loaded.reasons == [("line 4", reason)]  # the notes of the record before hold a line break
    assert [found["event_id"] for found in loaded.rows] == ["A1", "A2"]


def test_a_country_that_is_not_known_by_name_is_taken_from_its_code_and_told() -> None:
    loaded = load(DATASET, as_csv([NOW | {"country": "Freedonia"}]))
    assert loaded.rows[0]["place_country"] == "UKR"
    assert "Freedonia" in loaded.remarks[0]


def test_copies_are_merged_and_unknown_columns_told() -> None:
    loaded = load(DATASET, as_csv([NOW | {"colour": "red"}] * 2))
    assert (loaded.found, len(loaded.rows), loaded.merged) == (2, 1, 1)
    assert loaded.remarks == ["unknown columns were left out: colour"]


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (as_csv([NOW], ";"), "mangled", "semicolons"),
        (as_csv([NOW | {"event_date": "3/5/2022"}] * 2), "mangled", "day and month"),
        (as_csv([dict(zip(NOW, ["x", *list(NOW.values())[:-1]], strict=True))]), "wrong_layout", "shifted"),
        (b"event_id_cnty,event_type,actor1,fatalities\n", "wrong_layout", "lacks the columns"),
    ],
    ids=["semicolons", "turned dates", "shifted", "few columns"],
)
def test_a_wrong_file_is_refused_as_a_whole(data: bytes, reason: str, words: str) -> None:
    with pytest.raises(WrongFileError, match=words) as refused:
        load(DATASET, data)
    assert refused.value.reason == reason


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_crash_the_reader(data: bytes, below_a_header: bool) -> None:
    head = as_csv([NOW]).splitlines(keepends=True)[0] if below_a_header else b""
    fitting([DATASET], head + data)
    with contextlib.suppress(WrongFileError):
        load(DATASET, head + data)


@given(st.dictionaries(st.sampled_from(sorted(NOW)), st.text(max_size=30), max_size=5))
def test_no_cells_crash_the_reader(changes: dict[str, object]) -> None:
    loaded = load(DATASET, as_csv([NOW | {"event_id_cnty": "first"}, NOW | changes]))
    assert loaded.found == len(loaded.rows) + len(loaded.rejected) + loaded.merged

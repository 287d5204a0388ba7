"""Exports in the columns of POLECAT, ICEWS and GDELT, read as scripts for those data sets read them."""

import csv
import hashlib
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from exported_lake import fill, published_columns, read_tab_separated
from rows import put

from tasks.errors import UsageError
from tasks.extract.reference.gdelt import DATASET
from tasks.extract.reference.gdelt_lines import LAYOUTS
from tasks.load.lake import Lake
from tasks.report.export.formats import FORMATS, Exported, export
from tasks.report.export.selection import Selection
from tasks.report.query import ask


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fill(tmp_path_factory.mktemp("exported") / "lake")


Row = dict[str, Any]


def exported(lake: Lake, form: str, tmp_path: Path, **selection: Any) -> tuple[Path, Exported]:
    out = tmp_path / f"events.{form}"
    return out, export(lake.root, form, out, Selection(**selection))


@pytest.fixture
def polecat(lake: Lake, tmp_path: Path) -> list[Row]:
    return read_tab_separated(exported(lake, "polecat", tmp_path)[0])


@pytest.fixture
def icews(lake: Lake, tmp_path: Path) -> list[Row]:
    return read_tab_separated(exported(lake, "icews", tmp_path)[0], "iso-8859-1")


@pytest.fixture
def gdelt(lake: Lake, tmp_path: Path) -> list[Row]:
    return read_tab_separated(exported(lake, "gdelt", tmp_path)[0], names=list(LAYOUTS[61]))


def of(rows: list[Row], column: str, value: str) -> Row:
    """The first row with a value in a column."""
    return next(row for row in rows if row[column] == value)


# --- what is exported


def test_an_event_of_two_sources_is_one_row(polecat: list[Row], lake: Lake) -> None:
    (told,) = ask(
        lake.root,
        "select count(distinct event_id) as n from events where modality = 'actual' and date_precision = 'day'",
    ).to_pylist()
    assert len(polecat) == told["n"] == 5


@pytest.mark.parametrize("form", ["polecat", "icews", "gdelt"])
def test_what_was_not_done_and_vague_days_are_left_out_and_counted_once(lake: Lake, form: str, tmp_path: Path) -> None:
    assert exported(lake, form, tmp_path)[1].left_out == {
        "not done, but negated, intended or conditional": 2,
        "of a day that is not known": 1,
    }


def test_events_are_picked_by_day_country_and_data_set(lake: Lake, tmp_path: Path) -> None:
    def count(**selection: Any) -> int:
        return export(lake.root, "polecat", tmp_path / "out.tsv", Selection(**selection), force=True).rows

    day = pd.Timestamp("2023-10-04").date()
    assert count(since=day) == 3
    assert count(until=day) == 3
    assert count(since=day, until=day) == 1
    assert count(country="POL") == 1
    assert count(country="BLR") == 1
    assert count(dataset="gdelt") == 1
    assert count(as_of=day) == 3


# --- POLECAT


def test_polecat_has_its_words_codes_and_days(polecat: list[Row]) -> None:
    row = of(polecat, "Source", "The Wader")
    article_id, _, event_id = row["Event ID"].partition("_")
    assert len(article_id) == len(event_id) == 20
    assert row["Event Date"] == "2023-10-02"
    assert row["Publication Date"] == "2023-10-04"
    assert (row["Event Type"], row["Quad Code"], float(row["Intensity"])) == ("ASSAULT", "MATERIAL CONFLICT", -9.0)
    assert (row["Actor Country"], row["Actor COW"], row["Recipient COW"]) == ("RUS", "365", "369")
    assert (row["City"], row["Province"], row["Country"], row["GeoNames ID"]) == (
        "Khotyn",
        "Chernivtsi",
        "UKR",
        "706442",
    )
    assert (row["Latitude"], row["Longitude"]) == ("48.5", "26.49")
    assert (row["Story People"], row["Actor Name Raw"]) == ("Ana Post", "Nordia")


def test_polecat_says_none_for_nothing_and_joins_several_by_semicolon(polecat: list[Row]) -> None:
    row = of(polecat, "Actor Name", "NATO")
    assert row["Contexts"] == "military; diplomatic"
    assert (row["Actor Country"], row["Event Mode"], row["Wikipedia Actor ID"], row["City"]) == ("None",) * 4
    assert not [value for row in polecat for value in row.values() if value == ""]


def test_a_tab_in_a_name_parts_no_cells(polecat: list[Row]) -> None:
    assert of(polecat, "Actor Name", "NATO")["Recipient Name"] == "Müller “the” Łódź man"


def test_the_columns_are_those_that_polecat_and_icews_publish_in_real_files(
    lake: Lake, tmp_path: Path, real_data: Path
) -> None:
    for form, encoding in (("polecat", "utf-8"), ("icews", "iso-8859-1")):
        table = pd.read_csv(exported(lake, form, tmp_path)[0], sep="\t", encoding=encoding, quoting=csv.QUOTE_NONE)
        assert list(table.columns) == published_columns(real_data / "data" / "headers.md", form.upper())


# --- ICEWS


def test_icews_has_cameo_codes_with_their_text_and_score(icews: list[Row]) -> None:
    shelled = of(icews, "CAMEO Code", "190")
    assert (shelled["CAMEO Code"], shelled["Event Text"]) == ("190", "Use conventional military force")
    assert float(shelled["Intensity"]) == -10.0
    agreed = of(icews, "Source Name", "NATO")
    assert (agreed["CAMEO Code"], agreed["Event Text"], agreed["Intensity"]) == (
        "030", "Express intent to cooperate", "4.0",
    )  # fmt: skip
    drone = of(icews, "CAMEO Code", "1952")
    assert float(drone["Intensity"]) == -10.0  # of 195: CAMEO's score is one for both


def test_icews_names_countries_and_sectors_in_words(icews: list[Row]) -> None:
    row = of(icews, "Publisher", "Plover Post")
    assert (row["Source Country"], row["Source Sectors"], row["Target Country"]) == (
        "Russian Federation", "Government", "Ukraine",
    )  # fmt: skip
    assert of(icews, "Source Name", "NATO")["Source Sectors"] == "International Government Organization"


def test_letters_that_iso_8859_1_lacks_become_the_nearest(icews: list[Row]) -> None:
    assert of(icews, "Source Name", "NATO")["Target Name"] == 'Müller "the" Lódz man'


def test_near_copies_are_one_story_in_icews(icews: list[Row]) -> None:
    stories = Counter(row["Story ID"] for row in icews if row["CAMEO Code"] == "190")
    assert list(stories.values()) == [2]
    assert all(row["Sentence Number"] == "" for row in icews)


# --- GDELT


def test_gdelt_has_one_row_an_event_with_its_reports_counted(gdelt: list[Row]) -> None:
    row = of(gdelt, "EventCode", "190")
    assert (row["NumMentions"], row["NumSources"], row["NumArticles"]) == ("2", "2", "2")
    assert [row["EventCode"] for row in gdelt].count("190") == 1
    assert (row["IsRootEvent"], row["DATEADDED"]) == ("1", "20231003083000")


def test_gdelt_numbers_come_from_the_id_of_the_first_report(gdelt: list[Row], lake: Lake) -> None:
    query = "select event_id from events where outlet = 'Plover Post' and cameo_code = '190'"
    (first,) = {row["event_id"] for row in ask(lake.root, query).to_pylist()}
    digest = hashlib.md5(f"coded:{first}".encode()).digest()
    number = 2**52 + int.from_bytes(digest[8:], "little") % 2**52
    assert int(of(gdelt, "EventCode", "190")["GLOBALEVENTID"]) == number
    assert int(float(number)) == number < 2**53
    assert "881990832" in {row["GLOBALEVENTID"] for row in gdelt}


def test_gdelt_dates_and_codes_follow_its_rules(gdelt: list[Row]) -> None:
    row = of(gdelt, "EventCode", "190")
    assert (row["SQLDATE"], row["MonthYear"], row["Year"]) == ("20231002", "202310", "2023")
    assert float(row["FractionDate"]) == pytest.approx(2023 + (9 * 30 + 2) / 365, abs=1e-4)
    assert (row["Actor1Code"], row["Actor1CountryCode"], row["Actor1Type1Code"]) == ("RUSGOV", "RUS", "GOV")
    assert (row["EventBaseCode"], row["EventRootCode"], row["QuadClass"]) == ("190", "19", "4")
    agreed = of(gdelt, "EventCode", "030")
    assert (agreed["Actor1Code"], agreed["Actor1KnownGroupCode"], agreed["Actor1Name"]) == ("IGONAT", "NAT", "NATO")
    assert (agreed["QuadClass"], agreed["GoldsteinScale"], agreed["Actor2Code"]) == ("1", "4.0", "POLCVL")
    drone = of(gdelt, "EventCode", "1952")
    assert (drone["Actor1Code"], drone["EventBaseCode"], drone["Actor2Code"], drone["Actor2Name"]) == (
        "ROMMIL", "195", "", "",
    )  # fmt: skip


def test_gdelt_places_have_their_type_and_what_is_no_place_of_its_is_empty(gdelt: list[Row]) -> None:
    city = of(gdelt, "EventCode", "190")
    assert (city["ActionGeo_Type"], city["ActionGeo_FullName"]) == ("4", "Khotyn, Chernivtsi, Ukraine")
    assert (city["ActionGeo_CountryCode"], city["ActionGeo_Lat"], city["ActionGeo_FeatureID"]) == ("UP", "48.5", "")
    state = of(gdelt, "EventCode", "030")
    assert (state["ActionGeo_Type"], state["ActionGeo_CountryCode"], state["ActionGeo_ADM1Code"]) == ("1", "US", "US")
    region = of(gdelt, "EventCode", "1952")
    assert region["ActionGeo_Type"] == "0"
    assert not any(region[f"ActionGeo_{part}"] for part in ("FullName", "CountryCode", "Lat", "Long"))
    assert all(row["AvgTone"] == row["Actor1Geo_Lat"] == "" for row in gdelt)


def test_gdelt_is_read_back_by_our_own_reader_as_the_same_events(lake: Lake, tmp_path: Path) -> None:
    out, done = exported(lake, "gdelt", tmp_path)
    parts = list(DATASET.read(BytesIO(out.read_bytes()), "20231005000000.export.CSV"))
    assert not [rejected for part in parts for rejected in part.rejected]
    rows = [row for part in parts if part.tables for row in part.tables["events"].to_pylist()]
    assert len(rows) == done.rows
    found = {(row["actor_country"], row["recipient_country"], row["event_type"], row["place_country"]) for row in rows}
    assert found == {
        ("RUS", "UKR", "ASSAULT", "UKR"), (None, "POL", "AGREE", "USA"), ("ROU", None, "ASSAULT", None),
        ("RUS", "UKR", "CONSULT", "BLR"),
    }  # fmt: skip


def test_events_of_a_real_export_come_out_of_the_lake_as_they_went_in(tmp_path: Path, real_data: Path) -> None:
    lake = Lake(tmp_path / "lake")
    file = real_data / "data" / "gdelt" / "20191024143000.export.CSV"
    parts = [part for part in DATASET.read(BytesIO(file.read_bytes()), file.name) if part.tables]
    put(lake, "events", [row for part in parts for row in part.tables["events"].to_pylist()], "gdelt", "2019-10-24")
    columns = [row["tableId"] for row in csv.DictReader((_headers(real_data)).open(encoding="utf-8"))]
    went_in = pd.read_csv(file, sep="\t", names=columns, dtype=str, quoting=csv.QUOTE_NONE, keep_default_na=False)
    out, done = exported(lake, "gdelt", tmp_path)
    came_out = pd.read_csv(out, sep="\t", names=columns, dtype=str, quoting=csv.QUOTE_NONE, keep_default_na=False)
    assert done.rows == len(came_out) == len(went_in)
    both = went_in.merge(came_out, on="GLOBALEVENTID", suffixes=("", "_out"), validate="one_to_one")
    assert len(both) == len(went_in)
    for column in (
        *("SQLDATE", "MonthYear", "Year", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "SOURCEURL"),
        *("Actor1Name", "Actor2Name", "ActionGeo_FullName"),
    ):
        assert (both[column] == both[f"{column}_out"]).all(), column
    for column in ("GoldsteinScale", "FractionDate", "ActionGeo_Lat", "ActionGeo_Long"):
        numbers, ours = (pd.to_numeric(both[name]) for name in (column, f"{column}_out"))
        assert ((numbers - ours).abs().fillna(0) < 1e-3).all(), column
        assert (numbers.isna() == ours.isna()).all(), column
    for column in ("Actor1CountryCode", "Actor2CountryCode"):
        ours = both[f"{column}_out"]
        assert (ours[ours != ""] == both[column][ours != ""]).mean() > 0.99, column  # of some only the code has it


def test_scores_are_those_that_gdelt_gives_its_codes_in_real_exports(real_data: Path) -> None:
    from tasks.settings import shipped

    lines = (shipped("data/reference/codes/cameo.csv")).read_text(encoding="utf-8").splitlines()
    scores = {
        row["code"]: float(row["goldstein"])
        for row in csv.DictReader(line for line in lines if not line.startswith("#"))
        if row["goldstein"]
    }
    seen: dict[str, float] = {}
    for file in sorted((real_data / "data" / "gdelt").glob("*.[cC][sS][vV]")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            cells = line.split("\t")
            if len(cells) in (57, 58, 61) and cells[26].isdigit() and cells[30]:
                seen[cells[26]] = float(cells[30])
    assert len(seen) > 100
    assert {code: scores.get(code) for code in seen} == seen


def _headers(real_data: Path) -> Path:
    return real_data / "data" / "gdelt" / "headers" / "GDELT_2.0_Events_Column_Labels_Header_Row_Sep2016.csv"


# --- the same bytes, and places


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "datapackage"])
def test_the_same_lake_gives_the_same_bytes(lake: Lake, form: str, tmp_path: Path) -> None:
    first, _ = exported(lake, form, tmp_path)
    before = first.read_bytes()
    export(lake.root, form, first, Selection(), force=True)
    assert first.read_bytes() == before


def test_a_file_that_is_there_is_not_replaced_unasked(lake: Lake, tmp_path: Path) -> None:
    out = tmp_path / "events.csv"
    out.write_text("mine")
    with pytest.raises(UsageError, match="is there already; say --force to replace it"):
        export(lake.root, "csv", out, Selection())
    assert out.read_text() == "mine"


@pytest.mark.parametrize(
    ("form", "place", "why"),
    [
        ("csv", "lake/events.csv", "lies in the lake"),
        ("csv", "none/events.csv", "is not there"),
        ("csv", "folder", "is a folder; name a file"),
        ("datapackage", "file", "is a file; name a folder"),
        ("datapackage", "folder", "holds other files"),
    ],
)
def test_a_place_that_must_not_be_written_is_refused(
    lake: Lake, tmp_path: Path, form: str, place: str, why: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").write_text("mine")
    (tmp_path / "file").write_text("mine")
    out = lake.root / "events.csv" if place.startswith("lake") else tmp_path / place
    with pytest.raises(UsageError, match=why):
        export(lake.root, form, out, Selection(), force=True)


def test_what_fails_half_way_leaves_what_was_there(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.report.export import formats

    def fail(connection: Any, selection: Selection, path: Path) -> int:
        path.write_text("half")
        raise KeyboardInterrupt

    out = tmp_path / "events.csv"
    out.write_text("mine")
    monkeypatch.setitem(formats._WRITERS, "csv", fail)
    with pytest.raises(KeyboardInterrupt):
        export(lake.root, "csv", out, Selection(), force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["events.csv"]
    assert out.read_text() == "mine"

"""A user's own tables, read by a mapping."""

import pickle
import re
import tomllib
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import TABLES
from tasks.errors import ConfigError
from tasks.extract.reference import own_tables
from tasks.extract.reference.dataset import Dataset, Part, WrongFileError
from tasks.extract.reference.own_tables import own_dataset
from tasks.load.lake import checked
from tasks.settings import Source, shipped

STRIKES: dict[str, Any] = {
    "table": "events",
    "delimiter": ";",
    "encoding": "cp1252",
    "date_format": "%d.%m.%Y",
    "decimal": ",",
    "missing": ["", "n/a"],
    "ignored": ["Remark"],
    "columns": {"event_id": "Id", "event_date": "Day", "event_type": "Kind", "place_country": "Land",
                "deaths_best": "Killed", "intensity": "Score"},
    "constants": {"modality": "actual"},
    "countries": {"place_country": "name"},
    "values": {"event_type": {"bombing": "ASSAULT"}},
}  # fmt: skip
HEADER = "Id;Day;Kind;Land;Killed;Score;Remark"
GDP: dict[str, Any] = {
    "table": "indicators",
    "columns": {"country": "state", "start_date": "when", "value": "gdp"},
    "constants": {"series": "gdp.usd", "unit": "USD"},
}


def of(mapping: dict[str, Any], name: str = "gdp") -> Dataset:
    return own_dataset(Source(name, Path("own.csv"), dataset="own", mapping=mapping))


def read(mapping: dict[str, Any], *lines: str) -> tuple[Part, list[dict[str, Any]]]:
    dataset = of(mapping)
    data = "\n".join(lines).encode("cp1252")
    assert dataset.fits(data)
    (part,) = dataset.read(BytesIO(data), "own.csv")
    (table,) = dataset.tables
    return part, checked(TABLES[table], part.tables[table]).to_pylist()


def test_events_become_rows_of_the_contract() -> None:
    part, rows = read(
        STRIKES, HEADER, "7;24.2.2022;bombing;Türkei/;n/a;-9,5;said", "8;24.2.2022;bombing;Ukraine;12;n/a;"
    )
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", "unknown_country")]
    (row,) = rows
    given = {name: value for name, value in row.items() if value is not None}
    assert given == {
        "event_id": "8", "dataset": "own", "event_date": date(2022, 2, 24), "event_end_date": date(2022, 2, 24),
        "date_precision": "day", "event_type": "ASSAULT", "modality": "actual", "place_country": "UKR",
        "deaths_best": 12,
    }  # fmt: skip
    assert part.remarks == ()


def test_figures_of_a_year_cover_it_whole() -> None:
    _, rows = read(GDP, "state,when,gdp", "ARM,2022,19.5e9", "ARM,2023-02,1")
    assert [(r["start_date"], r["end_date"], r["value"], r["counterpart"], r["dataset"]) for r in rows] == [
        (date(2022, 1, 1), date(2022, 12, 31), 19.5e9, "", "gdp"),
        (date(2023, 2, 1), date(2023, 2, 28), 1.0, "", "gdp"),
    ]


@pytest.mark.parametrize(
    ("kind", "cell", "when", "code"),
    [
        ("iso3", "arm", "2022", "ARM"),
        ("iso2", "XK", "2022", "XKX"),
        ("name", "Soviet Union", "1980", "SUN"),
        ("cow", "365", "1980", "SUN"),
        ("cow", "365", "2000", "RUS"),
        ("gw", "365", "2000", "RUS"),
    ],
)
def test_countries_are_read_as_they_are_written(kind: str, cell: str, when: str, code: str) -> None:
    _, rows = read(GDP | {"countries": {"country": kind}}, "state,when,gdp", f"{cell},{when},1")
    assert [row["country"] for row in rows] == [code]


def test_an_event_without_an_id_has_one_that_depends_on_the_row_alone() -> None:
    mapping: dict[str, Any] = {"table": "events", "columns": {"event_date": "day", "event_type": "type"}}
    part, rows = read(mapping, "day,type", "2020-01-02,PROTEST", "2020-01-03,PROTEST", "2020-01-02,PROTEST")
    _, turned = read(mapping, "type,day", "PROTEST,2020-01-03", "PROTEST,2020-01-02")
    assert {row["event_id"] for row in rows} == {row["event_id"] for row in turned}
    assert (part.found, part.merged, len(rows)) == (3, 1, 2)


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        ("ARM,2022,many", "not_a_number", r"column 'gdp' is 'many' \(value\)"),
        ("ARM,31.12.2022,1", "bad_date", r"column 'when' is '31.12.2022' \(start_date\)"),
        ("QQQ,2022,1", "unknown_country", r"column 'state' is 'QQQ' \(country\)"),
        (",2022,1", "empty_cell", r"column 'state' \(country\) is empty"),
        ("GEO,2021,5", "repeated_key", "the key of line 2"),
    ],
)
def test_a_bad_row_is_rejected_with_line_and_column(line: str, reason: str, words: str) -> None:
    part, rows = read(GDP, "state,when,gdp", "GEO,2021,4", line)
    (rejected,) = part.rejected
    assert (rejected.record, rejected.reason) == ("line 3", reason)
    assert re.search(words, rejected.detail)
    assert len(rows) == 1


def test_columns_that_the_mapping_does_not_name_are_reported() -> None:
    part, _ = read(GDP, "state,when,gdp,colour", "ARM,2022,1,red")
    assert part.remarks == ("unknown columns were left out: colour",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table": "articles"}, "'table' is 'articles'"),
        ({"colour": 1}, "unknown keys: colour"),
        ({"columns": {}}, "is empty"),
        ({"columns": {"country": "state", "start_date": "when", "gross": "gdp"}}, r"\[columns\] names gross"),
        ({"constants": {"series": "gdp"}}, "indicators needs unit"),
        ({"constants": {"series": "gdp", "unit": "USD", "value": "x"}}, "value stand in"),
        ({"constants": {"series": "gdp", "unit": "USD", "end_date": "x"}}, r"end_date = 'x': which is no date"),
        ({"countries": {"country": "fips"}}, "country = 'fips'"),
        ({"countries": {"counterpart": "iso2"}}, "names counterpart"),
        ({"encoding": "latin-99"}, "'encoding' is 'latin-99'"),
        ({"delimiter": "ab"}, "must be one sign"),
        ({"ignored": "Remark"}, "'ignored' must be a list"),
        ({"decimal": "'"}, "'decimal' must be"),
        ({"title": 5}, "'title' must be a text"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_its_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=rf"^sources\.toml: source 'gdp': .*{words}"):
        of(GDP | change)


def test_a_file_that_lacks_a_column_is_refused_by_its_name_and_with_what_to_do() -> None:
    with pytest.raises(
        WrongFileError, match=r"with the columns: gdp; say in \[gdp.columns\] and `delimiter` of source"
    ):
        read(GDP, "state,when,income", "ARM,2022,1")


def test_a_data_set_says_of_itself_what_its_source_says() -> None:
    source = Source("gdp", Path("own.csv"), publisher="Example desk", cadence="yearly", least_rows=7, mapping=GDP)
    dataset = own_dataset(replace(source, mapping=GDP | {"title": "Gross domestic product"}))
    assert (dataset.name, dataset.title, dataset.least_rows) == ("gdp", "Gross domestic product", 7)
    assert (dataset.origin.publisher, dataset.origin.cadence) == ("Example desk", "yearly")
    assert own_dataset(source).title == "gdp: a table of your own"


def test_another_mapping_is_another_version_of_the_reader_and_it_reaches_a_worker() -> None:
    assert of(GDP).version == of(dict(reversed(GDP.items()))).version != of(GDP | {"ignored": ["x"]}).version
    (part,) = pickle.loads(pickle.dumps(of(GDP))).read(BytesIO(b"state,when,gdp\nARM,2022,1"), "own.csv")
    assert part.found == 1


def test_the_example_of_the_documentation_is_a_mapping() -> None:
    text = (own_tables.__doc__ or "").partition("beside it:\n\n")[2].partition("\nWhat can be told")[0]
    mapping = tomllib.loads(dedent(text))["strikes"]
    assert (mapping.pop("dataset"), mapping.pop("path")) == ("own", "~/data/strikes.csv")
    (part,) = of(mapping, "strikes").read(
        BytesIO("Id;Day;Land;Killed;Remark\n7;7.10.2023;Israel;3;\n".encode("cp1252")), "strikes.csv"
    )
    assert part.rejected == ()
    assert part.tables["events"].column("place_country").to_pylist() == ["ISR"]


def test_the_example_in_the_file_of_sources_is_a_mapping() -> None:
    text = (shipped("config") / "sources.toml").read_text(encoding="utf-8")
    lines = text[text.index("# [strikes]") :].splitlines()
    mapping = tomllib.loads("\n".join(line.removeprefix("#").strip() for line in lines))["strikes"]
    assert (mapping.pop("dataset"), mapping.pop("path")) == ("own", "~/data/strikes.csv")
    (part,) = of(mapping, "strikes").read(
        BytesIO(b"Day;Kind;Land;Killed;Remark\n7.10.2023;bombing;Israel;3;\n"), "a.csv"
    )
    assert part.rejected == ()
    assert part.tables["events"].column("event_type").to_pylist() == ["ASSAULT"]


CELLS = st.sampled_from(
    ["", "2022", "31.02.2022", "24.2.2022", "1,5", "9" * 17, "ARM", "Armenia", "bombing", "\x00", '"']
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=5))
def test_no_cells_crash_the_reader(lines: list[list[str]]) -> None:
    dataset = of(STRIKES)
    data = "\n".join([HEADER, *(";".join(cells) for cells in lines)]).encode("cp1252")
    (part,) = dataset.read(BytesIO(data), "own.csv")
    assert part.found == len(part.rejected) + part.merged + part.tables["events"].num_rows
    checked(TABLES["events"], part.tables["events"])

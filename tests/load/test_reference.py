"""The load of our own facts."""

from datetime import date
from pathlib import Path

import pytest

from tasks.errors import ConfigError
from tasks.load.lake import Lake
from tasks.load.reference import load_facts
from tasks.settings import shipped

PEOPLE = shipped("config") / "codebook" / "people.csv"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to be edited."""
    folder = tmp_path / "facts"
    folder.mkdir()
    for path in shipped("data/reference").glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_relations_and_each_year_of_indicators_become_a_partition(lake: Lake) -> None:
    written = load_facts(lake, shipped("data/reference"), PEOPLE)
    assert "relations/source=facts/period=all" in written
    assert "indicators/source=facts/period=2023" in written
    assert sorted(written) == [p.name for p in lake.partitions()]
    for partition in lake.partitions("indicators"):
        days = lake.read("indicators", "facts", partition.period)["start_date"].to_pylist()
        assert {f"{day.year}" for day in days} == {partition.period}


def test_what_was_read_is_in_the_lake(lake: Lake) -> None:
    load_facts(lake, shipped("data/reference"), PEOPLE)
    rows = lake.read("relations", "facts", "all").to_pylist()
    (finland,) = [r for r in rows if (r["kind"], r["name"], r["country"]) == ("membership", "NATO", "FIN")]
    assert finland["start_date"] == date(2023, 4, 4)
    (people,) = [row for row in lake.read("indicators", "facts", "2023").to_pylist() if row["value"] == 100_632]
    assert (people["series"], people["country"], people["counterpart"]) == ("refugees", "AZE", "ARM")


def test_leaders_of_the_codebook_are_among_the_relations(lake: Lake) -> None:
    load_facts(lake, shipped("data/reference"), PEOPLE)
    rows = lake.read("relations", "facts", "all").to_pylist()
    (niinisto,) = [row for row in rows if (row["kind"], row["name"]) == ("leader", "Sauli Niinistö")]
    assert (niinisto["country"], niinisto["start_date"]) == ("FIN", date(2012, 3, 1))
    assert niinisto["note"] == "president (head of state)"


def test_unchanged_facts_rewrite_nothing(lake: Lake) -> None:
    load_facts(lake, shipped("data/reference"), PEOPLE)
    before = {p.name: (p.path.read_bytes(), p.path.stat().st_mtime_ns) for p in lake.partitions()}
    assert load_facts(lake, shipped("data/reference"), PEOPLE) == []
    assert {p.name: (p.path.read_bytes(), p.path.stat().st_mtime_ns) for p in lake.partitions()} == before


def test_an_edited_figure_changes_its_year_alone(lake: Lake, own: Path) -> None:
    load_facts(lake, own, PEOPLE)
    path = own / "indicators.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("100632", "100633"), encoding="utf-8")
    assert load_facts(lake, own, PEOPLE) == ["indicators/source=facts/period=2023"]


def test_a_year_that_is_gone_from_the_file_is_gone_from_the_lake(lake: Lake, own: Path) -> None:
    load_facts(lake, own, PEOPLE)
    path = own / "indicators.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",2020-" not in line), encoding="utf-8")
    assert load_facts(lake, own, PEOPLE) == ["indicators/source=facts/period=2020"]
    assert lake.read("indicators", "facts", "2020").num_rows == 0


def test_a_wrong_row_stops_the_load_before_anything_is_written(lake: Lake, own: Path) -> None:
    with (own / "indicators.csv").open("a", encoding="utf-8") as file:
        file.write("refugees,ZZZ,,2023-01-01,,1,people,,facts,1,x\n")
    with pytest.raises(ConfigError, match="country is 'ZZZ'"):
        load_facts(lake, own, PEOPLE)
    assert lake.partitions() == []

"""The readers of alliances: COW's and ATOP's."""

import gzip
from datetime import date
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import RELATIONS
from tasks.extract.reference import atop, cow_alliances
from tasks.extract.reference.dataset import HEAD, Part
from tasks.load.lake import checked

COW = "ccode1,ccode2,year,cow_defense,cow_neutral,cow_nonagg,cow_entente"
ATOP = "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul"
DYAD = (
    "version4id,ccode1,state_name1,ccode2,state_name2,dyad_st_day,dyad_st_month,dyad_st_year,dyad_end_day,"
    "dyad_end_month,dyad_end_year,left_censor,right_censor,defense,neutrality,nonaggression,entente,asymmetry,version"
)
MEMBER = (
    "version4id,ccode,state_name,all_st_day,all_st_month,all_st_year,all_end_day,all_end_month,all_end_year,ss_type,"
    "mem_st_day,mem_st_month,mem_st_year,mem_end_day,mem_end_month,mem_end_year,left_censor,right_censor,version"
)


def read(module: ModuleType, header: str, *lines: str) -> tuple[Part, list[dict[str, Any]]]:
    data = "\n".join([header, *lines]).encode()
    assert module.fits(data[:HEAD])
    (part,) = module.read(BytesIO(data), "alliances.csv")
    return part, checked(RELATIONS, part.tables["relations"]).to_pylist()


def ties(rows: list[dict[str, Any]]) -> set[tuple[str, str, str, str, str | None]]:
    return {
        (r["name"], r["country"], r["counterpart"], str(r["start_date"]), str(r["end_date"]) if r["end_date"] else None)
        for r in rows
    }


def test_years_without_a_break_make_one_spell() -> None:
    part, rows = read(
        cow_alliances, COW, "2.0,20.0,1949.0,1,0,0,0", "2,20,1950,1,0,0,0", "2,20,1953,1,0,0,1", "385,390,1960,0,0,0,1"
    )
    assert part.found == 4
    assert ties(rows) == {
        ("defense", "USA", "CAN", "1949-01-01", "1950-12-31"),
        ("defense", "USA", "CAN", "1953-01-01", "1953-12-31"),
        ("entente", "USA", "CAN", "1953-01-01", "1953-12-31"),
        ("entente", "NOR", "DNK", "1960-01-01", None),
    }
    assert {row["kind"] for row in rows} == {"alliance"}


def test_a_spell_that_reaches_the_end_of_the_data_is_open_and_says_so() -> None:
    _, rows = read(cow_alliances, COW, "2,20,2012,1,0,0,0")
    assert rows[0]["end_date"] is None
    assert "lasted when the data end (2012)" in rows[0]["note"]


def test_what_one_state_owes_the_other_need_not_owe() -> None:
    _, rows = read(atop, ATOP, "2,640,1950,1,0,0,0,0", "640,2,1950,0,0,0,0,0", "2,20,1960,1,0,0,0,0")
    assert {t[:3] for t in ties(rows)} == {
        ("defense", "USA", "TUR"),
        ("no listed obligation", "TUR", "USA"),
        ("defense", "USA", "CAN"),
    }


def test_a_tie_of_the_soviet_union_is_not_russias() -> None:
    _, rows = read(cow_alliances, COW, *(f"365,339,{year},1,0,0,0" for year in range(1989, 1995)))
    assert ties(rows) == {
        ("defense", "SUN", "ALB", "1989-01-01", "1991-12-31"),
        ("defense", "RUS", "ALB", "1992-01-01", None),
    }


def test_a_pair_with_a_state_that_has_no_code_is_one_rejected_row_that_counts_its_lines() -> None:
    part, rows = read(cow_alliances, COW, "245,220,1820,1,0,0,0", "245,220,1821,1,0,0,0", "2,20,1949,1,0,0,0")
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", "no_country")]
    assert "1820 to 1821, 2 lines" in part.rejected[0].detail
    assert (part.found, part.merged, len(rows)) == (3, 1, 1)


def test_the_official_table_by_dyad_holds_each_pair_once_and_gives_both_directions() -> None:
    _, rows = read(
        cow_alliances, DYAD, "4010,2,USA,20,Canada,4,4,1949,31,12,2012,0,1,1,0,0,0,0,4.1",
        "3001,200,UK,220,France,8,4,1904,5,8,1914,0,0,0,0,0,1,0,4.1",
    )  # fmt: skip
    assert ties(rows) == {
        ("defense", "USA", "CAN", "1949-04-04", None),
        ("defense", "CAN", "USA", "1949-04-04", None),
        ("entente", "GBR", "FRA", "1904-04-08", "1914-08-05"),
        ("entente", "FRA", "GBR", "1904-04-08", "1914-08-05"),
    }
    assert {row["note"] for row in rows} == {
        "COW alliance 4010; lasted when the data end (2012)", "COW alliance 3001",
    }  # fmt: skip


def test_two_alliances_of_a_pair_at_the_same_time_are_one_spell() -> None:
    _, rows = read(
        cow_alliances, DYAD, "1,2,USA,20,Canada,1,1,1950,31,12,1955,0,0,1,0,0,0,0,4.1",
        "2,2,USA,20,Canada,1,6,1953,31,12,1960,0,0,1,0,0,0,0,4.1",
        "3,2,USA,20,Canada,1,6,1970,31,12,1971,0,0,1,0,0,0,0,4.1",
    )  # fmt: skip
    assert {t[3:] for t in ties(rows)} == {("1950-01-01", "1960-12-31"), ("1970-06-01", "1971-12-31")}
    assert "COW alliance 1; COW alliance 2" in {row["note"] for row in rows}


def test_members_of_an_alliance_are_allied_while_both_are_in_it() -> None:
    kind = "Type I: Defense Pact"
    _, rows = read(
        cow_alliances, MEMBER,
        f"9,2,USA,4,4,1949,,,,{kind},4,4,1949,31,12,2012,0,1,4.1",
        f"9,350,Greece,4,4,1949,,,,{kind},18,2,1952,14,8,1974,0,0,4.1",
        f"9,640,Turkey,4,4,1949,,,,{kind},18,2,1952,31,12,2012,0,1,4.1",
    )  # fmt: skip
    both = {frozenset(t[1:3]): t[3:] for t in ties(rows)}
    assert both == {
        frozenset({"USA", "GRC"}): ("1952-02-18", "1974-08-14"),
        frozenset({"USA", "TUR"}): ("1952-02-18", None),
        frozenset({"GRC", "TUR"}): ("1952-02-18", "1974-08-14"),
    }
    assert len(rows) == 6


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,9999,1950,1,0,0,0", "not_a_number"),
        ("2,998,1950,1,0,0,0", "unknown_country"),
        ("2,20,50,1,0,0,0", "bad_date"),
        ("2,20,1950,7,0,0,0", "not_a_number"),
        ("2,2,1950,1,0,0,0", "no_country"),
    ],
    ids=["number", "no state", "year", "flag", "with itself"],
)
def test_a_bad_line_is_rejected_and_the_others_are_kept(line: str, reason: str) -> None:
    part, rows = read(cow_alliances, COW, line, "2,20,1949,1,0,0,0")
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", reason)]
    assert len(rows) == 1


@pytest.mark.parametrize("end", ["30,2,1950", "1,1,1940", "x,y,z"], ids=["no day", "before the start", "no numbers"])
def test_a_spell_with_an_end_that_is_no_date_is_rejected(end: str) -> None:
    part, rows = read(cow_alliances, DYAD, f"1,2,USA,20,Canada,1,1,1950,{end},0,0,1,0,0,0,0,4.1")
    assert [r.reason for r in part.rejected] == ["bad_date"]
    assert rows == []


def test_an_alliance_with_more_pairs_of_members_than_there_can_be_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cow_alliances, "_MOST_PAIRS", 1)
    lines = [f"{alliance},{code},X,1,1,1950,,,,Type III: Entente,1,1,1950,31,12,1960,0,0,4.1"
             for alliance, code in ((1, 2), (1, 20), (2, 2), (2, 20), (2, 70))]  # fmt: skip
    part, rows = read(cow_alliances, MEMBER, *lines)
    assert [r.reason for r in part.rejected] == ["too_many"] * 3
    assert len(rows) == 2


CELLS = st.sampled_from(
    ["2", "20", "300", "365", "1950", "1991.0", "0", "1", "", "Type I: Defense Pact", "x", "\x00", "12"]
)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([(cow_alliances, COW), (atop, ATOP), (cow_alliances, DYAD), (cow_alliances, MEMBER)]),
    st.lists(st.lists(CELLS, min_size=19, max_size=19), max_size=4),
)
def test_no_cells_crash_the_readers(layout: tuple[ModuleType, str], lines: list[list[str]]) -> None:
    module, header = layout
    width = header.count(",") + 1
    part, _ = read(module, header, *(",".join(cells[:width]) for cells in lines))
    assert part.found >= len(part.rejected) + part.merged


@pytest.mark.parametrize(
    ("module", "name", "records", "column", "obligation", "day"),
    [
        (cow_alliances, "cow_alliance_from_rda.csv.gz", 120_784, "cow_defense", "defense", date(2000, 7, 1)),
        (cow_alliances, "cow_alliance_from_rda.csv.gz", 120_784, "cow_nonagg", "nonaggression", date(2012, 7, 1)),
        (atop, "atop_alliance_from_rda.csv.gz", 273_296, "atop_defense", "defense", date(1985, 7, 1)),
        (atop, "atop_alliance_from_rda.csv.gz", 273_296, "atop_consul", "consultation", date(2018, 7, 1)),
    ],
)
def test_real_alliances_on_a_day_are_those_of_the_file(
    real_data: Path, module: ModuleType, name: str, records: int, column: str, obligation: str, day: date
) -> None:
    part, spells, table = real_table(module, real_data / "data/reference/cow" / name)
    assert part.found == records == len(table)
    given = table[(table["year"] == day.year) & (table[column] == 1)][["ccode1", "ccode2"]]
    # COW's table has the Federal Republic of before 1990 (260) beside Germany (255) in later years too.
    given = given.replace(260, 255).drop_duplicates()
    on_day = spells[(spells["name"] == obligation) & (spells["start_date"] <= day)]
    on_day = on_day[on_day["end_date"].isna() | (on_day["end_date"] >= day)]
    assert len(on_day) == len(given) > 100
    assert {rejected.reason for rejected in part.rejected} <= {"no_country"}


_READ: dict[Path, tuple[Part, pd.DataFrame, pd.DataFrame]] = {}


def real_table(module: ModuleType, path: Path) -> tuple[Part, pd.DataFrame, pd.DataFrame]:
    if path not in _READ:
        data = gzip.decompress(path.read_bytes())
        (part,) = module.read(BytesIO(data), path.name)
        spells = checked(RELATIONS, part.tables["relations"]).to_pandas()
        assert not spells.duplicated(list(RELATIONS.key)).any()
        _READ[path] = part, spells, pd.read_csv(BytesIO(data))
    return _READ[path]

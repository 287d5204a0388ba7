"""Our own alliances and memberships beside those of COW and ATOP: every difference has its reason."""

import gzip
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from tasks.extract.reference import atop, cow_alliances
from tasks.extract.reference.facts import read_facts
from tasks.settings import shipped

Pair = tuple[str, str]

PACTS: Final = ("NATO", "Collective Security Treaty", "CSTO")
"""The organisations of the facts whose members are bound to help each other."""
TREATY_OF_TASHKENT: Final = ("ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "RUS", "TJK", "UZB")
OF_1999: Final = ("CZE", "HUN", "POL")
OF_2004: Final = ("BGR", "EST", "LTU", "LVA", "ROU", "SVK", "SVN")
OF_2009: Final = ("ALB", "HRV")
BEFORE_1999: Final = ("BEL", "CAN", "DEU", "DNK", "ESP", "FRA", "GBR", "GRC", "ISL", "ITA", "LUX", "NLD", "NOR", "PRT",
                      "TUR", "USA")  # fmt: skip
BEFORE_2004: Final = (*BEFORE_1999, *OF_1999)
BEFORE_2009: Final = (*BEFORE_2004, *OF_2004)
EU: Final = ("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV", "HUN",
             "IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE")  # fmt: skip
REGION: Final = frozenset((*BEFORE_2009, *OF_2009, *EU, *TREATY_OF_TASHKENT, "BIH", "CHE", "MDA", "MKD", "MNE", "SRB",
                           "TKM", "UKR"))  # fmt: skip

Reason = tuple[Iterable[Pair], range, str]


def between(some: Iterable[str], others: Iterable[str]) -> set[Pair]:
    """Every pair of one of these and one of those."""
    return {(min(a, b), max(a, b)) for a in some for b in others if a != b}


COW_LACKS: Final[tuple[Reason, ...]] = (
    (between(OF_2004, BEFORE_2009), range(2004, 2013), "its file stops before NATO's enlargement of 2004"),
    (between(OF_2009, (*BEFORE_2009, *OF_2009)), range(2009, 2013), "and of 2009"),
)
COW_HAS: Final[tuple[Reason, ...]] = (
    (between(TREATY_OF_TASHKENT, TREATY_OF_TASHKENT), range(1992, 1994),
     "the Collective Security Treaty from the day of signature; ours is in force from 1994-04-20"),
    (between(("AZE", "GEO", "UZB"), TREATY_OF_TASHKENT), range(1999, 2013),
     "nobody leaves that treaty; three did not prolong it in April 1999 (Uzbekistan came back from 2006 to 2012)"),
    (between(("MDA", "TKM", "UKR"), (*TREATY_OF_TASHKENT, "MDA", "TKM", "UKR")), range(1995, 2013),
     "the CIS as a pact of defence, also of three that signed none"),
    ({("RUS", "TKM")}, range(1992, 1995), "a treaty of 1992, with a joint command; Turkmenistan is neutral since 1995"),
    ({("CZE", "SVK")}, range(1992, 2004), "a treaty of the two halves of Czechoslovakia, until both were in NATO"),
    ({("BIH", "HRV")}, range(1992, 2000), "an agreement of July 1992 against Serbia"),
)  # fmt: skip
ATOP_HAS: Final[tuple[Reason, ...]] = (
    (between(OF_1999, BEFORE_2004), range(1997, 1999), "NATO from the day on which protocols of accession were signed"),
    (between(OF_2004, BEFORE_2009), range(2003, 2004), "the same"),
    (between(OF_2009, (*BEFORE_2009, *OF_2009)), range(2008, 2009), "the same"),
    (between(("MNE",), (*BEFORE_2009, *OF_2009)), range(2016, 2017), "the same"),
    (between(EU, EU), range(2007, 2019), "the clause of help of the Treaty of Lisbon; ours has the EU as no alliance"),
    (between(TREATY_OF_TASHKENT, TREATY_OF_TASHKENT), range(1992, 1994),
     "the Collective Security Treaty from the day of signature; ours is in force from 1994-04-20"),
    (between(("AZE", "GEO", "UZB"), TREATY_OF_TASHKENT), range(1999, 2019),
     "Azerbaijan and Uzbekistan never leave that treaty, and Georgia in 2009, with the CIS"),
    ({("RUS", "TKM")}, range(1992, 2003), "a treaty of 1992, until that of 2002"),
    ({("CZE", "SVK")}, range(1992, 2004), "a treaty of the two halves of Czechoslovakia, until both were in NATO"),
    ({("BIH", "HRV")}, range(1992, 2019), "an agreement of July 1992 against Serbia"),
    ({("BGR", "RUS"), ("FIN", "RUS")}, range(1992, 1993), "treaties of the Soviet Union or their heirs, for one year"),
    ({("CZE", "RUS"), ("RUS", "SVK")}, range(1993, 1994), "the same"),
    (between(("BGR", "ROU"), ("BGR", "CZE", "HUN", "POL", "SVK")), range(1992, 2004),
     "what was left of the treaties between members of the Warsaw Pact, or came in their place"),
)  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_facts(shipped("data/reference"))["relations"].to_pylist()
    return rows


def in_force(rows: Iterable[Mapping[str, Any]], year: int) -> list[Mapping[str, Any]]:
    """The rows of relations that hold at the end of a year."""
    day = date(year, 12, 30)
    return [row for row in rows if row["start_date"] <= day and (row["end_date"] is None or row["end_date"] >= day)]


def ours(facts: list[dict[str, Any]], year: int) -> set[Pair]:
    """The pairs of states that our facts say are bound to help each other at the end of a year."""
    rows = in_force(facts, year)
    pairs: set[Pair] = set()
    for pact in PACTS:
        members = sorted(row["country"] for row in rows if (row["kind"], row["name"]) == ("membership", pact))
        pairs.update(combinations(members, 2))
    bound = (row for row in rows if row["kind"] == "alliance" and "attacked" in row["note"])
    return pairs | {(min(row["country"], row["counterpart"]), max(row["country"], row["counterpart"])) for row in bound}


@pytest.mark.parametrize(
    ("module", "file", "last", "lacks", "has"),
    [
        pytest.param(cow_alliances, "cow_alliance_from_rda.csv.gz", 2012, COW_LACKS, COW_HAS, id="cow"),
        pytest.param(atop, "atop_alliance_from_rda.csv.gz", 2018, (), ATOP_HAS, id="atop"),
    ],
)
def test_our_pacts_of_defence_differ_from_the_real_ones_for_reasons_that_are_known(
    facts: list[dict[str, Any]],
    real_data: Path,
    module: ModuleType,
    file: str,
    last: int,
    lacks: tuple[Reason, ...],
    has: tuple[Reason, ...],
) -> None:
    (part,) = module.read(BytesIO(gzip.decompress((real_data / "data/reference/cow" / file).read_bytes())), file)
    table = [row for row in part.tables["relations"].to_pylist() if row["name"] == "defense"]
    both = 0
    missing: set[tuple[Pair, int]] = set()
    more: set[tuple[Pair, int]] = set()
    for year in range(1992, last + 1):
        theirs = {
            (min(row["country"], row["counterpart"]), max(row["country"], row["counterpart"]))
            for row in in_force(table, year)
        }
        mine = ours(facts, year)
        both += len(mine & theirs)
        missing |= {(pair, year) for pair in mine - theirs}
        more |= {(pair, year) for pair in theirs - mine if REGION.issuperset(pair)}
    assert both > 3000
    for differences, reasons in ((missing, lacks), (more, has)):
        explained = [{(pair, year) for pair in pairs for year in years} & differences for pairs, years, _ in reasons]
        assert sorted(differences - set().union(*explained)) == []
        assert all(explained)  # each reason explains something

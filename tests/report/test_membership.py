"""The report `membership`: who joined, left and applied, with the events that tell of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from facts_of_states import tie
from rows import article, event, put

from tasks.load.lake import Lake
from tasks.load.reference import load_facts
from tasks.report.query import ask
from tasks.report.reports import run_report
from tasks.settings import shipped

PEOPLE = shipped("config") / "codebook" / "people.csv"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    ties = [
        tie("application", "NATO", "FIN", date(2022, 5, 18), date(2023, 4, 3)),
        tie("membership", "NATO", "FIN", date(2023, 4, 4)),
        tie("membership", "EU", "GBR", date(1973, 1, 1), date(2020, 1, 31)),
        tie("withdrawal", "EU", "GBR", date(2017, 3, 29), date(2020, 1, 31)),
        tie("border", "land border", "FIN", date(1991, 12, 26), counterpart="RUS"),
    ]
    put(lake, "relations", ties, "facts", "all")
    return lake


def told(lake: Lake, number: int = 1, **changes: Any) -> None:
    """Put an article that tells of Finland's application into the lake."""
    day = changes.get("published_date", date(2022, 5, 19))
    source = article(number, published_date=day)
    named = {"actor_country": "FIN", "actor_name": "Finland", "recipient_country": None, "recipient_name": "NATO",
             "recipient_sector": "IGO", "event_type": "REQUEST", "event_date": date(2022, 5, 18)}  # fmt: skip
    put(lake, "articles", [source], f"s{number}")
    put(lake, "events", [event(source, **(named | changes))], f"s{number}")


def rows(lake: Lake, as_of: date | None = None, **params: str) -> list[dict[str, Any]]:
    return run_report(lake.root, "membership", params, as_of).to_pylist()


def steps(lake: Lake, as_of: date | None = None, **params: str) -> list[tuple[Any, ...]]:
    return [(r["date"], r["country"], r["step"], r["until"]) for r in rows(lake, as_of, **params)]


def test_each_step_has_its_day(lake: Lake) -> None:
    assert steps(lake, organisation="NATO") == [
        (date(2022, 5, 18), "FIN", "applied", date(2023, 4, 3)),
        (date(2023, 4, 4), "FIN", "joined", None),
    ]
    assert steps(lake, country="GBR") == [
        (date(1973, 1, 1), "GBR", "joined", date(2020, 1, 31)),
        (date(2017, 3, 29), "GBR", "gave notice", date(2020, 1, 31)),
        (date(2020, 1, 31), "GBR", "left", None),
    ]


def test_an_organisation_is_known_by_the_name_of_the_codebook_too(lake: Lake) -> None:
    assert steps(lake, organisation="european union") == steps(lake, organisation="eu") != []
    assert steps(lake, organisation="league of nations") == []


def test_steps_are_limited_by_their_own_day(lake: Lake) -> None:
    assert [s[2] for s in steps(lake, since="2017-01-01", until="2022-12-31")] == ["gave notice", "left", "applied"]


def test_events_around_the_day_tell_of_it(lake: Lake) -> None:
    told(lake)
    told(lake, 2)  # a copy
    told(lake, 3, event_date=date(2022, 1, 5))
    told(lake, 4, actor_name="NATO", actor_country=None, recipient_country="FIN", event_type="CONSULT")
    row = rows(lake, organisation="NATO")[0]
    assert (row["incidents"], row["types"]) == (2, ["CONSULT 1", "REQUEST 1"])
    assert {text.split()[1] for text in row["evidence"]} == {"CONSULT", "REQUEST"}
    assert all(text.endswith("Nordia shelled Sudia on Monday.") for text in row["evidence"])
    assert rows(lake, organisation="NATO", days="200")[0]["incidents"] == 3


@pytest.mark.parametrize(
    "changes", [{"recipient_name": "European Union"}, {"actor_country": "SWE"}, {"modality": "conditional"}]
)
def test_events_of_others_do_not(lake: Lake, changes: dict[str, Any]) -> None:
    told(lake, **changes)
    assert [row["incidents"] for row in rows(lake, organisation="NATO")] == [0, 0]


def test_what_came_later_is_not_there_as_of_an_earlier_day(lake: Lake) -> None:
    told(lake)
    before = rows(lake, as_of=date(2022, 12, 31))
    assert steps(lake, as_of=date(2022, 12, 31)) == [
        (date(1973, 1, 1), "GBR", "joined", date(2020, 1, 31)),
        (date(2017, 3, 29), "GBR", "gave notice", date(2020, 1, 31)),
        (date(2020, 1, 31), "GBR", "left", None),
        (date(2022, 5, 18), "FIN", "applied", None),
    ]
    told(lake, 2, event_type="SUPPORT", published_date=date(2023, 1, 2))
    assert rows(lake, as_of=date(2022, 12, 31)) == before
    assert [step[2] for step in steps(lake, as_of=date(2018, 1, 1))] == ["joined", "gave notice"]


def test_the_shipped_facts_know_the_way_into_and_out_of_organisations(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    load_facts(lake, shipped("data/reference"), PEOPLE)
    nato = [(r["country"], r["step"]) for r in rows(lake, organisation="NATO", since="2022-01-01")]
    assert nato == [("FIN", "applied"), ("SWE", "applied"), ("UKR", "applied"), ("FIN", "joined"), ("SWE", "joined")]
    left = [(r["organisation"], r["country"]) for r in rows(lake, since="2005-01-01") if r["step"] == "left"]
    assert {("EU", "GBR"), ("CIS", "GEO"), ("CIS", "UKR"), ("CSTO", "UZB"), ("Council of Europe", "RUS")} <= set(left)
    assert ("CSTO", "ARM", "suspended") in [(r["organisation"], r["country"], r["step"]) for r in rows(lake)]


def test_every_organisation_of_the_shipped_facts_is_in_the_list(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    load_facts(lake, shipped("data/reference"), PEOPLE)
    missing = "select name from relations where kind = 'membership' except select name from organisations"
    assert ask(lake.root, missing).to_pylist() == []

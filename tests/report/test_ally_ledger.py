"""The report `ally_ledger`: pledges, deliveries, refusals and failures of allies."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from facts_of_states import tie
from rows import article, event, put

from tasks.load.lake import Lake
from tasks.report.reports import run_report

BODY = "Nordia shelled Sudia on Monday. More."


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    ties = [
        tie("membership", "CSTO", "RUS", date(2003, 9, 18)),
        tie("membership", "CSTO", "ARM", date(2003, 9, 18)),
        tie("membership", "CSTO", "UZB", date(2006, 6, 23), date(2012, 12, 19)),
        tie("membership", "SCO", "RUS", date(2001, 6, 15)),
        tie("membership", "SCO", "CHN", date(2001, 6, 15)),
        tie("alliance", "Treaty of Friendship", "RUS", date(1997, 8, 29), counterpart="ARM"),
        tie("alliance", "Treaty of Friendship", "ARM", date(1997, 8, 29), counterpart="RUS"),
    ]
    put(lake, "relations", ties, "facts", "all")
    return lake


def told(lake: Lake, *events: dict[str, Any], number: int = 1, **of_article: Any) -> None:
    """Put an article that tells of events from Russia to Armenia into the lake."""
    source = article(number, body=BODY, **of_article)
    named = {"actor_country": "RUS", "actor_name": "Russia", "recipient_country": "ARM", "recipient_name": "Armenia"}
    put(lake, "articles", [source], f"s{number}")
    put(lake, "events", [event(source, **(named | changes)) for changes in events], f"s{number}")


def entries(lake: Lake, as_of: date | None = None, **params: str) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    rows = run_report(lake.root, "ally_ledger", params, as_of).to_pylist()
    return {(r["helper"], r["ally"]): (r["pledges"], r["deliveries"], r["refusals"], r["failures"]) for r in rows}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({"event_type": "AGREE"}, (1, 0, 0, 0)),
        ({"event_type": "AID", "modality": "intended"}, (1, 0, 0, 0)),
        ({"event_type": "AID"}, (0, 1, 0, 0)),
        ({"event_type": "SUPPORT"}, (0, 1, 0, 0)),
        ({"event_type": "SUPPORT", "event_mode": "ratify"}, (0, 1, 0, 0)),
        ({"event_type": "COOPERATE"}, (0, 1, 0, 0)),
        ({"event_type": "MOBILIZE"}, (0, 1, 0, 0)),
        ({"event_type": "MOBILIZE", "recipient_country": None, "place_country": "ARM"}, (0, 1, 0, 0)),
        ({"event_type": "REJECT"}, (0, 0, 1, 0)),
        ({"event_type": "REJECT", "event_mode": "assist"}, (0, 0, 1, 0)),
        ({"event_type": "SANCTION", "event_mode": "discontinue"}, (0, 0, 1, 0)),
        ({"event_type": "SANCTION", "event_mode": "discontinue", "modality": "intended"}, (0, 0, 1, 0)),
        ({"event_type": "AID", "modality": "negated", "event_mode": "protection"}, (0, 0, 0, 1)),
    ],
    ids=lambda value: "-".join(str(v) for v in value.values()) if isinstance(value, dict) else "",
)
def test_an_event_is_a_pledge_a_delivery_a_refusal_or_a_failure(
    lake: Lake, changes: dict[str, Any], counts: tuple[int, ...]
) -> None:
    told(lake, changes)
    assert entries(lake) == {("RUS", "ARM"): counts}


@pytest.mark.parametrize(
    "changes",
    [
        {"event_type": "ASSAULT"},
        {"event_type": "SANCTION", "event_mode": "expel"},
        {"event_type": "SANCTION", "event_mode": "discontinue", "modality": "negated"},
        {"event_type": "SUPPORT", "event_mode": "praise"},
        {"event_type": "REJECT", "event_mode": "deny"},
        {"event_type": "REJECT", "modality": "negated"},
        {"event_type": "AID", "modality": "conditional"},
        {"event_type": "AID", "recipient_country": "UZB"},  # no ally any more
        {"event_type": "AID", "recipient_country": "CHN"},
        {"event_type": "AID", "actor_country": "ARM"},  # to itself
    ],
    ids=lambda changes: "-".join(str(v) for v in changes.values()),
)
def test_what_is_no_entry_of_the_ledger_is_left_out(lake: Lake, changes: dict[str, Any]) -> None:
    told(lake, changes)
    assert entries(lake) == {}


def test_an_ally_of_former_days_counts_as_long_as_it_was_one(lake: Lake) -> None:
    told(lake, {"event_type": "AID", "recipient_country": "UZB", "event_date": date(2012, 12, 19)})
    assert entries(lake) == {("RUS", "UZB"): (0, 1, 0, 0)}


def test_the_alliance_itself_is_a_helper(lake: Lake) -> None:
    bloc = {"actor_country": None, "actor_name": "CSTO", "actor_sector": "IGO"}
    told(lake, bloc | {"event_type": "AID", "modality": "negated"})
    assert entries(lake) == {("CSTO", "ARM"): (0, 0, 0, 1)}


def test_copies_of_one_incident_count_once_and_evidence_is_cut_out(lake: Lake) -> None:
    told(lake, {"event_type": "AID", "modality": "negated"})
    told(lake, {"event_type": "AID", "modality": "negated"}, number=2, outlet="The Wader")
    (row,) = run_report(lake.root, "ally_ledger").to_pylist()
    assert row["failures"] == 1
    assert len(row["failure_evidence"]) == 1
    assert row["failure_evidence"][0].endswith(": Nordia shelled Sudia on Monday.")
    assert row["failure_evidence"][0].startswith("2023-10-02 AID ")
    assert (row["first_date"], row["last_date"]) == (date(2023, 10, 2), date(2023, 10, 2))


def test_evidence_is_limited_and_the_newest_comes_first(lake: Lake) -> None:
    told(lake, *({"event_type": "AID", "event_date": date(2023, 9, day)} for day in range(1, 9)))
    (row,) = run_report(lake.root, "ally_ledger", {"evidence": "2"}).to_pylist()
    assert row["deliveries"] == 8
    assert [text[:10] for text in row["delivery_evidence"]] == ["2023-09-08", "2023-09-07"]
    (row,) = run_report(lake.root, "ally_ledger", {"evidence": "0"}).to_pylist()
    assert row["delivery_evidence"] == []


def test_treaties_of_the_two_stand_beside_with_their_days(lake: Lake) -> None:
    told(lake, {"event_type": "AID"})
    (row,) = run_report(lake.root, "ally_ledger").to_pylist()
    assert row["treaties"] == ["CSTO, 2003-09-18", "Treaty of Friendship, 1997-08-29"]
    assert (row["allied_from"], row["allied_until"]) == (date(2003, 9, 18), None)


@pytest.mark.parametrize("asked", ["RUS-ARM", "arm,rus", "Treaty of Friendship", "csto"])
def test_an_alliance_is_asked_for_by_name_or_as_a_pair(lake: Lake, asked: str) -> None:
    told(lake, {"event_type": "AID"})
    assert entries(lake, alliance=asked) == {("RUS", "ARM"): (0, 1, 0, 0)}


def test_a_pair_without_a_tie_is_asked_about_all_the_same(lake: Lake) -> None:
    told(lake, {"event_type": "AID", "recipient_country": "SRB"})
    assert entries(lake, alliance="RUS-SRB") == {("RUS", "SRB"): (0, 1, 0, 0)}


def test_an_unknown_alliance_has_no_pairs(lake: Lake) -> None:
    told(lake, {"event_type": "AID"})
    assert entries(lake, alliance="Entente") == {}


def test_all_pairs_are_shown_on_request(lake: Lake) -> None:
    pairs = entries(lake, show="all")
    assert set(pairs.values()) == {(0, 0, 0, 0)}
    assert len(pairs) == 6 + 3
    assert set(entries(lake, show="all", country="UZB")) == {pair for pair in pairs if "UZB" in pair}


def test_what_has_nothing_to_do_with_defence_can_be_left_out(lake: Lake) -> None:
    told(lake, {"event_type": "AID", "contexts": ["economic"]}, {"event_type": "SUPPORT", "contexts": ["military"]})
    assert entries(lake) == {("RUS", "ARM"): (0, 2, 0, 0)}
    assert entries(lake, context="military") == {("RUS", "ARM"): (0, 1, 0, 0)}


def test_a_later_article_changes_nothing_as_of_an_earlier_day(lake: Lake) -> None:
    told(lake, {"event_type": "AGREE"})
    before = entries(lake, as_of=date(2023, 10, 31))
    late = {"event_type": "AID", "modality": "negated", "published_date": date(2023, 11, 5)}
    told(lake, late, number=2, published_date=date(2023, 11, 5))
    assert before == entries(lake, as_of=date(2023, 10, 31)) == {("RUS", "ARM"): (1, 0, 0, 0)}
    assert entries(lake) == {("RUS", "ARM"): (1, 0, 0, 1)}


def test_an_end_that_came_later_is_not_known_as_of_an_earlier_day(lake: Lake) -> None:
    told(lake, {"event_type": "AID", "recipient_country": "UZB", "event_date": date(2010, 5, 1),
                "published_date": date(2010, 5, 2)}, published_date=date(2010, 5, 2))  # fmt: skip
    (row,) = run_report(lake.root, "ally_ledger", as_of=date(2011, 1, 1)).to_pylist()
    assert (row["allied_until"], row["treaties"]) == (None, ["CSTO, 2006-06-23"])
    (row,) = run_report(lake.root, "ally_ledger").to_pylist()
    assert (row["allied_until"], row["treaties"]) == (date(2012, 12, 19), ["CSTO, 2006-06-23 to 2012-12-19"])

"""Every sentence of tests/cases/places.txt gives its events the places that it says there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.transform.coding.coder import Coder

CASES = Path(__file__).parents[2] / "cases" / "places.txt"
PUBLISHED = date(2023, 10, 5)


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


def told(events: list[dict[str, Any]]) -> str:
    """Trigger and place of each event in the notation of the cases."""
    return "; ".join({row["trigger_id"]: one_event(row) for row in events}.values())


def one_event(row: dict[str, Any]) -> str:
    trigger = row["trigger_text"].split()[0]
    if row["place_name"] is None:
        return f"{trigger} -"
    return f"{trigger} {row['place_name']}/{row['place_country']} ({row['place_precision']})"


def coded(coder: Coder, body: str, title: str = "") -> list[dict[str, Any]]:
    (result,) = coder.code([{"article_id": "a", "body": body, "title": title, "published_date": PUBLISHED}])
    assert result.error == ""
    return result.events


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_events_of_the_sentence_have_just_these_places(coder: Coder, text: str, wanted: str) -> None:
    assert told(coded(coder, text)) == wanted


@pytest.mark.parametrize(("country", "found"), [("Chile", "CHL"), ("Dominican Republic", "DOM")])
def test_the_countries_of_the_article_tell_which_namesake_is_meant(coder: Coder, country: str, found: str) -> None:
    events = coded(coder, f"{country} was in the news.\n\nPolice arrested a Russian spy in Santiago.")
    assert [event["place_country"] for event in events] == [found]


def test_a_town_of_the_united_states_has_its_state(coder: Coder) -> None:
    (event,) = coded(coder, "American police arrested a Russian officer in Memphis.")
    assert event["admin1"] == "Tennessee"


def test_the_words_of_a_place_are_cut_out_of_the_body(coder: Coder) -> None:
    (event,) = coded(coder, "American police arrested a Russian officer in New York City on Monday.")
    assert event["place_text"] == "New York City"

"""An article that names no country is at home where its large towns are."""

from datetime import date
from typing import Any

import pytest

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.gazetteer import town_among
from tasks.transform.coding.home import HomeFinder

DAY = date(2023, 10, 5)


@pytest.fixture(scope="module")
def homes(codebook: Codebook) -> HomeFinder:
    return HomeFinder(codebook)


@pytest.mark.parametrize(
    ("title", "body", "country"),
    [
        ("", "Two women were killed in Chicago on Monday.", "USA"),
        ("", "In Birmingham, two women were attacked.", "GBR"),
        ("", "A fire broke out in central Marseille.", "FRA"),
        ("", "MEMPHIS (AP) — Five men were charged.", "USA"),
        ("", "LAS VEGAS – Five men were charged.", "USA"),
        ("", "Las Vegas prosecutors charged five men.", "USA"),
        ("", "Retired Milwaukee police officers protested.", "USA"),
        ("", "Nine Memphis jail deputies were charged.", "USA"),
        ("", "The Sacramento County sheriff spoke.", "USA"),
        ("", "A Sydney-based company was sued.", "AUS"),
        ("Toronto's mayor resigns", "", "CAN"),
        ("Philadelphia bans drug sites", "The vote was close.", "USA"),
    ],
)
def test_a_town_in_the_position_of_a_place_tells_the_home(
    homes: HomeFinder, title: str, body: str, country: str
) -> None:
    assert homes.country(title, body) == country


@pytest.mark.parametrize(
    "body",
    [
        "The book is by Chicago Jones.",
        "A speech of Melbourne Smith was applauded.",
        "A man was killed in Victoria.",
        "Austin resigned.",
        "A Memphis-style barbecue was held.",
        "Two women were arrested by police.",
        "",
    ],
)
def test_what_is_part_of_a_longer_name_or_another_word_tells_nothing(homes: HomeFinder, body: str) -> None:
    assert homes.country("", body) == ""


def test_towns_of_two_countries_tell_no_home(homes: HomeFinder) -> None:
    assert homes.country("", "Flights from Chicago and trains from Marseille were late.") == ""


def test_two_thirds_of_the_towns_are_enough(homes: HomeFinder) -> None:
    assert homes.country("", "He was seen in Chicago, in Memphis and in Marseille.") == "USA"


def test_only_the_beginning_of_the_body_tells_the_home(homes: HomeFinder) -> None:
    assert homes.country("", "They were sad. " * 200 + "He was born in Chicago.") == ""


def test_a_town_that_outranks_others_once_called_so_is_itself() -> None:
    town = town_among("Philadelphia", ())
    assert town is not None
    assert town.country == "USA"


def events(coder: Coder, title: str, body: str) -> list[dict[str, Any]]:
    (coded,) = coder.code([{"article_id": "a", "title": title, "body": body, "published_date": DAY}])
    return coded.events


@pytest.mark.parametrize(
    ("title", "body", "country"),
    [
        ("Two arrested in Leicester", "Police arrested two women on Monday.", "GBR"),
        ("Two arrested in Queensland", "Police arrested two women on Monday.", "AUS"),
        ("Two arrested in Memphis, Tenn.", "Police arrested two women on Monday.", "USA"),
        ("Two arrested in Leicester", "Police in France arrested two women on Monday.", "FRA"),
    ],
)
def test_unnamed_parties_are_of_the_home_unless_a_country_is_named(
    coder: Coder, title: str, body: str, country: str
) -> None:
    (event,) = events(coder, title, body)
    assert (event["actor_country"], event["recipient_country"]) == (country, country)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Las Vegas prosecutors charged two Russian men.", "USA"),
        ("The mayor of Chicago criticised Russia.", "USA"),
        ("Chicago Mayor Brandon Johnson condemned Russia.", "USA"),
        ("Greater Manchester police arrested a Russian spy.", "GBR"),
        ("Victoria Police arrested a Russian spy.", "AUS"),
    ],
)
def test_an_agent_is_of_the_town_or_region_beside_it(coder: Coder, text: str, country: str) -> None:
    (event,) = events(coder, "", text)
    assert (event["actor_country"], event["recipient_country"]) == (country, "RUS")

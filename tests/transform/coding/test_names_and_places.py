"""Names are found by whole words and by the day; the place of an event is where it happened."""

from datetime import date
from typing import Any

import pytest

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.coder import Coder
from tasks.transform.coding.names import NameFinder

DAY = date(2023, 10, 5)


@pytest.fixture(scope="module")
def finder(codebook: Codebook) -> NameFinder:
    return NameFinder(codebook)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Russia’s war", [("Russia", "RUS")]),
        ("RUSSIA AND ARMENIA", [("RUSSIA", "RUS"), ("ARMENIA", "ARM")]),
        ("the US-led alliance", [("US", "USA")]),
        ("a pro-Russian rally", []),
        ("a Russian-backed plan", []),
        ("they told us so", []),
        ("the Vietnam War", []),
        ("Recep Tayyip Erdoğan", [("Recep Tayyip Erdoğan", "TUR")]),
        ("Chadwick", []),
        (
            "🤝 president vladimir putin met the cia director in oslo",
            [("vladimir putin", "RUS"), ("cia", "USA"), ("oslo", "NOR")],
        ),
        ("she may polish us an apple", []),
        ("Sir, vladimir putin met the cia director", []),
    ],
)
def test_names_are_whole_words_that_mean_an_actor(finder: NameFinder, text: str, found: list[tuple[str, str]]) -> None:
    assert [(n.text, n.entry.country) for n in finder.find(text, DAY)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Diana Abbott resigned",
        "Anna Sharon resigned",
        "Sharon Lee resigned",
        "Karen England resigned",
        "Jordan Harrison resigned",
        "Chad Sutton Resigns",
    ],
)
def test_a_part_of_another_persons_name_is_nobody(finder: NameFinder, text: str) -> None:
    assert not finder.find(text, DAY)


@pytest.mark.parametrize(
    "text", ["Jordan Condemns Attack", "Jordan Police", "Jordan and Egypt", "King of Jordan Resigns"]
)
def test_a_country_that_is_a_first_name_too_is_one_without_a_surname(finder: NameFinder, text: str) -> None:
    assert finder.find(text, DAY)[0].entry.country == "JOR"


@pytest.mark.parametrize("text", ["Ariel Sharon resigned", "Mr Sharon resigned", "Sharon resigned"])
def test_a_surname_alone_or_in_its_own_name_is_who_it_is(finder: NameFinder, text: str) -> None:
    assert [name.entry.name for name in finder.find(text, DAY)] == ["Ariel Sharon"]


@pytest.mark.parametrize(("day", "sector"), [(date(2017, 6, 1), "OPP"), (date(2023, 10, 5), "GOV")])
def test_a_person_is_who_he_is_on_the_day(finder: NameFinder, day: date, sector: str) -> None:
    (name,) = finder.find("Nikol Pashinyan", day)
    assert name.entry.sector == sector


def event(coder: Coder, text: str) -> dict[str, Any]:
    (coded,) = coder.code([{"article_id": "a", "body": text, "published_date": DAY}])
    assert len({e["trigger_id"] for e in coded.events}) == 1
    return coded.events[0]


def test_the_place_of_an_event_is_where_it_happened_and_not_any_place(coder: Coder) -> None:
    row = event(coder, "Russia shelled a hospital in Kherson.")
    assert (row["place_name"], row["place_country"], row["place_precision"]) == ("Kherson", "UKR", "city")
    assert (round(row["latitude"]), round(row["longitude"])) == (47, 33)


@pytest.mark.parametrize("name", ["Stepanakert", "Khankendi"])
def test_a_place_with_two_names_is_one_place(coder: Coder, name: str) -> None:
    assert event(coder, f"Azerbaijan shelled a school in {name}.")["place_name"] == "Stepanakert"


def test_a_country_that_is_called_upon_is_no_place(coder: Coder) -> None:
    assert event(coder, "France called on Azerbaijan to withdraw its troops.")["place_name"] is None


def test_an_attack_on_a_contested_place_is_one_on_those_who_hold_it(coder: Coder) -> None:
    row = event(coder, "Azerbaijan launched an attack in Nagorno-Karabakh.")
    assert (row["actor_country"], row["recipient_country"]) == ("AZE", "ARM")


def test_protesters_without_a_country_are_of_the_place_where_they_protest(coder: Coder) -> None:
    assert event(coder, "Thousands of protesters rallied in Tbilisi.")["actor_country"] == "GEO"

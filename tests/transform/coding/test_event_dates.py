"""Dates of events: explicit, reckoned from the day of publication, ranges."""

from datetime import date

import pytest

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.event_dates import DateReader

THURSDAY = date(2023, 10, 5)


@pytest.mark.parametrize(
    ("text", "first", "last", "basis"),
    [
        ("on 19 September 2023", date(2023, 9, 19), date(2023, 9, 19), "explicit"),
        ("on September 19, 2023", date(2023, 9, 19), date(2023, 9, 19), "explicit"),
        ("on Sept. 19", date(2023, 9, 19), date(2023, 9, 19), "relative"),
        ("in November 2020", date(2020, 11, 1), date(2020, 11, 30), "explicit"),
        ("in November", date(2022, 11, 1), date(2022, 11, 30), "relative"),
        ("in 2020", date(2020, 1, 1), date(2020, 12, 31), "explicit"),
        ("on Tuesday", date(2023, 10, 3), date(2023, 10, 3), "relative"),
        ("on Thursday", THURSDAY, THURSDAY, "relative"),
        ("last Thursday", date(2023, 9, 28), date(2023, 9, 28), "relative"),
        ("yesterday", date(2023, 10, 4), date(2023, 10, 4), "relative"),
        ("last week", date(2023, 9, 25), date(2023, 10, 1), "relative"),
        ("last month", date(2023, 9, 1), date(2023, 9, 30), "relative"),
        ("three days ago", date(2023, 10, 2), date(2023, 10, 2), "relative"),
        ("two years ago", date(2021, 1, 1), date(2021, 12, 31), "relative"),
    ],
)
def test_a_phrase_gives_its_days(codebook: Codebook, text: str, first: date, last: date, basis: str) -> None:
    (found,) = DateReader(codebook).find(f"Azerbaijan attacked {text} without warning.", THURSDAY, future=False)
    assert (found.first, found.last, found.basis) == (first, last, basis)


def test_a_weekday_of_an_act_to_come_is_the_next_one(codebook: Codebook) -> None:
    (found,) = DateReader(codebook).find("They will meet on Tuesday.", THURSDAY, future=True)
    assert found.first == date(2023, 10, 10)


def test_a_relative_date_without_a_day_of_publication_is_no_date(codebook: Codebook) -> None:
    assert DateReader(codebook).find("They met yesterday.", None, future=False) == []


@pytest.mark.parametrize("text", ["on 31 February 2023", "on 2023-13-45", "They may meet.", "a second attack"])
def test_what_is_no_date_is_not_read_as_one(codebook: Codebook, text: str) -> None:
    assert [d for d in DateReader(codebook).find(text, THURSDAY, future=False) if d.precision == "day"] == []

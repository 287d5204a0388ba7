"""Dates of publication as archives write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import ConfigError
from tasks.transform.dates import NO_DATE, check_zone, date_in_name, published


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("Oct 5 2023", date(2023, 10, 5), "day"),
        ("5 October 2023", date(2023, 10, 5), "day"),
        ("Thursday, October 5, 2023", date(2023, 10, 5), "day"),
        ("Sept. 5, 2023", date(2023, 9, 5), "day"),
        ("5th of October 2023", date(2023, 10, 5), "day"),
        ("2023-10-05", date(2023, 10, 5), "day"),
        ("2023/10/5", date(2023, 10, 5), "day"),
        ("20231005", date(2023, 10, 5), "day"),
        ("05.10.2023", date(2023, 10, 5), "day"),
        ("25/10/2023", date(2023, 10, 25), "day"),
        ("10/25/2023", date(2023, 10, 25), "day"),
        ("2016-11-09 00:00:00", date(2016, 11, 9), "day"),
        ("8 мая 2025 года", date(2025, 5, 8), "day"),
        ("12 września 2023", date(2023, 9, 12), "day"),
        ("October 2023", date(2023, 10, 1), "month"),
        ("2023-10", date(2023, 10, 1), "month"),
        ("2023", date(2023, 1, 1), "year"),
    ],
)
def test_days_months_and_years(text: str, day: date, precision: str) -> None:
    found = published(text)
    assert (found.day, found.precision, found.at) == (day, precision, None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-02-10 05:44:33+00:00", datetime(2023, 2, 10, 5, 44, 33, tzinfo=UTC)),
        ("2023-09-19T22:24:48.659201+00:00", datetime(2023, 9, 19, 22, 24, 48, 659201, tzinfo=UTC)),
        ("2023-10-05T23:00:00-05:00", datetime(2023, 10, 6, 4, tzinfo=UTC)),
        ("2023-10-05T12:00Z", datetime(2023, 10, 5, 12, tzinfo=UTC)),
        ("20 July 2025 20:50 (UTC+04:00)", datetime(2025, 7, 20, 16, 50, tzinfo=UTC)),
        ("Thu, 05 Oct 2023 13:00:00 GMT", datetime(2023, 10, 5, 13, tzinfo=UTC)),
        ("Thu, 05 Oct 2023 13:00:00 -0400", datetime(2023, 10, 5, 17, tzinfo=UTC)),
        ("Wed, 5 Oct 94 13:00:00 -0400 (EDT)", datetime(1994, 10, 5, 17, tzinfo=UTC)),
        ("Thu Oct 05 2023 13:00:00 GMT-0400 (Eastern Daylight Time)", datetime(2023, 10, 5, 17, tzinfo=UTC)),
        ("Thu, 05 Oct 2023 13:00:00 EST", datetime(2023, 10, 5, 18, tzinfo=UTC)),
        ("October 5, 2023 8:15 pm", datetime(2023, 10, 5, 20, 15, tzinfo=UTC)),
        ("26-FEB-1987 15:01:01.79", datetime(1987, 2, 26, 15, 1, 1, tzinfo=UTC)),
        ("Mon, 5 Apr 93 21:11:46 GMT", datetime(1993, 4, 5, 21, 11, 46, tzinfo=UTC)),
        ("03 Apr 02 1500 GMT", datetime(2002, 4, 3, 15, tzinfo=UTC)),
        ("1696500000", datetime(2023, 10, 5, 10, tzinfo=UTC)),
        ("1696500000123", datetime(2023, 10, 5, 10, 0, 0, 123000, tzinfo=UTC)),
        ("8 мая 2025 года, 10:10", datetime(2025, 5, 8, 10, 10, tzinfo=UTC)),
    ],
)
def test_moments_are_in_utc(text: str, moment: datetime) -> None:
    found = published(text)
    assert (found.at, found.day, found.precision) == (moment, moment.date(), "time")


def test_a_time_without_a_zone_is_in_the_zone_of_the_source() -> None:
    found = published("2023-10-05 02:30", "Asia/Yerevan")
    assert found.at == datetime(2023, 10, 4, 22, 30, tzinfo=UTC)
    assert found.day == date(2023, 10, 4)


def test_the_zone_of_the_source_settles_which_number_is_the_month() -> None:
    assert published("4/5/2023", "America/New_York").day == date(2023, 4, 5)
    assert published("4/5/2023", "Europe/London").day == date(2023, 5, 4)
    assert published("4.5.2023", "America/New_York").day == date(2023, 5, 4)


@pytest.mark.parametrize(
    "text",
    ["", "None", "null", "5 October", "October", "yesterday", "2 days ago", "today", "Monday", "12:30", "5 foo 2023",
     "31 February 2023", "2023-02-30", "1500-01-01", "2099-01-01", "In 2023, trade grew", "No 12 of 2023", "17", "0"],
)  # fmt: skip
def test_what_is_no_whole_and_possible_date_is_none(text: str) -> None:
    assert published(text, latest_year=2027) == NO_DATE


@given(st.text(max_size=30))
def test_no_text_crashes_it(text: str) -> None:
    assert published(text[:6] if len(text) > 6 else text) is not None


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)), st.integers(-14, 14))
def test_iso_moments_come_back(moment: datetime, hours: int) -> None:
    text = f"{moment.isoformat(timespec='microseconds')}{hours:+03d}:00"
    found = published(text)
    assert found.at == datetime.fromisoformat(text)


@given(st.dates(date(1900, 1, 1), date(2099, 1, 1)))
def test_days_in_words_come_back(day: date) -> None:
    assert published(f"{day.day} {day:%B} {day.year}").day == day
    assert published(f"{day:%b} {day.day}, {day.year}").day == day


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2023-09-19_json.zip", date(2023, 9, 19)),
        ("2022-03.zip!03/2022-03-04/feed.json", date(2022, 3, 4)),
        ("asia-times-2023-10-05.txt", date(2023, 10, 5)),
        ("news_20231005.csv", date(2023, 10, 5)),
        ("2022-03.zip", date(2022, 3, 1)),
        ("wikinews_2020.csv", None),
        ("071e141c2016110947f83e2b50.json", None),
        ("2023-13-45.json", None),
        ("readme.txt", None),
    ],
)
def test_dates_in_the_names_of_files(name: str, day: date | None) -> None:
    assert date_in_name(name).day == day


def test_an_unknown_time_zone_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigError, match="Atlantis"):
        check_zone("Atlantis/Capital")

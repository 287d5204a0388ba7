"""Tells the version of a file of the Uppsala Conflict Data Program, and about when that version was published.

No file states its day of publication; the most that one holds is a column `version`. So the day is an approximation by
the number of the version: 23.1 holds the events up to the end of 2022 and is the yearly version of 2023, which UCDP
publishes about the middle of that year; the last of June stands. It was not held against UCDP's own announcements, and
may be some weeks off: a report as of a day in May to August may see a version too early or too late.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

KNOWN: Final = ("19.1", "20.1", "21.1", "22.1", "23.1", "24.1", "25.1")
"""Yearly versions that the rule was made for; of any other no day is said."""

_MONTHS: Final = re.compile(r"(?<![0-9])([0-9]{2})[._]([0-9]{1,2})[._]([0-9]{2})[._]([0-9]{1,2})(?![0-9])")
_MONTH: Final = re.compile(r"(?<![0-9])([0-9]{2})[._]0[._]([0-9]{1,2})(?![0-9])")
_YEAR: Final = re.compile(r"(?<![0-9])([0-9]{2})[._]?([12])(?![0-9])")


@dataclass(frozen=True, slots=True)
class Release:
    """One version. `published` is about the day on which it came out, see above; None where the rule does not say."""

    version: str
    published: date | None
    is_candidate: bool = False


def release_in(name: str) -> Release | None:
    """The version that the name of a file holds: `ged191`, `GEDEvent_v25_1`, candidates `v25_0_6`, `v24_01_24_12`.

    Candidate events of a month are to come out in the next one; for them its last day stands, as an approximation too.
    """
    if match := _MONTHS.search(name):
        return _candidate(match[3], match[4], ".".join(match.groups()))
    if match := _MONTH.search(name):
        return _candidate(match[1], match[2], f"{match[1]}.0.{match[2]}")
    if match := _YEAR.search(name):
        return release(f"{match[1]}.{match[2]}")
    return None


def release(version: str) -> Release:
    """The yearly version of that name, published about the end of June of its year."""
    return Release(version, date(2000 + int(version[:2]), 6, 30) if version in KNOWN else None)


def _candidate(year: str, month: str, version: str) -> Release | None:
    if not 1 <= int(month) <= 12:
        return None
    months = 2000 * 12 + int(year) * 12 + int(month) + 1  # the month after the next one, counted from 0
    return Release(version, date(months // 12, months % 12 + 1, 1) - timedelta(days=1), is_candidate=True)

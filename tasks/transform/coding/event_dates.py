"""Reads when an event happened from its sentence, else takes the day of publication."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook

_EARLIEST: Final = 1500
_LATEST: Final = 2200


@dataclass(frozen=True, slots=True)
class EventDate:
    """When it happened: first and last day, how exact, and on what that rests (see `events` in the contract)."""

    first: date
    last: date
    precision: str
    basis: str
    start: int = -1
    end: int = -1


class DateReader:
    """Finds dates in a sentence: "on 5 October 2023", "last week", "in 2020", "three days ago"."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["dates"]
        numbers: Mapping[str, float] = codebook.language["numbers"]["words"]
        self._months: Mapping[str, int] = words["months"]
        self._weekdays: Mapping[str, int] = words["weekdays"]
        self._days: Mapping[str, int] = words["days"]
        self._steps = {w: s for key, s in (("last", -1), ("this", 0), ("next", 1)) for w in words[key]}
        self._numbers = {word: int(value) for word, value in numbers.items() if value == int(value) and value > 0}
        month, weekday = _either(self._months), _either(self._weekdays)
        unit, step = _either(words["units"]), _either(self._steps)
        count = rf"(?P<count>\d{{1,3}}|a|an|{_either(self._numbers)})"
        self._patterns: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
            (kind, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
            for kind, pattern in (
                ("iso", r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
                ("day", rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{month})\.?(?:,? (?P<year>\d{{4}}))?"),
                ("day", rf"(?P<name>{month})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year>\d{{4}}))?"),
                ("month", rf"(?P<name>{month})\.?,? (?P<year>\d{{4}})"),
                ("month_alone", rf"(?:in|since|of|during|early|late|by|until) (?P<name>{month})"),
                ("step_weekday", rf"(?P<step>{step}) (?P<name>{weekday})"),
                ("weekday", rf"(?P<name>{weekday})"),
                ("ago", rf"{count} (?P<unit>{unit})s? (?:{_either(words['ago'])})"),
                ("step", rf"(?P<step>{step}) (?P<unit>{unit})"),
                ("relative", rf"(?P<name>{_either(self._days)})"),
                ("year", r"(?:in|since|of|during|early|late|by|from) (?P<year>(?:1[89]|20)\d\d)"),
            )
        )

    def find(self, text: str, published: date | None, future: bool) -> list[EventDate]:
        """The dates in a sentence, in text order, offsets into it; relative ones need the day of publication.

        `future`: the act is still to come, so that "on Friday" is the next one.
        """
        found: list[EventDate] = []
        taken: list[tuple[int, int]] = []
        for kind, pattern in self._patterns:
            for match in pattern.finditer(text):
                if kind == "month" or not any(s < match.end() and match.start() < e for s, e in taken):
                    span = self._span(kind, match, published, future)
                    if span is None:
                        continue
                    first, last, precision, basis = span
                    overlapping = [d for d in found if d.start < match.end() and match.start() < d.end]
                    if overlapping:
                        continue
                    found.append(EventDate(first, last, precision, basis, match.start(), match.end()))
                    taken.append(match.span())
        return sorted(found, key=lambda d: d.start)

    def _span(
        self, kind: str, match: re.Match[str], published: date | None, future: bool
    ) -> tuple[date, date, str, str] | None:
        groups = match.groupdict()
        if kind == "iso":
            day = _date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
            return (day, day, "day", "explicit") if day else None
        if kind == "year":
            year = int(groups["year"])
            return date(year, 1, 1), date(year, 12, 31), "year", "explicit"
        if kind in ("day", "month", "month_alone"):
            return self._of_month(kind, groups, published, future)
        if published is None:
            return None
        return self._relative(kind, groups, published, future)

    def _of_month(
        self, kind: str, groups: Mapping[str, str | None], published: date | None, future: bool
    ) -> tuple[date, date, str, str] | None:
        month = self._months[str(groups["name"]).lower()]
        basis = "explicit"
        if groups.get("year"):
            year = int(str(groups["year"]))
        elif published is not None:
            year = published.year - (month > published.month and not future) + (month < published.month and future)
            basis = "relative"
        else:
            return None
        if kind == "day":
            day = _date(year, month, int(str(groups["day"])))
            return (day, day, "day", basis) if day else None
        if not _EARLIEST <= year <= _LATEST:
            return None
        return date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", basis

    def _relative(
        self, kind: str, groups: Mapping[str, str | None], published: date, future: bool
    ) -> tuple[date, date, str, str] | None:
        name = str(groups.get("name")).lower()
        if kind == "relative":
            day = published + timedelta(days=self._days[name])
            return day, day, "day", "relative"
        if kind in ("weekday", "step_weekday"):
            back = (published.weekday() - self._weekdays[name]) % 7
            step = self._steps[str(groups["step"]).lower()] if kind == "step_weekday" else (1 if future else 0)
            if step > 0:
                day = published + timedelta(days=(7 - back) % 7 or 7)
            elif step < 0 and back == 0:
                day = published - timedelta(days=7)
            else:
                day = published - timedelta(days=back)
            return day, day, "day", "relative"
        unit = str(groups["unit"]).lower()
        if kind == "ago":
            word = str(groups["count"]).lower()
            count = 1 if word in ("a", "an") else int(word) if word.isdigit() else self._numbers[word]
            return _stepped(published, unit, -count)
        return _stepped(published, unit, self._steps[str(groups["step"]).lower()])


def _stepped(day: date, unit: str, step: int) -> tuple[date, date, str, str] | None:
    """The day, week, month or year that lies `step` of them away; a week runs from Monday to Sunday."""
    try:
        if unit == "day":
            moved = day + timedelta(days=step)
            return moved, moved, "day", "relative"
        if unit == "week":
            monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
            return monday, monday + timedelta(days=6), "day", "relative"
        if unit == "month":
            months = day.year * 12 + day.month - 1 + step
            year, month = divmod(months, 12)
            return (
                date(year, month + 1, 1),
                date(year, month + 1, monthrange(year, month + 1)[1]),
                "month",
                "relative",
            )
        return date(day.year + step, 1, 1), date(day.year + step, 12, 31), "year", "relative"
    except (OverflowError, ValueError):
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _EARLIEST <= year <= _LATEST else None
    except ValueError:
        return None


def _either(words: Mapping[str, Any] | list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def nearest(dates: list[EventDate], position: int) -> EventDate | None:
    """The date that stands nearest to a position of the sentence."""
    return min(dates, key=lambda d: min(abs(d.start - position), abs(d.end - position)), default=None)

"""Reads phrases of time as days: "on 5 October 2023", "last week", "in 2020", "from Monday to Wednesday"."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.date_phrases import AT, Phrase, PhraseFinder

_EARLIEST: Final = 1500
_LATEST: Final = 2200
_AHEAD: Final = timedelta(days=60)
"""A day of the year without the year is the last such day before publication, unless it lies this near ahead."""
_UNITS: Final = {"hour": 1 / 24, "day": 1.0, "week": 7.0}

Span = tuple[date, date, str]
"""First and last day, and how exact they are."""


@dataclass(frozen=True, slots=True)
class EventDate:
    """When it happened: first and last day, how exact, and on what that rests (see `events` in the contract).

    `relation` says how the day stands to the act (see `date_phrases`); offsets are into the sentence.
    """

    first: date
    last: date
    precision: str
    basis: str
    start: int = -1
    end: int = -1
    relation: str = AT


class DateReader:
    """Finds phrases of time in a sentence and reckons their days."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["dates"]
        numbers: Mapping[str, float] = codebook.language["numbers"]["words"]
        self._finder = PhraseFinder(codebook)
        self._months: Mapping[str, int] = words["months"]
        self._weekdays: Mapping[str, int] = words["weekdays"]
        self._days: Mapping[str, int] = words["days"]
        self._seasons: Mapping[str, list[int]] = words["seasons"]
        self._feasts: Mapping[str, str] = words["feasts"]
        self._shares: Mapping[str, list[float]] = words["parts"]
        self._ordinals: Mapping[str, int] = words["ordinals"]
        self._steps = {w: s for key, s in (("last", -1), ("past", -1), ("this", 0), ("next", 1)) for w in words[key]}
        self._numbers = {word: int(value) for word, value in numbers.items() if value == int(value) and value > 0}
        self._known = {key: date.fromisoformat(day) for key, day in words["known_days"].items()}
        self._readers: Mapping[str, Callable[[Mapping[str, str], date, bool], Span | None]] = {
            "iso": self._numbered,
            "dotted": self._numbered,
            "day": self._day,
            "days": self._day_range,
            "feast": self._feast,
            "week_of": self._week_of,
            "month": self._month,
            "months": self._month_range,
            "step_month": self._step_month,
            "season": self._season,
            "year": self._year,
            "bare_year": self._year,
            "years": self._year_range,
            "decade": self._decade,
            "weekday": self._weekday,
            "weekdays": self._weekday_range,
            "weekday_of_week": self._weekday_of_week,
            "weekend": self._weekend,
            "relative": self._relative,
            "ago": self._ago,
            "span": self._last_units,
            "step": self._step,
        }

    def phrases(self, text: str) -> list[Phrase]:
        """The phrases of time of a sentence, in text order."""
        return self._finder.find(text)

    def find(self, text: str, published: date | None, future: bool) -> list[EventDate]:
        """The dates in a sentence, in text order, offsets into it; relative ones need the day of publication.

        `future`: the act is still to come, so that "on Friday" is the next one. A year without "in" or the like, and
        days reckoned from another day ("a day earlier"), need their place in the sentence and are left out.
        """
        dates = (self.read(p, published, future) for p in self.phrases(text) if p.kind != "bare_year")
        return [d for d in dates if d is not None]

    def read(self, phrase: Phrase, published: date | None, future: bool) -> EventDate | None:
        """The days that a phrase names; None where it cannot be told."""
        reader = self._readers.get(phrase.kind)
        parts = {name: part.lower() for name, part in phrase.parts.items()}
        explicit = bool({"year", "year2", "decade"} & parts.keys())
        if reader is None or (published is None and not explicit):
            return None
        try:
            span = reader(parts, published or date.max, future)
        except (ValueError, OverflowError):  # a day that no calendar has
            return None
        if span is None or not (_EARLIEST <= span[0].year <= span[1].year <= _LATEST) or span[1] < span[0]:
            return None
        basis = "explicit" if explicit else "relative"
        return EventDate(*span, basis, phrase.start, phrase.end, phrase.relation)

    def known_day(self, found: EventDate) -> EventDate:
        """The date, in its one year where the day stands for what happened on it ("the September 11 attacks")."""
        day = self._known.get(f"{found.first:%m-%d}")
        if day is None or found.basis == "explicit" or found.last != found.first or day > found.first:
            return found
        return replace(found, first=day, last=day)

    def moved(self, phrase: Phrase, day: date, sign: int) -> EventDate | None:
        """The day or so that lies the phrase's count of units before (-1) or after (1) another day."""
        unit = phrase.parts.get("unit", "day").lower()
        span = _stepped(day, unit, sign * self._count(phrase.parts.get("count", "one").lower()))
        return EventDate(*span, "relative", phrase.start, phrase.end, AT) if span else None

    def _count(self, word: str) -> int:
        return 1 if word in ("a", "an") else int(word) if word.isdigit() else self._numbers[word]

    def _numbered(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        day = date(int(parts["year"]), int(parts["number"]), _ordinal(parts["day"]))
        return day, day, "day"

    def _stated_year(self, parts: Mapping[str, str], published: date) -> int | None:
        if year := parts.get("year") or parts.get("year2"):
            return int(year)
        return published.year + self._steps[parts["step"]] if "step" in parts else None

    def _day_of(self, month: int, day: int, year: int | None, published: date, future: bool) -> date:
        if year is not None:
            return date(year, month, day)
        found = date(published.year, month, day)
        if future:
            return found if found >= published - _AHEAD else found.replace(year=found.year + 1)
        return found if found <= published + _AHEAD else found.replace(year=found.year - 1)

    def _day(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year = self._stated_year(parts, published)
        day = self._day_of(self._months[parts["month"]], _ordinal(parts["day"]), year, published, future)
        return day, day, "day"

    def _day_range(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year = self._stated_year(parts, published)
        month2 = self._months[parts.get("month2", parts["month"])]
        last = self._day_of(month2, _ordinal(parts["day2"]), int(parts["year2"]) if "year2" in parts else year,
                            published, future)  # fmt: skip
        first = date(int(parts.get("year", last.year)), self._months[parts["month"]], _ordinal(parts["day"]))
        return first if first <= last else first.replace(year=last.year - 1), last, "day"

    def _feast(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        month, _, day = self._feasts[parts["feast"]].partition("-")
        found = self._day_of(int(month), int(day), self._stated_year(parts, published), published, future)
        return found, found, "day"

    def _month_year(self, parts: Mapping[str, str], published: date, future: bool) -> tuple[int, int]:
        month = self._months[parts["month"]]
        year = self._stated_year(parts, published)
        if year is None:
            year = published.year - (month > published.month and not future) + (month < published.month and future)
        return year, month

    def _month(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year, month = self._month_year(parts, published, future)
        return self._part(date(year, month, 1), _month_end(year, month), "month", parts.get("part"))

    def _week_of(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year, month = self._month_year(parts, published, future)
        nth, end = self._ordinals[parts["ordinal"]], _month_end(year, month)
        if nth < 0:
            return end - timedelta(days=6), end, "day"
        first = date(year, month, 1 + 7 * nth)
        return first, min(first + timedelta(days=6), end), "day"

    def _month_range(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        month, month2 = self._months[parts["month"]], self._months[parts["month2"]]
        nearest = published.year - (month2 > published.month and not future)
        year2 = int(parts.get("year2", nearest))
        year = int(parts["year"]) if "year" in parts else year2 - (month > month2)
        return date(year, month, 1), _month_end(max(year, year2), month2), "month"

    def _step_month(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        month, step = self._months[parts["month"]], self._steps[parts["step"]]
        year = published.year
        if step < 0:
            year -= month >= published.month
        elif step > 0:
            year += month <= published.month
        return date(year, month, 1), _month_end(year, month), "month"

    def _season(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        opening, closing = self._seasons[parts["season"]]
        if "year" in parts:
            return self._part(*_months_of(int(parts["year"]), opening, closing), "month", parts.get("part"))
        step = self._steps[parts["step"]]
        year = published.year
        first, last = _months_of(year, opening, closing)
        if (step < 0 and last >= published) or (step == 0 and first > published and not future):
            first, last = _months_of(year - 1, opening, closing)
        elif step > 0 and first <= published:
            first, last = _months_of(year + 1, opening, closing)
        return first, last, "month"

    def _part(self, first: date, last: date, precision: str, part: str | None) -> Span:
        """A stretch, or the part of it that "early" and the like name: months of a year, else days."""
        if part is None:
            return first, last, precision
        low, high = self._shares[part]
        if precision == "year" and first.year == last.year:
            return date(first.year, int(12 * low) + 1, 1), _month_end(first.year, int(12 * high)), precision
        days = (last - first).days + 1
        return first + timedelta(days=int(days * low)), first + timedelta(days=int(days * high) - 1), precision

    def _year(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year = int(parts["year"])
        return self._part(date(year, 1, 1), date(year, 12, 31), "year", parts.get("part"))

    def _year_range(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year = int(parts["year"])
        year2 = int(parts["year2"]) if "year2" in parts else year - year % 100 + int(parts["short"])
        return date(year, 1, 1), date(year2, 12, 31), "year"

    def _decade(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        year = int(parts["decade"])
        return self._part(date(year, 1, 1), date(year + 9, 12, 31), "year", parts.get("part"))

    def _weekday(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        back = (published.weekday() - self._weekdays[parts["weekday"]]) % 7
        step = self._steps[parts["step"]] if "step" in parts else 0
        if step > 0 or (future and step == 0 and back):
            day = published + timedelta(days=7 - back)
        elif step < 0 and back == 0:
            day = published - timedelta(days=7)
        else:
            day = published - timedelta(days=back)
        return day, day, "day"

    def _weekday_range(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        first, _, _ = self._weekday({"weekday": parts["weekday"]}, published, future)
        return first, first + timedelta(days=(self._weekdays[parts["weekday2"]] - first.weekday()) % 7), "day"

    def _weekday_of_week(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        day = _monday(published) + timedelta(weeks=self._steps[parts["step"]], days=self._weekdays[parts["weekday"]])
        return day, day, "day"

    def _weekend(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        step = self._steps[parts["step"]] if "step" in parts else -1
        ahead = step > 0 or (step == 0 and published.weekday() >= 3) or future or published.weekday() >= 5
        saturday = _monday(published) + timedelta(days=5 if ahead and not (step < 0 and "step" in parts) else -2)
        return saturday, saturday + timedelta(days=1), "day"

    def _relative(self, parts: Mapping[str, str], published: date, future: bool) -> Span:
        day = published + timedelta(days=self._days[parts["name"]])
        return day, day, "day"

    def _ago(self, parts: Mapping[str, str], published: date, future: bool) -> Span | None:
        return _stepped(published, parts["unit"], -self._count(parts["count"]))

    def _last_units(self, parts: Mapping[str, str], published: date, future: bool) -> Span | None:
        """The stretch from so many units ago until today, or from today on."""
        forward = self._steps.get(parts["step"], 1) > 0
        count = self._count(parts["count"])
        moved = _moved(published, parts["unit"], count if forward else -count)
        return (published, moved, "day") if forward else (moved, published, "day")

    def _step(self, parts: Mapping[str, str], published: date, future: bool) -> Span | None:
        if parts["step"].endswith("past"):
            return _moved(published, parts["unit"], -1), published, "day"
        span = _stepped(published, parts["unit"], self._steps[parts["step"]])
        if span is None or "side" not in parts:
            return span
        first, last, precision = span
        return (first, published, precision) if parts["side"].startswith("earl") else (published, last, precision)


def _stepped(day: date, unit: str, step: int) -> Span | None:
    """The day, week, month, year or decade that lies `step` of them away; a week runs from Monday to Sunday."""
    if unit in ("hour", "day"):
        moved = _moved(day, unit, step)
        return moved, moved, "day"
    if unit == "week":
        monday = _monday(day) + timedelta(weeks=step)
        return monday, monday + timedelta(days=6), "day"
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + step, 12)
        return date(year, month + 1, 1), _month_end(year, month + 1), "month"
    year = day.year + step * (10 if unit == "decade" else 1)
    return date(year, 1, 1), date(year, 12, 31), "year"


def _moved(day: date, unit: str, step: int) -> date:
    """The day that lies `step` units away; the last of the month where it has no such day."""
    if unit in _UNITS:
        return day + timedelta(days=round(_UNITS[unit] * step))
    months = step * {"month": 1, "year": 12, "decade": 120}[unit]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _months_of(year: int, opening: int, closing: int) -> tuple[date, date]:
    """First and last day from one month to another; months after the twelfth are the next year's."""
    later, month = divmod(closing - 1, 12)
    return date(year, opening, 1), _month_end(year + later, month + 1)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _ordinal(text: str) -> int:
    return int("".join(c for c in text if c.isdigit()))

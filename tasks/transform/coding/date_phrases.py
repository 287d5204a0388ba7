"""Finds the phrases of a sentence that name a time: "5-7 October", "last week", "since 2014"; says nothing of when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook

AT: Final = "at"
UNTIL: Final = "until"
BY: Final = "by"
BEFORE: Final = "before"
AFTER: Final = "after"
SINCE: Final = "since"
FROM: Final = "from"

_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_FOUR_DIGITS: Final = re.compile(r"\d{4}")
_YEAR: Final = r"(?:1[5-9]|20)\d\d"
_IN_CAPITALS: Final = ("month", "month2", "weekday", "weekday2", "feast")
"""Groups that must begin with a capital: "may", "march" and "sun" are words of their own."""

_DATELINE: Final = re.compile(r"\W*[^\W\da-z][^\Wa-z]+[^—–:]{0,48}?(?:—|–|--| - )")
"""The place in capitals and the day before the first sentence of a report: "YEREVAN, October 5 --"."""
_RANGES: Final = ("days", "months", "weekdays", "years")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of time: its kind, its parts by name, its offsets into the sentence without the preposition before it.

    `relation` says what that preposition makes of it: `at`, `until`, `by`, `before`, `after`, `since`, `from`.
    """

    kind: str
    parts: Mapping[str, str]
    start: int
    end: int
    relation: str


class PhraseFinder:
    """Finds phrases of time by the words of `language.toml`; no two overlap, the longer kinds win."""

    def __init__(self, codebook: Codebook) -> None:
        words: Mapping[str, Any] = codebook.language["dates"]
        numbers: Mapping[str, float] = codebook.language["numbers"]["words"]
        counts = [word for word, value in numbers.items() if value == int(value) and value > 0]
        self._relations = tuple(
            (relation, re.compile(rf"(?<![\w-])(?:{_either(words[relation])})\s+(?:the\s+)?$", re.IGNORECASE))
            for relation in (UNTIL, BY, BEFORE, AFTER, SINCE, FROM)
        )
        self._not_after = frozenset(words["not_after"])
        self._not_before = frozenset(words["not_before"])
        self._patterns = tuple(
            (kind, _needed(pattern), re.compile(rf"(?<![\w$€£-])(?:{pattern})(?![\w-]|\.\d)", re.IGNORECASE))
            for kind, pattern in _patterns(words, counts)
        )
        others = (*words["days"], *words["units"], *words["feasts"], *words["same_day"], *words["day_before"])
        others = (*others, *words["day_after"], *words["seasons"], "weekend")
        self._hints = {
            name: tuple(word.lower() for word in some)
            for name, some in (("month", words["months"]), ("weekday", words["weekdays"]), ("other", others))
        }

    def find(self, text: str) -> list[Phrase]:
        """The phrases of a sentence, in text order."""
        found: list[Phrase] = []
        dateline = _DATELINE.match(text)
        begin = dateline.end() if dateline else 0
        lower = text.lower()
        there = {name for name, hints in self._hints.items() if any(hint in lower for hint in hints)}
        if _FOUR_DIGITS.search(text):
            there.add("year")
        for kind, needed, pattern in self._patterns:
            if needed not in there:
                continue
            for match in pattern.finditer(text, begin):
                parts = {name: part for name, part in match.groupdict().items() if part}
                start = match.start() + len(parts.pop("lead", ""))
                if any(p.start < match.end() and start < p.end for p in found) or not self._is_date(text, match, parts):
                    continue
                relation = self._relation(text, start)
                if relation == FROM and kind in _RANGES:
                    relation = AT
                found.append(Phrase(kind, parts, start, match.end(), relation))
        return sorted(found, key=lambda phrase: phrase.start)

    def _is_date(self, text: str, match: re.Match[str], parts: Mapping[str, str]) -> bool:
        """Whether names are written as names, and none of the words around makes them another name."""
        if not all(parts[group][0].isupper() for group in _IN_CAPITALS if group in parts):
            return False
        if not {"month", "weekday"} & parts.keys():
            return True
        before = text[: match.start()].rstrip().rpartition(" ")[2].lower()
        after = re.match(r"\s(\w+)", text[match.end() :])
        return before not in self._not_after and not (after and after.group(1).lower() in self._not_before)

    def _relation(self, text: str, start: int) -> str:
        before = text[max(0, start - 24) : start]
        return next((relation for relation, pattern in self._relations if pattern.search(before)), AT)


def _patterns(words: Mapping[str, Any], counts: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds and patterns, those first that others would read only in part."""
    month = rf"(?P<month>{_either(words['months'])})\.?"
    month2 = rf"(?P<month2>{_either(words['months'])})\.?"
    weekday, weekday2 = (rf"(?P<{name}>{_either(words['weekdays'])})" for name in ("weekday", "weekday2"))
    unit = rf"(?P<unit>{_either(words['units'])})s?"
    stretch = rf"(?P<unit>{_either(unit for unit in words['units'] if unit not in words['short_units'])})"
    day, day2 = rf"(?P<day>{_DAY})", rf"(?P<day2>{_DAY})"
    year, year2 = rf"(?P<year>{_YEAR})", rf"(?P<year2>{_YEAR})"
    to = rf"(?:\s?[-–—]\s?| (?:{_either(words['joining'])}) )"
    of_day = rf"(?:{_either(words['day_parts'])})"
    part = rf"(?:the )?(?P<part>{_either(words['parts'])})[ -](?:the )?"
    steps = {key: _either(words[key]) for key in ("last", "this", "next", "past")}
    step = rf"(?P<step>{steps['last']}|{steps['this']}|{steps['next']}|past)"
    near = rf"(?P<step>{steps['last']}|{steps['this']}|{steps['next']})"
    step_year = rf"(?:of )?{near} year"
    count = rf"(?P<count>\d{{1,3}}|a|an|{_either(counts)})"
    ordinal = rf"(?:the )?(?P<ordinal>{_either(words['ordinals'])})"
    opening = rf"(?:the )?{of_day} of (?:the )?|(?:{weekday},? (?:{of_day},? )?)"
    or_year = rf"(?:,? (?:of )?{year}|,? {step_year})?"
    leads = rf"(?P<lead>(?:{_either(words['leading'])}) )"
    return [
        ("iso", rf"{year}-(?P<number>\d{{2}})-{day}"),
        ("dotted", rf"{day}\.(?P<number>\d{{1,2}})\.{year}"),
        ("days", rf"{day} {month}(?: {year})?{to}{day2} {month2}(?:,? {year2})?"),
        ("days", rf"{month} {day}(?:,? {year})?{to}{month2} {day2}(?:,? {year2})?"),
        ("days", rf"{day}{to}{day2} (?:of )?{month}{or_year}"),
        ("days", rf"{month} {day}{to}{day2}(?!\s?(?:{_either(words['months'])})){or_year}"),
        ("day", rf"(?:{opening})?(?:the )?{day} (?:of )?{month}{or_year}"),
        ("day", rf"(?:{opening})?{month} {day}(?:,? (?:{of_day}))?{or_year}"),
        ("feast", rf"(?P<feast>{_either(words['feasts'])})(?:,? {year})?"),
        ("week_of", rf"{ordinal} (?P<unit>week|weekend) (?:of|in) {month}{or_year}"),
        ("months", rf"(?:from|between) {month}(?: {year})?{to}{month2}(?:,? {year2})?"),
        ("months", rf"{month}(?: {year})?{to}{month2},? {year2}"),
        ("month", rf"(?:{part})?{month}(?:,? (?:of )?{year}|,? {step_year})"),
        ("month", rf"{part}{month}"),
        ("step_month", rf"{step} {month}"),
        ("month", rf"{leads}(?:the month of )?{month}"),
        ("season", rf"(?:{part})?(?:the )?(?P<season>{_either(words['seasons'])}) (?:of )?{year}"),
        ("season", rf"{step} (?P<season>{_either(words['seasons'])})"),
        ("decade", rf"(?:{part})?(?P<decade>(?:1[5-9]|20)\d0)s"),
        ("years", rf"(?:from |between )?{year}{to}{year2}"),
        ("years", rf"{year}[-–/](?P<short>\d\d)"),
        ("year", rf"{part}{year}"),
        ("year", rf"{leads}{year}"),
        ("weekdays", rf"{weekday}(?: {of_day})?{to}{weekday2}(?: {of_day})?"),
        ("weekday_of_week", rf"{weekday}(?: {of_day})?,? (?:of )?{near} week"),
        ("weekday", rf"(?:(?P<step>{steps['last']}|this|{steps['next']}|past) )?{weekday}(?: {of_day})?"),
        ("ago", rf"{count} {unit} (?:{_either(words['ago'])})"),
        ("offset", rf"{count} {unit} (?P<side>before|after)"),
        ("narrative", rf"{count} {unit} (?P<earlier>{_either(words['earlier'])})"),
        ("narrative", rf"{count} {unit} (?P<later>{_either(words['later'])})"),
        ("same_day", _either(words['same_day'])),
        ("day_before", _either(words['day_before'])),
        ("day_after", _either(words['day_after'])),
        ("span", rf"(?P<step>{steps['last']}|{steps['past']}|{steps['next']}|following) {count} {unit}"),
        ("weekend", r"(?:over|at|during) the weekend|(?P<step>last|this|next) weekend"),
        ("step", rf"(?:(?P<side>earlier|later) )?(?P<step>{steps['this']}) (?:past )?{stretch}"),
        ("step", rf"{step} {stretch}(?! of )"),
        ("relative", rf"(?P<name>{_either(words['days'])})"),
        ("bare_year", year),
    ]  # fmt: skip


def _needed(pattern: str) -> str:
    """What a sentence must hold for a pattern to match: looking for that first spares most of the work."""
    if "(?P<month>" in pattern:
        return "month"
    if "(?P<weekday>" in pattern:
        return "weekday"
    named = "(?P<season>" in pattern or "(?P<feast>" in pattern
    has_year = "(?P<year>" in pattern or "(?P<decade>" in pattern
    return "year" if has_year and not named else "other"


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

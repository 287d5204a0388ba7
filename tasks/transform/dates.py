"""Reads the date of publication as archives write it, and says how exact it is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.errors import ConfigError

VERSION: Final = 2

EARLIEST_YEAR: Final = 1600
"""No newspaper is older: the first ones began in 1605."""


@dataclass(frozen=True, slots=True)
class Published:
    """When something was published: the moment (UTC) where a time is known, the day, and how exact that is.

    `precision` is `time`, `day`, `month` or `year`, and None where no date was found. `day` is in UTC, and
    the first day where only a month or a year is known.
    """

    at: datetime | None = None
    day: date | None = None
    precision: str | None = None


NO_DATE: Final = Published()

_ISO: Final = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})"
    r"(?:(?:[T ]|, ?)\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*\(?(Z|(?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?\)?)?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?Z?)?")
_YEAR: Final = re.compile(r"\d{4}")
_YEAR_MONTH: Final = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_YEAR: Final = re.compile(r"([^\W\d_]{3,12})\.?,?\s+(\d{4})")
_EPOCH: Final = re.compile(r"(-?\d{9,10}|\d{12,13}|\d{15,16})(?:\.\d+)?")
_DAY_MONTH_YEAR: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]+(?:of +)?([A-Za-z]{3,9})\.?,?[ -]+(\d{4})")
_MONTH_DAY_YEAR: Final = re.compile(r"([A-Za-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
_MAIL: Final = re.compile(
    r"(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{2})[ ]+(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:[ ]+([+-]\d{4}|[A-Za-z]{1,5}))?"
)
"""The date of mail and feeds before RFC 2822, whose year has two digits; the time behind it tells that it is one."""
_NUMERIC: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_WEEKDAY: Final = re.compile(r"^[^\W\d_]{2,9}\.?,\s*(?=\d|[^\W\d_]{3,9}\.? \d)")
_TIME: Final = re.compile(
    r"[,T]?\s*(?:\bat\s+|[-–|]\s*)?\b(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?(?![a-z]))?"
    r"\s*\(?\s*((?:UTC|GMT)?\s*[+-]\d{1,2}(?::?\d{2})?|[A-Z]{1,5})?\s*\)?",
    re.IGNORECASE,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)
_MONTH_LIKE: Final = re.compile(r"[^\W\d_a-zA-Z]|[^\W\d_]{3}")
"""What a date in words has: a word of three letters, or one sign of another script (`2023年9月`)."""
NEVER_IN_DATES: Final = r"\"“”!?;=<>{}\[\]\\$%#@*_"
"""Signs that no date has, nor a line with an outlet and a date, as they stand in a class of a regular expression."""
_NEVER: Final = re.compile(rf"[{NEVER_IN_DATES}^~|&\x00-\x1f\x7f\ufffd]")
"""Signs that no date has, but damaged ones and other texts."""
_FOUR_DIGITS: Final = re.compile(r"\d{4}")
_FIRST_YEAR: Final = 69
"""Two digits from which on they mean the last century, as POSIX and Python have it."""
_NOTHING: Final = frozenset({"", "none", "null", "nan", "nat", "n/a", "unknown", "undated", "-", "0"})
_ZONE_IN_WORDS: Final = re.compile(r"(?<=[+-]\d{4}) ?\([^()]{1,60}\)$")
"""What mail and browsers write behind the offset: `+0100 (Central European Standard Time)`."""
_LONGEST: Final = 100
"""Characters of the longest text that can be a date with weekday, time and zone."""
_IN_NAME: Final = re.compile(
    r"(?<![0-9A-Za-z])((?:1[6-9]|20)\d\d)(?:([-_.])(\d{2})(?:\2(\d{2}))?|(\d{2})(\d{2}))?(?:(?![0-9A-Za-z])|(?=T\d{2}))"
)


@lru_cache(maxsize=8192)
def published(text: str, zone: str = "UTC", latest_year: int = 9999, any_language: bool = True) -> Published:
    """The date in a text that is a date; NO_DATE where it is none, or is before 1600 or after `latest_year`.

    `zone` (IANA name) is where the archive's clock stands: it gives the time zone of times that state none, and settles
    dates like 4/5/2023, which are month first in America and day first elsewhere. A missing part is never made up:
    without a year there is no date. `any_language=False` leaves out names of months that are not English, which are
    slow to find.
    """
    cleaned = _ZONE_IN_WORDS.sub("", " ".join(text.split()).strip(" .;|"))
    if cleaned.lower() in _NOTHING or len(cleaned) > _LONGEST or not any(c.isdigit() for c in cleaned):
        return NO_DATE
    found = _read(cleaned, zone)
    if found is None:
        found = _any_language(cleaned, zone) if any_language else NO_DATE
    if found.day is None or not EARLIEST_YEAR <= found.day.year <= latest_year:
        return NO_DATE
    return found


def date_in_name(name: str, latest_year: int = 9999) -> Published:
    """The last date in the name of a file or folder, such as `2023-09-19_json.zip` or `archive/2022-03/a.txt`."""
    for match in reversed(list(_IN_NAME.finditer(name))):
        year, month, day = match[1], match[3] or match[5], match[4] or match[6]
        if not month:
            continue  # a bare year in a name is more often a volume or a count
        found = _day(int(year), int(month), int(day)) if day else _month(int(year), int(month))
        if found.day is not None and found.day.year <= latest_year:
            return found
    return NO_DATE


def check_zone(zone: str) -> None:
    """ConfigError unless `zone` names a time zone."""
    _zone(zone)


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    if name in ("", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"There is no time zone '{name}'; name one like 'Asia/Yerevan'.") from None


def _read(text: str, zone: str) -> Published | None:
    """A date in numbers or with English names of months; None where it may still be one in another language."""
    if match := _ISO.fullmatch(text):
        day = (int(match[1]), int(match[3]), int(match[4]))
        if match[5] is None:
            return _day(*day)
        micros = int((match[8] or "0")[:6].ljust(6, "0"))
        clock = (int(match[5]), int(match[6]), int(match[7] or 0), micros)
        return _moment(day, clock, match[9], zone)
    if _YEAR.fullmatch(text):
        return _year(int(text))
    if match := _YEAR_MONTH.fullmatch(text):
        return _month(int(match[1]), int(match[2]))
    if (match := _COMPACT.fullmatch(text)) and EARLIEST_YEAR <= int(match[1]) <= 2100:
        day = (int(match[1]), int(match[2]), int(match[3]))
        if _day(*day).day is not None:
            if match[4] is None:
                return _day(*day)
            return _moment(day, (int(match[4]), int(match[5]), int(match[6] or 0), 0), None, zone)
    if match := _EPOCH.fullmatch(text):
        return _epoch(match[1])
    return _in_words(text, zone)


def _in_words(text: str, zone: str) -> Published | None:
    """A date with names of months, or all in numbers with the year last; time and zone may follow or go before."""
    rest = _WEEKDAY.sub("", text)
    if (match := _MAIL.fullmatch(rest)) and (month := _english_month(match[2])):
        year = int(match[3]) + (1900 if int(match[3]) >= _FIRST_YEAR else 2000)
        time = (int(match[4]), int(match[5]), int(match[6] or 0), 0)
        return _moment((year, month, int(match[1])), time, match[7], zone)
    clock: tuple[int, int, int, int] | None = None
    stated: str | None = None
    if match := _TIME.search(rest):
        hour = int(match[1])
        if match[4]:
            hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
        clock, stated = (hour, int(match[2]), int(match[3] or 0), 0), match[5]
        rest = f"{rest[: match.start()]} {rest[match.end() :]}".strip(" ,-–|")
    day = _english_day(rest) or _numeric_day(rest, zone)
    if day is not None and (stated is None or _offset(stated) is not None):
        return _day(*day) if clock is None else _moment(day, clock, stated, zone)
    if clock is None and (match := _MONTH_YEAR.fullmatch(rest)) and (month := _english_month(match[1])):
        return _month(int(match[2]), month)
    return None


def _english_day(text: str) -> tuple[int, int, int] | None:
    if match := _DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = int(match[1]), _english_month(match[2]), int(match[3])
    elif match := _MONTH_DAY_YEAR.fullmatch(text):
        day, month, year = int(match[2]), _english_month(match[1]), int(match[3])
    else:
        return None
    return (year, month, day) if month else None


def _english_month(name: str) -> int | None:
    # The names of the months that e-mail headers use, short and long, stand in the standard library.
    name = name[:3] if name.lower() == "sept" else name
    parsed = parsedate_tz(f"1 {name} 2000 00:00:00")
    return parsed[1] if parsed else None


def _numeric_day(text: str, zone: str) -> tuple[int, int, int] | None:
    match = _NUMERIC.fullmatch(text)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    month_first = second > 12 or (first <= 12 and match[2] == "/" and zone.startswith("America/"))
    return (year, first, second) if month_first else (year, second, first)


def _any_language(text: str, zone: str) -> Published:
    """What dateparser makes of it, as long as every part is in the text: it would fill the rest from its own clock."""
    if not _FOUR_DIGITS.search(text) or not _MONTH_LIKE.search(text) or _NEVER.search(text):
        return NO_DATE  # dateparser takes some tenths of a second to find out that it is none
    for parts in (("day", "month", "year"), ("month", "year")):
        data = _dateparser(parts).get_date_data(text)
        moment: datetime | None = data.date_obj
        if moment is None or str(moment.year) not in text:
            continue
        if "day" not in parts:
            return _month(moment.year, moment.month)
        if data.period != "time":
            return _day(moment.year, moment.month, moment.day)
        try:
            at = (moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))).astimezone(UTC)
        except (OverflowError, ValueError):
            return NO_DATE
        return Published(at, at.date(), "time")
    return NO_DATE


@lru_cache(maxsize=2)
def _dateparser(parts: tuple[str, ...]) -> Any:
    from dateparser.date import DateDataParser  # takes a quarter of a second to import; most archives never need it

    return DateDataParser(
        settings={
            "PARSERS": ["absolute-time"],  # "yesterday" and "2 days ago" would depend on the day of the run
            "REQUIRE_PARTS": list(parts),
            "RETURN_TIME_AS_PERIOD": True,
            "RELATIVE_BASE": datetime(2000, 1, 1),
            "DATE_ORDER": "DMY",
        }
    )


def _moment(day: tuple[int, int, int], clock: tuple[int, int, int, int], stated: str | None, zone: str) -> Published:
    offset = _offset(stated) if stated else None
    if offset is None and clock == (0, 0, 0, 0):
        return _day(*day)  # databases write midnight where only the day is known
    try:
        moment = datetime(*day, *clock, tzinfo=offset or _zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return _day(*day)
    return Published(moment, moment.date(), "time")


def _offset(stated: str) -> tzinfo | None:
    """The zone that a text states: an offset from UTC, or one of the names that e-mail knows."""
    if match := _OFFSET.fullmatch(stated.strip()):
        away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if away >= timedelta(hours=24):
            return None
        return timezone(-away if match[1] == "-" else away)
    if stated.upper() in ("Z", "UTC", "GMT"):
        return UTC
    parsed = parsedate_tz(f"1 Jan 2000 00:00:00 {stated}")
    if parsed is None or not parsed[9]:
        return None
    return timezone(timedelta(seconds=parsed[9]))


def _epoch(digits: str) -> Published:
    scale = {12: 1_000, 13: 1_000, 15: 1_000_000, 16: 1_000_000}.get(len(digits.lstrip("-")), 1)
    try:
        moment = datetime.fromtimestamp(int(digits) / scale, UTC)
    except (OverflowError, OSError, ValueError):
        return NO_DATE
    return Published(moment, moment.date(), "time")


def _day(year: int, month: int, day: int) -> Published:
    try:
        return Published(None, date(year, month, day), "day")
    except ValueError:
        return NO_DATE


def _month(year: int, month: int) -> Published:
    found = _day(year, month, 1)
    return Published(None, found.day, "month") if found.day else NO_DATE


def _year(year: int) -> Published:
    found = _day(year, 1, 1)
    return Published(None, found.day, "year") if found.day else NO_DATE

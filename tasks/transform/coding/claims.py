"""Finds the figures that an article states: value or range, unit, kind, what is counted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.figures import Figure, FigureReader
from tasks.transform.coding.inflection import inflections

_ABOUT_WORDS: Final = 10
"""Words that say what a figure counts, at most."""
_WORDS_TO_NOUN: Final = 4
"""Words between a figure and the noun that it counts ("20 newly trained Ukrainian soldiers"), itself included."""
_SHORTEST_PLURAL: Final = 4
_WORDS_BEFORE: Final = 6
_WORDS_AFTER: Final = 12
"""Words on either side in which "killed" or "displaced" decides what a number of people means."""
_TOLL_SPAN: Final = 60
_STOP: Final = re.compile(r",(?![0-9])|[;:()\[\]!?\"“”—…|]|\.(?=\s|$)|\s[-–]\s")
_CLAUSE: Final = re.compile(r"[;:!?\"“”—()]|\.(?=\s|$)")
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")
_CAPITAL: Final = re.compile(r"\s[^\W\d_a-z]")
_NUMBER: Final = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure: offsets into the text it was found in, and what it says (see `claims` in the contract)."""

    start: int
    end: int
    kind: str
    low: float | None
    high: float | None
    unit: str
    is_approximate: bool
    about: str


class ClaimFinder:
    """Finds claims in sentences."""

    def __init__(self, codebook: Codebook) -> None:
        numbers: Mapping[str, Any] = codebook.language["numbers"]
        units: Mapping[str, Any] = codebook.language["units"]
        words: Mapping[str, Any] = codebook.language["claims"]
        irregular: Mapping[str, list[str]] = codebook.language["inflection"]["irregular"]
        self._irregular = irregular
        self._figures = FigureReader(numbers, units)
        self._measures = _measures(units)
        self._measure = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, *_ in self._measures), re.IGNORECASE)
        self._years: Mapping[str, float] = units["many_years"]
        since = _either(words["many_years_of"])
        self._vague_years = re.compile(
            rf"(?<![\w-])(?:{_either(self._years)})(?=\s+(?:{since})\b|\s*[,.;]|$)", re.IGNORECASE
        )
        self._people = {f for word in units["people"] for f in (*inflections(word, "noun"), *irregular.get(word, ()))}
        self._peoples = frozenset(
            surface for surface, entries in codebook.names.items() if any(e.form == "people" for e in entries)
        )
        self._things = {f for word in units["things"] for f in inflections(word, "noun")}
        self._casualty = _any_of(units["casualty"])
        self._hurt_after = _any_of(units["hurt_after"])
        self._displaced = _any_of(units["displaced"])
        self._toll = re.compile(rf"\b(?:{_either(units['toll'])})\b[^.;]*$", re.IGNORECASE)
        self._ages, self._labels = frozenset(units["ages"]), tuple(units["labels"])
        self._old = re.compile(rf"(?:{_either(units['old'])})\b", re.IGNORECASE)
        self._past = re.compile(rf"\s(?:{_either(units['past'])})\b", re.IGNORECASE)
        self._before_year = frozenset(units["before_year"])
        self._over_about, self._over_lasting = frozenset(units["over_about"]), frozenset(units["over_lasting"])
        self._months: frozenset[str] = frozenset(codebook.language["dates"]["months"])
        self._weekdays: frozenset[str] = frozenset(codebook.language["dates"]["weekdays"])
        self._ends = frozenset(words["ends"])
        self._measured = frozenset(words["measured"])
        self._apart = re.compile(rf",\s(?:{_either(words['apart'])})\b")
        self._aside = re.compile(rf",\s(?:{_either(words['asides'])})\b[^,]*(?:,|$)")
        self._hurt = frozenset(words["hurt"])
        self._articles = frozenset(words["articles"])
        self._spent_on = frozenset(words["spent_on"])
        self._ordinal = frozenset(words["ordinal"])
        self._nobody = frozenset(words["nobody"])
        self._loose_ends = frozenset(words["loose_ends"])
        self._paid_for = frozenset(words["paid_for"])
        self._people_endings: tuple[str, ...] = tuple(words["people_endings"])
        self._of_people = frozenset(words["groups_of_people"])
        self._not_counted = frozenset(words["not_counted"])
        self._forms, self._names = codebook.forms, codebook.names
        self._small = frozenset(codebook.language["case"]["small"])

    def find(self, text: str) -> list[Claim]:
        """The claims of a sentence, in order; figures that only date or number something are left out."""
        figures = list(self._figures.find(text))
        claims = [claim for figure in figures if (claim := self._claim(text, figure, figures)) is not None]
        claims += [c for c in self._vague(text) if not any(c.start < o.end and o.start < c.end for o in claims)]
        return sorted(claims, key=lambda claim: claim.start)

    def _vague(self, text: str) -> Iterable[Claim]:
        """Decades and centuries without a figure: at least two."""
        for match in self._vague_years.finditer(text):
            low = self._years[match.group().lower()]
            about = self._about(text, match.start(), match.end(), measure=True)
            yield Claim(match.start(), match.end(), "duration", low, None, "years", True, about)

    def _claim(self, text: str, figure: Figure, figures: list[Figure]) -> Claim | None:
        if figure.low is None and figure.high is None:
            return None
        previous = _last_word(text, figure.start)
        if previous.lower().strip(".") in self._ages or (previous.lower().strip(".,") in self._months and figure.plain):
            return None
        rest = text[figure.unit_at if figure.unit_at >= 0 else figure.end :]
        if self._old.match(rest):
            return None
        if figure.small and previous.lower() in self._nobody:
            return None  # "no one"
        if figure.share and previous.lower() in self._ordinal:
            return None  # "the second half of the year"
        if figure.share:
            return self._made(text, figure, figure.end, "share", "percent")
        if figure.fold:
            return self._made(text, figure, figure.end, "other", "times")
        if figure.currency:
            return self._made(text, figure, figure.end, "money", figure.currency)
        measured = self._measured_claim(text, figure, rest, previous)
        if measured is not None:
            return measured[0]
        if self._is_label(text, figure, previous):
            return None
        return self._counted(text, figure, rest, previous, figures)

    def _measured_claim(self, text: str, figure: Figure, rest: str, previous: str) -> tuple[Claim | None] | None:
        """The claim of a figure with a unit of measure, in a tuple; (None,) where it only tells when."""
        skipped = len(" of") if figure.is_approximate and rest.startswith(" of ") else 0
        if not self._measure.match(rest, skipped):
            return None
        for pattern, kind, unit, factor in self._measures:
            match = pattern.match(rest, skipped)
            if match is None:
                continue
            is_name = match.group().strip().istitle() and (figure.plain or text[figure.start].isupper())
            if kind in ("duration", "distance") and is_name and not figure.hedge:
                continue  # a name: "60 Minutes"
            if kind == "duration":
                if self._is_date(text, figure, rest[match.end() :], previous, match.group()):
                    return (None,)
                figure = self._lasting(text, figure)
            elif figure.hedge == "over" and _last_word(text, figure.start).lower() in self._over_about:
                figure = _unhedged(text, figure)
            end = figure.end + (match.end() if figure.unit_at < 0 else 0)
            return (self._made(text, figure, end, kind, unit, factor),)
        return None

    def _is_date(self, text: str, figure: Figure, after: str, previous: str, unit: str) -> bool:
        """Whether a span of time only says when ("three days ago", "two days after the vote", "one day")."""
        if self._old.match(unit + after) or self._old.match(after) or previous.lower() in self._labels:
            return True
        if self._past.match(after):
            open_ended = figure.high is None or figure.low is None
            return not open_ended
        return (
            figure.small
            and figure.low == 1
            and unit.startswith(" ")
            and not figure.hedge
            and (previous.lower() not in self._over_lasting and unit.strip() == "day")
        )

    def _lasting(self, text: str, figure: Figure) -> Figure:
        """ "Over two days" tells when; "for over two days" says more than two."""
        if figure.hedge == "over" and _last_word(text, figure.start).lower() not in self._over_lasting:
            return _unhedged(text, figure)
        return figure

    def _is_label(self, text: str, figure: Figure, previous: str) -> bool:
        """Whether bare digits number something ("Article 5", "Falcon 9 rockets") or are a year ("the 2020 vote")."""
        in_capitals = text[figure.start : figure.start + 1].isupper() and not figure.hedge
        if not figure.plain and not figure.year and not in_capitals:
            return False
        before = text[: figure.start].rstrip().lower()
        word = previous.strip(".,").lower()
        labelled = not figure.hedge and before.endswith(self._labels)
        if labelled and any(before.endswith(label) and word == label.split()[-1] for label in self._labels):
            return True
        if figure.year and (word in self._before_year or not previous or word in self._months):
            return True
        if figure.hedge or not previous[:1].isupper() or previous[-1:] in ",.":
            return False
        known = word in self._small or word in self._forms or word in self._weekdays or previous in self._names
        begins = not text[: figure.start].rstrip()[: -len(previous)].strip()
        return not (known or begins)

    def _counted(self, text: str, figure: Figure, rest: str, previous: str, figures: list[Figure]) -> Claim | None:
        """A number of people or things, when one of the next words is such a noun, or of a toll without any."""
        if figure.hedge == "over" and _last_word(text, figure.start).lower() in self._over_about:
            figure = _unhedged(text, figure)
        general: str | None = None
        for number, match in enumerate(_WORD.finditer(rest[:80])):
            between = rest[: match.start()]
            if number >= _WORDS_TO_NOUN or _STOP.search(between.strip()) or _NUMBER.search(between):
                break
            surface, word = match.group(), match.group().lower()
            if figure.year and number:
                break
            if number == 0 and not rest[:1].isspace() and rest[:1] != "-":
                break
            follows = rest[match.end() :]
            if word in self._people or surface in self._peoples:
                return self._people_claim(text, figure, figures, match.end(), word)
            if word in self._of_people and (kind := self._fate(text, figure, figures, match.end(), word)) != "count":
                return self._made(text, figure, figure.end, kind, word)
            if word in self._things and not self._goes_on(follows):
                return self._made(text, figure, figure.end, "count", _plural(word, self._irregular))
            if number == 0 and word in self._hurt:
                return self._made(text, figure, figure.end, "casualties", "people")
            if number == 0 and self._displaced.match(word):
                return self._made(text, figure, figure.end, "displaced", "people")
            if number == 0 and word == "of":
                if figure.small and figure.low == 1:
                    break  # "one of the towns"
                continue
            if word in self._ends or word in self._measured or word in self._paid_for or word in self._not_counted:
                break
            if word.endswith(self._people_endings) and self._is_plural(surface, follows):
                claim = self._people_claim(text, figure, figures, match.end(), word)
                if claim.kind != "count":
                    return claim
            if self._is_plural(surface, follows) and not figure.small and not figure.year:
                general = word
                break
        if general is not None:
            return self._made(text, figure, figure.end, "count", general)
        before = text[max(0, figure.start - _TOLL_SPAN) : figure.start]
        if self._toll.search(before) and not figure.year and not _CAPITAL.match(rest):
            return self._made(text, figure, figure.end, "casualties", "people")
        if figure.high is None and figure.is_approximate and rest.lstrip().lower().startswith("of "):
            return self._made(text, figure, figure.end, "count", "")
        return None

    def _goes_on(self, follows: str) -> bool:
        """Whether a word is only the first of a compound: "12 state officials"."""
        match = re.match(r"\s([a-z]+s)\b", follows)
        return match is not None and match[1] not in self._ends and match[1] not in self._not_counted

    def _is_plural(self, surface: str, follows: str) -> bool:
        """Whether a word that the codebook does not list looks like a noun in the plural."""
        word = surface.lower()
        singular = word.endswith(("ss", "us", "is", "'s", "’s"))
        if len(word) < _SHORTEST_PLURAL or not word.endswith("s") or singular or surface.isupper():
            return False
        meanings = self._forms.get(word, frozenset())
        if meanings and all(pos == "verb" for pos, _ in meanings):
            return False
        return not re.match(r"[’']", follows)

    def _people_claim(self, text: str, figure: Figure, figures: list[Figure], noun_end: int, noun: str) -> Claim:
        """A number of people."""
        kind = self._fate(text, figure, figures, noun_end, noun)
        return self._made(text, figure, figure.end, kind, "people")

    def _fate(self, text: str, figure: Figure, figures: list[Figure], noun_end: int, noun: str) -> str:
        """What happened to a number of people, in the same clause: `casualties`, `displaced` or only `count`."""
        starts = [f.start for f in figures if f.start > figure.end]
        ends = [f.end for f in figures if f.end <= figure.start]
        after = self._aside.sub("", text[figure.end : figure.end + 200])
        cut = min((s - figure.end for s in starts if text[figure.end : s].count(",") == 0), default=len(after))
        after = self._apart.split(_CLAUSE.split(after[: max(cut, noun_end)], maxsplit=1)[0], maxsplit=1)[0]
        after = " ".join(after.split()[:_WORDS_AFTER])
        before = _CLAUSE.split(text[max(ends, default=0) : figure.start])[-1].rsplit(",", 1)[-1]
        before = " ".join(before.split()[-_WORDS_BEFORE:])
        hurt = [m for m in (self._hurt_after.search(after), self._casualty.search(before)) if m]
        fled = [m for m in (self._displaced.search(after), self._displaced.search(before)) if m]
        if self._casualty.fullmatch(noun):
            return "casualties"
        if self._displaced.fullmatch(noun):
            return "casualties" if self._casualty.search(before) else "displaced"
        if hurt and not (fled and self._displaced.search(after) and not self._hurt_after.search(after)):
            return "casualties"
        return "displaced" if fled else "count"

    def _made(self, text: str, figure: Figure, end: int, kind: str, unit: str, factor: float = 1.0) -> Claim:
        low = None if figure.low is None else round(figure.low * factor, 6)
        high = None if figure.high is None else round(figure.high * factor, 6)
        measure = kind in ("share", "money", "duration", "distance", "other") and not figure.fold
        at = max(end, figure.unit_at)
        about = self._about(text, figure.start, at, measure=measure, paid=kind == "money")
        return Claim(figure.start, end, kind, low, high, unit, figure.is_approximate, about)

    def _about(self, text: str, start: int, end: int, *, measure: bool, paid: bool = False) -> str:
        """The words that say what is counted or measured: those behind the figure, else those before it."""
        after = _STOP.split(text[end:], maxsplit=1)[0].split()
        taken: list[str] = []
        for word in after[:_ABOUT_WORDS]:
            small = word.lower().strip("'’")
            if small in self._ends and (taken or not paid or small not in self._spent_on):
                break
            taken.append(word)
        adjective = "-" in text[start : end + 1] or _last_word(text, start).lower() in self._articles
        if taken and taken[0].lower() == "of":
            taken = taken[1:]
        elif taken and measure and not adjective and not self._is_measured(taken, paid):
            taken = []
        while taken and taken[-1].lower() in self._loose_ends:
            taken = taken[:-1]
        if taken:
            return " ".join(taken)
        before = _STOP.split(text[:start].rstrip(" (["))[-1].split()[-_ABOUT_WORDS:]
        while before and before[-1].lower() in self._loose_ends:
            before = before[:-1]
        while before and before[0].lower() in self._loose_ends:
            before = before[1:]
        return " ".join(before[-_ABOUT_WORDS:]) or " ".join(after[:_ABOUT_WORDS])

    def _is_measured(self, words: list[str], paid: bool) -> bool:
        """Whether the words behind a measure say of what: "worth of arms", "in aid", "in prison"; not "in 2019"."""
        first, second = words[0].lower(), words[1] if len(words) > 1 else ""
        if first in self._measured or (paid and first in self._spent_on and second[:1].islower()):
            return True
        return (
            first in self._paid_for
            and not second[:1].isdigit()
            and (paid or second[:1].islower())
            and (paid or (second not in self._articles and first == "in"))
        )


def _unhedged(text: str, figure: Figure) -> Figure:
    """The figure without its "over", which meant something else."""
    start = figure.start + len("over")
    while text[start].isspace():
        start += 1
    value = figure.low if figure.low is not None else figure.high
    return replace(figure, start=start, low=value, high=value, hedge="")


def _last_word(text: str, position: int) -> str:
    """The word right before a position, with the marks on it."""
    words = text[max(0, position - 40) : position].replace("-", " ").split()
    return words[-1].lstrip('("“‘[') if words and text[position - 1 : position] != "-" else ""


def _plural(word: str, irregular: Mapping[str, list[str]]) -> str:
    """A noun as a unit: in the plural."""
    if word.endswith("s") or word in irregular.get(word, ()):
        return word
    return max(inflections(word, "noun"), key=len)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_either(words)})\b", re.IGNORECASE)


def _measures(units: Mapping[str, Any]) -> list[tuple[re.Pattern[str], str, str, float]]:
    """Pattern after the figure, kind, unit and factor, for every unit of measure; the longest names first."""

    def after(word: str) -> re.Pattern[str]:
        forms = sorted({re.escape(f) for f in inflections(word, "noun")}, key=len, reverse=True)
        return re.compile(rf"(?:[ -]?(?:{'|'.join(forms)}))(?![\w/²]|-?°)", re.IGNORECASE)

    percent = _either(units["percent"])
    made = [(re.compile(rf"(?:\s|-)?(?:{percent})(?![a-z])", re.IGNORECASE), "share", "percent", 1.0)]
    listed: list[tuple[str, str, str, float]] = []
    listed += [(word, "money", code, 1.0) for word, code in units["currency_words"].items()]
    listed += [(word, "duration", "years", float(factor)) for word, factor in units["years"].items()]
    listed += [(word, "duration", unit, 1.0) for word, unit in units["durations"].items()]
    listed += [(word, "distance", unit, 1.0) for word, unit in units["distances"].items()]
    listed += [(word, "other", unit, 1.0) for word, unit in units["other"].items()]
    listed.sort(key=lambda row: -len(row[0]))
    return made + [(after(word), kind, unit, factor) for word, kind, unit, factor in listed]

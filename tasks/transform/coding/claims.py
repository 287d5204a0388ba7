"""Finds the figures that an article states: value or range, unit, kind, what is counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tasks.transform.coding.codebook import Codebook
from tasks.transform.coding.inflection import inflections

_ABOUT_WORDS: Final = 10
"""Words after a figure that say what it counts, at most."""
_NEAR: Final = 60
"""Characters on either side in which "killed" or "displaced" decides what a number of people means."""


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


@dataclass(frozen=True, slots=True)
class _Figure:
    """A bare figure as it was read: span, lowest and highest value, currency sign before it."""

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str
    hedged: bool


class ClaimFinder:
    """Finds claims in sentences."""

    def __init__(self, codebook: Codebook) -> None:
        numbers: Mapping[str, Any] = codebook.language["numbers"]
        units: Mapping[str, Any] = codebook.language["units"]
        self._words: Mapping[str, float] = numbers["words"]
        self._scales: Mapping[str, float] = numbers["scales"]
        self._plural: Mapping[str, float] = numbers["plural_scales"]
        self._at_least, self._at_most = numbers["at_least"], numbers["at_most"]
        self._signs: Mapping[str, str] = units["currency_signs"]
        self._measures = _measures(units)
        self._people = {f for word in units["people"] for f in inflections(word, "noun")}
        self._peoples = frozenset(
            surface for surface, entries in codebook.names.items() if any(e.form == "people" for e in entries)
        )
        self._things = {f for word in units["things"] for f in inflections(word, "noun")}
        self._casualty = frozenset(units["casualty"])
        self._displaced = frozenset(units["displaced"])
        self._not_claims: tuple[str, ...] = tuple(units["not_claims"])
        self._months = frozenset(codebook.language["dates"]["months"])
        self._figure = self._pattern(numbers)

    def _pattern(self, numbers: Mapping[str, Any]) -> re.Pattern[str]:
        def either(words: Any) -> str:
            return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))

        signs = either(self._signs)
        word = either(w for w in self._words if w != "half")
        spelt = rf"(?:{word})(?:[- ](?:{word}))?"
        plain = rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{spelt}|half a"
        scale = rf"(?:[ -]?(?:{either(self._scales)}))*\b"
        one = rf"(?:{plain})(?:(?:{scale})|(?![\w]))"
        hedge = rf"(?P<hedge>(?:{either((*self._at_least, *self._at_most, *numbers['about']))})\s+(?:the\s+|a\s+)?)?"
        return re.compile(
            rf"(?<![\w.,-]){hedge}(?P<between>(?:{either(numbers['between'])})\s+)?(?P<sign>{signs})?\s?"
            rf"(?:(?P<many>(?:{either(self._plural)})(?= of\b| \w))|(?P<a>{one})"
            rf"(?:\s?(?:-|–|(?:{either(numbers['to'])})(?=\s))\s?(?P<sign2>{signs})?(?P<b>{one}))?)",
            re.IGNORECASE,
        )

    def find(self, text: str) -> list[Claim]:
        """The claims of a sentence, in order; figures without a unit that the codebook knows are left out."""
        found: list[Claim] = []
        for match in self._figure.finditer(text):
            figure = self._read(match)
            if figure is None:
                continue
            claim = self._claim(text, figure)
            if claim is not None:
                found.append(claim)
        return found

    def _read(self, match: re.Match[str]) -> _Figure | None:
        hedge = re.sub(r"\s+(?:the|a)$", "", (match["hedge"] or "").strip().lower())
        sign = self._signs.get((match["sign"] or match["sign2"] or "").upper(), "")
        end = match.end()
        low: float | None
        high: float | None
        if match["many"]:
            low, high = self._plural[match["many"].lower()], None
        else:
            first = self._value(match["a"])
            if first is None:
                return None
            second = self._value(match["b"]) if match["b"] else None
            if match["b"] and (second is None or not (match["between"] or self._is_range(match))):
                second, end = None, match.end("a")
            if second is not None and match["b"] and first < second:
                scale = self._scale_of(match["b"]) if not self._scale_of(match["a"]) else 1.0
                scaled = first * (scale or 1.0)
                low, high = (scaled if scaled <= second else first), second
            else:
                low = high = first
                end = match.end("a")
        if hedge in self._at_least:
            low, high = (low, None)
        elif hedge in self._at_most:
            low, high = None, high
        start = match.start("between") if match["between"] and low != high else match.start("sign")
        start = start if start >= 0 else (match.start("a") if match["a"] else match.start("many"))
        if match["hedge"]:
            start = match.start("hedge")
        approximate = bool(hedge) and hedge not in self._at_least and hedge not in self._at_most
        return _Figure(start, end, low, high, sign, approximate)

    @staticmethod
    def _is_range(match: re.Match[str]) -> bool:
        return bool(re.search(r"-|–|\bto\b", match.string[match.end("a") : match.start("b")], re.IGNORECASE))

    def _scale_of(self, text: str) -> float | None:
        scale = 1.0
        for word in re.findall(r"[a-z]+", text.lower()):
            scale *= self._scales.get(word, 1.0)
        return scale if scale != 1.0 else None

    def _value(self, text: str) -> float | None:
        """The value of a figure in digits or words, scales included: "three", "1.5 million", "twenty-five"."""
        value: float | None = None
        for part in re.findall(r"\d[\d,]*(?:\.\d+)?|[a-z]+", text.lower()):
            if part[0].isdigit():
                value = float(part.replace(",", ""))
            elif part in self._words:
                value = (value or 0.0) + self._words[part]
            elif part in self._scales:
                value = (1.0 if value is None else value) * self._scales[part]
        return value

    def _claim(self, text: str, figure: _Figure) -> Claim | None:
        rest = text[figure.end :]
        before = text[: figure.start].rstrip().lower()
        if any(rest.lower().lstrip(" -").startswith(w.lstrip("-")) for w in self._not_claims if not w.isalpha()):
            return None
        if before.rsplit(" ", 1)[-1] in ("aged", "age") or before.rsplit(" ", 1)[-1].strip(".,") in self._months:
            return None
        if figure.currency:
            return self._made(text, figure, figure.end, "money", figure.currency, 1.0)
        for pattern, kind, unit, factor in self._measures:
            if (match := pattern.match(rest)) is not None:
                return self._made(text, figure, figure.end + match.end(), kind, unit, factor)
        return self._counted(text, figure, rest)

    def _counted(self, text: str, figure: _Figure, rest: str) -> Claim | None:
        """A number of people or things, when one of the next words is such a noun."""
        words = list(re.finditer(r"[^\W\d_][\w'’-]*", rest[:80]))
        for match in words[:4]:
            between = rest[: match.start()]
            if re.search(r"[.,;:()!?\"“”]", between.strip()):
                break
            word = match.group().lower()
            if word in self._people or match.group() in self._peoples:
                near = text[max(0, figure.start - _NEAR) : figure.end + _NEAR].lower()
                nearby = set(re.findall(r"[a-z]+", near))
                if nearby & self._casualty:
                    kind = "casualties"
                elif nearby & self._displaced:
                    kind = "displaced"
                else:
                    kind = "count"
                return self._made(text, figure, figure.end, kind, "people", 1.0)
            if word in self._things:
                return self._made(text, figure, figure.end, "count", word, 1.0)
        return None

    def _made(self, text: str, figure: _Figure, end: int, kind: str, unit: str, factor: float) -> Claim:
        low = None if figure.low is None else round(figure.low * factor, 6)
        high = None if figure.high is None else round(figure.high * factor, 6)
        return Claim(figure.start, end, kind, low, high, unit, figure.hedged, _about(text, figure.start, end))


def _measures(units: Mapping[str, Any]) -> list[tuple[re.Pattern[str], str, str, float]]:
    """Pattern after the figure, kind, unit and factor, for every unit of measure."""

    def after(words: list[str]) -> re.Pattern[str]:
        forms = sorted({f for w in words for f in inflections(w, "noun")}, key=len, reverse=True)
        either = "|".join(re.escape(form) for form in forms)
        return re.compile(rf"(?:[ -]?(?:{either}))(?![\w])", re.IGNORECASE)

    percent = "|".join(re.escape(word) for word in sorted(units["percent"], key=len, reverse=True))
    made = [(re.compile(rf"\s?(?:{percent})(?![a-z])", re.IGNORECASE), "share", "percent", 1.0)]
    made += [(after([word]), "money", code, 1.0) for word, code in units["currency_words"].items()]
    made += [(after([word]), "duration", "years", float(factor)) for word, factor in units["years"].items()]
    made += [(after([word]), "duration", unit, 1.0) for word, unit in units["durations"].items()]
    made += [(after([word]), "distance", unit, 1.0) for word, unit in units["distances"].items()]
    made += [(after([word]), "other", unit, 1.0) for word, unit in units["areas"].items()]
    return made


def _about(text: str, start: int, end: int) -> str:
    """The words that say what a figure counts: those after it up to the next mark, else those before it."""
    after = re.split(r"[.,;:()!?\"“”—]", text[end:], maxsplit=1)[0].split()
    if after:
        return " ".join(after[:_ABOUT_WORDS])
    before = re.split(r"[.,;:()!?\"“”—]", text[:start])[-1].split()
    return " ".join(before[-_ABOUT_WORDS:])

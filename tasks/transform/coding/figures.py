"""Reads figures in running text: digits and number words, scales, ranges, fractions, and the hedges before them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

_HEDGE_SPAN: Final = 34
"""Characters before a figure in which a hedge can stand ("a minimum of about")."""
_YEARS: Final = range(1500, 2101)
_WORD: Final = re.compile(r"[0-9][0-9,\u00a0\u202f]*(?:\.[0-9]+)?|[a-z]+")
_LETTERS: Final = re.compile("[a-z]+")
_DIGIT: Final = re.compile("[0-9]")
_DIGITS: Final = r"[0-9]{1,3}(?:[,\u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_NOT_BEHIND: Final = r"(?<![\w.,:/+#@-])"
_GLUED: Final = 2
"""Scales of up to this many letters stand right behind the digits ("5m", "3bn"); "5 m" is a length."""
_QUARTER: Final = "a quarter of a"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: offsets into the text, lowest and highest value (None: open), and how it is written.

    `unit_at` is where its unit would stand: behind the second figure in "from 20 to 30 percent". `share` and `fold` say
    that the figure has its unit in it ("a third of", "tenfold"); `year` that it can be a year; `small` that it is one
    word below eleven; `plain` that it is bare digits, as the numbers of models and articles are.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str = ""
    hedge: str = ""
    is_approximate: bool = False
    unit_at: int = -1
    share: bool = False
    fold: bool = False
    year: bool = False
    small: bool = False
    plain: bool = False


class FigureReader:
    """Finds the figures of a text; built from the `numbers` and `units` of the codebook's language file."""

    def __init__(self, numbers: Mapping[str, Any], units: Mapping[str, Any]) -> None:
        self._words: Mapping[str, float] = numbers["words"]
        self._scales: Mapping[str, float] = numbers["scales"]
        self._plural: Mapping[str, float] = numbers["plural_scales"]
        self._fractions: Mapping[str, float] = numbers["fractions"]
        self._few: Mapping[str, float] = numbers["few"]
        self._signs: Mapping[str, str] = units["currency_signs"]
        self._at_least = frozenset(numbers["at_least"])
        self._at_most = frozenset(numbers["at_most"])
        self._about = frozenset(numbers["about"])
        self._or_so = re.compile(rf"\s?-?(?:{_either(numbers['or_so'])})\b", re.IGNORECASE)
        hedges = _either((*self._at_least, *self._at_most, *self._about))
        self._hedge = re.compile(
            rf"(?:^|(?<=[\s(\"“‘—-]))((?:(?:{hedges})\s*)+)(?:the\s+|a\s+(?=[0-9])|another\s+)?$", re.IGNORECASE
        )
        self._one_hedge = re.compile(_either((*self._at_least, *self._at_most, *self._about)), re.IGNORECASE)
        self._figure = self._pattern(numbers, _NOT_BEHIND)
        self._second = self._pattern(numbers, "")
        signs, to, out_of = _either(self._signs), _either(numbers["to"]), _either(numbers["out_of"])
        self._joins = re.compile(rf"\s?(?:-|–|—|\b(?:{to})\b|(?P<and>\band\b))\s?(?P<sign>{signs})?\s?", re.IGNORECASE)
        self._out_of = re.compile(rf"\s(?:{out_of})(?: every)?\s", re.IGNORECASE)
        self._between = re.compile(rf"\b(?P<word>{_either(numbers['between'])}|from)\s(?:{hedges})?\s?$", re.IGNORECASE)
        self._ranging = frozenset(numbers["ranging"])
        self._signal = self._signals()
        marks = "".join(sorted({re.escape(sign[0]) for sign in self._signs if not sign[0].isalpha()}))
        self._start = re.compile(rf"([A-Za-z]+)|[0-9]+|[{marks}]|{_NOT_BEHIND}\s")
        others = (*self._few, *self._signs, *numbers["fraction_counts"], _QUARTER)
        self._first_words = self._signal | {
            word.lower() for name in others for word in re.findall("[A-Za-z]+", name)[:1]
        }

    def _signals(self) -> frozenset[str]:
        """Words of which one stands in every figure without a digit."""
        named = (*self._words, *self._scales, *self._plural, *self._fractions, "half", "quarter")
        firsts = {word for name in named for word in _LETTERS.findall(name)[:1]}
        return frozenset(form for word in firsts for form in (word, f"{word}s", f"{word}fold"))

    def _pattern(self, numbers: Mapping[str, Any], not_behind: str) -> re.Pattern[str]:
        def of(low: float, high: float) -> str:
            return _either(w for w, value in self._words.items() if low <= value < high)

        long = [s for s in self._scales if len(s) > _GLUED]
        short = [s for s in self._scales if len(s) <= _GLUED]
        small = rf"(?:(?:{of(20, 100)})(?:[- ](?:{of(1, 10)}))?|{of(10, 20)}|{of(0, 10)})(?![\w])"
        scale = rf"(?:[ -](?:{_either(long)})(?![\w]))"
        more = rf"(?:(?: and)?\s{small}{scale}*)?"
        spelt = rf"{small}(?: and a half)?(?:{scale}+{more})?"
        few = rf"(?:{_either(self._few)}){scale}+{more}"
        halves = rf"half a(?:{scale})|half-a-(?:{_either(long)})|{_QUARTER} (?:{_either(long)})"
        digits = rf"(?:{_DIGITS})(?:(?:{_either(short)})(?![\w])|{scale}+|(?: and a half)(?:{scale})?|(?![\w]))"
        whole = _either(numbers["fraction_of"])
        count = _either(numbers["fraction_counts"])
        parts = _either(w for w in self._fractions if w != "half")
        shares = (
            rf"(?:(?:{count})[ -])(?:{parts})s?(?=\s(?:{whole})\b(?!\sa\s(?:{_either(long)})))|half(?=\s(?:{whole})\b)"
        )
        out_of = _either(numbers["out_of"])
        odds = rf"(?:{_DIGITS}|{small}) (?:{out_of})(?: every)? (?:{_DIGITS}|{small})(?=\s[a-z])"
        fold = rf"(?:{_DIGITS}|{small})(?:-| )?fold\b|(?:{of(2, 100)})fold\b"
        many = rf"(?:{_either(self._plural)})(?= of\b| \w|$|[.,])"
        return re.compile(
            rf"{not_behind}(?:(?P<fold>{fold})|(?P<odds>{odds})|(?P<share>{shares})|(?P<many>{many})"
            rf"|(?P<sign>{_either(self._signs)})?\s?(?P<one>{digits}|{halves}|{few}|{spelt}))(?![:/][0-9])",
            re.IGNORECASE,
        )

    def find(self, text: str) -> Iterator[Figure]:
        """The figures of a text, in order; years, times and the like are among them."""
        if not self._may_have(text):
            return
        at = 0
        for first in self._start.finditer(text):
            if first.start() < at or (first[1] and first[1].lower() not in self._first_words):
                continue
            match = self._figure.match(text, first.start())
            if match is None:
                continue
            at = match.end()
            for figure in self._read(text, match):
                at = max(at, figure.end)
                yield figure

    def _may_have(self, text: str) -> bool:
        """Whether there is a digit or a number word: looking for that first is cheap."""
        return _DIGIT.search(text) is not None or not self._signal.isdisjoint(_LETTERS.findall(text.lower()))

    def _read(self, text: str, match: re.Match[str]) -> Iterator[Figure]:
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        if match["fold"]:
            value = self._value(re.sub(r"[- ]?fold$", "", match["fold"], flags=re.IGNORECASE))
            yield self._hedged(text, Figure(start, end, value, value, fold=True))
        elif match["odds"]:
            yield from self._odds(text, start, end, match["odds"])
        elif match["share"]:
            value = self._fraction(match["share"])
            yield self._hedged(text, Figure(start, end, value, value, share=True))
        elif match["many"]:
            low = self._plural[match["many"].lower()]
            yield replace(self._hedged(text, Figure(start, end, low, None)), low=low, high=None, is_approximate=True)
        else:
            yield from self._range_or_one(text, match, start)

    def _range_or_one(self, text: str, match: re.Match[str], start: int) -> Iterator[Figure]:
        value = self._value(match["one"])
        if value is None:
            return
        one = match["one"]
        figure = Figure(
            start, match.end(), value, value, self._signs.get((match["sign"] or "").upper(), ""),
            year=one.isdigit() and len(one) == 4 and int(one) in _YEARS,
            small=one.isalpha() and value <= 10,
            plain=one.isdigit(),
        )  # fmt: skip
        few = next((f for f in self._few if one.lower().startswith(f + " ") and f not in self._words), "")
        if few and few != "a":
            figure = replace(figure, high=None, is_approximate=True)
        joins = self._joins.match(text, match.end())
        second = self._second.match(text, joins.end()) if joins is not None else None
        if joins is None or second is None or not second["one"]:
            yield self._hedged(text, figure)
            return
        yield from self._pair(text, figure, joins, second, bool(self._scale_of(one)))

    def _pair(
        self, text: str, first: Figure, joins: re.Match[str], second: re.Match[str], first_scaled: bool
    ) -> Iterator[Figure]:
        """A range, two figures that a "from ... to" parts, or the first alone; scores ("3-2") have no values."""
        before = self._between.search(text, max(0, first.start - _HEDGE_SPAN), first.start)
        word = before["word"].lower() if before else ""
        high = self._value(second["one"])
        is_dash = joins.group().strip() in ("-", "–", "—")
        if high is None or first.low is None or (joins["and"] and word not in ("between", *self._ranging)):
            yield self._hedged(text, first)
            return
        low = first.low
        scale = self._scale_of(second["one"])
        if scale and not first_scaled and low * scale <= high and low < 1000:
            low *= scale
        sign = self._signs.get((second["sign"] or joins["sign"] or "").upper(), "") or first.currency
        other_year = second["one"].isdigit() and len(second["one"]) == 4 and int(second["one"]) in _YEARS
        if word == "from":
            yield self._hedged(text, replace(first, low=low, high=low, currency=sign, unit_at=second.end()))
            begin = second.start() + len(second.group()) - len(second.group().lstrip())
            yield self._hedged(text, Figure(begin, second.end(), high, high, sign, year=other_year))
            return
        if low >= high:
            if not is_dash:
                yield self._hedged(text, first)
                return
            yield replace(first, end=second.end(), low=None, high=None)
            return
        both = Figure(first.start, second.end(), low, high, sign, year=first.year or (other_year and is_dash))
        if before is not None:
            yield replace(both, start=before.start(), is_approximate=self._hedged(text, both).is_approximate)
        else:
            yield self._hedged(text, both)

    def _odds(self, text: str, start: int, end: int, words: str) -> Iterator[Figure]:
        """ "One in five": a share, when the first is the smaller one."""
        few, whole = (self._value(part) for part in self._out_of.split(words, maxsplit=1))
        if few is None or whole is None or not few < whole <= 1000:
            return
        value = round(100 * few / whole, 2)
        yield self._hedged(text, Figure(start, end, value, value, share=True))

    def _hedged(self, text: str, figure: Figure) -> Figure:
        """The figure with what stands before it ("more than") or behind it ("or so")."""
        match = self._hedge.search(text, max(0, figure.start - _HEDGE_SPAN), figure.start)
        approximate = figure.is_approximate or self._or_so.match(text, figure.end) is not None
        if match is None:
            return figure if approximate == figure.is_approximate else replace(figure, is_approximate=approximate)
        hedges = [h.lower() for h in self._one_hedge.findall(match[1])]
        low, high = figure.low, figure.high
        if any(h in self._at_least for h in hedges):
            high = None
        elif any(h in self._at_most for h in hedges):
            low = None
        approximate = approximate or any(h in self._about for h in hedges)
        return replace(
            figure,
            start=match.start(1),
            low=low,
            high=high,
            hedge=" ".join(hedges),
            is_approximate=approximate,
            year=False,
        )

    def _fraction(self, words: str) -> float | None:
        parts = re.findall(r"[a-z]+", words.lower())
        name = parts[-1] if parts[-1] in self._fractions else parts[-1].rstrip("s")
        count = self._words.get(parts[0], 1.0) if len(parts) > 1 else 1.0
        value = count * self._fractions.get(name, 0.0)
        return round(100 * value, 2) if 0 < value <= 1 else None

    def _scale_of(self, text: str) -> float | None:
        scale = 1.0
        for word in re.findall(r"[a-z]+", text.lower()):
            scale *= self._scales.get(word, 1.0)
        return scale if scale != 1.0 else None

    def _value(self, text: str) -> float | None:
        """The value of a figure in digits or words: "three", "1.5 million", "two hundred and fifty thousand"."""
        total, current, seen = 0.0, 0.0, False
        lower = text.lower()
        few = next((f for f in sorted(self._few, key=len, reverse=True) if lower.startswith(f"{f} ")), "")
        if lower.startswith(_QUARTER):
            current, seen, lower = 0.25, True, lower[len(_QUARTER) :]
        elif few:
            current, seen, lower = self._few[few], True, lower[len(few) :]
        for part in _WORD.findall(lower):
            if part[0].isdigit():
                current, seen = float(re.sub(r"[,\u00a0\u202f]", "", part)), True
            elif part in self._words:
                current, seen = current + self._words[part], True
            elif part in self._scales:
                scale = self._scales[part]
                current = (current if seen else 1.0) * scale
                seen = True
                if scale >= 1000:
                    total, current = total + current, 0.0
        return total + current if seen else None


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))

"""Makes odd texts from a seed, and says what is wrong with what the coder made of one."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

import pyarrow as pa

from tasks.contract import CODED_TABLES, TABLES
from tasks.transform.coding.coder import CodedArticle

NAMES: Final = (
    "Russia", "Armenia", "Azerbaijan's", "the United States", "Turkish", "Vladimir Putin", "Nikol Pashinyan", "NATO",
    "Baku", "U.S.", "the United Nations", "Hamas", "Israeli", "Nagorno-Karabakh", "North Korea", "Yerevan", "EU",
)  # fmt: skip
ACTS: Final = (
    "attacked", "said", "agreed to", "withdraw", "signed", "threatened", "refused to", "met", "accused", "imposed",
    "was arrested", "shelled", "urged", "will send", "did not release", "talks", "sanctions", "protest", "called on",
)  # fmt: skip
SMALL: Final = (
    "the", "of", "and", "troops", "with", "in", "on Monday", "he", "it", "that", "who", "if", "not", "to", "against",
    "ministers", "5 October 2023", "more than 300 people", "$5 billion", "between 3 and 5 percent", "last week",
)  # fmt: skip
MARKS: Final = tuple("\"'“”‘’«»„‚‹›(){}[]<>—–-,;:.!?…·•*_#@/\\|~^&%$+=`´")
WORDS: Final = NAMES + ACTS + SMALL
LARGEST: Final = 100_000


def prose(random: Random, words: int) -> str:
    """Words of news in any order, with a full stop now and then."""
    return " ".join(random.choice(WORDS) + random.choice(("", "", "", "", ",", ".")) for _ in range(words))


def _mixed(random: Random, odd: Sequence[str], words: int, share: float = 0.4) -> str:
    """Words with odd pieces among them, set apart or not."""
    pieces = [random.choice(odd) if random.random() < share else random.choice(WORDS) for _ in range(words)]
    return "".join(piece + random.choice((" ", " ", " ", "")) for piece in pieces)


def _range(first: int, last: int) -> tuple[str, ...]:
    return tuple(chr(code) for code in range(first, last + 1))


def _empty(random: Random, size: int) -> str:
    return random.choice(("", " ", "\n", "\u200b", "\ufeff", "\t\n \r\n", ".", "\u00a0")) * (size % 7)


def _unstopped(random: Random, size: int) -> str:
    return " ".join(random.choices(WORDS, k=size))


def _emoji(random: Random, size: int) -> str:
    return _mixed(random, ("🇦🇲", "👨‍👩‍👧‍👦", "😀", "❤️", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☎", "1️⃣", "🇦🇿🇷🇺"), size)


def _right_to_left(random: Random, size: int) -> str:
    odd = ("قال", "ارمنستان", "אמר", "\u200f", "\u202e", "\u202b", "\u202c", "\u2066", "\u2069", "،", "؟", "ـ", "١٢٣")
    return _mixed(random, odd, size)


def _quotes(random: Random, size: int) -> str:
    return _mixed(random, (*"\"“”‘’'«»„‚‹›`", "``", "''", "“‘“", "”’”", ",”", '."', "\n“"), size, 0.5)


def _brackets(random: Random, size: int) -> str:
    depth = max(1, size // 4)
    return "([{" * depth + prose(random, size // 2) + ")]}" * random.randint(0, depth)


def _table(random: Random, size: int) -> str:
    rule = random.choice((" | ", "\t", "  ", ";", ",", "|"))
    row = random.choice(("-----", "=====", "+--+--+", "Country"))
    cells = (random.choice((*NAMES, str(random.randint(0, 10**9)), "-", "n/a", "12.5%", row)) for _ in range(size))
    return "".join(cell + ("\n" if random.random() < 0.1 else rule) for cell in cells)


def _markup(random: Random, size: int) -> str:
    odd = (
        "<p>", "</p>", "<a href='http://a.example/x?y=1&z=2'>", "</a>", "&nbsp;", "&#8220;", "<!-- ", "-->", "<br/>",
        "[[", "]]", "{{", "}}", "**", "## ", "```", "![x](y.png)", "<script>if (a<b) {}</script>", "\\n", "%20", "<",
        "http://news.example/a.b/c", "www.example.org/.", "someone@example.org", "@handle", "#Russia",
    )  # fmt: skip
    return _mixed(random, odd, size)


def _inserted(random: Random, odd: Sequence[str], size: int, share: float) -> str:
    text = prose(random, size)
    return "".join(c + (random.choice(odd) if random.random() < share else "") for c in text)


def _zero_width(random: Random, size: int) -> str:
    return _inserted(random, ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e"), size, 0.1)


def _combining(random: Random, size: int) -> str:
    return _inserted(random, (*_range(0x300, 0x36F), "\u20dd", "\ufe0f"), size, random.choice((0.02, 0.3, 0.9)))


def _numbers(random: Random, size: int) -> str:
    odd = (
        "9" * random.randint(1, 400), "1,000,000,000,000,000,000,000", "million billion trillion", "1e308", "0.0000001",
        "-5", "3-4-5-6", "twenty-five thousand million", "31 February 2023", "5 October 99999", "0000-00-00", "½", "²",
        "1.2.3.4", "99999 years ago", "300 centuries ago", "between 5 and", "$", "€1", "10,00", "1,0000", "No. 5", "٣",
    )  # fmt: skip
    return _mixed(random, odd, size, 0.6)


def _names(random: Random, size: int) -> str:
    return random.choice((" ", ", ", " and ", "-", "/", "")).join(random.choices(NAMES, k=size))


def _commas(random: Random, size: int) -> str:
    units = (",", ", ", "Russia, ", " ,", ",,.", "said, ", "“, ", "-", ". ", "–", "…", "'", "(", "\n", '"')
    return random.choice(units) * size


def _one_word(random: Random, size: int) -> str:
    return (random.choice((*WORDS, "a", "ааа", "x" * 500)) + random.choice((" ", " ", "", "\n"))) * size


def _controls(random: Random, size: int) -> str:
    return _mixed(random, (*_range(0, 0x1F), *_range(0x7F, 0x9F), "\x1b[31m", "\x00\x00"), size)


def _code_points(random: Random, size: int) -> str:
    """What stands at the edges of Unicode: beside the surrogates, non-characters, private use, the last planes."""
    odd = (*"\ud7ff\ue000\ufffd\ufffe\uffff\U0010ffff\U0001d54f\U000e0041", "\\ud83d", "&#xD83D;")
    return _mixed(random, odd, size)


def _line_ends(random: Random, size: int) -> str:
    return _mixed(random, ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\n\r"), size)


def _said_that(random: Random, size: int) -> str:
    links = ("{} said that", "{} said", "{}, who said", "according to {},", "“{} told {} that", "{} denied that")
    return " ".join(random.choice(links).format(random.choice(NAMES), random.choice(NAMES)) for _ in range(size))


def _joined(random: Random, size: int) -> str:
    link = random.choice((" and ", ", which ", " of the ", " to ", "-", " by ", " or not ", " that ", " who "))
    return link.join(random.choices(WORDS, k=size))


def _any(random: Random, size: int) -> str:
    ranges = ((0x20, 0x250), (0x20, 0xD800), (0xE000, 0x110000))
    return "".join(chr(random.randrange(*random.choice(ranges))) for _ in range(size))


def _punctuated(random: Random, size: int) -> str:
    return "".join(random.choice((*MARKS, *MARKS, " ", " ", *WORDS)) for _ in range(size * 2))


KINDS: Final[Mapping[str, Callable[[Random, int], str]]] = {
    "any code points": _any, "brackets": _brackets, "combining marks": _combining, "commas and marks": _commas,
    "controls": _controls, "edges of Unicode": _code_points, "emoji": _emoji, "empty": _empty, "joined": _joined,
    "line ends": _line_ends, "markup": _markup, "names in a row": _names, "no full stop": _unstopped,
    "numbers": _numbers, "one word": _one_word, "prose": prose, "punctuated": _punctuated, "quotes": _quotes,
    "right to left": _right_to_left, "said that": _said_that, "table": _table, "zero width": _zero_width,
}  # fmt: skip
"""Makers of odd texts: random numbers and a size (about the number of words) in, a text out."""


def mutated(random: Random, first: str, second: str) -> str:
    """A real text spoilt in one to three ways; `second` is another one, for gluing."""
    text = first
    for _ in range(random.randint(1, 3)):
        text = random.choice(_MUTATIONS)(random, text, second)
    return text


def _doubled(random: Random, text: str, _: str) -> str:
    return "".join(c * (2 if random.random() < 0.05 else 1) for c in text)


def _flipped(random: Random, text: str, _: str) -> str:
    flips: tuple[Callable[[str], str], ...] = (str.upper, str.lower, str.swapcase, str.title)
    return random.choice(flips)(text)


def _cut(random: Random, text: str, _: str) -> str:
    first, last = sorted(random.randrange(len(text) + 1) for _ in range(2))
    return text[first:last]


def _glued(random: Random, text: str, other: str) -> str:
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


def _without(random: Random, text: str, _: str) -> str:
    mark = random.choice((*'“”"’.,\n (-', ". "))
    return text.replace(mark, random.choice(("", " ", mark * 2)))


def _shuffled(random: Random, text: str, _: str) -> str:
    words = text.split(" ")
    random.shuffle(words)
    return " ".join(words)


_MUTATIONS: Final = (_cut, _doubled, _flipped, _glued, _shuffled, _without)


def faults(text: str, coded: CodedArticle) -> Iterator[str]:
    """What is wrong with the rows of a text: an error, a span that is not its text, a value no table can hold."""
    if coded.error:
        yield f"error: {coded.error}"
    for event in coded.events:
        for part in ("trigger", "actor", "recipient"):
            if event[f"{part}_text"] is not None:
                yield from _span(text, event, f"{part}_start", f"{part}_end", f"{part}_text")
        evidence = range(event["evidence_start"], event["evidence_end"])
        if not 0 <= evidence.start < evidence.stop <= len(text):
            yield f"evidence {evidence} outside a text of {len(text)}"
        if not evidence.start <= event["trigger_start"] < event["trigger_end"] <= evidence.stop:
            yield f"trigger outside its evidence {evidence}"
        if event["place_text"] is not None and event["place_text"] not in text:
            yield f"place {event['place_text']!r} is not in the text"
    for row in (*coded.quotes, *coded.claims, *coded.mentions):
        yield from _span(text, row, "text_start", "text_end", "text")
    for claim in coded.claims:
        values = [v for v in (claim["value_low"], claim["value_high"]) if v is not None]
        if not all(math.isfinite(v) for v in values) or values != sorted(values):
            yield f"claim {claim['text']!r} with values {values}"
    for name in CODED_TABLES:
        rows: list[dict[str, Any]] = getattr(coded, name)
        try:
            pa.Table.from_pylist(rows, schema=TABLES[name].schema)
        except (pa.ArrowException, UnicodeError, OverflowError) as error:
            yield f"{name} cannot be written: {error}"


def _span(text: str, row: Mapping[str, Any], start: str, end: str, words: str) -> Iterator[str]:
    if not (0 <= row[start] < row[end] <= len(text) and text[row[start] : row[end]] == row[words]):
        yield f"{words} {row[words]!r} is not the text from {row[start]} to {row[end]}"

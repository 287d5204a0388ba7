"""What a reader hands over for each record that it finds: a draft of an article, or the reason why it is none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tasks.errors import UnreadableError
from tasks.settings import Source

SAMPLE_LENGTH: Final = 200
"""Characters of a record that are kept with the reason why it could not be read."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One record as the archive has it, before any cleaning.

    `start` and `end` are offsets of the record in the decoded member, in code points, end exclusive. `record` is its
    place in words, `#12` or `line 30`. `date` is the text as found; `date_basis` says whether it stood in the record
    (`stated`) or at the head of the file (`header`).
    """

    record: str
    start: int
    end: int
    title: str = ""
    body: str = ""
    outlet: str = ""
    author: str = ""
    poster: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    date: str = ""
    date_basis: str = "stated"


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record, member or file that is no article, with the reason: a short code to count by, and words.

    `record` is empty where it is the whole member. `start` and `end` as in a Draft.
    """

    record: str
    reason: str
    detail: str
    sample: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a user should know about a file that was read, such as a column that nobody knows."""

    text: str


Reading = Iterator[Draft | Rejected | Remark]
"""What every reader gives, record by record, in the order of the text."""


class Reader(Protocol):
    """A function that reads the text of one member."""

    def __call__(self, text: str, source: Source) -> Reading:
        """The records of the text, in order; never raises, whatever the text holds."""
        ...


def sample(text: str, start: int = 0, end: int | None = None) -> str:
    """The first characters of a stretch of text on one line: at most SAMPLE_LENGTH, control characters escaped."""
    return plain(text[start : min(start + SAMPLE_LENGTH, len(text) if end is None else end)])[:SAMPLE_LENGTH]


def plain(text: str) -> str:
    """Text with whatever cannot be shown or stored, such as control characters and half signs, escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def no_articles(text: str, detail: str) -> Rejected:
    """The one row that stands for a member without any article."""
    return Rejected("", "no_articles", detail, sample(text), 0, len(text))


def unreadable(data: bytes, error: UnreadableError) -> Rejected:
    """The one row that stands for a member whose bytes cannot be read."""
    return Rejected("", error.reason, str(error), sample(data[:400].decode("latin-1")), 0, len(data))


def given(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A source's own names of fields in a form that can be a key of a cache."""
    return tuple(sorted(fields.items()))

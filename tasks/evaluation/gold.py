"""Reads a gold file, JSON lines of sentences with what is right for them, into typed records.

The form of a file is told by its fields; README.md lists the forms. All records of a file have one form.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from tasks.errors import DotterelError, UsageError
from tasks.evaluation.label_sets import CLASS_NAMES, EVENT_TYPES, OLDER_TYPES, event_type_of_today
from tasks.evaluation.measures import Span

_TAG: Final = re.compile(r"</?([st])>")
_ROLES: Final = ("actors", "recipients")
_ANY_TYPE: Final = frozenset(EVENT_TYPES) | set(OLDER_TYPES)


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """An event that is right: its type by its name of 2021, and the codes of its parties as the file has them.

    Several actors without a recipient did it to each other. `main` is false for what is told in passing.
    """

    event_type: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    main: bool = True


@dataclass(frozen=True, slots=True)
class GoldSentence:
    """A text to code; `date` (any style) and `title` are empty where the file has none."""

    id: str
    text: str
    date: str
    title: str


@dataclass(frozen=True, slots=True)
class AnnotatedTwice(GoldSentence):
    """All events of a sentence, as two annotators have them."""

    first: tuple[GoldEvent, ...]
    second: tuple[GoldEvent, ...]


@dataclass(frozen=True, slots=True)
class WithEvents(GoldSentence):
    """All events of a sentence; none where nothing must be coded."""

    events: tuple[GoldEvent, ...]


@dataclass(frozen=True, slots=True)
class BetweenParties(GoldSentence):
    """The type (of PLV's 15) of what an actor that is given does to a recipient that is given.

    Each party has a span for every place where it is marked; none where it is not marked.
    """

    event_type: str
    actor_spans: tuple[Span, ...]
    recipient_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WithClass(GoldSentence):
    """One of five classes, 0 to 4: see label_sets.CLASSES."""

    label: int


@dataclass(frozen=True, slots=True)
class WithSpans(GoldSentence):
    """Where the actors and recipients stand; the parties of a reciprocal event are both."""

    actor_spans: tuple[Span, ...]
    recipient_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class WithLabel(GoldSentence):
    """One label of another scheme than PLOVER."""

    label: str


@dataclass(frozen=True, slots=True)
class GoldSet:
    """The sentences of one file, all of one form; `name` is the file's name without its ending."""

    name: str
    sentences: tuple[GoldSentence, ...]


def read_gold(path: Path) -> GoldSet:
    """The gold set of a file. Raises UsageError that names file, line and what to do; DotterelError when unreadable."""
    lines = list(_lines(path))
    if not lines:
        raise UsageError(f"{path}: there are no gold sentences in this file; it must hold one JSON object a line.")
    forms = [_form(line) for line in lines]
    if any(form is _labelled for form in forms):
        kinds = {line["event_type"] for line, form in zip(lines, forms, strict=True) if form is _labelled}
        if kinds & _ANY_TYPE or kinds == {None}:
            forms = [_with_events if form is _labelled else form for form in forms]
    other = next((line for line, form in zip(lines, forms, strict=True) if form is not forms[0]), None)
    if other is not None:
        raise other.wrong("has another form than the first line; put each form into a file of its own")
    if forms[0] is _with_events:
        return GoldSet(path.stem, tuple(_joined(lines)))
    return GoldSet(path.stem, tuple(form(line) for form, line in zip(forms, lines, strict=True)))


class _Line(dict[str, Any]):
    """One object of a file, which knows where it stands."""

    place: str = ""

    def wrong(self, what: str) -> UsageError:
        """The error that this line is."""
        return UsageError(f"{self.place}: this line {what}.")

    @property
    def meta(self) -> Mapping[str, Any]:
        """What the set says beside the usual fields."""
        meta = self.get("meta")
        return meta if isinstance(meta, Mapping) else {}

    @property
    def head(self) -> tuple[str, str, str, str]:
        """Id, text, date, title."""
        date, title = (self[name] if isinstance(self.get(name), str) else "" for name in ("date", "title"))
        return str(self["id"]), self["text"], date, title


def _lines(path: Path) -> Iterator[_Line]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this file is not UTF-8; a gold file is JSON lines in UTF-8.") from None
    except OSError as error:
        raise DotterelError(f"{path}: cannot be read ({error.strerror}).") from None
    for number, text in enumerate(content.split("\n"), 1):
        if not text.strip():
            continue
        place = f"{path}, line {number}"
        try:
            record = json.loads(text)
        except json.JSONDecodeError as error:
            raise UsageError(f"{place}: this is not JSON ({error.msg}); write one object a line.") from None
        if not isinstance(record, dict) or not isinstance(record.get("text"), str) or record.get("id") is None:
            raise UsageError(f'{place}: this line has no "id" and "text"; each line must have both.')
        line = _Line(record)
        line.place = place
        yield line


_Reader = Callable[[_Line], GoldSentence]


def _form(line: _Line) -> _Reader:
    """What reads a line of this form."""
    kind = line.get("event_type")
    if "a" in line and "b" in line:
        return _annotated_twice
    if "tags" in line.meta and "tokens" in line.meta:
        return _with_spans
    if "marked" in line.meta:
        return _between_parties
    if isinstance(kind, int) and not isinstance(kind, bool):
        return _with_class
    if "event_type" in line and (kind is None or isinstance(kind, str)):
        return _labelled  # or events: the types of the whole file decide
    raise line.wrong('has no form that is known: it needs "event_type" (with "source" and "target"), or "a" and "b"')


def _annotated_twice(line: _Line) -> AnnotatedTwice:
    first, second = (tuple(_annotated(line, event) for event in _list(line, name)) for name in ("a", "b"))
    return AnnotatedTwice(*line.head, first, second)


def _annotated(line: _Line, event: Any) -> GoldEvent:
    if not isinstance(event, Mapping):
        raise line.wrong('has an event that is no object; write {"type", "actors", "recipients", "main"}')
    actors, recipients = (tuple(_code(line, party) for party in event.get(role) or []) for role in _ROLES)
    return GoldEvent(_plover(line, event.get("type")), actors, recipients, main=bool(event.get("main", True)))


def _with_events(line: _Line) -> WithEvents:
    if line["event_type"] is None:
        return WithEvents(*line.head, ())
    kind = _plover(line, line.meta.get("plover2021") or line["event_type"])
    actors, recipients = (tuple(_code(line, party) for party in _list(line, role)) for role in ("source", "target"))
    return WithEvents(*line.head, (GoldEvent(kind, actors, recipients),))


def _joined(lines: Sequence[_Line]) -> Iterator[WithEvents]:
    """One record a sentence, which has a line for each of its events; an id may stand for two texts."""
    events: dict[tuple[str, ...], list[GoldEvent]] = {}
    for line in lines:
        events.setdefault(line.head, []).extend(_with_events(line).events)
    for (given_id, text, date, title), some in events.items():
        yield WithEvents(given_id, text, date, title, tuple(some))


def _between_parties(line: _Line) -> BetweenParties:
    kind, marked = line.get("event_type"), line.meta["marked"]
    if not isinstance(kind, str) or not isinstance(marked, str):
        raise line.wrong('needs a text in "event_type" and in "marked", where <s> and <t> are around the parties')
    spans: dict[str, list[Span]] = {"s": [], "t": []}
    opened: dict[str, int] = {}
    taken_out = 0
    for tag in _TAG.finditer(marked):
        side, at = tag[1], tag.start() - taken_out
        taken_out += len(tag[0])
        if tag[0].startswith("</") and side in opened:
            spans[side].append((opened.pop(side), at))
        else:
            opened[side] = at
    if opened or _TAG.sub("", marked) != line["text"]:
        raise line.wrong('has a text in "marked" that is not its "text" with <s>...</s> and <t>...</t> put in')
    return BetweenParties(*line.head, kind, tuple(spans["s"]), tuple(spans["t"]))


def _with_class(line: _Line) -> WithClass:
    label: int = line["event_type"]
    if label not in range(len(CLASS_NAMES)):
        raise line.wrong(f"has class {label}; the classes are 0 to {len(CLASS_NAMES) - 1}")
    return WithClass(*line.head, label)


def _with_spans(line: _Line) -> WithSpans:
    tokens, tags = line.meta["tokens"], line.meta["tags"]
    if len(tokens) != len(tags) or " ".join(tokens) != line["text"]:
        raise line.wrong('has "tokens" that are not its "text" split at blanks, or not one tag a token')
    spans: dict[str, list[Span]] = {"S": [], "T": [], "R": []}
    before, start = "O", 0
    for token, tag in zip(tokens, tags, strict=True):
        side = tag[2:]
        if side and side not in spans:
            raise line.wrong(f"has the tag '{tag}'; tags are O, and B- or I- with S, T or R")
        if side:
            joins = tag.startswith("I-") and before == side
            spans[side].append((spans[side].pop()[0] if joins else start, start + len(token)))
        before = side
        start += len(token) + 1
    return WithSpans(*line.head, *(tuple(spans[side] + spans["R"]) for side in ("S", "T")))


def _labelled(line: _Line) -> WithLabel:
    if line["event_type"] is None:
        raise line.wrong("has no label, unlike others of this file")
    return WithLabel(*line.head, line["event_type"])


def _list(line: _Line, name: str) -> list[Any]:
    value = line.get(name) or []
    if not isinstance(value, list):
        raise line.wrong(f'has no list in "{name}"')
    return value


def _plover(line: _Line, name: Any) -> str:
    if name not in _ANY_TYPE:
        raise line.wrong(f"has the event type '{name}', which is none of PLOVER's: {', '.join(EVENT_TYPES)}")
    return event_type_of_today(cast(str, name))


def _code(line: _Line, party: Any) -> str:
    """The code of a party, which is a text or an object that has one; empty where it is not known."""
    if isinstance(party, Mapping):
        party = party.get("country") or party.get("code") or party.get("sector") or ""
    if not isinstance(party, str):
        raise line.wrong('has a party that is neither a code nor an object with "code"')
    return party

"""Codes texts that come one JSON object a line, without a lake: `dotterel code`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from tasks.errors import UsageError
from tasks.settings import Settings
from tasks.transform import dates
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.version import coder_version

ROWS: Final = {
    "events": "event",
    "quotes": "quote",
    "claims": "claim",
    "mentions": "mention",
    "introductions": "introduction",
}
"""The tables that can be asked for, and what `row` says of each object."""
_PARTY: Final = ("text", "name", "country", "sector", "start", "end")
_AT_ONCE: Final = 256


def code_records(
    lines: Iterable[str], settings: Settings, rows: Sequence[str] = ("events",), *, explain: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows that the texts give, as objects ready for JSON; `lines` are read as a stream.

    Each line is `{"id", "text", "date"}`; `date` (in any style that archives use) and `title` may be missing. An event
    is one object a trigger, with `actors` and `recipients` as lists; a reciprocal event has all parties in `actors`.
    With `explain` each event has `rule`, the codebook's lines that made it, and `explanation`, the steps in words: a
    list of {step, text}. UsageError names the line that is not such an object.
    """
    if unknown := [name for name in rows if name not in ROWS]:
        raise UsageError(f"There are no rows called '{unknown[0]}'. Known: {', '.join(ROWS)}.")
    coder = coder_of(settings.codebook.resolve(), coder_version(settings), settings.models, explain=explain)
    numbered = ((n, line) for n, line in enumerate(lines, 1) if line.strip())
    while chunk := [_article(line, number) for number, line in islice(numbered, _AT_ONCE)]:
        for (given_id, _), coded in zip(chunk, coder.code([a for _, a in chunk]), strict=True):
            if coded.error:
                raise UsageError(f"The text with id '{given_id}' could not be coded: {coded.error}")
            for name in rows:
                made: Callable[[list[dict[str, Any]]], Iterator[dict[str, Any]]] = (
                    by_trigger if name == "events" else iter
                )
                for row in made(getattr(coded, name)):
                    if not explain:
                        row.pop("rule", None)
                    yield {"row": ROWS[name], "id": given_id, **{k: _plain(v) for k, v in row.items()}}


def as_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """A row of `code_records` for people: a line that says what it is, and under an event the steps to it."""
    if row["row"] == "event":
        sides = [" and ".join(_shown(p) for p in row[side]) or "nobody named" for side in ("actors", "recipients")]
        parties = sides[0] if row["reciprocal"] else " → ".join(sides)
        mode = f"/{row['event_mode']}" if row["event_mode"] else ""
        yield f"{row['id']}: {row['event_type']}{mode} ({row['modality']}) {parties}, “{row['trigger_text']}”, " + str(
            row["event_date"] or "no date"
        )
        for step in row.get("explanation", ()):
            yield f"    {step['step']}: {step['text']}"
    else:
        said = row.get("speaker_name") or row.get("name") or row.get("unit") or ""
        yield f"{row['id']}: {row['row']} “{row['text']}”{f' ({said})' if said else ''}"


def _shown(party: Mapping[str, Any]) -> str:
    code = "-".join(part for part in (party["country"], party["sector"]) if part)
    return f"{party['name'] or party['text'] or 'people there'} ({code or 'unknown'})"


def _article(line: str, number: int) -> tuple[Any, dict[str, Any]]:
    """The id as it was given, and the text as an article."""
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f'Line {number} is not JSON ({error.msg}); each line must be {{"id", "text"}}.') from None
    if not isinstance(record, Mapping) or not isinstance(record.get("text"), str):
        raise UsageError(f'Line {number} has no "text"; each line must be an object with "id" and "text".')
    text = record["text"].encode("utf-8", "replace").decode("utf-8")
    day = record.get("date")
    published = dates.published(day).day if isinstance(day, str) else None
    given = record.get("id", number)
    return given, {
        "article_id": str(given),
        "body": text,
        "title": record.get("title") if isinstance(record.get("title"), str) else None,
        "published_date": published,
    }


def by_trigger(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Event rows put together by trigger: one object with its lists of actors and recipients."""
    triggers: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        triggers.setdefault((row["trigger_id"], row["event_type"]), []).append(row)
    for some in triggers.values():
        first = some[0]
        event = {k: v for k, v in first.items() if not k.startswith(("actor_", "recipient_")) and k != "event_id"}
        yield event | {
            "actors": _parties(some, "actor"),
            "recipients": [] if first["reciprocal"] else _parties(some, "recipient"),
        }


def _parties(rows: list[dict[str, Any]], role: str) -> list[dict[str, Any]]:
    """The parties of one role, without doubles, in text order."""
    found = {
        tuple(row[f"{role}_{part}"] for part in _PARTY) for row in rows if row[f"{role}_text"] or row[f"{role}_country"]
    }
    ordered = sorted(found, key=lambda p: (p[4] is None, p[4] or 0, p[5] or 0))
    return [dict(zip(_PARTY, party, strict=True)) for party in ordered]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

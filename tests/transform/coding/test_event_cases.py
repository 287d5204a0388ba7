"""Every sentence of tests/cases/events.txt is coded as it says there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.transform.coding.coder import Coder

CASES = Path(__file__).parents[2] / "cases" / "events.txt"


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


def told(events: list[dict[str, Any]]) -> str:
    """The rows of events in the notation of the cases."""
    if not events:
        return "nothing"
    triggers: dict[str, list[dict[str, Any]]] = {}
    for row in events:
        triggers.setdefault(row["trigger_id"] + row["event_type"], []).append(row)
    return "; ".join(one_event(rows) for rows in triggers.values())


def one_event(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    recipients = [] if first["reciprocal"] else parties(rows, "recipient")
    modality = "" if first["modality"] == "actual" else f" {first['modality']}"
    return f"{first['event_type']} {'+'.join(parties(rows, 'actor')) or '-'} > {'+'.join(recipients) or '-'}{modality}"


def parties(rows: list[dict[str, Any]], role: str) -> list[str]:
    starts = {(row[f"{role}_start"], row[f"{role}_country"] or row[f"{role}_sector"] or "?") for row in rows}
    return [code for start, code in sorted(starts, key=lambda s: (s[0] or 0, s[1])) if start is not None]


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_sentence_gives_just_these_events(coder: Coder, text: str, wanted: str) -> None:
    article = {"article_id": "a", "body": text, "title": "", "published_date": date(2023, 10, 5)}
    (coded,) = coder.code([article])
    assert coded.error == ""
    assert told(coded.events) == wanted

"""Every sentence of tests/cases/dates.txt gives its events the days that it says there."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.transform.coding.coder import Coder

CASES = Path(__file__).parents[2] / "cases" / "dates.txt"
PUBLISHED = date(2023, 10, 5)


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


def told(events: list[dict[str, Any]]) -> str:
    """Trigger and date of each event in the notation of the cases."""
    return "; ".join({row["trigger_id"]: one_event(row) for row in events}.values())


def one_event(row: dict[str, Any]) -> str:
    trigger = row["trigger_text"].split()[0]
    if row["date_basis"] == "published" and row["event_end_date"] is None:
        assert row["event_date"] == PUBLISHED
        return f"{trigger} published"
    days = [row["event_date"], row["event_end_date"]]
    return f"{trigger} {'/'.join(day.isoformat() for day in days if day is not None)}"


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_events_of_the_sentence_have_just_these_days(coder: Coder, text: str, wanted: str) -> None:
    (coded,) = coder.code([{"article_id": "a", "body": text, "title": "", "published_date": PUBLISHED}])
    assert coded.error == ""
    assert told(coded.events) == wanted


def test_without_a_day_of_publication_only_explicit_dates_stand(coder: Coder) -> None:
    texts = ("Russia shelled Kharkiv on 3 April 2022.", "Russia shelled Kharkiv on Tuesday.")
    articles = [{"article_id": text, "body": text, "title": "", "published_date": None} for text in texts]
    days = [coded.events[0]["event_date"] for coded in coder.code(articles)]
    assert days == [date(2022, 4, 3), None]

"""Builds lakes of many months for the tests of the reports by month: articles read, incidents, borders."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

from rows import article, content_id, event, filled, put

from tasks.load.lake import Lake


def month(number: int) -> date:
    """The first day of a month; 0 is January 2021."""
    return date(2021 + number // 12, number % 12 + 1, 1)


def border(country: str, counterpart: str, **changes: Any) -> dict[str, Any]:
    """A land border since 1991, as a row of relations."""
    row = {
        "kind": "border",
        "name": "land border",
        "country": country,
        "counterpart": counterpart,
        "start_date": date(1991, 12, 26),
        "known_from": date(1991, 12, 26),
        "dataset": "facts",
    }
    return filled("relations", row | changes)


def put_borders(lake: Lake, *borders: Mapping[str, Any]) -> None:
    put(lake, "relations", borders, "facts", "all")


def put_month(lake: Lake, number: int, articles: int, *events: Mapping[str, Any], source: str = "plover") -> None:
    """Write a month of so many articles, spread over it, and of these events, one in each of the first of them.

    An event is what differs from the usual one; without a place_name it is an incident of its own.
    """
    first = month(number)
    days = monthrange(first.year, first.month)[1]
    told = [
        article(1_000 * number + n, published_date=first.replace(day=n % days + 1), outlet=f"Outlet {n % 7}")
        for n in range(max(articles, len(events)))
    ]
    rows = [
        event(of, **{"event_date": of["published_date"], "place_name": f"Place {n}"} | dict(changes))
        for n, (of, changes) in enumerate(zip(told, events, strict=False))
    ]
    period = f"{first:%Y-%m}"
    put(lake, "articles", told, source, period)
    put(lake, "events", rows, source, period)


def reference(dataset: str, day: date, number: int = 0, **changes: Any) -> dict[str, Any]:
    """An event of a reference data set: fighting in Ukraine."""
    row = {
        "event_id": content_id("reference", dataset, day, number),
        "dataset": dataset,
        "event_date": day,
        "date_precision": "day",
        "published_date": day,
        "event_type": "ASSAULT",
        "quad_class": 4,
        "intensity": -9.0,
        "modality": "actual",
        "place_name": f"Place {number}",
        "place_country": "UKR",
        "source_url": f"https://example.org/{number}",
    }
    return filled("events", row | changes)

"""What the map shows: a dot a place, with its incidents by month, and the sentences behind each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from tasks.report.site.library import Library
from tasks.report.site.listing import listed, quoted
from tasks.report.site.questions import Questions
from tasks.report.site.subjects import Behind
from tasks.report.site.world_map import projected

MOST_PLACES: Final = 300
"""Dots: those with most incidents. More cannot be told apart on a screen."""
EVIDENCE: Final = 900
"""Sentences below the map, about; each dot has one to four."""
MOST_EACH: Final = 4
LARGEST: Final = 16.0
"""Radius of the largest dot, in pixels of a map 1,000 wide; the area of a dot is in proportion to its incidents."""
SMALLEST: Final = 3.5

Key = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """One dot: where it lies in the drawing, its radius for all months, its incidents by month, what is behind it."""

    name: str
    country: str
    x: float
    y: float
    radius: float
    months: Mapping[str, int]
    quad_class: int
    behind: Behind

    @property
    def by_month(self) -> str:
        """Incidents by month for the script: `2023-09:3 2023-10:1`."""
        return " ".join(f"{month}:{count}" for month, count in sorted(self.months.items()))


@dataclass
class PlaceRows:
    """The rows of the map, before the articles are read."""

    rows: list[dict[str, Any]]
    evidence: Mapping[Key, Sequence[str]]

    @property
    def events(self) -> list[str]:
        """The events to read."""
        return [event for events in self.evidence.values() for event in events]


def ask_places(asked: Questions, since: str) -> PlaceRows:
    """Ask for the places of incidents since a month (`2021-01`)."""
    rows = asked.rows("places", since=since, most=MOST_PLACES)
    keys = list(dict.fromkeys(_key(row) for row in rows))
    each = max(1, min(MOST_EACH, EVIDENCE // max(len(keys), 1)))
    evidence: defaultdict[Key, list[str]] = defaultdict(list)
    if keys:
        names = sorted({name for name, _, _ in keys})
        for row in asked.rows("place_events", since=since, names=names, each=each):
            evidence[_key(row)].append(row["event_id"])
    return PlaceRows(rows, {key: evidence[key] for key in keys})


def make_places(rows: PlaceRows, library: Library, dataset: str) -> list[Place]:
    """The dots, the largest first, so that small ones are drawn over them."""
    months: defaultdict[Key, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    quads: defaultdict[Key, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    first: dict[Key, Mapping[str, Any]] = {}
    for row in rows.rows:
        key = _key(row)
        first.setdefault(key, row)
        months[key][row["month"]] += row["incidents"]
        quads[key][row["quad_class"]] += row["incidents"]
    most = max((row["total"] for row in rows.rows), default=1)
    made = []
    for number, (key, place) in enumerate(first.items(), 1):
        x, y = projected(place["east"], place["north"])
        sql = listed(
            dataset,
            "e.modality = 'actual'",
            f"coalesce(e.place_name, e.place_text) = {quoted(place['place'])}",
            f"round(e.latitude, 2) = {place['north']} and round(e.longitude, 2) = {place['east']}",
        )
        made.append(
            Place(
                name=place["place"],
                country=place["country"] or "",
                x=round(x, 2),
                y=round(y, 2),
                radius=round(max(LARGEST * sqrt(place["total"] / most), SMALLEST), 2),
                months=months[key],
                quad_class=max(quads[key], key=lambda quad: (quads[key][quad], quad)),
                behind=Behind(
                    f"place-{number}", place["place"], place["total"], library.all_told(rows.evidence.get(key, ())), sql
                ),
            )
        )
    return made


def _key(row: Mapping[str, Any]) -> Key:
    return row["place"], row["north"], row["east"]

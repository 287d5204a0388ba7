"""Looks at what a run wrote: events by type, and rows that are wrong."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from tasks.load.lake import Lake
from tasks.report.checks import run_checks


def events_by_type(lake: Path, periods: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Triggers (not rows) by event type in the periods (source, period) of coded news, most frequent first.

    Raises LakeError when a partition is missing or damaged.
    """
    counts: Counter[str] = Counter()
    for source, period in periods:
        events = Lake(lake).read("events", source, period, ["event_type", "trigger_id"])
        triggers = events.group_by(["event_type", "trigger_id"]).aggregate([])
        counts.update(triggers.column("event_type").drop_null().to_pylist())
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def wrong_rows(lake: Path, today: date) -> dict[str, int]:
    """The checks that found wrong rows in the lake, with how many. Raises LakeError when it is damaged."""
    return {result.name: result.failures for result in run_checks(lake, today) if result.failures}

"""The measured figures of the method page are those of the judgements, of the README and of the page on limits."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from tasks.report.site.rendering import measured

ROOT = Path(__file__).parents[3]
PARTS = ("type", "actor", "recipient", "modality")
JUDGED = [json.loads(line) for line in (ROOT / "tests/judgements/events_2023.jsonl").open(encoding="utf-8")]


def is_right(verdict: dict[str, Any], what: str) -> bool:
    return all(verdict[part] for part in PARTS) if what == "all four" else bool(verdict[what])


def percent(share: float) -> int:
    return math.floor(100 * share + 0.5)


@pytest.mark.parametrize("row", measured(), ids=lambda row: row["what"])
def test_a_measured_figure_is_that_of_the_judgements(row: dict[str, Any]) -> None:
    what, _, limit = row["what"].partition(", ")
    events = [event for event in JUDGED if not limit or event["confidence"] > 0.5]
    n, z = len(events), 1.96
    share = sum(is_right(event[reader], what) for event in events for reader in ("a", "b")) / (2 * n)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    figures = (percent(share), percent(middle - half), percent(middle + half), n)
    assert figures == tuple(int(row[name]) for name in ("right", "low", "high", "events"))


def test_the_readme_says_the_same() -> None:
    right = {row["what"]: row["right"] for row in measured()}
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"the type of {right['type']} percent right" in text
    assert f"the actor of {right['actor']}, the recipient of {right['recipient']}, the modality of" in text
    assert f"the modality of {right['modality']}, and all four of {right['all four']} (" in text
    sure = [right[f"{what}, of confidence above one half"] for what in ("type", "all four")]
    assert f"the type was right in {sure[0]} percent and all four in {sure[1]} (" in text


def test_the_page_on_limits_says_the_same() -> None:
    rows = {row["what"]: row for row in measured()}
    four, sure = rows["all four"], rows["all four, of confidence above one half"]
    text = " ".join((ROOT / "data/docs/limits.md").read_text(encoding="utf-8").split())
    assert f"the type was right in {rows['type']['right']} percent, and type, actor, recipient and modality" in text
    assert f"together in {four['right']} (95 percent interval {four['low']} to {four['high']})" in text
    assert f"all four were right in {sure['right']} percent (of {sure['events']} events)" in text


def test_readme_page_and_method_say_how_many_sentences_hold_a_missed_event() -> None:
    lines = (ROOT / "tests/judgements/sentences_2023.jsonl").read_text(encoding="utf-8").splitlines()
    missed = [json.loads(line)[reader]["missed"] for line in lines for reader in ("a", "b")]
    words = f"in {percent(sum(missed) / len(missed))} of 100 sentences"
    for file in ("README.md", "data/docs/limits.md", "tasks/report/site/templates/method.html"):
        assert words in " ".join((ROOT / file).read_text(encoding="utf-8").split()), file

"""A small lake with what is hard to export, and the reading of tab-separated files by nothing but their columns."""

import csv
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from rows import article, claim, event, mention, put, quote, span

from tasks.load.lake import Lake

SHELLED = "Nordia shelled Sudia on Monday.\n\nMore is known on Tuesday. “We will answer 😀,” said Ana Post, a minister."
"""The trigger stands in the first of two paragraphs."""


def fill(root: Path) -> Lake:
    """Three reports of one event in two sources, of which one article lies in both; and single events."""
    lake = Lake(root)
    first = article(1, published_at=datetime(2023, 10, 3, 8, 30, tzinfo=UTC))
    second = article(2, outlet="The Wader", published_date=date(2023, 10, 4))
    third = article(3, outlet="Snipe\tNews", published_date=date(2023, 10, 5))
    place = {
        "place_text": "Khotyn", "place_name": "Khotyn", "place_country": "UKR", "place_precision": "city",
        "admin1": "Chernivtsi", "latitude": 48.5, "longitude": 26.49, "geonames_id": 706442,
    }  # fmt: skip
    told = {"cameo_code": "190", **place}
    events = [
        event(first, **told),
        event(second, **told),
        event(third, cameo_code="03", event_type="AGREE", quad_class=1, intensity=4.0, event_mode=None,
              actor_name="NATO", actor_country=None, actor_sector="IGO",
              recipient_name="Müller “the” Łódź\tman", recipient_country="POL", recipient_sector="CVL",
              event_date=date(2023, 10, 5), contexts=["military", "diplomatic"], place_name="Washington",
              place_country="USA", place_precision="country", latitude=38.0, longitude=-97.0),
        event(third, cameo_code="190", modality="negated"),
        event(third, cameo_code="173", event_type="COERCE", date_precision="month", event_date=date(2023, 9, 1)),
        event(third, cameo_code="173", modality="intended", date_precision="month", event_date=date(2023, 9, 1)),
        event(third, cameo_code="1952", event_mode="drone", place_name="Donbas", place_country="UKR",
              place_precision="region", latitude=48.0, longitude=38.0, recipient_text=None, recipient_name=None,
              recipient_country=None, recipient_sector=None, recipient_start=None, recipient_end=None,
              actor_country="ROU", actor_sector="MIL"),
    ]  # fmt: skip
    people = [
        mention(second, name="Ana Post", role="minister"),
        {**mention(first, name="Russia", kind="country", mention_id="c"), **span(first["body"], "Nordia")},
    ]
    put(lake, "articles", [first, second, third])
    put(lake, "events", events)
    put(lake, "mentions", people)
    put(lake, "quotes", [quote(first)])
    put(lake, "claims", [claim(second)])
    put(lake, "stories", [{"article_id": a["article_id"], "story_id": first["article_id"], "similarity": 1.0}
                          for a in (first, second)])  # fmt: skip
    put(lake, "articles", [second], "wader")
    put(lake, "events", [event(second, **told)], "wader")
    foreign = {"dataset": "gdelt", "article_id": None, "event_id": "881990832", "cameo_code": "043", "intensity": 2.8}
    put(lake, "events", [{**event(), **foreign, "event_type": "CONSULT", "event_mode": "visit", "trigger_id": None,
                          "evidence_start": None, "evidence_end": None, "place_name": "Minsk, Minsk, Belarus",
                          "place_country": "BLR", "place_precision": "city", "latitude": 53.9, "longitude": 27.5667,
                          "source_url": "https://a.example/1"}], "gdelt", "2023-10-03")  # fmt: skip
    put(lake, "indicators", [
        {"series": "refugees", "country": "ARM", "counterpart": "", "start_date": date(2023, 1, 1),
         "end_date": date(2023, 12, 31), "value": 1.5, "unit": "people", "dataset": "unhcr"},
    ], "unhcr", "2023")  # fmt: skip
    return lake


def read_tab_separated(path: Path, encoding: str = "utf-8", names: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows as a script reads them that knows only that cells are parted by tabs and lines by line feeds."""
    lines = path.read_bytes().decode(encoding).split("\n")
    assert lines.pop() == ""
    cells = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    header = names or cells.pop(0)
    assert all(len(row) == len(header) for row in cells)
    return [dict(zip(header, row, strict=True)) for row in cells]


def published_columns(headers: Path, dataset: str) -> list[str]:
    """The columns of a data set as the list of headers in the folder of real files has them."""
    text = headers.read_text(encoding="utf-8")
    found = re.search(rf"\*\*{dataset}\*\* \([^)]*\): (.+?)\.(?:\s|$)", text)
    assert found
    return [name.strip() for name in found[1].split(",")]

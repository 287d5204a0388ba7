"""Reads annotated sentences of real articles: which events they report, and which they do not.

Gold sets are chosen sentences; most news is about other things. A line of annotations has no text: ids and offsets find
its sentence in the lake that the article was read into, so the coder reads it with its title and what stands before.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.dataset as ds

from tasks.errors import UsageError
from tasks.evaluation.gold import GoldEvent, GoldSentence
from tasks.evaluation.measures import Span

_COLUMNS: Final = ("article_id", "title", "published_date", "body", "url")


@dataclass(frozen=True, slots=True)
class Annotated(GoldSentence):
    """All events of a sentence of an article, as one annotator has them, each with the span of its trigger in the body.

    `text` is the sentence alone, `span` where it stands.
    """

    article: Mapping[str, Any]
    span: Span
    events: tuple[GoldEvent, ...]
    triggers: tuple[Span, ...]

    def of_type(self, event_type: str, start: int, end: int) -> list[GoldEvent]:
        """Its events of a type: of several, those whose trigger overlaps the given one, where any does."""
        if not self.span[0] <= start < self.span[1]:
            return []
        some = [(e, t) for e, t in zip(self.events, self.triggers, strict=True) if e.event_type == event_type]
        here = [event for event, trigger in some if trigger[0] < end and start < trigger[1]]
        return here or [event for event, _ in some]


def read_annotated(path: Path, lake: Path) -> list[Annotated]:
    """The annotated sentences of a file whose articles are in a lake. UsageError where the lake has none of them."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    articles = _articles(lake, {line["article_id"] for line in lines})
    found = []
    for line in lines:
        article = articles.get((line["source"], line["article_id"]))
        if article is not None:
            start, end = line["sentence_start"], line["sentence_end"]
            events = tuple(
                GoldEvent(e["type"], tuple(e["actors"]), tuple(e["recipients"]), main=e["main"]) for e in line["events"]
            )
            triggers = tuple((e["trigger_start"], e["trigger_end"]) for e in line["events"])
            found.append(
                Annotated(
                    f"{line['article_id']}-{start}", article["body"][start:end], str(article["published_date"] or ""),
                    article["title"] or "", article, (start, end), events, triggers,
                )
            )  # fmt: skip
    if not found:
        raise UsageError(f"{lake}: none of the articles of {path} are in this lake; run the archives of its sources.")
    return found


def _articles(lake: Path, wanted: set[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The articles of a lake with some ids, by source and id."""
    articles: dict[tuple[str, str], dict[str, Any]] = {}
    for source in sorted((lake / "articles").glob("source=*")):
        table = ds.dataset(sorted(source.rglob("*.parquet")), format="parquet")
        rows = table.to_table(columns=list(_COLUMNS), filter=ds.field("article_id").isin(sorted(wanted)))
        articles |= {(source.name.removeprefix("source="), row["article_id"]): row for row in rows.to_pylist()}
    return articles

"""Events of real articles that readers have judged, as lessons: which of what the rules find is an event, and right.

Gold sets are chosen sentences; most news is about other things. What a lake's own articles were coded as, and was
judged wrong, teaches the models what to leave alone. A line of judgements has no text: ids and offsets find it in the
lake that the articles were read into.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow.dataset as ds

from tasks.errors import UsageError
from tasks.evaluation.gold import GoldSentence
from tasks.learning.confidence import confidence_features
from tasks.learning.event_features import candidates, event_features
from tasks.learning.fit import Case
from tasks.learning.given import Read
from tasks.learning.linear_model import RIGHT, WRONG
from tasks.learning.party_examples import Recorder
from tasks.learning.words import Words
from tasks.transform.coding.actors import Party
from tasks.transform.coding.clauses import Grammar
from tasks.transform.coding.coder import Coder

_COLUMNS: Final = ("article_id", "title", "published_date", "body")


@dataclass(frozen=True, slots=True)
class JudgedEvent(GoldSentence):
    """The sentence of a judged event, its article, and the line of judgements; `text` is the sentence alone."""

    article: Mapping[str, Any]
    line: Mapping[str, Any]


def read_judged(path: Path, lake: Path) -> list[JudgedEvent]:
    """The judged events of a file whose articles are in a lake. UsageError where the lake has none of them."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    wanted = {line["article_id"] for line in lines}
    articles: dict[tuple[str, str], dict[str, Any]] = {}
    for source in sorted((lake / "articles").glob("source=*")):
        table = ds.dataset(sorted(source.rglob("*.parquet")), format="parquet")
        rows = table.to_table(columns=list(_COLUMNS), filter=ds.field("article_id").isin(sorted(wanted)))
        articles |= {(source.name.removeprefix("source="), row["article_id"]): row for row in rows.to_pylist()}
    found = []
    for line in lines:
        article = articles.get((line["source"], line["article_id"]))
        if article is not None:
            text = article["body"][line["evidence_start"] : line["evidence_end"]]
            found.append(JudgedEvent(line["article_id"], text, str(article["published_date"]), "", article, line))
    if not found:
        raise UsageError(f"{lake}: none of the articles of {path} are in this lake; run the archives of its sources.")
    return found


def judged_cases(judged: JudgedEvent, read: Read, grammar: Grammar) -> Iterator[Case]:
    """Whether the judged event is one, as a case for the model of events."""
    line = judged.line
    for words, events in read:
        for candidate in candidates(words, events):
            here = line["trigger_start"] <= words.parsed.start(candidate.token) < line["trigger_end"]
            if here and candidate.event_type == line["event_type"]:
                label = RIGHT if line["judged"]["type"] else WRONG
                yield Case(event_features(words, candidate, events, grammar), label)
                return


def read_article(judged: JudgedEvent, coder: Coder) -> Read:
    """The judged event's article as the rules read it: the sentence of the event alone."""
    line = judged.line
    return [
        (Words(parsed), events)
        for parsed, events in coder.read(judged.article)
        if parsed.sentence.start <= line["trigger_start"] < parsed.sentence.end
    ]


def judged_confidence(some: Sequence[JudgedEvent], coder: Coder, recorder: Recorder) -> Iterator[Case]:
    """Whether type, actor and recipient are right, where the coder still has the parties that were judged."""
    for judged in some:
        recorder.events.clear()
        list(coder.code([judged.article]))
        line = judged.line
        for _, event in recorder.events:
            same = line["trigger_start"] == event.trigger_start and line["event_type"] == event.event_type
            if not same:
                continue
            known = _codes(event.actors) == line["actors"] and _codes(event.recipients) == line["recipients"]
            verdict = line["judged"]
            if known or not verdict["type"]:
                right = verdict["type"] and verdict["actor"] and verdict["recipient"]
                yield Case(confidence_features(event, event.confidence), RIGHT if right else WRONG)


def _codes(parties: Sequence[Party]) -> list[str]:
    return sorted({party.code for party in parties if party.code})

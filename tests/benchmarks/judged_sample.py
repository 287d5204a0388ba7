"""Draws coded events and unused sentences to be judged by readers, and prints what the judgements say.

    python tests/benchmarks/judged_sample.py draw LAKE OUT [--seed N] [--cross-fitted FILE]     sheets to judge
    python tests/benchmarks/judged_sample.py report [--events F] [--sentences F]     precision, misses, agreement

A sheet (events.jsonl, sentences.jsonl) has the sentence with what was coded in it, and none of the rules. Sentences
that were judged before are left out, and those that the models were trained on, unless FILE (`model_quality.py
--coded`) tells what models that had not seen them code there: most sentences in which earlier coders found an event
have taught the models, so that without it only the leavings can be drawn. Judgements are kept in tests/judgements
without the texts: ids, offsets, and of each of two readers (`a`, `b`) the verdicts and reasons.
"""

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Container, Sequence
from pathlib import Path
from typing import Any

import duckdb

from tasks.learning.seen import fingerprint, load_seen
from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.names import NameFinder, within
from tasks.transform.coding.sentences import Candidates, Splitter, Told

EVENTS, SENTENCES = 200, 100
PARTS = ("type", "actor", "recipient", "modality")
READERS = ("a", "b")
KEPT = Path(__file__).resolve().parents[1] / "judgements"
TRIGGERS = """
    select e.source, e.article_id, e.trigger_id, any_value(e.event_type) as event_type,
           any_value(e.modality) as modality, any_value(e.trigger_start) as trigger_start,
           any_value(e.trigger_end) as trigger_end, any_value(e.evidence_start) as evidence_start,
           any_value(e.evidence_end) as evidence_end, any_value(e.confidence) as confidence,
           list(distinct [coalesce(e.actor_text, ''), coalesce(e.actor_country, e.actor_sector, '')]) as actors,
           list(distinct [coalesce(e.recipient_text, ''), coalesce(e.recipient_country, e.recipient_sector, '')])
             as recipients
    from read_parquet($events, hive_partitioning = true, hive_types_autocast = false) e
    group by e.source, e.article_id, e.trigger_id order by e.source, e.trigger_id
"""
ARTICLES = """
    select source, article_id, title, published_date, body
    from read_parquet($articles, hive_partitioning = true, hive_types_autocast = false)
    where language = 'en' order by source, article_id
"""


def rows(query: str, **given: str) -> list[dict[str, Any]]:
    """The rows of a query as objects."""
    found = duckdb.connect().execute(query, given)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json.dumps(line, default=str, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def draw(lake: Path, out: Path, seed: int, cross_fitted: Path | None = None) -> None:
    """Write the sheets: events in equal shares of their types, and sentences with a name and a trigger but no event."""
    chance = random.Random(seed)
    unseen = _cross_fitted(cross_fitted) if cross_fitted else {}
    taught, judged = load_seen(shipped("data") / "models"), judged_before()
    every = rows(ARTICLES, articles=f"{lake}/articles/*/*/*.parquet")
    articles = {(r["source"], r["article_id"]): r for r in every}
    triggers = rows(TRIGGERS, events=f"{lake}/events/*/*/*.parquet")
    triggers = [t for t in triggers if (t["article_id"], t["evidence_start"]) not in unseen]
    sources = {article_id: source for source, article_id in articles}
    for (article_id, _), events in unseen.items():
        if article_id in sources:
            triggers += [event | {"source": sources[article_id]} for event in events]
    by_type: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for trigger in triggers:
        key = (trigger["source"], trigger["article_id"])
        if key in articles and (key[1], trigger["evidence_start"]) not in judged:
            sentence = articles[key]["body"][trigger["evidence_start"] : trigger["evidence_end"]]
            if (key[1], trigger["evidence_start"]) in unseen or fingerprint(sentence) not in taught:
                by_type[trigger["event_type"]].append(trigger)
    total, chosen = sum(map(len, by_type.values())), []
    for _, some in sorted(by_type.items()):
        share = max(4, round(EVENTS * len(some) / total))
        chosen += chance.sample(some, min(share, len(some)))
    chance.shuffle(chosen)
    out.mkdir(parents=True, exist_ok=True)
    write(out / "events.jsonl", [_event_line(n, event, articles) for n, event in enumerate(chosen[:EVENTS], 1)])
    used = {(t["article_id"], t["evidence_start"]) for t in triggers} | judged
    write(out / "sentences.jsonl", _unused(articles, used, unseen, taught, chance))


def _cross_fitted(path: Path) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """The events of annotated sentences by models that had not seen them, by article and offset; in the form of
    `TRIGGERS`, with the parties of reciprocal ones on both sides.
    """
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for line in map(json.loads, path.open("r", encoding="utf-8")):
        events = []
        for event in line["events"]:
            sides = {side: [_code_of(party) for party in event[side]] for side in ("actors", "recipients")}
            if event["reciprocal"]:
                sides["recipients"] = sides["actors"]
            events.append(event | {side: parties or [["", ""]] for side, parties in sides.items()})
        found[line["article_id"], line["sentence_start"]] = events
    return found


def _code_of(party: dict[str, Any]) -> list[str]:
    """The words and the code of a party."""
    return [party["text"] or "", party["country"] or party["sector"] or ""]


def judged_before() -> set[tuple[str, int]]:
    """The sentences of which there are judgements, by article and offset."""
    lines = [json.loads(line) for file in sorted(KEPT.glob("*.jsonl")) for line in file.open("r", encoding="utf-8")]
    return {(line["article_id"], line.get("evidence_start", line.get("sentence_start"))) for line in lines}


def _event_line(number: int, event: dict[str, Any], articles: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    article = articles[event["source"], event["article_id"]]
    body = article["body"]
    kept = ("source", "article_id", "trigger_start", "trigger_end", "evidence_start", "evidence_end", "event_type",
            "modality", "actors", "recipients", "confidence")  # fmt: skip
    return {
        "n": number, **{name: event[name] for name in kept}, "title": article["title"],
        "published": article["published_date"],
        "before": body[max(0, event["evidence_start"] - 300) : event["evidence_start"]],
        "sentence": body[event["evidence_start"] : event["evidence_end"]],
        "trigger": body[event["trigger_start"] : event["trigger_end"]],
    }  # fmt: skip


def _unused(
    articles: dict[tuple[str, str], dict[str, Any]],
    used: set[tuple[str, int]],
    unseen: Container[tuple[str, int]],
    taught: frozenset[str],
    chance: random.Random,
) -> list[dict[str, Any]]:
    """Sentences that name an actor and hold a form of a trigger, in which nothing was coded."""
    codebook = load(shipped("config") / "codebook")
    names, candidates = NameFinder(codebook), Candidates(codebook)
    splitter = Splitter(codebook.language["sentences"])
    found: list[dict[str, Any]] = []
    keys = sorted(articles)
    chance.shuffle(keys)
    for key in keys:
        article = articles[key]
        named = names.find(article["body"], article["published_date"])
        sentences = [
            s
            for s in splitter.split(article["body"])
            if (key[1], s.start) not in used
            and ((key[1], s.start) in unseen or fingerprint(article["body"][s.start : s.end]) not in taught)
            and any(n.entry.kind != "place" for n in within(named, s.start, s.end))
            and candidates.worth_parsing(s, named, Told(), spoken=False)
        ]
        if sentences:
            one = chance.choice(sentences)
            found.append({
                "n": len(found) + 1, "source": key[0], "article_id": key[1], "sentence_start": one.start,
                "sentence_end": one.end, "title": article["title"], "published": article["published_date"],
                "before": article["body"][max(0, one.start - 300) : one.start],
                "sentence": article["body"][one.start : one.end],
            })  # fmt: skip
            if len(found) == SENTENCES:
                break
    return found


def interval(share: float, of: int) -> str:
    """A share with its 95 percent interval (Wilson)."""
    z = 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{share:.3f} ({middle - half:.3f} to {middle + half:.3f}; {of} read)"


def kappa(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Cohen's kappa of two readers' verdicts."""
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    both = [sum(one) / len(one), sum(other) / len(other)]
    by_chance = both[0] * both[1] + (1 - both[0]) * (1 - both[1])
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0


def report(events: Path, sentences: Path) -> None:
    """Print precision, the share of sentences with a missed event, and how far the two readers agree."""
    for name, verdicts in _verdicts(events).items():
        print(f"{name:10s} right {_told(verdicts)}")
    lines = [json.loads(line) for line in sentences.read_text("utf-8").splitlines()]
    print(f"{'missed':10s} {_told([[bool(line[reader]['missed']) for line in lines] for reader in READERS])}")


def _verdicts(path: Path) -> dict[str, list[list[bool]]]:
    """For each part of an event, the verdicts of each reader."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {part: [[_verdict(e[r], part) for e in lines] for r in READERS] for part in (*PARTS, "all four")}


def _told(verdicts: Sequence[Sequence[bool]]) -> str:
    """The share of verdicts of both readers that are true, and how far they agree.

    The interval is that of as many events as were read: two readings of one event are no two events.
    """
    events = len(verdicts[0])
    share = sum(map(sum, verdicts)) / (len(verdicts) * events)
    same = sum(a == b for a, b in zip(*verdicts, strict=True)) / events
    return f"{interval(share, events)}; agree {same:.3f}, kappa {kappa(*verdicts):.2f}"


def _verdict(judged: dict[str, Any], part: str) -> bool:
    return all(judged[p] for p in PARTS) if part == "all four" else bool(judged[part])


def main() -> None:
    """Draw sheets or report on judgements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    drawing = commands.add_parser("draw")
    drawing.add_argument("lake", type=Path)
    drawing.add_argument("out", type=Path)
    drawing.add_argument("--seed", type=int, default=20261122)
    drawing.add_argument("--cross-fitted", type=Path, help="what models code in sentences that they have not seen")
    telling = commands.add_parser("report")
    telling.add_argument("--events", type=Path, default=KEPT / "events_2023.jsonl")
    telling.add_argument("--sentences", type=Path, default=KEPT / "sentences_2023.jsonl")
    given = parser.parse_args()
    if given.command == "draw":
        draw(given.lake, given.out, given.seed, given.cross_fitted)
    else:
        report(given.events, given.sentences)


if __name__ == "__main__":
    main()

"""Our scores are those of the scripts that come with the gold sets."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks.evaluation.coded_texts import CodedTexts
from tasks.evaluation.evaluate import evaluate_set
from tasks.evaluation.gold import AnnotatedTwice, GoldEvent, GoldSentence, GoldSet, WithEvents, read_gold
from tasks.evaluation.label_sets import EVENT_TYPES
from tasks.settings import Settings


def guesses(sentences: tuple[GoldSentence, ...]) -> Iterator[tuple[GoldSentence, GoldEvent]]:
    """Events of a coder that is often wrong: gold ones kept, lost, changed, and others added."""
    draw = random.Random(11)
    for sentence in sentences:
        given = sentence.first + sentence.second if isinstance(sentence, AnnotatedTwice) else ()
        given = sentence.events if isinstance(sentence, WithEvents) else given
        for event in given:
            kind, actors, recipients = event.event_type, event.actors, event.recipients
            match draw.choice(("keep", "keep", "lose", "type", "turn", "add", "both")):
                case "lose":
                    continue
                case "type":
                    kind = draw.choice(EVENT_TYPES)
                case "turn":
                    actors, recipients = recipients, actors
                case "add":
                    recipients = (*recipients, "GOV", "")
                case "both":
                    actors, recipients = (*actors, *recipients), ()
            yield sentence, GoldEvent(kind, actors, recipients)
        if draw.random() < 0.1:
            yield sentence, GoldEvent("AID", ("USA", "USA"), ())


def coded(gold: GoldSet, events: list[tuple[GoldSentence, GoldEvent]]) -> CodedTexts:
    by_text: dict[tuple[str, str, str], list[dict[str, Any]]] = {(s.text, s.date, s.title): [] for s in gold.sentences}
    for s, event in events:
        roles = {"actors": event.actors, "recipients": event.recipients}
        parties = {role: [{"country": c, "sector": None} for c in codes] for role, codes in roles.items()}
        by_text[s.text, s.date, s.title].append({"event_type": event.event_type, "confidence": 0.5, **parties})
    return CodedTexts(by_text)


def script_scores(script: Path, *arguments: Path | str) -> list[tuple[float, float, float]]:
    """Precision, recall and F1 of the first three lines that a script prints."""
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=True
    )
    found = re.findall(r"P ([\d.]+) +R ([\d.]+) +F1 ([\d.]+)", done.stdout)
    return [(float(p), float(r), float(f1)) for p, r, f1 in found[:3]]


@pytest.mark.parametrize("name", ["news_dev", "plover_gsr_dev"])
def test_the_scores_are_those_of_the_scripts(name: str, real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "gold"
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = list(dict.fromkeys(row["text"] for row in rows))
    file = tmp_path / f"{name}.jsonl"  # an id that stands for two texts is two sentences to us
    file.write_text("".join(json.dumps(row | {"id": texts.index(row["text"])}) + "\n" for row in rows))
    gold = read_gold(file)
    events = list(guesses(gold.sentences))
    predictions = tmp_path / "predictions.jsonl"
    predictions.write_text(
        "".join(
            json.dumps({"id": int(s.id), "event_type": e.event_type, "source": e.actors, "target": e.recipients}) + "\n"
            for s, e in events
        )
    )
    if name == "news_dev":
        theirs = script_scores(folder / "score_news.py", predictions, file)
    else:
        theirs = script_scores(folder / "score.py", file, predictions, "--types", "plover2021")
    ours = evaluate_set(gold, coded(gold, events), Settings.load().codebook).scores[:3]
    assert len(theirs) == 3
    for row, expected in zip(ours, theirs, strict=True):
        assert (row["precision"], row["recall"], row["value"]) == pytest.approx(expected, abs=0.0006)


def test_every_gold_file_is_read(real_data: Path) -> None:
    files = sorted((real_data / "gold").glob("*.jsonl"))
    assert len({type(read_gold(file).sentences[0]) for file in files}) == len(files) == 6

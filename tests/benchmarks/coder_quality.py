"""Prints how well the rules do on the development sets: `python tests/benchmarks/coder_quality.py [--errors TYPE]`.

The trained model is left out, since it has seen these sentences: see model_quality.py.

The sets and their scorers are read in place from the folder of real files (setting DOTTEREL_REAL_DATA).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.settings import Settings
from tasks.transform.code_text import code_records


def records(path: Path) -> list[dict[str, Any]]:
    """The lines of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def predictions(gold: list[dict[str, Any]], settings: Settings) -> Iterator[dict[str, Any]]:
    """The coder's events for the distinct texts of a set, in the scorers' form."""
    texts = {row["id"]: row for row in gold}
    lines = (
        json.dumps({"id": i, "text": r["text"], "date": r.get("date", ""), "title": r.get("title", "")})
        for i, r in texts.items()
    )
    for event in code_records(lines, settings, ("events",), explain=True):
        yield {
            "id": event["id"],
            "event_type": event["event_type"],
            "source": [p["country"] or p["sector"] for p in event["actors"]],
            "target": [p["country"] or p["sector"] for p in event["recipients"]],
            "modality": event["modality"],
            "trigger": event["trigger_text"],
            "rule": event["rule"],
        }


def main() -> None:
    """Code the sets, run the scorers, print what they print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", metavar="ID_PREFIX", help="list gold and coded events of the sentences that differ")
    given = parser.parse_args()
    settings = Settings.load(model="none")
    folder = settings.real_data / "gold"
    for name, call in (("news_dev", ["score_news.py"]), ("plover_gsr_dev", ["score.py"])):
        gold = records(folder / f"{name}.jsonl")
        coded = list(predictions(gold, settings))
        if given.errors and name.startswith(given.errors):
            show_errors(gold, coded)
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "predictions.jsonl"
            file.write_text("".join(json.dumps(row) + "\n" for row in coded), encoding="utf-8")
            arguments = [str(file)] if name == "news_dev" else [str(folder / f"{name}.jsonl"), str(file)]
            arguments += [] if name == "news_dev" else ["--types", "plover2021"]
            print(f"== {name}", flush=True)
            subprocess.run([sys.executable, str(folder / call[0]), *arguments], check=True)


def show_errors(gold: list[dict[str, Any]], coded: list[dict[str, Any]]) -> None:
    """Print the sentences on which gold and coder differ by type."""
    for row in {r["id"]: r for r in gold}.values():
        mine = [c for c in coded if c["id"] == row["id"]]
        if "a" in row:
            wanted = [(e["type"], e["actors"], e["recipients"], e["trigger"], e["main"]) for e in row["a"]]
        else:
            wanted = [(r["meta"]["plover2021"], [s["code"] for s in r["source"]], [s["code"] for s in r["target"]])
                      for r in gold if r["id"] == row["id"]]  # fmt: skip
        if {w[0] for w in wanted} != {c["event_type"] for c in mine}:
            print(row["id"], "|", row["text"])
            for want in wanted:
                print("    gold ", want)
            for c in mine:
                print("    coded", c["event_type"], c["source"], c["target"], c["modality"], "|", c["rule"])


if __name__ == "__main__":
    main()

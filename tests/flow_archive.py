"""A small archive for tests of whole runs, and the command in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def article(number: int, day: str, text: str, **more: Any) -> dict[str, Any]:
    return {"title": f"Item {number}", "source": "Test Wire", "date": day, "body": text, **more}


ACCUSED = 'Armenia accused Azerbaijan of breaking the truce. "We want peace," said Nikol Pashinyan, the prime minister.'
MET = "Turkish President Recep Tayyip Erdogan met Azerbaijani President Ilham Aliyev in Baku on Tuesday."


def write_archive(folder: Path) -> Path:
    """Four raw files: six records of two months, of which one is a copy; an empty file; and a binary."""
    folder.mkdir(parents=True)
    september = [article(1, "2023-09-12", ACCUSED), article(2, "2023-09-13", MET), article(2, "2023-09-13", MET)]
    october = [article(3, "2023-10-05", ACCUSED), article(4, "2023-10-06", MET), article(5, "2023-10-20", ACCUSED)]
    (folder / "september.jsonl").write_text("".join(json.dumps(row) + "\n" for row in september))
    (folder / "october.json").write_text(json.dumps(october))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    return folder


def dotterel(*words: str | Path, timeout: float = 240, **more: Any) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own."""
    command = [sys.executable, "-m", "flows.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False, **more)

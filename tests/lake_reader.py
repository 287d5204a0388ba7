"""Reads a lake over and over, in a process of its own, and says what no reader should see.

    python tests/lake_reader.py LAKE        until its input ends; then one line of JSON

Each round reads whole partitions, and asks the lake as all queries and reports do.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tasks.contract import TABLES
from tasks.load.lake import Lake
from tasks.load.parquet_files import count_rows, read_table
from tasks.report.query import ask

ROOT: Final = Path(__file__).resolve().parents[1]
FILES_A_ROUND: Final = 12
PAUSE: Final = 0.02
"""Seconds between two rounds: the processors are for what is being tried."""


@dataclass
class Seen:
    """What a reader saw: rounds and whole files read, queries answered, and what was wrong, one line each."""

    rounds: int = 0
    files: int = 0
    queries: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Seen") -> None:
        """Count in what another reader saw."""
        self.rounds += other.rounds
        self.files += other.files
        self.queries += other.queries
        self.wrong += other.wrong


@contextmanager
def reading(lake: Path) -> Iterator[Seen]:
    """A reader of the lake beside the block; what it saw is known at the end of the block."""
    seen = Seen()
    process = subprocess.Popen(
        [sys.executable, __file__, str(lake)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield seen
    finally:
        said, _ = process.communicate(timeout=300)
    seen.add(Seen(**json.loads(said)) if said else Seen(wrong=[f"the reader ended with {process.returncode}"]))


def read_until(told: threading.Event, lake: Lake) -> Seen:
    """Read until told to stop."""
    seen, known, random = Seen(), set[str](), Random(0)
    while not told.wait(PAUSE):
        there = {partition.name: partition for partition in lake.partitions()}
        seen.wrong += [f"{name} was there before" for name in sorted(known - there.keys())]
        known |= there.keys()
        for name in random.sample(sorted(there), min(FILES_A_ROUND, len(there))):
            with _noted(seen, name):
                read_table(there[name].path).validate(full=True)
                count_rows(there[name].path)
                seen.files += 1
        for table in random.sample(sorted(TABLES), 2 if there else 0):
            with _noted(seen, table):
                ask(lake.root, f"select count(*), bit_xor(hash(t)) from {table} as t")
                seen.queries += 1
        seen.rounds += 1
    return seen


@contextmanager
def _noted(seen: Seen, what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever a reader meets is what this looks for
        seen.wrong.append(f"{time.strftime('%X')} {what}: {type(error).__name__}: {error}")


def _main() -> None:
    told = threading.Event()

    def listen() -> None:
        with suppress(OSError):
            sys.stdin.read()
        told.set()

    threading.Thread(target=listen, daemon=True).start()
    sys.stdout.write(json.dumps(asdict(read_until(told, Lake(Path(sys.argv[1]))))))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    _main()

"""Stages thousands of damaged files and prints what became of them: no crash, no hang, every record accounted for.

    python tests/benchmarks/mutated_files.py [--files 5000] [--seed 1] [--processes 2]

Real files of every format are damaged by a seeded chance: bits flipped, stretches cut out, doubled, zeroed or replaced
by a piece of another file, the end cut off. Bars: no crash, no file that takes over 10 s of computing, and found =
articles + merged + quarantined each time.
"""

import argparse
import gzip
import tempfile
import time
import traceback
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from random import Random

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.settings import Settings, Source

FOLDERS = ("news", "mail", "feeds", "html", "warc")
MOST_BYTES = 200_000
"""Bytes of a file that are taken: what is damaged is read again and again."""
OF_EACH = 12
"""Members that are taken out of one archive."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one damaged file."""

    form: str
    name: str
    seconds: float
    found: int
    articles: int
    quarantined: int
    reasons: tuple[str, ...]
    error: str = ""


@lru_cache(maxsize=1)
def real_files() -> dict[str, list[tuple[str, bytes]]]:
    """Name and bytes of real files by format: files as they are, and members of archives by themselves."""
    root = Settings.load().real_data / "data"
    found: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if not path.is_file():
                continue
            data = path.read_bytes()
            if path.suffix != ".zip" or len(data) < 5 * MOST_BYTES:
                found[_form(folder, path.name)].append(
                    (path.name, data[:MOST_BYTES] if path.suffix != ".zip" else data)
                )
            for name, inner in _inner(data):
                found[_form(folder, name)].append((f"{path.name}!{name}", inner[:MOST_BYTES]))
    return dict(sorted(found.items()))


def _inner(data: bytes) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist()[:: max(1, len(archive.namelist()) // OF_EACH)][:OF_EACH]:
                inner = archive.read(name)
                yield (name.removesuffix(".gz"), gzip.decompress(inner)) if inner[:2] == b"\x1f\x8b" else (name, inner)
    elif data.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError):
            if (inner := gzip.decompress(data)).startswith(b"WARC"):
                yield "unpacked.warc", inner


def _form(folder: str, name: str) -> str:
    ending = name.rsplit(".", 1)[-1] if "." in name else "message"
    return f"{folder}/{ending[:8]}"


def damaged(data: bytes, other: bytes, chance: Random) -> bytes:
    """The bytes with one to four damages."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not out:
            break
        at = chance.randrange(len(out))
        size = chance.choice((1, 20, 400, 8000))
        kind = chance.randrange(7)
        if kind == 0:
            for _ in range(chance.choice((1, 8, 200))):
                out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del out[at:]
        elif kind == 2:
            del out[at : at + size]
        elif kind == 3:
            out[at:at] = out[at : at + size] * chance.choice((1, 3))
        elif kind == 4:
            out[at : at + size] = bytes(min(size, len(out) - at))
        elif kind == 5 and other:
            begin = chance.randrange(len(other))
            out[at : at + size] = other[begin : begin + size]
        else:
            out[at:at] = chance.randbytes(min(size, 400))
    return bytes(out)


def stage_damaged(number: int, seed: int) -> Outcome:
    """Damage one file and stage it."""
    chance = Random(f"{seed} {number}")
    files = real_files()
    form = sorted(files)[number % len(files)]
    name, data = chance.choice(files[form])
    _, other = chance.choice(files[chance.choice(sorted(files))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged"
        path.write_bytes(damaged(data, other, chance))
        source, settings = Source("damaged", path), replace(Settings.load(), lake=Path(folder) / "lake")
        (raw,) = raw_files(source)
        began = time.process_time()
        try:
            manifest = stage_raw_file(raw, source, settings)
        except BaseException:  # noqa: BLE001 - whatever it was, it is what is looked for
            return Outcome(form, name, time.process_time() - began, 0, 0, 0, (), traceback.format_exc())
        seconds = time.process_time() - began
    reasons = tuple(str(row["reason"]) for row in manifest.quarantine)
    balance = manifest.articles + manifest.merged + len(reasons)
    error = "" if manifest.found == balance else f"found {manifest.found}, accounted for {balance}"
    if not manifest.found and not error:
        error = "nothing was found at all, not even something to put into quarantine"
    return Outcome(form, name, seconds, manifest.found, manifest.articles, len(reasons), reasons, error)


def main() -> None:
    """Damage, stage, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.processes) as pool:
        numbers = range(given.files)
        outcomes = list(pool.map(stage_damaged, numbers, [given.seed] * given.files, chunksize=20))
    of_form: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        of_form[one.form].append(one)
    print(f"{'format':24} {'files':>6} {'found':>8} {'articles':>9} {'quarant.':>9} {'slowest s':>10}  reasons")
    for form, some in sorted(of_form.items()):
        reasons = Counter(reason for one in some for reason in one.reasons).most_common(4)
        print(f"{form:24} {len(some):6} {sum(o.found for o in some):8} {sum(o.articles for o in some):9} "
              f"{sum(o.quarantined for o in some):9} {max(o.seconds for o in some):10.2f}  "
              f"{', '.join(f'{name} {count}' for name, count in reasons)}")  # fmt: skip
    faults = [one for one in outcomes if one.error]
    slow = [one for one in outcomes if one.seconds > 10]
    print(f"{len(outcomes)} files, seed {given.seed}: {len(faults)} crashes or wrong sums, {len(slow)} over 10 s "
          "(bars: 0 and 0)")  # fmt: skip
    for one in [*faults[:5], *slow[:5]]:
        print(f"\n{one.form} {one.name}: {one.seconds:.1f} s\n{one.error}")


if __name__ == "__main__":
    main()

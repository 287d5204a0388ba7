"""Prints what the coder makes of odd texts: faults, and the time that it takes.

    python tests/benchmarks/odd_text.py [--inputs 10000] [--seed 1]

Texts are made from the seed: of the kinds of `odd_inputs`, and real articles spoilt at random. Bars: no error, every
span inside its text and equal to its words, no article much slower than its length allows. Then every kind is coded at
two sizes: what takes more than its share at four times the length grows faster than the text.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

from odd_inputs import KINDS, LARGEST, faults, mutated
from real_articles import NEWS, english_articles

from tasks.settings import Settings, shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.coder import CodedArticle, Coder

MUTATED = "real, spoilt"
SHARE_MUTATED = 0.25
LEAST = 1000
"""Shorter texts count as this many characters, since every article has some cost of its own."""
SIZE, TIMES = 10_000, 4


def sizes(random: Random) -> int:
    """Mostly short texts, and now and then one of up to LARGEST characters."""
    return min(20_000, int(10 * random.paretovariate(0.9)))


def texts(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and text of each input."""
    random = Random(seed)
    news = Settings.load().real_data / NEWS
    real = [a["body"] for a in english_articles(news / "rss_linkdb_2023/2023-09-19_json.zip", news / "wikinews")]
    for _ in range(count):
        if random.random() < SHARE_MUTATED:
            yield MUTATED, mutated(random, random.choice(real), random.choice(real))[:LARGEST]
        else:
            kind = random.choice(list(KINDS))
            yield kind, KINDS[kind](random, sizes(random))[:LARGEST]


def coded(coder: Coder, text: str) -> tuple[CodedArticle, float]:
    """The rows of a text, and the seconds of computing that they took."""
    began = time.process_time()
    (result,) = coder.code([{"article_id": "a", "body": text, "published_date": date(2023, 10, 5)}])
    return result, time.process_time() - began


def fuzz(coder: Coder, count: int, seed: int) -> None:
    """Code the inputs and print counts, faults and the distribution of time."""
    wrong: Counter[str] = Counter()
    rates: list[tuple[float, float, int, str, int]] = []
    rows: Counter[str] = Counter()
    for number, (kind, text) in enumerate(texts(count, seed)):
        result, seconds = coded(coder, text)
        rates.append((seconds / max(len(text), LEAST) * 10_000, seconds, len(text), kind, number))
        for name in ("events", "quotes", "claims", "mentions"):
            rows[name] += len(getattr(result, name))
        for fault in faults(text, result):
            wrong[kind] += 1
            if wrong[kind] <= 3:
                print(f"FAULT in input {number} ({kind}, {len(text)} characters): {fault[:200]}", flush=True)
    print(f"{count} inputs, seed {seed}, {sum(r[2] for r in rates) / 1e6:.1f} million characters: {dict(rows)}")
    print(f"faults: {sum(wrong.values())} {dict(wrong) or ''}")
    rates.sort(reverse=True)
    shares = (("slowest", 0.0), ("99.9 %", 0.001), ("99 %", 0.01), ("90 %", 0.1), ("half", 0.5))
    print(
        "seconds per 10,000 characters: " + ", ".join(f"{name} {rates[int(at * count)][0]:.2f}" for name, at in shares)
    )
    for rate, seconds, length, kind, number in rates[:5]:
        print(f"  {rate:.2f}: input {number}, {kind}, {length} characters in {seconds:.2f} s")
    slowest = max(rates, key=lambda r: r[1])
    print(f"longest in all: {slowest[1]:.2f} s for {slowest[2]} characters ({slowest[3]})")


def growth(coder: Coder, seed: int) -> None:
    """Print for each kind how the time grows when the text stands there several times."""
    ratios: list[tuple[float, str, float]] = []
    for kind, make in KINDS.items():
        text = make(Random(seed), SIZE)[:SIZE]
        if len(text) < SIZE:
            continue
        coded(coder, text)  # once before it counts: the tokenizer remembers words
        first, second = (min(coded(coder, text * times)[1] for _ in range(2)) for times in (1, TIMES))
        ratios.append((second / first, kind, second / len(text) / TIMES * 10_000))
    ratios.sort(reverse=True)
    print(f"time at {TIMES} times the length, where linear is {TIMES}:")
    for ratio, kind, rate in ratios:
        print(f"  {ratio:5.1f}  {kind} ({rate:.2f} s per 10,000 characters)")


def main() -> None:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    coder = coder_of((shipped("config") / "codebook").resolve(), "odd")
    coded(coder, "Russia attacked the town of Springfield.")  # models and towns are loaded when first needed
    fuzz(coder, given.inputs, given.seed)
    growth(coder, given.seed)


if __name__ == "__main__":
    main()

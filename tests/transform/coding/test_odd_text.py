"""No odd text crashes the coder, takes it out of bounds or stops it: a short, seeded run of the benchmark's inputs."""

import json
import time
from pathlib import Path
from random import Random

import pytest
from benchmarks.odd_inputs import KINDS, faults, mutated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.settings import Settings
from tasks.transform.code_text import code_records
from tasks.transform.coding.coder import CodedArticle, Coder

SAMPLE = Path(__file__).parents[3] / "data/sample"
SECONDS_PER_10_KB = 10.0
"""Prose takes about 0.3. A busy machine and cold caches are allowed for, growth with the square of the length not."""


def coded(coder: Coder, text: str) -> CodedArticle:
    (result,) = coder.code([{"article_id": "a", "body": text}])
    return result


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 10_000), size=st.integers(0, 120))
def test_odd_text_gives_rows_that_are_its_own_words(coder: Coder, kind: str, seed: int, size: int) -> None:
    text = KINDS[kind](Random(seed), size)
    assert list(faults(text, coded(coder, text))) == []


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000))
def test_a_spoilt_article_gives_rows_that_are_its_own_words(coder: Coder, articles: list[str], seed: int) -> None:
    random = Random(seed)
    text = mutated(random, random.choice(articles), random.choice(articles))
    assert list(faults(text, coded(coder, text))) == []


@pytest.mark.parametrize("unit", ["…", ",,.", "'", "–“", "http://a.example/", "Russia, ", "he said that ", "(("])
def test_40_kb_of_one_thing_take_bounded_time(coder: Coder, unit: str) -> None:
    text = (unit * 40_000)[:40_000]
    began = time.process_time()
    assert coded(coder, text).error == ""
    assert time.process_time() - began < 4 * SECONDS_PER_10_KB


def test_half_a_surrogate_pair_is_an_error_of_its_article_alone(coder: Coder) -> None:
    bodies = ["Russia attacked \ud83d Armenia.", "Russia attacked Armenia."]
    first, second = coder.code([{"article_id": str(n), "body": body} for n, body in enumerate(bodies)])
    assert "surrogate" in first.error
    assert len(second.events) == 1


def test_half_a_surrogate_pair_in_json_lines_is_coded() -> None:
    line = json.dumps({"id": 1, "text": "Russia attacked Armenia \ud83d."})
    (event,) = code_records([line], Settings.load())
    assert event["event_type"] == "ASSAULT"


@pytest.fixture(scope="module")
def articles() -> list[str]:
    """Pieces of the texts of the sample archive."""
    texts = [p.read_text(encoding="utf-8", errors="replace") for p in sorted(SAMPLE.glob("*.txt"))]
    return [text[start : start + 1500] for text in texts for start in range(0, len(text), 1500)]

"""Every sentence of tests/cases/claims.txt states the figures that it says there."""

from pathlib import Path
from typing import Any

import pytest

from tasks.transform.coding.claims import Claim, ClaimFinder
from tasks.transform.coding.codebook import Codebook

CASES = Path(__file__).parents[2] / "cases" / "claims.txt"


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


@pytest.fixture(scope="module")
def finder(codebook: Codebook) -> ClaimFinder:
    return ClaimFinder(codebook)


def number(value: float | None) -> str:
    return "*" if value is None else f"{value:.10g}"


def told(text: str, claim: Claim) -> str:
    """A claim in the notation of the cases."""
    hedge = " ~" if claim.is_approximate else ""
    words = text[claim.start : claim.end]
    return f"{words} | {claim.kind} | {number(claim.low)}..{number(claim.high)} {claim.unit}{hedge}"


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_sentence_states_just_these_figures(finder: ClaimFinder, text: str, wanted: str) -> None:
    claims = finder.find(text)
    expected = [] if wanted == "nothing" else [part.strip().split(" | ") for part in wanted.split(" ; ")]
    assert [told(text, claim) for claim in claims] == [" | ".join(parts[:3]) for parts in expected]
    for claim, parts in zip(claims, expected, strict=True):
        assert (parts[3] if len(parts) > 3 else "") in claim.about

"""Claims: values, ranges, units and kinds."""

import pytest

from tasks.transform.coding.claims import ClaimFinder
from tasks.transform.coding.codebook import Codebook


@pytest.mark.parametrize(
    ("text", "words", "kind", "low", "high", "unit"),
    [
        ("It was 99.999% tied to one supplier.", "99.999%", "share", 99.999, 99.999, "percent"),
        ("Some 40 per cent of voters stayed away.", "Some 40 per cent", "share", 40, 40, "percent"),
        ("after more than three decades of war", "more than three decades", "duration", 30, None, "years"),
        ("at least 200 people were killed", "at least 200", "casualties", 200, None, "people"),
        ("about 100,000 Armenians fled", "about 100,000", "displaced", 100_000, 100_000, "people"),
        ("up to 300 soldiers were sent", "up to 300", "count", None, 300, "people"),
        ("between 20 and 30 soldiers died", "between 20 and 30", "casualties", 20, 30, "people"),
        ("the 20-30 tanks", "20-30", "count", 20, 30, "tanks"),
        ("a loan of $1.5 billion", "$1.5 billion", "money", 1.5e9, 1.5e9, "USD"),
        ("worth 2 million euros", "2 million euros", "money", 2e6, 2e6, "EUR"),
        ("only 12 kilometres from the border", "12 kilometres", "distance", 12, 12, "kilometres"),
        ("tens of thousands of refugees", "tens of thousands", "displaced", 20_000, None, "people"),
        ("twenty-five prisoners came home", "twenty-five", "count", 25, 25, "people"),
    ],
)
def test_a_figure_is_read_with_its_range_and_unit(
    codebook: Codebook, text: str, words: str, kind: str, low: float | None, high: float | None, unit: str
) -> None:
    (claim,) = ClaimFinder(codebook).find(text)
    assert (text[claim.start : claim.end], claim.kind, claim.low, claim.high, claim.unit) == (
        words, kind, low, high, unit,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["on 19 September 2023", "aged 35", "a 35-year-old man", "Article 5", "at 10 a.m."])
def test_dates_ages_and_numbers_of_things_unknown_are_no_claims(codebook: Codebook, text: str) -> None:
    assert ClaimFinder(codebook).find(text) == []


def test_a_hedge_marks_the_figure_as_approximate(codebook: Codebook) -> None:
    about, exact = (ClaimFinder(codebook).find(f"{hedge}50 tanks crossed")[0] for hedge in ("nearly ", ""))
    assert about.is_approximate
    assert not exact.is_approximate

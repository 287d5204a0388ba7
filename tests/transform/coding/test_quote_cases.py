"""Every text of tests/cases/quotes.txt holds the quotations that it says there, by those speakers."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.transform.coding.coder import Coder

CASES = Path(__file__).parents[2] / "cases" / "quotes.txt"


def cases() -> list[Any]:
    lines = CASES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" => ") for line in lines if line.strip() and not line.startswith("#")]
    return [pytest.param(text, wanted, id=text) for text, wanted in pairs]


def told(quote: dict[str, Any], wanted: str) -> str:
    """A quotation in the notation of the cases; with the dots of `wanted` where the words around them are the same."""
    words = " ¶ ".join(quote["text"].split("\n\n"))
    first, dots, last = wanted.partition(" ... ")
    if dots and words.startswith(first) and words.endswith(last):
        words = wanted
    return f"{'direct' if quote['is_direct'] else 'reported'} | {words} | {quote['speaker_name'] or '-'}"


@pytest.mark.parametrize(("text", "wanted"), cases())
def test_the_text_quotes_just_these_words_and_speakers(coder: Coder, text: str, wanted: str) -> None:
    body = text.replace(" ¶ ", "\n\n")
    (coded,) = coder.code([{"article_id": "a", "body": body, "title": "", "published_date": date(2023, 10, 5)}])
    assert coded.error == ""
    expected = [] if wanted == "nothing" else [part.strip().split(" | ") for part in wanted.split(" ; ")]
    assert len(coded.quotes) == len(expected), [q["text"] for q in coded.quotes]
    pairs = list(zip(coded.quotes, sorted(expected, key=lambda p: text.index(p[1].split(" ... ")[0])), strict=True))
    assert [told(quote, parts[1]) for quote, parts in pairs] == [" | ".join(parts[:3]) for _, parts in pairs]
    for quote, parts in pairs:
        role = parts[3].removeprefix("role ") if len(parts) > 3 else ""
        assert role in (quote["speaker_role"] or "")

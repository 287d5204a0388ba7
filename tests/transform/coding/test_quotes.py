"""Quotations: marks of several kinds, partial and reported ones, and who speaks."""

from datetime import date
from typing import Any

import pytest

from tasks.transform.coding.coder import Coder


def quotes(coder: Coder, body: str) -> list[dict[str, Any]]:
    (coded,) = coder.code([{"article_id": "a", "body": body, "published_date": date(2023, 10, 5)}])
    assert coded.error == ""
    assert all(body[q["text_start"] : q["text_end"]] == q["text"] for q in coded.quotes)
    return coded.quotes


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("«", "»"), ("„", "“")])
def test_a_quotation_in_any_marks_has_its_words_and_its_speaker(coder: Coder, opening: str, closing: str) -> None:
    words = "We will never leave our homes again"
    (quote,) = quotes(coder, f"{opening}{words},{closing} Armenia's Prime Minister Nikol Pashinyan said on Monday.")
    assert (quote["text"], quote["is_direct"], quote["speaker_name"], quote["verb"]) == (
        words, True, "Nikol Pashinyan", "say",
    )  # fmt: skip


def test_a_paragraph_that_is_one_quotation_goes_on_with_the_speaker_before(coder: Coder) -> None:
    body = (
        "“The talks went on all night long,” Russian President Vladimir Putin said.\n\n"
        "“There is still a long way to go before anybody signs.”"
    )
    assert [q["speaker_name"] for q in quotes(coder, body)] == ["Vladimir Putin"] * 2


def test_reported_speech_is_a_quotation_that_is_not_direct(coder: Coder) -> None:
    (quote,) = quotes(coder, "Armenia said that Azerbaijan had shelled its positions.")
    assert (quote["text"], quote["is_direct"], quote["speaker_country"], quote["countries"]) == (
        "Azerbaijan had shelled its positions", False, "ARM", ["AZE"],
    )  # fmt: skip


def test_a_speaker_whom_nobody_knows_keeps_the_name_that_the_text_gives(coder: Coder) -> None:
    (quote,) = quotes(coder, "“Nobody expected it to end in a single day,” analyst Tigran Melkonyan said.")
    assert quote["speaker_name"].endswith("Tigran Melkonyan")
    assert quote["speaker_country"] is None


def test_words_in_marks_that_nobody_says_are_no_quotation(coder: Coder) -> None:
    assert quotes(coder, "The so-called “line of contact” runs through the village.") == []


def test_the_role_is_that_of_the_day(coder: Coder) -> None:
    words = "“The people want another government,” Nikol Pashinyan said."
    (before,) = coder.code([{"article_id": "a", "body": words, "published_date": date(2017, 6, 1)}])
    (after,) = coder.code([{"article_id": "a", "body": words, "published_date": date(2023, 10, 5)}])
    assert [q["speaker_sector"] for q in (*before.quotes, *after.quotes)] == ["OPP", "GOV"]

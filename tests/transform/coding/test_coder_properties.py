"""Whatever the text, the coder neither crashes nor leaves its text."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.transform.coding.coder import CodedArticle, Coder

WORDS = st.sampled_from(
    [
        *(
            "Russia",
            "Armenia's",
            "“We",
            "attacked",
            "agreed to",
            "withdraw",
            "99.9%",
            "said",
            ".”",
            "\n\n",
            "to",
            "the",
        ),
        *(
            "on",
            "$5 billion",
            "Putin",
            "troops",
            "if",
            "not",
            ",",
            "between 3 and 5",
            "killed",
            "U.S.",
            "🇦🇲",
            "ارمنستان",
        ),
        *("\u200f", "«"),
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=60).map(" ".join))


def coded(coder: Coder, text: str) -> CodedArticle:
    (result,) = coder.code([{"article_id": "a", "body": text, "published_date": date(2023, 10, 5)}])
    return result


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=TEXTS)
def test_no_text_crashes_the_coder_and_every_span_is_inside_it(coder: Coder, text: str) -> None:
    result = coded(coder, text)
    assert result.error == ""
    for event in result.events:
        for part in ("trigger", "actor", "recipient"):
            if event[f"{part}_text"] is not None:
                assert text[event[f"{part}_start"] : event[f"{part}_end"]] == event[f"{part}_text"]
        assert 0 <= event["evidence_start"] < event["evidence_end"] <= len(text)
    for row in (*result.quotes, *result.claims, *result.mentions):
        assert text[row["text_start"] : row["text_end"]] == row["text"]


def test_a_long_text_without_a_full_stop_is_coded_in_pieces(coder: Coder) -> None:
    result = coded(coder, "Russia and Armenia " * 3000)
    assert result.error == ""
    assert len(result.mentions) == 6000


def test_the_same_text_gives_the_same_rows(coder: Coder) -> None:
    text = "Azerbaijan shelled Armenian positions. “We will respond,” Armenia's Prime Minister Nikol Pashinyan said."
    assert coded(coder, text) == coded(coder, text)

"""What coding one batch gave, apart from the coder, so that whoever asks for it need not load a language model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodedBatch:
    """What coding one batch gave: counts of rows, and seconds by the clock (0 when it was coded before)."""

    batch_id: str
    articles: int = 0
    coded_articles: int = 0
    sentences: int = 0
    parsed: int = 0
    events: int = 0
    quotes: int = 0
    claims: int = 0
    mentions: int = 0
    introductions: int = 0
    quarantined: int = 0
    seconds: float = 0.0

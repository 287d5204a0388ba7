"""Builds ties, figures and articles that state figures, for tests of the reports that set news against data."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rows import article, filled, put, span

from tasks.load.lake import Lake


def tie(kind: str, name: str, country: str, since: date, until: date | None = None, **changes: Any) -> dict[str, Any]:
    """One tie, known from the day on which it began."""
    row = {"kind": kind, "name": name, "country": country, "counterpart": "", "start_date": since, "end_date": until,
           "known_from": since, "dataset": "facts", "note": "invented (test)"}  # fmt: skip
    return filled("relations", row | changes)


def figure(series: str, country: str, counterpart: str, year: int, value: float, **changes: Any) -> dict[str, Any]:
    """One figure of a year, known from March of the next."""
    row = {"series": series, "country": country, "counterpart": counterpart, "start_date": date(year, 1, 1),
           "end_date": date(year, 12, 31), "value": value, "unit": "million TIV", "known_from": date(year + 1, 3, 15),
           "dataset": "sipri-arms"}  # fmt: skip
    return filled("indicators", row | changes)


def stating(
    lake: Lake, body: str, words: str, named: Mapping[str, str] | None = None, *, number: int = 1, **changes: Any
) -> None:
    """Put an article into the lake that states the figure `words`; `named` are the names in it with their countries.

    Names that are no countries are given as `organisation NATO`. What changes is `published_date`, or of the claim.
    """
    source = f"s{number}"
    told = article(number, body=body, published_date=changes.pop("published_date", date(2023, 10, 10)))
    stated = {"claim_id": f"c{number}", "article_id": told["article_id"], "is_approximate": False,
              "countries": [code for code in (named or {}).values() if code]}  # fmt: skip
    names = []
    for name, code in (named or {}).items():
        kind, _, word = name.rpartition(" ")
        row = {"mention_id": f"{number}{word}", "article_id": told["article_id"], "kind": kind or "country",
               "name": word, "country": code or None}  # fmt: skip
        names.append(filled("mentions", row | span(body, word)))
    put(lake, "articles", [told], source)
    put(lake, "claims", [filled("claims", stated | span(body, words) | changes)], source)
    put(lake, "mentions", names, source)

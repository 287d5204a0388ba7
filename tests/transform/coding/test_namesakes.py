"""A country and a place of the same name are told apart by whom else the article names."""

import pytest

from tasks.settings import shipped
from tasks.transform.coding.codebook import load
from tasks.transform.coding.coder import Coder


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(load(shipped("config") / "codebook"), "test")


@pytest.mark.parametrize(
    ("title", "body", "country"),
    [
        ("Trump indicted", "A prosecutor in Georgia accused Donald Trump of fraud.", "USA"),
        ("", "Lawmakers in Georgia criticised the U.S. Department of Justice.", "USA"),
        ("", "Floods hit 25 counties in Georgia.", "USA"),
        ("", "Protesters marched in Georgia on Monday.", "GEO"),
        ("", "Russia spoke of federal ties with Georgia.", "GEO"),
        ("", "The United States urged Georgia and Azerbaijan to talk.", "GEO"),
        ("Washington worries about Tbilisi", "Washington criticised a law of Georgia.", "GEO"),
    ],
    ids=[
        "American people",
        "an American body",
        "its counties",
        "alone",
        "beside Russia",
        "with a neighbour",
        "its capital in the title",
    ],
)
def test_georgia_is_what_the_article_speaks_of(coder: Coder, title: str, body: str, country: str) -> None:
    (coded,) = coder.code([{"article_id": "1", "title": title, "body": body}])
    assert {m["country"] for m in coded.mentions if m["text"] == "Georgia"} == {country}

"""The SGML newswire of 1987: stories, headlines without a story, and raw ones."""

import csv
import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import reuters_sgml
from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.settings import path_source
from tasks.transform.articles import to_article
from tasks.transform.dates import published

SOURCE = path_source(Path("archive"))
HEAD = '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'


def story(text: str, date: str = "26-FEB-1987 15:01:01.79", number: int = 1) -> str:
    return (
        f'<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="{number}">\n'
        f"<DATE>{date}</DATE>\n<TOPICS><D>grain</D><D>wheat</D></TOPICS>\n<PLACES><D>usa</D></PLACES>\n"
        f"<PEOPLE></PEOPLE>\n<ORGS><D>ec</D></ORGS>\n<EXCHANGES></EXCHANGES>\n<COMPANIES></COMPANIES>\n"
        f"<UNKNOWN> \n&#5;&#5;&#5;C T\n&#22;&#22;&#1;f0704&#31;reute\nu f BC-DAM   02-26 0105</UNKNOWN>\n"
        f"{text}\n</REUTERS>\n"
    )


NORMAL = """<TEXT>&#2;
<TITLE>SEARS &lt;S> SELLS UNIT</TITLE>
<AUTHOR>    By Ani Grigoryan, Reuters</AUTHOR>
<DATELINE>    YEREVAN, Feb 26 - </DATELINE><BODY>Sears Roebuck and Co &lt;S> said it sold a unit
to AT&amp;T &lt;T> for 3 mln dlrs.
    The sale was agreed in
January, it said.
    Shr 1.10 dlrs vs 95 cts
 Reuter
&#3;</BODY></TEXT>"""
BRIEF = '<TEXT TYPE="BRIEF">&#2;\n******<TITLE>BANK OF FRANCE CUTS RATE\n</TITLE>Blah blah blah.\n&#3;\n\n</TEXT>'
RAW = '<TEXT TYPE="UNPROC">&#2;\nWEEKLY REPORT\n    Float.......511 down.....320\n\n Reuter\n&#3;\n\n</TEXT>'


def read(text: str) -> list[Draft | Rejected]:
    return [item for item in reuters_sgml.read(text.encode(), SOURCE) if not isinstance(item, Remark)]


def one(text: str) -> Draft:
    (draft,) = read(HEAD + text)
    assert isinstance(draft, Draft)
    return draft


def row(draft: Draft) -> dict[str, object]:
    return to_article(draft, SOURCE, raw_uri="a", raw_sha256="b", name="a")


def test_a_story_says_title_author_date_and_categories() -> None:
    draft = one(story(NORMAL))
    assert (draft.outlet, draft.language, draft.author) == ("Reuters", "en", "Ani Grigoryan")
    assert (draft.date, draft.date_basis) == ("26-FEB-1987 15:01:01.79", "stated")
    assert draft.categories == ("grain", "wheat", "usa", "ec")
    assert str(published(draft.date).at) == "1987-02-26 15:01:01+00:00"


@pytest.mark.parametrize(
    ("byline", "author", "outlet"),
    [
        ("By Greta Holm, Redshank Wire", "Greta Holm", "Redshank Wire"),
        ("By Greta Holm, Reuters", "Greta Holm", "Reuters"),
        ("Greta Holm", "Greta Holm", "Reuters"),
        ("By Greta Holm, Jr", "Greta Holm, Jr", "Reuters"),
        ("", "", "Reuters"),
    ],
)
def test_a_byline_names_author_and_agency(byline: str, author: str, outlet: str) -> None:
    draft = one(story(f"<TEXT><AUTHOR>    {byline}</AUTHOR><BODY>It rained.</BODY></TEXT>"))
    assert (draft.author, draft.outlet) == (author, outlet)


def test_the_dateline_begins_the_text_and_the_agency_does_not_end_it() -> None:
    assert row(one(story(NORMAL)))["body"] == (
        "YEREVAN, Feb 26 - Sears Roebuck and Co <S> said it sold a unit to AT&T <T> for 3 mln dlrs.\n\n"
        "The sale was agreed in January, it said.\n\nShr 1.10 dlrs vs 95 cts"
    )


def test_a_ticker_that_looks_like_a_tag_is_kept_through_cleaning() -> None:
    for ticker in ("S", "P", "B", "I", "U", "BR", "F"):
        article = row(one(story(NORMAL.replace("&lt;S>", f"&lt;{ticker}>"))))
        assert article["title"] == f"SEARS <{ticker}> SELLS UNIT"
        assert f"Co <{ticker}> said" in str(article["body"])


def test_a_headline_without_a_story_is_its_own_text() -> None:
    draft = one(story(BRIEF))
    assert (draft.title, draft.body) == ("BANK OF FRANCE CUTS RATE", "")
    assert row(draft)["body"] == "BANK OF FRANCE CUTS RATE"


def test_a_raw_story_is_its_text() -> None:
    draft = one(story(RAW))
    assert (draft.title, draft.body) == ("", "WEEKLY REPORT\n\nFloat.......511 down.....320")


@pytest.mark.parametrize(
    ("ending", "kept"),
    [("\n REUTER\n&#3;", ""), ("\n Reuter...\n&#3;", ""), ("\n More\n&#3;", ""), ("        REUTER\n&#3;", ""),
     ("\nREUTER...^M\n&#3;", ""), ("\n&#3;", ""), (" He told Reuters.\n&#3;", " He told Reuters.")],
)  # fmt: skip
def test_what_ends_a_story_is_left_out_as_far_as_it_is_no_sentence(ending: str, kept: str) -> None:
    assert one(story(f"<TEXT><BODY>It rained.{ending}</BODY></TEXT>")).body == f"It rained.{kept}"


def test_offsets_cut_the_story_out_of_the_text() -> None:
    first, second = story(NORMAL), story(BRIEF, number=2)
    text = HEAD + first + second
    assert [text[item.start : item.end] for item in read(text)] == [first.strip(), second.strip()]
    assert [item.record for item in read(text)] == ["#1 (NEWID 1)", "#2 (NEWID 2)"]


def test_a_date_with_a_broken_hour_keeps_its_day() -> None:
    assert str(published(one(story(NORMAL, "31-MAR-1987 605:12:19.12")).date).day) == "1987-03-31"


def test_what_surrounds_the_file_stands_in_for_a_missing_date() -> None:
    text = story(NORMAL).replace("<DATE>26-FEB-1987 15:01:01.79</DATE>", "")
    (draft,) = reuters_sgml.read(text.encode(), SOURCE, url="https://www.example.org/a", date="1987-02-26")
    assert isinstance(draft, Draft)
    assert (draft.url, draft.date, draft.date_basis) == ("https://www.example.org/a", "1987-02-26", "header")


def test_a_story_that_breaks_off_and_what_stands_between_are_one_row_each() -> None:
    broken = story(NORMAL)[:700]
    found = read(HEAD + broken + story(NORMAL) + "stray words\n" + story(BRIEF))
    assert [getattr(item, "reason", "") for item in found] == ["broken_record", "", "not_an_article", ""]
    assert [item.reason for item in read(HEAD) if isinstance(item, Rejected)] == ["no_articles"]
    assert [item.reason for item in read(story("<TEXT></TEXT>")) if isinstance(item, Rejected)] == ["no_text"]


def test_it_is_known_by_its_content() -> None:
    assert reuters_sgml.fits((HEAD + story(NORMAL)).encode())
    assert reuters_sgml.fits(b"\xef\xbb\xbf\r\n" + story(NORMAL).encode())
    assert not reuters_sgml.fits(b"<!DOCTYPE html><html><body>REUTERS</body></html>")
    assert not reuters_sgml.fits(b"")


@pytest.mark.parametrize(
    "piece", ["<REUTERS NEWID=1>", "<REUTERS ", "<D>", "<TEXT>", "</TEXT>", "&lt;", "\n  ", "<TITLE>"]
)
def test_hostile_texts_take_little_work(piece: str) -> None:
    text = HEAD + "<REUTERS NEWID=1><TEXT><BODY>" + piece * (1_000_000 // len(piece)) + "</BODY></TEXT>"
    assert read(text)


WORDS = st.lists(
    st.text(alphabet="abcXYZ019&<>;.,-'\"", min_size=1, max_size=7), min_size=1, max_size=8
).map(lambda words: "x" + " ".join(words) + "x")  # fmt: skip


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _written(title: str, author: str, paragraphs: list[str]) -> str:
    body = "\n    ".join(map(_escaped, paragraphs))
    return (
        f"<TEXT>&#2;\n<TITLE>{_escaped(title)}</TITLE>\n<AUTHOR>    By {_escaped(author)}, Reuters</AUTHOR>\n"
        f"<DATELINE>    PARIS, Feb 26 - </DATELINE><BODY>{body}\n Reuter\n&#3;</BODY></TEXT>"
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=4)), min_size=1, max_size=3))
def test_stories_written_out_and_read_back_lose_nothing(stories: list[tuple[str, str, list[str]]]) -> None:
    text = HEAD + "".join(story(_written(*parts), number=number) for number, parts in enumerate(stories))
    assert [
        tuple(part.replace("\u2060", "") for part in (item.title, item.author, item.body))
        for item in read(text)
        if isinstance(item, Draft)
    ] == [(title, author, "PARIS, Feb 26 - " + "\n\n".join(paragraphs)) for title, author, paragraphs in stories]


PIECES = [
    HEAD, "<REUTERS X=1>", "</REUTERS>", "<TEXT>", "</TEXT>", "<TITLE>", "</TITLE>", "<BODY>", "</BODY>", "<D>", "</D>",
    "<TOPICS>", "&#3;", "&lt;", "a b", "\n    ",
]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES)))
def test_no_text_crashes_it_and_every_span_is_in_its_text(parts: list[str]) -> None:
    text = "".join(parts)
    for item in read(text):
        assert 0 <= item.start <= item.end <= len(text)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes) -> None:
    reuters_sgml.fits(data)
    assert list(reuters_sgml.read(data, SOURCE))


@pytest.mark.parametrize(("name", "briefs", "raw"), [("000", 60, 15), ("001", 65, 5), ("004", 98, 5)])
def test_every_real_story_is_an_article_of_its_day(real_data: Path, name: str, briefs: int, raw: int) -> None:
    path = f"news/reuters21578/reut2-{name}.sgm"
    with (real_data / "data/MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        stated = next(row for row in csv.DictReader(file) if row["path"] == path)
    data = (real_data / "data" / path).read_bytes()
    assert reuters_sgml.fits(data[:65_536])
    found = list(reuters_sgml.read(data, SOURCE))
    drafts = [item for item in found if isinstance(item, Draft)]
    assert len(drafts) == len(found) == int(stated["rows"])
    assert sum(not draft.body for draft in drafts) == briefs
    assert sum(not draft.title for draft in drafts) == raw
    days = [published(draft.date).day for draft in drafts]
    assert (str(min(filter(None, days))), str(max(filter(None, days)))) == (stated["date_min"], stated["date_max"])
    assert None not in days
    text = data.decode("ascii")
    assert all(text[draft.start : draft.end].startswith("<REUTERS") for draft in drafts)
    endings = Counter(draft.body.split()[-1].lower().strip(".") for draft in drafts if draft.body)
    assert not {"reuter", "reute", "blah"} & set(endings)
    written = sum(part.count("&lt;") for part in re.findall(r"<(?:TITLE|BODY)>([^<]*)", text))
    assert sum((draft.title + draft.body).count("<") for draft in drafts) >= written > 500


def test_damaged_real_stories_are_drafts_or_rejected(real_data: Path) -> None:
    whole = (real_data / "data/news/reuters21578/reut2-004.sgm").read_bytes()
    chance = random.Random(21)
    for _ in range(300):
        begin = chance.randrange(len(whole))
        data = bytearray(whole[begin : begin + chance.randrange(1, 12_000)])
        for _ in range(chance.randrange(20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        other = chance.randrange(len(whole))
        data += whole[other : other + chance.randrange(4000)]
        items = list(reuters_sgml.read(bytes(data), SOURCE))
        assert items
        assert all(isinstance(item, Draft | Rejected) for item in items)

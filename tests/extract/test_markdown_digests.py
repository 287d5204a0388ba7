"""Markdown digests of feeds."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import markdown_digests
from tasks.extract.choose import choose
from tasks.extract.drafts import Draft
from tasks.settings import path_source

SOURCE = path_source(Path("archive"))
DIGEST = """# Source:The Wader, URL:https://www.example.org/feed, language:en-GB

## Dam breached
 - [https://www.example.org/dam](https://www.example.org/dam)
 - RSS feed: https://www.example.org/feed
 - date published: 2023-06-06T05:00:00+00:00

Water rose in the villages.

## Envoys meet
 - [https://www.example.org/envoys](https://www.example.org/envoys)
 - RSS feed: https://www.example.org/feed
 - date published: 2023-06-07T05:00:00+00:00

"""


def test_each_heading_is_an_article_with_its_address_and_date() -> None:
    first, second = markdown_digests.read(DIGEST, SOURCE)
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.title, first.outlet, first.language) == ("Dam breached", "The Wader", "en-GB")
    assert (first.url, first.date) == ("https://www.example.org/dam", "2023-06-06T05:00:00+00:00")
    assert first.body.strip() == "Water rose in the villages."
    assert (second.title, second.body.strip()) == ("Envoys meet", "")


def test_offsets_span_the_entry() -> None:
    first, second = markdown_digests.read(DIGEST, SOURCE)
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert DIGEST[first.start : first.end].endswith("villages.")
    assert DIGEST[second.start :].startswith("## Envoys meet")


def test_the_reader_is_chosen_by_what_the_text_looks_like() -> None:
    assert choose(DIGEST) is markdown_digests.read
    assert choose(DIGEST[DIGEST.index("## ") :]) is markdown_digests.read
    assert choose("# Notes\n\nSome prose.\n\n## Part\n\nMore prose.\n") is not markdown_digests.read


@given(st.text(alphabet=st.sampled_from("#- []()\nab:'\"date"), max_size=120))
def test_no_text_crashes_the_reader(text: str) -> None:
    list(markdown_digests.read(text, SOURCE))
    choose(text)


LINE = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30).map(lambda text: f"“{text}”")
# A line within quotation marks is neither a heading nor an address or date of the entry.


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            LINE,
            st.integers(0, 10**9).map(lambda number: f"https://wader.example/{number}"),
            st.datetimes().map(lambda moment: moment.isoformat() + "+00:00"),
            st.lists(LINE, max_size=4),
        ),
        min_size=1,
        max_size=5,
    ),
    st.booleans(),
)
def test_entries_written_out_and_read_back_lose_nothing(
    entries: list[tuple[str, str, str, list[str]]], with_header: bool
) -> None:
    text = "# Source:The Wader, URL:https://wader.example/feed, language:en\n\n" if with_header else ""
    for title, url, date, paragraphs in entries:
        text += f"## {title}\n - [{url}]({url})\n - RSS feed: https://wader.example/feed\n - date published: {date}\n\n"
        text += "".join(f"{paragraph}\n\n" for paragraph in paragraphs)
    assert choose(text) is markdown_digests.read
    found = [item for item in markdown_digests.read(text, SOURCE) if isinstance(item, Draft)]
    assert [(item.title, item.url, item.date) for item in found] == [entry[:3] for entry in entries]
    assert [item.body.strip() for item in found] == ["\n\n".join(entry[3]) for entry in entries]
    assert {item.outlet for item in found} == {"The Wader" if with_header else "https://wader.example/feed"}

"""Pages with a front matter, as Jekyll, Hugo, Obsidian and others write it, sound and broken."""

import json
import random
import zipfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract import front_matter
from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.settings import Source, path_source

SOURCE = path_source(Path("archive"))
BODY = "Water rose in the villages.\n\nPeople left their homes.\n"


def drafts(text: str | bytes, source: Source = SOURCE, **around: str) -> list[Draft]:
    data = text.encode() if isinstance(text, str) else text
    assert front_matter.fits(data)
    return [item for item in front_matter.read(data, source, **around) if isinstance(item, Draft)]


def page(head: str, body: str = BODY) -> Draft:
    (draft,) = drafts(f"---\n{head}\n---\n\n{body}")
    return draft


JEKYLL = """layout: post
title:  "Dam breached: villages flooded"
date:   2023-06-06 05:00:00 +0200
published: true
categories: [floods, war]
author: Ani Grigoryan
permalink: /2023/06/dam/"""
HUGO_YAML = """title: 'Dam breached: villages flooded'
date: 2023-06-06T05:00:00+02:00
lastmod: 2023-06-09T05:00:00+02:00
draft: false
categories:
  - floods
  - war
authors:
  - name: Ani Grigoryan
    email: ani@example.org
params:
  weight: 3"""
OBSIDIAN = """title: "Dam breached: villages flooded"
source: "https://www.example.org/dam"
author:
  - "[[Ani Grigoryan]]"
published: 2023-06-06T05:00:00+02:00
created: 2023-06-10
tags:
- floods
- war"""
FOLDED = """title: >-
  Dam breached:
  villages flooded
description: |
  Two lines
  of summary.
date: !!timestamp 2023-06-06T05:00:00+02:00
byline: &who Ani Grigoryan
keywords: floods, war"""
NOT_YAML = """title: Dam breached: villages flooded
author: Ani Grigoryan
date: 2023-06-06T05:00:00+02:00
quote: @ministry says "no
categories:
  - floods
  - war"""


@pytest.mark.parametrize("head", [JEKYLL, HUGO_YAML, OBSIDIAN, FOLDED, NOT_YAML],
                         ids=["jekyll", "hugo", "obsidian", "folded strings", "no valid YAML"])  # fmt: skip
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"], ids=["bare", "byte order mark", "empty lines before"])
def test_the_front_matters_of_several_programs_say_the_same(head: str, line_end: str, mark: str) -> None:
    (draft,) = drafts(mark + f"---\n{head}\n---\n\n{BODY}".replace("\n", line_end))
    assert draft.title == "Dam breached: villages flooded"
    assert draft.date.startswith("2023-06-06")
    assert "5:00:00" in draft.date
    assert draft.date_basis == "stated"
    assert draft.author == "Ani Grigoryan"
    assert [name.strip() for name in draft.categories] == ["floods", "war"]
    assert draft.body.split() == BODY.split()


def test_toml_and_json_are_read_as_well() -> None:
    toml = f'+++\ntitle = "Dam breached"\ndate = 2023-06-06T05:00:00+02:00\ntags = ["war"]\n+++\n\n{BODY}'
    as_json = json.dumps({"title": "Dam breached", "date": "2023-06-06T05:00:00+02:00", "tags": ["war"]}, indent=2)
    for text in (toml, f"{as_json}\n\n{BODY}"):
        (draft,) = drafts(text)
        assert (draft.title, draft.date) == ("Dam breached", "2023-06-06T05:00:00+02:00")
        assert (draft.categories, draft.body.strip()) == (("war",), BODY.strip())


def test_broken_toml_is_read_field_by_field() -> None:
    (draft,) = drafts(f'+++\ntitle = "Dam breached"\ndate = 2023-06-06\nbad = \n+++\n{BODY}')
    assert (draft.title, draft.date, draft.body) == ("Dam breached", "2023-06-06", BODY)


@pytest.mark.parametrize(
    "text",
    [
        '{"title": "a", "date": "2023-06-06"}\n{"title": "b", "date": "2023-06-06"}\n',
        '{"title": "a", "text": "b"}\n',
        '{"title": "a", "text": "b"}\n{"title: broken\n{"title": "c"}\n',
        '{"title": "a"}\nbroken "title": "b"}\n{"title": "c"}\n',
        "{" * 1000,
        "---\n\nProse after a rule.\n\n---\n",
        "---\nProse: not a field, and more prose\nthat goes on.\n---\n",
        "- a list\n- of things\n",
        "",
    ],
)
def test_other_texts_are_no_pages(text: str) -> None:
    assert not front_matter.fits(text.encode())


def test_an_address_in_place_of_the_outlet_is_the_address() -> None:
    draft = page("title: Dam\nsource: https://www.example.org/dam")
    assert draft.url == "https://www.example.org/dam"


def test_what_surrounds_the_page_stands_in_where_it_says_nothing() -> None:
    text = f"---\ntitle: Dam\ndate: unknown\n---\n{BODY}"
    (draft,) = drafts(text, url="https://www.example.org/a", date="2023-06-07")
    assert (draft.url, draft.date, draft.date_basis) == ("https://www.example.org/a", "2023-06-07", "header")
    (draft,) = drafts(text.replace("unknown", "2023-06-06"), date="2023-06-07")
    assert (draft.date, draft.date_basis) == ("2023-06-06", "stated")


def test_a_page_without_text_has_its_summary_and_one_without_title_its_heading() -> None:
    assert page("title: Dam\ndescription: Water rose.", "").body == "Water rose."
    draft = page("date: 2023-06-06\ntags: war", f"# Dam breached\n\n{BODY}")
    assert (draft.title, draft.body.strip()) == ("Dam breached", BODY.strip())


def test_settings_of_the_source_name_fields() -> None:
    source = Source("a", Path("a"), fields={"title": "kop", "date": "gezet"})
    (draft,) = drafts(f"---\nkop: Dam\ngezet: 2023-06-06\n---\n{BODY}", source)
    assert (draft.title, draft.date) == ("Dam", "2023-06-06")


def test_a_front_matter_that_is_not_closed_ends_at_the_first_empty_line() -> None:
    text = f"---\ntitle: Dam\ndate: 2023-06-06\n\n{BODY}"
    draft, remark = front_matter.read(text.encode(), SOURCE)
    assert isinstance(draft, Draft)
    assert (draft.title, draft.date, draft.body) == ("Dam", "2023-06-06", BODY)
    assert isinstance(remark, Remark)
    assert drafts(text + "\n---\n\nMore after a rule.\n")[0].body.endswith("More after a rule.\n")


def test_several_pages_in_one_file_are_several_articles_with_their_offsets() -> None:
    first, second = (f"---\ntitle: {name}\ndate: 2023-06-06\n---\n\nText of {name}.\n\n---\n\nAfter a rule.\n"
                     for name in ("one", "two"))  # fmt: skip
    text = first + "\n" + second
    found = drafts(text)
    assert [draft.title for draft in found] == ["one", "two"]
    assert [text[draft.start : draft.end] for draft in found] == [first.strip(), second.strip()]
    assert all(draft.body.strip().endswith("After a rule.") for draft in found)


def test_a_stream_of_yaml_documents_is_one_article_a_document() -> None:
    text = "".join(f"---\ntitle: {name}\ndate: 2023-06-06\ncontent: |\n  One {name}.\n\n  Two.\n" for name in "abc")
    for ending in ("", "---\n", "...\n"):
        found = drafts(text + ending)
        assert [(draft.title, draft.body) for draft in found] == [(name, f"One {name}.\n\nTwo.\n") for name in "abc"]


def test_aliases_do_not_grow_and_tags_make_no_objects() -> None:
    bomb = "\n".join(["a0: &a0 [war, war]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))])
    draft = page(f"title: Dam\n{bomb}\ntags: *a11")
    assert draft.title == "Dam"
    assert sum(map(len, draft.categories)) < 1000
    draft = page("title: !!python/object/apply:os.getcwd []\ndate: !!python/name:os.sep x\nauthor: !local Ani")
    assert (draft.title, draft.author) == ("", "Ani")


@pytest.mark.parametrize(
    "text",
    ["---\ntitle: " + "[" * 30_000 + "\n---\nx\n", "---\ntitle: b\nx:\n" + "- " * 15_000 + "\n---\n",
     "---\n" * 300_000, "---\na: b\n" * 100_000, "---\ntitle: b\n" * 100_000, '{"title": "a"}\nb\n' * 60_000,
     '---\ntitle: "' + "a\n" * 500_000, "---\n" + " " * 1_000_000, "---\ntitle: a\n" + "\n" * 1_000_000],
    ids=["brackets", "dashes", "rules", "pairs", "titles", "json", "open quote", "blanks", "empty lines"],
)  # fmt: skip
def test_hostile_texts_take_little_work(text: str) -> None:
    front_matter.fits(text.encode())
    assert list(front_matter.read(text.encode(), SOURCE))


WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff[]"), min_size=1
).filter(lambda text: text.strip() == text and text.lower() not in ("none", "null", "nan", "n/a", "na", "nat", "-",
                                                                     "undefined"))  # fmt: skip

SAID = WORDS.filter(lambda text: text.strip("-. "))  # a rule or dots are what stands between pages, not a text


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(WORDS, WORDS, SAID, st.lists(WORDS.filter(lambda text: "," not in text), max_size=3)),
             min_size=1, max_size=3),
    st.sampled_from(["plain", '"', "'", "|", ">"]),
)  # fmt: skip
def test_pages_written_out_and_read_back_lose_nothing(pages: list[tuple[str, str, str, list[str]]], style: str) -> None:
    text = ""
    for title, author, body, tags in pages:
        head = {"title": title, "date": "2023-06-06T05:00:00+02:00", "author": author, "tags": tags,
                "link": "https://www.example.org/a"}  # fmt: skip
        written = yaml.safe_dump(head, allow_unicode=True, default_style=None if style == "plain" else style)
        text += f"---\n{written}---\n\n{body}\n"
    found = drafts(text)
    assert [(draft.title, draft.author, draft.body.strip()) for draft in found] == [
        (title, author, body) for title, author, body, _ in pages
    ]
    assert [list(draft.categories) for draft in found] == [tags for *_, tags in pages]
    assert {(draft.date, draft.url) for draft in found} == {("2023-06-06T05:00:00+02:00", "https://www.example.org/a")}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("-+{}[]:=&*!|>#\"'%@`,.? \n\r\tatitle\u2028\x00é"), max_size=80), st.booleans())
def test_no_text_crashes_it_and_every_span_is_in_its_text(text: str, fenced: bool) -> None:
    whole = f"---\ntitle: a\n{text}\n---\nbody" if fenced else text
    data = b"\xef\xbb\xbf" + whole.encode()  # its encoding is not for guessing
    for item in front_matter.read(data, SOURCE):
        end = len(data) if isinstance(item, Rejected) and item.reason == "empty" else len(whole)
        assert isinstance(item, Remark) or 0 <= item.start <= item.end <= end
    front_matter.fits(data)


@given(st.binary(max_size=200))
def test_no_bytes_crash_it(data: bytes) -> None:
    front_matter.fits(data)
    assert list(front_matter.read(data, SOURCE))


def test_every_real_page_is_one_article(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "data/news/ukraine_feb2026/filtered_corpus.zip") as archive:
        pages = [archive.read(name) for name in archive.namelist() if name.endswith(".md")]
    found = [drafts(page) for page in pages]
    assert [len(page) for page in found] == [1] * 16
    assert all(draft.title and draft.url.startswith("https://") and len(draft.body) > 1000 for (draft,) in found)
    assert sum(not draft.date for (draft,) in found) == 5  # they state `date: unknown`


def test_damaged_real_pages_are_drafts_or_rejected(real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "data/news/ukraine_feb2026/filtered_corpus.zip") as archive:
        pages = [archive.read(name)[:1500] for name in archive.namelist()]
    chance = random.Random(21)
    for _ in range(300):
        data = bytearray(chance.choice(pages))
        for _ in range(chance.randrange(1, 20)):
            data[chance.randrange(min(len(data), 600))] = chance.randrange(256)
        if chance.random() < 0.5:
            other = chance.choice(pages)
            data[chance.randrange(len(data)) :] = other[chance.randrange(len(other)) :]
        items = list(front_matter.read(bytes(data), SOURCE))
        assert any(isinstance(item, Draft | Rejected) for item in items)

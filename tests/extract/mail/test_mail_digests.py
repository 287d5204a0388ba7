"""Digests: one message that holds many articles, and the ordinary one that holds one."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.mail import messages
from tasks.settings import path_source

SOURCE = path_source(Path("mail"))
HEAD = "From: Plover Post <news@plover.example>\nSubject: The day's news\nDate: Sun, 1 Oct 2023 06:00:00 +0000\n"
CONVOY = "The first convoy reached the town on Saturday with flour and fuel, and left again before it was dark."
BRIDGE = "The bridge over the river is shut for repair, the mayor said on Friday, and nobody knows for how long."


def read(data: str | bytes) -> list[Draft | Rejected]:
    data = data.encode() if isinstance(data, str) else data
    return [item for item in messages.read_message(data, SOURCE) if not isinstance(item, Remark)]


def drafts(data: str | bytes) -> list[Draft]:
    return [item for item in read(data) if isinstance(item, Draft)]


def html(body: str) -> str:
    return f"{HEAD}MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body>{body}</body></html>"


RULED = f"""Convoy reaches the town
Plover Post, 30 September 2023

{CONVOY}

--------------------

Bridge is shut
Wren Gazette, 29 September 2023

{BRIDGE}
"""
LINKED = f"""In this issue: two stories.

1. Convoy reaches the town

{CONVOY}
https://plover.example/1

2. Bridge is shut

{BRIDGE}
Read more: https://plover.example/2
"""
CAPITALS = f"""CONVOY REACHES THE TOWN
https://plover.example/1

{CONVOY}

BRIDGE IS SHUT TODAY
https://plover.example/2

{BRIDGE}
"""
LABELLED = f"""Title: Convoy reaches the town
Source: Plover Post
Date: 30 September 2023

{CONVOY}

====================

Title: Bridge is shut
Source: Wren Gazette
Date: 29 September 2023

{BRIDGE}
"""
PAGES = f"""X
    Categories: 2023

Convoy reaches the town

Plover Post
Sep 30 2023

{CONVOY}

X
    Categories: 2023

Bridge is shut

Wren Gazette
Sep 29 2023

{BRIDGE}
"""
MARKDOWN = f"""# Source: Plover Post, URL: https://plover.example/, language: en

## Convoy reaches the town

- [link](https://plover.example/1)

{CONVOY}

## Bridge is shut

- [link](https://plover.example/2)

{BRIDGE}
"""


@pytest.mark.parametrize(
    "text",
    [RULED, LINKED, CAPITALS, LABELLED, PAGES, MARKDOWN],
    ids=["rules", "numbers", "capitals", "labels", "archive pages", "Markdown"],
)
def test_a_digest_in_plain_text_gives_its_articles(text: str) -> None:
    first, second = drafts(f"{HEAD}\n{text}")
    assert [first.title.lower(), second.title.lower()[:14]] == ["convoy reaches the town", "bridge is shut"]
    assert (first.body.strip(), second.body.strip()) == (CONVOY, BRIDGE)
    assert [first.record, second.record] == ["#1", "#2"]
    assert first.end == second.end == len(f"{HEAD}\n{text}")


@pytest.mark.parametrize(
    ("greeting", "rejected"),
    [("Plover Post - the news of the week", 0), (f"Good morning.\n\n{CONVOY} That was the week.", 1)],
    ids=["a line", "a text"],
)
def test_what_stands_above_the_first_article_is_not_its_title(greeting: str, rejected: int) -> None:
    items = read(f"{HEAD}\n{greeting}\n\n{RULED}")
    found = [item for item in items if isinstance(item, Draft)]
    assert [item.title for item in found] == ["Convoy reaches the town", "Bridge is shut"]
    assert [item.body.strip() for item in found] == [CONVOY, BRIDGE]
    assert [item.reason for item in items if isinstance(item, Rejected)] == ["not_an_article"] * rejected


def test_articles_of_a_digest_have_outlets_and_dates_of_their_own() -> None:
    first, second = drafts(f"{HEAD}\n{RULED}")
    assert (first.outlet, first.date, first.date_basis) == ("Plover Post", "30 September 2023", "stated")
    assert (second.outlet, second.date, second.date_basis) == ("Wren Gazette", "29 September 2023", "stated")


def test_articles_without_a_date_have_that_of_the_digest() -> None:
    first, second = drafts(f"{HEAD}List-Unsubscribe: <mailto:x@y.example>\n\n{LINKED}")
    assert (first.date, first.date_basis) == ("Sun, 1 Oct 2023 06:00:00 +0000", "header")
    assert (first.url, second.url) == ("https://plover.example/1", "https://plover.example/2")
    assert first.outlet == "Plover Post"


@pytest.mark.parametrize(
    "body",
    [
        f'<h2><a href="https://plover.example/1">Convoy reaches the town</a></h2><p>{CONVOY}</p>'
        f'<h2><a href="https://plover.example/2">Bridge is shut</a></h2><p>{BRIDGE}</p>',
        f'<h3>Convoy reaches the town</h3><p>{CONVOY}</p><p><a href="https://plover.example/1">Read more</a></p>'
        f'<h3>Bridge is shut</h3><p>{BRIDGE}</p><p><a href="https://plover.example/2">Read more</a></p>',
        f'<p>Convoy reaches the town</p><p>{CONVOY}</p><a href="https://plover.example/1">Full story</a><hr>'
        f'<p>Bridge is shut</p><p>{BRIDGE}</p><a href="https://plover.example/2">Full story</a>',
    ],
    ids=["headings with links", "headings and links below", "rules"],
)
def test_a_newsletter_in_html_gives_its_articles(body: str) -> None:
    first, second = drafts(html(body))
    assert (first.title, first.url) == ("Convoy reaches the town", "https://plover.example/1")
    assert (second.title, second.url) == ("Bridge is shut", "https://plover.example/2")
    assert (first.body, second.body) == (f"<p>{CONVOY}</p>", f"<p>{BRIDGE}</p>")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{CONVOY}\n\n--------------------\n\n{BRIDGE}\n", id="a rule"),
        pytest.param(f"{CONVOY}\n\n* * *\n\n{BRIDGE}\n\n* * *\n\n{CONVOY}\n", id="rows of stars"),
        pytest.param(f"1. The town\n\n{CONVOY}\n\n2. The river\n\n{BRIDGE}\n", id="numbered chapters"),
        pytest.param(f"{CONVOY}\n\nSee https://plover.example/1\n\n{BRIDGE}\n", id="an address"),
        pytest.param(f"Dear all,\n\nwe met on 30 September 2023.\n\n{CONVOY}\n", id="a date"),
    ],
)
def test_an_ordinary_message_stays_one_article(text: str) -> None:
    (found,) = drafts(f"{HEAD}\n{text}")
    assert found.title == "The day's news"


THREAD = (
    """________________________________
From: Jon Wren
Sent: Saturday, 30 September 2023 10:00
To: Mara Finch
Subject: The day's news

"""
    + CONVOY
)
QUOTED = f"""On Sat, 30 Sep 2023 at 10:00, Jon Wren <jon@x.example> wrote:
> Which towns, and where can we read of it?

1. The convoy

{CONVOY}
https://plover.example/1

2. The bridge

{BRIDGE}
https://plover.example/2
"""


@pytest.mark.parametrize(
    "text",
    [f"{BRIDGE}\n\n{THREAD}\n\n{THREAD}\n", f"{BRIDGE}\n\n{THREAD}\n\n> {BRIDGE}\n\n{THREAD}\n", QUOTED],
    ids=["the thread below it", "a quote within the thread", "a quote above"],
)
def test_an_answer_under_a_subject_of_its_own_stays_one_article_and_loses_nothing(text: str) -> None:
    (found,) = drafts(f"{HEAD}\n{text}")
    assert found.title == "The day's news"
    assert CONVOY in found.body
    assert BRIDGE in found.body


def test_chapters_of_an_article_in_html_are_no_articles() -> None:
    (found,) = drafts(html(f"<h2>The town today</h2><p>{CONVOY}</p><h2>The river today</h2><p>{BRIDGE}</p>"))
    assert "The river today" in found.body


def test_one_saved_page_in_a_message_is_the_article() -> None:
    (found,) = drafts(f"{HEAD}\n{PAGES.split('X', 2)[1]}".replace("\n\n\n", "\n\n"))
    assert (found.title, found.outlet, found.date) == ("Convoy reaches the town", "Plover Post", "Sep 30 2023")


def test_a_section_that_is_no_article_is_named() -> None:
    intro = "Good morning, this is what happened while you were asleep, and a few words about the weather of today."
    items = read(
        html(
            f'<p>{intro}</p><h2><a href="https://p.example/1">Convoy arrives</a></h2><p>{CONVOY}</p>'
            f'<h2><a href="https://p.example/2">Bridge is shut</a></h2><p>{BRIDGE}</p>'
        )
    )
    assert [type(item).__name__ for item in items] == ["Rejected", "Draft", "Draft"]
    assert isinstance(items[0], Rejected)
    assert items[0].reason == "not_an_article"


def test_a_digest_of_messages_gives_each_message() -> None:
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = "list@x.example", "News Digest", "Sun, 1 Oct 2023 06:00:00 +0000"
    made["List-Id"] = "News <news.x.example>"
    made.set_content("Today's topics:\n\n  1. Convoys\n")
    made.make_mixed()
    inside = EmailMessage()
    inside.set_type("multipart/digest")
    for number, text in enumerate((CONVOY, BRIDGE), 1):
        part = EmailMessage()
        part["From"], part["Subject"] = f"Writer {number} <w{number}@x.example>", f"Story {number}"
        part.set_content(text)
        wrapped = EmailMessage()
        wrapped.set_content(part)
        inside.attach(wrapped)
    made.attach(inside)
    found = drafts(made.as_bytes())
    assert [(item.title, item.author, item.outlet) for item in found] == [
        ("Story 1", "Writer 1", "News"),
        ("Story 2", "Writer 2", "News"),
    ]
    assert [item.date_basis for item in found] == ["header", "header"]


RFC_1153 = f"""Send News submissions to news@x.example

Today's Topics:

   1. Convoys (Jon)

{"-" * 70}

Message: 1
Date: Sat, 30 Sep 2023 10:00:00 +0000
From: Jon Wren <jon@x.example>
Subject: [News] Convoys

{CONVOY}

> Is the road open?

{"-" * 30}

Message: 2
Date: Sat, 30 Sep 2023 11:00:00 +0000
From: Mara Finch <mara@x.example>
Subject: Re: Bridges

{BRIDGE}

{"-" * 30}

End of News Digest, Vol 1, Issue 2
**********************************
"""


def test_a_text_digest_of_rfc_1153_gives_each_message() -> None:
    found = drafts(f"{HEAD}List-Id: News <news.x.example>\n\n{RFC_1153}")
    assert [(item.title, item.author) for item in found] == [("[News] Convoys", "Jon Wren"), ("Bridges", "Mara Finch")]
    assert [item.body for item in found] == [CONVOY, BRIDGE]
    assert [item.date for item in found] == ["Sat, 30 Sep 2023 10:00:00 +0000", "Sat, 30 Sep 2023 11:00:00 +0000"]
    assert {item.outlet for item in found} == {"News"}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "-" * 30,
                "-" * 70,
                "",
                "From: a@b.example",
                "Subject: x",
                "Title of it",
                "5 October 2023",
                CONVOY,
                "https://x.example/1",
                "1. One thing",
                "2. Two things",
                "TITLE IN CAPITALS",
                "X",
                "## a",
                "- [a](b)",
                "By Mara Finch",
                "(Wren Gazette)",
                "Read more",
            ]
        ),
        max_size=30,
    )
)
def test_no_input_crashes_the_reader(lines: list[str]) -> None:
    assert read(f"{HEAD}\n" + "\n".join(lines))
    assert read(html("".join(f"<h2>{line}</h2>" if len(line) < 20 else f"<p>{line}</p><hr>" for line in lines)))

"""Which pages are articles, and which files are pages: lists, errors, and what is no HTML."""

import pytest
from written_pages import ADDRESS, ARTICLE, TEXT, draft, json_ld, page, rejected

from tasks.extract.web.html_pages import fits

# --- what is no article


def front_page() -> str:
    teasers = "".join(
        f'<section><h2><a href="/2023/06/{n}">Story number {n} of the day from the coast</a></h2>'
        f"<p>What happened in place {n} on Tuesday, and who said what about it since then.</p></section>"
        for n in range(20)
    )
    return f"<!doctype html><html><head><title>Harbour Post</title></head><body><main>{teasers}</main></body></html>"


@pytest.mark.parametrize(
    ("shown", "url"),
    [
        (front_page(), "https://www.harbourpost.example/"),
        (front_page(), "https://www.harbourpost.example/world/"),
        (page(), "https://www.harbourpost.example"),
        (page(json_ld({"@type": "CollectionPage", "name": "World"})), "https://www.harbourpost.example/world/"),
    ],
    ids=["front page", "section", "address of the site", "called a collection"],
)
def test_lists_of_stories_are_no_articles(shown: str, url: str) -> None:
    assert rejected(shown, url=url).reason == "not_an_article"


def test_an_article_with_many_teasers_below_it_is_one() -> None:
    teasers = front_page().split("<main>")[1].split("</main>")[0]
    assert draft(page(below=f'<div class="related">{teasers}</div>', text=TEXT * 3), url=ADDRESS)


def test_a_page_that_says_it_is_an_article_is_believed() -> None:
    assert draft(page(json_ld(ARTICLE)), url="https://www.harbourpost.example/").title == "Dam breached"


@pytest.mark.parametrize(
    "title",
    ["404 Not Found", "Page not found", "Error 404: page not found", "Access Denied", "Just a moment...", "301 Moved",
     "Attention Required! | Cloudflare", "Sorry, the page you requested was not found", "Страница не найдена"],
)  # fmt: skip
def test_error_pages_are_no_articles(title: str) -> None:
    shown = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{TEXT[0]} {TEXT[1]}</p></body></html>"
    assert rejected(shown).reason == "not_an_article"


@pytest.mark.parametrize(
    "title",
    ["500 killed in strike, ministry says", "Access denied to aid workers", "Forbidden City opens again",
     "Found: the lost town", "404 days in captivity"],
)  # fmt: skip
def test_headlines_that_sound_like_errors_are_articles(title: str) -> None:
    assert draft(page(title=title)).title == title


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!-- nothing -->", "no_text"),
        (b"<html><body></body></html>", "no_text"),
        (b"<html><head><title>Dam</title></head><body><p>Loading.</p></body></html>", "no_text"),
        (b"<html>" + bytes(range(32)) * 400, "binary"),
    ],
)
def test_a_page_without_a_text_is_rejected_with_the_reason(data: bytes, reason: str) -> None:
    assert rejected(data).reason == reason


# --- what fits


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html>\n<html>",
        b"\xef\xbb\xbf\r\n\r\n<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>",
        b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html>',
        b"<!-- saved from url=(0020)https://example.org/ -->\n<html><head>",
        b"  <HEAD><META charset=utf-8>",
        b"<body bgcolor=white>",
        page().encode("utf-16"),
        page().encode("utf-16-le"),
        front_page().split("<main>")[1].encode(),
    ],
)
def test_html_is_known_by_what_it_holds(head: bytes) -> None:
    assert fits(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>',
        b'<?xml version="1.0"?><rdf:RDF xmlns="http://purl.org/rss/1.0/">',
        b"<!DOCTYPE lewis SYSTEM 'lewis.dtd'>\n<REUTERS TOPICS='YES'>",
        b"<!DOCTYPE rss>",
        b"<doc><title>Dam</title></doc>",
        b"Dam breached\nHarbour Post, 6 June 2023\n\n<p>Water rose.</p>",
        b"<p>Water <b>rose</b> in the villages.</p>",
        b'{"title": "<html>", "body": "<p>Water rose.</p>"}',
        b"title,body\nDam,<html><body>Water rose.</body></html>",
        b"<!-- " * 10_000,
    ],
)
def test_what_is_no_html_does_not_fit(head: bytes) -> None:
    assert not fits(head)

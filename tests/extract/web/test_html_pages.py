"""Pages saved from the web: what they give, what is no article, encodings, and what may not hang."""

import gzip
import random
import zipfile
from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_pages import ADDRESS, ARTICLE, BODY, RUSSIAN, SOURCE, TEXT, draft, json_ld, page, rejected

from tasks.extract.web.html_authors import names
from tasks.extract.web.html_pages import fits, read


@pytest.mark.parametrize(
    "stated",
    [
        pytest.param(ARTICLE, id="one object"),
        pytest.param([{"@type": "BreadcrumbList", "itemListElement": []}, ARTICLE], id="list"),
        pytest.param({"@graph": [{"@type": "WebPage", "name": "Page"}, ARTICLE]}, id="graph"),
        pytest.param({"@type": "WebPage", "mainEntity": {**ARTICLE, "@type": ["Article", "NewsArticle"]}}, id="nested"),
        pytest.param(
            {
                "@graph": [
                    {**ARTICLE, "author": [{"@id": "#a"}, {"@id": "#j"}], "publisher": {"@id": "#p"}},
                    {"@type": "Person", "@id": "#a", "name": "Anna Petrosyan"},
                    {"@type": "Person", "@id": "#j", "name": "John Doe"},
                    {"@type": "Organization", "@id": "#p", "name": "The Harbour Post"},
                ]
            },
            id="graph with references",
        ),
    ],
)
def test_json_ld_gives_the_metadata_in_each_of_its_forms(stated: object) -> None:
    found = draft(page(json_ld(stated)), url=ADDRESS)
    assert (found.title, found.outlet, found.author) == ("Dam breached", "The Harbour Post", "Anna Petrosyan, John Doe")
    assert (found.date, found.date_basis, found.categories) == ("2023-06-06T05:00:00+03:00", "stated", ("World",))
    assert (found.body, found.url, found.language) == (BODY, ADDRESS, "en")


def test_json_ld_that_is_broken_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>' + json_ld(ARTICLE)
    assert draft(page(head)).author == "Anna Petrosyan, John Doe"


def test_json_ld_that_is_nested_without_end_is_passed_over() -> None:
    nested = f'{{"@type": "NewsArticle", "headline": "Dam", "author": {"[" * 900}{"]" * 900}}}'
    many = json_ld({**ARTICLE, "author": [{"@id": "#x"}] * 50_000})
    head = (
        f'<script type="application/ld+json">{nested}</script><script type="application/ld+json">{"[" * 9999}</script>'
    )
    assert draft(page(head + many)).body == BODY


def test_the_node_of_the_page_itself_is_taken_where_it_mentions_others() -> None:
    other = {**ARTICLE, "headline": "Envoys meet", "author": {"name": "Mary Major"}, "url": "https://h.example/envoys"}
    head = json_ld([other, {**ARTICLE, "url": ADDRESS}]) + f'<link rel="canonical" href="{ADDRESS}">'
    assert draft(page(head)).author == "Anna Petrosyan, John Doe"


def test_meta_elements_give_what_no_json_ld_states() -> None:
    head = f"""<meta property="og:site_name" content="Harbour Post - News from the coast">
        <meta property="og:title" content="Dam breached | Harbour Post"><link rel="canonical" href="{ADDRESS}">
        <meta property="article:published_time" content="2023-06-06T05:00:00Z">
        <meta property="article:modified_time" content="2023-06-09T05:00:00Z">
        <meta name="author" content="By Anna Petrosyan"><meta name="keywords" content="dams, floods">"""
    found = draft(page(head))
    assert (found.title, found.outlet, found.author) == ("Dam breached", "Harbour Post", "Anna Petrosyan")
    assert (found.url, found.date, found.categories) == (ADDRESS, "2023-06-06T05:00:00Z", ("dams", "floods"))


def test_a_page_without_metadata_gives_what_it_shows() -> None:
    above = '<p class="byline">By Anna Petrosyan</p><time datetime="2023-06-06T05:00+03:00">6 June 2023</time>'
    found = draft(page(above=above), url=ADDRESS)
    assert (found.title, found.outlet, found.author) == ("Dam breached", "Harbour Post", "Anna Petrosyan")
    assert (found.date, found.body) == ("2023-06-06T05:00+03:00", BODY)


def test_what_surrounds_a_page_stands_in_for_what_it_does_not_state() -> None:
    found = draft(page(), url="https://news.example.org/1", date="2023-06-07T10:00:00Z")
    assert (found.url, found.date, found.date_basis) == ("https://news.example.org/1", "2023-06-07T10:00:00Z", "header")
    assert draft(page(json_ld(ARTICLE)), date="2023-06-07").date_basis == "stated"


def test_of_statements_of_one_day_the_one_with_a_zone_is_taken() -> None:
    head = json_ld({**ARTICLE, "datePublished": "2023-06-06T05:00:00"})
    head += '<meta property="article:published_time" content="2023-06-06T05:00:00+03:00">'
    assert draft(page(head)).date == "2023-06-06T05:00:00+03:00"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (f'<link rel="canonical" href="{ADDRESS}">', ADDRESS),
        ('<base href="https://www.harbourpost.example/"><link rel="canonical" href="/2023/06/dam-breached">', ADDRESS),
        (f'<link rel="canonical" href="https://h.example/"><meta property="og:url" content="{ADDRESS}">', ADDRESS),
        ("", "https://elsewhere.example/1"),
    ],
    ids=["canonical", "relative to the base", "not the front page", "from elsewhere"],
)
def test_the_address_is_that_of_the_page(head: str, expected: str) -> None:
    assert draft(page(head), url="https://elsewhere.example/1").url == expected


@pytest.mark.parametrize(
    "comment",
    [
        f"<!-- saved from url=(0046){ADDRESS} -->",
        f"<!--\n Page saved with SingleFile \n url: {ADDRESS} \n saved date: Tue Jun 06 2023\n-->",
    ],
)
def test_browsers_note_the_address_that_they_saved(comment: str) -> None:
    saved = page().replace("<html", f"{comment}\n<html")
    assert fits(saved.encode())
    assert draft(saved).url == ADDRESS


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Anna Petrosyan", "Anna Petrosyan"),
        ("By Anna Petrosyan and John Doe, Staff Writers", "Anna Petrosyan, John Doe"),
        ("Anna Petrosyan (anna@example.org) | Foreign Correspondent", "Anna Petrosyan"),
        ("Written by: Anna Petrosyan for Harbour Post", "Anna Petrosyan"),
        ("John Doe, Jr., and Anna Petrosyan", "John Doe, Jr, Anna Petrosyan"),
        ("John (JD) Doe @jdoe", "John Doe"),
        ("Anna Petrosyan Tuesday, June 6, 2023", "Anna Petrosyan"),
        ("https://www.facebook.com/anna", ""),
        ("admin", ""),
        ("6 June 2023 10:15", ""),
    ],
)
def test_authors_are_names_and_nothing_else(byline: str, expected: str) -> None:
    assert names([byline]) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Dam breached - Harbour Post", "Dam breached"),
        ("Dam breached | World | Harbour Post", "Dam breached | World"),
        ("Dam breached – live – The Harbour Post", "Dam breached – live"),
        ("Harbour Post: dam breached", "Harbour Post: dam breached"),
        ("Armenia - Azerbaijan: envoys meet", "Armenia - Azerbaijan: envoys meet"),
    ],
)
def test_a_title_loses_the_name_of_the_outlet_only(title: str, expected: str) -> None:
    head = f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="Harbour Post">'
    assert draft(page(head).replace("<h1>Dam breached</h1>", "")).title == expected


def test_the_name_of_a_paper_is_known_from_its_host() -> None:
    shown = page().replace("Harbour Post</title>", "The New York Herald</title>")
    assert draft(shown, url="https://www.nyherald.example/1").outlet == "The New York Herald"
    assert draft(shown, url="https://www.other.example/1").outlet == "other.example"


def test_furniture_does_not_come_into_the_text() -> None:
    above = "<p>By Anna Petrosyan</p><p>Published 6 June 2023, 10:15 am</p>"
    below = """<p>Read more: Envoys meet in the capital</p>
        <p><a href="/a">Why the second dam may be next to break</a></p>
        <p>Share this article</p><p>Follow us on Twitter and Facebook</p>
        <p>© 2023 Harbour Post. All rights reserved.</p>
        <div id="comments"><p>I saw the water come. It was terrible to see, and nobody was there to help.</p></div>"""
    assert draft(page(json_ld(ARTICLE), above=above, below=below)).body == BODY


def test_sentences_that_begin_like_furniture_stay() -> None:
    text = (
        *TEXT,
        "Related deaths rose to 40 on Wednesday, the hospital in the district town told reporters by telephone.",
        "More than 300 houses were lost. Copyright holders of the maps asked for their return after the flood.",
    )
    assert draft(page(text=text)).body == "\n\n".join(text)


def test_an_article_that_is_cut_into_containers_is_read_whole() -> None:
    parts = [[f"{text} Part {number}." for text in TEXT] for number in range(3)]
    containers = "<aside>Advertisement</aside>".join(
        '<div class="article__body chunk">' + "".join(f"<p>{text}</p>" for text in part) + "</div>" for part in parts
    )
    whole = f"<!doctype html><html><body><article><h1>Dam breached</h1>{containers}</article></body></html>"
    assert draft(whole).body.split("\n\n") == [text for part in parts for text in part]


def test_the_text_that_a_page_states_stands_in_where_it_shows_none() -> None:
    shown = page(json_ld({**ARTICLE, "articleBody": "\n".join(TEXT)}), text=("Subscribe to read on.",))
    assert draft(shown).body == BODY


def test_an_article_without_a_text_gives_its_summary() -> None:
    head = json_ld(ARTICLE) + '<meta name="description" content="Water rose in the villages below the dam.">'
    assert draft(page(head, text=())).body == "Water rose in the villages below the dam."


# --- encodings


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "windows-1251"),
        ('<meta charset="windows-1251">', "windows-1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        ('<meta charset="iso-8859-1">', "utf-8"),
        ('<meta charset="iso-8859-1">', "windows-1251"),
        ('<meta charset="utf-8">', "windows-1251"),
        ('<meta charset="nonsense">', "utf-8"),
    ],
)
def test_russian_is_read_whatever_encoding_is_declared(declared: str, encoding: str) -> None:
    found = draft(page(declared, title="Плотина разрушена", text=RUSSIAN).encode(encoding))
    assert (found.title, found.body) == ("Плотина разрушена", "\n\n".join(RUSSIAN))


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        (
            "cp1252",
            "iso-8859-1",
            "Le président a déclaré à l’Assemblée que la grève avait échoué – c’était « terminé ».",
        ),
        ("gb18030", "gb2312", "总统星期二在议会表示，两国已经就停火达成协议，边境将于下周重新开放，双方将交换战俘。"),
        (
            "shift_jis",
            "Shift_JIS",
            "大統領は火曜日、議会で両国が停戦に合意したと述べ、国境は来週再開されると明らかにした。",
        ),
    ],
)
def test_the_declared_encoding_is_read_as_browsers_read_it(encoding: str, declared: str, text: str) -> None:
    shown = page(f'<meta charset="{declared}">', text=(text * 2, text * 3, text * 4))
    assert draft(shown.encode(encoding)).body == "\n\n".join((text * 2, text * 3, text * 4))


# --- what may not hang or crash


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body>" + b"<div>" * 100_000, "too_large"),
        (b"<html><body><p " + b" ".join(b'a%d="<"' % n for n in range(250_000)), "too_large"),
        (b"<html><body>" + b"<p>Water rose.</p>" * 30_000, "too_large"),
        (b"<html><body>" + b"Water rose. " * 300_000, "too_large"),
        (b"<html>" + b"<a><b></i>" * 1_100_000, "too_large"),
        (b"<html><!--" + b"<!--" * 500_000, "no_text"),
    ],
    ids=["deep", "attributes", "elements", "text", "bytes", "comment without an end"],
)
def test_work_on_a_hostile_page_is_bounded(data: bytes, reason: str) -> None:
    assert rejected(data).reason == reason


def test_entities_do_not_grow() -> None:
    declared = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert len(draft(page(text=(*TEXT, "&b;" * 100)).replace("<!DOCTYPE html>", declared)).body) < 2_000


def test_pictures_within_a_page_do_not_count() -> None:
    picture = f'<img src="data:image/png;base64,{"iVBORw0KGgo" * 1_500_000}">'
    assert draft(page(above=picture)).body == BODY


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    fits(data)
    assert len(list(read(data, SOURCE))) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div class=article-body>", "<article>", "<a href='", "'>", "<title>", "</title>", "é",
             "<script type=application/ld+json>", '{"@type":"NewsArticle","headline":', "[", "]", "}", '"', "</script>",
             "<!--", "-->", "<meta name=author content=", "<table><tr><td>", "&#0;", "&lt;", "\x00", "By ", TEXT[0],
             "<time datetime=2023-13-45>", "<h1>", "<br>", "<base href=http://[>", "<link rel=canonical href=//[x>",
             "<body>", "<head>"]
        ),
        max_size=60,
    )
)  # fmt: skip
def test_no_pieces_of_html_crash_the_reader(pieces: list[str]) -> None:
    assert len(list(read("".join(pieces).encode(), SOURCE, url="http://[", date="x"))) == 1


WORD = st.text(alphabet="abcdefghiklmnoprstuvzäéíñößжлмщ", min_size=2, max_size=11)
SENTENCE = st.lists(WORD, min_size=18, max_size=40).map(lambda words: " ".join(words).capitalize() + ".")


@settings(max_examples=30, deadline=None)
@given(
    title=st.lists(WORD, min_size=3, max_size=9).map(lambda words: " ".join(words).capitalize()),
    paragraphs=st.lists(SENTENCE, min_size=3, max_size=8, unique=True),
    author=st.sampled_from(["Anna Petrosyan", "Jean-Luc Abadie, Mary Major", "Юрий Фомин", "José Ñúñez"]),
    date=st.datetimes(datetime(1991, 1, 1), datetime(2029, 1, 1)),
    inner=st.sampled_from(["{}", "<b>{}</b>", "<span>{}</span>", "{} & <em>so</em>"]),
    stated=st.booleans(),
)
def test_what_is_written_into_a_page_is_read_out_of_it(
    title: str, paragraphs: list[str], author: str, date: datetime, inner: str, stated: bool
) -> None:
    when = f"{date:%Y-%m-%dT%H:%M:%S}+02:00"
    if stated:
        people = [{"@type": "Person", "name": name} for name in author.split(", ")]
        head = json_ld({"@type": "NewsArticle", "headline": title, "author": people, "datePublished": when})
        above = ""
    else:
        head = f'<meta property="og:title" content="{escape(title)} - Harbour Post">'
        above = "".join(f'<a rel="author" href="/people/1">{escape(name)}</a>' for name in author.split(", "))
        above = f'<div class="byline">By {above}<time datetime="{when}" class="published">then</time></div>'
    written = [inner.format(paragraph) for paragraph in paragraphs]
    found = draft(page(head, title=title, above=above, text=tuple(written)), url=ADDRESS)
    shown = [text if "&" not in inner else f"{text} & so" for text in paragraphs]
    assert found.body.split("\n\n") == shown
    assert (found.title, found.author, found.date, found.url) == (title, author, when, ADDRESS)


# --- real pages


def real_pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(folder / "data" / "html" / "scrapinghub_benchmark_html.zip") as pages:
        for name in sorted(pages.namelist()):
            yield name, gzip.decompress(pages.read(name))


def test_real_pages_of_articles_are_articles(real_data: Path) -> None:
    for name, data in list(real_pages(real_data))[::6]:
        assert fits(data[:65_536]), name
        found = draft(data)
        assert len(found.body) > 200, name
        assert found.title, name
        assert found.outlet or not found.url, name


def test_changed_real_pages_crash_nothing(real_data: Path) -> None:
    pages = sorted((data for _, data in real_pages(real_data)), key=len)[:30]
    chance = random.Random(20231005)
    for _ in range(5):
        for data in pages:
            changed = bytearray(data)
            for _ in range(chance.randrange(1, 30)):
                at = chance.randrange(len(changed))
                changed[at : at + chance.choice((0, 1, 1, 40, 3000))] = chance.choice(
                    (
                        b"",
                        b"<",
                        b">",
                        b'"',
                        b"\x00",
                        b"\xff",
                        b"</div>",
                        b"<div>",
                        b"<script>",
                        b"{",
                        bytes(changed[:500]),
                    )
                )
            assert len(list(read(bytes(changed), SOURCE))) == 1

"""Feeds of every kind, sound, broken, wrapped and hostile."""

import html
import random
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_feeds import ONE, SOURCE, TWO, atom, one, read, reasons, rss, titles

from tasks.extract.drafts import Draft, Reading, Rejected
from tasks.extract.web import feeds
from tasks.transform.articles import clean_line, clean_text, to_article

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://wader.example"><title>The Wader</title><items><rdf:Seq><rdf:li resource="x"/></rdf:Seq>
</items></channel>
<item rdf:about="https://wader.example/1"><title>Dam breached</title></item>
<item rdf:about="https://wader.example/2"><title>Envoys meet</title></item></rdf:RDF>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>The Wader</title>
<entry><title>Dam breached</title><issued>2023-06-06T05:10:00Z</issued></entry>
<entry><title>Envoys meet</title><issued>2023-06-07T05:10:00Z</issued></entry></feed>"""
PREFIXED = """<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>The Wader</a:title>
<a:entry><a:title>Dam breached</a:title></a:entry><a:entry><a:title>Envoys meet</a:title></a:entry></a:feed>"""

FORMS = {
    "RSS 2.0": rss(ONE, TWO),
    "RSS 0.91 with its document type": '<?xml version="1.0"?>\n<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD '
    'RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">\n' + rss(ONE, TWO).replace("2.0", "0.91"),
    "RSS 1.0": RDF,
    "Atom 0.3": ATOM_03,
    "Atom with a prefix": PREFIXED,
    "comments and a stylesheet before it": "<?xml version='1.0'?><!-- <feed> -->\n<?x href='x'?>" + rss(ONE, TWO),
    "blanks before it": "\ufeff \n\n" + rss(ONE, TWO),
    "entities defined before it": '<!DOCTYPE rss [ <!ENTITY nbsp "&#160;"> ]>' + rss(ONE, TWO),
    "within a page": f"<!DOCTYPE html><html><body>\n{ATOM_03}</body></html>",
    "within a script": "exports.feed = `\n" + rss(ONE, TWO).replace("\\", "\\\\") + "\n`;",
    "within a quoted script": 'var feed = "' + rss(ONE, TWO).replace('"', '\\"').replace("\n", "\\n") + '";',
    "after the head of its response": "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + rss(ONE, TWO),
    "after a warning of the server": "<br />\n<b>Warning</b>: no file <b>x.php</b> on line 3<br />\n" + rss(ONE, TWO),
    "two feeds in one file": rss(ONE) + '\n<?xml version="1.0"?>' + rss(TWO),
}  # fmt: skip


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_known_and_gives_the_same_two_articles(text: str) -> None:
    assert feeds.fits(text.encode())
    assert titles(text) == ["Dam breached", "Envoys meet"]
    assert len(read(text)) == 2
    assert {item.outlet for item in read(text)} == {"The Wader"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_a_feed_is_known_in_every_unicode_encoding(encoding: str) -> None:
    data = rss(ONE, TWO.replace("Envoys", "Посланники")).encode(encoding)
    assert feeds.fits(data[:65536])
    assert titles(data) == ["Dam breached", "Посланники meet"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "<!DOCTYPE html><html><body><p>A feed begins with <rss version='2.0'>.</p></body></html>", id="page"
        ),
        pytest.param(
            "<html><head><title>x</title></head><body><feed><entry></entry></feed></body></html>", id="page 2"
        ),
        pytest.param('<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="x"/></body></opml>', id="OPML"),
        pytest.param('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', id="sitemap"),
        pytest.param('<!DOCTYPE lewis SYSTEM "lewis.dtd">\n<REUTERS TOPICS="YES"><DATE>26-FEB-1987</DATE>', id="SGML"),
        pytest.param("<feed><product><title>Shoe</title></product></feed>", id="feed of products"),
        pytest.param('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x/></rdf:RDF>', id="other RDF"),
        pytest.param('{"xml": "<rss version=\'2.0\'><channel/></rss>"}', id="JSON"),
        pytest.param("title,text\n1,<rss version='2.0'>", id="table"),
        pytest.param("WARC/1.0\r\nWARC-Type: response\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<rss version='2.0'>", id="WARC"),
        pytest.param("How a feed looks: <rss version='2.0'><channel>", id="prose"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_feed_is_left_to_others(text: str) -> None:
    assert not feeds.fits(text.encode())


def test_every_field_of_an_item_is_taken() -> None:
    item = """<item><title>Dam &amp;amp; bridge</title><link>https://wader.example/1</link><guid>urn:1</guid>
      <description>Short.</description>
      <content:encoded><![CDATA[<p>First.</p><p>Second, longer.</p>]]></content:encoded>
      <dc:creator>Ann Heron</dc:creator><dc:creator>Bo Crane</dc:creator><category>World</category>
      <category>Dams, bridges</category><dc:language>fr</dc:language><pubDate>06/07/2023 10:00</pubDate>
      <dc:date>2023-07-06</dc:date></item>"""
    draft = one(rss(item))
    assert (draft.title, draft.outlet) == ("Dam &amp; bridge", "The Wader")
    assert draft.body == "<p>First.</p><p>Second, longer.</p>"
    assert (draft.author, draft.categories) == ("Ann Heron, Bo Crane", ("World", "Dams, bridges"))
    assert (draft.language, draft.url, draft.date) == ("fr", "https://wader.example/1", "06/07/2023 10:00")


def test_the_longest_text_is_measured_without_its_markup() -> None:
    text = (
        "<description>&lt;img src='https://wader.example/a-very-long-name-of-a-picture.png'/&gt; Short.</description>"
    )
    assert (
        one(rss(f"<item>{text}<content:encoded>This one is longer.</content:encoded></item>")).body
        == "This one is longer."
    )


def test_what_the_feed_states_stands_in_for_what_an_entry_does_not() -> None:
    head = "<title>The Wader</title><author><name>Ann Heron</name></author><updated>2023-06-08T01:02:03Z</updated>"
    draft = one(atom("<entry><title>Dam breached</title></entry>", head=head).replace("<feed ", '<feed xml:lang="de" '))
    assert (draft.outlet, draft.author, draft.language) == ("The Wader", "Ann Heron", "de")
    assert (draft.date, draft.date_basis) == ("2023-06-08T01:02:03Z", "header")


def test_the_name_of_an_atom_feed_may_follow_its_entries() -> None:
    assert (
        one(atom("<entry><title>Dam breached</title></entry><title>The Wader</title>", head="")).outlet == "The Wader"
    )


def test_address_and_date_of_the_response_stand_in_where_the_feed_states_none() -> None:
    draft = one(rss("<item><title>Dam breached</title></item>"), "https://wader.example/feed", "2023-06-09")
    assert (draft.url, draft.date, draft.date_basis) == ("https://wader.example/feed", "2023-06-09", "header")


def test_a_relative_address_is_completed() -> None:
    item = "<item><title>Dam breached</title><link>/news/1</link></item>"
    assert one(rss(item), url="https://wader.example/rss/world").url == "https://wader.example/news/1"
    head = "<title>x</title><link>https://heron.example/</link>"
    assert one(rss(item, head=head)).url == "https://heron.example/news/1"


@pytest.mark.parametrize(
    "fields",
    [
        "<link>http://feeds.example/~r/x/~3/1/</link><feedburner:origLink>https://wader.example/1</feedburner:origLink>",
        "<link>http://feeds.example/~r/x/~3/1/</link><guid isPermaLink='false'>https://wader.example/1</guid>",
        "<guid>https://wader.example/1</guid>",
        "<link>https://www.google.com/url?rct=j&amp;url=https://wader.example/1&amp;ct=ga</link>",
        "<link>https://wader.example/1</link><guid>https://wader.example/?p=1</guid>",
    ],
)
def test_the_address_is_that_of_the_article(fields: str) -> None:
    assert one(rss(f"<item><title>Dam breached</title>{fields}</item>")).url == "https://wader.example/1"


def test_the_source_of_an_item_is_its_outlet() -> None:
    item = "<item><title>Dam breached</title><source url='https://heron.example'>The Heron</source></item>"
    assert one(rss(item)).outlet == "The Heron"


def test_a_search_is_no_outlet() -> None:
    assert one(rss(ONE, head="<title>Google Alert - dams</title>")).outlet == ""


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("<pubDate>Mon, 05 Jun 2023 10:00:00 +0400</pubDate>", "Mon, 05 Jun 2023 10:00:00 +0400"),
        ("<dc:date>2023-06-05T10:00:00+04:00</dc:date>", "2023-06-05T10:00:00+04:00"),
        ("<dc:date>1685944800</dc:date><pubDate>5 June 2023</pubDate>", "5 June 2023"),
        ("<pubDate>Mon, 05 Jun 23 10:00:00 GMT</pubDate>", "Mon, 05 Jun 23 10:00:00 GMT"),
        ("<pubDate>soon</pubDate><dc:date>2023-06-05</dc:date>", "2023-06-05"),
        ("<pubDate>5 июня 2023</pubDate>", "5 июня 2023"),
        ("<pubDate>2023년 06월 05일 오후 11:31:58</pubDate>", "2023년 06월 05일 오후 11:31:58"),
        ("<pubDate>soon</pubDate>", ""),
    ],
)
def test_the_date_is_the_text_that_can_be_read(fields: str, date: str) -> None:
    assert one(rss(f"<item><title>Dam breached</title>{fields}</item>")).date == date


def test_publication_goes_before_update() -> None:
    dates = "<updated>2023-06-09T00:00:00Z</updated><published>2023-06-06T05:00:00Z</published>"
    assert one(atom(f"<entry><title>Dam breached</title>{dates}</entry>")).date == "2023-06-06T05:00:00Z"


def test_an_item_without_title_and_text_is_a_row_of_its_own() -> None:
    text = rss(ONE, "<item><link>https://wader.example/3</link></item>", "<item/>", "<item><title/></item>", TWO)
    assert titles(text) == ["Dam breached", "Envoys meet"]
    assert reasons(text) == ["no_text"] * 3


def test_an_empty_item_within_another_leaves_that_whole() -> None:
    text = rss(ONE.replace("<description>", "<item /><description>"), TWO)
    assert [(item.title, item.body) for item in read(text) if isinstance(item, Draft)] == [
        ("Dam breached", "Water rose."),
        ("Envoys meet", "They talked."),
    ]
    assert reasons(text) == ["no_text"]


@pytest.mark.parametrize("text", [rss(), atom(), "<rss/>", "<rss>", "<opml/>", "no feed at all"])
def test_a_feed_without_items_is_exactly_one_row(text: str) -> None:
    assert reasons(text) == ["no_articles"]


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (bytes(range(256)) * 9, "binary")])
def test_what_is_no_text_is_one_row(data: bytes, reason: str) -> None:
    assert reasons(data) == [reason]


@pytest.mark.parametrize(
    "text", [rss(ONE, TWO), atom("<entry><title>Dé</title></entry>"), RDF, FORMS["within a script"]]
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_offsets_cut_the_item_out_of_the_bytes(text: str, encoding: str) -> None:
    if encoding == "cp1252":
        text = f"<?xml version='1.0' encoding='windows-1252'?>{text}"
    data = text.encode(encoding)
    for item in read(data):
        cut = data[item.start : item.end].decode("utf-16-le" if encoding == "utf-16" else encoding)
        assert cut.startswith(("<item", "<entry")), cut
        assert cut.endswith(("</item>", "</entry>"))


# Signs of windows-1252 in a row are what UTF-8 looks like when it was read wrongly, and are repaired as that.
SIGNS_OF_1252 = bytes(range(0x80, 0x100)).decode("cp1252", "ignore")
words = st.text(
    st.characters(
        exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"),
        exclude_characters=f"\ufffe\uffff{SIGNS_OF_1252}",
    ),
    min_size=1, max_size=40,
).filter(lambda text: clean_line(html.escape(text)) and clean_line(html.escape(text)) == clean_line(text))  # fmt: skip
names = st.text(st.sampled_from("ABCdefgh éłШя'-."), min_size=1, max_size=20).filter(lambda text: text.strip(" .'-"))
moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(
    lambda day: day.replace(microsecond=0, tzinfo=UTC)
)
articles = st.fixed_dictionaries(
    {
        "title": words,
        "body": st.lists(words, min_size=1, max_size=4),
        "url": st.integers(0, 10**9).map(lambda n: f"https://wader.example/a?b={n}&c=d"),
        "author": names,
        "date": moments,
    }
)
Article = dict[str, object]


def same(items: Reading | list[Draft | Rejected], written: list[Article]) -> None:
    drafts = [item for item in items if isinstance(item, Draft)]
    assert len(drafts) == len(written)
    for draft, article in zip(drafts, written, strict=True):
        paragraphs = article["body"]
        assert isinstance(paragraphs, list)
        assert clean_line(draft.title) == clean_line(html.escape(str(article["title"])))
        assert clean_text(draft.body) == "\n\n".join(clean_line(html.escape(text)) for text in paragraphs)
        assert (draft.url, clean_line(draft.author)) == (article["url"], clean_line(str(article["author"])))
        row = to_article(draft, SOURCE, raw_uri="x", raw_sha256="x", name="x")
        assert row["published_at"] in (article["date"], None)
        assert row["published_date"] == article["date"].date()  # type: ignore[attr-defined]


def paragraphs_as_html(article: Article) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in article["body"])  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(st.lists(articles, max_size=4), st.sampled_from(["utf-8", "utf-16", "utf-32-be"]))
def test_articles_written_as_rss_are_read_back(written: list[Article], encoding: str) -> None:
    items = [
        f"<item><title>{escape(html.escape(str(a['title'])))}</title><link>{escape(str(a['url']))}</link>"
        f"<dc:creator>{escape(str(a['author']))}</dc:creator>"
        f"<content:encoded><![CDATA[{paragraphs_as_html(a)}]]></content:encoded>"
        f"<pubDate>{a['date']:%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
        for a in written
    ]
    same(read(rss(*items).encode(encoding)), written)


@settings(max_examples=60, deadline=None)
@given(st.lists(articles, max_size=4), st.sampled_from(["html", "xhtml"]))
def test_articles_written_as_atom_are_read_back(written: list[Article], kind: str) -> None:
    entries = [
        f"<entry><title type='html'>{escape(html.escape(str(a['title'])))}</title><id>urn:{n}</id>"
        f"<link href={quoteattr(str(a['url']))}/><author><name>{escape(str(a['author']))}</name></author>"
        + (
            f"<content type='html'>{escape(paragraphs_as_html(a))}</content>"
            if kind == "html"
            else f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{paragraphs_as_html(a)}</div></content>"
        )
        + f"<published>{a['date']:%Y-%m-%dT%H:%M:%SZ}</published><updated>2031-01-01T00:00:00Z</updated></entry>"
        for n, a in enumerate(written)
    ]
    same(read(atom(*entries)), written)


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400))
def test_no_bytes_crash_the_reader(data: bytes, place: int) -> None:
    sound = rss(ONE, TWO).encode()
    for whole in (data, sound[:place] + data + sound[place:], sound[:place] + data):
        feeds.fits(whole)
        for item in read(whole):
            assert 0 <= item.start <= item.end <= len(whole)


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/&;![]CDATA -?\"'=\\ itemnryrsfdoxlhul:#"), max_size=120))
def test_no_markup_crashes_the_reader(text: str) -> None:
    for whole in (text, rss(f"<item><title>x</title>{text}</item>", TWO), f"<rss {text}><item><title>x</title></item>"):
        assert read(whole)


def test_real_feeds_in_old_encodings_are_read_rightly(real_data: Path) -> None:
    folder = real_data / "data" / "feeds"
    assert titles((folder / "iconv.xml").read_bytes())[1].startswith("ЧОПовцы в Оренбурге")
    assert titles((folder / "encoding.rss").read_bytes())[0] == "Mãe de utente é a nova presidente da Raríssimas"
    with zipfile.ZipFile(folder / "feedparser_encoding.zip") as archive:
        bodies = {
            name: item.body
            for name in archive.namelist()
            for item in read(archive.read(name))
            if isinstance(item, Draft)
        }
    assert bodies["euc-kr-item.xml"] == "년"
    assert bodies["http_text_xml_charset_2.xml"] == "This is a £“test.”"
    assert bodies["double-encoded-html.xml"] == "…"


def test_real_feeds_are_told_by_their_own_addresses_and_outlets(real_data: Path) -> None:
    folder = real_data / "data" / "feeds"
    alerts = read((folder / "google_alerts_atom.xml").read_bytes())
    assert not [item for item in alerts if isinstance(item, Draft) and (item.outlet or "google.com" in item.url)]
    script = read((folder / "reuters.js").read_bytes())
    assert all(isinstance(item, Draft) and "//www.reuters.com/article/" in item.url for item in script)


def test_real_feeds_that_were_damaged_are_read_to_their_end(real_data: Path) -> None:
    chance = random.Random(20231006)
    pieces = [
        b"<",
        b">",
        b"&",
        b"<![CDATA[",
        b"]]>",
        b"</item>",
        b"<item>",
        b"\xff",
        b"\x00",
        b"<!--",
        b"</entry>",
        b'"',
    ]
    paths = sorted(
        path for path in (real_data / "data" / "feeds").iterdir() if path.suffix in (".xml", ".rss", ".atom")
    )
    for path in paths * 4:
        data = bytearray(path.read_bytes()[: chance.randrange(200, 30_000)])
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(data))
            data[place : place + chance.choice([0, 1, 40, 400])] = chance.choice(pieces)
        feeds.fits(bytes(data))
        assert all(0 <= item.start <= item.end <= len(data) for item in read(bytes(data)))

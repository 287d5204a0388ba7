"""Web crawls, WARC and ARC: which records are read, what servers and crawlers get wrong, and damage."""

import csv
import gzip
import io
import random
import tracemalloc
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from written_crawls import DATE, LIMITS, PAGE, SOURCE, URL, answer, bodies, page, read, remarks, warc

from tasks.extract.drafts import Draft, Reading, Rejected, Remark
from tasks.extract.web import crawls
from tasks.extract.web.crawl_records import Record, records
from tasks.settings import Source


def test_an_article_has_address_date_and_the_bytes_of_its_record() -> None:
    before = warc("request", b"GET /dam HTTP/1.1\r\n\r\n")
    data = before + page()
    assert crawls.fits(data[:65_536])
    (draft,) = read(data)
    assert isinstance(draft, Draft)
    assert (draft.record, draft.url, draft.date, draft.date_basis) == (f"record 2 <{URL}>", URL, DATE, "header")
    assert data[draft.start : draft.end] == page()[:-4]
    assert draft.start == len(before)


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
def test_every_version_is_read(version: str) -> None:
    data = warc("response", answer(PAGE), f"<{URL}>", version=version)
    assert crawls.fits(data)
    (draft,) = read(data)
    assert isinstance(draft, Draft)
    assert draft.url == URL


@pytest.mark.parametrize(
    "columns", ["text/html {}", "text/html 200 5FX - 120 a.arc.gz {}"], ids=["version 1", "version 2"]
)
def test_the_older_arc_is_read(columns: str) -> None:
    block = b"1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n"
    lines = f"filedesc://a.arc 0.0.0.0 20040205060708 text/plain {len(block)}\n".encode() + block + b"\n"
    whole = answer(PAGE)
    for url in (URL, "https://www.example.org/with a blank"):
        lines += f"{url} 10.0.0.1 20040205060708 {columns.format(len(whole))}\n".encode() + whole + b"\n"
    lines += b"dns:example.org 10.0.0.1 20040205060708 text/dns 4\nA 10\n"
    assert crawls.fits(lines)
    first, second = read(lines)
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.body, first.url, first.date) == (PAGE, URL, "20040205060708")
    assert second.url == "https://www.example.org/with a blank"
    assert lines[first.start :].startswith(URL.encode())


@pytest.mark.parametrize(
    "other",
    [b"", b"\r\n", b"WARC", b"WARC/x\r\n", b"<html>WARC/1.0</html>", b"filedesc: a file\n", b"From a@example.org\r\n",
     b"The standard says:\n\nWARC/1.0\nWARC-Type: response\n"],
)  # fmt: skip
def test_other_files_are_no_crawls(other: bytes) -> None:
    assert not crawls.fits(other)


PACKED = {
    "gzip": gzip.compress(PAGE.encode()),
    "x-gzip": gzip.compress(PAGE.encode()),
    "deflate": zlib.compress(PAGE.encode()),
    "Deflate": zlib.compress(PAGE.encode(), wbits=-15),
    "br": brotli.compress(PAGE.encode()),
    "gzip, br": brotli.compress(gzip.compress(PAGE.encode())),
    "identity": PAGE.encode(),
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("chunked", [False, True], ids=["whole", "chunked"])
def test_payloads_are_unpacked(encoding: str, chunked: bool) -> None:
    body, fields = PACKED[encoding], [f"Content-Encoding: {encoding}"]
    if chunked:
        cut = len(body) // 2
        body = b"%x\r\n%s\r\n%x;ext=1\r\n%s\r\n0\r\n\r\n" % (cut, body[:cut], len(body) - cut, body[cut:])
        fields.append("Transfer-Encoding: Chunked")
    assert bodies(page(body, *fields)) == [PAGE]


FALSE_FIELDS = [
    "Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: deflate", "Content-Encoding: zstd",
    "Transfer-Encoding: chunked", "Content-Length: 7", "Content-Length: 99999999", "Content-Length: many",
    "no field at all", ": ",
]  # fmt: skip


@pytest.mark.parametrize("field", FALSE_FIELDS)
def test_what_a_server_falsely_says_does_no_harm(field: str) -> None:
    assert bodies(page(PAGE, field)) == [PAGE]


def test_a_payload_that_breaks_off_is_rejected_unless_only_its_checksum_is_missing() -> None:
    packed = gzip.compress(PAGE.encode() * 50)
    for missing in range(1, 9):
        assert bodies(page(packed[:-missing], "Content-Encoding: gzip")) == [PAGE * 50]
    assert bodies(page(packed[: len(packed) // 2], "Content-Encoding: gzip") + page()) == ["corrupt_payload", PAGE]
    assert bodies(page(brotli.compress(PAGE.encode())[:-9], "Content-Encoding: br")) == ["corrupt_payload"]
    assert bodies(page(b"\x28\xb5\x2f\xfd\x00\x00", "Content-Encoding: zstd")) == ["unknown_compression"]


def _brotlied(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=1))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": _brotlied}[encoding]
    bomb = pack(bytes(30_000_000))
    tracemalloc.start()
    found = read(page(bomb, f"Content-Encoding: {encoding}") + page(), replace(LIMITS, max_expansion=50))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [getattr(item, "reason", "") for item in found] == ["expands_too_much", ""]
    assert peak < 50_000_000


def test_resources_and_conversions_are_read_and_what_is_no_article_is_passed_over_quietly() -> None:
    data = b"".join(
        [
            warc("warcinfo", b"software: x\r\n"),
            warc("request", b"GET / HTTP/1.1\r\n\r\n"),
            warc("resource", PAGE.encode()),
            warc("conversion", b"Dam breached\nWater rose.\n", more="Content-Type: text/plain\r\n"),
            warc("metadata", b"a: b\r\n"),
            warc("resource", b"log", "metadata://gnu.org/software/wget/warc/wget.log"),
            warc("response", b"20230606 10.0.0.1", "dns:example.org", more="Content-Type: text/dns\r\n"),
            page(b"\x89PNG", media="image/png"),
            page("a{}", media="text/css"),
            page("User-agent: *", url="https://www.example.org/robots.txt", media="text/plain"),
            page("", "Location: /b", status="301 Moved"),
            page("<html>gone</html>", status="404 Not Found"),
        ]
    )
    assert bodies(data) == [PAGE, "Water rose."]
    assert remarks(data) == ""


def test_records_that_might_have_held_an_article_are_counted() -> None:
    data = b"".join(
        [
            page(),
            warc("revisit", answer("")),
            warc("continuation", b"x"),
            page("<html>later</html>", status="503 Service Unavailable"),
            page("<html>later</html>", status="503 Service Unavailable"),
            page(b"%PDF-1.7", media="application/pdf"),
            page(b"\x00\x01\x02\x03", media=""),
        ]
    )
    assert remarks(data) == (
        "records were passed over that might have held articles: answers with status 503 (2), pages unchanged since an "
        "earlier visit (1), later parts of records (1), files of other kinds (1), files of unknown kinds (1)"
    )


MEDIA = [
    "", "application/octet-stream", "text/html;charset=utf-8", "TEXT/HTML", "application/rss+xml", "application/json",
    "application/atom+xml; charset=x", "text/plain", "application/xml",
]  # fmt: skip


@pytest.mark.parametrize("media", MEDIA)
def test_texts_of_any_kind_are_read(media: str) -> None:
    assert bodies(page(PAGE, media=media)) == [PAGE]


def test_a_plain_conversion_has_its_first_line_as_title() -> None:
    (draft,) = read(
        warc("conversion", "Dam breached\nWater rose in Шуша.\n".encode(), more="Content-Type: text/plain\r\n")
    )
    assert isinstance(draft, Draft)
    assert (draft.title, draft.body, draft.date) == ("Dam breached", "Water rose in Шуша.", DATE)


def test_what_the_inner_reader_says_of_a_payload_is_one_record_of_ours() -> None:
    def two(payload: bytes, source: Source, url: str, date: str) -> Reading:
        yield Draft("#1", 0, 1, "one")
        yield Rejected("#2", "not_an_article", "no")

    def none(payload: bytes, source: Source, url: str, date: str) -> Iterator[Draft]:
        return iter(())

    first, second = crawls.read(io.BytesIO(page()), SOURCE, LIMITS, two)
    assert isinstance(first, Draft)
    assert isinstance(second, Rejected)
    assert (first.record, second.record) == (f"record 1 <{URL}> #1", f"record 1 <{URL}> #2")
    assert {(first.start, first.end), (second.start, second.end)} == {(0, len(page()) - 4)}
    (nothing,) = crawls.read(io.BytesIO(page()), SOURCE, LIMITS, none)
    assert isinstance(nothing, Rejected)
    assert nothing.reason == "no_articles"


RUSSIAN = "<html><body><p>Вода поднялась в сёлах.</p></body></html>"


@pytest.mark.parametrize(
    ("payload", "charset", "wanted"),
    [
        pytest.param(RUSSIAN.encode("cp1251"), "windows-1251", RUSSIAN, id="as its server says"),
        pytest.param(RUSSIAN.encode(), "windows-1251", RUSSIAN, id="UTF-8 whatever its server says"),
        pytest.param("“Я”".encode("utf-16"), "windows-1251", None, id="its byte order mark"),
        pytest.param(b'<meta charset="koi8-r">' + "Вода".encode("koi8-r"), "windows-1251", None, id="its meta element"),
        pytest.param(b'<?xml version="1.0" encoding="koi8-r"?>', "utf-8", None, id="its XML declaration"),
        pytest.param(b"caf\xe9 \x93a\x94", "iso-8859-1", "café “a”", id="latin-1 as browsers read it"),
        pytest.param("日本の水".encode("iso2022_jp"), "iso-2022-jp", "日本の水", id="seven bits"),
        pytest.param("Вода".encode("utf-16-le"), "utf-16le", "Вода", id="UTF-16 without a mark"),
        pytest.param(b"\xff" * 50, "utf-8", None, id="not what its server says"),
        pytest.param(b"\xff" * 50, "punycode", None, id="no encoding of texts"),
        pytest.param(b"\xff" * 50, "zlib", None, id="a compression"),
        pytest.param(b"\xff" * 50, "x-nonsense", None, id="unknown"),
        pytest.param(b"plain", "windows-1251", "plain", id="ASCII"),
    ],
)
def test_the_encoding_that_a_server_names_counts_where_the_payload_names_none(
    payload: bytes, charset: str, wanted: str | None
) -> None:
    given_on = payload if wanted is None else wanted.encode()
    (draft,) = read(page(payload, media=f"text/html; charset={charset}"))
    assert isinstance(draft, Draft)
    assert draft.body == given_on.decode("utf-8-sig", "surrogateescape")


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@hypothesis(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(TEXTS, st.integers(0, 10**6), st.sampled_from(["", "gzip", "deflate", "br"]), st.booleans(),
                  st.sampled_from(["response", "resource", "conversion"])),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["WARC/1.0", "WARC/1.1"]),
    st.booleans(),
)  # fmt: skip
def test_pages_written_by_another_program_and_read_back_lose_nothing(
    pages: list[tuple[str, int, str, bool, str]], version: str, packed: bool
) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("a.warc", {"software": "x"}))
    for text, number, encoding, chunked, kind in pages:
        body = f"<p>{text}".encode()
        fields, headers = [("Content-Type", "text/html; charset=utf-8")], None
        if kind == "response":
            if encoding:
                body = {"gzip": gzip.compress, "deflate": zlib.compress, "br": _brotlied}[encoding](body)
                fields.append(("Content-Encoding", encoding))
            if chunked:
                body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
                fields.append(("Transfer-Encoding", "chunked"))
            headers = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(f"https://www.example.org/{number}", kind, payload=io.BytesIO(body),
                                      http_headers=headers, warc_content_type="" if headers else "text/html",
                                      warc_headers_dict={"WARC-Date": DATE})
        )  # fmt: skip
    data = gzip.decompress(out.getvalue()) if packed else out.getvalue()
    found = [item for item in read(data) if not isinstance(item, Remark)]
    assert [(item.body, item.url, item.date) for item in found if isinstance(item, Draft)] == [
        (f"<p>{text}", f"https://www.example.org/{number}", DATE) for text, number, *_ in pages
    ]
    assert len(found) == len(pages)
    assert all(data[item.start : item.end].startswith(version.encode()) for item in found)


@hypothesis(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 700), st.integers(0, 80))
def test_no_bytes_crash_it_and_every_span_is_in_the_file(inserted: bytes, at: int, cut: int) -> None:
    whole = page() + warc("request", b"GET / HTTP/1.1\r\n\r\n") + page(gzip.compress(b"a"), "Content-Encoding: gzip")
    for data in (inserted, whole[:at] + inserted + whole[at + cut :]):
        crawls.fits(data)
        places = [(item.start, item.end) for item in read(data) if not isinstance(item, Remark)]
        assert places == sorted(places)
        assert all(0 <= start <= end <= len(data) for start, end in places)


FILES = {
    # name: records, articles, and why there are more records than the list of the files says
    "example.warc.gz": (6, 1, 0),
    "example.arc.gz": (2, 1, 0),
    # The list stops where gzip is not cut at the records; we unpack first.
    "example-bad-non-chunked.warc.gz": (6, 1, 5),
    "example-wrong-chunks.warc.gz": (2, 1, 1),  # the same: the gzip streams begin in the midst of records
    "example-trunc.warc": (4, 1, 0),  # two bytes of a checksum are lost
    "example-iana.org-chunked.warc": (3, 1, 0),
    "google.warc": (10, 1, 0),  # two redirects; the page asks for consent
    "frontpages.warc.gz": (10, 1, 0),  # a redirect and a 404
    "resiliparse_warcfile.warc.gz": (50, 16, 0),
}


def real(real_data: Path, name: str) -> bytes:
    data = (real_data / "data/warc" / name).read_bytes()
    unpacked = b""
    while data.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
        unpacked += unpacker.decompress(data)
        data = unpacker.unused_data
    return unpacked or data


@pytest.mark.parametrize("name", FILES)
def test_every_real_record_is_found(real_data: Path, name: str) -> None:
    with (real_data / "data/MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        stated = next(int(row["rows"]) for row in csv.DictReader(file) if row["path"] == f"warc/{name}")
    data = real(real_data, name)
    assert crawls.fits(data[:65_536])
    found = list(records(io.BytesIO(data), LIMITS.max_member_bytes, crawls.passed_over))
    assert all(isinstance(record, Record) and not record.misstated for record in found)
    count, articles, more = FILES[name]
    assert len(found) == count == stated + more
    read_records = read(data)
    assert Counter(type(item).__name__ for item in read_records)["Draft"] == articles
    assert not [item for item in read_records if isinstance(item, Rejected)]
    assert sum(isinstance(record, Record) and bool(record.passed_over) for record in found) == count - articles


def test_real_pages_that_name_their_encoding_are_handed_on_as_they_are(real_data: Path) -> None:
    data = real(real_data, "resiliparse_warcfile.warc.gz")
    found = [item for item in read(data) if isinstance(item, Draft)]
    for draft in found:
        payload = draft.body.encode("utf-8", "surrogateescape")
        assert payload in data[draft.start : draft.end]
    russian = next(draft for draft in found if "01spb.ru" in draft.url)
    assert "компани" in russian.body.encode("utf-8", "surrogateescape").decode("cp1251")


def test_damaged_real_crawls_are_drafts_or_rejected(real_data: Path) -> None:
    wholes = [real(real_data, name)[:120_000] for name in FILES]
    chance = random.Random(21)
    for _ in range(300):
        data = bytearray(chance.choice(wholes))
        for _ in range(chance.randrange(20)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.5:
            begin = chance.randrange(len(data))
            del data[begin : begin + chance.randrange(2000)]
        if chance.random() < 0.5:
            other = chance.choice(wholes)
            data[chance.randrange(len(data)) :] = other[chance.randrange(len(other)) :]
        places = [(item.start, item.end) for item in read(bytes(data)) if not isinstance(item, Remark)]
        assert places == sorted(places)
        assert all(0 <= start <= end <= len(data) for start, end in places)


def test_a_crawl_that_holds_no_page_is_one_row() -> None:
    data = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nhere\r\n\r\n"
    assert [(item.record, item.reason) for item in read(data) if isinstance(item, Rejected)] == [("", "no_articles")]

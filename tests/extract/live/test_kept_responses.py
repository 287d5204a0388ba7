"""Responses as WARC files: what comes out is what went in."""

import gzip
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tasks.extract.live.http_get import Response
from tasks.extract.live.kept_responses import KeptResponses, warc

AT = datetime(2026, 11, 14, 9, 30, 5, tzinfo=UTC)
URL = "https://news.example/feed"


def response(*headers: tuple[bytes, bytes], body: bytes = b"<rss/>") -> Response:
    return Response(URL, AT, 200, b"HTTP/1.1 200 OK", headers, body)


def test_headers_and_body_stand_in_the_file_as_they_came() -> None:
    odd = (b"x-ODD", "naïve é".encode("latin-1"))
    written = gzip.decompress(warc(URL, response((b"Content-Type", b"text/xml"), odd, odd)))
    head, _, block = written.partition(b"\r\n\r\n")
    assert block == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n" + b"x-ODD: na\xefve \xe9\r\n" * 2 + b"\r\n<rss/>\r\n\r\n"
    )
    assert b"WARC-Target-URI: https://news.example/feed\r\n" in head
    assert b"WARC-Date: 2026-11-14T09:30:05Z\r\n" in head
    assert b"WARC-Type: response" in head


def test_chunks_that_are_undone_are_not_announced() -> None:
    written = gzip.decompress(warc(URL, response((b"Transfer-Encoding", b"chunked"))))
    assert b"\r\nX-Crawl-Transfer-Encoding: chunked\r\n" in written
    assert b"\r\nTransfer-Encoding" not in written


def test_the_same_response_gives_the_same_bytes() -> None:
    assert warc(URL, response()) == warc(URL, response())
    assert warc(URL, response()) != warc(URL + "2", response())


@given(st.binary(max_size=2000))
def test_no_body_is_changed(body: bytes) -> None:
    record = next(iter(ArchiveIterator(BytesIO(warc(URL, response(body=body))), check_digests="raise")))
    assert record.raw_stream.read() == body


def test_the_newest_response_of_an_address_is_found_over_months(tmp_path: Path) -> None:
    responses = KeptResponses(tmp_path, 1000)
    for month in (11, 12):
        at = AT.replace(month=month)
        responses.keep(URL, Response(URL, at, 200, b"HTTP/1.1 200 OK", ((b"ETag", b'"%d"' % month),), b"%d" % month))
    responses.keep("https://other.example/", response(body=b"other"))
    for looked_at in (responses, KeptResponses(tmp_path, 1000)):
        newest = looked_at.newest(URL)
        assert newest is not None
        assert (newest.content, newest.conditions) == (b"12", {"If-None-Match": '"12"'})
        assert looked_at.has(URL)
        assert not looked_at.has(URL + "2")
    assert [path.parent.name for path in sorted(tmp_path.rglob("*.warc.gz"))] == ["2026-11", "2026-11", "2026-12"]


@settings(max_examples=30)
@given(st.binary(max_size=300))
def test_no_damage_of_a_raw_file_is_an_error(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        responses = KeptResponses(Path(folder), 1000)
        path = responses.keep(URL, response())
        path.write_bytes(gzip.compress(content))
        responses.newest(URL)
        path.write_bytes(content)
        assert responses.newest(URL) is None

"""Damaged, hostile and over-large crawls: a fault costs one record, and what follows is read."""

import io
import tracemalloc
from dataclasses import replace

import pytest
from written_crawls import LIMITS, PAGE, SOURCE, answer, as_it_came, bodies, page, read, remarks, warc

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.web import crawls


@pytest.mark.parametrize("length", [0, 50, 10_000, 10**15, 10**18], ids=str)
def test_a_record_of_false_length_ends_where_the_next_one_begins(length: int) -> None:
    data = page() + warc("response", answer(PAGE), length=length) + page(PAGE.replace("Dam", "Dyke"))
    assert bodies(data) == [PAGE, PAGE, PAGE.replace("Dam", "Dyke")]
    assert "longer or shorter than they say were read up to the next one (1)" in remarks(data)


def test_a_crawl_within_a_page_is_part_of_the_page() -> None:
    body = "<html><pre>\nWARC/1.0\nWARC-Type: response\nContent-Length: 3\n\nabc\n</pre></html>"
    assert bodies(page(body) + page()) == [body, PAGE]


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [
        pytest.param((b"WARC/1.0\r\nWARC-Type", b""), [PAGE, "damaged_record", PAGE], id="no first line"),
        pytest.param((b"WARC/1.0", b"XARC/1.0"), [PAGE, "damaged_record", PAGE], id="a broken first line"),
        pytest.param((b"Content-Length: ", b"Content-Weight: "), [PAGE, "damaged_record", PAGE], id="no length"),
        pytest.param(
            (b"Content-Length: ", b"Content-Length: -"), [PAGE, "damaged_record", PAGE], id="a length below 0"
        ),
        pytest.param(
            (b"Content-Length: ", "Content-Length: ²".encode()), [PAGE, "damaged_record", PAGE], id="no number"
        ),
        pytest.param((b"WARC-Date: 2023", b""), [PAGE, PAGE, PAGE], id="a broken date"),
        pytest.param((b"Water", b"Wat"), [PAGE, PAGE.replace("Water", "Wat"), PAGE], id="lost bytes in the page"),
        pytest.param((b"HTTP/1.1 200 OK\r\n", b""), [PAGE, None, PAGE], id="no answer"),
    ],
)
def test_damage_costs_one_record_and_reading_goes_on(cut: tuple[bytes, bytes], wanted: list[str | None]) -> None:
    found = [body.strip() for body in bodies(page() + page().replace(*cut, 1) + page())]
    assert [None if want is None else got for got, want in zip(found, wanted, strict=True)] == wanted


def test_bytes_before_the_first_record_and_the_cut_end_are_one_row_each() -> None:
    data = b"XXRC/1.0\r\nWARC-Type: response\r\n\r\n\r\n" + page() + page()[:-40]
    assert crawls.fits(data)
    assert bodies(data) == ["damaged_record", PAGE, "truncated_record"]
    lost, _, cut = (item for item in read(data) if isinstance(item, Draft | Rejected))
    assert (lost.start, cut.end) == (0, len(data))


def test_zeros_and_blanks_between_records_mean_nothing() -> None:
    assert bodies(page() + bytes(5000) + b"\r\n" * 5000 + page() + b"\n\x00") == [PAGE, PAGE]


def test_segments_are_rejected_and_cut_pages_are_read_with_a_remark() -> None:
    data = warc("response", answer(PAGE), more="WARC-Segment-Number: 1\r\n")
    data += warc("response", answer(PAGE), more="WARC-Truncated: length\r\n")
    assert bodies(data) == ["segmented_record", PAGE]
    assert "the crawler cut records short (1)" in remarks(data)


class Zeros(io.RawIOBase):
    """A stream that reads forwards only: some bytes, very many zeros, and some bytes again."""

    def __init__(self, before: bytes, zeros: int, after: bytes) -> None:
        self.parts = [before, *([bytes(1 << 20)] * (zeros >> 20)), after]

    def read(self, size: int = -1) -> bytes:
        if not self.parts:
            return b""
        part = self.parts.pop(0)
        if 0 <= size < len(part):
            self.parts.insert(0, part[size:])
        return part[:size]


@pytest.mark.parametrize("media", ["text/html", "video/mp4"])
def test_a_record_above_the_limit_is_not_held(media: str) -> None:
    size = 100 << 20
    begin = warc("response", answer(b"", media=media), length=len(answer(b"", media=media)) + size)[:-4]
    stream = Zeros(begin, size, b"\r\n\r\n" + page())
    tracemalloc.start()
    found = list(crawls.read(stream, SOURCE, replace(LIMITS, max_member_bytes=1 << 20), as_it_came))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000
    assert [getattr(item, "reason", "") for item in found if not isinstance(item, Remark)] == (
        ["too_large", ""] if media == "text/html" else [""]
    )


def test_a_long_record_within_the_limit_is_whole() -> None:
    body = "<p>" + "water " * 4_000_000
    assert bodies(page(body) + page()) == [body, PAGE]
    data = warc("response", answer(body), length=10**12)
    assert bodies(data + page()) == ["too_large", PAGE]


HOSTILE = [
    b"WARC/1.0\r\n", b"WARC/1.0\r\nA-B:\r\n\r\n", b"WARC/1.0\r\nContent-Length: 99\r\n\r\n",
    b"\nWARC/1.0\r\nContent-Length: 5\r\n\r\n", b"a:" * 30 + b" ", b"a: 1.1.1.1 20230606050000 a 99\n",
    b"ab:c 1.1.1.1 20230606050000 a 9\n", b"\r\n ", b"\x00", b"WARC-Type: a\r\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_bytes_take_little_work(piece: bytes) -> None:
    for begin in (b"WARC/1.0\r\nWARC-Type: response\r\n", b"filedesc:a 1.1.1.1 20230606050000 a 9\n"):
        assert read(begin + piece * (200_000 // len(piece)))

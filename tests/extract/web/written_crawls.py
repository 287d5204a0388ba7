"""Crawls that the tests of their reader write, and what it makes of them."""

import io
from pathlib import Path

from tasks.extract.drafts import Draft, Reading, Rejected, Remark
from tasks.extract.web import crawls
from tasks.settings import Settings, Source, path_source

SOURCE = path_source(Path("crawl"))
LIMITS = Settings()
PAGE = "<html><head><title>Dam breached</title></head><body><p>Water rose in the villages.</p></body></html>"
URL = "https://www.example.org/dam"
DATE = "2023-06-06T05:00:00Z"


def as_it_came(payload: bytes, source: Source, url: str, date: str) -> Reading:
    """A reader that hands on what it was given."""
    text = payload.decode("utf-8-sig", "surrogateescape")
    yield Draft("#1", 0, len(payload), body=text, url=url, date=date, date_basis="header")


def warc(
    kind: str, block: bytes, url: str = URL, length: int | None = None, more: str = "", version: str = "1.0"
) -> bytes:
    media = "application/http; msgtype=response" if block.startswith(b"HTTP/") else "text/html"
    head = f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {DATE}\r\n"
    if "Content-Type" not in more:
        head += f"Content-Type: {media}\r\n"
    stated = len(block) if length is None else length
    return f"{head}{more}Content-Length: {stated}\r\n\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes | str, *fields: str, status: str = "200 OK", media: str = "text/html") -> bytes:
    body = body.encode() if isinstance(body, str) else body
    head = "\r\n".join([f"HTTP/1.1 {status}", *([f"Content-Type: {media}"] if media else []), *fields])
    return head.encode() + b"\r\n\r\n" + body


def page(body: bytes | str = PAGE, *fields: str, url: str = URL, **other: str) -> bytes:
    return warc("response", answer(body, *fields, **other), url)


def read(data: bytes, limits: Settings = LIMITS) -> list[Draft | Rejected | Remark]:
    return list(crawls.read(io.BytesIO(data), SOURCE, limits, as_it_came))


def bodies(data: bytes) -> list[str]:
    return [
        item.body if isinstance(item, Draft) else item.reason for item in read(data) if not isinstance(item, Remark)
    ]


def remarks(data: bytes) -> str:
    return "; ".join(item.text for item in read(data) if isinstance(item, Remark))

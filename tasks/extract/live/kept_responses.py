"""Keeps the responses of live sources as raw files, and finds the newest one of an address.

    <lake>/raw/<source>/<YYYY-MM>/<time of the response>-<id of the address>.warc.gz

One WARC file holds one response: its headers as they came and its body as it came, still in its Content-Encoding. Such
a file is never changed, so a run over it can be repeated without the network. Transfer-Encoding is undone by then; its
header is kept as X-Crawl-Transfer-Encoding, as Common Crawl does, or readers would look for chunks that are gone.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from tasks.errors import UnreadableError
from tasks.extract.content_encoding import decoded
from tasks.extract.live.http_get import Response
from tasks.load.parquet_files import write_bytes
from tasks.staging import content_id

ENDING: Final = ".warc.gz"


@dataclass(frozen=True, slots=True)
class Kept:
    """A response that was kept: its address after redirects, its headers (names in lower case), its plain body."""

    url: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for an answer only if it would be another one (RFC 9110, 13.1)."""
        pairs = (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
        return {name: self.headers[validator] for name, validator in pairs if self.headers.get(validator)}


class KeptResponses:
    """The responses of one source; `folder` need not be there. At most `limit` bytes of a body are looked at.

    The folder is looked through once: after a year it has thousands of files, and one feed hundreds of links.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        self._limit = limit
        self._files: defaultdict[str, list[Path]] = defaultdict(list)  # by the id of the address
        for path in folder.glob(f"*/*-*{ENDING}"):
            self._files[path.name.removesuffix(ENDING).rpartition("-")[2]].append(path)

    def newest(self, address: str) -> Kept | None:
        """The newest response of an address, whatever it redirects to; a damaged one counts as none."""
        for path in sorted(self._files.get(_id(address), ()), key=lambda path: path.name, reverse=True):
            if kept := self._read(path):
                return kept
        return None

    def has(self, address: str) -> bool:
        """Whether anything was kept of an address."""
        return _id(address) in self._files

    def keep(self, address: str, response: Response) -> Path:
        """Write a response of `address` and give its file. Raises LakeError when it cannot be written."""
        moment = f"{response.at:%Y-%m-%dT%H-%M-%S-%f}Z"
        path = self._folder / f"{response.at:%Y-%m}" / f"{moment}-{_id(address)}{ENDING}"
        write_bytes(path, warc(address, response))
        self._files[_id(address)].append(path)
        return path

    def _read(self, path: Path) -> Kept | None:
        try:
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    body = record.raw_stream.read()
                    headers = {name.lower(): value for name, value in reversed(record.http_headers.headers)}
                    content = decoded(body, headers.get("content-encoding", ""), self._limit)
                    return Kept(record.rec_headers.get_header("WARC-Target-URI"), headers, content)
        except (OSError, ArchiveLoadFailed, UnreadableError, zlib.error, EOFError, ValueError, AttributeError):
            return None
        return None


def warc(address: str, response: Response) -> bytes:
    """A response as the bytes of a gzipped WARC file; the same response gives the same bytes."""
    lines = [response.status_line, *(b": ".join((_kept_name(name), value)) for name, value in response.headers)]
    block = b"\r\n".join([*lines, b"", response.body])
    date = f"{response.at:%Y-%m-%dT%H:%M:%SZ}"
    named = {
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{response.at.isoformat()} {address}')}>",
        "WARC-Date": date,
    }
    file = BytesIO()
    writer = WARCWriter(file, gzip=True)
    record = writer.create_warc_record(
        response.url, "response", payload=BytesIO(block), length=len(block), warc_headers_dict=named
    )
    # warcio would write the headers anew, with what is not ASCII in them quoted; they are to stay as they came.
    record.http_headers = None
    record.raw_stream = BytesIO(block)
    record.length = record.payload_length = len(block)
    writer.write_record(record)
    return file.getvalue()


def _kept_name(name: bytes) -> bytes:
    return b"X-Crawl-Transfer-Encoding" if name.lower() == b"transfer-encoding" else name


def _id(address: str) -> str:
    return content_id("address", address)

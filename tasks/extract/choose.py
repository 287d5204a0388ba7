"""Chooses the reader of a member by what it looks like, and reads it."""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final, Protocol

from tasks.errors import UnreadableError
from tasks.extract import (
    archive_pages,
    field_names,
    front_matter,
    json_articles,
    markdown_digests,
    pieces,
    reuters_sgml,
    tables,
)
from tasks.extract.drafts import Draft, Reader, Reading, unreadable
from tasks.extract.mail import mailboxes, messages
from tasks.extract.members import Member
from tasks.extract.text import decode, encoding_of
from tasks.extract.unpack import HEAD
from tasks.extract.web import crawls, feeds, html_pages
from tasks.settings import Settings, Source

READERS: Final[tuple[tuple[str, object], ...]] = (
    ("json", json_articles.VERSION),
    ("table", tables.VERSION),
    ("markdown", markdown_digests.VERSION),
    ("page", archive_pages.VERSION),
    ("names", field_names.VERSION),
    ("front matter", front_matter.VERSION),
    ("crawl", crawls.VERSION),
    ("newswire", reuters_sgml.VERSION),
    ("feed", feeds.VERSION),
    ("web page", html_pages.VERSION),
    ("mail", (mailboxes.VERSION, *messages.READERS)),
)
"""The readers with their versions: a version is raised whenever a reader gives other drafts for the same text."""

_JSON: Final = re.compile(r"[\s\ufeff\x1e]*(?:\{\s*[\"}]|\[\s*[\[{\"\d\]tfn-])")


class ByteReader(Protocol):
    """A module that reads a whole member from its bytes, since the format says of itself how they are to be read."""

    def fits(self, head: bytes) -> bool:
        """Whether the first bytes of a member are of this format."""
        ...

    def read(self, data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
        """The records of the member; never raises."""
        ...


_WHOLE: Final[tuple[ByteReader, ...]] = (messages, reuters_sgml, feeds, html_pages, front_matter)
"""In the order in which they are asked: a more telling beginning comes first."""


def records(member: Member, source: Source, settings: Settings) -> Reading:
    """The records of a member, read by the reader that fits it. It is read whole only where it is not too large."""
    if crawls.fits(member.head):
        yield from crawls.read(member.file, source, settings, read_bytes)
        return
    if mailboxes.fits_mailbox(member.head):
        yield from mailboxes.read_mailbox(member.file, source, settings)
        return
    first = member.file.read(pieces.LARGE)
    if len(first) == pieces.LARGE and (form := _form(first, source)):
        yield from pieces.read(first, member.file, form, source, settings.max_member_bytes)
        return
    data = member.whole(settings.max_member_bytes, first)
    if data is not None:
        yield from read_bytes(data, source)


def read_bytes(data: bytes, source: Source, url: str = "", date: str = "") -> Reading:
    """The records of bytes that are in memory; `url` and `date` are what is known of them from around them."""
    for reader in _WHOLE:
        if reader.fits(data[:HEAD]):
            yield from reader.read(data, source, url=url, date=date)
            return
    try:
        text = decode(data)
    except UnreadableError as error:
        yield unreadable(data, error)
        return
    for what in choose(text, source.fields.values())(text, source):
        if isinstance(what, Draft) and ((url and not what.url) or (date and not what.date)):
            basis = what.date_basis if what.date else "header"
            what = replace(what, url=what.url or url, date=what.date or date, date_basis=basis)
        yield what


def choose(text: str, names: Collection[str] = ()) -> Reader:
    """The reader that fits a text; `archive_pages.read` where nothing else does.

    `names` are the field names of the archive that the source's settings map to ours.
    """
    if _JSON.match(text):
        return json_articles.read
    if markdown_digests.is_digest(text):
        return markdown_digests.read
    if tables.is_table(text, names):
        return tables.read
    return archive_pages.read


def _form(first: bytes, source: Source) -> pieces.Form | None:
    try:
        encoding, begin = encoding_of(first)
    except UnreadableError:
        return None
    text = first[begin:].decode(encoding, "replace")
    return pieces.form_of(text, choose(text, source.fields.values()), source)

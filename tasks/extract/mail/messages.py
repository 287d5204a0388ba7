"""Reads e-mails and Usenet messages: one message is one article, and a digest as many as it holds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from typing import Final

from tasks.extract.drafts import Draft, Reading, Rejected, Remark, sample
from tasks.extract.mail import charsets, digests, heads, html_text, lines, own_words, parts, signatures
from tasks.extract.mail.digests import Entry, entries_in, messages_in
from tasks.extract.mail.heads import Around, Head, fits_message, forwarded, head_of, message_bytes
from tasks.extract.mail.html_text import as_html, html_lines
from tasks.extract.mail.lines import Line, words
from tasks.extract.mail.own_words import own_text
from tasks.extract.mail.parts import MOST_PARTS, Collector, Parts, TooManyPartsDefect, parsed, root_html
from tasks.extract.web import html_pages
from tasks.settings import Source

VERSION: Final = 4

_DEEPEST: Final = 12
"""Parts within parts that are opened."""
_MOST_MESSAGES: Final = 10_000
"""Messages written out in one text that are read: there are fewer in a month of a list."""
_SAVED: Final = re.compile(rb"snapshot-content-location|saved by", re.IGNORECASE)
"""What stands in the head of a page that a browser saved; few other messages are taken apart twice for it."""
_FEW_WORDS: Final = 25
"""Words of a remark above a forwarded article up to which it is no article of its own (`Worth reading!`)."""


def fits(head: bytes) -> bool:
    """Whether the first bytes of a member begin a message; see `fits_message`."""
    return fits_message(head)


def read(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The articles of a message, or of the page that a browser saved in the form of one."""
    page = saved_page(data)
    if page is None:
        yield from read_message(data, source, url=url, date=date)
    else:
        yield from html_pages.read(page.html, source, url=page.url or url, date=page.date or date)


def read_message(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The article that a message is, or those that it holds; a Remark names attachments that were left out."""
    left: Counter[str] = Counter()
    yield from records(message_bytes(data), source, url=url, date=date, start=0, end=len(data), left=left)
    if remark := left_out(left):
        yield remark


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A web page that a browser saved in one file (MHTML): its HTML, its address, and when it was saved."""

    html: bytes
    url: str
    date: str


def saved_page(data: bytes) -> SavedPage | None:
    """The page in a file that a browser saved as MHTML (RFC 2557); None where it is another message."""
    message = parsed(message_bytes(data)) if _SAVED.search(data[:65_536]) else None
    if message is None:
        return None
    head = head_of(message, Around())
    html = root_html(message)
    if html is None or not head.is_saved_page:
        return None
    return SavedPage(html, head.url, head.date)


def left_out(left: Mapping[str, int]) -> Remark | None:
    """What a user should know of attachments that no reader looked into, by their type."""
    if not left:
        return None
    kinds = ", ".join(
        f"{count} {name}" for name, count in sorted(left.items(), key=lambda item: (-item[1], item[0]))[:8]
    )
    return Remark(f"attachments were left out: {kinds}")


def records(
    data: bytes,
    source: Source,
    *,
    start: int,
    end: int,
    left: Counter[str],
    record: str = "",
    url: str = "",
    date: str = "",
) -> list[Draft | Rejected]:
    """The articles of one message with their places; `left` counts the attachments that were left out.

    `record` is the place of the message in its mailbox; `url` and `date` are what surrounds it.
    """
    message = parsed(data)
    if message is None:
        found: list[Draft | Rejected] = [
            Rejected("", "broken_mail", "its parts are nested so that they cannot be told apart",
                     sample(data[:400].decode("latin-1")))
        ]  # fmt: skip
    else:
        found = list(_Reader(source, left).articles(message, Around(url, date)))
        if any(isinstance(defect, TooManyPartsDefect) for defect in message.defects):
            why = f"what stands behind its {MOST_PARTS:,} first parts is left out"
            found.append(Rejected("", "too_many_parts", why, sample(data[:400].decode("latin-1"))))
    only = len(found) == 1
    return [
        replace(item, record=(record or "#1") if only else f"{record}/{number}" if record else f"#{number}",
                start=start, end=end)
        for number, item in enumerate(found, 1)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes articles of messages; `left` counts the attachments that are left out."""

    source: Source
    left: Counter[str]

    def articles(self, message: Message, around: Around, depth: int = 0) -> Iterator[Draft | Rejected]:
        """The article that a message is, or those that it holds."""
        head = head_of(message, around)
        parts = Parts()
        Collector(self.left).collect(message, parts)
        inner = replace(around, outlet=head.outlet, date=head.date or around.date, categories=head.categories)
        messages = parts.messages if depth < _DEEPEST else []
        if parts.is_digest or (messages and not any(line.text for line in parts.lines)):
            for passed_on in messages:
                yield from self.articles(passed_on, inner, depth + 1)
            if messages:
                return
        for text in parts.texts[:1] if depth < _DEEPEST else []:
            if within := messages_in(text):
                for written_out in within[:_MOST_MESSAGES]:
                    inner_message = parsed(written_out.encode("utf-8", "replace"))
                    if inner_message is not None:
                        yield from self.articles(inner_message, inner, depth + 1)
                if beyond := within[_MOST_MESSAGES:]:
                    why = f"the {len(beyond):,} messages in it beyond the first {_MOST_MESSAGES:,} are left out"
                    yield Rejected("", "too_many_parts", why, sample(beyond[0]))
                return
        found = list(self._text(head, parts, around))
        nested = [item for passed_on in messages for item in self.articles(passed_on, inner, depth + 1)]
        if nested and all(isinstance(item, Rejected) or len(item.body.split()) <= _FEW_WORDS for item in found):
            found = []  # a covering note
        yield from found
        yield from nested

    def _text(self, head: Head, parts: Parts, around: Around) -> Iterator[Draft | Rejected]:
        """The articles in the text of a message: what was forwarded, the entries of a digest, or the text itself."""
        own = own_text(parts.lines, head.names, is_reply=head.is_reply, is_forward=head.is_forward)
        poster = around.poster
        outer = head
        for _ in range(_DEEPEST):
            forward = own.forward
            if forward is None:
                break
            if words(own.lines) > _FEW_WORDS:
                yield _draft(head, own.lines, parts.html, poster)
            poster = poster or outer.author
            head = forwarded(head, forward.title, forward.sender, forward.date)
            own = own_text(forward.lines, head.names)
        else:
            own = replace(own, forward=None)
        if not any(line.text for line in own.lines):
            yield self._without_text(head, parts, poster)
            return
        entries = [] if own.answers else entries_in(own.lines, self.source)
        html = parts.html
        if not entries and parts.beside and not own.answers and head is outer:
            entries = entries_in(own_text(html_lines(parts.beside), head.names).lines, self.source)
            html = True
        if not entries:
            yield _draft(head, own.lines, parts.html, poster)
        for entry in entries:
            if isinstance(entry, Entry):
                yield _entry_draft(head, entry, html, around)
            else:
                shown = sample(" ".join(line.text for line in entry)[:400])
                yield Rejected("", "not_an_article", "no title with an outlet, date or address", shown)

    def _without_text(self, head: Head, parts: Parts, poster: str) -> Draft | Rejected:
        """A headline, where a new message has nothing but its subject; else the reason why it is no article."""
        if parts.encrypted:
            return Rejected("", "encrypted", "it is encrypted", sample(head.title))
        if any(line.text for line in parts.lines):
            detail = "there is nothing in it but quotes, signatures and footers"
        elif head.title and not head.is_reply:
            return _draft(head, [], False, poster)
        else:
            detail = "there is no text in it"
        return Rejected("", "no_text", detail, sample(head.title))


def _draft(head: Head, lines: Sequence[Line], html: bool, poster: str) -> Draft:
    lines = _below_title(lines, head.title)
    body = as_html(lines) if html else "\n".join(line.text for line in lines)
    return Draft(
        "", 0, 0, head.title, body, head.outlet, head.author, poster if poster != head.author else "", head.categories,
        head.language, head.url, head.date, head.date_basis,
    )  # fmt: skip


def _below_title(lines: Sequence[Line], title: str) -> Sequence[Line]:
    """The lines of a message without its subject, which newsletters show once more above their text."""
    first = next((number for number, line in enumerate(lines) if line.text), len(lines))
    rest = lines[first + 1 :]
    repeated = first < len(lines) and " ".join(lines[first].text.split()) == " ".join(title.split())
    return rest if repeated and any(line.text for line in rest) else lines


def _entry_draft(head: Head, entry: Entry, html: bool, around: Around) -> Draft:
    """The draft of an article of a digest: what it does not say of itself, the head of the digest says."""
    body = as_html(entry.lines) if html else "\n".join(line.text for line in entry.lines)
    return Draft(
        "", 0, 0, entry.title, body, entry.outlet or head.outlet, entry.author,
        entry.poster or (head.author if head.author != (entry.outlet or head.outlet) else ""),
        entry.categories or head.categories, entry.language or head.language, entry.url or head.url,
        entry.date or head.date, "stated" if entry.date else "header",
    )  # fmt: skip


READERS: Final = (
    VERSION, charsets.VERSION, digests.VERSION, heads.VERSION, html_text.VERSION, lines.VERSION,
    parts.VERSION,
    signatures.VERSION, own_words.VERSION,
)  # fmt: skip
"""The versions of all that makes drafts of a message."""

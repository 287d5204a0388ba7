"""Reads e-mails and Usenet messages: one message is one article, and a digest as many as it holds."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_tz
from typing import Any, Final

from tasks.errors import UnreadableError
from tasks.extract import mail_digests, mail_html, mail_text
from tasks.extract.drafts import Draft, Reading, Rejected, Remark, sample
from tasks.extract.mail_digests import Entry, entries_in, messages_in
from tasks.extract.mail_html import as_html, html_lines
from tasks.extract.mail_text import Line, is_pointer, own_text, plain_lines, words
from tasks.extract.text import decode
from tasks.settings import Source
from tasks.transform.dates import published

VERSION: Final = 1

_FAULTS: Final = (MessageError, LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError)
"""What the standard library raises on damaged mail (checked by mutation on Python 3.11)."""
_FIELD: Final = re.compile(rb"([!-9;-~]{1,76}):[ \t]?(.*)", re.DOTALL)
_LONG_FIELD: Final = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_LONGEST_CONTENT_FIELD: Final = 4096
"""Bytes of a `Content-Type` that is read: the standard library takes quadratic time for its parameters."""
_MOST_BOUNDARIES: Final = 50_000_000
"""Lines times boundaries up to which a message is parsed: each line may be compared with every open boundary."""
_LONGEST_VALUE: Final = 4000
"""Characters of a field that are read: no title or list of groups is longer, and decoding takes quadratic time."""
_DEEPEST: Final = 12
"""Parts within parts that are opened."""
_MOST_MESSAGES: Final = 10_000
"""Messages of one digest that are read."""
_FEW_WORDS: Final = 25
"""Words of a remark above a forwarded article up to which it is no article of its own (`Worth reading!`)."""
_SHORT: Final = 60
"""Words of a plain text up to which it may only point to the HTML beside it."""

_WORKING: Final = frozenset(
    (b"received", b"return-path", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding",
     b"newsgroups", b"path", b"xref", b"references", b"in-reply-to", b"delivered-to", b"nntp-posting-host", b"lines",
     b"x-mailer", b"user-agent", b"list-id", b"list-unsubscribe", b"dkim-signature", b"article-i.d.", b"reply-to",
     b"sender", b"x-original-to", b"envelope-to", b"importance", b"thread-topic", b"thread-index", b"x-newsreader",
     b"resent-from", b"precedence", b"errors-to", b"x-priority", b"mailing-list", b"organization", b"status", b"x-uid")
)  # fmt: skip
"""Fields that only the machinery of mail and Usenet writes."""
_PREFIX: Final = re.compile(
    r"(?:re|fwd?|fw|aw|wg|sv|vs|antw|odp|ynt|rif|r|i|doorst|vb|tr|rv|enc|ответ|отв|回复|转发|答复)"
    r"(?:\s?\[\d{1,3}\]|\s?\(\d{1,3}\)|\^\d{1,3}|\*\d{1,3})?\s?[:：]\s*",
    re.IGNORECASE,
)
_REPLY: Final = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|sv|antw|odp|ynt|rif|ответ)\b[^:]{0,6}:", re.IGNORECASE)
_FORWARD: Final = re.compile(r"\s*(?:\[[^\]]{1,60}\]\s*)?(?:fwd?|wg|tr|rv|enc|vb|doorst)\b[^:]{0,6}:", re.IGNORECASE)
_LABEL: Final = re.compile(r"\[([^\[\]]{1,60})\]\s*")
_PASSED_ON: Final = re.compile(r"\s*\((?:fwd|forwarded)\)\s*$", re.IGNORECASE)
_NO_SUBJECT: Final = re.compile(r"\W*(?:no subject|none|kein betreff|sans objet)\W*", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z0-9]+")
_ANGLED: Final = re.compile(r"\s*(.*?)\s*<\s*([^<>]*?)\s*>[^<>]*")
_ROUND: Final = re.compile(r"\s*([^\s()]+@?[^\s()]*)\s*\((.*)\)\s*")
_VIA: Final = re.compile(r"\s+via\s+\S.*$", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_HASH: Final = re.compile(r"[0-9a-f]{12,}|\bmc list\b|^\d+$", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\s*\([^()]*\)")
_NON_ASCII: Final = bytes(range(0x80, 0x100))
_MOSTLY: Final = 0.7
"""Share of ASCII in a raw field from which it is in a Western language: it is too short for a guess by its words."""
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)>")
_TEXTS: Final = frozenset(("plain", "html", "enriched", "richtext", "markdown", "x-markdown"))
_UNCOUNTED: Final = (
    "image/",
    "application/pgp-",
    "application/pkcs7-sig",
    "application/x-pkcs7-sig",
    "application/ms-tnef",
)
"""Attachments that nobody misses: pictures, signatures."""
_CHARSETS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
                    "shift_jis": "cp932", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}  # fmt: skip
"""Encodings that are declared where a larger one is meant."""
_NO_CHARSETS: Final = frozenset(("punycode", "idna", "unicode_escape", "unicode-escape", "raw_unicode_escape",
                                 "raw-unicode-escape", "undefined"))  # fmt: skip
_ONE_BYTE: Final = frozenset(("cp1252", "us-ascii", "ascii", "iso-8859-15", "windows-1252"))


def fits_message(head: bytes) -> bool:
    """Whether bytes begin like an e-mail or a Usenet message: a head with a sender and the machinery's fields.

    A text with lines such as `Title:` and `Date:` is none, nor is one with `From: BBC`: without a field that only mail
    programs write, the sender must be an address, or the head that of an exported message (`From`, `Sent`,
    `To`, `Subject`).
    """
    fields = _fields(head)
    names = fields.keys()
    if not names & {b"from", b"sender", b"newsgroups", b"return-path", b"received"}:
        return False
    known = {b"from", b"subject", b"date", b"to", b"sent", b"cc"} & names
    if len(known) >= 2 and len(names & _WORKING) >= 1:
        return True
    if len(names & _WORKING) >= 3:
        return True
    return (b"@" in fields.get(b"from", b"") and b"subject" in known and len(known) >= 3) or (
        {b"from", b"sent", b"to", b"subject"} <= names
    )


def read_message(data: bytes, source: Source, *, url: str = "", date: str = "") -> Reading:
    """The article that a message is, or those that it holds; a Remark names attachments that were left out."""
    left: Counter[str] = Counter()
    yield from records(_message_bytes(data), source, url=url, date=date, start=0, end=len(data), left=left)
    if remark := left_out(left):
        yield remark


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
    message = _parsed(data)
    if message is None:
        found: list[Draft | Rejected] = [
            Rejected("", "broken_mail", "its parts are nested so that they cannot be told apart",
                     sample(data[:400].decode("latin-1")))
        ]  # fmt: skip
    else:
        found = list(_Reader(source, left).articles(message, _Around(url, date)))
    only = len(found) == 1
    return [
        replace(item, record=(record or "#1") if only else f"{record}/{number}" if record else f"#{number}",
                start=start, end=end)
        for number, item in enumerate(found, 1)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds a message and stands in where it says nothing of itself."""

    url: str = ""
    date: str = ""
    outlet: str = ""
    categories: tuple[str, ...] = ()
    poster: str = ""


@dataclass(frozen=True, slots=True)
class _Head:
    """What the head of a message says."""

    title: str
    author: str
    names: str
    outlet: str
    date: str
    date_basis: str
    url: str
    language: str
    categories: tuple[str, ...]
    is_reply: bool
    is_forward: bool


@dataclass
class _Parts:
    """What is in the parts of a message: its text, the same as HTML beside it, and messages within it."""

    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    html: bool = False
    beside: str = ""
    messages: list[Message] = field(default_factory=list)
    is_digest: bool = False
    encrypted: bool = False

    def add(self, lines: list[Line], html: bool) -> None:
        if any(line.text for line in lines):
            self.lines += [Line("")] * bool(self.lines) + lines
            self.html = self.html or html


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes articles of messages; `left` counts the attachments that are left out."""

    source: Source
    left: Counter[str]

    def articles(self, message: Message, around: _Around, depth: int = 0) -> Iterator[Draft | Rejected]:
        """The article that a message is, or those that it holds."""
        head = _head(message, around)
        parts = _Parts()
        self._collect(message, parts)
        inner = replace(around, outlet=head.outlet, date=head.date or around.date, categories=head.categories)
        messages = parts.messages[:_MOST_MESSAGES] if depth < _DEEPEST else []
        if parts.is_digest or (messages and not any(line.text for line in parts.lines)):
            for passed_on in messages:
                yield from self.articles(passed_on, inner, depth + 1)
            if messages:
                return
        for text in parts.texts[:1] if depth < _DEEPEST else []:
            if within := messages_in(text):
                for written in within[:_MOST_MESSAGES]:
                    parsed = _parsed(written.encode("utf-8", "replace"))
                    if parsed is not None:
                        yield from self.articles(parsed, inner, depth + 1)
                return
        found = list(self._text(head, parts, around))
        nested = [item for passed_on in messages for item in self.articles(passed_on, inner, depth + 1)]
        if nested and all(isinstance(item, Rejected) or len(item.body.split()) <= _FEW_WORDS for item in found):
            found = []  # a covering note
        yield from found
        yield from nested

    def _text(self, head: _Head, parts: _Parts, around: _Around) -> Iterator[Draft | Rejected]:
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
            head = _forwarded(head, forward.title, forward.sender, forward.date)
            own = own_text(forward.lines, head.names)
        else:
            own = replace(own, forward=None)
        if not any(line.text for line in own.lines):
            yield self._without_text(head, parts, poster)
            return
        entries = [] if head.is_reply else entries_in(own.lines, self.source)
        html = parts.html
        if not entries and parts.beside and not head.is_reply and head is outer:
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

    def _without_text(self, head: _Head, parts: _Parts, poster: str) -> Draft | Rejected:
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

    def _collect(self, part: Message, parts: _Parts, depth: int = 0) -> None:
        """Gathers the text of a part and of those within it."""
        if depth > _DEEPEST:
            return
        kind = _content_type(part)
        if not part.is_multipart():
            self._collect_leaf(part, kind, parts, depth)
            return
        inside = [inner for inner in part.get_payload() if isinstance(inner, Message)]
        if kind in ("message/rfc822", "message/global"):
            parts.messages += inside[:1]
        elif kind.startswith("message/"):
            return  # reports of delivery
        elif kind == "multipart/alternative":
            self._collect_best(inside, parts, depth)
        elif kind == "multipart/encrypted":
            parts.encrypted = True
        elif kind == "multipart/digest":
            parts.is_digest = True
            for inner in inside:
                self._collect(inner, parts, depth + 1)
        elif kind in ("multipart/related", "multipart/signed", "multipart/report", "multipart/appledouble"):
            if inside:
                root = _root(part, inside) if kind == "multipart/related" else inside[0]
                self._collect(root, parts, depth + 1)
        else:
            for inner in inside:
                self._collect(inner, parts, depth + 1)

    def _collect_leaf(self, part: Message, kind: str, parts: _Parts, depth: int) -> None:
        main, _, subtype = kind.partition("/")
        name, attached = _attachment(part)
        if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            parts.encrypted = True
            return
        if name.lower().endswith(".eml") and depth and kind != "text/html":
            data = _bytes(part)
            message = _parsed(data) if fits_message(data[:65_536]) else None
            if message is not None:
                parts.messages.append(message)
                return
        is_text = (main == "text" and subtype in _TEXTS) or kind == "application/xhtml+xml"
        aside = depth > 0 and (attached or (bool(name) and any(line.text for line in parts.lines)))
        if not is_text or aside:
            if depth == 0 and not is_text and main != "text":
                parts.encrypted = parts.encrypted or "encrypted" in kind
            if not kind.startswith(_UNCOUNTED):
                self.left[kind if len(kind) < 60 else main[:20]] += 1
            return
        text = _text(part)
        if subtype in ("html", "xhtml+xml"):
            parts.add(html_lines(text), html=True)
        else:
            parts.texts.append(text)
            parts.add(_plain(part, subtype, text), html=False)
            parts.encrypted = parts.encrypted or text.lstrip().startswith("-----BEGIN PGP MESSAGE")

    def _collect_best(self, inside: Sequence[Message], parts: _Parts, depth: int) -> None:
        """Gathers one of several forms of the same text: the plain one, unless it only points to the HTML."""
        forms: list[_Parts] = []
        for inner in inside:
            form = _Parts()
            self._collect(inner, form, depth + 1)
            forms.append(form)
        full = [form for form in forms if any(line.text for line in form.lines)]
        plain = next((form for form in full if not form.html), None)
        html = next((form for form in reversed(full) if form.html), None)
        best = plain or html
        if plain is not None and html is not None:
            if _only_points(plain.lines, html.lines):
                best = html
            else:
                plain.beside = _newsletter(inside)
        for form in forms:
            parts.messages += form.messages
            parts.encrypted = parts.encrypted or form.encrypted
        if best is not None:
            parts.add(best.lines, best.html)
            parts.texts += best.texts
            parts.beside = parts.beside or best.beside


def _draft(head: _Head, lines: Sequence[Line], html: bool, poster: str) -> Draft:
    body = as_html(lines) if html else "\n".join(line.text for line in lines)
    return Draft(
        "", 0, 0, head.title, body, head.outlet, head.author, poster if poster != head.author else "", head.categories,
        head.language, head.url, head.date, head.date_basis,
    )  # fmt: skip


def _entry_draft(head: _Head, entry: Entry, html: bool, around: _Around) -> Draft:
    """The draft of an article of a digest: what it does not say of itself, the head of the digest says."""
    body = as_html(entry.lines) if html else "\n".join(line.text for line in entry.lines)
    return Draft(
        "", 0, 0, entry.title, body, entry.outlet or head.outlet, entry.author,
        entry.poster or (head.author if head.author != (entry.outlet or head.outlet) else ""),
        entry.categories or head.categories, entry.language or head.language, entry.url or head.url,
        entry.date or head.date, "stated" if entry.date else "header",
    )  # fmt: skip


def _forwarded(head: _Head, title: str, sender: str, date: str) -> _Head:
    """The head of a message that was passed on, as far as it says something."""
    author, _ = _name_and_address(sender)
    return replace(
        head, title=_title(title, ()) or head.title, author=author or head.author, names=sender,
        date=_readable_date(date) or head.date, date_basis="stated" if date else "header", is_reply=False,
        is_forward=False,
    )  # fmt: skip


# --- parsing


def _parsed(data: bytes) -> Message | None:
    """The message that bytes are; None where its parts are nested beyond reason."""
    boundaries = data.lower().count(b"boundary")
    if boundaries * (data.count(b"\n") + data.count(b"\r")) > _MOST_BOUNDARIES:
        return None
    if boundaries or b"ontent-" in data:
        data = _LONG_FIELD.sub(lambda match: match[0] if len(match[0]) <= _LONGEST_CONTENT_FIELD else b"X-Cut: 1", data)
    try:
        return message_from_bytes(data, policy=policy.compat32)
    except _FAULTS:
        return None


def _message_bytes(data: bytes) -> bytes:
    """A message without what stands before it: a byte order mark, blank lines, the length that Apple Mail writes."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if match := re.match(rb"\s*(\d{2,10})[ \t]*\r?\n(?=[!-9;-~]+:)", data[:100]):
        data = data[match.end() : match.end() + int(match[1])]
    match = re.match(rb"(?:[ \t]*\r?\n)+|From [^\n]*\n", data[:4096])
    return data[match.end() :] if match else data


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The fields of a head by name in lower case, each as it stands first; empty where the first line is none."""
    lines = _message_bytes(head)[:65_536].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 400)
    fields: dict[bytes, bytes] = {}
    last = b""
    for line in lines[:400]:
        if line[:1] in (b" ", b"\t"):
            if not last or not line.strip():
                break
            continue
        match = _FIELD.match(line)
        if match is None:
            break
        last = match[1].lower()
        fields.setdefault(last, match[2])
    return fields


def _content_type(part: Message) -> str:
    try:
        return part.get_content_type()
    except _FAULTS:
        return "application/octet-stream"


def _attachment(part: Message) -> tuple[str, bool]:
    """The file name of a part, and whether it says that it is an attachment."""
    try:
        return _value(part.get_filename() or ""), part.get_content_disposition() == "attachment"
    except _FAULTS:
        return "", False


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except _FAULTS:
        return ""
    return value if isinstance(value, str) else ""


def _root(part: Message, inside: Sequence[Message]) -> Message:
    """The part of a related set that the others belong to."""
    start = _parameter(part, "start").strip()
    named = (inner for inner in inside if start and str(inner.get("Content-ID", "")).strip() == start)
    return next(named, inside[0])


def _bytes(part: Message) -> bytes:
    """The bytes of a part as far as its transfer encoding can be undone."""
    try:
        data = part.get_payload(decode=True)
    except _FAULTS:
        data = None
    if isinstance(data, bytes):
        return data
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _text(part: Message) -> str:
    """The text of a part, in the encoding that it declares where that reads its bytes, else in the one that does."""
    try:
        charset = part.get_content_charset("") or ""
    except _FAULTS:
        charset = ""
    return _in_charset(_bytes(part), charset)


def _in_charset(data: bytes, charset: str) -> str:
    charset = _CHARSETS.get(charset.lower().strip("\"' "), charset.lower().strip("\"' "))
    if charset and charset not in _NO_CHARSETS:
        if charset in _ONE_BYTE:
            try:
                return data.decode("utf-8")  # hardly any text in another encoding is sound UTF-8
            except UnicodeDecodeError:
                pass
        try:
            text = data.decode(charset)
        except (LookupError, ValueError):
            pass
        else:
            return text if isinstance(text, str) else ""
    try:
        return decode(data)
    except UnreadableError:
        return ""


def _plain(part: Message, subtype: str, text: str) -> list[Line]:
    if subtype in ("enriched", "richtext"):
        return plain_lines(_unenriched(text, subtype == "richtext"))
    flowed = _parameter(part, "format").lower() == "flowed"
    return plain_lines(text, flowed=flowed, delsp=_parameter(part, "delsp").lower() == "yes")


def _unenriched(text: str, old: bool) -> str:
    """The text of text/enriched (RFC 1896) without its commands; what it quotes gets the marks of a quote.

    One line end is a blank there, and of several all but one count. `old` is text/richtext of RFC 1341.
    """
    text = text.replace("\r\n", "\n").replace("<<", "\0")
    text = re.sub(r"<param>[^<]*</param>", "", text, flags=re.IGNORECASE)
    if old:
        text = re.sub(r"<(?:nl|np|paragraph)>", "\n\n", text, flags=re.IGNORECASE).replace("<lt>", "\0")
    text = re.sub(r"\n+", lambda ends: " " if len(ends[0]) == 1 else ends[0][1:], text)
    written, depth, position = [], 0, 0
    for match in _TAG.finditer(text):
        written.append(_marked(text[position : match.start()], depth))
        position = match.end()
        if match[2].lower() == "excerpt":
            depth = max(depth + (-1 if match[1] else 1), 0)
            written.append("\n" + ">" * min(depth, 9))
    written.append(_marked(text[position:], depth))
    return "".join(written).replace("\0", "<")


def _marked(text: str, depth: int) -> str:
    return text.replace("\n", "\n" + "> " * min(depth, 9)) if depth else text


def _only_points(plain: Sequence[Line], html: Sequence[Line]) -> bool:
    """Whether a plain text only tells of the HTML beside it: it is short, and says so or has hardly a word of it."""
    count = words(plain)
    if count > _SHORT:
        return False
    if any(is_pointer(line.text) for line in plain) or re.search(
        r"\bhtml\b", " ".join(line.text for line in plain), re.I
    ):
        return True
    return words([line for line in html if not line.quoted]) > 4 * count


def _newsletter(inside: Sequence[Message]) -> str:
    """The HTML of a message, where it has the headings or rules of a newsletter."""
    for inner in inside:
        for part in inner.walk() if inner.is_multipart() else (inner,):
            if _content_type(part) == "text/html":
                text = _text(part)
                return text if len(re.findall(r"<(?:h[1-4]|hr)[\s/>]", text, re.IGNORECASE)) > 1 else ""
    return ""


# --- the head


def _head(message: Message, around: _Around) -> _Head:
    fields = _values(message)
    subject = fields.get("subject", "")
    sender = fields.get("from") or fields.get("sender") or fields.get("reply-to", "")
    author, address = _name_and_address(sender)
    groups = tuple(group for group in re.split(r"[,\s]+", fields.get("newsgroups", "")) if group)
    keywords = tuple(word.strip() for word in re.split(r"[,;]", fields.get("keywords", "")) if word.strip())
    stated = _readable_date(fields.get("date") or fields.get("sent") or fields.get("x-original-date", ""))
    received = "" if stated else _readable_date(fields.get("received", "").rpartition(";")[2])
    list_words = " ".join(
        fields.get(name, "") for name in ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-list", "to")
    )
    references = bool(fields.get("in-reply-to") or fields.get("references"))
    is_forward = bool(_FORWARD.match(subject)) or bool(_PASSED_ON.search(subject))
    return _Head(
        title=_title(subject, _WORD.findall(list_words.lower()) if _is_list(fields) else ()),
        author=author,
        names=f"{author} {address}",
        outlet=_outlet(fields, author, groups) or around.outlet,
        date=stated or around.date or received,
        date_basis="stated" if stated else "header",
        url=_url(fields) or around.url,
        language=fields.get("content-language", "").split(",")[0].strip(),
        categories=(*groups, *keywords) or around.categories,
        is_reply=bool(_REPLY.match(subject)) or (references and not is_forward),
        is_forward=is_forward,
    )


def _values(message: Message) -> dict[str, str]:
    """The fields of a message by name in lower case, decoded; of several with one name, the first."""
    values: dict[str, str] = {}
    charset = ""
    try:
        charset = message.get_content_charset("") or ""
        raw: list[tuple[str, Any]] = list(message.raw_items())
    except _FAULTS:
        raw = []
    for name, value in raw:
        values.setdefault(str(name).lower(), _value(str(value), charset))
    return values


def _value(raw: str, charset: str = "") -> str:
    """The text of a field: encoded words (RFC 2047) decoded, raw bytes read, on one line."""
    raw = raw[:_LONGEST_VALUE]
    if not raw.isascii():
        data = raw.encode("utf-8", "surrogateescape")
        western = len(data.translate(None, _NON_ASCII)) > len(data) * _MOSTLY
        raw = _in_charset(data, "utf-8" if _is_utf8(raw) else charset or ("cp1252" if western else ""))
    text = raw
    if "=?" in raw:
        folded = re.sub(r"\r?\n[ \t]+", " ", raw)
        try:
            pieces = decode_header(folded)
        except _FAULTS:
            pieces = [(folded, None)]
        text = "".join(
            piece if isinstance(piece, str) else _in_charset(piece, encoding or "") if encoding
            else piece.decode("raw_unicode_escape", "replace")
            for piece, encoding in pieces
        )  # fmt: skip
    return " ".join(text.replace("\0", "").split())


def _is_utf8(raw: str) -> bool:
    try:
        raw.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _title(subject: str, list_words: Sequence[str]) -> str:
    """The subject without `Re:`, `Fwd:` and the name of the list in brackets."""
    title = subject.strip()
    for _ in range(20):
        match = _PREFIX.match(title)
        if match is None:
            match = _LABEL.match(title)
            label = _WORD.findall(match[1].lower()) if match else []
            if not label or not set(label) <= set(list_words):
                break
        if match is None or match.end() >= len(title):
            break
        title = title[match.end() :].lstrip()
    title = _PASSED_ON.sub("", title).strip()
    return "" if _NO_SUBJECT.fullmatch(title) or not title.strip("(.- )") else title


def _is_list(fields: Mapping[str, str]) -> bool:
    return any(name in fields for name in ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-list"))


def _name_and_address(text: str) -> tuple[str, str]:
    """The name of a sender, or what stands before the @ of its address; and the address."""
    text = text[:1000]
    name, address = "", text.strip()
    if match := _ANGLED.fullmatch(text):
        name, address = match[1], match[2]
    elif match := _ROUND.fullmatch(text):
        name, address = match[2], match[1]
    elif "@" not in text:
        name, address = text, ""
    name = _VIA.sub("", name.replace('\\"', '"').strip(" \t\"'")).strip(" \t\"'")
    name = re.sub(r"\s*\[mailto:.*", "", name)
    if not name or name == address:
        name = address.split("@")[0].strip("<> \"'")
    return name, address


def _outlet(fields: Mapping[str, str], author: str, groups: Sequence[str]) -> str:
    """The newsgroup or list that carried a message, the sender of a newsletter, or the sender's organisation."""
    if groups:
        return groups[0]
    list_id = fields.get("list-id", "")
    match = _ANGLED.fullmatch(list_id)
    name, place = (match[1].strip(" \"'"), match[2]) if match else ("", list_id.strip("<> "))
    discussed = "list-post" in fields or "mailing-list" in fields or "x-mailing-list" in fields
    if list_id and not _HASH.search(f"{name} {place}") and (discussed or "list-unsubscribe" not in fields or name):
        return name or place
    if "list-unsubscribe" in fields or list_id:
        return author
    return fields.get("x-list", "") or fields.get("organization", "")


def _url(fields: Mapping[str, str]) -> str:
    """Where a message, or the page that it is a copy of, stands on the web."""
    for name in ("archived-at", "x-url", "x-rss-url", "x-archive-url", "snapshot-content-location", "content-base",
                 "content-location"):  # fmt: skip
        if match := _ADDRESS.search(fields.get(name, "")):
            return match[0]
    return ""


def _readable_date(text: str) -> str:
    """A date as found, or as ISO 8601 where only the rules of mail read it (`26 Apr 93 22:22 GMT`)."""
    text = text.strip()
    if not text or published(text[:100], any_language=False).precision == "time":
        return text
    bare = _COMMENT.sub("", text[:200]).strip()
    try:
        parts = parsedate_tz(bare)
    except _FAULTS:
        return text
    if parts is None:
        return text
    year, month, day, hour, minute, second, *_, offset = parts
    zone = ""
    if offset is not None:
        zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 3600:02d}:{abs(offset) // 60 % 60:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{min(second, 59):02d}{zone}"


READERS: Final = (VERSION, mail_text.VERSION, mail_html.VERSION, mail_digests.VERSION)
"""The versions of all that makes drafts of a message."""

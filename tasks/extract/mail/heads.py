"""Reads the head of a message: title, author, outlet, date, address, language and categories."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import Message
from typing import Any, Final

from tasks.extract.mail.charsets import FAULTS, field_text

VERSION: Final = 1

_FIELD: Final = re.compile(rb"([!-9;-~]{1,76}):[ \t]?(.*)", re.DOTALL)
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


def message_bytes(data: bytes) -> bytes:
    """A message without what stands before it: a byte order mark, blank lines, the length that Apple Mail writes."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if match := re.match(rb"\s*(\d{2,10})[ \t]*\r?\n(?=[!-9;-~]+:)", data[:100]):
        data = data[match.end() : match.end() + int(match[1])]
    match = re.match(rb"(?:[ \t]*\r?\n)+|From [^\n]*\n", data[:4096])
    return data[match.end() :] if match else data


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds a message and stands in where it says nothing of itself."""

    url: str = ""
    date: str = ""
    outlet: str = ""
    categories: tuple[str, ...] = ()
    poster: str = ""


@dataclass(frozen=True, slots=True)
class Head:
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
    is_saved_page: bool


def head_of(message: Message, around: Around) -> Head:
    """What the head of a message says; what it does not say, the surroundings do."""
    fields = _values(message)
    subject = fields.get("subject", "")
    sender = fields.get("from") or fields.get("sender") or fields.get("reply-to", "")
    author, address = _name_and_address(sender)
    groups = tuple(group for group in re.split(r"[,\s]+", fields.get("newsgroups", "")) if group)
    keywords = tuple(word.strip() for word in re.split(r"[,;]", fields.get("keywords", "")) if word.strip())
    stated = fields.get("date") or fields.get("sent") or fields.get("x-original-date", "")
    received = fields.get("received", "").rpartition(";")[2].strip()
    list_words = " ".join(
        fields.get(name, "") for name in ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-list", "to")
    )
    references = bool(fields.get("in-reply-to") or fields.get("references"))
    is_saved_page = "snapshot-content-location" in fields or sender.lower().startswith(("<saved by", "saved by"))
    if is_saved_page:
        author = address = ""
    is_forward = bool(_FORWARD.match(subject)) or bool(_PASSED_ON.search(subject))
    return Head(
        title=_title(subject, _WORD.findall(list_words.lower()) if _is_list(fields) else ()),
        author=author,
        names=f"{author} {address}",
        outlet=_outlet(fields, author, groups) or around.outlet,
        date=stated or around.date or received,
        date_basis="stated" if stated and not is_saved_page else "header",
        url=_url(fields) or around.url,
        language=fields.get("content-language", "").split(",")[0].strip(),
        categories=(*groups, *keywords) or around.categories,
        is_reply=bool(_REPLY.match(subject)) or (references and not is_forward),
        is_forward=is_forward,
        is_saved_page=is_saved_page,
    )


def forwarded(head: Head, title: str, sender: str, date: str) -> Head:
    """The head of a message that was passed on, as far as it says something."""
    author, _ = _name_and_address(sender)
    return replace(
        head, title=_title(title, ()) or head.title, author=author or head.author, names=sender,
        date=date.strip() or head.date, date_basis="stated" if date else "header", is_reply=False,
        is_forward=False,
    )  # fmt: skip


def _values(message: Message) -> dict[str, str]:
    """The fields of a message by name in lower case, decoded; of several with one name, the first."""
    values: dict[str, str] = {}
    charset = ""
    try:
        charset = message.get_content_charset("") or ""
        raw: list[tuple[str, Any]] = list(message.raw_items())
    except FAULTS:
        raw = []
    for name, value in raw:
        values.setdefault(str(name).lower(), field_text(str(value), charset))
    return values


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


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The fields of a head by name in lower case, each as it stands first; empty where the first line is none."""
    lines = message_bytes(head)[:65_536].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 400)
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

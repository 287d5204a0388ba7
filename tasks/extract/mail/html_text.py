"""Turns the HTML of a message into lines: quotes and headings are marked, what nobody sees is left out."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from lxml import etree

from tasks.extract.mail.lines import Line

VERSION: Final = 2

_PARAGRAPHS: Final = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "hr", "section",
     "article", "header", "footer")
)  # fmt: skip
_LINES: Final = frozenset(("div", "tr", "li", "dt", "dd", "center", "figcaption", "address", "form", "fieldset"))
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4"))
_UNSEEN: Final = frozenset(
    ("script", "style", "noscript", "iframe", "video", "audio", "embed", "object", "svg", "head", "title", "button",
     "input", "select", "textarea", "template")
)  # fmt: skip
_HIDDEN_STYLE: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*[01](?:px)?\s*(?:;|!|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_HIDDEN_NAME: Final = re.compile(r"\b(?:preheader|preview-?text|hidden-?preheader)\b", re.IGNORECASE)
_SIGNATURE: Final = re.compile(
    r"\b(?:gmail_signature(?:_prefix)?|moz-signature|signature|applemailsignature|protonmail_signature_block|zm_signature"
    r"|ms-outlook-mobile-signature)\b",
    re.IGNORECASE,
)
_QUOTE: Final = re.compile(
    r"\b(?:gmail_quote|gmail_extra_quote|yahoo_quoted|protonmail_quote|zmail_extra|moz-cite|tutanota_quote|quote)\b",
    re.IGNORECASE,
)
_ATTRIBUTION: Final = re.compile(r"\b(?:gmail_attr|moz-cite-prefix)\b", re.IGNORECASE)
_FORWARDED: Final = re.compile(
    r"forwarded message|weitergeleitete|message transféré|mensaje reenviado|inoltrato|encaminhada|пересыл",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FILLER: Final = re.compile("(?:[\u034f\u200b-\u200f\u2007\u00ad\ufeff\xa0 ]{2,})")
"""What newsletters put behind their preview text, so that mail programs show nothing else there."""
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_DEEPEST: Final = 64
"""Quotes within each other that are told apart."""


def html_lines(html: str) -> list[Line]:
    """The lines of a message in HTML; blank ones part paragraphs, `hr` is a line of dashes.

    A `blockquote` is a quote where its mail program says so (`type="cite"`, `gmail_quote` and the like); in a
    newsletter it is a part of the article. A quote that opens with the line of a forwarded message is none.
    """
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        root = etree.fromstring(_CONTROL.sub("", f"<div>{html}</div>").encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return [Line(html)]
    if root is None:
        return []
    writer = _Writer()
    left_out = 0  # elements around the current one that are not shown
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            left_out += left_out > 0 or _is_left_out(element, tag)
            if not left_out:
                writer.open(element, tag)
        else:
            if not left_out:
                writer.close(element, tag)
            left_out -= left_out > 0
            if not left_out:
                writer.write(element.tail or "")
    return writer.lines()


def as_html(lines: Sequence[Line]) -> str:
    """Lines as paragraphs of HTML, of which the cleaning of texts makes paragraphs again."""
    return "\n".join(f"<p>{escape(line.text, quote=False)}</p>" for line in lines if line.text.strip())


class _Writer:
    """What is written while the elements of a message are walked through."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._parts: list[str] = []
        self._quotes: list[bool] = []
        self._headings = 0
        self._verbatim = 0
        self._link = ""
        self._passed_on = False

    def open(self, element: Any, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._end_line(blank=True)
        elif tag in _LINES or tag == "br":
            self._end_line()
        elif tag in ("td", "th"):
            self._parts.append(" ")
        if tag == "hr":
            self._lines.extend((Line("-" * 20, len(self._quotes)), Line("")))
        if tag in ("blockquote", "div", "section") and len(self._quotes) < _DEEPEST and self._is_quote(element, tag):
            self._quotes.append(True)
            element.set("data-quote", "1")
        self._headings += tag in _HEADINGS
        self._verbatim += tag == "pre"
        if tag == "a" and _ADDRESS.fullmatch(href := (element.get("href") or "").strip()):
            self._link = href
        self.write(element.text or "")

    def close(self, element: Any, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._end_line(blank=True)
        elif tag in _LINES:
            self._end_line()
        if self._quotes and element.get("data-quote") == "1":
            self._end_line(blank=True)
            self._quotes.pop()
        self._headings -= tag in _HEADINGS
        self._verbatim -= tag == "pre"

    def write(self, text: str) -> None:
        if not text:
            return
        if not self._verbatim:
            self._parts.append(text.replace("\n", " "))
            return
        first, *others = text.split("\n")
        self._parts.append(first)
        for other in others:
            self._end_line(keep_empty=True)
            self._parts.append(other)

    def lines(self) -> list[Line]:
        self._end_line()
        return self._lines

    def _is_quote(self, element: Any, tag: str) -> bool:
        names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
        if tag != "blockquote" and not _QUOTE.search(names.replace("quote-", "")):
            return False
        if tag == "blockquote" and (element.get("type") or "").lower() != "cite" and not _QUOTE.search(names):
            return False
        if tag != "blockquote" and names.split() == ["quote"]:
            return False  # newsletters set off what somebody says in this way
        self._end_line()
        above = next((line.text for line in reversed(self._lines[-4:]) if line.text), "")
        return not (_FORWARDED.search(above[:200]) or _FORWARDED.search(_beginning(element)))

    def _end_line(self, *, blank: bool = False, keep_empty: bool = False) -> None:
        text = "".join(self._parts)
        text = text.rstrip() if self._verbatim else " ".join(_FILLER.sub(" ", text).split())
        if text.strip():
            depth = len(self._quotes)
            marks = re.match(r"(?:>\s?)+", text) if text.startswith(">") else None
            if marks:
                depth, text = depth + marks[0].count(">"), text[marks.end() :]
            self._lines.append(Line(text, depth, self._headings > 0, self._link))
            self._link = ""
        if (blank or keep_empty) and self._lines and self._lines[-1].text:
            self._lines.append(Line(""))
        self._parts.clear()


def _is_left_out(element: Any, tag: str) -> bool:
    if tag in _UNSEEN or element.get("hidden") is not None:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:500]
    if _HIDDEN_NAME.search(names) or _SIGNATURE.search(names):
        return tag not in ("html", "body")
    style = element.get("style")
    return bool(style and _HIDDEN_STYLE.search(style[:2000])) and tag not in ("html", "body")


def _beginning(element: Any) -> str:
    """The first words within an element."""
    found = ""
    for number, text in enumerate(element.itertext()):
        found += text[:200]
        if len(found.strip()) > 60 or number > 10:
            break
    return found.strip()[:80]

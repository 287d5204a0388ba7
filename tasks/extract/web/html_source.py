"""Turns the bytes of a saved page into a tree: embedded pictures out, the right encoding, bounded work."""

import codecs
import re
from typing import Any, Final

import lxml.html
from lxml import etree

from tasks.errors import UnreadableError
from tasks.extract import text
from tasks.extract.encoding_names import WESTERN, codec_of

MOST_BYTES: Final = 10_000_000
"""Bytes of a page that are looked at, embedded pictures not counted. The largest of 200 news pages has 2.3 million."""
MOST_RAW_BYTES: Final = 100_000_000
"""Bytes of a page with the pictures and fonts that "save as one file" puts into it."""
MOST_ELEMENTS: Final = 15_000
"""Elements of a page. The largest of 200 news pages has 2,000; 15,000 paragraphs take trafilatura some four seconds."""
MOST_TEXT: Final = 3_000_000
"""Characters of a page outside scripts, three times the length of a long book."""
DEEPEST: Final = 400
"""Elements within each other. The deepest of 200 news pages has 51; libxml2 itself gives up at 2,048."""

_EMBEDDED: Final = re.compile(rb"data:[\w/+.-]{1,60}(?:;[\w=.-]{1,40}){0,4},[^\"'\s()<>\\]{200,}")
_DECLARED: Final = re.compile(
    rb"<(?:meta\s[^>]{0,500}?charset|\?xml\s[^>]{0,200}?encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_HEAD: Final = 16_384
"""Bytes in which a page declares its encoding; the standard asks for the first 1,024."""
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_TAG: Final = re.compile(r"""<[A-Za-z](?:[^>"']++|"[^"]*+"|'[^']*+')*+>?""")
_UNREAD: Final = (
    (re.compile(r"<script\b[^<>]{0,5000}>", re.IGNORECASE), re.compile(r"</script\s*>", re.IGNORECASE)),
    (re.compile(r"<style\b[^<>]{0,5000}>", re.IGNORECASE), re.compile(r"</style\s*>", re.IGNORECASE)),
    (re.compile(r"<!--"), re.compile(r"-->")),
)
_QUOTED: Final = re.compile(r""""[^"]*+"|'[^']*+'""")
_ANY_TAG: Final = re.compile(r"<[^<>]*>")
_ACCENTED: Final = re.compile("[\xc0-\xff]+")
_ASCII_LETTERS: Final = re.compile("[A-Za-z]+")
_LONG_TAG: Final = 400
"""Characters of a tag from which on its attributes are counted: most have fewer than 200."""
_MOST_ATTRIBUTES: Final = 100
"""Attributes of one element: libxml2 compares each with all others."""
_MOST_ATTRIBUTES_COUNTED: Final = 200_000
"""Attributes of all long tags of a page: each takes memory."""
_MOST_ACCENTED: Final = 0.4
"""Share of letters outside ASCII from which on a text declared as Western is in another script. French has 0.05."""
_LEAST_SOUND: Final = 0.99
"""Share of the signs outside ASCII that must be sound for the declared encoding to be believed."""


def source_of(data: bytes) -> str:
    """The source of a page as text, without embedded pictures and without signs that no text has.

    The encoding is that of a byte order mark, else UTF-8 where the bytes are that and not only ASCII (whatever is
    declared: no other text looks so), else the declared one where the bytes fit it, else what the words look like.
    Raises UnreadableError: `too_large`, `empty`, `binary`.
    """
    if len(data) > MOST_RAW_BYTES:
        raise UnreadableError("too_large", f"the page is larger than {MOST_RAW_BYTES:,} bytes")
    kept = _EMBEDDED.sub(b"data:,", data)
    if len(kept) > MOST_BYTES:
        raise UnreadableError("too_large", f"the page is larger than {MOST_BYTES:,} bytes without its pictures")
    return _NO_TEXT.sub("", _decoded(kept))


def tree_of(source: str) -> Any:
    """The parsed page (an lxml.html element) of a source.

    Raises UnreadableError: `no_text` where there is no element, `too_large` for more text, elements or
    attributes, or elements deeper within each other, than any page has.
    """
    parser = lxml.html.HTMLParser(
        huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8"
    )
    try:
        tree = lxml.html.document_fromstring(_bounded_tags(_markup(source)).encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise UnreadableError("no_text", "it holds no HTML that can be read") from None
    depth = elements = shown = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            depth, elements = depth + 1, elements + 1
            shown += len(element.text or "") if element.tag not in ("script", "style") else 0
        else:
            depth -= 1
            shown += len(element.tail or "")
        if depth > DEEPEST:
            raise UnreadableError("too_large", f"its elements are nested deeper than {DEEPEST:,}")
        if elements > MOST_ELEMENTS:
            raise UnreadableError("too_large", f"it has more than {MOST_ELEMENTS:,} elements")
        if shown > MOST_TEXT:
            raise UnreadableError("too_large", f"its text has more than {MOST_TEXT:,} characters")
    return tree


def declared_encoding(data: bytes) -> str:
    """Python's name of the encoding that a page declares and browsers would read it in; empty where it says none."""
    for match in _DECLARED.finditer(data[:_HEAD]):
        if name := codec_of(match[1].decode("ascii", "replace")):
            return "utf-8" if name.startswith("utf-") else name
    return ""


def _decoded(data: bytes) -> str:
    declared = declared_encoding(data)
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:_HEAD]:
        return text.decode(data)
    if data.isascii():
        return data.decode(declared, "replace") if declared in ("iso2022_jp", "hz") else text.decode(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared and declared != "utf-8":
        found = data.decode(declared, "replace")
        beyond = sum(not c.isascii() for c in found)
        if found.count("\ufffd") <= beyond * (1 - _LEAST_SOUND) and not (declared in WESTERN and _is_foreign(data)):
            return found
    return text.decode(data)


def _is_foreign(data: bytes) -> bool:
    """Whether most letters of a page's text are beyond ASCII, as in no Western language."""
    shown = _ANY_TAG.sub(" ", _markup(data.decode("latin-1")))
    beyond = sum(map(len, _ACCENTED.findall(shown)))
    return beyond > _MOST_ACCENTED * (beyond + sum(map(len, _ASCII_LETTERS.findall(shown))))


def _markup(source: str) -> str:
    """A source without what holds no text and misleads: comments, styles, and scripts other than JSON-LD."""
    for opening, closing in _UNREAD:
        parts, position = [], 0
        while begin := opening.search(source, position):
            end = closing.search(source, begin.end())
            if end is None:
                break
            if "ld+json" in begin[0].lower():
                parts.append(source[position : end.end()])
            else:
                parts += [source[position : begin.start()], " "]
            position = end.end()
        source = "".join([*parts, source[position:]])
    return source


def _bounded_tags(source: str) -> str:
    """A source in which no element has more attributes than libxml2 can compare in bounded time."""
    parts, position, counted = [], 0, 0
    for match in _TAG.finditer(source):
        if match.end() - match.start() < _LONG_TAG:
            continue
        attributes = len(_QUOTED.sub("", match[0]).split())
        counted += attributes
        if counted > _MOST_ATTRIBUTES_COUNTED:
            raise UnreadableError("too_large", f"its elements have more than {_MOST_ATTRIBUTES_COUNTED:,} attributes")
        if attributes > _MOST_ATTRIBUTES and "=" in match[0][:_LONG_TAG]:
            parts += [source[position : match.start()], "<div>"]
            position = match.end()
    return "".join([*parts, source[position:]])

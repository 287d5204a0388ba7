"""Finds the names of the authors of a page: in what it states of itself, and in the byline that it shows."""

import re
from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

LONGEST_NAME: Final = 80
"""Characters of the longest name of an outlet or person that is believed; a longer one is a slogan or sentence."""
ADDRESS: Final = re.compile(r"(?:https?:)?//\S+|www\.\S+|\S+\.(?:com|org|net|html?|php|txt)(?:/\S*)?", re.IGNORECASE)
"""A text that is an address or the name of a file, and no name."""

_MOST_SHOWN: Final = 40
"""Elements that may show an author which are looked at; a page shows its own author before those of other stories."""
_MOST_WORDS: Final = 6
_LETTERS: Final = re.compile(r"[\W_]+")
_MAIL: Final = re.compile(r"[(<\[]?\s*(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+\s*[)>\]]?")
_HANDLE: Final = re.compile(r"[(\[]?(?<!\w)@\w+[)\]]?")
_BY: Final = re.compile(
    r"^\W*(?:(?:written|posted|published|reported|reporting|story|words|text|analysis|opinion|review|edited|column)\s+)?"
    r"(?:by|von|par|por|autore?|authors?|автор|od|door|di)\b\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_ASIDE: Final = re.compile(r"\s*\([^()]*\)")
_AFTER_NAME: Final = re.compile(
    r"\s+[|•·–—-]\s+|\s*[|•·]\s*|\n|\s+\(|\s+(?:for|in|at|of|from|on|published|updated|posted)\s"
    r"|[\s,]+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d"
)
_BETWEEN: Final = re.compile(r"\s*[;,&]\s*(?:and\s+)?|\s+(?:and|und|et|y|и)\s+", re.IGNORECASE)
_TITLE_BEHIND: Final = re.compile(r"(?:Jr|Sr|I{1,3}|IV|M\.?D|Ph\.?D|Esq|MD|MP)\.?")
_ROLE: Final = re.compile(
    r"\b(?:editors?|reporters?|correspondents?|writers?|columnists?|staff|journalists?|producers?|contributors?"
    r"|analysts?|bureau|chief|director|professor|reporting|updated|published|political|senior|associate"
    r"|photographers?|critic|redakteure?|rédact\w+|корреспондент|обозреватель|journaliste|for the|special to)\b",
    re.IGNORECASE,
)
_NOBODY: Final = frozenset(
    ("", "admin", "administrator", "editor", "staff", "newsroom", "webmaster", "author", "authors", "none", "null",
     "unknown", "user", "username", "root", "guest", "redaktion", "redaccion", "online", "web", "newsdesk", "webdesk",
     "wordpress", "view all posts", "see all posts", "view profile", "see bio", "bio", "follow", "contact", "email",
     "more", "read more", "view more articles", "about the author", "about", "posts", "archive", "and", "by", "monday",
     "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)  # fmt: skip
"""What stands in the place of an author and is no name."""
_DATED: Final = re.compile(r"\d{1,2}[:./-]\d{2}|\b(?:19|20)\d\d\b")
_SHOWN: Final = etree.XPath(
    "//body//*[@rel='author' or @itemprop='author' or (@itemprop='name' and ancestor::*[@itemprop='author'])"
    " or (self::a and (contains(@href, '/author') or contains(@href, '/by/') or contains(@href, '/staff/')"
    " or contains(@href, '/contributor') or contains(@href, '/reporter') or contains(@href, '/journalist')"
    " or contains(@href, '/autor') or contains(@href, '/auteur')))"
    " or contains(@class, 'byline') or contains(@class, 'ByLine') or contains(@class, 'author')"
    " or contains(@class, 'Author')][not(ancestor-or-self::*[self::aside or self::footer or self::nav or self::form"
    " or contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')])]"
)
"""What may show the author: elements marked so, links to a page about an author, and what its class calls a byline."""


def letters(text: str) -> str:
    """A text by which it is compared: its letters and figures in lower case, words parted by one blank."""
    return _LETTERS.sub(" ", text.lower()).strip()


def names(values: Iterable[str]) -> str:
    """The names in bylines, parted by commas: no "By", no roles, addresses, handles or dates."""
    found: list[str] = []
    for value in values:
        text = _HANDLE.sub("", _MAIL.sub("", value[: 8 * LONGEST_NAME])).strip()
        if not text or len(text) > 4 * LONGEST_NAME or ADDRESS.fullmatch(text):
            continue
        text = _AFTER_NAME.split(_ASIDE.sub("", _BY.sub("", text)))[0]
        for part in _BETWEEN.split(text):
            name = _BY.sub("", part).strip(" \t.,:;–—-|*•/()")
            if found and _TITLE_BEHIND.fullmatch(name):
                found[-1] += f", {name}"
            elif _is_name(name) and not (found and _ROLE.search(name)):
                found.append(name)
    return ", ".join(dict.fromkeys(found))


def shown_authors(tree: Any) -> list[str]:
    """The first byline that a page shows to its readers, the most telling form first; to be read by `names`."""
    found = [(element, (element.get("class") or "").lower()) for element in _SHOWN(tree)[:_MOST_SHOWN]]
    ranked = (
        [element for element, _ in found if element.get("rel") == "author"],
        [element for element, _ in found if element.get("itemprop") == "name"],
        [element for element, _ in found if element.get("itemprop") == "author"],
        [element for element, _ in found if element.tag == "a" and element.get("href")],
        [element for element, kind in found if "name" in kind],
        [element for element, kind in found if "byline" in kind],
        [element for element, _ in found],
    )
    for elements in ranked:
        for element in elements:
            if _names_in(element):
                beside = [other for other in elements if other.getparent() is element.getparent()]
                return [text for other in beside for text in _names_in(other)]
    return []


def _names_in(element: Any) -> list[str]:
    """The names that an element holds: those of its links, else the first piece of its text that is one."""
    if content := element.get("content"):
        return [content] if names([content]) else []
    pieces = [piece for text in element.itertext() if (piece := " ".join(text.split()))]
    if sum(map(len, pieces)) > 4 * LONGEST_NAME:
        return []
    links = [" ".join(" ".join(link.itertext()).split()) for link in element.iter("a")]
    linked = [text for text in links if names([text]) and not _ROLE.search(text)]
    first = " ".join(pieces[:2])
    lines = [first, *pieces] if _BY.match(first) else pieces
    return linked or next(([text] for text in lines if names([text])), [])


def _is_name(text: str) -> bool:
    if not 1 < len(text) <= LONGEST_NAME or len(text.split()) > _MOST_WORDS or letters(text) in _NOBODY:
        return False
    return not (_DATED.search(text) or ADDRESS.search(text)) and any(c.isalpha() for c in text)

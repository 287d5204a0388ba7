"""Finds the main text of a page: the paragraphs of its article without the furniture around and between them."""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import trafilatura
from lxml import etree

from tasks.extract.web.html_authors import letters
from tasks.extract.web.html_metadata import PageMetadata
from tasks.transform.dates import published

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read is told by our own rows
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

_LEAST_PROSE: Final = 80
"""Characters of a paragraph that is surely running text and no label, caption or headline."""
_LONGEST_FURNITURE: Final = 300
"""Characters of the longest link or label that is looked at; what is longer is text, whatever it is."""
_LINK_SHARE: Final = 0.8
"""Share of a block's characters inside links from which on it is a link and no text."""
_ENOUGH: Final = 0.5
"""Share of the longer reading of a page that the stricter one must hold to be believed. From 0.3 to 0.6 the measured
F1 is the same (tests/benchmarks/html_pages.py), above it falls."""
_HEAD: Final = 4
"""Paragraphs at the beginning of a text that may be title, byline or date."""

_BLOCKS: Final = frozenset(("p", "head", "item", "row", "quote", "list", "table", "div", "code", "ab", "lb", "fw"))
_PARTED: Final = frozenset(
    ("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "dd", "dt", "section", "article", "aside", "ul",
     "ol", "dl", "tr", "table", "figure", "figcaption", "blockquote", "br", "header", "footer", "nav", "main")
)  # fmt: skip
_UNSEEN: Final = frozenset(("script", "style", "noscript", "template", "head", "svg", "iframe", "select", "button"))
_ASIDE: Final = frozenset(("aside", "footer", "nav", "figure", "figcaption", "form", "a", "blockquote"))
_MAIN: Final = frozenset(("html", "body", "main", "article"))
_HEADLINES: Final = frozenset(("h1", "h2", "h3", "h4", "h5"))
_LARGEST_TEASER: Final = 700
"""Characters of a block with the headline of another story and its summary."""
_ASIDE_CLASS: Final = re.compile(
    r"comment|footer|related|sidebar|newsletter|cookie|consent|caption|promo", re.IGNORECASE
)
_FURNITURE: Final = re.compile(
    r"""(?:
    (?:related|recommended|popular|latest|trending|more)(?:\s+(?:on\s+this|posts?|articles?|stor(?:y|ies)|news|content
        |topics?|coverage|links|reading|videos?|searches|from\s.{1,40}|in\s.{1,40}))?\s*:?$
    |\W*(?:related|recommended|see\s+also|see\s+more|read\s+more|read\s+also|read\s+next|also\s+read|up\s+next|more)
        \s*[:|]\s.*
    |(?:read|see|learn|find\s+out)\s+more\W*$ |also\s+on\s+\S+\s.* |don.?t\s+miss\W*$
    |(?:you\s+)?(?:may|might)\s+also\s+like\W*.* |most\s+(?:read|viewed|popular|commented)\b.{0,40}
    |explore\s+further$ |story\s+continues\s+below\b.* |continue\s+reading\b.{0,40}
    |\d*\s*comments?\W*$ |(?:leave|post|add|write)\s+a\s+(?:comment|reply)\b.{0,60} |comments?\s+are\s+closed.*
    |view\s+comments.{0,20}
    |(?:share|tweet|print|e-?mail|save|copy\s+link|like\s+this)(?:\s+(?:this|on|via|it|article|story|page|post|facebook
        |twitter|whatsapp|linkedin|link|pinterest|reddit))*\W*$
    |like\s+this\s+(?:story|article)\?.* |share\s+this\s+(?:article|story|page|post|on|via|with)\b.{0,60}
    |follow\s+(?:us|me|him|her|@\w+|\w+(?:\s\w+){0,4})\s+on\s+(?:twitter|facebook|instagram|x|telegram|youtube)\b.*
    |follow\s+@\w+.* |like\s+us\s+on\s+facebook.* |e-?mail\s+\S+\s\S+\s+at\s+\S+@.*
    |(?:subscribe|sign\s+up)\s+(?:to|for|now|today|here)\b.*(?:newsletter|channel|inbox|updates|alerts|e-?mail)\b.*
    |(?:subscribe|sign\s+up|sign\s+in|log\s+in|register|newsletters?|advertisement|ad|sponsored|loading)\W*$
    |get\s+(?:the|our)\s.*(?:newsletter|inbox|delivered)\b.* |thanks?\s+(?:you\s+)?for\s+(?:signing\s+up|subscribing).*
    |click\s+here\s+(?:to|for)\b.* |copyright\s.* |(?:©|\(c\))\s.* |all\s+rights\s+reserved\W*.*
    |filed\s+under\b.{0,100} |tags?\s*:?$ |tags?:\s.* |topics?:$ |categor(?:y|ies)\s*:.* |[-–—_*•.·]+$
    |\(?(?:photo|image|picture)s?(?:\s+(?:credit|source|by))?\s*:\s.* |\(?(?:photo|image)\s+(?:credit|by|source)\b.*
    |(?:this\s+(?:web)?site|we)\s+uses?\s+cookies\b.*
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Whole paragraphs of page furniture in English, as far as trafilatura leaves them: links to other stories, buttons,
newsletters, copyright. Each form is one that stands on the pages of many sites; none can be a sentence of a report."""
_BYLINE_WORD: Final = re.compile(
    r"\b(?:by|on|at|and|from|published|updated|posted|last|modified|first|written|reported|am|pm|[ap]\.m|utc|gmt|e[ds]?t|p[ds]?t"
    r"|c[es]t|bst|ist|staff|writer|reporter|correspondent|editor|jan\w*|feb\w*|mar\w*|apr\w*|may|jun\w*|jul\w*|aug\w*|sep\w*"
    r"|oct\w*|nov\w*|dec\w*|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*)\b|\d+(?:st|nd|rd|th)?",
    re.IGNORECASE,
)
_LONGEST_BYLINE: Final = 120
_MOST_INLINE: Final = 10
"""Elements directly in a standfirst: links, emphasis; what holds more holds other things too."""
_LEAST_STANDFIRST: Final = 160
"""Characters of a summary that tells the news which the text then takes as told; shorter ones repeat it or tease."""
_CUT_OFF: Final = 5
"""Characters at the end of a summary that may differ from what is shown: three dots, a cut word."""
_FAULTS: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, etree.LxmlError,
)  # fmt: skip
"""What trafilatura and the libraries under it raise on odd pages: no list of theirs says."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What stands where on a page; texts as `letters` gives them.

    `links` are the blocks that are links, `prose` the paragraphs of running text outside of asides, captions and
    comments: elements with their texts. `teasers` are the texts of small blocks that lead to another page by a headline
    that is a link, `teaser_chars` the characters of these blocks together, `teaser_blocks` their number.
    """

    links: frozenset[str]
    prose: Mapping[Any, str]
    teasers: frozenset[str]
    teaser_chars: int
    teaser_blocks: int


def main_text(tree: Any, page: PageMetadata, survey: Survey) -> list[str]:
    """The paragraphs of the article that a page shows; none where it has none. Never raises.

    `tree` is the parsed page (lxml), which stays as it is, `page` and `survey` what is known of it. trafilatura finds
    the text, in its stricter mode. What it is helped with: an article that advertisements cut into several containers
    is read as one; where it finds little of a page's running text, the less strict mode is asked, and the text that the
    page states for search engines. Then what is no text is taken out: the title, bylines, links to other stories,
    buttons.
    """
    strict = extracted(tree, strict=True)
    joined = _joined(tree, survey.prose, strict)
    if joined is not None:
        strict = max(strict, extracted(joined, strict=True), key=_length)
    found = strict
    if _length(strict) < _ENOUGH * _length(survey.prose.values()):
        loose = extracted(tree, strict=False)
        found = strict if _length(strict) >= _ENOUGH * _length(loose) else loose
    stated = [text for part in page.text.splitlines() if (text := " ".join(part.split()))]
    if _length(found) < _ENOUGH * _length(stated):
        found = stated
    kept = _without_furniture(found, survey.links, page)
    return [*_standfirst(tree, kept, page), *kept]


def extracted(tree: Any, *, strict: bool) -> list[str]:
    """The paragraphs that trafilatura finds; `strict` is its mode that favours precision."""
    try:
        found = trafilatura.bare_extraction(
            tree, fast=not strict, favor_precision=strict, include_comments=False, with_metadata=False
        )
    except _FAULTS:
        return []
    body = getattr(found, "body", None)
    return [] if body is None else list(_paragraphs(body))


def surveyed(tree: Any) -> Survey:
    """What stands where on a page, found in one pass over it."""
    links: set[str] = set()
    prose: dict[Any, str] = {}
    teasers: dict[Any, int] = {}
    # Of each open element: whether it is an aside; characters, those of them within links, headlines that are links.
    opened: list[tuple[bool, int, int, int]] = [(False, 0, 0, 0)]
    in_link = unseen = asides = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            aside = tag in _ASIDE or (tag not in _MAIN and _ASIDE_CLASS.search(_names(element)) is not None)
            in_link, unseen, asides = in_link + (tag == "a"), unseen + (tag in _UNSEEN), asides + aside
            size = len(element.text.strip()) if element.text and not unseen else 0
            opened.append((aside, size, size if in_link else 0, 0))
            continue
        aside, chars, linked, headlines = opened.pop()
        if chars and not unseen:
            is_link = linked >= _LINK_SHARE * chars
            headlines += is_link and tag in _HEADLINES
            if is_link and chars <= _LONGEST_FURNITURE and tag not in _MAIN:
                links.add(letters(_text(element)))
            elif tag == "p" and not asides and chars >= _LEAST_PROSE and linked < _ENOUGH * chars:
                prose[element] = _text(element)
            if headlines and chars <= _LARGEST_TEASER and tag not in _MAIN:
                teasers[element] = chars
        in_link, unseen, asides = in_link - (tag == "a"), unseen - (tag in _UNSEEN), asides - aside
        tail = len(element.tail.strip()) if element.tail and not unseen else 0
        above = opened[-1]
        tail_linked = tail if in_link else 0
        opened[-1] = (above[0], above[1] + chars + tail, above[2] + linked + tail_linked, above[3] + headlines)
    outer = {element: chars for element, chars in teasers.items() if element.getparent() not in teasers}
    texts = {letters(_text(inner)) for element in outer for inner in element.iter() if inner.tag not in _UNSEEN}
    return Survey(frozenset(links), prose, frozenset(texts), sum(outer.values()), len(outer))


def _names(element: Any) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _joined(tree: Any, prose: Mapping[Any, str], found: Sequence[str]) -> Any | None:
    """A copy of the page in which the parts of its article stand in one container; None where it is in one already.

    Parts are containers of the same tag and class within one `article` (or `main`) that has at most one headline, each
    with running text of its own; they are joined only where the text of one of them was not found.
    """
    known = {letters(text) for text in found}
    if not known or all(letters(text) in known for text in prose.values()):
        return None
    copy = deepcopy(tree)
    twins = dict(zip(tree.iter(), copy.iter(), strict=True))
    parts: dict[tuple[Any, str, str], list[Any]] = defaultdict(list)
    missing = set()
    for element, text in prose.items():
        parent = element.getparent()
        kind = " ".join((parent.get("class") or "").split()) if parent is not None else ""
        scope = next((e for e in element.iterancestors("article", "main")), None)
        if not kind or scope is None:
            continue
        key = (scope, parent.tag, kind)
        if parent not in parts[key]:
            parts[key].append(parent)
        if letters(text) not in known:
            missing.add(key)
    changed = False
    for key in missing:
        scope, containers = key[0], parts[key]
        if len(containers) < 2 or len(list(scope.iter("h1"))) > 1 or _nested(containers):
            continue
        first = twins[containers[0]]
        for container in containers[1:]:
            first.extend(list(twins[container]))
        changed = True
    return copy if changed else None


def _nested(elements: Sequence[Any]) -> bool:
    inside = set(elements)
    return any(ancestor in inside for element in elements for ancestor in element.iterancestors())


def _standfirst(tree: Any, paragraphs: Sequence[str], page: PageMetadata) -> list[str]:
    """The summary above a text, where the page shows it whole and the text does not hold it: often the news itself."""
    told = letters(page.description).removesuffix(" read more")
    if (
        not paragraphs
        or len(told) < _LEAST_STANDFIRST
        or any(told[:_LEAST_PROSE] in letters(text) for text in paragraphs)
    ):
        return []
    for element in tree.iter("p", "h2", "h3", "div"):
        if len(element) > _MOST_INLINE:
            continue
        text = _text(element)
        if len(text) <= 2 * len(page.description) and letters(text).startswith(told[:-_CUT_OFF]):
            return [text]
    return []


def _without_furniture(paragraphs: Iterable[str], links: frozenset[str], page: PageMetadata) -> list[str]:
    kept: list[str] = []
    titles = {letters(title) for title in page.titles}
    for number, text in enumerate(paragraphs):
        said = letters(text)
        if len(text) <= _LONGEST_FURNITURE and (said in links or not said or _FURNITURE.fullmatch(text)):
            continue
        if number < _HEAD and (said in titles or _is_byline(text, page)):
            continue
        kept.append(text)
    return kept


def _is_byline(text: str, page: PageMetadata) -> bool:
    """Whether a line says who wrote the article and when, and nothing else."""
    if len(text) > _LONGEST_BYLINE:
        return False
    rest = text
    for name in (*page.author.split(", "), page.outlet):
        if name:
            rest = re.sub(re.escape(name), " ", rest, flags=re.IGNORECASE)
    rest, digits = _BYLINE_WORD.sub(" ", rest), any(c.isdigit() for c in text)
    if (rest != text or digits) and not letters(rest):
        return True
    return digits and published(text).precision in ("day", "time")


def _paragraphs(body: Any) -> Iterator[str]:
    """The texts of the blocks of trafilatura's tree, each on one line; a row of a table is one."""
    parts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _BLOCKS:
            yield from _flushed(parts)
        elif element.tag == "cell":
            parts.append(" ")
        if event == "start":
            parts.append(element.text or "")
        elif element is not body:
            parts.append(element.tail or "")
    yield from _flushed(parts)


def _flushed(parts: list[str]) -> Iterator[str]:
    text = " ".join("".join(parts).split())
    parts.clear()
    if text:
        yield text


def _text(element: Any) -> str:
    """The text of an element on one line; blocks within it are parted by blanks."""
    parts: list[str] = []
    for event, inner in etree.iterwalk(element, events=("start", "end")):
        if inner.tag in _PARTED:
            parts.append(" ")
        if event == "start":
            parts.append("" if inner.tag in _UNSEEN else inner.text or "")
        elif inner is not element:
            parts.append(inner.tail or "")
    return " ".join("".join(parts).split())


def _length(paragraphs: Iterable[str]) -> int:
    return sum(map(len, paragraphs))

"""Reads what a page says of itself as JSON-LD (schema.org): its nodes, and the one that describes the article."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Node = Mapping[str, Any]

ARTICLES: Final = frozenset(
    (
        "article", "newsarticle", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle",
        "backgroundnewsarticle", "reviewnewsarticle", "askpublicnewsarticle", "advertisercontentarticle",
        "satiricalarticle", "scholarlyarticle", "techarticle", "report", "blogposting", "liveblogposting",
        "socialmediaposting", "discussionforumposting", "review", "claimreview", "medicalscholarlyarticle",
    )
)  # fmt: skip
"""Types of schema.org that stand for one text that somebody published: `Article` and its subtypes, and reviews."""

LISTS: Final = frozenset(("collectionpage", "searchresultspage", "itemlist", "profilepage"))
"""Types of schema.org of pages that lead to other pages. A `BreadcrumbList` is none: it leads to the page."""

_DEEPEST: Final = 40
"""Objects within objects that are walked through; pages have about ten."""
_MOST_NODES: Final = 5_000
"""Objects of a page that are looked at; large pages have some hundreds."""
_MOST_VALUES: Final = 50
"""Values of a list, such as authors or sections, that are looked at."""
_LONGEST_SCRIPT: Final = 2_000_000
"""Characters of a script that is read; those of news pages have a few thousand, with the whole article in them."""
_WRAPPING: Final = re.compile(r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|\ufeff)?\s*")
_COMMA_AT_END: Final = re.compile(r",(\s*[}\]])")
_BETWEEN: Final = re.compile(r"[\s;,]*")
_DECODER: Final = json.JSONDecoder(strict=False)  # hand-made JSON-LD holds raw line ends


def nodes_of(scripts: Iterable[str]) -> list[Node]:
    """All objects in the JSON-LD scripts of a page, outer ones first; those that only refer by `@id` are resolved.

    What is no JSON is passed over: a page says most things in several ways. Never raises.
    """
    found: list[Node] = []
    for script in scripts:
        if len(script) > _LONGEST_SCRIPT:
            continue
        for value in _values(script):
            found.extend(_objects(value, _MOST_NODES - len(found)))
            if len(found) >= _MOST_NODES:
                return found
    return found


def article_node(nodes: Iterable[Node], addresses: Iterable[str]) -> Node:
    """The node of the article that the page is about; an empty one where there is none.

    A node that names one of the page's own `addresses` comes first, then the outermost one; nodes of a list of links
    and articles that another article mentions come after it in any case, as they stand deeper.
    """
    articles = [node for node in nodes if types(node) & ARTICLES and ("headline" in node or "name" in node)]
    own = {_bare(address) for address in addresses if address}
    for node in articles:
        if any(_bare(address) in own for address in node_addresses(node)):
            return node
    return articles[0] if articles else {}


def types(node: Node) -> frozenset[str]:
    """The types of a node in lower case, without the address of the vocabulary."""
    stated = node.get("@type", node.get("type"))
    values = stated if isinstance(stated, list) else [stated]
    return frozenset(re.split(r"[/:#]", value)[-1].lower() for value in values if isinstance(value, str))


def node_addresses(node: Node) -> list[str]:
    """The addresses that a node says it has: `url`, `@id`, and the page whose main entity it is."""
    found = []
    for value in (node.get("url"), node.get("mainEntityOfPage"), node.get("@id")):
        inner = value.get("@id", value.get("url")) if isinstance(value, Mapping) else value
        if isinstance(inner, str) and "//" in inner:
            found.append(inner.strip())
    return found


def first_text(value: Any) -> str:
    """A value as text: itself, the first of a list, or the `@value` or `name` of an object."""
    for _ in range(_DEEPEST):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, Mapping):
            value = value.get("@value", value.get("name"))
        else:
            break
    return value.strip() if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    """A value or each of the first values of a list as text, empty ones left out."""
    return [text for item in _listed(value) if (text := first_text(item))]


def resolved(value: Any, nodes: Sequence[Node]) -> list[Any]:
    """A value, or the first values of a list, with references by `@id` replaced by the named node of this `@id`."""
    return [_resolved(item, nodes) for item in _listed(value)]


def _resolved(value: Any, nodes: Sequence[Node]) -> Any:
    if isinstance(value, Mapping) and "name" not in value and isinstance(identity := value.get("@id"), str):
        return next((node for node in nodes if node.get("@id") == identity and "name" in node), value)
    return value


def _listed(value: Any) -> list[Any]:
    return value[:_MOST_VALUES] if isinstance(value, list) else [value]


def _values(script: str) -> Iterator[Any]:
    """The values of a script: one, or several that follow each other; what comes after them is left."""
    position = _WRAPPING.match(script).end()  # type: ignore[union-attr]  # it matches everything
    mended = False
    while position < len(script):
        try:
            value, position = _DECODER.raw_decode(script, position)
        except RecursionError:
            return
        except ValueError:
            if mended:
                return
            script, mended = _COMMA_AT_END.sub(r"\1", script[position:]), True
            position = 0
            continue
        yield value
        position = _BETWEEN.match(script, position).end()  # type: ignore[union-attr]  # it matches everything


def _objects(value: Any, most: int) -> Iterator[Node]:
    """The objects of a value, breadth first, so that what stands deeper comes later."""
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, Mapping):
                if most <= 0:
                    return
                most -= 1
                yield item
                below.extend(inner for inner in item.values() if isinstance(inner, dict | list))
            elif isinstance(item, list):
                below.extend(inner for inner in item if isinstance(inner, dict | list))
        level = below


def _bare(address: str) -> str:
    """An address without what changes nothing: scheme, `www.`, anchor, slash at the end."""
    return re.sub(r"^https?://(?:www\.)?|[#?].*$|/+$", "", address.strip().lower())

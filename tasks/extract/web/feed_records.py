"""Cuts the text of feeds into their items, so that damage to one of them costs no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

_MARK: Final = re.compile(
    r"<(?:!\[CDATA\[|!--|\?xml\s|(?P<end>/?)(?P<prefix>[A-Za-z_][\w.-]{0,40}:)?"
    # No attribute holds `<`, so a tag that is not closed is left at the next one.
    r"(?P<name>item|entry|rss|feed|rdf|channel)(?P<rest>[\s/][^<>]{0,16384})?>)",
    re.IGNORECASE,
)
_OF_AN_ITEM: Final = re.compile(r"<(?:title|description|summary|content)[\s>]", re.IGNORECASE)
_ROOTS: Final = frozenset({"rss", "feed", "rdf"})
_HEAD: Final = 65_536
"""Characters of a feed outside its items in which its name, date and language are looked for."""


@dataclass(frozen=True, slots=True)
class Record:
    """One item of a feed by its offsets in the text, end exclusive.

    `kind` is `item`; `empty` for an item without anything; `cut` where the text ends within the item; `stray` for what
    stands before an end tag of an item that has no beginning. `holes` are the offsets of empty items within this one,
    which some feeds have by mistake.
    """

    kind: Literal["item", "empty", "cut", "stray"]
    start: int
    end: int
    holes: tuple[tuple[int, int], ...] = ()

    def xml(self, text: str) -> str:
        """What stands there, without the holes."""
        pieces, position = [], self.start
        for start, end in self.holes:
            pieces.append(text[position:start])
            position = end
        return "".join([*pieces, text[position : self.end]])


@dataclass(slots=True)
class Feed:
    """One feed: its outermost tags as found (empty where they are missing), its items, and all that is outside them.

    `atom` tells Atom from RSS; `closed` whether its end is there.
    """

    root: str
    channel: str = ""
    atom: bool = False
    closed: bool = False
    head: str = ""
    records: list[Record] = field(default_factory=list)

    @property
    def opening(self) -> str:
        """The tags within which an item stands."""
        if self.root:
            return self.root + self.channel
        return '<feed xmlns="http://www.w3.org/2005/Atom">' if self.atom else '<rss version="2.0"><channel>'

    @property
    def closing(self) -> str:
        """The end tags to `opening`."""
        names = re.findall(r"<([^\s/>]+)", self.opening)
        tags = ([names[0]] if names else []) + (["channel"] if self._in_channel else [])
        return "".join(f"</{name}>" for name in reversed(tags))

    @property
    def _in_channel(self) -> bool:
        return bool(self.channel) or (not self.root and not self.atom)


def feeds(text: str) -> Iterator[Feed]:
    """The feeds in a text, each with its items in order: mostly one; files that were put together hold several."""
    cut = _Cut(text)
    position, closes = 0, {"]]>": -1, "-->": -1}
    while match := _MARK.search(text, position):
        position = match.end()
        mark = match[0]
        if mark in ("<![CDATA[", "<!--"):
            close = "]]>" if mark == "<![CDATA[" else "-->"
            if 0 <= closes[close] < position:
                closes[close] = -1
            if closes[close] < 0:
                closes[close] = text.find(close, position)
                if closes[close] < 0:
                    closes[close] = len(text)  # there is none any more
            # A mark within its like was left open, and what follows it is not hidden.
            if closes[close] < len(text) and text.find(mark, position, closes[close]) < 0:
                position = closes[close] + len(close)
        elif match["name"] is None:
            if (done := cut.at_declaration(match.start())) is not None:
                yield done
        elif (done := cut.at_tag(match)) is not None:
            yield done
    if (done := cut.at_declaration(len(text))) is not None:
        yield done


class _Cut:
    """What is open while a text is cut: a feed, an item in it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._feed: Feed | None = None
        self._start = -1  # of the open item
        self._holes: list[Record] = []  # empty items within the open one
        self._ended = 0  # where the last item ended that had no beginning
        self._outside = 0  # where the text outside items begins
        self._pieces: list[str] = []
        self._length = 0

    def at_declaration(self, place: int) -> Feed | None:
        """Ends the feed that is open where a new document or nothing follows, and returns it."""
        feed, self._feed = self._feed, None
        if feed is not None:
            self._end_item(feed, place, "cut" if place == len(self._text) else "item")
            self._take_outside(place)
            feed.head = "".join(self._pieces)
        self._outside, self._pieces, self._length = place, [], 0
        return feed

    def at_tag(self, match: re.Match[str]) -> Feed | None:
        """Takes notice of a tag of a feed; returns the feed before it where it begins another."""
        name, place = match["name"].lower(), match.start()
        if name in _ROOTS:
            return self._at_root(match, name, place)
        feed = self._feed
        if name == "channel":
            if feed is not None and not match["end"] and not feed.records and _is_rss(feed) and not feed.channel:
                feed.channel = "" if _is_closed(match) else match[0]
            elif feed is not None and match["end"]:
                self._end_item(feed, place, "item")
            return None
        done = None
        if feed is None:  # an item without a feed around it
            if match["end"]:
                return None
            done = self.at_declaration(place)
            feed = self._feed = Feed("", atom=name == "entry")
        if (name == "entry") != feed.atom or (match["prefix"] or "") != _prefix(feed, match):
            return done
        if match["end"]:
            self._at_item_end(feed, place, match.end())
        elif _is_closed(match):
            empty = Record("empty", place, match.end())
            if self._start >= 0:
                self._holes.append(empty)
            else:
                self._take_outside(place)
                self._outside = match.end()
                feed.records.append(empty)
        else:
            self._end_item(feed, place, "item")
            self._take_outside(place)
            self._start = place
        return done

    def _at_root(self, match: re.Match[str], name: str, place: int) -> Feed | None:
        feed = self._feed
        if match["end"]:
            if feed is None or not feed.root or _name(feed.root) != name:
                return None
            self._end_item(feed, place, "item")
            feed.closed = True
            return self.at_declaration(match.end())
        if feed is not None and (feed.root or self._start >= 0):
            return None
        done = self.at_declaration(place)
        self._feed = Feed(match[0], atom=name == "feed")
        return done

    def _at_item_end(self, feed: Feed, place: int, end: int) -> None:
        if self._start >= 0:
            self._end_item(feed, end, "item")
            return
        start = max(self._ended, feed.records[-1].end if feed.records else self._outside)
        self._ended = end
        if _OF_AN_ITEM.search(self._text, start, place):  # else it only ends an item twice
            feed.records.append(Record("stray", start, end))

    def _end_item(self, feed: Feed, end: int, kind: Literal["item", "cut"]) -> None:
        if self._start < 0:
            return
        holes = tuple((hole.start, hole.end) for hole in self._holes)
        feed.records.append(Record(kind, self._start, end, holes))
        feed.records.extend(self._holes)
        self._holes, self._start, self._outside = [], -1, end

    def _take_outside(self, end: int) -> None:
        if self._length < _HEAD:
            piece = self._text[self._outside : min(end, self._outside + _HEAD)]
            self._pieces.append(piece)
            self._length += len(piece)
        self._outside = end


def _is_closed(match: re.Match[str]) -> bool:
    return (match["rest"] or "").endswith("/")


def _is_rss(feed: Feed) -> bool:
    return _name(feed.root) == "rss"


def _name(tag: str) -> str:
    match = re.match(r"</?(?:[^\s/>:]*:)?([^\s/>:]+)", tag)
    return match[1].lower() if match else ""


def _prefix(feed: Feed, match: re.Match[str]) -> str:
    """The prefix that a feed's items have: that of an Atom feed, none in RSS; in RDF and alone, whatever is there."""
    if feed.atom and feed.root:
        return feed.root[1:].partition(":")[0] + ":" if re.match(r"<[^\s/>:]+:", feed.root) else ""
    return "" if _is_rss(feed) else match["prefix"] or ""

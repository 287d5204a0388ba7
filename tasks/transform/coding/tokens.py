"""The words of a parse as plain objects: rules and features ask so much of them that spaCy's own views are too slow."""

from collections.abc import Iterator
from unicodedata import category

from spacy.tokens import Doc


class Token:
    """One word of a parsed sentence, with the names that spaCy has for what the parser says of it.

    `i` is its number in the sentence; `head` is the word itself at the root. Each word is one object only.
    """

    __slots__ = ("children", "dep_", "head", "i", "lefts", "rights", "tag_", "text")

    head: "Token"
    lefts: tuple["Token", ...]
    rights: tuple["Token", ...]
    children: tuple["Token", ...]

    def __init__(self, i: int, text: str, tag: str, label: str) -> None:
        """A word without anything above or below it yet."""
        self.i = i
        self.text = text
        self.tag_ = tag
        self.dep_ = label
        self.head = self
        self.lefts = self.rights = self.children = ()

    @property
    def ancestors(self) -> Iterator["Token"]:
        """The words above, nearest first, up to the root."""
        at = self
        while at.head is not at:
            at = at.head
            yield at

    @property
    def subtree(self) -> Iterator["Token"]:
        """The word and all below it, in text order."""
        for left in self.lefts:
            yield from left.subtree
        yield self
        for right in self.rights:
            yield from right.subtree

    @property
    def left_edge(self) -> "Token":
        """The first word of its subtree."""
        return min(self.subtree, key=lambda token: token.i)

    @property
    def right_edge(self) -> "Token":
        """The last word of its subtree."""
        return max(self.subtree, key=lambda token: token.i)

    @property
    def is_punct(self) -> bool:
        """Whether it is made of marks alone."""
        return all(category(character).startswith("P") for character in self.text)

    def __repr__(self) -> str:
        return self.text


def tokens_of(doc: Doc) -> list[Token]:
    """The words of a parsed Doc, in text order."""
    tokens = [Token(i, word.text, word.tag_, word.dep_) for i, word in enumerate(doc)]
    below: dict[int, list[Token]] = {}
    for token, word in zip(tokens, doc, strict=True):
        above = word.head.i
        if above != token.i:
            token.head = tokens[above]
            if above in below:
                below[above].append(token)
            else:
                below[above] = [token]
    for i, children in below.items():
        token = tokens[i]
        token.children = tuple(children)
        first = sum([child.i < i for child in children])
        token.lefts = token.children[:first]
        token.rights = token.children[first:]
    return tokens

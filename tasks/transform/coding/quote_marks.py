"""Finds what stands between quotation marks, of any kind and over several paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CLOSING: Final = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"', "”": "”", "‘": "’", "'": "'"}
"""What can close each opening mark: „ is closed by “ in German and by ” in Polish, » by « in Danish."""
_SINGLE: Final = frozenset("‘'")
"""Marks that are apostrophes too; they count only around several words."""
_LEAST_WORDS_IN_SINGLE: Final = 3
_OPENERS: Final = re.compile("[“„«»\"”‘']")
_MARKS: Final = re.compile("[“„«»\"”‘’']")
_SINGLE_CLOSING: Final = "‘’'"
_BEFORE_OPENING: Final = " \t\u00a0\u2009([{—–-/:"
_ENDS: Final = ",.?!…;"
_PARAGRAPH: Final = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """Words between quotation marks: offsets of the words into the body, and of the marks around them.

    `closed` is false where a paragraph ends first and the next one does not go on.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    closed: bool = True


def marked(body: str) -> list[Marked]:
    """All stretches between quotation marks, in order, the outermost where they are nested.

    A paragraph that opens and does not close goes on in the next one where that opens with the same mark, as
    printers do with long quotations; the stretch reaches to the last of them then.
    """
    found: list[Marked] = []
    open_at, open_mark = -1, ""
    for match in _PARAGRAPH.finditer(body):
        begin, end = match.span()
        at = begin
        if open_at >= 0:
            first = begin + len(match.group()) - len(match.group().lstrip())
            if body[first : first + 1] == open_mark:
                at = first + 1
                closing, _ = _closing(body, at, end, open_mark)
                if closing is None:
                    continue
                found.append(_trimmed(body, open_at, closing))
                at = closing + 1
            else:
                found.append(_unclosed(body, open_at))
            open_at = -1
        for stretch in _in_paragraph(body, at, end):
            if stretch.closed:
                found.append(stretch)
            else:
                open_at, open_mark = stretch.outer_start, body[stretch.outer_start]
    if open_at >= 0:
        found.append(_unclosed(body, open_at))
    return [stretch for stretch in found if stretch.start < stretch.end]


def _in_paragraph(body: str, at: int, end: int) -> Iterator[Marked]:
    """The stretches that open in a paragraph; the last may be left open."""
    no_single_before = at
    while (match := _OPENERS.search(body, at, end)) is not None:
        opening, mark = match.start(), match.group()
        at = opening + 1
        if not _opens(body, opening, end) or (mark in _SINGLE and opening < no_single_before):
            continue
        closing, stopped = _closing(body, at, end, mark)
        if closing is not None:
            stretch = _trimmed(body, opening, closing)
            if mark in _SINGLE and len(body[stretch.start : stretch.end].split()) < _LEAST_WORDS_IN_SINGLE:
                continue
            yield stretch
            at = closing + 1
        elif mark not in _SINGLE:
            yield Marked(at, end, opening, end, closed=False)
            return
        else:
            no_single_before = stopped  # the others up to there would look in vain too


def _opens(body: str, position: int, end: int) -> bool:
    """Whether a mark opens: nothing or a blank before it, and a word after it."""
    before, after = body[position - 1 : position], body[position + 1 : position + 2]
    if position + 1 >= end or after.isspace() or after in _ENDS:
        return False
    return body[position] in "“„«" or not before or before.isspace() or before in _BEFORE_OPENING


def _closing(body: str, at: int, end: int, mark: str) -> tuple[int | None, int]:
    """Where a stretch that opened before `at` closes in the paragraph, if it does; and where the search stopped."""
    wanted = _CLOSING[mark]
    doubtful: int | None = None
    for match in _MARKS.finditer(body, at, end):
        position, char = match.start(), match.group()
        if mark in _SINGLE:
            if char not in _SINGLE_CLOSING:
                return doubtful, position
            if char != wanted or not _ends_word(body, position, end):
                continue
            # The apostrophe of a genitive plural looks the same: a later mark is surer.
            if body[position - 1] != "s":
                return position, position
            doubtful = position
        elif char in wanted:
            if mark != '"' or _ends_word(body, position, end) or not _opens(body, position, end):
                return position, position
        elif mark == "“" and char in '“"' and _ends_word(body, position, end) and not _opens_again(body, position):
            return position, position  # closed by the wrong mark
    return doubtful, end


def _ends_word(body: str, position: int, end: int) -> bool:
    after = body[position + 1 : position + 2] if position + 1 < end else ""
    return not body[position - 1].isspace() and not after.isalnum()


def _opens_again(body: str, position: int) -> bool:
    return body[position - 1].isspace() or body[position - 1] in _BEFORE_OPENING


def _trimmed(body: str, opening: int, closing: int) -> Marked:
    """The words between two marks, without the blanks and the comma before the closing one."""
    text = body[opening + 1 : closing]
    start = opening + 1 + len(text) - len(text.lstrip())
    end = closing - (len(text) - len(text.rstrip(" ,\u00a0")))
    return Marked(start, max(start, end), opening, closing + 1)


def _unclosed(body: str, opening: int) -> Marked:
    """The words from an opening mark to the end of its paragraph."""
    last = body.find("\n", opening)
    last = len(body) if last < 0 else last
    text = body[opening + 1 : last]
    start = opening + 1 + len(text) - len(text.lstrip())
    return Marked(start, opening + 1 + len(text.rstrip()), opening, last, closed=False)

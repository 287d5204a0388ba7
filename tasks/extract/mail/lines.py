"""Cuts the plain text of a message into lines: marks of quotes counted, soft line ends and armour undone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

VERSION: Final = 1

LONGEST_LINE: Final = 500
"""Characters of a line, or of lines joined, up to which they can be an attribution, a footer or a field of a head."""
DASHES: Final = re.compile(r"--[ \xa0]?$|—[ \xa0]?$")
_RULE: Final = re.compile(r"\W*?([-=_*~#+.<>/\\])(?:[-=_*~#+.<>/\\ ]{2,})\W*")
_MARK: Final = re.compile(r"\s{0,3}((?:(?:[A-Za-z]{0,6}|\|)>[ \t]?)+)")
_PGP: Final = "-----BEGIN PGP "
_UUENCODED: Final = re.compile(r"begin [0-7]{3,4} \S.*")
_UUENCODED_LINE: Final = re.compile(r"[ -`]{1,70}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message without the marks of quotes before it; `quoted` is how often it was quoted.

    `heading` and `link` (an address) are known of lines of HTML only.
    """

    text: str
    quoted: int = 0
    heading: bool = False
    link: str = ""


def plain_lines(text: str, *, flowed: bool = False, delsp: bool = False) -> list[Line]:
    """The lines of a text as mail writes it; `flowed` and `delsp` are the parameters of RFC 3676."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [_unmarked(line) for line in (_unflowed(raw, delsp) if flowed else raw)]
    return _without_files(_without_armour(lines))


def words(lines: Sequence[Line]) -> int:
    """The number of words in lines."""
    return sum(len(line.text.split()) for line in lines)


def is_rule(line: Line) -> bool:
    """Whether a line is a row of signs that parts what is above from what is below."""
    return len(line.text) <= 160 and bool(_RULE.fullmatch(line.text))


def joined(lines: Sequence[Line]) -> str:
    """Lines as one."""
    return " ".join(line.text.strip() for line in lines)


def trimmed_end(lines: Sequence[Line]) -> list[Line]:
    """Lines without blank ones at the end."""
    end = len(lines)
    while end and not lines[end - 1].text.strip():
        end -= 1
    return list(lines[:end])


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """Lines without blank ones at either end."""
    first = 0
    while first < len(lines) and not lines[first].text.strip():
        first += 1
    return trimmed_end(lines[first:])


def _unflowed(lines: Sequence[str], delsp: bool) -> list[str]:
    """Paragraphs out of the soft line ends of RFC 3676."""
    whole: list[str] = []
    soft: list[str] = []
    depth = -1
    for line in lines:
        bare = line.lstrip(">")
        marks = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if soft and (marks != depth or DASHES.fullmatch(bare)):
            whole.append(">" * depth + " " * bool(depth) + "".join(soft))
            soft = []
        if bare.endswith(" ") and not DASHES.fullmatch(bare):
            soft.append(bare[:-1] if delsp else bare)
            depth = marks
            continue
        whole.append(">" * marks + " " * bool(marks) + "".join(soft) + bare)
        soft = []
    if soft:
        whole.append(">" * max(depth, 0) + " " * (depth > 0) + "".join(soft))
    return whole


def _unmarked(line: str) -> Line:
    match = _MARK.match(line)
    if match is None:
        return Line(line.rstrip("\n") if DASHES.fullmatch(line) else line.rstrip())
    return Line(line[match.end() :].rstrip(), match[1].count(">"))


def _without_armour(lines: list[Line]) -> list[Line]:
    """Lines without what PGP writes around a text that it signs."""
    if not any(line.text.startswith(_PGP) for line in lines):
        return lines
    kept, inside = [], ""
    for line in lines:
        if line.text.startswith(_PGP) and not inside:
            inside = "head" if "SIGNED MESSAGE" in line.text else "block"
        elif inside == "head":
            inside = "" if not line.text else "head"
        elif inside:
            inside = "" if line.text.startswith("-----END PGP") else inside
        else:
            kept.append(replace(line, text=line.text[2:]) if line.text.startswith("- -") else line)
    return kept


def _without_files(lines: list[Line]) -> list[Line]:
    """Lines without files in uuencode, in which Usenet carried pictures."""
    if not any(line.text.startswith("begin ") and _UUENCODED.fullmatch(line.text[:200]) for line in lines):
        return lines
    kept, inside = [], False
    for number, line in enumerate(lines):
        if not inside and line.text.startswith("begin ") and _UUENCODED.fullmatch(line.text[:200]):
            after = lines[number + 1].text if number + 1 < len(lines) else ""
            inside = len(after) > 4 and " " not in after.rstrip() and bool(_UUENCODED_LINE.fullmatch(after))
        if not inside:
            kept.append(line)
        elif line.text == "end" or len(line.text) > 70:
            inside = False
    return kept

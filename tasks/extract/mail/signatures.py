"""Takes signatures, footers of lists and newsletters, legal notices and goodbyes from the lines of a message."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tasks.extract.mail.lines import DASHES, LONGEST_LINE, Line, is_rule, joined, trimmed, trimmed_end, words

VERSION: Final = 1

_SENT_FROM: Final = re.compile(
    r"(?:sent (?:from|via|with|using) (?:my |a |the )?\w[^.!?]{0,60}|get outlook for .*|sent from .{0,40}"
    r"|von meinem .{0,40}gesendet"
    r"|envoyé (?:de|depuis) (?:mon|ma) .{0,40}|enviado (?:desde|do) (?:mi|meu) .{0,40}|отправлено (?:с|из) .{0,40}"
    r"|inviato da .{0,40}|verstuurd vanaf .{0,40}|gesendet von .{0,40}|yahoo! mail .{0,60}|do you yahoo!\?.*"
    r"|virus-free\. .{0,40})",
    re.IGNORECASE,
)
_FOOTER: Final = re.compile(
    r"unsubscri|désabonn|abbestell|darse de baja|отписа"
    r"|mailing list\s?$|mailman/listinfo|to post to this (?:group|list)"
    r"|you(?:'re| are)? (?:received|receiving|are receiving|got) this (?:e-?mail|message|newsletter)"
    r"|(?:this|our) (?:e-?mail|message|newsletter) (?:was sent|is intended|and any (?:files|attach)|is confidential)"
    r"|for additional commands, e-?mail|view (?:this|it|the) (?:e-?mail|message|newsletter)? ?(?:in|online|on)"
    r"|(?:manage|update|change) your (?:e-?mail )?(?:preferences|subscription|settings|profile)|forward to a friend"
    r"|forward this (?:e-?mail|newsletter) to|add us to your address book|all rights reserved|privacy policy"
    r"|confidentiality notice|(?:contains?|be) (?:privileged|confidential)|privileged/confidential"
    r"|not the (?:named |intended )(?:recipient|addressee)|intended (?:recipient|solely for|only for)"
    r"|consider the environment|posted via|posted through|yahoo! groups links|dezabonare",
    re.IGNORECASE,
)
_POINTER: Final = re.compile(
    r"(?:click here to )?(?:view|read|see) (?:this|the|it|our) ?(?:e-?mail|message|newsletter)? ?(?:in|online|on)"
    r".{0,80}|(?:having )?(?:trouble|problems?) (?:viewing|reading|seeing).{0,120}|view (?:in|online|as).{0,40}"
    r"|is this (?:e-?mail|message|newsletter) not displaying.{0,80}|web version|open in (?:your )?browser",
    re.IGNORECASE,
)
_GOODBYE: Final = re.compile(
    r"(?:(?:kind|best|warm|with|many|my)? ?(?:best|kind|warm)? ?(?:regards|wishes|thanks|thank you|cheers|sincerely"
    r"|yours(?: \w+)?|cordially|best|greetings)(?: in advance| again)?|thx|br|mfg|viele grüße|cordialement"
    r"|saludos)[,.!]?",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(r"@|\b(?:tel|phone|fax|disclaimer)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_LONGEST_SIGNATURE: Final = 20
"""Lines below `-- ` that are still a signature; the netiquette asks for four (RFC 3676 4.3), nobody keeps it."""
_LONGEST_LOOSE: Final = 9
"""Lines of a signature that only its rule, or an address in it, tells."""
_LONGEST_MOTTO: Final = 60
"""Words below a name that can be a motto."""
_YEAR: Final = re.compile(r"\b(?:1[6-9]|20)\d\d\b")
_LONGEST_PARAGRAPH: Final = 25
"""Lines of a paragraph at the end that can be a footer: legal notices are long."""
_MOST_FOOTERS: Final = 8


def without_signature(lines: list[Line], names: str) -> list[Line]:
    """Lines without signature, footers of a list, legal notices and what telephones add."""
    own = {word.lower() for word in _WORD.findall(names) if len(word) > 1}
    lines = _without_pointers(lines)
    for _ in range(_MOST_FOOTERS):
        before = len(lines)
        lines = _without_dashes(_without_footer(lines))
        if len(lines) == before:
            break
    lines = _without_loose_signature(lines, names)
    return _without_name(lines, own)


def is_pointer(text: str) -> bool:
    """Whether a line only points to another form of the same message (`View this e-mail in your browser`)."""
    text = " ".join(text[:LONGEST_LINE].split()).strip(" |<>[]*.:")
    return bool(_POINTER.fullmatch(re.sub(r"\s?[<(\[]?https?://\S+", "", text)))


def _without_pointers(lines: list[Line]) -> list[Line]:
    """Lines without those at the beginning that point to the same message on the web."""
    first = 0
    for index, line in enumerate(lines[:12]):
        if is_pointer(line.text) or (line.text and first and re.fullmatch(r"<?\(?https?://\S+\)?>?", line.text)):
            first = index + 1
        elif line.text:
            break
    return trimmed(lines[first:])


def _without_dashes(lines: list[Line]) -> list[Line]:
    """Lines without what stands below the first `-- ` that has no more below it than a signature."""
    below, cut = 0, len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if DASHES.fullmatch(lines[index].text):
            cut = index
        elif lines[index].text:
            below += 1
        if below > _LONGEST_SIGNATURE:
            break
    return trimmed_end(lines[:cut]) if cut < len(lines) else lines


def _without_footer(lines: list[Line]) -> list[Line]:
    """Lines without a footer as their last paragraph, and without the rule above it."""
    end = len(trimmed_end(lines))
    if not end:
        return []
    first = end
    while first and end - first < _LONGEST_PARAGRAPH and lines[first - 1].text and not is_rule(lines[first - 1]):
        first -= 1
    if first == end:
        return trimmed_end(lines[: end - 1])  # nothing below a rule
    if end - first >= _LONGEST_PARAGRAPH:
        return lines[:end]
    text = joined([replace(line, text=line.text[:LONGEST_LINE]) for line in lines[first:end]])
    alone = first == 0
    last = lines[end - 1].text.strip(" *<>[]|-")
    if len(last) <= 100 and _SENT_FROM.fullmatch(re.sub(r"\s?[<(\[]?https?://\S+", "", last).strip()):
        return trimmed_end(lines[: end - 1])
    if alone or not _FOOTER.search(text):
        return lines[:end]
    if lines[first - 1].text or any(is_rule(line) for line in lines[max(first - 2, 0) : first]):
        return trimmed_end(lines[: first - 1])
    return trimmed_end(lines[:first]) if _is_footer(lines[first:end], text) else lines[:end]


def _is_footer(paragraph: Sequence[Line], text: str) -> bool:
    """Whether a paragraph is nothing but a footer: short, or a legal notice."""
    return len(text.split()) <= 40 or "confidential" in text.lower() or "recipient" in text.lower()


def _without_loose_signature(lines: list[Line], names: str) -> list[Line]:
    """Lines without a last block that a rule parts from the text, or a last paragraph with the sender's address."""
    for _ in range(3):
        end = len(trimmed_end(lines))
        first, rule = end, False
        while first and not rule and end - first <= _LONGEST_LOOSE:
            first -= 1
            rule = is_rule(lines[first])
        text = joined(lines[first:end])[:2000]
        if not (rule and first and (_CONTACT.search(text) or is_rule(lines[end - 1]))):
            break
        lines = trimmed_end(lines[:first])
    address = next((word.strip("<>()\"',").lower() for word in names.split() if "@" in word), "")
    local = address.split("@")[0]
    end = first = len(lines)
    while first and lines[first - 1].text and end - first <= _LONGEST_LOOSE:
        first -= 1
    text = joined(lines[first:end]).lower()
    if first and local and end - first <= _LONGEST_LOOSE and len(text.split()) <= 40 and f"{local}@" in text:
        return trimmed_end(lines[:first])
    return lines


def _without_name(lines: list[Line], own: set[str]) -> list[Line]:
    """Lines without the last ones that say goodbye or give the sender's name, and the motto below the name."""
    end = len(lines)
    for first in range(end - 1, max(end - _LONGEST_LOOSE - 1, 0), -1):
        found = _named(lines[first].text)
        below = lines[first + 1 : end]
        if len(found) > 1 and own.issuperset(found) and not lines[first - 1].text and _is_motto(below):
            end = first
    for _ in range(8):
        while end and not lines[end - 1].text:
            end -= 1
        if end <= 1:
            break
        text = lines[end - 1].text.strip(" -–—_~*.,!()[]/")
        found = _named(text)
        named = bool(own and found) and len(text) <= 60 and all(word in own or len(word) == 1 for word in found)
        initials = len(text) <= 2 and text.isalpha()
        if not (named or initials or not found or (len(text) <= 40 and _GOODBYE.fullmatch(text))):
            break
        end -= 1
    return lines[:end]


def _is_motto(below: Sequence[Line]) -> bool:
    """Whether lines below a name are part of a signature: few and short; a date makes the name that of an outlet."""
    if any(len(line.text) > 80 for line in below) or words(below) > _LONGEST_MOTTO:
        return False
    return not (below and _YEAR.search(below[0].text))


def _named(text: str) -> list[str]:
    """The words of a line that may be a name."""
    return [word.lower() for word in _WORD.findall(text[:100].replace("_", " "))]

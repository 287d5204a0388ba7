"""Parts what the sender of a message wrote from what he quotes, and from what he passes on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tasks.extract.mail.lines import LONGEST_LINE, Line, is_rule, joined, trimmed, trimmed_end
from tasks.extract.mail.signatures import without_signature

VERSION: Final = 1

_MOST_HEADS: Final = 200
"""Lines of a message that may begin the head of another and are looked at closely."""
_BAR: Final = re.compile(r"\s{0,3}([|:}%#]>?)(?=\s|$|\w)")
_INITIALS: Final = re.compile(r"\s{0,3}(\[[A-Za-z(*)&]{1,6}\])(?=\s|$)")
_SAID: Final = (
    r"(?:wrote|writes?|said|says|asked|asks|replied|replies|responded|responds|stated|scribed|schrieb|schreef|skrev"
    r"|a écrit|escribió|escreveu|ha scritto|a scris|написал(?:\(?а\)?)?|пишет|пише|napisał(?:\(?a\)?)?|kirjoitti|yazdı"
    r"|գրել է)(?!\w)"
)
_SAYS: Final = re.compile(rf"(?<!\w){_SAID}", re.IGNORECASE)
_ATTRIBUTION: Final = re.compile(
    rf"""(?:On|Le|Am|El|Il|Op|Em|Den|In|At|W|В)\s.*(?<!\w){_SAID}[^.!?]{{0,80}}[:>.…]?
    |In\ (?:a\ previous\ |the\ )?(?:article|message)\b.*|In\ <[^>]+>,?\ .*
    |(?:"?[^\s"<>]+"?\s){{0,4}}[<(]?[^\s@]+@[^\s@]+.*(?<!\w){_SAID}.{{0,60}}
    |(?:Quoting|Citing|Citando|Zitat\ von)\s.*:
    |.{{1,120}}(?<!\w){_SAID}[^.!?]{{0,40}}(?::|\.{{2,3}}|…)-?\s?""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
_SURE: Final = re.compile(
    rf"""(?:On|Le|Am|El|Il|Op|Em|Den|W|В)\s(?=.*\d).*(?:\d{{1,2}}[:.h]\d\d|\d{{4}}|<).*(?<!\w){_SAID}\s?:
    |In\ (?:a\ previous\ )?article\s.*(?<!\w){_SAID}.{{0,40}}|In\ (?:a\ previous\ )?article\s+<?\S+@\S+>?,?\s.*[:.]
    |In\ <[^<>]*@[^<>]*>,?\s.*(?<!\w){_SAID}\W{{0,4}}
    |(?:[^\s<>@]+\s){{0,4}}<?[^\s@]+@[^\s@]+>?(?:\s\(.{{1,80}}\))?,?\s{_SAID}\W{{0,4}}""",
    re.IGNORECASE | re.VERBOSE,
)  # fmt: skip
"""Attributions that nothing but an attribution looks like: they go also where no quote follows."""
_ANSWERED: Final = re.compile(
    r"[^.:]{1,80}(?:[.@][^:]{1,60})?\s(?:wrote|writes|said|says|sez|write)\W{0,5}", re.IGNORECASE
)
_OPENS: Final = re.compile(r"(?:On|In|Le|Am|El)\s", re.IGNORECASE)
_MOST_LINES: Final = 4
"""Lines of one attribution: a long one with two addresses and a date takes three at 72 characters."""
_ORIGINAL: Final = re.compile(
    r"[-_\s]*-{2,}\s*(?:Original|Reply|Ursprüngliche|Исходное|Пересылаемое|Message d.origine|Mensaje original"
    r"|Messaggio originale|Mensagem original)\b[^-]{0,40}-{2,}\s*",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"\s*(?:[-_=*]{2,}\s*(?:Begin |Start of )?(?:Forwarded|Fwd|Weitergeleitete|Message transféré|Mensaje reenviado"
    r"|Messaggio inoltrato|Mensagem encaminhada|Пересылаемое|Переслан)[^-]{0,80}(?:[-_=*]{2,}\s*)?"
    r"|Begin forwarded message\s?:?"
    r"|Anfang der weitergeleiteten (?:Nachricht|E-Mail)\s?:?|Début du message (?:réexpédié|transféré)\s?:?"
    r"|Inicio del mensaje reenviado\s?:?)\s*",
    re.IGNORECASE,
)
_FORWARD_ENDS: Final = re.compile(r"\s*-{2,}\s*End (?:of )?forwarded message.*", re.IGNORECASE)
_HEAD: Final = re.compile(r"\s*\**([^\W\d_][\w -]{1,14}?)\s?:\**\s*(.*)")
_FIELD_OF: Final = {
    name: field
    for field, names in {
        "sender": ("from", "von", "de", "da", "van", "fra", "från", "от", "от кого", "expéditeur", "od"),
        "date": ("date", "sent", "datum", "gesendet", "envoyé", "fecha", "enviado", "data", "inviato", "дата",
                 "отправлено", "verzonden", "dato", "skickat"),
        "title": ("subject", "betreff", "objet", "asunto", "oggetto", "assunto", "тема", "onderwerp", "emne", "ämne"),
        "to": ("to", "an", "à", "para", "a", "aan", "til", "кому", "cc", "bcc", "reply-to", "kopie", "newsgroups",
               "organization", "message-id", "resent-from", "x-mailer"),
    }.items()
    for name in names
}  # fmt: skip
_IMAGE: Final = re.compile(r"\[(?:cid|image|inline image|logo)\b[^\]\n]{0,200}\]", re.IGNORECASE)
_LINK: Final = re.compile(r"(?<=\S)\s?<(?:https?|mailto|ftp|tel):[^<>\s]{1,2000}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Forward:
    """A message that was passed on within another: what its head says, as found, and its lines."""

    title: str
    sender: str
    date: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Own:
    """What the sender wrote, and what was passed on below it.

    `answers`: he answers somebody for sure, whom he quotes by name, or whose message stands with its head in the text.
    """

    lines: list[Line]
    forward: Forward | None = None
    answers: bool = False


def own_text(lines: Sequence[Line], names: str = "", *, is_reply: bool = False, is_forward: bool = False) -> Own:
    """What the sender wrote, and what he passed on.

    `names` are the name and address of the sender, by which his signature is known. Under `-----Original Message-----`
    stands what is quoted in a reply, and what is passed on where `is_forward` or nothing stands above it.
    """
    lines = _with_loose_quotes(_without_head(trimmed(list(lines))), is_reply)
    forward: Forward | None = None
    answers = is_reply
    heads = 0
    for index, line in enumerate(lines):
        if line.quoted or len(line.text) > LONGEST_LINE or heads > _MOST_HEADS:
            continue
        passed_on = bool(_FORWARDED.fullmatch(line.text))
        original = not passed_on and bool(_ORIGINAL.fullmatch(line.text))
        begin = index + 1 if passed_on or original else index
        head = _head(lines, begin) if passed_on or original or _begins_head(line) else None
        heads += passed_on or original or _begins_head(line)
        if head is None:
            if original and index:
                answers, lines = True, lines[:index]
                break
            continue
        fields, after = head
        above = [line for line in lines[:index] if line.text and not line.quoted]
        if passed_on or is_forward or not (above or is_reply):
            below = lines[after:]
            depth = min((line.quoted for line in lines[begin:after] if line.text), default=0)
            if depth:
                below = [replace(line, quoted=max(line.quoted - depth, 0)) for line in below]
            end = next((n for n, line in enumerate(below) if _FORWARD_ENDS.fullmatch(line.text[:200])), len(below))
            forward = Forward(fields.get("title", ""), fields.get("sender", ""), fields.get("date", ""), below[:end])
            lines = lines[:index]
            break
        answers = True
        if not original and not is_reply:
            continue  # what stands below may be quoted or passed on: it stays
        lines = [*lines[:index], *lines[after:]] if _next_is_quoted(lines, after) else lines[:index]
        break
    lines = _without_rule_at_end(lines)
    lines, quotes = _without_quotes(lines, is_reply)
    if is_reply:
        lines = _without_opening(lines)
    return Own(_without_links(without_signature(trimmed(lines), names)), forward, answers or quotes)


def _without_head(lines: list[Line]) -> list[Line]:
    """Lines without a second `From: ... Subject: ...` at their beginning, which gateways left there."""
    fields: set[str] = set()
    for index, line in enumerate(lines):
        match = _HEAD.fullmatch(line.text) if len(line.text) <= LONGEST_LINE and not line.quoted else None
        field = _FIELD_OF.get(match[1].lower()) if match else None
        if field is None:
            return trimmed(lines[index:]) if len(fields) > 1 and "sender" in fields and not _is_outer(fields) else lines
        fields.add(field)
    return lines


def _is_outer(fields: set[str]) -> bool:
    """Whether the fields are those of a whole head, which belongs to a message that was passed on."""
    return {"sender", "title", "date"} <= fields or {"sender", "to"} <= fields


def _begins_head(line: Line) -> bool:
    match = _HEAD.fullmatch(line.text)
    return bool(match and match[2] and _FIELD_OF.get(match[1].lower()) == "sender")


def _head(lines: Sequence[Line], begin: int) -> tuple[dict[str, str], int] | None:
    """The head of a quoted or forwarded message from line `begin` on, and where its text begins; None without one.

    It has at least three fields, or two with a title below a line that announces it; values may go on in a second line.
    """
    fields: dict[str, str] = {}
    found, last, index = 0, "", begin
    announced = bool(begin and (_FORWARDED.fullmatch(lines[begin - 1].text[:LONGEST_LINE])
                                or _ORIGINAL.fullmatch(lines[begin - 1].text[:LONGEST_LINE])))  # fmt: skip
    after = begin
    while index < len(lines) and index < begin + 40:
        line = lines[index]
        match = _HEAD.fullmatch(line.text) if len(line.text) <= 4 * LONGEST_LINE else None
        field = _FIELD_OF.get(match[1].lower()) if match else None
        if match and (field or (found and match[1][:2].lower() == "x-")):
            found += 1
            last = field or ""
            if last:
                fields.setdefault(last, match[2].strip().strip("*").strip())
            after = index + 1
        elif line.text and found and last and index == after and lines[index - 1].text:
            if last != "to":
                fields[last] = f"{fields[last]} {line.text.strip()}".strip()
            after = index + 1
        elif line.text or index > after + 1:
            break
        index += 1
    if found >= 3 and {"sender", "title", "date"} & fields.keys() >= {"sender"}:
        return fields, after
    return (fields, after) if announced and found >= 2 and ("title" in fields or "sender" in fields) else None


def _next_is_quoted(lines: Sequence[Line], index: int) -> bool:
    return next((line.quoted > 0 for line in lines[index:] if line.text), False)


def _with_loose_quotes(lines: list[Line], is_reply: bool) -> list[Line]:
    """Marks as quoted, in a reply, lines that begin like many others with `|`, `:` or initials in brackets."""
    if not is_reply:
        return lines
    marks: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for line in lines:
        match = None if line.quoted else _BAR.match(line.text) or _INITIALS.match(line.text)
        mark = "" if match is None or (match[1] == "|" and line.text.endswith("|")) else match[1]
        found.append((mark, match.end() if match else 0))
        marks[mark] = marks.get(mark, 0) + 1
    return [
        replace(line, text=line.text[end:].strip(), quoted=1) if mark and marks[mark] >= 2 else line
        for line, (mark, end) in zip(lines, found, strict=True)
    ]


def _without_quotes(lines: Sequence[Line], is_reply: bool) -> tuple[list[Line], bool]:
    """Lines without quotes and the lines that say whose they are; and whether it is said for sure whose a quote is."""
    kept: list[Line] = []
    sure = False
    last_quoted = max((number for number, line in enumerate(lines) if line.quoted), default=-1)
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.quoted:
            _drop_attribution(kept)
            if is_reply and number and _is_broken_off(kept):
                kept.pop()
            if kept and kept[-1].text:
                kept.append(Line(""))
            while number < len(lines) and (lines[number].quoted or _is_remnant(lines, number)):
                number += 1
            while kept and number < len(lines) and not lines[number].text:
                number += 1
            continue
        kept.append(line)
        number += 1
        if line.text and line.text[-1] in ":>." and (count := _sure_attribution(kept)):
            sure = True
            first = _opening(kept, len(kept) - count, len(kept))
            modern = _OPENS.match(kept[first].text)
            del kept[first:]
            below = next((later for later in lines[number : number + _MOST_LINES] if later.text), None)
            if (
                is_reply
                and modern
                and below is not None
                and number > last_quoted
                and any(before.text for before in kept)
            ):
                break  # what follows is the message that is answered, without marks
    return kept, sure and last_quoted >= 0


def _is_remnant(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is what a mail program broke off a long quoted line: short, between two quoted lines."""
    if not lines[number].text:
        # Blank lines between quotes go with them; between a quote and the sender's words they stay.
        return number + 1 < len(lines) and bool(lines[number + 1].quoted)
    if number == 0 or number + 1 >= len(lines):
        return False
    before, after = lines[number - 1], lines[number + 1]
    broken = bool(before.quoted and after.quoted and len(before.text) + 2 * before.quoted >= 60)
    return broken and len(lines[number].text) <= 24


def _without_opening(lines: list[Line]) -> list[Line]:
    """Lines of a reply without a first one that says who wrote what is answered, where its quote was left out."""
    lines = trimmed(lines)
    if len(lines) > 1 and len(lines[0].text) <= LONGEST_LINE and _ANSWERED.fullmatch(lines[0].text):
        return trimmed(lines[1:])
    return lines


def _is_broken_off(kept: Sequence[Line]) -> bool:
    """Whether the line above a quote is its first one, without a mark: long, alone, and in the middle of a sentence."""
    if not kept or not 60 <= len(kept[-1].text) <= 80 or (len(kept) > 1 and kept[-2].text):
        return False
    return kept[-1].text[-1].isalnum() or kept[-1].text[-1] == ","


def _drop_attribution(kept: list[Line]) -> None:
    """Takes away the attribution with which lines end, where they end with one."""
    last = len(kept)
    while last and not kept[last - 1].text and len(kept) - last <= 3:
        last -= 1
    for count in range(1, min(_MOST_LINES, last) + 1):
        if not kept[last - count].text:
            break
        text = joined(kept[last - count : last])
        if len(text) <= LONGEST_LINE and _ATTRIBUTION.fullmatch(text):
            del kept[_opening(kept, last - count, last) :]
            break


def _opening(kept: Sequence[Line], first: int, last: int) -> int:
    """The line with which an attribution opens that ends on the lines from `first` to `last`: `first`, or one above."""
    for above in range(first - 1, max(last - _MOST_LINES, 0) - 1, -1):
        text = kept[above].text
        if _OPENS.match(kept[above + 1].text) or not text or text[-1] in ".!?:":
            break
        if _OPENS.match(text):
            return above
    return first


def _sure_attribution(kept: Sequence[Line]) -> int:
    """The number of lines at the end that are surely an attribution."""
    for count in range(1, min(_MOST_LINES, len(kept)) + 1):
        if not kept[-count].text:
            return 0
        text = joined(kept[-count:])
        if len(text) <= LONGEST_LINE and _SURE.fullmatch(text) and _SAYS.search(text):
            return count
    return 0


def _without_links(lines: list[Line]) -> list[Line]:
    """Lines without pictures and without the addresses that mail programs write behind the words of a link."""
    return [
        replace(line, text=_LINK.sub("", _IMAGE.sub("", line.text)).strip() if len(line.text) < 100_000 else line.text)
        if "<" in line.text or "[" in line.text
        else line
        for line in lines
    ]


def _without_rule_at_end(lines: list[Line]) -> list[Line]:
    end = len(trimmed_end(lines))
    return lines[: end - 1] if end and is_rule(lines[end - 1]) else lines

"""Takes out of the lines of a message what its sender did not write: quotes, attributions, signatures, list footers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message without the marks of quotes before it; `quoted` is how often it was quoted.

    `heading` and `link` (an address) are known of lines of HTML only.
    """

    text: str
    quoted: int = 0
    heading: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """A message that was passed on within another: what its head says, as found, and its lines."""

    title: str
    sender: str
    date: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Own:
    """What the sender wrote, and what was passed on below it."""

    lines: list[Line]
    forward: Forward | None = None


_LONGEST_LINE: Final = 500
"""Characters of a line, or of lines joined, up to which they can be an attribution, a footer or a field of a head."""
_MOST_HEADS: Final = 200
"""Lines of a message that may begin the head of another and are looked at closely."""
_DASHES: Final = re.compile(r"--[ \xa0]?$|—[ \xa0]?$")
_RULE: Final = re.compile(r"\W*?([-=_*~#+.<>/\\])(?:[-=_*~#+.<>/\\ ]{2,})\W*")
_MARK: Final = re.compile(r"\s{0,3}((?:(?:[A-Za-z]{0,6}|\|)>[ \t]?)+)")
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
_PGP: Final = "-----BEGIN PGP "
_UUENCODED: Final = re.compile(r"begin [0-7]{3,4} \S.*")
_UUENCODED_LINE: Final = re.compile(r"[ -`]{1,70}")
_IMAGE: Final = re.compile(r"\[(?:cid|image|inline image|logo)\b[^\]\n]{0,200}\]", re.IGNORECASE)
_LINK: Final = re.compile(r"(?<=\S)\s?<(?:https?|mailto|ftp|tel):[^<>\s]{1,2000}>", re.IGNORECASE)


def plain_lines(text: str, *, flowed: bool = False, delsp: bool = False) -> list[Line]:
    """The lines of a text as mail writes it; `flowed` and `delsp` are the parameters of RFC 3676."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [_unmarked(line) for line in (_unflowed(raw, delsp) if flowed else raw)]
    return _without_files(_without_armour(lines))


def own_text(lines: Sequence[Line], names: str = "", *, is_reply: bool = False, is_forward: bool = False) -> Own:
    """What the sender wrote, and what he passed on.

    `names` are the name and address of the sender, by which his signature is known. Under `-----Original Message-----`
    stands what is quoted in a reply, and what is passed on where `is_forward` or nothing stands above it.
    """
    lines = _with_loose_quotes(_without_head(_trimmed(list(lines))), is_reply)
    forward: Forward | None = None
    heads = 0
    for index, line in enumerate(lines):
        if line.quoted or len(line.text) > _LONGEST_LINE or heads > _MOST_HEADS:
            continue
        passed_on = bool(_FORWARDED.fullmatch(line.text))
        original = not passed_on and bool(_ORIGINAL.fullmatch(line.text))
        begin = index + 1 if passed_on or original else index
        head = _head(lines, begin) if passed_on or original or _begins_head(line) else None
        heads += passed_on or original or _begins_head(line)
        if head is None:
            if original and index:
                lines = lines[:index]
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
        elif not original and not is_reply:
            continue  # a head in the midst of a text that answers nobody
        elif _next_is_quoted(lines, after):
            lines = [*lines[:index], *lines[after:]]
        else:
            lines = lines[:index]
        break
    lines = _without_rule_at_end(lines)
    lines = _without_quotes(lines, is_reply)
    if is_reply:
        lines = _without_opening(lines)
    return Own(_without_links(_without_signature(_trimmed(lines), names)), forward)


def words(lines: Sequence[Line]) -> int:
    """The number of words in lines."""
    return sum(len(line.text.split()) for line in lines)


def is_pointer(text: str) -> bool:
    """Whether a line only points to another form of the same message (`View this e-mail in your browser`)."""
    text = " ".join(text[:_LONGEST_LINE].split()).strip(" |<>[]*.:")
    return bool(_POINTER.fullmatch(re.sub(r"\s?[<(\[]?https?://\S+", "", text)))


def _unflowed(lines: Sequence[str], delsp: bool) -> list[str]:
    """Paragraphs out of the soft line ends of RFC 3676."""
    joined: list[str] = []
    soft: list[str] = []
    depth = -1
    for line in lines:
        bare = line.lstrip(">")
        marks = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if soft and (marks != depth or _DASHES.fullmatch(bare)):
            joined.append(">" * depth + " " * bool(depth) + "".join(soft))
            soft = []
        if bare.endswith(" ") and not _DASHES.fullmatch(bare):
            soft.append(bare[:-1] if delsp else bare)
            depth = marks
            continue
        joined.append(">" * marks + " " * bool(marks) + "".join(soft) + bare)
        soft = []
    if soft:
        joined.append(">" * max(depth, 0) + " " * (depth > 0) + "".join(soft))
    return joined


def _unmarked(line: str) -> Line:
    match = _MARK.match(line)
    if match is None:
        return Line(line.rstrip("\n") if _DASHES.fullmatch(line) else line.rstrip())
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


def _without_head(lines: list[Line]) -> list[Line]:
    """Lines without a second `From: ... Subject: ...` at their beginning, which gateways left there."""
    fields: set[str] = set()
    for index, line in enumerate(lines):
        match = _HEAD.fullmatch(line.text) if len(line.text) <= _LONGEST_LINE and not line.quoted else None
        field = _FIELD_OF.get(match[1].lower()) if match else None
        if field is None:
            return (
                _trimmed(lines[index:]) if len(fields) > 1 and "sender" in fields and not _is_outer(fields) else lines
            )
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
    announced = bool(begin and (_FORWARDED.fullmatch(lines[begin - 1].text[:_LONGEST_LINE])
                                or _ORIGINAL.fullmatch(lines[begin - 1].text[:_LONGEST_LINE])))  # fmt: skip
    after = begin
    while index < len(lines) and index < begin + 40:
        line = lines[index]
        match = _HEAD.fullmatch(line.text) if len(line.text) <= 4 * _LONGEST_LINE else None
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


def _without_quotes(lines: Sequence[Line], is_reply: bool) -> list[Line]:
    """Lines without quotes and the lines that say whose they are."""
    kept: list[Line] = []
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
    return kept


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
    lines = _trimmed(lines)
    if len(lines) > 1 and len(lines[0].text) <= _LONGEST_LINE and _ANSWERED.fullmatch(lines[0].text):
        return _trimmed(lines[1:])
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
        text = _joined(kept[last - count : last])
        if len(text) <= _LONGEST_LINE and _ATTRIBUTION.fullmatch(text):
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
        text = _joined(kept[-count:])
        if len(text) <= _LONGEST_LINE and _SURE.fullmatch(text) and _SAYS.search(text):
            return count
    return 0


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text.strip() for line in lines)


def _without_signature(lines: list[Line], names: str) -> list[Line]:
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


def _without_pointers(lines: list[Line]) -> list[Line]:
    """Lines without those at the beginning that point to the same message on the web."""
    first = 0
    for index, line in enumerate(lines[:12]):
        if is_pointer(line.text) or (line.text and first and re.fullmatch(r"<?\(?https?://\S+\)?>?", line.text)):
            first = index + 1
        elif line.text:
            break
    return _trimmed(lines[first:])


def _without_dashes(lines: list[Line]) -> list[Line]:
    """Lines without what stands below the first `-- ` that has no more below it than a signature."""
    below, cut = 0, len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if _DASHES.fullmatch(lines[index].text):
            cut = index
        elif lines[index].text:
            below += 1
        if below > _LONGEST_SIGNATURE:
            break
    return _trimmed_end(lines[:cut]) if cut < len(lines) else lines


def _without_footer(lines: list[Line]) -> list[Line]:
    """Lines without a footer as their last paragraph, and without the rule above it."""
    end = len(_trimmed_end(lines))
    if not end:
        return []
    first = end
    while first and end - first < _LONGEST_PARAGRAPH and lines[first - 1].text and not _is_rule(lines[first - 1]):
        first -= 1
    if first == end:
        return _trimmed_end(lines[: end - 1])  # nothing below a rule
    if end - first >= _LONGEST_PARAGRAPH:
        return lines[:end]
    text = _joined([replace(line, text=line.text[:_LONGEST_LINE]) for line in lines[first:end]])
    alone = first == 0
    last = lines[end - 1].text.strip(" *<>[]|-")
    if len(last) <= 100 and _SENT_FROM.fullmatch(re.sub(r"\s?[<(\[]?https?://\S+", "", last).strip()):
        return _trimmed_end(lines[: end - 1])
    if alone or not _FOOTER.search(text):
        return lines[:end]
    if lines[first - 1].text or any(_is_rule(line) for line in lines[max(first - 2, 0) : first]):
        return _trimmed_end(lines[: first - 1])
    return _trimmed_end(lines[:first]) if _is_footer(lines[first:end], text) else lines[:end]


def _is_footer(paragraph: Sequence[Line], text: str) -> bool:
    """Whether a paragraph is nothing but a footer: short, or a legal notice."""
    return len(text.split()) <= 40 or "confidential" in text.lower() or "recipient" in text.lower()


def _without_loose_signature(lines: list[Line], names: str) -> list[Line]:
    """Lines without a last block that a rule parts from the text, or a last paragraph with the sender's address."""
    for _ in range(3):
        end = len(_trimmed_end(lines))
        first, rule = end, False
        while first and not rule and end - first <= _LONGEST_LOOSE:
            first -= 1
            rule = _is_rule(lines[first])
        text = _joined(lines[first:end])[:2000]
        if not (rule and first and (_CONTACT.search(text) or _is_rule(lines[end - 1]))):
            break
        lines = _trimmed_end(lines[:first])
    address = next((word.strip("<>()\"',").lower() for word in names.split() if "@" in word), "")
    local = address.split("@")[0]
    end = first = len(lines)
    while first and lines[first - 1].text and end - first <= _LONGEST_LOOSE:
        first -= 1
    text = _joined(lines[first:end]).lower()
    if first and local and end - first <= _LONGEST_LOOSE and len(text.split()) <= 40 and f"{local}@" in text:
        return _trimmed_end(lines[:first])
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


def _without_links(lines: list[Line]) -> list[Line]:
    """Lines without pictures and without the addresses that mail programs write behind the words of a link."""
    return [
        replace(line, text=_LINK.sub("", _IMAGE.sub("", line.text)).strip() if len(line.text) < 100_000 else line.text)
        if "<" in line.text or "[" in line.text
        else line
        for line in lines
    ]


def _is_rule(line: Line) -> bool:
    return len(line.text) <= 160 and bool(_RULE.fullmatch(line.text))


def _without_rule_at_end(lines: list[Line]) -> list[Line]:
    end = len(_trimmed_end(lines))
    return lines[: end - 1] if end and _is_rule(lines[end - 1]) else lines


def _trimmed_end(lines: Sequence[Line]) -> list[Line]:
    end = len(lines)
    while end and not lines[end - 1].text.strip():
        end -= 1
    return list(lines[:end])


def _trimmed(lines: Sequence[Line]) -> list[Line]:
    first = 0
    while first < len(lines) and not lines[first].text.strip():
        first += 1
    return _trimmed_end(lines[first:])

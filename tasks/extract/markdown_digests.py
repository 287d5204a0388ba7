"""Reads Markdown digests of feeds: a `##` heading an entry."""

import re
from typing import Final

from tasks.extract.drafts import Draft, Reading, no_articles
from tasks.settings import Source

VERSION: Final = 2

_HEADER: Final = re.compile(
    r"#\s+Source:\s*(?P<outlet>.*?),\s*URL:\s*(?P<url>\S*?),\s*language:\s*(?P<language>\S*)\s*$"
)
_ENTRY: Final = re.compile(r"^##[ \t]+(?=\S)", re.MULTILINE)
_LINK: Final = re.compile(r"\s*[-*]\s*\[([^\]\n]*)\]\(([^)\n]*)\)\s*")
_FEED: Final = re.compile(r"\s*[-*]\s*RSS feed:\s*(.*?)\s*", re.IGNORECASE)
_DATE: Final = re.compile(r"\s*[-*]\s*date(?: published)?:\s*(.*?)\s*", re.IGNORECASE)


def is_digest(text: str) -> bool:
    """Whether a text is such a digest: a `# Source:` head, or a `##` heading with a link or date below it."""
    head = text[:5000].lstrip("\ufeff\n\r ")
    if _HEADER.match(head.split("\n", 1)[0]):
        return True
    match = _ENTRY.search(head)
    below = head[match.end() :].split("\n", 2)[1:2] if match else []
    return any(_LINK.fullmatch(line) or _FEED.fullmatch(line) or _DATE.fullmatch(line) for line in below)


def read(text: str, source: Source) -> Reading:
    """The entries of a digest: title, address, feed, date and description, as far as they are there."""
    header = _HEADER.match(text.lstrip("\ufeff\n\r ").split("\n", 1)[0])
    outlet, language = (header["outlet"], header["language"]) if header else ("", "")
    outlet = "" if outlet == "None" else outlet
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if not starts:
        yield no_articles(text, "it is a digest without entries")
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), 1):
        yield _draft(text[start:end], f"#{number}", start, outlet, language)


def _draft(entry: str, record: str, start: int, outlet: str, language: str) -> Draft:
    lines = entry.rstrip().split("\n")
    title = lines[0].lstrip("#").strip()
    url = feed = date = ""
    used = 1
    for line in lines[1:]:
        if not url and (match := _LINK.fullmatch(line)):
            url = match[2]
        elif match := _FEED.fullmatch(line):
            feed = match[1]
        elif match := _DATE.fullmatch(line):
            date = match[1]
        elif line.strip():
            break
        used += 1
    body = "\n".join(lines[used:])
    return Draft(
        record, start, start + len(entry.rstrip()), title, body, outlet or feed, "", "", (), language, url, date
    )

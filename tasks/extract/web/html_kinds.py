"""Tells the page of an article from a list of links, a front page, an error or a page without text."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tasks.extract.web.html_authors import letters
from tasks.extract.web.html_metadata import PageMetadata, is_root
from tasks.extract.web.html_text import Survey

_LEAST_TEXT: Final = 150
"""Characters below which a page that does not call itself an article is none: a notice, a caption, a menu. The shortest
text of 181 article pages has 365."""
_LONGEST_ERROR: Final = 2_000
"""Characters of the longest error page; an article may well have "not found" in its title."""
_TEASERS: Final = 12
"""Teasers, or short paragraphs, that must at least be there for a page to be a list."""
_LEAST_OWN: Final = 0.33
"""Characters of a page's own text for each one of its teasers, below which it is a list."""
_MOST_OWN: Final = 1_000
"""Characters of own text that a list may have. Under long rows of teasers, a few of 181 article pages hold less than a
third of their text themselves, but none of these less than 2,500 characters; a front page has a few hundred."""
_LONGEST_TEASER: Final = 160
"""Characters of a paragraph that may be a headline."""
_MOST_SHORT: Final = 0.8
"""Share of a text in short pieces that are no sentences, above which it is a list."""
_SENTENCE_END: Final = re.compile(r"[.!?…。！？।۔؟][\"'”’»)\]]*$")
_DENSE: Final = re.compile("[ぁ-ヿ㐀-鿿가-힣]")
_PARTS: Final = re.compile(r" [|\-–—·•:»/]+ | ?[|!] ?|\. ")
_ERROR: Final = re.compile(
    r"(?:http\s*)?(?:error|status)?(?:\s+code)?\W*(?:40[0134]|410|429|50[0234])(?:\W*(?:error|page|not\s+found|forbidden"
    r"|unauthorized|gone|bad\s+(?:request|gateway)|too\s+many\s+requests|(?:internal\s+)?server\s+error|unavailable"
    r"|service\s+(?:temporarily\s+)?unavailable|gateway\s+time-?out))*|error"
    r"|(?:30[1278]|document|object)\s+(?:moved|found)(?:\s+(?:permanently|temporarily|here))?|moved\s+permanently"
    r"|(?:sorry,?\s+)?(?:the\s+|this\s+|that\s+)?(?:page|file|article|story|content|url)(?:\s+(?:you.{1,40}?|requested))?"
    r"\s*(?:was|is|has|could|can|does|doesn.?t)?\s*(?:no|not|been|be)?\s*(?:longer\s+)?(?:be\s+)?"
    r"(?:found|available|unavailable|removed|exist|missing|expired)"
    r"|not\s+found|access\s+denied|forbidden|unauthorized|just\s+a\s+moment|attention\s+required|one\s+moment,?\s+please"
    r"|are\s+you\s+(?:a\s+)?(?:robot|human)\W*|(?:security|robot|browser)\s+check|captcha|human\s+verification"
    r"|(?:verifying|verify|checking)\s+(?:that\s+|if\s+)?(?:you|your)\s.{1,40}"
    r"|please\s+(?:enable|verify|turn\s+on)\s+(?:javascript|cookies|you\s).{0,60}"
    r"|(?:service|site|website)\s+(?:temporarily\s+)?unavailable|bad\s+(?:gateway|request)|(?:internal\s+)?server\s+error"
    r"|oops|something\s+went\s+wrong|before\s+you\s+continue(?:\s+to\s+\w+)?|(?:site|under|down\s+for)\s+maintenance"
    r"|we\s+can.?t\s+find\s+(?:the|that)\s+page.*"
    r"|(?:ошибка\s+404|страница\s+не\s+найдена|сторінку\s+не\s+знайдено|seite\s+nicht\s+gefunden|page\s+non\s+trouvée"
    r"|page\s+introuvable|página\s+no\s+encontrada|página\s+não\s+encontrada|pagina\s+non\s+trovata|sayfa\s+bulunamadı"
    r"|页面不存在|页面未找到|ページが見つかりません)",
    re.IGNORECASE,
)
"""What stands, whole, as the title or first line of a page that a server or a guard shows in place of an article."""


def why_none(page: PageMetadata, paragraphs: Sequence[str], survey: Survey) -> tuple[str, str] | None:
    """Reason and words why a page is no article; None where it is one.

    A page that says in its metadata that it is an article is believed, as long as it has a text or a summary. Others
    are none if they stand at the address of a whole site, call themselves a list, or consist of headlines, teasers and
    links; or if they look like an error, or have hardly any text.
    """
    size = _length(paragraphs)
    if page.is_article:
        empty = not (page.title and (page.description or size))
        return ("no_text", "it calls itself an article and has no text") if empty else None
    if size <= _LONGEST_ERROR and any(map(_is_error, (page.title, *page.titles, *paragraphs[:1]))):
        return "not_an_article", "it is an error page, or one that a guard shows in place of an article"
    if is_root(page.url):
        return "not_an_article", "it is the front page of a site: its address is that of the whole site"
    if page.is_list:
        return "not_an_article", "it calls itself a list of other pages"
    if _is_teasers(paragraphs, survey):
        return "not_an_article", "it is a list of other pages: it consists of headlines and teasers"
    if size < _LEAST_TEXT:
        return "no_text", "it has hardly any text besides links and page furniture"
    return None


def _is_error(text: str) -> bool:
    text = " ".join(text[:_LONGEST_TEASER].split())
    return any(_ERROR.fullmatch(part.strip(" .!?…")) for part in (text, *_PARTS.split(text)) if part)


def _is_teasers(paragraphs: Sequence[str], survey: Survey) -> bool:
    """Whether a page consists of short pieces, as a front page does."""
    own = _length(text for text in paragraphs if letters(text) not in survey.teasers)
    if survey.teaser_blocks >= _TEASERS and own < min(_LEAST_OWN * survey.teaser_chars, _MOST_OWN):
        return True
    short = _length(text for text in paragraphs if len(text) <= _LONGEST_TEASER and not _SENTENCE_END.search(text))
    return len(paragraphs) >= _TEASERS and short > _MOST_SHORT * _length(paragraphs)


def _length(texts: Iterable[str]) -> int:
    """Characters of texts; a Chinese, Japanese or Korean one says as much as three letters."""
    return sum(len(text) + 2 * (0 if text.isascii() else len(_DENSE.findall(text))) for text in texts)

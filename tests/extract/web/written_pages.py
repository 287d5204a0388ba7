"""Pages that the tests of their reader write, and what it makes of them."""

import json
from pathlib import Path

from tasks.extract.drafts import Draft, Rejected
from tasks.extract.web.html_pages import read
from tasks.settings import path_source

SOURCE = path_source(Path("pages"))
ADDRESS = "https://www.harbourpost.example/2023/06/dam-breached"
TEXT = (
    "Water rose in the villages below the dam on Tuesday after a part of its wall gave way during the night.",
    "The governor asked the neighbouring districts for boats, and said that four thousand people had to leave home.",
    "Engineers who had warned of cracks in April told reporters that they would inspect the second dam upstream.",
    "“We have heard nothing from the ministry for weeks,” said one of them, who did not want to be named here.",
)
BODY = "\n\n".join(TEXT)
RUSSIAN = (
    "Вода поднялась в деревнях ниже плотины во вторник, после того как ночью обрушилась часть её стены.",
    "Губернатор попросил соседние районы прислать лодки и сообщил, что четыре тысячи человек покинули дома.",
    "Инженеры, которые ещё в апреле предупреждали о трещинах, осмотрят вторую плотину выше по течению реки.",
)


def page(
    head: str = "", title: str = "Dam breached", above: str = "", below: str = "", text: tuple[str, ...] = TEXT
) -> str:
    """A page as news sites have them: a head, a menu, the article, a foot."""
    paragraphs = "\n".join(f"<p>{paragraph}</p>" for paragraph in text)
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>{title} - Harbour Post</title>{head}</head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li></ul></nav>
<article><h1>{title}</h1>{above}<div class="article-body">
{paragraphs}
</div>{below}</article>
<footer><p>Harbour Post is a member of the press council.</p></footer></body></html>"""


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def draft(text: str | bytes, **around: str) -> Draft:
    data = text.encode() if isinstance(text, str) else text
    (found,) = read(data, SOURCE, **around)
    assert isinstance(found, Draft), found
    assert (found.start, found.end) == (0, len(data))
    return found


def rejected(text: str | bytes, **around: str) -> Rejected:
    (found,) = read(text.encode() if isinstance(text, str) else text, SOURCE, **around)
    assert isinstance(found, Rejected), found
    return found


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Dam breached",
    "datePublished": "2023-06-06T05:00:00+03:00",
    "dateModified": "2023-06-08T09:00:00+03:00",
    "author": [{"@type": "Person", "name": "Anna Petrosyan"}, {"@type": "Person", "name": "John Doe"}],
    "publisher": {"@type": "Organization", "name": "The Harbour Post"},
    "articleSection": "World",
}

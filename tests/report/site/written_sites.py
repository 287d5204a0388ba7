"""What the tests of the site share: hostile texts, and what stands in the folder of a site."""

import re
from pathlib import Path

from tasks.settings import shipped

CODEBOOK = shipped("config") / "codebook"

HOSTILE = (
    "<script>document.title='run'</script>",
    '"><img src=x onerror="document.title=\'run\'">',
    "</style></title></textarea></script><script>document.title='run'</script>",
    "' onmouseover='document.title=`run`' x='",
    "&#60;script&#62;document.title='run'&#60;/script&#62; &lt;b&gt; &#0; &#xD800; &bogus; &",
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7*7 %>",
    "<!-- <svg/onload=document.title='run'> --> ]]> <a href=javascript:alert(1)>x</a>",
    "\u202egnitirw tfel-ot-thgir\u202c \u2066isolated \u200fmark\u061c",
    "a" * 3000,
    "\x07\x1b[31mbell\ufffe",
)
"""Texts that an archive may hold in any place, and that must do nothing but be read."""

ADDRESSES = ("javascript:document.title='run'", "data:text/html,<script>1</script>", "https://ok.example/a")
"""Addresses that articles state; one of them may stand in a link."""


def pages(site: Path) -> list[str]:
    """All pages of a site, from its folder."""
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


def anchors(text: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', text))

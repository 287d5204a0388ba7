"""Turns what the pages show into HTML: templates that escape everything, under a policy that allows one script."""

import base64
import csv
import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tasks.report.site.charts import QUADS, month_name
from tasks.report.site.listing import quoted

_HERE: Final = Path(__file__).parent
PAGES: Final = (
    ("index.html", "Today"),
    ("map.html", "Map"),
    ("countries/index.html", "Countries"),
    ("dyads/index.html", "Dyads"),
    ("claims.html", "Claims"),
    ("allies.html", "Allies"),
    ("sources.html", "Sources"),
    ("method.html", "Method"),
)
"""The pages that every page leads to, in this order."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that are not shown: controls, the marks that turn the direction of a line, no characters."""
_KEPT: Final = frozenset("\n\t\u200c\u200d")
"""Of those, what writing needs: ends of lines, and the joiners of Persian and of emoji."""


def readable(text: str) -> str:
    """A text of an article without characters that are not seen, which could turn or hide other text."""
    if text.isprintable():  # true of most, and then nothing is to be left out
        return text
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _UNSEEN)


def country_names(codebook: Path) -> dict[str, str]:
    """Names of countries by their codes, as the codebook has them."""
    with (codebook / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["country"]: row["name"] for row in rows}


def measured() -> list[dict[str, str]]:
    """How often the coder is right, as measured: `what`, `right`, `low` and `high` in percent, `events` read."""
    with (_HERE / "assets" / "measured.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


class Site:
    """A folder that pages are written into, and how large they are."""

    def __init__(self, folder: Path, names: Mapping[str, str], **on_every_page: Any) -> None:
        self.folder = folder
        self.names = names
        self.sizes: dict[str, int] = {}
        self._environment = _environment(names)
        self._environment.globals |= {"pages": PAGES, "quads": QUADS, **on_every_page, **_assets()}

    def write(self, path: str, template: str, **shown: Any) -> None:
        """Write the page `path` (from the folder of the site)."""
        root = "../" * path.count("/")
        text = self._environment.get_template(template).render(path=path, root=root, **shown)
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode("utf-8", "replace")
        place.write_bytes(data)
        self.sizes[path] = len(data)

    def name(self, code: str) -> str:
        """The name of a country, or of a pair; the code itself where it is not known."""
        return " and ".join(self.names.get(part, part) for part in code.split("-"))


def _environment(names: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: readable(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": _day,
        "number": _number,
        "signed": lambda value: f"+{value:,}" if value > 0 else _number(value),
        "quoted": quoted,
        "month": month_name,
        "country": lambda code: names.get(code, code),
    }
    return environment


def _assets() -> dict[str, Any]:
    """Styles and script, which stand in each page, and the policies that allow them and nothing else."""
    assets = {
        name: (_HERE / "assets" / name).read_text(encoding="utf-8") for name in ("base.css", "site.css", "site.js")
    }
    style, script = assets["base.css"] + assets["site.css"], assets["site.js"]
    return {
        "style": Markup(style),
        "reader_style": Markup(assets["base.css"]),
        "script": Markup(script),
        "policy": f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        "reader_policy": f"default-src 'none'; style-src '{_hash(assets['base.css'])}'; base-uri 'none'; "
        "form-action 'none'",
    }


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _day(value: date | None, precision: str = "day") -> str:
    """A day as people write it: 2 October 2023."""
    if value is None:
        return "undated"
    if precision == "year":
        return str(value.year)
    month = month_name(f"{value:%Y-%m}")
    return month if precision == "month" else f"{value.day} {month}"


def _number(value: float | None, digits: int | None = None) -> str:
    """A number with commas; '' for none."""
    if value is None:
        return ""
    if isinstance(value, float) and digits is None:
        return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return f"{value:,.{digits or 0}f}".replace("-", "−")

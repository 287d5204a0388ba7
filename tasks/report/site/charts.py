"""Draws the bars of a page as static SVG: Altair says what, vl-convert draws it, and only known parts of that are kept.

Colours are names of CSS variables, so that a page shows them light, dark or on paper; each bar is a link to its
evidence. Nothing in a page runs a script to draw.
"""

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import altair as alt
import vl_convert
from lxml import etree
from markupsafe import Markup

QUADS: Final = {
    1: "verbal cooperation",
    2: "material cooperation",
    3: "verbal conflict",
    4: "material conflict",
}
WIDTH: Final = 720
HEIGHT: Final = 190
MOST_LABELS: Final = 12
"""Months that are named below the bars; more would stand in each other's way."""

LEAST_ROOM: Final = 12
"""Months that the chart has room for at least: one month alone would be a wall of colour."""

_LINKS: Final = "https://evidence.invalid/"
"""Before an anchor: vl-convert puts an address of its own before one that has none."""
_COLOURS: Final = {
    "#010101": "var(--quad1)",
    "#020202": "var(--quad2)",
    "#030303": "var(--quad3)",
    "#040404": "var(--quad4)",
    "#050505": "var(--ink-soft)",
    "#060606": "var(--rule)",
}
"""The colours that a chart is drawn in, and what a page has in their place."""
_ELEMENTS: Final = frozenset({"svg", "g", "path", "line", "text", "a", "title"})
_ATTRIBUTES: Final = frozenset(
    (
        *("d", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox", "transform", "fill", "stroke"),
        *("stroke-width", "opacity", "text-anchor", "font-size", "font-weight", "aria-hidden", "aria-label"),
    )
)
_VALUE: Final = re.compile(r"[\w\s#%.,()+\-:]*")
_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True, slots=True)
class Bar:
    """Part of a bar: incidents of a month (`2023-09`) in one quad class, and the anchor of its evidence."""

    month: str
    quad_class: int
    incidents: int
    href: str


def months_between(first: str, last: str) -> list[str]:
    """All months from the first to the last, both as `2023-09`."""
    year, month = map(int, first.split("-"))
    found = []
    while (text := f"{year:04d}-{month:02d}") <= last:
        found.append(text)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def month_name(month: str) -> str:
    """`2023-09` as `September 2023`."""
    names = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
             "November", "December")  # fmt: skip
    return f"{names[int(month[5:]) - 1]} {month[:4]}"


def bars(rows: Iterable[Bar]) -> Markup:
    """Bars by month, stacked by quad class, as SVG to stand in a page; nothing where there are no rows."""
    given = list(rows)
    if not given:
        return Markup("")
    months = months_between(min(bar.month for bar in given), max(bar.month for bar in given))
    step = -(-len(months) // MOST_LABELS)
    values = [
        {
            "month": bar.month,
            "quad": bar.quad_class,
            "incidents": bar.incidents,
            "href": _LINKS + bar.href,
            "label": f"{month_name(bar.month)}, {QUADS[bar.quad_class]}: {bar.incidents:,}",
        }
        for bar in given
    ]
    spec = copy.deepcopy(_specification())
    spec["data"] = {"values": values}
    spec["encoding"]["x"]["scale"]["domain"] = months
    spec["encoding"]["x"]["scale"]["range"] = [0, WIDTH * min(len(months) / LEAST_ROOM, 1)]
    spec["encoding"]["x"]["axis"]["values"] = months[:: max(step, 1)]
    most = max(sum(bar.incidents for bar in given if bar.month == month) for month in {bar.month for bar in given})
    spec["encoding"]["y"]["axis"]["tickCount"] = min(most, 4)
    return safe_svg(vl_convert.vegalite_to_svg(spec))


@cache
def _specification() -> dict[str, Any]:
    """The chart without its data; Altair's own checks of it take as long as drawing."""
    quads = list(QUADS)
    ink, rule = "#050505", "#060606"
    axis = {"domainColor": rule, "tickColor": rule, "gridColor": rule, "labelColor": ink, "titleColor": ink,
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}  # fmt: skip
    chart = (
        alt.Chart(alt.Data(values=[]), width=WIDTH, height=HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X(
                "month:O",
                title=None,
                scale=alt.Scale(domain=[], paddingInner=0.15),
                axis=alt.Axis(values=[], labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("sum(incidents):Q", title="incidents", axis=alt.Axis(format=",d", tickCount=4)),
            color=alt.Color(
                "quad:O", scale=alt.Scale(domain=quads, range=[f"#0{n}0{n}0{n}" for n in quads]), legend=None
            ),
            order=alt.Order("quad:O"),
            href="href:N",
            description="label:N",
        )
        .configure_view(stroke=None)
        .configure_axis(**axis)
    )
    spec: dict[str, Any] = chart.to_dict()
    return spec


def safe_svg(text: str) -> Markup:
    """What is left of an SVG when only known elements, attributes and links to evidence are kept.

    Marks keep their words for a screen reader; all else is hidden from it, since the page has the figures as a table.
    """
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    kept = _kept(root)
    if kept is None:
        return Markup("")
    for name in ("width", "height"):
        kept.attrib.pop(name, None)
    kept.set("class", "chart")
    return Markup(etree.tostring(kept, encoding="unicode"))


def _kept(element: Any) -> Any:
    """A copy of an element with the known parts of it; None where the element itself is not known."""
    name = str(element.tag).removeprefix(_SVG)
    if name not in _ELEMENTS:
        return None
    made = etree.Element(name)
    for key, value in _attributes(element.attrib):
        made.set(key, value)
    if name == "a":
        address = element.get(_HREF) or element.get("href") or ""
        if address.startswith(_LINKS):
            made.set("href", address.removeprefix(_LINKS))
        _name_the_link(element, made)
    if name == "text":
        made.text = element.text
    for child in element:
        if (part := _kept(child)) is not None:
            if name == "a":
                part.attrib.pop("aria-label", None)
            made.append(part)
    if name == "svg":
        made.set("xmlns", "http://www.w3.org/2000/svg")
    return made


def _name_the_link(element: Any, made: Any) -> None:
    """A link says what its bar is: to a screen reader, and to a pointer that rests on it."""
    label = next((child.get("aria-label") for child in element if child.get("aria-label")), "")
    if label:
        made.set("aria-label", label)
        title = etree.SubElement(made, "title")
        title.text = label


def _attributes(given: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    found = []
    for key, value in sorted(given.items()):
        text = str(value)
        if key in _ATTRIBUTES and (key == "aria-label" or _VALUE.fullmatch(text)):
            if text == "white" and key == "fill":
                text = "none"
            found.append((key, _COLOURS.get(text.lower(), text)))
    return found

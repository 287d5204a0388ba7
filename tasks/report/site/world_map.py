"""Draws the world as SVG paths in the Equal Earth projection, and puts places on it."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tasks.report.site.disputed import Disputed, read_disputed

WIDTH: Final = 1000.0
"""Units of the drawing from the 180th meridian to the 180th meridian."""
HEIGHT: Final = 440.0
_OUTLINE: Final = Path(__file__).parent / "assets" / "world.json"
_PER_DEGREE: Final = 100
_SCALE: Final = WIDTH / (2 * 2.7066299836)
"""Equal Earth puts the 180th meridian at 2.7066 on the equator."""
_TOP: Final = 84.0
"""Degrees north of the upper edge."""
REGIONS: Final = {
    "Europe": ((-12, 36), (45, 68)),
    "Black Sea and Caucasus": ((26, 38), (52, 51)),
    "Middle East": ((28, 24), (62, 40)),
    "East Asia": ((95, 8), (150, 50)),
}
"""Parts of the world to look at: south-western and north-eastern corner, degrees east and north."""
_LONGEST_NAME: Final = 24
"""Characters of a second name that a label has room for."""
_A: Final = (1.340264, -0.081106, 0.000893, 0.003796)
"""Coefficients of Equal Earth (Šavrič, Patterson and Jenny, 2018)."""


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map to look at: its name, and the box in units of the drawing."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> str:
        """The box as SVG's `viewBox`."""
        return f"{self.x:.1f} {self.y:.1f} {self.width:.1f} {self.height:.1f}"


@dataclass(frozen=True, slots=True)
class Circle:
    """A contested area as drawn."""

    area: Disputed
    x: float
    y: float
    radius: float

    @property
    def label(self) -> str:
        """What stands beside it: both names, where the other one is short enough for a map."""
        other = self.area.other_names.split(";")[0]
        return f"{self.area.name} / {other}" if 0 < len(other) <= _LONGEST_NAME else self.area.name


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place lies in the drawing: x to the right, y down; degrees east and north."""
    x, y = _raw(longitude, latitude)
    return WIDTH / 2 + x * _SCALE, (_raw(0, _TOP)[1] - y) * _SCALE


def _raw(longitude: float, latitude: float) -> tuple[float, float]:
    a1, a2, a3, a4 = _A
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2 = t * t
    t6 = t2 * t2 * t2
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t)
    x /= 3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1)
    return x, t * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)


@cache
def outline() -> dict[str, str]:
    """The paths of `land`, `borders` and `disputed` borders."""
    stored = json.loads(_OUTLINE.read_text(encoding="utf-8"))
    return {name: "".join(_path(line, closed=name == "land") for line in lines) for name, lines in stored.items()}


def circles() -> list[Circle]:
    """The contested areas."""
    found = []
    for area in read_disputed():
        x, y = projected(area.longitude, area.latitude)
        edge = projected(area.longitude, area.latitude + area.radius_km / 111.2)[1]
        found.append(Circle(area, x, y, abs(y - edge)))
    return found


def view_of(name: str, places: Iterable[tuple[float, float]], margin: float = 12.0, least: float = 90.0) -> View:
    """The part of the map that holds most of these places (x, y): without the outer twentieth on each side.

    It is not smaller than `least` units wide, and has the proportions of the whole map.
    """
    points = list(places)
    if not points:
        return View(name, 0, 0, WIDTH, HEIGHT)
    left, right = _inner([x for x, _ in points])
    top, bottom = _inner([y for _, y in points])
    width = max(right - left + 2 * margin, (bottom - top + 2 * margin) * WIDTH / HEIGHT, least)
    width = min(width, WIDTH)
    height = width * HEIGHT / WIDTH
    x = min(max((left + right) / 2 - width / 2, 0), WIDTH - width)
    y = min(max((top + bottom) / 2 - height / 2, 0), HEIGHT - height)
    return View(name, x, y, width, height)


def regions() -> list[View]:
    """The views of REGIONS, and the world."""
    named = [view_of(name, [projected(*corner) for corner in corners], margin=0) for name, corners in REGIONS.items()]
    return [*named, View("World", 0, 0, WIDTH, HEIGHT)]


def _inner(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = len(ordered) // 20
    return ordered[cut], ordered[-1 - cut]


def _unbroken(steps: Sequence[int]) -> list[tuple[int, int]]:
    """The points of a line; one that crosses the 180th meridian goes on beyond it, on the side where most of it is."""
    turn = 360 * _PER_DEGREE
    x, y = steps[0], steps[1]
    points = [(x, y)]
    for n in range(2, len(steps), 2):
        step = steps[n]
        x += step - turn * round(step / turn)
        y += steps[n + 1]
        points.append((x, y))
    away = turn * round(sum(x for x, _ in points) / len(points) / turn)
    return [(x - away, y) for x, y in points]


def _path(steps: Sequence[int], *, closed: bool) -> str:
    points: list[str] = []
    for east, north in _unbroken(steps):
        px, py = projected(east / _PER_DEGREE, north / _PER_DEGREE)
        point = f"{px:.1f} {py:.1f}"
        if not points or points[-1] != point:
            points.append(point)
    return "M" + "L".join(points) + ("Z" if closed else "")

"""Makes `assets/world.json`, coasts and borders of the world, from Natural Earth's 1:50m countries in TopoJSON.

    python -m tasks.report.site.world_outline countries-50m.json

Natural Earth (naturalearthdata.com) is in the public domain; as TopoJSON it is in the npm package `world-atlas` 2.0.2
(`npm pack world-atlas`). Its borders are those that are held. `assets/disputed.csv` says where that is contested: a
border inside such a circle, or beside a territory of `CONTESTED`, is drawn as a contested one. Lines are thinned to
a twentieth of a degree (5 km), which is what a screen shows of a continent.
"""

import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tasks.load.parquet_files import write_bytes
from tasks.report.site.disputed import Disputed, read_disputed

PLACE: Final = Path(__file__).parent / "assets" / "world.json"
TOLERANCE: Final = 0.05
"""Degrees by which a thinned line may leave the line that it stands for."""
SMALLEST: Final = 0.15
"""Degrees of width or height below which an island or a lake is left out."""
SOUTH: Final = -57.0
"""Degrees north: what lies wholly south of it (Antarctica) is left out, since no event is coded there."""
PER_DEGREE: Final = 100
"""Coordinates are whole hundredths of a degree."""
CONTESTED: Final = frozenset({"Kosovo", "N. Cyprus", "Somaliland", "W. Sahara", "Palestine", "Siachen Glacier"})

Point = tuple[float, float]


def outline(topology: Mapping[str, Any], disputed: Sequence[Disputed]) -> dict[str, list[list[int]]]:
    """`land` (rings), `borders` and `disputed` (lines); each line is x, y and then steps, in 1/100 degree."""
    arcs = [_thinned(arc) for arc in _arcs(topology)]
    countries = topology["objects"]["countries"]["geometries"]
    owners: defaultdict[int, set[str]] = defaultdict(set)
    land = []
    for country in countries:
        for ring in _rings(country):
            for arc in ring:
                owners[arc if arc >= 0 else ~arc].add(country["properties"]["name"])
            points = _joined(arcs, ring)
            if _is_shown(points):
                land.append(_steps(points))
    borders: list[list[int]] = []
    contested: list[list[int]] = []
    for arc, names in sorted(owners.items()):
        if len(names) > 1:
            is_contested = bool(names & CONTESTED) or _inside(arcs[arc], disputed)
            (contested if is_contested else borders).append(_steps(arcs[arc]))
    return {"land": land, "borders": borders, "disputed": contested}


def _arcs(topology: Mapping[str, Any]) -> Iterable[list[Point]]:
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + move[0], y * scale[1] + move[1]))
        yield points


def _rings(country: Mapping[str, Any]) -> list[list[int]]:
    if country["type"] == "Polygon":
        return list(country["arcs"])
    return [ring for polygon in country.get("arcs", ()) for ring in polygon]


def _joined(arcs: Sequence[Sequence[Point]], ring: Iterable[int]) -> list[Point]:
    points: list[Point] = []
    for arc in ring:
        line = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
        points.extend(line[1:] if points else line)
    return points


def _thinned(points: list[Point]) -> list[Point]:
    """Douglas and Peucker's thinning."""
    if len(points) < 3:
        return points
    first, last = points[0], points[-1]
    width, height = last[0] - first[0], last[1] - first[1]
    length = math.hypot(width, height)
    far, at = -1.0, 0
    for n in range(1, len(points) - 1):
        x, y = points[n][0] - first[0], points[n][1] - first[1]
        distance = abs(x * height - y * width) / length if length else math.hypot(x, y)
        if distance > far:
            far, at = distance, n
    if far <= TOLERANCE:
        return [first, last]
    return _thinned(points[: at + 1])[:-1] + _thinned(points[at:])


def _is_shown(points: Sequence[Point]) -> bool:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(ys) > SOUTH and max(max(xs) - min(xs), max(ys) - min(ys)) > SMALLEST and len(points) > 3


def _inside(line: Sequence[Point], disputed: Sequence[Disputed]) -> bool:
    """Whether the middle of a line, or most of its points, lies in a contested area."""
    within = sum(any(area.holds(y, x) for area in disputed) for x, y in line)
    return within * 2 > len(line)


def _steps(points: Sequence[Point]) -> list[int]:
    whole = [(round(x * PER_DEGREE), round(y * PER_DEGREE)) for x, y in points]
    steps = [*whole[0]]
    for before, after in pairwise(whole):
        if before != after:
            steps += [after[0] - before[0], after[1] - before[1]]
    return steps


if __name__ == "__main__":
    made = outline(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), read_disputed())
    lines = ",\n".join(f'"{name}":{json.dumps(rows, separators=(",", ":"))}' for name, rows in made.items())
    write_bytes(PLACE, f"{{{lines}}}\n".encode())
    sys.stderr.write(f"wrote {PLACE}\n")

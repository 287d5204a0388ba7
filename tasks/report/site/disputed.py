"""Reads the areas whose borders are contested, which the map draws as such."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "assets" / "disputed.csv"
_KM_A_DEGREE: Final = 111.2


@dataclass(frozen=True, slots=True)
class Disputed:
    """One contested area as a circle: its names, who holds it, who claims it; degrees and kilometres."""

    name: str
    other_names: str
    held_by: str
    claimed_by: str
    latitude: float
    longitude: float
    radius_km: float
    note: str

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in the circle."""
        north = (latitude - self.latitude) * _KM_A_DEGREE
        east = (longitude - self.longitude) * _KM_A_DEGREE * math.cos(math.radians(self.latitude))
        return math.hypot(north, east) <= self.radius_km


def read_disputed() -> list[Disputed]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [
            Disputed(
                name=row["name"],
                other_names=row["other_names"],
                held_by=row["held_by"],
                claimed_by=row["claimed_by"],
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                radius_km=float(row["radius_km"]),
                note=row["note"],
            )
            for row in rows
        ]

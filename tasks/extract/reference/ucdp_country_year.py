"""Reads UCDP's organised violence by country and year: deaths by type of violence, in three estimates.

Each type is a series of its own, `organised_violence.<type>.deaths`, and each estimate too: the best one bears the
plain name, the others end in `_low` and `_high`. Years without deaths stand with 0. Types: all together (no type in
the name), state_based, and of it intrastate and interstate, non_state, one_sided.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import IO, Any, Final

from tasks.contract import INDICATORS
from tasks.extract.reference.countries import UnknownCountryError, country_of_gw, country_of_name
from tasks.extract.reference.csv_records import Columns, CsvRecords, Record, header_of
from tasks.extract.reference.dataset import BadRowError, Dataset, Part
from tasks.extract.reference.reference_rows import MERGED, once, parts_of, whole
from tasks.extract.reference.ucdp_releases import release

_TYPES: Final = {
    "": "cumulative_total_deaths_in_orgvio",
    ".state_based": "sb_total_deaths",
    ".intrastate": "sb_intrastate_deaths",
    ".interstate": "sb_interstate_deaths",
    ".non_state": "ns_total_deaths",
    ".one_sided": "os_total_deaths",
}
_ESTIMATES: Final = {"": "best", "_low": "low", "_high": "high"}
SERIES: Final = {
    f"organised_violence{kind}.deaths{estimate}": f"{column}_{which}_cy"
    for kind, column in _TYPES.items()
    for estimate, which in _ESTIMATES.items()
}
"""The series by name, each with its column."""

_OF_EACH: Final = ("exist", "dyad_count", "dyad_ids", "dyad_names")
_BY_VICTIM: Final = ("deaths_parties", "deaths_civilians", "deaths_unknown")
COLUMNS: Final = Columns(
    required=frozenset({"country_id_cy", "country_cy", "year_cy", *SERIES.values()}),
    optional=frozenset({"version"}),
    ignored=frozenset(
        {
            "region_cy", "main_govt_name_cy", "os_main_govt_inv_cy", "os_any_govt_inv_cy", "os_nsgroup_inv_cy",
            "os_killings_unknown_cy",
            *(f"{of}_{what}_cy" for of in ("sb", "sb_intrastate", "sb_interstate", "ns", "os") for what in _OF_EACH),
            *(f"{of}_{what}_cy" for of in ("sb", "sb_intrastate", "sb_interstate", "ns") for what in _BY_VICTIM),
            *(f"sb_{kind}_main_govt_inv_incomp_cy" for kind in ("intrastate", "interstate")),
            *(f"os_{who}_killings_{which}_cy" for who in ("main_govt", "any_govt", "nsgroup")
              for which in _ESTIMATES.values()),
            *(f"cumulative_total_{what}_in_orgvio_cy" for what in _BY_VICTIM),
        }
    ),
)  # fmt: skip

_MOST_DEATHS: Final = 10_000_000


def fits(head: bytes) -> bool:
    """Whether a file has the columns of the country-year set."""
    return {"country_id_cy", "year_cy", "sb_exist_cy"} <= set(header_of(head))


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The figures of a file. WrongFileError where the file as a whole cannot be taken."""
    figures = _Figures()
    return parts_of(CsvRecords(file, COLUMNS), INDICATORS, figures.rows, figures.remarks)


class _Figures:
    """Turns records into figures, and remembers which countries and years it saw."""

    def __init__(self) -> None:
        self.remarks: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def rows(self, record: Record) -> tuple[dict[str, Any], ...]:
        """The figures of one country and year. BadRowError where a value cannot be meant."""
        cells = record.cells
        year = whole(cells, "year_cy", 1900, 2200)
        values = {series: whole(cells, column, 0, _MOST_DEATHS) for series, column in SERIES.items()}
        for estimate in _ESTIMATES:
            kinds = (values[f"organised_violence.{kind}.deaths{estimate}"]
                     for kind in ("state_based", "non_state", "one_sided"))  # fmt: skip
            if sum(kinds) != values[f"organised_violence.deaths{estimate}"]:
                raise BadRowError("bad_value", "the deaths of the three types do not add up to those of all")
        country = self._country(cells, year)
        if not once(self._seen, f"{country} {year}", record):
            return MERGED
        version = cells.get("version", "")
        known_from = release(version).published if _is_version(version) else None
        if known_from is None:
            which = f"version '{version[:20]}'"
            self.remarks[f"when {which} was published is not known: reports as of a day leave its rows out"] += 1
        return tuple(
            {
                "series": series,
                "country": country,
                "counterpart": "",
                "start_date": date(year, 1, 1),
                "end_date": date(year, 12, 31),
                "value": float(value),
                "unit": "people",
                "known_from": known_from,
                "dataset": "ucdp_country_year",
                "dataset_version": version or None,
                "note": None,
            }
            for series, value in values.items()
        )

    def _country(self, cells: dict[str, str], year: int) -> str:
        """The country by its number; its name must mean the same."""
        name, number = cells["country_cy"], cells["country_id_cy"]
        try:
            country = country_of_gw(number.removesuffix(".0"), year)
        except UnknownCountryError as error:
            raise BadRowError("unknown_country", f"country_id_cy: {error}") from None
        try:
            named = country_of_name(name, year)
        except UnknownCountryError:
            self.remarks[f"country '{name[:60]}' is not known by name and was taken from its number"] += 1
            named = country
        if named != country:
            raise BadRowError(
                "bad_value", f"country_cy is '{name[:60]}', and country_id_cy {number[:20]} means {country}"
            )
        if country is None:
            raise BadRowError("no_country", f"'{name[:60]}' is a state without an ISO 3166 code")
        return country


def _is_version(text: str) -> bool:
    return len(text) == 4 and text[2] == "." and text.replace(".", "").isdigit() and text.isascii()


DATASET: Final = Dataset(
    name="ucdp-country-year",
    title="organised violence by country and year of UCDP",
    tables=("indicators",),
    fits=fits,
    read=read,
)

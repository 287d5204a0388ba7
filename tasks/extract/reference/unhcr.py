"""Reads UNHCR's figures of displaced people by origin, country of asylum and year, and of applications for asylum.

Four layouts are known: population by codes as on the Humanitarian Data Exchange (columns REF, IDP, ...), the table of
the R package `refugees`, the download of the Refugee Data Finder, and applications for asylum by codes.

Country is the origin, counterpart the country of asylum; the counterpart is empty where both are the same (people
displaced or returned inside their country). Who has no state of origin, or none that is known (UNK and UKN, various,
stateless XXA and STA, Tibetans TIB), has `XXX` in its place, summed, with the names in the note. Codes of today
carried back in time become those of the time: RUS of 1985 is SUN.

A nought in these tables fills a cell where nobody was reported, and gives no row. `*` stands for one to four people
(UNHCR does not print them): a row without value and with a note, never a nought.

UNHCR publishes the figures of a year before World Refugee Day of the next one: `known_from` is 20 June, or the day of
extraction where the file names an earlier one. The figures are those of the file: later downloads revise earlier years.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Final

import pandas as pd

from tasks.extract.reference.countries import NO_COUNTRY, UnknownCountryError, country_of_iso, country_of_name
from tasks.extract.reference.csv_tables import NUMBER, Columns, Rows, names_columns, read_csv, whole
from tasks.extract.reference.dataset import HEAD, Dataset, Part, WrongFileError
from tasks.extract.reference.indicator_rows import indicators, looked_up

NAME: Final = "unhcr"

SERIES: Final = {
    "refugees": ("REF", "refugees", "Refugees", "Refugees under UNHCR's mandate", "Refugees under UNHCR’s mandate"),
    "asylum_seekers": ("ASY", "asylum_seekers", "Asylum-seekers", "Asylum seekers"),
    "returned_refugees": ("RET", "returned_refugees", "Returned refugees"),
    "idps": ("IDP", "idps", "IDPs of concern to UNHCR", "Internally displaced persons"),
    "returned_idps": ("RDP", "returned_idps", "Returned IDPs", "Returned IDPss"),
    "stateless": ("STA", "stateless", "Stateless persons"),
    "others_of_concern": ("OOC", "ooc", "Others of concern", "Others of concern to UNHCR"),
    "others_in_need_of_protection": ("OIP", "oip", "Other people in need of international protection"),
    "venezuelans_displaced_abroad": ("VDA", "Venezuelans displaced abroad"),
    "host_community": ("HST", "hst", "Host community", "Host Community"),
}
"""Each series with the names of its column in the layouts."""

_PEOPLE: Final = {name: series for series, names in SERIES.items() for name in names}


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of year, origin and asylum, as codes and as names; either may be missing."""

    year: str
    origin: tuple[str, ...]
    asylum: tuple[str, ...]
    required: tuple[str, ...]
    ignored: frozenset[str] = frozenset()

    @property
    def columns(self) -> Columns:
        """All that is read in this layout."""
        optional = {*self.origin, *self.asylum, *_PEOPLE} - set(self.required)
        return Columns(self.required, tuple(sorted(optional)), self.ignored)


_APPLICATIONS: Final = Columns(
    required=("Year", "ISO3CoO", "ISO3CoA", "ApplicationType", "ApplicationDataType", "Applications"),
    ignored=frozenset({"ProcedureType", "ApplicationAveragePersonsPerCase"}),
)
_LAYOUTS: Final = (
    _Layout("Year", ("ISO3CoO",), ("ISO3CoA",), ("Year", "ISO3CoO", "ISO3CoA", "REF")),
    _Layout("year", ("coo_iso", "coo_name"), ("coa_iso", "coa_name"), ("year", "coo_iso", "coa_iso", "refugees"),
            frozenset({"coo", "coa", "coo_id", "coa_id"})),
    _Layout("Year", ("Country of origin (ISO)", "Country of origin"), ("Country of asylum (ISO)", "Country of asylum"),
            ("Year", "Country of origin", "Country of asylum")),
)  # fmt: skip
_CODES: Final = frozenset({"ISO3CoO", "ISO3CoA", "coo_iso", "coa_iso",
                           "Country of origin (ISO)", "Country of asylum (ISO)"})  # fmt: skip
_NO_STATES: Final = frozenset({"UNK", "UKN", "XXA", "STA", "TIB", "VAR"})
"""Codes that UNHCR gives to origins that are no states: unknown, stateless, Tibetan, various."""
_NO_STATE_NAMES: Final = frozenset({"unknown", "various", "various/unknown", "stateless", "tibetan"})
_NOTHING: Final = ("", "-", "NA")
_FEW: Final = "*"
_FIRST_YEAR: Final = 1951
_LAST_YEAR: Final = 2100
_EXTRACTED: Final = re.compile(r"(?:Date extracted|Extracted on)[^0-9]{0,10}([0-9]{4}-[0-9]{2}-[0-9]{2})", re.I)


def fits(head: bytes) -> bool:
    """Whether a file begins like a table of UNHCR, in one of the four layouts."""
    return names_columns(head, _APPLICATIONS.required) or _layout(head) is not None


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The figures of a file as one part; `found` counts its records."""
    data = whole(file)
    if names_columns(data[:HEAD], _APPLICATIONS.required):
        rows = read_csv(data, _APPLICATIONS)
        merged, figures = 0, _applications(rows)
    else:
        layout = _layout(data[:HEAD]) or _LAYOUTS[0]
        rows = read_csv(data, layout.columns)
        merged, figures = _population(rows, layout)
    day = _extracted(rows.preamble)
    figures = figures.assign(known_from=[_known_from(year, day) for year in figures["year"]])
    table = indicators(figures, NAME, None if day is None else day.isoformat())
    yield Part(rows.found, {"indicators": table}, tuple(rows.rejected), merged, tuple(rows.remarks))


def _layout(head: bytes) -> _Layout | None:
    for layout in _LAYOUTS:
        if names_columns(head, layout.required):
            return layout
    return None


def _population(rows: Rows, layout: _Layout) -> tuple[int, pd.DataFrame]:
    """How many records repeat others, and the figures: one row a series, origin, asylum and year."""
    columns = [name for name in rows.frame.columns if name in _PEOPLE]
    if not columns:
        raise WrongFileError("wrong_layout", "it has no column with a number of people that is known")
    _without_tags(rows, layout.year)
    rows.wholes(layout.year, _FIRST_YEAR, _LAST_YEAR)
    origin = next(name for name in layout.origin if name in rows.frame.columns)
    asylum = next(name for name in layout.asylum if name in rows.frame.columns)
    before = len(rows.frame)
    rows.frame = rows.frame[~rows.frame.duplicated()]
    merged = before - len(rows.frame)
    rows.reject(rows.frame.duplicated([layout.year, origin, asylum]), "repeated_key",
                f"{{{origin}}} in {{{asylum}}} in {{{layout.year}}} stood before, with other figures")  # fmt: skip
    for column in columns:
        texts = rows.frame[column]
        good = (texts.str.fullmatch(NUMBER) & ~texts.str.startswith("-")) | texts.isin([*_NOTHING, _FEW])
        rows.reject(~good, "not_a_number", f"{column} is '{{{column}}}', which is no number of people")
    frame = _with_countries(rows, layout.year, origin, asylum)
    frame = frame.assign(
        origin_name=rows.frame[layout.origin[-1] if layout.origin[-1] in rows.frame else origin],
        asylum_name=rows.frame[layout.asylum[-1] if layout.asylum[-1] in rows.frame else asylum],
    )
    parts = []
    for column in columns:
        texts = rows.frame[column]
        few = texts == _FEW
        values = pd.to_numeric(texts.where(~texts.isin([*_NOTHING, _FEW]), "0")).astype(float)
        told = few | (values > 0)
        parts.append(frame[told].assign(series=_PEOPLE[column], value=values[told].where(~few), few=few[told]))
    figures = pd.concat(parts)
    if silent := len(frame) - figures.index.nunique():
        rows.remarks.append(f"{silent} records without any people gave no figures")
    return merged, _summed(figures.assign(unit="people", kind=""))


def _applications(rows: Rows) -> pd.DataFrame:
    """Applications for asylum in persons, or in cases, over all types of procedure and application."""
    _without_tags(rows, "Year")
    rows.wholes("Year", _FIRST_YEAR, _LAST_YEAR)
    texts = rows.frame["Applications"]
    good = (texts.str.fullmatch(NUMBER) & ~texts.str.startswith("-")) | (texts == _FEW)
    rows.reject(~good, "not_a_number", "Applications is '{Applications}', which is no number of people")
    counted = rows.frame["ApplicationDataType"]
    rows.reject(
        ~counted.isin(["P", "C"]), "unknown_code", "ApplicationDataType is '{ApplicationDataType}': P or C is known"
    )
    frame = _with_countries(rows, "Year", "ISO3CoO", "ISO3CoA")
    texts = rows.frame["Applications"]
    few = texts == _FEW
    persons = rows.frame["ApplicationDataType"] == "P"
    return _summed(
        frame.assign(
            series=persons.map({True: "asylum_applications", False: "asylum_applications.cases"}),
            unit=persons.map({True: "people", False: "cases"}),
            value=pd.to_numeric(texts.where(~few, None)).astype(float),
            few=few,
            kind=rows.frame["ApplicationType"],
            origin_name=rows.frame["ISO3CoO"],
            asylum_name=rows.frame["ISO3CoA"],
        )
    )


def _without_tags(rows: Rows, year: str) -> None:
    """Take out the row of HXL tags that files of the Humanitarian Data Exchange may have below the header."""
    tags = rows.frame[year].str.startswith("#")
    rows.found -= int(tags.sum())
    rows.frame = rows.frame[~tags]


def _with_countries(rows: Rows, year: str, origin: str, asylum: str) -> pd.DataFrame:
    """Year, country and counterpart of the records that are still good; those of unknown countries are rejected."""
    codes = {}
    for column in (origin, asylum):
        found = pd.Series(
            looked_up(rows.frame[column], rows.frame[year], _by_code if column in _CODES else _by_name),
            rows.frame.index,
            dtype=object,
        )
        rows.reject(found.isna(), "unknown_country", f"{column} is '{{{column}}}', which is no country that is known")
        codes[column] = found
    kept = rows.frame.index
    country, counterpart = codes[origin].loc[kept], codes[asylum].loc[kept]
    inside = (country == counterpart) & (country != NO_COUNTRY)
    return pd.DataFrame({"year": rows.frame[year], "country": country, "counterpart": counterpart.where(~inside, "")})


def _by_code(code: str, year: int) -> str | None:
    return None if code.upper() in _NO_STATES else country_of_iso(code, year)


def _by_name(name: str, year: int) -> str | None:
    try:
        return country_of_name(name, year)
    except UnknownCountryError:
        if name.casefold() in _NO_STATE_NAMES:
            return None
        raise


def _summed(figures: pd.DataFrame) -> pd.DataFrame:
    """One row a series, country, counterpart and year; notes say who is in it, and what is not told."""
    key = ["series", "country", "counterpart", "year", "unit"]
    figures = figures.assign(
        origin_name=figures["origin_name"].where(figures["country"] == NO_COUNTRY, ""),
        asylum_name=figures["asylum_name"].where(figures["counterpart"] == NO_COUNTRY, ""),
    )
    sums = figures.groupby(key).agg(few=("few", "sum"), records=("few", "size"))
    sums["value"] = figures.groupby(key)["value"].sum(min_count=1)
    for column in ("origin_name", "asylum_name", "kind"):
        named = figures.loc[figures[column] != "", [*key, column]].drop_duplicates().sort_values(column)
        sums[column] = named.groupby(key)[column].agg(", ".join).astype(object)
    sums = sums.fillna({"origin_name": "", "asylum_name": "", "kind": ""}).reset_index()
    columns = ("origin_name", "asylum_name", "kind", "few", "records")
    notes = []
    for origin, asylum, kind, few, records in zip(*(sums[column].tolist() for column in columns), strict=True):
        said = [f"origin: {origin}"] if origin else []
        said += [f"asylum: {asylum}"] if asylum else []
        said += [f"types of application: {kind}"] if kind else []
        if few:
            said.append("1 to 4 people, not told exactly" if records == 1 else f"{few} figures of 1 to 4 not told")
        notes.append("; ".join(said))
    return sums.assign(note=notes)


def _extracted(preamble: tuple[str, ...]) -> date | None:
    for line in preamble:
        if found := _EXTRACTED.search(line):
            try:
                return datetime.strptime(found[1], "%Y-%m-%d").date()
            except ValueError:
                continue
    return None


def _known_from(year: int, extracted: date | None) -> date:
    published = date(int(year) + 1, 6, 20)
    return published if extracted is None or extracted.year <= year else min(published, extracted)


DATASET: Final = Dataset(
    name=NAME,
    title="UNHCR: refugees, asylum seekers and other displaced people",
    tables=("indicators",),
    fits=fits,
    read=read,
)

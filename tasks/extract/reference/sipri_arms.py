"""Reads SIPRI's trade register: deliveries of major arms by recipient, supplier and year, in trend-indicator values.

SIPRI's trend-indicator value (TIV) measures the military worth of what was delivered, not its price. Two layouts are
known. The one since 2024 has a row for each deal and year of delivery, with the TIV delivered in that year: summed
over deals, that is the series `arms_transfers.tiv`. The older one has a row for each deal, with the years of its
deliveries and the TIV delivered in all of them: how much came in which year is not said. There the TIV is spread
evenly over the years named, and the series is `arms_transfers.tiv_estimated`; its notes say how many deals were
spread.

Country is the recipient, counterpart the supplier. Whoever is no state is kept apart (SIPRI marks armed groups with
`*` and international bodies with `**`): as a supplier it is `XXX` with its name in the note, so that a recipient's
total stays whole; as a recipient it has series of their own, `arms_transfers.tiv_nonstate` and
`arms_transfers.tiv_nonstate_estimated`, under the country that SIPRI puts behind its name (`XXX` where there is
none), so that a state's imports hold nothing else.

SIPRI publishes the deliveries of a year on a Monday around 10 March of the next one (between 9 and 15 March in 2018 to
2025): `known_from` is 15 March, or the day on which the file was generated where that is earlier. The figures are
those of the file: later registers revise earlier years.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from datetime import date, datetime
from typing import IO, Any, Final

import pandas as pd

from tasks.extract.reference.countries import NO_COUNTRY, UnknownCountryError, country_of_name
from tasks.extract.reference.csv_tables import Columns, Rows, names_columns, read_csv, whole
from tasks.extract.reference.dataset import HEAD, Dataset, Part
from tasks.extract.reference.indicator_rows import indicators, looked_up

NAME: Final = "sipri-arms"
TIV: Final = "million TIV"

_BY_YEAR: Final = Columns(
    required=("SIPRI AT Database ID", "Supplier", "Recipient", "Armament category", "Delivery year",
              "Delivery year is estimate", "TIV delivery values"),
    ignored=frozenset({"Designation", "Description", "Order date", "Order date is estimate", "Numbers delivered",
                       "Numbers delivered is estimate", "Status", "SIPRI estimate", "TIV deal unit",
                       "Local production"}),
)  # fmt: skip
_BY_DEAL: Final = Columns(
    required=("Recipient", "Supplier", "Weapon description", "Year(s) of delivery", "SIPRI TIV of delivered weapons"),
    ignored=frozenset({"Year of order", "Year of order ?", "Number ordered", "Number ordered ?", "Weapon designation",
                       "Number delivered", "Number delivered ?", "status", "Comments", "SIPRI TIV per unit",
                       "SIPRI TIV for total order"}),
)  # fmt: skip
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100
_YEARS: Final = re.compile(r"[0-9]{4}(?:\s*;\s*[0-9]{4}){0,99}")
_GENERATED: Final = re.compile(r"(?:Data|Information) generated(?: on)?:?\s*([0-9]{1,2} [A-Za-z]{3,9} [0-9]{4})")
_CALLED_OTHERWISE: Final = {"Libya GNC": "Libya"}
"""The government in Tripoli of 2014 to 2021, which the United Nations recognised."""
_NO_STATES: Final = {"Biafra": "Nigeria", "Katanga": "DR Congo", "Northern Cyprus": "Cyprus"}
"""Unrecognised states that SIPRI lists like others, and the states in which they are."""


def fits(head: bytes) -> bool:
    """Whether a file begins like a trade register, in either layout."""
    return any(names_columns(head, columns.required) for columns in (_BY_YEAR, _BY_DEAL))


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The figures of a register as one part; `found` counts its records, an order without deliveries among them."""
    data = whole(file)
    by_year = names_columns(data[:HEAD], _BY_YEAR.required)
    rows = read_csv(data, _BY_YEAR if by_year else _BY_DEAL, encoding=_encoding(data), broken=not by_year)
    deals = _by_year(rows) if by_year else _by_deal(rows)
    day = _generated(rows.preamble)
    if day is None:
        rows.remarks.append("it has no line that says when it was generated: its version is not known")
    figures = _summed(_with_parties(rows, deals), estimated=not by_year)
    figures["known_from"] = [_known_from(year, day) for year in figures["year"]]
    table = indicators(figures, NAME, None if day is None else day.isoformat())
    yield Part(rows.found, {"indicators": table}, tuple(rows.rejected), remarks=tuple(rows.remarks))


def _by_year(rows: Rows) -> pd.DataFrame:
    """The deliveries of the newer layout: deal, recipient, supplier, year, tiv, category and whether it is a guess."""
    rows.wholes("Delivery year", _FIRST_YEAR, _LAST_YEAR)
    _tiv(rows, "TIV delivery values")
    frame = rows.frame
    return pd.DataFrame(
        {
            "deal": frame["SIPRI AT Database ID"],
            "recipient": frame["Recipient"],
            "supplier": frame["Supplier"],
            "year": frame["Delivery year"],
            "tiv": frame["TIV delivery values"],
            "category": frame["Armament category"],
            "unsure": frame["Delivery year is estimate"] == "Yes",
        }
    )


def _by_deal(rows: Rows) -> pd.DataFrame:
    """The deliveries of the older layout, the TIV of a deal spread evenly over the years in which it was delivered."""
    years, tiv = "Year(s) of delivery", "SIPRI TIV of delivered weapons"
    _tiv(rows, tiv)
    texts = rows.frame[years]
    rows.reject(~(texts.str.fullmatch(_YEARS) | (texts == "")), "bad_date", f"{years} is '{{{years}}}'")
    frame = rows.frame
    rows.reject((frame[years] == "") & (frame[tiv] > 0), "empty_cell", f"{{{tiv}}} million TIV came in no year")
    waiting = int((rows.frame[years] == "").sum())
    if waiting:
        rows.remarks.append(f"{waiting} orders without deliveries gave no figures")
    frame = rows.frame[rows.frame[years] != ""]
    listed = frame[years].str.findall("[0-9]{4}")
    deals = pd.DataFrame(
        {
            "deal": frame.index,
            "recipient": frame["Recipient"],
            "supplier": frame["Supplier"],
            "year": listed,
            "tiv": frame[tiv] / listed.str.len(),
            "category": frame["Weapon description"],
            "unsure": listed.str.len() > 1,
        }
    ).explode("year")
    deals["year"] = deals["year"].astype("int64")
    good = deals["year"].between(_FIRST_YEAR, _LAST_YEAR)
    rows.reject(rows.frame.index.isin(deals.index[~good]), "bad_date", f"{years} is '{{{years}}}'")
    return deals[~deals.index.isin(deals.index[~good])]


def _tiv(rows: Rows, column: str) -> None:
    rows.numbers(column)
    values = rows.frame[column]
    rows.reject(~(values >= 0), "not_a_number", f"{column} is empty or below nought")


def _with_parties(rows: Rows, deals: pd.DataFrame) -> pd.DataFrame:
    """The deliveries with codes of recipient and supplier, and whether they are states.

    Deals with a name that is neither known as a state's nor marked as something else are rejected.
    """
    for role in ("recipient", "supplier"):
        column = role.capitalize()
        codes = pd.Series(looked_up(deals[role], deals["year"], _code), deals.index, dtype=object)
        unknown = deals.index[codes.isna()]
        rows.reject(
            rows.frame.index.isin(unknown),
            "unknown_country",
            f"{column} '{{{column}}}' is no country that is known by this name",
        )
        deals = deals.assign(**{f"{role}_code": codes})
        deals[f"{role}_stateless"] = deals[role].map(_is_no_state).astype(bool) | (codes == NO_COUNTRY)
        deals = deals[~deals.index.isin(unknown)]
    return deals


def _is_no_state(name: str) -> bool:
    return name.endswith("*") or name in _NO_STATES or name.lower().startswith("unknown ")


def _code(name: str, year: int) -> str | None:
    """The country of a party: of an armed group the one that SIPRI names with it; None for bodies and unknown parties.

    Raises UnknownCountryError for a name that is not known and not marked.
    """
    if not _is_no_state(name):
        return country_of_name(_CALLED_OTHERWISE.get(name, name), year)
    bare = name.rstrip("*").strip()
    if name.endswith("**") or bare.lower().startswith("unknown "):
        return None
    inner = bare[bare.rfind("(") + 1 : -1] if bare.endswith(")") else ""
    # "Hezbollah (Lebanon)*" has its state in brackets, "Syria rebels*" in front.
    place = _NO_STATES.get(bare) or inner or bare.partition(" ")[0]
    try:
        return country_of_name(place, year)
    except UnknownCountryError:
        return None


def _summed(deals: pd.DataFrame, *, estimated: bool) -> pd.DataFrame:
    """One row for each recipient, supplier and year."""
    ending = "_estimated" if estimated else ""
    states, others = f"arms_transfers.tiv{ending}", f"arms_transfers.tiv_nonstate{ending}"
    deals = deals.assign(
        series=[others if stateless else states for stateless in deals["recipient_stateless"]],
        country=deals["recipient_code"],
        counterpart=deals["supplier_code"].where(~deals["supplier_stateless"], NO_COUNTRY),
    )
    key = ["series", "country", "counterpart", "year"]
    sums = deals.groupby(key).agg(value=("tiv", "sum"), deals=("deal", "nunique"))
    categories = deals.groupby([*key, "category"])["tiv"].sum().reset_index()
    categories = categories.sort_values([*key, "tiv", "category"], ascending=[True] * 4 + [False, True])
    sums["most"] = categories.drop_duplicates(key).set_index(key)["category"]
    sums["unsure"] = deals[deals["unsure"]].groupby(key)["deal"].nunique()
    for role in ("supplier", "recipient"):
        named = deals[deals[f"{role}_stateless"]].drop_duplicates([*key, role]).sort_values(role)
        sums[role] = named.groupby(key)[role].agg(", ".join).astype(object)
    figures = sums.fillna({"unsure": 0, "supplier": "", "recipient": ""}).reset_index()
    figures["value"] = figures["value"].round(6)  # the file has two decimals: this takes off what adding left behind
    figures["note"] = [_note(row, estimated=estimated) for row in figures.to_dict("records")]
    return figures.assign(unit=TIV)


def _note(row: Mapping[Hashable, Any], *, estimated: bool) -> str:
    """How many deals, what was most of it, what is uncertain, and who the parties are where they are no states."""
    said = [f"{row['deals']} deal{'s' if row['deals'] > 1 else ''}, most TIV in: {row['most']}"]
    if unsure := int(row["unsure"]):
        how = "spread evenly over several years of delivery" if estimated else "in years that SIPRI estimates"
        said.append(f"{unsure} of them {how}")
    said += [f"{role}: {row[role]}" for role in ("supplier", "recipient") if row[role]]
    return "; ".join(said)


def _generated(preamble: tuple[str, ...]) -> date | None:
    for line in preamble:
        if found := _GENERATED.search(line):
            for form in ("%d %b %Y", "%d %B %Y"):
                try:
                    return datetime.strptime(found[1], form).date()
                except ValueError:
                    continue
    return None


def _known_from(year: int, generated: date | None) -> date:
    published = date(int(year) + 1, 3, 15)
    return published if generated is None or generated.year <= year else min(published, generated)


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


DATASET: Final = Dataset(
    name=NAME,
    title="SIPRI arms transfers: trade register",
    tables=("indicators",),
    fits=fits,
    read=read,
)

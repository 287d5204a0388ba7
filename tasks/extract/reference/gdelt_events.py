"""Turns lines of GDELT into rows of events, a block at a time; what the codes mean is in gdelt_codes.py."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tasks.contract import EVENTS
from tasks.extract.reference.gdelt_codes import codes
from tasks.extract.reference.gdelt_lines import LAYOUTS, PRECISIONS, QUADS, USED, day, day_added, is_cameo

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
_TYPES: Final = dict.fromkeys(USED, _CODED) | {
    "GLOBALEVENTID": pa.int64(),
    "GoldsteinScale": pa.float64(),
    "ActionGeo_Lat": pa.float64(),
    "ActionGeo_Long": pa.float64(),
}
_CSV_BLOCK: Final = 2 << 20
"""Bytes that the CSV reader holds at a time: larger blocks leave the caches of a processor."""
_WEB: Final = r"(?i)^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?:www\.)?(?P<host>[^/?#:]+)"
_ARTICLED: Final = re.compile(r",\s+(The|(?:Federated States|Democratic Republic|Republic) of\b[^,]*)$", re.I)


class NotCleanError(Exception):
    """Something in a block of lines is not right; which lines, only a look at each can tell."""


@dataclass
class UnknownCodes:
    """Codes that no table knows: their rows are kept without them, and that is said at the end."""

    found: dict[str, set[str]] = field(default_factory=dict)

    def see(self, what: str, values: Iterable[str], known: Iterable[str]) -> None:
        """Note the codes of a column that are not `known`."""
        if new := set(values).difference(known, ("",)):
            self.found.setdefault(what, set()).update(new)

    def remarks(self) -> tuple[str, ...]:
        """One sentence for each kind of code."""
        return tuple(
            f"unknown {what} were left out: {', '.join(sorted(found)[:20])}{' and more' if len(found) > 20 else ''}"
            for what, found in sorted(self.found.items())
        )


def rows(lines: bytes, unknown: UnknownCodes) -> pa.Table:
    """The lines as rows of `events`, one each in their order.

    Raises NotCleanError where any of them is not right, or empty.
    """
    if b'"' in lines or b"\r" in lines or b"\x00" in lines:
        raise NotCleanError("marks that do not belong there")
    layout = LAYOUTS.get(lines[: lines.find(b"\n") if b"\n" in lines else None].count(b"\t") + 1)
    if layout is None:
        raise NotCleanError("another number of fields")
    used = [name for name in USED if name in layout]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(lines),
            pa.csv.ReadOptions(column_names=layout, use_threads=False, block_size=_CSV_BLOCK),
            pa.csv.ParseOptions(delimiter="\t", quote_char=False, ignore_empty_lines=False),
            pa.csv.ConvertOptions(include_columns=used, column_types=_TYPES, null_values=[""]),
        )
    except pa.ArrowInvalid as error:
        raise NotCleanError(str(error).partition("\n")[0]) from None
    if table.num_rows == 0:
        return EVENTS.schema.empty_table()
    whole = table.unify_dictionaries().combine_chunks()
    return _events({name: whole.column(name).chunk(0) for name in used}, table.num_rows, unknown)


@dataclass(frozen=True, slots=True)
class _Coded:
    """A column as its different values and, for each row, which one it has."""

    values: list[Any]
    indices: pa.Array

    @classmethod
    def of(cls, column: pa.DictionaryArray) -> "_Coded":
        return cls(column.dictionary.to_pylist(), column.indices)

    def beside(self, other: "_Coded") -> "_Coded":
        """Two columns as one, whose values are the pairs that there are."""
        count = max(1, len(other.values))
        both = pc.add(pc.multiply(self.indices.cast(pa.int64()), count), other.indices.cast(pa.int64()))
        encoded = both.dictionary_encode()
        pairs = (divmod(number, count) for number in encoded.dictionary.to_pylist())
        return _Coded([(self.values[one], other.values[two]) for one, two in pairs], encoded.indices)

    def mapped(
        self, of_value: Callable[[Any], Any], type_: pa.DataType | None = None, *, required: bool = False
    ) -> pa.Array:
        """What each value comes to, worked out once for each different one."""
        values = list(map(of_value, self.values))
        if required:
            _require(None not in values, "a value that cannot be meant")
        return pa.array(values, type_ or pa.string()).take(self.indices)


def _events(raw: dict[str, pa.Array], count: int, unknown: UnknownCodes) -> pa.Table:
    coded = {name: _Coded.of(column) for name, column in raw.items() if pa.types.is_dictionary(column.type)}
    ids, goldstein, cameo = raw["GLOBALEVENTID"], raw["GoldsteinScale"], coded["EventCode"]
    _require(ids.null_count == 0 and pc.min(ids).as_py() >= 0, "an id is missing or negative")
    _require(_all_within(goldstein, 10.0), "GoldsteinScale is out of range")
    _require(all(map(is_cameo, cameo.values)), "an unknown event code")
    columns: dict[str, pa.Array] = {
        "event_id": ids.cast(pa.string()),
        "dataset": _always("gdelt", count),
        "event_date": coded["SQLDATE"].mapped(day, pa.date32(), required=True),
        "date_precision": _always("day", count),
        "published_date": coded["DATEADDED"].mapped(day_added, pa.date32(), required=True),
        "event_type": cameo.mapped(codes().event_type),
        "event_mode": cameo.mapped(codes().event_modes.get),
        "cameo_code": cameo.mapped(str),
        "quad_class": coded["QuadClass"].mapped(QUADS.get, pa.int64(), required=True),
        "intensity": goldstein,
        "modality": _always("actual", count),
    }
    for role, number in (("actor", 1), ("recipient", 2)):
        code, country, kind = (coded[f"Actor{number}{name}"] for name in ("Code", "CountryCode", "Type1Code"))
        unknown.see("country codes of actors", country.values, codes().actor_countries)
        unknown.see("type codes of actors", kind.values, codes().sectors)
        columns[f"{role}_name"] = _text(raw[f"Actor{number}Name"])
        columns[f"{role}_country"] = country.beside(code).mapped(_actor_country)
        columns[f"{role}_sector"] = kind.beside(code).mapped(_actor_sector)
    columns["place_name"] = _text(raw["ActionGeo_FullName"])
    columns |= _places(coded, raw["ActionGeo_Lat"], raw["ActionGeo_Long"], unknown)
    if "SOURCEURL" in raw:
        columns["source_url"] = _text(raw["SOURCEURL"])
        columns["outlet"] = _outlet(raw["SOURCEURL"])
    arrays = [columns[f.name] if f.name in columns else pa.nulls(count, f.type) for f in EVENTS.schema]
    return pa.table(arrays, schema=EVENTS.schema)


def _places(
    coded: dict[str, _Coded], latitude: pa.Array, longitude: pa.Array, unknown: UnknownCodes
) -> dict[str, pa.Array]:
    known = codes().place_countries
    kind, name, country = (coded[f"ActionGeo_{part}"] for part in ("Type", "FullName", "CountryCode"))
    _require(all(value in PRECISIONS for value in kind.values), "an unknown type of place")
    _require(_all_within(latitude, 90.0) and _all_within(longitude, 180.0), "coordinates out of range")
    _require(pc.equal(latitude.is_null(), longitude.is_null()).false_count == 0, "half of the coordinates")
    unknown.see("country codes of places", country.values, known)
    precision = kind.mapped(PRECISIONS.get)
    # Version 1.0 writes zeros where there is no place.
    nowhere = pc.and_(precision.is_null(), pc.and_(pc.equal(latitude, 0.0), pc.equal(longitude, 0.0)))
    nowhere = pc.fill_null(nowhere, False)
    return {
        "place_country": country.mapped(known.get),
        "place_precision": precision,
        "admin1": kind.beside(name).mapped(_admin1),
        "latitude": pc.if_else(nowhere, pa.scalar(None, pa.float64()), latitude),
        "longitude": pc.if_else(nowhere, pa.scalar(None, pa.float64()), longitude),
    }


def _always(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _all_within(numbers: pa.Array, limit: float) -> bool:
    """Whether all numbers that are there lie in a range; what is no number (nan) does not."""
    within = pc.and_(pc.greater_equal(numbers, -limit), pc.less_equal(numbers, limit))
    return int(within.false_count) == 0


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotCleanError(otherwise)


def _text(column: pa.DictionaryArray) -> pa.Array:
    return _or_nothing(pc.utf8_trim_whitespace(column.dictionary)).take(column.indices)


def _outlet(addresses: pa.DictionaryArray) -> pa.Array:
    """The hosts of addresses, without `www.`; words that are no address name the outlet (`BBC Monitoring`)."""
    words = pc.utf8_trim_whitespace(addresses.dictionary)
    hosts = pc.utf8_lower(pc.struct_field(pc.extract_regex(words, _WEB), "host"))
    return _or_nothing(pc.coalesce(hosts, words)).take(addresses.indices)


def _or_nothing(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


@lru_cache(maxsize=100_000)
def _actor_country(codes_of_actor: tuple[str, str]) -> str | None:
    country, code = codes_of_actor
    return codes().actor_countries.get(country) or codes().country_in(code)


@lru_cache(maxsize=100_000)
def _actor_sector(codes_of_actor: tuple[str, str]) -> str | None:
    kind, code = codes_of_actor
    return codes().sectors.get(kind) or codes().sector_in(code)


@lru_cache(maxsize=100_000)
def _admin1(kind_and_name: tuple[str, str]) -> str | None:
    """`British Columbia` of `Vancouver, British Columbia, Canada`, `Texas` of `Texas, United States`.

    A division that GDELT does not know has none.
    """
    kind, name = kind_and_name
    around = _ARTICLED.sub("", name).rpartition(", ")[0]
    precision = PRECISIONS.get(kind)
    division = around if precision == "admin1" else around.partition(", ")[2] if precision == "city" else ""
    is_unknown = division.endswith("(general)") or division.startswith("(")
    return None if is_unknown or not division else division

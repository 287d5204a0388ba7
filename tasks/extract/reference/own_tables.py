"""Reads a user's own CSV of events, figures or ties by a mapping in `sources.toml`: which column means what.

An example, for a file that begins `Id;Day;Land;Killed;Remark`; `path` and what any source has stand beside it:

    [strikes]                      # the source in the lake
    dataset = "own"
    path = "~/data/strikes.csv"
    table = "events"               # events, indicators or relations
    title = "Strikes of the desk"  # optional
    delimiter = ";"                # optional; a comma where not given
    encoding = "cp1252"            # optional; UTF-8 where not given
    date_format = "%d.%m.%Y"       # optional; where not given, 2023-10-07, 2023-10 and 2023 are read
    decimal = ","                  # optional; a point where not given
    missing = ["", "n/a"]          # optional; cells that hold nothing, "" where not given
    ignored = ["Remark"]           # columns of the file that are left out

    [strikes.columns]              # column of the table = column of the file
    event_id = "Id"
    event_date = "Day"
    place_country = "Land"
    deaths_best = "Killed"

    [strikes.constants]            # the same in every row
    event_type = "ASSAULT"
    modality = "actual"

    [strikes.countries]            # how countries are written: iso3 (where not given), iso2, name, cow, gw
    place_country = "name"

    [strikes.values.event_type]    # optional: the file's words for values of the table
    bombing = "ASSAULT"

What can be told without being said is filled in: `dataset` (the name; `own` for events), `counterpart` (empty), the
last day of a date that is a month or a year and its precision, and an `event_id` that depends on the row alone.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import IO, Any, Final

import pyarrow as pa
import pycountry

from tasks.contract import DAY, FLAG, TABLES, TEXT, TEXTS, WHOLE, Column, Table
from tasks.errors import ConfigError
from tasks.extract.drafts import Rejected, plain, sample
from tasks.extract.reference.countries import (
    KOSOVO,
    UnknownCountryError,
    country_codes,
    country_of_cow,
    country_of_gw,
    country_of_name,
)
from tasks.extract.reference.csv_tables import NUMBER, Columns, read_csv, whole
from tasks.extract.reference.dataset import BadRowError, Dataset, Part, WrongFileError, origin_of
from tasks.extract.reference.indicator_rows import last_day
from tasks.settings import OWN, Source

_VERSION: Final = 1
"""Raised whenever the same file and mapping would give other rows."""
_TABLES: Final = ("events", "indicators", "relations")
_TEXT_KEYS: Final = ("table", "title", "delimiter", "encoding", "date_format", "decimal")
_KEYS: Final = (*_TEXT_KEYS, "missing", "ignored", "columns", "constants", "countries", "values")
_COUNTRIES: Final = ("country", "counterpart", "actor_country", "recipient_country", "place_country")
_STARTS: Final = {"events": ("event_date", "event_end_date"), "indicators": ("start_date", "end_date"),
                  "relations": ("start_date", "end_date")}  # fmt: skip
_ISO_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping whose words have been checked."""

    name: str
    table: Table
    columns: Mapping[str, str]
    constants: Mapping[str, str]
    countries: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    ignored: frozenset[str]
    missing: frozenset[str]
    delimiter: str
    encoding: str
    date_format: str
    decimal: str


def own_dataset(source: Source) -> Dataset:
    """The data set that the mapping of a source describes. Raises ConfigError, which names the source and the word."""
    mapped = _checked(source)

    def said(key: str, otherwise: str = "") -> str:
        return str(source.mapping.get(key, otherwise))

    # Another mapping reads other rows from the same file, as another version of a reader does.
    of_mapping = hashlib.sha256(json.dumps(source.mapping, sort_keys=True, default=str).encode()).hexdigest()
    return Dataset(
        name=source.name,
        title=said("title", f"{source.name}: a table of your own"),
        tables=(mapped.table.name,),
        origin=origin_of([source]),
        fits=_fits,
        read=partial(_read, mapped),
        version=_VERSION << 32 | int(of_mapping[:8], 16),
        least_rows=source.least_rows or 1,
    )


def _fits(head: bytes) -> bool:
    """Any file that holds something: which column it lacks is for the reader to say."""
    return bool(head.strip())


def _checked(source: Source) -> Mapped:
    """The mapping with every word looked at; ConfigError for the first that cannot be meant."""
    mapping = source.mapping

    def wrong(words: str) -> ConfigError:
        return ConfigError(f"sources.toml: source '{source.name}': {words}.")

    if unknown := [key for key in mapping if key not in _KEYS]:
        raise wrong(f"unknown keys: {', '.join(unknown)}. Known: {', '.join(_KEYS)}")
    for key in _TEXT_KEYS:
        if not isinstance(mapping.get(key, ""), str):
            raise wrong(f"'{key}' must be a text")
    table_name = mapping.get("table", "")
    if table_name not in _TABLES:
        raise wrong(f"'table' is '{table_name}' and must be one of {', '.join(_TABLES)}")
    table = TABLES[table_name]
    known = {column.name: column for column in table.columns}
    columns, constants = _texts(mapping, "columns", wrong), _texts(mapping, "constants", wrong)
    countries = _texts(mapping, "countries", wrong)
    values = mapping.get("values", {})
    if not isinstance(values, Mapping):
        raise wrong("'values' must be tables such as [values.event_type]")
    for key, given in (("columns", columns), ("constants", constants), ("countries", countries), ("values", values)):
        if others := [column for column in given if column not in known]:
            raise wrong(f"[{key}] names {', '.join(others)}, which {table_name} does not have: {', '.join(known)}")
    if not columns:
        raise wrong("[columns] is empty: it says which column of the file is which column of the table")
    if both := sorted(set(columns) & set(constants)):
        raise wrong(f"{', '.join(both)} stand in [columns] and in [constants]")
    for column, kind in countries.items():
        if column not in _COUNTRIES or column not in columns:
            raise wrong(f"[countries] names {column}, which is no column of countries that [columns] has")
        if kind not in _KINDS:
            raise wrong(f"[countries] has {column} = '{kind}'; known: {', '.join(_KINDS)}")
    for column, cell in constants.items():
        _check_constant(known[column], cell, wrong)
    filled = {"dataset", "event_id", "counterpart"}
    needed = {column.name for column in table.columns if column.required} - filled
    if lacking := sorted(needed - set(columns) - set(constants)):
        raise wrong(f"{table_name} needs {', '.join(lacking)} in [columns] or [constants]")
    delimiter, encoding = mapping.get("delimiter", ","), mapping.get("encoding", "utf-8")
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise wrong(f"'delimiter' is '{plain(delimiter)}' and must be one sign")
    _check_encoding(encoding, wrong)
    if (decimal := mapping.get("decimal", ".")) not in (".", ","):
        raise wrong("'decimal' must be '.' or ','")
    return Mapped(
        source.name, table, columns, constants, countries,
        {column: _texts(values, column, wrong) for column in values},
        frozenset(_list(mapping, "ignored", wrong)), frozenset(_list(mapping, "missing", wrong) or [""]),
        delimiter, encoding, mapping.get("date_format", ""), decimal,
    )  # fmt: skip


_Wrong = Callable[[str], ConfigError]


def _texts(mapping: Mapping[str, Any], key: str, wrong: _Wrong) -> dict[str, str]:
    given = mapping.get(key, {})
    if not isinstance(given, Mapping) or any(isinstance(value, Mapping | list) for value in given.values()):
        raise wrong(f'[{key}] must be lines such as event_date = "Day"')
    return {name: value if isinstance(value, str) else str(value) for name, value in given.items()}


def _list(mapping: Mapping[str, Any], key: str, wrong: _Wrong) -> list[str]:
    given = mapping.get(key, [])
    if not isinstance(given, list) or not all(isinstance(value, str) for value in given):
        raise wrong(f"'{key}' must be a list of texts")
    return given


def _check_constant(column: Column, cell: str, wrong: _Wrong) -> None:
    try:
        value = _value(column, cell, "", ".", "iso3", None)
    except BadRowError as error:
        raise wrong(f"[constants] has {column.name} = '{cell}': {error}") from None
    if column.values and value not in column.values:
        raise wrong(f"[constants] has {column.name} = '{cell}'; known: {', '.join(column.values)}")


def _check_encoding(encoding: str, wrong: _Wrong) -> None:
    try:
        # The rest of the reader counts on an encoding of text that can carry bad bytes as half signs.
        b"\xff".decode(encoding, errors="surrogateescape")
    except (LookupError, UnicodeError, ValueError):
        raise wrong(f"'encoding' is '{encoding}', which is no encoding that can be read") from None


def _read(mapped: Mapped, file: IO[bytes], name: str) -> Iterator[Part]:
    layout = Columns(tuple(dict.fromkeys(mapped.columns.values())), ignored=mapped.ignored)
    try:
        rows = read_csv(whole(file), layout, encoding=mapped.encoding, delimiter=mapped.delimiter)
    except WrongFileError as error:
        place = f"source '{mapped.name}' in sources.toml"
        words = (
            f"say in [{mapped.name}.columns] and `delimiter` of {place} what the columns are called and what is between"
        )
        raise WrongFileError(error.reason, f"{error}; {words}") from None
    rejected = rows.rejected
    good: dict[tuple[Any, ...], dict[str, Any]] = {}
    lines: dict[tuple[Any, ...], int] = {}
    merged = 0
    for line, cells in zip(rows.frame.index, rows.frame.to_dict("records"), strict=True):
        try:
            row = _row({str(name): str(cell) for name, cell in cells.items()}, mapped)
            key = tuple(row[name] for name in mapped.table.key)
            if key in good and good[key] != row:
                raise BadRowError("repeated_key", f"it has the key of line {lines[key]} and other values")
        except BadRowError as error:
            rejected.append(Rejected(f"line {line}", error.reason, plain(str(error)), sample(rows.lines[line - 1])))
            continue
        merged += key in good
        good[key] = row
        lines.setdefault(key, line)
    table = pa.Table.from_pylist(list(good.values()), schema=mapped.table.schema)
    yield Part(rows.found, {mapped.table.name: table}, tuple(rejected), merged, tuple(rows.remarks))


def _row(cells: Mapping[str, str], mapped: Mapped) -> dict[str, Any]:
    """The row that a line of the file becomes. Raises BadRowError, which names the column of the file."""
    row: dict[str, Any] = dict.fromkeys(column.name for column in mapped.table.columns)
    start, end = _STARTS[mapped.table.name]
    # The first day first: countries are those of its year.
    order = sorted(mapped.table.columns, key=lambda column: column.name != start)
    for column in order:
        if column.name in mapped.constants:
            row[column.name] = _value(column, mapped.constants[column.name], "", ".", "iso3", None)
            continue
        if column.name not in mapped.columns:
            continue
        source = mapped.columns[column.name]
        cell = cells[source]
        if cell in mapped.missing:
            continue
        cell = mapped.values.get(column.name, {}).get(cell, cell)
        year = row[start].year if row[start] else None
        kind = mapped.countries.get(column.name, "iso3")
        try:
            row[column.name] = _value(column, cell, mapped.date_format, mapped.decimal, kind, year)
            if column.values and row[column.name] not in column.values:
                raise BadRowError("bad_value", f"known: {', '.join(column.values)}")
        except BadRowError as error:
            raise BadRowError(error.reason, f"column '{source}' is '{cell[:80]}' ({column.name}): {error}") from None
    _fill(row, cells, mapped, start, end)
    for column in mapped.table.columns:
        if column.required and row[column.name] is None:
            source = mapped.columns.get(column.name, column.name)
            raise BadRowError("empty_cell", f"column '{source}' ({column.name}) is empty and is needed")
    if row[start] and row[end] and row[end] < row[start]:
        raise BadRowError("bad_date", f"{end} {row[end]} lies before {start} {row[start]}")
    return row


def _fill(row: dict[str, Any], cells: Mapping[str, str], mapped: Mapped, start: str, end: str) -> None:
    """What is not given and can be told: the end and precision of a date, the data set, an id of an event."""
    given = {*mapped.columns, *mapped.constants}
    precision = _precision(cells.get(mapped.columns.get(start, ""), ""), mapped.date_format)
    if row[start] and end not in given and mapped.table.name != "relations":
        row[end] = _last(row[start], precision)
    if mapped.table.name == "events":
        if "date_precision" not in given and row[start]:
            row["date_precision"] = precision
        row["dataset"] = row["dataset"] or OWN
        if "event_id" not in given:
            text = "\x1f".join(cells[name] for name in sorted(cells))
            row["event_id"] = f"{mapped.name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    else:
        row["dataset"] = row["dataset"] or mapped.name
        row["counterpart"] = row["counterpart"] or ""


def _precision(cell: str, form: str) -> str:
    if form:
        return (
            "day"
            if any(sign in form for sign in ("%d", "%j", "%x", "%c", "%D", "%F"))
            else ("month" if any(sign in form for sign in ("%m", "%b", "%B")) else "year")
        )
    return {4: "year", 7: "month"}.get(len(cell), "day")


def _last(day: date, precision: str) -> date:
    if precision == "year":
        return date(day.year, 12, 31)
    return last_day(day.year, day.month) if precision == "month" else day


def _value(column: Column, cell: str, form: str, decimal: str, kind: str, year: int | None) -> Any:
    """A cell in the type of its column. Raises BadRowError with what is wrong."""
    if column.name in _COUNTRIES:
        return _country(cell, kind, year)
    if column.type == DAY:
        return _day(cell, form)
    if column.type in (WHOLE, pa.float64()):
        text = cell.replace(",", ".") if decimal == "," else cell
        if not re.fullmatch(NUMBER, text):
            raise BadRowError("not_a_number", "which is no number")
        number = float(text)
        if column.type != WHOLE:
            return number
        if not number.is_integer() or abs(number) >= 2**53:
            raise BadRowError("not_a_number", "which is no whole number")
        return int(number)
    if column.type == FLAG:
        if cell.casefold() not in _FLAGS:
            raise BadRowError("bad_value", "which is neither true nor false")
        return _FLAGS[cell.casefold()]
    if column.type == TEXTS:
        return [text.strip() for text in cell.split(";") if text.strip()]
    assert column.type == TEXT
    return cell


def _day(cell: str, form: str) -> date:
    try:
        if form:
            return datetime.strptime(cell, form).date()
        if found := _ISO_DATE.fullmatch(cell):
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        pass
    raise BadRowError("bad_date", f"which is no date like {form or '2023-10-07'}")


def _country(cell: str, kind: str, year: int | None) -> str:
    try:
        code = _KINDS[kind](cell, year)
    except UnknownCountryError as error:
        raise BadRowError("unknown_country", str(error)) from None
    if code is None:
        raise BadRowError("no_country", "which has no ISO code")
    return code


def _iso3(cell: str, year: int | None) -> str:
    if cell.upper() not in country_codes():
        raise UnknownCountryError("which is no ISO 3166-1 alpha-3 code")
    return cell.upper()


def _iso2(cell: str, year: int | None) -> str:
    code = cell.upper()
    country = pycountry.countries.get(alpha_2={"UK": "GB", "EL": "GR"}.get(code, code))
    if country is None and code != "XK":
        raise UnknownCountryError("which is no ISO 3166-1 alpha-2 code")
    return KOSOVO if country is None else str(country.alpha_3)


_KINDS: Final[Mapping[str, Callable[[str, int | None], str | None]]] = {
    "iso3": _iso3,
    "iso2": _iso2,
    "name": country_of_name,
    "cow": country_of_cow,
    "gw": country_of_gw,
}

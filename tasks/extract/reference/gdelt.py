"""Reads the event files of GDELT: the 15-minute exports of version 2.0, and the daily and yearly files of 1.0.

Files are text in UTF-8, tab-separated, without header and without quoting. A block of lines is converted as a whole;
only where something in it is not right are its lines looked at one by one, and those that are wrong are rejected. The
columns are described in the codebook of the GDELT Event Database (http://data.gdeltproject.org/documentation).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tasks.contract import EVENTS
from tasks.extract.drafts import Rejected, sample
from tasks.extract.reference.dataset import HEAD, Dataset, Origin, Part, WrongFileError
from tasks.extract.reference.gdelt_codes import codes

BLOCK: Final = 4 << 20
"""Bytes that are converted at a time: some 10,000 rows. Smaller ones cost calls, larger ones leave the caches."""
LONGEST: Final = 1 << 20
"""Bytes of a line; the longest real one seen has 900."""

_ACTOR: Final = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code",
                 "Type1Code", "Type2Code", "Type3Code")  # fmt: skip
_EVENT: Final = ("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale",
                 "NumMentions", "NumSources", "NumArticles", "AvgTone")  # fmt: skip
_GEO_1: Final = ("Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID")
_GEO_2: Final = (*_GEO_1[:4], "ADM2Code", *_GEO_1[4:])


def _columns(geo: tuple[str, ...], *, url: bool) -> tuple[str, ...]:
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR]
    names += _EVENT
    names += [f"{place}Geo_{name}" for place in ("Actor1", "Actor2", "Action") for name in geo]
    return (*names, "DATEADDED", *(["SOURCEURL"] if url else []))


LAYOUTS: Final = {
    len(columns): columns
    for columns in (_columns(_GEO_2, url=True), _columns(_GEO_1, url=True), _columns(_GEO_1, url=False))
}
"""The columns of a line by their number: 61 in version 2.0, 58 in 1.0, and 57 before April 2013, without SOURCEURL."""

USED: Final = (
    "GLOBALEVENTID", "SQLDATE", "EventCode", "QuadClass", "GoldsteinScale", "DATEADDED", "SOURCEURL",
    *(f"Actor{number}{name}" for number in (1, 2) for name in ("Code", "Name", "CountryCode", "Type1Code")),
    *(f"ActionGeo_{name}" for name in ("Type", "FullName", "CountryCode", "Lat", "Long")),
)  # fmt: skip
IGNORED: Final = frozenset(
    {
        # say again what SQLDATE, EventCode and the actors' codes say
        "MonthYear", "Year", "FractionDate", "EventBaseCode", "EventRootCode",
        *(f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR[3:7] + _ACTOR[8:]),
        # of the articles that told of it in the first 15 minutes (1.0: that day): no column of an event
        "IsRootEvent", "NumMentions", "NumSources", "NumArticles", "AvgTone",
        # where the actors are, which is where the act is, or guessed
        *(f"Actor{number}Geo_{name}" for number in (1, 2) for name in _GEO_2),
        # ids of FIPS, GAUL and of the GNS and GNIS gazetteers; `admin1` has the name, which stands in FullName
        "ActionGeo_ADM1Code", "ActionGeo_ADM2Code", "ActionGeo_FeatureID",
    }
)  # fmt: skip

_CODED: Final = pa.dictionary(pa.int32(), pa.string())
_TYPES: Final = dict.fromkeys(USED, _CODED) | {
    "GLOBALEVENTID": pa.int64(),
    "GoldsteinScale": pa.float64(),
    "ActionGeo_Lat": pa.float64(),
    "ActionGeo_Long": pa.float64(),
}
_PRECISIONS: Final = {"": None, "0": None, "1": "country", "2": "admin1", "3": "city", "4": "city", "5": "admin1"}
"""ActionGeo_Type: none, country, state of the US, city in the US, city elsewhere, first-level division elsewhere."""
_QUADS: Final = {"1": 1, "2": 2, "3": 3, "4": 4}
_EARLIEST: Final = 1800
_ID: Final = re.compile(r"[0-9]{1,18}")
_DAY: Final = re.compile(r"[0-9]{8}")
_ADDED: Final = re.compile(r"[0-9]{8}(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]|[0-9]{8}")
_CAMEO: Final = re.compile(r"[0-9]{2,4}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_ROUNDED: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.I)
_CONTROL: Final = re.compile(r"[\x00\r]")
_HEADER: Final = re.compile(rb"\W*GLOBALEVENTID\W+SQLDATE\W", re.I)
_WEB: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)", re.I)
_ARTICLED: Final = re.compile(r",\s+(The|(?:Federated States|Democratic Republic|Republic) of\b[^,]*)$", re.I)


class _NotCleanError(Exception):
    """Something in a block of lines is not right; which lines, only a look at each can tell."""


def fits(head: bytes) -> bool:
    """Whether these bytes begin a file of GDELT events, also one that another program saved anew."""
    if _HEADER.match(head):
        return True
    lines = [line for line in head.split(b"\n") if line.strip()]
    if len(head) >= HEAD and len(lines) > 1:
        lines.pop()  # it may go on
    some = lines[:50]
    return bool(some) and sum(_looks_like_one(line) for line in some) * 2 > len(some)


def _looks_like_one(line: bytes) -> bool:
    """Whether a line has about as many fields as an event, with a day near its beginning and CAMEO codes within."""
    text = line.decode("utf-8", "replace").rstrip("\r")
    for delimiter in "\t,;":
        if not 40 <= text.count(delimiter) <= 120:
            continue
        fields = text.split("\t") if delimiter == "\t" else _quoted(text, delimiter)
        begins = any(_DAY.fullmatch(value) for value in fields[:4])
        has_code = any(len(value) in (3, 4) and value.isdecimal() for value in fields[20:35])
        if 50 <= len(fields) <= 70 and begins and (has_code or delimiter != "\t"):
            return True
    return False


def _quoted(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text[:LONGEST]], delimiter=delimiter), [])
    except csv.Error:
        return []


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The events of one unpacked file, some thousands at a time, and a last part with what is to be said of it."""
    unknown = _Unknown()
    is_known = False
    for line, lines in _blocks(file):
        if isinstance(lines, Rejected):
            yield Part(1, rejected=(lines,))
            continue
        if not is_known:
            _check_layout(lines)
            is_known = True
        yield _part(lines, line, unknown)
    if remarks := unknown.remarks():
        yield Part(0, remarks=remarks)


def _blocks(file: IO[bytes]) -> Iterator[tuple[int, bytes | Rejected]]:
    """Whole lines with the number of their first one; a line that is too long is rejected and passed over."""
    line = 1
    while chunk := file.read(BLOCK):
        too_long = b""
        if not chunk.endswith(b"\n"):
            chunk += file.readline(LONGEST)
            end = chunk.rfind(b"\n") + 1
            if len(chunk) - end > LONGEST:
                chunk, too_long = chunk[:end], chunk[end:]
        if chunk:
            yield line, chunk
            line += chunk.count(b"\n")
        if too_long:
            detail = f"the line is longer than {LONGEST:,} bytes"
            yield line, Rejected(f"line {line}", "too_large", detail, _sample(too_long))
            line += 1
            while (more := file.readline(LONGEST)) and not more.endswith(b"\n"):
                pass


def _check_layout(lines: bytes) -> None:
    """Raise WrongFileError where not one line of the first block is an event."""
    reasons: Counter[tuple[str, str]] = Counter()
    counts: Counter[int] = Counter()
    for line in io.BytesIO(lines):
        if not line.strip():
            continue
        wrong = _wrong(line.rstrip(b"\r\n"))
        if wrong is None:
            return
        reasons[wrong] += 1
        counts[line.count(b"\t") + 1] += 1
    if not reasons:
        return
    if max(counts) == 1 and _looks_like_one(next(line for line in lines.split(b"\n") if line.strip())):
        raise WrongFileError("mangled", "these are GDELT events whose fields are parted by commas or semicolons, so "
                             "another program saved them anew; load the file as GDELT publishes it")  # fmt: skip
    if _HEADER.match(lines):
        raise WrongFileError("wrong_layout", "its first line names columns, and what follows is not as GDELT publishes "
                             "events (tab-separated, without header): load GDELT's own files")  # fmt: skip
    (reason, detail), _ = reasons.most_common(1)[0]
    if reason == "mangled":
        raise WrongFileError("mangled", f"{detail}; load the file as GDELT publishes it")
    (count, often), total = counts.most_common(1)[0], sum(counts.values())
    if count not in LAYOUTS and often * 2 > total:
        raise WrongFileError("wrong_layout", f"its lines have {count} fields where GDELT events have 61 (version 2.0), "
                             "58 or 57 (version 1.0): a column is missing or too many")  # fmt: skip
    raise WrongFileError("wrong_layout", f"none of its first {total:,} lines is a GDELT event ({detail}): its columns "
                         "may be shifted")  # fmt: skip


def _part(lines: bytes, first: int, unknown: "_Unknown") -> Part:
    """The rows of some lines, of which the first has the number `first`."""
    if b"\r" in lines:
        lines = lines.replace(b"\r\n", b"\n").removesuffix(b"\r")  # a file may end between the two signs
    try:
        rows = _rows(lines, unknown)
        return Part(rows.num_rows, {"events": rows})
    except _NotCleanError:
        return _part_line_by_line(lines, first, unknown)


def _part_line_by_line(lines: bytes, first: int, unknown: "_Unknown") -> Part:
    good: dict[int, list[tuple[int, bytes]]] = {}
    rejected: list[Rejected] = []
    for number, line in enumerate(lines.split(b"\n"), first):
        if not line:
            continue
        wrong = _wrong(line)
        if wrong is None:
            good.setdefault(line.count(b"\t"), []).append((number, line))
        else:
            rejected.append(Rejected(f"line {number}", *wrong, _sample(line)))
    tables = [table for some in good.values() for table in _converted(some, rejected, unknown)]
    rejected.sort(key=lambda one: int(one.record.removeprefix("line ")))
    rows = pa.concat_tables([EVENTS.schema.empty_table(), *tables])
    return Part(rows.num_rows + len(rejected), {"events": rows}, tuple(rejected))


def _converted(lines: list[tuple[int, bytes]], rejected: list[Rejected], unknown: "_Unknown") -> Iterator[pa.Table]:
    """The rows of lines that seem right; one that cannot be converted all the same is found by halving."""
    try:
        yield _rows(b"\n".join(line for _, line in lines), unknown)
    except _NotCleanError as error:
        if len(lines) == 1:
            number, line = lines[0]
            rejected.append(Rejected(f"line {number}", "unreadable_row", f"it cannot be converted ({error})",
                                     _sample(line)))  # fmt: skip
            return
        half = len(lines) // 2
        yield from _converted(lines[:half], rejected, unknown)
        yield from _converted(lines[half:], rejected, unknown)


def _sample(line: bytes) -> str:
    return sample(line[:1000].decode("utf-8", "replace"))


def _wrong(line: bytes) -> tuple[str, str] | None:
    """What is wrong with a line, as a reason to count by and in words; None where nothing is."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return "bad_bytes", f"it is not UTF-8 ({error.reason} at byte {error.start})"
    if len(line) > LONGEST:
        return "too_large", f"the line is longer than {LONGEST:,} bytes"
    if _CONTROL.search(text):
        return "control_character", "it holds a character that no text has (NUL or a lone carriage return)"
    values = text.removeprefix("\ufeff").split("\t")
    layout = LAYOUTS.get(len(values))
    if layout is None:
        reason = "short_row" if len(values) < max(LAYOUTS) else "long_row"
        return reason, f"it has {len(values)} fields where GDELT events have 61, 58 or 57"
    if '"' in text:
        return "stray_quote", "it holds a quotation mark, which GDELT never writes: was it saved by another program?"
    row = dict(zip(layout, values, strict=True))
    for name in ("GLOBALEVENTID", "SQLDATE", "DATEADDED"):
        if _ROUNDED.fullmatch(row[name]):
            return "mangled", f"{name} is '{row[name]}', a number that a spreadsheet has rounded"
    if not _ID.fullmatch(row["GLOBALEVENTID"]):
        return "bad_id", f"GLOBALEVENTID is '{row['GLOBALEVENTID'][:40]}', which is no number"
    return _wrong_date(row) or _wrong_code(row) or _wrong_number(row)


def _wrong_date(row: dict[str, str]) -> tuple[str, str] | None:
    for name, read_day in (("SQLDATE", _day), ("DATEADDED", _day_added)):
        if read_day(row[name]) is None:
            return "bad_date", f"{name} is '{row[name][:40]}', which is no day"
    return None


def _wrong_code(row: dict[str, str]) -> tuple[str, str] | None:
    if not _is_cameo(row["EventCode"]):
        return "unknown_event_code", f"EventCode is '{row['EventCode'][:40]}', which is no code of CAMEO"
    if row["QuadClass"] not in _QUADS:
        return "bad_quad_class", f"QuadClass is '{row['QuadClass'][:40]}' and must be 1, 2, 3 or 4"
    if row["ActionGeo_Type"] not in _PRECISIONS:
        return "bad_place_type", f"ActionGeo_Type is '{row['ActionGeo_Type'][:40]}' and must be 0 to 5"
    return None


def _wrong_number(row: dict[str, str]) -> tuple[str, str] | None:
    limits = (("GoldsteinScale", 10.0), ("ActionGeo_Lat", 90.0), ("ActionGeo_Long", 180.0))
    for name, limit in limits:
        text = row[name]
        if text and not _NUMBER.fullmatch(text):
            return "bad_number", f"{name} is '{text[:40]}', which is no number"
        if text and not -limit <= float(text) <= limit:
            return "out_of_range", f"{name} is {text[:40]} and must lie between {-limit:g} and {limit:g}"
    if bool(row["ActionGeo_Lat"]) != bool(row["ActionGeo_Long"]):
        return "half_coordinates", "it has a latitude or a longitude without the other"
    return None


def _rows(lines: bytes, unknown: "_Unknown") -> pa.Table:
    """The lines as rows of `events`, in their order. Raises _NotCleanError where any of them is not right."""
    if b'"' in lines or b"\r" in lines or b"\x00" in lines:
        raise _NotCleanError("marks that do not belong there")
    layout = LAYOUTS.get(lines[: lines.find(b"\n") if b"\n" in lines else None].count(b"\t") + 1)
    if layout is None:
        raise _NotCleanError("another number of fields")
    used = [name for name in USED if name in layout]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(lines),
            # One block, so that each column has one dictionary.
            pa.csv.ReadOptions(column_names=layout, use_threads=False, block_size=len(lines) + 1),
            pa.csv.ParseOptions(delimiter="\t", quote_char=False),
            pa.csv.ConvertOptions(include_columns=used, column_types=_TYPES, null_values=[""]),
        )
    except pa.ArrowInvalid as error:
        raise _NotCleanError(str(error).partition("\n")[0]) from None
    if table.num_rows == 0:
        return EVENTS.schema.empty_table()
    return _events({name: table.column(name).chunk(0) for name in used}, table.num_rows, unknown)


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


def _events(raw: dict[str, pa.Array], count: int, unknown: "_Unknown") -> pa.Table:
    coded = {name: _Coded.of(column) for name, column in raw.items() if pa.types.is_dictionary(column.type)}
    ids, goldstein, cameo = raw["GLOBALEVENTID"], raw["GoldsteinScale"], coded["EventCode"]
    _require(ids.null_count == 0 and pc.min(ids).as_py() >= 0, "an id is missing or negative")
    _require(_all_within(goldstein, 10.0), "GoldsteinScale is out of range")
    _require(all(map(_is_cameo, cameo.values)), "an unknown event code")
    columns: dict[str, pa.Array] = {
        "event_id": ids.cast(pa.string()),
        "dataset": _always("gdelt", count),
        "event_date": coded["SQLDATE"].mapped(_day, pa.date32(), required=True),
        "date_precision": _always("day", count),
        "published_date": coded["DATEADDED"].mapped(_day_added, pa.date32(), required=True),
        "event_type": cameo.mapped(codes().event_type),
        "event_mode": cameo.mapped(codes().event_modes.get),
        "cameo_code": cameo.mapped(str),
        "quad_class": coded["QuadClass"].mapped(_QUADS.get, pa.int64(), required=True),
        "intensity": goldstein,
        "modality": _always("actual", count),
    }
    for role, number in (("actor", 1), ("recipient", 2)):
        code, country, kind = (coded[f"Actor{number}{name}"] for name in ("Code", "CountryCode", "Type1Code"))
        unknown.see("country codes of actors", country.values, codes().actor_countries)
        unknown.see("type codes of actors", kind.values, codes().sectors)
        columns[f"{role}_name"] = coded[f"Actor{number}Name"].mapped(_text)
        columns[f"{role}_country"] = country.beside(code).mapped(_actor_country)
        columns[f"{role}_sector"] = kind.beside(code).mapped(_actor_sector)
    columns |= _places(coded, raw["ActionGeo_Lat"], raw["ActionGeo_Long"], unknown)
    if url := coded.get("SOURCEURL"):
        columns["source_url"] = url.mapped(_text)
        columns["outlet"] = url.mapped(_outlet)
    arrays = [columns[f.name] if f.name in columns else pa.nulls(count, f.type) for f in EVENTS.schema]
    return pa.table(arrays, schema=EVENTS.schema)


def _places(
    coded: dict[str, _Coded], latitude: pa.Array, longitude: pa.Array, unknown: "_Unknown"
) -> dict[str, pa.Array]:
    known = codes().place_countries
    kind, name, country = (coded[f"ActionGeo_{part}"] for part in ("Type", "FullName", "CountryCode"))
    _require(all(value in _PRECISIONS for value in kind.values), "an unknown type of place")
    _require(_all_within(latitude, 90.0) and _all_within(longitude, 180.0), "coordinates out of range")
    _require(pc.equal(latitude.is_null(), longitude.is_null()).false_count == 0, "half of the coordinates")
    unknown.see("country codes of places", country.values, known)
    precision = kind.mapped(_PRECISIONS.get)
    # Version 1.0 writes zeros where there is no place.
    nowhere = pc.and_(precision.is_null(), pc.and_(pc.equal(latitude, 0.0), pc.equal(longitude, 0.0)))
    nowhere = pc.fill_null(nowhere, False)
    return {
        "place_name": name.mapped(_text),
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
        raise _NotCleanError(otherwise)


@lru_cache(maxsize=10_000)
def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST else None


def _day_added(text: str) -> date | None:
    return _day(text[:8]) if _ADDED.fullmatch(text) else None


@lru_cache(maxsize=10_000)
def _is_cameo(text: str) -> bool:
    if not _CAMEO.fullmatch(text):
        return False
    try:
        codes().event_type(text)
    except KeyError:
        return False
    return True


def _text(text: str) -> str | None:
    return text.strip() or None


def _outlet(url: str) -> str | None:
    """The host of an address, without `www.`; words that are no address name the outlet (`BBC Monitoring`)."""
    if match := _WEB.match(url.strip()):
        return match[1].lower()
    return url.strip() or None


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
    precision = _PRECISIONS.get(kind)
    division = around if precision == "admin1" else around.partition(", ")[2] if precision == "city" else ""
    is_unknown = division.endswith("(general)") or division.startswith("(")
    return None if is_unknown or not division else division


@dataclass
class _Unknown:
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


DATASET: Final = Dataset(
    name="gdelt",
    title="GDELT events, 1.0 and 2.0",
    tables=("events",),
    origin=Origin(
        publisher="The GDELT Project",
        licence="free for any use, with a citation and a link to the GDELT Project",
        citation="Leetaru, Kalev, and Philip A. Schrodt (2013). GDELT: Global Data on Events, Location and Tone, "
        "1979-2012. ISA Annual Convention.",
        address="http://data.gdeltproject.org/gdeltv2/masterfilelist.txt",
        cadence="every 15 minutes",
    ),
    fits=fits,
    read=read,
    version=1,
    additive=True,
)

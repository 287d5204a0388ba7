"""Reads SIPRI's workbook of military expenditure: a figure for each country and year on each of five sheets.

Series, all by calendar year: `military_expenditure.usd` (current prices and exchange rates) and
`military_expenditure.constant_usd` (prices and exchange rates of the year that the sheet names), both in US dollars
where the sheets have millions; `military_expenditure.gdp_share` and `military_expenditure.government_share` in
percent where the sheets have fractions; `military_expenditure.per_capita_usd`. The sheets in local currency and the
regional totals are left out.

`...` (not available) and `xxx` (no such state in that year) are no figures and give no rows. Blue figures are SIPRI's
estimates and red ones highly uncertain: the note says so, and explains the marks behind a country's name.

SIPRI publishes the figures of a year in the second half of April of the next one: `known_from` is 30 April, or the
day on which the workbook was made where that is earlier; figures in constant prices are known from the workbook on,
since each has another base year. The figures are those of the workbook: later ones revise earlier years.
"""

import math
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from tasks.extract.drafts import Rejected, plain
from tasks.extract.reference.countries import NO_COUNTRY, country_of_name
from tasks.extract.reference.csv_tables import whole
from tasks.extract.reference.dataset import Dataset, Part, WrongFileError
from tasks.extract.reference.indicator_rows import indicators, looked_up

NAME: Final = "sipri-milex"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """How the figures of a sheet become those of a series: times `factor`, in `unit`."""

    series: str
    factor: float
    unit: str


_CONSTANT: Final = "military_expenditure.constant_usd"
_SHEETS: Final = (
    (re.compile(r"Constant \(([0-9]{4})\) US\$"), _Sheet(_CONSTANT, 1e6, "USD of {year}")),
    (re.compile(r"Current US\$"), _Sheet("military_expenditure.usd", 1e6, "USD")),
    (re.compile(r"Share of GDP"), _Sheet("military_expenditure.gdp_share", 100.0, "percent")),
    (re.compile(r"Per capita"), _Sheet("military_expenditure.per_capita_usd", 1.0, "USD")),
    (re.compile(r"Share of Govt\. spending"), _Sheet("military_expenditure.government_share", 100.0, "percent")),
)
_LEFT_OUT: Final = frozenset({"Front page", "Regional totals", "Local currency financial years",
                              "Local currency calendar years", "Footnotes"})  # fmt: skip
_OTHER_COLUMNS: Final = frozenset({"Country", "Notes", "Reporting year", ""})
_NO_FIGURES: Final = frozenset({"...", ". .", "..", "xxx", ""})
_MARKS: Final = {
    "†": "without military pensions",
    "‡": "current spending only",
    "§": "adopted budget, not actual spending",
    "¶": "without paramilitary forces",
    "‖": "the currency changed in the period",
}
"""SIPRI's special notes, in short; the numbers point to the sheet of footnotes."""
_COLOURS: Final = {12: "SIPRI estimate", 10: "highly uncertain"}
"""Fonts of the palette in which SIPRI sets them: 12 is blue, 10 red."""
_RGB: Final = {"0000FF": "SIPRI estimate", "FF0000": "highly uncertain"}

_SIGNATURE: Final = b"PK\x03\x04"
_SIGNS: Final = (b"Share of Govt. spending", b"Share of GDP")
_MOST_ROWS: Final = 2000
_MOST_COLUMNS: Final = 400
_MOST_UNPACKED: Final = 200_000_000
"""Bytes to which a workbook may unpack: that of 1949-2022 has 3.7 MB."""
_MOST_MEMBERS: Final = 200
_DAMAGED: Final = (zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError,
                   IndexError, AttributeError, OSError, EOFError, RuntimeError, NotImplementedError, OverflowError,
                   MemoryError, RecursionError, SyntaxError)  # fmt: skip
"""What openpyxl and zipfile raise for damaged workbooks."""
_FIRST_YEAR: Final = 1900
_LAST_YEAR: Final = 2100


def fits(head: bytes) -> bool:
    """Whether a file is a workbook whose first parts, as far as they can be unpacked, name the sheets of SIPRI's."""
    if not head.startswith(_SIGNATURE):
        return False
    found = b"".join(_unpacked(head))
    return all(sign in found for sign in _SIGNS)


def _unpacked(head: bytes) -> Iterator[bytes]:
    """What the members of a zip hold that begin in its first bytes: at most 1 MB of each of the first 40."""
    place = 0
    for _ in range(40):
        place = head.find(_SIGNATURE, place)
        if place < 0 or len(head) < place + 30:
            return
        start = place + 30 + int.from_bytes(head[place + 26 : place + 28], "little")
        start += int.from_bytes(head[place + 28 : place + 30], "little")
        place += 4
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            yield unpacker.decompress(head[start:], 1 << 20)
        except zlib.error:
            continue
        place = max(place, len(head) - len(unpacker.unused_data)) if unpacker.eof else place


def read(file: IO[bytes], name: str) -> Iterator[Part]:
    """The figures of a workbook as one part; `found` counts cells that hold a figure, and those that should."""
    data = whole(file)
    rejected: list[Rejected] = []
    remarks: list[str] = []
    try:
        book = _workbook(data)
        made = book.properties.created
        figures = [figure for sheet in _sheets(book, remarks) for figure in _figures(*sheet, rejected, remarks)]
    except _DAMAGED as error:
        raise WrongFileError("damaged", f"the workbook cannot be read ({plain(str(error))[:200]})") from error
    found = len(figures) + len(rejected)
    frame = pd.DataFrame(figures, columns=["record", "series", "name", "year", "value", "unit", "note"])
    frame["country"] = looked_up(frame["name"], frame["year"], country_of_name)
    for row in frame[frame["country"].isna()].itertuples():
        detail = f"'{plain(str(row.name))[:60]}' is no country that is known by this name"
        rejected.append(Rejected(str(row.record), "unknown_country", detail, plain(f"{row.name}: {row.value}")[:200]))
    stateless = frame["country"] == NO_COUNTRY
    frame.loc[stateless, "note"] = frame["name"] + "; " + frame["note"]
    frame = frame[frame["country"].notna()]
    last = int(frame["year"].max()) if len(frame) else 0
    day = made.date() if isinstance(made, datetime) and made.year == last + 1 else None
    frame["known_from"] = [
        # Prices of a base year are those of this workbook alone: the next one has another.
        _known_from(last if series == _CONSTANT else year, day)
        for series, year in zip(frame["series"], frame["year"], strict=True)
    ]
    frame["counterpart"] = ""
    version = f"{frame['year'].min()}-{last}" if len(frame) else None
    yield Part(found, {"indicators": indicators(frame, NAME, version)}, tuple(rejected), remarks=tuple(remarks))


def _workbook(data: bytes) -> Any:
    with zipfile.ZipFile(BytesIO(data)) as members:
        infos = members.infolist()
        if len(infos) > _MOST_MEMBERS or sum(info.file_size for info in infos) > _MOST_UNPACKED:
            raise WrongFileError("too_large", f"the workbook unpacks to more than {_MOST_UNPACKED:,} bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SIPRI's workbooks have no default style
        return openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)


def _sheets(book: Any, remarks: list[str]) -> Iterator[tuple[Any, _Sheet]]:
    """The sheets with figures, each with what it becomes."""
    found = False
    for title in book.sheetnames[:_MOST_MEMBERS]:
        kinds = [(match, kind) for pattern, kind in _SHEETS if (match := pattern.fullmatch(title.strip()))]
        for match, kind in kinds:
            found = True
            year = match[1] if match.re.groups else ""
            yield book[title], replace(kind, unit=kind.unit.replace("{year}", year))
        if not kinds and title not in _LEFT_OUT:
            remarks.append(f"an unknown sheet was left out: {plain(title)[:60]}")
    if not found:
        raise WrongFileError("wrong_layout", "it has none of the sheets of SIPRI's workbook of military expenditure")


def _figures(
    sheet: Any, kind: _Sheet, rejected: list[Rejected], remarks: list[str]
) -> Iterator[tuple[str, str, str, int, float, str, str]]:
    """The figures of a sheet: place, series, country, year, value, unit and note."""
    years: dict[int, int] = {}
    notes: int | None = None
    for cells in sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS):
        values = [cell.value for cell in cells]
        if not years:
            if values and values[0] == "Country":
                years = {index: int(value) for index, value in enumerate(values) if _is_year(value)}
                notes = values.index("Notes") if "Notes" in values else None
                _remark_unknown(sheet.title, values, years, remarks)
            continue
        name = str(values[0] or "").strip()
        said = _explained(str(values[notes] or "")) if notes is not None and notes < len(values) else []
        for index, year in years.items():
            cell = cells[index] if index < len(cells) else None
            value = None if cell is None else cell.value
            if cell is None or value is None or (isinstance(value, str) and value.strip() in _NO_FIGURES):
                continue
            place = f"{sheet.title}, cell {cell.coordinate}"
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                detail = f"'{plain(str(value))[:60]}' is no number"
                rejected.append(Rejected(place, "not_a_number", detail, plain(f"{name}, {year}: {value}")[:200]))
            elif not name:
                rejected.append(Rejected(place, "empty_cell", "its row has no country", plain(str(value))[:200]))
            else:
                note = "; ".join([*said, *([colour] if (colour := _colour(cell)) else [])])
                yield place, kind.series, name, year, value * kind.factor, kind.unit, note
    if not years:
        raise WrongFileError("wrong_layout", f"the sheet '{sheet.title}' has no row that begins with Country")


def _is_year(value: object) -> bool:
    return isinstance(value, int | float) and value == value and _FIRST_YEAR <= value <= _LAST_YEAR


def _remark_unknown(title: str, values: Sequence[Any], years: Iterable[int], remarks: list[str]) -> None:
    others = {str(v or "").strip() for index, v in enumerate(values) if index not in years}
    if unknown := sorted(others - _OTHER_COLUMNS):
        remarks.append(f"{title}: unknown columns were left out: {plain(', '.join(unknown))[:200]}")


def _explained(marks: str) -> list[str]:
    """What the marks behind a country's name say; `‡§16` has two special notes and footnote 16."""
    said = [words for mark, words in _MARKS.items() if mark in marks]
    if numbers := re.findall(r"[0-9]{1,3}", marks):
        said.append(f"footnote {', '.join(numbers[:5])} of the workbook")
    return said


def _colour(cell: Any) -> str:
    """What the colour of a figure says of it."""
    colour = cell.font.color if cell.font is not None else None
    if colour is None:
        return ""
    if colour.type == "indexed":
        return _COLOURS.get(colour.indexed, "")
    return _RGB.get(str(colour.rgb)[-6:].upper(), "") if colour.type == "rgb" else ""


def _known_from(year: int, made: date | None) -> date:
    published = date(int(year) + 1, 4, 30)
    return published if made is None or made.year <= year else min(published, made)


DATASET: Final = Dataset(
    name=NAME,
    title="SIPRI military expenditure",
    tables=("indicators",),
    fits=fits,
    read=read,
)

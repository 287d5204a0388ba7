"""Knows files that lie beside reference data and hold no rows of it: other tables of GDELT, lists, codebooks."""

import csv
import re
from collections.abc import Callable
from typing import Final

_MOMENT: Final = re.compile(r"[0-9]{14}")
_RECORD: Final = re.compile(r"[0-9]{14}-T?[0-9]+")
_FILE_LIST: Final = re.compile(r"(?:[0-9]+\s+)?(?:[0-9a-f]{32}\s+)?\S+\.(?:zip|csv)(?:\s|$)", re.I)


def _tabbed(count: int, *fitting: Callable[[str], object]) -> Callable[[str], bool]:
    """Whether a line has `count` fields parted by tabs, of which the first ones fit."""

    def fits(line: str) -> bool:
        values = line.split("\t")
        return len(values) == count and all(fit(value) for fit, value in zip(fitting, values, strict=False))

    return fits


def _header(*names: str) -> Callable[[str], bool]:
    """Whether a line names all these columns, among others."""

    def fits(line: str) -> bool:
        delimiter = "\t" if "\t" in line else ";" if line.count(";") > line.count(",") else ","
        try:
            found = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            return False
        return {name.lower() for name in names} <= {value.strip().lower() for value in found}

    return fits


def _starts(*beginnings: str) -> Callable[[str], bool]:
    return lambda line: line.lower().startswith(beginnings)


def _has(*parts: str) -> Callable[[str], bool]:
    return lambda line: all(part in line for part in parts)


RELATIVES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("the mentions table of GDELT", _tabbed(16, str.isdecimal, _MOMENT.fullmatch, _MOMENT.fullmatch, str.isdecimal)),
    ("the mentions table of GDELT", _header("globaleventid", "eventtimedate", "mentiontimedate")),
    ("GDELT's Global Knowledge Graph 2.1", _tabbed(27, _RECORD.fullmatch, _MOMENT.fullmatch)),
    ("GDELT's Global Knowledge Graph 1.0", _tabbed(11, lambda value: len(value) == 8 and value.isdecimal())),
    ("GDELT's Global Knowledge Graph 1.0", _header("date", "numarts", "counts", "themes")),
    ("a list of GDELT's columns", _starts("tableid", "\ttableid", "globaleventid\n")),
    ("a list of files to download", lambda line: bool(_FILE_LIST.match(line))),
    ("the list of actors of UCDP", _header("actorid", "namedata", "org")),
    ("the list of states of the Correlates of War project", _header("stateabb", "ccode", "statenme", "styear")),
    ("the list of independent states by Gleditsch and Ward", _header("gwno", "stateid", "statename")),
    ("Archigos, a list of leaders", _header("obsid", "leadid", "leader", "startdate")),
    ("REIGN, a list of leaders", _header("stateabb", "leadid", "leader", "militarycareer")),
    ("estimates of ideal points in the UN General Assembly", _header("session", "nvotes", "idealpoint")),
    ("a list of votes of the UN General Assembly", _header("rcid", "country", "vote")),
    ("a list of roll calls of the UN General Assembly", _header("rcid", "session", "unres")),
    ("a list of sanctions", _header("celex", "recordid", "programkey")),
    ("a list of sanctions", _header("qid", "topics", "body", "list")),
    ("UNHCR's table of applications for asylum", _header("iso3coo", "iso3coa", "applicationtype")),
    ("a set of UCDP records without text, made to try out coders", _has('"source_article"', '"deaths_side_a"')),
    ("a page of the CIA World Factbook", _starts('{"introduction"')),
)
"""What a file is, in words that follow `it is`, and whether its first line says so."""

MAGIC: Final = (
    (b"PK\x03\x04", "a workbook or office document"),
    (b"%PDF", "a PDF document"),
    (b"<stata_dta>", "a Stata file"),
    (b"RDX2\n", "an R file"),
    (b"RDX3\n", "an R file"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file"),
)


def relative_of(head: bytes) -> str:
    """What a file is that belongs to no data set, in words that follow `it is`; empty where that is not known."""
    for magic, words in MAGIC:
        if head.startswith(magic):
            return words
    if len(head) > 12 and head[0] in (113, 114, 115) and head[1] in (1, 2) and head[2:4] == b"\x01\x00":
        return "a Stata file"
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip("\r\n ")
    if text.startswith("{"):
        text = re.sub(r"\s+", "", text[:200])
    line = text.partition("\n")[0].rstrip("\r")
    for words, fits in RELATIVES:
        if fits(line):
            return words
    return ""

"""Every reason for which a record goes to quarantine: the code that people count by, its meaning, what to do about it.

A new reason is one line of REASONS. The data dictionary (`python -m tasks.report.data_dictionary`) and
`dotterel status --quarantine` take it from there, and a test finds codes that are used and not declared.
"""

from dataclasses import dataclass
from typing import Final

_FETCH: Final = "fetch or copy the file again"
_REPAIR: Final = "repair the file, or fetch it again"
_MAP: Final = "nothing, where it is none; else name its fields in sources.toml"
_SAVE: Final = "nothing, where it is none; else name its fields in sources.toml, or save the page of the article itself"
_TAKE_OUT: Final = "take it out of the folder, or save it as text, HTML, JSON or CSV"
_ASK: Final = "compare it with the publisher's own file; where that has it too, tell the publisher"
_UNOPENED: Final = "fetch the publisher's file, and load it without opening it"
_OTHER_FILE: Final = "load it as what it is, or fetch the file of this data set"
_PARTS: Final = "where they are wanted, save them as files from a mail program"
_REPORT: Final = "report it with its sample; try again with a newer version"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means, as the end of `it is here because ...`, and what a user can do, as an order."""

    meaning: str
    remedy: str


REASONS: Final = {
    "bad_bytes": Reason("the row of reference data has bytes that no text of its encoding has", _REPAIR),
    "bad_date": Reason("a date or year of the row of reference data cannot be one", _ASK),
    "bad_value": Reason("a value of the row of reference data cannot be what its column says", _ASK),
    "binary": Reason("it is no text, and no format that a reader knows", _TAKE_OUT),
    "broken_json": Reason("the JSON breaks off or is not well-formed there", _REPAIR),
    "broken_mail": Reason("the message breaks off, or has no head and body", _REPAIR),
    "broken_record": Reason("the record has no beginning or end where its format says", _REPAIR),
    "broken_xml": Reason("the XML breaks off or is not well-formed there", _REPAIR),
    "changed_while_read": Reason("the file was changed while it was read", "run again when it is no longer written"),
    "coder_error": Reason("the coder failed on the article, which is kept without events", _REPORT),
    "corrupt_bzip2": Reason("the bzip2 file is damaged; what comes before the damage is read", _FETCH),
    "corrupt_gzip": Reason("the gzip file is damaged; what comes before the damage is read", _FETCH),
    "corrupt_member": Reason("this member of the zip cannot be unpacked; the others are read", _FETCH),
    "corrupt_payload": Reason("what the server sent cannot be unpacked", "crawl the page again"),
    "corrupt_tar": Reason("the tar file is damaged; what comes before the damage is read", _FETCH),
    "corrupt_xz": Reason("the xz file is damaged; what comes before the damage is read", _FETCH),
    "corrupt_zip": Reason("the zip's list of members is damaged; what can be found without it is read", _FETCH),
    "damaged": Reason("the workbook is damaged", _FETCH),
    "damaged_record": Reason("a record of the crawl is damaged; those around it are read", _FETCH),
    "empty": Reason("there is nothing in it", "fetch it again, or take it out of the folder"),
    "empty_cell": Reason("a cell of the row that is needed is empty", _ASK),
    "encrypted": Reason("it is encrypted", "unpack it with its password, and read what comes out"),
    "expands_too_much": Reason("it unpacks to far more than it is", "if you trust it, raise `max_expansion`"),
    "mangled": Reason("a spreadsheet changed the values when it saved the file", _UNOPENED),
    "nested_archive": Reason("it is an archive that lies in too many others", "unpack the outer ones"),
    "no_articles": Reason("no article can be made out in it", _MAP),
    "no_country": Reason("the state of the row has no ISO 3166 code of its own", "nothing: its figures are left out"),
    "no_side": Reason("the row of reference data does not name both sides", _ASK),
    "no_text": Reason("the record has neither a title nor a text", _MAP),
    "not_a_number": Reason("a cell that should hold a number holds none", _ASK),
    "not_an_article": Reason("it has no text and no dated title, or it is a page of links or an error page", _SAVE),
    "not_csv": Reason("the table cannot be told into cells there", _REPAIR),
    "office_document": Reason("it is an office document or e-book, which no reader knows", _TAKE_OUT),
    "repeated_key": Reason("another row has its id or key and says something else; the first one stands", _ASK),
    "segmented_record": Reason("it is one part of a record of the crawl that goes on in another", "join its parts"),
    "too_large": Reason("it is larger than the settings allow", "raise `max_member_bytes`, or cut it into parts"),
    "too_many": Reason("more is wrong with the file than can be listed one by one", _REPAIR),
    "too_many_members": Reason("the zip has more members than the settings allow", "raise `max_members`"),
    "too_many_parts": Reason("the message has more parts than any has; the first ones are read", _PARTS),
    "truncated_bzip2": Reason("the bzip2 file breaks off; what comes before is read", _FETCH),
    "truncated_gzip": Reason("the gzip file breaks off; what comes before is read", _FETCH),
    "truncated_member": Reason("this member of the zip breaks off; what comes before is read", _FETCH),
    "truncated_record": Reason("the crawl breaks off within this record; what comes before is read", _FETCH),
    "truncated_xz": Reason("the xz file breaks off; what comes before is read", _FETCH),
    "unknown_archive": Reason("it is an archive of a kind that is not opened", "unpack it, or pack it as zip"),
    "unknown_code": Reason("the row has a code or a type that no list here knows", _REPORT),
    "unknown_compression": Reason("it is packed by a method that is not known here", "unpack it, and pack it as gzip"),
    "unknown_country": Reason("the row names a country that no list here knows", _REPORT),
    "wrong_dataset": Reason("the file is of another reference data set", _OTHER_FILE),
    "wrong_layout": Reason("the file has another layout than this data set is published in", _OTHER_FILE),
    "wrong_number_of_cells": Reason("the row has other cells than the header has columns", _REPAIR),
}  # fmt: skip
"""The reasons by their code, in the order of the codes."""

UNKNOWN: Final = Reason("a version of Dotterel that is not this one gave this reason", "run again with this version")
"""What is said of a code in an old lake that is no longer given."""

"""The data dictionary is what the contract says."""

from tasks.contract import TABLES
from tasks.extract.reasons import REASONS
from tasks.report.data_dictionary import PLACE, data_dictionary, reports_table
from tasks.report.reports import list_reports


def test_the_data_dictionary_is_fresh() -> None:
    assert PLACE.read_text(encoding="utf-8") == data_dictionary(), "run: python -m tasks.report.data_dictionary"


def test_it_names_every_column_of_every_table() -> None:
    text = data_dictionary()
    for table in TABLES.values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"\n| {column.name} | " in section


def test_it_says_of_every_reason_of_quarantine_what_to_do() -> None:
    section = data_dictionary().split("\n## quarantine\n")[1].split("\n## ")[0]
    assert all(f"| `{code}` | {about.meaning} | {about.remedy} |" in section for code, about in REASONS.items())


def test_the_table_of_reports_names_them_all() -> None:
    for report in list_reports():
        assert f"| `{report.name}` | {report.question} |" in reports_table()

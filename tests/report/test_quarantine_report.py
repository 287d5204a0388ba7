"""The quarantine as a person sees it: groups with a few examples each, and where each record stands."""

import shlex
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.show_quarantine import MANY, quarantine_lines
from tasks.contract import QUARANTINE
from tasks.load.lake import Lake, Origin
from tasks.load.parquet_files import write_table
from tasks.report.quarantine import EXAMPLES, place, quarantine_groups, quarantine_rows


def row(number: int, reason: str = "broken_json", **changes: Any) -> dict[str, Any]:
    return {
        "raw_uri": "archive/a.jsonl", "raw_sha256": "a" * 64, "record": f"a.jsonl#{number}", "stage": "extract",
        "reason": reason, "detail": "why", "sample": "x", "raw_start": number * 10, "raw_end": number * 10 + 9,
    } | changes  # fmt: skip


def lake(root: Path, *rows: dict[str, Any], source: str = "plover", drop: tuple[str, ...] = ()) -> Path:
    table = pa.Table.from_pylist(list(rows), schema=QUARANTINE.schema)
    Lake(root).write("quarantine", source, "all", table, Origin())
    if drop:
        write_table(table.drop_columns(list(drop)), Lake(root).path("quarantine", source, "all"))
    return root


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (row(2), "archive/a.jsonl, #2 (20 to 29)"),
        (row(2, raw_start=None, raw_end=None), "archive/a.jsonl, #2"),
        (row(0, record="a.jsonl"), "archive/a.jsonl"),
        (row(0, record="a.jsonl of archive/a.jsonl"), "archive/a.jsonl"),
        (row(1, raw_uri="archive/b.zip!in/c.csv", record="in/c.csv line 1,030", raw_start=1000, raw_end=2000),
         "archive/b.zip!in/c.csv, line 1,030 (1,000 to 2,000)"),
        (row(1, stage="transform", record="article 0a1b"), "archive/a.jsonl, article 0a1b (10 to 19)"),
    ],
    ids=["record", "place unknown", "whole file", "two equal files", "member", "article"],
)  # fmt: skip
def test_the_place_of_a_record_names_file_member_and_record(given: dict[str, Any], shown: str) -> None:
    assert place(given) == shown


def test_groups_count_all_and_show_the_first_in_the_order_of_the_file(tmp_path: Path) -> None:
    root = lake(tmp_path, *(row(n) for n in (11, 2, 1, 30, 4)), row(5, "no_text"))
    many, one = quarantine_groups(root)
    assert (many.reason, many.records, one.reason, one.records) == ("broken_json", 5, "no_text", 1)
    assert [example.place.split(",")[1].split()[0] for example in many.examples] == ["#1", "#2", "#4"]
    assert len(many.examples) == EXAMPLES


def test_each_group_names_the_sql_that_lists_all_of_it(tmp_path: Path) -> None:
    root = lake(tmp_path / "lake", *(row(n) for n in range(10)))
    text = list(quarantine_lines(quarantine_groups(root), f" --lake {root}"))
    (line,) = [line for line in text if line.startswith("  and 7 more: ")]
    words = shlex.split(line.removeprefix("  and 7 more: dotterel "))
    assert words == ["sql", "from quarantine where source = 'plover' and reason = 'broken_json'", "--lake", str(root)]


def test_what_was_never_staged_is_loaded_again_and_what_was_is_tried_again(tmp_path: Path) -> None:
    root = lake(lake(tmp_path, row(1)), row(2), source="gdelt")
    (tmp_path / "staging" / "raw" / "plover").mkdir(parents=True)
    lines = [line for line in quarantine_lines(quarantine_groups(root), "") if line.startswith("  then")]
    assert lines == [
        "  then load its files again: dotterel reference load",
        "  then try again: dotterel run --retry-quarantined --source plover --reason broken_json",
    ]


def test_many_groups_are_cut_and_the_rest_named(tmp_path: Path) -> None:
    for number in range(MANY + 3):
        lake(tmp_path, row(1), source=f"s{number}")
    text = list(quarantine_lines(quarantine_groups(tmp_path), ""))
    assert text[-1].startswith("and 3 more: dotterel sql 'select source, stage, reason")


def test_a_reason_of_another_version_is_shown_all_the_same(tmp_path: Path) -> None:
    (group,) = quarantine_groups(lake(tmp_path, row(1, "of_another_version")), reason="of_another_version")
    assert "this version" in group.about.remedy


def test_a_quarantine_from_before_offsets_is_shown(tmp_path: Path) -> None:
    root = lake(tmp_path, row(1), drop=("raw_start", "raw_end"))
    assert quarantine_rows(root).to_pylist()[0]["raw_start"] is None
    assert quarantine_groups(root)[0].examples[0].place == "archive/a.jsonl, #1"


def test_names_and_samples_cannot_steer_the_terminal(tmp_path: Path) -> None:
    odd = row(1, raw_uri="archive/\x1b[2J.zip!x\ny", record="x\ny#1", sample="\x1b]0;title\x07" + "long " * 40)
    text = list(quarantine_lines(quarantine_groups(lake(tmp_path, odd)), ""))
    assert all(character.isprintable() for line in text for character in line)
    assert text[-1].endswith("…")


def test_nothing_is_said_to_be_nothing(tmp_path: Path) -> None:
    assert list(quarantine_lines(quarantine_groups(lake(tmp_path)), "", " of plover")) == [
        "quarantine: nothing of plover"
    ]

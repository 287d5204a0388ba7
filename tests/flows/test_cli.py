"""The `dotterel` command: what it prints where, and the status it leaves with."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from flow_archive import dotterel

from flows import read_commands
from flows.cli import dotterel as command
from flows.summary import RunSummary
from tasks.errors import LakeError

COMMANDS = [
    "backfill", "catalog", "check", "clean", "code", "diff", "evaluate", "export", "learn",
    "reference", "report", "run", "serve", "site", "sql", "status",
]  # fmt: skip


def call(*words: str | Path, **more: Any) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], **more)


def one_line(result: Result) -> str:
    """The only line on stderr, without the name of the program."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("dotterel: ")
    assert "Traceback" not in result.output
    return lines[0].removeprefix("dotterel: ")


@pytest.fixture(scope="module")
def lake(first_run: "tuple[Path, RunSummary]") -> Path:
    """The filled lake, for tests that only read."""
    return first_run[0]


# --- help


def test_without_a_command_there_is_help_with_examples() -> None:
    result = call()
    assert result.exit_code == 0
    assert "dotterel run ~/archive news.zip --lake out" in result.stdout
    assert all(name in result.stdout for name in COMMANDS)


def test_the_commands_are_those_that_are_built() -> None:
    assert sorted(command.commands) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_in_a_sentence_what_it_does(name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0
    assert command.commands[name].help
    assert "--lake" in result.stdout


# --- wrong usage


def test_an_unknown_path_is_wrong_usage(tmp_path: Path) -> None:
    result = call("run", tmp_path / "nothere", "--lake", tmp_path / "lake")
    assert one_line(result) == f"{tmp_path / 'nothere'}: there is no such file or folder."
    assert result.exit_code == 2
    assert not (tmp_path / "lake").exists()


def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden" / "a.json").write_text("[]")
    result = call("run", tmp_path / "empty", "--lake", tmp_path / "lake")
    assert one_line(result) == f"{tmp_path / 'empty'}: this folder holds no files to read."
    assert result.exit_code == 2


def test_a_range_that_ends_before_it_begins_is_wrong_usage() -> None:
    result = call("backfill", "--since", "2023-10-02", "--until", "2023-10-01")
    assert one_line(result) == "--since 2023-10-02 is after --until 2023-10-01."
    assert result.exit_code == 2


def test_a_day_must_be_iso() -> None:
    result = call("run", "--since", "2 October 2023")
    assert result.exit_code == 2
    assert "'2 October 2023' is not a day: write it as 2023-10-05." in result.stderr


def test_an_unknown_source_names_the_known_ones() -> None:
    result = call("run", "--source", "nothere")
    assert result.exit_code == 2
    assert "There is no source 'nothere' in sources.toml. Known: sample" in one_line(result)


@pytest.mark.parametrize(
    "words", [("sql", "select 1"), ("report", "dyads"), ("status",), ("check",), ("learn",)], ids=" ".join
)
def test_where_there_is_no_lake_the_user_is_told_to_run_first(words: tuple[str, ...], tmp_path: Path) -> None:
    result = call(*words, "--lake", tmp_path / "nothere")
    assert result.exit_code == 2
    assert f"`dotterel run --lake {tmp_path / 'nothere'}` first" in one_line(result)


@pytest.mark.parametrize("words", [("sql", "select 1"), ("status",)], ids=" ".join)
def test_a_file_in_place_of_the_lake_is_wrong_usage(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = call(*words, "--lake", tmp_path / "file")
    assert result.exit_code == 2
    assert one_line(result) == f"{tmp_path / 'file'}: this is a file, and a lake is a folder."


def test_a_run_into_a_file_fails_before_anything_starts(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "file").write_text("kept")
    result = call("run", archive, "--lake", tmp_path / "file")
    assert result.exit_code == 1
    assert one_line(result) == f"{tmp_path / 'file'}: cannot be written, a file stands where a folder should be."
    assert (tmp_path / "file").read_text() == "kept"


# --- errors


def test_an_error_of_ours_is_one_line_and_its_status(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(common: Any) -> Path:
        raise LakeError("events.parquet: is damaged and cannot be read.")

    monkeypatch.setattr(read_commands, "lake_of", damaged)
    result = call("status")
    assert one_line(result) == "events.parquet: is damaged and cannot be read."
    assert result.exit_code == 1


def test_what_should_not_happen_is_a_sentence_and_with_debug_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(common: Any) -> Path:
        raise KeyError("x")

    monkeypatch.setattr(read_commands, "lake_of", broken)
    short = call("status")
    assert one_line(short) == "this should not have happened: KeyError: 'x'. Run again with --debug to see where."
    assert short.exit_code == 1
    assert "Traceback" in call("status", "--debug").stderr


def test_ctrl_c_leaves_with_130_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(common: Any) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(read_commands, "lake_of", interrupted)
    result = call("status")
    assert result.exit_code == 130
    assert "dotterel: interrupted" in result.stderr
    assert "Traceback" not in result.output


def test_nobody_reading_on_is_no_error(lake: Path) -> None:
    query = "select * from range(300000)"
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "sql", query, "--format", "csv", "--lake", str(lake)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0


# --- reading


def test_options_may_stand_before_or_after_the_command(lake: Path) -> None:
    before = call("--lake", lake, "--format", "csv", "sql", "select 1 as one")
    after = call("sql", "select 1 as one", "--lake", lake, "--format", "csv")
    assert before.stdout == after.stdout == "one\n1\n"


@pytest.mark.parametrize(
    ("form", "expected"),
    [("csv", "a,b\n1,x\n"), ("jsonl", '{"a": 1, "b": "x"}\n'), ("json", '[\n{"a": 1, "b": "x"}\n]\n')],
)
def test_rows_go_to_stdout_in_the_format_asked_for(lake: Path, form: str, expected: str) -> None:
    result = call("sql", "select 1 as a, 'x' as b", "--lake", lake, "--format", form)
    assert (result.stdout, result.stderr, result.exit_code) == (expected, "", 0)


def test_parquet_can_be_sent_to_a_file(lake: Path) -> None:
    result = call("sql", "select 1 as a", "--lake", lake, "--format", "parquet")
    assert pq.read_table(io.BytesIO(result.stdout_bytes)).to_pylist() == [{"a": 1}]


def test_a_query_is_read_from_stdin(lake: Path) -> None:
    assert call("sql", "-", "--lake", lake, "--format", "csv", input="select 2 as two").stdout == "two\n2\n"


@pytest.mark.parametrize(
    "query",
    [
        "copy events to 'x.csv'",
        "with x as (copy events to 'x.csv') select 1",
        "attach 'x.db'",
        "install httpfs",
        "set memory_limit = '1GB'",
        "select * from read_csv('/etc/passwd')",
        "select 1; select 2",
    ],
)
def test_what_is_not_a_question_is_refused(lake: Path, query: str) -> None:
    result = call("sql", query, "--lake", lake)
    assert result.exit_code == 2
    assert "refused" in one_line(result)


def test_report_without_a_name_lists_the_reports() -> None:
    rows = list(csv.DictReader(io.StringIO(call("report", "--format", "csv").stdout)))
    assert {"dyads", "timeline", "quotes", "claims", "coverage"} <= {row["report"] for row in rows}
    assert all(row["question"].endswith("?") for row in rows)


def test_a_report_says_what_its_parameters_and_columns_mean() -> None:
    result = call("report", "border_watch", "--describe", "--format", "csv")
    rows = {(row["what"], row["name"]): row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert all(row["meaning"] for row in rows.values())
    assert rows["parameter", "tie"]["values"] == "any, place, party"
    assert rows["parameter", "least_months"]["default"] == "12"
    assert ("column", "surprise") in rows
    assert "--describe" in call("report").stderr


def test_a_report_of_which_the_lake_has_nothing_says_what_was_asked_and_where_to_look(lake: Path) -> None:
    result = call("report", "dyads", "--param", "country=NOR", "--format", "csv", "--lake", lake)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert "nothing for dyads with country=NOR, modality=actual, dataset=coded" in result.stderr
    assert "`dotterel reference`" in result.stderr


def test_a_report_takes_parameters(lake: Path) -> None:
    def dyads(country: str) -> list[dict[str, Any]]:
        given = ("--param", f"country={country}", "--lake", lake, "--format", "jsonl")
        return [json.loads(line) for line in call("report", "dyads", *given).stdout.splitlines()]

    assert {(row["actor"], row["recipient"]) for row in dyads("ARM")} >= {("ARM", "AZE")}
    assert dyads("FRA") == []


def test_a_parameter_must_be_name_equals_value(lake: Path) -> None:
    result = call("report", "dyads", "--param", "country", "--lake", lake)
    assert (result.exit_code, one_line(result)) == (2, "--param country: write it as NAME=VALUE.")


def test_status_says_what_is_there_and_how_fresh(lake: Path) -> None:
    rows = [json.loads(line) for line in call("status", "--lake", lake, "--format", "jsonl").stdout.splitlines()]
    assert [(row["source"], row["articles"], row["quarantined"]) for row in rows] == [("archive", 5, 2)]
    assert (rows[0]["first_day"], rows[0]["last_day"]) == ("2023-09-12", "2023-10-20")
    text = call("status", "--lake", lake).stdout
    assert "last run: ingest, completed" in text
    assert "quarantine: binary 1, empty 1" in text


def test_status_says_how_old_each_source_is_and_when_it_last_went_well(lake: Path) -> None:
    (row,) = (
        row
        for line in call("status", "--lake", lake, "--format", "jsonl").stdout.splitlines()
        if (row := json.loads(line))["source"] == "archive"
    )
    assert row["age_days"] > 365
    assert row["last_run"] is not None


def test_status_lists_what_is_in_quarantine(lake: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(call("status", "--quarantine", "--lake", lake, "--format", "csv").stdout)))
    assert {(row["raw_uri"], row["reason"]) for row in rows} == {
        ("archive/empty.txt", "empty"),
        ("archive/picture.png", "binary"),
    }


def test_status_says_of_each_reason_what_to_do_and_how_to_try_again(lake: Path) -> None:
    text = call("status", "--quarantine", "--lake", lake).stdout
    assert text.startswith("quarantine: 2 records of 1 source\n\narchive, extract, binary: 1 record\n")
    assert "  what to do: take it out of the folder, or save it as text, HTML, JSON or CSV\n" in text
    tried = f"dotterel run --retry-quarantined --source archive --reason binary --lake {lake}"
    assert f"  then try again: {tried}\n  archive/picture.png: it is not text\n      \\x89PNG" in text


def test_status_shows_the_quarantine_of_one_source_or_reason(lake: Path) -> None:
    text = call("status", "--quarantine", "--reason", "empty", "--source", "archive", "--lake", lake).stdout
    assert "archive/empty.txt" in text
    assert "picture" not in text
    rows = call("status", "--quarantine", "--reason", "binary", "--lake", lake, "--format", "jsonl").stdout
    assert [json.loads(line)["raw_uri"] for line in rows.splitlines()] == ["archive/picture.png"]
    nothing = call("status", "--quarantine", "--source", "nothere", "--lake", lake).stdout
    assert nothing == "quarantine: nothing of nothere\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["status", "--reason", "empty"], "--source and --reason go with --quarantine."),
        (["status", "--quarantine", "--reason", "odd"], "There is no reason 'odd'. In quarantine: binary, empty."),
        (["run", "--reason", "empty"], "--reason goes with --retry-quarantined."),
        (["run", "--retry-quarantined", "--reason", "odd"], "There is no reason 'odd'. In quarantine: binary, empty."),
        (["run", "--retry-quarantined", "--source", "x"], "Nothing of a source 'x' is in this lake. Known: archive."),
        (["run", "--retry-quarantined", "x.json"], "--retry-quarantined goes with --source and --reason, "
         "and takes neither PATH nor range."),
        (["run", "--retry-quarantined", "--since", "2023-09-01"], "--retry-quarantined goes with --source and "
         "--reason, and takes neither PATH nor range."),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)  # fmt: skip
def test_wrong_words_about_the_quarantine_are_one_sentence(lake: Path, words: list[str], said: str) -> None:
    result = call(*words, "--lake", lake)
    assert (result.exit_code, one_line(result)) == (2, said)


def test_where_nothing_is_to_be_tried_again_nothing_is_started(lake: Path) -> None:
    result = call("run", "--retry-quarantined", "--reason", "too_large", "--lake", lake)
    assert result.exit_code == 0
    assert result.stderr == "nothing to try again: nothing of that kind is in quarantine\n"


def test_a_retry_says_what_became_of_each_record(filled: Path, archive: Path) -> None:
    copy = Path(shutil.copytree(archive, filled.parent / "archive"))
    for path in (filled / "staging" / "raw" / "archive").glob("*.json"):
        path.write_text(path.read_text().replace(str(archive), str(copy)))
    (copy / "empty.txt").unlink()
    result = dotterel("run", "--retry-quarantined", "--lake", filled)
    assert result.returncode == 0, result.stderr
    assert (
        "tried again 2 quarantined records: 0 recovered, 1 still there (binary 1), 1 gone\n"
        "gone with their raw files, which are missing: archive/empty.txt\n"
    ) in result.stderr


def test_a_lake_without_wrong_rows_passes_its_checks(lake: Path) -> None:
    result = call("check", "duplicates", "orphans", "codes", "--lake", lake)
    assert result.exit_code == 0, result.output


def test_wrong_rows_are_shown_and_fail_the_check(filled: Path) -> None:
    (filled / "articles" / "source=archive" / "period=2023-09" / "articles.parquet").unlink()
    result = call("check", "orphans", "--lake", filled)
    assert result.exit_code == 1
    assert "orphans: " in result.stderr


def test_files_are_checked_too(filled: Path) -> None:
    assert call("check", "checksums", "missing_tables", "footers", "foreign_files", "--lake", filled).exit_code == 0
    (filled / "quotes" / "source=archive" / "period=2023-10" / "quotes.parquet").unlink()
    result = call("check", "missing_tables", "--lake", filled)
    assert result.exit_code == 1
    assert "missing_tables: source=archive, period=2023-10, lacks=quotes" in result.stderr


def test_an_unknown_check_names_the_known_ones(lake: Path) -> None:
    result = call("check", "nothere", "--lake", lake)
    assert result.exit_code == 2
    assert "There is no check 'nothere'. Checks: " in one_line(result)


# --- clean


def leftover(lake: Path) -> Path:
    path = lake / "articles" / "articles.parquet.1-0a.tmp"
    path.write_bytes(b"x" * 1000)
    os.utime(path, (0, 0))
    return path


def test_clean_removes_leftovers_when_told(filled: Path) -> None:
    path = leftover(filled)
    result = call("clean", "--yes", "--lake", filled)
    assert (result.exit_code, path.exists()) == (0, False)
    assert "freed" in result.stderr
    assert "nothing to clean" in call("clean", "--yes", "--lake", filled).stderr


@pytest.mark.parametrize(("option", "status"), [(["--dry-run"], 0), ([], 2)], ids=["dry run", "nobody to ask"])
def test_clean_only_shows_leftovers_otherwise(filled: Path, option: list[str], status: int) -> None:
    path = leftover(filled)
    result = call("clean", *option, "--lake", filled)
    assert (result.exit_code, path.exists()) == (status, True)
    assert path.name in result.stdout


# --- code


def test_code_gives_one_object_a_row() -> None:
    line = json.dumps({"id": 7, "text": "Armenia accused Azerbaijan of breaking the truce.", "date": "2023-09-12"})
    result = call("code", "-", "--rows", "events,mentions", input=line + "\n")
    rows = [json.loads(row) for row in result.stdout.splitlines()]
    event = next(row for row in rows if row["row"] == "event")
    assert (event["id"], event["event_type"], event["actors"][0]["country"]) == (7, "ACCUSE", "ARM")
    assert {row["row"] for row in rows} == {"event", "mention"}


@pytest.mark.parametrize(("option", "judged"), [([], True), (["--no-model"], False)], ids=["models", "rules alone"])
def test_code_asks_the_models_unless_it_is_told_not_to(option: list[str], judged: bool) -> None:
    line = json.dumps({"id": 7, "text": "Norway accused Denmark of breaking the truce."})
    (row,) = map(json.loads, call("code", "-", "--explain", *option, input=line).stdout.splitlines())
    assert ("model" in row["rule"]) == judged


@pytest.mark.parametrize("line", ["no JSON", '{"id": 1}'])
def test_code_names_the_line_that_is_wrong(line: str) -> None:
    result = call("code", "-", input=f"{line}\n")
    assert result.exit_code == 2
    assert one_line(result).startswith("Line 1 ")


# --- run and backfill, in processes of their own


def test_a_run_prints_the_sums_and_what_to_try_next(filled: Path, archive: Path) -> None:
    (archive_copy := filled.parent / "one").mkdir()
    (archive_copy / "october.json").write_bytes((archive / "october.json").read_bytes())
    result = dotterel("run", archive_copy / "october.json", "--lake", filled)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert "october.json: found 3 = 3 articles + 0 merged copies + 0 quarantined" in result.stderr
    assert f"dotterel report dyads --lake {filled}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_gives_its_account_as_rows_and_fails_where_strict(filled: Path, archive: Path) -> None:
    result = dotterel("run", archive, "--lake", filled, "--strict", "--format", "jsonl", "--quiet")
    rows = {row["raw_uri"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert result.returncode == 1
    assert result.stderr == ""
    assert rows["archive/september.jsonl"] == {
        "source": "archive",
        "raw_uri": "archive/september.jsonl",
        "found": 3,
        "articles": 2,
        "merged": 1,
        "quarantined": 0,
        "is_new": False,
    }


def test_a_failed_period_is_named_and_fails_the_backfill(filled: Path, archive: Path) -> None:
    for path in (filled / "staging" / "articles").iterdir():
        path.write_bytes(b"not Parquet")
    for path in (filled / "events").rglob("*.parquet"):
        path.unlink()
    result = dotterel("backfill", archive, "--since", "2023-09-01", "--until", "2023-09-30", "--lake", filled)
    assert result.returncode == 1
    assert "failed: period 2023-09 of archive: " in result.stderr
    assert "Traceback" not in result.stderr


def test_sigterm_ends_a_run_with_its_workers_and_leaves_a_record(filled: Path, archive: Path) -> None:
    (filled.parent / "slow.json").write_bytes((archive / "october.json").read_bytes())
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(filled.parent / "slow.json"), "--lake", str(filled)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "code batches" in line:
            break
    process.send_signal(signal.SIGTERM)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 130
    assert "dotterel: interrupted" in rest
    assert "Traceback" not in rest
    assert _session_is_empty(process.pid)
    runs = call("sql", "from runs order by started_at desc limit 1", "--lake", filled, "--format", "jsonl").stdout
    assert (json.loads(runs)["state"], json.loads(runs)["message"]) == ("failed", "interrupted")


def _session_is_empty(session: int) -> bool:
    """Whether every process of a session has ended, within a few seconds."""
    for _ in range(50):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False

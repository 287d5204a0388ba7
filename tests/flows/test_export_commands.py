"""The commands `export` and `catalog`, and the catalogue beside a run."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flow_archive import ACCUSED, article

from flows.cli import dotterel as command
from flows.export_commands import FORMATS
from tasks.report.export.formats import FORMATS as WRITTEN
from tasks.report.query import ask

ROOT = Path(__file__).resolve().parents[2]
READER = """
import sys, duckdb
for line in sys.stdin:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        print(connection.sql("select count(*) from articles").fetchall()[0][0], flush=True)
"""


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def test_the_command_knows_the_formats_that_are_written() -> None:
    assert FORMATS == WRITTEN


def test_an_export_says_what_it_wrote_and_what_it_left_out(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "events.csv"
    result = call("export", "--as", "csv", "--out", out, "--lake", filled)
    (told,) = ask(filled, "select count(*) as n from events").to_pylist()
    assert result.exit_code == 0
    assert result.stdout == ""
    assert result.stderr == f"{out}: {told['n']} rows\n"
    again = call("export", "--as", "csv", "--out", out, "--lake", filled)
    assert again.exit_code == 2
    assert again.stderr == f"dotterel: {out}: is there already; say --force to replace it.\n"
    assert call("export", "--as", "geojson", "--out", out, "--lake", filled, "--force").stderr.count("left out: ") == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--country", "Armenia"), "write its code, ARM"),
        (("--country", "Nowhere"), "write three letters of ISO 3166-1, such as ARM"),
        (("--since", "2023-10-02", "--until", "2023-10-01"), "is after --until"),
        (("--texts",), "--texts goes with --as datapackage"),
    ],
)
def test_wrong_usage_is_told(filled: Path, tmp_path: Path, words: tuple[str, ...], why: str) -> None:
    result = call("export", "--as", "csv", "--out", tmp_path / "x.csv", "--lake", filled, *words)
    assert result.exit_code == 2
    assert why in result.stderr


@pytest.mark.parametrize("name", ["export", "catalog", "sql"])
def test_help_has_examples(name: str) -> None:
    assert re.search(rf"Examples:\n +dotterel {name}", call(name, "--help").stdout)


def test_the_catalogue_stands_beside_the_lake(filled: Path) -> None:
    assert call("catalog", "--lake", filled).exit_code == 0
    assert (filled.parent / "lake.duckdb").is_file()


def test_a_second_process_reads_the_catalogue_while_a_run_writes(server: str, filled: Path, tmp_path: Path) -> None:
    catalog = tmp_path / "c.duckdb"
    assert call("catalog", "--out", catalog, "--lake", filled).exit_code == 0
    more = [article(100 + n, f"2024-0{n % 9 + 1}-03", ACCUSED) for n in range(200)]
    (tmp_path / "more.json").write_text(json.dumps(more))
    run = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "run", str(tmp_path / "more.json"), "--lake", str(filled)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(catalog)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin
    assert reader.stdout
    try:
        seen = []
        while run.poll() is None:
            reader.stdin.write("\n")
            reader.stdin.flush()
            seen.append(int(reader.stdout.readline()))
            time.sleep(0.02)
        reader.stdin.write("\n")
        reader.stdin.flush()
        seen.append(int(reader.stdout.readline()))
    finally:
        run.kill()
        reader.kill()
        run.wait()
        reader.communicate()
    assert run.returncode == 0
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (5, 205)

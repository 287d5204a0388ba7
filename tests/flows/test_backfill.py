"""The flow behind `dotterel backfill`, its plan, and what it says of a recode."""

import csv
import io
import json
import shlex
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from flows.backfill import backfill
from flows.cli import dotterel as command
from flows.show import repeat_command
from flows.summary import RunSummary
from tasks.load.lake import Lake
from tasks.load.plan import NEWS_TABLES
from tasks.load.runs import read_runs
from tasks.settings import Settings
from tasks.staging import Staging

SEPTEMBER = {"since": date(2023, 9, 12), "until": date(2023, 9, 13)}


def run(lake: Path, **given: Any) -> RunSummary:
    result = backfill(lake=lake, return_state=True, **given).result(raise_on_failure=False)
    assert isinstance(result, RunSummary), result
    return result


def other_coder(folder: Path, sources: str = "") -> Path:
    """A config whose codebook says the same in another version."""
    folder.mkdir()
    shutil.copytree(Settings.load().codebook, folder / "codebook")
    with (folder / "codebook" / "countries.csv").open("a") as file:
        file.write("# another version\n")
    (folder / "dotterel.toml").write_text("")
    (folder / "sources.toml").write_text(sources)
    return folder / "dotterel.toml"


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def dry_run(lake: Path, *words: str | Path) -> list[dict[str, str]]:
    asked = ("--since", "2023-09-12", "--until", "2023-10-31", "--dry-run", "--format", "csv")
    result = call("backfill", *asked, *words, "--lake", lake)
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def without_accusing(folder: Path) -> Path:
    """A config whose codebook does not know the verb `accuse`, and gives meetings another mode."""
    config = other_coder(folder)
    file = next((config.parent / "codebook").rglob("accuse.csv"))
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("accuse,")]
    assert len(kept) < len(lines)
    file.write_text("".join(kept), encoding="utf-8")
    return config


def test_a_backfill_writes_the_periods_of_its_range_only(server: str, filled: Path, archive: Path) -> None:
    for table in NEWS_TABLES:
        shutil.rmtree(filled / table)
    summary = run(filled, paths=[archive], **SEPTEMBER)
    assert summary.periods_written == ("archive 2023-09",)
    assert {p.period for p in Lake(filled).partitions("events")} == {"2023-09"}


def test_a_backfill_covers_sources_that_are_only_in_the_lake(server: str, filled: Path, tmp_path: Path) -> None:
    config = other_coder(tmp_path / "config")
    shutil.copytree(Settings.load().codebook, config.parent / "codebook", dirs_exist_ok=True)
    shutil.rmtree(filled / "quotes" / "source=archive" / "period=2023-09")
    summary = run(filled, config=config, **SEPTEMBER)
    assert summary.periods_written == ("archive 2023-09",)
    assert summary.batches_coded == 0


def test_a_period_is_recoded_only_where_that_is_asked_for(server: str, filled: Path, tmp_path: Path) -> None:
    config = other_coder(tmp_path / "config")
    left = run(filled, config=config, source="archive", **SEPTEMBER)
    assert (left.periods_written, left.outdated) == ((), ("archive 2023-09",))
    recoded = run(filled, config=config, source="archive", recode=True, **SEPTEMBER)
    assert recoded.periods_written == recoded.recoded == ("archive 2023-09",)
    again = run(filled, config=config, source="archive", recode=True, **SEPTEMBER)
    assert not again.anything_new


def test_a_source_that_is_switched_off_is_not_brought_up_to_date(
    server: str, filled: Path, archive: Path, tmp_path: Path
) -> None:
    off = f"[archive]\npath = {json.dumps(str(archive))}\nenabled = false\n"
    config = other_coder(tmp_path / "config", off)
    assert run(filled, config=config, recode=True, **SEPTEMBER).periods_written == ()


# --- the plan


def test_a_dry_run_prints_what_becomes_of_each_period_and_does_nothing(filled: Path, tmp_path: Path) -> None:
    config = other_coder(tmp_path / "config")
    shutil.rmtree(filled / "events" / "source=archive" / "period=2023-10")
    before = set(filled.rglob("*"))
    rows = dry_run(filled, "--source", "archive", "--recode", "--config", config)
    assert [(r["source"], r["period"], r["action"], r["articles"], r["batches"], r["to_code"]) for r in rows] == [
        ("archive", "2023-09", "recode", "2", "1", "1"),
        ("archive", "2023-10", "recode", "3", "1", "1"),
    ]
    assert rows[0]["coder_before"] != rows[0]["coder"]
    kept = dry_run(filled, "--source", "archive", "--config", config)
    # A missing table of a period that an older coder made is written of what that coder made: nothing is coded.
    assert [(r["action"], r["to_code"]) for r in kept] == [("left", "0"), ("repair", "0")]
    assert set(filled.rglob("*")) == before


def test_a_dry_run_names_raw_files_that_are_not_read_yet(archive: Path, tmp_path: Path) -> None:
    rows = dry_run(tmp_path / "new", archive)
    assert {(r["action"], r["raw_file"].rsplit("/", 1)[-1], r["period"]) for r in rows} == {
        ("not read yet", name, "") for name in ("september.jsonl", "october.json", "empty.txt", "picture.png")
    }
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "parquet"])
def test_a_dry_run_is_printed_in_every_format(filled: Path, tmp_path: Path, form: str) -> None:
    result = call("backfill", "--only", "archive/2023-09", "--dry-run", "--format", form, "--lake", filled)
    assert result.exit_code == 0
    if form == "parquet":
        assert pq.read_table(io.BytesIO(result.stdout_bytes)).column("action").to_pylist() == ["unchanged"]
    else:
        assert "unchanged" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "A backfill needs --since and --until, or --only SOURCE/PERIOD."),
        (["--only", "archive/2023-09", "--source", "archive"], "--only says which periods"),
        (["--only", "archive"], "--only archive: write it as SOURCE/PERIOD, such as sample/2023-10."),
        (["--only", "archive/1999-01"], "--only archive/1999-01: this lake has read no such period"),
    ],
    ids=["no range", "both", "no period", "unknown"],
)
def test_a_backfill_of_nothing_sensible_is_wrong_usage(filled: Path, words: list[str], message: str) -> None:
    result = call("backfill", *words, "--lake", filled)
    assert result.exit_code == 2
    assert message in result.stderr


# --- failing, and doing it again


def test_a_batch_that_fails_stops_its_own_period_only_and_the_rest_is_repeated_by_name(
    server: str, filled: Path, tmp_path: Path
) -> None:
    config = other_coder(tmp_path / "config")
    staging = Staging(filled)
    (broken,) = (b.batch_id for m in staging.manifests("archive") for b in m.batches if "2023-09" in b.periods)
    whole = staging.articles(broken).read_bytes()
    staging.articles(broken).write_bytes(b"PAR1 but not for long")
    both = {"since": date(2023, 9, 12), "until": date(2023, 10, 31), "recode": True, "config": config}
    summary = run(filled, source="archive", **both)
    assert summary.periods_written == ("archive 2023-10",)
    assert summary.periods_failed == ("archive/2023-09",)
    assert read_runs(Lake(filled))[-1].periods_failed == ("archive/2023-09",)
    words = shlex.split(repeat_command(summary, Settings.load(config, lake=filled)))
    assert words[1:5] == ["backfill", "--only", "archive/2023-09", "--recode"]
    assert words[5:] == ["--lake", str(filled), "--config", str(config)]
    staging.articles(broken).write_bytes(whole)
    again = run(filled, only=["archive/2023-09"], recode=True, config=config)
    assert (again.periods_written, again.periods_failed, again.batches_coded) == (("archive 2023-09",), (), 1)
    assert not run(filled, source="archive", **both).anything_new


# --- the difference


def test_a_recode_says_what_it_changed_and_diff_says_it_again(server: str, filled: Path, tmp_path: Path) -> None:
    config = without_accusing(tmp_path / "config")
    first = read_runs(Lake(filled))[-1].run_id
    summary = run(filled, config=config, source="archive", recode=True, **SEPTEMBER)
    of_type = {count.value: count for count in summary.difference if count.by == "type"}
    assert (of_type["ACCUSE"].lost, of_type["ACCUSE"].gained) == (1, 0)
    assert set(of_type) == {"ACCUSE"}
    (rule,) = (count for count in summary.difference if count.by == "rule" and count.lost)
    assert rule.value.startswith("accuse.csv accuse")

    result = call("diff", first, summary.run_id, "--lake", filled, "--format", "jsonl")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {r["value"]: (r["lost"], r["unchanged"]) for r in rows if r["by"] == "type"} == {
        name: (count.lost, count.unchanged) for name, count in of_type.items()
    }
    (lost,) = map(
        json.loads,
        call("diff", summary.run_id, "--rows", "--lake", filled, "--format", "jsonl").stdout.split("\n")[:-1],
    )
    assert lost["change"] == "lost"
    assert lost["sentence"] == "Armenia accused Azerbaijan of breaking the truce."


def test_a_run_that_is_not_known_to_diff_is_wrong_usage(filled: Path) -> None:
    result = call("diff", "1999", "--lake", filled)
    assert result.exit_code == 2
    assert "There is no run '1999' in this lake." in result.stderr

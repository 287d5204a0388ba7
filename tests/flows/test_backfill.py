"""The flow behind `dotterel backfill`."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from flows.backfill import backfill
from flows.summary import RunSummary
from tasks.load.lake import Lake
from tasks.load.plan import NEWS_TABLES
from tasks.settings import Settings

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

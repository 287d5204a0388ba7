"""The record of past runs is tidied by the runs that follow."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.load import runs
from tasks.load.lake import Lake
from tasks.load.old_runs import KILLED, close_killed, join_past_days
from tasks.load.runs import Before, Run, read_runs, run_ids
from tasks.report.query import ask


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def ran(lake: Lake, day: datetime, *, ended: bool = True) -> Run:
    run = runs.start(lake, "ingest", {"source": "desk"}, now=day, coder_version="v1")
    before = [Before("desk", "2023-10", "v0", ("b1",))]
    runs.note_plan(lake, run, ["desk"], before)
    if ended:
        runs.finish(lake, run, "completed", now=day, sources=["desk"], before=before, messages=["a warning"])
    return run


def day(month: int, number: int) -> datetime:
    return datetime(2023, month, number, 6, 15, tzinfo=UTC)


def test_the_records_of_past_days_lie_in_one_file_a_month_and_lose_nothing(lake: Lake) -> None:
    for month, number in ((9, 30), (10, 1), (10, 1), (10, 4), (10, 5), (10, 5)):
        ran(lake, day(month, number))
    before = read_runs(lake)
    of_start = read_runs(lake, since=before[3].run_id)
    rows = ask(lake.root, "select * exclude (period) from runs order by run_id")
    join_past_days(lake, day(10, 5))
    assert [p.period[:10] for p in lake.partitions("runs")] == ["2023-09", "2023-10", "20231005T0", "20231005T0"]
    assert read_runs(lake) == before
    assert read_runs(lake, since=before[3].run_id) == of_start
    assert run_ids(lake) == [record.run_id for record in before]
    assert ask(lake.root, "select * exclude (period) from runs order by run_id") == rows


def test_the_file_of_a_month_grows(lake: Lake) -> None:
    ran(lake, day(10, 4))
    join_past_days(lake, day(10, 5))
    ran(lake, day(10, 5))
    before = read_runs(lake)
    join_past_days(lake, day(10, 6))
    assert [p.period for p in lake.partitions("runs")] == ["2023-10"]
    assert read_runs(lake) == before
    assert len(before) == 2


def test_joining_that_was_killed_between_its_files_counts_no_run_twice_after_the_next(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(lake, day(10, 4))
    before = read_runs(lake)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            join_past_days(lake, day(10, 5))
    assert len(lake.partitions("runs")) == 2
    assert read_runs(lake) == before
    join_past_days(lake, day(10, 5))
    assert [p.period for p in lake.partitions("runs")] == ["2023-10"]
    assert read_runs(lake) == before


def test_a_run_that_never_came_to_its_end_is_failed_once(lake: Lake) -> None:
    ran(lake, day(10, 4))
    killed = ran(lake, day(10, 5), ended=False)
    assert close_killed(lake) == [(killed.run_id, "ingest")]
    assert close_killed(lake) == []
    last = read_runs(lake)[-1]
    assert (last.state, last.finished_at, last.before) == ("failed", None, (Before("desk", "2023-10", "v0", ("b1",)),))
    (message,) = lake.read("runs", "dotterel", killed.run_id).column("message").to_pylist()
    assert message == KILLED

"""A load that is killed at any moment leaves each partition wholly old or wholly new; the next one completes it."""

from pathlib import Path
from random import Random

from killed_work import Work, killed_loads
from lake_reader import reading
from rows import article, code, manifest, stage

from tasks.load.lake import Lake
from tasks.staging import Staging

KILLS = 25


def loads(lake: Lake, batches: list[str]) -> list[Work]:
    """News, quarantine and stories, from these batches."""
    staging = Staging(lake.root)
    manifests = [m for m in staging.manifests("plover") if m.articles <= len(batches) * 60]
    return [
        ("tasks.load.news:load_period", (lake, staging, "plover", "2023-10", batches, "v1")),
        ("tasks.load.quarantine:write_quarantine", (lake, "plover", manifests)),
        ("tasks.load.stories:load_stories", (lake,)),
    ]


def test_loads_that_are_killed_leave_whole_partitions_and_a_reader_sees_no_others(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    for number, batch in enumerate(("one", "two")):
        articles = {"2023-10": [article(number * 60 + n) for n in range(60)]}
        row = {"raw_uri": batch, "raw_sha256": "a" * 64, "record": "#1", "stage": "extract", "reason": "empty"}
        row |= {"detail": "-", "sample": "", "raw_start": None, "raw_end": None}
        staged = stage(lake, batch, articles)
        manifest(lake, staged, name=batch, found=61 + number, articles=60 + number, quarantine=[row])
        code(lake, batch, "v1", articles)
    with reading(lake.root) as seen:
        done = killed_loads(
            lake.root, loads(lake, ["one"]), loads(lake, ["one", "two"]), KILLS, Random(1), lambda: None
        )
    assert (done.wrong, seen.wrong) == ([], [])
    assert done.kills == KILLS
    assert done.mixed > 0
    assert seen.rounds > 0

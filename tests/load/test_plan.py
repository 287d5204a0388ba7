"""The plan of a load: which periods are written from which batches, and what must be coded first."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from rows import article, code, manifest, stage

from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.plan import NEWS_TABLES, Plan, in_range, plan
from tasks.staging import Manifest, Staging

SEPTEMBER = {"2023-09": [article(1, published_date=date(2023, 9, 30))]}
OCTOBER = {"2023-10": [article(2, published_date=date(2023, 10, 3))]}
BOTH = {
    "2023-09": [article(3, published_date=date(2023, 9, 29))],
    "2023-10": [article(4, published_date=date(2023, 10, 1))],
}
UNDATED = {"undated": [article(5, published_date=None, date_basis="none", date_precision=None)]}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def do(lake: Lake, done: Plan) -> list[str]:
    """Carries a plan out, as a run does, and gives the files that it wrote."""
    articles = {"sep": SEPTEMBER, "oct": OCTOBER, "both": BOTH, "none": UNDATED, "new": OCTOBER}
    for batch in done.to_code:
        code(lake, batch, done.coder_version, articles[batch])
    written = []
    for period in done.periods:
        result = load_period(lake, Staging(lake.root), period.source, period.period, period.batches, done.coder_version)
        written += result.written
    return written


def periods(of: Plan) -> dict[str, tuple[str, ...]]:
    return {period.period: period.batches for period in of.periods}


@pytest.fixture
def manifests(lake: Lake) -> list[Manifest]:
    return [
        manifest(lake, stage(lake, "sep", SEPTEMBER), stage(lake, "both", BOTH), name="a.json"),
        manifest(lake, stage(lake, "oct", OCTOBER), stage(lake, "none", UNDATED), name="b.json"),
    ]


def test_a_first_run_plans_every_period_and_every_batch(lake: Lake, manifests: list[Manifest]) -> None:
    first = plan(manifests, lake, "v1")
    assert periods(first) == {"2023-09": ("both", "sep"), "2023-10": ("both", "oct"), "undated": ("none",)}
    assert first.to_code == ("both", "none", "oct", "sep")
    assert first.unchanged == 0
    assert first.recoded == ()


def test_manifests_in_another_order_give_the_same_plan(lake: Lake, manifests: list[Manifest]) -> None:
    assert plan(manifests, lake, "v1") == plan(manifests[::-1], lake, "v1")


def test_a_second_run_has_nothing_to_do(lake: Lake, manifests: list[Manifest]) -> None:
    assert len(do(lake, plan(manifests, lake, "v1"))) == 3 * len(NEWS_TABLES)
    again = plan(manifests, lake, "v1")
    assert (again.periods, again.to_code, again.unchanged) == ((), (), 3)


def test_batches_that_are_coded_are_not_coded_again(lake: Lake, manifests: list[Manifest]) -> None:
    code(lake, "both", "v1", BOTH)
    assert plan(manifests, lake, "v1").to_code == ("none", "oct", "sep")


def test_a_new_raw_file_writes_only_the_periods_that_it_has(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    more = manifest(lake, stage(lake, "new", {"2023-10": [article(9)]}), name="c.json")
    later = plan([more], lake, "v1")
    assert periods(later) == {"2023-10": ("both", "new", "oct")}
    assert later.to_code == ("new",)


def test_a_range_takes_the_batches_and_months_that_it_overlaps(lake: Lake, manifests: list[Manifest]) -> None:
    ranged = plan(manifests, lake, "v1", since=date(2023, 10, 2), until=date(2023, 10, 31))
    assert periods(ranged) == {"2023-10": ("oct",)}
    whole = plan(manifests, lake, "v1", since=date(2023, 10, 1))
    assert periods(whole) == {"2023-10": ("both", "oct")}
    before = plan(manifests, lake, "v1", until=date(2023, 9, 30))
    assert periods(before) == {"2023-09": ("both", "sep")}


def test_undated_articles_are_taken_only_without_a_range(lake: Lake, manifests: list[Manifest]) -> None:
    assert "undated" in periods(plan(manifests, lake, "v1"))
    assert "undated" not in periods(plan(manifests, lake, "v1", since=date(1900, 1, 1)))


def test_a_ranged_run_keeps_what_the_period_has(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    again = plan(manifests, lake, "v1", since=date(2023, 10, 2), until=date(2023, 10, 31))
    assert (again.periods, again.unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (None, None, True),
        (date(2023, 10, 31), None, True),
        (date(2023, 11, 1), None, False),
        (None, date(2023, 10, 1), True),
        (None, date(2023, 9, 30), False),
        (date(2023, 10, 5), date(2023, 10, 6), True),
    ],
)
def test_a_month_is_in_a_range_when_any_of_its_days_is(since: date, until: date, expected: bool) -> None:
    assert in_range("2023-10", since, until) is expected


def test_a_new_coder_recodes_nothing_unless_asked(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    implied = plan(manifests, lake, "v2")
    assert (implied.periods, implied.to_code) == ((), ())
    assert implied.outdated == (("plover", "2023-09"), ("plover", "2023-10"), ("plover", "undated"))


def test_a_recode_codes_the_periods_of_the_range_as_a_whole(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    asked = plan(manifests, lake, "v2", since=date(2023, 10, 2), until=date(2023, 10, 31), recode=True)
    assert periods(asked) == {"2023-10": ("both", "oct")}
    assert asked.to_code == ("both", "oct")
    assert [period.period for period in asked.recoded] == ["2023-10"]


def test_a_recode_leaves_what_this_coder_made(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    assert plan(manifests, lake, "v1", recode=True).periods == ()


def test_new_articles_under_a_new_coder_recode_their_period_as_a_whole(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    more = manifest(lake, stage(lake, "new", {"2023-10": [article(9)]}), name="c.json")
    later = plan([more], lake, "v2")
    assert periods(later) == {"2023-10": ("both", "new", "oct")}
    assert later.to_code == ("both", "new", "oct")
    assert [period.period for period in later.recoded] == ["2023-10"]


@pytest.mark.parametrize("table", NEWS_TABLES)
def test_a_missing_table_of_a_period_is_written_again(lake: Lake, manifests: list[Manifest], table: str) -> None:
    do(lake, plan(manifests, lake, "v1"))
    lake.path(table, "plover", "2023-10").unlink()
    repair = plan(manifests, lake, "v1")
    assert periods(repair) == {"2023-10": ("both", "oct")}
    assert do(lake, repair) == [f"{table}/source=plover/period=2023-10"]
    assert plan(manifests, lake, "v1").periods == ()


def test_a_period_written_by_halves_is_finished(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    old = lake.path("quotes", "plover", "2023-10").read_bytes()
    more = manifest(lake, stage(lake, "new", {"2023-10": [article(9)]}), name="c.json")
    do(lake, plan([more], lake, "v1"))
    lake.path("quotes", "plover", "2023-10").write_bytes(old)
    assert periods(plan(manifests, lake, "v1")) == {"2023-10": ("both", "new", "oct")}


def test_a_raw_file_that_was_read_anew_replaces_its_batches(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    reread = manifest(lake, stage(lake, "new", {"2023-10": [article(2)]}), name="b.json", reading="r2")
    after = plan([manifests[0], reread], lake, "v1")
    assert periods(after) == {"2023-10": ("both", "new"), "undated": ()}


def test_sources_do_not_mix(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    other = manifest(lake, stage(lake, "new", OCTOBER), source="wader", name="a.json")
    assert [(p.source, p.period, p.batches) for p in plan([other], lake, "v1").periods] == [
        ("wader", "2023-10", ("new",))
    ]


def test_the_periods_of_a_batch_that_is_coded_again_are_written_again(lake: Lake) -> None:
    manifests = [
        manifest(lake, stage(lake, "both", BOTH), name="b.json"),
        manifest(lake, stage(lake, "sep", SEPTEMBER)),
    ]
    do(lake, plan(manifests, lake, "v1"))
    again = plan(manifests, lake, "v1", again={"both"})
    assert periods(again) == {"2023-09": ("both", "sep"), "2023-10": ("both",)}
    assert again.to_code == ("both",)
    assert do(lake, again) == []  # it came out as before, and no file is replaced
    assert plan(manifests, lake, "v1").periods == ()


def test_coding_again_what_an_older_coder_made_codes_its_period_anew_as_a_whole(lake: Lake) -> None:
    manifests = [
        manifest(lake, stage(lake, "both", BOTH), name="b.json"),
        manifest(lake, stage(lake, "sep", SEPTEMBER)),
    ]
    do(lake, plan(manifests, lake, "v1"))
    again = plan(manifests, lake, "v2", again={"sep"})
    assert [(p.period, p.batches, p.recoded) for p in again.periods] == [("2023-09", ("both", "sep"), True)]
    assert again.to_code == ("both", "sep")
    assert again.outdated == (("plover", "2023-10"),)


def test_a_table_that_an_older_coder_s_period_lacks_is_made_of_what_that_coder_made(
    lake: Lake, manifests: list[Manifest]
) -> None:
    do(lake, plan(manifests, lake, "v1"))
    whole = lake.path("events", "plover", "2023-10").read_bytes()
    lake.path("events", "plover", "2023-10").unlink()
    repair = plan(manifests, lake, "v2")
    assert [(p.name, p.action, p.coder) for p in repair.periods] == [("plover/2023-10", "repair", "v1")]
    assert (repair.to_code, repair.recoded) == ((), ())
    (period,) = repair.periods
    load_period(lake, Staging(lake.root), "plover", "2023-10", period.batches, period.coder)
    assert lake.path("events", "plover", "2023-10").read_bytes() == whole


def test_where_that_is_gone_the_period_is_coded_anew(lake: Lake, manifests: list[Manifest]) -> None:
    do(lake, plan(manifests, lake, "v1"))
    lake.path("events", "plover", "2023-10").unlink()
    shutil.rmtree(Staging(lake.root).coded("v1", "oct"))
    repair = plan(manifests, lake, "v2")
    assert [(p.action, p.coder) for p in repair.periods] == [("repair", "v2")]
    assert repair.to_code == ("both", "oct")


def test_a_plan_says_what_becomes_of_each_period_and_how_much_is_to_be_coded(
    lake: Lake, manifests: list[Manifest]
) -> None:
    do(lake, plan(manifests, lake, "v1"))
    more = manifest(lake, stage(lake, "new", {"2023-10": [article(9)]}), name="c.json")
    later = plan([*manifests, more], lake, "v1")
    said = [(p.period, p.action, p.articles, len(p.batches), p.to_code) for p in (*later.periods, *later.kept)]
    assert said == [
        ("2023-10", "add", 3, 3, 1),
        ("2023-09", "unchanged", 2, 2, 0),
        ("undated", "unchanged", 1, 1, 0),
    ]
    assert {p.action for p in plan(manifests, lake, "v2").kept} == {"left"}
    assert [p.action for p in plan(manifests, lake, "v2", recode=True).periods] == ["recode"] * 2 + ["recode"]


def test_single_periods_are_chosen_by_name(lake: Lake, manifests: list[Manifest]) -> None:
    assert set(periods(plan(manifests, lake, "v1", only={"plover/undated", "wader/2023-10"}))) == {"undated"}

"""The difference between two runs: events gained, lost and changed, and what it says when their batches are gone."""

import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from rows import article, event, manifest, stage, table_of

from tasks.contract import CODED_TABLES
from tasks.errors import UsageError
from tasks.load import runs
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.parquet_files import write_table
from tasks.load.plan import plan
from tasks.load.runs import Before, read_runs
from tasks.report.difference import ChangeCount, compare_runs, rule_name
from tasks.staging import Staging

FIRST, SECOND = article(1), article(2)
OCTOBER = {"2023-10": [FIRST, SECOND]}
SHELLED = "assault.csv:12 shell < model 0.80"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "lake")
    manifest(lake, stage(lake, "one", OCTOBER))
    return lake


def coded(lake: Lake, version: str, events: list[dict[str, Any]], batch: str = "one") -> None:
    folder = Staging(lake.root).coded(version, batch)
    for table in CODED_TABLES:
        rows = events if table == "events" else []
        write_table(
            table_of(table, [r | {"coder_version": version} for r in rows], "2023-10"), folder / f"{table}.parquet"
        )


def run(lake: Lake, version: str, day: int) -> str:
    """What a run does after coding, on a day of January; its id."""
    now = datetime(2026, 1, day, tzinfo=UTC)
    made = runs.start(lake, "backfill", {}, now=now, coder_version=version)
    todo = plan(Staging(lake.root).manifests("plover"), lake, version, recode=True)
    before = [Before(p.source, p.period, p.coder_before, p.batches_before) for p in todo.periods]
    runs.note_plan(lake, made, ["plover"], before)
    for p in todo.periods:
        load_period(lake, Staging(lake.root), p.source, p.period, p.batches, p.coder)
    runs.finish(lake, made, "completed", now=now + timedelta(minutes=1), before=before)
    return made.run_id


def by_type(counts: tuple[ChangeCount, ...]) -> Mapping[str, ChangeCount]:
    return {count.value: count for count in counts if count.by == "type"}


def test_events_are_gained_lost_changed_or_the_same(lake: Lake) -> None:
    coded(lake, "v1", [event(FIRST, rule=SHELLED), event(SECOND, rule=SHELLED), event(SECOND, **moved("fled"))])
    coded(
        lake,
        "v2",
        [
            event(FIRST, rule="assault.csv:13 shell < model 0.75", confidence=0.7),
            event(SECOND, event_id="e2", event_type="COERCE", rule="coerce.csv:4 shell"),
            event(FIRST, event_type="CONSULT", **moved("said"), rule="consult.csv:1 say"),
        ],
    )
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    found = compare_runs(lake, first, second, rows=True)
    assert by_type(found.counts) == {
        "COERCE": ChangeCount("type", "COERCE", changed=1),
        "CONSULT": ChangeCount("type", "CONSULT", gained=1),
        "ASSAULT": ChangeCount("type", "ASSAULT", lost=1, unchanged=1),
    }
    assert {(c.value, c.gained, c.lost, c.changed, c.unchanged) for c in found.counts if c.by == "rule"} == {
        ("coerce.csv shell", 0, 0, 1, 0),
        ("consult.csv say", 1, 0, 0, 0),
        ("“fled”", 0, 1, 0, 0),
        ("assault.csv shell", 0, 0, 0, 1),
    }
    rows = {row["change"]: row for row in found.events.to_pylist()}
    assert set(rows) == {"gained", "lost", "changed"}
    assert rows["changed"]["differences"] == ["event_type: ASSAULT → COERCE"]
    assert rows["changed"]["sentence"] == "Nordia shelled Sudia on Monday."
    assert rows["changed"]["event"] == "COERCE (actual) Russia (RUS-GOV) → Ukraine (UKR-GOV), 2023-10-02"
    assert (rows["gained"]["event_id_before"], rows["lost"]["event_id"]) == (None, None)


def moved(words: str) -> dict[str, Any]:
    start = FIRST["body"].index(words)
    return {"trigger_text": words, "trigger_start": start, "trigger_end": start + len(words)}


def test_the_other_way_round_what_was_gained_is_lost(lake: Lake) -> None:
    coded(lake, "v1", [event(FIRST)])
    coded(lake, "v2", [event(FIRST), event(SECOND)])
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    assert by_type(compare_runs(lake, first, second).counts)["ASSAULT"].gained == 1
    assert by_type(compare_runs(lake, second, first).counts)["ASSAULT"].lost == 1


@pytest.mark.parametrize(
    ("changes", "differences"),
    [
        ({"modality": "negated"}, ["modality: actual → negated"]),
        ({"event_date": date(2023, 10, 1)}, ["event_date: 2023-10-02 → 2023-10-01"]),
        ({"recipient_country": None}, ["recipient_country: UKR → none"]),
        ({"contexts": ["military", "election"]}, ["contexts: military → military, election"]),
        ({"place_name": "Kyiv"}, ["place_name: none → Kyiv"]),
    ],
    ids=["modality", "date", "party", "context", "place"],
)
@pytest.mark.parametrize("same_id", [True, False], ids=["with the same id", "with another id"])
def test_the_columns_that_differ_are_named(
    lake: Lake, changes: dict[str, Any], differences: list[str], same_id: bool
) -> None:
    coded(lake, "v1", [event(FIRST)])
    coded(lake, "v2", [event(FIRST, **changes) | ({"event_id": event(FIRST)["event_id"]} if same_id else {})])
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    (row,) = compare_runs(lake, first, second, rows=True).events.to_pylist()
    assert (row["change"], row["differences"]) == ("changed", differences)


def test_of_several_rows_of_a_trigger_those_with_the_same_parties_belong_together(lake: Lake) -> None:
    there = event(FIRST)
    back = there | {f"actor_{k}": there[f"recipient_{k}"] for k in ("start", "end", "text", "name", "country")}
    back |= {f"recipient_{k}": there[f"actor_{k}"] for k in ("start", "end", "text", "name", "country")}
    coded(lake, "v1", [there | {"event_id": "a1"}, back | {"event_id": "a2"}])
    coded(lake, "v2", [row | {"event_type": "COERCE", "event_id": f"b{n}"} for n, row in enumerate((back, there))])
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    rows = compare_runs(lake, first, second, rows=True).events.to_pylist()
    assert [row["differences"] for row in rows] == [["event_type: ASSAULT → COERCE"]] * 2


def test_events_of_new_articles_are_no_gain_of_the_coder(lake: Lake) -> None:
    coded(lake, "v1", [event(FIRST)])
    first = run(lake, "v1", 1)
    new = article(3)
    manifest(lake, stage(lake, "two", {"2023-10": [new]}), name="b.json")
    coded(lake, "v1", [event(new)], "two")
    second = run(lake, "v1", 2)
    assert compare_runs(lake, first, second).counts[0] == ChangeCount("type", "ASSAULT", unchanged=1, new_article=1)
    assert by_type(compare_runs(lake, None, first).counts)["ASSAULT"] == ChangeCount("type", "ASSAULT", new_article=1)


def test_a_later_run_does_not_hide_what_an_earlier_one_changed(lake: Lake) -> None:
    for version, events in (("v1", []), ("v2", [event(FIRST)]), ("v3", [event(FIRST), event(SECOND)])):
        coded(lake, version, events)
    first, second, third = (run(lake, f"v{n}", n) for n in (1, 2, 3))
    gains = [by_type(compare_runs(lake, *pair).counts)["ASSAULT"].gained for pair in
             ((first, second), (second, third), (first, third), (None, second))]  # fmt: skip
    assert gains == [1, 1, 2, 1]


def test_a_run_that_was_killed_while_it_wrote_is_compared_all_the_same(lake: Lake) -> None:
    coded(lake, "v1", [])
    coded(lake, "v2", [event(FIRST)])
    first = run(lake, "v1", 1)
    killed = runs.start(lake, "backfill", {}, now=datetime(2026, 1, 2, tzinfo=UTC), coder_version="v2")
    runs.note_plan(lake, killed, ["plover"], [Before("plover", "2023-10", "v1", ("one",))])
    load_period(lake, Staging(lake.root), "plover", "2023-10", ["one"], "v2")
    assert read_runs(lake)[-1].finished_at is None
    assert by_type(compare_runs(lake, first, killed.run_id).counts)["ASSAULT"].gained == 1


def test_a_period_whose_batches_are_gone_is_said_to_be_gone(lake: Lake) -> None:
    coded(lake, "v1", [event(FIRST)])
    coded(lake, "v2", [event(FIRST)])
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    shutil.rmtree(Staging(lake.root).coded("v1", "one"))
    found = compare_runs(lake, first, second)
    assert (found.counts, found.periods, found.gone) == ((), (), ("plover/2023-10",))


def test_a_run_that_is_not_there_is_wrong_usage(lake: Lake) -> None:
    coded(lake, "v1", [])
    first = run(lake, "v1", 1)
    with pytest.raises(UsageError, match=f"no run 'x' in this lake. The last that wrote news: {first}"):
        compare_runs(lake, first, "x")
    assert compare_runs(lake, None, first[:16]).periods == ("plover/2023-10",)


def test_a_batch_of_an_older_contract_that_lacks_a_column_is_compared(lake: Lake) -> None:
    coded(lake, "v1", [event(FIRST)])
    coded(lake, "v2", [event(FIRST)])
    path = Staging(lake.root).coded("v1", "one") / "events.parquet"
    write_table(table_of("events", [event(FIRST)], "2023-10").drop_columns(["rule"]), path)
    first, second = run(lake, "v1", 1), run(lake, "v2", 2)
    assert by_type(compare_runs(lake, first, second).counts)["ASSAULT"].unchanged == 1


@pytest.mark.parametrize(
    ("rule", "trigger", "name"),
    [
        ("accuse.csv:2 accuse < model 0.93", "accused", "accuse.csv accuse"),
        ("accuse.csv:2 accuse < outer.toml:14 deny < model 1", "accused", "accuse.csv accuse < outer.toml deny"),
        (None, "Accused", "“accused”"),
    ],
)
def test_a_rule_is_called_without_its_line_and_what_the_model_said(rule: str | None, trigger: str, name: str) -> None:
    assert rule_name(rule, trigger) == name


def test_an_empty_difference_has_the_columns_of_events(lake: Lake) -> None:
    coded(lake, "v1", [])
    found = compare_runs(lake, None, run(lake, "v1", 1), rows=True)
    assert isinstance(found.events, pa.Table)
    assert "sentence" in found.events.column_names

"""Compares the events of news periods as two runs left them: gained, lost and changed, by type and by rule.

Nothing is kept for this: coded batches of every version of the coder lie in staging until `dotterel clean` removes
them, and the records of runs say which of them a period was made of.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from tasks.contract import EVENTS, TEXT, TEXTS
from tasks.load.history import periods_between
from tasks.load.lake import Lake, check_lake, one_row_a_key
from tasks.load.news import rows_of_period
from tasks.load.parquet_files import read_table
from tasks.load.runs import Before
from tasks.staging import Staging

Change = Literal["gained", "lost", "changed", "unchanged", "new_article", "gone_article"]
"""What became of an event. `new_article` and `gone_article`: its article is in one of the two states only."""

COMPARED: Final = (
    *("event_type", "event_mode", "contexts", "cameo_code", "quad_class", "intensity", "modality"),
    *("event_date", "event_end_date", "date_precision"),
    *(f"{role}_{part}" for role in ("actor", "recipient") for part in ("text", "name", "country", "sector")),
    *("place_text", "place_name", "place_country", "admin1"),
)
"""Columns in which two rows must agree to be the same event; confidence and the wording of the rule may differ."""

_SPAN: Final = ("article_id", "trigger_start", "trigger_end")
_PARTIES: Final = ("actor_start", "actor_end", "recipient_start", "recipient_end")
_COLUMNS: Final = (
    *("event_id", *_SPAN, *_PARTIES, *COMPARED),
    *("trigger_text", "evidence_start", "evidence_end", "rule"),
)
_LINE: Final = re.compile(r"(?<=\.csv):\d+|(?<=\.toml):\d+")
_MODEL: Final = re.compile(r" < model [\d.]+")

ROWS: Final = pa.schema(
    [
        *((name, TEXT) for name in ("change", "source", "period", "article_id", "event")),
        ("differences", TEXTS),
        *((name, TEXT) for name in ("trigger_text", "rule", "sentence", "event_id_before", "event_id")),
    ]
)
"""Columns of single events. `event` and `rule` are those of now (of before, where it was lost)."""


@dataclass(frozen=True, slots=True)
class ChangeCount:
    """Rows of events with one type or rule (`by`), by what became of them. A changed one counts as what it is now."""

    by: Literal["type", "rule"]
    value: str
    gained: int = 0
    lost: int = 0
    changed: int = 0
    unchanged: int = 0
    new_article: int = 0
    gone_article: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two states: counts by type and then by rule, and single events where asked for.

    `periods` are those compared; `gone` are those that cannot be compared, as `source/period`, since `dotterel clean`
    removed what an older coder made of them.
    """

    counts: tuple[ChangeCount, ...]
    events: pa.Table
    periods: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """One event as it was and as it is, either of which may be missing."""

    change: Change
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def now(self) -> Mapping[str, Any]:
        return self.after or self.before or {}


def compare_runs(
    lake: Lake, run_a: str | None, run_b: str, *, only: Iterable[str] | None = None, rows: bool = False
) -> Difference:
    """What the events of news that were written between two runs were after either; see `periods_between`.

    `only` chooses periods by `source/period`; `rows` gives the single events that are not as they were. A period at a
    time is in memory. Raises UsageError for a run that is not there, LakeError for damaged files.
    """
    chosen = None if only is None else set(only)
    check_lake(lake.partitions())
    staging = Staging(lake.root)
    counts: Counter[tuple[Change, str, str]] = Counter()
    periods, gone, tables = [], [], [ROWS.empty_table()]
    for before, after in periods_between(lake, run_a, run_b):
        name = f"{after.source}/{after.period}"
        if chosen is not None and name not in chosen:
            continue
        if not (_is_there(staging, before) and _is_there(staging, after)):
            gone.append(name)
            continue
        periods.append(name)
        pairs = _compared(staging, before, after, counts) if before != after else []
        if rows and pairs:
            tables.append(_events(staging, before, after, pairs))
    events = pa.concat_tables(tables)
    order = [(column, "ascending") for column in ("source", "period", "article_id", "change", "event")]
    return Difference(tuple(_counted(counts)), events.sort_by(order), tuple(periods), tuple(gone))


def rule_name(rule: str | None, trigger: str | None) -> str:
    """A rule without what changes from one version to the next: numbers of lines, and what the model said of it.

    Where no rule is known (rows of an older Dotterel), the trigger's words.
    """
    if not rule:
        return f"“{(trigger or '').lower()}”"
    return _MODEL.sub("", _LINE.sub("", rule))


def _is_there(staging: Staging, state: Before) -> bool:
    return all(staging.is_coded(state.coder, batch) and staging.articles(batch).is_file() for batch in state.batches)


def _compared(staging: Staging, before: Before, after: Before, counts: Counter[tuple[Change, str, str]]) -> list[_Pair]:
    """Count the events of a period into `counts`; the pairs of those that are not as they were."""
    rows_a, rows_b = _events_of(staging, before), _events_of(staging, after)
    pairs: list[_Pair] = []
    if before.batches != after.batches:
        ids_a, ids_b = _articles_of(staging, before), _articles_of(staging, after)
        rows_a, left = _parted(rows_a, ids_b)
        rows_b, new = _parted(rows_b, ids_a)
        pairs += [_Pair("gone_article", row, None) for row in left.to_pylist()]
        pairs += [_Pair("new_article", None, row) for row in new.to_pylist()]
    # The id depends on article, trigger, type and parties: most rows are told by it, and by columns, which is quick.
    shared_a = rows_a.filter(pc.is_in(rows_a.column("event_id"), value_set=rows_b.column("event_id")))
    shared_b = rows_b.filter(pc.is_in(rows_b.column("event_id"), value_set=rows_a.column("event_id")))
    same = _agree(shared_a, shared_b)
    for kind in shared_b.filter(same).select(["event_type", "rule", "trigger_text"]).to_pylist():
        counts["unchanged", kind["event_type"] or "", rule_name(kind["rule"], kind["trigger_text"])] += 1
    other = pc.invert(same)
    pairs += [
        _Pair("changed", a, b)
        for a, b in zip(shared_a.filter(other).to_pylist(), shared_b.filter(other).to_pylist(), strict=True)
    ]
    alone_a = rows_a.filter(pc.invert(pc.is_in(rows_a.column("event_id"), value_set=rows_b.column("event_id"))))
    alone_b = rows_b.filter(pc.invert(pc.is_in(rows_b.column("event_id"), value_set=rows_a.column("event_id"))))
    pairs += _matched(alone_a.to_pylist(), alone_b.to_pylist())
    for pair in pairs:
        now = pair.now
        counts[pair.change, now["event_type"] or "", rule_name(now["rule"], now["trigger_text"])] += 1
    return [pair for pair in pairs if pair.change != "unchanged"]


def _matched(rows_a: Sequence[Mapping[str, Any]], rows_b: Sequence[Mapping[str, Any]]) -> Iterator[_Pair]:
    """Rows of one trigger's span belong together: first those that agree, then with the same parties, then the rest."""
    of_span: dict[tuple[Any, ...], tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]] = defaultdict(
        lambda: ([], [])
    )
    for side, rows in enumerate((rows_a, rows_b)):
        for row in rows:
            of_span[tuple(row[name] for name in _SPAN)][side].append(row)
    for _, (left, right) in sorted(of_span.items(), key=lambda item: tuple(map(str, item[0]))):
        for columns in (COMPARED, _PARTIES, ("actor_country", "recipient_country"), ("event_type",), ()):
            for a, b in list(_equal(left, right, columns)):
                left.remove(a)
                right.remove(b)
                yield _Pair("unchanged" if columns is COMPARED else "changed", a, b)
        yield from (_Pair("lost", row, None) for row in left)
        yield from (_Pair("gained", None, row) for row in right)


def _equal(
    left: Iterable[Mapping[str, Any]], right: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pairs of rows that agree in these columns, each row once, in the order of the rows."""
    waiting = list(right)
    for a in left:
        for b in waiting:
            if all(a[name] == b[name] for name in columns):
                waiting.remove(b)
                yield a, b
                break


def _events_of(staging: Staging, state: Before) -> pa.Table:
    """The events of a period, in the columns that matter, one row for each id, by id."""
    paths = [staging.coded(state.coder, batch) / "events.parquet" for batch in state.batches]
    return one_row_a_key(rows_of_period("events", state.period, paths), EVENTS.key).select(list(_COLUMNS))


def _articles_of(staging: Staging, state: Before) -> pa.Array:
    """The ids of the articles of a period."""
    parts = [pa.array([], TEXT)]
    for batch in state.batches:
        rows = read_table(staging.articles(batch), ["article_id", "period"])
        parts += rows.filter(pc.equal(rows.column("period"), state.period)).column("article_id").chunks
    return pa.concat_arrays(parts)


def _parted(rows: pa.Table, articles: pa.Array) -> tuple[pa.Table, pa.Table]:
    """Rows of these articles, and rows of others."""
    known = pc.is_in(rows.column("article_id"), value_set=articles)
    return rows.filter(known), rows.filter(pc.invert(known))


def _agree(left: pa.Table, right: pa.Table) -> pa.ChunkedArray:
    """Which rows agree in all columns that are compared; both tables have the same ids in the same order."""
    same = pa.chunked_array([pa.array([True] * left.num_rows, pa.bool_())])
    for name in COMPARED:
        a, b = left.column(name), right.column(name)
        if pa.types.is_list(a.type):
            a, b = pc.binary_join(a, "\0"), pc.binary_join(b, "\0")
        equal = pc.if_else(
            pc.and_(pc.is_valid(a), pc.is_valid(b)), pc.equal(a, b), pc.and_(pc.is_null(a), pc.is_null(b))
        )
        same = pc.and_(same, equal)
    return same


def _counted(counts: Mapping[tuple[Change, str, str], int]) -> Iterator[ChangeCount]:
    """Sums by type and by rule; those with most changes first."""
    for by, at in (("type", 1), ("rule", 2)):
        sums: dict[str, Counter[Change]] = defaultdict(Counter)
        for key, number in counts.items():
            sums[str(key[at])][key[0]] += number
        made = [ChangeCount(by, value, **some) for value, some in sums.items()]  # type: ignore[arg-type]
        yield from sorted(made, key=lambda c: (-(c.gained + c.lost + c.changed), -c.unchanged, c.value))


def _events(staging: Staging, before: Before, after: Before, pairs: Sequence[_Pair]) -> pa.Table:
    """Single events of one period, with their sentences."""
    wanted = {pair.now["article_id"] for pair in pairs}
    bodies = _bodies(staging, sorted({*before.batches, *after.batches}), wanted)
    rows = []
    for pair in pairs:
        now = pair.now
        body = bodies.get(now["article_id"], "")
        rows.append(
            {
                "change": pair.change,
                "source": after.source,
                "period": after.period,
                "article_id": now["article_id"],
                "event": _line(now),
                "differences": list(_differences(pair)),
                "trigger_text": now["trigger_text"],
                "rule": now["rule"],
                "sentence": " ".join(body[now["evidence_start"] or 0 : now["evidence_end"] or 0].split()),
                "event_id_before": pair.before["event_id"] if pair.before else None,
                "event_id": pair.after["event_id"] if pair.after else None,
            }
        )
    return pa.Table.from_pylist(rows, schema=ROWS)


def _bodies(staging: Staging, batches: Iterable[str], wanted: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    ids = pa.array(sorted(wanted), TEXT)
    for batch in batches:
        rows = read_table(staging.articles(batch), ["article_id", "body"])
        rows = rows.filter(pc.is_in(rows.column("article_id"), value_set=ids))
        found.update(zip(rows.column("article_id").to_pylist(), rows.column("body").to_pylist(), strict=True))
    return found


def _line(row: Mapping[str, Any]) -> str:
    """`ASSAULT (actual) Russia (RUS-MIL) → Ukraine (UKR), 2023-10-02, Kyiv`."""
    parties = " → ".join(_party(row, role) for role in ("actor", "recipient"))
    mode = f"/{row['event_mode']}" if row["event_mode"] else ""
    when_where = "".join(f", {row[name]}" for name in ("event_date", "place_name") if row[name])
    return f"{row['event_type']}{mode} ({row['modality']}) {parties}{when_where}"


def _party(row: Mapping[str, Any], role: str) -> str:
    code = "-".join(row[f"{role}_{part}"] for part in ("country", "sector") if row[f"{role}_{part}"])
    name = row[f"{role}_name"] or row[f"{role}_text"]
    return f"{name} ({code or 'unknown'})" if name else "nobody named"


def _differences(pair: _Pair) -> Iterator[str]:
    """`event_type: ASSAULT → COERCE`, for each column that differs."""
    if pair.before is None or pair.after is None:
        return
    for name in COMPARED:
        if (old := pair.before[name]) != (new := pair.after[name]):
            yield f"{name}: {_shown(old)} → {_shown(new)}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def changed_by_run(lake: Path, run: str, periods: Sequence[str]) -> list[ChangeCount]:
    """What one run changed in some of its periods, by type and by rule; for the end of that run."""
    return list(compare_runs(Lake(lake), None, run, only=periods).counts)

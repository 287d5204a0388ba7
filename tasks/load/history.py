"""Tells what periods of news were made of after a run, from the records of the runs and the footers of today."""

from collections.abc import Iterator, Sequence
from typing import Final

from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.load.plan import made_of
from tasks.load.runs import Before, RunRecord, read_runs, run_ids

_LOOKED_AT: Final = 200
_SHOWN: Final = 5
"""Runs that are named where one is not known: the last that wrote news, of so many."""


def periods_between(lake: Lake, run_a: str | None, run_b: str) -> list[tuple[Before, Before]]:
    """The news periods that were written after one run and up to another: what each was made of after either.

    Without `run_a`: those that `run_b` wrote, before and after it. Runs are given by their ids or unique beginnings of
    those, in any order of time. Raises UsageError for a run that is not there, LakeError for a damaged record.
    """
    ids = run_ids(lake)
    given = [_known(lake, ids, run) for run in (run_b, run_a) if run]
    # Of hourly runs there are thousands; those before these two say nothing about them.
    records = read_runs(lake, since=min(given))
    places = {record.run_id: n for n, record in enumerate(records)}
    last = places[given[0]]
    first = places[given[1]] if run_a else last - 1
    low, high = sorted((first, last))
    keys = sorted({(b.source, b.period) for record in records[low + 1 : high + 1] for b in record.before})
    return [(_after(lake, records, first, *key), _after(lake, records, last, *key)) for key in keys]


def needed_before(records: Sequence[RunRecord]) -> Iterator[frozenset[tuple[str, str]]]:
    """What `periods_between` needs of each run that changed news periods, newest first: (coder version, batch)."""
    for record in reversed(records):
        yield frozenset((b.coder, batch) for b in record.before for batch in b.batches)


def _after(lake: Lake, records: Sequence[RunRecord], place: int, source: str, period: str) -> Before:
    """What a period was made of after a run: what the next run to write it found, or what is there now."""
    for record in records[place + 1 :]:
        for before in record.before:
            if (before.source, before.period) == (source, period):
                return before
    origin = made_of(lake, source, period)
    return Before(source, period, origin.coder, origin.batches) if origin else Before(source, period)


def _known(lake: Lake, ids: Sequence[str], run: str) -> str:
    """The id of a run that is given by it or by its beginning."""
    found = [one for one in ids if one == run] or [one for one in ids if one.startswith(run)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} runs begin with '{run}': write more of the id.")
    late = read_runs(lake, since=ids[-_LOOKED_AT:][0]) if ids else []
    wrote = [record.run_id for record in late if record.before][-_SHOWN:]
    raise UsageError(f"There is no run '{run}' in this lake. The last that wrote news: {', '.join(wrote) or 'none'}.")

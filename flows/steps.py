"""The steps that flows are made of: hand the tasks of one stage to Prefect, wait for all, and keep count.

A step never stops at a failure: it writes it down, and goes on with the rest. What a failed task was to give is
missing from its result.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import get_run_logger

from flows.backfill_plan import plan_lines
from flows.progress import progress
from flows.recorded_run import RunLog, collect, noted
from flows.summary import Failure, FileCount
from tasks.extract.prefect_tasks import fetch_live_sources, find_again, find_raw_files, stage_raw_file
from tasks.extract.raw_files import RawFile
from tasks.extract.stage import staged
from tasks.load import runs
from tasks.load.lake import Lake
from tasks.load.plan import Plan, PlannedPeriod
from tasks.load.prefect_tasks import keep_quarantine, link_stories, load_facts, load_period, plan
from tasks.load.quarantine import mark_gone, settle
from tasks.report.prefect_tasks import check, compare_runs, count_events
from tasks.settings import Source, shipped
from tasks.staging import Manifest, Staging
from tasks.transform.prefect_tasks import code_again, code_batch
from tasks.words import counted


def fetch_all(sources: Sequence[Source], log: RunLog) -> None:
    """Ask the hosts of live sources for what is new; an address that could not be had is written down as failed."""
    live = [source for source in sources if source.is_live]
    if not live:
        return
    with log.timed("extract"):
        progress().begin("fetch addresses", sum(len(source.urls) for source in live))
        # Called, not submitted: it waits for all hosts by itself, and Ctrl-C then reaches it.
        state = fetch_live_sources(live, log.settings, progress().advance, return_state=True)
        fetched = state.result(raise_on_failure=False)
    if isinstance(fetched, BaseException):
        log.fail("live sources", fetched)
        return
    left: Counter[tuple[str, str]] = Counter()
    for item in fetched:
        if item.outcome == "failed":
            log.failures.append(Failure(f"{item.address} of source {item.source}", item.why))
        elif item.outcome == "left":
            left[item.source, item.why] += 1
        if item.moved_to:
            log.warnings.append(f"{item.address} of source {item.source} has moved for good; write {item.moved_to}.")
    for (source, why), pages in sorted(left.items()):
        log.warnings.append(f"source {source}: {counted(pages, 'address', 'addresses')} left alone, {why}.")


def find_all(sources: Sequence[Source], log: RunLog) -> list[tuple[RawFile, Source]]:
    """The raw files of all sources, in order; what is skipped is a warning."""
    found: list[tuple[RawFile, Source]] = []
    with log.timed("extract"):
        progress().begin("find raw files")
        tasks = {find_raw_files.submit(source): source for source in sources}
        for source, items in collect(tasks, lambda source: f"source {source.name}", log):
            for item in items:
                if isinstance(item, RawFile):
                    found.append((item, source))
                else:
                    log.warnings.append(f"{item.raw_uri}: skipped, {item.why}.")
    log.found.extend(raw for raw, _ in found)
    return sorted(found, key=lambda pair: (pair[1].name, pair[0].raw_uri))


def find_all_again(manifests: Iterable[Manifest], log: RunLog) -> list[tuple[RawFile, Source]]:
    """The raw files of these manifests as they are now, in order; one that is not there any more is a warning."""
    sources = {source.name: source for source in log.settings.sources()}
    by_source: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        by_source.setdefault(manifest.source, []).append(manifest)
    found: dict[tuple[str, str, str], tuple[RawFile, Source]] = {}
    with log.timed("extract"):
        progress().begin("find raw files again")
        tasks = {}
        for name, given in by_source.items():
            source = sources.get(name) or Source(name, Path(given[0].location))
            tasks[find_again.submit(source, given)] = source
        for source, items in collect(tasks, lambda source: f"source {source.name}", log):
            for manifest, raw in items:
                if raw is None:
                    log.missing.append(manifest)
                    log.warnings.append(f"{manifest.raw_uri}: is gone from {manifest.location}.")
                elif isinstance(raw, RawFile):
                    found[source.name, raw.raw_uri, raw.sha256] = (raw, source)
                else:
                    log.warnings.append(f"{raw.raw_uri}: not read again, {raw.why}.")
    log.found.extend(raw for raw, _ in found.values())
    return [found[key] for key in sorted(found)]


def stage_all(raw_files: Iterable[tuple[RawFile, Source]], log: RunLog, *, again: bool = False) -> list[Manifest]:
    """The manifests of all raw files; only those that are new, or read in another way now, are read, or `again` all."""
    manifests: list[Manifest] = []
    to_read: list[tuple[RawFile, Source]] = []
    with log.timed("extract"):
        for raw, source in raw_files:
            if not again and (manifest := staged(raw, source, log.settings)):
                manifests.append(manifest)
                log.files.append(_file_count(manifest, is_new=False))
            else:
                to_read.append((raw, source))
        if to_read:
            progress().begin("read raw files", len(to_read))
        tasks = {stage_raw_file.submit(raw, source, log.settings, again): (raw, source) for raw, source in to_read}
        for (raw, source), manifest in collect(tasks, lambda pair: f"raw file {pair[0].raw_uri}", log):
            manifests.append(manifest)
            log.files.append(_file_count(manifest, is_new=True))
            log.warnings.extend(manifest.warnings)
            if manifest.articles < source.least_rows:
                least = f"fewer than the {source.least_rows} that sources.toml expects"
                log.warnings.append(f"{raw.raw_uri}: {counted(manifest.articles, 'article')}, {least}.")
    return manifests


def plan_all(
    sources: Iterable[str],
    log: RunLog,
    *,
    since: date | None = None,
    until: date | None = None,
    recode: bool = False,
    again: Iterable[str] = (),
    only: Iterable[str] = (),
) -> Plan:
    """What is to be coded and written for these sources; the batches of `again` once more, `only` these periods.

    The record of the run has it before anything is written.
    """
    version = log.run.coder_version
    log.sources = tuple(sorted(set(sources)))
    log.planned = plan(log.settings.lake, log.sources, version, since, until, recode, sorted(again), only=sorted(only))
    if log.planned.periods:
        runs.note_plan(Lake(log.settings.lake), log.run, log.sources, log.before)
    return log.planned


def show_plan(planned: Plan) -> None:
    """Say what the run is going to do, before it does."""
    lines = list(plan_lines(planned))
    get_run_logger().info("\n".join(lines))
    for line in lines:
        progress().say(line)


def code_all(batches: Sequence[str], log: RunLog, *, again: Collection[str] = ()) -> set[str]:
    """Code these batches, those of `again` once more, and give those that are missing now because they failed."""
    with log.timed("transform"):
        if batches:
            progress().begin("code batches", len(batches))
        tasks = {
            (code_again if batch in again else code_batch).submit(batch, log.settings, log.run.coder_version): batch
            for batch in batches
        }
        for _, coded in collect(tasks, lambda batch: f"batch {batch} of {_raw_file_of(batch, log)}", log):
            log.coded.append(coded)
    return set(batches) - {coded.batch_id for coded in log.coded}


def load_all(planned: Plan, missing: set[str], log: RunLog) -> None:
    """Write the periods of the plan; one that lacks a batch stays as it is, and is written down as failed."""
    whole: list[PlannedPeriod] = []
    for period in planned.periods:
        if missing.intersection(period.batches):
            why = "left as it was, since not all of its batches could be coded"
            log.failures.append(Failure(f"period {period.period} of {period.source}", why))
        else:
            whole.append(period)
    with log.timed("load"):
        if whole:
            progress().begin("write periods", len(whole))
        lake = log.settings.lake
        tasks = {load_period.submit(lake, period): period for period in whole}
        for _, loaded in collect(tasks, lambda period: f"period {period.period} of {period.source}", log):
            log.loaded.append(loaded)
        log.loaded.sort(key=lambda loaded: (loaded.source, loaded.period))


def settle_all(again: Iterable[str], log: RunLog) -> None:
    """Let what coding batches again left in quarantine stand, where all periods that hold the batch were written."""
    planned = log.planned
    if planned is None:
        return
    written = {(loaded.source, loaded.period) for loaded in log.loaded}
    left = {batch for p in planned.periods if (p.source, p.period) not in written for batch in p.batches}
    for batch in sorted(set(again) - left):
        with noted(f"quarantine of batch {batch}", log):
            settle(Staging(log.settings.lake), planned.coder_version, batch)


def keep_all_quarantine(sources: Iterable[str], log: RunLog) -> None:
    """Bring the quarantine of these sources up to date; what a raw file held that is gone is no longer in it."""
    names = sorted(set(sources))
    with log.timed("load"):
        for name in names:
            found = [raw for raw in log.found if raw.source == name]
            missing = {manifest.raw_id for manifest in log.missing if manifest.source == name}
            with noted(f"quarantine of {name}", log):
                mark_gone(Staging(log.settings.lake), name, found, missing)
        tasks = {keep_quarantine.submit(log.settings.lake, source): source for source in names}
        for source, written in collect(tasks, lambda source: f"quarantine of {source}", log):
            if written is not None:
                log.other_partitions.append(f"quarantine/source={source}/period=all")


def link_all_stories(log: RunLog) -> None:
    """Bring the stories up to date, also after a run that was killed before it came to that."""
    with log.timed("load"):
        tasks = {link_stories.submit(log.settings.lake): "stories"}
        for _, written in collect(tasks, lambda name: name, log):
            log.other_partitions.extend(written)


def load_our_facts(log: RunLog, *, only_first: bool = False) -> None:
    """Bring our facts up to date: alliances, memberships, borders, leaders (of the codebook), a few figures.

    With `only_first`, where the lake has none yet.
    """
    if only_first and any(Lake(log.settings.lake).partitions("relations", "facts")):
        return
    with log.timed("load"):
        people = log.settings.codebook / "people.csv"
        tasks = {load_facts.submit(log.settings.lake, shipped("data/reference"), people): "facts"}
        for _, written in collect(tasks, lambda name: name, log):
            log.other_partitions.extend(written)


def check_and_count(log: RunLog) -> None:
    """Count the events of what was written, and look for rows that are wrong; those are warnings of the run."""
    if not log.loaded:
        return
    with log.timed("report"):
        progress().begin("check", 2)
        written = [(loaded.source, loaded.period) for loaded in log.loaded]
        tasks = {
            count_events.submit(log.settings.lake, written): "count of events",
            check.submit(log.settings.lake, datetime.now(UTC).date()): "checks",
        }
        results = dict(collect(tasks, lambda name: name, log))
    log.events = results.get("count of events", {})
    for name, rows in results.get("checks", {}).items():
        log.warnings.append(f"check {name}: {rows:,} rows are wrong; see `dotterel check {name}`.")


def compare_all(log: RunLog) -> None:
    """Count what recoding changed: events gained, lost and changed, in the periods that were recoded."""
    recoded = log.planned.recoded if log.planned else ()
    if not recoded:
        return
    with log.timed("report"):
        progress().begin("compare what was recoded")
        names = [p.name for p in recoded]
        tasks = {compare_runs.submit(log.settings.lake, log.run.run_id, names): "difference of the recode"}
        for _, changes in collect(tasks, lambda name: name, log):
            log.difference = tuple(changes)


def _raw_file_of(batch_id: str, log: RunLog) -> str:
    """The raw file that a batch was staged from: a batch's own name says nothing to a user."""
    staging = Staging(log.settings.lake)
    for source in staging.sources():
        for manifest in staging.manifests(source):
            if any(batch.batch_id == batch_id for batch in manifest.batches):
                return manifest.raw_uri
    return "a raw file that is no longer known"


def _file_count(manifest: Manifest, *, is_new: bool) -> FileCount:
    return FileCount(
        source=manifest.source,
        raw_uri=manifest.raw_uri,
        found=manifest.found,
        articles=manifest.articles,
        merged=manifest.merged,
        quarantined=len(manifest.quarantine),
        is_new=is_new,
    )

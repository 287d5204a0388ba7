"""One run on a lake as flows see it: what is written down while it goes on, its record, and who is told."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from prefect.futures import PrefectFuture, as_completed

from flows.progress import progress
from flows.summary import ARTICLES, Failure, FileCount, RunSummary
from tasks.errors import DotterelError
from tasks.extract.raw_files import RawFile
from tasks.load import runs
from tasks.load.clean import find_interrupted, remove
from tasks.load.lake import Lake, check_lake
from tasks.load.news import LoadResult
from tasks.load.old_runs import KILLED, close_killed, join_past_days
from tasks.load.one_run import one_run
from tasks.load.plan import Plan
from tasks.load.retry import Retried
from tasks.load.runs import Before, Run, RunCounts
from tasks.notice import Notice, send
from tasks.report.difference import ChangeCount
from tasks.settings import Settings
from tasks.staging import Manifest
from tasks.storage import is_remote
from tasks.transform.coded_batch import CodedBatch
from tasks.transform.coding.version import coder_version
from tasks.workers import WorkFailed, worker_processes

Key = TypeVar("Key")
Result = TypeVar("Result")


@dataclass
class RunLog:
    """What is written down while a run goes on."""

    run: Run
    settings: Settings
    files: list[FileCount] = field(default_factory=list)
    coded: list[CodedBatch] = field(default_factory=list)
    loaded: list[LoadResult] = field(default_factory=list)
    planned: Plan | None = None
    sources: tuple[str, ...] = ()
    found: list[RawFile] = field(default_factory=list)
    missing: list[Manifest] = field(default_factory=list)
    retried: Retried | None = None
    other_partitions: list[str] = field(default_factory=list)
    events: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    unit: str = ARTICLES
    files_known: int = 0
    unchanged: int = 0
    difference: tuple[ChangeCount, ...] = ()

    def fail(self, what: str, error: BaseException) -> None:
        """Write down that something could not be done."""
        why = str(error) if isinstance(error, DotterelError) else f"{type(error).__name__}: {error}"
        self.failures.append(Failure(what, why, error.trace if isinstance(error, WorkFailed) else ""))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the seconds of the block to a stage."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - began

    @property
    def partitions_written(self) -> tuple[str, ...]:
        """`table/source=S/period=P` of every file that was replaced."""
        return tuple(sorted([*(name for loaded in self.loaded for name in loaded.written), *self.other_partitions]))

    @property
    def before(self) -> tuple[Before, ...]:
        """What the news periods that the run set out to write were made of before."""
        periods = self.planned.periods if self.planned else ()
        return tuple(Before(p.source, p.period, p.coder_before, p.batches_before) for p in periods)

    @property
    def periods_failed(self) -> tuple[str, ...]:
        """`source/period` of those that were not written."""
        done = {(loaded.source, loaded.period) for loaded in self.loaded}
        return tuple(p.name for p in (self.planned.periods if self.planned else ()) if (p.source, p.period) not in done)

    def summary(self) -> RunSummary:
        """What the run did so far."""
        rows: Counter[str] = Counter()
        written = [loaded for loaded in self.loaded if loaded.written]
        for loaded in written:
            rows.update(loaded.rows)
        plan_made = self.planned
        unchanged = len(self.loaded) - len(written) + self.unchanged + (plan_made.unchanged if plan_made else 0)
        return RunSummary(
            run_id=self.run.run_id,
            flow=self.run.flow,
            files=tuple(sorted(self.files, key=lambda file: (file.source, file.raw_uri))),
            events=dict(self.events),
            rows=dict(rows),
            batches_coded=len(self.coded),
            quarantined_in_coding=sum(batch.quarantined for batch in self.coded),
            partitions_written=self.partitions_written,
            periods_written=tuple(f"{loaded.source} {loaded.period}" for loaded in written),
            periods_unchanged=unchanged,
            recoded=tuple(f"{p.source} {p.period}" for p in plan_made.recoded) if plan_made else (),
            outdated=tuple(f"{source} {period}" for source, period in plan_made.outdated) if plan_made else (),
            periods_failed=self.periods_failed,
            difference=self.difference,
            failures=tuple(self.failures),
            warnings=tuple(self.warnings),
            seconds=dict(self.seconds),
            retried=self.retried,
            unit=self.unit,
            files_known=self.files_known,
        )

    def counts(self) -> RunCounts:
        """The same for the runs table, which counts what this run read, not what was there."""
        new = [file for file in self.files if file.is_new]
        return RunCounts(
            found=sum(file.found for file in new),
            articles=sum(file.articles for file in new if file.unit == ARTICLES),
            merged=sum(file.merged for file in new),
            quarantined=sum(file.quarantined for file in new) + sum(batch.quarantined for batch in self.coded),
            events=sum(batch.events for batch in self.coded),
            coding=round(sum(batch.seconds for batch in self.coded), 3),
            seconds={stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        )


@contextmanager
def recorded_run(flow: str, settings: Settings, parameters: Mapping[str, Any]) -> Iterator[RunLog]:
    """One run on the lake: with its record, its worker processes, and no other run beside it.

    What killed runs left half written is removed first. However the block ends, the record says how, and no worker
    process stays; where the record itself cannot be written, that is one more failure. Raises LakeError when the lake
    cannot be written, ConfigError when the codebook is not right.
    """
    lake = Lake(settings.lake)
    with one_run(settings.lake, lambda: progress().say("waiting for another run on this lake to end")) as lock:
        check_lake(lake.partitions())
        if lock is not None:
            remove(find_interrupted(lake))
        if lock is not None or is_remote(lake.root):
            _close_past_runs(lake, settings)
        version = coder_version(settings)
        log = RunLog(runs.start(lake, flow, parameters, now=datetime.now(UTC), coder_version=version), settings)
        try:
            with worker_processes(settings.processes, lock, settings.cluster):
                yield log
        except BaseException as error:
            # Ctrl-C, SIGTERM and Prefect's own signals are no Exception.
            why = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "interrupted"
            with noted("record of this run", log):
                _finish(lake, log, [why])
            if isinstance(error, Exception):
                _tell(settings, log.run.run_id, flow, [why])
            raise
        with noted("record of this run", log):
            _finish(lake, log, [])
        if log.failures:
            _tell(settings, log.run.run_id, flow, list(map(str, log.failures)))


def _close_past_runs(lake: Lake, settings: Settings) -> None:
    """Tidy the record of past runs, and let a person know of those that were killed."""
    for run_id, flow in close_killed(lake):
        _tell(settings, run_id, flow, [KILLED])
    join_past_days(lake, datetime.now(UTC))


def _tell(settings: Settings, run_id: str, flow: str, problems: Sequence[str]) -> None:
    """Let the settings' command or web address know that a run failed."""
    for problem in send(Notice(run_id, flow, str(settings.lake), tuple(problems)), settings):
        progress().say(f"warning: {problem}")


def collect(tasks: "Mapping[PrefectFuture[Result], Key]", name: Any, log: RunLog) -> "Iterator[tuple[Key, Result]]":
    """The results of the tasks that went well, as they come; the others are written down as failures."""
    for future in as_completed(list(tasks)):
        key = tasks[future]
        result = future.result(raise_on_failure=False)
        progress().advance()
        if isinstance(result, BaseException):
            log.fail(name(key), result)
        else:
            yield key, result


@contextmanager
def noted(what: str, log: RunLog) -> Iterator[None]:
    """Write down as failed what could not be done in the block, and go on."""
    try:
        yield
    except DotterelError as error:
        log.fail(what, error)


def _finish(lake: Lake, log: RunLog, errors: Sequence[str]) -> None:
    failed = bool(errors or log.failures)
    runs.finish(
        lake,
        log.run,
        "failed" if failed else "completed",
        now=datetime.now(UTC),
        counts=log.counts(),
        partitions_written=log.partitions_written,
        sources=log.sources,
        before=log.before,
        periods_failed=log.periods_failed,
        messages=[*errors, *map(str, log.failures), *log.warnings],
    )

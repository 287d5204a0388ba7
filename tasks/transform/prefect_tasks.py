"""The tasks of transform: code one batch in a worker process, for the first time or again."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.settings import Settings
from tasks.transform.coded_batch import CodedBatch
from tasks.transient import try_again
from tasks.workers import anywhere, in_worker


@task(
    name="code batch",
    task_run_name="code {batch_id}",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def code_batch(batch_id: str, settings: Settings, coder_version: str) -> CodedBatch:
    """Code a staged batch at this version of the coder. Raises WorkFailed, WorkerDied."""
    coded: CodedBatch = anywhere("tasks.transform.code_batch:code_batch", batch_id, settings, coder_version)
    return coded


@task(
    name="code batch again",
    task_run_name="code {batch_id} again",
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=2,
    retry_condition_fn=try_again,
)
def code_again(batch_id: str, settings: Settings, coder_version: str) -> CodedBatch:
    """Code a batch once more that has articles in quarantine. Raises WorkFailed, WorkerDied."""
    coded: CodedBatch = in_worker("tasks.transform.code_again:code_again", batch_id, settings, coder_version)
    return coded

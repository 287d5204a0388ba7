"""The same run with its lake on S3-compatible storage, and with its work done by a Dask cluster: the same bytes."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import ingest
from flows.summary import RunSummary
from tasks.errors import ConfigError, LakeError
from tasks.load.clean import find_leftovers
from tasks.load.lake import Lake
from tasks.load.lease import lease
from tasks.report.query import run_sql
from tasks.report.status import status
from tasks.storage import located, size_below

BUCKET = "news"


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of a server on loopback that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    root = located(f"s3://{BUCKET}/x")
    root.fs.mkdir(BUCKET)  # type: ignore[attr-defined]
    yield root.fs  # type: ignore[attr-defined]
    root.fs.rm(BUCKET, recursive=True)  # type: ignore[attr-defined]


def data_of(lake: Path) -> dict[str, bytes]:
    """The files of a lake's tables and batches, by place; a run's own record has its times."""
    names = [p.path for p in Lake(lake).partitions() if p.table != "runs"]
    names += list((lake / "staging").rglob("*.parquet"))
    return {str(path)[len(str(lake)) :]: path.read_bytes() for path in names}


def run(archive: Path, lake: str, **given: Any) -> RunSummary:
    state = ingest([archive], lake=lake, return_state=True, **given)
    summary = state.result(raise_on_failure=False)
    assert isinstance(summary, RunSummary), summary
    assert not summary.failures
    return summary


def test_a_lake_on_s3_holds_the_same_bytes_and_answers_the_same(
    first_run: tuple[Path, RunSummary], archive: Path, bucket: Any
) -> None:
    local, before = first_run
    place = f"s3://{BUCKET}/lakes/one"
    there = run(archive, place)
    remote = located(place)
    assert data_of(remote) == data_of(local) != {}
    assert (there.rows, there.partitions_written) == (before.rows, before.partitions_written)
    query = "select period, event_type, count(*) as n from events group by all order by all"
    assert run_sql(remote, query) == run_sql(local, query)
    assert run_sql(remote, query).num_rows
    assert status(remote).lake_bytes > 0 < size_below(remote)
    assert find_leftovers(Lake(remote)) == []

    again = run(archive, place)
    assert (again.batches_coded, again.partitions_written) == (0, ())


def test_a_cluster_gives_the_same_bytes(
    first_run: tuple[Path, RunSummary], archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None) as cluster:
        monkeypatch.setenv("DOTTEREL_CLUSTER", cluster.scheduler_address)
        run(archive, str(tmp_path / "lake"))
    assert data_of(tmp_path / "lake") == data_of(first_run[0]) != {}


def test_a_cluster_that_does_not_answer_is_named(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOTTEREL_CLUSTER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("tasks.cluster.PATIENCE", 1)
    state = ingest([archive], lake=str(tmp_path / "lake"), return_state=True)
    error = state.result(raise_on_failure=False)
    assert isinstance(error, ConfigError)
    assert "tcp://127.0.0.1:9" in str(error)


@pytest.mark.parametrize("place", ["gs://bucket/lake", "s3://", "s3:///"])
def test_another_kind_of_storage_is_refused(place: str) -> None:
    with pytest.raises(ConfigError, match="S3-compatible"):
        located(place)


def test_a_lease_is_held_by_one_and_free_after_it(bucket: Any) -> None:
    place = located(f"s3://{BUCKET}/lock")
    waited = []
    with lease(place, lambda: waited.append(1)):
        assert place.exists()
    assert not place.exists()
    with lease(place, lambda: waited.append(1)):
        pass
    assert not waited


def test_the_lease_of_one_who_died_is_taken_over_and_the_dead_one_learns_of_it(bucket: Any) -> None:
    place = located(f"s3://{BUCKET}/lock")
    waited = []
    silent = lease(place, lambda: None, lease_time=6)  # it renews every second, and the others do not wait as long
    silent.__enter__()
    with lease(place, lambda: waited.append(1), lease_time=0.5):
        assert waited == [1]
        time.sleep(1.5)
    with pytest.raises(LakeError, match="took the lake over"):
        silent.__exit__(None, None, None)


def test_storage_that_a_lease_cannot_reach_is_named(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    place = located(f"s3://{BUCKET}/unreachable/lock")
    place.fs.clear_instance_cache()  # type: ignore[attr-defined]
    place = located(f"s3://{BUCKET}/unreachable/lock")
    with pytest.raises(LakeError, match="unreachable/lock: cannot be written"), lease(place, lambda: None):
        pytest.fail("the lease was had")

"""One Prefect server and one filled lake for all tests of the flows."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flow_archive import write_archive

# Before anything imports Prefect, which reads its settings then; a user's own server and profile stay out of this.
_HOME = tempfile.mkdtemp(prefix="dotterel-prefect-")
os.environ["PREFECT_HOME"] = _HOME
os.environ.pop("PREFECT_API_URL", None)


@pytest.fixture(scope="session", autouse=True)
def _prefect_home() -> Iterator[None]:
    yield
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def server(_prefect_home: None) -> Iterator[str]:
    """A Prefect server for all flows of the session, also for those in processes of their own."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.prefect_server import PrefectServer

    running = PrefectServer(schedules=False)
    try:
        running.wait()
        os.environ["PREFECT_API_URL"] = running.url
        with temporary_settings({PREFECT_API_URL: running.url}):
            yield running.url
    finally:
        os.environ.pop("PREFECT_API_URL", None)
        running.stop()


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_archive(tmp_path_factory.mktemp("input") / "archive")


@pytest.fixture(scope="session")
def first_run(server: str, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> "tuple[Path, Any]":
    """A lake that was filled from the archive, and the summary of that run. Copy the lake to change it."""
    from flows.ingest import ingest

    lake = tmp_path_factory.mktemp("filled") / "lake"
    state = ingest([archive], lake=lake, return_state=True)
    return lake, state.result(raise_on_failure=False)


@pytest.fixture
def filled(first_run: "tuple[Path, Any]", tmp_path: Path) -> Path:
    """A copy of the filled lake."""
    return Path(shutil.copytree(first_run[0], tmp_path / "lake"))

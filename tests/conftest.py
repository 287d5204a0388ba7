"""Fixtures that all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_site import Site, live_site

from tasks.settings import Settings

# Tests run on all cores already, and each worker process of a run loads a coder of its own (3 s).
os.environ.setdefault("DOTTEREL_WORKERS", "1")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real files; a test that asks for it is skipped where there is none, but never in CI."""
    folder = Settings.load().real_data
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the real files are missing: {folder}")
        pytest.skip(f"needs the real files of {folder} (setting DOTTEREL_REAL_DATA)")
    return folder


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts are asked directly, whatever the environment says."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def site(no_proxy: None) -> Iterator[Site]:
    """A web site on this machine that answers as the test tells it to."""
    with live_site() as running:
        yield running

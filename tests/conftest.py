"""Fixtures that all tests share."""

import os
from pathlib import Path

import pytest

from tasks.settings import Settings


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real files; a test that asks for it is skipped where there is none, but never in CI."""
    folder = Settings.load().real_data
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the real files are missing: {folder}")
        pytest.skip(f"needs the real files of {folder} (setting DOTTEREL_REAL_DATA)")
    return folder

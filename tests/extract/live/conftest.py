"""The world of the tests that fetch."""

from pathlib import Path

import pytest
from fetched_world import World


@pytest.fixture
def world(tmp_path: Path, no_proxy: None) -> World:
    return World(tmp_path / "lake")

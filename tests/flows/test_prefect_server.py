"""Which Prefect server a run uses, and what is said where that does not answer."""

import os
from pathlib import Path

from flow_archive import dotterel


def test_a_configured_server_that_does_not_answer_is_said_in_a_sentence(archive: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"}
    ended = dotterel("run", archive, "--lake", tmp_path / "lake", env=env)
    assert ended.returncode == 1
    assert "The Prefect server that is configured (PREFECT_API_URL)" in ended.stderr
    assert "this should not have happened" not in ended.stderr

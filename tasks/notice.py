"""Tells a person that a run failed: by a command or a web address of the settings.

A notice never makes a run worse: what keeps it from being sent is given back as a sentence and raised nowhere.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from tasks.settings import Settings

_PATIENCE: Final = 30.0
"""Seconds that a command or a host is given: the end of a run waits for it."""
_MOST_LINES: Final = 20
"""Failures that a notice tells one by one; `dotterel status` has the rest."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be known of a failed run. `problems` are sentences; `lake` is where it lies."""

    run_id: str
    flow: str
    lake: str
    problems: tuple[str, ...]

    @property
    def text(self) -> str:
        """The notice for a person."""
        lines = [f"Dotterel: {self.flow} {self.run_id} failed on {self.lake}"]
        lines += [f"- {problem}" for problem in self.problems[:_MOST_LINES]]
        if len(self.problems) > _MOST_LINES:
            lines.append(f"... and {len(self.problems) - _MOST_LINES:,} more")
        return "\n".join([*lines, f"See: dotterel status --lake {shlex.quote(self.lake)}"])

    def to_json(self) -> dict[str, Any]:
        """The notice for a machine; `text` is what chat programs show of a webhook."""
        return {"text": self.text, **asdict(self), "problems": list(self.problems)}


def send(notice: Notice, settings: Settings) -> list[str]:
    """Send a notice by all ways that the settings name; a sentence for each way that failed."""
    return [*_by_command(notice, settings.notify_command), *_by_web(notice, settings.notify_url)]


def _by_command(notice: Notice, command: str) -> Iterator[str]:
    """Give the text to a command on its standard input; what it prints is dropped."""
    if not command:
        return
    known = {
        "DOTTEREL_RUN_ID": notice.run_id,
        "DOTTEREL_FLOW": notice.flow,
        "DOTTEREL_NOTICE": json.dumps(notice.to_json()),
    }
    try:
        done = subprocess.run(
            shlex.split(command), input=notice.text.encode(), env=os.environ | known, timeout=_PATIENCE, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        yield f"notify_command could not be run ({error})."
        return
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        yield f"notify_command ended with status {done.returncode}{f' ({said[-1]})' if said else ''}."


def _by_web(notice: Notice, url: str) -> Iterator[str]:
    if not url:
        return
    import httpx

    try:
        httpx.post(url, json=notice.to_json(), timeout=_PATIENCE).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield f"notify_url could not be reached ({error})."

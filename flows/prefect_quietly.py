"""Sets how Prefect behaves here, before it is imported: quiet and offline.

Prefect reads its settings from the environment when it is imported, so this must come first; `flows/__init__.py`
calls it. What a user has set stays, above all PREFECT_API_URL, which makes runs use a server that is there already.
"""

import os
from typing import Final

QUIET: Final = {
    # The server asks a telemetry host unless the first is set; DO_NOT_TRACK stops the client (checked 2026-11).
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # Errors reach the user through the command line. A server that is stopped while it still writes down task runs
    # prints tracebacks; our own `runs` table does not depend on those.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
}


def quiet_prefect() -> None:
    """Set what the user has not set."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def talkative_prefect(level: str = "INFO") -> None:
    """Let Prefect's own messages through, for `--debug`; for the processes started from here on, too."""
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL", "PREFECT_INTERNAL_LOGGING_LEVEL"):
        if os.environ.get(name) == QUIET[name]:
            os.environ[name] = level

"""The few errors of Dotterel, split by what the caller can do about them."""

from collections.abc import Iterable
from difflib import get_close_matches


class DotterelError(Exception):
    """Something a user can put right: the message is one sentence that names the thing and says what to do.

    The command line prints it without a traceback and leaves with `exit_status`.
    """

    exit_status = 1


class UsageError(DotterelError):
    """The call itself is wrong: an unknown path, source, report or parameter. Nothing was done."""

    exit_status = 2


class ConfigError(UsageError):
    """A config file or the codebook says something that cannot be meant. Nothing was done."""


class UnreadableError(DotterelError):
    """This input cannot be read, now or later: put it in quarantine and go on with the rest.

    `reason` is a short code in snake_case that people count by; the message is the detail.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class LakeError(DotterelError):
    """The lake cannot be written or read (disk full, no permission, damaged file): stop, nothing was lost."""


def did_you_mean(what: str, known: Iterable[str]) -> str:
    """The name that was probably meant by one that is not known, as a question; empty where none is near."""
    near = get_close_matches(what, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""

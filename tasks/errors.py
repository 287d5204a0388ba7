"""The few errors of Dotterel, split by what the caller can do about them."""


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

"""Tells faults that may pass by themselves (a network share that stalls) from those that stay."""

import errno
from typing import Any, Final

TRANSIENT: Final = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.EINTR,
        errno.EIO,
        errno.ENETDOWN,
        errno.ENETRESET,
        errno.ENETUNREACH,
        errno.ECONNRESET,
        errno.EHOSTUNREACH,
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)
"""What the system says when trying again in a moment may help. A full disk or a missing permission is not among it."""


def system_error(error: BaseException | None) -> OSError | None:
    """The refusal of the system that lies behind an error, if one does."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OSError):
            return error
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return None


def may_pass(error: BaseException) -> bool:
    """Whether it is worth trying again in a moment."""
    found = system_error(error)
    return found is not None and found.errno in TRANSIENT


def try_again(task: Any, task_run: Any, state: Any) -> bool:
    """The same question in the form in which Prefect asks it of a failed task."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, BaseException) and may_pass(error)

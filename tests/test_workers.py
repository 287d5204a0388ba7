"""Worker processes; the work is functions of the standard library, which a worker can import."""

import errno
import multiprocessing
import os
import threading
import time

import pytest

from tasks.errors import UsageError
from tasks.transient import may_pass, try_again
from tasks.workers import WorkerDied, Workers, WorkFailed, in_worker, worker_processes


def test_work_is_done_in_another_process_and_its_result_comes_back() -> None:
    with worker_processes(1):
        assert in_worker("os:getpid") != os.getpid()
        assert in_worker("operator:add", 2, 3) == 5


def test_no_process_is_started_before_there_is_work() -> None:
    with worker_processes(2) as workers:
        assert workers.started == 0
        in_worker("operator:neg", 1)
        in_worker("operator:neg", 2)
        assert workers.started == 1


def test_an_error_of_the_work_says_what_and_where_and_the_worker_goes_on() -> None:
    with worker_processes(1):
        before = in_worker("os:getpid")
        with pytest.raises(WorkFailed, match=r"ValueError: Invalid isoformat string: 'x' in ") as caught:
            in_worker("test_workers:bad_date")
        assert "Traceback" in caught.value.trace
        assert in_worker("os:getpid") == before


def test_an_error_of_ours_keeps_its_sentence() -> None:
    with worker_processes(1), pytest.raises(WorkFailed, match=r"^no such thing\.$"):
        in_worker("test_workers:wrong_usage")


def test_a_refusal_of_the_system_can_be_told_from_the_error_that_comes_back() -> None:
    with worker_processes(1), pytest.raises(WorkFailed) as caught:
        in_worker("os:listdir", "/no/such/folder")
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert not may_pass(caught.value)


def test_a_worker_that_dies_costs_the_work_in_hand_and_nothing_else() -> None:
    with worker_processes(2) as workers:
        slow: list[int] = []
        thread = threading.Thread(target=lambda: slow.append(in_worker("test_workers:slowly", 1.5)))
        thread.start()
        time.sleep(0.1)
        with pytest.raises(WorkerDied, match="exit status 3"):
            in_worker("os:_exit", 3)
        assert in_worker("operator:neg", 4) == -4
        thread.join()
        assert slow == [7]
        assert workers.started == 2


def test_a_worker_that_was_killed_between_two_pieces_of_work_is_replaced() -> None:
    with worker_processes(1):
        os.kill(in_worker("os:getpid"), 9)
        time.sleep(0.3)
        assert in_worker("operator:neg", 5) == -5


def test_no_worker_is_left_after_the_run() -> None:
    with worker_processes(2):
        in_worker("os:getpid")
    assert not multiprocessing.active_children()


def test_workers_that_are_closed_take_no_more_work_and_give_up_what_they_had() -> None:
    workers = Workers(1)
    failures: list[BaseException] = []

    def wait_long() -> None:
        try:
            workers.call("time:sleep", 60)
        except WorkerDied as error:
            failures.append(error)

    thread = threading.Thread(target=wait_long)
    thread.start()
    time.sleep(1)
    workers.close()
    thread.join(10)
    assert len(failures) == 1
    with pytest.raises(WorkerDied, match="the run is ending"):
        workers.call("os:getpid")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.EIO, "input/output error"), True),
        (OSError(errno.ENOSPC, "no space left"), False),
        (ValueError("no"), False),
    ],
    ids=["a stalled disk", "a full disk", "wrong data"],
)
def test_only_what_may_pass_is_tried_again(error: Exception, expected: bool) -> None:
    class State:
        def result(self, *, raise_on_failure: bool) -> Exception:
            return error

    assert try_again(None, None, State()) is expected


def test_the_cause_behind_an_error_is_looked_at() -> None:
    error = UsageError("cannot be read")
    error.__cause__ = OSError(errno.ESTALE, "stale file handle")
    assert may_pass(error)


def bad_date() -> None:
    import datetime

    datetime.date.fromisoformat("x")


def wrong_usage() -> None:
    raise UsageError("no such thing.")


def slowly(seconds: float) -> int:
    time.sleep(seconds)
    return 7

"""The shell of `dotterel sql`: what is typed into it, key by key, and what comes out."""

import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rows import article, event, put

from flows.sql_shell import SqlCompleter, is_whole, shell
from tasks.contract import TABLES
from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.report.query import run_sql

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    lake = Lake(tmp_path / "lake")
    put(lake, "articles", [article()])
    put(lake, "events", [event()])
    return lake.root


@pytest.fixture
def typed(lake: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., tuple[str, str]]:
    """Types keys into a shell until it leaves, and gives what it wrote and what it said."""

    def typed(keys: str, form: str = "csv", ask: Callable[..., pa.Table] = run_sql) -> tuple[str, str]:
        with create_pipe_input() as source:
            source.send_text(keys)
            shell(lake, form, source=source, screen=DummyOutput(), ask=ask)
        written = capfdbinary.readouterr()
        return written.out.decode(), written.err.decode()

    return typed


CTRL_C, CTRL_D, UP, TAB, ENTER = "\x03", "\x04", "\x1b[A", "\t", "\r"


def test_a_query_over_several_lines_is_answered_at_its_semicolon(typed: Callable[..., tuple[str, str]]) -> None:
    out, _ = typed(f"select 1 as one,{ENTER}  2 as two{ENTER};{ENTER}.quit{ENTER}")
    assert out == "one,two\n1,2\n"


def test_ctrl_d_leaves(typed: Callable[..., tuple[str, str]]) -> None:
    assert typed(CTRL_D)[0] == ""


def test_ctrl_c_clears_what_was_typed_and_stays(typed: Callable[..., tuple[str, str]]) -> None:
    assert typed(f"select 1 as nonsense{CTRL_C}select 2 as two;{ENTER}{CTRL_D}")[0] == "two\n2\n"


def test_ctrl_c_in_a_query_stops_the_query_and_not_the_shell(typed: Callable[..., tuple[str, str]]) -> None:
    def ask(lake: Path, query: str, as_of: date | None) -> pa.Table:
        if "slow" in query:
            raise KeyboardInterrupt
        return run_sql(lake, query, as_of)

    out, err = typed(f"select slow;{ENTER}select 3 as three;{ENTER}{CTRL_D}", ask=ask)
    assert out == "three\n3\n"
    assert "the query was stopped" in err


def test_a_wrong_query_is_told_in_a_sentence_and_the_shell_goes_on(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(f"select nothing from events;{ENTER}drop view events;{ENTER}select 4 as four;{ENTER}{CTRL_D}")
    assert out == "four\n4\n"
    assert "dotterel: The query is wrong: " in err
    assert "DROP writes, and the lake is read-only here" in err
    assert "Traceback" not in err


def test_tables_says_what_each_holds(typed: Callable[..., tuple[str, str]]) -> None:
    out, _ = typed(f".tables{ENTER}{CTRL_D}")
    assert all(name in out for name in (*TABLES, "incidents", "organisations"))
    assert "the same event as told by several stories" in out


def test_describe_gives_type_and_meaning_of_each_column(typed: Callable[..., tuple[str, str]]) -> None:
    out, _ = typed(f".describe Events;{ENTER}.describe incidents{ENTER}{CTRL_D}")
    assert "PLOVER type (2021)" in out
    assert "day of the first report" in out
    assert all(column in out for column in TABLES["events"].schema.names)


def test_a_misspelt_command_or_table_is_told_what_was_probably_meant(typed: Callable[..., tuple[str, str]]) -> None:
    _, err = typed(f".descibe events{ENTER}.describe evnts{ENTER}{CTRL_D}")
    assert "Did you mean '.describe'?" in err
    assert "Did you mean 'events'?" in err


def test_reports_lists_the_questions(typed: Callable[..., tuple[str, str]]) -> None:
    assert "who did what to whom, month by month?" in typed(f".reports{ENTER}{CTRL_D}")[0].lower()


@pytest.mark.parametrize("word", [".help", ".nothing", ".describe nothing"])
def test_help_and_unknown_words_name_what_there_is(typed: Callable[..., tuple[str, str]], word: str) -> None:
    out, err = typed(f"{word}{ENTER}{CTRL_D}")
    assert (".describe" in out) if word == ".help" else ("There is no" in err)


@pytest.mark.parametrize("word", [".quit", ".exit", "quit", "exit;"])
def test_words_that_leave(typed: Callable[..., tuple[str, str]], word: str) -> None:
    assert typed(f"{word}{ENTER}select 1;{ENTER}{CTRL_D}")[0] == ""


def test_an_empty_line_asks_nothing(typed: Callable[..., tuple[str, str]]) -> None:
    out, err = typed(f"{ENTER};{ENTER}{CTRL_D}")
    assert out == ""
    assert "dotterel:" not in err


def test_what_was_asked_comes_back_with_the_arrow_also_in_another_session(
    typed: Callable[..., tuple[str, str]], state: Path
) -> None:
    typed(f"select 5 as five;{ENTER}{CTRL_D}")
    assert typed(f"{UP}{ENTER}{CTRL_D}")[0] == "five\n5\n"
    file = state / "dotterel" / "sql_history"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_place_without_a_lake_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no lake here yet"):
        shell(tmp_path / "none", "table")


def completed(before: str) -> list[str]:
    found = SqlCompleter().get_completions(Document(before), CompleteEvent(completion_requested=True))
    return [completion.text for completion in found]


@pytest.mark.parametrize(
    ("before", "first", "never"),
    [
        ("sel", "select", "events"),
        ("select * from ev", "events", "event_id"),
        ("select count(*)\nfrom articles join sto", "stories", "story_id"),
        ("select speaker_r", "speaker_role", ""),
        ("from quotes where quotes.spe", "speaker_text", ""),
        ("SELECT OUTL", "outlet", ""),
        (".des", ".describe", "describe"),
        (".describe inc", "incidents", "include"),
    ],
)
def test_the_word_before_the_cursor_is_completed(before: str, first: str, never: str) -> None:
    assert first in completed(before)
    assert never not in completed(before)


def test_columns_of_the_tables_that_are_named_come_and_those_of_others_do_not() -> None:
    assert "speaker_name" not in completed("select s from events where s")
    assert completed("select a from claims where about")[0] == "about_text"


@pytest.mark.parametrize(
    ("text", "whole"),
    [("select 1", False), ("select 1;", True), ("select 1; ", True), ("", True), (".tables", True), ("quit", True)],
)
def test_enter_ends_only_what_is_whole(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


@pytest.fixture
def terminal(lake: Path, state: Path) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    """The command at a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "sql", "--lake", str(lake), "--format", "csv"],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "XDG_STATE_HOME": str(state), "TERM": "xterm"},
        preexec_fn=_own_terminal,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield process, ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that were started in the background ignore it


def until(terminal: int, words: bytes, patience: float = 30.0) -> bytes:
    """Read what the terminal shows until what is looked for stands there."""
    seen, end = b"", time.monotonic() + patience
    while not re.search(words, re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b"", seen), re.DOTALL):
        assert time.monotonic() < end, seen[-2000:]
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 65536)
            if b"\x1b[6n" in seen[-200:]:  # it asks where the cursor is
                os.write(terminal, b"\x1b[1;1R")
    return seen


def test_at_a_terminal_tab_completes_ctrl_c_stops_a_running_query_and_ctrl_d_leaves(
    terminal: "tuple[subprocess.Popen[bytes], int]",
) -> None:
    process, keys = terminal
    until(keys, b"dotterel>")
    os.write(keys, b"select count(*) + 40 + 1 as n from intro\t")
    until(keys, b"ductions")
    os.write(keys, b";\r")
    until(keys, b"41.*dotterel>")
    os.write(keys, b"select sum(hash(a.i, b.i)) from range(3000000) a(i), range(3000000) b(i);\r")
    time.sleep(2)
    os.write(keys, CTRL_C.encode())
    until(keys, b"the query was stopped.*dotterel>")
    os.write(keys, b"select 6 * 7 as answer;\r")
    until(keys, b"42.*dotterel>")
    os.write(keys, CTRL_D.encode())
    assert process.wait(timeout=30) == 0

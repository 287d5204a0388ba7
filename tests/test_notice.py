"""Notices of failed runs."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tasks.notice import Notice, send
from tasks.settings import Settings

NOTICE = Notice("20231005T061500Z-1f2e3d", "ingest", "my lake", ("period 2023-10 of desk: the disk is full", "two"))


@pytest.fixture
def host() -> Iterator[tuple[str, list[Any]]]:
    """A host that keeps what it is sent, and the list of that."""
    received: list[Any] = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Keeps)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_text_names_the_run_its_problems_and_where_to_look() -> None:
    assert NOTICE.text.splitlines() == [
        "Dotterel: ingest 20231005T061500Z-1f2e3d failed on my lake",
        "- period 2023-10 of desk: the disk is full",
        "- two",
        "See: dotterel status --lake 'my lake'",
    ]


def test_many_problems_are_cut_and_the_rest_counted() -> None:
    assert "... and 1,230 more" in Notice("r", "ingest", "l", ("x",) * 1250).text


def test_a_command_gets_the_text_on_its_standard_input(tmp_path: Path) -> None:
    program = tmp_path / "tell.py"
    program.write_text(
        "import os, sys, json, pathlib\n"
        "notice = json.loads(os.environ['DOTTEREL_NOTICE'])\n"
        "told = [sys.stdin.read(), sys.argv[1], os.environ['DOTTEREL_RUN_ID'], notice['flow']]\n"
        f"pathlib.Path({str(tmp_path / 'told')!r}).write_text(json.dumps(told))\n"
    )
    assert send(NOTICE, Settings(notify_command=f"{sys.executable} {program} 'the desk'")) == []
    assert json.loads((tmp_path / "told").read_text()) == [NOTICE.text, "the desk", NOTICE.run_id, "ingest"]


def test_a_web_address_gets_json_with_a_text_that_chat_programs_show(host: tuple[str, list[Any]]) -> None:
    url, received = host
    assert send(NOTICE, Settings(notify_url=url)) == []
    assert received == [NOTICE.to_json()]
    assert received[0]["text"] == NOTICE.text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (Settings(notify_command="no-such-program-here"), "could not be run"),
        (Settings(notify_command="'"), "could not be run"),
        (Settings(notify_command=f"{sys.executable} -c \"import sys; sys.exit('no line')\""), "status 1 (no line)"),
        (Settings(notify_url="http://127.0.0.1:9/"), "could not be reached"),
        (Settings(notify_url="http://[/"), "could not be reached"),
    ],
)
def test_what_keeps_a_notice_from_being_sent_is_said_and_raised_nowhere(settings: Settings, said: str) -> None:
    (problem,) = send(NOTICE, settings)
    assert said in problem


def test_a_host_that_refuses_is_a_problem(host: tuple[str, list[Any]]) -> None:
    assert "500" in send(NOTICE, Settings(notify_url=f"{host[0]}/broken"))[0]

"""A web site on this machine that answers as a test tells it to, also badly."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; `answers` is set by `site`."""

    protocol_version = "HTTP/1.1"
    site: "Site"

    def do_GET(self) -> None:
        self.site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answers = self.site.answers.get(self.path, [status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):  # a client that has had enough is part of some tests
            answer(self)

    def send(self, code: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        """A status line and headers, nothing added, and the body."""
        self.send_response_only(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@dataclass
class Site:
    """A running site: what it was asked, and what it answers, one after the other and the last for ever."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, *answers: Answer) -> str:
        """Set the answers of a path, and give its address."""
        self.answers[path] = list(answers)
        return self.url + path

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(1 for asked, _ in self.requests if asked == path)


def ok(body: bytes, **headers: str) -> Answer:
    """200 with a body; `_` in names of headers stands for `-`."""
    return status(200, body, **headers)


def status(code: int, body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: request.send(code, {"Content-Length": str(len(body)), **named}, body)


@contextmanager
def live_site() -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("SiteHandler", (Handler,), {"site": site})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def config_of(folder: Path, sources: str) -> Path:
    """Write the settings of a run that asks without pauses, and its sources; the file to name as `config`."""
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "dotterel.toml").write_text("fetch_interval = 0\n")
    (folder / "config" / "sources.toml").write_text(sources)
    return folder / "config" / "dotterel.toml"

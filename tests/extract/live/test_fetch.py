"""Fetching live sources from a web site on this machine that behaves well or badly."""

import gzip
import socket
import zipfile
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from fetched_world import NOW, World, files, kept, rss
from live_site import Handler, Site, live_site, ok, status

from tasks.extract.live.fetch import Fetched
from tasks.extract.live.kept_responses import KeptResponses
from tasks.extract.raw_files import Skipped, find

# --- what is kept


def test_a_response_becomes_a_raw_file_of_the_month(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", ok(rss())))
    assert world.one(source).outcome == "kept"
    (name,) = files(source)
    assert name.startswith("desk/2026-11/2026-11-14T09-30-05-123456Z-")
    assert name.endswith(".warc.gz")


def test_what_a_killed_run_left_half_written_is_no_raw_file(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", ok(rss())))
    world.one(source)
    (source.path / "2026-11" / "x.warc.gz.1-ab.tmp").write_bytes(b"half")
    assert len(files(source)) == 1


def test_a_source_of_which_nothing_is_kept_is_said_and_no_error(world: World) -> None:
    assert list(find(world.source("http://127.0.0.1:9/"))) == [Skipped("desk", "since nothing of it was fetched yet")]


def test_real_feeds_come_out_of_the_raw_files_as_they_were_served(world: World, site: Site, real_data: Path) -> None:
    feeds = {
        path.name: path.read_bytes()
        for path in sorted((real_data / "data" / "feeds").iterdir())
        if path.suffix != ".zip"
    }
    urls = [site.says(f"/{name}", ok(content)) for name, content in feeds.items()]
    source = world.source(*urls)
    assert {fetched.outcome for fetched in world.fetch(source)} == {"kept"}
    assert [kept(source, url) for url in urls] == list(feeds.values())


def test_a_real_page_is_kept_compressed_as_it_came(world: World, site: Site, real_data: Path) -> None:
    with zipfile.ZipFile(real_data / "data" / "html" / "readability_news_pages.zip") as pages:
        page = pages.read("bbc-1/source.html")
    url = site.says("/page", ok(gzip.compress(page), Content_Encoding="gzip"))
    source = world.source(url, feed=False)
    assert world.one(source).outcome == "kept"
    assert kept(source, url) == page


def test_a_wrong_charset_is_nobodys_business_here(world: World, site: Site) -> None:
    content = "<rss><channel><title>Кулик</title></channel></rss>".encode("cp1251")
    url = site.says("/feed", ok(content, Content_Type="application/rss+xml; charset=utf-8"))
    source = world.source(url)
    world.one(source)
    newest = KeptResponses(source.path, 1_000_000).newest(url)
    assert newest is not None
    assert (newest.content, newest.headers["content-type"]) == (content, "application/rss+xml; charset=utf-8")


def test_a_chunked_body_is_kept_whole(world: World, site: Site) -> None:
    def chunked(request: Handler) -> None:
        request.send(200, {"Transfer-Encoding": "chunked"}, b"5\r\n<rss>\r\n6\r\n</rss>\r\n0\r\n\r\n")

    source = world.source(site.says("/feed", chunked))
    assert world.one(source).outcome == "kept"
    assert kept(source, source.urls[0]) == b"<rss></rss>"


# --- what is not kept again


def test_a_host_is_asked_for_what_is_new_only(world: World, site: Site) -> None:
    first = ok(rss(), ETag='"v1"', Last_Modified="Sat, 14 Nov 2026 09:00:00 GMT")
    source = world.source(site.says("/feed", first, status(304)))
    assert [world.one(source).outcome, world.one(source).outcome] == ["kept", "unchanged"]
    assert len(files(source)) == 1
    _, headers = site.requests[1]
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Sat, 14 Nov 2026 09:00:00 GMT"


def test_the_same_body_is_not_kept_again(world: World, site: Site) -> None:
    again = ok(gzip.compress(rss()), Content_Encoding="gzip")
    source = world.source(site.says("/feed", ok(rss()), again, ok(rss("http://a.example/1")), ok(rss())))
    assert [world.one(source).outcome for _ in range(4)] == ["kept", "unchanged", "kept", "kept"]
    assert len(files(source)) == 3


def test_a_damaged_raw_file_is_fetched_anew(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", ok(rss(), ETag='"v1"')))
    world.one(source)
    (path,) = source.path.rglob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:100])
    assert world.one(source).outcome == "kept"
    assert "if-none-match" not in site.requests[1][1]


def test_an_unexpected_304_is_a_failure(world: World, site: Site) -> None:
    assert world.one(world.source(site.says("/feed", status(304)))).why == "it answered 304 Not Modified"


# --- faults that may pass, and faults that stay


def test_a_fault_of_the_server_is_tried_again_after_a_growing_pause(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", status(500), status(502), ok(rss())))
    assert world.one(source).outcome == "kept"
    assert world.slept == [1.0, 2.0]


def test_a_fault_that_does_not_pass_is_a_failure_and_the_next_run_tries_again(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", status(503), status(503), status(503), ok(rss())))
    fetched = world.one(source)
    assert fetched.why == "it answered 503 Service Unavailable (tried 3 times; the next run tries again)"
    assert world.one(source).outcome == "kept"


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 451, 501])
def test_a_refusal_is_not_tried_again(world: World, site: Site, code: int) -> None:
    fetched = world.one(world.source(site.says("/feed", status(code))))
    assert (fetched.outcome, site.asked("/feed"), world.slept) == ("failed", 1, [])
    assert f"it answered {code}" in fetched.why


def test_a_failed_address_does_not_stop_the_others(world: World, site: Site) -> None:
    source = world.source(site.says("/gone", status(404)), site.says("/feed", ok(rss())))
    assert [fetched.outcome for fetched in world.fetch(source)] == ["kept", "failed"]


def test_a_host_that_asks_to_wait_is_given_its_time(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", status(429, Retry_After="7"), ok(rss())))
    assert world.one(source).outcome == "kept"
    assert world.slept[0] == 7.0


def test_the_time_to_wait_may_be_a_date(world: World, site: Site) -> None:
    until = format_datetime(NOW.replace(microsecond=0) + timedelta(seconds=31), usegmt=True)
    source = world.source(site.says("/feed", status(503, Retry_After=until), ok(rss())))
    assert world.one(source).outcome == "kept"
    assert world.slept[0] == pytest.approx(30.876544)


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "", "Sat, 99 Nov"])
def test_a_time_to_wait_that_cannot_be_read_counts_as_none(world: World, site: Site, nonsense: str) -> None:
    source = world.source(site.says("/feed", status(429, Retry_After=nonsense), ok(rss())))
    assert world.one(source).outcome == "kept"
    assert world.slept == [1.0]


def test_a_host_that_asks_for_too_long_is_left_for_the_next_run(world: World, site: Site) -> None:
    fetched = world.one(world.source(site.says("/feed", status(429, Retry_After="86400"), ok(rss()))))
    assert "asks to wait for 86,400 seconds" in fetched.why
    assert (site.asked("/feed"), world.slept) == (1, [])


def test_a_torn_answer_is_tried_again_and_never_kept(world: World, site: Site) -> None:
    def torn(request: Handler) -> None:
        request.send(200, {"Content-Length": "1000"}, b"<rss>")

    source = world.source(site.says("/feed", torn, torn, torn, torn, ok(rss())))
    assert "the answer of 127.0.0.1 broke off" in world.one(source).why
    assert files(source) == []
    assert world.one(source).outcome == "kept"


def test_an_answer_torn_inside_its_compression_is_never_kept(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", ok(gzip.compress(rss())[:-20], Content_Encoding="gzip")))
    assert "it breaks off" in world.one(source).why
    assert files(source) == []


def test_a_silent_host_is_given_up(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", lambda _: site.over.wait(20) and None))
    assert "did not answer in time" in world.one(source, read_seconds=0.05, tries=2).why
    assert site.asked("/feed") == 2


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["before its headers", "inside its headers"])
def test_a_host_that_drips_is_given_up(world: World, site: Site, head: bytes) -> None:
    def drip(request: Handler) -> None:
        request.wfile.write(head)
        while not site.over.wait(0.01):
            request.wfile.write(b"X" if head else b"HTTP/1.1 200 OK\r\n\r\n")

    assert "did not answer in time" in world.one(world.source(site.says("/feed", drip)), whole_seconds=0.1, tries=1).why


def test_an_endless_body_is_cut_off(world: World, site: Site) -> None:
    def endless(request: Handler) -> None:
        request.send(200, {"Content-Type": "application/rss+xml"})
        while not site.over.is_set():
            request.wfile.write(b"<item/>" * 1000)

    source = world.source(site.says("/feed", endless))
    assert world.one(source).why == "it is larger than the 1,000,000 bytes allowed (max_fetch_bytes)"
    assert (site.asked("/feed"), files(source)) == (1, [])


def test_a_body_that_declares_to_be_too_large_is_not_read(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", lambda request: request.send(200, {"Content-Length": "1000001"})))
    assert "larger than the 1,000,000 bytes" in world.one(source).why


def test_what_is_no_http_is_a_failure(world: World, site: Site) -> None:
    source = world.source(
        site.says("/feed", lambda request: request.wfile.write(b"220 mail.example ESMTP\r\n") and None)
    )
    assert "the answer of 127.0.0.1 broke off" in world.one(source, tries=1).why


def test_a_host_that_is_not_there_is_a_failure(world: World) -> None:
    assert "127.0.0.1 cannot be reached" in world.one(world.source("http://127.0.0.1:9/feed"), tries=1).why


# --- redirects


def test_a_redirect_is_followed_and_the_address_after_it_kept(world: World, site: Site) -> None:
    site.says("/new", ok(rss()))
    source = world.source(site.says("/feed", status(302, Location="/new#top")))
    assert world.one(source) == Fetched("desk", source.urls[0], "kept")
    newest = KeptResponses(source.path, 1_000_000).newest(source.urls[0])
    assert newest is not None
    assert newest.url == f"{site.url}/new"


def test_an_address_that_has_moved_for_good_is_said(world: World, site: Site) -> None:
    site.says("/newer", ok(rss()))
    site.says("/new", status(308, Location="/newer"))
    assert world.one(world.source(site.says("/feed", status(301, Location="/new")))).moved_to == f"{site.url}/newer"


def test_an_address_behind_a_passing_redirect_has_not_moved(world: World, site: Site) -> None:
    site.says("/newer", ok(rss()))
    site.says("/new", status(301, Location="/newer"))
    assert world.one(world.source(site.says("/feed", status(302, Location="/new")))).moved_to == ""


def test_conditions_go_to_the_address_that_they_came_from(world: World, site: Site) -> None:
    site.says("/new", ok(rss(), ETag='"new"'), status(304))
    source = world.source(site.says("/feed", status(302, Location="/new")))
    assert [world.one(source).outcome, world.one(source).outcome] == ["kept", "unchanged"]
    assert [headers.get("if-none-match") for _, headers in site.requests] == [None, None, None, '"new"']


def test_redirects_in_a_circle_are_a_failure(world: World, site: Site) -> None:
    site.says("/b", status(302, Location="/feed"))
    source = world.source(site.says("/feed", status(302, Location="/b")))
    assert world.one(source).why == "its redirects lead in a circle"


def test_too_many_redirects_are_a_failure(world: World, site: Site) -> None:
    for number in range(20):
        site.says(f"/{number}", status(302, Location=f"/{number + 1}"))
    assert world.one(world.source(f"{site.url}/0")).why == "it redirects more than 10 times"
    assert len(site.requests) == 11


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/x", "javascript:alert(1)", "data:text/html,x"]
)
def test_only_http_is_fetched(world: World, site: Site, target: str) -> None:
    source = world.source(site.says("/feed", status(302, Location=target)))
    assert "only http and https are fetched" in world.one(source).why


@pytest.mark.parametrize(
    "host", ["10.0.0.5", "192.168.1.1", "169.254.169.254", "127.0.0.1:{other}", "localhost:{other}", "[::1]", "0.0.0.0",
             "[::ffff:127.0.0.1]:{other}"],
)  # fmt: skip
def test_a_redirect_into_the_local_network_is_refused(world: World, site: Site, host: str) -> None:
    with live_site() as inner:
        inner.says("/secret", ok(b"secret"))
        target = "http://" + host.format(other=inner.url.rpartition(":")[2]) + "/secret"
        source = world.source(site.says("/feed", status(302, Location=target)))
        assert "is an address of the local network" in world.one(source).why
        assert (inner.requests, files(source)) == ([], [])


def test_a_name_that_leads_into_the_local_network_is_refused_before_anything_is_asked(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo
    known = {"inner.example": "127.0.0.1"}

    def faked(host: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return look_up(known.get(name, name), *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", faked)
    with live_site() as inner:
        inner.says("/secret", ok(b"secret"))
        address = f"http://inner.example:{inner.url.rpartition(':')[2]}/secret"
        source = world.source(site.says("/feed", status(302, Location=address)))
        assert "inner.example is an address of the local network" in world.one(source).why
        assert inner.requests == []
        assert world.one(world.source(address, name="named")).outcome == "kept", "the user may name it"


def test_a_lake_that_cannot_be_written_is_a_failure_of_the_address(world: World, site: Site) -> None:
    source = world.source(site.says("/feed", ok(rss())))
    source.path.parent.mkdir(parents=True)
    source.path.write_bytes(b"a file in the way")
    assert "cannot be written" in world.one(source).why

"""The pages that a feed links to, what robots.txt says of them, and the pace at which a host is asked."""

import pytest
from fetched_world import World, files, kept, rss
from live_site import Handler, Site, live_site, ok, status

from tasks.extract.live.fetch import fetch
from tasks.extract.live.manners import Manners, user_agent
from tasks.settings import Settings

# --- pages, links and robots.txt


def test_the_pages_of_a_feed_are_fetched_once(world: World, site: Site) -> None:
    page = site.says("/1.html", ok(b"<html>one</html>"))
    source = world.source(site.says("/feed", ok(rss(page, page + "#top", "/2.html"))), follow=True)
    site.says("/2.html", ok(b"<html>two</html>"))
    assert [fetched.outcome for fetched in world.fetch(source)] == ["kept"] * 3
    assert [fetched.outcome for fetched in world.fetch(source)] == ["unchanged"]
    assert (site.asked("/1.html"), site.asked("/2.html"), site.asked("/feed")) == (1, 1, 2)
    assert kept(source, page) == b"<html>one</html>"


def test_a_page_that_failed_is_tried_again_though_the_feed_is_unchanged(world: World, site: Site) -> None:
    page = site.says("/1.html", status(404), ok(b"<html>one</html>"))
    source = world.source(site.says("/feed", ok(rss(page), ETag='"v1"'), status(304)), follow=True)
    assert [fetched.outcome for fetched in world.fetch(source)] == ["failed", "kept"]
    assert [fetched.outcome for fetched in world.fetch(source)] == ["kept", "unchanged"]


def test_links_into_the_local_network_are_refused(world: World, site: Site) -> None:
    with live_site() as inner:
        secret = inner.says("/secret", ok(b"secret"))
        source = world.source(site.says("/feed", ok(rss(secret))), follow=True)
        assert "address of the local network" in next(f.why for f in world.fetch(source) if f.address == secret)
        assert inner.requests == []


def test_only_so_many_links_of_one_feed_are_followed_and_that_is_said(world: World, site: Site) -> None:
    pages = [site.says(f"/{number}.html", ok(b"<html>")) for number in range(5)]
    source = world.source(site.says("/feed", ok(rss(*pages))), follow=True)
    left = [fetched.why for fetched in world.fetch(source, max_links=3) if fetched.outcome == "left"]
    assert left == ["2 of its links are beyond the 3 of one run"]
    assert len(files(source)) == 4


def test_robots_txt_is_asked_once_and_keeps_us_from_pages(world: World, site: Site) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nDisallow: /private/"))
    pages = [site.says("/1.html", ok(b"<html>1")), site.says("/private/2.html", ok(b"<html>2"))]
    source = world.source(site.says("/feed", ok(rss(*pages))), follow=True)
    fetched = {item.address: item for item in world.fetch(source)}
    assert fetched[pages[0]].outcome == "kept"
    assert (fetched[pages[1]].outcome, fetched[pages[1]].why) == ("left", "the robots.txt of 127.0.0.1 forbids it")
    assert (site.asked("/robots.txt"), site.asked("/private/2.html")) == (1, 0)


def test_robots_txt_can_speak_of_us_alone(world: World, site: Site) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nAllow: /\n\nUser-agent: dotterel\nDisallow: /"))
    assert world.one(world.source(site.says("/1.html", ok(b"<html>1")), feed=False)).outcome == "failed"
    assert site.asked("/1.html") == 0


def test_feeds_are_made_for_machines(world: World, site: Site) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nDisallow: /"))
    assert world.one(world.source(site.says("/feed", ok(rss())))).outcome == "kept"
    assert site.asked("/robots.txt") == 0


def test_a_page_in_place_of_a_feed_is_kept_only_where_robots_txt_allows_it(world: World, site: Site) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nDisallow: /no"))
    url, other = site.says("/no", ok(b"<!DOCTYPE html><p>x")), site.says("/yes", ok(b"<!DOCTYPE html><p>x"))
    source = world.source(url, other)
    fetched = {item.address: item for item in world.fetch(source)}
    assert fetched[url].why == "it is a page and no feed, and the robots.txt of 127.0.0.1 forbids it"
    assert fetched[other].outcome == "kept"


@pytest.mark.parametrize("code", [401, 403, 404])
def test_without_robots_txt_pages_may_be_fetched(world: World, site: Site, code: int) -> None:
    site.says("/robots.txt", status(code))
    assert world.one(world.source(site.says("/1.html", ok(b"<html>1")), feed=False)).outcome == "kept"


def test_while_robots_txt_cannot_be_had_pages_are_not_fetched(world: World, site: Site) -> None:
    site.says("/robots.txt", status(503))
    page = site.says("/1.html", ok(b"<html>1"))
    source = world.source(site.says("/feed", ok(rss(page))), follow=True)
    failed = next(fetched for fetched in world.fetch(source) if fetched.address == page)
    assert failed.outcome == "failed"
    assert failed.why.startswith("the robots.txt of 127.0.0.1 is needed first: it answered 503")
    assert site.asked("/1.html") == 0


# --- manners


def test_between_two_requests_to_a_host_there_is_a_pause(world: World, site: Site) -> None:
    world.fetch(world.source(*(site.says(f"/{n}", ok(rss())) for n in range(3))), seconds_between=30.0)
    assert [round(seconds) for seconds in world.slept] == [30, 30]


def test_robots_txt_may_ask_for_a_longer_pause(world: World, site: Site) -> None:
    site.says("/robots.txt", ok(b"User-agent: *\nCrawl-delay: 40"))
    world.fetch(world.source(site.says("/1", ok(b"<html>")), site.says("/2", ok(b"<html>")), feed=False))
    assert round(world.slept[-1]) == 40


def test_two_sources_share_the_pace_of_a_host(world: World, site: Site) -> None:
    sources = [world.source(site.says(f"/{name}", ok(rss())), name=name) for name in ("a", "b")]
    world.fetch(*sources, seconds_between=30.0)
    assert [round(seconds) for seconds in world.slept] == [30]


def test_a_host_never_has_two_requests_at_once(world: World, site: Site) -> None:
    busy: list[int] = []
    at_once: list[int] = []

    def answer(request: Handler) -> None:
        busy.append(1)
        at_once.append(len(busy))
        site.over.wait(0.02)
        busy.pop()
        ok(rss())(request)

    world.fetch(world.source(*(site.says(f"/{n}", answer) for n in range(4))))
    assert at_once == [1, 1, 1, 1]


def test_hosts_learn_who_asks_and_whom_to_turn_to(world: World, site: Site) -> None:
    manners = Manners.of(Settings(contact="desk@example.org", fetch_interval=0.0))
    fetch([world.source(site.says("/feed", ok(rss())))], world.settings, manners)
    assert site.requests[0][1]["user-agent"] == user_agent("desk@example.org")
    assert user_agent("desk@example.org").startswith("dotterel/")
    assert user_agent("desk@example.org").endswith("; desk@example.org)")

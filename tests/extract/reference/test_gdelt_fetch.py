"""Fetching GDELT's exports from a site on this machine."""

import hashlib
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from gdelt_lines import lines
from live_site import Site, ok, status

from tasks.extract.live.fetch import Fetched
from tasks.extract.live.manners import Manners
from tasks.extract.reference.gdelt_fetch import exports, fetch_gdelt
from tasks.settings import Settings, Source

FIRST = datetime(2020, 9, 27, 10, 15)


async def no_sleep(seconds: float) -> None:
    """Time flies."""


QUICK = Manners(seconds_between=0, first_pause=0, tries=2, sleep=no_sleep)


class Publisher:
    """GDELT: every quarter of an hour a file, and two lists."""

    def __init__(self, site: Site, lake: Path) -> None:
        self.site, self.settings = site, Settings(lake=lake)
        self.bodies: dict[str, bytes] = {}
        self.listed: list[str] = []
        self.source = Source("gdelt", lake / "raw" / "gdelt", (f"{site.url}/masterfilelist.txt",), dataset="gdelt")

    def publish(self, quarter: int, md5: str = "") -> str:
        """Put out the file of a quarter of an hour, counted from FIRST; its path."""
        moment = FIRST + quarter * timedelta(minutes=15)
        name = f"{moment:%Y%m%d%H%M%S}.export.CSV"
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(zipfile.ZipInfo(name), lines(quarter * 10, 3, DATEADDED=f"{moment:%Y%m%d%H%M%S}"))
        body = packed.getvalue()
        self.site.says(f"/{name}.zip", ok(body))
        digest = md5 or hashlib.md5(body, usedforsecurity=False).hexdigest()
        beside = [f"9 {'0' * 32} {self.site.url}/{name[:14]}.{kind}.zip" for kind in ("mentions.CSV", "gkg.csv")]
        self.listed += [f"{len(body)} {digest} {self.site.url}/{name}.zip", *beside]
        self.site.says("/masterfilelist.txt", ok("".join(f"{one}\n" for one in self.listed).encode()))
        self.site.says("/lastupdate.txt", ok("".join(f"{one}\n" for one in self.listed[-3:]).encode()))
        return f"/{name}.zip"

    def fetch(self, since: date | None = None, until: date | None = None) -> list[Fetched]:
        return fetch_gdelt(self.source, self.settings, since, until, QUICK)

    @property
    def kept(self) -> list[str]:
        return sorted(path.relative_to(self.source.path).as_posix() for path in self.source.path.rglob("*.zip"))


@pytest.fixture
def gdelt(site: Site, tmp_path: Path) -> Publisher:
    return Publisher(site, tmp_path / "lake")


def test_only_exports_of_a_list_are_taken() -> None:
    text = (
        f"5 {'a' * 32} http://a.example/20200927101500.export.CSV.zip\r\n"
        f"6 {'b' * 32} http://a.example/20200927101500.mentions.CSV.zip\n"
        f"7 {'c' * 32} http://a.example/20200927100000.translation.export.CSV.zip\n"
        f"8 {'d' * 32} http://a.example/20209927100000.export.CSV.zip\n"
        f"9 {'e' * 32} http://a.example/../../20200927100000.export.CSV.zip.exe\n"
        "torn li"
    )
    assert [(one.size, one.name) for one in exports(text)] == [
        (7, "20200927100000.translation.export.CSV.zip"),
        (5, "20200927101500.export.CSV.zip"),
    ]


def test_the_first_time_the_newest_file_is_fetched_and_then_all_that_follow(gdelt: Publisher) -> None:
    for quarter in range(3):
        gdelt.publish(quarter)
    assert [one.outcome for one in gdelt.fetch()] == ["kept"]
    assert gdelt.kept == ["2020-09/20200927104500.export.CSV.zip"]
    gdelt.publish(3)
    gdelt.fetch()
    assert gdelt.site.asked("/masterfilelist.txt") == 0
    for quarter in (4, 5, 6):  # while nobody looked
        gdelt.publish(quarter)
    assert [one.outcome for one in gdelt.fetch()] == ["kept"] * 3
    assert gdelt.site.asked("/masterfilelist.txt") == 1
    assert len(gdelt.kept) == 5
    assert gdelt.fetch() == []


def test_a_range_of_days_is_fetched_oldest_first_and_each_file_once(gdelt: Publisher) -> None:
    for quarter in (-96, 0, 1, 96, 192):
        gdelt.publish(quarter)
    found = gdelt.fetch(since=date(2020, 9, 27), until=date(2020, 9, 28))
    assert [one.address.rsplit("/", 1)[-1][:12] for one in found] == ["202009271015", "202009271030", "202009281015"]
    before = len(gdelt.site.requests)
    assert gdelt.fetch(since=date(2020, 9, 27), until=date(2020, 9, 28)) == []
    assert [path for path, _ in gdelt.site.requests[before:]] == ["/lastupdate.txt"]


def test_a_wrong_md5_is_refused_and_tried_again_by_the_next_run(gdelt: Publisher) -> None:
    path = gdelt.publish(0, md5="0" * 32)
    gdelt.publish(1)
    (wrong, right) = gdelt.fetch(since=date(2020, 9, 27))
    assert (wrong.outcome, right.outcome) == ("failed", "kept")
    assert "its MD5 is not the one that the list says" in wrong.why
    assert gdelt.kept == ["2020-09/20200927103000.export.CSV.zip"]
    assert [one.outcome for one in gdelt.fetch()] == ["failed"]  # also by a run that asks for what is new only
    assert gdelt.site.asked(path) == 2


def test_a_file_that_was_damaged_on_its_way_is_whole_the_next_time(gdelt: Publisher) -> None:
    path = gdelt.publish(0)
    (whole,) = gdelt.site.answers[path]
    gdelt.site.says(path, ok(b"half"), whole)
    assert [one.outcome for one in gdelt.fetch()] == ["failed"]
    assert [one.outcome for one in gdelt.fetch()] == ["kept"]
    assert gdelt.fetch() == []


def test_a_host_that_stumbles_is_asked_again(gdelt: Publisher) -> None:
    path = gdelt.publish(0)
    (whole,) = gdelt.site.answers[path]
    gdelt.site.says(path, status(503), whole)
    assert [one.outcome for one in gdelt.fetch()] == ["kept"]


def test_a_file_that_is_gone_stops_no_other(gdelt: Publisher) -> None:
    path = gdelt.publish(0)
    gdelt.publish(1)
    gdelt.site.says(path, status(404))
    found = gdelt.fetch(since=date(2020, 9, 27))
    assert [(one.outcome, one.why) for one in found] == [("failed", "it answered 404 Not Found"), ("kept", "")]


def test_a_list_that_is_none_is_said(gdelt: Publisher) -> None:
    gdelt.site.says("/lastupdate.txt", ok(b"<html>maintenance</html>"))
    (one,) = gdelt.fetch()
    assert (one.outcome, one.why) == (
        "failed",
        "it is no list of GDELT exports (lines of size, MD5 and address)",
    )
    assert gdelt.kept == []


def test_what_is_kept_is_what_was_published_to_the_byte(gdelt: Publisher) -> None:
    path = gdelt.publish(0)
    gdelt.fetch()
    (kept,) = gdelt.source.path.rglob("*.zip")
    size, md5, _ = gdelt.listed[0].split()
    assert (path[1:], len(kept.read_bytes())) == (kept.name, int(size))
    assert hashlib.md5(kept.read_bytes(), usedforsecurity=False).hexdigest() == md5

"""A Chromium for all tests of the site, and the sites that they look at: of the sample, and of a hostile archive."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from looked_at import Looked
from rows import BODY, article, claim, event, put, quote, span
from sample_lake import load_sample, stage_sample
from written_sites import CODEBOOK, HOSTILE

from tasks.load.lake import Lake
from tasks.report.site.build import build_site
from tasks.settings import Settings


def missing(what: str) -> None:
    """Skip the test where a tool is not there; CI has installed it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; .ci/run installs it")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, headless; closed after each file, since Prefect takes its event loop for one of ours."""
    sync_api = pytest.importorskip("playwright.sync_api")
    place = shutil.which("chromium")
    if place is None:
        missing("Chromium (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def look(chromium: Any) -> Iterator[Any]:
    """Makes pages, as `Looked` has them, and closes them after the test."""
    made: list[Looked] = []

    def make(**how: Any) -> Looked:
        made.append(Looked(chromium, **how))
        return made[-1]

    yield make
    for looked in made:
        looked.context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, which finds what keeps people out of a page: DOTTEREL_AXE, else fetched from npm."""
    given = os.environ.get("DOTTEREL_AXE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    if shutil.which("npm") is None:
        missing("npm, to fetch axe-core")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        ["npm", "pack", "--silent", "axe-core@4.11.0"], cwd=folder, capture_output=True, timeout=60, check=False
    )
    packed = next(folder.glob("axe-core-*.tgz"), None)
    if done.returncode or packed is None:
        missing("axe-core from npm")
    shutil.unpack_archive(str(packed), folder)
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def sample_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake of the sample archive, made without Prefect."""
    settings = Settings(lake=tmp_path_factory.mktemp("sample") / "lake")
    load_sample(settings, stage_sample(settings))
    return settings.lake


@pytest.fixture(scope="session")
def sample_site(sample_lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample-site") / "site"
    build_site(sample_lake, out, CODEBOOK)
    return out


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site over articles whose titles, outlets, addresses, bodies, names and places are all hostile."""
    lake = Lake(tmp_path_factory.mktemp("hostile") / "lake")
    articles, events, quotes, claims = [], [], [], []
    for number, text in enumerate(HOSTILE):
        body = f"{text}\n\n{BODY} {text}"
        told = article(
            number,
            body=body,
            title=text,
            outlet=text,
            author=text,
            raw_uri=text,
            url=("javascript:document.title='run'", "data:text/html,<script>1</script>", "https://ok.example/a")[
                number % 3
            ],
            published_date=date(2023, 10, 3 + number),
        )
        start = body.index("Nordia")
        where = {
            "evidence_start": start,
            "evidence_end": body.index("Monday.") + 7,
            "place_name": text,
            "place_precision": "city",
            "latitude": 48.0 + number,
            "longitude": 30.0,
            "place_country": "UKR",
            "actor_name": text,
            "rule": text,
            "source_url": told["url"],
            "trigger_id": f"t{number}",
            "event_date": date(2023, 10, 2 + number),
        }
        articles.append(told)
        events.append(event(told, **where))
        quotes.append(quote(told, speaker_name=text, speaker_role=text, text=text))
        claims.append(claim(told, about_text=text, speaker_name=text))
    assert span(articles[0]["body"], "shelled")
    for table, rows in (("articles", articles), ("events", events), ("quotes", quotes), ("claims", claims)):
        put(lake, table, rows)
    theirs = [
        event(dataset="gdelt", event_date=date(2023, 10, 3 + number), article_id=None, place_name=text, source_url=text)
        for number, text in enumerate(HOSTILE)
    ]
    put(lake, "events", theirs, "gdelt", "2023")
    kept = [
        {"raw_sha256": "a" * 64, "record": f"{number} {text}", "raw_uri": text, "stage": "extract", "reason": "no_text",
         "detail": text, "sample": text}
        for number, text in enumerate(HOSTILE)
    ]  # fmt: skip
    put(lake, "quarantine", kept, period="all")
    figures = [
        {"series": "refugees", "country": "ARM", "counterpart": "", "start_date": date(2022, 12, 31),
         "end_date": date(2022, 12, 31), "value": 280.0, "unit": "people", "dataset": text, "note": text}
        for text in HOSTILE[:2]
    ]  # fmt: skip
    put(lake, "indicators", figures, "hostile", "all")
    out = tmp_path_factory.mktemp("hostile-site") / "site"
    build_site(lake.root, out, CODEBOOK)
    return out

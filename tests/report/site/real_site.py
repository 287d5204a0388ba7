"""Makes the site of real days of news, step by step, without Prefect."""

from collections.abc import Iterable
from pathlib import Path

from written_sites import CODEBOOK

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.plan import plan
from tasks.load.reference import load_facts
from tasks.load.stories import load_stories
from tasks.report.site.build import Built, build_site
from tasks.settings import Settings, Source, shipped
from tasks.staging import Staging
from tasks.transform.code_batch import code_batch
from tasks.transform.coding.version import coder_version

DAYS = "data/news/rss_linkdb_2023"
"""Where the twelve days of September lie among the real files: one archive of feeds a day."""


def real_days(real_data: Path) -> list[Path]:
    """The archives of the twelve days."""
    return sorted((real_data / DAYS).glob("2023-09-*_json.zip"))


def make_real_site(archives: Iterable[Path], root: Path) -> Built:
    """Read and code the archives into `root/lake`, and write their site into `root/site`."""
    settings = Settings(lake=root / "lake")
    lake, version = Lake(settings.lake), coder_version(settings)
    sources = [Source(path.stem, path) for path in archives]
    todo = plan([stage_raw_file(raw, s, settings) for s in sources for raw in raw_files(s)], lake, version)
    for batch in todo.to_code:
        code_batch(batch, settings)
    for period in todo.periods:
        load_period(lake, Staging(settings.lake), period.source, period.period, period.batches, version)
    load_stories(lake)
    load_facts(lake, shipped("data/reference"), settings.codebook / "people.csv")
    return build_site(settings.lake, root / "site", CODEBOOK)

"""Makes the lake of the sample archive step by step, without Prefect."""

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.load.lake import Lake
from tasks.load.news import load_period
from tasks.load.plan import plan
from tasks.load.quarantine import write_quarantine
from tasks.load.reference import load_facts
from tasks.load.stories import load_stories
from tasks.settings import Settings, Source, shipped
from tasks.staging import Manifest, Staging
from tasks.transform.code_batch import code_batch
from tasks.transform.coding.version import coder_version


def stage_sample(settings: Settings) -> list[Manifest]:
    source = Source("sample", shipped("data/sample"))
    return [stage_raw_file(raw, source, settings) for raw in raw_files(source)]


def load_sample(settings: Settings, manifests: list[Manifest]) -> None:
    lake, version = Lake(settings.lake), coder_version(settings)
    todo = plan(manifests, lake, version)
    for batch in todo.to_code:
        code_batch(batch, settings)
    for period in todo.periods:
        load_period(lake, Staging(settings.lake), period.source, period.period, period.batches, version)
    write_quarantine(lake, "sample", manifests)
    load_stories(lake)
    load_facts(lake, shipped("data/reference"), settings.codebook / "people.csv")

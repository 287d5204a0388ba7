"""All reference data sets that can be loaded, by name; and what files beside them are, so that a refusal can say it.

A table of the user's own is one too: a source of `sources.toml` with a mapping, by the name of the source.
"""

from dataclasses import replace
from functools import cache
from typing import Final

from tasks.errors import ConfigError, UsageError, did_you_mean
from tasks.extract.reference import (
    acled,
    atop,
    cow_alliances,
    cow_contiguity,
    gdelt,
    sipri_arms,
    sipri_milex,
    ucdp_conflicts,
    ucdp_country_year,
    ucdp_ged,
    unhcr,
)
from tasks.extract.reference.dataset import Dataset, origin_of
from tasks.extract.reference.own_tables import own_dataset
from tasks.extract.reference.relatives import relative_of
from tasks.settings import OWN, Settings, Source, shipped

DATASETS: Final[dict[str, Dataset]] = {
    dataset.name: dataset
    for dataset in (
        gdelt.DATASET,
        *ucdp_ged.DATASETS,
        ucdp_conflicts.DATASET,
        ucdp_country_year.DATASET,
        acled.DATASET,
        sipri_arms.DATASET,
        sipri_milex.DATASET,
        unhcr.DATASET,
        cow_alliances.DATASET,
        atop.DATASET,
        cow_contiguity.DATASET,
    )
}  # fmt: skip
"""The data sets in the order in which a file is offered to them: the pickiest first."""


def find(name: str, settings: Settings | None = None) -> Dataset:
    """The data set of that name, those of the user's own of these settings too. Raises UsageError, which lists them.

    Its origin and least rows are what `sources.toml` says: that of these settings, and where it is silent, or there are
    none, the one that ships with Dotterel.
    """
    if name in DATASETS:
        said = [source for source in settings.sources() if source.dataset == name] if settings else []
        said += [source for source in _shipped_sources() if source.dataset == name]
        least = next((source.least_rows for source in said if source.least_rows), DATASETS[name].least_rows)
        return replace(DATASETS[name], origin=origin_of(said), least_rows=least)
    own = {source.name: source for source in own_sources(settings)} if settings else {}
    if name not in own:
        known = [*sorted(DATASETS), *own]
        near = did_you_mean(name, known)
        raise UsageError(f"There is no reference data set '{name}'.{near} Known: {', '.join(known)}.")
    return of_source(own[name])


@cache
def _shipped_sources() -> list[Source]:
    return Settings(config=shipped("config") / "dotterel.toml").sources()


def every(settings: Settings | None = None) -> list[Dataset]:
    """All data sets that can be loaded, with those of the user's own of these settings."""
    own = own_sources(settings) if settings else []
    return [*(find(name, settings) for name in DATASETS), *map(of_source, own)]


def own_sources(settings: Settings) -> list[Source]:
    """The sources of `sources.toml` that are tables of the user's own."""
    return [source for source in settings.sources() if source.dataset == OWN]


def of_source(source: Source) -> Dataset:
    """The data set that a source is of. Raises UsageError where there is none such, ConfigError for a bad mapping."""
    if source.dataset != OWN:
        return find(source.dataset)
    if source.name in (*DATASETS, "facts"):
        raise ConfigError(f"sources.toml: source '{source.name}' is called like a data set that is none of your own.")
    return own_dataset(source)


def recognise(head: bytes) -> Dataset | None:
    """The data set that an unpacked file belongs to, by its first bytes; None where it is none of them."""
    return next((dataset for dataset in DATASETS.values() if dataset.fits(head)), None)


def refusal(head: bytes, wanted: Dataset | None = None) -> str:
    """Why a file is not taken, in words that follow its name and `: `; `wanted` is the data set it was to be."""
    if not head.strip():
        return "it is empty"
    if other := recognise(head):
        return f"it is {other.title}; load it with `dotterel reference load {other.name}`"
    if relative := relative_of(head):
        return f"it is {relative}, which is not loaded"
    return (
        f"it is not {wanted.title}, as far as its content tells"
        if wanted
        else "its content fits no data set that is known; name the one that it is of in place of auto"
    )

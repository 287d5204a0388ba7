"""Each of the small data sets knows its own files by their content, and no others."""

import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.reference import atop, cow_alliances, cow_contiguity, sipri_arms, sipri_milex, unhcr
from tasks.extract.reference.dataset import HEAD

SETS = (sipri_arms, sipri_milex, unhcr, cow_alliances, atop, cow_contiguity)
OWN = {
    "trade_2023_newformat.csv": "sipri-arms",
    "trade-register_2025-03_oldformat.csv": "sipri-arms",
    "trade-register_excel_mangled.csv": "sipri-arms",
    "SIPRI-Milex-data-1949-2022.xlsx": "sipri-milex",
    "HDX_EndYearPopulationTotals.csv": "unhcr",
    "HDX_AsylumApplications.csv": "unhcr",
    "population_from_rda.csv.gz": "unhcr",
    "cow_alliance_from_rda.csv.gz": "cow-alliances",
    "atop_alliance_from_rda.csv.gz": "atop",
    "contdir.csv": "cow-contiguity",
    "contdird.csv": "cow-contiguity",
}


def heads(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The name and first bytes of every file below a folder, and of every member of its zips."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield path.name, file.read(HEAD)
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as members:
                for member in members.infolist():
                    if not member.is_dir():
                        with members.open(member) as file:
                            yield Path(member.filename).name, file.read(HEAD)


def test_every_real_file_is_taken_by_its_own_set_and_by_no_other(real_data: Path) -> None:
    taken: dict[str, set[str]] = {}
    for kind in ("reference", "gdelt"):
        for name, head in heads(real_data / "data" / kind):
            taken.setdefault(name, set()).update(dataset.NAME for dataset in SETS if dataset.fits(head))
    assert {name: sets for name, sets in taken.items() if sets} == {name: {known} for name, known in OWN.items()}
    assert len(taken) > 60


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_choice(head: bytes) -> None:
    assert not any(dataset.fits(head) for dataset in SETS)

"""The load of reference data sets: what raw files hold becomes partitions, whatever order they come in."""

import gzip
import itertools
import random
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO

import pyarrow as pa
import pytest
from gdelt_lines import line, lines
from rows import table_of

from tasks.contract import EVENTS
from tasks.errors import LakeError
from tasks.extract.drafts import Rejected
from tasks.extract.raw_files import RawFile, raw_files
from tasks.extract.reference import registry, spool
from tasks.extract.reference.dataset import Dataset, Part
from tasks.extract.reference.read_files import ReadFile, data_sets_of, groups, read_files
from tasks.extract.reference.registry import find
from tasks.extract.reference.spool import spool_folder
from tasks.load.lake import Lake
from tasks.load.reference_sets import (
    LoadedPeriod,
    files_in_lake,
    keep_quarantine,
    load_period,
    periods_to_load,
    raw_name,
)
from tasks.settings import Settings, Source

FIRST, SECOND = "20200927101500", "20200928101500"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def zipped(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(path.name.removesuffix(".zip")), content)
    return path


def load(
    lake: Lake, *paths: Path, name: str = "gdelt", stop_after: int = 1000
) -> tuple[list[ReadFile], list[LoadedPeriod]]:
    """What the flow does, without Prefect; `stop_after` partitions it is killed."""
    settings, dataset = Settings(lake=lake.root), find(name)
    raws = [raw for path in paths for raw in raw_files(Source(name, path))]
    there = files_in_lake(lake, dataset) if dataset.additive else set()
    new = [(number, raw) for number, raw in enumerate(raws) if raw_name(raw.sha256) not in there]
    with spool_folder(lake.root, name) as folder:
        read = [read_files(name, group, folder, settings) for group in groups(new)]
        files = [file for one in read for file in one.files]
        keep_quarantine(lake, dataset, files)
        todo = periods_to_load(lake, dataset, files, [s for one in read for s in one.spooled])
        return files, [load_period(lake, period) for period in todo[:stop_after]]


def content(lake: Lake) -> dict[str, bytes]:
    return {partition.name: partition.path.read_bytes() for partition in lake.partitions()}


@pytest.fixture
def zips(tmp_path: Path) -> list[Path]:
    """Four files: one of two days, one with a bad line, one that says some events again, one of one day."""
    bodies = [
        lines(1, 5, DATEADDED=FIRST) + lines(10, 5, DATEADDED=SECOND),
        lines(20, 3, DATEADDED=FIRST) + b"<html>\n" + lines(23, 2, DATEADDED=FIRST),
        lines(3, 5, DATEADDED=FIRST, Actor1Name="ARMY"),
        lines(40, 5, DATEADDED=SECOND),
    ]
    return [zipped(tmp_path / "zips" / f"{number}.export.CSV.zip", body) for number, body in enumerate(bodies)]


def test_a_zip_becomes_a_partition_a_day_of_its_date_added(lake: Lake, zips: list[Path]) -> None:
    (file,), loaded = load(lake, zips[0])
    assert (file.found, file.merged, file.quarantine, file.refused) == (10, 0, (), ())
    assert [(one.period, one.rows, one.written) for one in loaded] == [
        ("2020-09-27", 5, "events/source=gdelt/period=2020-09-27"),
        ("2020-09-28", 5, "events/source=gdelt/period=2020-09-28"),
    ]
    days = lake.read("events", "gdelt", "2020-09-28", ["published_date"]).column(0).unique().to_pylist()
    assert days == [date(2020, 9, 28)]


def test_the_same_files_give_the_same_bytes_in_any_order(lake: Lake, zips: list[Path], tmp_path: Path) -> None:
    load(lake, *zips)
    for number, order in enumerate([*itertools.permutations(zips)][1::5]):
        other = Lake(tmp_path / f"other{number}")
        for path in order:
            load(other, path)
        assert content(other) == content(lake)
    ids = lake.read("events", "gdelt", "2020-09-27").column("event_id").to_pylist()
    assert ids == sorted(set(ids))
    assert len(ids) == 5 + 5 + 2


def test_the_same_files_give_the_same_bytes_however_often_the_load_is_killed(
    lake: Lake, zips: list[Path], tmp_path: Path
) -> None:
    load(lake, *zips)
    killed = Lake(tmp_path / "killed")
    for stop_after in (0, 1, 0, 1, 2):
        load(killed, *zips, stop_after=stop_after)
    load(killed, *zips)
    assert content(killed) == content(lake)


def test_a_file_that_is_in_the_lake_is_not_read_again(lake: Lake, zips: list[Path], tmp_path: Path) -> None:
    load(lake, *zips)
    before = content(lake)
    assert load(lake, *zips) == ([], [])
    assert load(lake, Path(zips[0].rename(tmp_path / "renamed.zip"))) == ([], [])
    assert content(lake) == before


def test_a_file_of_which_one_day_was_not_written_is_read_again(lake: Lake, zips: list[Path]) -> None:
    load(lake, zips[0], stop_after=1)
    files, loaded = load(lake, zips[0])
    assert [file.found for file in files] == [10]
    assert [(one.period, one.rows, bool(one.written), one.merged) for one in loaded] == [
        ("2020-09-27", 5, False, {}),
        ("2020-09-28", 5, True, {}),
    ]


def test_a_damaged_partition_is_made_again_from_its_files(lake: Lake, zips: list[Path]) -> None:
    load(lake, *zips)
    before = content(lake)
    lake.path("events", "gdelt", "2020-09-27").write_bytes(b"PAR1 no more")
    load(lake, *zips)
    assert content(lake) == before


def test_rows_found_are_loaded_merged_or_rejected_whatever_file_they_are_in(lake: Lake, zips: list[Path]) -> None:
    files, loaded = load(lake, *zips)
    merged = sum(sum(one.merged.values()) for one in loaded)
    found, quarantined = sum(file.found for file in files), sum(len(file.quarantine) for file in files)
    assert (found, merged, quarantined) == (26, 3, 1)
    assert found == sum(one.rows for one in loaded) + merged + quarantined
    assert [one.merged for one in loaded if one.merged] == [{2: 3}]
    again = lines(1, 5, DATEADDED=FIRST)
    (file,), (one,) = load(lake, zipped(zips[0].with_name("again.zip"), again))
    assert (file.found, one.merged, one.rows) == (5, {0: 5}, 12)


def test_what_is_rejected_stands_in_quarantine_with_its_line(lake: Lake, zips: list[Path]) -> None:
    load(lake, *zips)
    (row,) = lake.read("quarantine", "gdelt", "all").to_pylist()
    assert row["raw_uri"] == "1.export.CSV.zip!1.export.CSV"
    assert (row["record"], row["stage"], row["reason"]) == ("1.export.CSV line 4", "extract", "wrong_number_of_cells")
    assert row["sample"] == "<html>"


def test_a_member_with_a_wrong_checksum_costs_one_row_and_leaves_none(
    lake: Lake, zips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_HELD", 1000)  # so that rows were written before the end was seen
    data = bytearray(zips[3].read_bytes())
    at = data.index(b"PK\x01\x02")  # the directory, where the checksum stands again
    data[at + 16] ^= 0xFF
    zips[3].write_bytes(bytes(data))
    files, loaded = load(lake, *zips)
    assert [(file.found, len(file.quarantine)) for file in files] == [(10, 0), (6, 1), (5, 0), (1, 1)]
    assert files[3].quarantine[0]["reason"] == "corrupt_member"
    assert {one.period: one.rows for one in loaded} == {"2020-09-27": 12, "2020-09-28": 5}


def test_of_a_torn_gzip_what_comes_before_is_loaded(lake: Lake, tmp_path: Path) -> None:
    random.seed(1)
    body = b"".join(line(n, SOURCEURL=f"https://a.example/{random.random()}") + b"\n" for n in range(5000))
    (tmp_path / "torn.gz").write_bytes(gzip.compress(body)[:-20_000])
    (file,), (loaded,) = load(lake, tmp_path / "torn.gz")
    assert "truncated_gzip" in {row["reason"] for row in file.quarantine}
    assert 0 < loaded.rows == file.found - len(file.quarantine) < 5000


def test_a_file_that_is_something_else_is_refused_and_the_rest_is_loaded(lake: Lake, zips: list[Path]) -> None:
    other = zipped(zips[0].with_name("5.zip"), b"rcid,country,vote\n1,Armenia,yes\n")
    mangled = zipped(zips[0].with_name("6.zip"), lines(1, 5, DATEADDED="2.02E+13"))
    files, _ = load(lake, zips[0], other, mangled)
    assert [file.is_refused for file in files] == [False, True, True]
    assert files[1].refused[0].why == "it is a list of votes of the UN General Assembly, which is not loaded"
    assert "DATEADDED is '2.02E+13'" in files[2].refused[0].why
    assert files[1].refused[0].raw_uri == "5.zip!5"


def test_a_file_that_cannot_be_read_now_fails_alone(lake: Lake, zips: list[Path], tmp_path: Path) -> None:
    raws = list(enumerate(raw for path in zips for raw in raw_files(Source("gdelt", path))))
    zips[1].unlink()
    with spool_folder(lake.root, "gdelt") as folder:
        read = read_files("gdelt", raws, folder, Settings(lake=lake.root))
    assert [bool(file.failed) for file in read.files] == [False, True, False, False]


def test_nothing_temporary_is_left(lake: Lake, zips: list[Path]) -> None:
    load(lake, *zips)
    assert not [path for path in lake.root.rglob("*") if path.suffix in (".tmp", ".arrow")]
    with suppress(KeyboardInterrupt), spool_folder(lake.root, "gdelt") as folder:
        (folder / "rows.arrow").write_bytes(b"")
        raise KeyboardInterrupt
    assert not [path for path in lake.root.rglob("*") if path.suffix in (".tmp", ".arrow")]


def test_another_version_of_the_reader_makes_a_period_anew_from_all_its_files_or_not_at_all(
    lake: Lake, zips: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(lake, *zips)
    old = find("gdelt")
    new = Dataset(**{name: getattr(old, name) for name in old.__dataclass_fields__} | {"version": old.version + 1})
    monkeypatch.setitem(registry.DATASETS, "gdelt", new)
    before = content(lake)
    with pytest.raises(LakeError, match="from 2 raw files that are not among these"):
        load(lake, zips[3], zips[0], stop_after=1)
    assert content(lake) == before
    load(lake, *zips)
    assert {name: len(data) for name, data in content(lake).items()} == {
        name: len(data) for name, data in before.items()
    }
    origin = lake.origin("events", "gdelt", "2020-09-27")
    assert origin is not None
    assert origin.coder == f"gdelt {new.version}"


def test_a_raw_file_tells_what_data_sets_its_members_are_of(tmp_path: Path) -> None:
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.CSV", lines(1, 2))
        archive.writestr("codebook.pdf", b"%PDF-1.4")
    (raw,) = raw_files(Source("auto", path))
    names, refused = data_sets_of(raw, Settings())
    assert names == ["gdelt"]
    assert [(one.raw_uri, one.why) for one in refused] == [
        ("mixed.zip!codebook.pdf", "it is a PDF document, which is not loaded")
    ]


def test_groups_hold_every_file_once(tmp_path: Path) -> None:
    raws = [
        (n, RawFile("gdelt", tmp_path, str(n), "", size)) for n, size in enumerate([1, 9 << 20, 5 << 20, 5 << 20] * 40)
    ]
    found = list(groups(raws))
    assert [raw for group in found for raw in group] == raws
    assert all(len(group) == 1 or sum(raw.bytes for _, raw in group) <= 8 << 20 for group in found)


# --- sets that are replaced


def yearly(rows_of: Sequence[tuple[str, date]]) -> pa.Table:
    return table_of("events", [{"event_id": name, "dataset": "ucdp_ged", "event_date": day} for name, day in rows_of])


def read_yearly(file: IO[bytes], name: str) -> Iterator[Part]:
    """A data set of the tests: lines `yearly,<id>,<day>`."""
    good, rejected = [], []
    for number, text in enumerate(file.read().decode().splitlines(), 1):
        try:
            _, key, day = text.split(",")
            good.append((key, date.fromisoformat(day)))
        except ValueError:
            rejected.append(Rejected(f"line {number}", "bad_row", "it is bad", text))
    yield Part(len(good) + len(rejected), {"events": yearly(good)}, tuple(rejected))


@pytest.fixture
def of_years(monkeypatch: pytest.MonkeyPatch) -> str:
    dataset = Dataset(
        "yearly",
        "Yearly",
        ("events",),
        lambda head: head.startswith(b"yearly"),
        read_yearly,
    )
    monkeypatch.setitem(registry.DATASETS, "yearly", dataset)
    return "yearly"


def write(path: Path, *texts: str) -> Path:
    path.write_text("".join(f"yearly,{text}\n" for text in texts))
    return path


def test_a_set_that_is_not_additive_is_what_the_files_of_one_load_hold(
    lake: Lake, tmp_path: Path, of_years: str
) -> None:
    a = write(tmp_path / "a.csv", "1,2021-01-01", "2,2022-05-01", "x")
    b = write(tmp_path / "b.csv", "3,2022-01-01")
    _, loaded = load(lake, a, b, name=of_years)
    assert {one.period: one.rows for one in loaded} == {"2021": 1, "2022": 2}
    assert len(lake.read("quarantine", "yearly", "all")) == 1
    before = content(lake)
    _, loaded = load(lake, b, a, name=of_years)
    assert [one.written for one in loaded] == ["", ""]
    assert content(lake) == before
    _, loaded = load(lake, write(tmp_path / "c.csv", "3,2022-01-01", "4,2023-01-01"), name=of_years)
    assert {one.period: one.rows for one in loaded} == {"2021": 0, "2022": 1, "2023": 1}
    assert len(lake.read("quarantine", "yearly", "all")) == 0
    assert lake.read("events", "yearly", "2021").schema == EVENTS.schema


def test_of_two_editions_the_newer_one_stays_in_whatever_order_they_come(lake: Lake, tmp_path: Path) -> None:
    told = "Year,ISO3CoO,ISO3CoA,REF\n2020,AFG,PAK,{}\n{},SYR,TUR,7\n"
    files = [tmp_path / name for name in ("old.csv", "new.csv", "unknown.csv")]
    files[0].write_text(f"Extracted on: 2021-07-01\n{told.format(100, 2019)}")
    files[1].write_text(f"Extracted on: 2023-07-01\n{told.format(90, 2018)}")
    files[2].write_text(told.format(80, 2017))
    for order in itertools.permutations(files):
        load(lake, *order, name="unhcr")
        rows = [row for year in range(2017, 2021) for row in lake.read("indicators", "unhcr", str(year)).to_pylist()]
        assert [(row["start_date"].year, row["value"], row["dataset_version"]) for row in rows] == [
            (2017, 7.0, None), (2018, 7.0, "2023-07-01"), (2019, 7.0, "2021-07-01"), (2020, 90.0, "2023-07-01")
        ]  # fmt: skip


def test_where_no_edition_is_known_only_rows_of_the_same_key_are_merged(lake: Lake, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.csv", "other.csv")]
    for file, country in zip(files, ("SYR", "IRQ"), strict=True):
        file.write_text(f"Year,ISO3CoO,ISO3CoA,REF\n2020,AFG,PAK,100\n2020,{country},TUR,7\n")
    load(lake, *files, name="unhcr")
    rows = lake.read("indicators", "unhcr", "2020").to_pylist()
    assert [(row["country"], row["value"]) for row in rows] == [("AFG", 100.0), ("IRQ", 7.0), ("SYR", 7.0)]


def test_a_file_without_records_is_refused(lake: Lake, tmp_path: Path) -> None:
    """It would take the place of all that is there."""
    (tmp_path / "a.csv").write_text("Year,ISO3CoO,ISO3CoA,REF\n")
    (file,), _ = load(lake, tmp_path / "a.csv", name="unhcr")
    assert [one.why for one in file.refused] == ["it holds no records"]
    assert file.is_refused


def test_fewer_rows_than_a_data_set_has_are_said(
    lake: Lake, tmp_path: Path, of_years: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = find(of_years)
    more = Dataset(**{name: getattr(old, name) for name in old.__dataclass_fields__} | {"least_rows": 1000})
    monkeypatch.setitem(registry.DATASETS, "yearly", more)
    (file,), _ = load(lake, write(tmp_path / "a.csv", "1,2021-01-01"), name=of_years)
    assert file.remarks == ("1 records, fewer than the 1,000 that Yearly has at least",)


def test_a_workbook_reaches_its_reader_as_it_is(lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    (tmp_path / "book.xlsx").write_bytes(book.getvalue())
    seen = []

    def read(file: IO[bytes], name: str) -> Iterator[Part]:
        seen.append((name, file.read()))
        yield Part(1, {"events": yearly([("1", date(2020, 1, 1))])})

    dataset = Dataset("book", "Book", ("events",), lambda head: head.startswith(b"PK\x03\x04"), read)
    monkeypatch.setitem(registry.DATASETS, "book", dataset)
    load(lake, tmp_path / "book.xlsx", name="book")
    assert seen == [("book.xlsx", book.getvalue())]

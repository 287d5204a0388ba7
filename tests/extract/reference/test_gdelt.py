"""The reader of GDELT's event files."""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from gdelt_lines import line, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import EVENTS
from tasks.extract.reference import gdelt
from tasks.extract.reference.dataset import HEAD, Part, WrongFileError
from tasks.extract.reference.gdelt import DATASET, fits
from tasks.extract.reference.gdelt_lines import IGNORED, LAYOUTS, USED
from tasks.load.lake import checked


def parts(data: bytes) -> list[Part]:
    return list(DATASET.read(BytesIO(data), "20200927101500.export.CSV"))


def rows(data: bytes) -> list[dict[str, Any]]:
    return [row for part in parts(data) if part.tables for row in checked(EVENTS, part.tables["events"]).to_pylist()]


def row(**other: str) -> dict[str, Any]:
    (only,) = rows(line(**other) + b"\n")
    return {name: value for name, value in only.items() if value is not None}


def rejected(data: bytes) -> list[tuple[str, str]]:
    return [(one.record, one.reason) for part in parts(data) for one in part.rejected]


def test_every_column_is_used_or_left_out_by_name() -> None:
    names = {name for layout in LAYOUTS.values() for name in layout}
    assert names == set(USED) | IGNORED
    assert not set(USED) & IGNORED
    assert sorted(LAYOUTS) == [57, 58, 61]


def test_an_event_is_told_in_our_words() -> None:
    assert row() == {
        "event_id": "900000001",
        "dataset": "gdelt",
        "event_date": date(2020, 9, 27),
        "date_precision": "day",
        "published_date": date(2020, 9, 27),
        "event_type": "ASSAULT",
        "event_mode": "heavy-weapons",
        "cameo_code": "194",
        "quad_class": 4,
        "intensity": -10.0,
        "modality": "actual",
        "actor_name": "AZERBAIJANI ARMY",
        "actor_country": "AZE",
        "actor_sector": "MIL",
        "recipient_name": "ARMENIA",
        "recipient_country": "ARM",
        "place_name": "Hadrut, Khojavend, Azerbaijan",
        "place_country": "AZE",
        "place_precision": "city",
        "admin1": "Khojavend",
        "latitude": 39.52,
        "longitude": 47.0317,
        "source_url": "https://www.wader.example/news/hadrut?id=1",
        "outlet": "wader.example",
    }


@pytest.mark.parametrize(
    ("code", "event_type"),
    [
        ("010", None), ("020", "REQUEST"), ("036", "AGREE"), ("042", "CONSULT"), ("051", "SUPPORT"),
        ("061", "COOPERATE"), ("0731", "AID"), ("081", "CONCEDE"), ("0831", "CONCEDE"), ("0841", "RETREAT"),
        ("085", "RETREAT"), ("0871", "RETREAT"), ("090", "ACCUSE"), ("100", "REQUEST"), ("112", "ACCUSE"),
        ("120", "REJECT"), ("130", "THREATEN"), ("141", "PROTEST"), ("152", "MOBILIZE"), ("163", "SANCTION"),
        ("173", "COERCE"), ("180", "ASSAULT"), ("190", "ASSAULT"), ("204", "ASSAULT"),
    ],
)  # fmt: skip
def test_a_cameo_code_has_a_type_of_plover(code: str, event_type: str | None) -> None:
    assert row(EventCode=code).get("event_type") == event_type
    assert row(EventCode=code)["cameo_code"] == code


@pytest.mark.parametrize(
    ("actor", "country", "sector"),
    [
        ({"Actor1Code": "ROM", "Actor1CountryCode": "ROM"}, "ROU", None),
        ({"Actor1Code": "KSV", "Actor1CountryCode": "KSV"}, "XKX", None),
        ({"Actor1Code": "TMPGOV", "Actor1CountryCode": "TMP", "Actor1Type1Code": "GOV"}, "TLS", "GOV"),
        ({"Actor1Code": "EUR", "Actor1CountryCode": "EUR"}, None, None),
        ({"Actor1Code": "GMW"}, "DEU", None),
        ({"Actor1Code": "TWN"}, "TWN", None),
        ({"Actor1Code": "IGOUNO", "Actor1KnownGroupCode": "UNO", "Actor1Type1Code": "IGO"}, None, "IGO"),
        ({"Actor1Code": "PTY"}, None, "PTY"),
        ({"Actor1Code": "REL"}, None, "CVL"),
        ({"Actor1Code": "kur", "Actor1EthnicCode": "kur"}, None, None),
        ({"Actor1Code": "UKRUAF", "Actor1CountryCode": "UKR", "Actor1Type1Code": "UAF"}, "UKR", "REB"),
        ({"Actor1Code": "", "Actor1Name": ""}, None, None),
    ],
    ids=lambda value: value["Actor1Code"] if isinstance(value, dict) else "",
)
def test_an_actor_has_a_country_and_a_sector(actor: dict[str, str], country: str | None, sector: str | None) -> None:
    found = row(**{"Actor1CountryCode": "", "Actor1Type1Code": "", **actor})
    assert (found.get("actor_country"), found.get("actor_sector")) == (country, sector)


@pytest.mark.parametrize(
    ("kind", "name", "country", "expected"),
    [
        ("1", "Russia", "RS", ("RUS", "country", None)),
        ("2", "Texas, United States", "US", ("USA", "admin1", "Texas")),
        ("3", "Dallas, Texas, United States", "US", ("USA", "city", "Texas")),
        ("4", "London, London, City of, United Kingdom", "UK", ("GBR", "city", "London, City of")),
        ("4", "Freeport, Freeport, Bahamas, The", "BF", ("BHS", "city", "Freeport")),
        ("4", "Minsk, Belarus (general), Belarus", "BO", ("BLR", "city", None)),
        ("4", "Warsaw, (PL67), Poland", "PL", ("POL", "city", None)),
        ("5", "Victoria, Australia", "AS", ("AUS", "admin1", "Victoria")),
        ("4", "Pristina, Kosovo (general), Kosovo", "KV", ("XKX", "city", None)),
        ("4", "Gaza, Gaza Strip (general), Gaza Strip", "GZ", ("PSE", "city", None)),
        ("4", "Ramallah, West Bank (general), West Bank", "WE", ("PSE", "city", None)),
        ("1", "Atlantic Ocean", "OS", (None, "country", None)),
    ],
)
def test_a_place_has_a_country_a_precision_and_a_division(
    kind: str, name: str, country: str, expected: tuple[str | None, str, str | None]
) -> None:
    found = row(ActionGeo_Type=kind, ActionGeo_FullName=name, ActionGeo_CountryCode=country)
    assert (found.get("place_country"), found["place_precision"], found.get("admin1")) == expected
    assert found["place_name"] == name


def test_the_zeros_of_version_1_are_no_place() -> None:
    nowhere = {"ActionGeo_FullName": "", "ActionGeo_CountryCode": "", "ActionGeo_Lat": "0", "ActionGeo_Long": "0"}
    for kind in ("0", ""):
        found = row(fields=57, ActionGeo_Type=kind, **nowhere)  # type: ignore[arg-type]
        assert not {"latitude", "longitude", "place_precision", "place_name"} & set(found)
    gulf_of_guinea = row(ActionGeo_Lat="0", ActionGeo_Long="0")
    assert (gulf_of_guinea["latitude"], gulf_of_guinea["longitude"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("url", "source_url", "outlet"),
    [
        ("https://www.Wader.example:443/a", "https://www.Wader.example:443/a", "wader.example"),
        ("http://user@news.example", "http://user@news.example", "news.example"),
        ("BBC Monitoring", "BBC Monitoring", "BBC Monitoring"),
        ("", None, None),
    ],
)
def test_the_outlet_is_the_host_of_the_address(url: str, source_url: str | None, outlet: str | None) -> None:
    found = row(SOURCEURL=url)
    assert (found.get("source_url"), found.get("outlet")) == (source_url, outlet)


def test_layouts_of_different_years_may_stand_in_one_file() -> None:
    data = b"\n".join(line(number, fields) for number, fields in enumerate((57, 58, 61, 57), 1))
    assert sorted(row["event_id"] for row in rows(data)) == ["1", "2", "3", "4"]
    assert rejected(data) == []


BAD = {
    "a short row": (b"\t".join(line().split(b"\t")[:30]), "wrong_number_of_cells"),
    "a long row": (line() + b"\tmore", "wrong_number_of_cells"),
    "a garbage line": (b"<html>503 Service Unavailable</html>", "wrong_number_of_cells"),
    "an id with letters": (line(GLOBALEVENTID="9x"), "not_a_number"),
    "no id": (line(GLOBALEVENTID=""), "not_a_number"),
    "a negative id": (line(GLOBALEVENTID="-5"), "not_a_number"),
    "a stray quote": (line(Actor1Name='"ARMY'), "mangled"),
    "bad bytes": (line().replace(b"ARMENIA", b"ARM\xff\xfeNIA"), "bad_bytes"),
    "a NUL": (line(Actor1Name="AR\0MY"), "bad_bytes"),
    "a lone carriage return": (line(Actor1Name="AR\rMY"), "bad_bytes"),
    "an impossible day": (line(SQLDATE="20200931"), "bad_date"),
    "no day": (line(SQLDATE=""), "bad_date"),
    "an impossible moment": (line(DATEADDED="20200927256000"), "bad_date"),
    "a rounded moment": (line(DATEADDED="2.02009E+13"), "mangled"),
    "an unknown event": (line(EventCode="310"), "unknown_code"),
    "no event": (line(EventCode="---"), "unknown_code"),
    "an unknown quad class": (line(QuadClass="5"), "bad_value"),
    "an unknown type of place": (line(ActionGeo_Type="9"), "bad_value"),
    "a latitude out of range": (line(ActionGeo_Lat="139.5"), "bad_value"),
    "a longitude out of range": (line(ActionGeo_Long="-180.5"), "bad_value"),
    "a latitude that is no number": (line(ActionGeo_Lat="nan"), "not_a_number"),
    "a decimal comma": (line(ActionGeo_Lat="39,52"), "not_a_number"),
    "half of the coordinates": (line(ActionGeo_Long=""), "bad_value"),
    "a Goldstein score out of range": (line(GoldsteinScale="11"), "bad_value"),
    "a word in place of a number": (line(GoldsteinScale="null"), "not_a_number"),
}


@pytest.mark.parametrize(("bad", "reason"), BAD.values(), ids=BAD)
def test_a_bad_line_costs_itself_alone(bad: bytes, reason: str) -> None:
    data = lines(1, 3) + bad + b"\n" + lines(4, 2)
    assert rejected(data) == [("line 4", reason)]
    assert [row["event_id"] for row in rows(data)] == ["1", "2", "3", "4", "5"]
    assert sum(part.found for part in parts(data)) == 6
    assert all(one.sample and one.detail for part in parts(data) for one in part.rejected)


def test_lines_are_counted_over_blocks_and_over_empty_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "BLOCK", 1000)
    data = lines(1, 5) + b"\n\n" + lines(6, 2) + b"bad\n" + lines(8, 7) + b"\r\n" + b"worse"
    assert rejected(data) == [("line 10", "wrong_number_of_cells"), ("line 19", "wrong_number_of_cells")]
    assert len(rows(data)) == 14


def test_line_ends_of_windows_are_line_ends() -> None:
    data = lines(1, 4).replace(b"\n", b"\r\n")
    assert (len(rows(data)), rejected(data)) == (4, [])


def test_a_line_without_end_is_passed_over_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gdelt, "BLOCK", 4096)
    monkeypatch.setattr(gdelt, "LONGEST", 20_000)
    data = lines(1, 2) + b"x" * 100_000 + b"\n" + lines(3, 2)
    assert rejected(data) == [("line 3", "too_large")]
    assert len(rows(data)) == 4
    assert rejected(lines(1, 2) + b"x" * 100_000) == [("line 3", "too_large")]


def test_an_unknown_code_is_said_and_costs_no_row() -> None:
    found = parts(line(Actor1CountryCode="QQQ", Actor1Code="QQQ", ActionGeo_CountryCode="??", Actor2Type1Code="ZZZ"))
    assert sum(part.tables["events"].num_rows for part in found if part.tables) == 1
    assert [remark for part in found for remark in part.remarks] == [
        "unknown country codes of actors were left out: QQQ",
        "unknown country codes of places were left out: ??",
        "unknown type codes of actors were left out: ZZZ",
    ]


def _saved_with(delimiter: str, **other: str) -> bytes:
    return b"\n".join(line(number, **other).replace(b"\t", delimiter.encode()) for number in range(1, 20))


WRONG = {
    "saved with commas": (_saved_with(",", ActionGeo_FullName="Hadrut"), "mangled", "commas or semicolons"),
    "saved with semicolons": (_saved_with(";"), "mangled", "commas or semicolons"),
    "moments rounded": (lines(1, 9, DATEADDED="2,02009E+13"), "mangled", "a spreadsheet has rounded"),
    "a column too few": (b"\n".join(line(n).partition(b"\t")[2] for n in range(9)), "wrong_layout", "60 fields where"),
    "a column too many": (b"\n".join(b"1\t" + line(n) for n in range(9)), "wrong_layout", "62 fields where"),
    "columns shifted": (
        b"\n".join(b"\t".join([line(n).split(b"\t")[-1], *line(n).split(b"\t")[:-1]]) for n in range(9)),
        "wrong_layout",
        "may be shifted",
    ),
    "a header and commas": (
        ",".join(LAYOUTS[61]).encode() + b"\n" + _saved_with(","),
        "wrong_layout",
        "its first line names columns",
    ),
}


@pytest.mark.parametrize(("data", "reason", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_known_and_named(data: bytes, reason: str, words: str) -> None:
    assert fits(data[:HEAD])
    with pytest.raises(WrongFileError, match=words) as error:
        parts(data)
    assert error.value.reason == reason


def test_a_header_that_somebody_has_put_before_the_events_costs_one_row() -> None:
    data = "\t".join(LAYOUTS[61]).encode() + b"\n" + lines(1, 3)
    assert fits(data)
    assert rejected(data) == [("line 1", "not_a_number")]
    assert len(rows(data)) == 3


def test_other_texts_are_no_events() -> None:
    for data in (b"", b"\n\n", b"a\tb\tc\n" * 20, b"x" * 1000, line()[:40], b'{"GLOBALEVENTID": 1}', b"a," * 200):
        assert not fits(data)


def test_a_block_that_is_wrong_in_a_way_nobody_foresaw_loses_its_bad_lines_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gdelt, "check_line", lambda line: None)
    data = lines(1, 20) + line(SQLDATE="never") + b"\n" + lines(30, 20)
    assert rejected(data) == [("line 21", "bad_value")]
    assert len(rows(data)) == 40


# --- properties

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"'), max_size=20)


@given(st.lists(st.tuples(NAMES, st.floats(-90, 90), st.floats(-180, 180), st.dates(date(1800, 1, 1))), max_size=20))
@settings(max_examples=60, deadline=None)
def test_what_is_written_in_the_format_is_read_back(events: list[tuple[str, float, float, date]]) -> None:
    data = b"\n".join(
        line(n, Actor1Name=name, ActionGeo_Lat=repr(north), ActionGeo_Long=repr(east), SQLDATE=f"{day:%Y%m%d}")
        for n, (name, north, east, day) in enumerate(events)
    )
    found = rows(data)
    assert rejected(data) == []
    assert [(r["actor_name"] or "", r["latitude"], r["longitude"], r["event_date"]) for r in found] == [
        (name.strip(), north, east, day) for name, north, east, day in events
    ]


@given(
    st.lists(
        st.one_of(st.binary(max_size=80), st.just(line()), st.sampled_from([b for b, _ in BAD.values()])), max_size=12
    )
)
@settings(max_examples=100, deadline=None)
def test_no_input_crashes_the_reader_and_every_line_is_accounted_for(content: list[bytes]) -> None:
    data = lines(1, 1) + b"\n".join(content)
    fits(data)
    found = parts(data)
    assert sum(p.found for p in found) == sum(
        len(p.rejected) + (p.tables["events"].num_rows if p.tables else 0) for p in found
    )
    assert sum(p.found for p in found) == sum(1 for one in data.split(b"\n") if one not in (b"", b"\r"))


@given(st.integers(0, 60), st.text(max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_value_of_any_kind_gives_a_row_or_a_reason(column: int, value: str) -> None:
    fields = line(2).split(b"\t")
    fields[column] = value.encode("utf-8", "replace")
    data = lines(1, 1) + b"\t".join(fields) + b"\n"
    found = parts(data)
    assert sum(p.found for p in found) == len(rows(data)) + len(rejected(data))
    assert len(rows(data)) >= 1


def test_a_large_file_of_which_every_other_line_is_bad_is_read() -> None:
    random.seed(1)
    data = b"".join((line(n) if n % 2 else random.randbytes(200).replace(b"\n", b"")) + b"\n" for n in range(4000))
    assert len(rows(data)) == 2000
    assert len(rejected(data)) == 2000


# --- real files


def real_events(real_data: Path) -> Iterator[tuple[Path, int]]:
    with (real_data / "data" / "MANIFEST.csv").open(newline="", encoding="utf-8") as file:
        for entry in csv.reader(file):
            if entry[1] == "gdelt" and ("event export" in entry[8] or "GDELT 1.0" in entry[8]) and "KG" not in entry[8]:
                path = real_data / "data" / entry[0]
                if path.suffix.lower() == ".csv":
                    yield path, int(entry[3])


def test_the_real_event_files_give_the_rows_that_the_manifest_counts(real_data: Path) -> None:
    counted = {path.name: count for path, count in real_events(real_data)}
    assert len(counted) == 4
    for path, count in real_events(real_data):
        data = path.read_bytes()
        assert fits(data[:HEAD])
        assert (len(rows(data)), rejected(data)) == (count, []), path.name
        assert [remark for part in parts(data) for remark in part.remarks] == []


def test_totals_of_the_real_files_equal_those_of_a_few_lines_of_csv(real_data: Path) -> None:
    for path, _ in real_events(real_data):
        with path.open(newline="", encoding="utf-8") as file:
            raw = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        added = [fields[-2 if len(fields) > 57 else -1][:8] for fields in raw]
        lat = {61: 56, 58: 53, 57: 53}
        found = rows(path.read_bytes())
        assert Counter(r["quad_class"] for r in found) == Counter(int(fields[29]) for fields in raw)
        assert Counter(f"{r['event_date']:%Y%m%d}" for r in found) == Counter(fields[1] for fields in raw)
        assert Counter(f"{r['published_date']:%Y%m%d}" for r in found) == Counter(added)
        assert sum(r["intensity"] or 0 for r in found) == pytest.approx(sum(float(f[30] or 0) for f in raw))
        assert sum(r["latitude"] or 0 for r in found) == pytest.approx(sum(float(f[lat[len(f)]] or 0) for f in raw))
        assert {r["event_id"] for r in found} == {fields[0] for fields in raw}
        assert Counter(r["recipient_name"] or "" for r in found) == Counter(fields[16] for fields in raw)

"""Makes a lake of millions of events, as large as years of GDELT beside a large archive, from rows of a real export.

GDELT's part has a file a day; the coded part has a file a month, with articles, sentences to cite and near-copies. The
rows are the real ones with new ids and days. Codes of countries and types are mapped roughly: it is for measuring
speed, not for answers.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pycountry

from tasks.contract import MODALITIES, TABLES
from tasks.load.lake import Lake, Origin, checked
from tasks.load.parquet_files import write_table

EXPORT: Final = "data/gdelt/20191024143000.export.CSV"
"""One real 15-minute export of GDELT 2.0, in the folder of real files."""
GDELT: Final = "gdelt"
NEWS: Final = "news"
"""The two sources of the lake."""

FIRST_DAY: Final = date(2021, 10, 1)
COPIES_IN: Final = 6
"""One article in so many is a near-copy of the one before it."""
EVENTS_AN_ARTICLE: Final = 4
"""As in real feeds, where an article in English with any event has 3 to 5 of them."""
PLACES: Final = 20
"""Places that each place of the export stands for."""
_SENTENCES: Final = 4_000
"""Different sentences, of random words, that the bodies are put together from."""
_BODY_SENTENCES: Final = 12
"""Sentences of a body: about 1,400 characters, a short agency report."""
_WORDS: Final = 20_000
_RANDOM: Final = 20191024

_TYPES: Final = (
    *("CONSULT", "REQUEST", "AGREE", "CONSULT", "COOPERATE", "COOPERATE", "AID", "CONCEDE", "ACCUSE", "ACCUSE"),
    *("REQUEST", "REJECT", "THREATEN", "PROTEST", "MOBILIZE", "SANCTION", "COERCE", "ASSAULT", "ASSAULT", "ASSAULT"),
)
"""By CAMEO's 20 root codes, roughly."""
_FIPS: Final = {
    "RS": "RUS", "UP": "UKR", "BO": "BLR", "GG": "GEO", "AJ": "AZE", "AM": "ARM", "CH": "CHN", "MG": "MNG", "KN": "PRK",
    "EN": "EST", "LG": "LVA", "LH": "LTU", "UK": "GBR", "GM": "DEU", "TU": "TUR", "IZ": "IRQ", "IS": "ISR", "JA": "JPN",
    "KS": "KOR", "AS": "AUS", "SP": "ESP", "SW": "SWE", "SZ": "CHE",
}  # fmt: skip
"""GDELT's two letters of a place, where they are not those of ISO 3166-1; the others are taken as they are."""

_COLUMNS: Final = {
    "AvgTone": 34, "Actor1Name": 6, "Actor1Country": 7, "Actor1Type": 12, "Actor2Name": 16, "Actor2Country": 17,
    "Actor2Type": 22, "EventCode": 26, "EventRootCode": 28, "QuadClass": 29, "Goldstein": 30, "PlaceName": 52,
    "PlaceCountry": 53, "Latitude": 56, "Longitude": 57, "Url": 60,
}  # fmt: skip
"""Where the columns stand in a line of GDELT 2.0."""


def make_lake(root: Path, export: Path, events: int, *, months: int = 30, coded_share: float = 0.25) -> Lake:
    """A lake of about so many events over so many months, a share of them coded from articles; and the relations.

    `export` is the real file. Nothing is checked for one row a key, since ids are counted up; the rest is as a run
    would write it.
    """
    lake = Lake(root)
    random = np.random.default_rng(_RANDOM)
    base = _base(export)
    days = [FIRST_DAY + timedelta(n) for n in range((_month(months) - FIRST_DAY).days)]
    per_day = int(events * (1 - coded_share)) // len(days)
    made = 0
    for day in days:
        _write(lake, "events", GDELT, day.isoformat(), _gdelt_day(base, day, per_day, made, random))
        made += per_day
    sentences = _sentences(random)
    per_month = int(events * coded_share) // months
    for number in range(months):
        _write_news_month(lake, base, sentences, number, per_month, random)
    return lake


def _month(number: int) -> date:
    months = FIRST_DAY.month - 1 + number
    return date(FIRST_DAY.year + months // 12, months % 12 + 1, 1)


def _write(lake: Lake, table: str, source: str, period: str, rows: pa.Table) -> None:
    declared = TABLES[table]
    ordered = rows.sort_by([(name, "ascending") for name in declared.key])
    write_table(checked(declared, ordered), lake.path(table, source, period), Origin().to_metadata(table))


def _base(export: Path) -> pa.Table:
    """The rows of the export as events, without ids and days."""
    raw = csv.read_csv(
        export,
        read_options=csv.ReadOptions(autogenerate_column_names=True),
        parse_options=csv.ParseOptions(delimiter="\t", quote_char=False),
        convert_options=csv.ConvertOptions(column_types={f"f{n}": pa.string() for n in range(61)}),
    ).to_pydict()
    columns = {name: [text or None for text in raw[f"f{n}"]] for name, n in _COLUMNS.items()}
    known = {country.alpha_3 for country in pycountry.countries}
    two = {country.alpha_2: country.alpha_3 for country in pycountry.countries} | _FIPS
    rows = []
    for values in zip(*columns.values(), strict=True):
        line = dict(zip(columns, values, strict=True))
        row: dict[str, Any] = {column.name: None for column in TABLES["events"].columns}
        for side, number in (("actor", "1"), ("recipient", "2")):
            country, name = line[f"Actor{number}Country"], line[f"Actor{number}Name"]
            row |= {
                f"{side}_country": country if country in known else None,
                f"{side}_name": name,
                f"{side}_text": name,
                f"{side}_sector": line[f"Actor{number}Type"],
            }
        row |= {
            "event_type": _TYPES[int(line["EventRootCode"]) - 1],
            "cameo_code": line["EventCode"],
            "quad_class": int(line["QuadClass"]),
            "intensity": float(line["Goldstein"] or 0),
            "place_name": line["PlaceName"],
            "place_text": line["PlaceName"],
            "place_country": two.get(line["PlaceCountry"] or ""),
            "latitude": float(line["Latitude"]) if line["Latitude"] else None,
            "longitude": float(line["Longitude"]) if line["Longitude"] else None,
            "source_url": line["Url"],
            "modality": "actual",
            "date_precision": "day",
            "contexts": [],
            "dataset": GDELT,
            "event_id": "",
        }
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=TABLES["events"].schema)


def _gdelt_day(base: pa.Table, day: date, rows: int, first: int, random: np.random.Generator) -> pa.Table:
    """Rows of one day of DATEADDED: most happened that day or the day before, one in fifty a year before."""
    chosen = base.take(pa.array(random.integers(0, base.num_rows, rows)))
    numbers = np.arange(first, first + rows)
    happened = np.datetime64(day) - random.choice([0, 1, 365], rows, p=[0.7, 0.28, 0.02]).astype("timedelta64[D]")
    urls = pc.binary_join_element_wise(chosen["source_url"], pa.array((numbers // 3).astype(str)), "?")
    return _set(
        chosen,
        event_id=pa.array((numbers + 900_000_000).astype(str)),
        place_name=_places(chosen, random),
        event_date=pa.array(happened),
        published_date=pa.array([day] * rows, pa.date32()),
        source_url=urls,
    )


def _places(rows: pa.Table, random: np.random.Generator) -> pa.ChunkedArray:
    """The places with a number behind each, or the copies of a row would be one incident."""
    numbers = random.integers(0, PLACES, rows.num_rows).astype(str)
    return pc.binary_join_element_wise(rows["place_name"], pa.array(numbers), " ")


def _sentences(random: np.random.Generator) -> list[str]:
    """Sentences of 8 to 28 random words; the frequent words are as frequent as in a language."""
    letters = np.array(list("etaoinshrdlucmfwygpbvk"))
    words = ["".join(random.choice(letters, size)) for size in random.integers(2, 11, _WORDS)]
    ranks = np.minimum(random.zipf(1.3, (_SENTENCES, 28)), _WORDS) - 1
    return [
        " ".join(words[rank] for rank in line[:size]).capitalize() + "."
        for line, size in zip(ranks, random.integers(8, 28, _SENTENCES), strict=True)
    ]


def _write_news_month(
    lake: Lake, base: pa.Table, sentences: list[str], number: int, events: int, random: np.random.Generator
) -> None:
    first, end = _month(number), _month(number + 1)
    articles = max(events // EVENTS_AN_ARTICLE, 1)
    period = f"{first:%Y-%m}"
    # Digests, so that keys are as random as in a real lake and sort into an order that tells nothing.
    ids = np.array([f"{value:016x}{number:08x}" for value in random.integers(0, 2**62, articles)])
    days = np.datetime64(first) + random.integers(0, (end - first).days, articles).astype("timedelta64[D]")
    outlets = np.array([f"Outlet {n}" for n in range(140)])[random.integers(0, 140, articles)]
    bodies, starts = zip(*_bodies(sentences, articles, random), strict=True)
    _write(lake, "articles", NEWS, period, _articles(ids, days, outlets, bodies))
    copy = random.integers(0, COPIES_IN, articles) == 0
    copy[0] = False
    first_of = np.maximum.accumulate(np.where(copy, 0, np.arange(articles)))
    links = {"article_id": ids, "story_id": ids[first_of], "similarity": np.where(copy, 0.9, 1.0)}
    _write(lake, "stories", NEWS, period, pa.table(links))

    of = random.integers(0, articles, events)
    sentence = random.integers(0, _BODY_SENTENCES, events)
    begins = np.array([starts[a][s] for a, s in zip(of, sentence, strict=True)])
    ends = np.array([starts[a][s + 1] - 1 for a, s in zip(of, sentence, strict=True)])
    chosen = base.take(pa.array(random.integers(0, base.num_rows, events)))
    keys = [f"{value:016x}{number:08x}" for value in random.integers(0, 2**62, events)]
    rows = _set(
        chosen,
        event_id=pa.array(keys),
        place_name=_places(chosen, random),
        trigger_id=pa.array(keys),
        article_id=pa.array(ids[of]),
        dataset=pa.array(["coded"] * events),
        event_date=pa.array(days[of] - random.choice([0, 1, 400], events, p=[0.6, 0.3, 0.1]).astype("timedelta64[D]")),
        published_date=pa.array(days[of]),
        outlet=pa.array(outlets[of]),
        modality=pa.array(np.array(MODALITIES)[random.choice(4, events, p=[0.85, 0.05, 0.07, 0.03])]),
        confidence=pa.array(random.random(events).round(3)),
        evidence_start=pa.array(begins),
        evidence_end=pa.array(ends),
        source_url=pa.nulls(events, pa.string()),
    )
    _write(lake, "events", NEWS, period, rows)


def _bodies(sentences: list[str], articles: int, random: np.random.Generator) -> Iterator[tuple[str, list[int]]]:
    """Bodies, each with the places where its sentences begin, and one past the end."""
    for line in random.integers(0, len(sentences), (articles, _BODY_SENTENCES)):
        parts = [sentences[n] for n in line]
        starts = [0, *np.cumsum([len(part) + 1 for part in parts]).tolist()]
        yield " ".join(parts), starts


def _articles(ids: Any, days: Any, outlets: Any, bodies: Any) -> pa.Table:
    rows = len(ids)
    said: dict[str, Any] = {
        "article_id": pa.array(ids),
        "outlet": pa.array(outlets),
        "title": pa.array([body[:60] for body in bodies]),
        "language": pa.array(["en"] * rows),
        "published_date": pa.array(days),
        "date_basis": pa.array(["stated"] * rows),
        "date_precision": pa.array(["day"] * rows),
        "body": pa.array(bodies),
        "word_count": pa.array([body.count(" ") + 1 for body in bodies]),
        "raw_uri": pa.array(["large.jsonl"] * rows),
        "raw_sha256": pa.array(["a" * 64] * rows),
    }
    schema = TABLES["articles"].schema
    return pa.table(
        [said.get(field.name, pa.nulls(rows, field.type)).cast(field.type) for field in schema], schema.names
    )


def _set(rows: pa.Table, **columns: pa.Array) -> pa.Table:
    """The rows with some columns replaced, in the types of the contract."""
    schema = TABLES["events"].schema
    for name, values in columns.items():
        rows = rows.set_column(schema.get_field_index(name), name, values.cast(schema.field(name).type))
    return rows

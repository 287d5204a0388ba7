"""Exports as plain rows (CSV, Parquet, JSON lines) and as points (GeoJSON)."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from exported_lake import fill
from rows import BODY

from tasks.contract import EVENTS
from tasks.load.lake import Lake
from tasks.report.export.formats import export
from tasks.report.export.selection import Selection
from tasks.report.query import ask

COLUMNS = ["source", "period", *EVENTS.schema.names, "sentence"]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fill(tmp_path_factory.mktemp("exported") / "lake")


@pytest.fixture
def known(lake: Lake) -> dict[str, dict[str, Any]]:
    """The events as the lake itself has them; of two sources the first."""
    query = "from events qualify row_number() over (partition by dataset, event_id order by source) = 1"
    return {row["event_id"]: row for row in ask(lake.root, query).to_pylist()}


def write(lake: Lake, form: str, tmp_path: Path) -> Path:
    out = tmp_path / f"events.{form}"
    export(lake.root, form, out, Selection())
    return out


def test_csv_has_every_event_with_its_sentence(lake: Lake, tmp_path: Path, known: dict[str, Any]) -> None:
    table = pd.read_csv(write(lake, "csv", tmp_path), dtype={"event_id": str, "cameo_code": str})
    assert list(table.columns) == COLUMNS
    assert set(table["event_id"]) == set(known)
    assert len(table) == len(known)
    coded = table[table["dataset"] == "coded"]
    assert set(coded["sentence"]) == {BODY[: BODY.index(".") + 1]}
    assert [json.loads(cell) for cell in coded["contexts"]] == [known[e]["contexts"] for e in coded["event_id"]]


def test_parquet_has_the_types_of_the_lake(lake: Lake, tmp_path: Path, known: dict[str, Any]) -> None:
    table = pq.read_table(write(lake, "parquet", tmp_path))
    assert table.column_names == COLUMNS
    assert all(table.schema.field(f.name).type == f.type for f in EVENTS.schema)
    rows = {row.pop("event_id"): row for row in table.drop_columns(["sentence"]).to_pylist()}
    assert rows == {key: {k: v for k, v in row.items() if k != "event_id"} for key, row in known.items()}


def test_json_lines_hold_the_same_values(lake: Lake, tmp_path: Path, known: dict[str, Any]) -> None:
    rows = [json.loads(line) for line in write(lake, "jsonl", tmp_path).read_text(encoding="utf-8").splitlines()]
    assert [list(row) for row in rows] == [COLUMNS] * len(known)
    for row in rows:
        told = known[row["event_id"]]
        assert row["event_date"] == told["event_date"].isoformat()
        assert all(row[name] == told[name] for name in ("contexts", "latitude", "actor_name", "recipient_start"))


def test_points_lie_at_the_places_with_the_sentence_beside(lake: Lake, tmp_path: Path, known: dict[str, Any]) -> None:
    collection = json.loads(write(lake, "geojson", tmp_path).read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    points = {feature["id"]: feature for feature in collection["features"]}
    assert set(points) == {key for key, row in known.items() if row["latitude"] is not None}
    for key, feature in points.items():
        assert feature["type"] == "Feature"
        place = {"type": "Point", "coordinates": [known[key]["longitude"], known[key]["latitude"]]}
        assert feature["geometry"] == place
        assert feature["properties"]["event_type"] == known[key]["event_type"]
    assert any(feature["properties"]["sentence"] == BODY[: BODY.index(".") + 1] for feature in points.values())


@pytest.mark.parametrize("form", ["csv", "jsonl", "geojson", "parquet"])
def test_a_selection_of_nothing_is_a_whole_file_without_rows(lake: Lake, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"none.{form}"
    assert export(lake.root, form, out, Selection(country="FJI")).rows == 0
    if form == "geojson":
        assert json.loads(out.read_text()) == {"type": "FeatureCollection", "features": []}
    elif form == "csv":
        assert list(pd.read_csv(out).columns) == COLUMNS
    elif form == "parquet":
        assert pq.read_table(out).num_rows == 0
    else:
        assert out.read_bytes() == b""

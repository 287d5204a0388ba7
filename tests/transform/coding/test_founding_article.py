"""The article that the project began with gives what issue after issue builds on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tasks.extract.raw_files import raw_files
from tasks.extract.stage import stage_raw_file
from tasks.load.parquet_files import read_table
from tasks.settings import Settings, path_source
from tasks.staging import Staging
from tasks.transform.coding.coder import CodedArticle, Coder


@pytest.fixture(scope="module")
def article(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = Settings(lake=tmp_path_factory.mktemp("lake"))
    source = path_source(real_data / "archive" / "asia-times-2023-10-05.txt")
    (raw,) = raw_files(source)
    (batch,) = stage_raw_file(raw, source, settings).batches
    (row,) = read_table(Staging(settings.lake).articles(batch.batch_id)).to_pylist()
    return dict(row)


@pytest.fixture(scope="module", params=["rules alone", "with models"])
def coded(article: dict[str, Any], coder: Coder, shipped_coder: Coder, request: pytest.FixtureRequest) -> CodedArticle:
    (result,) = (coder if request.param == "rules alone" else shipped_coder).code([article])
    assert result.error == ""
    return result


def test_azerbaijan_acts_against_the_armenians_of_nagorno_karabakh_there(coded: CodedArticle) -> None:
    found = [
        e for e in coded.events
        if e["event_type"] in ("COERCE", "ASSAULT") and e["actor_country"] == "AZE" and e["recipient_country"] == "ARM"
    ]  # fmt: skip
    assert "Nagorno-Karabakh" in {e["place_name"] for e in found}


def test_russia_failed_to_defend_is_an_event_that_did_not_happen(coded: CodedArticle) -> None:
    (failed,) = [e for e in coded.events if e["modality"] == "negated" and "defend" in e["trigger_text"]]
    assert failed["actor_country"] == "RUS"
    assert failed["trigger_text"].startswith("failed")


def test_finland_joins_nato(coded: CodedArticle) -> None:
    joined = [e for e in coded.events if e["actor_country"] == "FIN" and e["recipient_name"] == "NATO"]
    assert {e["event_type"] for e in joined} == {"COOPERATE"}


def test_both_quotations_are_armenias_prime_ministers(coded: CodedArticle) -> None:
    direct = [q for q in coded.quotes if q["is_direct"]]
    assert [(q["speaker_name"], q["speaker_country"], q["speaker_sector"]) for q in direct] == [
        ("Nikol Pashinyan", "ARM", "GOV")
    ] * 2
    assert all("prime minister" in q["speaker_role"].lower() for q in direct)


def test_the_two_figures_are_claims(coded: CodedArticle) -> None:
    claims = {c["text"]: (c["kind"], c["value_low"], c["value_high"], c["unit"]) for c in coded.claims}
    assert claims["99.999%"] == ("share", 99.999, 99.999, "percent")
    assert claims["more than three decades"] == ("duration", 30.0, None, "years")


def test_the_first_figure_is_said_by_pashinyan(coded: CodedArticle) -> None:
    (claim,) = [c for c in coded.claims if c["text"] == "99.999%"]
    assert claim["speaker_name"] == "Nikol Pashinyan"
    assert claim["quote_id"] in {q["quote_id"] for q in coded.quotes}


def test_every_span_cut_out_of_the_body_is_the_text_of_its_row(article: dict[str, Any], coded: CodedArticle) -> None:
    body = article["body"]
    spans = [(e[f"{p}_text"], e[f"{p}_start"], e[f"{p}_end"]) for e in coded.events
             for p in ("trigger", "actor", "recipient") if e[f"{p}_text"] is not None]  # fmt: skip
    rows: Sequence[dict[str, Any]] = [*coded.quotes, *coded.claims, *coded.mentions]
    spans += [(row["text"], row["text_start"], row["text_end"]) for row in rows]
    assert len(spans) > 40
    assert [(text, body[start:end]) for text, start, end in spans if body[start:end] != text] == []

"""`dotterel evaluate`: which table it prints, and what it says of wrong usage."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import dotterel as command

GOLD = [
    {"id": 1, "text": "Norway praised Chad.", "event_type": "SUPPORT", "source": ["NOR"], "target": ["TCD"]},
    {"id": 2, "text": "France attacked Peru.", "event_type": "AID", "source": ["FRA"], "target": ["PER"]},
    {"id": 3, "text": "It rained in Oslo.", "event_type": None},
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in GOLD))
    return file


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(command, ["evaluate", *map(str, words)])


def rows(*words: str | Path) -> list[dict[str, object]]:
    result = call(*words, "--format", "jsonl")
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_gold_file_of_ones_own_is_scored_at_three_levels(gold: Path) -> None:
    found = {row["measure"]: row["value"] for row in rows(gold)}
    assert found == {"type": 0.5, "actor": 0.5, "dyad": 0.5, "quiet sentences coded": 0, "trained on": 0}


def test_the_rules_alone_can_be_measured(gold: Path) -> None:
    measures = [row["measure"] for row in rows(gold, "--no-model")]
    assert measures == ["type", "actor", "dyad", "quiet sentences coded"]
    (error,) = rows(gold, "--errors", "--no-model")
    assert "model" not in str(error["rule"])


def test_the_models_answer_what_a_set_asks_beside_the_coder(tmp_path: Path) -> None:
    file = tmp_path / "classes.jsonl"
    file.write_text(json.dumps({"id": 1, "text": "Norway praised Chad.", "event_type": 1}))
    assert [row["measure"] for row in rows(file)][2] == "accuracy, by the model"


def test_sets_are_kept_apart(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text(json.dumps(GOLD[0]))
    found = {row["set"]: row["value"] for row in rows(gold, tmp_path / "other.jsonl") if row["measure"] == "type"}
    assert found == {"mine": 0.5, "other": 1}


def test_by_type_adds_a_row_for_each_type(gold: Path) -> None:
    assert {row["label"] for row in rows(gold, "--by-type")} == {None, "SUPPORT", "AID", "ASSAULT"}


def test_bootstrap_adds_standard_errors(gold: Path) -> None:
    assert "standard_error" not in rows(gold)[0]
    assert rows(gold, "--bootstrap")[0]["standard_error"] > 0


def test_errors_lists_the_sentences_that_differ(gold: Path) -> None:
    (error,) = rows(gold, "--errors")
    assert (error["id"], error["gold"], error["coded"]) == ("2", "AID FRA > PER", "ASSAULT FRA > PER")
    assert "assault.csv" in str(error["rule"])


def test_calibration_ends_with_a_row_of_all_events(gold: Path) -> None:
    last = rows(gold, "--calibration")[-1]
    assert (last["confidence"], last["events"], last["type_right"]) == ("all", 2, 0.5)
    assert last["type_right_brier"] is not None


def test_the_time_is_told_beside_the_rows(gold: Path) -> None:
    assert "evaluated 1 set in" in call(gold).stderr
    assert call(gold, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--calibration", "--errors"], "say one of them"),
        (["--calibration", "--by-type"], "go with the table of scores"),
        (["--errors", "--bootstrap"], "go with the table of scores"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(options: list[str], words: str, gold: Path) -> None:
    result = call(gold, *options)
    assert result.exit_code == 2
    assert words in result.stderr


def test_confidence_needs_a_set_with_events(tmp_path: Path) -> None:
    (tmp_path / "classes.jsonl").write_text('{"id": 1, "text": "It rained.", "event_type": 0}')
    result = call(tmp_path / "classes.jsonl", "--calibration")
    assert result.exit_code == 2
    assert "nothing to hold confidence against" in result.stderr


def test_a_line_that_is_no_gold_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"id": 1, "text": "It rained."}')
    result = call(tmp_path / "bad.jsonl")
    assert result.exit_code == 2
    assert "bad.jsonl, line 1: this line has no form that is known" in result.stderr

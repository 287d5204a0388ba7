"""A linear model: probabilities from named features, and a file that is the same wherever it is written."""

from pathlib import Path

import pytest

from tasks.errors import ConfigError
from tasks.learning.fit import Case, fit
from tasks.learning.linear_model import LinearModel, load

RAIN = LinearModel(("dry", "wet"), (0.0,), {"clouds": (2.0,), "wind": (-1.0,)}, {"cases": 3})
THREE = LinearModel(("low", "mid", "high"), (0.0, 0.0, 0.0), {"size": (-1.0, 0.0, 1.0)})


def test_a_case_without_known_features_has_the_probabilities_of_the_intercepts() -> None:
    assert RAIN.probabilities({"moon": 1.0}) == {"dry": 0.5, "wet": 0.5}


def test_weights_count_as_often_as_the_value_of_their_feature_says() -> None:
    assert RAIN.scores({"clouds": 1.5, "wind": 1.0}) == [2.0]


def test_a_score_does_not_hang_on_the_order_of_the_features() -> None:
    large = LinearModel(("no", "yes"), (0.0,), {"a": (1e16,), "b": (1.0,), "c": (-1e16,)})
    for names in ("abc", "acb", "bca"):
        assert large.scores(dict.fromkeys(names, 1.0)) == [1.0]
        assert large.sum_of(names) == 1.0


@pytest.mark.parametrize("model", [RAIN, THREE], ids=["two classes", "three classes"])
def test_probabilities_add_up_to_one(model: LinearModel) -> None:
    assert sum(model.probabilities({"clouds": 700.0, "size": 3.0}).values()) == pytest.approx(1)


def test_the_best_class_is_the_one_with_the_highest_score() -> None:
    assert THREE.best({"size": 2.0}) == "high"
    assert THREE.best({"size": -2.0}) == "low"


def test_a_model_reads_back_as_it_was_saved(tmp_path: Path) -> None:
    RAIN.save(tmp_path / "rain.json.gz")
    assert load(tmp_path / "rain.json.gz") == RAIN


def test_the_order_of_the_features_does_not_change_the_bytes(tmp_path: Path) -> None:
    turned = LinearModel(RAIN.classes, RAIN.intercepts, dict(reversed(RAIN.weights.items())), RAIN.about)
    RAIN.save(tmp_path / "one.json.gz")
    turned.save(tmp_path / "other.json.gz")
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "other.json.gz").read_bytes()


def test_a_missing_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.json\.gz.*model = \"none\""):
        load(tmp_path / "gone.json.gz")


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b"], ids=["empty", "text", "torn"])
def test_a_file_that_is_no_model_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.json.gz"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken\.json\.gz"):
        load(path)


def test_a_model_whose_weights_do_not_fit_its_classes_is_refused(tmp_path: Path) -> None:
    LinearModel(("a", "b", "c"), (0.0, 0.0, 0.0), {"x": (1.0,)}).save(tmp_path / "odd.json.gz")
    with pytest.raises(ConfigError, match="do not fit"):
        load(tmp_path / "odd.json.gz")


CASES = [Case({"clouds": 1.0, "day": 1.0}, "wet"), Case({"wind": 1.0, "day": 1.0}, "dry")] * 5


def test_fitting_learns_which_feature_speaks_for_which_class() -> None:
    model = fit(CASES, strictness=1.0)
    assert model.best({"clouds": 1.0}) == "wet"
    assert model.best({"wind": 1.0}) == "dry"


def test_fitting_twice_gives_one_model() -> None:
    assert fit(CASES, strictness=1.0) == fit(CASES, strictness=1.0)


def test_a_feature_of_too_few_cases_is_not_learnt() -> None:
    model = fit([*CASES, Case({"hail": 1.0}, "wet")], strictness=1.0)
    assert "clouds" in model.weights
    assert "hail" not in model.weights


def test_a_heavier_case_outweighs_a_lighter_one() -> None:
    model = fit([Case({"fog": 1.0}, "wet", 9.0), Case({"fog": 1.0}, "dry", 1.0)] * 3, strictness=1.0)
    assert model.best({"fog": 1.0}) == "wet"

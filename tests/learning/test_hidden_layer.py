"""A hidden layer: what it adds to a score, what its file holds, and that it learns what no sum can tell."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from tasks.errors import ConfigError
from tasks.learning.fit import Case, fit
from tasks.learning.fit_layer import FREEDOM, fit_layer
from tasks.learning.hidden_layer import HiddenLayer
from tasks.learning.linear_model import RIGHT, WRONG, LinearModel, load

BOTH = HiddenLayer(
    rows={"clouds": 0, "wind": 1, "heat": 2},
    weights=np.array([[10, 0], [10, 0], [0, 100]], dtype=np.int8),
    scales=np.array([0.1, 0.01]),
    biases=np.array([-1.0, 0.0]),
    out=np.array([3.0, -0.5]),
)
"""One neuron for clouds and wind together, one for heat."""


def test_a_neuron_adds_what_its_features_bring_above_its_bias() -> None:
    assert BOTH.score({"clouds": 1.0}) == 0
    assert BOTH.score({"clouds": 1.0, "wind": 1.0}) == pytest.approx(3.0)
    assert BOTH.score({"heat": 0.5}) == pytest.approx(-0.25)


def test_what_is_not_known_adds_nothing() -> None:
    assert BOTH.score({"moon": 1.0, "tide": 0.3}) == BOTH.score({})


def test_features_that_cases_share_may_be_summed_before() -> None:
    assert BOTH.score({"wind": 1.0}, BOTH.brought(BOTH.rows_of(["clouds", "moon"]))) == BOTH.score(
        {"clouds": 1.0, "wind": 1.0}
    )


def test_a_score_does_not_hang_on_the_order_of_the_features() -> None:
    case = {"clouds": 1.0, "wind": 0.7, "heat": 0.1}
    assert len({BOTH.score(dict(some)) for some in permutations(case.items())}) == 1


def test_a_model_with_a_layer_reads_back_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "rain.json.gz"
    LinearModel((WRONG, RIGHT), (0.5,), {"clouds": (2.0,)}, layer=BOTH).save(path)
    found = load(path)
    found.save(tmp_path / "again.json.gz")
    assert found.layer is not None
    assert found.layer.score({"clouds": 1.0, "wind": 1.0, "heat": 1.0}) == pytest.approx(2.5)
    assert (tmp_path / "again.json.gz").read_bytes() == path.read_bytes()


def test_a_layer_whose_sides_differ_is_no_model(tmp_path: Path) -> None:
    torn = HiddenLayer(BOTH.rows, BOTH.weights, BOTH.scales, BOTH.biases, np.array([3.0]))
    LinearModel((WRONG, RIGHT), (0.5,), {}, layer=torn).save(tmp_path / "torn.json.gz")
    with pytest.raises(ConfigError, match="torn"):
        load(tmp_path / "torn.json.gz")


@pytest.mark.parametrize("classes", [(WRONG, RIGHT), (RIGHT, WRONG)])
def test_a_layer_learns_what_no_sum_of_weights_can_tell_and_the_same_each_time(classes: tuple[str, str]) -> None:
    either = [({}, WRONG), ({"a": 1.0}, RIGHT), ({"b": 1.0}, RIGHT), ({"a": 1.0, "b": 1.0}, WRONG)]
    cases = [Case(features, label) for features, label in either] * 4000
    nothing = LinearModel(classes, (0.0,), {})
    layer = fit_layer(nothing, cases, FREEDOM["events"])
    assert [layer.score(features) > 0 for features, _ in either] == [label == classes[1] for _, label in either]
    assert fit_layer(nothing, cases, FREEDOM["events"]).as_json() == layer.as_json()


def test_a_layer_leaves_what_the_model_knows() -> None:
    cases = [Case({"a": 1.0}, RIGHT), Case({"b": 1.0}, WRONG)] * 2000
    sure = fit(cases, 1e6)
    layer = fit_layer(sure, cases, FREEDOM["events"])
    for features, label in (({"a": 1.0}, RIGHT), ({"b": 1.0}, WRONG)):
        assert sure.probabilities(features, beside=layer.score(features))[label] > 0.9

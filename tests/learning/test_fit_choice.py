"""A model that chooses learns who of several is right, and when nobody is."""

import pytest

from tasks.learning.fit import Choice, fit_choice
from tasks.learning.linear_model import LinearModel

NEAR, FAR, SEA, NOBODY = {"near": 1.0}, {"far": 1.0}, {"sea": 1.0}, {"nobody": 1.0}
CHOICES = [
    *[Choice([NEAR, FAR], frozenset({0}), NOBODY)] * 5,
    *[Choice([FAR, SEA], frozenset({0}), NOBODY)] * 5,
    *[Choice([SEA], frozenset(), NOBODY)] * 5,
]


def score(model: LinearModel, option: dict[str, float]) -> float:
    return model.scores(option)[0]


def test_who_was_chosen_before_another_has_the_higher_score() -> None:
    model = fit_choice(CHOICES, strictness=10.0)
    assert score(model, NEAR) > score(model, FAR) > score(model, NOBODY) > score(model, SEA)


def test_of_several_who_are_right_none_is_held_against_the_other() -> None:
    model = fit_choice([Choice([NEAR, FAR, SEA], frozenset({0, 1}), {})] * 5, strictness=10.0)
    assert score(model, NEAR) == pytest.approx(score(model, FAR), abs=1e-3)
    assert score(model, NEAR) > score(model, SEA)


def test_where_it_is_not_told_whether_nobody_is_right_nothing_is_learnt_of_nobody() -> None:
    told = [Choice([NEAR, FAR], frozenset({0}), {})] * 5
    assert fit_choice(told, 1.0) == fit_choice([*told, Choice([SEA], frozenset(), {})], 1.0)


def test_a_heavier_choice_outweighs_a_lighter_one() -> None:
    model = fit_choice(
        [Choice([NEAR, FAR], frozenset({0}), {}, 9.0), Choice([NEAR, FAR], frozenset({1}), {}, 1.0)] * 3, strictness=1.0
    )
    assert score(model, NEAR) > score(model, FAR)


def test_choosing_is_learnt_the_same_way_twice() -> None:
    assert fit_choice(CHOICES, 1.0) == fit_choice(CHOICES, 1.0)


def test_without_a_choice_that_tells_who_is_right_there_is_no_model() -> None:
    with pytest.raises(ValueError, match="right"):
        fit_choice([Choice([NEAR], frozenset(), {})], 1.0)

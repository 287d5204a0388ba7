"""Measures: sets of dyads, F1, and how sure a figure is."""

import math
import random

import numpy as np
import pytest

from tasks.evaluation.measures import (
    Score,
    accuracy,
    accuracy_error,
    as_tallies,
    dyads,
    f1_error,
    label_scores,
    overlap,
    span_tally,
    tally,
    total,
    weighted_f1,
    weighted_f1_error,
)


def test_every_actor_does_it_to_every_recipient() -> None:
    assert dyads("AID", ["NOR", "SWE"], ["TCD"]) == {("AID", "NOR", "TCD"), ("AID", "SWE", "TCD")}


def test_actors_without_a_recipient_do_it_to_each_other() -> None:
    assert dyads("CONSULT", ["NOR", "SWE"], []) == {("CONSULT", "NOR", "SWE"), ("CONSULT", "SWE", "NOR")}


def test_one_actor_without_a_recipient_acts_on_nobody() -> None:
    assert dyads("MOBILIZE", ["NOR"], []) == {("MOBILIZE", "NOR", "")}


def test_an_event_without_parties_is_still_one() -> None:
    assert dyads("PROTEST", [], []) == {("PROTEST", "", "")}


@pytest.mark.parametrize(("within", "found"), [(True, {("AGREE", "SDN", "SDN")}), (False, set())])
def test_two_parties_of_one_country_count_where_that_is_wanted(within: bool, found: set[object]) -> None:
    assert dyads("AGREE", ["SDN", "SDN"], [], within_country=within) == found


def test_precision_recall_and_f1_of_two_sets() -> None:
    score = total(as_tallies([tally({"a", "b", "c"}, {"a", "d"}), tally(set(), {"e"}), tally({"f"}, set())]))
    assert (score.precision, score.recall) == (1 / 3, 1 / 4)
    assert score.f1 == pytest.approx(2 / 7)


def test_nothing_coded_has_no_precision_and_no_gold_no_recall() -> None:
    assert (Score(0, 0, 0, 5).precision, Score(0, 5, 0, 0).recall, Score(0, 0, 0, 0).f1) == (0.0, 0.0, 0.0)


def test_a_coded_span_may_find_two_gold_ones() -> None:
    assert span_tally({(0, 5), (6, 9)}, {(0, 9), (20, 30)}, overlap) == (1, 2, 2, 2)


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert not overlap((0, 5), (5, 9))
    assert overlap((0, 6), (5, 9))


GOLD = ["x", "x", "x", "y", "z"]
CODED = ["x", "x", "y", "y", "x"]


def test_accuracy_is_the_share_of_equal_labels() -> None:
    assert accuracy(GOLD, CODED) == 3 / 5


def test_weighted_f1_weighs_labels_by_how_often_the_gold_has_them() -> None:
    assert label_scores(GOLD, CODED)["x"] == Score(right=2, coded=3, found=2, gold=3)
    assert weighted_f1(GOLD, CODED) == pytest.approx((3 * 2 / 3 + 1 * 2 / 3 + 1 * 0) / 5)


def test_the_error_of_accuracy_is_that_of_a_share() -> None:
    gold = [1] * 400
    coded = [1] * 300 + [0] * 100
    assert accuracy_error(gold, coded) == pytest.approx(math.sqrt(0.75 * 0.25 / 400), rel=0.1)


def test_the_error_of_f1_shrinks_with_the_root_of_the_sentences() -> None:
    some = [(1, 1, 1, 1), (0, 1, 0, 1), (0, 0, 0, 1), (1, 2, 1, 1)] * 25
    assert f1_error(as_tallies(some * 4)) == pytest.approx(f1_error(as_tallies(some)) / 2, rel=0.15)


def test_the_error_of_weighted_f1_is_its_spread_over_samples() -> None:
    draw = random.Random(3)
    gold = draw.choices("xyz", k=200)
    coded = [g if draw.random() < 0.7 else draw.choice("xyz") for g in gold]
    spread = []
    for _ in range(400):
        rows = draw.choices(range(200), k=200)
        spread.append(weighted_f1([gold[i] for i in rows], [coded[i] for i in rows]))
    assert weighted_f1_error(gold, coded) == pytest.approx(float(np.std(spread)), rel=0.15)


def test_the_error_is_the_same_each_time_and_nothing_where_there_is_nothing() -> None:
    assert accuracy_error(GOLD, CODED) == accuracy_error(GOLD, CODED) > 0
    assert f1_error(as_tallies([])) == 0.0

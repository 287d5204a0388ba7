"""Calibration: is the coder as often right as it is sure?"""

import pytest

from tasks.evaluation.calibration import calibration
from tasks.evaluation.result import Judged


def test_events_are_put_into_bins_with_the_share_that_is_right() -> None:
    judged = [Judged(0.82, True, True), Judged(0.88, True, False), Judged(0.45, False, False)]
    low, high, _ = calibration("mine", judged)
    assert (low["confidence"], low["events"], low["type_right"]) == ("0.4-0.5", 1, 0)
    assert (high["confidence"], high["events"], high["type_right"], high["all_right"]) == ("0.8-0.9", 2, 1, 0.5)
    assert high["mean_confidence"] == pytest.approx(0.85)


@pytest.mark.parametrize(
    ("confidence", "bin_"),
    [(0.0, "0.0-0.1"), (0.3, "0.3-0.4"), (0.7, "0.7-0.8"), (0.9999, "0.9-1.0"), (1.0, "0.9-1.0")],
)
def test_a_bin_holds_its_lower_bound_and_the_last_one_both(confidence: float, bin_: str) -> None:
    assert calibration("mine", [Judged(confidence, True, True)])[0]["confidence"] == bin_


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    judged = [Judged(0.9, True, True)] * 3 + [Judged(0.5, False, True)]
    whole = calibration("mine", judged)[-1]
    assert whole["type_right_calibration_error"] == pytest.approx((3 * 0.1 + 1 * 0.5) / 4)


def test_the_brier_score_is_the_mean_squared_distance() -> None:
    whole = calibration("mine", [Judged(0.9, True, True), Judged(0.5, False, True)])[-1]
    assert whole["type_right_brier"] == pytest.approx((0.1**2 + 0.5**2) / 2)
    assert whole["all_right_brier"] == pytest.approx((0.1**2 + 0.5**2) / 2)


def test_no_events_give_no_table() -> None:
    assert calibration("mine", []) == []

"""Raw scores become probabilities by a rising step table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.calibration import SMALLEST_BLOCK, StepTable, fit, threshold


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=400))
def test_a_fitted_table_rises_and_stays_between_zero_and_one(pairs: list[tuple[float, bool]]) -> None:
    table = fit([score for score, _ in pairs], [hit for _, hit in pairs])
    assert list(table.probabilities) == sorted(table.probabilities)
    assert list(table.scores) == sorted(table.scores)
    assert all(0 < probability < 1 for probability in table.probabilities)


def test_a_step_is_as_probable_as_it_was_often_right() -> None:
    low, high = [0.2] * 100, [0.9] * 100
    table = fit(low + high, [True] * 20 + [False] * 80 + [True] * 95 + [False] * 5)
    assert table.probability(0.2) == pytest.approx(21 / 102, abs=1e-4)
    assert table.probability(0.95) == pytest.approx(96 / 102, abs=1e-4)


def test_a_score_below_the_first_step_gets_the_lowest_probability() -> None:
    table = StepTable(scores=(0.3, 0.8), probabilities=(0.1, 0.9))
    assert [table.probability(score) for score in (0.0, 0.3, 0.79, 0.8, 1.0)] == [0.1, 0.1, 0.1, 0.9, 0.9]


def test_violators_are_pooled() -> None:
    scores = [0.1] * SMALLEST_BLOCK + [0.5] * SMALLEST_BLOCK
    table = fit(scores, [True] * SMALLEST_BLOCK + [False] * SMALLEST_BLOCK)
    assert table.probabilities == (0.5,)


def test_the_threshold_is_the_lowest_step_that_keeps_the_promise() -> None:
    table = StepTable(scores=(0.0, 0.5, 0.9), probabilities=(0.2, 0.8, 0.98))
    scores = [0.1] * 10 + [0.6] * 10 + [0.95] * 10
    hits = [False] * 10 + [True] * 8 + [False] * 2 + [True] * 10
    assert threshold(table, scores, hits, precision=0.9) == 0.8
    assert threshold(table, scores, hits, precision=0.95) == 0.98


def test_nothing_cannot_be_calibrated() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fit([], [])

"""Gini, Kolmogorov-Smirnov and population stability, against scikit-learn and scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from simkit.outcomes.discrimination import gini, kolmogorov_smirnov, population_stability_index, stability
from tests.outcomes.ledgers import many

CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=60).filter(
    lambda cases: len({bad for _, bad in cases}) == 2
)


@many
@given(cases=CASES)
def test_gini_is_twice_the_area_less_one(cases: list[tuple[int, bool]]) -> None:
    score, bad = (np.array(column) for column in zip(*cases, strict=True))
    assert gini(score, bad) == pytest.approx(2 * roc_auc_score(~bad, score) - 1)


@many
@given(cases=CASES)
def test_ks_is_the_distance_of_the_two_distributions(cases: list[tuple[int, bool]]) -> None:
    score, bad = (np.array(column) for column in zip(*cases, strict=True))
    assert kolmogorov_smirnov(score, bad) == pytest.approx(ks_2samp(score[bad], score[~bad]).statistic)


def test_a_perfect_a_useless_and_a_perverse_score() -> None:
    bad = [True, True, False, False]
    assert [gini(score, bad) for score in ([1, 2, 3, 4], [5, 5, 5, 5], [4, 3, 2, 1])] == [1.0, 0.0, -1.0]
    assert [kolmogorov_smirnov(score, bad) for score in ([1, 2, 3, 4], [5, 5, 5, 5])] == [1.0, 0.0]


@pytest.mark.parametrize("bad", [[True, True], [False, False]])
def test_without_both_outcomes_nothing_discriminates(bad: list[bool]) -> None:
    assert gini([1.0, 2.0], bad) is None
    assert kolmogorov_smirnov([1.0, 2.0], bad) is None
    assert gini([], []) is None


def test_cases_without_a_score_are_left_out() -> None:
    assert gini([math.nan, 1.0, 2.0], [True, True, False]) == 1.0
    assert kolmogorov_smirnov([math.nan, 1.0, 2.0], [False, True, False]) == 1.0


def test_psi_by_hand() -> None:
    expected = 0.1 * math.log(0.6 / 0.5) + -0.1 * math.log(0.4 / 0.5)
    assert population_stability_index([50, 50], [60, 40]) == pytest.approx(expected)
    assert population_stability_index([50, 50], [5, 5]) == 0


def test_an_empty_bin_counts_as_one_in_ten_thousand() -> None:
    expected = (1e-4 - 0.5) * math.log(1e-4 / 0.5) + (1 - 0.5) * math.log(1 / 0.5)
    assert population_stability_index([1, 1], [0, 1]) == pytest.approx(expected)


def test_psi_refuses_what_it_cannot_compare() -> None:
    with pytest.raises(ValueError, match="2 and 3 bins"):
        population_stability_index([1, 1], [1, 1, 1])
    with pytest.raises(ValueError, match="without a case"):
        population_stability_index([0, 0], [1, 1])


@pytest.mark.parametrize(
    ("psi", "band"),
    [(0.0, "stable"), (0.0999, "stable"), (0.10, "shifting"), (0.2499, "shifting"), (0.25, "shifted")],
)
def test_bands(psi: float, band: str) -> None:
    assert stability(psi) == band

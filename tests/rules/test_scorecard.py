"""The 5C score: bounded, monotone in every table, and what the handbook's thresholds earn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.scorecard import credit_score, indicator_score, inflated
from simkit.scenario.policy.credit import Indicator, Scorecard

TABLES = [
    pytest.param(indicator, id=f"{dimension_name}.{name}")
    for dimension_name, dimension in Scorecard()
    for name, indicator in dimension
    if isinstance(indicator, Indicator)
]
THRESHOLDS = {  # Handbook B1: what earns 60
    "capacity.current_ratio": 1.5,
    "capacity.quick_ratio": 1.0,
    "capacity.receivables_turnover": 6.0,
    "capital.net_assets": 5.0,
    "capital.debt_ratio": 0.6,
}
VALUE = st.floats(-1e6, 1e6)
POINTS = st.floats(0, 100)


@st.composite
def tables(draw) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Breakpoints far enough apart that the slope is not lost to rounding."""
    values = draw(st.lists(st.integers(-1000, 1000), min_size=2, max_size=8, unique=True).map(sorted))
    scores = draw(st.lists(POINTS, min_size=len(values), max_size=len(values)))
    return tuple(value / 8 for value in values), tuple(scores)


def columns(indicator: Indicator) -> tuple[tuple[float, ...], tuple[float, ...]]:
    values, scores = zip(*indicator.breakpoints, strict=True)
    return values, scores


@given(VALUE, tables())
def test_indicator_score_is_linear_interpolation(value, table) -> None:
    assert indicator_score(value, *table) == pytest.approx(np.interp(value, *table), rel=1e-12, abs=1e-10)


@given(VALUE, tables())
def test_indicator_score_stays_between_lowest_and_highest(value, table) -> None:
    slack = 1e-12 * max(table[1])
    assert min(table[1]) - slack <= indicator_score(value, *table) <= max(table[1]) + slack


@given(tables())
def test_each_breakpoint_earns_its_own_score(table) -> None:
    for value, score in zip(*table, strict=True):
        assert indicator_score(value, *table) == pytest.approx(score, rel=1e-14)


@pytest.mark.parametrize("indicator", TABLES)
@given(one=st.floats(-10, 300), other=st.floats(-10, 300))
def test_default_tables_are_monotone(indicator, one, other) -> None:
    values, scores = columns(indicator)
    low, high = sorted([one, other])
    change = indicator_score(high, values, scores) - indicator_score(low, values, scores)
    assert change * (1 if scores[-1] > scores[0] else -1) >= 0


@pytest.mark.parametrize(("path", "value"), THRESHOLDS.items())
def test_threshold_of_the_handbook_earns_60(path, value) -> None:
    dimension, name = path.split(".")
    indicator = getattr(getattr(Scorecard(), dimension), name)
    assert indicator_score(value, *columns(indicator)) == 60


@given(POINTS, POINTS)
def test_inflation_adds_but_never_above_100(score, points) -> None:
    assert inflated(score, points) == min(100, score + points)
    assert inflated(score, 0.0) == score


@st.composite
def weighted_scores(draw) -> tuple[list[float], list[float]]:
    scores = draw(st.lists(POINTS, min_size=1, max_size=10))
    raw = draw(st.lists(st.floats(0.01, 1), min_size=len(scores), max_size=len(scores)))
    return scores, [weight / sum(raw) for weight in raw]


@given(weighted_scores())
def test_credit_score_is_the_weighted_mean_and_bounded(given_scores) -> None:
    scores, weights = given_scores
    score = credit_score(scores, weights)
    assert score == pytest.approx(np.dot(scores, weights), rel=1e-12)
    assert min(scores) - 1e-9 <= score <= max(scores) + 1e-9


@given(weighted_scores(), st.integers(0, 9), POINTS)
def test_credit_score_never_falls_when_an_indicator_rises(given_scores, place, points) -> None:
    scores, weights = given_scores
    better = list(scores)
    better[place % len(scores)] = inflated(scores[place % len(scores)], points)
    assert credit_score(better, weights) >= credit_score(scores, weights)


def test_weights_of_the_default_scorecard_sum_to_one() -> None:
    weights = [
        dimension.weight * indicator.share
        for _, dimension in Scorecard()
        for _, indicator in dimension
        if isinstance(indicator, Indicator)
    ]
    assert sum(weights) == pytest.approx(1)
    assert credit_score([100.0] * len(weights), weights) == pytest.approx(100)

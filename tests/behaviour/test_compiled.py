"""Every behaviour gives the same result, to the last bit, from Python and from compiled code."""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import simkit.behaviour
from simkit.behaviour import default, demand, disputes, effort, leads, payment, relationship
from tests.compiled import as_arrays, caller, public_functions

FILES = [
    import_module(f"simkit.behaviour.{file.name}") for file in pkgutil.iter_modules(simkit.behaviour.__path__)
]
FOR_PYTHON_ALONE = {demand.log_mean_gap}
SHARE = st.floats(0, 1)
DRAW = st.floats(0, 1, exclude_min=True, exclude_max=True)
LOGIT = st.floats(-50, 20)
LOG = st.floats(-5, 5)
DAY = st.integers(-400, 4000)
ALPHA = st.lists(LOGIT, min_size=5, max_size=5).map(tuple)
STARTS = st.lists(st.integers(-60, 400), min_size=4, max_size=4, unique=True).map(sorted).map(tuple)
FORCE = st.floats(0, 40)
KINDS, RUN, DUE = 3, 1000, 500
IN_RUN = st.integers(0, RUN)
FROM_DUE = st.integers(-DUE, RUN - DUE)
EFFECTS = st.lists(LOGIT, min_size=KINDS, max_size=KINDS).map(tuple)


def days_before(seed: int) -> tuple[tuple[int, ...], ...]:
    """How many days of each kind there are before each day of a run, and after its last."""
    kinds = np.random.default_rng(seed).integers(0, KINDS, RUN)
    counts = np.cumsum(np.eye(KINDS, dtype=np.int64)[kinds], axis=0)
    return ((0,) * KINDS, *map(tuple, counts.tolist()))


COUNTS = st.integers(0, 9).map(days_before)
BY_DATE = (LOGIT, ALPHA, STARTS, st.just(DUE), EFFECTS, COUNTS)
AMOUNT = st.integers(1, 10**17)
WEIGHT = st.floats(-20, 20)
YES_OR_NO = st.booleans()
INSIDE = st.floats(1e-9, 1 - 1e-9)

ARGUMENTS: dict[Callable, tuple[st.SearchStrategy, ...]] = {
    default.normal_cdf: (st.floats(-40, 40),),
    default.normal_quantile: (DRAW,),
    default.conditional_pd: (SHARE, st.floats(-6, 6), st.floats(0, 0.99)),
    default.default_hazard: (SHARE,),
    default.default_day: (DRAW, SHARE, DAY, DAY),
    demand.order_intensity: (st.floats(0, 10), st.floats(0, 10), DAY, DAY, LOG, LOG, LOG),
    demand.treatment_effect: (YES_OR_NO, YES_OR_NO, SHARE, LOG, LOG, LOG),
    demand.cross_sell_factor: (DRAW, INSIDE, LOG, YES_OR_NO, st.floats(0, 10)),
    demand.order_day: (FORCE, FORCE, DAY, DAY, st.floats(0, 10)),
    demand.gap: (DRAW, st.floats(0.3, 5), LOG),
    demand.acceptance: (LOG, LOG, DAY, DAY, LOG, SHARE, LOG),
    demand.order_value_fen: (st.integers(0, 10**13), st.floats(0, 10), SHARE, st.floats(-8, 8)),
    demand.leaving_day: (DRAW, DAY, st.floats(0, 1, exclude_max=True), DAY),
    disputes.dispute_probability: (SHARE, SHARE, LOG, st.floats(0, 40)),
    disputes.dispute_day: (DRAW, DAY, DAY),
    disputes.settlement_day: (DRAW, DAY, st.floats(0, 1000)),
    effort.response: (LOG, SHARE, SHARE),
    leads.stage_odds: (INSIDE, LOG),
    leads.wait_days: (DRAW, st.floats(0, 1000)),
    payment.bucket_of: (DAY, STARTS),
    payment.daily_force: (LOGIT,),
    payment.threshold: (DRAW,),
    payment.accrue: (FORCE, DAY, DAY, LOGIT, ALPHA, STARTS),
    payment.payment_day: (FORCE, FORCE, DAY, LOGIT, ALPHA, STARTS),
    payment.stretch_force: (IN_RUN, IN_RUN, LOGIT, EFFECTS, COUNTS),
    payment.accrue_by_date: (FORCE, FROM_DUE, FROM_DUE, *BY_DATE),
    payment.payment_day_by_date: (FORCE, FORCE, FROM_DUE, *BY_DATE),
    payment.counted_delay: (DAY, DAY),
    payment.remembered: (st.floats(-1e4, 1e4), st.integers(-999, 999), st.integers(0, 30), SHARE),
    payment.mean_delay: (st.floats(-1e4, 1e4), st.floats(0, 999), st.floats(-30, 90), st.floats(0.01, 1000)),
    payment.drivers: (
        SHARE,
        st.floats(-30, 90),
        st.integers(0, 400),
        AMOUNT,
        AMOUNT,
        WEIGHT,
        WEIGHT,
        WEIGHT,
        WEIGHT,
    ),
    payment.late_share: (st.integers(0, 99), st.integers(0, 99), SHARE, st.floats(0.01, 1000)),
    relationship.satisfaction: (SHARE, st.floats(0, 20), st.floats(-5, 0)),
}


def test_every_behaviour_is_compared() -> None:
    found = {function for file in FILES for function in public_functions(file)}
    assert set(ARGUMENTS) == found - FOR_PYTHON_ALONE
    for function, arguments in ARGUMENTS.items():
        assert len(inspect.signature(function).parameters) == len(arguments)


@pytest.mark.parametrize("function", ARGUMENTS, ids=lambda function: function.__name__)
def test_compiled_behaviour_agrees(function) -> None:
    compiled = caller(function)

    @settings(deadline=None, max_examples=100)  # the first call compiles
    @given(st.tuples(*ARGUMENTS[function]))
    def compare(arguments) -> None:
        assert compiled(*as_arrays(arguments)) == function(*arguments)

    compare()


@given(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(0, 1e-300), DAY)
@example(0.5, 5e-324, 0)
def test_least_risks_never_default(draw, annual_pd, arrival) -> None:
    assert default.default_day(draw, annual_pd, arrival, 4000) == default.NEVER

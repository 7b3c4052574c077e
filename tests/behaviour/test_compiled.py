"""Every behaviour gives the same result, to the last bit, from Python and from compiled code."""

import inspect
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simkit.behaviour import default, demand, effort, payment
from tests.compiled import as_arrays, caller, public_functions

ROOMS = (default, demand, effort, payment)
FOR_PYTHON_ALONE = {demand.log_mean_gap}
SHARE = st.floats(0, 1)
DRAW = st.floats(0, 1, exclude_min=True, exclude_max=True)
LOGIT = st.floats(-50, 20)
LOG = st.floats(-5, 5)
DAY = st.integers(-400, 4000)
ALPHA = st.lists(LOGIT, min_size=5, max_size=5).map(tuple)
STARTS = st.lists(st.integers(-60, 400), min_size=4, max_size=4, unique=True).map(sorted).map(tuple)
FORCE = st.floats(0, 40)

ARGUMENTS: dict[Callable, tuple[st.SearchStrategy, ...]] = {
    default.normal_cdf: (st.floats(-40, 40),),
    default.normal_quantile: (DRAW,),
    default.conditional_pd: (SHARE, st.floats(-6, 6), st.floats(0, 0.99)),
    default.default_hazard: (SHARE,),
    default.default_day: (DRAW, SHARE, DAY, DAY),
    demand.order_intensity: (st.floats(0, 10), st.floats(0, 10), DAY, DAY, LOG, LOG),
    demand.order_day: (FORCE, FORCE, DAY, DAY, st.floats(0, 10)),
    demand.gap: (DRAW, st.floats(0.3, 5), LOG),
    demand.acceptance: (LOG, LOG, DAY, DAY, LOG, SHARE, LOG),
    effort.response: (LOG, SHARE, SHARE),
    payment.bucket_of: (DAY, STARTS),
    payment.daily_force: (LOGIT,),
    payment.threshold: (DRAW,),
    payment.accrue: (FORCE, DAY, DAY, LOGIT, ALPHA, STARTS),
    payment.payment_day: (FORCE, FORCE, DAY, LOGIT, ALPHA, STARTS),
    payment.late_share: (st.integers(0, 99), st.integers(0, 99), SHARE, st.floats(0.01, 1000)),
}


def test_every_behaviour_is_compared() -> None:
    found = {function for room in ROOMS for function in public_functions(room)}
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

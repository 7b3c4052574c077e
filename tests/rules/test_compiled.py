"""Every rule gives the same result, to the last bit, from Python and from compiled code."""

import inspect
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.rules import admission, collections, contract, incentives, monitoring, scorecard
from tests.compiled import as_arrays, caller, public_functions

ROOMS = (admission, collections, contract, incentives, monitoring, scorecard)
FEN = st.integers(0, 10**12)
SHARE = st.floats(0, 1)
DAY = st.integers(-400, 4000)
SCORE = st.floats(0, 100)
COUNT = st.integers(1, 24)


def table(length: int) -> st.SearchStrategy[tuple[float, ...]]:
    steps = st.lists(st.floats(0.01, 10), min_size=length, max_size=length)
    return steps.map(lambda steps: tuple(np.cumsum(steps).tolist()))


ARGUMENTS: dict[Callable, tuple[st.SearchStrategy, ...]] = {
    admission.grade_of: (SCORE, SCORE, SCORE, SCORE),
    admission.requested_term: (DAY, DAY, st.booleans()),
    admission.audited_term: (DAY, DAY, SHARE, SHARE),
    admission.excess_over_limit_fen: (FEN, FEN, FEN),
    collections.instalment_fen: (FEN, SHARE, COUNT, COUNT),
    collections.queue_key: (st.integers(0, 2), DAY, FEN, SHARE),
    contract.share_of_fen: (FEN, SHARE),
    contract.prepayment_fen: (FEN, SHARE, FEN),
    contract.overdue_interest_fen: (FEN, DAY, st.floats(0, 0.01)),
    contract.penalty_fen: (FEN, DAY, SHARE, DAY),
    incentives.signing_commission_fen: (FEN, SHARE, SHARE),
    incentives.collection_commission_fen: (FEN, SHARE, SHARE),
    incentives.appraisal_fen: (st.integers(-(10**9), 10**9), FEN, FEN, SHARE, SHARE, SHARE, SHARE),
    incentives.cash_share_of_pay: (SHARE, SHARE),
    monitoring.discovery_day: (DAY, DAY, st.booleans(), DAY),
    scorecard.indicator_score: (st.floats(-10, 60), table(5), table(5)),
    scorecard.inflated: (SCORE, SCORE),
    scorecard.credit_score: (table(6), table(6)),
}


def test_every_rule_is_compared() -> None:
    assert set(ARGUMENTS) == {function for room in ROOMS for function in public_functions(room)}
    for function, arguments in ARGUMENTS.items():
        assert len(inspect.signature(function).parameters) == len(arguments)


@pytest.mark.parametrize("function", ARGUMENTS, ids=lambda function: function.__name__)
def test_compiled_rule_agrees(function) -> None:
    compiled = caller(function)

    @settings(deadline=None, max_examples=50)  # the first call compiles
    @given(st.tuples(*ARGUMENTS[function]))
    def compare(arguments) -> None:
        assert compiled(*as_arrays(arguments)) == function(*arguments)

    compare()

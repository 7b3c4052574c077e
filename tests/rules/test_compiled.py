"""Every rule gives the same result, to the last bit, from Python and from compiled code."""

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simkit.rules
from simkit.rules import (
    admission,
    approval,
    collections,
    contract,
    funnel,
    incentives,
    monitoring,
    scorecard,
    segments,
    targets,
)
from tests.compiled import as_arrays, caller, public_functions

FILES = [import_module(f"simkit.rules.{file.name}") for file in pkgutil.iter_modules(simkit.rules.__path__)]
FEN = st.integers(0, 10**12)
SHARE = st.floats(0, 1)
DAY = st.integers(-400, 4000)
SCORE = st.floats(0, 100)
COUNT = st.integers(1, 24)
PAY = st.integers(-(10**9), 10**9)
YES_OR_NO = st.booleans()
GRADE = st.integers(0, 3)
LIMITS = st.lists(st.integers(0, 1000), min_size=3, max_size=3).map(tuple)
NEW_CUSTOMERS = st.lists(st.integers(0, 5), min_size=4, max_size=4).map(tuple)


def table(length: int) -> st.SearchStrategy[tuple[float, ...]]:
    steps = st.lists(st.floats(0.01, 10), min_size=length, max_size=length)
    return steps.map(lambda steps: tuple(np.cumsum(steps).tolist()))


ARGUMENTS: dict[Callable, tuple[st.SearchStrategy, ...]] = {
    admission.grade_of: (SCORE, SCORE, SCORE, SCORE),
    admission.requested_term: (DAY, DAY, YES_OR_NO),
    admission.audited_term: (DAY, DAY, SHARE, SHARE),
    admission.excess_over_limit_fen: (FEN, FEN, FEN),
    approval.review_class: (GRADE, YES_OR_NO),
    approval.route_of: (
        *(YES_OR_NO, YES_OR_NO, YES_OR_NO, SCORE),
        *(YES_OR_NO, YES_OR_NO, YES_OR_NO, SCORE),
    ),
    approval.ruling: (SCORE, SCORE, SCORE),
    collections.instalment_fen: (FEN, SHARE, COUNT, COUNT),
    collections.queue_key: (st.integers(0, 2), DAY, FEN, SHARE),
    collections.step_opens: (st.integers(1, 4), DAY, DAY, DAY, DAY, DAY),
    collections.may_extend: (st.integers(0, 4), st.integers(0, 4), YES_OR_NO, YES_OR_NO),
    contract.share_of_fen: (FEN, SHARE),
    contract.prepayment_fen: (FEN, SHARE, FEN),
    contract.overdue_interest_fen: (FEN, DAY, st.floats(0, 0.01)),
    contract.penalty_fen: (FEN, DAY, SHARE, DAY),
    funnel.cools_off: (DAY, DAY, DAY, YES_OR_NO),
    funnel.first_order_discount: (GRADE, GRADE, SHARE),
    incentives.signing_commission_fen: (FEN, SHARE, SHARE),
    incentives.collection_commission_fen: (FEN, SHARE, SHARE),
    incentives.appraisal_fen: (PAY, FEN, FEN, SHARE, SHARE, SHARE, SHARE),
    incentives.cash_share_of_pay: (SHARE, SHARE),
    incentives.award_place: (NEW_CUSTOMERS, st.integers(0, 3)),
    incentives.award_fen: (PAY, st.integers(0, 3), st.integers(0, 9), st.integers(0, 9), SHARE),
    incentives.team_bonus_fen: (PAY, COUNT, st.integers(0, 24), SHARE, SHARE),
    incentives.career_fen: (PAY, st.integers(0, 10), SHARE, YES_OR_NO, SHARE),
    incentives.earns_promotion: (COUNT, COUNT, SHARE, SHARE, st.integers(0, 9), st.integers(0, 9)),
    incentives.within_budget_fen: (PAY, PAY, st.integers(0, 10**9), FEN, YES_OR_NO),
    monitoring.alert_day: (st.integers(1, 3), DAY, DAY, DAY, DAY, DAY),
    monitoring.discovery_day: (DAY, DAY, DAY, YES_OR_NO, DAY),
    scorecard.indicator_score: (st.floats(-10, 60), table(5), table(5)),
    scorecard.inflated: (SCORE, SCORE),
    scorecard.credit_score: (table(6), table(6)),
    segments.tier_of: (st.integers(0, 1100), st.integers(0, 1100), st.integers(0, 1100), *[LIMITS] * 3),
    targets.rep_target_fen: (FEN, st.floats(-1, 10), st.floats(0, 10)),
    targets.unassigned_share: (SHARE, SHARE, SHARE),
}


def test_every_rule_is_compared() -> None:
    assert set(ARGUMENTS) == {function for file in FILES for function in public_functions(file)}
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

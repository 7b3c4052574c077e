"""Instalments sum to the debt, steps open when all they wait for is over, queues run as their names say."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.rules.collections import Stage, instalment_fen, may_extend, queue_key, step_opens
from simkit.rules.segments import Tier

DEBT = st.integers(0, 10**12)


@given(DEBT, st.floats(0, 1.5), st.integers(1, 24))
def test_instalments_sum_to_the_debt(debt, share, count) -> None:
    parts = [instalment_fen(debt, share, count, number) for number in range(1, count + 1)]
    assert sum(parts) == debt
    assert min(parts) >= 0


@given(DEBT, st.integers(1, 100), st.integers(1, 24))
def test_all_but_the_last_are_the_share(debt, percent, count) -> None:
    if count * percent > 100:
        return
    parts = [instalment_fen(debt, percent / 100, count, number) for number in range(1, count + 1)]
    for part in parts[:-1]:
        assert abs(part - debt * percent / 100) <= 0.5 + debt * 2**-52
    assert all(part == parts[0] for part in parts[:-1])


@given(st.integers(0, 10**8).map(lambda tens: 10 * tens))
def test_plan_of_the_handbook(debt) -> None:
    parts = [instalment_fen(debt, 0.30, 3, number) for number in (1, 2, 3)]
    assert parts == [debt // 10 * 3, debt // 10 * 3, debt // 10 * 4]


def test_steps_are_numbered_as_the_ledger_numbers_them() -> None:
    numbers = {stage.name: stage.value for stage in Stage}
    assert numbers == {"NONE": 0, "FRIENDLY": 1, "FORMAL": 2, "PLAN": 3, "LEGAL": 4}


DAY = st.integers(0, 400)
AHEAD = range(1500)


@given(
    st.sampled_from([Stage.FRIENDLY, Stage.FORMAL, Stage.PLAN, Stage.LEGAL]),
    DAY,
    st.integers(1, 365),
    st.one_of(st.just(-1), DAY),
    st.integers(0, 60),
    DAY,
)
def test_step_opens_on_the_first_day_that_nothing_forbids(stage, due, start, notice, days, held) -> None:
    def forbidden(day: int) -> bool:
        too_early = day - due < start
        notice_runs = stage > Stage.FORMAL and notice >= 0 and day - notice < days
        return too_early or notice_runs or day < held

    assert step_opens(stage, due, start, notice, days, held) == next(d for d in AHEAD if not forbidden(d))


@pytest.mark.parametrize(
    ("stage", "notice", "opens"),
    [(Stage.PLAN, 115, 118), (Stage.PLAN, 110, 116), (Stage.PLAN, -1, 116), (Stage.FORMAL, 115, 116)],
)
def test_three_days_of_the_notice_run_before_the_plan(stage, notice, opens) -> None:
    assert step_opens(stage, 100, 16, notice, 3, 0) == opens


def test_notice_on_the_first_day_is_a_notice() -> None:
    assert step_opens(Stage.PLAN, -20, 16, 0, 3, 0) == 3


def test_only_a_core_customer_is_extended_once_and_instead_of_the_notice() -> None:
    cases = itertools.product(Stage, Tier, (True, False), (True, False))
    assert [case for case in cases if may_extend(*case)] == [(Stage.FORMAL, Tier.CORE, True, False)]


@pytest.mark.parametrize(
    ("rule", "first"),
    [(0, "old"), (1, "large"), (2, "risky")],
    ids=["oldest", "largest", "value at risk"],
)
def test_queue_rule_takes_first(rule, first) -> None:
    lines = {"old": (10, 100, 0.01), "large": (30, 900, 0.01), "risky": (20, 500, 0.10)}
    assert min(lines, key=lambda name: queue_key(rule, *lines[name])) == first

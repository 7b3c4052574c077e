"""Drivers are what was known on the day of issue: whatever happens later, or is not in the ledger yet, changes none."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.behaviour.payment import counted_delay, drivers, late_share, mean_delay
from simkit.calibration.drivers import line_drivers, weights_of
from simkit.calibration.history import delay_prior, with_priors
from simkit.calibration.person_periods import OPEN, is_late, known_history
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import line_rows, lines_of

PAYMENT = Payment(
    history_weight=-1.1,
    delay_weight=-0.7,
    term_weight=0.4,
    amount_weight=-0.2,
    history_prior_share=0.3,
    history_prior_lines=2.5,
    delay_prior_days=6.0,
    delay_prior_lines=1.5,
    delay_memory=0.6,
)
VALUE = 250


@cache
def month(day):
    date = pd.Timestamp(0) + pd.Timedelta(days=int(day))
    return 12 * date.year + date.month


def fade(issue, paid):
    return PAYMENT.delay_memory ** max(month(issue) - month(paid), 0)


def shift_one_by_one(
    lines,
    told=lambda line: line.due + 1,
    seen=lambda line: line.paid + 1,
    own=False,
):
    """Return what drivers add to each line's logit, by the engine's formulas and the definition of what is known.

    `told` is the day from which a line counts in the late share, `seen` that from which its delay does; `own` lets a
    line's own outcome count. They are there for a test to plant a leak.
    """
    rows, late, found = list(lines.itertuples()), is_late(lines), []
    for line in rows:
        mine = [(at, other) for at, other in enumerate(rows) if other.customer == line.customer]
        known = [late[at] for at, other in mine if told(other) <= line.issue or (own and other is line)]
        paid = [
            (
                counted_delay(other.paid, other.due),
                PAYMENT.delay_memory ** max(month(line.issue) - month(other.paid), 0),
            )
            for _, other in mine
            if other.paid_share == 1 and (seen(other) <= line.issue or (own and other is line))
        ]
        share = late_share(sum(known), len(known), PAYMENT.history_prior_share, PAYMENT.history_prior_lines)
        delay = mean_delay(
            sum(days * kept for days, kept in paid), sum(kept for _, kept in paid),
            PAYMENT.delay_prior_days, PAYMENT.delay_prior_lines,
        )  # fmt: skip
        found.append(
            drivers(share, delay, line.due - line.issue, line.amount_fen, VALUE, *weights_of(PAYMENT))
        )
    return np.array(found)


def shift(lines):
    return line_drivers(lines, PAYMENT, VALUE) @ weights_of(PAYMENT)


@given(line_rows)
def test_drivers_are_the_engines_of_what_was_known_at_issue(rows):
    lines = lines_of(rows)
    np.testing.assert_allclose(shift(lines), shift_one_by_one(lines), atol=1e-9)


def reaches_back(shift_of, lines, day):
    """Tell whether what happens from a day on, or is in the ledger from then on, changes a line issued by that day."""
    before = (lines["issue"] <= day).to_numpy()
    later = (lines["paid"] >= day).to_numpy()
    changes = (
        lines.assign(paid=lines["paid"].where(~later, lines["paid"] + 50)),
        lines.assign(paid=lines["paid"].mask(later, OPEN), paid_share=lines["paid_share"].mask(later, 0.0)),
        lines.assign(paid=lines["paid"].mask(later, day), paid_share=lines["paid_share"].mask(later, 1.0)),
        lines[before],
    )
    ours = pd.Series(shift_of(lines), lines.index)[before]
    for changed in changes:
        theirs = pd.Series(shift_of(changed), changed.index).reindex(ours.index).dropna()
        if len(theirs) and not np.allclose(ours[theirs.index], theirs, rtol=0, atol=1e-12):
            return True
    return False


@given(line_rows, st.integers(0, 70))
def test_a_ledger_cut_off_at_any_day_gives_lines_issued_by_then_the_same_drivers(rows, day):
    assert not reaches_back(shift, lines_of(rows), day)


LEAKS = {
    "the line's own outcome": {"own": True},
    "the whole ledger": {"told": lambda line: 0, "seen": lambda line: 0},
    "late as soon as issued": {"told": lambda line: line.issue},
    "late on the due date": {"told": lambda line: line.due},
    "delays of lines not yet paid": {"seen": lambda line: line.due},
    "delays of the issue day": {"seen": lambda line: line.paid},
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_planted_leak_is_caught(leak):
    luck = np.random.default_rng(5)
    rows = [(at % 2, at, 6, int(luck.integers(1, 14)), 1.0) for at in range(24)]
    lines = lines_of(rows)
    assert any(reaches_back(lambda lines: shift_one_by_one(lines, **leak), lines, day) for day in range(24))
    assert not any(reaches_back(shift_one_by_one, lines, day) for day in range(24))


@given(line_rows, st.integers(0, 70))
def test_a_record_looked_at_earlier_is_that_of_then(rows, day):
    """As of a day before its issue, a line has the record that a line issued on that day would have."""
    lines = lines_of(rows)
    as_of = np.minimum(lines["issue"].to_numpy(), day)
    seen = line_drivers(lines, PAYMENT, VALUE, as_of)
    moved = lines.assign(issue=as_of)
    np.testing.assert_allclose(seen[:, :2], line_drivers(moved, PAYMENT, VALUE)[:, :2], atol=1e-12)


def test_history_of_no_lines():
    none = lines_of([(0, 1, 1, 1, 1.0)]).iloc[:0]
    known, late = known_history(none, none["issue"].to_numpy())
    assert len(known) == len(late) == len(line_drivers(none, PAYMENT, VALUE)) == 0


def test_prior_of_customers_who_differ():
    """Customers' own means are normal with sd 8, their lines with sd 4 around them: the prior is worth 1/4 line."""
    luck = np.random.default_rng(3)
    own, size = luck.normal(10, 8, 600), luck.integers(1, 30, 600)
    rows = [(c, at, 0, 1, 1.0) for c, count in enumerate(size) for at in range(count)]
    lines = lines_of(rows)
    late = np.round(luck.normal(own[lines["customer"]], 4)).astype(int)
    days, worth = delay_prior(lines.assign(paid=lines["due"] + late), Payment())
    assert days == pytest.approx(10, abs=4 * 8 / 600**0.5)
    assert worth == pytest.approx(16 / 64, rel=0.2)


@pytest.mark.parametrize("rows", [[(0, 0, 5, 9, 1.0)], [(0, 0, 5, 9, 0.0)] * 3, [(0, 0, 5, 9, 1.0)] * 9])
def test_prior_is_the_base_worlds_where_customers_cannot_be_compared(rows):
    assert delay_prior(lines_of(rows), PAYMENT) == (PAYMENT.delay_prior_days, PAYMENT.delay_prior_lines)
    assert with_priors(lines_of(rows), PAYMENT).delay_prior_days == PAYMENT.delay_prior_days

"""The days late that past invoices are given, against lines paid one by one by the payment walk."""

import numpy as np
import pytest

from simkit.behaviour.payment import NEVER, counted_delay, payment_day, threshold
from simkit.portfolio.past_delays import past_delays, remembered_share
from simkit.portfolio.synthetic import draw_customers
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.world import World
from simkit.scenario.world.customers import Customers
from simkit.scenario.world.payment import Payment

PAYMENT = Payment(delay_weight=-0.9, delay_prior_days=10.0, delay_memory=1.0)
LUCK = (np.arange(20_000) + 0.5) / 20_000


def expected(ease: float, lines: int, late: int, payment: Payment = PAYMENT) -> tuple[float, float]:
    customer = np.array([ease]), np.array([lines]), np.array([late])
    days, number = past_delays(Customers(), payment, *customer)
    return days[0], number[0]


@pytest.mark.parametrize("ease", [-4.0, -1.03, 0.0, 0.52, 3.0])
def test_delays_are_those_of_lines_paid_by_the_customers_own_odds(ease) -> None:
    """Of 30-day lines, the mean of those paid late and of those paid in time; both are exact but for the slices."""
    shift = ease - 1.0 * 0.4 - 0.9 * 10 / 30
    table = tuple(PAYMENT.alpha), tuple(PAYMENT.bucket_starts)
    paid = [payment_day(0.0, threshold(u), -29, shift, *table) for u in LUCK]
    delays = np.array([counted_delay(day, 0) for day in paid])
    for late, one in ((1, delays[delays > 0]), (0, delays[delays <= 0])):
        assert expected(ease, 1, late)[0] == pytest.approx(one.mean(), abs=0.02 + 40 / len(one))
    assert max(paid) < NEVER


def test_sum_is_over_all_lines_and_as_much_remembered_as_their_number() -> None:
    late, early = (expected(0.3, 1, number)[0] for number in (1, 0))
    assert expected(0.3, 9, 4) == (pytest.approx(4 * late + 5 * early), 9)
    assert expected(0.3, 0, 0) == (0, 0)
    fades = PAYMENT.model_copy(update={"delay_memory": 0.5})
    share = np.mean(0.5 ** np.arange(1, 25))  # 12 lines at 6 a year are those of 24 months
    assert expected(0.3, 9, 4, fades) == (
        pytest.approx((4 * late + 5 * early) * share),
        pytest.approx(9 * share),
    )


@pytest.mark.parametrize("memory", [1e-9, 0.3, 0.999, 1.0])
@pytest.mark.parametrize("months", [1, 7, 240])
def test_remembered_share_is_the_mean_of_its_powers(memory, months) -> None:
    assert remembered_share(months, memory) == pytest.approx(np.mean(memory ** np.arange(1, months + 1)))


@pytest.mark.parametrize("alpha", [-50.0, 20.0])
@pytest.mark.parametrize("ease", [-300.0, 300.0])
def test_ends_of_what_is_allowed_stay_within_what_counts(alpha, ease) -> None:
    payment = Payment(alpha=[alpha] * 15, delay_memory=1.0)
    assert 1 <= expected(ease, 1, 1, payment)[0] <= 90
    assert -30 <= expected(ease, 1, 0, payment)[0] <= 0


def test_customers_on_the_books_have_a_past_and_leads_have_none() -> None:
    world = World(payment=Payment(delay_memory=0.6))
    table = draw_customers(Scenario(name="t", run=Run(customers=400), world=world), 0)
    leads = table["arrival_day"] >= 0
    assert (table.loc[leads, ["history_delay_days", "history_delay_lines"]] == 0).all(axis=None)
    known = table[table["history_lines"] > 0]
    assert known["history_delay_lines"].to_numpy() == pytest.approx(
        known["history_lines"] * remembered_share(24, 0.6)
    )
    share, mean = known["history_late"] / known["history_lines"], known["history_delay_days"]
    assert np.corrcoef(share, mean / known["history_delay_lines"])[0, 1] > 0.5

import numpy as np
import pandas as pd
import pytest

from simkit.calibration.history import with_priors
from simkit.calibration.payment_model import fit_payment, payment_part
from simkit.calibration.person_periods import ledger_lines
from simkit.calibration.purchase_model import Purchases
from simkit.calibration.uncertainty import (
    DRAWS,
    PaymentDraws,
    resamples,
    world_draws,
)
from simkit.scenario.draws import laid_over
from simkit.scenario.world import World
from simkit.scenario.world.payment import Payment

AS_OF = pd.Timestamp("2024-10-22")


def resampled(invoices, counts):
    """Return the invoices of customers drawn so often, each time as a customer of its own."""
    code, _ = pd.factorize(invoices["customer_id"], sort=True)
    row = np.repeat(np.arange(len(code)), counts[code])
    copy = np.arange(len(row)) - np.searchsorted(row, row)
    drawn = invoices.iloc[row].reset_index(drop=True)
    return drawn.assign(customer_id=(np.cumsum(counts) - counts)[code[row]] + copy)


@pytest.fixture(scope="module")
def truth():
    return Payment(**{**Payment().model_dump(), "frailty_sd": 0.7, "history_weight": -1.2})


@pytest.fixture
def fitted(simulated_invoices, truth):
    invoices = simulated_invoices(3, truth, customers=100)
    lines, _ = ledger_lines(invoices, AS_OF)
    base = with_priors(lines, World().payment)
    return invoices, lines, base, fit_payment(lines, 100, base)


def test_a_draw_is_close_to_a_fit_of_its_resample(fitted):
    """The one step against the whole climb, of what a ledger tells plainly; priors are small beside it."""
    invoices, _, base, fit = fitted
    draws = PaymentDraws(fit)
    told = np.flatnonzero(np.sqrt(np.diag(fit.covariance)) < 0.25)
    step, climbed = [], []
    for resample in resamples(100, 6, seed=1):
        lines, _ = ledger_lines(resampled(invoices, resample.counts), AS_OF)
        step.append(draws.other_customers(resample)[told] - fit.theta[told])
        again = fit_payment(lines, int(lines["customer"].max()) + 1, base, fit.order_value_fen)
        climbed.append(again.theta[told] - fit.theta[told])
    one, other = np.ravel(step), np.ravel(climbed)
    assert np.corrcoef(one, other)[0, 1] > 0.9
    assert one.std() == pytest.approx(other.std(), rel=0.3)


def test_draws_spread_as_the_standard_errors_say(fitted):
    """Where the model is true, the bootstrap of customers and the curvature agree (information equality)."""
    _, _, _, fit = fitted
    draws = PaymentDraws(fit)
    se = np.sqrt(np.diag(fit.covariance))
    boot = np.array([draws.other_customers(resample) for resample in resamples(100, 200, seed=2)])
    same = np.array([draws.same_customers(2, number) for number in range(400)])
    assert np.median(boot.std(axis=0) / se) == pytest.approx(1, abs=0.2)
    np.testing.assert_allclose(same.std(axis=0) / se, 1, atol=0.15)


def test_a_resample_holds_whole_customers_as_often_as_drawn(fitted):
    invoices, *_ = fitted
    counts = next(iter(resamples(100, 1, seed=3))).counts
    assert counts.sum() == 100
    drawn = resampled(invoices, counts)
    sizes = invoices.groupby("customer_id").size().to_numpy()
    assert len(drawn) == counts @ sizes
    assert drawn["customer_id"].nunique() == 100


ONE_STEP = ["orders_per_year", "gap_shape", "order_value_fen"]
COMPUTED = ["order_value_spread_between", "order_value_spread_within", "history_lines"]


def test_drawn_once_each_the_purchases_are_the_fitted_ones(fitted):
    purchases = Purchases(fitted[0], World())
    drawn = purchases.drawn(np.ones(100, dtype=np.int64), np.zeros(6))
    values = purchases.values()
    assert drawn["customers"].pop("terms") == values.pop("terms")
    assert drawn["customers"] == pytest.approx(values, rel=1e-9)


def test_a_draw_of_purchases_is_close_to_a_fit_of_its_resample(fitted):
    invoices, *_ = fitted
    purchases = Purchases(invoices, World())
    step, climbed = [], []
    for resample in resamples(100, 5, seed=1):
        step.append(purchases.drawn(resample.counts, np.zeros(6))["customers"])
        climbed.append(Purchases(resampled(invoices, resample.counts), World()).values())
    one, other = pd.DataFrame(step), pd.DataFrame(climbed)
    np.testing.assert_allclose(one[COMPUTED], other[COMPUTED], rtol=0.02)
    for name in ONE_STEP:
        assert np.corrcoef(one[name], other[name])[0, 1] > 0.9, name
        assert one[name].std() == pytest.approx(other[name].std(), rel=0.4), name
    assert list(one["terms"]) == list(other["terms"])


def test_every_draw_is_a_world(fitted):
    invoices, _, _, fit = fitted
    draws = world_draws(invoices, Purchases(invoices, World()), fit, fit.alpha - 0.5, None, seed=4)
    assert len(draws) == DRAWS
    worlds = [laid_over(World(), draw) for draw in draws]
    assert len({world.payment.frailty_sd for world in worlds}) > DRAWS / 2
    shift = np.mean([world.payment.alpha for world in worlds], axis=0) - np.array(fit.alpha)
    assert np.median(shift) == pytest.approx(-0.5, abs=0.1)
    assert set(draws[0]["payment"]) == set(payment_part(fit))

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import expit, xlogy

from simkit.calibration.price_response import demand_of, fit_price_response
from simkit.errors import UserError
from simkit.scenario.world.customers import Demand

SHARED = Path(__file__).parents[3] / "shared/data/cn_sme_invoices/rate_vs_churn.csv"
RATES = np.linspace(0.04, 0.15, 28)


def shares(seed, slope, customers=400):
    lost = expit(0.3 + slope * np.log(RATES / 0.09))
    return pd.DataFrame(
        {"rate": RATES, "A": np.random.default_rng(seed).binomial(customers, lost) / customers}
    )


def test_it_is_the_maximum_of_the_fractional_likelihood():
    frame = shares(1, 3.0)
    [response] = fit_price_response(frame)
    lost, logs = frame["A"].to_numpy(), np.log(RATES / response.rate)

    def deviance(theta):
        chance = expit(theta[0] + theta[1] * logs)
        return -(xlogy(lost, chance) + xlogy(1 - lost, 1 - chance)).sum()

    second = minimize(deviance, np.zeros(2)).x
    assert (response.level, response.slope) == pytest.approx(tuple(second), abs=1e-3)
    step = 1e-5
    stays = [1 - response.lost(0.08 * math.exp(sign * step)) for sign in (-1, 1)]
    assert response.elasticity(0.08)[0] == pytest.approx(math.log(stays[1] / stays[0]) / (2 * step), rel=1e-5)


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(100):
        [response] = fit_price_response(shares(seed, 3.0))
        low, high = response.slope_interval()
        least, most = response.elasticity(0.07)[1:]
        lost = expit(0.3 + 3.0 * math.log(0.07 / 0.09))
        held += int(low < 3.0 < high) + int(least < -3.0 * lost < most)
    assert held >= 180  # of 200; sandwich errors of 28 points are a little short


def test_no_answer_to_the_price():
    flat = pd.DataFrame({"rate": RATES, "A": 0.3, "B": 0.0})
    a, b = fit_price_response(flat)
    assert a.slope == pytest.approx(0, abs=1e-6)
    assert a.elasticity(0.1)[0] == pytest.approx(0, abs=1e-6)
    assert b.lost(0.1) < 1e-3
    values, _ = demand_of([a])
    assert values["accept_discount"] == pytest.approx(0, abs=1e-6)


def test_ten_points_of_discount_are_a_tenth_off_the_price():
    [response] = fit_price_response(shares(2, 4.0))
    values, notes = demand_of([response])
    stays = [1 - response.lost(rate) for rate in (0.08, 0.072)]
    before, after = (math.log(share / (1 - share)) for share in stays)
    assert values["accept_discount"] == pytest.approx(after - before)
    Demand.model_validate({**Demand().model_dump(), **values})
    assert "a proxy" in notes[1]


@pytest.mark.parametrize(("frame", "said"), [
    ({"rate": [0.0, 1, 2, 3, 4], "A": 0.1}, "rate: 0 is given; allowed: above 0"),
    ({"rate": [1, 2, 3, 4, 5], "A": [0.1, 0.2, 0.3, 0.4, 1.2]}, "grade A: 1.2 is given"),
    ({"rate": [1, 2, 3, 4, 5], "A": [0.1, 0.2, 0.3, 0.4, np.nan]}, "grade A: nan is given"),
    ({"rate": [1, 2, 3], "A": 0.1}, "3 rates are too few"),
])  # fmt: skip
def test_refusals(frame, said):
    with pytest.raises(UserError, match=said):
        fit_price_response(pd.DataFrame(frame))


def test_real_shares():
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is not here: real shares are kept beside the repository")
    frame = pd.read_csv(SHARED, skiprows=[1]).astype(float).set_axis(["rate", "A", "B", "C"], axis=1)
    responses = fit_price_response(frame)
    better = [response.elasticity(0.06)[0] for response in responses]
    assert better == sorted(better)  # the better the grade, the more it answers to the price
    for response in responses:
        assert 2.5 < response.slope < 4
        there = np.interp(0.09, frame["rate"], frame[response.grade])
        assert response.lost(0.09) == pytest.approx(there, abs=0.05)

import numpy as np
import pandas as pd
import pytest

from simkit.calibration.payment_forecast import Forecast, Phase, each_for_its_day, forecast
from simkit.scenario.world.payment import Payment

LINES = pd.DataFrame(
    {"issue": [0, 5, 40, 20], "due": [30, 15, 40, 10]}
)  # the last was due when it was issued
PAYMENT = Payment(
    bucket_starts=[-5, 0, 1],
    alpha=[-4.0, -3.0, -1.0, -2.0],
    calendar={"weekday": [0.2, 0.0, 0.0, 0.0, -0.2, -3.0, -4.0], "month_end": 0.7},
)
SHIFT = np.array([0.0, 0.4, -0.3, 0.1])
HABITS = np.array([[-1.0, 0.5], [-1.0, 0.5], [0.0, 2.0], [-3.0, 3.0]])
CHANCE = np.array([[0.3, 0.7], [0.5, 0.5], [1.0, 0.0], [0.2, 0.8]])
PHASE = Phase(0, PAYMENT, SHIFT, HABITS, CHANCE)


def hazard(phase, at, node, day):
    date = pd.Timestamp(0) + pd.Timedelta(days=int(LINES["due"][at] + day))
    effect = phase.payment.calendar.weekday[date.weekday()]
    effect += phase.payment.calendar.month_end * ((date + pd.Timedelta(days=3)).month != date.month)
    bucket = sum(day >= start for start in phase.payment.bucket_starts)
    logit = phase.payment.alpha[bucket] + effect + phase.shift[at] + phase.habits[at, node]
    return 1 / (1 + np.exp(-logit))


def survival(phases, at, last):
    """Return the days from due of a line and the probability that it is unpaid at the end of each."""
    days = np.arange(LINES["issue"][at] + 1 - LINES["due"][at], last + 1)
    bounds = [*(phase.since for phase in phases[1:]), last + 1]
    alive, unpaid = 1.0, []
    for number, (phase, end) in enumerate(zip(phases, bounds, strict=True)):
        weight = alive * phase.probability[at]
        for day in days:
            if day < end and (number == 0 or day >= phase.since):
                weight = weight * [1 - hazard(phase, at, node, day) for node in range(len(weight))]
                unpaid.append(weight.sum())
        alive = weight.sum()
    return days, np.array(unpaid)


OTHER = Phase(
    1,
    PAYMENT.model_copy(update={"alpha": [-1.0, -1.0, -1.0, -2.5]}),
    -SHIFT,
    HABITS[:, ::-1],
    CHANCE,
)


@pytest.mark.parametrize("phases", [[PHASE], [PHASE, OTHER]], ids=["one phase", "two"])
def test_forecast_day_by_day(phases):
    made = forecast(LINES, phases, [-3, 0, 1, 60])
    for at in range(len(LINES)):
        days, unpaid = survival(phases, at, 60)
        expected = [1.0 if day < days[0] else unpaid[days == day][0] for day in (-3, 0, 1, 60)]
        np.testing.assert_allclose(made.unpaid[at], expected, atol=2e-6)
        paid = -np.diff(unpaid, prepend=1.0)
        assert made.mean_days_late[at] == pytest.approx((paid * days).sum() / paid.sum(), abs=1e-3)
        reached = days[unpaid <= 0.5]
        assert made.median_days_late[at] == (reached[0] if len(reached) else 60)


def test_a_line_that_is_never_paid_has_the_last_day_as_its_median():
    never = Phase(0, PAYMENT, SHIFT - 40, HABITS, CHANCE)
    made = forecast(LINES, [never], [0, 90])
    assert (made.median_days_late == 90).all()
    np.testing.assert_allclose(made.unpaid, 1.0, atol=1e-9)


def test_no_lines():
    none = Phase(0, PAYMENT, SHIFT[:0], HABITS[:0], CHANCE[:0])
    assert forecast(LINES.iloc[:0], [none], [0, 7]).unpaid.shape == (0, 2)


def test_each_day_asked_about_has_a_forecast_of_its_own():
    def made(median, *unpaid):
        return Forecast(np.array(unpaid), np.zeros(4), np.array(median))

    early = made([-2, 0, 0, 0], [0.3], [0.7], [0.8], [0.8])
    late = made([-5, 6, -1, 30], [0.6, 0.2], [0.9, 0.3], [0.4, 0.2], [0.95, 0.9])
    both = each_for_its_day([early, late], [0, 30])
    np.testing.assert_array_equal(
        both.unpaid, [[0.3, 0.2], [0.7, 0.3], [0.8, 0.2], [0.8, 0.8]]
    )  # never up again
    np.testing.assert_array_equal(
        both.median_days_late, [-2, 6, 1, 30]
    )  # after the first day, by what it says

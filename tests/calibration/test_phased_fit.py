import numpy as np

from simkit.calibration.payment_predictor import PHASES
from simkit.calibration.person_periods import OPEN
from simkit.calibration.phased_fit import LAST_PHASE, LATE_STARTS, fit_phases, refined
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import lines_of

BASE = Payment()


def effect(payment, day):
    return payment.alpha[np.searchsorted(payment.bucket_starts, day, side="right")]


def test_finer_buckets_have_the_hazards_of_the_coarse_ones():
    coarse = BASE.model_copy(update={"bucket_starts": [-5, 4, 60], "alpha": [-4.0, -3.0, -2.0, -1.0]})
    fine = refined(coarse)
    assert {*PHASES, *LATE_STARTS} <= set(fine.bucket_starts)
    assert [effect(fine, day) for day in range(-40, 200)] == [effect(coarse, day) for day in range(-40, 200)]


def test_who_always_pays_after_forty_days_is_slow_before_and_quick_after():
    """One habit a customer would make it slow at every age, and its lines very late."""
    luck, rows = np.random.default_rng(3), []
    for customer in range(30):
        for issue in range(0, 300, 12):
            late = (
                luck.integers(35, 45)
                if customer < 6
                else luck.choice([luck.integers(-3, 4), 60], p=[0.95, 0.05])
            )
            rows.append((customer, issue, 30, int(30 + late), 1.0))
    lines = lines_of(rows).assign(end=600)
    fit = fit_phases(lines[lines["paid"] < OPEN], 30, BASE)
    slow, others = fit.habit[:6].mean(axis=0), fit.habit[6:].mean(axis=0)
    assert slow[0] < others[0]
    assert slow[2] < others[2] - 1
    assert slow[4] > others[4] + 1


def test_phases_draw_their_parameters_apart():
    luck, rows = np.random.default_rng(4), []
    for customer in range(10):
        rows += [
            (customer, int(issue), 30, int(30 + luck.integers(-9, 50)), 1.0)
            for issue in luck.integers(0, 300, 20)
        ]
    fit = fit_phases(lines_of(rows).assign(end=600), 10, BASE)
    moved = [drawn.theta - kept.theta for drawn, kept in zip(fit.drawn(1, 0).phases, fit.phases, strict=True)]
    assert not np.allclose(moved[0], moved[1])
    np.testing.assert_array_equal(fit.drawn(1, 0).alpha, fit.drawn(1, 0).alpha)
    assert not np.array_equal(fit.drawn(1, 0).alpha, fit.drawn(1, 1).alpha)


def paying_around(days):
    """Return lines of 30 customers: a third pay so many days late, a third on time, a third now and then much later."""
    luck, rows = np.random.default_rng(8), []
    for customer in range(30):
        for issue in range(0, 300, 10):
            late = days(luck) if customer % 3 == 0 else luck.integers(-3, 4)
            if customer % 3 == 1 and luck.random() < 0.3:
                late = luck.integers(35, 110)
            rows.append((customer, issue, 30, int(30 + late), 1.0))
    return lines_of(rows).assign(end=600)


def test_the_third_month_overdue_is_a_phase_of_its_own_where_the_ledger_says_so():
    sixty = fit_phases(paying_around(lambda luck: luck.integers(57, 66)), 30, BASE)
    assert sixty.edges[-2] == LAST_PHASE
    assert len(sixty.phases) == len(PHASES) + 2
    slow = sixty.habit[::3].mean(axis=0)
    assert slow[-1] > slow[-2] + 1, "slow in the second month overdue, quick in the third"
    anyhow = fit_phases(paying_around(lambda luck: 31 + int(luck.geometric(0.03))), 30, BASE)
    assert len(anyhow.phases) == len(PHASES) + 1

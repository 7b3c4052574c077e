import numpy as np
import pandas as pd
import pytest

from simkit.behaviour.payment import daily_force
from simkit.calibration.drivers import DRIVERS, weights_of
from simkit.calibration.payment_forecast import Phase, forecast
from simkit.calibration.payment_model import (
    CALENDAR,
    PRIOR_SD,
    fit_payment,
    parameter_names,
    payment_model,
    payment_of,
    payment_part,
    theta_of,
)
from simkit.calibration.person_periods import OPEN, is_late, kind_of_day, known_history, ledger_lines
from simkit.errors import UserError
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import lines_of

BASE = Payment()
AS_OF = pd.Timestamp("2024-10-22")  # day 660 of the made-up ledgers
BUSY = slice(2, 11)
"""Buckets in which every made-up ledger has hundreds of payments."""


def payment(**values):
    return Payment(**{**BASE.model_dump(), **values})


TRUTH = payment(
    alpha=[-6.9, -6.3, -5.2, -4.4, -3.5, -1.7, -2.4, -2.7, -2.9, -3.1, -3.4, -3.8, -4.2, -4.6, -5.2],
    history_weight=-1.4,
    frailty_sd=0.8,
)
"""Not the base world: a fit that returned its prior would be caught."""


def fit(invoices, base=BASE, as_of=AS_OF):
    lines, _ = ledger_lines(invoices, as_of)
    return fit_payment(lines, int(lines["customer"].max()) + 1, base), lines


def standard_scores(found, truth):
    return (found.theta - theta_of(truth)) / np.sqrt(np.diag(found.covariance))


DRIVEN = payment(
    alpha=TRUTH.alpha,
    calendar={"weekday": [0.3, 0.1, -0.1, -0.4, 0.1, -1.2, -2.0], "month_end": 0.5},
    history_weight=-1.0,
    delay_weight=-0.8,
    delay_prior_days=5.0,
    term_weight=-0.4,
    amount_weight=-0.15,
    frailty_sd=0.7,
)
"""Everything the hazards know of bears on payment."""


@pytest.mark.parametrize(
    ("seed", "customers", "lines", "evenness"),
    [(1, 300, 12.0, 1.0), (2, 1200, 1.5, 0.3), (3, 60, 60.0, 0.5)],
    ids=["even", "most have one or two", "few and large"],
)
def test_known_hazards_are_recovered(simulated_invoices, seed, customers, lines, evenness):
    found, _ = fit(simulated_invoices(seed, TRUTH, customers=customers, lines=lines, evenness=evenness))
    scores = standard_scores(found, TRUTH)[1:]  # nobody is ever in the first bucket: terms are 30 days
    assert np.abs(scores).max() < 4
    assert np.sqrt((scores**2).mean()) < 1.6
    assert found.alpha_se[BUSY].max() < 0.25
    assert found.history_weight_se < 0.3
    assert found.frailty_sd_se < 0.1


def test_every_coefficient_is_inside_its_interval_as_often_as_it_should(simulated_invoices):
    """Over ledgers and coefficients: 95 % intervals hold the truth, and squared scores have mean 1."""
    base = payment(delay_prior_days=DRIVEN.delay_prior_days)
    fits = [
        fit_payment(lines, int(lines["customer"].max()) + 1, base, 60_000)
        for seed in range(8)
        for lines, _ in [
            ledger_lines(
                simulated_invoices(seed + 40, DRIVEN, customers=150, lines=12, term=(10, 30, 60)), AS_OF
            )
        ]
    ]
    scores = np.array(
        [standard_scores(one, DRIVEN)[1:] for one in fits]
    )  # the earliest bucket is all but empty
    assert np.abs(scores.mean(axis=0) * len(fits) ** 0.5).max() < 4
    inside = (np.abs(scores) < 1.96).mean()
    # Of 26 x 8 intervals; one ledger's are correlated, so that the spread is wider than a binomial's 1.5 %.
    assert 0.88 < inside < 0.995
    assert 0.7 < (scores**2).mean() < 1.4
    for name, largest in (
        ("term_weight", 0.2),
        ("amount_weight", 0.1),
        ("month_end", 0.2),
        ("delay_weight", 0.3),
    ):
        assert max(one.errors[name] for one in fits) < largest


def test_parameters_and_worlds_are_two_ways_to_say_the_same():
    shifted = payment(alpha=DRIVEN.alpha, calendar={"weekday": [1.0] * 7}, delay_weight=0.3)
    for world in (BASE, DRIVEN, shifted):
        theta = theta_of(world)
        assert len(theta) == len(parameter_names(len(world.alpha)))
        again = payment_of(theta, world)
        np.testing.assert_allclose(theta_of(again), theta, atol=1e-12)
        kinds = np.arange(14)
        for of in (world, again):  # each day's logit is the same, wherever the constant is
            by_kind = np.array(of.calendar.weekday)[kinds % 7] + of.calendar.month_end * (kinds // 7)
            by_cell = np.array(of.alpha)[:, None] + by_kind
            np.testing.assert_allclose(
                by_cell,
                theta[: len(world.alpha), None] + CALENDAR @ theta[len(world.alpha) :][:7],
                atol=1e-12,
            )
        assert Payment.model_validate({**world.model_dump(), **again.model_dump()}) == again


def test_a_world_takes_all_that_is_fitted(simulated_invoices):
    found, _ = fit(simulated_invoices(12, DRIVEN, customers=60))
    world = payment(**payment_part(found))
    np.testing.assert_allclose(theta_of(world), found.theta, atol=1e-9)
    assert world.quality_weight == 0
    assert {"calendar", "delay_memory", *DRIVERS} <= payment_part(found).keys()


def test_other_parameters_give_other_habits(simulated_invoices):
    found, _ = fit(simulated_invoices(13, TRUTH, customers=60))
    theta = found.theta.copy()
    theta[: len(found.alpha)] += 0.5
    other = found.at(theta)
    np.testing.assert_allclose(other.alpha, found.alpha + 0.5)
    assert other.log_likelihood < found.log_likelihood
    mean = [(one.frailty * one.frailty_probability).sum(axis=1).mean() for one in (found, other)]
    assert mean[1] < mean[0] - 0.2  # customers who pay as before under higher odds have worse habits
    np.testing.assert_allclose(found.at(found.theta).frailty, found.frailty, atol=1e-5)


def test_recovered_without_bias_over_ledgers(simulated_invoices):
    found = [
        fit(simulated_invoices(seed, TRUTH, customers=500, lines=1.5, evenness=0.3))[0] for seed in range(6)
    ]
    scores = np.mean([standard_scores(one, TRUTH)[1:] for one in found], axis=0) * np.sqrt(len(found))
    assert np.abs(scores).max() < 4
    # Penalised dummies instead of the integral are off by 0.2 logit here: 4 standard errors of this mean.
    assert np.mean([one.alpha[BUSY] - TRUTH.alpha[BUSY] for one in found]) == pytest.approx(0, abs=0.12)


def test_habits_of_no_consequence_are_found_small(simulated_invoices):
    found, _ = fit(simulated_invoices(4, payment(alpha=TRUTH.alpha, frailty_sd=0.0), customers=200))
    assert found.frailty_sd < 0.2


def test_an_extract_by_payment_date_is_fitted_without_bias(simulated_invoices):
    # Payments are seen from day 40 on only; terms are 90 days, so that many of these lines were issued before.
    invoices = simulated_invoices(5, TRUTH, customers=900, lines=0.7, term=90, days=120, as_of_day=660)
    opening = pd.Timestamp("2023-01-01") + pd.Timedelta(days=40)
    seen = invoices[~(invoices["paid_date"] < opening)]
    assert len(seen) < len(invoices)
    lines, notes = ledger_lines(seen, AS_OF)
    assert any("before the ledger's first payment" in note for note in notes)
    customers = int(lines["customer"].max()) + 1
    early = slice(0, 2)
    found = fit_payment(lines, customers, BASE)
    scores = standard_scores(found, TRUTH)
    assert np.abs(scores[early]).max() < 3.5
    naive = fit_payment(lines.assign(first=lines["issue"] + 1), customers, BASE)
    assert naive.alpha[0] < found.alpha[0] - 0.1


def test_open_invoices_are_censored_not_dropped(simulated_invoices):
    invoices = simulated_invoices(6, TRUTH, customers=300, days=600, as_of_day=630)
    as_of = pd.Timestamp("2023-01-01") + pd.Timedelta(days=630)
    assert (invoices["status"] == "open").mean() > 0.05
    found, _ = fit(invoices, as_of=as_of)
    assert np.abs(standard_scores(found, TRUTH)[1:]).max() < 4
    dropped, _ = fit(invoices[invoices["status"] == "paid"], as_of=as_of)
    assert np.abs(standard_scores(dropped, TRUTH)[1:]).max() > 4


def test_silent_buckets_stay_at_the_base_world(simulated_invoices):
    found, _ = fit(simulated_invoices(7, TRUTH, customers=100))
    assert found.alpha[0] == pytest.approx(BASE.alpha[0])
    assert found.alpha_se[0] == pytest.approx(PRIOR_SD)
    assert found.pooled.alpha[0] == pytest.approx(BASE.alpha[0])


def flat_ledger(invoices_of, customers, days_late):
    count = len(days_late)
    issue = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(count) * 2, unit="D")
    due = issue + pd.Timedelta(days=30)
    paid = due + pd.to_timedelta(np.asarray(days_late, dtype=float), unit="D")
    return invoices_of(
        customer_id=[f"c{k % customers}" for k in range(count)],
        issue_date=issue,
        due_date=due,
        paid_date=paid,
    )


@pytest.mark.parametrize("customers", [1, 40], ids=["one customer", "many"])
@pytest.mark.parametrize(
    "days_late",
    [[-5, -2, 0] * 30, [3, 9, 20] * 30, [0] * 90],
    ids=["nobody late", "everybody late", "on the day"],
)
def test_ledgers_of_one_kind_give_finite_values(invoices_of, customers, days_late):
    invoices = flat_ledger(invoices_of, customers, days_late)
    found, lines = fit(invoices, as_of=pd.Timestamp("2024-12-31"))
    values = [*found.alpha, *found.alpha_se, found.history_weight, found.frailty_sd, found.frailty_sd_se]
    assert np.isfinite(values).all()
    assert np.abs(found.alpha).max() < 15
    assert 0 < found.frailty_sd < 3
    late = found.late_probability(lines).mean()
    assert late == pytest.approx(is_late(lines).mean(), abs=0.1)


def test_a_ledger_paid_at_once_is_refused(invoices_of):
    invoices = flat_ledger(invoices_of, 5, [-29] * 40)
    with pytest.raises(UserError, match="every invoice was paid on its first day at risk"):
        fit(invoices, as_of=pd.Timestamp("2024-04-30"))


def unpaid_by_hand(payment, line, shift, days):
    """Return the survival of a line by its daily odds, one by one."""
    force = 0.0
    for day in range(int(line["issue"] - line["due"]) + 1, days + 1):
        kind = int(kind_of_day(np.array([int(line["due"]) + day]))[0])
        date = payment.calendar.weekday[kind % 7] + payment.calendar.month_end * (kind // 7)
        bucket = np.searchsorted(payment.bucket_starts, day, side="right")
        force += daily_force(payment.alpha[bucket] + date + shift)
    return np.exp(-force)


def test_late_probability_is_the_survival_past_the_due_date(simulated_invoices):
    found, lines = fit(simulated_invoices(8, DRIVEN, customers=40))
    shift, pooled_shift = (
        found.drivers(lines) @ weights_of(world) for world in (found.payment, found.pooled)
    )
    for days in (0, 7, 30):
        chance, pooled = found.late_probability(lines, days), found.pooled_late_probability(lines, days)
        for at in (0, 7, 50, 123):
            line = lines.iloc[at]
            habits, probability = (of[int(line["customer"])] for of in found.habits_by(days))
            unpaid = [unpaid_by_hand(found.payment, line, one + shift[at], days) for one in habits]
            assert chance[at] == pytest.approx(probability @ unpaid)
            assert pooled[at] == pytest.approx(unpaid_by_hand(found.pooled, line, pooled_shift[at], days))


def two_habits():
    """Return lines of customers who mostly pay early or mostly late, and when late, within days or after a month."""
    luck, rows = np.random.default_rng(5), []
    for customer in range(40):
        for issue in np.sort(luck.integers(0, 500, 30)).tolist():
            early = luck.random() < (0.7 if customer % 2 else 0.3)
            late = luck.integers(1, 4) if customer % 4 < 2 else luck.integers(30, 60)
            rows.append((customer, issue, 30, 30 + int(luck.integers(-9, 0) if early else late), 1.0))
    return lines_of(rows).assign(end=700)


def test_who_pays_early_is_told_from_who_does_not_whatever_they_do_when_late():
    lines = two_habits()
    found = fit_payment(lines, 40, BASE)
    shift = found.drivers(lines) @ weights_of(found.payment)
    habits = found.frailty[lines["customer"]], found.frailty_probability[lines["customer"]]
    once = forecast(lines, [Phase(0, found.payment, shift, *habits)], [0]).unpaid
    late, once = (chance.reshape(40, 30).mean(axis=1) for chance in (found.late_probability(lines), once))
    assert late[::2].min() > late[1::2].max()
    assert once[::2].min() < once[1::2].max()  # what they do later hides it


def test_habits_by_a_day_are_those_of_lines_seen_until_then():
    lines = two_habits()
    found = fit_payment(lines, 40, BASE)
    late = (lines["paid"] > lines["due"]).to_numpy()
    seen = lines.assign(
        end=np.where(late, lines["due"], lines["end"]),
        paid=lines["paid"].mask(late, OPEN),
        paid_share=lines["paid_share"].mask(late, 0.0),
    )
    expected = payment_model(seen, found.drivers(lines), 40, found.payment).posterior(found.theta)
    habits, probability = found.habits_by(0)
    np.testing.assert_allclose(habits, found.frailty_sd * expected.z, atol=1e-4)
    np.testing.assert_allclose(probability, expected.probability, atol=1e-4)


def test_one_habit_is_known_by_all_its_days(simulated_invoices):
    found, _ = fit(simulated_invoices(8, DRIVEN, customers=40))
    for day in (0, 30):
        assert found.habits_by(day)[0] is found.frailty


def test_prediction_does_not_look_at_the_lines_own_fate(simulated_invoices):
    found, lines = fit(simulated_invoices(9, TRUTH, customers=40))
    last = lines["due"] > lines["issue"].max()
    other = lines.assign(paid=lines["paid"].mask(last, OPEN), paid_share=lines["paid_share"].mask(last, 0.0))
    assert known_history(lines, lines["issue"].to_numpy())[1].sum() > 0
    np.testing.assert_array_equal(found.late_probability(lines), found.late_probability(other))


def test_records_count_until_the_last_known_day(simulated_invoices):
    found, lines = fit(simulated_invoices(9, TRUTH, customers=40))
    cut = int(np.quantile(lines["due"], 0.5))
    later = (np.minimum(lines["due"], lines["paid"]) > cut).to_numpy()
    other = lines.assign(paid=lines["paid"] + np.where(later & (lines["paid"] < OPEN), 40, 0))
    known, moved = (found.forecast(frame, known_until=cut).unpaid for frame in (lines, other))
    np.testing.assert_array_equal(known, moved)
    assert np.abs(found.forecast(lines).unpaid - found.forecast(other).unpaid).max() > 0.01


def test_habits_are_on_the_scale_of_their_spread(simulated_invoices):
    invoices = simulated_invoices(10, TRUTH, customers=60, lines=40.0)
    lines, _ = ledger_lines(invoices, AS_OF)
    customers = int(lines["customer"].max()) + 1
    found = fit_payment(
        lines, customers + 1, BASE
    )  # the last customer has no lines: its habit is the prior's
    assert found.frailty_probability[-1] @ found.frailty[-1] ** 2 == pytest.approx(found.frailty_sd**2)
    mean = (found.frailty * found.frailty_probability).sum(axis=1)[:-1]
    assert mean.std() == pytest.approx(
        found.frailty_sd, rel=0.15
    )  # with 40 lines each, habits are known well

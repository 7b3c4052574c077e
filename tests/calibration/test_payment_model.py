import numpy as np
import pandas as pd
import pytest

from simkit.behaviour.payment import accrue
from simkit.calibration.history import history_driver
from simkit.calibration.payment_model import PRIOR_SD, fit_payment
from simkit.calibration.person_periods import OPEN, is_late, known_history, ledger_lines
from simkit.errors import UserError
from simkit.scenario.world.payment import Payment

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
    estimates = np.array([*found.alpha, found.history_weight, found.frailty_sd])
    errors = np.array([*found.alpha_se, found.history_weight_se, found.frailty_sd_se])
    return (estimates - np.array([*truth.alpha, truth.history_weight, truth.frailty_sd])) / errors


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
    assert found.pooled_alpha[0] == BASE.alpha[0]


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


def test_late_probability_is_the_engines_survival_past_the_due_date(simulated_invoices):
    found, lines = fit(simulated_invoices(8, TRUTH, customers=40))
    history = history_driver(lines, found.prior_share, found.prior_lines)
    chance, pooled = found.late_probability(lines), found.pooled_late_probability(lines)
    alpha, starts = tuple(found.alpha), found.starts
    for at in (0, 7, 50, 123):
        line = lines.iloc[at]
        since = int(line["issue"] - line["due"]) + 1
        shift = found.history_weight * history[at] + found.frailty[int(line["customer"])]
        late = [np.exp(-accrue(0.0, since, 1, s, alpha, starts)) for s in shift]
        assert chance[at] == pytest.approx(found.frailty_probability[int(line["customer"])] @ late)
        force = accrue(
            0.0, since, 1, found.pooled_history_weight * history[at], tuple(found.pooled_alpha), starts
        )
        assert pooled[at] == pytest.approx(np.exp(-force))


def test_prediction_does_not_look_at_the_lines_own_fate(simulated_invoices):
    found, lines = fit(simulated_invoices(9, TRUTH, customers=40))
    last = lines["due"] > lines["issue"].max()
    other = lines.assign(paid=lines["paid"].mask(last, OPEN), paid_share=lines["paid_share"].mask(last, 0.0))
    assert known_history(lines)[1].sum() > 0
    np.testing.assert_array_equal(found.late_probability(lines), found.late_probability(other))


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

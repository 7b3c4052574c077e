from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from simkit.calibration.history import with_priors
from simkit.calibration.payment_model import fit_payment
from simkit.calibration.payment_predictor import PHASES, fit_predictor, within
from simkit.calibration.person_periods import OPEN, bucket_spells, is_late, ledger_lines
from simkit.calibration.validation import as_known_on
from simkit.outcomes.discrimination import gini
from simkit.portfolio.ledger_import import read_ledger
from simkit.scenario.world.payment import Payment
from tests.calibration.made_up import line_rows, lines_of

BASE = Payment()
SHARED = Path(__file__).parents[3] / "shared/data"


def days_and_payments(lines):
    spells = bucket_spells(lines, (0,))
    weight = lines["weight"].to_numpy()[spells.line] * spells.part
    return (weight * (spells.until - spells.since)).sum(), (weight * spells.pays).sum()


@given(line_rows)
def test_phases_hold_each_day_and_each_payment_once(rows):
    lines = lines_of(rows).assign(end=200, weight=lambda frame: 1.0 + frame["customer"])
    edges = (-OPEN, *PHASES, OPEN)
    parts = [within(lines, since, until) for since, until in pairwise(edges)]
    found = np.sum([days_and_payments(part) for part in parts], axis=0)
    assert found == pytest.approx(np.array(days_and_payments(lines)))


@pytest.fixture(scope="module")
def two_habits():
    """Lines of customers of whom some pay before the due date or long after, some always around it."""
    luck, rows = np.random.default_rng(8), []
    for customer in range(40):
        around = customer % 2 == 0
        for issue in np.sort(luck.integers(0, 500, 25)).tolist():
            late = (
                luck.integers(0, 6) if around else luck.choice([luck.integers(-20, -2), luck.integers(9, 40)])
            )
            rows.append((customer, issue, 30, int(30 + late), 1.0))
    return lines_of(rows).assign(end=600)


def auc(chance, late):
    return (gini(-chance, late) + 1) / 2


def test_it_tells_customers_apart_that_one_habit_cannot(two_habits):
    cut = 400
    known, later = as_known_on(two_habits, cut), (two_habits["issue"] > cut).to_numpy()
    base = with_priors(known, BASE)
    predictor, fit = fit_predictor(known, 40, base), fit_payment(known, 40, base)
    days = (two_habits["paid"] - two_habits["due"]).to_numpy()[later]
    ours = predictor.late_probability(two_habits, 7, cut)[later]
    around = (two_habits["customer"] % 2 == 0).to_numpy()[later]
    assert ours[around].max() < 0.05  # half of the customers never are a week late, and that is seen
    brier = [
        ((chance - (days > 7)) ** 2).mean() for chance in (ours, fit.late_probability(two_habits, 7)[later])
    ]
    assert brier[0] < 0.95 * brier[1]
    assert ours.mean() == pytest.approx((days > 7).mean(), abs=0.08)


def test_forecasts_look_at_nothing_later(two_habits):
    cut = 400
    known, test = as_known_on(two_habits, cut), (two_habits["issue"] > cut).to_numpy()
    predictor = fit_predictor(known, 40, BASE)
    later = (two_habits["paid"] > cut).to_numpy()
    other = two_habits.assign(paid=two_habits["paid"].where(~later, two_habits["paid"] + 17))
    at_cut, moved = (predictor.forecast(lines, cut).unpaid for lines in (two_habits, other))
    np.testing.assert_array_equal(at_cut[test], moved[test])
    rolling, moved = (predictor.forecast(lines).unpaid for lines in (two_habits, other))
    first = two_habits["issue"].to_numpy() <= two_habits["paid"][later].min()
    np.testing.assert_array_equal(rolling[first], moved[first])
    assert np.abs(rolling[test] - moved[test]).max() > 0.01


@pytest.mark.parametrize(
    ("file", "least"),
    [("highradius_ar/closed_invoices.csv.gz", 0.80), ("udyam_payables/invoices.csv.gz", 0.76)],
    ids=["highradius_ar", "udyam_payables"],
)
def test_real_ledger(file, least):
    path = SHARED / file
    if not path.exists():
        pytest.skip(f"{path} is not here: real ledgers are kept beside the repository")
    book = read_ledger(path)
    some = book.invoices["customer_id"].map(lambda name: sum(name.encode()) % 4 == 0)
    lines, _ = ledger_lines(book.invoices[some], book.as_of)
    cut, customers = int(np.quantile(lines["due"], 0.8)), int(lines["customer"].max()) + 1
    known, test = as_known_on(lines, cut), (lines["due"] > cut).to_numpy()
    base = with_priors(known, BASE)
    predictor, late = fit_predictor(known, customers, base), is_late(lines)[test]
    made = predictor.forecast(lines)
    assert auc(made.unpaid[test, 0], late) > least
    fit = fit_payment(known, customers, base)
    assert auc(made.unpaid[test, 0], late) > auc(fit.pooled_late_probability(lines)[test], late)
    paid = known[known["paid"] < OPEN]
    days = (paid["paid"] - paid["due"]).groupby(paid["customer"]).median()
    own = lines["customer"].map(days).fillna((paid["paid"] - paid["due"]).median())[test]
    took = (lines["paid"] - lines["due"])[test]
    told = (took < OPEN // 2).to_numpy()
    ours = np.abs(made.median_days_late[test] - took)[told].mean()
    assert ours < np.abs(own - took)[told].mean()
    assert isinstance(own, pd.Series)

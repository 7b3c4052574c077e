"""The payment model: daily payment odds by bucket, history and customer, fitted to grouped person-period rows.

``logit h = alpha[bucket] + beta * history + f`` with f ~ N(0, sigma^2) for each customer: the engine's own hazard
(`simkit.behaviour.payment`). A pooled logistic regression (scikit-learn) gives the start and the yardstick; then the
habit f is integrated out (`simkit.calibration.random_effect`). Penalised customer dummies would be simpler, but where
most customers have one or two invoices their joint mode is off by a fifth of a logit in every bucket.

Weak normal priors around the base world stand in where the ledger is silent: a bucket without payments, a history
that never varies, a single customer. Each weighs less than a handful of payments.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from simkit.calibration.history import history_driver
from simkit.calibration.person_periods import Floats, PersonPeriods, bucket_days, person_periods, totals
from simkit.calibration.random_effect import RandomEffectModel
from simkit.errors import UserError
from simkit.scenario.world.payment import Payment

PRIOR_SD = 2.0
"""Standard deviation (logit) of the prior of a bucket effect or of the history weight around the base world."""

PRIOR_LOG_SD = 1.0
"""Standard deviation of the prior of log sigma around the base world."""


@dataclass(frozen=True)
class PaymentFit:
    """A fitted payment model.

    Attributes
    ----------
    starts : tuple of int
        First day from due of each bucket after the first.
    alpha, alpha_se : float array, shape (buckets,)
        Bucket effects (logit a day) and their standard errors.
    history_weight, history_weight_se : float
        Weight of the late share to date.
    frailty_sd, frailty_sd_se : float
        Standard deviation of the customers' own habit (logit).
    prior_share, prior_lines : float
        Constants of the history driver.
    log_likelihood : float
        Marginal, without the priors.
    steps : int
        Newton steps taken.
    frailty, frailty_probability : float array, shape (customers, nodes)
        What the ledger tells of each customer's habit.
    pooled_alpha, pooled_history_weight : float array, float
        The pooled logistic regression, in which customers have no habit of their own.
    """

    starts: tuple[int, ...]
    alpha: Floats
    alpha_se: Floats
    history_weight: float
    history_weight_se: float
    frailty_sd: float
    frailty_sd_se: float
    prior_share: float
    prior_lines: float
    log_likelihood: float
    steps: int
    frailty: Floats
    frailty_probability: Floats
    pooled_alpha: Floats
    pooled_history_weight: float

    def late_probability(self, lines: pd.DataFrame) -> Floats:
        """Return the probability, as of its issue, that each line is not paid by its due date.

        Customers are those of the fitted lines (same codes). A line already due when it is issued is late for certain.
        """
        return self._late(lines, self.alpha, self.history_weight, self.frailty, self.frailty_probability)

    def pooled_late_probability(self, lines: pd.DataFrame) -> Floats:
        """Return the same by the pooled model, which knows a customer by its history alone."""
        nothing = np.zeros((len(self.frailty), 1))
        return self._late(lines, self.pooled_alpha, self.pooled_history_weight, nothing, nothing + 1)

    def _late(
        self, lines: pd.DataFrame, alpha: Floats, beta: float, frailty: Floats, probability: Floats
    ) -> Floats:
        history = history_driver(lines, self.prior_share, self.prior_lines)
        until_due = lines.assign(first=lines["issue"] + 1, end=lines["due"], paid_share=0.0)
        line, bucket, days, _ = bucket_days(until_due, self.starts)
        customer = lines["customer"].to_numpy()
        late = np.zeros(len(lines))
        for node, share in zip(frailty.T, probability.T, strict=True):
            logit = alpha[bucket] + beta * history[line] + node[customer[line]]
            force = totals(line, days * np.logaddexp(0.0, logit), len(lines))
            late += share[customer] * np.exp(-force)
        return late


def fit_payment(lines: pd.DataFrame, customers: int, base: Payment) -> PaymentFit:
    """Return the payment model fitted to lines by penalised maximum marginal likelihood.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns.
    customers : int
        Number of customer codes; one without lines keeps the prior habit.
    base : Payment
        Buckets and constants of the history driver, which are taken as they are, and the values the others are drawn
        to where the ledger is silent.

    Raises
    ------
    UserError
        When no line was ever at risk for a day without being paid.
    """
    history = history_driver(lines, base.history_prior_share, base.history_prior_lines)
    rows = person_periods(lines, history, base.bucket_starts)
    if not (rows.days > rows.paid).any():
        raise UserError(
            "every invoice was paid on its first day at risk; when customers pay cannot be fitted to such a ledger"
        )
    buckets = len(base.alpha)
    centre = np.array([*base.alpha, base.history_weight, np.log(max(base.frailty_sd, 0.1))])
    precision = np.array([PRIOR_SD**-2.0] * (buckets + 1) + [PRIOR_LOG_SD**-2.0])
    pooled = _pooled(rows, centre[:-1])
    model = RandomEffectModel(rows, customers, centre, precision)
    theta, steps = model.fit(np.append(pooled, centre[-1]))
    habits = model.posterior(theta)
    errors = np.sqrt(np.diag(np.linalg.inv(-model.slope_and_curvature(theta)[1])))
    sd = float(np.exp(theta[-1]))
    return PaymentFit(
        starts=tuple(base.bucket_starts),
        alpha=theta[:buckets],
        alpha_se=errors[:buckets],
        history_weight=float(theta[buckets]),
        history_weight_se=float(errors[buckets]),
        frailty_sd=sd,
        frailty_sd_se=float(errors[-1] * sd),
        prior_share=base.history_prior_share,
        prior_lines=base.history_prior_lines,
        log_likelihood=habits.log_likelihood,
        steps=steps,
        frailty=sd * habits.z,
        frailty_probability=habits.probability,
        pooled_alpha=pooled[:buckets],
        pooled_history_weight=float(pooled[buckets]),
    )


def _pooled(rows: PersonPeriods, base: Floats) -> Floats:
    """Return bucket effects and history weight of a logistic regression in which customers have no habit.

    Each grouped row becomes two of scikit-learn's: one weighted by its days without payment, one by its payments.
    A bucket no line was ever in keeps the base world's effect.
    """
    count, buckets = len(rows.days), len(base) - 1
    row = np.arange(count)
    drivers = csr_array(
        (
            np.concatenate([np.ones(count), rows.history]),
            (np.tile(row, 2), np.concatenate([rows.bucket, np.full(count, buckets)])),
        ),
        shape=(count, buckets + 1),
    )
    weight = np.concatenate([rows.days - rows.paid, rows.paid])
    used = np.flatnonzero(weight > 1e-12)
    model = LogisticRegression(C=100.0, fit_intercept=False, solver="newton-cholesky", max_iter=200)
    model.fit(drivers[used % count], used // count, sample_weight=weight[used])
    seen = np.append(totals(rows.bucket, rows.days, buckets) > 0, True)
    effects: Floats = np.where(seen, model.coef_[0], base)
    return effects

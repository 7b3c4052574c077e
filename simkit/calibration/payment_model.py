"""The payment model: daily payment odds by days from due, date, line and customer, fitted to person-period rows.

``logit h = alpha[bucket] + weekday + month_end + drivers @ weights + f`` with f ~ N(0, sigma^2) for each customer: the
engine's own hazard (`simkit.behaviour.payment`). The habit f is integrated out (`simkit.calibration.random_effect`).
Penalised customer dummies would be simpler, but where most customers have one or two invoices their joint mode is off
by a fifth of a logit in every bucket. A pooled logistic regression, without habits, is the start and the yardstick.

A constant can go to the buckets or to the weekdays; here the five working days sum to nothing, so that bucket effects
are those of a working day. Weak normal priors around the base world stand in where the ledger is silent: a bucket
without payments, a driver that never varies, a single customer. Each weighs less than a handful of payments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from simkit.calibration.drivers import DRIVERS, line_drivers, weights_of
from simkit.calibration.payment_forecast import FORETOLD_DAYS, Forecast, Phase, each_for_its_day, forecast
from simkit.calibration.person_periods import KINDS, OPEN, Floats, bucket_of_days, person_periods
from simkit.calibration.random_effect import RandomEffectModel
from simkit.errors import UserError
from simkit.scenario.world.payment import Payment, PaymentCalendar

PRIOR_SD = 2.0
"""Standard deviation (logit) of the prior of an effect or a weight around the base world."""

PRIOR_LOG_SD = 1.0
"""Standard deviation of the prior of log sigma around the base world."""

TELLS_APART = 1.0
"""Log-likelihood that is worth more than a bare mention (Kass & Raftery 1995, JASA 90:773)."""

NO_HABITS = 1e-3
"""Standard deviation of habits (logit) that the pooled model is held to."""

WORKING_DAYS = 5


def _calendar_design() -> Floats:
    """Return the effects of the kinds of day for a unit of: Monday .. Thursday, Saturday, Sunday, month end."""
    kind = np.arange(KINDS)
    weekday = np.zeros((7, 6))
    weekday[:4, :4] = np.eye(4)
    weekday[4, :4] = -1.0
    weekday[5:, 4:] = np.eye(2)
    return np.column_stack([weekday[kind % 7], kind // 7])


CALENDAR = _calendar_design()


@dataclass(frozen=True)
class PaymentFit:
    """A fitted payment model.

    Attributes
    ----------
    payment : Payment
        The fitted ``world.payment``, as the engine is given it. What the ledger does not tell is the base world's.
    pooled : Payment
        The same of the pooled model, in which customers have no habit of their own.
    order_value_fen : int
        The median order value that amounts are measured by.
    log_likelihood : float
        Marginal, without the priors.
    steps : int
        Newton steps taken.
    frailty, frailty_probability : float array, shape (customers, nodes)
        What the ledger tells of each customer's habit.
    theta, model : float array, RandomEffectModel
        The parameters as the random-effect model has them (`parameter_names`), and that model.
    """

    payment: Payment
    pooled: Payment
    order_value_fen: int
    log_likelihood: float
    steps: int
    frailty: Floats
    frailty_probability: Floats
    theta: Floats
    model: RandomEffectModel

    @cached_property
    def covariance(self) -> Floats:
        """Of theta: the inverse curvature of the penalised likelihood."""
        return np.asarray(np.linalg.inv(-self.model.slope_and_curvature(self.theta)[1]), dtype=np.float64)

    @property
    def errors(self) -> dict[str, float]:
        """The standard error of each parameter, by its name."""
        return dict(zip(parameter_names(len(self.alpha)), np.sqrt(np.diag(self.covariance)), strict=True))

    @property
    def starts(self) -> tuple[int, ...]:
        """First day from due of each bucket after the first."""
        return tuple(self.payment.bucket_starts)

    @property
    def alpha(self) -> Floats:
        """Bucket effects of a working day (logit)."""
        return np.array(self.payment.alpha)

    @property
    def alpha_se(self) -> Floats:
        """Standard errors of the bucket effects."""
        return np.array(list(self.errors.values())[: len(self.payment.alpha)])

    @property
    def history_weight(self) -> float:
        """Weight of the late share to date."""
        return self.payment.history_weight

    @property
    def history_weight_se(self) -> float:
        """Standard error of the history weight."""
        return self.errors["history_weight"]

    @property
    def frailty_sd(self) -> float:
        """Standard deviation of the customers' own habit (logit)."""
        return self.payment.frailty_sd

    @property
    def frailty_sd_se(self) -> float:
        """Standard error of the standard deviation of habits."""
        return self.errors["log_frailty_sd"] * self.frailty_sd

    @property
    def prior_share(self) -> float:
        """Late share taken of a customer without history."""
        return self.payment.history_prior_share

    @property
    def prior_lines(self) -> float:
        """Lines of history it is worth."""
        return self.payment.history_prior_lines

    def at(self, theta: Floats) -> Self:
        """Return the model with other parameters, and what the ledger then tells of each customer's habit."""
        habits = self.model.posterior(theta)
        return replace(
            self,
            payment=payment_of(theta, self.payment),
            log_likelihood=habits.log_likelihood,
            frailty=float(np.exp(theta[-1])) * habits.z,
            frailty_probability=habits.probability,
            theta=theta,
        )

    def drivers(self, lines: pd.DataFrame) -> Floats:
        """Return the drivers of lines as of their issue, shape (lines, len(`DRIVERS`))."""
        return line_drivers(lines, self.payment, self.order_value_fen)

    def forecast(
        self, lines: pd.DataFrame, days: Sequence[int] = FORETOLD_DAYS, known_until: int = OPEN
    ) -> Forecast:
        """Return when lines will be paid, their customers' habits as the fitted lines tell them.

        Whether a line is paid by a day is told by what its customer did up to that many days from due, where the ledger
        speaks for it (`habits_by`): who is slow before the due date may be quick after it.

        Parameters
        ----------
        lines : DataFrame
            Of the customers of the fitted lines (same codes).
        days : sequence of int
            Days from due asked about, increasing.
        known_until : int
            The last day that counts for records; those of lines issued before are as of their issue.
        """
        customer, as_of = lines["customer"].to_numpy(), np.minimum(lines["issue"].to_numpy(), known_until + 1)
        drivers = line_drivers(lines, self.payment, self.order_value_fen, as_of)
        shift, made = drivers @ weights_of(self.payment), []
        for number, day in enumerate(days, start=1):
            habits, probability = self.habits_by(day)
            phase = Phase(0, self.payment, shift, habits[customer], probability[customer])
            made.append(forecast(lines, [phase], days[:number]))
        return each_for_its_day(made, days)

    def habits_by(self, day: int) -> tuple[Floats, Floats]:
        """Return habits (logit) of each customer that tell whether a line is paid by a day, and their probabilities.

        Either as all that customers did tells them, or what they did in the buckets up to that of the day from due: the
        latter where the ledger is likelier if habits until then and habits afterwards are independent of each other.
        """
        bucket = int(bucket_of_days(np.array([day]), self.starts)[0])
        if bucket not in self._habits:
            self._habits[bucket] = self._habits_until(bucket)
        return self._habits[bucket]

    @cached_property
    def _habits(self) -> dict[int, tuple[Floats, Floats]]:
        """Of the buckets asked about so far."""
        return {}

    def _habits_until(self, bucket: int) -> tuple[Floats, Floats]:
        model = self.model
        until, after = (
            RandomEffectModel(rows, model.customers, CALENDAR, model.centre, model.precision).posterior(
                self.theta
            )
            for rows in model.rows.parted(bucket)
        )
        if until.log_likelihood + after.log_likelihood > self.log_likelihood + TELLS_APART:
            return self.frailty_sd * until.z, until.probability
        return self.frailty, self.frailty_probability

    def late_probability(self, lines: pd.DataFrame, days: int = 0) -> Floats:
        """Return the probability that each line is not paid by so many days after its due date, as `forecast` does.

        A line already due when it is issued is late for certain.
        """
        return self.forecast(lines, [days]).unpaid[:, 0]

    def pooled_late_probability(self, lines: pd.DataFrame, days: int = 0) -> Floats:
        """Return the same by the pooled model, which knows a customer by its record alone."""
        shift, one = self.drivers(lines) @ weights_of(self.pooled), np.ones((len(lines), 1))
        return forecast(lines, [Phase(0, self.pooled, shift, 0 * one, one)], [days]).unpaid[:, 0]


def fit_payment(
    lines: pd.DataFrame, customers: int, base: Payment, order_value_fen: int | None = None
) -> PaymentFit:
    """Return the payment model fitted to lines by penalised maximum marginal likelihood.

    Parameters
    ----------
    lines : DataFrame
        As `simkit.calibration.person_periods.ledger_lines` returns.
    customers : int
        Number of customer codes; one without lines keeps the prior habit.
    base : Payment
        Buckets and constants of the drivers, which are taken as they are, and the values the others are drawn
        to where the ledger is silent.
    order_value_fen : int, optional
        The world's median order value; the median of the lines where not given.

    Raises
    ------
    UserError
        When no line was ever at risk for a day without being paid.
    """
    value = order_value_fen or int(lines["amount_fen"].median())
    model = payment_model(lines, line_drivers(lines, base, value), customers, base)
    if not (model.rows.days > model.rows.paid).any():
        raise UserError(
            "every invoice was paid on its first day at risk; when customers pay cannot be fitted to such a ledger"
        )
    pooled = _pooled(model)
    theta, steps = model.fit(np.append(pooled[:-1], model.centre[-1]))
    habits = model.posterior(theta)
    return PaymentFit(
        payment=payment_of(theta, base),
        pooled=payment_of(pooled, base),
        order_value_fen=value,
        log_likelihood=habits.log_likelihood,
        steps=steps,
        frailty=float(np.exp(theta[-1])) * habits.z,
        frailty_probability=habits.probability,
        theta=theta,
        model=model,
    )


def payment_model(lines: pd.DataFrame, drivers: Floats, customers: int, base: Payment) -> RandomEffectModel:
    """Return the random-effect model of lines with given drivers, its priors around a base world."""
    centre = theta_of(base)
    precision = np.append(np.full(len(centre) - 1, PRIOR_SD**-2.0), PRIOR_LOG_SD**-2.0)
    rows = person_periods(lines, drivers, base.bucket_starts)
    return RandomEffectModel(rows, customers, CALENDAR, centre, precision)


def parameter_names(buckets: int) -> tuple[str, ...]:
    """Return the names of the parameters theta of a model with so many buckets."""
    days = ("monday", "tuesday", "wednesday", "thursday", "saturday", "sunday", "month_end")
    return (*(f"alpha.{bucket}" for bucket in range(buckets)), *days, *DRIVERS, "log_frailty_sd")


def theta_of(payment: Payment) -> Floats:
    """Return the parameters of a world; what its working days have in common goes to the buckets."""
    weekday = np.array(payment.calendar.weekday)
    common = weekday[:WORKING_DAYS].mean()
    days = np.delete(weekday - common, WORKING_DAYS - 1)
    sd = np.log(max(payment.frailty_sd, 0.1))
    return np.array(
        [*(np.array(payment.alpha) + common), *days, payment.calendar.month_end, *weights_of(payment), sd]
    )


def payment_of(theta: Floats, base: Payment) -> Payment:
    """Return the world of parameters; fields without one are the base world's."""
    buckets, days = len(base.alpha), CALENDAR.shape[1]
    effects = CALENDAR @ theta[buckets : buckets + days]
    values: dict[str, Any] = {
        "alpha": [float(value) for value in theta[:buckets]],
        "calendar": PaymentCalendar.model_construct(
            weekday=[float(effect) for effect in effects[:7]], month_end=float(theta[buckets + days - 1])
        ),
        **{name: float(value) for name, value in zip(DRIVERS, theta[buckets + days : -1], strict=True)},
        "frailty_sd": float(np.exp(theta[-1])),
    }
    return base.model_copy(update=values)


def payment_part(fit: PaymentFit) -> dict[str, Any]:
    """Return the values of ``world.payment`` that a payment model tells, within the bounds of a parameter file."""
    payment = fit.payment
    constants = (
        "history_prior_share",
        "history_prior_lines",
        "delay_prior_days",
        "delay_prior_lines",
        "delay_memory",
    )
    return {
        "bucket_starts": list(payment.bucket_starts),
        "alpha": list(payment.alpha),
        "calendar": payment.calendar.model_dump(),
        **{name: getattr(payment, name) for name in (*DRIVERS, *constants)},
        "quality_weight": 0.0,
        "frailty_sd": min(payment.frailty_sd, 10.0),
    }


def _pooled(model: RandomEffectModel) -> Floats:
    """Return the parameters of a logistic regression in which customers have no habit: all rows are one customer's."""
    everybody = replace(model.rows, customer=np.zeros_like(model.rows.customer))
    centre, precision = np.append(model.centre[:-1], np.log(NO_HABITS)), np.append(model.precision[:-1], 1e9)
    theta, _ = RandomEffectModel(everybody, 1, CALENDAR, centre, precision).fit(centre)
    return theta

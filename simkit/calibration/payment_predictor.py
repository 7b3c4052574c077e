"""Payment foretold line by line: the payment model with a habit for each phase of a line's life.

Customers differ not only in how soon they pay but in where: some before the due date, some on it, some a month after.
One habit cannot tell these apart, so each phase (before due, on the day, up to a week late, up to a month, later) has a
payment model of its own: weights, calendar and habits, the habits of two phases being independent. What is known of a
habit fades as fast as the mean delay does (``delay_memory``). The engine's hazards have one habit; this is for
foretelling what known customers will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from simkit.calibration.drivers import line_drivers, weights_of
from simkit.calibration.habit_tracking import habits_as_of
from simkit.calibration.payment_forecast import FORETOLD_DAYS, Forecast, Phase, forecast
from simkit.calibration.payment_model import payment_model, payment_of
from simkit.calibration.person_periods import OPEN, Floats
from simkit.scenario.world.payment import Payment

PHASES = (0, 1, 8, 31)
"""First day from due of each phase after the first."""

EDGES = (-OPEN, *PHASES, OPEN)
"""Days from due between which phases lie."""


@dataclass(frozen=True)
class PaymentPredictor:
    """A fitted predictor.

    Attributes
    ----------
    phases : tuple of Payment
        The hazards of each phase.
    order_value_fen : int
        The median order value that amounts are measured by.
    """

    phases: tuple[Payment, ...]
    order_value_fen: int

    def forecast(
        self, lines: pd.DataFrame, known_until: int = OPEN, days: Sequence[int] = FORETOLD_DAYS
    ) -> Forecast:
        """Return when each line of a ledger will be paid, foretold from what was known before its issue.

        Parameters
        ----------
        lines : DataFrame
            The whole ledger, as `simkit.calibration.person_periods.ledger_lines` returns.
        known_until : int
            The last day anything is known of; lines issued later are foretold from what was known on it.
        days : sequence of int
            Days overdue asked about, increasing.
        """
        as_of = np.minimum(lines["issue"].to_numpy(np.int64), known_until + 1)
        at_issue = line_drivers(lines, self.phases[0], self.order_value_fen)
        asked = line_drivers(lines, self.phases[0], self.order_value_fen, as_of)
        phases = []
        for payment, (since, until) in zip(self.phases, pairwise(EDGES), strict=True):
            weights, part = weights_of(payment), within(lines, since, until)
            known = habits_as_of(part, at_issue @ weights, payment, as_of, payment.delay_memory)
            phases.append(Phase(since, payment, asked @ weights, *known))
        return forecast(lines, phases, days)

    def late_probability(self, lines: pd.DataFrame, days: int = 0, known_until: int = OPEN) -> Floats:
        """Return the probability, as of its issue, that each line is not paid by so many days after its due date."""
        return self.forecast(lines, known_until, [days]).unpaid[:, 0]


def fit_predictor(
    lines: pd.DataFrame, customers: int, base: Payment, order_value_fen: int | None = None
) -> PaymentPredictor:
    """Return the predictor fitted to lines; parameters are those of `simkit.calibration.payment_model.fit_payment`."""
    value = order_value_fen or int(lines["amount_fen"].median())
    drivers = line_drivers(lines, base, value)
    phases = []
    for since, until in pairwise(EDGES):
        model = payment_model(within(lines, since, until), drivers, customers, base)
        theta, _ = model.fit(model.centre)
        phases.append(payment_of(theta, base))
    return PaymentPredictor(tuple(phases), value)


def within(lines: pd.DataFrame, since: int, until: int) -> pd.DataFrame:
    """Return lines as seen on the days since, ..., until - 1 from due alone; a part paid before weighs nothing."""
    paid, share = lines["paid"].to_numpy(np.int64), lines["paid_share"].to_numpy(np.float64)
    first = np.maximum(lines["first"].to_numpy(np.int64), lines["due"].to_numpy(np.int64) + since)
    end = np.minimum(lines["end"].to_numpy(np.int64), lines["due"].to_numpy(np.int64) + until - 1)
    left = lines["weight"].to_numpy(np.float64) * (1 - np.where(paid < first, share, 0.0))
    pays = (first <= paid) & (paid <= end)
    return lines.assign(
        first=first,
        end=np.where(left > 0, end, first - 1),
        paid=np.where(pays, paid, OPEN),
        paid_share=np.where(pays, share, 0.0),
        weight=left,
    )

"""The payment model with a habit for each phase of a line's life, as the book of a cut is run forward under it.

The engine's customers have one habit. In real ledgers who pays a fortnight early and who pays on the day, who pays a
week after it and who pays at the next month's end, are different customers: one number that makes a customer slow at
every age leaves the lines of those who always pay after 40 days unpaid for ever. So each phase of
`simkit.calibration.payment_predictor` has its own effects, calendar, weights and habits, independent of each other. Who
always pays after 60 days is slow from the second month overdue on and quick from the third: where that is so, the last
phase is two. Whether it is so, the evidence tells (the marginal likelihood, parameters integrated out: by Laplace;
Kass & Raftery 1995, JASA 90:773).

Late share and mean delay to date, drivers of the engine's hazard, are left out. With a habit of its own fitted to the
same payments they tell a customer's slowness twice: the habit is learnt from lines issued when the record was short and
says little, and the record that has grown since then is added to it (the problem of initial conditions; Heckman 1981,
"The incidental parameters problem and the problem of initial conditions", in Manski & McFadden, eds.).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
from scipy.special import ndtri

from simkit.calibration.drivers import DRIVERS, weights_of
from simkit.calibration.paying_days import date_effects
from simkit.calibration.payment_model import payment_model, payment_of
from simkit.calibration.payment_predictor import EDGES, PHASES, within
from simkit.calibration.person_periods import Floats, Ints, bucket_of_days
from simkit.calibration.random_effect import RandomEffectModel
from simkit.scenario.world.payment import Payment
from simkit.streams import Stream, uniforms

LATE_STARTS = (46, 61, 76, 121)
"""Bucket starts beside the world's: very late lines are few, but their odds change within a month."""

LAST_PHASE = 61
"""First day from due of one more phase, if the ledger speaks for it."""


@dataclass(frozen=True)
class PhaseFit:
    """The payment model of one phase.

    Attributes
    ----------
    payment : Payment
        Its effects, calendar and weights.
    theta, model : float array, RandomEffectModel
        The parameters as the random-effect model has them, and that model.
    habit, habit_sd : float array, shape (customers,)
        Mean and standard deviation of what the ledger tells of each customer's habit (logit).
    """

    payment: Payment
    theta: Floats
    model: RandomEffectModel
    habit: Floats
    habit_sd: Floats

    @classmethod
    def of(cls, model: RandomEffectModel, theta: Floats, base: Payment) -> Self:
        """Return the phase at given parameters."""
        posterior, sd = model.posterior(theta), float(np.exp(theta[-1]))
        mean = (posterior.z * posterior.probability).sum(axis=1)
        square = ((posterior.z - mean[:, None]) ** 2 * posterior.probability).sum(axis=1)
        return cls(payment_of(theta, base), theta, model, sd * mean, sd * np.sqrt(square))

    @cached_property
    def _information(self) -> Floats:
        return np.asarray(-self.model.slope_and_curvature(self.theta)[1], dtype=np.float64)

    @cached_property
    def _root(self) -> Floats:
        return np.asarray(np.linalg.cholesky(np.linalg.inv(self._information)), dtype=np.float64)

    @property
    def evidence(self) -> float:
        """Log of the likelihood with parameters integrated out over their prior."""
        prior, known = np.log(self.model.precision).sum(), np.linalg.slogdet(self._information)[1]
        return self.model.value(self.theta) + float(prior - known) / 2

    def drawn(self, luck: Floats) -> Self:
        """Return the phase at parameters drawn from their posterior, normal around the fit (Laplace)."""
        return self.of(self.model, self.theta + self._root @ luck, self.payment)


@dataclass(frozen=True)
class PhasedFit:
    """A payment model of all phases.

    Attributes
    ----------
    edges : tuple of int
        Days from due between which phases lie.
    phases : tuple of PhaseFit
    order_value_fen : int
        The median order value that amounts are measured by.
    """

    edges: tuple[int, ...]
    phases: tuple[PhaseFit, ...]
    order_value_fen: int

    @property
    def payment(self) -> Payment:
        """Bucket starts and the drivers' constants, which all phases share."""
        return self.phases[0].payment

    @property
    def starts(self) -> Ints:
        """First day from due of each bucket after the first."""
        return np.asarray(self.payment.bucket_starts, dtype=np.int64)

    @property
    def phase(self) -> Ints:
        """The phase of each bucket."""
        return bucket_of_days(np.append(self.starts[0] - 1, self.starts), self.edges[1:-1])

    @property
    def alpha(self) -> Floats:
        """Bucket effects of a working day (logit), each of its bucket's phase."""
        every = np.array([fit.payment.alpha for fit in self.phases])
        return every[self.phase, np.arange(every.shape[1])]

    @property
    def _weights(self) -> Floats:
        """Weights of the drivers, shape (phases, drivers)."""
        return np.array([weights_of(fit.payment) for fit in self.phases])

    @property
    def habit(self) -> Floats:
        """Mean of each customer's habits, shape (customers, phases)."""
        return np.column_stack([fit.habit for fit in self.phases])

    @property
    def habit_sd(self) -> Floats:
        """Standard deviation of what is not known of them, shape (customers, phases)."""
        return np.column_stack([fit.habit_sd for fit in self.phases])

    @property
    def spread(self) -> Floats:
        """Standard deviation of habits over customers, shape (phases,)."""
        return np.array([fit.payment.frailty_sd for fit in self.phases])

    def shift(self, term: Ints, amount: Floats) -> Floats:
        """Return what terms (days) and amounts (fen) add to the logit, shape (lines, phases)."""
        shift: Floats = _drivers(term, amount, self.order_value_fen) @ self._weights.T
        return shift

    def shift_of(self, lines: pd.DataFrame) -> Floats:
        """Return the same of lines of a ledger."""
        term = (lines["due"] - lines["issue"]).to_numpy(np.int64)
        return self.shift(term, lines["amount_fen"].to_numpy(np.float64))

    def date_effects(self, first: int, last: int) -> Floats:
        """Return what each date from first to last adds to the logit, shape (days, phases)."""
        return np.column_stack([date_effects(fit.payment, first, last) for fit in self.phases])

    def drawn(self, seed: int, number: int) -> Self:
        """Return the model at parameters drawn from their posterior; phases draw independently."""
        size = len(self.phases[0].theta)
        luck = ndtri(uniforms(seed, number, Stream.PRIOR_DRAW, np.arange(size * len(self.phases))))
        parts = zip(self.phases, luck.reshape(-1, size), strict=True)
        return replace(self, phases=tuple(fit.drawn(part) for fit, part in parts))


def fit_phases(lines: pd.DataFrame, customers: int, base: Payment) -> PhasedFit:
    """Return the phased model of lines; parameters as of `simkit.calibration.payment_model.fit_payment`."""
    base, value = refined(base), int(lines["amount_fen"].median())
    drivers = _drivers(
        (lines["due"] - lines["issue"]).to_numpy(), lines["amount_fen"].to_numpy(np.float64), value
    )

    def fitted(edges: Sequence[int]) -> tuple[PhaseFit, ...]:
        models = [
            payment_model(within(lines, since, until), drivers, customers, base)
            for since, until in pairwise(edges)
        ]
        return tuple(PhaseFit.of(model, model.fit(model.centre)[0], base) for model in models)

    whole, parted = fitted(EDGES), fitted((EDGES[-2], LAST_PHASE, EDGES[-1]))
    if sum(phase.evidence for phase in parted) > whole[-1].evidence:
        return PhasedFit((*EDGES[:-1], LAST_PHASE, EDGES[-1]), (*whole[:-1], *parted), value)
    return PhasedFit(EDGES, whole, value)


def refined(base: Payment) -> Payment:
    """Return a world of the same hazards whose buckets also start where phases do, and more finely when very late."""
    starts = sorted({*base.bucket_starts, *PHASES, *LATE_STARTS})
    bucket = bucket_of_days(np.array([min(starts) - 1, *starts]), base.bucket_starts)
    return base.model_copy(
        update={"bucket_starts": starts, "alpha": [base.alpha[number] for number in bucket]}
    )


def _drivers(term: Ints, amount: Floats, value: int) -> Floats:
    """Return the drivers of lines; a customer's record is none: its habits are its record, told once."""
    drivers = np.zeros((len(term), len(DRIVERS)))
    drivers[:, DRIVERS.index("term_weight")] = (term - 30) / 30
    drivers[:, DRIVERS.index("amount_weight")] = np.log(amount / value)
    return drivers

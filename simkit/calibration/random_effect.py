"""Logistic regression with a normal random effect of the customer, by penalised maximum marginal likelihood.

The random effect is integrated out by adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995, J. Comput. Graph.
Stat. 4:12) and the likelihood climbed by Newton steps whose slope and curvature are posterior means over the nodes
(Fisher's and Louis's identities; Louis 1982, J. R. Stat. Soc. B 44:226). Time and memory are linear in rows.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logsumexp

from simkit.calibration.person_periods import Floats, PersonPeriods, totals

POINTS = 9
"""Quadrature nodes for each customer."""

_ABSCISSAE, _WEIGHTS = np.polynomial.hermite.hermgauss(POINTS)
_NODES = np.sqrt(2) * _ABSCISSAE
_LOG_WEIGHTS = np.log(_WEIGHTS) + _ABSCISSAE**2 + np.log(np.sqrt(2)) - 0.5 * np.log(2 * np.pi)
_MOST_STEPS = 100
_LONGEST_STEP = 2.0
_CLOSE = 1e-8


@dataclass(frozen=True)
class Posterior:
    """What rows tell of each customer: nodes of its standard score z, their probabilities, and the fit's value.

    Attributes
    ----------
    z, probability : float array, shape (customers, nodes)
    log_likelihood : float
        Marginal, without priors.
    """

    z: Floats
    probability: Floats
    log_likelihood: float


class RandomEffectModel:
    """``logit h = alpha[bucket] + beta * history + exp(tau) * z[customer]`` with z ~ N(0, 1), on grouped rows.

    Parameters are theta = (alpha, beta, tau), with independent normal priors.

    Parameters
    ----------
    rows : PersonPeriods
        Days at risk and payments.
    customers : int
        Number of customer codes.
    centre, precision : float array, shape (buckets + 2,)
        Means and inverse variances of the priors of theta.
    """

    def __init__(self, rows: PersonPeriods, customers: int, centre: Floats, precision: Floats) -> None:
        self.rows = rows
        self.customers = customers
        self.buckets = len(centre) - 2
        self.centre = centre
        self.precision = precision
        self._mode = np.zeros(customers)

    def fit(self, theta: Floats) -> tuple[Floats, int]:
        """Return the theta of highest penalised likelihood, climbing from a start, and the steps taken."""
        value = self.value(theta)
        steps = 0
        while steps < _MOST_STEPS:
            steps += 1
            slope, curvature = self.slope_and_curvature(theta)
            move = _uphill(slope, curvature)
            gain = float(slope @ move)
            if gain < _CLOSE * (1 + abs(value)):
                break
            move *= min(1.0, _LONGEST_STEP / float(np.abs(move).max()))
            while (reached := self.value(theta + move)) < value and np.abs(move).max() > _CLOSE:
                move /= 2
            theta, value = theta + move, reached
        return theta, steps

    def value(self, theta: Floats) -> float:
        """Return the penalised marginal log-likelihood."""
        return self.posterior(theta).log_likelihood - 0.5 * float(self.precision @ (theta - self.centre) ** 2)

    def posterior(self, theta: Floats) -> Posterior:
        """Return where each customer's z lies, given theta and the rows."""
        mode, spread = self._modes(theta)
        z = mode[:, None] + spread[:, None] * _NODES
        joint = np.empty_like(z)
        for k in range(POINTS):
            logit = self._logit(theta, z[:, k])
            terms = self.rows.paid * logit - self.rows.days * np.logaddexp(0.0, logit)
            joint[:, k] = self._by_customer(terms) - z[:, k] ** 2 / 2
        joint += _LOG_WEIGHTS + np.log(spread)[:, None]
        total = logsumexp(joint, axis=1)
        return Posterior(z, np.exp(joint - total[:, None]), float(total.sum()))

    def slope_and_curvature(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the gradient and the Hessian of the penalised marginal log-likelihood."""
        rows, buckets = self.rows, self.buckets
        size, sd = buckets + 2, float(np.exp(theta[-1]))
        known = self.posterior(theta)
        scores = np.empty((self.customers, POINTS, size))
        information = np.zeros((size, size))
        cell = rows.customer * buckets + rows.bucket
        for k in range(POINTS):
            z = known.z[:, k]
            chance = expit(self._logit(theta, z))
            surplus = rows.paid - rows.days * chance
            effect = sd * z[rows.customer]
            scores[:, k, :buckets] = totals(cell, surplus, self.customers * buckets).reshape(-1, buckets)
            scores[:, k, buckets] = self._by_customer(surplus * rows.history)
            scores[:, k, -1] = sd * z * scores[:, k, :buckets].sum(axis=1)
            share = known.probability[rows.customer, k]
            weight = share * rows.days * chance * (1 - chance)
            self._add_information(information, weight, effect, share * surplus)
        mean = np.einsum("ck,ckp->cp", known.probability, scores)
        spread = (scores - mean[:, None]) * np.sqrt(known.probability)[:, :, None]
        flat = spread.reshape(-1, size)
        slope = mean.sum(axis=0) - self.precision * (theta - self.centre)
        return slope, flat.T @ flat - information - np.diag(self.precision)

    def _add_information(self, total: Floats, weight: Floats, effect: Floats, surplus: Floats) -> None:
        """Add one node's share of the complete-data information."""
        rows, buckets = self.rows, self.buckets
        diagonal = np.arange(buckets)
        total[diagonal, diagonal] += totals(rows.bucket, weight, buckets)
        for column, driver in ((buckets, rows.history), (buckets + 1, effect)):
            cross = totals(rows.bucket, weight * driver, buckets)
            total[:buckets, column] += cross
            total[column, :buckets] += cross
        both = weight @ (rows.history * effect)
        total[buckets, buckets] += weight @ rows.history**2
        total[buckets, -1] += both
        total[-1, buckets] += both
        total[-1, -1] += weight @ effect**2 - surplus @ effect

    def _logit(self, theta: Floats, z: Floats) -> Floats:
        rows = self.rows
        logit: Floats = theta[rows.bucket] + theta[-2] * rows.history + np.exp(theta[-1]) * z[rows.customer]
        return logit

    def _modes(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the mode of each customer's z and the spread of the normal curve that fits there."""
        rows, sd = self.rows, float(np.exp(theta[-1]))
        z = self._mode.copy()
        for _ in range(_MOST_STEPS):
            chance = expit(self._logit(theta, z))
            slope = sd * self._by_customer(rows.paid - rows.days * chance) - z
            curvature = sd**2 * self._by_customer(rows.days * chance * (1 - chance)) + 1
            move = np.clip(slope / curvature, -_LONGEST_STEP, _LONGEST_STEP)
            z += move
            if np.abs(move).max(initial=0.0) < 1e-7:
                break
        self._mode = z
        return z, 1 / np.sqrt(curvature)

    def _by_customer(self, values: Floats) -> Floats:
        return totals(self.rows.customer, values, self.customers)


def _uphill(slope: Floats, curvature: Floats) -> Floats:
    """Return the Newton step, with the curvature made negative definite where it is not."""
    values, vectors = np.linalg.eigh(-curvature)
    floor = 1e-3 * max(1.0, float(values.max()) * 1e-6)
    move: Floats = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), floor))
    return move

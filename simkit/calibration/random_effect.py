"""Logistic regression with a normal random effect of the customer, by penalised maximum marginal likelihood.

The random effect is integrated out by adaptive Gauss-Hermite quadrature (Pinheiro & Bates 1995, J. Comput. Graph.
Stat. 4:12) and the likelihood climbed by Newton steps whose slope and curvature are posterior means over the nodes
(Fisher's and Louis's identities; Louis 1982, J. R. Stat. Soc. B 44:226). Time and memory are linear in rows.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import logsumexp

from simkit.calibration.person_periods import KINDS, Floats, Ints, PersonPeriods

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
    """``logit h = alpha[bucket] + gamma[kind of day] + drivers[line] @ beta + exp(tau) * z[customer]``, z ~ N(0, 1).

    The effects of the kinds of day are linear in few parameters (`design`). Parameters are
    theta = (alpha, calendar, beta, tau), with independent normal priors.

    Parameters
    ----------
    rows : PersonPeriods
        Days at risk and payments.
    customers : int
        Number of customer codes.
    design : float array, shape (`KINDS`, c)
        Effect of each kind of day for one unit of each calendar parameter.
    centre, precision : float array, shape (buckets + c + drivers + 1,)
        Means and inverse variances of the priors of theta.
    """

    def __init__(
        self, rows: PersonPeriods, customers: int, design: Floats, centre: Floats, precision: Floats
    ) -> None:
        self.rows = rows
        self.customers = customers
        self.centre = centre
        self.precision = precision
        drivers = rows.drivers.shape[1]
        self.buckets = len(centre) - design.shape[1] - drivers - 1
        self._effects = np.zeros((self.buckets + KINDS + drivers + 1, len(centre)))
        self._effects[: self.buckets, : self.buckets] = np.eye(self.buckets)
        self._effects[self.buckets : -drivers - 1, self.buckets : -drivers - 1] = design
        self._effects[-drivers - 1 :, -drivers - 1 :] = np.eye(drivers + 1)
        self._start = np.searchsorted(rows.customer, np.arange(customers + 1))
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
            if reached < value:  # as high as the quadrature's own error lets it climb
                break
            theta, value = theta + move, reached
        return theta, steps

    def value(self, theta: Floats) -> float:
        """Return the penalised marginal log-likelihood."""
        return self.posterior(theta).log_likelihood - 0.5 * float(self.precision @ (theta - self.centre) ** 2)

    def posterior(self, theta: Floats) -> Posterior:
        """Return where each customer's z lies, given theta and the rows."""
        rows, sd, logit = self.rows, math.exp(theta[-1]), self._logit(theta)
        spread = np.empty(self.customers)
        _find_modes(self._start, logit, rows.days, rows.paid, sd, self._mode, spread)
        z = self._mode[:, None] + spread[:, None] * _NODES
        joint = _log_joint(self._start, logit, rows.days, rows.paid, sd, z)
        joint += _LOG_WEIGHTS + np.log(spread)[:, None]
        total = logsumexp(joint, axis=1)
        return Posterior(z, np.exp(joint - total[:, None]), float(total.sum()))

    def slope_and_curvature(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the gradient and the Hessian of the penalised marginal log-likelihood."""
        scores, curvature = self._scores_and_curvature(theta)
        return (
            scores.sum(axis=0) - self.precision * (theta - self.centre),
            self._effects.T @ curvature @ self._effects - np.diag(self.precision),
        )

    def customer_scores(self, theta: Floats) -> Floats:
        """Return the gradient of each customer's marginal log-likelihood, shape (customers, parameters)."""
        return self._scores_and_curvature(theta)[0]

    def _scores_and_curvature(self, theta: Floats) -> tuple[Floats, Floats]:
        """Return the customers' gradients in theta, and the Hessian in all effects, priors left out."""
        rows, known = self.rows, self.posterior(theta)
        scores, curvature = _scores_and_curvature(
            self._start, rows.bucket, self.buckets + rows.kind, rows.line, rows.drivers, self._logit(theta),
            rows.days, rows.paid, math.exp(theta[-1]), known.z, known.probability, len(self._effects),
        )  # fmt: skip
        return scores @ self._effects, curvature

    def _logit(self, theta: Floats) -> Floats:
        """Return each row's logit for z = 0."""
        rows, effects = self.rows, self._effects @ theta
        drivers = rows.drivers @ effects[self.buckets + KINDS : -1]
        logit: Floats = effects[rows.bucket] + effects[self.buckets + rows.kind] + drivers[rows.line]
        return logit


@njit(cache=True)
def _find_modes(
    start: Ints, logit: Floats, days: Floats, paid: Floats, sd: float, mode: Floats, spread: Floats
) -> None:
    """Move `mode` to the mode of each customer's z, and set `spread` to that of the normal curve that fits there."""
    for customer in range(len(mode)):
        z = mode[customer]
        for _ in range(_MOST_STEPS):
            slope, curvature = -z, 1.0
            for row in range(start[customer], start[customer + 1]):
                chance = 1 / (1 + math.exp(-(logit[row] + sd * z)))
                slope += sd * (paid[row] - days[row] * chance)
                curvature += sd * sd * days[row] * chance * (1 - chance)
            move = min(max(slope / curvature, -_LONGEST_STEP), _LONGEST_STEP)
            z += move
            if abs(move) < 1e-7:
                break
        mode[customer] = z
        spread[customer] = 1 / math.sqrt(curvature)


@njit(cache=True)
def _log_joint(start: Ints, logit: Floats, days: Floats, paid: Floats, sd: float, z: Floats) -> Floats:
    """Return the log-likelihood of each customer's rows at each of its nodes, with the normal law's exponent."""
    joint = -0.5 * z**2
    for customer in range(len(z)):
        for row in range(start[customer], start[customer + 1]):
            for node in range(z.shape[1]):
                at = logit[row] + sd * z[customer, node]
                force = at + math.log1p(math.exp(-at)) if at > 0 else math.log1p(math.exp(at))
                joint[customer, node] += paid[row] * at - days[row] * force
    return joint


@njit(cache=True)
def _scores_and_curvature(
    start: Ints,
    bucket: Ints,
    kind: Ints,
    line: Ints,
    drivers: Floats,
    logit: Floats,
    days: Floats,
    paid: Floats,
    sd: float,
    z: Floats,
    probability: Floats,
    size: int,
) -> tuple[Floats, Floats]:
    """Return customers' gradients and the Hessian of the marginal log-likelihood in buckets, kinds, drivers and tau."""
    nodes, first, last = z.shape[1], size - 1 - drivers.shape[1], size - 1
    gradient, spread, information = np.zeros((len(z), size)), np.zeros((size, size)), np.zeros((size, size))
    for customer in range(len(z)):
        scores = np.zeros((nodes, size))
        for row in range(start[customer], start[customer + 1]):
            b, k, x = bucket[row], kind[row], drivers[line[row]]
            weight, weight_effect, weight_square = 0.0, 0.0, 0.0
            for node in range(nodes):
                effect, share = sd * z[customer, node], probability[customer, node]
                chance = 1 / (1 + math.exp(-(logit[row] + effect)))
                surplus = paid[row] - days[row] * chance
                scores[node, b] += surplus
                scores[node, k] += surplus
                for j in range(len(x)):
                    scores[node, first + j] += surplus * x[j]
                scores[node, last] += surplus * effect
                known = share * days[row] * chance * (1 - chance)
                weight += known
                weight_effect += known * effect
                weight_square += known * effect**2 - share * surplus * effect
            information[b, b] += weight
            information[b, k] += weight
            information[k, k] += weight
            information[b, last] += weight_effect
            information[k, last] += weight_effect
            information[last, last] += weight_square
            for j in range(len(x)):
                information[b, first + j] += weight * x[j]
                information[k, first + j] += weight * x[j]
                information[first + j, last] += weight_effect * x[j]
                for i in range(j + 1):
                    information[first + i, first + j] += weight * x[i] * x[j]
        mean = probability[customer] @ scores
        apart = (scores - mean) * np.sqrt(probability[customer])[:, None]
        gradient[customer] = mean
        spread += apart.T @ apart
    whole = information + information.T
    for at in range(size):
        whole[at, at] /= 2
    return gradient, spread - whole


def _uphill(slope: Floats, curvature: Floats) -> Floats:
    """Return the Newton step, with the curvature made negative definite where it is not."""
    values, vectors = np.linalg.eigh(-curvature)
    floor = 1e-3 * max(1.0, float(values.max()) * 1e-6)
    move: Floats = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), floor))
    return move

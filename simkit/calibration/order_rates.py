"""How often customers order, how evenly, and how many stop: the engine's own order process, fitted by likelihood.

A customer orders at a rate of its own, gamma between customers, with Weibull gaps, until it leaves at a constant
hazard. That is the Pareto/NBD of Schmittlein, Morrison & Colombo (1987, Management Science 33:1) with two changes that
the engine makes (`simkit.behaviour.demand`): gaps need not be exponential, and everybody leaves at the same hazard.

A ledger is a window on that process and shows whoever ordered inside it. Two kinds of customers are seen:

- old ones, customers before the first day: seen only if they order before they leave and before the window closes, the
  first time after a forward recurrence time (a customer in its stride is met in the middle of a gap);
- new ones, whose first order is their arrival, on any day alike.

Which kind somebody is, is not written down, so each customer is a mixture of both (its share of old ones is fitted
too), and the density of the old is divided by their chance of being seen at all: customers who were not seen, and the
open gap at the window's end, cost no bias. Days are whole, so several orders may fall on a day: an order falls at
some moment of its day, all moments alike, and the next one so many days later if its gap says so.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, minimize
from scipy.special import expit, gammaln, logit

from simkit.calibration.curvature import covariance
from simkit.calibration.order_law import HIGHEST, LOWEST, PRIOR_SD, Floats, Ints, OrderHistories, OrderLaw

_MOMENTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
_MOMENTS, _WEIGHTS = (_MOMENTS + 1) / 2, _WEIGHTS / 2
_SLOWEST = 1e-4
_FASTEST = 50.0
_WIDEST_STEP, _NARROWEST_STEP = 0.2, 0.02
_LEAST = 1e-300
_EVEN = 1e-15
_STEP = 1e-3
_CERTAIN = 1e-9
_LONGEST_STEP = 4.0


class OrderLikelihood:
    """The likelihood of order histories under any law.

    Customers' rates are summed over an even grid of their logarithms, fine enough for the busiest customer.

    Attributes
    ----------
    histories : OrderHistories
    rates : float array, shape (rates,)
        Orders a day.
    """

    def __init__(self, histories: OrderHistories) -> None:
        self.histories = histories
        busiest = float(histories.gaps.sum(axis=1).max()) + 1
        step = float(np.clip(1.2 / math.sqrt(busiest), _NARROWEST_STEP, _WIDEST_STEP))
        self.rates: Floats = np.exp(np.arange(math.log(_SLOWEST / histories.days), math.log(_FASTEST), step))
        self._step = step
        self._gap_shape = math.nan

    def of_customers(self, law: OrderLaw) -> tuple[Floats, Floats]:
        """Return the log-probability of each customer's order days, seen as an old one's and as a new one's.

        The first is on condition that the old customer is seen at all; the second on the day of arrival.
        """
        weights, recurrence = self._of_rates(law), self.rates * self._survival
        seen = self.seen(law)
        old = np.einsum("ij,ij->i", weights, recurrence[self.histories.first]) / seen
        stayed = law.leaving_per_day * np.stack(
            [self.histories.last, self.histories.last - self.histories.first]
        )
        told = np.log(np.maximum([old, weights.sum(axis=1)], _LEAST)) + self._largest - stayed
        return told[0], told[1]

    def kinds(self, law: OrderLaw) -> tuple[Floats, Floats]:
        """Return the log-probability of each customer's history together with its being old, and with its being new."""
        old, new = self.of_customers(law)
        return old + math.log(law.old_share), new + math.log1p(-law.old_share) - math.log(self.histories.days)

    def seen(self, law: OrderLaw) -> float:
        """Return the chance that a customer from before the window orders in it, and so is seen."""
        self._set_gap_shape(law.gap_shape)
        stays = np.exp(-law.leaving_per_day * np.arange(self.histories.days))
        return float(max(stays @ (self.rates * self._survival) @ self._prior(law), _LEAST))

    def rates_of_customers(self, law: OrderLaw) -> Floats:
        """Return, customers x rates, the probability of each rate given the customer's history."""
        old, new = self.kinds(law)
        as_new = self._of_rates(law)
        as_old = as_new * (self.rates * self._survival)[self.histories.first]
        share = expit(old - new)[:, None]
        found: Floats = share * _normalised(as_old) + (1 - share) * _normalised(as_new)
        return found

    def alive(self, law: OrderLaw) -> Floats:
        """Return, customers x rates, the chance that a customer of a rate has not left by the end of the window."""
        self._set_gap_shape(law.gap_shape)
        idle = self._idle
        waiting = np.exp(-law.leaving_per_day * idle)[:, None] * self._survival[idle] / self._other_day
        chance: Floats = waiting / self._silence(law.leaving_per_day)[idle]
        return chance

    def orders_a_day(self, law: OrderLaw) -> Floats:
        """Return how many orders a day on which a customer orders is expected to hold, one figure a customer."""
        expected: Floats = self.rates_of_customers(law) @ (
            1 / np.maximum(self._other_day, 1 / (1 + self.rates))
        )
        return expected

    def slopes(self, free: Floats) -> tuple[Floats, Floats]:
        """Return the derivatives of each customer's log-likelihood, customers x free, and of the logit of `seen`.

        Both by central differences, at `OrderLaw.free`.
        """
        by_customer, by_seen = [], []
        for step in _STEP * np.eye(len(free)):
            ahead, behind = OrderLaw.of(free + step), OrderLaw.of(free - step)
            told = [np.logaddexp(*self.kinds(law)) for law in (ahead, behind)]
            seen = [_logit(self.seen(law)) for law in (ahead, behind)]
            by_customer.append((told[0] - told[1]) / (2 * _STEP))
            by_seen.append((seen[0] - seen[1]) / (2 * _STEP))
        return np.stack(by_customer, axis=1), np.array(by_seen)

    @property
    def _idle(self) -> Ints:
        return self.histories.days - 1 - self.histories.last

    def _of_rates(self, law: OrderLaw) -> Floats:
        """Return, customers x rates, the probability of a rate and of what follows the first order.

        But for a factor of each customer's own: its `_largest` and that of its having stayed until its last order.
        """
        self._set_gap_shape(law.gap_shape)
        whole = (1 - law.cut_share) * self._other_day
        told = self._gaps_told + np.outer(self.histories.single, np.log(whole))
        told += np.outer(self.histories.several, np.log1p(-whole))
        self._largest: Floats = told.max(axis=1)
        silence = (self._silence(law.leaving_per_day) * self._prior(law))[self._idle]
        weights: Floats = np.exp(told - self._largest[:, None]) * silence
        return weights

    def _set_gap_shape(self, shape: float) -> None:
        """Tabulate, days x rates, the chance of no order for so many days, and what each customer's gaps say.

        Both are means over the moment of the day on which the last order fell.
        """
        if shape == self._gap_shape:
            return
        days = np.arange(self.histories.days)
        scaled = (self.rates * math.gamma(1 + 1 / shape)) ** shape
        survival, ended = np.zeros((2, len(days), len(scaled)))
        for moment, weight in zip(_MOMENTS, _WEIGHTS, strict=True):
            hazard = np.outer((days + moment) ** shape, scaled)
            waiting = np.exp(-hazard)
            survival += weight * waiting
            ended[1:] -= weight * waiting[:-1] * np.expm1(hazard[:-1] - hazard[1:])
        self._gap_shape, self._survival = shape, survival
        self._other_day: Floats = np.clip(survival[0], _LEAST, 1 - _EVEN)
        self._gaps_told: Floats = self.histories.gaps @ np.log(np.maximum(ended / self._other_day, _LEAST))

    def _silence(self, leaving: float) -> Floats:
        """Return, days x rates, the chance of no order for so many days after an order day's last.

        None was due yet, or the customer had left.
        """
        left = np.exp(-leaving * np.arange(self.histories.days))[:, None]
        waiting = left * self._survival / self._other_day
        silent = waiting.copy()
        silent[1:] -= math.expm1(-leaving) * np.cumsum(waiting, axis=0)[:-1]
        least: Floats = np.maximum(silent, _LEAST)
        return least

    def _prior(self, law: OrderLaw) -> Floats:
        """Return the weight of each rate: gamma."""
        shape, scaled = law.shape, self.rates * law.shape / law.orders_per_day
        weight: Floats = np.exp(shape * np.log(scaled) - scaled - gammaln(shape)) * self._step
        return weight


def _logit(share: float) -> float:
    return float(logit(np.clip(share, _CERTAIN, 1 - _CERTAIN)))


def _normalised(weights: Floats) -> Floats:
    total: Floats = np.maximum(weights.sum(axis=1, keepdims=True), _LEAST)
    return weights / total


@dataclass(frozen=True)
class OrderFit:
    """A fitted law.

    Attributes
    ----------
    law : OrderLaw
    covariance : float array, shape (free, free)
        Of `OrderLaw.free`, from the curvature at the maximum.
    scores, seen_slope : float array, shapes (customers, free) and (free,)
        See `OrderLikelihood.slopes`.
    log_likelihood : float
    stopped_share : float
        Of the customers seen, the share expected to have left by the end of the window.
    seen_share : float
        See `OrderLikelihood.seen`.
    orders_a_day : float array, shape (customers,)
        See `OrderLikelihood.orders_a_day`.
    """

    law: OrderLaw
    covariance: Floats
    scores: Floats
    seen_slope: Floats
    log_likelihood: float
    stopped_share: float
    seen_share: float
    orders_a_day: Floats

    @property
    def free_se(self) -> Floats:
        """Standard errors of `OrderLaw.free`."""
        errors: Floats = np.sqrt(np.abs(np.diag(self.covariance)))
        return errors

    def moved(self, slope: Floats) -> tuple[OrderLaw, float]:
        """Return the law, and its `seen_share`, one Newton step from the fit up a slope of the log-likelihood."""
        free = self.law.free()
        step = np.clip(self.covariance @ slope, -_LONGEST_STEP, _LONGEST_STEP)
        step = np.clip(free + step, LOWEST.free(), HIGHEST.free()) - free
        return OrderLaw.of(free + step), float(expit(_logit(self.seen_share) + self.seen_slope @ step))

    def interval(self, reach: float = 1.96) -> tuple[OrderLaw, OrderLaw]:
        """Return the ends of each parameter's own interval, 95 % unless another reach is given."""
        free = self.law.free()
        return OrderLaw.of(free - reach * self.free_se), OrderLaw.of(free + reach * self.free_se)


def fit_orders(histories: OrderHistories, expected: OrderLaw) -> OrderFit:
    """Return the law under which the histories, and a wide normal prior around the law expected, are likeliest.

    Parameters
    ----------
    histories : OrderHistories
    expected : OrderLaw
        Where the ledger is silent, the fit stays here (see `simkit.calibration.order_law.PRIOR_SD`).
    """
    likelihood = OrderLikelihood(histories)
    low, high = LOWEST.free(), HIGHEST.free()
    centre = np.clip(expected.free(), low, high)
    orders = len(histories.first) + histories.gaps.sum()
    start = centre.copy()
    start[0] = np.log(orders / (len(histories.first) * histories.days))

    def log_likelihood(free: Floats) -> float:
        return float(np.logaddexp(*likelihood.kinds(OrderLaw.of(free))).sum())

    def deviance(free: Floats) -> float:
        return float((((free - centre) / PRIOR_SD) ** 2).sum()) / 2 - log_likelihood(free)

    found = minimize(
        deviance,
        np.clip(start, low, high),
        method="L-BFGS-B",
        bounds=Bounds(low, high),
        options={"ftol": 1e-8, "eps": 1e-5},
    )
    best = np.asarray(found.x)
    spread = covariance(deviance, best, low, high)
    scores, seen_slope = likelihood.slopes(np.clip(best, low + _STEP, high - _STEP))
    law = OrderLaw.of(best)
    alive = (likelihood.rates_of_customers(law) * likelihood.alive(law)).sum(axis=1)
    return OrderFit(
        law=law,
        covariance=spread,
        scores=scores,
        seen_slope=seen_slope,
        log_likelihood=log_likelihood(best),
        stopped_share=float(np.clip(1 - alive.mean(), 0, 1)),
        seen_share=likelihood.seen(law),
        orders_a_day=likelihood.orders_a_day(law),
    )

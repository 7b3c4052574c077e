"""What else a ledger allows: draws of the fitted world under a bootstrap of its customers.

Customers, not lines, are resampled: lines of one customer tell much the same. A fit is not repeated for each draw. The
parameters are moved by one Newton step from the fit with the customers' scores weighed by how often each was drawn
(the one-step bootstrap; Davison & Hinkley 1997, "Bootstrap methods and their application", 2.7.2), and the centres of
the priors are drawn too, so that where the ledger is silent a draw is as uncertain as the prior.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from simkit.calibration.default_drivers import DefaultFit
from simkit.calibration.order_law import PRIOR_SD
from simkit.calibration.payment_model import PaymentFit, payment_part
from simkit.calibration.person_periods import Floats, Ints
from simkit.calibration.purchase_model import Purchases
from simkit.streams import Stream, uniforms

DRAWS = 100
"""Draws kept with a world."""

_LONGEST_STEP = 4.0
_BOUNDS = (-50.0, 20.0)
_PAYMENT, _PURCHASES, _DEFAULT = 0, 1, 2


@dataclass(frozen=True)
class Resample:
    """One bootstrap of a ledger's customers.

    Attributes
    ----------
    number : int
        Names its luck, together with the seed.
    seed : int
    counts : int array, shape (customers,)
        How often each customer was drawn.
    """

    number: int
    seed: int
    counts: Ints


def resamples(customers: int, draws: int, seed: int) -> Iterator[Resample]:
    """Yield bootstraps of so many customers, each as many drawn with replacement."""
    for number in range(draws):
        luck = uniforms(seed, number, Stream.RESAMPLE, np.arange(customers))
        counts = np.bincount((luck * customers).astype(np.int64), minlength=customers)
        yield Resample(number, seed, counts)


class PaymentDraws:
    """Draws of a payment model's parameters; `PaymentFit.at` makes a model of each."""

    def __init__(self, fit: PaymentFit) -> None:
        self._fit = fit
        self._scores = fit.model.customer_scores(fit.theta)
        self._precision = fit.model.precision
        self._covariance = fit.covariance
        self._root = np.linalg.cholesky(self._covariance)

    def other_customers(self, resample: Resample) -> Floats:
        """Return the parameters that a resample leads to: what customers like these may have."""
        slope = (resample.counts - 1) @ self._scores
        slope += np.sqrt(self._precision) * self._normal(resample.seed, resample.number)
        step = np.clip(self._covariance @ slope, -_LONGEST_STEP, _LONGEST_STEP)
        moved: Floats = self._fit.theta + step
        return moved

    def same_customers(self, seed: int, number: int) -> Floats:
        """Return parameters from their posterior, normal around the fit (Laplace): what these customers may have."""
        moved: Floats = self._fit.theta + self._root @ self._normal(seed, number)
        return moved

    def _normal(self, seed: int, number: int) -> Floats:
        return _normal(seed, number, len(self._precision), _PAYMENT)


def world_draws(
    invoices: pd.DataFrame,
    purchases: Purchases,
    fit: PaymentFit,
    matched: Floats,
    default: DefaultFit | None,
    seed: int,
) -> list[dict[str, dict[str, Any]]]:
    """Return `DRAWS` parts of a world that a ledger allows, each from one resample of its customers.

    Parameters
    ----------
    invoices : DataFrame
        As `simkit.portfolio.ledger_contract.INVOICES` defines.
    purchases : Purchases
        What they tell of purchases.
    fit : PaymentFit
        The payment model; its customers are those of the undisputed invoices, in the order of their ids.
    matched : float array, shape (buckets,)
        Bucket effects after the match with the engine, which a draw moves as it moves the fitted ones.
    default : DefaultFit or None
        What a customer master tells of default, which is drawn from its posterior; without one it stays as it is.
    seed : int
    """
    ids = np.unique(invoices["customer_id"])
    paying = np.searchsorted(ids, np.unique(invoices.loc[~invoices["disputed"], "customer_id"]))
    payment, found = PaymentDraws(fit), []
    for resample in resamples(len(ids), DRAWS, seed):
        drawn = fit.at(payment.other_customers(replace(resample, counts=resample.counts[paying])))
        part = payment_part(drawn)
        part["alpha"] = [float(value) for value in np.clip(matched + drawn.alpha - fit.alpha, *_BOUNDS)]
        luck = _normal(seed, resample.number, len(PRIOR_SD), _PURCHASES)
        draw = {**purchases.drawn(resample.counts, luck), "payment": part}
        if default:
            luck = _normal(seed, resample.number, 1 + len(default.drivers.weights), _DEFAULT)
            draw["firms"] = {"default": default.drawn(luck)}
        found.append(draw)
    return found


def _normal(seed: int, number: int, count: int, model: int) -> Floats:
    luck: Floats = ndtri(uniforms(seed, number, Stream.PRIOR_DRAW, np.arange(count), model))
    return luck

"""How customers answer to the price of credit, by grade: shares of customers lost at each interest rate.

The odds of being lost rise as a power of the rate, logit = a + b ln(rate): b is the elasticity of the odds, whatever
the unit of the price, which fits better than a straight line in the rate. Shares without counts are fitted by the
fractional logit (Papke & Wooldridge 1996, J. Appl. Econometrics 11:619); its standard errors rest on the scatter
around the curve, not on numbers of customers that nobody stated.

What it tells about the world: the rate is the price of what a lender sells, so 10 points of discount on the price are
worth -b ln(0.9) on the logit of a customer's staying, the unit of ``world.demand.accept_discount``. That is a proxy,
from lending to trade. Nothing else in ``world.demand`` is told: no rate says what a shorter term, security, prepayment
or waiting cost, and the engine's answer to a price is the same for all grades.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit

from simkit.errors import UserError

Floats = npt.NDArray[np.float64]

FEWEST_RATES = 5
_CHANCE_95 = 1.96
_ROUNDS = 50


@dataclass(frozen=True)
class GradeResponse:
    """The answer of one grade.

    Attributes
    ----------
    grade : str
    level, slope : float
        Logit of being lost at ``rate``, and its change per unit of log-rate.
    rate : float
        Rate in the middle (geometric mean) of those offered, share a year.
    covariance : float array, shape (2, 2)
        Of level and slope.
    deviance : float
        Of the shares from the curve (quasi-likelihood).
    """

    grade: str
    level: float
    slope: float
    rate: float
    covariance: Floats
    deviance: float

    def lost(self, rate: float) -> float:
        """Return the share of customers lost at a rate."""
        return float(expit(self.level + self.slope * math.log(rate / self.rate)))

    def elasticity(self, rate: float) -> tuple[float, float, float]:
        """Return the elasticity of the share that stays, at a rate, with its 95 % interval: at most 0 by theory."""
        along = math.log(rate / self.rate)
        lost = self.lost(rate)
        value = -self.slope * lost
        # By the delta method, in level and slope.
        slope = np.array([-self.slope * lost * (1 - lost), -lost - self.slope * lost * (1 - lost) * along])
        reach = _CHANCE_95 * math.sqrt(slope @ self.covariance @ slope)
        return value, value - reach, value + reach

    def slope_interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the slope."""
        reach = _CHANCE_95 * math.sqrt(self.covariance[1, 1])
        return self.slope - reach, self.slope + reach


def fit_price_response(shares: pd.DataFrame) -> list[GradeResponse]:
    """Return the answer of each grade to the rate.

    Parameters
    ----------
    shares : DataFrame
        One row a rate: ``rate`` (share a year), and a column a grade: the share of customers lost at the rate.

    Raises
    ------
    UserError
        If a rate is not above 0, a share is outside 0 to 1, or there are fewer than five rates.
    """
    rates = shares["rate"].to_numpy(np.float64)
    grades = [str(name) for name in shares.columns if name != "rate"]
    if not (rates > 0).all():
        raise UserError(f"rate: {rates.min():g} is given; allowed: above 0")
    if len(np.unique(rates)) < FEWEST_RATES:
        raise UserError(f"{len(np.unique(rates))} rates are too few; at least {FEWEST_RATES} are needed")
    for grade in grades:
        outside = shares[grade][~shares[grade].between(0, 1)]
        if len(outside):
            raise UserError(f"grade {grade}: {outside.iloc[0]:g} is given; allowed: shares from 0 to 1")
    return [_fit(grade, np.log(rates), shares[grade].to_numpy(np.float64)) for grade in grades]


def _fit(grade: str, logs: Floats, lost: Floats) -> GradeResponse:
    """Return the fractional logit of the shares lost, by Newton's steps, with sandwich standard errors."""
    middle = float(logs.mean())
    design = np.column_stack([np.ones(len(logs)), logs - middle])
    theta = np.zeros(2)
    for _ in range(_ROUNDS):
        chance = expit(design @ theta)
        bread = np.linalg.inv(design.T @ (design * (chance * (1 - chance) + 1e-9)[:, None]))
        step = bread @ design.T @ (lost - chance)
        theta += np.clip(step, -2, 2)
    scatter = design * (lost - chance)[:, None]
    rows, terms = design.shape
    covariance = bread @ scatter.T @ scatter @ bread * rows / (rows - terms)
    return GradeResponse(
        grade, float(theta[0]), float(theta[1]), math.exp(middle), covariance, _deviance(lost, chance)
    )


def _deviance(lost: Floats, chance: Floats) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(lost > 0, lost * np.log(lost / chance), 0.0)
        parts += np.where(lost < 1, (1 - lost) * np.log((1 - lost) / (1 - chance)), 0.0)
    return 2 * float(parts.sum())


def demand_of(responses: list[GradeResponse]) -> tuple[dict[str, float], list[str]]:
    """Return values for ``world.demand`` and notes on what they rest on: the mean of the grades' slopes."""
    slope = float(np.mean([response.slope for response in responses]))
    ends = [response.slope_interval() for response in responses]
    value = float(np.clip(-slope * math.log(0.9), 0, 10))
    told = ", ".join(
        f"{response.grade} {response.slope:.2f} ({low:.2f} to {high:.2f})"
        for response, (low, high) in zip(responses, ends, strict=True)
    )
    return {"accept_discount": value}, [
        f"elasticity of the odds of being lost to the rate, with 95 % intervals: {told}",
        f"accept_discount {value:.3g}: 10 points off the price, if buyers of goods answer as borrowers do (a proxy)",
        "terms, security, prepayment, waiting, and how a price changes how often customers order: no rate tells them",
    ]

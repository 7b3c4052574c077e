"""Default: when a customer stops paying for good, given its own risk and the state of the economy.

Scalar functions without state, used alike from Python and from compiled code.
"""

import math

from numba.extending import register_jitable

NEVER = 1_000_000
"""A day that no run reaches: the default that does not happen within the horizon."""

_DAYS_A_YEAR = 365.0


@register_jitable
def normal_cdf(x: float) -> float:
    """Return the standard normal distribution function, by the complementary error function."""
    return 0.5 * math.erfc(-x / math.sqrt(2.0))


@register_jitable
def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of ``p`` in (0, 1), to about 16 digits.

    Algorithm AS 241, routine PPND16 (Wichura 1988, Applied Statistics 37, 477-484): a ratio of two
    polynomials of degree seven near the middle, and one in sqrt(-log p) for each of the near and the far
    tail.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _middle(r)
    r = math.sqrt(-math.log(p if q < 0 else 1.0 - p))
    tail = _near_tail(r - 1.6) if r <= 5.0 else _far_tail(r - 5.0)
    return -tail if q < 0 else tail


@register_jitable
def _middle(r: float) -> float:
    above = 2.5090809287301226727e3
    for a in (
        3.3430575583588128105e4,
        6.7265770927008700853e4,
        4.5921953931549871457e4,
        1.3731693765509461125e4,
        1.9715909503065514427e3,
        1.3314166789178437745e2,
        3.3871328727963666080e0,
    ):
        above = above * r + a
    below = 5.2264952788528545610e3
    for b in (
        2.8729085735721942674e4,
        3.9307895800092710610e4,
        2.1213794301586595867e4,
        5.3941960214247511077e3,
        6.8718700749205790830e2,
        4.2313330701600911252e1,
        1.0,
    ):
        below = below * r + b
    return above / below


@register_jitable
def _near_tail(r: float) -> float:
    above = 7.74545014278341407640e-4
    for a in (
        2.27238449892691845833e-2,
        2.41780725177450611770e-1,
        1.27045825245236838258e0,
        3.64784832476320460504e0,
        5.76949722146069140550e0,
        4.63033784615654529590e0,
        1.42343711074968357734e0,
    ):
        above = above * r + a
    below = 1.05075007164441684324e-9
    for b in (
        5.47593808499534494600e-4,
        1.51986665636164571966e-2,
        1.48103976427480074590e-1,
        6.89767334985100004550e-1,
        1.67638483018380384940e0,
        2.05319162663775882187e0,
        1.0,
    ):
        below = below * r + b
    return above / below


@register_jitable
def _far_tail(r: float) -> float:
    above = 2.01033439929228813265e-7
    for a in (
        2.71155556874348757815e-5,
        1.24266094738807843860e-3,
        2.65321895265761230930e-2,
        2.96560571828504891230e-1,
        1.78482653991729133580e0,
        5.46378491116411436990e0,
        6.65790464350110377720e0,
    ):
        above = above * r + a
    below = 2.04426310338993978564e-15
    for b in (
        1.42151175831644588870e-7,
        1.84631831751005468180e-5,
        7.86869131145613259100e-4,
        1.48753612908506148525e-2,
        1.36929880922735805310e-1,
        5.99832206555887937690e-1,
        1.0,
    ):
        below = below * r + b
    return above / below


@register_jitable
def conditional_pd(annual_pd: float, factor: float, correlation: float) -> float:
    """Return the annual probability of default in a given state of the economy.

    Parameters
    ----------
    annual_pd : float
        Probability over all states of the economy, share a year.
    factor : float
        State of the economy Z in standard deviations; above 0 is worse.
    correlation : float
        Share of default risk common to all customers (rho), from 0 and below 1.

    Returns
    -------
    float
        Phi((Phi^-1(annual_pd) + sqrt(rho) Z) / sqrt(1 - rho)): one-factor model (Vasicek 2002).
    """
    if correlation == 0.0 or annual_pd <= 0.0 or annual_pd >= 1.0:
        return annual_pd
    threshold = normal_quantile(annual_pd) + math.sqrt(correlation) * factor
    return normal_cdf(threshold / math.sqrt(1.0 - correlation))


@register_jitable
def default_hazard(annual_pd: float) -> float:
    """Return the hazard a day, -log(1 - PD) / 365, that adds up to ``annual_pd`` over a year."""
    if annual_pd >= 1.0:
        return math.inf
    return -math.log1p(-annual_pd) / _DAYS_A_YEAR


@register_jitable
def default_day(draw: float, annual_pd: float, arrival_day: int, horizon_days: int) -> int:
    """Return the day on which a customer defaults, or ``NEVER`` when it is not before ``horizon_days``.

    Parameters
    ----------
    draw : float
        Uniform in (0, 1), the customer's luck; a small draw is an early default.
    annual_pd : float
        Probability a year in the state of the economy that reigns.
    arrival_day : int
        Day the customer comes; days before 0 (on the books) count as 0.
    horizon_days : int
        Days simulated.

    Returns
    -------
    int
        First day, from ``arrival_day`` on, by whose end the hazards add up to -log(1 - draw). Each day
        carries the same hazard, so the wait is geometric, and a higher ``annual_pd`` never makes the day
        later.
    """
    hazard = default_hazard(annual_pd)
    if hazard <= 0.0:
        return NEVER
    days = -math.log1p(-draw) / hazard
    if days > horizon_days:  # the least risks make it infinite, which has no whole number
        return NEVER
    day = max(arrival_day, 0) + max(int(math.ceil(days)) - 1, 0)
    return day if day < horizon_days else NEVER

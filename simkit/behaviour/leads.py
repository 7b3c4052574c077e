"""How leads move through the funnel."""

import math

from numba.extending import register_jitable


@register_jitable
def stage_odds(conversion: float, shift: float) -> float:
    """Return the probability that a lead passes a stage: its usual conversion, moved on the logit scale.

    Parameters
    ----------
    conversion : float
        Share that passes today, inside 0 and 1.
    shift : float
        Change of the logit: the rep's effort and training, and whether the lead has cooled off.

    Examples
    --------
    >>> stage_odds(0.10, 0.0), stage_odds(0.10, -1.5) < 0.03
    (0.1, True)
    """
    if shift == 0.0:
        return conversion
    return 1.0 / (1.0 + (1.0 - conversion) / conversion * math.exp(-shift))


@register_jitable
def wait_days(draw: float, mean_days: float) -> int:
    """Return a waiting time in whole days: exponential, rounded to the nearest; 0 when the mean is 0.

    Parameters
    ----------
    draw : float
        Luck, inside 0 and 1.
    mean_days : float
        Mean of the exponential.

    Examples
    --------
    >>> wait_days(0.5, 10.0), wait_days(0.5, 0.0)
    (7, 0)
    """
    return int(math.floor(-math.log(draw) * mean_days + 0.5))

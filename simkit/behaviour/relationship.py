"""What collection and disputes leave of the relationship."""

import math

from numba.extending import register_jitable


@register_jitable
def satisfaction(base: float, weight: float, goodwill: float) -> float:
    """Return a customer's satisfaction, 0 to 1: the base, less for what is left of ill feeling.

    Parameters
    ----------
    base : float
        Satisfaction without ill feeling.
    weight : float
        Log-change of satisfaction per unit of goodwill.
    goodwill : float
        Log-change of order intensity left by collection steps and disputes; 0 or below.

    Examples
    --------
    >>> satisfaction(0.95, 1.0, 0.0), satisfaction(0.95, 1.0, -0.25) < 0.75
    (0.95, True)
    """
    return base * math.exp(weight * goodwill)

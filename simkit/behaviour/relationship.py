"""What collection and disputes leave of the relationship."""

import math

from numba.extending import register_jitable

BILLION = 1_000_000_000


@register_jitable
def satisfaction(base: float, weight: float, goodwill: float) -> int:
    """Return a customer's satisfaction in billionths, 0 to 10**9: the base, less for what is left of ill feeling.

    Whole numbers add up to the same sum in any order.

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
    >>> satisfaction(0.95, 1.0, 0.0), satisfaction(0.95, 1.0, -0.25) < 750_000_000
    (950000000, True)
    """
    return int(math.floor(base * math.exp(weight * goodwill) * BILLION + 0.5))

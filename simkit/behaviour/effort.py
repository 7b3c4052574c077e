"""How reps respond to the share of their pay that depends on cash."""

import math

from numba.extending import register_jitable


@register_jitable
def response(elasticity: float, cash_share: float, cash_share_today: float) -> float:
    """Return the factor exp(elasticity x (w - w0)) by which a rep's effort changes.

    Selling effort has a negative elasticity, score inflation too, collecting effort a positive one.

    Examples
    --------
    >>> response(-0.5, 0.2, 0.2), response(0.8, 0.5, 0.0) > 1
    (1.0, True)
    """
    return math.exp(elasticity * (cash_share - cash_share_today))

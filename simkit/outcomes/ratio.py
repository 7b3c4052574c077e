"""A share that admits it when there is nothing to divide by."""

from typing import TypeAlias

import numpy as np

Number: TypeAlias = float | np.integer


def ratio(numerator: Number, denominator: Number) -> float | None:
    """Return ``numerator / denominator``, or None when the denominator is zero.

    Every measure of this room that can be undefined is None then, never NaN or infinity: None survives JSON,
    and a consumer has to say what an absent number means on its page.

    Examples
    --------
    >>> ratio(1, 4)
    0.25
    >>> ratio(1, 0) is None
    True
    """
    return float(numerator) / float(denominator) if denominator else None

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


def difference(value: float | None, other: float | None) -> float | None:
    """Return ``value - other``, or None when either is undefined.

    Examples
    --------
    >>> difference(3.0, 1.0)
    2.0
    >>> difference(None, 1.0) is None
    True
    """
    return None if value is None or other is None else value - other

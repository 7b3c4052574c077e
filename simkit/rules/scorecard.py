"""The 5C credit score (Handbook B1)."""

from collections.abc import Sequence

from numba.extending import register_jitable


@register_jitable
def indicator_score(value: float, values: Sequence[float], scores: Sequence[float]) -> float:
    """Return the score, 0 to 100, of one indicator: linear between breakpoints, flat outside them.

    Parameters
    ----------
    value : float
        The customer's indicator.
    values, scores : sequence of float
        The table of breakpoints, increasing in `values`.

    Examples
    --------
    >>> indicator_score(1.5, (0.5, 1.0, 1.5, 2.5), (0.0, 35.0, 60.0, 90.0))
    60.0
    """
    if value <= values[0]:
        return scores[0]
    for i in range(1, len(values)):
        if value <= values[i]:
            way = (value - values[i - 1]) / (values[i] - values[i - 1])
            return scores[i - 1] + way * (scores[i] - scores[i - 1])
    return scores[len(scores) - 1]


@register_jitable
def inflated(score: float, points: float) -> float:
    """Return a soft indicator's score after a rep has added points to it; never above 100."""
    return min(100.0, score + points)


@register_jitable
def credit_score(scores: Sequence[float], weights: Sequence[float]) -> float:
    """Return the credit score: the weighted sum of the indicator scores, 0 to 100.

    Examples
    --------
    >>> credit_score((100.0, 60.0), (0.25, 0.75))
    70.0
    """
    total = 0.0
    for i in range(len(scores)):
        total += weights[i] * scores[i]
    return total

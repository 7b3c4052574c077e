"""A share that admits it when there is nothing to divide by."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Generic, ParamSpec, TypeAlias

import numpy as np

from simkit.outcomes.sums import Sums

Number: TypeAlias = float | np.integer

P = ParamSpec("P")


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


@dataclass(frozen=True)
class Ratio(Sums):
    """A share or a mean before it is divided, so that those of the regions add up to the company's.

    Examples
    --------
    >>> (Ratio(1, 2) + Ratio(0, 2)).value
    0.25
    """

    part: Number
    whole: Number

    @property
    def value(self) -> float | None:
        """Part / whole; None when there is no whole."""
        return ratio(self.part, self.whole)


class Measure(Generic[P]):
    """A measure that is one sum over another: called it is the quotient, ``sums`` are the two.

    Parameters
    ----------
    sums : callable
        Returns the measure as a :class:`Ratio`.

    Examples
    --------
    >>> @Measure
    ... def even_share(numbers):
    ...     return Ratio(sum(number % 2 == 0 for number in numbers), len(numbers))
    >>> even_share([1, 2, 3, 4])
    0.5
    >>> (even_share.sums([1, 2]) + even_share.sums([4])).value == 2 / 3
    True
    """

    def __init__(self, sums: Callable[P, Ratio]) -> None:
        update_wrapper(self, sums)
        self.sums = sums

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> float | None:
        """Return the quotient, None when there is nothing to divide by."""
        return self.sums(*args, **kwargs).value

"""Hypervolume: how much of the plane a set of points beats, the measure of a frontier as a whole."""

import numpy as np
from numpy.typing import ArrayLike


def hypervolume(points: ArrayLike, reference: tuple[float, float]) -> float:
    """Return the area between a reference point and a set of points in the plane, both coordinates to be small.

    Parameters
    ----------
    points : array, shape (n, 2)
        Points that are not below the reference in both coordinates count nothing, nor do undefined (NaN) ones.
    reference : pair of float
        The worst that counts.

    Examples
    --------
    >>> hypervolume([[0.0, 0.5], [0.5, 0.0], [0.6, 0.6]], (1.0, 1.0))
    0.75
    """
    found = np.asarray(points, dtype=float).reshape(-1, 2)
    inside = found[(found < np.asarray(reference)).all(axis=1)]
    area, floor = 0.0, reference[1]
    # From left to right, each point adds the strip below what the points before it have beaten.
    for x, y in inside[np.lexsort(inside.T[::-1])]:
        if y < floor:
            area += (reference[0] - x) * (floor - y)
            floor = y
    return float(area)

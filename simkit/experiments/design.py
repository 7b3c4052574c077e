"""Designs of experiments in the unit cube."""

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.float64]


def sobol(dimensions: int, points: int, seed: int) -> Units:
    """Return a scrambled Sobol design: points spread more evenly than chance would.

    Parameters
    ----------
    dimensions : int
        Of the cube, at most 21201.
    points : int
        A power of 2, for which the design is balanced.
    seed : int
        Of the scrambling (Owen 1998).

    Returns
    -------
    float array, shape (points, dimensions)
        In [0, 1).
    """
    # Loading scipy.stats takes half a second, and few of those who load this room draw a design.
    from scipy.stats import qmc

    return np.asarray(
        qmc.Sobol(dimensions, scramble=True, seed=np.random.default_rng(seed)).random_base2(
            points.bit_length() - 1
        )
    )

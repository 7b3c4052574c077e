"""Credit grades by bands of default probability, and the default rate of each grade: shrunk and monotone."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit
from scipy.stats import beta
from sklearn.isotonic import isotonic_regression

from simkit.calibration.scorecard import Scale

Floats = npt.NDArray[np.float64]

BANDS = {"A": 0.01, "B": 0.03, "C": 0.10, "D": 1.0}
"""Largest annual default probability of each grade, best first (assumption)."""

LEAST_PD = 0.0005
"""Floor of what is foretold for a grade: that of Basel III for corporate exposures (CRE32.4)."""

PRIOR_FIRMS = 20.0
"""Firms' worth of trust in what the model foretells for a grade (assumption)."""


_NO_FIRM = 1e-9


def grades(annual_pd: npt.ArrayLike, bands: Mapping[str, float] = BANDS) -> npt.NDArray[np.object_]:
    """Return the grade of each annual default probability: the first band it is not above.

    Examples
    --------
    >>> grades([0.01, 0.0101, 0.5]).tolist()
    ['A', 'B', 'D']
    """
    names = np.array(list(bands), dtype=object)
    within: npt.NDArray[np.object_] = names[np.searchsorted(list(bands.values())[:-1], annual_pd)]
    return within


def cutoffs(bands: Mapping[str, float] = BANDS, scale: Scale | None = None) -> dict[str, float]:
    """Return the least score of each grade; of the last one, minus infinity."""
    scale = scale or Scale()
    return {name: scale.score(float(logit(bound))) if bound < 1 else -np.inf for name, bound in bands.items()}


def grade_table(
    annual_pd: Floats,
    defaulted: npt.ArrayLike,
    years: npt.ArrayLike = 1.0,
    bands: Mapping[str, float] = BANDS,
    prior_firms: float = PRIOR_FIRMS,
) -> pd.DataFrame:
    """Return the annual default probability of each grade, with 95 % intervals.

    Defaults over firm-years update a beta prior of the mean foretold for the grade, worth `prior_firms` firm-years; the
    means are then made monotone by isotonic regression over the weight of each grade.

    Parameters
    ----------
    annual_pd : array, shape (firms,)
        By the model, best without the firm's own outcome.
    defaulted : array_like of bool, shape (firms,)
    years : array_like, shape (firms,) or ()
        Years that each firm was observed.

    Returns
    -------
    DataFrame
        grade, firms, years, defaults, foretold, annual_pd, low, high; the prior mean of a grade without firms is the
        middle of its band.
    """
    bad = np.asarray(defaulted, dtype=bool)
    observed = np.broadcast_to(np.asarray(years, dtype=np.float64), bad.shape)
    of_firm = grades(annual_pd, bands)
    rows = []
    floor = 0.0
    for name, bound in bands.items():
        inside = of_firm == name
        foretold = float(annual_pd[inside].mean()) if inside.any() else (floor + bound) / 2
        foretold = min(max(foretold, LEAST_PD), 1 - LEAST_PD)
        defaults, exposed = int(bad[inside].sum()), float(observed[inside].sum())
        a = defaults + prior_firms * foretold
        b = max(exposed - defaults, 0.0) + prior_firms * (1 - foretold)
        low, high = beta.ppf([0.025, 0.975], a, b)
        weight = a + b if inside.any() else _NO_FIRM  # an empty grade follows its neighbours and moves none
        rows.append((name, int(inside.sum()), exposed, defaults, foretold, a / (a + b), low, high, weight))
        floor = bound
    table = pd.DataFrame(
        rows,
        columns=["grade", "firms", "years", "defaults", "foretold", "annual_pd", "low", "high", "weight"],
    )
    for column in ("annual_pd", "low", "high"):
        table[column] = isotonic_regression(table[column], sample_weight=table["weight"])
    return table.drop(columns="weight")
